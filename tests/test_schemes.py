"""Which card lies where: held against drawings, and against paper that is turned and folded here.

In a drawing a letter is a card. Its capital stands where the content begins, in the corner that
reads as the upper left; a front is filled with the letter, a back with colons. A sign is 3 mm wide
and 4.5 mm high. Fronts are on the left, and on the right what one sees after turning the paper.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

import pytest

from pharmdocs.errors import SelectionError, SetupError
from pharmdocs.geometry import Box, Size, mm
from pharmdocs.imposition.schemes import (
    DUPLEX,
    FOLDING,
    Face,
    Placement,
    Sheet,
    cards,
    flip_axis,
    fold_lines,
    fold_over,
    mirrored,
)
from pharmdocs.imposition.stock import Stock, read_stocks

STOCKS = read_stocks(None, "pharmdocs.toml")
TURNED = ("long-edge", "short-edge", "manual")


def sheet_of(columns: int, rows: int) -> Stock:
    """Cards of 30 x 22.5 mm with 10 mm on their left, 16 right, 9 above and 20 below."""
    size = Size(mm(10 + 30 * columns + 16), mm(9 + 22.5 * rows + 20))
    return replace(
        STOCKS["poker-a4"],
        name="uneven",
        sheet=size,
        trim=Size(mm(30), mm(22.5)),
        columns=columns,
        rows=rows,
        left=mm(10),
        top=mm(9),
        paper="",
    )


PORTRAIT = sheet_of(2, 3)
LANDSCAPE = sheet_of(3, 2)
SQUARE = Size(mm(100), mm(100))


def drawn(face: Face, size: Size) -> list[str]:
    """A face as rows of signs."""
    columns, rows = int(size.width / mm(3) + 0.5), int(size.height / mm(4.5) + 0.5)
    canvas = [["." for _ in range(columns)] for _ in range(rows)]
    for placement in face.placements:
        box = placement.box
        inside = [
            (row, column)
            for row in range(rows)
            for column in range(columns)
            if box.left < mm(3) * (column + 0.5) < box.right
            and box.top < mm(4.5) * (row + 0.5) < box.bottom
        ]
        letter = chr(ord("a") + placement.page // 2)
        for row, column in inside:
            assert canvas[row][column] == ".", "a card lies on another one"
            canvas[row][column] = ":" if placement.page % 2 else letter
        row, column = inside[-1 if placement.turned else 0]
        canvas[row][column] = letter.upper()
    return ["".join(line) for line in canvas]


def as_seen(sheet: Sheet, stock: Stock) -> str:
    """Both faces of a sheet side by side."""
    faces = [face for face in (sheet.recto, sheet.verso) if face is not None]
    columns = [drawn(face, stock.sheet) for face in faces]
    return "\n" + "\n".join("   ".join(lines) for lines in zip(*columns, strict=True)) + "\n"


# Upright paper, turned over its long edge as a page is turned. The 16 mm are on the left then.
LONG_EDGE = """
.............................   .............................
.............................   .............................
...AaaaaaaaaaBbbbbbbbbb......   .....B:::::::::A:::::::::....
...aaaaaaaaaabbbbbbbbbb......   .....::::::::::::::::::::....
...aaaaaaaaaabbbbbbbbbb......   .....::::::::::::::::::::....
...aaaaaaaaaabbbbbbbbbb......   .....::::::::::::::::::::....
...aaaaaaaaaabbbbbbbbbb......   .....::::::::::::::::::::....
...CcccccccccDddddddddd......   .....D:::::::::C:::::::::....
...ccccccccccdddddddddd......   .....::::::::::::::::::::....
...ccccccccccdddddddddd......   .....::::::::::::::::::::....
...ccccccccccdddddddddd......   .....::::::::::::::::::::....
...ccccccccccdddddddddd......   .....::::::::::::::::::::....
...Eeeeeeeeee................   ...............E:::::::::....
...eeeeeeeeee................   ...............::::::::::....
...eeeeeeeeee................   ...............::::::::::....
...eeeeeeeeee................   ...............::::::::::....
...eeeeeeeeee................   ...............::::::::::....
.............................   .............................
.............................   .............................
.............................   .............................
.............................   .............................
"""

# Turned over its short edge, top to bottom: the 20 mm are above, and all stands on its head.
SHORT_EDGE = """
.............................   .............................
.............................   .............................
...AaaaaaaaaaBbbbbbbbbb......   .............................
...aaaaaaaaaabbbbbbbbbb......   .............................
...aaaaaaaaaabbbbbbbbbb......   ...::::::::::................
...aaaaaaaaaabbbbbbbbbb......   ...::::::::::................
...aaaaaaaaaabbbbbbbbbb......   ...::::::::::................
...CcccccccccDddddddddd......   ...::::::::::................
...ccccccccccdddddddddd......   ...:::::::::E................
...ccccccccccdddddddddd......   ...::::::::::::::::::::......
...ccccccccccdddddddddd......   ...::::::::::::::::::::......
...ccccccccccdddddddddd......   ...::::::::::::::::::::......
...Eeeeeeeeee................   ...::::::::::::::::::::......
...eeeeeeeeee................   ...:::::::::C:::::::::D......
...eeeeeeeeee................   ...::::::::::::::::::::......
...eeeeeeeeee................   ...::::::::::::::::::::......
...eeeeeeeeee................   ...::::::::::::::::::::......
.............................   ...::::::::::::::::::::......
.............................   ...:::::::::A:::::::::B......
.............................   .............................
.............................   .............................
"""

# Paper on its side: the long edge is above, so that turning over it is turning top to bottom.
LANDSCAPE_LONG_EDGE = """
.......................................   .......................................
.......................................   .......................................
...AaaaaaaaaaBbbbbbbbbbCccccccccc......   .......................................
...aaaaaaaaaabbbbbbbbbbcccccccccc......   .......................................
...aaaaaaaaaabbbbbbbbbbcccccccccc......   ...::::::::::::::::::::................
...aaaaaaaaaabbbbbbbbbbcccccccccc......   ...::::::::::::::::::::................
...aaaaaaaaaabbbbbbbbbbcccccccccc......   ...::::::::::::::::::::................
...DdddddddddEeeeeeeeee................   ...::::::::::::::::::::................
...ddddddddddeeeeeeeeee................   ...:::::::::D:::::::::E................
...ddddddddddeeeeeeeeee................   ...::::::::::::::::::::::::::::::......
...ddddddddddeeeeeeeeee................   ...::::::::::::::::::::::::::::::......
...ddddddddddeeeeeeeeee................   ...::::::::::::::::::::::::::::::......
.......................................   ...::::::::::::::::::::::::::::::......
.......................................   ...:::::::::A:::::::::B:::::::::C......
.......................................   .......................................
.......................................   .......................................
"""

LANDSCAPE_SHORT_EDGE = """
.......................................   .......................................
.......................................   .......................................
...AaaaaaaaaaBbbbbbbbbbCccccccccc......   .....C:::::::::B:::::::::A:::::::::....
...aaaaaaaaaabbbbbbbbbbcccccccccc......   .....::::::::::::::::::::::::::::::....
...aaaaaaaaaabbbbbbbbbbcccccccccc......   .....::::::::::::::::::::::::::::::....
...aaaaaaaaaabbbbbbbbbbcccccccccc......   .....::::::::::::::::::::::::::::::....
...aaaaaaaaaabbbbbbbbbbcccccccccc......   .....::::::::::::::::::::::::::::::....
...DdddddddddEeeeeeeeee................   ...............E:::::::::D:::::::::....
...ddddddddddeeeeeeeeee................   ...............::::::::::::::::::::....
...ddddddddddeeeeeeeeee................   ...............::::::::::::::::::::....
...ddddddddddeeeeeeeeee................   ...............::::::::::::::::::::....
...ddddddddddeeeeeeeeee................   ...............::::::::::::::::::::....
.......................................   .......................................
.......................................   .......................................
.......................................   .......................................
.......................................   .......................................
"""


@pytest.mark.parametrize(
    ("stock", "duplex", "drawing"),
    [
        (PORTRAIT, "long-edge", LONG_EDGE),
        (PORTRAIT, "manual", LONG_EDGE),
        (PORTRAIT, "short-edge", SHORT_EDGE),
        (LANDSCAPE, "long-edge", LANDSCAPE_LONG_EDGE),
        (LANDSCAPE, "manual", LANDSCAPE_LONG_EDGE),
        (LANDSCAPE, "short-edge", LANDSCAPE_SHORT_EDGE),
    ],
)
def test_five_cards_lie_as_drawn(stock: Stock, duplex: str, drawing: str) -> None:
    [sheet] = cards(5, stock, duplex)
    assert as_seen(sheet, stock) == drawing


# Fold backwards along the middle: the right half comes to lie behind the left one.
FOLDED_SIDE = """
.............................
.............................
...AaaaaaaaaaA:::::::::......
...aaaaaaaaaa::::::::::......
...aaaaaaaaaa::::::::::......
...aaaaaaaaaa::::::::::......
...aaaaaaaaaa::::::::::......
...BbbbbbbbbbB:::::::::......
...bbbbbbbbbb::::::::::......
...bbbbbbbbbb::::::::::......
...bbbbbbbbbb::::::::::......
...bbbbbbbbbb::::::::::......
.............................
.............................
.............................
.............................
.............................
.............................
.............................
.............................
.............................
"""

# Fold backwards below the front: the back comes up behind it, so it is printed upside down.
FOLDED_BELOW = """
...................
...................
...Aaaaaaaaaa......
...aaaaaaaaaa......
...aaaaaaaaaa......
...aaaaaaaaaa......
...aaaaaaaaaa......
...::::::::::......
...::::::::::......
...::::::::::......
...::::::::::......
...:::::::::A......
...................
...................
...................
...................
...................
...................
...................
...................
...................
"""


def test_cards_are_folded_at_the_side_as_drawn() -> None:
    [sheet] = fold_over(2, PORTRAIT)
    assert as_seen(sheet, PORTRAIT) == FOLDED_SIDE


def test_cards_in_one_column_are_folded_below_as_drawn() -> None:
    column = sheet_of(1, 3)
    first, second = fold_over(2, column)
    assert as_seen(first, column) == FOLDED_BELOW
    assert as_seen(second, column) == FOLDED_BELOW.replace("a", "b").replace("A", "B")


def in_slots(sheets: tuple[Sheet, ...], stock: Stock) -> str:
    """Each sheet as a word: the letter of the card in each slot of the front, or a dot."""
    slots = list(stock.slots())
    words = []
    for sheet in sheets:
        word = ["."] * len(slots)
        for placement in sheet.recto.placements:
            sign = chr(ord("a" if placement.page % 2 else "A") + placement.page // 2)
            word[slots.index(placement.box)] = sign
        words.append("".join(word))
    return " ".join(words)


@pytest.mark.parametrize(
    ("count", "start", "order", "words"),
    [
        (0, 1, "sheet", ""),
        (3, 1, "sheet", "ABC."),
        (4, 1, "sheet", "ABCD"),
        (5, 1, "sheet", "ABCD E..."),
        (2, 3, "sheet", "..AB"),
        (4, 4, "sheet", "...A BCD."),
        (0, 4, "stack", ""),
        (10, 1, "stack", "ADGJ BEH. CFI."),
        (5, 1, "stack", "ACE. BD.."),
        (6, 3, "stack", "..AC EFBD"),
        (2, 4, "stack", "...A ...B"),
        (3, 4, "stack", "...A C..B"),
    ],
)
def test_cards_lie_in_these_slots(count: int, start: int, order: str, words: str) -> None:
    stock = sheet_of(2, 2)
    assert in_slots(cards(count, stock, "none", start, order), stock) == words


@pytest.mark.parametrize(
    ("columns", "rows", "count", "start", "order", "words"),
    [
        (2, 2, 3, 1, "sheet", "AaBb Cc.."),
        (2, 2, 2, 2, "sheet", "..Aa Bb.."),
        (2, 2, 2, 3, "sheet", "..Aa Bb.."),
        (2, 2, 3, 1, "stack", "AaCc Bb.."),
        # The third column has no partner, nor has the third row.
        (3, 2, 3, 1, "sheet", "Aa.Bb. Cc...."),
        (1, 3, 2, 1, "sheet", "Aa. Bb."),
        (1, 5, 2, 2, "sheet", "..Aa. Bb..."),
    ],
)
def test_folded_cards_lie_in_these_slots(
    columns: int, rows: int, count: int, start: int, order: str, words: str
) -> None:
    stock = sheet_of(columns, rows)
    assert in_slots(fold_over(count, stock, start, order), stock) == words


def test_columns_that_do_not_touch_are_folded_below() -> None:
    """As on Avery C32011: two columns 10 mm apart, the rows without a gap."""
    stock = replace(sheet_of(2, 3), gap=Size(mm(10), 0))
    assert in_slots(fold_over(3, stock), stock) == "ABab.. C.c..."


@pytest.mark.parametrize(
    ("size", "duplex", "axis"),
    [
        (Size(100, 200), "long-edge", "vertical"),
        (Size(100, 200), "short-edge", "horizontal"),
        (Size(100, 200), "manual", "vertical"),
        (Size(200, 100), "long-edge", "horizontal"),
        (Size(200, 100), "short-edge", "vertical"),
        (Size(200, 100), "manual", "horizontal"),
        (SQUARE, "long-edge", "vertical"),
        (SQUARE, "short-edge", "horizontal"),
    ],
)
def test_the_paper_is_turned_about_this_axis(size: Size, duplex: str, axis: str) -> None:
    assert flip_axis(size, duplex) == axis


@pytest.mark.parametrize("duplex", ["fold", "none"])
def test_paper_that_is_not_turned_has_no_axis(duplex: str) -> None:
    with pytest.raises(ValueError, match="is not turned"):
        flip_axis(SQUARE, duplex)


def test_a_box_is_mirrored_about_the_page() -> None:
    box = Box(10, 9, Size(30, 20))
    assert mirrored(box, Size(100, 200), "vertical") == Box(60, 9, Size(30, 20))
    assert mirrored(box, Size(100, 200), "horizontal") == Box(10, 171, Size(30, 20))


# Every stock there is, and ours whose margins differ --------------------------------------------

Point = tuple[float, float]
ALL = {**STOCKS, "portrait": PORTRAIT, "landscape": LANDSCAPE, "column": sheet_of(1, 3)}


def numbers(slots: int) -> list[int]:
    return sorted({1, slots - 1, slots, slots + 1, 25, 100} - {0})


def decks() -> Iterator[tuple[str, int]]:
    for name, stock in ALL.items():
        for count in numbers(stock.columns * stock.rows):
            yield name, count


every_stock = pytest.mark.parametrize("name", ALL)
every_deck = pytest.mark.parametrize(("name", "count"), list(decks()))
every_turn = pytest.mark.parametrize("duplex", TURNED)


def corners(placement: Placement) -> tuple[Point, Point, Point]:
    """Upper left, upper right and lower left of the content, as points of its face."""
    left, top = placement.box.left, placement.box.top
    right, bottom = left + placement.box.size.width, top + placement.box.size.height
    if placement.turned:
        return (right, bottom), (left, bottom), (right, top)
    return (left, top), (right, top), (left, bottom)


def turned_over(point: Point, size: Size, edge: str) -> Point:
    """Where a point of the back lies in the paper, as seen from the front.

    The sheet makes half a turn in space about a line through its middle that is parallel to the
    edge: v -> 2 d (d . v) - v, where d is the direction of that line.
    """
    upright = size.height >= size.width
    d = (0.0, 1.0) if upright is (edge == "long") else (1.0, 0.0)
    v = (point[0] - size.width / 2, point[1] - size.height / 2)
    along = 2 * (d[0] * v[0] + d[1] * v[1])
    return size.width / 2 + along * d[0] - v[0], size.height / 2 + along * d[1] - v[1]


def check_back(front: Placement, behind: tuple[Point, Point, Point]) -> None:
    """The back covers its front, and reads upright once the card is turned like a page.

    Seen through the card from the front, what begins on the back at the left begins at the right.
    """
    assert not front.turned
    left, right, below = corners(front)
    across = (right[0], below[1])
    for found, wanted in zip(behind, (right, left, across), strict=True):
        assert found == pytest.approx(wanted, abs=1e-6)


def pages(faces: list[Face]) -> list[int]:
    return sorted(placement.page for face in faces for placement in face.placements)


@every_turn
@every_deck
def test_every_back_lies_behind_its_front(name: str, count: int, duplex: str) -> None:
    stock = ALL[name]
    starts = {1, min(2, stock.per_sheet), stock.per_sheet}
    for start, order in product(starts, ("sheet", "stack")):
        sheets = cards(count, stock, duplex, start, order)
        versos = [sheet.verso for sheet in sheets if sheet.verso]
        assert pages([sheet.recto for sheet in sheets]) == [2 * card for card in range(count)]
        assert pages(versos) == [2 * card + 1 for card in range(count)]
        for sheet, verso in zip(sheets, versos, strict=True):
            backs = {placement.page: placement for placement in verso.placements}
            for front in sheet.recto.placements:
                edge = "short" if duplex == "short-edge" else "long"
                found = corners(backs[front.page + 1])
                first, second, third = (turned_over(p, stock.sheet, edge) for p in found)
                check_back(front, (first, second, third))


@every_deck
def test_every_card_lies_in_the_slot_that_is_its_turn(name: str, count: int) -> None:
    """On the last sheet as on the others: what is occupied is not moved to the middle."""
    stock = ALL[name]
    for start in {1, min(2, stock.per_sheet), stock.per_sheet}:
        sheets = cards(count, stock, "none", start)
        assert all(sheet.verso is None for sheet in sheets)
        assert [sheet.number for sheet in sheets] == list(range(len(sheets)))
        for sheet in sheets:
            for placement in sheet.recto.placements:
                place = start - 1 + placement.page // 2
                assert place // stock.per_sheet == sheet.number
                row, column = divmod(place % stock.per_sheet, stock.columns)
                assert (placement.box.left, placement.box.top) == pytest.approx(
                    (
                        stock.left + column * (stock.trim.width + stock.gap.width),
                        stock.top + row * (stock.trim.height + stock.gap.height),
                    )
                )


@every_deck
def test_cut_piles_are_in_order_and_the_piles_stack(name: str, count: int) -> None:
    stock = ALL[name]
    slots = list(stock.slots())
    for start in {1, min(2, stock.per_sheet), stock.per_sheet}:
        sheets = cards(count, stock, "long-edge", start, "stack")
        piles: list[list[int]] = [[] for _ in slots]
        for sheet in sheets:
            assert sheet.recto.placements, "a sheet without a card"
            for placement in sheet.recto.placements:
                piles[slots.index(placement.box)].append(placement.page // 2)
        deck = [card for pile in piles[start - 1 :] + piles[: start - 1] for card in pile]
        assert deck == list(range(count))


@every_stock
@every_turn
def test_a_face_holds_its_cards_without_overlap(name: str, duplex: str) -> None:
    stock = ALL[name]
    [sheet] = cards(stock.per_sheet, stock, duplex)
    assert sheet.verso
    whole = Box(0, 0, stock.sheet)
    for face in (sheet.recto, sheet.verso):
        boxes = [placement.box for placement in face.placements]
        assert all(whole.contains(box) and box.size == stock.trim for box in boxes)
        for one, other in combinations(boxes, 2):
            wide = min(one.right, other.right) - max(one.left, other.left)
            high = min(one.bottom, other.bottom) - max(one.top, other.top)
            assert min(wide, high) < 0.001


def foldable(stock: Stock) -> bool:
    """Whether two cards of a sheet share an edge, from the facts of the stock."""
    return (stock.columns > 1 and stock.gap.width == 0) or (stock.rows > 1 and not stock.gap.height)


@pytest.mark.parametrize(("name", "count"), [deck for deck in decks() if foldable(ALL[deck[0]])])
def test_folded_pairs_meet_at_the_fold(name: str, count: int) -> None:
    stock = ALL[name]
    for order in ("sheet", "stack"):
        sheets = cards(count, stock, "fold", order=order)
        assert all(sheet.verso is None for sheet in sheets)
        assert pages([sheet.recto for sheet in sheets]) == list(range(2 * count))
        for sheet in sheets:
            placed = sheet.recto.placements
            for front, back in zip(placed[::2], placed[1::2], strict=True):
                assert back.page == front.page + 1
                check_back(front, folded(front, back, stock))


def folded(front: Placement, back: Placement, stock: Stock) -> tuple[Point, Point, Point]:
    """The back's corners once it is folded behind its front, along a fold that is drawn."""
    one, two, three = corners(back)
    box = front.box
    for x1, y1, x2, y2 in fold_lines(stock):
        if x1 == x2 == pytest.approx(box.right) and back.box.top == box.top:
            assert y1 <= box.top < box.bottom <= y2 + 0.001
            behind = [(2 * x1 - x, y) for x, y in (one, two, three)]
            return behind[0], behind[1], behind[2]
        if y1 == y2 == pytest.approx(box.bottom) and back.box.left == box.left:
            assert x1 <= box.left < box.right <= x2 + 0.001
            behind = [(x, 2 * y1 - y) for x, y in (one, two, three)]
            return behind[0], behind[1], behind[2]
    raise AssertionError("no fold is drawn between front and back")


@pytest.mark.parametrize(
    ("stock", "lines"),
    [
        (PORTRAIT, [(40, 9, 40, 76.5)]),
        (sheet_of(4, 1), [(40, 9, 40, 31.5), (100, 9, 100, 31.5)]),
        (sheet_of(1, 3), [(10, 31.5, 40, 31.5)]),
        (sheet_of(1, 4), [(10, 31.5, 40, 31.5), (10, 76.5, 40, 76.5)]),
        (sheet_of(1, 1), []),
        (STOCKS["avery-8373"], []),
    ],
)
def test_folds_lie_here(stock: Stock, lines: list[tuple[float, ...]]) -> None:
    found = fold_lines(stock)
    assert len(found) == len(lines)
    for line, wanted in zip(found, lines, strict=True):
        assert line == pytest.approx([mm(length) for length in wanted])


# What cannot be ---------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [-1, 0, 7, 100])
@pytest.mark.parametrize("duplex", [mode for mode in DUPLEX if mode != "fold"])
def test_a_start_past_the_sheet_is_refused(start: int, duplex: str) -> None:
    with pytest.raises(SelectionError) as caught:
        cards(3, PORTRAIT, duplex, start)
    assert str(caught.value) == (
        f"`--start {start}`: uneven has 6 slots\n"
        "    fix: name a slot from 1 to 6; drawn by: pharmdocs stocks uneven"
    )


@pytest.mark.parametrize("start", [0, 6])
def test_a_start_that_leaves_no_pair_to_fold_is_refused(start: int) -> None:
    with pytest.raises(SelectionError) as caught:
        cards(3, PORTRAIT, "fold", start)
    assert str(caught.value) == (
        f"`--start {start}`: uneven has no two slots to fold from there on\n"
        "    fix: name a slot from 1 to 5; drawn by: pharmdocs stocks uneven"
    )


def test_a_sheet_of_one_card_starts_at_its_only_slot() -> None:
    with pytest.raises(SelectionError, match=r"single-3x5 has 1 slot\n    fix: leave --start out"):
        cards(3, STOCKS["single-3x5"], "long-edge", 2)


@every_stock
def test_a_stock_that_cannot_be_folded_names_one_that_can(name: str) -> None:
    stock = ALL[name]
    if foldable(stock):
        return
    with pytest.raises(SetupError) as caught:
        cards(1, stock, "fold")
    [problem] = caught.value.problems
    assert problem.what == (
        f"{name} cannot be folded: no two of its cards lie side by side without a gap"
    )
    works = {
        "letter": "eight-up-letter",
        "a4": "a7-a4",
        "": "eight-up-letter or a7-a4",
    }
    assert problem.fix == f"print on another stock: --stock {works[stock.paper]}"


def test_the_stocks_named_for_folding_can_be_folded() -> None:
    for paper, name in FOLDING.items():
        assert STOCKS[name].paper == paper
        assert len(fold_over(4, STOCKS[name])) == 1


def test_some_stocks_cannot_be_folded() -> None:
    """Else the test above would hold nothing."""
    assert sorted(name for name in STOCKS if not foldable(STOCKS[name])) == [
        "avery-5389",
        "avery-8373",
        "avery-c32015",
        "single-3x5",
    ]


@pytest.mark.parametrize(("duplex", "order"), [("both", "sheet"), ("none", "pile")])
def test_an_unknown_word_is_no_scheme(duplex: str, order: str) -> None:
    with pytest.raises(ValueError, match=r"both|pile"):
        cards(1, PORTRAIT, duplex, order=order)
