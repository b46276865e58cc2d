"""Bank + printable -> HTML: the one place that fills in templates.

Templates lay out and never compute: what they need is worked out here, under a name. A name they
do not find stops the build with the template and its line.
"""

import traceback
from collections.abc import Iterable
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from pharmdocs import __version__
from pharmdocs.bank import markup
from pharmdocs.bank.model import Bank, Card, Category, Prose, Question
from pharmdocs.errors import Location, Problem, SetupError
from pharmdocs.project import Project
from pharmdocs.strict import read_text
from pharmdocs.typesetting.printable import Look

# The signs of the symbol face; their names are the model's.
_SIGNS = {
    "circle": "●", "triangle": "▲", "square": "■",
    "diamond": "◆", "pentagon": "⬟", "cross": "✚",
}  # fmt: skip


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
    project: Project, printable: str, bank: Bank, look: Look, words: dict[str, Any], date: str
) -> str:
    """The HTML document of a printable.

    Args:
        project: where templates are found.
        printable: the folder under templates/.
        bank: what is printed.
        look: paper, ink, language and brand.
        words: the fixed words of that language.
        date: the day of this edition, as 2026-12-03.

    Raises:
        SetupError: a template is missing or broken, or asks for a name that does not exist.
    """
    marks = _Marks(bank, words)
    context = {
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
    environment = jinja2.Environment(
        loader=_Loader(project),
        undefined=_Missing,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["prose"] = marks.prose
    environment.filters["inline"] = marks.inline
    environment.filters["bound"] = _bound
    environment.filters["sign"] = lambda category: _SIGNS[category.shape]
    return _fill(environment, f"{printable}/page.html.j2", context)


class _Missing(jinja2.StrictUndefined):
    """A name that a template asks for in vain, told without Python's type names."""

    @property
    def _undefined_message(self) -> str:
        return f"there is no `{self._undefined_name}` to print here"


class _Loader(jinja2.BaseLoader):
    """Finds a template by its name under templates/, the user's before ours."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Any]:
        path, label = self.project.template(template)
        if not path.is_file():
            raise jinja2.TemplateNotFound(template)
        problems: list[Problem] = []
        text = read_text(path, label, problems)
        if problems:
            raise SetupError(*problems)
        return text, label, lambda: True


def _fill(environment: jinja2.Environment, name: str, context: dict[str, Any]) -> str:
    try:
        return environment.get_template(name).render(context)
    except jinja2.TemplateNotFound as error:
        where = Location(f"templates/{error.name}")
        raise SetupError(Problem(where, "is missing", "install pharmdocs again")) from None
    except jinja2.TemplateSyntaxError as error:
        where = Location(error.filename or error.name or name, error.lineno)
        fix = "mend the template, or delete your copy to use the bundled one"
        raise SetupError(Problem(where, f"{error.message}", fix)) from None
    except jinja2.UndefinedError as error:
        frames = traceback.extract_tb(error.__traceback__)
        at = next((f for f in reversed(frames) if f.filename.endswith((".j2", ".css"))), None)
        where = Location(at.filename, at.lineno or 0) if at else Location(name)
        fix = "mend the name, or delete your copy of the template to use the bundled one"
        raise SetupError(Problem(where, f"{error.message}", fix)) from None


class _Marks:
    """Prose as HTML; remembers where each glossary term was first met in each place."""

    def __init__(self, bank: Bank, words: dict[str, Any]) -> None:
        self.bank = bank
        self.front = frozenset(part.id for part in bank.book.opening)
        self.targets = frozenset(
            [part.id for part in bank.book.parts()]
            + [question.id for question in bank.questions]
            + [term.id for term in bank.glossary]
        )
        self.words = words
        self.scopes: dict[str, markup.Scope] = {}

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
    return [Entry(name, tuple(found[name])) for name in sorted(found, key=str.casefold)]


def _sources(bank: Bank) -> dict[str, list[str]]:
    """The sources that the questions use: body -> its publications, both in alphabetical order."""
    used = {key for question in bank.questions for key in question.sources}
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
    """The title with its last two words tied, so that no line of it holds a single short word."""
    first, space, last = title.rpartition(" ")
    return f"{first}\u00a0{last}" if space and len(last) < 10 else title


def _long_date(date: str, words: dict[str, Any]) -> str:
    year, month, day = (int(part) for part in date.split("-"))
    text: str = words["dates"]["long"]
    return text.format(year=year, month=words["dates"]["months"][month - 1], day=day)
