"""A section of a document typeset by itself, as if the rest of the document stood around it.

What the engine would have found before it (running heads, which side of the leaf a page is on) and
elsewhere (the numbers of pages that are referred to) is told. Like `boxes`, this reaches into the
engine; nothing of it stays there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any


@dataclass(frozen=True)
class Apart:
    """What a section has to know of the rest.

    `numbers` are the anchors that it refers to, its own among them, and numbers that look like
    those of their pages; `strings` are what its running heads say until it says otherwise; `verso`
    is whether it begins on the other side of a leaf than the document does.
    """

    numbers: tuple[tuple[str, int], ...] = ()
    strings: tuple[tuple[str, str], ...] = ()
    verso: bool = False


@contextmanager
def surrounded(weasyprint: Any, apart: Apart) -> Iterator[None]:
    """Let the engine lay out a section as one of its document."""
    document, layout = weasyprint.document, weasyprint.layout
    context = layout.LayoutContext
    build, begin = document.build_formatting_structure, layout.initialize_page_maker
    running = context.get_string_or_element_for
    strings = dict(apart.strings)

    def build_formatting_structure(*given: Any) -> Any:
        # All anchors are known by now. A page of their own section counts from 1 as well.
        targets = next(it for it in given if hasattr(it, "target_lookup_items"))
        for anchor, number in apart.numbers:
            item = weasyprint.css.targets.TargetLookupItem("up-to-date")
            item.target_box = SimpleNamespace(cached_counter_values={"page": [number]})
            targets.target_lookup_items[anchor] = item
        return build(*given)

    def initialize_page_maker(context: Any, root: Any) -> None:
        begin(context, root)
        resume, following, right, *rest = context.page_maker[0]
        context.page_maker[0] = (resume, following, right != apart.verso, *rest)

    def get_string_or_element_for(self: Any, store: Any, page: Any, name: str, keyword: str) -> Any:
        found = running(self, store, page, name, keyword)
        said = any(number <= self.current_page for number in store[name])
        return (strings[name],) if name in strings and not said else found

    document.build_formatting_structure = build_formatting_structure
    layout.initialize_page_maker = initialize_page_maker
    context.get_string_or_element_for = get_string_or_element_for
    try:
        yield
    finally:
        document.build_formatting_structure, layout.initialize_page_maker = build, begin
        context.get_string_or_element_for = running


def lead_out(document: Any, apart: Apart) -> None:
    """Let links lead to anchors of other sections; `join` has them find their goals."""
    own = {name for page in document.pages for name in page.anchors}
    for anchor, _ in apart.numbers:
        if anchor not in own:
            document.pages[0].anchors[anchor] = (0.0, 0.0, 0.0, 0.0)
