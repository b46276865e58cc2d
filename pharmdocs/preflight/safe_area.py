"""Check: no text where a cut or a printer takes it away, no ink at the paper's edge."""

from collections.abc import Iterator, Sequence

from pharmdocs.errors import Problem
from pharmdocs.geometry import Box, Size, mm, to_mm
from pharmdocs.preflight.promise import Promise, place
from pharmdocs.preflight.seen import Seen, Text

# Letters bulge over the line by this much of their size, as round ones do everywhere.
_BULGE = mm(0.1)


def check(seen: Seen, promise: Promise) -> Iterator[Problem]:
    """The first text outside, and the ink nearest to an edge, of a page."""
    safe = promise.safe
    if safe is None:
        return
    inner = Box(0, 0, seen.size).inset(safe.edge)
    # Where ink may run over the edge, drawings are cut off there.
    out = [(_beyond(box, inner), box) for box in seen.ink if safe.edge]
    out += [(_outside(seen, text, (inner,)), text.box) for text in seen.texts]
    by, box = max(out, key=lambda it: it[0], default=(0.0, Box(0, 0, Size(0, 0))))
    if by > _BULGE:
        near, edge = to_mm(safe.edge - by), to_mm(safe.edge)
        what = f"ink {near:.1f} mm from the paper's edge, where {edge:.1f} mm are kept free"
        yield Problem(place(seen.number, box), what, "move it inward in the style sheet")
    areas = safe.backs if safe.backs and seen.number % 2 == 0 else safe.texts
    if not areas:
        return
    for text in seen.texts:
        beyond = _outside(seen, text, areas)
        if beyond > _BULGE:
            what = f"text lies {to_mm(beyond):.1f} mm outside the safe area"
            yield Problem(place(seen.number, text.box), what, "shorten it, or use a larger stock")
            return


def _outside(seen: Seen, text: Text, areas: Sequence[Box]) -> float:
    """By how much a text lies outside all areas; a space at its end is no ink."""
    beyond = min(_beyond(text.box, area) for area in areas)
    if beyond <= _BULGE:
        return beyond
    return min(_beyond(seen.inked(text), area) for area in areas)


def _beyond(box: Box, area: Box) -> float:
    """By how much the worst side of a box lies outside an area; below zero when inside."""
    return max(
        area.left - box.left,
        area.top - box.top,
        box.right - area.right,
        box.bottom - area.bottom,
    )
