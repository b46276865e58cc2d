"""A bank's notes to text: CSV that is a bank again, TSV for Quizlet, Markdown to read and write.

The same deck gives the same text. CSV and Markdown lose nothing of a bank of plain cards.
"""

import csv
import io
from collections.abc import Callable

from markdown_it import MarkdownIt

from pharmdocs.bank.exchange.note import Deck, Note

COLUMNS = ("id", "front", "back", "category", "tags")
_READER = MarkdownIt("commonmark").enable("table")


def to_csv(deck: Deck) -> str:
    """A table as cards.csv has it; texts are Markdown."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for note in deck.notes:
        rows.writerow((note.id, note.front, note.back, note.category, " ".join(note.tags)))
    return out.getvalue()


def to_tsv(deck: Deck) -> str:
    """Front, tab, back, a line a card, as Quizlet takes it; texts are plain."""
    return "".join(f"{flat(note.front)}\t{flat(note.back)}\n" for note in deck.notes)


def to_markdown(deck: Deck) -> str:
    """A heading for each front, its back below, and what else is known in a comment."""
    return f"# {deck.title}\n" + "".join(map(_section, deck.notes))


def _section(note: Note) -> str:
    tags = f"; tags: {' '.join(note.tags)}" if note.tags else ""
    front = " ".join(line.strip() for line in note.front.split("\n") if line.strip())
    told = f"<!-- id: {note.id}; category: {note.category}{tags} -->"
    return f"\n## {front}\n\n{told}\n\n{note.back}\n"


def flat(markdown: str) -> str:
    """A text in one line, without its markup; items and paragraphs are parted by a middle dot."""
    parts: list[str] = []
    for token in _READER.parse(markdown):
        if token.type == "inline":
            words = (
                " " if it.type in ("softbreak", "hardbreak") else it.content
                for it in token.children or ()
            )
            parts.append(" ".join("".join(words).split()))
    return " · ".join(part for part in parts if part)


# What each format leaves behind of a note.
_LOST = {
    "csv": "",
    "tsv": "ids, categories, tags and emphasis have no place in the two columns that Quizlet takes",
    "markdown": "",
}
FORMATS: dict[str, tuple[str, Callable[[Deck], str]]] = {
    "csv": ("csv", to_csv),
    "tsv": ("tsv", to_tsv),
    "markdown": ("md", to_markdown),
}


def written(deck: Deck, format_: str) -> tuple[str, tuple[str, ...]]:
    """The text in one of FORMATS, and what did not come along."""
    lost = (_LOST[format_],) if _LOST[format_] else ()
    return FORMATS[format_][1](deck), deck.left + lost
