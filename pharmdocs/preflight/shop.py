"""Check: what a print shop is promised, and no more; nothing here is a claim of PDF/X.

Boxes right, inks as agreed, nothing to blend, black text in black alone, pictures fine enough,
marks outside the bleed and on every plate, and what crosses the trim reaches the bleed's edge.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf
from pikepdf import Dictionary

from pharmdocs.errors import Problem
from pharmdocs.geometry import TOLERANCE, Box, Size, to_mm
from pharmdocs.preflight import bleeding
from pharmdocs.preflight.drawn import Color, Mark, Sides, marks, space_name
from pharmdocs.preflight.letters import SHOWING, Letters, Texts, first_id, words_of
from pharmdocs.preflight.promise import ShopPromise

FINEST = 300


def check(pdf: bytes, promise: ShopPromise) -> list[Problem]:
    """Every promise that the finished file does not keep."""
    found: list[tuple[str, str]] = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found += _intent(document, promise)
        for number, page in enumerate(document.pages, 1):
            told = [*_boxes(page, promise)]
            if not told:
                drawn = list(marks(page))
                told += _colors(page, drawn, promise)
                told += _blended(drawn)
                told += _coarse(drawn)
                told += _stray(drawn, _sides(page.obj.BleedBox))
            found += [(f"page {number}: {what}", fix) for what, fix in dict.fromkeys(told)]
        if not found:
            boxes = [_bleed_and_trim(page) for page in document.pages]
            found += bleeding.check(pdf, boxes, promise.art)
    return [Problem(None, what, fix) for what, fix in dict.fromkeys(found)]


def pairs(pdf: bytes, promise: ShopPromise) -> list[Problem]:
    """Fronts and backs that do not follow each other."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [Problem(None, what, fix) for what, fix in _pairs(document, promise)]


def faces(pdf: bytes) -> set[str]:
    """The names of the fonts in a file, without the letters that mark a part of one."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {
            str(item.BaseFont).lstrip("/").rpartition("+")[2]
            for item in document.objects
            if isinstance(item, Dictionary) and item.get("/Type") == "/Font"
        }


_REPORT = "report it, with the command that built the file"
_FLAT = "use flat colors of black, white or #rrggbb in style sheets and pictures"


def _intent(document: pikepdf.Pdf, promise: ShopPromise) -> Iterator[tuple[str, str]]:
    intents: Any = document.Root.get("/OutputIntents", pikepdf.Array())
    profiles = {
        hashlib.sha256(intent.DestOutputProfile.read_bytes()).hexdigest() for intent in intents
    }
    if not promise.profile and profiles:
        yield "the file names a printing condition, and was to be for any", _REPORT
    elif not promise.profile and b"pdfaid:part" in document.Root.Metadata.read_bytes():
        # ISO 19005-2, 6.2.4.3: no DeviceGray without an output intent.
        yield "the file claims PDF/A and names no printing condition", _REPORT
    elif promise.profile and profiles != {promise.profile}:
        yield "the file does not name the profile as its printing condition", _REPORT


def _boxes(page: pikepdf.Page, promise: ShopPromise) -> Iterator[tuple[str, str]]:
    if {"/MediaBox", "/BleedBox", "/TrimBox"} - set(page.obj.keys()):
        yield "a box is missing: MediaBox, BleedBox and TrimBox must be there", _REPORT
        return
    media, bleed, trim = (_sides(page.obj[name]) for name in ("/MediaBox", "/BleedBox", "/TrimBox"))
    if media[:2] != (0, 0) or page.obj.get("/Rotate", 0) != 0 or page.obj.get("/UserUnit", 1) != 1:
        yield "the MediaBox does not begin at 0, 0, or the page is turned or scaled", _REPORT
    if "/CropBox" in page.obj and _sides(page.obj.CropBox) != media:
        yield "a CropBox hides a part of the page", _REPORT
    size = trim[2] - trim[0], trim[3] - trim[1]
    if _apart(size, (promise.trim.width, promise.trim.height)):
        found = f"{to_mm(size[0]):.2f} x {to_mm(size[1]):.2f} mm"
        due = f"{to_mm(promise.trim.width):.2f} x {to_mm(promise.trim.height):.2f} mm"
        yield f"the TrimBox is {found}, not {due}", _REPORT
    out = promise.bleed
    due_bleed = trim[0] - out, trim[1] - out, trim[2] + out, trim[3] + out
    if _apart(bleed, due_bleed):
        yield f"the BleedBox is not {to_mm(out):g} mm larger than the TrimBox on each side", _REPORT
    if not (media[0] < bleed[0] and media[1] < bleed[1] and bleed[2] < media[2]) or (
        bleed[3] >= media[3]
    ):
        yield "the BleedBox does not lie inside the MediaBox", _REPORT


def _apart(one: Sequence[float], other: Sequence[float]) -> bool:
    return any(abs(a - b) > TOLERANCE for a, b in zip(one, other, strict=True))


def _sides(box: Any) -> Sides:
    left, bottom, right, top = map(float, box)
    return left, bottom, right, top


def _colors(
    page: pikepdf.Page, drawn: list[Mark], promise: ShopPromise
) -> Iterator[tuple[str, str]]:
    """Inks that were not agreed, and black text that is not black alone."""
    allowed = {"DeviceGray", "All"} | (set() if promise.black else {"DeviceCMYK"})
    for mark in drawn:
        spaces = [str(color[0]) for color in mark.colors]
        if mark.kind == "picture" and not mark.thing.get("/ImageMask"):
            spaces = [space_name(mark.thing.get("/ColorSpace"))]
        for space in spaces:
            if space not in allowed:
                what = "a picture" if mark.kind == "picture" else "text" * (mark.kind == "text")
                yield f"{what or 'something'} is drawn in {_said(space)}", _FLAT
        if mark.kind == "text" and any(map(_is_rich, mark.colors)):
            fix = "set it in black, or in a color that is clearly lighter"
            yield "black text is mixed of several inks", fix
    spaces_here: Any = page.resources.get("/ColorSpace", Dictionary())
    for name, space in spaces_here.items():
        if space_name(space) not in allowed:
            yield f"the page offers the color space {name[1:]}", _REPORT


def _said(space: str) -> str:
    return {"DeviceRGB": "RGB", "Pattern": "a pattern"}.get(space, space)


def _inked(color: Color) -> bool:
    return bool(color[0] == "DeviceCMYK" and any(part > 0 for part in color[1:4]))


def _is_rich(color: Color) -> bool:
    """Whether text looks black and is not black ink alone."""
    if not _inked(color):
        return False
    shown = [(1 - ink) * (1 - color[4]) for ink in color[1:4]]
    return bool(max(shown) <= 0.2 and max(shown) - min(shown) <= 0.06)


def _blended(drawn: list[Mark]) -> Iterator[tuple[str, str]]:
    fix = "leave out opacity and masks; say the color that is to be seen"
    for mark in drawn:
        state = mark.thing if mark.kind == "state" else Dictionary()
        veiled = float(state.get("/ca", 1)) < 1 or float(state.get("/CA", 1)) < 1
        mixed = state.get("/BM", "/Normal") not in ("/Normal", "/Compatible")
        if veiled or mixed or state.get("/SMask", "/None") != "/None":
            yield "something shines through", fix
        if mark.kind == "picture" and "/SMask" in mark.thing:
            yield "a picture has a soft mask", fix
        if mark.group:
            yield "a group of things is blended as one", fix


def _coarse(drawn: list[Mark]) -> Iterator[tuple[str, str]]:
    for mark in drawn:
        if mark.kind != "picture":
            continue
        width, height = mark.box[2] - mark.box[0], mark.box[3] - mark.box[1]
        pixels = int(mark.thing.Width), int(mark.thing.Height)
        finest = min(72 * pixels[0] / max(width, 0.01), 72 * pixels[1] / max(height, 0.01))
        # A pixel more or less of rounding is no coarser picture.
        if finest < FINEST - 1:
            least = f"{width / 72 * FINEST:.0f} x {height / 72 * FINEST:.0f} pixels"
            what = f"a picture of {pixels[0]} x {pixels[1]} pixels has {finest:.0f} to the inch"
            fix = f"give one of {least} or more ({FINEST} to the inch), or show it smaller"
            yield what, fix


def _stray(drawn: list[Mark], bleed: Sides) -> Iterator[tuple[str, str]]:
    """Marks that stand on the page, and a page without any."""
    left, bottom, right, top = bleed
    found = 0
    for mark in drawn:
        if not any(color[0] == "All" for color in mark.colors):
            continue
        found += 1
        if (
            mark.box[0] < right
            and mark.box[2] > left
            and mark.box[1] < top
            and mark.box[3] > bottom
        ):
            yield "a mark stands inside the bleed", _REPORT
    if not found:
        yield "there are no marks in Separation /All", _REPORT


def _pairs(document: pikepdf.Pdf, promise: ShopPromise) -> Iterator[tuple[str, str]]:
    """A front, its back, the next front: both show the id of their card."""
    if not promise.pairs:
        return
    if len(document.pages) != 2 * len(promise.pairs):
        yield f"{len(promise.pairs)} cards have {len(document.pages)} pages", _REPORT
        return
    texts, ids = Texts(), set(promise.pairs)
    for number, page in enumerate(document.pages):
        due = promise.pairs[number // 2]
        shown = first_id(list(_words(page, texts)), ids)
        if shown != due:
            side = "back" if number % 2 else "front"
            yield f"page {number + 1} shows {shown or 'no id'}, not the {side} of {due}", _REPORT


def _words(page: pikepdf.Page, texts: Texts) -> Iterator[str]:
    """The words that a page itself shows: without the slug, which is in a form."""
    letters = Letters()
    for instruction in pikepdf.parse_content_stream(page, "Tf " + SHOWING):
        operands: Any = instruction.operands
        if str(instruction.operator) == "Tf":
            letters = texts.of(page.resources.Font[str(operands[0])])
        else:
            yield from words_of(operands[-1], letters)


def _bleed_and_trim(page: pikepdf.Page) -> tuple[Box, Box]:
    top = float(page.mediabox[3])

    def box(sides: Any) -> Box:
        left, lower, right, upper = _sides(sides)
        return Box(left, top - upper, Size(right - left, upper - lower))

    return box(page.obj.BleedBox), box(page.obj.TrimBox)
