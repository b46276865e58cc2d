"""The calibration sheet: rulers, scales on both faces, and a dot that tells how paper is turned.

What the scales mean is `verniers`' to know; here they are drawn. A back is drawn as it is seen
from the front, through the paper, and mirrored when it is put on its page.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pharmdocs.geometry import Size, mm, to_mm
from pharmdocs.imposition.canvas import STAMP, add_font, mark_canvas, on_all_plates
from pharmdocs.imposition.face import SheetFace
from pharmdocs.imposition.instructions import Step, settings, steps
from pharmdocs.imposition.printer import BACK, FACES, FRONT, Printer
from pharmdocs.imposition.schemes import flip_axis
from pharmdocs.imposition.verniers import (
    LAST,
    NEUTRAL,
    PITCH,
    SIDE,
    STEP,
    ZERO,
    Corner,
    corners,
)

# How long the rulers are, in millimeters and in inches, across and down the sheet: upright, and
# on its side.
_UPRIGHT = (mm(180), 7 * 72.0), (mm(200), 7.5 * 72.0)
_LANDSCAPE = (mm(170), 6.5 * 72.0), (mm(140), 5.5 * 72.0)
# How far two lines are from the left and the top edge of the paper.
EDGE = mm(20)
# In which corner the dot lies when the paper was turned as it was drawn, or about the other edge.
# In the two others it lies when a back was printed on a front.
RIGHT, TURNED = "B", "C"

_TOLD = {"long-edge": "DuplexFlipLongEdge", "short-edge": "DuplexFlipShortEdge"}
_LINE = 0.35
# Lines of a scale and of the comb: beyond the square's edge and inside it.
_SCALE, _COMB = (mm(2.4), mm(1.2)), (mm(1.2), mm(4))
_RING, _DOT = mm(4), mm(1.2)
_TEXT, _LEADING = 10.5, 14.0


def draw(printer: Printer, fonts: Path, faces: Sequence[str] = FACES) -> bytes:
    """The sheets as they lie: one, or two to be fed by hand, whose order then shows.

    Nothing is corrected yet; what must stay where it is follows canvas.STAMP on every page.

    Args:
        printer: how the paper is turned, and with which settings; they are printed on the sheet.
        fonts: the folder of the faces.
        faces: which of FACES are drawn, one after the other for each sheet.
    """
    sheet, out = printer.sheet, io.BytesIO()
    canvas: Any = mark_canvas(out, sheet, fonts / "PharmSans-Regular.ttf")
    add_font(canvas, fonts / "PharmSans-Bold.ttf")
    canvas.setTitle(f"Calibration sheet for {printer.label}")
    canvas.setCatalogEntry("Lang", "en-US")
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.setViewerPreference("Duplex", _TOLD.get(printer.told, "Simplex"))
    axis, count = flip_axis(sheet, printer.turns), 2 if printer.told == "manual" else 1
    numbers = range(1, count + 1)
    for number in reversed(numbers) if faces == (BACK,) and printer.reverse else numbers:
        for face in faces:
            if face == FRONT:
                _front(SheetFace(canvas, sheet, ""), printer, f" {number}" if count > 1 else "")
            else:
                _back(SheetFace(canvas, sheet, axis), number)
    canvas.save()
    return out.getvalue()


def _front(face: SheetFace, printer: Printer, number: str) -> None:
    _begin(face)
    for corner in corners(face.sheet):
        _square(face, corner)
        _scales(face, corner)
        x, y = _spot(corner)
        face.circle(x, y, _RING)
        face.text(x, y + corner.below * mm(7.6), corner.name, 15, bold=True)
    _rulers(face)
    _edges(face)
    _explain(face, printer, number)
    _stamp(face, face.sheet.height / 2 - mm(35), settings(printer))


def _back(face: SheetFace, dots: int) -> None:
    _begin(face)
    for corner in corners(face.sheet):
        _combs(face, corner)
        if corner.name == RIGHT:
            x, y = _spot(corner)
            for dot in range(dots):
                face.circle(x + (2 * dot - dots + 1) * mm(1.8), y, _DOT, fill=1)
    _stamp(face, face.sheet.height / 2 - mm(16), ("back of the calibration sheet",))


def _begin(face: SheetFace) -> None:
    on_all_plates(face.canvas)
    face.canvas.setLineWidth(_LINE)


def _stamp(face: SheetFace, y: float, lines: Sequence[str]) -> None:
    """What stays where it is, whatever is corrected; the page ends with it."""
    face.canvas._code.append(STAMP.decode())
    on_all_plates(face.canvas)
    plain = SheetFace(face.canvas, face.sheet, "")
    for number, line in enumerate(lines):
        last = 0 < number == len(lines) - 1
        plain.text(0, y + number * mm(5), line, 12 if last else 7.5, bold=last)
    face.canvas.showPage()


def _spot(corner: Corner) -> tuple[float, float]:
    """Where the ring is that a dot may fall into."""
    return corner.x + corner.right * mm(17), corner.y + corner.below * mm(13)


def _square(face: SheetFace, corner: Corner) -> None:
    """The line to cut along, for paper through which nothing can be seen."""
    x, y = corner.x + corner.right * SIDE, corner.y + corner.below * SIDE
    face.canvas.setLineWidth(0.2)
    for ends in (
        (corner.x, corner.y, x, corner.y),
        (corner.x, corner.y, corner.x, y),
        (x, corner.y, x, y),
        (corner.x, y, x, y),
    ):
        face.line(*ends)
    face.canvas.setLineWidth(_LINE)


def _scales(face: SheetFace, corner: Corner) -> None:
    """The scales of the front: on the outer sides of the square, and again on the inner ones.

    The inner ones are for a square that was cut out and turned over.
    """
    outside, inside = _SCALE
    for n in range(LAST + 10):
        longer = mm(0.8) if n % 5 == 0 else 0.0
        x = corner.x + corner.right * (ZERO + (n - NEUTRAL) * PITCH)
        y = corner.y + corner.below * (ZERO + (n - NEUTRAL) * PITCH)
        for far, way in ((0.0, 1), (SIDE, -1)):
            top, left = corner.y + corner.below * far, corner.x + corner.right * far
            up, out = -way * corner.below, -way * corner.right
            face.line(x, top - up * inside, x, top + up * (outside + longer))
            face.line(left - out * inside, y, left + out * (outside + longer), y)
            if n <= LAST and n % 5 == 0:
                face.text(x, top + up * mm(4.4), str(n), 6)
                face.text(left + out * mm(4.6), y, str(n), 6)


def _combs(face: SheetFace, corner: Corner) -> None:
    """The combs of the back, on the outer sides of the square; they look alike from both sides."""
    outside, inside = _COMB
    for line in range(11):
        longer = mm(1.2) if line % 5 == 0 else 0.0
        x = corner.x + corner.right * (ZERO + line * STEP)
        y = corner.y + corner.below * (ZERO + line * STEP)
        deep = inside + longer
        face.line(x, corner.y - corner.below * outside, x, corner.y + corner.below * deep)
        face.line(corner.x - corner.right * outside, y, corner.x + corner.right * deep, y)
    tip, end, half = inside + mm(1.2), inside + mm(3.2), mm(0.9)
    x, y = corner.x + corner.right * ZERO, corner.y + corner.below * ZERO
    top, base = corner.y + corner.below * tip, corner.y + corner.below * end
    face.fill((x, top), (x - half, base), (x + half, base))
    top, base = corner.x + corner.right * tip, corner.x + corner.right * end
    face.fill((top, y), (base, y - half), (base, y + half))


def rulers_of(sheet: Size) -> tuple[tuple[float, float], tuple[float, float]]:
    """How long the rulers are, across and down: in millimeters and in inches, both as points."""
    return _UPRIGHT if sheet.width <= sheet.height else _LANDSCAPE


def ruler_places(sheet: Size) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the rulers begin: the one across, at its left end, and the one down, at its top."""
    across, down = rulers_of(sheet)
    upright = sheet.width <= sheet.height
    level = sheet.height / 2 - mm(57.4 if upright else 45)
    left = mm(56 if upright else 60) - sheet.width / 2
    return (-across[0] / 2, level), (left, level - mm(7 if upright else 9) - down[0])


def _rulers(face: SheetFace) -> None:
    (x, level), (upright, y) = ruler_places(face.sheet)
    across, down = rulers_of(face.sheet)
    face.line(x, level, x + across[0], level)
    face.line(upright, y, upright, y + down[0])
    for at, tick, name in _ticks(*across):
        face.line(x + at, level, x + at, level - tick)
        if name:
            face.text(x + at, level - (tick + mm(1.6) * (1 if tick > 0 else -1)), name, 5.5)
    for at, tick, name in _ticks(*down):
        face.line(upright, y + at, upright - tick, y + at)
        if name:
            face.text(upright - (tick + mm(2.4) * (1 if tick > 0 else -1)), y + at, name, 5.5)


def _ticks(metric: float, inches: float) -> Iterator[tuple[float, float, str]]:
    """Place, length and name: millimeters on one side, sixteenths of an inch on the other."""
    for n in range(round(to_mm(metric)) + 1):
        length = 3.2 if n % 10 == 0 else 2.4 if n % 5 == 0 else 1.6
        yield mm(n), mm(length), str(n) if n % 10 == 0 else ""
    for n in range(round(inches / 4.5) + 1):
        length = 3.4 if n % 16 == 0 else 2.6 if n % 8 == 0 else 2 if n % 4 == 0 else 1.2
        name = f"{n // 16} in" if n and n % 16 == 0 else ""
        yield n * 4.5, -mm(length), name


def _edges(face: SheetFace) -> None:
    """Two lines whose distance from the paper's edges tells where the fronts lie."""
    x, y = EDGE - face.sheet.width / 2, EDGE - face.sheet.height / 2
    face.line(x, -mm(24), x, -mm(14))
    face.text(x + mm(12), -mm(20.5), "20 mm from the", 6.5)
    face.text(x + mm(12), -mm(17.5), "left edge", 6.5)
    right = face.sheet.width / 2 - mm(54)
    face.line(right - mm(10), y, right, y)
    face.text(right - mm(26), y, "20 mm from the top edge", 6.5)


def _explain(face: SheetFace, printer: Printer, number: str) -> None:
    """Title, steps, and an example of a scale."""
    left = mm(71 if printer.landscape else 66) - face.sheet.width / 2
    y = mm(31) - face.sheet.height / 2
    told, right = steps(printer), face.sheet.width / 2 - mm(14)
    face.write(left, y, f"Calibration sheet{number}", 21, bold=True)
    y += mm(6.5)
    for row in ("What your printer misses, measured,", "so that every back lies behind its front."):
        face.write(left, y, row, _TEXT)
        y += _LEADING
    if not printer.landscape:
        _steps(face, told, 1, (left, right), mm(61) - face.sheet.height / 2)
        return
    y, middle = mm(56) - face.sheet.height / 2, left + mm(82)
    _steps(face, told[:3], 1, (left, middle - mm(7)), y)
    _steps(face, told[3:], 4, (middle, right), y)


def _steps(
    face: SheetFace, told: Sequence[Step], first: int, sides: tuple[float, float], y: float
) -> None:
    """A column of numbered steps between two sides, from y on."""
    left, width = sides[0], sides[1] - sides[0]
    for count, step in enumerate(told, first):
        face.write(left, y, f"{count}  {step.head}", _TEXT + 1, bold=True)
        y += _LEADING
        for row in _rows(face.canvas, step.text, width):
            face.write(left, y, row, _TEXT)
            y += _LEADING
        if step.example:
            _example(face, left + mm(12), y + mm(6))
            y += mm(19)
        y += _LEADING / 2


def _rows(canvas: Any, text: str, width: float) -> Iterator[str]:
    """The text in rows of that width."""
    row = ""
    for word in text.split(" "):
        longer = f"{row} {word}" if row else word
        if row and canvas.stringWidth(longer, "PharmSans-Regular", _TEXT) > width:
            yield row
            longer = word
        row = longer
    yield row


def _example(face: SheetFace, x: float, y: float) -> None:
    """A scale three times as large with the comb that reads 6.3, on the line between them."""
    pitch, step, first = 3 * PITCH, 3 * STEP, 6.3
    face.line(x - mm(4), y, x + 20 * pitch, y)
    for n in range(LAST + 10):
        tick = mm(4.4) if n % 5 == 0 else mm(3)
        face.line(x + n * pitch, y, x + n * pitch, y - tick)
        if n <= LAST and n % 5 == 0:
            face.text(x + n * pitch, y - tick - mm(2), str(n), 8)
    for line in range(11):
        at, tick = x + first * pitch + line * step, mm(4.4) if line % 5 == 0 else mm(3)
        face.line(at, y, at, y + tick)
    at = x + first * pitch
    face.fill((at, y + mm(4.6)), (at - mm(1.2), y + mm(7)), (at + mm(1.2), y + mm(7)))
    meets = x + first * pitch + 3 * step
    face.circle(meets, y, mm(2))
