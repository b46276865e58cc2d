"""Tables to raw notes: CSV, TSV with Anki's header lines, and Excel's workbooks.

A table may have headings or not; without them the first column is the front, the second the back.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from pharmdocs.bank.exchange.found import Found
from pharmdocs.errors import ContentError, Fault, Location, Problem
from pharmdocs.strict.cells import column_letters, plain
from pharmdocs.strict.workbook import beside, check_xlsx, xlsx_rows

# What other programs and people call the columns.
NAMES = {
    "front": ("front", "question", "term", "prompt", "q"),
    "back": ("back", "answer", "definition", "a", "meaning"),
    "id": ("id", "guid", "key", "no", "number"),
    "category": ("category", "deck", "topic", "subject", "chapter"),
    "tags": ("tags", "tag", "labels"),
}
_SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}


def read_table(text: str, file: str) -> Found:
    """The rows of a text file, after Anki's header lines where it has some.

    Raises:
        ContentError: a quotation mark is not closed, or there are too many rows.
    """
    found, told = Found(), dict[str, str]()
    lines = text.split("\n")
    start = 0
    while start < len(lines) and lines[start].startswith("#") and ":" in lines[start]:
        key, _, value = lines[start][1:].partition(":")
        told[key.strip().lower()] = value.strip()
        start += 1
    found.html = told.get("html", "").lower() == "true"
    sign = told.get("separator", "")
    sign = _SIGNS.get(sign.lower(), sign[:1]) or _sign(lines[start] if start < len(lines) else "")
    _take(_csv_rows(lines[start:], file, start, sign), found, *_told_columns(told, sign))
    return found


def read_workbook(path: Path, file: str) -> Found:
    """The rows of a workbook's first sheet to see.

    Raises:
        ContentError: it is none that can be read, or there are too many rows.
        SetupError: what this takes is not installed.
    """
    check_xlsx(path, file)
    found = Found(left=beside(path, file))
    _take(_xlsx_rows(path, file, found), found, {})
    return found


def _csv_rows(
    lines: list[str], file: str, before: int, sign: str
) -> Iterator[tuple[Location, list[str]]]:
    """Rows with their lines; `before` is how many lines stand above them in the file."""
    rows = csv.reader(io.StringIO("\n".join(lines)), delimiter=sign, strict=True)
    line = before + 1
    try:
        for row in rows:
            at, line = line, before + rows.line_num + 1
            yield Location(file, at), row
    except csv.Error as error:
        if "field larger" in str(error):
            what = f"a cell of more than {csv.field_size_limit():,} characters"
            fix = "shorten it, or close the quotation mark before it"
            raise ContentError(Problem(Location(file, line), what, fix)) from None
        what = "a quotation mark that is not closed, or stands inside a cell"
        fix = 'put the cell between " and ", and write each " inside it twice'
        raise ContentError(Problem(Location(file, line), what, fix)) from None


def _xlsx_rows(path: Path, file: str, found: Found) -> Iterator[tuple[Location, list[str]]]:
    """Rows as text; a cell that cannot be taken as it is shown is told."""
    for raw in xlsx_rows(path, file):
        if raw.fault:
            found.left.append(Problem(raw.where, raw.fault.what, raw.fault.fix))
        for at, cell in enumerate(raw.cells):
            where = f"{column_letters(at)}{raw.number}"
            if isinstance(cell, Fault):
                what = f"{where} {cell.what}, and was left out"
                found.left.append(Problem(raw.where, what, cell.fix))
            elif not isinstance(cell, str):
                # Excel makes a day of 1-2, and nobody sees it.
                what = f"{where} holds a day or a time, which was written as {plain(cell)}"
                fix = "format the column as text and type it anew, if something else was meant"
                found.left.append(Problem(raw.where, what, fix))
        yield raw.where, [plain(cell) for cell in raw.cells]


def _take(
    rows: Iterable[tuple[Location, list[str]]],
    found: Found,
    columns: Mapping[str, int],
    passed: Collection[int] = (),
) -> None:
    """Rows to raw notes; the first one may be headings where the columns are not known.

    Args:
        rows: with their places.
        found: gets the notes, and what stands in no column.
        columns: which column tells what, if that is known.
        passed: columns that are of no use here, and no loss.
    """
    heads: list[str] = []
    unread: dict[int, list[Location]] = {}
    for where, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if not columns:
            columns = _columns(row)
            found.ours = [*columns] == ["id", "front", "back", "category", "tags"]
            if columns:
                heads = [cell.strip() for cell in row]
                continue
            columns = {"front": 0, "back": 1}
        found.add(where, _cells(row, columns))
        for at, cell in enumerate(row):
            if not cell.strip() or at in columns.values() or at in passed:
                continue
            if "".join(heads[at : at + 1]):
                unread.setdefault(at, []).append(where)
                continue
            what = f"a cell that belongs to no column: `{cell.strip()[:40]}`"
            found.left.append(Problem(where, what, "give its column a heading"))
    for at, places in unread.items():
        cells = "one cell" if len(places) == 1 else f"{len(places)} cells"
        what = f"the column `{heads[at][:40]}` is not read, and {cells} of it were left out"
        fix = "write it into the back, or call it by a name that is read: " + ", ".join(NAMES)
        found.left.append(Problem(places[0], what, fix))


def _sign(line: str) -> str:
    """What parts the cells of the first line: what makes headings of it, else a tab, else most."""
    signs = ("\t", ",", ";")
    for sign in signs:
        if _columns(line.split(sign)):
            return sign
    # A semicolon ends what HTML writes for a sign.
    plain = re.sub(r"&#?\w+;", "", line)
    return "\t" if "\t" in plain else max(signs[1:], key=plain.count)


def _columns(row: list[str]) -> dict[str, int]:
    """Which column tells what, by the headings; nothing where there are none."""
    heads = [cell.strip().lower() for cell in row]
    found = {
        name: next(at for at, head in enumerate(heads) if head in known)
        for name, known in NAMES.items()
        if any(head in known for head in heads)
    }
    order = sorted(found, key=lambda name: found[name])
    return {name: found[name] for name in order} if {"front", "back"} <= found.keys() else {}


def _told_columns(told: Mapping[str, str], sign: str) -> tuple[dict[str, int], set[int]]:
    """The columns as Anki's header lines name them, and the one of the kind of note.

    The others in order are front and back.
    """

    def column(what: str) -> int | None:
        number = told.get(f"{what} column", "")
        return int(number) - 1 if number.isdecimal() and 0 < len(number) < 4 else None

    known = (("guid", "id"), ("deck", "category"), ("tags", "tags"))
    named = {name: at for what, name in known if (at := column(what)) is not None}
    kind = column("notetype")
    passed = set() if kind is None else {kind}
    if told.get("columns"):
        named = {**_columns(told["columns"].split(sign)), **named}
    if not named and not passed:
        return {}, passed
    free = (at for at in range(1000) if at not in {*named.values(), *passed})
    for name in ("front", "back"):
        if name not in named:
            named[name] = next(free)
    return named, passed


def _cells(row: list[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
