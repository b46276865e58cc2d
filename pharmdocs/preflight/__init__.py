"""Reads a finished PDF back and proves what it promises, before it may leave.

Every check opens the very bytes that will be written and knows nothing of how they were made. What
draws pages takes too long for a build: it is in `heavy`, which `pharmdocs check` runs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from pharmdocs.errors import Problem
from pharmdocs.preflight.promise import (
    ANYBODYS,
    NAMES,
    Broken,
    Folded,
    Promise,
    Registered,
    Safe,
    ShopPromise,
    broken,
    later,
)

__all__ = [
    "ANYBODYS",
    "NAMES",
    "Broken",
    "Folded",
    "Promise",
    "Registered",
    "Safe",
    "ShopPromise",
    "broken",
    "checks",
    "get_ready",
    "heavy",
    "later",
    "preflight",
]


def preflight(pdf: bytes, promise: Promise) -> list[Problem]:
    """Every broken promise of a finished file; none when it may leave."""
    return [problem for check in checks(pdf, promise) for problem in check()]


def get_ready() -> Iterator[None]:
    """Load what the proof of a process's first file would have to load, and read the faces.

    It yields after each piece.
    """
    from importlib import import_module

    of_the_file = "actions embedding fields glyphs pages structure viewer"
    of_pages = "contrast order pictures safe_area seen signs text type_size undone"
    for name in f"{of_the_file} {of_pages}".split():
        import_module(f"pharmdocs.preflight.{name}")
        yield
    from pharmdocs.preflight import glyphs

    yield from glyphs.get_ready()


def checks(
    pdf: bytes, promise: Promise, careful: bool = False
) -> list[Callable[[], list[Problem]]]:
    """The same in parts, which may run side by side.

    Args:
        pdf: the very bytes.
        promise: what they are to keep.
        careful: a check that fails on a damaged file is a broken promise; in a build it is a bug.
    """
    found: list[Callable[[], list[Problem]]] = [
        partial(_objects, pdf, promise, careful),
        partial(_shown, pdf, promise, careful),
    ]
    if promise.folded:
        found.append(partial(_folded, pdf, promise, careful))
    if promise.shop:
        found.append(partial(_at_the_shop, pdf, promise.shop, careful))
    return found


def heavy(pdf: bytes, promise: Promise) -> list[Problem]:
    """What a build leaves out, because it draws every page."""
    from pharmdocs.preflight import inked

    return _run("coverage", True, inked.check, pdf, promise)


def _run(
    name: str, careful: bool, check: Callable[..., Iterable[Problem]], *arguments: object
) -> list[Problem]:
    """The problems of one check, as those of that promise."""
    try:
        return broken(name, check(*arguments))
    except Exception:
        if not careful:
            raise
        fix = "open it in a viewer and save or print it anew"
        what = "cannot be judged, because the file is damaged there"
        return broken(name, [Problem(None, what, fix)])


def _objects(pdf: bytes, promise: Promise, careful: bool) -> list[Problem]:
    """What stands in the file, object by object."""
    import io

    import pikepdf

    from pharmdocs.preflight import actions, embedding, fields, glyphs, pages, structure, viewer

    with pikepdf.open(io.BytesIO(pdf)) as document:
        problems = _run("pages", careful, pages.check, document, promise)
        problems += _run("ink", careful, pages.colors, document, promise)
        problems += _run("structure", careful, structure.check, document, promise)
        problems += _run("links", careful, actions.check, document)
        problems += _run("viewer", careful, viewer.check, document, promise)
        if promise.ours:
            problems += _run("glyphs", careful, glyphs.check, document)
            problems += _run("form", careful, fields.check, document, promise)
        if careful:
            # A face that the glyph check takes for ours is embedded; of others it knows nothing.
            problems += _run("fonts", careful, embedding.check, document)
        return problems


def _shown(pdf: bytes, promise: Promise, careful: bool) -> list[Problem]:
    """What a reader sees, page by page."""
    from pharmdocs.preflight import (
        contrast,
        order,
        pictures,
        safe_area,
        seen,
        signs,
        text,
        type_size,
    )
    from pharmdocs.preflight.undone import undone

    found: list[Problem] = []
    letters: Counter[str] = Counter()
    read: list[Counter[str]] = []
    runs = _runs(pdf, careful) if promise.ours and promise.tagged else {}
    for page in seen.read(undone(pdf, promise.moved)):
        found += _run("type size", careful, type_size.check, page, promise)
        found += _run("safe area", careful, safe_area.check, page, promise)
        found += _run("pictures", careful, pictures.check, page)
        found += _run("contrast", careful, contrast.check, page)
        found += _run("structure", careful, order.check, page, runs)
        letters.update(page.letters)
        read.append(page.words)
    found += _run("signs", careful, signs.check, letters, promise)
    return found + _run("words", careful, text.check, read, promise)


def _runs(pdf: bytes, careful: bool) -> dict[int, Any]:
    """In which order the tags say that each page is read; nothing where they are damaged."""
    import io

    import pikepdf

    from pharmdocs.preflight import order

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return order.runs_of(document)
    except Exception:
        # The check of the tags themselves says so.
        if not careful:
            raise
        return {}


def _folded(pdf: bytes, promise: Promise, careful: bool) -> list[Problem]:
    """What somebody reads who folds the sheets."""
    import io

    import pikepdf

    from pharmdocs.preflight import folded, leaves
    from pharmdocs.preflight.undone import undone

    due, size = promise.folded, promise.size
    if due is None or size is None:
        return []
    with pikepdf.open(io.BytesIO(undone(pdf, promise.moved))) as document:
        if due.zine:
            return _run("registration", careful, folded.check_zine, document, due.pages, size)
        turned = due.right_bound
        return _run("registration", careful, leaves.check, document, due.pages, size, turned)


def _at_the_shop(pdf: bytes, promise: ShopPromise, careful: bool) -> list[Problem]:
    from pharmdocs.preflight import shop

    found = _run("shop", careful, shop.check, pdf, promise)
    return found + _run("registration", careful, shop.pairs, pdf, promise)
