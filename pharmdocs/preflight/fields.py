"""Check: a form holds the promised fields, and whoever prints or listens gets what they hold.

A value that is stored but not drawn prints as nothing, one that is drawn but not stored is lost
when somebody types. Viewers make no appearance of their own here: PDF/A forbids to ask for it.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Dictionary

from pharmdocs.errors import Problem
from pharmdocs.preflight.letters import texts_of
from pharmdocs.preflight.promise import Promise

_FIX = "report it with the command that built the file"


def check(document: pikepdf.Pdf, promise: Promise) -> list[Problem]:
    """Names, values, appearances, labels and tags of all fields; no field where none is due."""
    form = document.Root.get("/AcroForm", Dictionary())
    fields = {str(field.T): field for field in form.get("/Fields", [])}
    found = [f"the field `{name}` is missing" for name in promise.fields.keys() - fields.keys()]
    found += [
        f"nobody asked for a field `{name}`" for name in fields.keys() - promise.fields.keys()
    ]
    if fields and "/NeedAppearances" in form:
        found.append("the form asks viewers to draw its fields")
    for name, field in fields.items():
        found += _field(name, field, promise.fields.get(name, ""))
    if fields and any(page.get("/Tabs") != "/S" for page in document.pages):
        found.append("the tabs do not follow the tags")
    return [Problem(None, what, _FIX) for what in sorted(found)]


def _field(name: str, field: Any, value: str | None) -> Iterator[str]:
    if not str(field.get("/TU", "")):
        yield f"the field `{name}` has no label"
    if field.FT == "/Btn":
        if value is not None and (field.V == "/Off") is not (value == ""):
            yield f"the box `{name}` is {field.V}"
    elif value is not None and str(field.V) != value:
        yield f"the field `{name}` holds “{field.V}”, not “{value}”"
    due = str(field.get("/V", "")) if value is None else value
    for widget in field.get("/Kids", [field]):
        if "/StructParent" not in widget:
            yield f"the field `{name}` is not tagged"
        if field.FT == "/Tx" and _drawn(widget.AP.N) != "".join(due.split()):
            yield f"the field `{name}` does not show what it holds"
        if field.FT == "/Btn" and (widget.AS != field.V or str(widget.AS) not in widget.AP.N):
            yield f"the box `{name}` does not show its state"


def _drawn(appearance: Any) -> str:
    """The letters that an appearance shows, read through the text behind its glyphs."""
    found = ""
    font: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(appearance, "Tf Tj"):
        operands: Any = instruction.operands
        if str(instruction.operator) == "Tf":
            font = texts_of(appearance.Resources.Font[str(operands[0])].ToUnicode.read_bytes())
        else:
            codes = bytes(operands[0])
            glyphs = (int.from_bytes(codes[i : i + 2], "big") for i in range(0, len(codes), 2))
            found += "".join(font.get(glyph, "") for glyph in glyphs)
    return "".join(found.split())
