"""Check: a print run, in which every page shows the same form and, on it, one person's words.

The form's words are read once, in the file as it is. Then every page is read from a copy in which
the form is empty, so that what is left must be the person's words and nothing else: a tenth of
the work, and a word of one person on the page of another cannot hide.
"""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Dictionary

from pharmdocs.errors import Problem
from pharmdocs.preflight import Promise, glyphs, pages, structure, text

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
        problems = pages.check(document, promise.page)
        problems += glyphs.check(document)
        found = [*structure.named(document, promise.page), *structure.doings(document)]
        found += [*_claims(document), *_labels(document, promise)]
        forms = {form.objgen: form for form in _forms(document)}
        if len(forms) != 1:
            found.append(f"the pages share {len(forms)} forms, not one")
        problems += [Problem(None, what, _FIX) for what in dict.fromkeys(found)]
        for form in forms.values():
            form.write(b"")
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


def _forms(document: pikepdf.Pdf) -> Iterator[Any]:
    """The form of each page that shows one and shows it once."""
    for page in document.pages:
        shown = list(pikepdf.parse_content_stream(page, "Do"))
        if len(shown) == 1:
            yield page.Resources.XObject[str(shown[0].operands[0])]


def _words(pdf: bytes, emptied: bytes, promise: RunPromise) -> list[Problem]:
    """Compare the words of each page, and those of the form on the first."""
    expected = [own for _, own in promise.people]
    whole = promise.page.words + expected[0]
    problems = text.compared(next(text.read_pages(pdf)), whole, "page 1")
    found = list(text.read_pages(emptied))
    if len(found) != len(expected):
        what = f"the file has {len(found)} pages for {len(expected)} people"
        return [*problems, Problem(None, what, _FIX)]
    for number, (read, own) in enumerate(zip(found, expected, strict=True), 1):
        problems += text.compared(read, own, f"page {number}")
    return problems
