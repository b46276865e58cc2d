"""Right-hand pages of a book: what hangs in the outer margin moves over to the right.

A label hangs beside its text, at the left on every page, because layout does not know on which
page it will stand. Once that is known nothing else changes: the text has the same width on both. So
boxes are moved after layout, on right-hand pages alone, and a style sheet says which and how far.
It says so with `transform-origin`, a property without a meaning where nothing is transformed. Like
`boxes`, this reads the engine's private tree.
"""

from typing import Any


def mirror(weasyprint: Any, document: Any) -> None:
    """Move what a style sheet wants moved; links and anchors are gathered anew."""
    for number, page in enumerate(document.pages):
        box = page._page_box
        if box.page_type.side == "right":
            _move(box)
            document.pages[number] = weasyprint.document.Page(box)


def _move(box: Any) -> None:
    for child in getattr(box, "children", ()):
        across = child.style["transform_origin"][0]
        # As an element is made, its origin is half its width.
        if across.unit == "px":
            child.translate(dx=across.value)
        _move(child)
