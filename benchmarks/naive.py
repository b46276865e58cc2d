"""What one writes in an afternoon: the cards as floats on sheets, through WeasyPrint at once.

    naive.py OUTPUT.pdf BANK-FOLDER

The same texts in the same sizes as `pharmdocs build flashcards`, with a border to cut along; no
tags, and nobody looks whether a text fits or a back lies behind its front.
"""

import sys
from pathlib import Path

import weasyprint
from deck import STYLE, document, sheets

output, bank = Path(sys.argv[1]), Path(sys.argv[2])
page = document(sheets(bank))
weasyprint.HTML(string=page).write_pdf(output, stylesheets=[weasyprint.CSS(string=STYLE)])
