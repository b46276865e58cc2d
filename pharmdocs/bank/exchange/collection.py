"""A database of Anki's to its notes, kinds of note and decks; nothing that is in it can act.

It is opened to be read alone. Only plain tables are asked, by an authorizer that knows no function,
view or trigger, with bounds on rows, on bytes and on time.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pharmdocs.bank.exchange.found import MOST, clean
from pharmdocs.bank.exchange.package import OLDER, parts_of
from pharmdocs.errors import ContentError, Location, Problem

# A long card has a thousand characters; a picture that somebody wrote into one, a million.
LONGEST = 100_000
# What Anki keeps of one row: in older packages all kinds of note together.
_MOST_BYTES = 30_000_000
_MOST_ROWS = 20 * MOST
_SECONDS = 30.0
_MOST_NAMES = 2_000

_NEEDED = ("notes", "cards", "col")
_NEWER = ("notetypes", "fields", "templates", "decks")
_ANEW = "open it in Anki, choose Tools, Check Database, and export it anew"


@dataclass
class Kind:
    """A kind of note: the names of its fields, and of each card its name and two templates."""

    name: str
    fields: list[str] = field(default_factory=list)
    cards: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """A note as Anki keeps it; None for fields that are too long or no text.

    The deck is that of its first card, with two colons between a deck and one in it.
    """

    kind: int
    fields: tuple[str, ...] | None
    tags: tuple[str, ...]
    deck: str


@dataclass(frozen=True)
class Collection:
    """What a package holds; `studied` is how many cards have been answered."""

    kinds: dict[int, Kind]
    rows: tuple[Row, ...]
    studied: int


def read_collection(path: Path, file: str) -> Collection:
    """Read a database.

    Args:
        path: where it lies; nothing else may write there.
        file: the package's name in messages.

    Raises:
        ContentError: it is no such database, is made to do harm, or holds too much.
    """
    try:
        with closing(_opened(path)) as base:
            names = _tables(base, file)
            base.set_authorizer(_only_plain)
            newer = all(name in names for name in _NEWER)
            kinds, decks = _newer(base) if newer else _older(base)
            places, studied = _cards(base, file, decks)
            return Collection(kinds, tuple(_notes(base, file, places)), studied)
    except sqlite3.Error as error:
        slow = "interrupted" in str(error)
        what = "takes too long to read" if slow else f"holds a damaged collection ({error})"
        raise _refusal(file, what, _ANEW) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        what = "holds a collection whose kinds of note cannot be read"
        raise _refusal(file, what, OLDER) from None


def _opened(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
    until = time.monotonic() + _SECONDS
    base.set_progress_handler(lambda: time.monotonic() > until, 10_000)
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    # Text that is not UTF-8 is one note's misfortune.
    base.text_factory = bytes
    for setting in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
        base.execute(f"PRAGMA {setting}")
    return base


def _tables(base: sqlite3.Connection, file: str) -> set[str]:
    """The plain tables that are read here, when what is needed is among them."""
    plain: set[str] = set()
    asked = base.execute("SELECT type, name, rootpage FROM sqlite_master LIMIT 1000")
    kinds = {_text(name): (_text(kind), page) for kind, name, page in asked}
    for name in (*_NEEDED, *_NEWER):
        # A view or a virtual table has no page of its own.
        kind, page = kinds.get(name, ("", 0))
        if kind == "table" and page:
            columns = base.execute(f"PRAGMA table_xinfo({name})").fetchall()
            if not any(column[6] for column in columns):
                plain.add(name)
                continue
        if name in _NEEDED or kind:
            what = f"is no collection of Anki’s: `{name}` is not a plain table"
            raise _refusal(file, what, _ANEW)
    return plain


def _only_plain(
    action: int, table: str | None, _column: str | None, _base: str | None, inner: str | None
) -> int:
    """Whether SQLite may do what a query asks for: read a column of ours, for nobody else."""
    reads = action == sqlite3.SQLITE_READ and table in (*_NEEDED, *_NEWER) and not inner
    return sqlite3.SQLITE_OK if reads or action == sqlite3.SQLITE_SELECT else sqlite3.SQLITE_DENY


def _newer(base: sqlite3.Connection) -> tuple[dict[int, Kind], dict[int, str]]:
    """Kinds of note and names of decks from tables of their own."""

    def rows(query: str) -> Iterator[tuple[Any, ...]]:
        yield from base.execute(f"{query} LIMIT ?", [_MOST_NAMES])

    kinds = {id_: Kind(_text(name)) for id_, name in rows("SELECT id, name FROM notetypes")}
    # Anki leaves fields and templates of kinds behind that it did not export.
    other = Kind("")
    for kind, _, name in sorted(rows("SELECT ntid, ord, name FROM fields")):
        kinds.get(kind, other).fields.append(_text(name))
    for kind, _, name, config in sorted(rows("SELECT ntid, ord, name, config FROM templates")):
        front, back = (_text(next(parts_of(config, number), b"")) for number in (1, 2))
        kinds.get(kind, other).cards.append((_text(name), front, back))
    decks = rows("SELECT id, name FROM decks")
    return kinds, {id_: _text(name).replace("\x1f", "::") for id_, name in decks}


def _older(base: sqlite3.Connection) -> tuple[dict[int, Kind], dict[int, str]]:
    """The same from JSON in the one row of `col`."""
    models, decks = base.execute("SELECT models, decks FROM col LIMIT 1").fetchone()
    kinds = {}
    for id_, model in json.loads(models).items():
        fields = sorted(model["flds"], key=lambda it: int(it["ord"]))
        cards = sorted(model["tmpls"], key=lambda it: int(it["ord"]))
        kinds[int(id_)] = Kind(
            str(model["name"]),
            [str(it["name"]) for it in fields],
            [(str(it["name"]), str(it["qfmt"]), str(it["afmt"])) for it in cards],
        )
    return kinds, {int(id_): str(deck["name"]) for id_, deck in json.loads(decks).items()}


def _cards(
    base: sqlite3.Connection, file: str, decks: dict[int, str]
) -> tuple[dict[int, str], int]:
    """The deck of each note, by its first card, and how many cards have been answered."""
    places: dict[int, tuple[int, str]] = {}
    studied = 0
    query = "SELECT nid, ord, did, odid, reps FROM cards LIMIT ?"
    rows = base.execute(query, [_MOST_ROWS + 1])
    for count, (note, number, deck, home, reps) in enumerate(rows):
        if count == _MOST_ROWS:
            raise _refusal(file, f"has more than {_MOST_ROWS:,} cards", "export a deck at a time")
        # A filtered deck borrows its cards.
        found = (int(number), decks.get(home or deck, ""))
        places[note] = min(places.get(note, found), found)
        studied += bool(reps)
    return {note: deck for note, (_, deck) in places.items()}, studied


def _notes(base: sqlite3.Connection, file: str, places: dict[int, str]) -> Iterator[Row]:
    rows = base.execute("SELECT id, mid, tags, flds FROM notes ORDER BY id LIMIT ?", [MOST + 1])
    for count, (id_, kind, tags, texts) in enumerate(rows):
        if count == MOST:
            raise _refusal(file, f"has more than {MOST:,} notes", "export a deck at a time")
        try:
            found = _text(texts) if len(texts) <= LONGEST else None
        except (UnicodeDecodeError, TypeError):
            found = None
        fields = None if found is None else tuple(found.split("\x1f"))
        words = (tags if isinstance(tags, bytes) else b"").decode("utf-8", "replace").split()
        yield Row(kind, fields, tuple(words), places.get(id_, ""))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _refusal(file: str, what: str, fix: str) -> ContentError:
    return ContentError(Problem(Location(file), clean(what)[:300], fix))
