"""As few pages as it takes at one size of type, filled with lines for notes.

The size is given and nothing is left out, so what gives way is the number of pages, up to the
most that there may be. What they leave goes to the lines for notes.
"""

from dataclasses import dataclass, replace
from typing import Any

from pharmdocs.errors import LayoutError, Problem
from pharmdocs.geometry import Box, Size
from pharmdocs.typesetting.boxes import PageContents
from pharmdocs.typesetting.one_page import Solved
from pharmdocs.typesetting.typeset import Job, Layout, Stylesheet, engine, lay_out, write
from pharmdocs.wording import count

# Of lines for notes nobody needs more under one question.
_MOST_ROWS = 5


@dataclass(frozen=True)
class Flowing:
    """A document that flows over pages; can be pickled.

    `area` is that of the text on each page, `body` the size of the text, `row` how far lines to
    write on are apart, all in points. There may be `most` pages.
    """

    job: Job
    paper: Size
    area: Box
    body: float
    row: float
    most: int


def flow(flowing: Flowing) -> Solved:
    """Set the pages.

    Raises:
        LayoutError: they are too many; says about how many lines to take out.
    """
    with engine() as weasyprint:
        layout = _tried(flowing, weasyprint, 1)
        if (count := len(layout.pages)) > flowing.most:
            raise LayoutError(_too_long(flowing, layout))
        for rows in range(2, _MOST_ROWS + 1):
            roomy = _tried(flowing, weasyprint, rows)
            if len(roomy.pages) > count:
                break
            layout = roomy
        spare = flowing.area.bottom - max(_baselines(layout.pages[-1]), default=0.0)
        return Solved(write(layout), flowing.body, max(spare, 0.0))


def _tried(flowing: Flowing, weasyprint: Any, rows: int) -> Layout:
    paper, area = flowing.paper, flowing.area
    right, bottom = paper.width - area.right, paper.height - area.bottom
    css = (
        f"@page {{ size: {paper.width:.3f}pt {paper.height:.3f}pt;"
        f" margin: {area.top:.3f}pt {right:.3f}pt {bottom:.3f}pt {area.left:.3f}pt }}"
        f":root {{ --body: {flowing.body:.4f}pt; --pitch: {flowing.row:.4f}pt; --air: 0pt;"
        f" --rows: {rows}; --column: {area.size.width:.3f}pt; --gutter: 0pt }}"
    )
    sheets = (*flowing.job.stylesheets, Stylesheet("the solver", css))
    layout = lay_out(replace(flowing.job, stylesheets=sheets), weasyprint)
    if layout.complaints:
        raise LayoutError(*layout.complaints)
    return layout


def _too_long(flowing: Flowing, layout: Layout) -> Problem:
    over = sum(len(_baselines(page)) for page in layout.pages[flowing.most :])
    what = f"the text takes {len(layout.pages)} pages at {flowing.body:g} pt"
    what += f", and there may be {flowing.most}"
    return Problem(None, what, f"shorten it by about {count(over, 'line')}")


def _baselines(page: PageContents) -> set[float]:
    """The base lines of the text on a page, without head and foot."""
    inks = (ink for ink in page.inks if ink.text.strip() and ink.kind != "margin")
    return {round(ink.baseline, 1) for ink in inks}
