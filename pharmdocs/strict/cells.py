"""What a file of rows gives, whatever its format: cells, and where they stand."""

import datetime
import re
from typing import NamedTuple

from pharmdocs.errors import Fault, Location

# Far more than anybody has to tell of a person; a table that is no roster has more.
MOST_CELLS = 500

# A spreadsheet knows days and times of day; a fault is a cell that cannot be taken as it is.
Cell = str | datetime.datetime | datetime.date | datetime.time | Fault


class RawRow(NamedTuple):
    """A row that is not blank. `fault` is what is wrong with all of it.

    The number counts as a spreadsheet does, from 1 and with blank rows. The place is the line of a
    text file, where cells of several lines make it a later one.
    """

    number: int
    where: Location
    cells: tuple[Cell, ...]
    fault: Fault | None = None


def too_many(count: int) -> Fault | None:
    """What is wrong with a row of so many cells."""
    if count <= MOST_CELLS:
        return None
    return Fault(f"a row of {count:,} cells", f"a roster has at most {MOST_CELLS} columns")


def column_letters(index: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def plain(cell: Cell) -> str:
    """A cell as it is written into a text file: days as 2026-12-03, a fault as nothing."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Fault):
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, datetime.date) else clock(cell)


def clock(time: datetime.time) -> str:
    """A time of day as a spreadsheet of the United States shows it: 10:30 AM."""
    return f"{time.hour % 12 or 12}:{time.minute:02} {'AM' if time.hour < 12 else 'PM'}"


# What makes a spreadsheet take text for a formula, at the beginning of a cell or of what another
# reader, which splits at another sign, takes for one; our mark is the apostrophe before it.
_DANGER = r"(^|[,;\t\r\n])([^\S\t\r\n]*)('*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])"


def disarmed(text: str) -> str:
    """The text, marked where a spreadsheet would take it for a formula; `armed` takes it back."""
    return re.sub(_DANGER, r"\1\2'\3", text)


def armed(text: str) -> str:
    """The text without the marks that `disarmed` or a careful spreadsheet put into it."""
    return re.sub(_DANGER, lambda m: f"{m[1]}{m[2]}{m[3][1:]}", text)
