"""Bombs, each met by the program itself: it ends by name or goes on, and stays below 200 MB.

Children that typeset or read what is foreign have limits of their own. What is printed here
(pytest -rP) is the table of docs/security.md, where some are larger than here.
"""

import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import anki_package
import openpyxl
import pytest
import written_cases
from PIL import Image

# Every one is a run of the program, and some take a minute.
pytestmark = pytest.mark.system

MOST_MB, MOST_SECONDS = 200, 300
RUN = """
import atexit, pathlib, re, resource, sys
def told():
    status = pathlib.Path("/proc/self/status")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if status.exists():
        peak = int(re.search("VmHWM:\\\\s*(\\\\d+)", status.read_text())[1])
    print("peak", peak, file=sys.stderr)
atexit.register(told)
from pharmdocs.cli import main
main()
"""
CARDS = "id,front,back,category,tags\n"
SHEET, THEME = "xl/worksheets/sheet1.xml", "xl/theme/theme1.xml"
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
OPENING = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    'main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
)
CLOSING = "</sheetData></worksheet>"
TABLE = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
Lay = Callable[[Path], object]


def bank(file: str, text: str | bytes) -> Lay:
    """A file of the bank with other contents."""
    data = text.encode() if isinstance(text, str) else text
    return lambda root: written_cases.write(root / "content" / "tiny" / file, data)


def changed(file: str, old: str, new: str) -> Lay:
    def lay(root: Path) -> None:
        text = (root / file).read_text()
        assert text.count(old) == 1
        (root / file).write_text(text.replace(old, new))

    return lay


def questions(count: int) -> Lay:
    def lay(root: Path) -> None:
        folder = root / "content" / "tiny"
        text = (folder / "q01-count.md").read_text()
        for number in range(100, 100 + count):
            (folder / f"q{number}.md").write_text(text.replace("id: q01", f"id: q{number}"))

    return lay


def picture(root: Path) -> None:
    Image.new("1", (13_000, 13_000)).save(root / "content" / "tiny" / "tray.png")
    changed("content/tiny/q01-count.md", "They want", "![x](tray.png) They want")(root)


def pictures(root: Path) -> None:
    Image.new("1", (9, 9)).save(root / "content" / "tiny" / "a.png")
    text = "\n\n".join(["![a](a.png)" * 360] * 36)
    sound = (root / COUNT).read_text().replace("They want", f"{text} They want")
    for number in range(100, 125):
        name = f"content/tiny/q{number}.md"
        (root / name).write_text(sound.replace("id: q01", f"id: q{number}"))


def drawing(body: str) -> Lay:
    def lay(root: Path) -> None:
        text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{body}</svg>'
        (root / "logo.svg").write_text(text)
        logo = '[brand]\nlogo = "logo.svg"\nlogo_alt = "x"'
        changed("pharmdocs.toml", "[brand]", logo)(root)

    return lay


def people(ending: str, *texts: tuple[str, int]) -> Lay:
    """A roster of texts, each so many times."""

    def lay(root: Path) -> None:
        with (root / f"people.{ending}").open("w", encoding="utf-8") as file:
            for text, times in texts:
                for _ in range(times):
                    file.write(text)

    return lay


def book(part: str, *texts: tuple[str, int], name: str = "people.xlsx", kind: str = "") -> Lay:
    """A workbook with another part in it, of texts, each so many times, and of another kind."""

    def lay(root: Path) -> None:
        made = openpyxl.Workbook()
        made.active.append(["name"])  # type: ignore[union-attr]
        made.save(root / "made.xlsx")
        with (
            zipfile.ZipFile(root / "made.xlsx") as old,
            zipfile.ZipFile(root / name, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
        ):
            assert part in old.namelist()
            for other in old.namelist():
                data = old.read(other)
                if kind and other == "[Content_Types].xml":
                    themes = b"application/vnd.openxmlformats-officedocument.theme+xml"
                    assert themes in data
                    data = data.replace(themes, kind.encode())
                if other != part:
                    new.writestr(other, data)
            with new.open(part, "w", force_zip64=True) as out:
                for text, times in texts:
                    at_once = max(1, min(times, 1_000_000 // len(text)))
                    for _ in range(times // at_once):
                        out.write(text.encode() * at_once)

    return lay


def package(root: Path) -> None:
    """Zeros, a thousand to one."""
    with zipfile.ZipFile(root / "deck.apkg", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", b"SQLite format 3\0" + bytes(200_000_000))


def notes(root: Path) -> None:
    """One note of 100 MB."""
    one = anki_package.note("a", "b " * 50_000_000)
    data = anki_package.database(root / "base", [one])
    with zipfile.ZipFile(root / "deck.apkg", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("collection.anki2", data)


def deck(ending: str, text: str) -> Lay:
    return lambda root: (root / f"deck.{ending}").write_text(text)


def rows(front: str, count: int) -> str:
    return CARDS + "".join(f"c{n},{front},b {n},bench,\n" for n in range(count))


STARS = "*a* " * 999 + "x\n\n"
ROW = f"|{'b|' * 40}\n"
LAUGHS = "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{f'*{chr(97 + n)},' * 9}]\n" for n in range(9))
USES = '<g id="a0"><path d="M0 0h9"/></g>' + "".join(
    f'<g id="a{n + 1}">{f"<use href=@#a{n}@/>".replace("@", chr(34)) * 10}</g>' for n in range(9)
)
CHAIN = "; ".join(f"--a{n}: var(--a{n + 1}) var(--a{n + 1})" for n in range(40))
BENCH = "content/tiny/bank.toml"
COUNT = "content/tiny/q01-count.md"
CHECK = ("bank", "check")
ROSTER = ("build", "checklist", "--roster")

BOMBS: dict[str, tuple[Lay, tuple[str, ...], str]] = {
    "20,000 cards, all that a build takes": (
        bank("cards.csv", rows("What is *it* **for**?", 20_000)), CHECK, "",
    ),
    "cards of many pieces": (
        bank("cards.csv", rows("*a* **b** " * 9, 12_000)), CHECK, "more than 600,000 pieces",
    ),
    "5,000 questions": (questions(4_997), CHECK, ""),
    "2 MB of stars": (changed(COUNT, "They want", STARS * 400), CHECK, "more than 150,000 char"),
    "144,000 characters of stars": (changed(COUNT, "They want", STARS * 36 + "x"), CHECK, ""),
    "a list of 37,000 letters": (changed(COUNT, "They want", "- a\n" * 37_000 + "\nx"), CHECK, ""),
    "a table of 70,000 cells": (
        changed(COUNT, "They want", ROW + ROW.replace("b", ":-") + ROW * 1_750 + "\n"),
        CHECK, "",
    ),
    "324,000 pictures": (pictures, CHECK, "more than 600,000 pieces of text"),
    "490,000 rows of two cells": (
        bank("cards.csv", CARDS + "a,b\n" * 490_000), CHECK, "and 976 more",
    ),
    "6,000 questions": (questions(6_000), CHECK, "holds too many files"),
    "a line of 50 MB in a question": (bank("q01-count.md", b"x" * 50_000_000), CHECK, "than 2 MB"),
    "a line of 50 MB in bank.toml": (bank("bank.toml", b"x" * 50_000_000), CHECK, "than 2 MB"),
    "a line of 50 MB in a roster": (
        people("csv", ("name\n", 1), ("x", 50_000_000)), (*ROSTER, "people.csv"), "a million bytes",
    ),
    "a line of 50 MB in a deck": (
        deck("csv", "a," + "x" * 50_000_000), ("bank", "import", "deck.csv"), "larger than 2 MB",
    ),
    "YAML that calls itself ten times, nine times over": (
        changed(COUNT, "id: q01\n", f"a: &a [x]\n{LAUGHS}id: q01\n"), CHECK,
        "begins with *, & or !",
    ),
    "YAML of 10,000 brackets": (
        changed(COUNT, "id: q01\n", f"a: {'[' * 10_000}\nid: q01\n"), CHECK, "200 brackets",
    ),
    "TOML of 50,000 brackets": (
        changed(BENCH, "format = 1", f"format = 1\na = {'[' * 50_000}"), CHECK, "bank.toml:2",
    ),
    "10,000 quotations, one in another": (
        changed(COUNT, "They want", "> " * 10_000 + "x"), CHECK, "nested too deeply",
    ),
    "a table of 5,000 columns": (
        changed(COUNT, "They want", f"|{'a|' * 5000}\n|{'-|' * 5000}\n|{'b|' * 5000}\n\nx"),
        CHECK, "a table of 5,000 columns",
    ),
    "cells over 65,534 columns, in a deck": (
        deck("csv", 'front,back\na,"<table><tr>' + "<td colspan=65534>x</td>" * 2_000 + '</tr>"\n'),
        ("bank", "import", "deck.csv"), "a paragraph of more than 4,000",
    ),
    "20,000 tags that do not end, in a deck": (
        deck("csv", 'front,back\na,"' + "<div>" * 20_000 + 'x"\n'), ("bank", "import", "deck.csv"),
        "more memory or time than any deck",
    ),
    "13,000 x 13,000 pixels of one bit": (picture, CHECK, "more than 35 million pixels"),
    "a drawing that uses itself ten times, nine times over": (
        drawing(USES + '<use href="#a9"/>'), CHECK, "the logo `logo.svg`",
    ),
    "a drawing of 60,000 shapes": (
        drawing('<path d="M0 0h9"/>' * 60_000), CHECK, "far too many shapes",
    ),
    "a drawing of 300 groups, one in another": (
        drawing("<g>" * 300 + '<path d="M0 0h9"/>' + "</g>" * 300), CHECK, "the logo `logo.svg`",
    ),
    "colors that call each other": (
        changed(BENCH, 'color = "#8a3a12"', f'color = "var(--a0); {CHAIN}"'), CHECK,
        "which is not a color",
    ),
    "a package of zeros, a thousand to one": (
        package, ("bank", "import", "deck.apkg"), "to less than a 200th",
    ),
    "a package with a note of 100 MB": (notes, ("bank", "import", "deck.apkg"), "deck.apkg"),
    "a workbook that unpacks to more than 200 MB": (
        book(THEME, (" ", 201_000_000)), (*ROSTER, "people.xlsx"), "more than 200 MB",
    ),
    "a workbook of one text of 60 MB": (
        book(
            SHEET, (OPENING, 1), ('<row r="2"><c r="A2" t="inlineStr"><is><t>', 1),
            ("x", 60_000_000), ("</t></is></c></row>" + CLOSING, 1),
        ),
        (*ROSTER, "people.xlsx"), "people.xlsx",
    ),
    "a workbook of half a million texts": (
        book(THEME, (TABLE, 1), ("<si><t>name</t></si>", 500_000), ("</sst>", 1), kind=STRINGS),
        (*ROSTER, "people.xlsx"), "people.xlsx",
    ),
    "a workbook whose last row is 900,000,000": (
        book(
            SHEET,
            (OPENING + '<row r="2"><c r="A2" t="n"><v>1</v></c></row><row r="900000000"><c><v>1</v>'
             "</c></row>" + CLOSING, 1),
        ),
        (*ROSTER, "people.xlsx"), "more than 1,048,576 rows",
    ),
    "a deck that is such a workbook": (
        book(
            SHEET,
            (OPENING + '<row r="900000000"><c><v>1</v></c></row>' + CLOSING, 1),
            name="deck.xlsx",
        ),
        ("bank", "import", "deck.xlsx"), "more than 1,048,576 rows",
    ),
    "100,000 rows of a roster": (
        people("csv", ("name,date\n", 1), ("Ann,soon\n", 100_000)), (*ROSTER, "people.csv"),
        "100,000 of 100,000 rows cannot be printed",
    ),
    "brackets and stars without end": (
        changed(COUNT, "They want", "\n\n".join(["[" * 3_900, "*a **b " * 500, "![" * 1_900])),
        CHECK, "",
    ),
    "an address of 100,000 signs": (
        people("csv", ("name,interviewer email\nAnn,", 1), ("a.", 50_000), ("@x\n", 1)),
        (*ROSTER, "people.csv"), "at most 500 fit",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_the_program_stays_small(name: str, tmp_path: Path) -> None:
    lay, arguments, expected = BOMBS[name]
    written_cases.lay(tmp_path)
    lay(tmp_path)
    begun = time.monotonic()
    done = run(tmp_path, *arguments)
    seconds = time.monotonic() - begun
    said = re.sub(r"\s+", " ", done.stderr)
    assert "Traceback" not in said
    # 0, or an error by name: content, setup, layout.
    assert done.returncode in ((3, 4, 5) if expected else (0,)), said
    assert expected in said
    peak = int(done.stderr.rpartition("peak ")[2]) / 1000
    print(f"| {name} | {seconds:.1f} | {peak:.0f} | {said[:120]}")
    assert peak < MOST_MB
    assert seconds < MOST_SECONDS


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, *arguments]
    if arguments[:2] != ("bank", "import"):
        command += ["--project", str(root)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
