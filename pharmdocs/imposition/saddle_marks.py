"""Where a booklet's sheets are folded and stapled, and what each of them says about itself.

Half of the paper is a whole page, so there is no waste around it. Everything stands in the fold:
on the inside of each sheet two ticks and a line about the sheet, on the first one also a ruler; on
the cover, from where one staples, two marks that a staple covers. No margin is written in.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pharmdocs.geometry import Box, Size, mm
from pharmdocs.imposition.canvas import HAIRLINE, mark_canvas, on_all_plates
from pharmdocs.imposition.schemes import Sheet
from pharmdocs.imposition.stamp import LEADING, OFF, Band, draw_ruler, draw_text
from pharmdocs.imposition.stock import Stock

# From (x1, y1) to (x2, y2), in points from the top left corner of the face.
Line = tuple[float, float, float, float]

_EDGE, _TICK = mm(4), mm(3)
# The back of a staple is 12 to 13 mm long.
_STAPLE = mm(8)


def saddle_marks(stock: Stock, sheets: Sequence[Sheet], stamps: Sequence[str], font: Path) -> bytes:
    """A PDF with a page for each face, rectos and versos in turn.

    Args:
        stock: the paper on its side, two pages wide.
        sheets: from saddle.saddle.
        stamps: a line for each sheet.
        font: a TrueType file, of which the letters used are embedded.
    """
    out, height, band = io.BytesIO(), stock.sheet.height, _band(stock.sheet)
    canvas = mark_canvas(out, stock.sheet, font)
    for sheet, stamp in zip(sheets, stamps, strict=True):
        cover = sheet.number == 0
        _begin(canvas, height, staples(stock.sheet) if cover else ())
        canvas.showPage()
        _begin(canvas, height, folds(stock.sheet))
        draw_text(canvas, height, band, stamp)
        if cover:
            draw_ruler(canvas, height, band)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def folds(sheet: Size) -> tuple[Line, ...]:
    """Where to fold: a tick at the head and one at the foot, off the paper's edge."""
    middle, foot = sheet.width / 2, sheet.height - _EDGE
    return ((middle, _EDGE, middle, _EDGE + _TICK), (middle, foot - _TICK, middle, foot))


def staples(sheet: Size) -> tuple[Line, ...]:
    """Where two staples go: in the fold, a quarter of its length from either end."""
    middle, half = sheet.width / 2, _STAPLE / 2
    centers = (sheet.height / 4, sheet.height * 3 / 4)
    return tuple((middle, center - half, middle, center + half) for center in centers)


def _begin(canvas: Any, height: float, lines: Sequence[Line]) -> None:
    on_all_plates(canvas)
    canvas.setLineWidth(HAIRLINE)
    for x1, y1, x2, y2 in lines:
        canvas.line(x1, height - y1, x2, height - y2)


def stamp_area(sheet: Size) -> Box:
    """Where the inside of a sheet says what it is."""
    return _band(sheet).box


def _band(sheet: Size) -> Band:
    """The fold between its ticks, read upward."""
    off = _EDGE + _TICK + OFF
    length = sheet.height - 2 * off
    box = Box((sheet.width - LEADING) / 2, off, Size(LEADING, length))
    return Band(box, True, [(0.0, length)])
