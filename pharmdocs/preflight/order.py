"""Check: what is read aloud follows what is seen, from above to below and along a line.

The tags say in which order the pieces of a page are read, another engine where they stand. Columns
may be read one after the other, and a label beside its text on either side of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary

from pharmdocs.errors import Problem
from pharmdocs.geometry import Box
from pharmdocs.preflight.promise import place
from pharmdocs.preflight.seen import Seen

# What stands inside a line: it is no paragraph of its own (ISO 32000-1, 14.8.4.4).
_INLINE = frozenset(("/Span", "/Link", "/Quote", "/Code", "/Reference", "/Note", "/Annot"))


class Piece(NamedTuple):
    """What is read without a pause: its number on its page, and the paragraph in which it is."""

    number: int
    paragraph: int


# The pieces that are read one after the other without leaving a page.
Runs = Sequence[Sequence[Piece]]


def runs_of(document: pikepdf.Pdf) -> dict[int, list[list[Piece]]]:
    """The runs of each page, counted from 1, in the order of the tags."""
    numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(document.pages, 1)}
    found: dict[int, list[list[Piece]]] = {}
    last = 0
    root: Any = document.Root.get("/StructTreeRoot", Dictionary())
    for page, piece in _pieces(root):
        number = numbers.get(page, 0)
        runs = found.setdefault(number, [])
        if number != last:
            runs.append([])
        runs[-1].append(piece)
        last = number
    return found


def _pieces(root: Any) -> Iterator[tuple[tuple[int, int], Piece]]:
    """Every piece in reading order, with the object of its page."""
    stack: list[tuple[Any, Any, int]] = [(root.get("/K", Array()), None, 0)]
    seen: set[Any] = set()
    count = 0
    while stack:
        item, page, paragraph = stack.pop()
        if isinstance(item, Array):
            stack += [(kid, page, paragraph) for kid in reversed(list(item))]
        elif isinstance(item, int):
            if page is not None:
                yield page, Piece(item, paragraph)
        elif isinstance(item, Dictionary):
            page = item.Pg.objgen if "/Pg" in item else page
            if "/MCID" in item and page is not None and "/Stm" not in item:
                yield page, Piece(int(item.MCID), paragraph)
            elif "/S" in item and not (item.is_indirect and item.objgen in seen):
                seen.add(item.objgen)
                if str(item.S) not in _INLINE:
                    count += 1
                    paragraph = count
                stack.append((item.get("/K", Array()), page, paragraph))


def check(seen: Seen, runs: Mapping[int, Runs]) -> Iterator[Problem]:
    """The first piece of a page that is read after what stands below it."""
    for run in runs.get(seen.number, ()):
        shown = [piece for piece in run if piece.number in seen.pieces]
        for one, other in pairwise(shown):
            before, after = seen.pieces[one.number], seen.pieces[other.number]
            if before.turned is after.turned and _goes_back(
                before.box, after.box, before.turned, one.paragraph == other.paragraph
            ):
                what = "what stands here is read after what follows it on the page"
                fix = "put it into the template where it is to be read"
                yield Problem(place(seen.number, after.box), what, fix)
                return


def _goes_back(one: Box, other: Box, turned: bool, together: bool) -> bool:
    """Whether the other box is above the first one, or before it on its line.

    Args:
        one: what is read first.
        other: what is read next.
        turned: whether both stand on their heads.
        together: whether both are of one paragraph.
    """
    if turned:
        one, other = other, one
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    if across > 0:
        return other.bottom <= one.top
    lower = min(one.size.height, other.size.height)
    return together and other.right <= one.left and down > lower / 2
