"""The least a script can do: read HTML and style sheets, render once, write a tagged PDF.

    bare.py OUTPUT.pdf INPUT.html STYLE.css…

What `pharmdocs build` takes longer than this is what it costs beyond WeasyPrint.
"""

import sys

import weasyprint

output, page, *styles = sys.argv[1:]
sheets = [weasyprint.CSS(filename=style) for style in styles]
weasyprint.HTML(filename=page).write_pdf(output, stylesheets=sheets, pdf_variant="pdf/ua-1")
