"""Check: every glyph that is drawn has the outline that its text claims, from a vendored face.

In a booklet about medicines the worst defect is a wrong letter over a right text layer ("Íg" for
"µg"): nobody who searches or copies would ever see it.
"""

import hashlib
import io
import struct
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

import pikepdf
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont, TTLibError

from pharmdocs.errors import Problem
from pharmdocs.preflight.letters import texts_of
from pharmdocs.typesetting import fonts

_FIX = "report it with the bank that shows it"


def check(document: pikepdf.Pdf) -> list[Problem]:
    """Prove each font of the file: embedded, ours, and drawn as it reads."""
    problems: list[Problem] = []
    for font, drawn in _drawn(document).values():
        name = str(font.get("/BaseFont", "a font without a name")).partition("+")[2]
        problems += _check_font(font, drawn, name)
    return problems


def get_ready() -> Iterator[None]:
    """Read the vendored faces, which takes a while the first time, one by one."""
    for face in fonts.faces():
        _ = _opened((fonts.folder() / face.file).read_bytes()).letters
        yield


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
    font: Any = None
    for instruction in pikepdf.parse_content_stream(holder, "Tf Tj TJ ' \""):
        operands: Any = instruction.operands
        if str(instruction.operator) == "Tf":
            font = resources.Font[str(operands[0])]
            drawn = found.setdefault(font.objgen, (font, set()))[1]
            continue
        wide = font.get("/Subtype") == "/Type0"
        parts = operands[-1]
        for part in parts if isinstance(parts, pikepdf.Array) else [parts]:
            if isinstance(part, pikepdf.String):
                codes = bytes(part)
                drawn.update(struct.unpack(f">{len(codes) // 2}H", codes) if wide else codes)


def _check_font(font: Any, drawn: set[int], name: str) -> list[Problem]:
    if "/ToUnicode" not in font:
        return [Problem(None, f"the font {name} has no text behind its glyphs", _FIX)]
    whole = font.get("/Subtype") == "/Type0"
    holder = font.DescendantFonts[0] if whole else font
    if whole and not (font.Encoding == "/Identity-H" and holder.CIDToGIDMap == "/Identity"):
        return [Problem(None, f"the font {name} renumbers its glyphs", _FIX)]
    if "/FontFile2" not in holder.FontDescriptor:
        return [Problem(None, f"the font {name} is not embedded as TrueType", _FIX)]
    program = holder.FontDescriptor.FontFile2.read_bytes()
    face = _whole_face(program) if whole else _named_face(name)
    if face is None:
        return [Problem(None, f"the font {name} is not one of the vendored faces", _FIX)]
    try:
        embedded = _opened(program)
    except TTLibError:
        return [Problem(None, f"the font program of {name} is damaged", _FIX)]
    names = embedded.order if whole else embedded.byte_codes()
    texts = texts_of(font.ToUnicode.read_bytes())
    vendored = _opened((fonts.folder() / face.file).read_bytes())
    problems = []
    for code in sorted(drawn):
        text = texts.get(code, "")
        glyph = vendored.letters.get(text)
        if names.get(code) in (None, ".notdef") or glyph is None:
            what = f"{name} draws glyph {code} without a letter behind it"
            problems.append(Problem(None, what, _FIX))
        elif embedded.outline(names[code]) != vendored.outline(glyph):
            what = f"{name} draws another glyph for {text!r} (U+{ord(text):04X})"
            problems.append(Problem(None, what, _FIX))
    return problems


class _Program:
    """A font program: its glyphs, those of letters, and outlines that were asked for before."""

    def __init__(self, program: bytes) -> None:
        self.font = TTFont(io.BytesIO(program), lazy=True)
        self.order = dict(enumerate(self.font.getGlyphOrder()))
        self.glyphs = self.font.getGlyphSet()
        self.outlines: dict[str, list[Any]] = {}

    @cached_property
    def letters(self) -> dict[str, str]:
        return {chr(point): glyph for point, glyph in self.font.getBestCmap().items()}

    def byte_codes(self) -> dict[int, str]:
        """Code -> glyph of a symbolic TrueType font: its one-byte map (ISO 32000-1, 9.6.6.4)."""
        table = self.font["cmap"].getcmap(1, 0)
        return dict(table.cmap) if table else {}

    def outline(self, name: str) -> list[Any]:
        if name not in self.outlines:
            pen = DecomposingRecordingPen(self.glyphs)
            self.glyphs[name].draw(pen)
            self.outlines[name] = list(pen.value)
        return self.outlines[name]


# Thousands of files with the same faces are proved in one run.
_opened = lru_cache(maxsize=32)(_Program)


def _whole_face(program: bytes) -> fonts.Face | None:
    """The vendored face that these bytes are."""
    digest = hashlib.sha256(program).hexdigest()
    return next((face for face in fonts.faces() if face.sha256 == digest), None)


def _named_face(name: str) -> fonts.Face | None:
    """The vendored face that a reduced one, as stamps have, says it comes from."""
    return next((face for face in fonts.faces() if face.file == f"{name}.ttf"), None)
