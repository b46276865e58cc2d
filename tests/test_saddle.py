"""Booklets to fold: every one is folded here, in software, and read from cover to cover.

What a scheme says is read off its sheets, and what a file prints is read out of its slots; both
are then stacked, folded and leafed through as somebody with paper in hand does it.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from pharmdocs.errors import SelectionError
from pharmdocs.geometry import Box, mm, to_mm
from pharmdocs.imposition import press
from pharmdocs.imposition.saddle import check_caliper, check_creep, half_sheets, saddle
from pharmdocs.imposition.saddle_marks import folds, saddle_marks, staples
from pharmdocs.imposition.schemes import Face, Sheet
from pharmdocs.pool import guarded
from pharmdocs.preflight import leaves
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.typeset import Job, Stylesheet, typeset

LETTER = half_sheets("letter")
EVERY = [*range(1, 65), 128, 256]

# A face: what lies left of the fold, and right of it; None where the paper is white.
Half = int | None
Spread = tuple[Half, Half]


def leafed(faces: Sequence[Spread], right_bound: bool = False) -> list[Half]:
    """Stack the sheets with their insides up, fold the pile, and turn the leaves.

    Rectos and versos come in turn, the outermost sheet first. Bound at the left, the front cover
    is the right half of the first recto. A leaf has its other side behind it: what lies right on
    a recto is left on the verso.
    """
    faces = [face[::-1] for face in faces] if right_bound else list(faces)
    pairs = list(zip(faces[::2], faces[1::2], strict=True))
    going_in = [half for recto, verso in pairs for half in (recto[1], verso[0])]
    coming_out = [half for recto, verso in reversed(pairs) for half in (verso[1], recto[0])]
    return going_in + coming_out


def spreads(sheets: Sequence[Sheet]) -> list[Spread]:
    """The halves of every face, told apart by where their middles lie."""
    found = []
    for sheet in sheets:
        for face in (sheet.recto, sheet.verso):
            assert face is not None
            halves: list[Half] = [None, None]
            for it in face.placements:
                side = int(it.box.left + it.box.size.width / 2 > mm(279.4) / 2)
                assert halves[side] is None
                halves[side] = it.page + 1
            found.append((halves[0], halves[1]))
    return found


def in_order(pages: int) -> list[Half]:
    """1, 2, 3, then blanks up to a multiple of four, then the back cover."""
    blanks: list[Half] = [None] * (-pages % 4)
    return [1, *blanks] if pages == 1 else [*range(1, pages), *blanks, pages]


@pytest.mark.parametrize(
    ("pages", "drawn"),
    [
        (1, "-|1 -|-"),
        (2, "2|1 -|-"),
        (4, "4|1 2|3"),
        (5, "5|1 2|- -|3 4|-"),
        (8, "8|1 2|7 6|3 4|5"),
        (16, "16|1 2|15 14|3 4|13 12|5 6|11 10|7 8|9"),
    ],
)
def test_sheets_are_as_a_printer_draws_them(pages: int, drawn: str) -> None:
    """Front and back of each sheet in turn, from a dummy folded by hand."""
    said = [
        (None if left == "-" else int(left), None if right == "-" else int(right))
        for left, right in (face.split("|") for face in drawn.split())
    ]
    assert spreads(saddle(pages, LETTER)) == said


@pytest.mark.parametrize("binding", ["left", "right"])
@pytest.mark.parametrize("pages", EVERY)
def test_a_folded_booklet_reads_in_order(pages: int, binding: str) -> None:
    sheets = saddle(pages, LETTER, mm(0.1), binding)
    assert [sheet.number for sheet in sheets] == list(range(-(-pages // 4)))
    assert leafed(spreads(sheets), binding == "right") == in_order(pages)


def test_no_pages_are_no_sheets() -> None:
    assert saddle(0, LETTER) == ()


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_halves_fill_the_paper_and_meet_in_the_fold(paper: str) -> None:
    stock = half_sheets(paper)
    wide, high = {"letter": (279.4, 215.9), "a4": (297, 210)}[paper]
    assert (to_mm(stock.sheet.width), to_mm(stock.sheet.height)) == pytest.approx((wide, high))
    for face in (saddle(4, stock)[0].recto, saddle(4, stock)[0].verso):
        assert face is not None
        left, right = (it.box for it in face.placements)
        assert (left.left, right.left) == pytest.approx((0, mm(wide / 2)))
        assert left.size == right.size
        assert (to_mm(left.size.width), to_mm(left.size.height)) == pytest.approx((wide / 2, high))


@pytest.mark.parametrize(("sheets", "moved"), [(4, 0.0), (5, 0.12), (15, 0.12)])
def test_creep_is_made_up_for_from_five_sheets(sheets: int, moved: float) -> None:
    """Sheet i from outside moves i times the paper's thickness, on both halves of both faces."""
    for sheet in saddle(4 * sheets, LETTER, mm(0.12)):
        for face in (sheet.recto, sheet.verso):
            assert face is not None
            left, right = (to_mm(it.box.left) for it in face.placements)
            # Towards the spine is to the right on the left half.
            assert left == pytest.approx(sheet.number * moved)
            assert right == pytest.approx(139.7 - sheet.number * moved)


@pytest.mark.parametrize("length", [mm(0.61), mm(50)])
def test_a_caliper_that_no_paper_has_is_refused(length: float) -> None:
    with pytest.raises(SelectionError, match="thicker than any paper that folds"):
        check_caliper(length)


def test_a_caliper_of_heavy_paper_is_taken() -> None:
    check_caliper(mm(0.5))
    check_caliper(0.0)


def test_pages_do_not_move_into_the_fold() -> None:
    """61 sheets of 0.1 mm move the innermost by 6 mm; one more is too much."""
    check_creep(61, mm(0.1))
    with pytest.raises(SelectionError, match=r"62 sheets of 0\.1 mm .* 6\.1"):
        check_creep(62, mm(0.1))


# ---------------------------------------------------------------- through the real PDF


@cache
def set_pages(count: int) -> bytes:
    """Pages that show their own number alone, each in a section with a bookmark and a link on."""
    pages = "".join(
        f'<section id="p{number}"><h1>P{number:03}</h1>'
        f'<p><a href="#p{number % count + 1}">on</a></p></section>'
        for number in range(1, count + 1)
    )
    css = """
    @page { size: 139.7mm 215.9mm; margin: 20mm }
    html { font: 10pt/14pt "Pharm Serif" } body, p { margin: 0 }
    h1 { font-size: 12pt; margin: 0; bookmark-level: 2 }
    section { break-after: page; bookmark-level: 1; bookmark-label: attr(id) }
    """
    html = (
        '<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Dummy</title></head>'
        f"<body>{pages}</body></html>"
    )
    job = Job(html, (Stylesheet("dummy.css", css),), str(Path(__file__).parent))
    return finish(guarded(typeset, job), body="")


@cache
def folded(count: int, binding: str = "left", caliper: float = 0.1) -> bytes:
    return pressed(count, saddle(count, LETTER, mm(caliper), binding))


def pressed(count: int, sheets: tuple[Sheet, ...]) -> bytes:
    stamps = [f"Sheet {sheet.number + 1} of {len(sheets)}" for sheet in sheets]
    drawn = saddle_marks(LETTER, sheets, stamps, fonts.folder() / "PharmSans-Regular.ttf")
    labels = tuple(f"face {number}" for number in range(2 * len(sheets)))
    plan = press.Plan("Dummy", "short-edge", labels, faces_in_outline=False)
    return press.press(set_pages(count), sheets, LETTER, drawn, plan)


def printed(pdf: bytes) -> list[dict[int, float]]:
    """Of every face the pages that can be read on it, each with where its number begins."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            found.append(
                {
                    int(match[1]): text.get_charbox(match.start(), loose=True)[0]
                    for match in re.finditer(r"P(\d{3})", text.get_text_range())
                }
            )
    return found


def halves(pdf: bytes) -> list[Spread]:
    """The number that is read left of the fold, and right of it."""
    found = []
    for face in printed(pdf):
        left = [number for number, x in face.items() if x < mm(139.7)]
        right = [number for number, x in face.items() if x >= mm(139.7)]
        assert len(left) <= 1
        assert len(right) <= 1
        found.append((left[0] if left else None, right[0] if right else None))
    return found


@pytest.mark.parametrize("binding", ["left", "right"])
@pytest.mark.parametrize("count", [1, 5, 24, 63])
def test_the_file_reads_in_order_once_it_is_folded(count: int, binding: str) -> None:
    pdf = folded(count, binding)
    assert leafed(halves(pdf), binding == "right") == in_order(count)


def test_the_file_moves_its_pages_towards_the_spine() -> None:
    """A number begins 20 mm from its page's left edge, but for creep."""
    faces = printed(folded(24, caliper=0.2))
    for face, pages in enumerate(faces):
        by = 0.2 * (face // 2)
        left, right = sorted(pages.values())
        assert to_mm(left) == pytest.approx(20 + by, abs=0.05)
        assert to_mm(right) == pytest.approx(139.7 + 20 - by, abs=0.05)


def test_the_printer_is_told_to_flip_on_the_short_edge() -> None:
    with pikepdf.open(io.BytesIO(folded(8))) as document:
        told = document.Root.ViewerPreferences
        said = str(told.Duplex), str(told.PrintScaling)
        assert said == ("/DuplexFlipShortEdge", "/None")
        for page in document.pages:
            box = [float(side) for side in page.mediabox]
            assert box == pytest.approx([0, 0, mm(279.4), mm(215.9)], abs=0.001)


def test_bookmarks_keep_their_levels_and_lead_to_the_pages_place() -> None:
    """Page 7 of 8 lies right on the first sheet's back, page 6 left on the second one's front."""
    with pikepdf.open(io.BytesIO(folded(8))) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root] == [f"p{number}" for number in range(1, 9)]
        faces = [0, 1, 2, 3, 3, 2, 1, 0]
        right = [True, False, True, False, True, False, True, False]
        for number, item in enumerate(outline.root):
            (below,) = item.children
            assert below.title == f"P{number + 1:03}"
            for it in (item, below):
                assert isinstance(it.destination, pikepdf.Array)
                page = pikepdf.Page(it.destination[0])
                assert document.pages.index(page) == faces[number]
                assert (float(it.destination[2]) > mm(139.7)) is right[number]


def test_page_labels_are_those_that_were_asked_for() -> None:
    with pikepdf.open(io.BytesIO(folded(8))) as document:
        said = [str(page.label) for page in document.pages]
    assert said == ["face 0", "face 1", "face 2", "face 3"]


# ---------------------------------------------------------------- the check that folds the file


def told(count: int, sheets: tuple[Sheet, ...], right_bound: bool = False) -> list[str]:
    """What the check says of a file of these sheets, without the mending."""
    texts = [leaves.kept(f"P{number:03} on") for number in range(1, count + 1)]
    with pikepdf.open(io.BytesIO(pressed(count, sheets))) as document:
        return [it.what for it in leaves.check(document, texts, LETTER.sheet, right_bound)]


@pytest.mark.parametrize("binding", ["left", "right"])
@pytest.mark.parametrize("count", [1, 8, 23, 24])
def test_a_sound_file_folds_without_a_word(count: int, binding: str) -> None:
    assert told(count, saddle(count, LETTER, mm(0.3), binding), binding == "right") == []


def test_accents_count_however_they_are_drawn() -> None:
    """An accent of its own in the content is one with its letter in the file."""
    assert leaves.kept("e\u0301tude") == leaves.kept("étude") != leaves.kept("etude")


def moved(sheet: Sheet, side: str, index: int, **changes: Any) -> Sheet:
    """The sheet with one of its pages laid otherwise."""
    face = getattr(sheet, side)
    pages = list(face.placements)
    pages[index] = replace(pages[index], **changes)
    return replace(sheet, **{side: Face(tuple(pages))})  # type: ignore[arg-type]


def test_sheets_in_another_order_do_not_read_in_order() -> None:
    first, second = saddle(8, LETTER)
    found = told(8, (second, first))
    assert "sheet 1 front, right: page 3 lies where page 1 is turned to" in found
    assert len(found) == 8


def test_a_cover_on_the_wrong_side_is_found() -> None:
    found = told(4, saddle(4, LETTER, 0, "right"))
    assert found[0] == "sheet 1 front, right: page 4 lies where page 1 is turned to"


def test_a_page_that_is_missing_is_found() -> None:
    (sheet,) = saddle(4, LETTER)
    assert sheet.verso is not None
    found = told(4, (replace(sheet, verso=Face(sheet.verso.placements[1:])),))
    assert found == ["sheet 1 back, left: nothing lies where page 2 is turned to"]


def test_a_page_on_its_head_is_found() -> None:
    (sheet,) = saddle(4, LETTER)
    found = told(4, (moved(sheet, "verso", 1, turned=True),))
    assert found == ["sheet 1 back, right: the page is turned, scaled or slanted"]


@pytest.mark.parametrize(
    ("across", "down", "said"),
    [
        (0.02, 0.0, ["sheet 1 front, right: the page lies 0.020 mm off the fold"]),
        (-0.02, 0.0, []),
        (0.0, 0.02, []),
    ],
)
def test_a_page_that_does_not_lie_on_its_back_is_found(
    across: float, down: float, said: list[str]
) -> None:
    """Page 1 moved by 20 micrometres; page 2 lies behind it."""
    (sheet,) = saddle(4, LETTER)
    box = sheet.recto.placements[1].box
    box = Box(box.left + mm(across), box.top + mm(down), box.size)
    off = f"{across:+.3f} mm towards the fold and {-down:+.3f} mm down".replace("-0.000", "+0.000")
    found = told(4, (moved(sheet, "recto", 1, box=box),))
    behind = (
        f"sheet 1 back, left: the page lies {off} from the one behind it (sheet 1 front, right)"
    )
    assert [it.replace("-0.000", "+0.000") for it in found] == [*said, behind]


def test_two_pages_on_one_half_are_found() -> None:
    (sheet,) = saddle(4, LETTER)
    found = told(4, (moved(sheet, "recto", 0, box=sheet.recto.placements[1].box),))
    assert found[0] == "sheet 1 front, right: two pages lie on each other"


def test_a_sheet_too_few_is_found() -> None:
    assert told(8, saddle(8, LETTER)[:1]) == ["8 pages lie on 2 faces, not on 4"]


def test_marks_stand_in_the_fold_and_off_the_edge() -> None:
    """No printer prints the outer 4 mm, and viewers shrink what reaches into them."""
    ticks, holes = folds(LETTER.sheet), staples(LETTER.sheet)
    assert {round(to_mm(x), 3) for line in ticks + holes for x in line[::2]} == {139.7}
    assert [[round(to_mm(y), 2) for y in line[1::2]] for line in ticks] == [
        [4, 7],
        [208.9, 211.9],
    ]
    # The middles of the staples quarter the fold.
    middles = [to_mm(line[1] + line[3]) / 2 for line in holes]
    assert middles == pytest.approx([215.9 / 4, 215.9 * 3 / 4])


def test_the_cover_has_staple_marks_and_every_inside_its_folds_and_its_number() -> None:
    with pypdfium2.PdfDocument(folded(24)) as document:
        said = [page.get_textpage().get_text_range() for page in document]
        lines = [dark_in_the_fold(page) for page in document]
    stamps = [re.findall(r"Sheet \d of 6", text) for text in said]
    assert stamps == [it for sheet in range(1, 7) for it in ([], [f"Sheet {sheet} of 6"])]
    # On the cover two marks of 8 mm; nothing on the fronts of the others.
    assert [round(sum(lines[face])) for face in (0, 2, 4)] == [16, 0, 0]
    assert all(max(lines[face]) > 2 for face in range(1, 12, 2))


def dark_in_the_fold(page: pypdfium2.PdfPage) -> list[float]:
    """How long the dark stretches are that lie on the fold, in millimetres."""
    scale = 4.0
    picture = page.render(scale=scale).to_pil().convert("L")
    middle = picture.width // 2
    column = [
        min(picture.getpixel((x, y)) for x in (middle - 1, middle, middle + 1)) < 200
        for y in range(picture.height)
    ]
    found: list[float] = []
    for y, dark in enumerate(column):
        if dark and (y == 0 or not column[y - 1]):
            found.append(0.0)
        if dark:
            found[-1] += to_mm(1 / scale)
    return found or [0.0]
