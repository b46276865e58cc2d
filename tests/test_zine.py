"""The zine as somebody prints, folds and reads it: eight pages, through the finished file."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from math import pi
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import small_bank
import test_zine_folding as paper
import zxingcpp
from click.testing import CliRunner, Result

from pharmdocs import zine as road
from pharmdocs.build import Request
from pharmdocs.cli import main
from pharmdocs.geometry import PAPERS, mm
from pharmdocs.imposition.schemes import Face, Placement, Sheet
from pharmdocs.imposition.zine import panels, zine
from pharmdocs.project import find_project
from pharmdocs.zine import build_zine

# The four that the bank ranks first in `asked`, in that order.
ASKED = ["Q05", "Q03", "Q09", "Q07"]
SETTINGS = """\
[brand]
name = "Harbor School"
contact = "Room 12"
url = "https://harbor.example/fair"

[event]
name = "Spring Fair"
date = 2027-03-18
place = "Main Hall"
organiser = "Town Library"
"""


@pytest.fixture(scope="session")
def interview_zine(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """`interview_zine("a4", "low")` is the finished file of the whole bank, with instructions."""

    @cache
    def build(size: str, ink: str) -> Path:
        root = tmp_path_factory.mktemp("zine")
        if ink != "low":
            (root / "pharmdocs.toml").write_text(SETTINGS, encoding="utf-8")
        request = Request(find_project(root), paper=size, ink=ink, output=root)
        return build_zine(request, how_to=True).path

    return build


def small(root: Path, *arguments: str) -> Result:
    """`pharmdocs build zine` of the small bank, which leaves two of four questions to write."""
    if not (root / "content").exists():
        small_bank.lay(root)
    return CliRunner().invoke(main, ["build", "zine", "--project", str(root), *arguments])


@dataclass(frozen=True)
class Letter:
    """A letter on the sheet: its middle in eighths of it, and whether it stands on its head."""

    text: str
    panel: tuple[int, int]
    turned: bool


def letters(path: Path) -> list[Letter]:
    """Every letter of the first page, with the panel on which it lies."""
    found = []
    with pypdfium2.PdfDocument(path) as document:
        page = document[0]
        width, height = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            if right - left < 0.1:
                continue  # a line's end, and other spaces that are not there
            turned = abs(abs(pypdfium2.raw.FPDFText_GetCharAngle(text, index)) - pi) < 0.01
            across = int((left + right) / 2 // (width / 4))
            down = int((height - (bottom + top) / 2) // (height / 2))
            found.append(Letter(text.get_text_range(index, 1), (across, down), turned))
    return found


@pytest.mark.parametrize(("size", "ink"), [("letter", "full"), ("a4", "black")])
def test_the_printed_sheet_folds_to_pages_in_order_and_upright(
    interview_zine: Callable[[str, str], Path], size: str, ink: str
) -> None:
    """Each page is found by its letters; then the paper is folded as test_zine_folding does."""
    found = letters(interview_zine(size, ink))
    said: dict[tuple[int, int], str] = {}
    for letter in found:
        said[letter.panel] = said.get(letter.panel, "") + letter.text
    words = {panel: re.sub(r"\s+", " ", text) for panel, text in said.items()}
    signs = ["Pocket zine", *ASKED, "Tell it as a STAR", "On the day", "Edition 1.0"]
    pages = {}
    for number, sign in enumerate(signs):
        (pages[number],) = [panel for panel, text in words.items() if sign in text]
    turned = {panel: {it.turned for it in found if it.panel == panel} for panel in pages.values()}
    stock = panels(size)
    slots = {(at % 4, at // 4): slot for at, slot in enumerate(stock.slots())}
    placed = tuple(
        Placement(number, slots[panel], turned[panel] == {True}) for number, panel in pages.items()
    )
    sheet = Sheet(0, Face(placed), None)
    assert paper.read(sheet, paper.PAPER[size]) == [f"{number}^" for number in range(1, 9)]
    assert all(len(ways) == 1 for ways in turned.values())


def test_ink_keeps_to_what_printers_reach(interview_zine: Callable[[str, str], Path]) -> None:
    for size, ink in (("letter", "full"), ("a4", "black")):
        with pypdfium2.PdfDocument(interview_zine(size, ink)) as document:
            for page in document:
                picture = page.render(scale=2).to_pil().convert("L").point(lambda x: 255 - x)
                box = picture.getbbox()
                edge = 2 * mm(4) - 1
                assert box[0] >= edge
                assert box[1] >= edge
                assert box[2] <= picture.width - edge
                assert box[3] <= picture.height - edge


def test_text_keeps_off_the_folds(interview_zine: Callable[[str, str], Path]) -> None:
    with pypdfium2.PdfDocument(interview_zine("letter", "full")) as document:
        page = document[0]
        width, height = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            if right - left < 0.1:
                continue
            assert min(left % (width / 4), width / 4 - right % (width / 4)) > mm(5)
            assert min(bottom % (height / 2), height / 2 - top % (height / 2)) > mm(5)


def test_the_file_tells_the_printer_and_the_reader(
    interview_zine: Callable[[str, str], Path],
) -> None:
    with pikepdf.open(interview_zine("letter", "full")) as pdf:
        wishes = pdf.Root.ViewerPreferences
        assert [str(wishes.Duplex), str(wishes.PrintScaling)] == ["/Simplex", "/None"]
        sizes = [[float(side) for side in page.mediabox[2:]] for page in pdf.pages]
        assert sizes == [pytest.approx([792, 612])] * 2
        labels = [str(item.P) for item in pdf.Root.PageLabels.Nums[1::2]]
        assert labels == ["Pocket zine", "How to fold it"]
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Pocket zine", "How to fold it"]
            first = [item.title for item in outline.root[0].children]
        assert first[0] == "The Pharmacy Technician Interview"
        # Four questions, STAR, the checklist.
        assert len(first) == 7
        uris = [str(note.A.URI) for note in pdf.pages[0].Annots]
        assert set(uris) == {"https://harbor.example/fair"}
        alts = [str(it.Alt) for it in pdf.objects
                if isinstance(it, pikepdf.Dictionary) and it.get("/S") == "/Figure"]  # fmt: skip
        assert "QR code: https://harbor.example/fair" in alts
        assert len(alts) == 8


def test_the_code_is_read_from_paper(interview_zine: Callable[[str, str], Path]) -> None:
    for size, ink in (("letter", "full"), ("a4", "black")):
        with pypdfium2.PdfDocument(interview_zine(size, ink)) as document:
            codes = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil().convert("L"))
        assert [code.text for code in codes] == ["https://harbor.example/fair"]


def test_the_organiser_of_the_event_goes_before_the_brand(
    interview_zine: Callable[[str, str], Path],
) -> None:
    with pypdfium2.PdfDocument(interview_zine("letter", "full")) as document:
        text = document[0].get_textpage().get_text_range()
    assert "Town Library" in text
    assert "Room 12" in text
    assert "Spring Fair" in text
    assert "Thursday, March 18, 2027" in text
    assert "Harbor School" not in text


def test_without_a_brand_the_back_is_a_page_to_write_on(
    interview_zine: Callable[[str, str], Path],
) -> None:
    """In low ink, whose style sheet knows cards: everything begins at one edge all the same."""
    with pypdfium2.PdfDocument(interview_zine("letter", "low")) as document:
        page = document[0].get_textpage()
        text = page.get_text_range()
        lefts = [page.get_charbox(text.index(it))[0] for it in ("Before you", "Edition 1.0")]
    assert "Call, if late" in text
    assert lefts[0] == pytest.approx(lefts[1], abs=1)


@pytest.mark.parametrize("url", ["", f'url = "https://harbor.example/{"harbor-" * 8}"'])
def test_a_large_brand_finds_room_on_the_back(tmp_path: Path, url: str) -> None:
    """A square logo, and every line as long as it may be; with an address and without."""
    small_bank.lay(tmp_path)
    square = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    (tmp_path / "logo.svg").write_text(square, encoding="utf-8")
    said = f'name = "{("Harbor " * 7)[:48].strip()}"\ncontact = "{("Room 12 " * 10).strip()}"'
    brand = f'\n[brand]\n{said}\nlogo = "logo.svg"\nlogo_alt = "A sail"\n{url}\n'
    (tmp_path / "pharmdocs.toml").write_text(f'bank = "small"\n{brand}', encoding="utf-8")
    result = small(tmp_path, "--paper", "a4")
    assert result.exit_code == 0, result.output
    assert "7 as set" in result.stdout


def test_what_a_bank_has_not_is_a_page_to_write_on(tmp_path: Path) -> None:
    result = small(tmp_path)
    assert result.exit_code == 0, result.output
    assert "8 panels on 1 sheet: 8 as set" in result.stdout
    with pypdfium2.PdfDocument(tmp_path / "output/zine.pdf") as document:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
    # Two questions of four, and there is no checklist.
    assert text.count("One of your own") == 3


def swapped(sheet: Sheet) -> Sheet:
    """Pages 3 and 4 in each other's place."""
    places = list(sheet.recto.placements)
    places[1], places[2] = (replace(places[1], page=places[2].page),
                            replace(places[2], page=places[1].page))  # fmt: skip
    return replace(sheet, recto=Face(tuple(places)))


def on_its_head(sheet: Sheet) -> Sheet:
    first, *others = sheet.recto.placements
    return replace(sheet, recto=Face((replace(first, turned=False), *others)))


def upside_down(sheet: Sheet) -> Sheet:
    """Both rows turned: every page still has its neighbors, at its foot."""
    places = tuple(replace(place, turned=not place.turned) for place in sheet.recto.placements)
    return replace(sheet, recto=Face(places))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (swapped, "page 3 does not lie opposite page 2"),
        (on_its_head, "page 5 does not lie opposite page 4"),
        (upside_down, "page 2 does not lie behind page 1"),
    ],
)
def test_a_sheet_that_folds_wrong_never_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Sheet], Sheet], said: str
) -> None:
    monkeypatch.setattr(road, "zine", lambda stock: tuple(map(fault, zine(stock))))
    result = small(tmp_path)
    assert result.exit_code == 6
    assert f"once the sheet is folded, {said}" in result.stderr
    assert not (tmp_path / "output/zine.pdf").exists()


@pytest.mark.system
def test_long_text_is_set_smaller_then_shorter_and_then_refused_by_its_line(
    tmp_path: Path,
) -> None:
    folder = small_bank.lay(tmp_path)
    file = folder / "q01.md"
    plain = file.read_text(encoding="utf-8")
    for words, rung in ((58, ""), (70, "tightened"), (80, "smaller"), (100, "short form")):
        long = f"- {' '.join(['look'] * words)}\n"
        file.write_text(plain.replace("- Look\n", long), encoding="utf-8")
        result = small(tmp_path)
        assert result.exit_code == 0, result.output
        assert (f"7 as set, 1 {rung}" if rung else "8 as set") in result.stdout
    before = (tmp_path / "output/zine.pdf").read_bytes()
    text = plain.replace("What do you check in q01?", "w" * 44)
    text = text.replace("Look twice, then ask.", "m" * 90).replace("Checks in q01", "c" * 34)
    file.write_text(text, encoding="utf-8")
    result = small(tmp_path)
    assert (result.exit_code, result.stdout) == (5, "")
    assert "content/small/q01.md:1: the page of Q01 does not fit even at 8.4 pt" in result.stderr
    assert (tmp_path / "output/zine.pdf").read_bytes() == before


def test_the_manifest_says_how_each_panel_was_set(tmp_path: Path) -> None:
    assert small(tmp_path, "--how-to", "--json").exit_code == 0
    told = (tmp_path / "output/zine.manifest.json").read_text(encoding="utf-8")
    assert '"printable": "zine"' in told
    assert told.count('"rung": "as set"') == 8
    assert '"how-to": true' in told


def test_the_same_bank_gives_the_same_bytes(tmp_path: Path) -> None:
    small(tmp_path, "-o", str(tmp_path / "one.pdf"))
    small(tmp_path, "-o", str(tmp_path / "two.pdf"))
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_bank_of_cards_makes_no_zine(tmp_path: Path) -> None:
    folder = small_bank.lay(tmp_path)
    (folder / "cards.csv").write_text("id,front,back,category,tags\nc1,a,b,safety,\n")
    for name in ("q01.md", "q02.md"):
        (folder / name).unlink()
    result = small(tmp_path)
    assert result.exit_code == 2
    assert "has only cards" in result.stderr


def test_the_papers_of_the_zine_are_all_there_are() -> None:
    assert list(paper.PAPER) == list(PAPERS)


@pytest.mark.system
def test_verapdf_finds_no_fault(
    interview_zine: Callable[[str, str], Path], verapdf: Callable[[str, Path], str]
) -> None:
    file = interview_zine("letter", "full")
    assert verapdf("ua1,2a", file) == f"PASS\tua1\t{file}\nPASS\t2a\t{file}\n"
