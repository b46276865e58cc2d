"""One page, whatever it takes: searches the largest type at which every block fits, then opens up.

Blocks are measured size by size on a page without end; where they stand is worked out from that
(`columns`), and the page is set once more with all guards. Nothing is ever left out: what does
not fit at the smallest size is refused, and the message says which list is too long by how many
lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from pharmdocs.errors import LayoutError, Problem
from pharmdocs.geometry import Box, Size, to_mm
from pharmdocs.typesetting.columns import Extent, Frame, Spot
from pharmdocs.typesetting.typeset import Job, Layout, Stylesheet, Typeset, engine, lay_out, write
from pharmdocs.wording import count

_PX = 0.75  # a CSS pixel in points
# From column to column.
_GUTTER = 21.0
# How much taller than the paper the page is on which blocks are measured.
_TALL = 20
# Halvings of the range of sizes: 2 pt, six times, are 0.03 pt.
_STEPS = 6
# The air with which blocks are measured a second time, to see how they open up.
_AIR = 4.0


@dataclass(frozen=True)
class OnePage:
    """A document of blocks that is to be one page; can be pickled.

    Each block is an element with its id, of class `wide` or `column`. `body` is the comfortable
    size of its text and `floor` the smallest, in points: the style sheets make everything out of
    --body. Below the area a foot of so many points may stand.
    """

    job: Job
    frame: Frame
    paper: Size
    area: Box
    body: float
    floor: float
    foot: float = 0.0


@dataclass(frozen=True)
class Solved:
    """The page, the size of its text and the room it had to spare at that size, in points."""

    typeset: Typeset
    size: float
    spare: float


def solve(page: OnePage) -> Solved:
    """Set the page as large as it goes.

    Raises:
        LayoutError: it does not fit even at the smallest size; says what to shorten.
    """
    with engine() as weasyprint:
        job, size, spare = solution(page, weasyprint)
        return Solved(write(lay_out(job, weasyprint)), size, spare)


def solution(page: OnePage, weasyprint: Any) -> tuple[Job, float, float]:
    """What is to be typeset so that it is one page; the size of its text and the room to spare."""
    size, extents = _largest(page, weasyprint)
    loose = _measure(page, size, weasyprint, _AIR)
    extents = {name: _with_slope(extents[name], loose[name]) for name in extents}
    css = _placed(page, size, page.frame.arrange(extents))
    return _styled(page, css), size, page.frame.spare(extents)


def _largest(page: OnePage, weasyprint: Any) -> tuple[float, dict[str, Extent]]:
    """The largest size at which the page fits, and its blocks at that size."""
    low, high = page.floor, page.body
    extents = _measure(page, high, weasyprint)
    if page.frame.spare(extents) >= 0:
        return high, extents
    extents = _measure(page, low, weasyprint)
    if page.frame.spare(extents) < 0:
        raise LayoutError(_too_long(page, extents))
    for _ in range(_STEPS):
        middle = (low + high) / 2
        tried = _measure(page, middle, weasyprint)
        if page.frame.spare(tried) >= 0:
            low, extents = middle, tried
        else:
            high = middle
    return low, extents


def _too_long(page: OnePage, extents: Mapping[str, Extent]) -> Problem:
    excess = to_mm(-page.frame.spare(extents))
    what = f"the page is {excess:.1f} mm too long even at {page.floor:g} pt"
    cuts = [
        f"“{name}” by {count(lines, 'line')}" for name, lines in page.frame.cut(extents).items()
    ]
    return Problem(None, what, "shorten " + (" and ".join(cuts) or "all of it"))


def _measure(page: OnePage, size: float, weasyprint: Any, air: float = 0.0) -> dict[str, Extent]:
    """Every block at a size, on a page that is long enough for all of them."""
    tall = Size(page.paper.width, page.paper.height * _TALL)
    layout = lay_out(_styled(page, _page_css(page, tall, size, air)), weasyprint)
    if layout.complaints:
        raise LayoutError(*layout.complaints)
    boxes = _boxes(layout)
    found = {}
    for block in page.frame.blocks:
        lines = _baselines(layout, boxes[block.id])
        steps = [below - above for above, below in pairwise(lines)]
        pitch = median(steps) if steps else 0.0
        found[block.id] = Extent(boxes[block.id].size.height, len(lines), pitch)
    return found


def _with_slope(close: Extent, loose: Extent) -> Extent:
    return replace(close, slope=(loose.height - close.height) / _AIR)


def _styled(page: OnePage, css: str) -> Job:
    sheets = (*page.job.stylesheets, Stylesheet("the solver", css))
    return replace(page.job, stylesheets=sheets)


def _page_css(page: OnePage, paper: Size, size: float, air: float = 0.0) -> str:
    """Paper, margins, sizes; every block a box of its own."""
    area = page.area
    right, bottom = page.paper.width - area.right, page.paper.height - area.bottom - page.foot
    return (
        f"@page {{ size: {paper.width:.3f}pt {paper.height:.3f}pt;"
        f" margin: {area.top:.3f}pt {right:.3f}pt {bottom:.3f}pt {area.left:.3f}pt }}"
        f":root {{ --body: {size:.4f}pt; --pitch: {page.frame.row:.4f}pt; --air: {air:.4f}pt;"
        f" --column: {_column(page):.3f}pt; --gutter: {_GUTTER}pt }}"
        ".wide, .column { display: flow-root } .column { width: var(--column) }"
        + "".join(f"#{name} {{ display: none }}" for name in page.frame.rests)
    )


def _placed(page: OnePage, size: float, spots: Mapping[str, Spot]) -> str:
    """The style sheet of the finished page."""
    width = page.area.size.width
    css = [
        _page_css(page, page.paper, size),
        f"body {{ position: relative; height: {page.area.size.height:.3f}pt }}",
    ]
    notes = {block.id: block.notes for block in page.frame.blocks}
    for name, spot in spots.items():
        left = (spot.column or 0) * (_column(page) + _GUTTER)
        wide = width if spot.column is None else _column(page)
        css.append(
            f"#{name} {{ display: flow-root; position: absolute; --air: {spot.air:.4f}pt;"
            f" left: {left:.3f}pt; top: {spot.top:.3f}pt; width: {wide:.3f}pt }}"
        )
        css += [
            f"#{box} {{ --rows: {rows} }}"
            for box, rows in zip(notes.get(name, (name,)), spot.rows, strict=True)
        ]
    return "\n".join(css)


def _column(page: OnePage) -> float:
    return (page.area.size.width - _GUTTER) / 2


def _boxes(layout: Layout) -> dict[str, Box]:
    """Where each element with an id lies, on the one long page."""
    found = {}
    for name, (left, top, right, bottom) in layout.document.pages[0].anchors.items():
        found[name] = Box(left * _PX, top * _PX, Size((right - left) * _PX, (bottom - top) * _PX))
    return found


def _baselines(layout: Layout, box: Box) -> list[float]:
    """The base lines of the text in a box, from the top."""
    inside = (ink for ink in layout.pages[0].inks if ink.text.strip() and box.contains(ink.box, 1))
    return sorted({round(ink.baseline, 1) for ink in inside})
