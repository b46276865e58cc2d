"""People, one a row, out of a CSV file or a workbook: each row gives a person, or its problems.

A roster is read as it is walked through, row by row, and can be walked through again; a long one
takes no more memory than a short one. A bad row stops nothing else: whoever builds decides.
"""

import csv
import datetime
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pharmdocs.errors import ContentError, Fault, Location, Problem
from pharmdocs.people.csv_file import check_csv, csv_rows
from pharmdocs.people.headings import REASON, Headings, read_headings, score
from pharmdocs.people.person import Person, concerns, person_of
from pharmdocs.people.xlsx_file import book_rows, check_book
from pharmdocs.strict.cells import Cell, RawRow, clock, column_letters, disarmed, plain

_CSV, _XLSX = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Row:
    """A row that is not blank: a person, or else why there is none.

    The number counts as a spreadsheet does: the headings are usually row 1. The cells are those of
    the file, as text.
    """

    number: int
    where: Location
    cells: tuple[str, ...]
    person: Person | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Roster:
    """A file of people whose headings are sound. Every walk through it reads the file.

    `notes` tells what is in the file and will not be used: columns, further sheets. `judge` is a
    further judgment of every row that is sound: it gives the row back, or one with problems.
    """

    path: Path
    file: str
    language: str
    headings: Headings
    notes: tuple[Problem, ...]
    stamp: tuple[int, int]
    delimiter: str = ","
    judge: Callable[[Row], Row] = lambda row: row

    def __iter__(self) -> Iterator[Row]:
        if _stamp(self.path, self.file) != self.stamp:
            problem = Problem(Location(self.file), "was changed while it was read", "build again")
            raise ContentError(problem)
        rows = _raw_rows(self.path, self.file, self.delimiter)
        next(rows, None)
        for raw in rows:
            row = _row(raw, self.headings, self.language)
            yield row if row.person is None else self.judge(row)


def open_roster(path: Path, language: str, file: str = "") -> Roster:
    """The roster in a file.

    Args:
        path: a .csv, .tsv or .txt in UTF-8, or an .xlsx.
        language: how figures of a date are read.
        file: the name that messages carry; the file's own by default.

    Raises:
        ContentError: the file cannot be read, its headings are not sound (all problems at once),
            or it holds nobody.
        SetupError: it is a workbook, and openpyxl is not installed.
    """
    file = file or path.name
    stamp = _stamp(path, file)
    notes: list[Problem] = []
    delimiter = ","
    if path.suffix.lower() in _XLSX:
        for sheet in check_book(path, file):
            what = f"the sheet `{sheet}` is not read, only the first one"
            notes.append(Problem(Location(file), what, "put everybody on the first sheet"))
    elif path.suffix.lower() in _CSV:
        delimiter = check_csv(path, file, score)
    else:
        fix = "save the roster as CSV UTF-8 (.csv) or as a workbook (.xlsx)"
        raise ContentError(Problem(Location(file), "is neither .csv nor .xlsx", fix))
    rows = _raw_rows(path, file, delimiter)
    first = next(rows, None)
    if first is None:
        fix = "write a row of headings, and a row for each person"
        raise ContentError(Problem(Location(file), "is empty", fix))
    problems: list[Problem] = []
    if first.fault:
        raise ContentError(Problem(first.where, first.fault.what, first.fault.fix))
    headings = read_headings([plain(cell) for cell in first.cells], first.where, problems)
    if not problems and next(rows, None) is None:
        fix = "write a row for each person below the headings"
        problems.append(Problem(Location(file), "holds nobody", fix))
    if problems:
        raise ContentError(*problems)
    for name in headings.unused:
        fix = "nothing, if it is for other uses"
        notes.append(Problem(first.where, f"the column `{name}` is not used", fix))
    return Roster(path, file, language, headings, tuple(notes), stamp, delimiter)


@dataclass(frozen=True)
class Tally:
    """What one walk through a roster found. Of problems and concerns only the first are kept.

    When there are more, a last one says how many.
    """

    people: int
    rejected: int
    problems: tuple[Problem, ...]
    concerns: tuple[Problem, ...]


def tally(roster: Roster, today: datetime.date, most: int = 30) -> Tally:
    """Count the people and the bad rows, and gather what is wrong and what looks like a slip.

    Args:
        roster: walked through once.
        today: what days are held against.
        most: how many problems, and how many concerns, are kept.
    """
    people, rejected = 0, 0
    problems, worries = _Gathered(most), _Gathered(most)
    for row in roster:
        if row.person is None:
            rejected += 1
            problems.add(row.problems)
        else:
            people += 1
            worries.add(concerns(row.person, today, row.where))
    where = Location(roster.file)
    return Tally(people, rejected, problems.told(where, "problem"), worries.told(where, "warning"))


def rejected_csv(roster: Roster) -> Iterator[bytes]:
    """The bad rows as a CSV file in pieces: the columns of the roster, and `reason`.

    It can be mended in a spreadsheet and used as a roster. No cell is taken for a formula there.
    Walks through the roster once.
    """
    names = roster.headings.names
    kept = [index for index, name in enumerate(names) if name.casefold() != REASON]
    # The mark at the beginning tells Excel that this is UTF-8.
    mark = b"\xef\xbb\xbf"
    yield mark + _csv_line([*(names[index] for index in kept), REASON], roster.delimiter)
    for row in roster:
        if row.person is None:
            cells = [row.cells[index] if index < len(row.cells) else "" for index in kept]
            over = [cell for cell in row.cells[len(names) :] if cell.strip()]
            reasons = [f"{problem.what}: {problem.fix}" for problem in row.problems]
            reason = f"row {row.number}: " + "; ".join(reasons)
            yield _csv_line([*cells, reason, *over], roster.delimiter)


def _csv_line(cells: list[str], delimiter: str) -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerow(map(disarmed, cells))
    # Half a character cannot be written; what it was is gone already.
    return line.getvalue().encode("utf-8", "replace")


def _row(raw: RawRow, headings: Headings, language: str) -> Row:
    """A person out of a row, or all that is wrong with it."""
    problems: list[Problem] = []
    faulty: set[str] = set()

    def complain(field: str, what: str, fix: str) -> None:
        faulty.add(field)
        problems.append(Problem(raw.where, f"{headings.cell(field, raw.number)} {what}", fix))

    cells = tuple(map(plain, raw.cells))
    if raw.fault:
        problems.append(Problem(raw.where, raw.fault.what, raw.fault.fix))
        return Row(raw.number, raw.where, cells, None, tuple(problems))
    texts: dict[str, str] = {}
    for field, cell in zip(headings.fields, raw.cells, strict=False):
        found = _text(field, cell)
        if field and isinstance(found, Fault):
            complain(field, found.what, found.fix)
        elif field:
            texts[field] = str(found)
    for index, cell in enumerate(cells):
        if cell.strip() and not "".join(headings.names[index : index + 1]):
            what = f"{column_letters(index)}{raw.number} stands under no heading: `{cell[:40]}`"
            fix = "put a cell that holds a comma in quotation marks, or write a heading"
            problems.append(Problem(raw.where, what, fix))
    person = person_of(texts, language, complain)
    if not person.name and "name" not in faulty:
        complain("name", "is empty", "write the name, or delete the row")
    return Row(raw.number, raw.where, cells, None if problems else person, tuple(problems))


def _text(field: str, cell: Cell) -> str | Fault:
    """A cell as the text that its field wants; a fault where a spreadsheet made a day of it."""
    if isinstance(cell, (str, Fault)):
        return cell
    is_day = field == "date" or field.startswith("expires")
    if isinstance(cell, datetime.datetime):
        fix = "keep the day here, and put the time into the column `time`"
        return Fault(f"holds a day and a time, {plain(cell)}", fix)
    if isinstance(cell, datetime.date):
        fix = "format the column as text, and type it anew"
        return str(cell) if is_day else Fault(f"holds a day, {cell}, not text", fix)
    fix = "put it into the column `time`"
    return clock(cell) if field == "time" else Fault(f"holds a time of day, {clock(cell)}", fix)


class _Gathered:
    """The first problems of many, and how many there were."""

    def __init__(self, most: int) -> None:
        self.most, self.count, self.first = most, 0, list[Problem]()

    def add(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        self.count += len(problems)
        self.first += problems[: max(0, self.most - len(self.first))]

    def told(self, where: Location, kind: str) -> tuple[Problem, ...]:
        more = self.count - len(self.first)
        if not more:
            return tuple(self.first)
        what = f"and {more:,} more {kind}s, {self.count:,} in all"
        return (*self.first, Problem(where, what, "begin with those above"))


def _raw_rows(path: Path, file: str, delimiter: str) -> Iterator[RawRow]:
    is_book = path.suffix.lower() in _XLSX
    return book_rows(path, file) if is_book else csv_rows(path, file, delimiter)


def _stamp(path: Path, file: str) -> tuple[int, int]:
    """What tells whether a file was changed."""
    try:
        stat = path.stat()
        if not path.is_file():
            # A pipe or a device has no end that could be looked for.
            problem = Problem(Location(file), "is not a file", "name a .csv or .xlsx file")
            raise ContentError(problem)
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise ContentError(Problem(Location(file), what, "check its name and rights")) from None
    return stat.st_size, stat.st_mtime_ns
