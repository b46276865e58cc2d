"""Check: a file that was put together of proved ones is what was proved, page by page.

Its bytes are read once, by what knows nothing of how they were made. What each page comes to, with
its label, links, bookmarks and tags, is held against what it came to where it was proved; how pages
and tags hang together, and what the file says of itself, is judged here.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf

from pharmdocs.errors import Problem
from pharmdocs.preflight import aloud, structure, viewer
from pharmdocs.preflight.bound import Bound
from pharmdocs.preflight.promise import Promise, broken, place
from pharmdocs.preflight.stored import read
from pharmdocs.preflight.syntax import of_document

_FIX = "report it with the command that built the file"


def page_digests(pdf: bytes, faces: int) -> list[str]:
    """What each page of a file comes to that has been proved; its sheets have so many faces.

    Raises:
        UnsoundError: its pages or tags do not hang together.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        bound = Bound(of_document(document))
        return bound.digests(aloud.read(bound, faces, in_turn=False))


def same(pdf: bytes, promise: Promise, shown: Sequence[str], faces: int) -> list[Problem]:
    """What is wrong with a file that was put together.

    Args:
        pdf: the very bytes.
        promise: what they are to keep.
        shown: what each page came to as `page_digests` has it, in the file it was proved in.
        faces: how many each sheet has.
    """
    try:
        bound = Bound(read(pdf))
        found = bound.digests(aloud.read(bound, faces, in_turn=True))
        said = list(_said(bound, promise))
    except (LookupError, ValueError) as error:
        what = f"what was put together does not hang together: {error}"
        return broken("file", [Problem(None, what, _FIX)])
    wrong = [at for at, (one, due) in enumerate(zip(found, shown, strict=False)) if one != due]
    if len(found) != promise.count or len(found) != len(shown):
        what = f"the file has {len(found)} pages, not {promise.count or len(shown)}"
        said += broken("pages", [Problem(None, what, _FIX)])
    elif len(wrong) == len(found) > 1:
        what = "all pages are others than those that were proved"
        said += broken("pages", [Problem(None, what, _FIX)])
    else:
        what = "the page is another than the one that was proved"
        said += broken("pages", [Problem(place(at + 1), what, _FIX) for at in wrong])
    return said


def _said(bound: Bound, promise: Promise) -> Iterator[Problem]:
    """What is wrong with what the file says of itself."""
    root, info = bound.root, bound.objects.entries(bound.objects.trailer.get(b"/Info", b"<< >>"))
    asked = bound.objects.entries(root.get(b"/ViewerPreferences", b"<< >>"))
    scaling, turn = (_text(asked.get(key, b"()")) for key in (b"/PrintScaling", b"/Duplex"))
    yield from broken("viewer", viewer.judged(scaling, turn, promise))
    if b"/Marked true" not in root.get(b"/MarkInfo", b""):
        yield from broken("structure", [Problem(None, "the file is not tagged", _FIX)])
    language, title = _text(root.get(b"/Lang", b"()")), _text(info.get(b"/Title", b"()"))
    named = structure.named(language, title, promise)
    yield from broken("structure", [Problem(None, what, _FIX) for what in named])


def _text(item: bytes) -> str:
    """A string or a name."""
    found: Any = pikepdf.Object.parse(item)
    return str(found)
