"""What a sheet carries outside its cards: cut marks, folds, outlines, a stamp and a ruler.

Everything is in Separation /All, which prints on every plate, and 4 mm off the paper's edge, where
printers cut off and viewers begin to "fit" the page; what finds no room there is left out.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pharmdocs.geometry import TOLERANCE, Box, Size, mm
from pharmdocs.imposition.canvas import HAIRLINE, LINES, STAMP, mark_canvas, on_all_plates
from pharmdocs.imposition.schemes import fold_lines, mirrored
from pharmdocs.imposition.stamp import (
    CLEAR,
    LEADING,
    NUMBER,
    OFF,
    RULER,
    Band,
    draw_ruler,
    draw_text,
)
from pharmdocs.imposition.stock import Stock

# From (x1, y1) to (x2, y2), in points from the top left corner of the face.
Line = tuple[float, float, float, float]

_EDGE = mm(4)
_LONG, _SHORT = mm(5), mm(2)

_LOWEST, _NARROWEST = mm(9), mm(110)


@dataclass(frozen=True)
class Stamp:
    """What one face has of its own.

    Args:
        text: one line; a text that is too long ends in an ellipsis, so what matters comes first.
        axis: the axis about which the sheet was turned before this face was printed; empty for
            the front. The grid of a back is mirrored, its stamp is not.
        scale: by how much the cards of this face are larger than drawn, across and down, so that
            a printer makes them right; the ruler tells by its 50 mm whether they are.
    """

    text: str = ""
    axis: str = ""
    scale: tuple[float, float] = (1.0, 1.0)


def marks(
    stock: Stock,
    stamps: Sequence[Stamp],
    *,
    font: Path,
    outlines: bool = False,
    folds: bool = False,
    letters: str = "",
) -> bytes:
    """A PDF with a page for each face; all in one file, which therefore holds the font once.

    Args:
        stock: only one that is cut by hand gets cut marks and guides.
        stamps: one for each face.
        font: a TrueType file, of which the letters used are embedded.
        outlines: draw the edge of every card.
        folds: draw the folds of schemes.fold_over, and no cut marks there.
        letters: embedded before all others, so that files with other stamps have the same font.
    """
    out, sheet = io.BytesIO(), stock.sheet
    canvas = mark_canvas(out, sheet, font, letters)
    # What faces share is drawn once; in the order of first use, so that bytes stay the same.
    for name, stamp in {_lines_of(stamp): stamp for stamp in stamps}.items():
        canvas.beginForm(name, upperx=sheet.width, uppery=sheet.height)
        canvas.setLineWidth(HAIRLINE)
        for path, dash in _lines(canvas, stock, stamp.axis, outlines, folds):
            canvas.setDash(dash)
            canvas.drawPath(path)
        canvas.endForm()
    for name, stamp in {_ruler_of(stamp): stamp for stamp in stamps if stamp.text}.items():
        if band := _band(stock, stamp.axis):
            canvas.beginForm(name, upperx=sheet.width, uppery=sheet.height)
            canvas.setLineWidth(HAIRLINE)
            draw_ruler(canvas, sheet.height, band, stamp.scale)
            canvas.endForm()
    for stamp in stamps:
        # A form takes over the colors in force.
        on_all_plates(canvas)
        canvas._code.append(LINES)
        canvas.doForm(_lines_of(stamp))
        if stamp.text and (band := _band(stock, stamp.axis)):
            canvas._code.append(STAMP.decode())
            on_all_plates(canvas)
            canvas.doForm(_ruler_of(stamp))
            draw_text(canvas, sheet.height, band, stamp.text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _lines_of(stamp: Stamp) -> str:
    """The name of the lines that a face shares with others."""
    return f"Lines{stamp.axis}"


def _ruler_of(stamp: Stamp) -> str:
    return f"Ruler{stamp.axis}" + "".join(f"-{100 * scale:.3f}" for scale in stamp.scale)


def stamp_box(stock: Stock, axis: str = "") -> Box | None:
    """Where text and ruler stand, perhaps with cut marks between; None where no margin has room."""
    band = _band(stock, axis)
    return band.box if band else None


def cut_marks(stock: Stock, axis: str = "", folds: bool = False) -> tuple[Line, ...]:
    """Where to cut: marks outside the grid, on the sides whose margin has room for them."""
    grid, xs, ys = _grid(stock, axis, folds)
    above, below, before, after = _reaches(stock, grid)
    left, top, right, bottom = grid.left - OFF, grid.top - OFF, grid.right + OFF, grid.bottom
    lines = [(x, top - above, x, top) for x in xs if above]
    lines += [(x, bottom + OFF, x, bottom + OFF + below) for x in xs if below]
    lines += [(left - before, y, left, y) for y in ys if before]
    lines += [(right, y, right + after, y) for y in ys if after]
    return tuple(lines)


def guides(stock: Stock, axis: str = "", folds: bool = False) -> tuple[Line, ...]:
    """Where to cut when a margin has no room for marks: hairlines on the edges of the cards."""
    grid, xs, ys = _grid(stock, axis, folds)
    above, below, before, after = _reaches(stock, grid)
    left, right = max(grid.left, _EDGE), min(grid.right, stock.sheet.width - _EDGE)
    top, bottom = max(grid.top, _EDGE), min(grid.bottom, stock.sheet.height - _EDGE)
    lines = [] if above and below else [(x, top, x, bottom) for x in xs]
    lines += [] if before and after else [(left, y, right, y) for y in ys]
    return tuple(lines)


def _grid(stock: Stock, axis: str, folds: bool) -> tuple[Box, list[float], list[float]]:
    """The box around the cards of a face, and where it is cut by hand, across and down."""
    slots, sheet = _slots(stock, axis), stock.sheet
    # Neighbours without a gap share an edge, but for the noise of sums.
    xs = sorted({round(x, 3) for slot in slots for x in (slot.left, slot.right)})
    ys = sorted({round(y, 3) for slot in slots for y in (slot.top, slot.bottom)})
    box = Box(xs[0], ys[0], Size(xs[-1] - xs[0], ys[-1] - ys[0]))
    if stock.cut != "hand":
        return box, [], []
    for x1, y1, x2, y2 in fold_lines(stock) if folds else ():
        xs = [x for x in xs if x1 != x2 or abs(x - x1) > TOLERANCE]
        ys = [y for y in ys if y1 != y2 or abs(y - y1) > TOLERANCE]
    # A card at the paper's edge is not cut there.
    xs = [x for x in xs if _EDGE <= x <= sheet.width - _EDGE]
    return box, xs, [y for y in ys if _EDGE <= y <= sheet.height - _EDGE]


def _slots(stock: Stock, axis: str) -> tuple[Box, ...]:
    slots = stock.slots()
    return tuple(mirrored(slot, stock.sheet, axis) for slot in slots) if axis else slots


def _reaches(stock: Stock, grid: Box) -> tuple[float, ...]:
    """How long cut marks may be above, below, before and after the grid; 0 where too short."""
    sides = grid.top, stock.sheet.height - grid.bottom, grid.left, stock.sheet.width - grid.right
    return tuple(map(_reach, sides))


def _reach(margin: float) -> float:
    room = min(_LONG, margin - OFF - _EDGE)
    return room if room >= _SHORT - TOLERANCE else 0.0


@cache
def _band(stock: Stock, axis: str) -> Band | None:
    """The widest margin that holds the stamp, top and bottom before the sides."""
    grid, xs, ys = _grid(stock, axis, folds=False)
    sheet, (right, bottom) = stock.sheet, (grid.right, grid.bottom)
    rises = sorted(sheet.height - y for y in ys)
    level = [(grid.top, 0.0), (sheet.height - bottom, bottom)]
    upright = [(grid.left, 0.0), (sheet.width - right, right)]
    for margins, length, cuts in ((level, sheet.width, xs), (upright, sheet.height, rises)):
        for margin, start in sorted(margins, key=lambda it: -round(it[0], 2)):
            found = _clear(margin, length, cuts)
            if found is None:
                continue
            depth, taken, stretches = found
            # In the middle of what the marks, which stand at the grid, leave of the margin.
            off = (start + taken + CLEAR) if start else _EDGE
            off += (margin - _EDGE - CLEAR - taken - depth) / 2
            if margins is level:
                return Band(Box(_EDGE, off, Size(length - 2 * _EDGE, depth)), False, stretches)
            return Band(Box(off, _EDGE, Size(depth, length - 2 * _EDGE)), True, stretches)
    return None


def _clear(
    margin: float, length: float, cuts: list[float]
) -> tuple[float, float, list[tuple[float, float]]] | None:
    """How high the stamp may be, what cut marks take of the margin, and the stretches left."""
    inside = length - 2 * _EDGE
    if margin < _LOWEST - TOLERANCE or inside < _NARROWEST:
        return None
    reach = _reach(margin) if cuts else 0.0
    taken = OFF + reach if reach else 0.0
    ends = [0.0, inside]
    if reach and margin - _EDGE - CLEAR - taken < LEADING:
        # No room beyond the marks: stand between them.
        taken = 0.0
        ends = sorted([*ends, *(cut - _EDGE + side for cut in cuts for side in (-OFF, OFF))])
    pairs = zip(ends[::2], ends[1::2], strict=True)
    stretches = [(start, end) for start, end in pairs if end - start > NUMBER]
    if not any(end - start >= RULER + NUMBER for start, end in stretches):
        return None
    return min(margin - _EDGE - CLEAR - taken, 2 * LEADING), taken, stretches


def _lines(canvas: Any, stock: Stock, axis: str, outlines: bool, folds: bool) -> list[Any]:
    """Paths with their dashes, the solid one last; each face about this axis draws them again."""
    height, solid, dashed = stock.sheet.height, canvas.beginPath(), canvas.beginPath()

    def add(path: Any, lines: Sequence[Line]) -> None:
        for x1, y1, x2, y2 in lines:
            path.moveTo(x1, height - y1)
            path.lineTo(x2, height - y2)

    add(solid, cut_marks(stock, axis, folds))
    add(solid, guides(stock, axis, folds))
    for slot in _slots(stock, axis) if outlines else ():
        solid.rect(slot.left, height - slot.bottom, slot.size.width, slot.size.height)
    add(dashed, fold_lines(stock) if folds else ())
    return [*([(dashed, (3, 2))] if folds else []), (solid, ())]
