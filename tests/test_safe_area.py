"""Ink stays inside the safe area of every card, read from the finished, imposed sheets.

Nothing of the typesetter is asked: pdfium says where each letter lies and what each pixel shows,
the stock says where its cards lie.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import plain_pdf
import pypdfium2
import pytest
from card_builds import HEAD, lay_cards, numbered
from pikepdf import Dictionary, Name
from PIL import Image

from pharmdocs.build import Request
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.geometry import Box, Size, mm
from pharmdocs.imposition.stock import Stock, read_stocks
from pharmdocs.preflight import ANYBODYS, Safe, safe_area, seen
from pharmdocs.project import find_project

STOCKS = read_stocks(None, "")
# Letters may hang over by what the eye takes for a straight edge: 0.18 mm.
OVERHANG = 0.5
DPI = 144
STAMP = re.compile(r"[^·]+·sheet\d+of\d+,(front|back)·[^·]+·[a-z0-9-]+·pharmdocs[\d.]+50mm")


def cards_of(stock: Stock, verso: bool) -> list[Box]:
    """Where the cards lie on a face of upright paper that is turned over its long edge."""
    if not verso:
        return list(stock.slots())
    return [Box(stock.sheet.width - it.right, it.top, it.size) for it in stock.slots()]


def letters(page: pypdfium2.PdfPage) -> Iterator[tuple[str, Box]]:
    """Every letter that shows something, in points from the upper left corner of the paper."""
    text, height = page.get_textpage(), page.get_height()
    said = text.get_text_range()
    for at in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(at)
        if said[at].strip() and right > left and top > bottom:
            yield said[at], Box(left, height - top, Size(right - left, top - bottom))


def astray(path: Path, stock: Stock) -> tuple[int, list[str]]:
    """How many letters lie on cards, and those that reach out of a safe area.

    Off the cards stands the stamp and nothing else.
    """
    count, found = 0, []
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document):
            cards, off = cards_of(stock, verso=number % 2 == 1), ""
            for letter, box in letters(page):
                touched = [card for card in cards if overlap(card, box) > 0]
                count += bool(touched)
                off += "" if touched else letter
                safe = [card.inset(stock.safe).contains(box, OVERHANG) for card in touched]
                if touched and safe != [True]:
                    found.append(f"page {number + 1}: {letter} at {box.left:.1f}, {box.top:.1f}")
            if not STAMP.fullmatch(off):
                found.append(f"page {number + 1}: {off}")
    return count, found


def overlap(one: Box, other: Box) -> float:
    across = min(one.right, other.right) - max(one.left, other.left)
    return min(across, min(one.bottom, other.bottom) - max(one.top, other.top))


def stained(path: Path, stock: Stock) -> list[str]:
    """Cards with a pixel of ink between their trim and their safe area, whatever drew it."""
    found, scale = [], DPI / 72
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document):
            paper: Image.Image = page.render(scale=scale).to_pil().convert("L")
            for slot, card in enumerate(cards_of(stock, verso=number % 2 == 1)):
                # A pixel off the trim, where lines to cut along end; one for smooth edges.
                outer, inner = card.inset(1 / scale), card.inset(stock.safe - 1.5 / scale)
                picture = paper.crop(pixels(outer, scale))
                hole = pixels(
                    Box(inner.left - outer.left, inner.top - outer.top, inner.size), scale
                )
                picture.paste(255, hole)
                if picture.getextrema()[0] != 255:
                    found.append(f"page {number + 1}, slot {slot + 1}")
    return found


def pixels(box: Box, scale: float) -> tuple[int, int, int, int]:
    sides = (box.left, box.top, box.right, box.bottom)
    left, top, right, bottom = (round(side * scale) for side in sides)
    return left, top, right, bottom


@pytest.mark.system
@pytest.mark.parametrize("stock", ["", "avery-5371", "poker-a4"])
def test_the_interview_bank_stays_inside(
    interview_cards: Callable[[str], Path], stock: str
) -> None:
    """On index cards, on business cards, and on upright ones."""
    path, found = interview_cards(stock), STOCKS[stock or "index-3x5-letter"]
    count, out = astray(path, found)
    assert out == []
    # 25 cards with a hundred words or so on both faces.
    assert count > 25 * 300
    assert stained(path, found) == []


@pytest.fixture(scope="module")
def long_cards(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Texts that end near the foot of a business card or beyond, on every rung of the ladder."""
    root = tmp_path_factory.mktemp("long")
    texts = [(f"{numbered(n, 'ask')}?", numbered(3 * n, "fj")) for n in range(4, 41, 2)]
    texts += [("(gßÅ) " + "yg" * n, "Ågjy| " + "fjÄÇ" * n) for n in range(4, 14, 3)]
    rows = [f"n{at},{front},{back},safety,\n" for at, (front, back) in enumerate(texts)]
    lay_cards(root, HEAD + "".join(rows))
    folder = tmp_path_factory.mktemp("sheets")

    @cache
    def build(stock: str) -> Path:
        request = Request(find_project(root), output=folder / stock)
        return build_flashcards(request, Cards(stock=stock)).paths[0]

    return build


@pytest.mark.system
@pytest.mark.parametrize("stock", ["avery-5371", "avery-c32011"])
def test_long_texts_stay_inside(long_cards: Callable[[str], Path], stock: str) -> None:
    count, out = astray(long_cards(stock), STOCKS[stock])
    assert out == []
    assert count > 9_000


@pytest.mark.parametrize("stock", ["a7-a4", "avery-5371"])
def test_a_placeholder_at_the_foot_stays_inside(stock: str, tmp_path: Path) -> None:
    """Its brackets are the lowest signs there are; it is as small as the foot it stands in."""
    lay_cards(tmp_path)
    question = tmp_path / "content/small/q01.md"
    text = question.read_text(encoding="utf-8")
    assert "“And then?”" in text
    question.write_text(text.replace("“And then?”", "And at [your pharmacy]?"), encoding="utf-8")
    request = Request(find_project(tmp_path), output=tmp_path / "made", only="q01")
    path = build_flashcards(request, Cards(stock=stock)).paths[0]
    count, out = astray(path, STOCKS[stock])
    assert out == []
    assert count > 50


@pytest.mark.system
def test_no_pixel_of_a_long_text_is_outside(long_cards: Callable[[str], Path]) -> None:
    """On cards without a gap; where there is one, the band at the left may bleed."""
    assert stained(long_cards("avery-5371"), STOCKS["avery-5371"]) == []


@pytest.mark.system
def test_a_letter_outside_would_be_seen(long_cards: Callable[[str], Path]) -> None:
    """Against a stock whose safe area is smaller by half a millimetre."""
    stock = replace(STOCKS["avery-5371"], safe=STOCKS["avery-5371"].safe + mm(0.5))
    path = long_cards("avery-5371")
    assert astray(path, stock)[1]
    assert stained(path, stock)


@pytest.mark.parametrize("stock", ["avery-5371", "avery-8373"])
def test_low_ink_leaves_a_hairline_of_the_band(stock: str, tmp_path: Path) -> None:
    """Where the band is a border, and where it bleeds: what is dark at the first card's left."""
    lay_cards(tmp_path)
    dark = []
    for ink in ("full", "low"):
        request = Request(find_project(tmp_path), ink=ink, output=tmp_path / ink, only="c1")
        path = build_flashcards(request, Cards(stock=stock, jobs=1)).paths[0]
        card = STOCKS[stock].slots()[0]
        edge = Box(card.left - mm(3), card.top, Size(mm(10), card.size.height))
        with pypdfium2.PdfDocument(path) as document:
            paper: Image.Image = document[0].render(scale=4).to_pil().convert("L")
        strip = paper.crop(pixels(edge, 4)).histogram()
        dark.append(sum((255 - grey) * count for grey, count in enumerate(strip)))
    assert 0 < dark[1] < dark[0] / 5


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("word            ", 0),
        ("            word", 1),
        ("word           .", 1),
    ],
)
def test_spaces_at_the_end_of_a_line_are_no_ink(tmp_path: Path, text: str, broken: int) -> None:
    """A line begins 40 pt before the end of the safe area: "word" fits, twelve spaces do not."""
    path = plain_pdf.write(tmp_path / "x.pdf", f"BT /F 12 Tf 360 400 Td ({text}) Tj ET")
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        document.pages[0].Resources = Dictionary(Font=Dictionary(F=font))
        document.save(path)
    promise = replace(ANYBODYS, safe=Safe(0.0, (Box(100, 100, Size(300, 600)),)))
    found = [it for page in seen.read(path.read_bytes()) for it in safe_area.check(page, promise)]
    assert len(found) == broken
