"""Imposition alone, as a build of a folded booklet does it: scheme, marks and press.

saddling.py PAGES.pdf COUNT OUTPUT.pdf TIMES
"""

import sys
from pathlib import Path

from pharmdocs.geometry import mm
from pharmdocs.imposition import press
from pharmdocs.imposition.saddle import half_sheets, saddle
from pharmdocs.imposition.saddle_marks import saddle_marks
from pharmdocs.typesetting import fonts

pages, count, output = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
font = fonts.folder() / "PharmSans-Regular.ttf"
for _ in range(int(sys.argv[4])):
    stock = half_sheets("letter")
    sheets = saddle(count, stock, mm(0.1))
    stamps = [f"sheet {sheet.number + 1} of {len(sheets)}, inside" for sheet in sheets]
    drawn = saddle_marks(stock, sheets, stamps, font)
    labels = tuple(f"face {number + 1}" for number in range(2 * len(sheets)))
    plan = press.Plan("Leaves", "short-edge", labels, faces_in_outline=False)
    output.write_bytes(press.press(pages.read_bytes(), sheets, stock, drawn, plan))
