"""Check: stacked, folded and leafed through, the sheets of a booklet read from cover to cover.

The finished sheets are folded as somebody folds paper. Where a page lies is computed from what the
file draws, and which page it is from the letters on it; nothing is taken from the plan.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Matrix, Rectangle, String

from pharmdocs.errors import Problem
from pharmdocs.geometry import Box, Size, mm, to_mm
from pharmdocs.preflight.letters import SHOWING, Letters, Texts

# What a file may differ from itself.
_LIMIT = mm(0.01)
# It stands before a page: where its trim lies in its own coordinates.
_POINT = "/Pharmdocs"
_FIX = "report it, with the command that built the file"


@dataclass
class _Lying:
    """A page as it lies on a face; `upright` is false when it is turned, scaled or slanted."""

    box: Box
    upright: bool
    letters: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Half:
    """Half of a face and the page on it, if any; `shift` is how far that is towards the fold."""

    place: str
    page: _Lying | None
    shift: float = 0.0
    drop: float = 0.0


def check(
    document: pikepdf.Pdf, pages: Sequence[str], sheet: Size, right_bound: bool = False
) -> list[Problem]:
    """Read finished sheets back, fold them, and turn the leaves.

    Args:
        document: the sheets, rectos and versos in turn, the outermost first.
        pages: what is `kept` of each page's text, in reading order; blanks before the last one
            make up for pages that are missing to a multiple of four.
        sheet: the paper on its side.
        right_bound: whether the spine is at the right of the cover.

    Returns:
        A problem for every page that is not where a reader expects it.
    """
    wanted = list(pages)
    numbers = {text: number for number, text in enumerate(wanted, 1)}
    blanks = [kept("")] * (-len(wanted) % 4)
    wanted[max(len(wanted) - 1, 1) : max(len(wanted) - 1, 1)] = blanks
    fonts, found = Texts(), list[str]()
    faces: list[tuple[_Half, _Half]] = []
    for number, page in enumerate(document.pages):
        place = f"sheet {number // 2 + 1} {'back' if number % 2 else 'front'}"
        left, right, wrong = _halves(page, place, sheet, fonts)
        found += wrong
        faces.append((right, left) if right_bound else (left, right))
    if len(faces) != len(wanted) // 2:
        found.append(f"{len(pages)} pages lie on {len(faces)} faces, not on {len(wanted) // 2}")
        return [Problem(None, what, _FIX) for what in found]
    leaves = list(_leaves(faces))
    for front, back in leaves:
        found += _behind(front, back)
    halves = [half for leaf in leaves for half in leaf]
    for number, (half, due) in enumerate(zip(halves, wanted, strict=True), 1):
        shown = kept("".join(half.page.letters) if half.page else "")
        if shown != due:
            there = f"page {numbers[shown]}" if shown in numbers else "something else"
            what = f"{there if half.page else 'nothing'} lies where page {number} is turned to"
            found.append(f"{half.place}: {what}")
    return [Problem(None, what, _FIX) for what in found]


def _leaves(faces: Sequence[tuple[_Half, _Half]]) -> Iterator[tuple[_Half, _Half]]:
    """The two sides of every leaf, as they are turned: going in, then coming out again."""
    sheets = list(zip(faces[::2], faces[1::2], strict=True))
    for recto, verso in sheets:
        yield recto[1], verso[0]
    for recto, verso in reversed(sheets):
        yield verso[1], recto[0]


def _halves(
    page: pikepdf.Page, place: str, sheet: Size, fonts: Texts
) -> tuple[_Half, _Half, list[str]]:
    """What lies left and right of the fold, and what is wrong with it."""
    fold, wrong = sheet.width / 2, list[str]()
    found: dict[str, _Half] = {side: _Half(f"{place}, {side}", None) for side in ("left", "right")}
    for lying in _read(page, fonts):
        box = lying.box
        side = "left" if box.left + box.size.width / 2 < fold else "right"
        if found[side].page:
            wrong.append(f"{place}, {side}: two pages lie on each other")
        shift = box.right - fold if side == "left" else fold - box.left
        off = max(abs(box.size.width - fold), abs(box.size.height - sheet.height))
        if not lying.upright or off > _LIMIT:
            wrong.append(f"{place}, {side}: the page is turned, scaled or slanted")
        elif shift < -_LIMIT:
            wrong.append(f"{place}, {side}: the page lies {to_mm(-shift):.3f} mm off the fold")
        found[side] = _Half(f"{place}, {side}", lying, shift, box.top)
    return found["left"], found["right"], wrong


def _behind(front: _Half, back: _Half) -> Iterator[str]:
    """What is wrong with a leaf when it is held against the light."""
    if front.page and back.page:
        across, down = to_mm(back.shift - front.shift), to_mm(back.drop - front.drop)
        if max(abs(across), abs(down)) > to_mm(_LIMIT):
            off = f"{across:+.3f} mm towards the fold and {down:+.3f} mm down"
            yield f"{back.place}: the page lies {off} from the one behind it ({front.place})"


def _read(page: pikepdf.Page, texts: Texts) -> list[_Lying]:
    """The pages on a face in the order of drawing, each with the letters drawn on it."""
    left, _, _, top = map(float, page.mediabox)
    found: list[_Lying] = []
    fonts: Any = page.resources.get("/Font", {})
    matrix, open_, letters = Matrix(), None, Letters()
    kept: list[tuple[Matrix, _Lying | None]] = []
    for instruction in pikepdf.parse_content_stream(page, f"q Q cm DP Tf {SHOWING}"):
        operands: Any = instruction.operands
        operator = str(instruction.operator)
        if operator == "q":
            kept.append((matrix, open_))
        elif operator == "Q":
            matrix, open_ = kept.pop()
        elif operator == "cm":
            matrix = Matrix(*map(float, operands)) @ matrix
        elif operator == "Tf":
            letters = texts.of(fonts[str(operands[0])])
        elif operator == "DP":
            if operands[0] == _POINT:
                trim = matrix.transform(Rectangle(*map(float, operands[1].Trim)))
                box = Box(trim.llx - left, top - trim.ury, Size(trim.width, trim.height))
                ways = (matrix.a - 1, matrix.b, matrix.c, matrix.d - 1)
                # Over the length of a page this is less than the limit.
                open_ = _Lying(box, max(map(abs, ways)) < 1e-5)
                found.append(open_)
        elif open_:
            open_.letters.append(_shown(operands[-1], letters))
    return found


def _shown(shown: Any, letters: Letters) -> str:
    parts = shown if isinstance(shown, Array) else [shown]
    codes = b"".join(bytes(part) for part in parts if isinstance(part, String))
    pairs = (codes[at] << 8 | codes[at + 1] for at in range(0, len(codes) - 1, 2))
    return "".join(letters.get(pair, "") for pair in pairs)


def kept(text: str) -> str:
    """A digest of a page's letters and figures, however its parts and their accents were drawn."""
    whole = unicodedata.normalize("NFC", text)
    plain = "".join(sorted(sign for sign in whole if sign.isalnum()))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
