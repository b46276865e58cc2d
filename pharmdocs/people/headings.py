"""The headings of a roster: which column tells what, however it is spelled.

Small and capital letters, spaces, hyphens and underscores make no difference. A heading that is
near to one that is missing is a slip and refused; any other that is not known is told, not used.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pharmdocs.errors import Location, Problem
from pharmdocs.people.person import FIELDS
from pharmdocs.strict import misspelt
from pharmdocs.strict.cells import column_letters

REASON = "reason"  # the column that a file of rejected rows has besides
_KINDS = ("certification", "number", "expires")


@dataclass(frozen=True)
class Headings:
    """The first row as it was written, and the field of each column; "" for one not used."""

    names: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings that are no field's and no slip either."""
        return tuple(_unused(self.names, self.fields))

    def cell(self, field: str, number: int) -> str:
        """What a message calls the cell of a field, which has a column, in a row: C5 (`role`)."""
        index = self.fields.index(field)
        return f"{column_letters(index)}{number} (`{self.names[index]}`)"


def read_headings(names: Sequence[str], where: Location, problems: list[Problem]) -> Headings:
    """The headings of a file.

    Args:
        names: its first row.
        where: its place.
        problems: where problems are noted, all of them.
    """
    names = [" ".join(name.split()) for name in names]
    while names and not names[-1]:
        names.pop()
    fields = [field_of(name) for name in names]
    _check_spelling(names, fields, where, problems)
    for field in dict.fromkeys(filter(None, fields)):
        places = [column_letters(index) for index, other in enumerate(fields) if other == field]
        if len(places) > 1:
            fix = "keep one of them"
            if field.split()[0] in _KINDS:
                fix = "number them: `certification`, `number`, `expires`, `certification 2`, …"
            what = f"`{_shown(field)}` stands in the columns {' and '.join(places)}"
            problems.append(Problem(where, what, fix))
        kind, _, mark = field.partition(" ")
        holder = f"certification {mark}".strip()
        if kind in _KINDS and holder not in fields:
            what = f"`{field}` has no column `{holder}`"
            problems.append(Problem(where, what, f"add the column `{holder}`"))
    return Headings(tuple(names), tuple(fields))


def field_of(name: str) -> str:
    """The field that a heading means: one of FIELDS, or such as `number 2`; "" for none."""
    key = _key(name)
    if numbered := re.fullmatch(rf"({'|'.join(_KINDS)})([1-9][0-9]?)?", key):
        return numbered[1] + (f" {numbered[2]}" if numbered[2] not in (None, "1") else "")
    return next((field for field in FIELDS if _key(field) == key), "")


def score(names: Sequence[str]) -> int:
    """How many of the words are headings."""
    return sum(bool(field_of(name)) for name in names)


def _check_spelling(
    names: Sequence[str], fields: Sequence[str], where: Location, problems: list[Problem]
) -> None:
    unknown = _unused(names, fields)
    named_well = "name" in fields
    for number in dict.fromkeys(map(_number, unknown)):
        meant = misspelt(
            [name for name in unknown if _number(name) == number],
            [_shown(field) for field in _missing(number, fields)],
        )
        for name, field in meant.items():
            at = column_letters(names.index(name))
            fix = f"did you mean `{field}`? If not, give the column another name"
            problems.append(Problem(where, f"unknown heading `{name}` in column {at}", fix))
        named_well = named_well or "name" in meant.values()
    if not named_well:
        fix = "the first row names the columns: " + ", ".join(map(_shown, FIELDS))
        problems.append(Problem(where, "no column is called `name`", fix))


def _missing(number: str, fields: Sequence[str]) -> list[str]:
    """The fields that a heading with this number at its end may be meant for."""
    mark = f" {number}" if number else ""
    holder, *details = (f"{kind}{mark}" for kind in _KINDS)
    known = [*([] if number else FIELDS), holder, *(details if holder in fields else [])]
    return [field for field in known if field not in fields]


def _number(name: str) -> str:
    key = _key(name)
    number = key[len(key.rstrip("0123456789")) :]
    return number.removeprefix("1") if len(number) == 1 else ""


def _unused(names: Sequence[str], fields: Sequence[str]) -> list[str]:
    return [
        name
        for name, field in zip(names, fields, strict=True)
        if name and not field and _key(name) != REASON
    ]


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _shown(field: str) -> str:
    return field.replace("_", "-")
