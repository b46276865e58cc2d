"""The same sheets as saddling.py makes, by pdfimpose; creep in points, as it wants it.

pdfsaddling.py PAGES.pdf OUTPUT.pdf TIMES

Runs with .venv/bench on its path.
"""

import sys

from pdfimpose.schema.saddle import impose

for _ in range(int(sys.argv[3])):
    impose([sys.argv[1]], sys.argv[2], folds="h", creep=lambda sheets: 0.28 * sheets, group=0)
