"""Rows of an Excel workbook's first sheet, one after the other, as the sheet shows them.

Days and times come as such; formulas with the value that was last worked out; figures typed as
text keep their zeros, and numbers the unit or percent sign that their format shows. openpyxl is an
extra: whoever has no workbooks need not have it.
"""

import datetime
import itertools
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pharmdocs.errors import ContentError, Fault, Location, Problem, SetupError
from pharmdocs.strict.cells import MOST_CELLS, Cell, RawRow, too_many

# Unpacked. 100,000 people come to half of it; a bomb of zeros to more.
_MOST_BYTES = 200_000_000
# Excel keeps this many figures of a number and makes zeros of the rest.
_FIGURES = 15
_AT_ONCE = 500
# Excel's own limits. What is beyond them was not written by it.
_MOST_ROWS, _MOST_SIGNS = 1_048_576, 32_767
# A row of all its 500 cells can hold 16 million; no row of people or cards has a million.
_LONGEST_ROW = 1_000_000
# How a number is shown with words or a sign beside its figures: 0 "mg", 0.0%, "No. "000.
_WORDED = re.compile(r'((?:"[^"]*"|\\.)*)([#0,.?]+)(%?)((?:"[^"]*"|\\.| )*)')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')

_SAVE = "open it in Excel and save it anew as .xlsx, or as CSV UTF-8"


def check_xlsx(path: Path, file: str) -> tuple[str, ...]:
    """Look at the workbook; the names of further sheets that hold something and are not read.

    Raises:
        ContentError: no workbook, a locked or an endless one, or one without a sheet to see.
        SetupError: openpyxl is not installed.
    """
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise _refusal(file, what, "check its name and rights") from None
    except zipfile.BadZipFile:
        with path.open("rb") as data:
            is_old = data.read(4) == b"\xd0\xcf\x11\xe0"
        what = "is an old or a locked workbook" if is_old else "is not a workbook"
        raise _refusal(file, what, "save it as .xlsx without a password") from None
    if size > _MOST_BYTES:
        raise _refusal(file, "unpacks to more than 200 MB", "split it into several files")
    with _workbook(path, file, values=True) as book:
        _, *others = _visible(book, file)
        return tuple(sheet.title for sheet in others if _holds_anything(sheet))


def xlsx_rows(path: Path, file: str) -> Iterator[RawRow]:
    """The rows that are not blank, the headings among them. `check_xlsx` has passed the file."""
    with _workbook(path, file, values=True) as book, _formulas(path, file) as formulas:
        for number, (cells, sources) in enumerate(
            zip(_calmly(_sheet_rows(book, file), file), formulas, strict=False), 1
        ):
            if number > _MOST_ROWS:
                what = f"has more than {_MOST_ROWS:,} rows, which no program of sheets writes"
                raise _refusal(file, what, _SAVE)
            found = [_cell(cell, source) for cell, source in itertools.zip_longest(cells, sources)]
            while found and isinstance(found[-1], str) and not found[-1].strip():
                found.pop()
            if found:
                yield _row(number, file, found)


def beside(path: Path, file: str) -> list[Problem]:
    """What a workbook holds that is in no row: sheets, merged cells, pictures, comments.

    `check_xlsx` has passed the file.
    """
    found: list[tuple[str, str]] = []
    with _workbook(path, file, values=True) as book:
        first = _visible(book, file)[0]
        sheets = [it for it in book.worksheets if it is not first and _holds_anything(it)]
        # Where the part lies is written nowhere else.
        part = str(first._worksheet_path).lstrip("/")
    for sheet in sheets:
        kind = "sheet" if sheet.sheet_state == "visible" else "hidden sheet"
        fix = "save it as a file of its own, if it is wanted"
        found.append((f"the {kind} `{sheet.title}` is not read, only the first one to see", fix))
    with zipfile.ZipFile(path) as parts, _told(file):
        merged = list(dict.fromkeys(it[1].decode() for it in _matches(parts, part, _MERGED)))
        names = parts.namelist()
    if merged:
        rest = len(merged) - 1
        more = f" and {rest} other range{'s' if rest > 1 else ''}" if rest else ""
        what = f"the cells {merged[0]}{more} are merged, so only the first of them holds the text"
        found.append((what, "unmerge them, and write the text into each cell that it is for"))
    if pictures := sum(name.startswith("xl/media/") for name in names):
        kind = "a picture is" if pictures == 1 else f"{pictures} pictures are"
        fix = "put them into the bank’s folder and name them: ![what it shows](file.png)"
        found.append((f"{kind} left out", fix))
    if any(re.match(r"xl/(threadedC|c)omments", name) for name in names):
        found.append(("comments on cells are left out", "write them into a cell, if need be"))
    return [Problem(Location(file), what, fix) for what, fix in found]


def _row(number: int, file: str, cells: list[Cell]) -> RawRow:
    """A row, cut where it is longer than any that is one."""
    fault, cells = too_many(len(cells)), cells[:MOST_CELLS]
    if sum(len(cell) for cell in cells if isinstance(cell, str)) > _LONGEST_ROW:
        fault = Fault(f"a row of more than {_LONGEST_ROW:,} characters", "shorten its cells")
        cells = [cell[:40] if isinstance(cell, str) else cell for cell in cells]
    return RawRow(number, Location(file, number), tuple(cells), fault)


def _cell(cell: Any, source: Any) -> Cell:
    """A cell as the sheet shows it; a fault when that cannot be known."""
    value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "")
    if value is None:
        # A formula that came to an empty text is of the kind str.
        is_open = getattr(source, "data_type", "") == "f" and kind != "str"
        fix = "open the file in Excel and save it, or write the value itself"
        return Fault("holds a formula that nobody has worked out", fix) if is_open else ""
    if kind == "e":
        return Fault(f"shows the error {value}", "mend the formula, or write the value")
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return _moment(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value, str(cell.number_format))
    if len(text := str(value)) > _MOST_SIGNS:
        return Fault(f"holds {len(text):,} characters", f"shorten it to {_MOST_SIGNS:,} or less")
    return text.upper() if isinstance(value, bool) else text


def _moment(value: datetime.date | datetime.time | datetime.timedelta) -> Cell:
    """A day, a time of day, or both; a stretch of time within a day is a time of day."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    if not isinstance(value, datetime.timedelta):
        return value
    minutes = round(value.total_seconds() / 60)
    inside = 0 <= minutes < 24 * 60
    return datetime.time(minutes // 60, minutes % 60) if inside else str(value)


def _number(value: int | float, shape: str) -> Cell:
    """A number in figures, without a .0, with the zeros, words and signs that its format adds."""
    if abs(value) >= 10**_FIGURES:
        fix = "format the column as text, and type the figures anew"
        what = f"is a number of more than {_FIGURES} figures, whose last ones Excel lost"
        return Fault(what, fix)
    worded = _WORDED.fullmatch(shape.partition(";")[0])
    before, figures, percent, after = worded.groups() if worded else ("", "", "", "")
    text = f"{value * 100 if percent else value:.{_FIGURES}g}"
    if re.fullmatch(r"0+", figures) and value >= 0:
        text = text.zfill(len(figures))
    return _words(before) + text + percent + _words(after)


def _words(shape: str) -> str:
    return re.sub(r'"([^"]*)"|\\(.)', r"\1\2", shape)


def loaded(file: str) -> Any:
    """The module openpyxl.

    Raises:
        SetupError: it is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        fix = "install it with pip install 'pharmdocs[xlsx]', or save the file as CSV UTF-8"
        problem = Problem(Location(file), "openpyxl, which reads workbooks, is missing", fix)
        raise SetupError(problem) from None
    return openpyxl


@contextmanager
def _workbook(path: Path, file: str, values: bool) -> Iterator[Any]:
    openpyxl = loaded(file)
    with _told(file), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True, data_only=values, keep_links=False)
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _formulas(path: Path, file: str) -> Iterator[Iterator[Any]]:
    """The same rows with their formulas; without any when the workbook has none."""
    if not _has_formulas(path):
        yield itertools.repeat(())
        return
    with _workbook(path, file, values=False) as book:
        yield _calmly(_sheet_rows(book, file), file)


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as parts:
        for part in parts.namelist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", part):
                continue
            if any(_matches(parts, part, re.compile(rb"<f[ >/]"))):
                return True
    return False


def _matches(
    parts: zipfile.ZipFile, part: str, sought: re.Pattern[bytes]
) -> Iterator[re.Match[bytes]]:
    """Where a short pattern stands in a part, however long that is; perhaps twice in one place."""
    with parts.open(part) as data:
        end = b""
        while chunk := data.read(1 << 20):
            yield from sought.finditer(end + chunk)
            end = chunk[-200:]


def _visible(book: Any, file: str) -> list[Any]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise _refusal(file, "has no sheet to see", "put the rows on its first sheet")
    return sheets


def _sheet_rows(book: Any, file: str) -> Iterator[Any]:
    sheet = _visible(book, file)[0]
    # Some programs write a size that is not the sheet's.
    sheet.reset_dimensions()
    return iter(sheet.rows)


def _holds_anything(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(cell.value is not None for row in itertools.islice(sheet.rows, 100) for cell in row)


def _calmly(rows: Iterator[Any], file: str) -> Iterator[Any]:
    """The rows, without what openpyxl warns of: looks and links of the sheet that we do not use."""
    while True:
        with _told(file), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            some = list(itertools.islice(rows, _AT_ONCE))
        if not some:
            return
        yield from some


@contextmanager
def _told(file: str) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        # Whatever a damaged workbook makes openpyxl or the XML parser raise.
        what = f"cannot be read as a workbook ({type(error).__name__})"
        raise _refusal(file, what, _SAVE) from error


def _refusal(file: str, what: str, fix: str) -> ContentError:
    return ContentError(Problem(Location(file), what, fix))
