"""Check: a print run, in which every page shows the same form and, on it, one person's words.

The form's words are read once, in the file as it is. Then every page is read from a copy in which
the form is empty, so that what is left must be the person's words and nothing else: a tenth of
the work, and a word of one person on the page of another cannot hide. Sizes, places and contrast
are judged in the same way.
"""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import pikepdf
from pikepdf import Dictionary

from pharmdocs.errors import Problem
from pharmdocs.preflight import (
    actions,
    contrast,
    glyphs,
    pages,
    pictures,
    safe_area,
    seen,
    signs,
    structure,
    text,
    type_size,
)
from pharmdocs.preflight.promise import Promise

_FIX = "report it with the command that built the file"


@dataclass(frozen=True)
class RunPromise:
    """What a print run is to keep.

    `page` is the promise of the page without anybody's words; `people` has a row for each page:
    its label, and the words that are its own.
    """

    page: Promise
    people: Sequence[tuple[str, Counter[str]]]


def preflight_run(pdf: bytes, promise: RunPromise) -> list[Problem]:
    """Every broken promise of a print run; none when it may leave."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = replace(promise.page, count=len(promise.people))
        problems = [*pages.check(document, page), *pages.colors(document, page)]
        problems += glyphs.check(document)
        language = str(document.Root.get("/Lang", ""))
        title = str(document.docinfo.get("/Title", ""))
        found = [*structure.named(language, title, promise.page), *actions.doings(document)]
        found += [*_claims(document), *_labels(document, promise)]
        shown = [_forms(page) for page in document.pages]
        first = shown[0][0] if shown[0] else None
        for number, forms in enumerate(shown, 1):
            if [form.objgen for form in forms] != [first and first.objgen]:
                found.append(f"page {number} does not show the form of the first, once")
        problems += [Problem(None, what, _FIX) for what in dict.fromkeys(found)]
        if first is not None:
            first.write(b"")
        emptied = io.BytesIO()
        document.save(emptied)
    return problems + _words(pdf, emptied.getvalue(), promise)


def _claims(document: pikepdf.Pdf) -> Iterator[str]:
    for claim in ("/StructTreeRoot", "/MarkInfo", "/Metadata", "/OutputIntents", "/AcroForm"):
        if claim in document.Root:
            yield f"the file has {claim}, and a print run is not tagged and claims nothing"


def _labels(document: pikepdf.Pdf, promise: RunPromise) -> Iterator[str]:
    tree = document.Root.get("/PageLabels", Dictionary(Nums=[]))
    labels = {
        number: str(label.get("/P", "")) for number, label in pikepdf.NumberTree(tree).items()
    }
    if labels != dict(enumerate(label for label, _ in promise.people)):
        yield "the labels of the pages are not the names of the people"


def _forms(page: pikepdf.Page) -> list[Any]:
    """What a page shows by name, as often as it does."""
    names = [str(item.operands[0]) for item in pikepdf.parse_content_stream(page, "Do")]
    return [page.Resources.XObject[name] for name in names]


def _words(pdf: bytes, emptied: bytes, promise: RunPromise) -> list[Problem]:
    """Compare the words of each page, and those of the form on the first."""
    expected = [own for _, own in promise.people]
    problems = list[Problem]()
    for first in islice(seen.read(pdf), 1):
        problems += text.compared(first.words, promise.page.words + expected[0], "page 1")
        problems += _looked_at(first, promise.page)
        problems += signs.check(Counter(first.letters), promise.page)
    count = 0
    for count, page in enumerate(seen.read(emptied), 1):
        if count <= len(expected):
            problems += text.compared(page.words, expected[count - 1], f"page {count}")
        problems += _looked_at(page, promise.page) if count > 1 else []
    if count != len(expected):
        what = f"the file has {count} pages for {len(expected)} people"
        problems.append(Problem(None, what, _FIX))
    return problems


def _looked_at(page: seen.Seen, promise: Promise) -> list[Problem]:
    """What of a page is too small, too faint, too coarse or too near to the edge."""
    found = [*type_size.check(page, promise), *safe_area.check(page, promise)]
    return [*found, *pictures.check(page), *contrast.check(page)]
