"""What a bank holds: questions, plain cards, prose, terms. Frozen and complete when they exist.

Prose is kept as parsed Markdown, with the file and line it came from, so that whoever prints it
neither parses again nor loses the place to complain about. An id is the author's and never changes.
"""

from dataclasses import dataclass
from typing import NamedTuple

from markdown_it.token import Token

from pharmdocs.errors import Location

SETTINGS = ("retail", "hospital", "mail-order", "long-term-care")
DIFFICULTIES = ("easy", "medium", "hard")
SHAPES = ("circle", "triangle", "square", "diamond", "pentagon", "cross")
LAYOUTS = ("prose", "worksheet", "log")
ORDERS = ("id", "asked")


@dataclass(frozen=True)
class Prose:
    """A run of checked Markdown: its tokens, and where they start."""

    tokens: tuple[Token, ...]
    where: Location

    def has_headings(self) -> bool:
        """True when the prose comes in titled pieces, as an answer in STAR form does."""
        return any(token.type == "heading_open" for token in self.tokens)


@dataclass(frozen=True)
class Category:
    """A group of questions; told apart by its shape as well as by its colour."""

    key: str
    name: str
    shape: str
    color: str
    intro: str


@dataclass(frozen=True)
class Question:
    """An interview question with its advice. `asked` ranks how often it comes up; 1 is first."""

    id: str
    title: str
    short_title: str
    headline: str
    short: str
    category: Category
    competencies: tuple[str, ...]
    difficulty: str
    asked: int
    settings: tuple[str, ...]
    sources: tuple[str, ...]
    reviewed: str
    why: Prose
    how: Prose
    sample: Prose
    if_new: Prose
    card_points: tuple[Prose, ...]
    follow_up: Prose
    pitfall: Prose
    where: Location


@dataclass(frozen=True)
class Card:
    """A plain card: what stands on its front, what on its back."""

    id: str
    front: Prose
    back: Prose
    category: Category
    tags: tuple[str, ...]
    where: Location


class Section(NamedTuple):
    """A titled stretch of a part."""

    title: str
    prose: Prose


@dataclass(frozen=True)
class Part:
    """Prose around the questions. The layout says how it is printed: read, filled in, or ticked."""

    id: str
    title: str
    short_title: str
    layout: str
    lead: str
    intro: Prose
    sections: tuple[Section, ...]
    where: Location


@dataclass(frozen=True)
class Term:
    """A glossary entry; `names` are the spellings under which a text may use it, longest first."""

    id: str
    title: str
    names: tuple[str, ...]
    definition: Prose


class Ask(NamedTuple):
    """A question for the candidate to ask, in one of four groups."""

    group: str
    text: str
    settings: tuple[str, ...]


@dataclass(frozen=True)
class Email:
    """The follow-up email; places to fill in stand in braces."""

    subject: str
    greeting: str
    body: tuple[str, ...]
    closing: str


@dataclass(frozen=True)
class Checklist:
    """The texts of the interview-day sheet."""

    title: str
    lead: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    certifications: tuple[str, ...]
    questions: tuple[Ask, ...]
    email: Email


@dataclass(frozen=True)
class Book:
    """Which parts stand where in the booklet, by id; what heads the two columns of cards.

    `front` and `back` are empty for the words of the language.
    """

    opening: tuple[Part, ...]
    before: tuple[Part, ...]
    after: tuple[Part, ...]
    closing: tuple[Part, ...]
    front: str = ""
    back: str = ""

    def parts(self) -> tuple[Part, ...]:
        """Every part, in reading order."""
        return (*self.opening, *self.before, *self.after, *self.closing)


@dataclass(frozen=True)
class Bank:
    """A checked bank: questions or plain cards in print order, and what stands around them.

    `sources` maps a source's key to its full text; `files` maps the name of every text file
    that was read to its text, so that a later stage can point into it.
    """

    name: str
    title: str
    subtitle: str
    language: str
    version: str
    date: str
    author: str
    subject: str
    keywords: tuple[str, ...]
    accent: str
    disclaimer: str
    categories: tuple[Category, ...]
    questions: tuple[Question, ...]
    cards: tuple[Card, ...]
    book: Book
    glossary: tuple[Term, ...]
    checklist: Checklist | None
    sources: dict[str, str]
    files: dict[str, str]
