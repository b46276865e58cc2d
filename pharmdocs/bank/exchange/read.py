"""Decks of other programs to notes: packages of Anki's, tables, workbooks, Markdown lists.

What cannot be carried over is told with its place; a file in which nothing can is refused.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pharmdocs.bank.exchange.apkg import read_package
from pharmdocs.bank.exchange.found import Found, clean, notes_of
from pharmdocs.bank.exchange.note import Note
from pharmdocs.bank.exchange.tables import read_table, read_workbook
from pharmdocs.bank.model import Category
from pharmdocs.errors import ContentError, Location, Problem
from pharmdocs.strict import read_text

_META = re.compile(r"^<!--(.*)-->$", re.MULTILINE)


class Content(NamedTuple):
    """The title of a file, if it has one, its notes, and what did not come along.

    Where `categories` are told, the notes name them by their keys.
    """

    title: str
    notes: tuple[Note, ...]
    left: tuple[Problem, ...]
    categories: tuple[Category, ...]


def read_notes(path: Path) -> Content:
    """What a file holds.

    Raises:
        ContentError: it is no such file, or nothing in it is a card.
        SetupError: what this takes is not installed.
    """
    found = _found(path, path.name)
    notes = tuple(notes_of(found))
    if not notes:
        fix = "a line needs a front and a back, parted by a comma or a tab; a list, ## headings"
        raise ContentError(*found.left, Problem(Location(path.name), "has no cards", fix))
    # What it quotes is foreign, and may go to a terminal.
    left = tuple(replace(it, what=clean(it.what)) for it in found.left)
    return Content(clean(found.title), notes, left, tuple(found.categories.values()))


def _found(path: Path, file: str) -> Found:
    ending = path.suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        return read_workbook(path, file)
    if ending == ".apkg":
        return read_package(path, file)
    if ending not in (".csv", ".tsv", ".txt", ".md", ".markdown"):
        fix = "save it as .csv, .tsv, .txt, .xlsx, .apkg or .md"
        raise ContentError(Problem(Location(file), "is of a kind that is not read", fix))
    problems: list[Problem] = []
    text = read_text(path, file, problems)
    if problems:
        raise ContentError(*problems)
    return _lists(text, file) if ending in (".md", ".markdown") else read_table(text, file)


def _lists(text: str, file: str) -> Found:
    """`## Question`, and its answer below."""
    found, at, front = Found(ours=True), 0, ""
    body: list[str] = []

    def done() -> None:
        if front:
            told, answer = _meta("\n".join(body))
            found.add(Location(file, at), {"front": front, "back": answer, **told})
        elif "".join(body).strip():
            what = "a text before the first ## heading belongs to no card"
            found.left.append(Problem(Location(file, at or 1), what, "put a ## question above it"))

    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("# ") and not found.title and not front:
            found.title = line[2:].strip()
        elif line.startswith("## "):
            done()
            at, front, body = number, line[3:].strip(), []
        else:
            body.append(line)
    done()
    return found


def _meta(text: str) -> tuple[dict[str, str], str]:
    """What our own comment says of a card, and the text without it."""
    told: dict[str, str] = {}
    if note := _META.search(text):
        for part in note[1].split(";"):
            key, _, value = part.partition(":")
            if key.strip() in ("id", "category", "tags"):
                told[key.strip()] = value.strip()
        if told:
            text = text[: note.start()] + text[note.end() :]
    return told, text.strip()
