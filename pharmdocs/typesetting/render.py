"""Bank + printable -> HTML: the one place that fills in templates.

Templates lay out and never compute: what they need is worked out here, under a name. A name they
do not find stops the build with the template and its line.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from markupsafe import Markup

from pharmdocs import __version__
from pharmdocs.bank import markup
from pharmdocs.bank.model import Bank, Card, Category, Prose, Question
from pharmdocs.project import Project
from pharmdocs.strict.colors import darkened
from pharmdocs.typesetting.deck import CardView, card_views, dividers
from pharmdocs.typesetting.fit import FaceText
from pharmdocs.typesetting.printable import Look
from pharmdocs.typesetting.sides import Sides, sides_by
from pharmdocs.typesetting.templates import environment, fill
from pharmdocs.wording import alphabetical

# The signs of the symbol face; their names are the model's.
SIGNS = {
    "circle": "●", "triangle": "▲", "square": "■",
    "diamond": "◆", "pentagon": "⬟", "cross": "✚",
}  # fmt: skip

# The darkest ground behind text in a color: --ground of base.css.
GROUND = "#f2f7f7"


def signs(texts: Iterable[str]) -> Counter[str]:
    """How often each sign of a category stands in these texts."""
    known = set(SIGNS.values())
    return Counter(letter for text in texts for letter in text if letter in known)


class Place(NamedTuple):
    """Where something is met: what the reader sees, where it leads, and in which figures."""

    label: str
    anchor: str
    roman: bool = False


class Entry(NamedTuple):
    """A line of an index."""

    title: str
    places: tuple[Place, ...]


def render(
    project: Project,
    template: str,
    bank: Bank,
    look: Look,
    words: dict[str, Any],
    date: str,
    **more: Any,
) -> str:
    """The HTML document of a template.

    Args:
        project: where templates are found.
        template: its name under templates/, such as booklet/page.html.j2.
        bank: what is printed.
        look: paper, ink, language and brand.
        words: the fixed words of that language.
        date: the day of this edition, as 2026-12-03.
        more: what this template needs beyond that.

    Raises:
        SetupError: a template is missing or broken, or asks for a name that does not exist.
    """
    marks = _Marks(bank, words)
    context = _context(bank, look, words, date, marks) | more
    return fill(environment(project, marks.filters()), template, context)


class Deck:
    """The cards of a bank, ready to be set face by face.

    Args:
        project: where templates are found.
        bank: what is printed.
        look: paper, ink, language and brand.
        words: the fixed words of that language.
        date: the day of this edition.
        trim: style sheet text for one stock: page size, face size, scale.
    """

    def __init__(
        self,
        project: Project,
        bank: Bank,
        look: Look,
        words: dict[str, Any],
        date: str,
        trim: str,
    ) -> None:
        marks = _Marks(bank, words)
        context = _context(bank, look, words, date, marks) | {"trim": Markup(trim)}
        templates = environment(project, marks.filters())
        self.head = fill(templates, "flashcards/head.html.j2", context)
        self.views = card_views(bank)
        self.dividers = dividers(words, bank.accent, look.brand.name)
        self._sides: Sides = sides_by(project, marks.filters())

    def faces(self, view: CardView) -> tuple[FaceText, FaceText]:
        """The front and the back of a card."""
        return self._sides.of(view)


def _context(
    bank: Bank, look: Look, words: dict[str, Any], date: str, marks: "_Marks"
) -> dict[str, Any]:
    return {
        "bank": bank,
        "look": look,
        "words": words,
        "date": date,
        "long_date": _long_date(date, words),
        "version": __version__,
        "groups": _groups(bank),
        "colors": _colors(bank, look),
        "competencies": lambda: _competencies(bank.questions),
        "terms": marks.entries,
        "sources": _sources(bank),
        "most_asked": _most_asked(bank.questions),
    }


class _Marks:
    """Prose as HTML; remembers where each glossary term was first met in each place."""

    def __init__(self, bank: Bank, words: dict[str, Any]) -> None:
        self.bank = bank
        self.front = frozenset(part.id for part in bank.book.opening)
        ids = [part.id for part in bank.book.parts()]
        ids += [question.id for question in bank.questions]
        ids += [term.id for term in bank.glossary]
        self.targets = frozenset(ids)
        self.words = words
        self.scopes: dict[str, markup.Scope] = {}

    def filters(self) -> dict[str, Callable[..., Any]]:
        """What templates call them by."""
        return {
            "prose": self.prose,
            "inline": self.inline,
            "apart": lambda prose: Markup(markup.inline(prose, markup.Scope("apart"))),
            "bound": _bound,
            "sign": lambda category: SIGNS[category.shape],
            "deep": lambda color: darkened(color, GROUND),
        }

    def prose(self, prose: Prose, place: str, top: int = 5) -> Markup:
        """Blocks; `top` is the level on the page of a ### heading inside."""
        return Markup(markup.html(prose, self._scope(place, top)))

    def inline(self, prose: Prose, place: str) -> Markup:
        """The running text of a paragraph or list item."""
        return Markup(markup.inline(prose, self._scope(place, 5)))

    def _scope(self, place: str, top: int) -> markup.Scope:
        scope = self.scopes.get(place)
        if scope is None:
            # The glossary explains terms; being used there is not worth an index entry.
            terms = () if place.startswith("t-") else self.bank.glossary
            see = (self.words["see_page"], self.words["see_page_short"])
            scope = markup.Scope(place, terms, {3: top}, see, self.targets, self.front)
            self.scopes[place] = scope
        return scope

    def entries(self) -> list[Entry]:
        """The glossary's terms with the places rendered so far that use them, in that order."""
        labels = {question.id: question.id.upper() for question in self.bank.questions}
        labels |= {part.id: part.short_title for part in self.bank.book.parts()}
        found: dict[str, list[Place]] = {}
        for place, scope in self.scopes.items():
            for term, anchor in scope.marked.items():
                entry = Place(labels.get(place, place), anchor, place in self.front)
                found.setdefault(term, []).append(entry)
        return [
            Entry(term.title, tuple(found[term.id]))
            for term in self.bank.glossary
            if term.id in found
        ]


class Group(NamedTuple):
    """A category with what it holds, in print order."""

    category: Category
    questions: list[Question]
    cards: list[Card]


def _groups(bank: Bank) -> list[Group]:
    """The categories that hold anything."""
    groups = [
        Group(
            category,
            [item for item in bank.questions if item.category == category],
            [item for item in bank.cards if item.category == category],
        )
        for category in bank.categories
    ]
    return [group for group in groups if group.questions or group.cards]


def _colors(bank: Bank, look: Look) -> dict[str, str]:
    """The accent and each category's color, all black when there is only black ink."""
    named = {"accent": look.brand.accent or bank.accent}
    named |= {category.key: category.color for category in bank.categories}
    return {key: "#000000" if look.ink == "black" else color for key, color in named.items()}


def _competencies(questions: Iterable[Question]) -> list[Entry]:
    found: dict[str, list[Place]] = {}
    for question in questions:
        for competency in question.competencies:
            found.setdefault(competency, []).append(Place(question.id.upper(), question.id))
    return [Entry(name, tuple(found[name])) for name in sorted(found, key=alphabetical)]


def _sources(bank: Bank) -> dict[str, list[str]]:
    """The sources in use: body -> its publications, both in alphabetical order.

    Questions name theirs; plain cards cannot, so theirs are all that the bank has.
    """
    used = {key for question in bank.questions for key in question.sources}
    if bank.cards:
        used = set(bank.sources)
    found: dict[str, list[str]] = {}
    for key in sorted(used, key=lambda key: bank.sources[key].casefold()):
        body, _, publication = bank.sources[key].partition(": ")
        found.setdefault(body, []).extend([publication] if publication else [])
    return found


def _most_asked(questions: Iterable[Question]) -> frozenset[str]:
    """The ids of the third that is asked most often."""
    ranked = sorted(questions, key=lambda question: question.asked)
    return frozenset(question.id for question in ranked[: max(1, len(ranked) // 3)])


def _bound(title: str) -> str:
    """A text or HTML with its last two words tied, so that no line holds a single short word."""
    first, space, last = title.rpartition(" ")
    if not space or len(last) >= 10 or ">" in last:
        return title
    return type(title)(f"{first}\u00a0{last}")


def _long_date(date: str, words: dict[str, Any]) -> str:
    year, month, day = (int(part) for part in date.split("-"))
    text: str = words["dates"]["long"]
    return text.format(year=year, month=words["dates"]["months"][month - 1], day=day)
