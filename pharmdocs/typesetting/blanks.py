"""What stands on the interview-day sheet: its texts, and every blank to fill in, by name.

A blank's name is what a form field is called and what a value is given under; it never depends on
the language. A value that is empty leaves a line to write on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pharmdocs.bank.around import ASK_GROUPS
from pharmdocs.bank.model import SETTINGS, Ask, Checklist

# What the head asks for, in reading order; the email may use them as {name} and so on.
HEAD = ("name", "role", "employer", "place", "date", "time", "interviewer", "interviewer-email")
# How much of a line a blank takes in running text, in em: a typical value, written by hand. With
# these the subject fills one line of A4.
_WIDTHS = {
    "date": 13.0,
    "employer": 15.0,
    "interviewer": 16.0,
    "name": 16.0,
    "role": 11.5,
    "time": 8.0,
}
_WIDTH = 12.5
_FREE = 15.0

Values = Mapping[str, str]


@dataclass(frozen=True)
class Blank:
    """A place to fill in: `label` is what it is called aloud, `width` is in em, 0 for its box."""

    name: str
    label: str
    width: float = 0.0


# A line of text with blanks in it.
Line = tuple[str | Blank, ...]


@dataclass(frozen=True)
class Tick:
    """Something to do or to bring, and its box."""

    text: str
    box: Blank


@dataclass(frozen=True)
class Ticks:
    """A list to tick, under its name."""

    id: str
    name: str
    items: tuple[Tick, ...]


@dataclass(frozen=True)
class Row:
    """A certificate; one that the bank does not name has a name to fill in."""

    name: str | Blank
    number: Blank
    expires: Blank


@dataclass(frozen=True)
class Asks:
    """Questions for the candidate to ask, and room for the answers."""

    name: str
    texts: tuple[str, ...]
    notes: Blank


@dataclass(frozen=True)
class Letter:
    """The follow-up email."""

    subject: Line
    greeting: Line
    body: tuple[Line, ...]
    closing: Line


@dataclass(frozen=True)
class Sheet:
    """Everything on the sheet, in reading order."""

    title: str
    lead: str
    head: tuple[Blank, ...]
    lists: tuple[Ticks, ...]
    rows: tuple[Row, ...]
    asks: tuple[Asks, ...]
    letter: Letter


def sheet(
    checklist: Checklist, setting: str, words: dict[str, Any], more: int, known: Values
) -> Sheet:
    """The sheet of a bank.

    Args:
        checklist: its texts.
        setting: where the candidate applies; "" for the questions that are asked everywhere.
        words: the fixed words.
        more: how many certificates there is room for beyond those that the bank names.
        known: what the email says by the blank's name, instead of leaving a blank for it.
    """
    own = words["checklist"]
    head = tuple(Blank(name, own["fields"][name]) for name in HEAD)
    lists = tuple(
        Ticks(f"list-{at}", name, tuple(_tick(at, no, text) for no, text in enumerate(items, 1)))
        for at, (name, items) in enumerate(checklist.groups, 1)
    )
    asks = tuple(
        Asks(own["asks"][group], texts, _notes(group, own))
        for group in ASK_GROUPS
        if (texts := _chosen(checklist.questions, group, setting))
    )
    return Sheet(
        checklist.title,
        checklist.lead,
        head,
        lists,
        _rows(checklist.certifications, own, more),
        asks,
        _letter(checklist, head, known),
    )


def certificate(number: int) -> tuple[str, str, str]:
    """The blanks of a certificate, which count from 1: its name, its number, when it expires."""
    return (
        f"certificate-{number}",
        f"certificate-{number}-number",
        f"certificate-{number}-expires",
    )


def _tick(at: int, number: int, text: str) -> Tick:
    return Tick(text, Blank(f"tick-{at}-{number}", text))


def _notes(group: str, own: dict[str, Any]) -> Blank:
    return Blank(f"notes-{group}", own["notes"].replace("{about}", own["asks"][group]))


def _chosen(asks: Sequence[Ask], group: str, setting: str) -> tuple[str, ...]:
    """A group's questions: those of this setting take the place of as many general ones."""
    every = [ask for ask in asks if ask.group == group]
    general = [ask.text for ask in every if set(ask.settings) == set(SETTINGS)]
    if not setting:
        return tuple(general or (ask.text for ask in every))
    special = [ask.text for ask in every if ask.text not in general and setting in ask.settings]
    return (*special, *general[len(special) :])


def _rows(names: Sequence[str], own: dict[str, Any], more: int) -> tuple[Row, ...]:
    rows = []
    for number, title in enumerate([*names, *[""] * more], 1):
        name, digits, expires = (
            Blank(key, f"{title or own['other']}: {own['columns'][part]}")
            for key, part in zip(
                certificate(number), ("certificate", "number", "expires"), strict=True
            )
        )
        rows.append(Row(title or name, digits, expires))
    return tuple(rows)


def _letter(checklist: Checklist, head: Sequence[Blank], known: Values) -> Letter:
    blanks = {blank.name: blank for blank in head}
    free: list[Blank] = []

    def line(text: str) -> Line:
        found: list[str | Blank] = []
        for part in re.split(r"(\{[^{}]*\}|\[[^\[\]]*\])", text):
            if part.startswith("["):
                label = part[1:2].upper() + part[2:-1]
                free.append(Blank(f"email-{len(free) + 1}", label, _FREE))
                found.append(free[-1])
            elif part.startswith("{"):
                blank = blanks[part[1:-1]]
                wide = replace(blank, width=_WIDTHS.get(blank.name, _WIDTH))
                found.append(known.get(blank.name) or wide)
            elif part:
                found.append(part)
        return tuple(found)

    email = checklist.email
    return Letter(
        line(email.subject),
        line(email.greeting),
        tuple(line(text) for text in email.body),
        line(email.closing),
    )
