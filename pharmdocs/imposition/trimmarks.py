"""What stands around a page that a shop will trim: crop, registration and fold marks, the slug.

Everything is in Separation /All, which prints on every plate, and begins a millimeter outside the
bleed, so that nothing of it can be left on the finished page.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pharmdocs.geometry import Box, Size, mm
from pharmdocs.imposition.canvas import HAIRLINE, mark_canvas, on_all_plates
from pharmdocs.imposition.stamp import CLEAR, LEADING, TYPE, rows_of

# Around the bleed: marks begin 1 mm off it and are 5 mm long; three rows of slug take 7.4 mm.
MARGIN = mm(10)
_OFF, _LONG = mm(1), mm(5)
_CIRCLE, _CROSS = mm(1.5), mm(2.5)
_ROWS = 3


@dataclass(frozen=True)
class ShopPage:
    """A page as a shop wants it: the trim, bleed around it, and room for marks around that.

    Lengths in points. `folds` are where it is folded, from the trim's left edge; `safe` is how far
    text keeps off a fold and the trim.
    """

    trim: Size
    bleed: float
    folds: tuple[float, ...] = ()
    safe: float = mm(5)

    @property
    def paper(self) -> Size:
        """The whole page, marks and all."""
        more = 2 * (self.bleed + MARGIN)
        return Size(self.trim.width + more, self.trim.height + more)

    @property
    def bleed_box(self) -> Box:
        """The bleed on the page."""
        return Box(0, 0, self.paper).inset(MARGIN)

    @property
    def trim_box(self) -> Box:
        """The trim on the page."""
        return self.bleed_box.inset(self.bleed)

    @property
    def texts(self) -> tuple[Box, ...]:
        """Where text may stand: safely inside the trim, on either side of a fold; and the slug."""
        trim, bleed = self.trim_box, self.bleed_box
        parts = pairwise((0.0, *self.folds, trim.size.width))
        sides = (
            Box(trim.left + start, trim.top, Size(end - start, trim.size.height))
            for start, end in parts
        )
        slug = Box(0, bleed.bottom, Size(self.paper.width, MARGIN))
        return (*(side.inset(self.safe) for side in sides), slug)


def trim_marks(page: ShopPage, slugs: Sequence[str], font: Path) -> bytes:
    """A PDF with a page of marks for each slug.

    Args:
        page: the same for all.
        slugs: a line for each page; what matters comes first, for a long one ends in an ellipsis.
        font: a TrueType file, of which the letters used are embedded.
    """
    out = io.BytesIO()
    canvas = mark_canvas(out, page.paper, font)
    # What pages share is drawn once.
    canvas.beginForm("Marks", upperx=page.paper.width, uppery=page.paper.height)
    canvas.setLineWidth(HAIRLINE)
    _draw(canvas, page)
    canvas.endForm()
    for slug in slugs:
        on_all_plates(canvas)
        canvas.doForm("Marks")
        _write(canvas, page, slug)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Any, page: ShopPage) -> None:
    trim, bleed, height = page.trim_box, page.bleed_box, page.paper.height
    for x in (trim.left, trim.right):
        for y, way in ((bleed.top - _OFF, -1), (bleed.bottom + _OFF, 1)):
            canvas.line(x, height - y, x, height - y - way * _LONG)
    for y in (trim.top, trim.bottom):
        for x, way in ((bleed.left - _OFF, -1), (bleed.right + _OFF, 1)):
            canvas.line(x, height - y, x + way * _LONG, height - y)
    middle = (trim.top + trim.bottom) / 2
    off = _OFF + _CROSS
    targets = [(bleed.left - off, middle), (bleed.right + off, middle)]
    targets += [(_target(page), y) for y in (bleed.top - off, bleed.bottom + off)]
    for x, y in targets:
        canvas.circle(x, height - y, _CIRCLE)
        canvas.line(x - _CROSS, height - y, x + _CROSS, height - y)
        canvas.line(x, height - y - _CROSS, x, height - y + _CROSS)
    canvas.setDash((3, 2))
    for fold in page.folds:
        x = trim.left + fold
        for y, way in ((bleed.top - _OFF, -1), (bleed.bottom + _OFF, 1)):
            canvas.line(x, height - y, x, height - y - way * _LONG)


def _target(page: ShopPage) -> float:
    """Where the upper and the lower target stand: in the middle, but not on a fold."""
    return page.trim_box.left + (page.folds[0] if page.folds else page.trim.width) / 2


def _write(canvas: Any, page: ShopPage, slug: str) -> None:
    """The slug below the page, in the stretches between the marks."""
    trim, bleed = page.trim_box, page.bleed_box
    stops = [(trim.left, 0.0), (_target(page), _CROSS), (trim.right, 0.0)]
    stops = sorted([*stops, *((trim.left + fold, 0.0) for fold in page.folds)])
    ends = [side for at, half in stops for side in (at - half - CLEAR, at + half + CLEAR)][1:-1]
    rooms = list(zip(ends[::2], ends[1::2], strict=True))
    canvas.setFont(canvas._initialFontName, TYPE)
    rows = rows_of(canvas, slug, [end - start for start, end in rooms], _ROWS)
    top = bleed.bottom + _OFF
    for number, row in enumerate(rows):
        base = page.paper.height - top - number * LEADING - TYPE
        for (start, _), words in zip(rooms, row, strict=True):
            canvas.drawString(start, base, words)
