"""A bank as other programs know it: notes, each with a front and a back.

Texts are Markdown as the bank's own files have it. What a note cannot carry is told in `left`,
never dropped in silence.
"""

import csv
import io
import re
from dataclasses import dataclass

from pharmdocs.bank.markup import plain
from pharmdocs.bank.model import Bank, Category, Question

# Signs that would be markup, wherever they stand, and those that are it where a line begins.
_MARKUP = re.compile(r"([\\`*_\[\]<>])")
_LEADING = re.compile(r"^([^\S\n]*)([-+#=~>|]|\d+(?=[.)](?:\s|$)))", re.MULTILINE)
_QUESTION = (
    "of each question only its title, headline, card points and follow-up go along; why they ask, "
    "how to answer, the sample answer, the advice for beginners, the pitfall, the lines to write "
    "on, sources and settings stay in the bank"
)


@dataclass(frozen=True)
class Note:
    """A card; `tags` are words without spaces."""

    id: str
    front: str
    back: str
    category: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deck:
    """A bank as notes, in order; `left` says what did not come along, a sentence each."""

    name: str
    title: str
    language: str
    categories: tuple[Category, ...]
    notes: tuple[Note, ...]
    left: tuple[str, ...] = ()


def deck_of(bank: Bank) -> Deck:
    """The notes of a bank: its questions as cards, and its plain cards."""
    notes = [_of_question(question) for question in bank.questions]
    sources = {name: text for name, text in bank.files.items() if name.endswith("cards.csv")}
    cells = {
        row["id"].strip(): row
        for text in sources.values()
        for row in csv.DictReader(io.StringIO(text))
    }
    for card in bank.cards:
        front, back = (cells[card.id][face].strip() for face in ("front", "back"))
        notes.append(Note(card.id, front, back, card.category.key, card.tags))
    used = {note.category for note in notes}
    categories = tuple(it for it in bank.categories if it.key in used)
    left = (_QUESTION,) if bank.questions else ()
    return Deck(bank.name, bank.title, bank.language, categories, tuple(notes), left)


def _of_question(question: Question) -> Note:
    points = "\n".join(f"- {escaped(plain(point))}" for point in question.card_points)
    follow_up = escaped(plain(question.follow_up))
    back = f"**{escaped(question.headline)}**\n\n{points}\n\n*{follow_up}*"
    tags = tuple(re.sub(r"\s+", "-", name) for name in question.competencies)
    return Note(question.id, escaped(question.title), back, question.category.key, tags)


def escaped(text: str) -> str:
    """Plain text as Markdown that reads the same; lines become paragraphs."""
    marked = _LEADING.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", text))
    # A digit cannot be escaped, the point behind it can.
    marked = re.sub(r"^([^\S\n]*)\\(\d+)([.)])", r"\1\2\\\3", marked, flags=re.MULTILINE)
    return "\n\n".join(line.strip() for line in marked.splitlines() if line.strip())
