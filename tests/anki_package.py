"""Packages of Anki's as tests want them: a database by hand, older or newer, in a zip archive."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import zstandard

BASIC = ("Basic", ["Front", "Back"], [("Card 1", "{{Front}}", "{{FrontSide}}<hr>{{Back}}")])
Kind = tuple[str, list[str], list[tuple[str, str, str]]]
# Fields, then what differs from: kind 1, no tags, deck 1.
Note = tuple[Sequence[str | bytes], Mapping[str, Any]]

TABLES = """
create table notes (id integer primary key, guid text, mid integer, mod integer, usn integer,
    tags text, flds text, sfld integer, csum integer, flags integer, data text);
create table cards (id integer primary key, nid integer, did integer, ord integer, reps integer,
    odid integer);
create table col (id integer primary key, models text, decks text);
"""
NEWER = """
create table notetypes (id integer primary key, name text collate unicase, config blob);
create table fields (ntid integer, ord integer, name text collate unicase, config blob,
    primary key (ntid, ord)) without rowid;
create table templates (ntid integer, ord integer, name text collate unicase, config blob,
    primary key (ntid, ord)) without rowid;
create table decks (id integer primary key, name text collate unicase);
create unique index names on decks (name);
"""


def note(*fields: str | bytes, **rest: Any) -> Note:
    return fields, rest


def database(
    place: Path,
    notes: Sequence[Note],
    kinds: Sequence[Kind] = (BASIC,),
    decks: Sequence[str] = ("Drugs",),
    newer: bool = False,
    more: str = "",
) -> bytes:
    """The bytes of a database; kinds and decks count from 1, `more` is SQL that is run last."""
    place.unlink(missing_ok=True)
    base = sqlite3.connect(place)
    base.create_collation("unicase", lambda a, b: (a > b) - (a < b))
    base.executescript(TABLES + (NEWER if newer else ""))
    models = {
        str(id_): {
            "name": name,
            "flds": [{"name": it, "ord": at} for at, it in enumerate(fields)],
            "tmpls": [
                {"name": it, "ord": at, "qfmt": front, "afmt": back}
                for at, (it, front, back) in enumerate(cards)
            ],
        }
        for id_, (name, fields, cards) in enumerate(kinds, 1)
    }
    told = {str(id_): {"name": name} for id_, name in enumerate(decks, 1)}
    both = ("", "") if newer else (json.dumps(models), json.dumps(told))
    base.execute("insert into col values (1, ?, ?)", both)
    for id_, (name, fields, cards) in enumerate(kinds, 1) if newer else ():
        base.execute("insert into notetypes values (?, ?, x'')", (id_, name))
        for at, it in enumerate(fields):
            base.execute("insert into fields values (?, ?, ?, x'')", (id_, at, it))
        for at, (it, front, back) in enumerate(cards):
            config = message(1, front.encode()) + message(2, back.encode()) + b"\x40\x81\x01"
            base.execute("insert into templates values (?, ?, ?, ?)", (id_, at, it, config))
    for id_, name in enumerate(decks, 1) if newer else ():
        base.execute("insert into decks values (?, ?)", (id_, name.replace("::", "\x1f")))
    for id_, (texts, rest) in enumerate(notes, 1):
        joined = b"\x1f".join(it if isinstance(it, bytes) else it.encode() for it in texts)
        kind, tags = rest.get("kind", 1), rest.get("tags", "")
        base.execute(
            "insert into notes values (?, 'x', ?, 0, 0, ?, cast(? as text), '', 0, 0, '')",
            (id_, kind, f" {tags} ", joined),
        )
        card = (id_, rest.get("deck", 1), rest.get("reps", 0), rest.get("home", 0))
        base.execute("insert into cards values (null, ?, ?, 0, ?, ?)", card)
    base.executescript(more)
    base.commit()
    base.close()
    return place.read_bytes()


def message(number: int, data: bytes) -> bytes:
    """A text in a message of Protocol Buffers."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def newest(base: bytes, media: Sequence[str] = ()) -> dict[str, bytes]:
    """The members of a package of today's Anki."""
    squeeze = zstandard.ZstdCompressor().compress
    entries = b"".join(message(1, message(1, name.encode())) for name in media)
    return {
        "meta": b"\x08\x03",
        "collection.anki21b": squeeze(base),
        "collection.anki2": b"an old database that asks to update",
        "media": squeeze(entries),
    }


def patched(data: bytes, name: str, at: int, value: bytes) -> bytes:
    """The archive with other bytes in the directory's entry of a member, `at` bytes into it."""
    out, begin = bytearray(data), 0
    while (begin := data.index(b"PK\x01\x02", begin)) >= 0:
        if data[begin + 46 :].startswith(name.encode()):
            out[begin + at : begin + at + len(value)] = value
            return bytes(out)
        begin += 4
    raise AssertionError(name)
