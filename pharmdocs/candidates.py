"""Who of a roster can be printed: the rows as they are, with what holds for everybody.

A row that cannot be drawn, or does not fit on the sheet, gets its problems at its cells and is
then as bad as one that cannot be read. So one walk tells everything that is wrong with a roster.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pharmdocs.bank.model import Checklist
from pharmdocs.errors import ContentError, Fault, Problem
from pharmdocs.known import Blanks, blanks_of, undrawable
from pharmdocs.people.person import FIELDS, Person
from pharmdocs.people.roster import Roster, Row
from pharmdocs.typesetting.stamping import Place, excesses
from pharmdocs.typesetting.values import TooLongError

# Where blank, a row's cell is what holds for everybody; a name and certifications are one's own.
COMMON = tuple(field for field in FIELDS if field != "name")


@dataclass(frozen=True)
class Candidates:
    """What rows are held against.

    Args:
        texts: the checklist of the bank.
        strings: the fixed words.
        common: what is known of everybody who does not say otherwise.
        sheets: the places on a sheet with one line for a certificate of one's own, with two, and
            so on; none as long as no sheet is set.
    """

    texts: Checklist
    strings: dict[str, Any]
    common: Person
    sheets: Sequence[Sequence[Place]] = ()

    def of(self, roster: Roster) -> Roster:
        """The roster as it is printed: each row with what is common, and all that is wrong.

        `check_common` comes first: here every fault is taken for one of the row's own cells.
        """
        return replace(roster, judge=lambda row: self._judged(row, roster))

    def blanks(self, person: Person) -> Blanks:
        """What goes into which blank."""
        return blanks_of(person, self.texts, self.strings)

    def lines(self, person: Person) -> int:
        """How many lines for certificates of one's own a person's sheet has; one at least."""
        return max(self.blanks(person).more, 1)

    def check_common(self) -> None:
        """Judge what is known of everybody, once and not in every row.

        Raises:
            ContentError: it cannot be drawn, or does not fit.
        """
        values = self.blanks(self.common).values
        wrong = {fault: None for sheet in self.sheets or [()] for fault in _faults(values, sheet)}
        for_all = " (it is given for everybody, by an option or [person])"
        problems = [
            Problem(None, f"`{name}` {fault.what}", fault.fix + for_all) for name, fault in wrong
        ]
        if problems:
            raise ContentError(*problems)

    def _judged(self, row: Row, roster: Roster) -> Row:
        person = _with_common(row.person or Person(), self.common)
        blanks = self.blanks(person)
        room = len(self.sheets)
        if room and blanks.more > room:
            what = f"has {blanks.more} certifications that the sheet does not name,"
            what += f" and there is room for {room}"
            problem = Problem(row.where, what, "leave out those that matter least")
            return replace(row, person=None, problems=(problem,))
        sheet = self.sheets[max(blanks.more, 1) - 1] if room else ()
        problems = []
        for name, fault in _faults(blanks.values, sheet):
            field = _column(blanks.sources[name], roster, row)
            cell = roster.headings.cell(field, row.number)
            problems.append(Problem(row.where, f"{cell} {fault.what}", fault.fix))
        if problems:
            return replace(row, person=None, problems=tuple(problems))
        return replace(row, person=person)


def _faults(values: Mapping[str, str], sheet: Sequence[Place]) -> list[tuple[str, Fault]]:
    """What cannot be drawn, and else what does not fit in its places, by the blank's name."""
    found = list(undrawable(values))
    lacking = {name for name, _ in found}
    drawn = {name: text for name, text in values.items() if name not in lacking}
    for name, excess in excesses(sheet, drawn).items():
        found.append((name, Fault(f"is {TooLongError(excess)}", "shorten it")))
    return found


def _with_common(own: Person, common: Person) -> Person:
    changes: dict[str, Any] = {
        field: getattr(common, field) for field in COMMON if not getattr(own, field)
    }
    if own.interviewer or own.interviewer_email:
        # The address of one person is not that of another.
        changes.pop("interviewer", None)
        changes.pop("interviewer_email", None)
    return replace(own, **changes)


def _column(field: str, roster: Roster, row: Row) -> str:
    """The field of the column that a person's field is from: certifications are counted as held."""
    kind, _, count = field.partition(" ")
    if kind not in ("certification", "number", "expires"):
        return field
    marks = sorted(
        int(match[1] or 1)
        for index, name in enumerate(roster.headings.fields)
        if (match := re.fullmatch(r"certification(?: ([0-9]+))?", name))
        and "".join(row.cells[index : index + 1]).strip()
    )
    mark = marks[int(count or 1) - 1]
    return kind if mark == 1 else f"{kind} {mark}"
