"""Reads a finished PDF back and proves what it promises, before it may leave.

Every check opens the very bytes that will be written and knows nothing of how they were made.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from pharmdocs.errors import Problem
from pharmdocs.geometry import Size


@dataclass(frozen=True)
class Promise:
    """What a file is to keep.

    Args:
        words: every word that the pages must show, running heads and folios included.
        size: the trim of every page.
        ink: full, low or black; black means that no color at all may be used.
        language: the language tag.
        title: the document's title.
        fields: what each form field holds, by its name; other files have no field.
    """

    words: Counter[str]
    size: Size
    ink: str
    language: str
    title: str
    fields: Mapping[str, str] = field(default_factory=dict)


def preflight(pdf: bytes, promise: Promise) -> list[Problem]:
    """Every broken promise of a finished file; none when it may leave."""
    return [problem for check in checks(pdf, promise) for problem in check()]


def checks(pdf: bytes, promise: Promise) -> list[Callable[[], list[Problem]]]:
    """The same in parts, which may run side by side."""
    from pharmdocs.preflight import text

    return [partial(_objects, pdf, promise), partial(text.check, pdf, promise)]


def _objects(pdf: bytes, promise: Promise) -> list[Problem]:
    import io

    import pikepdf

    from pharmdocs.preflight import fields, glyphs, pages, structure

    with pikepdf.open(io.BytesIO(pdf)) as document:
        problems = pages.check(document, promise)
        problems += structure.check(document, promise)
        problems += glyphs.check(document)
        return problems + fields.check(document, promise)
