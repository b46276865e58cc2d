"""Notes to a bank of one's own: bank.toml and cards.csv, which builds as it is."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

from pharmdocs.bank.exchange.found import key_of
from pharmdocs.bank.exchange.note import Deck, Note
from pharmdocs.bank.exchange.written import to_csv
from pharmdocs.bank.model import SHAPES, Category

# Dark enough for text on white, and apart from each other.
_COLORS = ("#0b5c6b", "#8a3a12", "#7a2e5f", "#2b4f8f", "#2f5d27", "#5a4a00")


def deck_from(
    name: str, title: str, language: str, notes: Sequence[Note], known: Sequence[Category] = ()
) -> Deck:
    """The notes, filed under categories with a shape and a color each.

    A note without a category goes under the title. Anki parts the names of decks within decks by
    two colons; the last one is taken. Categories that are known, by their keys, keep their looks.
    """
    names = dict.fromkeys(note.category or title for note in notes)
    looks: dict[str, Category] = {}
    for it in known:
        # Where two banks meet, a shape may mark one of theirs each.
        if it.key in names and it.shape not in {other.shape for other in looks.values()}:
            looks[it.key] = it
    keys = {one: one for one in names if one in looks}
    for one in names:
        key = keys.get(one) or key_of(one)
        while one not in keys and key in keys.values():
            key = f"{key[:18]}-{len(keys) + 1}"
        keys[one] = key
    filed = tuple(replace(note, category=keys[note.category or title]) for note in notes)
    taken = {it.shape for it in looks.values()}
    pairs = [*zip(SHAPES, _COLORS, strict=True)]
    free = cycle([pair for pair in pairs if pair[0] not in taken] or pairs)
    called = {it.key: it.name for it in known}
    categories = []
    for one in names:
        if one in looks:
            categories.append(looks[one])
            continue
        label = " ".join(called.get(one, one.split("::")[-1]).split())[:40]
        categories.append(Category(keys[one], label or keys[one], *next(free), ""))
    return Deck(name, title, language, tuple(categories), filed)


def files_of(deck: Deck, date: str) -> dict[str, bytes]:
    """The bank's files by name; `date` is the day of its first edition."""
    head = {
        "name": deck.name, "title": deck.title[:60], "language": deck.language, "version": "1.0",
        "date": date, "author": "unknown",
    }  # fmt: skip
    lines = ["format = 1", *(f"{key} = {_string(value)}" for key, value in head.items())]
    for it in deck.categories:
        lines += ["", f"[categories.{it.key}]", f"name = {_string(it.name)}"]
        lines += [f"shape = {_string(it.shape)}", f"color = {_string(it.color)}"]
    return {
        "bank.toml": ("\n".join(lines) + "\n").encode(),
        "cards.csv": to_csv(deck).encode(),
    }


def _string(text: str) -> str:
    """A basic string of TOML; those of JSON are."""
    return json.dumps(re.sub(r"\s+", " ", text), ensure_ascii=False).replace("\x7f", "")
