"""Files -> Bank. Strict: every problem of every file is collected, then raised at once.

A bank is a folder: bank.toml names it and its categories; a question is a Markdown file named by
its id; plain cards stand in cards.csv; parts/, glossary.md and checklist.toml go around them.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from pharmdocs.bank import markup, model
from pharmdocs.bank.around import read_book, read_checklist, read_glossary
from pharmdocs.bank.files import Folder, Problems
from pharmdocs.bank.model import Bank, Card, Category, Part, Prose, Question
from pharmdocs.bank.questions import read_cards, read_questions
from pharmdocs.errors import ContentError, Location, Problem, closest
from pharmdocs.strict import Table

# The newest form of a bank's folder, of everything in it.
FORMAT = 1
CATEGORY = r"[a-z][a-z0-9-]*"


def load_bank(path: Path, label: str) -> Bank:
    """Read and check a bank's folder.

    Args:
        path: the folder that holds bank.toml.
        label: the folder's name in messages, such as "content/interview".

    Raises:
        ContentError: with every problem found, by file and line.
    """
    folder = Folder(path, label, Problems(label), {})
    table = folder.toml("bank.toml").of_format(FORMAT)
    if table.spoilt:
        raise ContentError(*folder.problems)
    bank = assembled(folder, table)
    folder.problems += _twins(bank)
    folder.problems += _broken_links(bank)
    if folder.problems:
        raise folder.problems.error()
    return bank


def assembled(folder: Folder, table: Table) -> Bank:
    """The bank of a folder and its bank.toml, of whose format is known that it can be read.

    Problems are noted in the folder; a bank with problems is not for use.
    """
    folder.language = table.language("language", "en-US")
    categories = _categories(table)
    order = table.choice("order", model.ORDERS, "id")
    group = table.table("sources")
    sources = {key: group.text(key) for key in group.values}
    bank = Bank(
        name=table.text("name"),
        title=table.text("title", limit=60),
        subtitle=table.text("subtitle", "", limit=120),
        language=folder.language,
        version=table.text("version"),
        date=table.date("date"),
        author=table.text("author"),
        subject=table.text("subject", ""),
        keywords=table.texts("keywords", ()),
        accent=table.color("accent", "#0b5c6b"),
        disclaimer=table.text("disclaimer", ""),
        categories=tuple(categories.values()),
        # Without categories no question can be judged.
        questions=_ordered(
            read_questions(folder, categories, sources) if categories else [], categories, order
        ),
        cards=tuple(read_cards(folder, categories) if categories else ()),
        book=read_book(folder, table.table("booklet")),
        glossary=read_glossary(folder),
        checklist=read_checklist(folder),
        sources=sources,
        files=folder.files,
    )
    table.close()
    if not folder.problems and not bank.questions and not bank.cards:
        fix = "add a question file such as q01.md, or cards.csv"
        folder.problems.append(
            Problem(Location(folder.label), "holds no question and no card", fix)
        )
    return bank


def natural(text: str) -> list[tuple[int, str, str]]:
    """A sort key that puts q2 before q10: length of a number, its figures, the letters after it."""
    # Not as an int, because Python refuses one of 5000 figures.
    pairs = re.findall("0*([0-9]*)([^0-9]*)", text)
    return [(len(figures), figures, letters) for figures, letters in pairs]


def _categories(table: Table) -> dict[str, Category]:
    group = table.table("categories")
    found: dict[str, Category] = {}
    shapes: dict[str, str] = {}
    for key in group.values:
        entry = group.table(key)
        if not re.fullmatch(CATEGORY, key):
            entry.complain(entry.line, f"`{key}` cannot name a category", "use small letters")
        shape = entry.choice("shape", model.SHAPES)
        found[key] = Category(
            key, entry.text("name", limit=40), shape, entry.color("color"), entry.text("intro", "")
        )
        other = shapes.setdefault(shape, key) if shape in model.SHAPES else key
        if other != key and len(group.values) <= len(model.SHAPES):
            what = f"the shape `{shape}` marks `{other}` already"
            fix = "give each category its own: " + ", ".join(model.SHAPES)
            entry.complain(entry.line_of("shape"), what, fix)
        entry.close()
    if not found and not (group.spoilt and "categories" in table.values):
        fix = "write a table for each, beginning with a line such as [categories.safety]"
        group.complain(group.line, "there are no categories", fix)
    return found


def _ordered(
    questions: list[Question], categories: dict[str, Category], order: str
) -> tuple[Question, ...]:
    rank = list(categories)

    def key(question: Question) -> tuple[int, int, list[tuple[int, str, str]]]:
        within = question.asked if order == "asked" else 0
        return (rank.index(question.category.key), within, natural(question.id))

    return tuple(sorted(questions, key=key))


def _prose(bank: Bank) -> list[Prose]:
    texts = [
        prose
        for q in bank.questions
        for prose in (q.why, q.how, q.sample, q.if_new, *q.card_points, q.follow_up, q.pitfall)
    ]
    for part in bank.book.parts():
        texts += [part.intro, *(section.prose for section in part.sections)]
    texts += [face for card in bank.cards for face in (card.front, card.back)]
    return texts + [term.definition for term in bank.glossary]


def _twins(bank: Bank) -> Iterator[Problem]:
    """Cards and parts with the id of something else; readers compare like with like."""
    taken = {question.id: question.where for question in bank.questions}
    items: list[Card | Part] = [*bank.cards, *bank.book.parts()]
    for item in items:
        if (other := taken.setdefault(item.id, item.where)) != item.where:
            what = f"the id `{item.id}` is taken by {other.file}"
            yield Problem(item.where, what, "give one of the two another id")


def _broken_links(bank: Bank) -> Iterator[Problem]:
    targets = [question.id for question in bank.questions]
    targets += [part.id for part in bank.book.parts()] + [term.id for term in bank.glossary]
    # A file with problems is no target yet, but a link to it is not one more problem.
    stems = [PurePosixPath(name).stem for name in bank.files]
    known = {*targets, *stems, *(stem.partition("-")[0] for stem in stems)}
    for prose in _prose(bank):
        for link, line in markup.links(prose):
            if link not in known and (bank.glossary or not link.startswith("t-")):
                where = Location(prose.where.file, line)
                near = get_close_matches(link, targets)
                other = f"link to a question, such as #{targets[0]}" if targets else "take it out"
                fix = closest(link, near) if near else other
                yield Problem(where, f"the link #{link} leads nowhere", fix)
