"""Check: a sheet that is folded as its creases say reads from the first page to the last.

The finished sheet is read back, and the fold is followed from page to page: two pages that lie on
each other or face each other are joined at an edge. Nothing is taken from the plan.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Matrix, Rectangle

from pharmdocs.errors import Problem
from pharmdocs.geometry import Box, Size, mm
from pharmdocs.preflight.faces import shown_on
from pharmdocs.preflight.letters import Texts

# What a file may differ from itself.
_LIMIT = mm(0.01)
_FIX = "report it, with the command that built the file"

# An edge of a page as it is read: the points of the sheet between which it lies.
_Edge = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Lying:
    """A page as it lies on the sheet; `turned` is None when it is scaled, slanted or mirrored."""

    page: int
    box: Box
    turned: bool | None
    id: str


def check_zine(document: pikepdf.Pdf, ids: Sequence[str], sheet: Size) -> list[Problem]:
    """Fold the first sheet, slit along the middle of its inner panels, and turn its leaves.

    Args:
        document: the finished file.
        ids: for each page in reading order an id that stands on it and on no other; empty for a
            page that shows none.
        sheet: the size of the paper.
    """
    wanted = {one for one in ids if one}
    lying = list(_read(document.pages[0], wanted))
    found = list(_alone(lying, ids, sheet))
    if not found:
        at = {item.page: item for item in lying}
        found += _in_order([at[page] for page in range(len(ids))], sheet)
    return [Problem(None, what, _FIX) for what in found]


def _read(page: pikepdf.Page, ids: set[str]) -> Iterator[_Lying]:
    """Every page on the sheet, with its box from the upper left corner of the paper."""
    left, _, _, top = map(float, page.mediabox)
    for shown in shown_on(page, Texts(), ids, Matrix())[0]:
        trim = shown.matrix.transform(Rectangle(*map(float, shown.trim)))
        box = Box(trim.llx - left, top - trim.ury, Size(trim.width, trim.height))
        a, b, c, d = shown.matrix.a, shown.matrix.b, shown.matrix.c, shown.matrix.d
        straight = max(abs(abs(a) - 1), abs(b), abs(c), abs(d - a)) < 1e-5
        yield _Lying(shown.page, box, a < 0 if straight else None, shown.id.end())


def _alone(lying: Sequence[_Lying], ids: Sequence[str], sheet: Size) -> Iterator[str]:
    """What is wrong with single pages: each is there once, upright or turned, an eighth of it."""
    for page, wanted in enumerate(ids):
        items = [item for item in lying if item.page == page]
        if len(items) != 1:
            yield f"page {page + 1} lies on the sheet {len(items)} times"
            continue
        item = items[0]
        if item.id != wanted:
            yield f"page {page + 1} shows {item.id or 'no id'}, not {wanted or 'none'}"
        wide, high = item.box.size.width - sheet.width / 4, item.box.size.height - sheet.height / 2
        if item.turned is None or max(abs(wide), abs(high)) > _LIMIT:
            yield f"page {page + 1} is not an eighth of the sheet, straight and in true size"


def _in_order(pages: Sequence[_Lying], sheet: Size) -> Iterator[str]:
    """Where the leaves do not follow each other."""
    for number, (one, other) in enumerate(zip(pages, (*pages[1:], pages[0]), strict=True)):
        beside = _same(_right(one), _left(other))
        # The outer panels are folded over their heads; between the inner ones is the slit.
        head = _head(one)
        outer = min(head[0], head[2]) < _LIMIT or max(head[0], head[2]) > sheet.width - _LIMIT
        over = number % 2 == 0 and outer and _same(head, _head(other))
        if not beside and not over:
            how = "behind" if number % 2 == 0 else "opposite"
            last = (number + 1) % len(pages) + 1
            yield f"once the sheet is folded, page {last} does not lie {how} page {number + 1}"


def _head(item: _Lying) -> _Edge:
    y = item.box.bottom if item.turned else item.box.top
    return (item.box.left, y, item.box.right, y)


def _right(item: _Lying) -> _Edge:
    x = item.box.left if item.turned else item.box.right
    return (x, item.box.top, x, item.box.bottom)


def _left(item: _Lying) -> _Edge:
    x = item.box.right if item.turned else item.box.left
    return (x, item.box.top, x, item.box.bottom)


def _same(one: _Edge, other: _Edge) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < _LIMIT
