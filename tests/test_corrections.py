"""Corrections through the real files: printed by a simulated printer, backs lie behind fronts."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from card_builds import run, texts, told
from click.testing import CliRunner, Result
from simulated_printer import (
    ON_SIDE,
    QUARTERS,
    SIGNS,
    SIZES,
    STILL,
    Matrix,
    Point,
    Simulated,
    apart,
    at,
    dot,
    edges,
    over,
    pass_,
    read,
    size,
    undone,
)
from test_validators import STANDARDS, Judge

from pharmdocs.calibration import Numbers, entered
from pharmdocs.cli import main
from pharmdocs.geometry import Size
from pharmdocs.imposition import correct
from pharmdocs.imposition.correct import corrected
from pharmdocs.imposition.printer import FACES, Correction, Printer
from pharmdocs.imposition.verniers import Reading
from pharmdocs.printers import keep, read_printers

MM = 72 / 25.4
LETTER = Size(215.9 * MM, 279.4 * MM)
FORM = pypdfium2.raw.FPDF_PAGEOBJ_FORM
# Two printers nobody would want: what they do on the front, on the back, and how they turn.
SKEWED = Simulated(
    pass_((1.2, -0.8), 0.25, (0.994, 0.997)), pass_((-0.7, 1.1), -0.2, (0.992, 0.996)), "long-edge"
)
TURNED = Simulated(
    pass_((-0.5, 0.4), -0.1, (1.0, 1.0)), pass_((0.9, -1.3), 0.3, (1.003, 0.999)), "short-edge"
)


@pytest.fixture(autouse=True)
def _own_printers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def say(*words: str, text: str = "") -> Result:
    return CliRunner().invoke(main, list(words), input=text, catch_exceptions=False)


def good(*words: str) -> str:
    result = say(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(code: int, *words: str) -> str:
    result = say(*words)
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    return result.stderr


def in_mm(numbers: Any, paper: str) -> Matrix:
    """Six numbers of a `cm` as a map from the middle of the sheet, y downward."""
    a, b, c, d, e, f = map(float, numbers)
    width, height = size(paper)
    x, y = width / 2, height / 2
    return (
        (a, -c, a * x + c * y + e / MM - x),
        (-b, d, y - (b * x + d * y + f / MM)),
    )


def moved(page: pikepdf.Page, paper: str) -> Matrix:
    """What a page does first to everything on it; nothing where it does nothing."""
    first, second = pikepdf.parse_content_stream(page)[:2]
    if (str(first.operator), str(second.operator)) != ("q", "cm"):
        return STILL
    return in_mm(second.operands, paper)


def lines(page: pikepdf.Page, paper: str) -> Iterator[tuple[Point, Point]]:
    """The straight lines on a page, from the middle of the sheet, as they lie there."""
    width, height = size(paper)
    matrix, kept = pikepdf.Matrix(), []
    start = (0.0, 0.0)
    for step in pikepdf.parse_content_stream(page):
        operator, operands = str(step.operator), list(step.operands)
        if operator == "q":
            kept.append(matrix)
        elif operator == "Q":
            matrix = kept.pop()
        elif operator == "cm":
            matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
        elif operator in ("m", "l"):
            x, y = matrix.transform((float(operands[0]), float(operands[1])))
            here = x / MM - width / 2, height / 2 - y / MM
            if operator == "l":
                yield start, here
            start = here


def enter(name: str, code: str, dot: str, found: dict[str, tuple[int, int]], *more: str) -> str:
    numbers = [
        word
        for corner, pair in found.items()
        for word in (f"--{corner.lower()}", *(f"{tenths / 10:.1f}" for tenths in pair))
    ]
    return good(
        *("calibrate", "--enter", "--printer", name, "--code", code, "--dot", dot),
        *numbers,
        *more,
    )


def sheet(name: str, paper: str, duplex: str, *more: str) -> tuple[str, list[bytes]]:
    """A calibration sheet: its code, and its pages, fronts and backs in turn."""
    made = json.loads(
        good("calibrate", "--json", "--printer", name, "--paper", paper, "--duplex", duplex, *more)
    )
    return made["code"], [Path(path).read_bytes() for path in made["paths"]]


def through(machine: Simulated, files: list[bytes], paper: str, drawn: str) -> Any:
    """What somebody reads from a sheet that this machine printed."""
    documents = [pikepdf.open(io.BytesIO(data)) for data in files]
    pages = [page for document in documents for page in document.pages]
    front, back = pages[0], pages[len(pages) // 2 if len(files) > 1 else 1]
    fronts, backs = moved(front, paper), moved(back, paper)
    check_lines(front, back, paper, drawn)
    return read(machine, paper, drawn, fronts, backs)


def check_lines(front: pikepdf.Page, back: pikepdf.Page, paper: str, drawn: str) -> None:
    """The file's lines lie where `simulated_printer` takes them to be."""
    width, height = size(paper)
    beside, above = edges(paper)
    there = []
    for page in (front, back):
        undo = undone(moved(page, paper))
        there.append([(at(undo, one), at(undo, other)) for one, other in lines(page, paper)])
    for right, below in SIGNS.values():
        x, y = -right * (width / 2 - beside), -below * (height / 2 - above)
        scale = [(x + right * (4 + n), y) for n in range(20)]
        scale += [(x, y + below * (4 + n)) for n in range(20)]
        comb = [(x + right * (9 + 0.9 * n), y) for n in range(11)]
        comb += [(x, y + below * (9 + 0.9 * n)) for n in range(11)]
        for wanted, found in ((scale, there[0]), (comb, there[1])):
            flipped = STILL if found is there[0] else over(drawn, paper)
            for place in wanted:
                px, py = at(flipped, place)
                near = min(distance(px, py, *line) for line in found)
                assert near < 0.005, (place, near)


def distance(px: float, py: float, one: Point, other: Point) -> float:
    """From a point to a line between two others, upright or level."""
    if abs(one[0] - other[0]) < 1e-3:
        low, high = sorted((one[1], other[1]))
        return abs(px - one[0]) if low < py < high else 9.0
    low, high = sorted((one[0], other[0]))
    return abs(py - one[1]) if low < px < high else 9.0


# The loop: print, read, enter, print again ------------------------------------------------------


@pytest.mark.parametrize("paper", SIZES)
@pytest.mark.parametrize(
    ("machine", "duplex"), [(SKEWED, "long-edge"), (TURNED, "long-edge"), (TURNED, "manual")]
)
def test_the_confirming_sheet_reads_right(
    project: Path, machine: Simulated, duplex: str, paper: str
) -> None:
    """One print, one reading; the second sheet reads 5.0 everywhere, to the tenth of a reading."""
    hand = ["--face", "down", "--first", "top", "--dots", "2"] if duplex == "manual" else []
    code, files = sheet("home", paper, duplex)
    found = through(machine, files, paper, "long-edge")
    assert max(abs(tenths - 50) for pair in found.values() for tenths in pair) > 5
    enter("home", code, "B" if machine.edge == "long-edge" else "C", found, *hand)
    code, files = sheet("home", paper, duplex)
    found = through(machine, files, paper, machine.edge)
    assert all(49 <= tenths <= 51 for pair in found.values() for tenths in pair), found
    hand[-1:] = ["1"] if hand else []
    kept = good("printers", "list", "--json")
    assert "the sheet reads right" in enter("home", code, "B", found, *hand)
    assert good("printers", "list", "--json") == kept


@pytest.mark.parametrize(
    ("quarters", "paper"), list(zip(product(QUARTERS, QUARTERS), cycle(SIZES)))
)
def test_the_confirming_sheet_on_its_side_reads_right(
    project: Path, quarters: tuple[Matrix, Matrix], paper: str
) -> None:
    """Whichever way a driver turns fronts and backs; the upright entry is another one."""
    keep(replace(CORRECTED, paper=paper))
    machine, lying = replace(SKEWED, quarters=quarters), paper + ON_SIDE
    code, files = sheet("home", paper, "short-edge", "--landscape")
    found = through(machine, files, lying, "short-edge")
    corner = dot(machine, lying, "short-edge")
    enter("home", code, corner, found)
    turns = "short-edge" if corner == "B" else "long-edge"
    code, files = sheet("home", paper, "short-edge", "--landscape")
    found = through(machine, files, lying, turns)
    assert all(49 <= tenths <= 51 for pair in found.values() for tenths in pair), found
    assert "the sheet reads right" in enter("home", code, "B", found)
    upright, side = json.loads(good("printers", "list", "--json"))
    assert (upright["landscape"], side["landscape"], side["turns"]) == (False, True, turns)
    assert f"home  {lying}  printers.toml" in good("printers")


def test_rulers_and_edges_correct_fronts_when_asked(project: Path) -> None:
    """A printer that prints 99 % and 1 mm to the right: fronts come out true and in place."""
    machine = Simulated(pass_((1, -0.5), 0, (0.99, 0.995)), STILL, "long-edge")
    width, height = SIZES["letter"]
    code, files = sheet("home", "letter", "long-edge")
    found = through(machine, files, "letter", "long-edge")
    across = 180 * 0.99
    left = width / 2 + machine.printed((20 - width / 2, 0))[0]
    top = height / 2 + machine.printed((0, 20 - height / 2))[1]
    more = ["--ruler-across", f"{across:.2f}", "--ruler-down", f"{200 * 0.995 / 25.4:.4f}in"]
    more[3] = f"{7.5 * 0.995:.4f}in"
    enter(
        "home", code, "B", found, *more, "--left", f"{left:.3f}", "--top", f"{top:.3f}", "--fronts"
    )
    _, files = sheet("home", "letter", "long-edge")
    with pikepdf.open(io.BytesIO(files[0])) as document:
        fronts = moved(document.pages[0], "letter")
    for x, y in product((-90, 0, 90), (-120, 0, 120)):
        assert apart(machine.printed((x, y), fronts), (x, y)) < 0.03
    found = through(machine, files, "letter", "long-edge")
    assert all(49 <= tenths <= 51 for pair in found.values() for tenths in pair), found


# Sheets -----------------------------------------------------------------------------------------

CORRECTED = Printer(
    "home",
    "letter",
    behind=Correction(1.5, -2.5, 0.2, 0.997, 1.003, 0.05),
    both=Correction(-0.7, 0.4, 0.1, 1.004, 1.006),
    fronts=True,
)
BANK = ("--bank", "interview")
FED = "printed side down, top edge first"


def calibrated(machine: Simulated, told_: str, reverse: bool = False) -> Printer:
    """The printer as the machine's sheet makes it, and one beside it that corrects nothing."""
    found = {name: Reading(*pair) for name, pair in read(machine, "letter", "long-edge").items()}
    dot = "B" if machine.edge == "long-edge" else "C"
    numbers = Numbers(dot, found, dots=2 if reverse else 1, face="down", first="top")
    printer = entered(Printer("home", "letter", told=told_), numbers)
    keep(printer)
    keep(replace(printer, name="plain", behind=Correction()))
    return printer


Ink = list[tuple[int, tuple[float, ...]]]


def ink(pdf: bytes) -> list[Ink]:
    """Every piece of ink on every page: its kind, and the matrix under which it is drawn."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        objects = page.get_objects(max_depth=1)
        found.append([(it.type, it.get_matrix().get()) for it in objects])
        page.close()
    document.close()
    return found


def place(matrix: tuple[float, ...]) -> Point:
    width, height = SIZES["letter"]
    return matrix[4] / MM - width / 2, height / 2 - matrix[5] / MM


def faces(folder: str, by_hand: bool) -> list[list[Ink]]:
    """Fronts, and backs, of what was built into a folder."""
    if by_hand:
        return [ink(Path(folder, f"flashcards-{face}s.pdf").read_bytes()) for face in FACES]
    pages = ink(Path(folder, "flashcards.pdf").read_bytes())
    return [pages[::2], pages[1::2]]


@pytest.mark.system
@pytest.mark.parametrize(
    ("machine", "told_", "reverse"),
    [
        (SKEWED, "long-edge", False),
        (TURNED, "long-edge", False),
        (TURNED, "manual", True),
    ],
)
def test_all_ink_of_a_back_lies_behind_its_front_and_the_stamp_stays(
    project: Path, machine: Simulated, told_: str, reverse: bool
) -> None:
    """Cards and marks, where the machine puts them; the ruler and the stamp where they were."""
    printer = calibrated(machine, told_, reverse)
    assert (printer.turns, printer.reverse) == (machine.edge, reverse)
    for name in ("home", "plain"):
        result = run("--printer", name, "--stock", "index-3x5-letter", "-o", name)
        assert result.exit_code == 0, result.output
        assert f"on {name}" in result.stdout
    by_hand = told_ == "manual"
    (fronts, backs), (_, plain) = faces("home", by_hand), faces("plain", by_hand)
    assert len(fronts) == len(backs) == 3
    for page, as_drawn in zip(backs, plain, strict=True):
        marks, ruler = [at for at, (kind, _) in enumerate(page) if kind == FORM]
        assert [kind for kind, _ in page[:ruler]] == [kind for kind, _ in as_drawn[:ruler]]
        for (_, now), (_, was) in zip(page[:ruler], as_drawn[:ruler], strict=True):
            wanted = machine.printed(at(over(machine.edge), place(was)))
            assert apart(machine.seen(place(now)), wanted) < 0.15
        # The ruler, and the first line of the stamp after it, which is longer now.
        assert marks < ruler < len(page) - 1
        assert page[ruler] == as_drawn[ruler]
        assert page[ruler + 1][1][:5] == as_drawn[ruler + 1][1][:5]
    stamps = texts(Path("home", "flashcards-backs.pdf" if by_hand else "flashcards.pdf"))
    order = [re.search(r"sheet (\d)", text) for text in stamps]
    said = [int(found[1]) for found in order if found]
    assert said == ([3, 2, 1] if reverse else [1, 2, 3] if by_hand else [1, 1, 2, 2, 3, 3])
    assert all("printer home: backs " in " ".join(text.split()) for text in stamps)
    if by_hand:
        (how,) = texts(Path("home/flashcards-how-to.pdf"))
        assert FED in " ".join(how.split())
    assert (
        "printer home: backs" in told(Path("home/flashcards.manifest.json"))["options"]["printer"]
    )


def test_the_ruler_tells_what_the_cards_will_be(project: Path) -> None:
    """Where a correction makes cards larger, 50 mm of its ruler are larger as well."""
    keep(replace(CORRECTED, behind=Correction()))
    assert run("--printer", "home", "--stock", "index-3x5-letter").exit_code == 0
    with pikepdf.open("output/flashcards.pdf") as document:
        forms: Any = document.pages[0].Resources.XObject
        (ruler,) = [forms[name] for name in forms if "Ruler" in name]
        first = pikepdf.parse_content_stream(ruler, "m l")[:2]
    length = float(first[1].operands[0]) - float(first[0].operands[0])
    assert length / MM == pytest.approx(50 * 1.004, abs=0.001)


# The proof can fail -----------------------------------------------------------------------------


def marks_stay(pdf: bytes, sides: Any, printer: Any, laid: bool = True) -> bytes:
    """Moves the cards, and forgets their marks."""
    with pikepdf.open(io.BytesIO(corrected(pdf, sides, printer, laid))) as document:
        for page in document.pages:
            content = page.Contents.read_bytes()
            cards, point, marks = content.partition(b"/PharmdocsLines")
            undo = pikepdf.Matrix(*first_matrix(page)).inverse().encode()
            page.Contents = document.make_stream(cards + undo + b" cm " + point + marks)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def first_matrix(page: pikepdf.Page) -> list[float]:
    return [float(it) for it in pikepdf.parse_content_stream(page)[1].operands]


def off_by_a_hair(pdf: bytes, sides: Any, printer: Any, laid: bool = True) -> bytes:
    """Shifts backs by 0.02 mm too much, or fronts where there is nothing else."""
    name = "behind" if "back" in sides else "both"
    it = getattr(printer, name)
    shifted = {name: replace(it, across=it.across + 0.02 * MM)}
    return corrected(pdf, sides, replace(printer, **shifted), laid)


def not_at_all(pdf: bytes, sides: Any, printer: Any, laid: bool = True) -> bytes:
    return pdf


def twice(pdf: bytes, sides: Any, printer: Any, laid: bool = True) -> bytes:
    return corrected(corrected(pdf, sides, printer, laid), sides, printer, laid)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (marks_stay, r"sheet 1 front: the marks lie \d\.\d+ mm from where the cards want them"),
        (off_by_a_hair, r"the back of Q01 .* lies [+-]0\.0\d\d mm across"),
        (not_at_all, r"the back of Q01 .* is scaled, slanted or mirrored"),
        (twice, r"the back of Q01 .* is scaled, slanted or mirrored"),
    ],
)
def test_sheets_corrected_wrongly_are_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, broken: Any, says: str
) -> None:
    keep(CORRECTED)
    monkeypatch.setattr(correct, "corrected", broken)
    result = run("--printer", "home", "--no-cache")
    assert result.exit_code == 6
    assert re.search(says, result.stderr), result.stderr


@pytest.mark.parametrize("broken", [off_by_a_hair, not_at_all, twice])
def test_pages_corrected_wrongly_are_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    keep(CORRECTED)
    monkeypatch.setattr(correct, "corrected", broken)
    assert re.search(
        r"page 2 lies \d+\.\d\d\d mm from where the printer wants it",
        refused(6, "build", "booklet", "--printer", "home"),
    )


# Other printables -------------------------------------------------------------------------------


@pytest.mark.system
@pytest.mark.parametrize("turns", ["long-edge", "short-edge"])
def test_a_booklet_is_corrected_on_its_backs(project: Path, turns: str) -> None:
    """Even pages are backs; where the paper comes out on its head they are turned round."""
    printer = replace(CORRECTED, fronts=False, turns=turns)
    keep(printer)
    assert "flip on the long edge, on home" in good("build", "booklet", "--printer", "home")
    after = ink(Path("output/booklet.pdf").read_bytes())
    good("build", "booklet")
    before = ink(Path("output/booklet.pdf").read_bytes())
    assert after[::2] == before[::2]
    seen = in_mm(printer.on_back(LETTER).pdf(LETTER), "letter")
    for old, new in zip(before[1::2], after[1::2], strict=True):
        for (_, was), (_, now) in zip(old, new, strict=True):
            x, y = place(was)
            upright = (x, y) if turns == "long-edge" else (-x, -y)
            assert apart(place(now), at(seen, upright)) < 0.01


@pytest.mark.system
def test_a_print_run_is_corrected_page_by_page(project: Path) -> None:
    keep(CORRECTED)
    Path("people.csv").write_text("name\nAna Silva\nLê Văn\n", encoding="utf-8")
    run_ = ("build", "checklist", *BANK, "--roster", "people.csv")
    good(*run_, "-o", "plain")
    assert "on home" in good(*run_, "--printer", "home", "-o", "moved")
    before, after = (ink(Path(name, "checklist.pdf").read_bytes()) for name in ("plain", "moved"))
    fronts = in_mm(CORRECTED.on_front().pdf(LETTER), "letter")
    assert len(after) == 2
    said = told(Path("moved/checklist.manifest.json"))["options"]["printer"]
    assert said.startswith("printer home: all ")
    for old, new in zip(before, after, strict=True):
        for (_, was), (_, now) in zip(old, new, strict=True):
            assert apart(place(now), at(fronts, place(was))) < 0.01
    assert "print it flat" in refused(2, *run_, "--printer", "home", "--separate")


@pytest.mark.parametrize("what", ["booklet", "flashcards"])
def test_a_shop_is_not_a_printer_at_home(project: Path, what: str) -> None:
    keep(CORRECTED)
    press = ("build", what, "--edition", "press", "--printer", "home")
    assert "a print shop has printers of its own" in refused(2, *press)


def test_sheets_on_their_side_are_not_corrected_in_silence(project: Path) -> None:
    """An upright sheet says nothing of them; the one that does is named."""
    keep(CORRECTED)
    fold = ("build", "booklet", "--edition", "fold")
    said = "sheets that lie on their side are not corrected for printer home"
    command = "pharmdocs calibrate --landscape --printer home --paper letter"
    for build in (fold, ("build", "zine", *BANK)):
        refusal = " ".join(refused(2, *build, "--printer", "home").split())
        assert said in refusal
        assert command in refusal
    good("printers", "default", "home")
    result = say(*fold)
    assert result.exit_code == 0
    assert said in " ".join(result.stderr.split())


LYING = replace(CORRECTED, told="short-edge", turns="short-edge", landscape=True)


@pytest.mark.parametrize(("turns", "paper"), [("long-edge", "letter"), ("short-edge", "a4")])
def test_a_folded_booklet_is_corrected(project: Path, turns: str, paper: str) -> None:
    """Cards, marks and stamp of the insides are moved, and turned where the paper is."""
    printer = replace(LYING, paper=paper, turns=turns, fronts=False)
    keep(replace(CORRECTED, paper=paper))
    keep(printer)
    fold = ("build", "booklet", "--edition", "fold", "--paper", paper)
    assert "fold, staple, on home" in good(*fold, "--printer", "home", "-o", "moved")
    good(*fold, "-o", "plain")
    before, after = (ink(Path(it, "booklet-fold.pdf").read_bytes()) for it in ("plain", "moved"))
    assert after[::2] == before[::2]
    wide, high = size(paper + ON_SIDE)
    sheet_ = Size(wide * MM, high * MM)
    seen = in_mm(printer.on_back(sheet_).pdf(sheet_), paper + ON_SIDE)
    for old, new in zip(before[1::2], after[1::2], strict=True):
        for (_, was), (_, now) in zip(old, new, strict=False):
            x, y = was[4] / MM - wide / 2, high / 2 - was[5] / MM
            upright = (x, y) if turns == "short-edge" else (-x, -y)
            there = now[4] / MM - wide / 2, high / 2 - now[5] / MM
            assert apart(there, at(seen, upright)) < 0.01
    listed = told(Path("moved/booklet-fold.manifest.json"))
    assert listed["options"]["printer"] == printer.said()
    shown = " ".join(" ".join(texts(Path("moved/booklet-fold.pdf"))).split())
    sheets = len(after) // 2
    # As it is kept: lengths are rounded in the file.
    code = read_printers(None).find("home", paper, "", landscape=True).code()
    assert shown.count(f"printer home, code {code}") == sheets
    assert all(f"sheet {one + 1} of {sheets}, inside" in shown for one in range(sheets))


@pytest.mark.parametrize(("paper", "asked"), [("letter", False), ("a4", True)])
def test_a_zine_is_corrected_when_fronts_are_asked_for(
    project: Path, paper: str, asked: bool
) -> None:
    printer = replace(LYING, paper=paper, fronts=asked)
    build = ("build", "zine", *BANK, "--paper", paper)
    good(*build, "-o", "plain")
    keep(printer)
    assert "on home" in good(*build, "--printer", "home", "-o", "moved")
    plain, moved_ = (ink(Path(it, "zine.pdf").read_bytes())[0] for it in ("plain", "moved"))
    assert (plain == moved_) is not asked
    wide, high = size(paper + ON_SIDE)
    sheet_ = Size(wide * MM, high * MM)
    fronts = in_mm(printer.on_front().pdf(sheet_), paper + ON_SIDE)
    for (_, was), (_, now) in zip(plain, moved_, strict=True):
        before, after = ((it[4] / MM - wide / 2, high / 2 - it[5] / MM) for it in (was, now))
        assert apart(after, at(fronts, before)) < 0.01
    assert told(Path("moved/zine.manifest.json"))["options"]["printer"] == printer.said(False)


@pytest.mark.parametrize(
    ("what", "broken"),
    [
        (("booklet", "--edition", "fold"), off_by_a_hair),
        (("booklet", "--edition", "fold"), not_at_all),
        (("zine", *BANK), off_by_a_hair),
        (("zine", *BANK), twice),
    ],
)
def test_sheets_on_their_side_corrected_wrongly_are_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, what: tuple[str, ...], broken: Any
) -> None:
    keep(LYING)
    monkeypatch.setattr(correct, "corrected", broken)
    assert re.search(
        r"page \d lies \d+\.\d\d\d mm from where the printer wants it",
        refused(6, "build", *what, "--printer", "home"),
    )


def test_a_sheet_on_its_side_is_flipped_on_the_short_edge(project: Path) -> None:
    said = refused(2, "calibrate", "--landscape", "--duplex", "manual")
    assert "sheets that lie on their side are flipped on the short edge, not manual" in said


@pytest.mark.system
def test_a_checklist_is_corrected_when_fronts_are_asked_for(project: Path) -> None:
    keep(replace(CORRECTED, fronts=False))
    good("build", "checklist", *BANK, "--printer", "home", "-o", "form")
    keep(CORRECTED)
    assert "print it flat: --flat" in refused(2, "build", "checklist", *BANK, "--printer", "home")
    good("build", "checklist", *BANK, "--flat", "-o", "plain")
    good("build", "checklist", *BANK, "--flat", "--printer", "home", "-o", "flat")
    (before,), (after,) = (
        ink(Path(name, "checklist.pdf").read_bytes()) for name in ("plain", "flat")
    )
    fronts = in_mm(CORRECTED.on_front().pdf(LETTER), "letter")
    for (_, was), (_, now) in zip(before, after, strict=True):
        assert apart(place(now), at(fronts, place(was))) < 0.01
    said = "printer home: all −0.25 mm across, +0.14 mm down, 0.10°, 100.40 x 100.60 %"
    assert told(Path("flat/checklist.manifest.json"))["options"]["printer"] == said
    assert "printer" not in told(Path("plain/checklist.manifest.json"))["options"]


@pytest.mark.system
def test_a_default_is_corrected_for_unless_told_otherwise(project: Path) -> None:
    keep(CORRECTED)
    plain = good("build", "flashcards", "--json")
    good("printers", "default", "home")
    assert "on home" in json.loads(good("build", "flashcards", "--json"))["hint"]
    assert good("build", "flashcards", "--printer", "none", "--json") == plain
    good("printers", "remove", "home")
    assert good("build", "flashcards", "--json") == plain


def test_the_same_input_gives_the_same_bytes(project: Path) -> None:
    keep(CORRECTED)
    made = []
    for _ in range(2):
        good("build", "flashcards", "--printer", "home")
        made.append(Path("output/flashcards.pdf").read_bytes())
    assert made[0] == made[1]


# Other people's programs --------------------------------------------------------------------------


@pytest.mark.system
@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("what", ["flashcards", "booklet"])
def test_verapdf_finds_no_fault_in_what_was_moved(
    project: Path, verapdf: Judge, what: str, standard: str
) -> None:
    """Fronts and backs are moved, and what the paper puts on its head is turned besides."""
    keep(replace(CORRECTED, turns="short-edge"))
    good("build", what, "--printer", "home")
    file = Path("output", f"{what}.pdf").resolve()
    assert verapdf(standard, file) == f"PASS\t{standard}\t{file}\n"
