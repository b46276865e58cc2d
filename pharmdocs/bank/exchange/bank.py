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


def deck_from(name: str, title: str, language: str, notes: Sequence[Note]) -> Deck:
    """The notes, filed under categories with a shape and a color each.

    A note without a category goes under the title. Anki parts the names of decks within decks by
    two colons; the last one is taken.
    """
    names = dict.fromkeys(note.category or title for note in notes)
    keys: dict[str, str] = {}
    for one in names:
        key = key_of(one)
        while key in keys.values():
            key = f"{key[:18]}-{len(keys) + 1}"
        keys[one] = key
    filed = tuple(replace(note, category=keys[note.category or title]) for note in notes)
    looks = cycle(zip(SHAPES, _COLORS, strict=True))
    categories = tuple(
        Category(key, " ".join(one.split("::")[-1].split())[:40], shape, color, "")
        for (one, key), (shape, color) in zip(keys.items(), looks, strict=False)
    )
    return Deck(name, title, language, categories, filed)


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
