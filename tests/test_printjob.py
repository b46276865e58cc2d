"""The arithmetic of a run sheet, held against one that was worked out with a pencil.

          sheets  sides  copies    sheets   pages   at 20   at 40
booklet      4      2      200       800    1,600     80      40
zine         1      1      200       200      200     10       5
checklist    1      1      200       200      200     10       5
cards        1      2      200       200      400     20      10    on card stock
                                   1,400    2,400    120      60
"""

from dataclasses import replace

import pytest

from pharmdocs.coverage import Coverage
from pharmdocs.printjob import (
    PrintJob,
    Supply,
    in_order,
    minutes,
    rated_pages,
    supplies,
)

WHITE = Coverage(0, 0, 0, 0)
ZINE = PrintJob("zine", ("zine.pdf",), "letter", 1, 1, 200, WHITE, cut="slit", fold="eighth")
CHECKLIST = PrintJob("checklist", ("checklist.pdf",), "letter", 1, 1, 200, WHITE)
CARDS = PrintJob(
    "cards", ("cards.pdf",), "letter", 1, 2, 200, WHITE, "index-3x5-letter", "long", "marks"
)
BOOKLET = PrintJob(
    "booklet",
    ("booklet.pdf",),
    "letter",
    4,
    2,
    200,
    WHITE,
    edge="short",
    fold="half",
    staple="spine",
)
ALL = (ZINE, CHECKLIST, CARDS, BOOKLET)


@pytest.mark.parametrize(
    ("job", "sheets", "pages", "slow", "fast"),
    [
        (BOOKLET, 800, 1600, 80, 40),
        (ZINE, 200, 200, 10, 5),
        (CHECKLIST, 200, 200, 10, 5),
        (CARDS, 200, 400, 20, 10),
    ],
)
def test_a_job_counts_sheets_pages_and_minutes(
    job: PrintJob, sheets: int, pages: int, slow: int, fast: int
) -> None:
    assert (job.total, job.printed) == (sheets, pages)
    assert (minutes(job, 20), minutes(job, 40)) == (slow, fast)


def test_a_minute_that_has_begun_counts() -> None:
    assert [minutes(replace(ZINE, copies=n), 20) for n in (1, 20, 21)] == [1, 1, 2]


def test_a_page_for_everybody_is_one_copy_of_many_sheets() -> None:
    personal = replace(CHECKLIST, name="personal", sheets=187, copies=1)
    assert (personal.total, personal.printed, minutes(personal, 20)) == (187, 187, 10)


def test_hands_begin_early_and_the_tray_is_changed_once() -> None:
    """Fold and staple, then cut and fold, then nothing; card stock is last, whatever it takes."""
    assert in_order(ALL) == (BOOKLET, ZINE, CHECKLIST, CARDS)


def test_of_as_much_handwork_the_longer_run_comes_first() -> None:
    long = replace(CHECKLIST, name="personal", sheets=900, copies=1)
    assert in_order([CHECKLIST, long]) == (long, CHECKLIST)


def test_paper_is_counted_by_kind() -> None:
    plain, card = supplies(in_order(ALL))
    assert (plain, card) == (
        Supply("letter", "", 1200),
        Supply("letter", "index-3x5-letter", 200),
    )
    assert (plain.reams, plain.to_buy) == (2.4, 3)


@pytest.mark.parametrize(("sheets", "reams"), [(1, 1), (500, 1), (501, 2), (1000, 2)])
def test_a_ream_that_is_opened_counts(sheets: int, reams: int) -> None:
    assert Supply("a4", "", sheets).to_buy == reams


def test_ink_is_told_in_the_pages_by_which_cartridges_are_rated() -> None:
    """100 pages half black are 50 black pages, and 5 % of a page goes into that 20 times."""
    half = replace(ZINE, copies=100, coverage=Coverage(0, 0.001, 0, 0.5))
    assert rated_pages([half], "black") == 1000
    assert rated_pages([half, half], "black") == 2000
    assert rated_pages([half], "magenta") == 2
    assert rated_pages([half], "cyan") == 0
