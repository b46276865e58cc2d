"""A deck of another program to a bank of the project, written whole or not at all.

Nothing is known of such a file. It may be damaged or made to do harm, so it is read in a child with
limits, and what comes of it passes the checks of every bank before it takes its place.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from pharmdocs.bank.exchange.bank import deck_from, files_of
from pharmdocs.bank.exchange.found import key_of
from pharmdocs.bank.exchange.read import read_notes
from pharmdocs.bank.load import load_bank
from pharmdocs.build import write_together
from pharmdocs.errors import (
    ContentError,
    LayoutError,
    Location,
    OutputError,
    Problem,
    SelectionError,
)
from pharmdocs.pool import Limits, guarded
from pharmdocs.project import Project
from pharmdocs.staging import together
from pharmdocs.strict.text import MAX_BYTES

LEFT_OUT = "left-out.txt"
# 20,000 notes of HTML take a minute, and a database of 250 MB less than a gigabyte.
_LIMITS = Limits(memory=2_000_000_000, cpu=300, wall=900)


@dataclass(frozen=True)
class Imported:
    """A new bank: its folder, name, how many cards and categories, and what did not come along.

    All of that stands in LEFT_OUT in the folder as well.
    """

    folder: Path
    name: str
    cards: int
    categories: int
    left: tuple[Problem, ...]


def import_deck(
    project: Project, file: Path, name: str, title: str, language: str, date: str
) -> Imported:
    """Make a bank of a file.

    Args:
        project: gets the bank.
        file: the deck.
        name: the bank's; the file's when empty.
        title: the bank's; the deck's or the file's when empty.
        language: a tag.
        date: the day of its first edition.

    Raises:
        SelectionError: the name cannot be a bank's.
        OutputError: there is a bank of that name already.
        ContentError: nothing in the file is a card, or it is no such file.
        SetupError: what this takes is not installed.
    """
    name = name or key_of(file.stem)
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        fix = "use small letters, digits and hyphens, a letter first"
        raise SelectionError(Problem(None, f"`{name}` cannot be a bank’s name", fix))
    folder = project.root / "content" / name
    if folder.exists():
        what = f"there is a bank {name} already, and nothing in it is changed"
        raise OutputError(Problem(None, what, "name another: --name NAME"))
    try:
        content = guarded(read_notes, file, _LIMITS)
    except LayoutError:
        what = "is damaged, or takes more memory or time than any deck needs"
        fix = "open it in the program that wrote it, and export it anew or in parts"
        raise ContentError(Problem(Location(file.name), what, fix)) from None
    title = title or content.title or re.sub(r"[-_]+", " ", file.stem).strip().capitalize()
    deck = deck_from(name, title, language, content.notes, content.categories)
    files = files_of(deck, date)
    if any(len(data) > MAX_BYTES for data in files.values()):
        what = f"makes a bank of more than {MAX_BYTES // 1_000_000} MB, which no build reads"
        raise ContentError(Problem(Location(file.name), what, "export a deck or a tag at a time"))
    if content.left:
        files[LEFT_OUT] = "".join(f"{problem}\n" for problem in content.left).encode()
    with together(folder, elsewhere="") as scratch:
        write_together({scratch / file_: data for file_, data in files.items()}, elsewhere="")
        load_bank(scratch, f"content/{name}")
    return Imported(folder, name, len(deck.notes), len(deck.categories), content.left)
