"""Imposition alone, as a build of flashcards does it: schemes, marks and press.

    imposing.py PAGES.pdf CARDS OUTPUT.pdf

The pages are fronts and backs in turn; they go onto the default stock, to be turned on the long
edge.
"""

import sys
from pathlib import Path

from pharmdocs.imposition import marks, press, schemes
from pharmdocs.imposition.stock import DEFAULTS, find_stock, read_stocks
from pharmdocs.typesetting import fonts

pages, count, output = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
stock = find_stock(DEFAULTS["letter"], read_stocks(None, ""))
sheets = schemes.cards(count, stock, "long-edge")
axis = schemes.flip_axis(stock.sheet, "long-edge")
labels, stamps = [], []
for sheet in sheets:
    for side, turned in (("front", ""), ("back", axis)):
        label = f"Sheet {sheet.number + 1} {side}"
        labels.append(f"{label}: {len(sheets)} in all")
        stamps.append(marks.Stamp(f"{label} of {len(sheets)} · long edge · {stock.name}", turned))
drawn = marks.marks(stock, stamps, font=fonts.folder() / "PharmSans-Regular.ttf")
plan = press.Plan("Cards", "long-edge", tuple(labels))
output.write_bytes(press.press(pages.read_bytes(), sheets, stock, drawn, plan))
