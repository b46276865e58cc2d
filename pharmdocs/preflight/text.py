"""Check: the words that a reader can take out of the file are the words that were put in."""

from collections import Counter
from collections.abc import Iterator

import pypdfium2

from pharmdocs.errors import Problem
from pharmdocs.preflight import Promise
from pharmdocs.wording import some, words


def check(pdf: bytes, promise: Promise) -> list[Problem]:
    """Compare the text layer, read by another engine than the one that wrote it."""
    return compared(read(pdf), promise.words, "the finished file")


def compared(found: Counter[str], promised: Counter[str], where: str) -> list[Problem]:
    """The words that are missing, and those that nobody wrote."""
    problems = []
    for difference, what in (
        (promised - found, f"words are missing from {where}"),
        (found - promised, f"words stand in {where} that nobody wrote"),
    ):
        if difference:
            count = difference.total()
            fix = "report it with the bank that shows it"
            problems.append(Problem(None, f"{count} {what}: {some(difference)}", fix))
    return problems


def read(pdf: bytes) -> Counter[str]:
    """How often each word stands on the pages of a file."""
    found: Counter[str] = Counter()
    for page in read_pages(pdf):
        found += page
    return found


def read_pages(pdf: bytes) -> Iterator[Counter[str]]:
    """How often each word stands on a page, page by page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield words([page.get_textpage().get_text_bounded()])
            page.close()
    finally:
        document.close()
