"""Rows of a CSV file, one after the other: a fault in one row costs that row and no other.

UTF-8 with or without its mark; cells parted by commas, semicolons or tabs. The file is looked
through once before the first row, so that no row is followed by a surprise about its letters.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from pharmdocs.errors import ContentError, Fault, Location, Problem
from pharmdocs.strict.cells import MOST_CELLS, RawRow, armed, too_many

DELIMITERS = (",", ";", "\t")
# No row of people comes near it; a picture or a program that was given by mistake does.
_LONGEST_LINE = 1_000_000

# Excel reads such a first line, which names the sign between the cells, and does not count it.
_TOLD = re.compile(r'"?sep=([,;\t])"?')

_SAVE = "save it as CSV UTF-8 (in Excel: Save As, “CSV UTF-8 (Comma delimited)”)"


def check_csv(path: Path, file: str, score: Callable[[list[str]], int]) -> str:
    """Look through the whole file for what is no UTF-8 text; the sign that parts its cells.

    Args:
        path: the file.
        file: its name in messages.
        score: how many of some words are headings; the sign is the one that makes most of them.

    Raises:
        ContentError: with the line, what the file looks like, and how to save it again.
    """
    line, head = 0, ""
    for line, data in enumerate(_lines_of(path, file), 1):
        if line == 1 and (kind := _other_kind(data)):
            raise _refusal(file, 0, *kind)
        if len(data) > _LONGEST_LINE:
            raise _refusal(file, line, "has a line of more than a million bytes", _SAVE)
        if b"\x00" in data:
            raise _refusal(file, line, "holds a null byte", _SAVE)
        try:
            text = data.decode("utf-8-sig" if line == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            at = line + len(re.findall(rb"\r(?!\n)", data[: error.start]))
            raise _refusal(file, at, _guess(data, error.start), _SAVE) from None
        head = head or text.partition("\r")[0]
    if told := _TOLD.fullmatch(head):
        return told[1]
    return max(DELIMITERS, key=lambda sign: _likelihood(head, sign, score))


def csv_rows(path: Path, file: str, delimiter: str) -> Iterator[RawRow]:
    """The rows that are not blank, the headings among them. `check_csv` has passed the file."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        feed, line = _Feed(lines), 1
        if _TOLD.fullmatch(next(feed, "").strip()):
            line = 2
        else:
            feed.hand_back(0)
        yield from _rows(feed, file, delimiter, line)


class _Feed:
    """Lines that can be handed back; knows those taken since the last row."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines, self.waiting, self.taken = lines, deque[str](), list[str]()
        self.size = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.lines)
        self.taken.append(line)
        self.size += len(line)
        if self.size > _LONGEST_LINE and len(self.taken) > 1:
            # Cells of several lines each could make one row of the whole file.
            raise csv.Error
        return line

    def hand_back(self, kept: int) -> None:
        """Give the taken lines again, but for the first ones."""
        self.waiting.extendleft(reversed(self.taken[kept:]))
        del self.taken[kept:]

    def begin(self) -> None:
        """Forget what was taken: a row begins."""
        self.taken.clear()
        self.size = 0


def _rows(feed: _Feed, file: str, delimiter: str, line: int) -> Iterator[RawRow]:
    number = 0
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin()
        where, number, fault = Location(file, line), number + 1, None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # What an open quotation mark swallowed are rows of their own.
            feed.hand_back(1)
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
            cells = [feed.taken[0].rstrip("\r\n")]
            what = "a quotation mark that is not closed, or stands inside a cell"
            fix = 'put the cell between " and ", and write each " inside it twice'
            fault = Fault(what, fix)
        line += len(feed.taken)
        if any(cell.strip() for cell in cells):
            fault = fault or too_many(len(cells))
            yield RawRow(number, where, tuple(map(armed, cells[:MOST_CELLS])), fault)


def _likelihood(head: str, sign: str, score: Callable[[list[str]], int]) -> tuple[int, int]:
    """How well a sign parts the headings: those it makes known, then all it makes."""
    try:
        words = next(csv.reader([head], delimiter=sign), [])[:MOST_CELLS]
    except csv.Error:
        return (0, 0)
    return (score(words), len(words))


def _lines_of(path: Path, file: str) -> Iterator[bytes]:
    try:
        with path.open("rb") as data:
            yield from iter(lambda: data.readline(_LONGEST_LINE + 1), b"")
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise _refusal(file, 0, what, "check its name and rights") from None


def _refusal(file: str, line: int, what: str, fix: str) -> ContentError:
    return ContentError(Problem(Location(file, line), what, fix))


def _other_kind(start: bytes) -> tuple[str, str] | None:
    """What a file is that is no text of bytes, by its first ones, and what to do."""
    if start.startswith(b"PK\x03\x04"):
        return "is a workbook, not CSV", "let its name end in .xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "is an old or a locked workbook, not CSV", _SAVE
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in start[:4]:
        return "is not UTF-8 text; it looks like UTF-16 (Excel’s “Unicode Text”)", _SAVE
    return None


def _guess(data: bytes, at: int) -> str:
    """What is told of a line that is not UTF-8: its likely encoding, and how a word then reads."""
    # Accented letters lie from 0xC0 on in Windows-1252, below 0xA0 on an old Mac, where the other
    # has quotation marks and dashes.
    high = [byte for byte in data if byte >= 0x80]
    mac = [byte for byte in high if byte < 0xA0 and byte not in b"\x85\x91\x92\x93\x94\x96\x97"]
    name, codec = ("Mac OS Roman", "mac_roman") if mac else ("Windows-1252", "cp1252")
    word = re.split(rb"[\s,;\"]", data[:at])[-1] + re.split(rb"[\s,;\"]", data[at:])[0]
    reads = word.decode(codec, "replace")[:30]
    return f"is not UTF-8 text; it looks like {name}, in which a word here is `{reads}`"
