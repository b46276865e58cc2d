"""A day is read as it was meant, or refused with the days that could be meant; never guessed."""

import contextlib
import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmdocs.people.dates import DayError, full_date, parse_date
from pharmdocs.shipped import bundled
from pharmdocs.strict import read_text, read_toml

DAY = datetime.date(2026, 12, 3)  # a Thursday: the calendar of 2026 says so
MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def refusal(text: str, language: str = "en-US") -> str:
    with pytest.raises(DayError) as raised:
        parse_date(text, language)
    return str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-03", "2026-12-3", " 2026-12-03\n", "12/3/2026", "12/03/2026", "Dec 3 2026",
        "December 3, 2026", "3 Dec 2026", "3 December 2026", "Dec. 3, 2026", "dec 3,2026",
        "DECEMBER 3 2026", "Dec 3rd, 2026", "3rd Dec 2026", "Thursday, December 3, 2026",
        "Thu Dec 3 2026", "Thurs., 3 Dec. 2026", "December  3,\u00a02026",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert parse_date(text, "en-US") == DAY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3.12.2026", "`3.12.2026` could be two days; write 2026-03-12 or 2026-12-03"),
        ("12-3-2026", "`12-3-2026` could be two days; write 2026-03-12 or 2026-12-03"),
        ("13.12.2026", "does not say which figure is the month; write 2026-12-13"),
        ("12/3/26", "has a year of two figures; write 2026-12-03"),
        ("3.12.26", "has a year of two figures; write 2026-03-12 or 2026-12-03"),
        ("45.45.2026", "is not a day in any order; write it as 2026-12-03"),
        ("Dec 3 26", "has no year of four figures; write the year in four figures"),
        ("Dec 3 026", "has no year of four figures; write the year in four figures"),
        ("Dec 3", "has no year; write the year as well, in four figures"),
        ("Decembre 3 2026", "names no month: `decembre`; did you mean `December`?"),
        ("De 3 2026", "names no month: `de`"),
        ("2026-02-30", "is not a day: February 2026 has 28 days; correct it"),
        ("February 30, 2028", "is not a day: February 2028 has 29 days"),
        ("4/31/2026", "is not a day: April 2026 has 30 days"),
        ("2026-01-32", "is not a day: January 2026 has 31 days"),
        ("2026-13-12", "there is no month 13; write 2026-12-13, if that is meant"),
        ("13/12/2026", "there is no month 13; write 2026-12-13, if that is meant"),
        ("2026-00-12", "there is no month 0; correct it, and write it as 2026-12-03"),
        ("0000-12-03", "there is no year 0"),
        ("Friday, December 3, 2026", "is a Thursday; correct the day of the week"),
        ("Someday, December 3, 2026", "is a Thursday; correct the day of the week"),
        ("tomorrow", "cannot be read as a day; write it as 2026-12-03, or leave it out"),
        ("", "cannot be read as a day"),
        ("20261203", "cannot be read as a day"),
        ("2026-W49-4", "cannot be read as a day"),
        ("12/3.2026", "cannot be read as a day"),
        ("12/3/20266", "cannot be read as a day"),
        ("٢٠٢٦-١٢-٠٣", "cannot be read as a day"),
        ("x" * 60, f"`{'x' * 39}…` cannot be read"),
    ],
)
def test_what_is_not_one_day_is_refused(text: str, said: str) -> None:
    assert said in refusal(text)


@pytest.mark.parametrize("language", ["en", "en-US", "en-us", "EN"])
def test_american_english_puts_the_month_first(language: str) -> None:
    assert parse_date("12/3/2026", language) == DAY


@pytest.mark.parametrize("language", ["en-GB", "en-CA", "fr", "de-AT", "es-US", ""])
def test_elsewhere_figures_alone_are_not_read(language: str) -> None:
    assert "write 2026-03-12 or 2026-12-03" in refusal("12/3/2026", language)
    assert parse_date("2026-12-03", language) == DAY
    assert parse_date("3 Dec 2026", language) == DAY


def test_a_refusal_can_follow_a_fields_name() -> None:
    with pytest.raises(DayError) as raised:
        parse_date("3.12.2026", "en-US")
    assert raised.value.what == "is `3.12.2026`, which could be two days"
    assert raised.value.fix == "write 2026-03-12 or 2026-12-03"


@given(st.dates(min_value=datetime.date(1000, 1, 1)), st.integers(0, 6))
def test_every_day_comes_back_from_every_form(day: datetime.date, form: int) -> None:
    month = MONTHS[day.month - 1]
    weekday = WEEKDAYS[day.weekday()]
    text = [
        f"{day.year}-{day.month:02}-{day.day:02}",
        f"{day.month}/{day.day}/{day.year}",
        f"{month} {day.day}, {day.year}",
        f"{month[:3]} {day.day} {day.year}",
        f"{day.day} {month[:3]} {day.year}",
        f"{weekday}, {month} {day.day}, {day.year}",
        f"{weekday[:3]} {day.day:02} {month[:4].upper()}. {day.year}",
    ][form]
    assert parse_date(text, "en-US") == day


@given(st.text(alphabet="0123456789/.-, DecMarthurs\n\u00a0İ", max_size=24))
def test_anything_else_is_refused_in_words(text: str) -> None:
    with contextlib.suppress(ValueError):
        parse_date(text, "en-US")
        return
    assert re.search("; (write|correct|did you mean|use one of:) ", refusal(text))


def test_a_day_is_printed_long_with_its_weekday() -> None:
    path = bundled() / "templates" / "strings" / "en.toml"
    table = read_toml(read_text(path, "en.toml", []), "en.toml", []).table("dates")
    words = {key: value.content for key, value in table.values.items()}
    assert full_date(DAY, words) == "Thursday, December 3, 2026"
    # From a printed calendar of 2027.
    assert full_date(datetime.date(2027, 1, 1), words) == "Friday, January 1, 2027"
    assert full_date(datetime.date(2027, 8, 1), words) == "Sunday, August 1, 2027"
    assert full_date(datetime.date(2027, 11, 1), words) == "Monday, November 1, 2027"
