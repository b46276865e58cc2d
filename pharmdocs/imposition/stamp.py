"""The stamp of a sheet: what it is, in one line or two, beside a ruler of 50 mm.

The ruler catches a print at 96 %. Both stand in a band of the waste area that `marks` finds.
"""

from dataclasses import dataclass
from typing import Any

from pharmdocs.geometry import Box, mm
from pharmdocs.imposition.canvas import width_of

# 6 pt on 7 pt.
TYPE, LEADING = 6.0, 7.0
RULER, _TICK, NUMBER = mm(50), mm(2), mm(9)
# Cut marks begin 2 mm off the trim, so that a drift of the cut leaves none of them on a card; text
# keeps as far from a ruler, and half as far from marks.
OFF, CLEAR = mm(2), mm(1)


@dataclass(frozen=True)
class Band:
    """The part of a margin in which the stamp stands, and its stretches between cut marks.

    Stretches are measured from the left end; from below in a band that is read upward.
    """

    box: Box
    upward: bool
    stretches: list[tuple[float, float]]


def _stand(canvas: Any, height: float, band: Band) -> float:
    """Draw in the band from here on, from its left end; the base line of a row in its middle."""
    box = band.box
    depth = box.size.width if band.upward else box.size.height
    canvas.translate(box.right if band.upward else box.left, height - box.bottom)
    canvas.rotate(90 if band.upward else 0)
    canvas.setFont(canvas._initialFontName, TYPE)
    # Capitals are 0.7 of the type's size: their middle stands on the band's middle.
    return depth / 2 - 0.35 * TYPE


def draw_text(canvas: Any, height: float, band: Band, text: str) -> None:
    """The text, in the stretches before the ruler; `height` is the sheet's."""
    canvas.saveState()
    base = _stand(canvas, height, band)
    depth = min(band.box.size.width, band.box.size.height)
    ruler, stretches = _ruler_at(band), band.stretches
    rooms = [(start, min(end, ruler - OFF)) for start, end in stretches if start < ruler]
    rows = rows_of(canvas, text, [end - start for start, end in rooms], int(depth / LEADING))
    for number, row in enumerate(rows):
        for (start, _), words in zip(rooms, row, strict=True):
            canvas.drawString(start, base + (len(rows) - 1 - 2 * number) * LEADING / 2, words)
    canvas.restoreState()


def _ruler_at(band: Band) -> float:
    """Where the ruler begins: at the end of the last stretch that holds one."""
    ends = [end for start, end in band.stretches if end - start >= RULER + NUMBER]
    return ends[-1] - RULER - NUMBER


def draw_ruler(
    canvas: Any, height: float, band: Band, scale: tuple[float, float] = (1.0, 1.0)
) -> None:
    """The ruler, at the end of the last stretch that holds one; `height` is the sheet's.

    `scale` makes it longer or shorter, across and down the sheet.
    """
    canvas.saveState()
    base, ruler = _stand(canvas, height, band), _ruler_at(band)
    foot = base + 0.35 * TYPE - _TICK / 2
    length = RULER * scale[1 if band.upward else 0]
    canvas.line(ruler, foot, ruler + length, foot)
    for tick in range(6):
        x = ruler + tick * length / 5
        canvas.line(x, foot, x, foot + (_TICK if tick in (0, 5) else 0.6 * _TICK))
    canvas.drawString(ruler + length + CLEAR, base, "50 mm")
    canvas.restoreState()


def rows_of(canvas: Any, text: str, rooms: list[float], most: int) -> list[list[str]]:
    """The text in as few rows as it needs; each row has one piece for each room."""

    def width(*words: str) -> float:
        return sum(wide(word) for word in words) + (len(words) - 1) * wide(" ")

    def wide(word: str) -> float:
        return width_of(word, canvas._fontname, canvas._fontsize)

    for rows in range(1, most + 1):
        words, cells = text.split(), []
        for room in rooms * rows:
            line: list[str] = []
            while words and width(*line, words[0]) <= room:
                line.append(words.pop(0))
            cells.append(line)
        if not words:
            break
    if words:
        last = max(index for index, line in enumerate(cells) if line or not index)
        while cells[last] and width(*cells[last], "…") > (rooms * most)[last]:
            cells[last].pop()
        cells[last].append("…")
    joined = [" ".join(line) for line in cells]
    return [joined[at : at + len(rooms)] for at in range(0, len(joined), len(rooms))]
