"""Reads a finished PDF back and proves what it promises, before it may leave.

Every check opens the very bytes that will be written and knows nothing of how they were made. What
draws pages takes too long for a build: it is in `heavy`, which `pharmdocs check` runs.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial

from pharmdocs.errors import Problem
from pharmdocs.preflight.promise import ANYBODYS, NAMES, Broken, Promise, Registered, Safe, broken

__all__ = [
    "ANYBODYS",
    "NAMES",
    "Broken",
    "Promise",
    "Registered",
    "Safe",
    "broken",
    "checks",
    "heavy",
    "preflight",
]


def preflight(pdf: bytes, promise: Promise) -> list[Problem]:
    """Every broken promise of a finished file; none when it may leave."""
    return [problem for check in checks(pdf, promise) for problem in check()]


def checks(pdf: bytes, promise: Promise) -> list[Callable[[], list[Problem]]]:
    """The same in parts, which may run side by side."""
    return [partial(_objects, pdf, promise), partial(_shown, pdf, promise)]


def heavy(pdf: bytes, promise: Promise) -> list[Problem]:
    """What a build leaves out, because it draws every page."""
    from pharmdocs.preflight import coverage

    return broken("coverage", coverage.check(pdf, promise))


def _objects(pdf: bytes, promise: Promise) -> list[Problem]:
    """What stands in the file, object by object."""
    import io

    import pikepdf

    from pharmdocs.preflight import (
        actions,
        embedding,
        fields,
        glyphs,
        pages,
        structure,
        viewer,
    )

    with pikepdf.open(io.BytesIO(pdf)) as document:
        problems = broken("pages", pages.check(document, promise))
        problems += broken("ink", pages.colors(document, promise))
        problems += broken("structure", structure.check(document, promise))
        problems += broken("links", actions.check(document))
        problems += broken("viewer", viewer.check(document, promise))
        if promise.ours:
            # Whose faces are the vendored ones, whole, is embedded too.
            problems += broken("glyphs", glyphs.check(document))
            problems += broken("form", fields.check(document, promise))
        else:
            problems += broken("fonts", embedding.check(document))
        return problems


def _shown(pdf: bytes, promise: Promise) -> list[Problem]:
    """What a reader sees, page by page."""
    from pharmdocs.preflight import contrast, pictures, safe_area, seen, signs, text, type_size

    found: list[Problem] = []
    letters: Counter[str] = Counter()
    read: list[Counter[str]] = []
    for page in seen.read(pdf):
        found += broken("type size", type_size.check(page, promise))
        found += broken("safe area", safe_area.check(page, promise))
        found += broken("pictures", pictures.check(page))
        found += broken("contrast", contrast.check(page))
        letters.update(Counter(page.letters))
        read.append(page.words)
    found += broken("signs", signs.check(letters, promise))
    return found + broken("words", text.check(read, promise))
