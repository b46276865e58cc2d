"""Check: every font comes with the file, so that paper shows the letters that a screen shows."""

from typing import Any

import pikepdf
from pikepdf import Dictionary

from pharmdocs.errors import Problem

_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


def check(document: pikepdf.Pdf) -> list[Problem]:
    """Fonts without a program; one whose glyphs are drawings (Type 3) needs none."""
    missing = []
    for item in document.objects:
        if not isinstance(item, Dictionary) or item.get("/Type") != "/Font":
            continue
        if item.get("/Subtype") in ("/Type0", "/Type3"):
            continue  # of a Type 0 font the descendant is judged
        descriptor: Any = item.get("/FontDescriptor", Dictionary())
        if not any(name in descriptor for name in _PROGRAMS):
            missing.append(str(item.get("/BaseFont", "/a font without a name"))[1:])
    fix = "embed all fonts where the file is made"
    found = dict.fromkeys(missing)
    return [Problem(None, f"the font {name} is not embedded", fix) for name in found]
