"""Writes pages of a booklet to fold, tagged, with text as the real ones have it.

    leaves.py COUNT OUTPUT.pdf

Every page is a section with a bookmark, a paragraph or four, and a link to the next one.
"""

import sys
from pathlib import Path

from generated import VOCABULARY

from pharmdocs.pool import guarded
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.typeset import Job, Stylesheet, typeset

CSS = """
@page { size: 139.7mm 215.9mm; margin: 49pt 19mm 59pt 20.7mm }
html { font: 10pt/14pt "Pharm Serif" } body, p { margin: 0 }
h1 { font: bold 16pt/21pt "Pharm Sans"; margin: 0 0 14pt; bookmark-level: 1 }
section { break-after: page }
"""

count, output = int(sys.argv[1]), Path(sys.argv[2])
sections = []
for number in range(count):
    words = [VOCABULARY[(number * 31 + at * 7) % len(VOCABULARY)] for at in range(220)]
    text = "".join(f"<p>{' '.join(words[at : at + 55])}.</p>" for at in range(0, 220, 55))
    link = f'<p><a href="#p{(number + 1) % count}">on</a></p>'
    sections.append(f'<section id="p{number}"><h1>Page {number + 1}</h1>{text}{link}</section>')
html = (
    '<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Leaves</title></head>'
    f"<body>{''.join(sections)}</body></html>"
)
job = Job(html, (Stylesheet("leaves.css", CSS),), str(output.parent.resolve()))
output.write_bytes(finish(guarded(typeset, job), body=""))
