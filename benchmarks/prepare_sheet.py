"""Writes what the checklist is made of when it fits on its page: HTML, style sheets, faces, code.

    prepare_sheet.py FOLDER

The HTML says {name}, {role} and so on where a person's data go. A process of its own, so that the
one that measures stays small.
"""

import re
import sys
from pathlib import Path

import segno
from sheet import FIELDS

from pharmdocs.build import Request
from pharmdocs.checklistpages import design_of, page_of
from pharmdocs.known import known_of
from pharmdocs.people.mail import mailto
from pharmdocs.people.person import Person
from pharmdocs.project import find_project
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.one_page import solution
from pharmdocs.typesetting.typeset import engine

folder = Path(sys.argv[1])
design = design_of(Request(find_project(folder)), "")
nobody = known_of(Person(), design.texts, design.strings)
with engine() as weasyprint:
    job, _, _ = solution(page_of(design, nobody, {}), weasyprint)
html = job.html
for name in (*FIELDS, "certificate-1-number", "certificate-1-expires"):
    html = re.sub(rf'(data-name="{name}"[^>]*>)', rf"\1{{{name}}}", html, count=1)
(folder / "sheet.html").write_text(html, encoding="utf-8")
for number, style in enumerate(job.stylesheets):
    (folder / f"{number}.css").write_text(style.text, encoding="utf-8")
(folder / "fonts.conf").write_text(fonts.configuration(str(folder / "cache")), encoding="utf-8")
segno.make_qr(mailto(nobody.mail), error="m").save(str(folder / "code.png"), border=4, scale=4)
