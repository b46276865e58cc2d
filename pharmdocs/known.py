"""What is known of a person -> what goes into which blank of the checklist, and the email.

A name, a number and a day become text here, as the sheet prints it.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pharmdocs.bank.model import Checklist
from pharmdocs.errors import ContentError, Fault, Problem
from pharmdocs.people.dates import full_date
from pharmdocs.people.mail import Mail, email_text
from pharmdocs.people.person import Person
from pharmdocs.typesetting import values
from pharmdocs.typesetting.blanks import certificate


@dataclass(frozen=True)
class Blanks:
    """Somebody's data by the blank's name, and where each comes from.

    `sources` has the field of the person: `role`, or `number 2` for that of the second
    certification. `more` is how many lines for certificates are wanted beyond those that the bank
    names.
    """

    values: dict[str, str]
    sources: dict[str, str]
    more: int


@dataclass(frozen=True)
class Known:
    """Somebody's data as the page wants them: by the blank's name, and the email.

    `more` is as in `Blanks`, and at least one line, so that there is one to write on.
    """

    values: dict[str, str]
    more: int
    mail: Mail


def known_of(person: Person, texts: Checklist, strings: dict[str, Any]) -> Known:
    """A person's data by the names of the blanks, and the email that follows.

    Raises:
        ContentError: a text has a letter that the face of the fields lacks.
    """
    found = blanks_of(person, texts, strings)
    problems = [
        Problem(None, f"`{name}` {fault.what}", fault.fix)
        for name, fault in undrawable(found.values)
    ]
    if problems:
        raise ContentError(*problems)
    return Known(found.values, max(found.more, 1), email_text(texts.email, person, strings))


def blanks_of(person: Person, texts: Checklist, strings: dict[str, Any]) -> Blanks:
    """A person's data by the names of the blanks; what is not known has no entry.

    A certification goes to the line of the bank that has its name, others to lines of their own.
    """
    day = full_date(person.date, strings["dates"]) if person.date else ""
    found = {
        "name": ("name", person.name),
        "role": ("role", person.role),
        "employer": ("employer", person.employer),
        "place": ("place", person.place),
        "date": ("date", day),
        "time": ("time", person.time),
        "interviewer": ("interviewer", person.interviewer),
        "interviewer-email": ("interviewer_email", person.interviewer_email),
    }
    lines = {_short(name): number for number, name in enumerate(texts.certifications, 1)}
    number = len(texts.certifications)
    for count, held in enumerate(person.certifications, 1):
        line = lines.pop(_short(held.name), 0)
        if not line:
            number += 1
        mark = "" if count == 1 else f" {count}"
        name, digits, expires = certificate(line or number)
        found[name] = (f"certification{mark}", "" if line else held.name)
        found[digits] = (f"number{mark}", held.number)
        found[expires] = (f"expires{mark}", _day(held.expires, strings) if held.expires else "")
    return Blanks(
        {name: text for name, (_, text) in found.items() if text},
        {name: field for name, (field, text) in found.items() if text},
        number - len(texts.certifications),
    )


def undrawable(known: Mapping[str, str]) -> Iterator[tuple[str, Fault]]:
    """The blanks whose text has a letter that the face lacks, a fault for each letter."""
    for name, text in known.items():
        for sign in values.lacking(text):
            what = f"holds {sign!r} (U+{ord(sign):04X}), which the fonts do not have"
            yield name, Fault(what, "write it in Latin or Greek letters")


def _short(name: str) -> str:
    """A certificate's name as it is compared: what stands in brackets is an explanation."""
    return name.partition(" (")[0].casefold()


def _day(day: datetime.date, strings: dict[str, Any]) -> str:
    dates = strings["dates"]
    text: str = dates["long"]
    return text.format(year=day.year, month=dates["months"][day.month - 1], day=day.day)
