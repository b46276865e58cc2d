"""What one writes in an afternoon: the checklist through WeasyPrint, once for every person.

    naive_sheet.py FOLDER PEOPLE.csv SHEET.html STYLE.css…

The same HTML and style sheets as pharmdocs has, when it has found out how they fit; no tags, and
nobody looks whether a name is too long.
"""

import html
import sys
from pathlib import Path

import weasyprint
from sheet import people

folder, roster, source, *styles = (Path(word) for word in sys.argv[1:])
template = source.read_text(encoding="utf-8")
sheets = [weasyprint.CSS(filename=str(style)) for style in styles]
for number, person in enumerate(people(roster)):
    page = template
    known = {**person, "certificate-1-number": person["number"],
             "certificate-1-expires": person["expires"]}  # fmt: skip
    for name, text in known.items():
        page = page.replace(f"{{{name}}}", html.escape(text))
    weasyprint.HTML(string=page).write_pdf(folder / f"{number}.pdf", stylesheets=sheets)
