"""What a page shows, as another engine than ours reads it: texts, pictures, grounds, letters.

Everything is measured in points from the page's upper left corner.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from pharmdocs.errors import OutputError, Problem
from pharmdocs.geometry import Box, Size
from pharmdocs.wording import words

# A page of ours has a few hundred objects; forms in forms can be made to have millions.
MOST_OBJECTS = 300_000
_DEEPEST = 8
# Below this a text has no ink: it is a space.
_INKLESS = 0.05

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Text:
    """A piece of text in one size and color.

    `grey` and `ground` are how light it and what lies under it are in black and white, from 0 to
    1; None where that cannot be told, because it lies on a picture. The box has room for spaces at
    the ends; `Seen.inked` takes them off. `item` is by what the engine knows the piece.
    """

    box: Box
    size: float
    grey: float | None
    ground: float | None
    item: int = 0


@dataclass(frozen=True)
class Picture:
    """A picture and the fewer of its pixels an inch, across or down."""

    box: Box
    dpi: float


class Piece(NamedTuple):
    """The text that a tag calls by one number, and whether it stands on its head."""

    box: Box
    turned: bool


@dataclass
class Seen:
    """A page, counted from 1; `ink` is what is drawn besides texts, `pieces` what is tagged."""

    number: int
    size: Size
    letters: str
    corner: tuple[float, float]
    page: Any
    texts: list[Text] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    ink: list[Box] = field(default_factory=list)
    pieces: dict[int, Piece] = field(default_factory=dict)

    @property
    def words(self) -> Counter[str]:
        """How often each word stands on the page."""
        return words([self.letters])

    def inked(self, text: Text) -> Box:
        """Where the letters of a text lie, without spaces; to be asked while the page is read."""
        return self._letters.get(text.item, text.box)

    @cached_property
    def _letters(self) -> dict[int, Box]:
        """Around the letters of each piece of text that shows any."""
        sides: dict[int, tuple[float, float, float, float]] = {}
        edges = [ctypes.c_double() for _ in range(4)]
        for at in range(raw.FPDFText_CountChars(self.page)):
            item = raw.FPDFText_GetTextObject(self.page, at)
            if not item or chr(raw.FPDFText_GetUnicode(self.page, at)).isspace():
                continue
            raw.FPDFText_GetCharBox(self.page, at, *edges)
            left, right, bottom, top = (edge.value for edge in edges)
            of = ctypes.addressof(item.contents)
            known = sides.get(of, (left, right, bottom, top))
            sides[of] = (
                *(min(left, known[0]), max(right, known[1])),
                *(min(bottom, known[2]), max(top, known[3])),
            )
        return {of: _box(self.corner, *found) for of, found in sides.items()}


def _box(corner: tuple[float, float], left: float, right: float, bottom: float, top: float) -> Box:
    """A box from the corner of the page, out of its sides as PDF counts them."""
    return Box(left - corner[0], corner[1] - top, Size(right - left, top - bottom))


def read(pdf: bytes) -> Iterator[Seen]:
    """Every page of a file, in order."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number, page in enumerate(document, 1):
            left, bottom, right, top = page.get_mediabox()
            text = page.get_textpage()
            # Text by its bounds has no end of line where a cell whose word breaks at its hyphen
            # is followed by the next one: two words of two cells would be one.
            size, letters = Size(right - left, top - bottom), text.get_text_range()
            found = Seen(number, size, letters, (left, top), text)
            _Reader(found).read(page)
            yield found
            page.close()
    finally:
        document.close()


@dataclass(frozen=True)
class _Ground:
    box: Box
    grey: float | None


class _Reader:
    """Walks through the objects of a page, those in forms included, from below to above."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.grounds: list[_Ground] = []
        self.count = 0
        self.sides = [ctypes.c_float() for _ in range(4)]
        self.color = [ctypes.c_uint() for _ in range(4)]
        self.matrix = raw.FS_MATRIX()
        self.number = ctypes.c_float()

    def read(self, page: Any) -> None:
        """Take everything from the page."""
        for index in range(raw.FPDFPage_CountObjects(page)):
            self._object(raw.FPDFPage_GetObject(page, index), _IDENTITY, 0)

    def _object(self, item: Any, on: Matrix, depth: int) -> None:
        self.count += 1
        if self.count > MOST_OBJECTS:
            what = f"page {self.seen.number} draws more than {MOST_OBJECTS:,} things"
            fix = "open it in a viewer and save or print it anew"
            raise OutputError(Problem(None, what, fix))
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            if depth < _DEEPEST:
                matrix = _times(self._matrix(item), on)
                for index in range(raw.FPDFFormObj_CountObjects(item)):
                    self._object(raw.FPDFFormObj_GetObject(item, index), matrix, depth + 1)
            return
        if not raw.FPDFPageObj_GetBounds(item, *self.sides):
            return
        box = self._box(on)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            self._text(item, box, on)
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            self._path(item, box)
        else:
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                self._picture(item, box, on)
            self.grounds.append(_Ground(box, None))
            self.seen.ink.append(box)

    def _matrix(self, item: Any) -> Matrix:
        m = self.matrix
        if not raw.FPDFPageObj_GetMatrix(item, m):
            return _IDENTITY
        return (m.a, m.b, m.c, m.d, m.e, m.f)

    def _box(self, on: Matrix) -> Box:
        left, bottom, right, top = (side.value for side in self.sides)
        if on != _IDENTITY:
            a, b, c, d, e, f = on
            corners = [(x, y) for x in (left, right) for y in (bottom, top)]
            xs = [a * x + c * y + e for x, y in corners]
            ys = [b * x + d * y + f for x, y in corners]
            left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
        return _box(self.seen.corner, left, right, bottom, top)

    def _text(self, item: Any, box: Box, on: Matrix) -> None:
        # Modes that fill letters (ISO 32000-1, 9.3.6); what is not drawn is no text here.
        mode = raw.FPDFTextObj_GetTextRenderMode(item)
        if mode not in (0, 2, 4, 6) or box.size.width < _INKLESS or box.size.height < _INKLESS:
            return
        raw.FPDFTextObj_GetFontSize(item, self.number)
        size = self.number.value
        _, _, c, d, _, _ = _times(self._matrix(item), on)
        ground = self._under(box)
        grey = self._grey(item, 1.0 if ground is None else ground)
        number = raw.FPDFPageObj_GetMarkedContentID(item)
        if number >= 0:
            known = self.seen.pieces.get(number)
            self.seen.pieces[number] = Piece(known.box.around(box) if known else box, d < 0)
        of = ctypes.addressof(item.contents)
        self.seen.texts.append(Text(box, abs(size) * math.hypot(c, d), grey, ground, of))

    def _path(self, item: Any, box: Box) -> None:
        fills, strokes = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fills, strokes)
        if fills.value:
            grey = self._grey(item, 1.0) if _is_rectangle(item) else None
            self.grounds.append(_Ground(box, grey))
        if fills.value or strokes.value:
            self.seen.ink.append(box)

    def _picture(self, item: Any, box: Box, on: Matrix) -> None:
        width, height = ctypes.c_uint(), ctypes.c_uint()
        if not raw.FPDFImageObj_GetImagePixelSize(item, width, height):
            return
        a, b, c, d, _, _ = _times(self._matrix(item), on)
        sides = (width.value, math.hypot(a, b)), (height.value, math.hypot(c, d))
        dpi = [72 * pixels / points for pixels, points in sides if points > 0]
        if dpi:
            self.seen.pictures.append(Picture(box, min(dpi)))

    def _grey(self, item: Any, ground: float) -> float | None:
        """The fill in black and white, as ISO 32000-1, 10.3.2 mixes it, over what is under it."""
        if not raw.FPDFPageObj_GetFillColor(item, *self.color):
            return None
        red, green, blue, alpha = (part.value / 255 for part in self.color)
        return (0.3 * red + 0.59 * green + 0.11 * blue) * alpha + ground * (1 - alpha)

    def _under(self, box: Box) -> float | None:
        """What the middle of a box lies on; paper is white."""
        x, y = box.left + box.size.width / 2, box.top + box.size.height / 2
        for ground in reversed(self.grounds):
            it = ground.box
            if it.left <= x <= it.right and it.top <= y <= it.bottom:
                return ground.grey
        return 1.0


def _times(one: Matrix, two: Matrix) -> Matrix:
    """One transformation, then the other."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _is_rectangle(item: Any) -> bool:
    """Whether a path is one upright rectangle: every point shares a side with the first."""
    count = raw.FPDFPath_CountSegments(item)
    if count not in (4, 5):
        return False
    x, y = ctypes.c_float(), ctypes.c_float()
    points = []
    for index in range(4):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_BEZIERTO:
            return False
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        points.append((x.value, y.value))
    return len({x for x, _ in points}) == 2 and len({y for _, y in points}) == 2
