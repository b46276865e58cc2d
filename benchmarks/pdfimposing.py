"""The same sheets as imposing.py makes, by pdfimpose.

    pdfimposing.py PAGES.pdf OUTPUT.pdf

Runs with .venv/bench on its path.
"""

import sys

from pdfimpose.schema import Margins
from pdfimpose.schema.cards import impose

# Three index cards in the middle of a Letter page, in points.
MARGINS = Margins(left=126, right=126, top=72, bottom=72)
impose([sys.argv[1]], sys.argv[2], omargin=MARGINS, mark=["crop"], signature=(1, 3))
