"""A day as people write it, read without guessing, and printed long.

The names of months are read in English in every language. Figures alone are read in the order of
the language where it has one that nobody doubts; otherwise the day is asked for as 2026-12-03.
"""

import datetime
import re
from typing import Any

from pharmdocs.errors import closest

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_FIRST = ("en", "en-us")  # Canada writes both orders, the rest of the English world the other
_ISO = "write it as 2026-12-03"


class DayError(ValueError):
    """Why a text cannot be read as one day: `what`, to be read after a field's name, and a fix."""

    def __init__(self, text: str, which: str, fix: str) -> None:
        shown = text if len(text) <= 40 else text[:39] + "…"
        super().__init__(f"`{shown}` {which}; {fix}")
        self.what = f"is `{shown}`, which {which}"
        self.fix = fix


def parse_date(text: str, language: str) -> datetime.date:
    """The one day that a text names.

    Args:
        text: 2026-12-03; 12/3/2026 where the month comes first; Dec 3 2026, December 3, 2026,
            3 Dec 2026, with or without the day of the week.
        language: a tag such as en-US; it decides how figures alone are read.

    Raises:
        DayError: no such day, or not only one; the message names both days when there are two.
    """
    text = " ".join(text.split())
    if iso := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text):
        return _day(text, int(iso[1]), int(iso[2]), int(iso[3]))
    if figures := re.fullmatch(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})", text):
        return _from_figures(text, figures, language)
    plain = re.sub(r"[.,\s]+", " ", text.lower()).strip()
    order = re.sub(r"(?<=[0-9])(?:st|nd|rd|th)\b", "", plain)
    weekday, month, day, year = "([a-z]+) ", "([a-z]+)", "([0-9]{1,2})", "( [0-9]{2,4})?"
    if found := re.fullmatch(f"(?:{weekday})?{month} {day}{year}", order):
        return _from_words(text, found[1], found[2], found[3], found[4])
    if found := re.fullmatch(f"(?:{weekday})?{day} {month}{year}", order):
        return _from_words(text, found[1], found[3], found[2], found[4])
    raise DayError(text, "cannot be read as a day", f"{_ISO}, or leave it out")


def full_date(day: datetime.date, dates: dict[str, Any]) -> str:
    """The day with its weekday, such as Thursday, December 3, 2026.

    Args:
        day: the day.
        dates: the section `dates` of the templates' words.
    """
    text: str = dates["full"]
    return text.format(
        weekday=dates["weekdays"][day.weekday()],
        month=dates["months"][day.month - 1],
        day=day.day,
        year=day.year,
    )


def _from_figures(text: str, figures: re.Match[str], language: str) -> datetime.date:
    first, second, year = int(figures[1]), int(figures[3]), int(figures[4])
    is_month_first = language.lower() in _MONTH_FIRST and figures[2] == "/"
    if len(figures[4]) == 4 and is_month_first:
        return _day(text, year, first, second)
    year += 2000 if len(figures[4]) == 2 else 0
    orders = [(first, second)] if is_month_first else [(first, second), (second, first)]
    days = sorted({day for order in orders if (day := _maybe(year, *order))})
    fix = "write " + " or ".join(map(str, days)) if days else _ISO
    if len(figures[4]) == 2:
        raise DayError(text, "has a year of two figures", fix)
    if not days:
        raise DayError(text, "is not a day in any order", fix)
    which = "could be two days" if len(days) > 1 else "does not say which figure is the month"
    raise DayError(text, which, fix)


def _from_words(
    text: str, weekday: str | None, month: str, day: str, year: str | None
) -> datetime.date:
    number = _named(month, _MONTHS)
    if number is None:
        names = [name.title() for name in _MONTHS]
        raise DayError(text, f"names no month: `{month}`", closest(month.title(), names))
    if not year:
        raise DayError(text, "has no year", "write the year as well, in four figures")
    if len(year.strip()) != 4:
        raise DayError(text, "has no year of four figures", "write the year in four figures")
    found = _day(text, int(year), number + 1, int(day))
    if weekday is not None and _named(weekday, _WEEKDAYS) != found.weekday():
        actual = _WEEKDAYS[found.weekday()].title()
        raise DayError(text, f"is a {actual}", "correct the day of the week, or leave it out")
    return found


def _named(word: str, names: tuple[str, ...]) -> int | None:
    """Which of the names a word is, in full or in its first letters, three or more."""
    near = (number for number, name in enumerate(names) if name.startswith(word))
    return next(near, None) if len(word) >= 3 else None


def _day(text: str, year: int, month: int, day: int) -> datetime.date:
    if found := _maybe(year, month, day):
        return found
    turned = _maybe(year, day, month)
    fix = f"write {turned}, if that is meant" if turned else f"correct it, and {_ISO}"
    if year < 1:
        raise DayError(text, "is not a day: there is no year 0", fix)
    if not 1 <= month <= 12:
        raise DayError(text, f"is not a day: there is no month {month}", fix)
    last = next(last for last in (31, 30, 29, 28) if _maybe(year, month, last))
    raise DayError(text, f"is not a day: {_MONTHS[month - 1].title()} {year} has {last} days", fix)


def _maybe(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
