"""What docs/samples/ hands to somebody who installs nothing is what a build prints today."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2

from pharmdocs.booklet import BookletResult
from pharmdocs.build import Request
from pharmdocs.checklist import ChecklistResult
from pharmdocs.project import find_project
from pharmdocs.zine import build_zine

SAMPLE = Path(__file__).parent.parent / "docs/samples/booklet.pdf"


def test_the_sample_booklet_is_not_stale(booklet: Callable[..., Path]) -> None:
    """Word by word and page by page; the bytes may differ with Pango's version."""
    assert SAMPLE.is_file(), "run `make samples`"
    fresh, sample = words(booklet()), words(SAMPLE)
    changed = [
        number
        for number, pages in enumerate(zip(fresh, sample, strict=False), 1)
        if pages[0] != pages[1]
    ]
    assert (changed, len(sample)) == ([], len(fresh)), "stale: run `make samples`"


def test_the_sample_to_fold_is_not_stale(booklets: Callable[..., BookletResult]) -> None:
    fresh = booklets("letter", edition="fold", brief=True).path
    assert words(fresh) == words(SAMPLE.with_name(fresh.name)), "stale: run `make samples`"


def test_the_sample_cards_are_not_stale(interview_cards: Callable[[str], Path]) -> None:
    """The stamps say sheet by sheet what is on them; the words are those of a fresh build."""
    fresh = words(interview_cards(""))
    assert fresh == words(SAMPLE.with_name("flashcards.pdf")), "stale: run `make samples`"


def test_the_sample_checklist_is_not_stale(checklist: Callable[..., ChecklistResult]) -> None:
    """Word by word, and every field by name and label."""
    sample = SAMPLE.with_name("checklist.pdf")
    fresh = checklist().path
    assert words(fresh) == words(sample), "stale: run `make samples`"
    assert fields(fresh) == fields(sample), "stale: run `make samples`"


def test_the_sample_zine_is_not_stale(tmp_path: Path) -> None:
    request = Request(find_project(tmp_path), paper="letter", output=tmp_path)
    fresh = build_zine(request, how_to=True).path
    assert words(fresh) == words(SAMPLE.with_name("zine.pdf")), "stale: run `make samples`"


def fields(path: Path) -> list[tuple[str, str]]:
    """Name and label of each field."""
    with pikepdf.open(path) as document:
        return [(str(field.T), str(field.TU)) for field in document.Root.AcroForm.Fields]


def words(path: Path) -> list[list[str]]:
    """The words of each page, as a reader would copy them out."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded().split() for page in document]
    finally:
        document.close()
