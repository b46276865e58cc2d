"""What is known of a person -> what goes into which blank of the checklist, and the email.

A name, a number and a day become text here, as the sheet prints it.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pharmdocs.bank.model import Checklist
from pharmdocs.errors import ContentError, Problem
from pharmdocs.people.dates import full_date
from pharmdocs.people.mail import Mail, email_text
from pharmdocs.people.person import Person
from pharmdocs.typesetting import values
from pharmdocs.typesetting.blanks import certificate


@dataclass(frozen=True)
class Known:
    """Somebody's data as the page wants them: by the blank's name, and the email.

    `more` is how many lines for certificates are wanted beyond those that the bank names.
    """

    values: dict[str, str]
    more: int
    mail: Mail


def known_of(person: Person, texts: Checklist, strings: dict[str, Any]) -> Known:
    """A person's data by the names of the blanks; what is not known has no entry.

    A certification goes to the line of the bank that has its name, others to lines of their own.

    Raises:
        ContentError: a text has a letter that the face of the fields lacks.
    """
    found = {
        "name": person.name,
        "role": person.role,
        "employer": person.employer,
        "place": person.place,
        "date": full_date(person.date, strings["dates"]) if person.date else "",
        "time": person.time,
        "interviewer": person.interviewer,
        "interviewer-email": person.interviewer_email,
    }
    lines = {_short(name): number for number, name in enumerate(texts.certifications, 1)}
    number = len(texts.certifications)
    for held in person.certifications:
        line = lines.pop(_short(held.name), 0)
        if not line:
            number += 1
        name, digits, expires = certificate(line or number)
        found[name] = "" if line else held.name
        found[digits] = held.number
        found[expires] = _day(held.expires, strings) if held.expires else ""
    known = {name: text for name, text in found.items() if text}
    if problems := list(_undrawable(known)):
        raise ContentError(*problems)
    more = max(number - len(texts.certifications), 1)
    return Known(known, more, email_text(texts.email, person, strings))


def _short(name: str) -> str:
    """A certificate's name as it is compared: what stands in brackets is an explanation."""
    return name.partition(" (")[0].casefold()


def _day(day: datetime.date, strings: dict[str, Any]) -> str:
    dates = strings["dates"]
    text: str = dates["long"]
    return text.format(year=day.year, month=dates["months"][day.month - 1], day=day.day)


def _undrawable(known: Mapping[str, str]) -> Iterator[Problem]:
    for name, text in known.items():
        for sign in values.lacking(text):
            what = f"`{name}` holds {sign!r} (U+{ord(sign):04X}), which the fonts do not have"
            yield Problem(None, what, "write it in Latin or Greek letters")
