"""The run sheet: one page, whatever is told on it, and every figure where a hand looks for it."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from test_printjob import ALL, CHECKLIST

from pharmdocs.brand import Event
from pharmdocs.build import Request, look_of, read_bank
from pharmdocs.coverage import Coverage
from pharmdocs.errors import LayoutError
from pharmdocs.printjob import in_order
from pharmdocs.project import find_project
from pharmdocs.runsheet import RunSheet, set_run_sheet
from pharmdocs.typesetting.strings import read_strings

FAIR = Event(
    name="Spring Career Fair",
    date=datetime.date(2027, 3, 18),
    place="Student Union, Ballroom B",
    organiser="Career Services",
    contact="careers@college.example",
)
# As wide as letters are, and as long as [event] takes them.
WIDE = Event(
    name="WWWW " * 15 + "WWWW",
    date=datetime.date(2027, 9, 30),
    place="WWWW " * 16,
    organiser="WWWW " * 9,
    contact="WWWW " * 16,
)
INKED = Coverage(0.012, 0.004, 0, 0.063)


@dataclass(frozen=True)
class Made:
    """A finished run sheet: its bytes, its pages' number and size, the lines that it shows."""

    pdf: bytes
    pages: int
    size: tuple[int, int]
    lines: list[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """`made(paper, ink, sheet)` is that run sheet of the interview bank."""
    project = find_project(tmp_path_factory.mktemp("runsheet"))

    @cache
    def build(paper: str, ink: str, sheet: RunSheet) -> Made:
        request = Request(replace(project, event=sheet.event), paper=paper, ink=ink)
        bank = read_bank(request)
        look = look_of(request, bank)
        strings = read_strings(project, look.language)
        pdf, _ = set_run_sheet(request, bank, look, strings, sheet)
        with pypdfium2.PdfDocument(pdf) as document:
            width, height = document[0].get_size()
            lines = document[0].get_textpage().get_text_bounded().splitlines()
            return Made(pdf, len(document), (round(width), round(height)), lines)

    return build


def sheet(event: Event, paper: str, copies: int = 200) -> RunSheet:
    jobs = [replace(job, paper=paper, copies=copies, coverage=INKED) for job in ALL]
    return RunSheet(event, copies, in_order(jobs))


def longest(paper: str) -> RunSheet:
    """Personal checklists in volumes, and copies of four figures."""
    jobs = [job for job in sheet(WIDE, paper, 9999).jobs if job.name != "checklist"]
    files = ("checklist-001.pdf", "checklist-123.pdf")
    own = replace(CHECKLIST, name="personal", files=files, paper=paper, sheets=99_999, copies=1)
    return RunSheet(WIDE, 9999, in_order([*jobs, own]))


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
def test_it_is_one_page_whatever_it_tells(
    made: Callable[..., Made], paper: str, size: tuple[int, int]
) -> None:
    found = made(paper, "full", longest(paper))
    assert (found.pages, found.size) == (1, size)


def test_it_says_what_the_pencil_says(made: Callable[..., Made]) -> None:
    """The figures of the table at the head of test_printjob."""
    text = " ".join(" ".join(made("letter", "full", sheet(FAIR, "letter")).lines).split())
    for row in (
        "1 Booklet, brief booklet.pdf Letter, plain both sides, short edge – once, across"
        " two, on the fold 4 200 800",
        "2 Zine zine.pdf Letter, plain one side one slit, inside four creases – 1 200 200",
        "3 Checklist checklist.pdf Letter, plain one side – – – 1 200 200",
        "4 Sample cards cards.pdf Letter, card stock both sides, long edge along the marks – – 1"
        " 200 200",
        "200 200 All of them 1,400",
        "Booklet, brief 1,600 80 40 1.2 % 0.4 % 0.0 % 6.3 %",
        "All of them 2,400 120 60 1.2 % 0.4 % 0.0 % 6.3 %",
        # 2,400 pages x 1.2 % = 28.8 pages of cyan, which are 576 of 5 %.
        "In pages of 5 % 576 192 0 3,024",
        "Letter, plain 1,200 2.4, so 3",
        "Letter, card stock 200 packs differ",
        "pharmdocs print zine.pdf --copies 200",
    ):
        assert row in text


def test_it_names_the_event(made: Callable[..., Made]) -> None:
    found = made("letter", "full", sheet(FAIR, "letter"))
    assert (found.pages, found.size) == (1, (612, 792))
    assert "Spring Career Fair" in found.lines
    assert any(line.startswith("Thursday, March 18, 2027 · Student Union") for line in found.lines)


def test_without_an_event_it_is_a_page_all_the_same(made: Callable[..., Made]) -> None:
    found = made("a4", "black", sheet(Event(), "a4", 1))
    assert (found.pages, found.size) == (1, (595, 842))
    assert "The Pharmacy Technician Interview" in found.lines
    assert "copy" in found.lines
    assert "pharmdocs print zine.pdf" in found.lines


def test_what_does_not_fit_is_refused(made: Callable[..., Made]) -> None:
    """No project comes this far; a translation might."""
    with pytest.raises(LayoutError, match="does not fit on one page"):
        made("letter", "full", sheet(replace(FAIR, name="WWWW " * 300), "letter"))


@pytest.mark.system
@pytest.mark.parametrize("standard", ["ua1", "2a"])
def test_it_keeps_the_standards(
    made: Callable[..., Made],
    verapdf: Callable[[str, Path], str],
    tmp_path: Path,
    standard: str,
) -> None:
    path = tmp_path / "run-sheet.pdf"
    path.write_bytes(made("letter", "full", sheet(FAIR, "letter")).pdf)
    assert "PASS" in verapdf(standard, path)
