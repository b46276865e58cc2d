"""Check: behind every front lies its own back, edge on edge and the right way up.

The finished sheets are read back and turned over as the printer will turn them. Where a page lies
is computed from what the file draws, which card it is from the letters on it; nothing is taken
from the plan that laid it there.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import copysign, hypot

import pikepdf
from pikepdf import Matrix, Rectangle

from pharmdocs.errors import Problem
from pharmdocs.geometry import Box, Size, mm, to_mm
from pharmdocs.preflight.faces import Shown, shown_on
from pharmdocs.preflight.letters import Texts

# What a file may differ from itself. Printers drift by a hundred times as much.
_LIMIT = mm(0.01)
_FIX = "report it, with the command that built the file"

# Axes of a turn; "fold" is none: front and back lie side by side and are folded together.
AXES = ("vertical", "horizontal", "fold")


@dataclass(frozen=True)
class Pair:
    """A card: the id that both its faces show, and their pages, counted from 0.

    `back` is None for a card without one. An empty id stands for a card that shows none.
    """

    id: str
    front: int
    back: int | None


@dataclass(frozen=True)
class Moved:
    """The matrix under which everything on a front lies, and everything on a back, as PDF counts.

    A sheet's own stamp does not move.
    """

    front: tuple[float, ...] = (1, 0, 0, 1, 0, 0)
    back: tuple[float, ...] = (1, 0, 0, 1, 0, 0)


UNMOVED = Moved()


@dataclass(frozen=True)
class _Lying:
    """A page as it lies on a face; `turned` is None when it is scaled, slanted or mirrored."""

    page: int
    sheet: int
    verso: bool
    box: Box
    turned: bool | None
    id: str

    @property
    def place(self) -> str:
        """The face, in a reader's words."""
        return _place(self.sheet, self.verso)


def check(
    document: pikepdf.Pdf,
    expected: Sequence[Pair],
    sheet: Size,
    axis: str | None,
    *,
    backs: Sequence[pikepdf.Page] | None = None,
    slots: Sequence[Box] = (),
    moved: Moved = UNMOVED,
    first: int = 0,
) -> list[Problem]:
    """Read finished sheets back and hold every back against its front.

    Args:
        document: the sheets, rectos and versos in turn; only rectos where there are no versos.
        expected: every card that the file is to hold.
        sheet: the size of the paper.
        axis: the axis about which a sheet is turned, one of AXES; None where only fronts are
            printed.
        backs: where the versos are a file of their own, its pages in the order of the rectos.
        slots: where cards may lie on a recto, as the stock says; empty where that is no matter.
        moved: what is done to each face for a printer that shifts, turns and scales. It is undone
            here: what is left must register, cards and marks alike.
        first: the number of the first sheet, from 0.

    Returns:
        A problem for every card that does not register; it names the front and the back.
    """
    rectos, versos = list(document.pages), list(backs or ())
    if axis in ("vertical", "horizontal") and backs is None:
        rectos, versos = rectos[::2], rectos[1::2]
    found = []
    if versos and len(versos) != len(rectos):
        found.append(f"{len(rectos)} fronts of sheets have {len(versos)} backs")
    ids = {pair.id for pair in expected} - {""}
    lying: list[_Lying] = []
    for verso, pages in ((False, rectos), (True, versos)):
        undo = Matrix(*(moved.back if verso else moved.front)).inverse()
        # Fonts are known by their numbers, and backs may be another file.
        texts = Texts()
        for number, page in enumerate(pages, first):
            found += _paper(page, sheet, _place(number, verso))
            shown, lines = shown_on(page, texts, ids, undo)
            found += _marks(page, sheet, lines, _place(number, verso))
            read = list(_read(page, number, verso, shown))
            found += _crowd(read)
            lying += read
    cards = _Cards(expected, lying, sheet, axis)
    found += cards.strangers()
    for pair in expected:
        found += cards.alone(pair.front, pair.id, slots)
        found += cards.alone(pair.back, pair.id, slots)
        found += cards.together(pair)
    return [Problem(None, what, _FIX) for what in dict.fromkeys(found)]


def _place(sheet: int, verso: bool) -> str:
    return f"sheet {sheet + 1} {'back' if verso else 'front'}"


def _paper(page: pikepdf.Page, sheet: Size, place: str) -> Iterator[str]:
    left, bottom, right, top = map(float, page.mediabox)
    found = Size(right - left, top - bottom)
    if max(abs(found.width - sheet.width), abs(found.height - sheet.height)) > _LIMIT:
        yield f"{place}: the paper is {_size(found)}, not {_size(sheet)}"
    if page.get("/Rotate", 0) != 0 or page.get("/UserUnit", 1) != 1:
        yield f"{place}: the paper is turned or scaled when it is shown"


def _size(size: Size) -> str:
    return f"{to_mm(size.width):.2f} x {to_mm(size.height):.2f} mm"


def _marks(page: pikepdf.Page, sheet: Size, lines: list[Matrix], place: str) -> Iterator[str]:
    """Marks that lie elsewhere than they were drawn, and so elsewhere than the cards."""
    left, bottom = map(float, page.mediabox[:2])
    for matrix in lines:
        ends = [(0.0, 0.0), (sheet.width, 0.0), (0.0, sheet.height)]
        lie = [matrix.transform(end) for end in ends]
        pairs = zip(lie, ends, strict=True)
        off = max(hypot(x - left - to[0], y - bottom - to[1]) for (x, y), to in pairs)
        if off > _LIMIT:
            yield f"{place}: the marks lie {to_mm(off):.3f} mm from where the cards want them"


def _read(page: pikepdf.Page, sheet: int, verso: bool, all_shown: list[Shown]) -> Iterator[_Lying]:
    """Every page that a face shows, with its box from the upper left corner of the paper."""
    left, _, _, top = map(float, page.mediabox)
    for shown in all_shown:
        trim = shown.matrix.transform(Rectangle(*map(float, shown.trim)))
        box = Box(trim.llx - left, top - trim.ury, Size(trim.width, trim.height))
        yield _Lying(shown.page, sheet, verso, box, _turned(shown.matrix), shown.id.end())


def _turned(matrix: Matrix) -> bool | None:
    for sign in (1, -1):
        ways = (matrix.a - sign, matrix.b, matrix.c, matrix.d - sign)
        # Over the length of a card this is less than the limit.
        if max(map(abs, ways)) < 1e-5:
            return sign < 0
    return None


def _crowd(face: list[_Lying]) -> Iterator[str]:
    """Pages of one face that lie on each other, by more than a shift explains."""
    for one, other in combinations(face, 2):
        across = min(one.box.right, other.box.right) - max(one.box.left, other.box.left)
        down = min(one.box.bottom, other.box.bottom) - max(one.box.top, other.box.top)
        if min(across, down) > mm(1):
            pages = f"pages {one.page + 1} and {other.page + 1}"
            yield f"{one.place}: {pages} lie on each other ({one.id}, {other.id})"


class _Cards:
    """What lies where, by page, and what should lie there."""

    def __init__(
        self, expected: Sequence[Pair], lying: list[_Lying], sheet: Size, axis: str | None
    ) -> None:
        self.lying, self.sheet, self.axis = lying, sheet, axis
        self.at = {item.page: item for item in lying}
        self.faces: dict[tuple[int, bool], list[_Lying]] = {}
        for item in lying:
            self.faces.setdefault((item.sheet, item.verso), []).append(item)
        self.names = {}
        for pair in expected:
            card = pair.id or f"the card of page {pair.front + 1}"
            self.names[pair.front] = f"the front of {card}"
            if axis is not None and pair.back is not None:
                self.names[pair.back] = f"the back of {card}"

    def strangers(self) -> Iterator[str]:
        """Pages that no card has, pages that lie there twice, pages that are missing."""
        counts = Counter(item.page for item in self.lying)
        for page, count in counts.items():
            if page not in self.names:
                yield f"{self.at[page].place}: page {page + 1} belongs to no card"
            elif count > 1:
                yield f"{self._said(page)} is printed {count} times"
        yield from (f"{name} is missing" for page, name in self.names.items() if not counts[page])

    def alone(self, page: int | None, wanted: str, slots: Sequence[Box]) -> Iterator[str]:
        """What is wrong with one face of a card, whatever lies on the other."""
        item = self.at.get(page) if page in self.names else None
        if page is None or item is None:
            return
        if wanted and item.id != wanted:
            yield f"{self._said(page)} shows {item.id or 'no id'}"
        if item.turned is None:
            yield f"{self._said(page)} is scaled, slanted or mirrored"
        if slots and not item.verso and min(_off(item.box, slot) for slot in slots) > _LIMIT:
            yield f"{self._said(page)} lies on no slot of the stock"

    def together(self, pair: Pair) -> Iterator[str]:
        """What is wrong with one card once the sheet is turned over."""
        front = self.at.get(pair.front)
        if pair.back not in self.names or front is None or self.axis is None:
            return
        back = self.at.get(pair.back)
        side = (front.sheet, self.axis != "fold")
        if front.verso or back is None or (back.sheet, back.verso) != side:
            other = self._behind(front, front.box)
            yield f"behind {self._said(front.page)} lies {other}, not {self.names[pair.back]}"
            return
        where, turned = self._due(front, back.box)
        if (other := self._behind(front, back.box)) not in ("nothing", self.names[back.page]):
            yield f"behind {self._said(front.page)} lies {other}, not {self.names[back.page]}"
        elif _off(back.box, where) > _LIMIT:
            across, down = to_mm(back.box.left - where.left), to_mm(back.box.top - where.top)
            off = f"{across:+.3f} mm across and {down:+.3f} mm down"
            yield f"{self._said(back.page)} lies {off} from {self._said(front.page)}"
        if back.turned is not None and back.turned is not turned:
            yield f"{self._said(back.page)} stands on its head behind {self._said(front.page)}"

    def _due(self, front: _Lying, near: Box) -> tuple[Box, bool]:
        """Where the back of a front must lie, and whether turned; `near` is where it does."""
        box, size = front.box, front.box.size
        if self.axis == "vertical":
            return Box(self.sheet.width - box.right, box.top, size), bool(front.turned)
        if self.axis == "horizontal":
            return Box(box.left, self.sheet.height - box.bottom, size), not front.turned
        across, down = near.left - box.left, near.top - box.top
        if abs(across) >= abs(down):
            return Box(box.left + copysign(size.width, across), box.top, size), bool(front.turned)
        return Box(box.left, box.top + copysign(size.height, down), size), not front.turned

    def _behind(self, front: _Lying, near: Box) -> str:
        """What lies where the back of a front must lie, or nearly there."""
        where, _ = self._due(front, near)
        reach = min(where.size.width, where.size.height) / 2
        for item in self.faces.get((front.sheet, self.axis != "fold"), ()):
            if _off(item.box, where) < reach:
                return self.names.get(item.page, f"page {item.page + 1}")
        return "nothing"

    def _said(self, page: int) -> str:
        return f"{self.names[page]} ({self.at[page].place})"


def _off(box: Box, other: Box) -> float:
    """How far the worst edge of a box is from the same edge of another one."""
    return max(
        abs(box.left - other.left),
        abs(box.top - other.top),
        abs(box.right - other.right),
        abs(box.bottom - other.bottom),
    )
