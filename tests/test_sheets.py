"""Cards on every stock, turned every way, as many as leave a sheet short, full or begun.

The finished file is read with another engine than wrote it. Every plain card shows a word of its
own on each face: where the words lie on paper must be where arithmetic puts the card.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pypdfium2
import pytest
from card_builds import HEAD, lay_cards, run, texts

from pharmdocs.imposition.schemes import DUPLEX
from pharmdocs.imposition.stock import Stock, read_stocks

STOCKS = read_stocks(None, "")
# Which faces the pages of a file show, again and again, and what the printer is told.
TURNED = {
    "long-edge": ({"": ["front", "back"]}, "/DuplexFlipLongEdge"),
    "short-edge": ({"": ["front", "back"]}, "/DuplexFlipShortEdge"),
    "manual": ({"-fronts": ["front"], "-backs": ["back"]}, "/Simplex"),
    "fold": ({"": ["both"]}, "/Simplex"),
    "none": ({"": ["front"]}, "/Simplex"),
}
# Every stock, how the sheet is turned, how many cards, and how many of them a sheet holds.
SAMPLE = [
    ("avery-5388", "long-edge", 4, 3),
    ("avery-5389", "short-edge", 1, 2),
    ("avery-5390", "long-edge", 8, 8),
    ("avery-5371", "long-edge", 100, 10),
    ("avery-5392", "none", 7, 6),
    ("avery-8373", "manual", 7, 8),
    ("avery-c32011", "fold", 5, 4),
    ("avery-c32015", "long-edge", 25, 8),
    ("avery-l7414", "short-edge", 11, 10),
    ("zweckform-32010", "short-edge", 9, 10),
    ("index-3x5-letter", "manual", 3, 3),
    ("index-3x5-a4", "manual", 2, 3),
    ("single-3x5", "long-edge", 2, 1),
    ("single-3x5", "short-edge", 1, 1),
    ("quarter-letter", "fold", 25, 2),
    ("four-up-a4", "none", 3, 4),
    ("eight-up-letter", "fold", 4, 4),
    ("a7-a4", "fold", 100, 4),
    ("poker-letter", "short-edge", 10, 9),
    ("poker-a4", "none", 9, 9),
    ("poker-a4", "fold", 1, 3),
]


def test_the_sample_is_of_everything() -> None:
    """Each stock, each turn on both papers, each number of cards that makes a difference."""
    assert {name for name, *_ in SAMPLE} == set(STOCKS)
    turns = Counter((STOCKS[name].paper, duplex) for name, duplex, *_ in SAMPLE)
    assert {(paper, duplex) for paper in ("letter", "a4") for duplex in DUPLEX} <= set(turns)
    assert min(Counter(duplex for _, duplex, *_ in SAMPLE).values()) >= 2
    counts = {count - per for _, _, count, per in SAMPLE}
    assert {-1, 0, 1} <= counts
    assert {1, 25, 100} <= {count for _, _, count, _ in SAMPLE}
    flat = [(STOCKS[name], per) for name, duplex, _, per in SAMPLE if duplex != "fold"]
    assert all(per == stock.per_sheet for stock, per in flat)


class Word(NamedTuple):
    """A word on paper, with the middle of its first letter from the paper's upper left corner."""

    text: str
    x: float
    y: float


def found(path: Path) -> list[list[Word]]:
    """The words of their own that the pages show."""
    pages = []
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            text, height = page.get_textpage(), page.get_height()
            words = []
            for match in re.finditer(r"(?:ask|tell)\d{3}", text.get_text_range()):
                left, bottom, right, top = text.get_charbox(match.start())
                words.append(Word(match[0], (left + right) / 2, height - (bottom + top) / 2))
            pages.append(words)
    return pages


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of a hundred plain cards; those numbered 1 to n carry the tags n and above."""
    root: Path = tmp_path_factory.mktemp("deck")
    counts = sorted({count for _, _, count, _ in SAMPLE})
    rows = []
    for number in range(1, max(counts) + 1):
        tags = " ".join(f"n{count}" for count in counts if number <= count)
        rows.append(f"c{number:03},ask{number:03},tell{number:03},safety,{tags}\n")
    lay_cards(root, HEAD + "".join(rows))
    return root


# Each turn among the first ones; the others take longer.
@pytest.mark.parametrize(
    ("name", "duplex", "count", "per"),
    [*SAMPLE[:12], *(pytest.param(*it, marks=pytest.mark.system) for it in SAMPLE[12:])],
)
def test_cards_lie_where_they_are_due(
    deck: Path, tmp_path: Path, name: str, duplex: str, count: int, per: int
) -> None:
    """Bookmarks, what the printer is told, and every word in its slot on its own face."""
    files, edge = TURNED[duplex]
    asked = ["--project", str(deck), "--only", f"tag:n{count}", "--stock", name]
    result = run(*asked, "--duplex", duplex, "-o", str(tmp_path / "c.pdf"))
    assert result.exit_code == 0, result.output
    names = {f"c{name}.pdf" for name in files} | ({"c-how-to.pdf"} if duplex == "manual" else set())
    assert {file.name for file in tmp_path.glob("*.pdf")} == names
    cards = list(range(1, count + 1))
    piles = [cards[at : at + per] for at in range(0, count, per)]
    for file, shown in files.items():
        path = tmp_path / f"c{file}.pdf"
        assert preferences(path) == (True, "/None", edge)
        assert titles(path) == [
            f"Sheet {number} {'back' if side == 'back' else 'front'}: {span(pile)}"
            for number, pile in enumerate(piles, 1)
            for side in shown
        ]
        pages = iter(found(path))
        for pile in piles:
            for side in shown:
                check(next(pages), list(due(STOCKS[name], duplex, pile, side)), STOCKS[name])
        assert list(pages) == []


def check(words: list[Word], expected: list[Word], stock: Stock) -> None:
    """Each word begins inside its card, and no word is missing or a stranger."""
    assert [word.text for word in sorted(words)] == [word.text for word in sorted(expected)]
    for word, middle in zip(sorted(words), sorted(expected), strict=True):
        assert abs(word.x - middle.x) < stock.trim.width / 2
        assert abs(word.y - middle.y) < stock.trim.height / 2


def due(stock: Stock, duplex: str, pile: list[int], side: str) -> Iterator[Word]:
    """The words of a face, each with the middle of its card as one sees it on that face."""
    for place, card in enumerate(pile):
        if side == "both":
            front, back = folded(stock, place)
            yield Word(f"ask{card:03}", *middle(stock, front))
            yield Word(f"tell{card:03}", *middle(stock, back))
        elif side == "front":
            yield Word(f"ask{card:03}", *middle(stock, place))
        else:
            x, y = middle(stock, place)
            upright = stock.sheet.height >= stock.sheet.width
            if upright is (duplex != "short-edge"):
                yield Word(f"tell{card:03}", stock.sheet.width - x, y)
            else:
                yield Word(f"tell{card:03}", x, stock.sheet.height - y)


def middle(stock: Stock, place: int) -> tuple[float, float]:
    row, column = divmod(place, stock.columns)
    return (
        stock.left + column * (stock.trim.width + stock.gap.width) + stock.trim.width / 2,
        stock.top + row * (stock.trim.height + stock.gap.height) + stock.trim.height / 2,
    )


def folded(stock: Stock, card: int) -> tuple[int, int]:
    """The slots of both faces: neighbours in a row, or one above the other where rows touch."""
    if stock.columns > 1 and not stock.gap.width:
        row, pair = divmod(card, stock.columns // 2)
        first = row * stock.columns + 2 * pair
        return first, first + 1
    pair, column = divmod(card, stock.columns)
    first = 2 * pair * stock.columns + column
    return first, first + stock.columns


def titles(path: Path) -> list[str]:
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        return [item.title for item in outline.root]


def preferences(path: Path) -> tuple[bool, str, str]:
    with pikepdf.open(path) as pdf:
        said = pdf.Root.ViewerPreferences
        return bool(said.PickTrayByPDFSize), str(said.PrintScaling), str(said.Duplex)


def span(pile: list[int]) -> str:
    ids = [f"c{card:03}" for card in pile]
    return ids[0] if len(ids) == 1 else f"{ids[0]}–{ids[-1]}"


def test_the_how_to_of_two_passes_is_a_page_of_words(deck: Path, tmp_path: Path) -> None:
    run("--project", str(deck), "--only", "c001", "--duplex", "manual", "-o", str(tmp_path))
    (page,) = texts(tmp_path / "flashcards-how-to.pdf")
    assert len(page.split()) > 40
