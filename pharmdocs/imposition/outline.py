"""Bookmarks of a file whose pages have become parts of sheets."""

from collections.abc import Mapping, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Name, OutlineItem


def face_by_face(
    pdf: pikepdf.Pdf, placed: Mapping[Any, Any], faces: Sequence[Any], titles: Sequence[str]
) -> None:
    """A bookmark a face; the pages' own hang below it, closed."""
    items = {}
    for face, title in zip(faces, titles, strict=True):
        items[face.objgen] = OutlineItem(title, Array([face, Name.Fit]))
        items[face.objgen].is_closed = True
    with pdf.open_outline() as outline:
        waiting = outline.root[::-1]
        while waiting:
            item = waiting.pop()
            waiting += item.children[::-1]
            if went := _went(item, placed):
                moved = OutlineItem(item.title, went.destination(item.destination))
                items[went.face.objgen].children.append(moved)
        outline.root[:] = items.values()


def as_it_was(pdf: pikepdf.Pdf, placed: Mapping[Any, Any]) -> None:
    """The pages' own bookmarks, level by level; those of pages on no sheet are left out."""

    def kept(items: list[OutlineItem]) -> list[OutlineItem]:
        found = []
        for item in items:
            below = kept(item.children)
            if went := _went(item, placed):
                moved = OutlineItem(item.title, went.destination(item.destination))
                moved.children, moved.is_closed = below, item.is_closed
                found.append(moved)
            else:
                found += below
        return found

    with pdf.open_outline() as outline:
        outline.root[:] = kept(outline.root)


def _went(item: OutlineItem, placed: Mapping[Any, Any]) -> Any:
    """Where the page of a bookmark lies now; None when it lies nowhere."""
    to: Any = item.destination
    return placed.get(to[0].objgen) if isinstance(to, Array) else None
