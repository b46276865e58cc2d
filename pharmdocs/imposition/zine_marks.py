"""Where a zine's sheet is folded and slit: hairlines on the edges of its panels, and scissors.

There is no waste around the panels, so nothing else stands there. Lines keep 4 mm off the paper's
edge, where printers cut off and viewers begin to "fit" the page.
"""

import io
from math import cos, radians, sin
from pathlib import Path
from typing import Any

from pharmdocs.geometry import Size, mm
from pharmdocs.imposition.canvas import HAIRLINE, mark_canvas, on_all_plates
from pharmdocs.imposition.zine import creases, slit

_EDGE = mm(4)
_CUT = 0.75
_RING, _BLADE, _ANGLE = mm(0.7), mm(3.2), 17


def zine_marks(sheet: Size, more: int, font: Path) -> bytes:
    """A PDF with a page for the sheet of a zine, and an empty one for each that lies beside it.

    Args:
        sheet: the paper on its side.
        more: how many others there are.
        font: a TrueType file; no letter of it is used.
    """
    out = io.BytesIO()
    canvas = mark_canvas(out, sheet, font)
    on_all_plates(canvas)
    canvas.setLineWidth(HAIRLINE)
    canvas.setDash((3, 3))
    for x1, y1, x2, y2 in creases(sheet):
        left, right = max(x1, _EDGE), min(x2, sheet.width - _EDGE)
        top, bottom = max(y1, _EDGE), min(y2, sheet.height - _EDGE)
        canvas.line(left, sheet.height - top, right, sheet.height - bottom)
    x1, y1, x2, y2 = slit(sheet)
    canvas.setDash(())
    canvas.setLineWidth(_CUT)
    canvas.line(x1, sheet.height - y1, x2, sheet.height - y2)
    canvas.setLineWidth(2 * HAIRLINE)
    _scissors(canvas, x1, sheet.height - y1)
    canvas.showPage()
    for _ in range(more):
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _scissors(canvas: Any, x: float, y: float) -> None:
    """Open scissors whose blades meet the line at x, about to cut to the right."""
    for side in (1, -1):
        across, up = cos(radians(_ANGLE)), side * sin(radians(_ANGLE))
        end = (x - _BLADE * across, y - _BLADE * up)
        canvas.line(*end, x + _BLADE * across, y + _BLADE * up)
        canvas.circle(end[0] - _RING * across, end[1] - _RING * up, _RING)
