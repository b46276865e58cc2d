"""What pages draw -> what a face draws: one stream, its pieces numbered through, no name twice.

A stream a face, and not a form a page: short streams compress badly, and a form costs a dictionary
besides. Before each page stands a point that says which page it is and where its trim lies, from
which the registration check reads what lies where.
"""

import io
import re
from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary

from pharmdocs.objects import names_in

# The tag of that point (ISO 32000-1, 14.6.1); /Page counts from 0, /Trim is in the page's own
# coordinates.
POINT = "/Pharmdocs"

_PIECE = re.compile(rb"/MCID\s+(\d+)")
# Which of the resources an instruction names.
_KINDS = {
    "Tf": "/Font",
    "gs": "/ExtGState",
    "Do": "/XObject",
    "sh": "/Shading",
    "cs": "/ColorSpace",
    "CS": "/ColorSpace",
    "scn": "/Pattern",
    "SCN": "/Pattern",
}

# Kind of resource -> a page's name for one -> the face's.
Renamed = dict[str, dict[str, str]]


def renumbered(content: bytes, first: int) -> tuple[bytes, dict[int, int]]:
    """The content with its pieces counted from `first` on, and what each was called before."""
    numbers: dict[int, int] = {}

    def anew(found: re.Match[bytes]) -> bytes:
        return b"/MCID %d" % numbers.setdefault(int(found[1]), first + len(numbers))

    return _PIECE.sub(anew, content), numbers


def placed(
    content: bytes, page: int, trim: Sequence[float], shown: Sequence[float], matrix: str
) -> bytes:
    """The content of a page where the matrix puts it.

    Args:
        content: what it draws.
        page: its number, from 0.
        trim: its trim in its own coordinates: left, bottom, right, top.
        shown: what is seen of it, likewise; the rest is clipped away.
        matrix: six numbers.
    """
    left, bottom, right, top = shown
    clip = " ".join(f"{it:.8g}" for it in (left, bottom, right - left, top - bottom))
    point = f"{POINT}<</Page {page}/Trim[{' '.join(f'{it:.8g}' for it in trim)}]>>DP"
    return f"q {matrix} cm {point} {clip} re W n\n".encode() + content + b"\nQ\n"


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The bytes of a document, the same for the same document."""
    out = io.BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        # Keeps the metadata readable, as PDF/A wants it, and every page compressed as it was.
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return out.getvalue()


def used(resources: Any, content: bytes) -> Any:
    """The resources that a content names; of what it does not, another page may have more."""
    named = names_in(content)
    # /ProcSet is an array, and colors are few.
    whole = {kind for kind, items in resources.items() if isinstance(items, Array)}
    kept = {
        kind: items
        if kind in whole or kind == "/ColorSpace"
        else Dictionary({name: it for name, it in items.items() if name.encode() in named})
        for kind, items in resources.items()
    }
    return Dictionary(kept)


class Resources:
    """The resources of faces; faces that need the same ones share them."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.known: dict[tuple[bytes, ...], tuple[Any, list[Renamed]]] = {}

    def together(self, wanted: Sequence[Any]) -> tuple[Any, list[Renamed]]:
        """One dictionary for all, and what each of them must call something else."""
        key = tuple(it.unparse(resolved=True) for it in wanted)
        if key not in self.known:
            merged: dict[str, dict[str, Any]] = {}
            renamed = [_merge(merged, it) for it in wanted]
            found = Dictionary({kind: Dictionary(items) for kind, items in merged.items() if items})
            self.known[key] = self.pdf.make_indirect(found), renamed
        return self.known[key]


def _merge(merged: dict[str, dict[str, Any]], more: Any) -> Renamed:
    renamed: Renamed = {}
    for kind, items in more.items():
        # /ProcSet is an array, and has said nothing since PDF 1.4.
        for name, item in () if isinstance(items, Array) else items.items():
            mine = merged.setdefault(kind, {})
            ways = (name, *(f"{name}-{number}" for number in range(1, len(mine) + 1)))
            new = next(it for it in ways if mine.get(it, item).unparse() == item.unparse())
            mine[new] = item
            if new != name:
                renamed.setdefault(kind, {})[name] = new
    return renamed


def called(pdf: pikepdf.Pdf, content: bytes, renamed: Renamed) -> bytes:
    """The content with other names for its resources."""
    if not renamed:
        return content
    instructions = pikepdf.parse_content_stream(pdf.make_stream(content))
    told = []
    for instruction in instructions:
        operands, operator = list[Any](instruction.operands), instruction.operator
        names = renamed.get(_KINDS.get(str(operator), ""), {})
        for at, operand in enumerate(operands):
            if isinstance(operand, pikepdf.Name) and str(operand) in names:
                operands[at] = pikepdf.Name(names[str(operand)])
        told.append((operands, operator))
    return pikepdf.unparse_content_stream(told)
