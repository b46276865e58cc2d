"""Check: every glyph that is drawn has the outline that its text claims, from a vendored face.

In a booklet about medicines the worst defect is a wrong letter over a right text layer ("Íg" for
"µg"): nobody who searches or copies would ever see it.
"""

import hashlib
import io
import re
from typing import Any

import pikepdf
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont, TTLibError

from pharmdocs.errors import Problem
from pharmdocs.typesetting import fonts

_FIX = "report it with the bank that shows it"


def check(document: pikepdf.Pdf) -> list[Problem]:
    """Prove each font of the file: embedded, ours, and drawn as it reads."""
    problems: list[Problem] = []
    for font, drawn in _drawn(document).values():
        name = str(font.get("/BaseFont", "a font without a name")).partition("+")[2]
        problems += _check_font(font, drawn, name)
    return problems


def _drawn(document: pikepdf.Pdf) -> dict[tuple[int, int], tuple[Any, set[int]]]:
    """Each font that the pages draw with, and the glyphs they draw."""
    found: dict[tuple[int, int], tuple[Any, set[int]]] = {}
    for page in document.pages:
        _collect(page, page.Resources, found)
    for item in document.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form":
            _collect(item, item.get("/Resources", {}), found)
    return found


def _collect(
    holder: Any, resources: Any, found: dict[tuple[int, int], tuple[Any, set[int]]]
) -> None:
    drawn: set[int] = set()
    for instruction in pikepdf.parse_content_stream(holder, "Tf Tj TJ ' \""):
        operands: Any = instruction.operands
        if str(instruction.operator) == "Tf":
            font = resources.Font[str(operands[0])]
            drawn = found.setdefault(font.objgen, (font, set()))[1]
            continue
        parts = operands[-1]
        for part in parts if isinstance(parts, pikepdf.Array) else [parts]:
            if isinstance(part, pikepdf.String):
                codes = bytes(part)
                drawn |= {codes[i] << 8 | codes[i + 1] for i in range(0, len(codes) - 1, 2)}


def _check_font(font: Any, drawn: set[int], name: str) -> list[Problem]:
    if font.get("/Subtype") != "/Type0" or "/ToUnicode" not in font:
        return [Problem(None, f"the font {name} has no text behind its glyphs", _FIX)]
    descendant = font.DescendantFonts[0]
    if font.get("/Encoding") != "/Identity-H" or descendant.get("/CIDToGIDMap") != "/Identity":
        return [Problem(None, f"the font {name} renumbers its glyphs", _FIX)]
    descriptor = descendant.FontDescriptor
    if "/FontFile2" not in descriptor:
        return [Problem(None, f"the font {name} is not embedded as TrueType", _FIX)]
    program = descriptor.FontFile2.read_bytes()
    try:
        embedded = TTFont(io.BytesIO(program), lazy=True)
        order, outlines = embedded.getGlyphOrder(), embedded.getGlyphSet()
    except TTLibError:
        return [Problem(None, f"the font program of {name} is damaged", _FIX)]
    digest = hashlib.sha256(program).hexdigest()
    face = next((face for face in fonts.faces() if face.sha256 == digest), None)
    if face is None:
        return [Problem(None, f"the font {name} is not one of the vendored faces", _FIX)]
    texts = _texts(font.ToUnicode.read_bytes())
    with TTFont(fonts.folder() / face.file, lazy=True) as vendored:
        expected = vendored.getBestCmap()
        theirs = vendored.getGlyphSet()
        problems = []
        for glyph in sorted(drawn):
            text = texts.get(glyph, "")
            if glyph == 0 or glyph >= len(order) or len(text) != 1 or ord(text) not in expected:
                what = f"{name} draws glyph {glyph} without a letter behind it"
                problems.append(Problem(None, what, _FIX))
            elif _outline(outlines, order[glyph]) != _outline(theirs, expected[ord(text)]):
                what = f"{name} draws another glyph for {text!r} (U+{ord(text):04X})"
                problems.append(Problem(None, what, _FIX))
    return problems


def _texts(cmap: bytes) -> dict[int, str]:
    """Glyph number -> text, from a ToUnicode map of two-byte codes."""
    found = {}
    for section in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, text in re.findall(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", section):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found


def _outline(glyphs: Any, name: str) -> list[Any]:
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    return list(pen.value)
