"""Check: the words that a reader can take out of the file are the words that were put in."""

from collections import Counter

import pypdfium2

from pharmdocs.errors import Problem
from pharmdocs.preflight import Promise
from pharmdocs.wording import some, words


def check(pdf: bytes, promise: Promise) -> list[Problem]:
    """Compare the text layer, read by another engine than the one that wrote it."""
    found = read(pdf)
    problems = []
    for difference, what in (
        (promise.words - found, "words are missing from the finished file"),
        (found - promise.words, "words stand in the finished file that nobody wrote"),
    ):
        if difference:
            count = difference.total()
            fix = "report it with the bank that shows it"
            problems.append(Problem(None, f"{count} {what}: {some(difference)}", fix))
    return problems


def read(pdf: bytes) -> Counter[str]:
    """How often each word stands on the pages of a file."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return words(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
