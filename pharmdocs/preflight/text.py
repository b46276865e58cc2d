"""Check: the words that a reader can take out of the file are the words that were put in."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from pharmdocs.errors import Location, Problem
from pharmdocs.preflight.promise import Promise, place
from pharmdocs.wording import some, words


def check(read: Sequence[Counter[str]], promise: Promise) -> list[Problem]:
    """Compare the text layer, read by another engine than the one that wrote it.

    Args:
        read: the words of each page.
        promise: page by page where it knows them so, as a whole otherwise.
    """
    whole: Counter[str] = Counter()
    for page in read:
        whole.update(page)
    if promise.read:
        return _as_kept(read, promise.read)
    if promise.whole:
        return _as_kept([whole], [promise.whole])
    if not promise.words:
        return []
    problems = compared(whole, promise.words, "the finished file")
    if not problems and len(promise.pages) == len(read):
        for number, (found, due) in enumerate(zip(read, promise.pages, strict=True), 1):
            problems += compared(found, due, "the page", place(number))
    return problems


def kept(page: Counter[str]) -> str:
    """What a manifest keeps of a page's words: how many, and a digest that tells none of them."""
    text = "\n".join(f"{word} {count}" for word, count in sorted(page.items()))
    return f"{page.total()}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _as_kept(read: Sequence[Counter[str]], due: Sequence[str]) -> list[Problem]:
    problems = []
    if len(read) != len(due):
        what = f"words of {len(read)} pages, and not of the {len(due)} that were built"
        problems.append(Problem(None, what, "build the file again"))
    for number, (found, wanted) in enumerate(zip(read, due, strict=False), 1):
        if kept(found) != wanted:
            built = wanted.partition(":")[0]
            what = f"{found.total()} words, and not the {built} that were built"
            problems.append(Problem(place(number), what, "build the file again"))
    return problems


def compared(
    found: Counter[str], promised: Counter[str], where: str, at: Location | None = None
) -> list[Problem]:
    """The words that are missing, and those that nobody wrote."""
    problems = []
    for difference, what in (
        (promised - found, f"words are missing from {where}"),
        (found - promised, f"words stand in {where} that nobody wrote"),
    ):
        if difference:
            count = difference.total()
            fix = "report it with the bank that shows it"
            problems.append(Problem(at, f"{count} {what}: {some(difference)}", fix))
    return problems


def read(pdf: bytes) -> Counter[str]:
    """How often each word stands on the pages of a file."""
    found: Counter[str] = Counter()
    for page in read_pages(pdf):
        found += page
    return found


def read_pages(pdf: bytes) -> Iterator[Counter[str]]:
    """How often each word stands on a page, page by page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield words([page.get_textpage().get_text_range()])
            page.close()
    finally:
        document.close()
