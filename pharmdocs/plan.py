"""A roster -> what can be printed of it: every row judged, and the sheets set that it takes.

Nothing is written here. How many lines for certificates people need is known only from the whole
roster, and whether a name fits only from the sheet; so the roster is walked through twice.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pharmdocs.build import Progress, Request
from pharmdocs.candidates import Candidates
from pharmdocs.checklist import Asked
from pharmdocs.checklistpages import Design, design_of, shared_sheet
from pharmdocs.errors import ContentError, LayoutError, Location, Problem, SelectionError
from pharmdocs.people.person import Person, concerns, merged
from pharmdocs.people.roster import Roster, Tally, open_roster, tally
from pharmdocs.typesetting.one_page import Solved
from pharmdocs.typesetting.stamping import Place, first_places, places

VOLUME = 5_000
# With more lines for certificates of one's own there is no room for anything else.
_MOST_LINES = 6
# What a terminal shows of the problems of a roster, with two lines on the rest of them.
_MOST_PROBLEMS = 23


@dataclass(frozen=True)
class Run:
    """How a roster is printed: `volume` is how many people go into one file.

    `separate` makes a form and an email for each, in `jobs` processes, 0 for as many as there are
    cores. `resume` goes on where a run stopped.
    """

    roster: Path
    separate: bool = False
    skip_bad: bool = False
    resume: bool = False
    volume: int = VOLUME
    jobs: int = 0


@dataclass(frozen=True)
class Plan:
    """A roster that can be printed: the roster with its judge, and the sheets that it takes.

    There is a sheet with one line for a certificate of one's own, one with two, and so on; a print
    run has a single sheet, with lines for everybody.
    """

    design: Design
    candidates: Candidates
    roster: Roster
    sheets: tuple[Solved, ...]
    tally: Tally
    concerns: tuple[Problem, ...]

    def people(self) -> Iterator[Person]:
        """Everybody who is printed, in the order of the roster; can be asked again."""
        return (row.person for row in self.roster if row.person is not None)


def plan_run(request: Request, asked: Asked, run: Run, progress: Progress) -> Plan:
    """Read, judge and set all that a run needs.

    Raises:
        SelectionError: options that contradict each other.
        ContentError: with every row that cannot be printed, unless those are to be skipped.
        LayoutError: the sheet does not fit on a page, or what looks like a slip is forbidden.
    """
    _check(request, asked, run)
    progress("reading the bank")
    design = design_of(request, asked.setting)
    language = design.look.language
    given = merged(request.project.person, asked.person or {}, language)
    common = replace(given, name="", certifications=())
    candidates = Candidates(design.texts, design.strings, common)
    candidates.check_common()
    progress("reading the roster")
    roster = open_roster(run.roster, language)
    people = (row.person for row in candidates.of(roster) if row.person is not None)
    wanted = max(map(candidates.lines, people), default=1)
    progress("typesetting")
    sheets = _sheets(design, min(wanted, _MOST_LINES), run.separate)
    candidates = replace(candidates, sheets=_places(sheets, run.separate))
    candidates.check_common()
    progress("checking everybody")
    today = asked.today or datetime.date.today()
    found = _tally(roster, candidates, today)
    if found.rejected and not (run.skip_bad and found.people):
        raise ContentError(*_refusals(roster, found, run))
    worries = (*concerns(common, today), *roster.notes, *found.concerns)
    if asked.strict and worries:
        raise LayoutError(*worries)
    made = tuple(sheet for _, sheet in sheets)
    return Plan(design, candidates, candidates.of(roster), made, found, worries)


def _check(request: Request, asked: Asked, run: Run) -> None:
    if request.large:
        fix = "print it for one person after the other, without --roster"
        raise SelectionError(Problem(None, "a print run has no large print", fix))
    if (asked.person or {}).get("name") is not None:
        fix = "leave out --name; what is the same for everybody can be given"
        raise SelectionError(Problem(None, "--name is one person, and --roster names many", fix))
    if run.separate and not asked.fillable:
        fix = "leave out --flat, or --separate: a print run is flat"
        raise SelectionError(Problem(None, "--separate makes forms, and --flat asks for none", fix))


def _sheets(design: Design, wanted: int, separate: bool) -> list[tuple[int, Solved]]:
    """Sheets and their lines for certificates of one's own, as many lines as there is room for."""
    found: list[tuple[int, Solved]] = []
    for lines in range(1, wanted + 1) if separate else range(wanted, 0, -1):
        try:
            found.append((lines, shared_sheet(design, lines)))
        except LayoutError:
            if lines == 1:
                raise
            if separate:
                break
        else:
            if not separate:
                break
    return found


def _places(sheets: list[tuple[int, Solved]], separate: bool) -> tuple[tuple[Place, ...], ...]:
    if separate:
        return tuple(places(sheet.typeset.pages[0]) for _, sheet in sheets)
    [(lines, sheet)] = sheets
    return (first_places(sheet.typeset.pages[0]),) * lines


def _tally(roster: Roster, candidates: Candidates, today: datetime.date) -> Tally:
    common = candidates.common
    if common.date and common.date < today:
        # That is told once, and not of everybody.
        candidates = replace(candidates, common=replace(common, date=None))
    return tally(candidates.of(roster), today, _MOST_PROBLEMS)


def _refusals(roster: Roster, found: Tally, run: Run) -> tuple[Problem, ...]:
    bad, all_ = found.rejected, found.rejected + found.people
    fix = "mend them"
    if found.people and not run.skip_bad:
        fix += ", or build the others: --skip-bad"
    what = f"{bad:,} of {all_:,} rows cannot be printed"
    return (*found.problems, Problem(Location(roster.file), what, fix))
