"""Somebody who goes to an interview, and what is known of it; whatever is empty is left to write.

Settings, options and a roster bring the same fields as text and are read by one function. A
field's text is one line, and nothing in it is invisible.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pharmdocs.errors import Location, Problem, SelectionError
from pharmdocs.people.dates import DayError, parse_date
from pharmdocs.people.fields import MAX_CHARACTERS, address_fault_of, cleaned, fault_of
from pharmdocs.strict import Table

FIELDS = (
    "name", "employer", "role", "date", "time", "place", "interviewer", "interviewer_email",
)  # fmt: skip

# Called with the field, what is wrong with it, and how to mend that.
Complain = Callable[[str, str, str], None]


@dataclass(frozen=True)
class Certification:
    """A certificate or license that somebody holds; an empty number is a line to write on."""

    name: str
    number: str = ""
    expires: datetime.date | None = None


@dataclass(frozen=True)
class Person:
    """Who goes where, when, and to meet whom. The time is text, as the person would say it."""

    name: str = ""
    employer: str = ""
    role: str = ""
    date: datetime.date | None = None
    time: str = ""
    place: str = ""
    interviewer: str = ""
    interviewer_email: str = ""
    certifications: tuple[Certification, ...] = ()


def person_of(texts: Mapping[str, str], language: str, complain: Complain) -> Person:
    """The person that some texts tell of; a field with a fault is complained about and left empty.

    Args:
        texts: FIELDS, and `certification`, `number`, `expires`, `certification 2`, `number 2`, …;
            any of them may be missing or empty. A place of several lines is joined by commas.
        language: how figures of a date are read.
        complain: is told every fault.
    """

    def text(field: str) -> str:
        found = cleaned(texts.get(field, ""))
        if field == "place" and len(found) <= MAX_CHARACTERS:
            found = re.sub(r"[,;]?\s*[\r\n]+\s*", ", ", found)
        fault = fault_of(found)
        if fault is None and found and field == "interviewer_email":
            fault = address_fault_of(found)
        if fault:
            complain(field, fault.what, fault.fix)
        return "" if fault else found

    def day(field: str) -> datetime.date | None:
        try:
            return parse_date(found, language) if (found := text(field)) else None
        except DayError as error:
            complain(field, error.what, error.fix)
            return None

    # What is wrong is told in the order of the form.
    plain: dict[str, Any] = {field: (day if field == "date" else text)(field) for field in FIELDS}
    certifications = []
    for number in _numbers(texts):
        held = Certification(
            text(f"certification{number}"), text(f"number{number}"), day(f"expires{number}")
        )
        if held.name:
            certifications.append(held)
        elif held != Certification(""):
            fix = "name the certification, or take its number and day away"
            complain(f"certification{number}", "is empty, but the rest of it is there", fix)
    return Person(certifications=tuple(certifications), **plain)


def read_person(table: Table, language: str) -> Person:
    """The person of [person] with its [[person.certification]]; closes the table.

    Problems are noted in the table, at their lines.
    """
    texts: dict[str, str] = {}
    places: dict[str, tuple[Table, str]] = {}

    def take(field: str, table: Table, key: str, default: str | None = "") -> None:
        texts[field], places[field] = table.day(key, default), (table, key)

    def complain(field: str, what: str, fix: str) -> None:
        table, key = places[field]
        table.complain(table.line_of(key), f"`{key}` {what}", fix)

    for field in FIELDS:
        take(field, table, field)
    held = table.tables("certification")
    for number, entry in enumerate(held, 1):
        mark = "" if number == 1 else f" {number}"
        take(f"certification{mark}", entry, "name", None)
        take(f"number{mark}", entry, "number")
        take(f"expires{mark}", entry, "expires")
        entry.close()
        if not texts[f"certification{mark}"]:
            # The missing name is complained about; once is enough.
            texts |= {f"number{mark}": "", f"expires{mark}": ""}
    table.close()
    return person_of(texts, language, complain)


def merged(person: Person, options: Mapping[str, str | None], language: str) -> Person:
    """The person with what the command line says of it; an empty option empties its field.

    Args:
        person: from the project.
        options: FIELDS and their texts; None for an option that was not given.
        language: how figures of a date are read.

    Raises:
        SelectionError: with every option that cannot be used.
    """
    given = {field: text for field, text in options.items() if text is not None}
    problems: list[Problem] = []

    def complain(field: str, what: str, fix: str) -> None:
        problems.append(Problem(None, f"--{field.replace('_', '-')} {what}", fix))

    found = person_of(given, language, complain)
    if problems:
        raise SelectionError(*problems)
    changes: dict[str, Any] = {field: getattr(found, field) for field in given}
    return replace(person, **changes)


def concerns(person: Person, today: datetime.date, where: Location | None = None) -> list[Problem]:
    """What is sound and still looks like a slip: a day that is past, a certification run out."""
    found = []
    if person.date and person.date < today:
        what = f"the day of the interview, {person.date}, is past"
        found.append(Problem(where, what, "correct the date, or leave it out"))
    due = max(today, person.date or today)
    for held in person.certifications:
        if held.expires and held.expires < due:
            over = held.expires < today
            what = f"{held.name} {'expired' if over else 'expires'} on {held.expires}"
            what += "" if over else ", before the interview"
            found.append(Problem(where, what, "correct the day, or have it renewed"))
    return found


def _numbers(texts: Mapping[str, str]) -> list[str]:
    """What stands behind `certification` in the texts' fields, in order: "", " 2", …."""
    found = {
        int(match[2] or 1): match[1]
        for field in texts
        if (match := re.fullmatch(r"(?:certification|number|expires)( ([0-9]+))?", field))
    }
    return [found[number] or "" for number in sorted(found)]
