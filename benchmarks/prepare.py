"""Writes what a build of the booklet hands to WeasyPrint: the HTML, its style sheets, its faces.

    prepare.py FOLDER

A process of its own, so that the one that measures stays small: a child's peak memory counts
from the size of the process that forked it.
"""

import sys
from pathlib import Path

from pharmdocs.build import Request, edition_date, look_of, read_bank
from pharmdocs.project import find_project
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.printable import stylesheets
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.strings import read_strings

folder = Path(sys.argv[1])
request = Request(find_project(folder))
bank = read_bank(request)
look = look_of(request, bank)
strings = read_strings(request.project, look.language)
date, whole = edition_date(bank), {"folded": False, "notes": 0, "art": "whole"}
html = render(request.project, "booklet/page.html.j2", bank, look, strings, date, **whole)
(folder / "booklet.html").write_text(html, encoding="utf-8")
for number, sheet in enumerate(stylesheets(request.project, "booklet", look)):
    (folder / f"{number}.css").write_text(sheet.text, encoding="utf-8")
(folder / "fonts.conf").write_text(fonts.configuration(str(folder / "cache")), encoding="utf-8")
