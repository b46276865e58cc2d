"""Rows of a workbook, as they come: unpacked and read in a child with limits.

Nothing is known of such a file. It may be damaged, or small and unpack to more than there is
memory; whoever reads it must not take the program along.
"""

from collections.abc import Iterator
from pathlib import Path

from pharmdocs.errors import ContentError, LayoutError, Location, Problem
from pharmdocs.pool import Limits, guarded, streamed
from pharmdocs.strict.cells import RawRow
from pharmdocs.strict.workbook import check_xlsx, loaded, xlsx_rows

# For each walk through the file; 100,000 people of eight columns take half a minute and 100 MB.
_LIMITS = Limits(memory=2_000_000_000, cpu=120, wall=300)
# A child hands over rows of about so many characters at once, or so many rows.
_CHARACTERS, _ROWS = 100_000, 500


def check_book(path: Path, file: str) -> tuple[str, ...]:
    """As `check_xlsx` has it; ContentError also when that takes too much memory or time."""
    # Children have what the parent has loaded, each walk through the file anew.
    loaded(file)
    try:
        return guarded(_check, (path, file), _LIMITS)
    except LayoutError:
        raise _too_much(file) from None


def book_rows(path: Path, file: str) -> Iterator[RawRow]:
    """The rows that are not blank, the headings among them. `check_book` has passed the file.

    Raises:
        ContentError: the file is damaged, or takes too much memory or time.
    """
    try:
        for rows in streamed(_some_rows, (path, file), _LIMITS):
            yield from rows
    except LayoutError:
        raise _too_much(file) from None


def _check(book: tuple[Path, str]) -> tuple[str, ...]:
    return check_xlsx(*book)


def _some_rows(book: tuple[Path, str]) -> Iterator[list[RawRow]]:
    some: list[RawRow] = []
    size = 0
    for row in xlsx_rows(*book):
        some.append(row)
        size += sum(len(cell) for cell in row.cells if isinstance(cell, str))
        if size > _CHARACTERS or len(some) >= _ROWS:
            yield some
            some, size = [], 0
    yield some


def _too_much(file: str) -> ContentError:
    what = "is damaged, or takes more memory or time than any roster needs"
    fix = "save it as CSV UTF-8, or in parts"
    return ContentError(Problem(Location(file), what, fix))
