"""Somebody who goes to an interview, and what is known of it; whatever is empty is left to write.

Frozen plain data. A field's text is one line, and nothing in it is invisible.
"""

import datetime
from dataclasses import dataclass


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
