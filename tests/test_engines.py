"""One file of every kind before other people's programs: the standards, qpdf, two engines.

The rows are chosen so that any two of printable, edition, paper and ink that can meet do meet
somewhere. PDFium and poppler draw each page on their own; they agree on what is black and what is
white, and on the words.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import icc
import page
import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image, ImageChops, ImageFilter
from small_bank import lay
from test_validators import plain, run

from pharmdocs.cli import main

pytestmark = pytest.mark.system

TWO = ["--only", "q03,q12"]
SMALL = ["--bank", "small"]
PROFILE = ["--profile", "press.icc"]
PEOPLE = "name,date\nAna Silva,2026-12-03\nŁukasz Ağaoğlu,2026-12-04\n"
BOTH = {"ua1", "2a"}
# What is built, in the words of the command line; which standards its files claim.
ROWS: dict[str, tuple[list[str], set[str]]] = {
    "booklet letter full": (["booklet", *TWO, "--paper", "letter"], BOTH),
    "booklet a4 black": (["booklet", *SMALL, "--paper", "a4", "--ink", "black"], BOTH),
    "brief letter low": (["booklet", *SMALL, "--brief", "--paper", "letter", "--ink", "low"], BOTH),
    "large a4 low": (["booklet", *SMALL, "--large-print", "--paper", "a4", "--ink", "low"], BOTH),
    "fold letter black": (
        ["booklet", *SMALL, "--brief", "--edition", "fold", "--paper", "letter", "--ink", "black"],
        BOTH,
    ),
    "fold a4 low": (
        ["booklet", *SMALL, "--edition", "fold", "--paper", "a4", "--ink", "low"],
        BOTH,
    ),
    "fold a4 full": (["booklet", *SMALL, "--brief", "--edition", "fold", "--paper", "a4"], BOTH),
    "press letter black": (
        ["booklet", *SMALL, "--edition", "press", "--paper", "letter", "--ink", "black"],
        {"ua1"},
    ),
    "press a4 full": (["booklet", *SMALL, "--edition", "press", "--paper", "a4", *PROFILE], BOTH),
    "cards letter full": (["flashcards", *TWO, "--stock", "avery-5388"], BOTH),
    "cards a4 black, by hand": (
        ["flashcards", *SMALL, "--stock", "poker-a4", "--duplex", "manual", "--ink", "black"],
        BOTH,
    ),
    "cards a4 low, folded": (
        ["flashcards", *SMALL, "--stock", "four-up-a4", "--duplex", "fold", "--ink", "low"],
        BOTH,
    ),
    "cards press full": (["flashcards", *SMALL, "--edition", "press", *PROFILE], BOTH),
    "cards press black": (["flashcards", *SMALL, "--edition", "press", "--ink", "black"], {"ua1"}),
    "checklist letter full": (["checklist", "--paper", "letter"], BOTH),
    "checklist a4 black, flat": (
        ["checklist", "--paper", "a4", "--ink", "black", "--flat", "--name", "Ana Silva"],
        BOTH,
    ),
    "print run letter low": (
        ["checklist", "--paper", "letter", "--ink", "low", "--roster", "people.csv"],
        set(),
    ),
    "zine letter full": (["zine", "--paper", "letter", "--how-to"], BOTH),
    "zine letter low": (["zine", "--paper", "letter", "--ink", "low"], BOTH),
    "zine a4 black": (["zine", "--paper", "a4", "--ink", "black"], BOTH),
}
# Of all pixels this share may be black for one engine and white for the other.
MOST = 0.005
DPI, DARK = 72, 96


Made = Callable[[str], list[Path]]


@pytest.fixture(scope="module")
def made(once: Callable[[str, Callable[[Path], Any]], Any]) -> Made:
    """`made("zine letter low")` are the files of that row."""

    def build(name: str, root: Path) -> list[Path]:
        lay(root)
        (root / "press.icc").write_bytes(icc.cmyk())
        (root / "people.csv").write_text(PEOPLE, encoding="utf-8")
        (root / "pharmdocs.toml").write_text('bank = "interview"\n', encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(root)
            result = CliRunner().invoke(main, ["build", *ROWS[name][0], "-o", "out/"])
        assert result.exit_code == 0, result.output
        found = sorted(root.glob("out/*.pdf"))
        assert found
        return found

    def files(name: str) -> list[Path]:
        found: list[Path] = once(f"every {name}", lambda root: build(name, root))
        return found

    return files


def claims(path: Path) -> set[str]:
    """The standards that a file says it keeps."""
    with pikepdf.open(path) as pdf:
        said = pdf.Root.Metadata.read_bytes() if "/Metadata" in pdf.Root else b""
    return {
        name
        for name, words in (("ua1", b'pdfuaid:part="1"'), ("2a", b'pdfaid:conformance="A"'))
        if words in said
    }


def test_verapdf_finds_every_claim_kept(made: Made, verapdf: Callable[..., str]) -> None:
    for standard in sorted(BOTH):
        files = [path for name in ROWS for path in made(name) if standard in claims(path)]
        said = "".join(f"PASS\t{standard}\t{path}\n" for path in files)
        assert verapdf(standard, *files) == said


@pytest.mark.parametrize("name", ROWS)
def test_every_judge_finds_it_sound(name: str, made: Made, tmp_path: Path) -> None:
    """It claims what its kind can keep, and keeps it; its links lead somewhere."""
    for path in made(name):
        assert claims(path) == ROWS[name][1]
        copy = plain(path, tmp_path / path.name)
        for standard in sorted(claims(path)):
            report = page.validate_pdf(copy, profile=standard)
            assert [f"{fault.rule_id}: {fault.message}" for fault in report.failures] == []
        assert "No syntax or stream encoding errors" in run("qpdf", "--check", path)
        there, led, outside = targets(path)
        assert led - there == set()
        assert [one for one in outside if not re.match(r"https://|mailto:", one)] == []
        if name == "booklet letter full":
            assert len(led) > 10


def targets(path: Path) -> tuple[set[str], set[str], list[str]]:
    """The places that a file has, those to which links lead, and addresses outside."""
    with pikepdf.open(path) as pdf:
        names = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/Dests")
        there = {str(key) for key in pikepdf.NameTree(names)} if names else set()
        led, outside = set(), []
        for one in pdf.pages:
            for link in one.get("/Annots", []):
                if "/A" in link and "/URI" in link.A:
                    outside.append(str(link.A.URI))
                elif "/Dest" in link:
                    led.add(str(link.Dest))
                elif "/A" in link and "/D" in link.A:
                    led.add(str(link.A.D))
        return there, led, outside


def test_a_link_to_nowhere_is_seen(made: Made, tmp_path: Path) -> None:
    def forget(pdf: pikepdf.Pdf) -> None:
        del pikepdf.NameTree(pdf.Root.Names.Dests)["q03"]

    there, led, _ = targets(plain(made("booklet letter full")[0], tmp_path / "copy.pdf", forget))
    assert led - there == {"q03"}


def drawn_by_poppler(path: Path, folder: Path) -> list[Image.Image]:
    subprocess.run(["pdftoppm", "-r", str(DPI), path, folder / "page"], check=True)
    return [Image.open(one).convert("L") for one in sorted(folder.glob("page-*.ppm"))]


def drawn_by_pdfium(path: Path) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(path)
    if document.get_formtype():
        document.init_forms()
    found = [one.render(scale=DPI / 72).to_pil().convert("L") for one in document]
    document.close()
    return found


def apart(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that are dark for one and light for the other, even with one around them.

    Engines smooth edges each in its own way, by less than a pixel.
    """
    assert abs(one.width - other.width) <= 1
    assert abs(one.height - other.height) <= 1
    box = (0, 0, min(one.width, other.width), min(one.height, other.height))
    one, other = one.crop(box), other.crop(box)
    wide = ImageFilter.MinFilter(3)
    lost = (
        ImageChops.subtract(one.filter(wide), other),
        ImageChops.subtract(other.filter(wide), one),
    )
    # What is light here and dark there stays light when dark has grown here.
    far = ImageChops.lighter(*lost).point(lambda value: 255 if value > DARK else 0)
    return far.histogram()[255] / (far.width * far.height)


def test_a_line_that_only_one_engine_draws_is_seen(made: Made, tmp_path: Path) -> None:
    (path,) = made("zine a4 black")
    (whole,) = drawn_by_pdfium(path)
    (other,) = drawn_by_poppler(path, tmp_path)
    missing = other.copy()
    missing.paste(255, (0, 60, missing.width, 140))
    assert apart(whole, other) <= MOST < apart(whole, missing)


def words_of(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


@pytest.mark.parametrize("name", ROWS)
def test_two_engines_draw_and_read_the_same(name: str, made: Made, tmp_path: Path) -> None:
    for number, path in enumerate(made(name)):
        folder = tmp_path / str(number)
        folder.mkdir()
        pairs = list(zip(drawn_by_pdfium(path), drawn_by_poppler(path, folder), strict=True))
        assert pairs
        assert max(apart(*pair) for pair in pairs) <= MOST
        document = pypdfium2.PdfDocument(path)
        one = Counter[str]()
        for at in range(len(document)):
            one += words_of(document[at].get_textpage().get_text_bounded())
        document.close()
        assert sum(one.values()) > 20
        assert one == words_of(run("pdftotext", "-raw", path, "-"))
