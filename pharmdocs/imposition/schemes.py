"""Cards -> sheets: which page lies where, on which side, and which way up.

Nothing here opens a PDF. A scheme is a function from a number of cards and a stock to sheets, so
it can be checked with a pencil, and so can its tests. Page 2i is the front of card i, page 2i + 1
its back. A back is mirrored about the page and never within the grid: on a stock whose margins
differ the grid lies elsewhere when the paper is turned over.
"""

from dataclasses import dataclass
from enum import StrEnum

from pharmdocs.errors import Problem, SelectionError, SetupError
from pharmdocs.geometry import TOLERANCE, Box, Size
from pharmdocs.imposition.stock import Stock


class Turn(StrEnum):
    """How the paper gets its second face."""

    LONG_EDGE = "long-edge"
    SHORT_EDGE = "short-edge"
    MANUAL = "manual"
    FOLD = "fold"
    NONE = "none"


DUPLEX = tuple(turn.value for turn in Turn)
ORDERS = ("sheet", "stack")

# Stocks that fold, named when another one does not.
FOLDING = {"letter": "eight-up-letter", "a4": "a7-a4"}


@dataclass(frozen=True)
class Placement:
    """A page on a face: its trim, and whether its content is turned by 180 degrees."""

    page: int
    box: Box
    turned: bool = False


@dataclass(frozen=True)
class Face:
    """One side of a sheet; the pages in the order of the slots of its front."""

    placements: tuple[Placement, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet as it leaves the printer, counted from 0; one that is not turned has no verso."""

    number: int
    recto: Face
    verso: Face | None


def cards(
    count: int, stock: Stock, duplex: str, start: int = 1, order: str = "sheet"
) -> tuple[Sheet, ...]:
    """Every card once, its back behind its front. What is left of the last sheet stays empty.

    Args:
        count: how many cards.
        stock: a stock of one slot gives one card a page.
        duplex: one of DUPLEX; "manual" is turned as "long-edge" is.
        start: the slot of the first sheet, from 1, on which the first card lies; those before
            it stay empty on both faces.
        order: "sheet" lays card after card along the slots. "stack" lays them through the
            sheets: cut the pile of sheets, and each pile of cards is in order; the piles, taken
            from slot `start` on and from slot 1 at last, make the deck.

    Raises:
        SelectionError: there is no such slot.
        SetupError: the stock cannot be folded.
    """
    turn = Turn(duplex)
    if turn is Turn.FOLD:
        return fold_over(count, stock, start, order)
    slots = stock.slots()
    if not 1 <= start <= len(slots):
        raise _no_slot(stock, f"`--start {start}`: {stock.name} has {_slots(len(slots))}", slots)
    sheets = []
    axis = "" if turn is Turn.NONE else flip_axis(stock.sheet, turn)
    for number, dealt in enumerate(_deal(count, len(slots), start - 1, order)):
        recto = Face(tuple(Placement(2 * card, slots[slot]) for slot, card in dealt))
        verso = Face(
            tuple(
                Placement(
                    2 * card + 1, mirrored(slots[slot], stock.sheet, axis), axis == "horizontal"
                )
                for slot, card in dealt
            )
        )
        sheets.append(Sheet(number, recto, verso if axis else None))
    return tuple(sheets)


def together(stock: Stock, duplex: str) -> int:
    """How many cards a full sheet holds."""
    (sheet, *_) = cards(stock.per_sheet, stock, duplex)
    return len({placement.page // 2 for placement in sheet.recto.placements})


def fold_over(count: int, stock: Stock, start: int = 1, order: str = "sheet") -> tuple[Sheet, ...]:
    """Front and back on one face, with the fold between them: for printers without duplex.

    The slots of a row are paired, 1 + 2, 3 + 4, and both faces stand upright. Where no two
    neighbours in a row touch, those of two rows are paired; the fold is then the front's lower
    edge, and the back is turned. A slot without a partner stays empty.

    Args:
        count: how many cards.
        stock: one whose neighbours share an edge.
        start: pairs that hold a slot before this one stay empty on the first sheet.
        order: as for `cards`.

    Raises:
        SetupError: no two slots of the stock touch.
        SelectionError: no two slots to fold are left on the first sheet.
    """
    slots, pairs = stock.slots(), _pairs(stock)
    if not pairs:
        what = f"{stock.name} cannot be folded: no two of its cards lie side by side without a gap"
        works = FOLDING.get(stock.paper, " or ".join(FOLDING.values()))
        raise SetupError(Problem(None, what, f"print on another stock: --stock {works}"))
    taken = sum(front < start - 1 for front, _ in pairs)
    if start < 1 or taken == len(pairs):
        what = f"`--start {start}`: {stock.name} has no two slots to fold from there on"
        raise _no_slot(stock, what, slots[: pairs[-1][0] + 1])
    turned = not _beside(stock)
    sheets = []
    for number, dealt in enumerate(_deal(count, len(pairs), taken, order)):
        placements: list[Placement] = []
        for pair, card in dealt:
            front, back = pairs[pair]
            placements.append(Placement(2 * card, slots[front]))
            placements.append(Placement(2 * card + 1, slots[back], turned))
        sheets.append(Sheet(number, Face(tuple(placements)), None))
    return tuple(sheets)


def fold_lines(stock: Stock) -> tuple[tuple[float, float, float, float], ...]:
    """The folds of `fold_over` as (x1, y1, x2, y2) across the whole grid; none where none is."""
    slots = stock.slots()
    first, last = slots[0], slots[-1]
    if _beside(stock):
        edges = sorted({slots[front].right for front, _ in _pairs(stock)})
        return tuple((x, first.top, x, last.bottom) for x in edges)
    edges = sorted({slots[front].bottom for front, _ in _pairs(stock)})
    return tuple((first.left, y, last.right, y) for y in edges)


def flip_axis(sheet: Size, duplex: str) -> str:
    """The axis about which the sheet is turned as one looks at it: "vertical" or "horizontal".

    Raises:
        ValueError: the sheet is not turned at all.
    """
    turn = Turn(duplex)
    if turn in (Turn.FOLD, Turn.NONE):
        raise ValueError(f"a sheet printed with {duplex} is not turned")
    portrait = sheet.width <= sheet.height
    return "vertical" if portrait is (turn is not Turn.SHORT_EDGE) else "horizontal"


def mirrored(box: Box, sheet: Size, axis: str) -> Box:
    """Where a box of the front lies on the back, once the sheet is turned about that axis."""
    if axis == "vertical":
        return Box(sheet.width - box.right, box.top, box.size)
    return Box(box.left, sheet.height - box.bottom, box.size)


def _deal(count: int, seats: int, taken: int, order: str) -> list[list[tuple[int, int]]]:
    """The seats of every sheet, each with its card, all counted from 0.

    The first `taken` seats of the first sheet stay empty.
    """
    if order not in ORDERS:
        raise ValueError(f"{order} is not an order of cards")
    if count == 0:
        return []
    sheets = -(-(taken + count) // seats)
    places = [(sheet, seat) for sheet in range(sheets) for seat in range(seats)][taken:]
    if order == "stack":
        # From the first free seat on, so that every sheet has a card and the first one leads.
        places.sort(key=lambda place: ((place[1] - taken) % seats, place[0]))
    dealt: list[list[tuple[int, int]]] = [[] for _ in range(sheets)]
    for card, (sheet, seat) in enumerate(places[:count]):
        dealt[sheet].append((seat, card))
    return [sorted(seats_of_sheet) for seats_of_sheet in dealt]


def _beside(stock: Stock) -> bool:
    """True when the fold is a card's side edge, false when it is the lower one."""
    return stock.columns > 1 and stock.gap.width <= TOLERANCE


def _pairs(stock: Stock) -> list[tuple[int, int]]:
    """The slots of front and back of every card that is folded, counted from 0."""
    columns, rows = range(stock.columns), range(stock.rows)
    if _beside(stock):
        fronts = [row * stock.columns + column for row in rows for column in columns[:-1:2]]
        return [(front, front + 1) for front in fronts]
    if stock.gap.height > TOLERANCE:
        return []
    fronts = [row * stock.columns + column for row in rows[:-1:2] for column in columns]
    return [(front, front + stock.columns) for front in fronts]


def _slots(count: int) -> str:
    return "1 slot" if count == 1 else f"{count} slots"


def _no_slot(stock: Stock, what: str, open_: tuple[Box, ...]) -> SelectionError:
    last = len(open_)
    fix = "leave --start out" if last == 1 else f"name a slot from 1 to {last}"
    return SelectionError(Problem(None, what, f"{fix}; drawn by: pharmdocs stocks {stock.name}"))
