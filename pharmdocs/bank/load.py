"""Files -> Bank. Strict: every problem of every file is collected, then raised at once.

A bank is a folder: bank.toml names it and its categories; a question is a Markdown file named by
its id; plain cards stand in cards.csv; parts/, glossary.md and checklist.toml go around them.
"""

import re
from pathlib import Path

from pharmdocs.bank import model
from pharmdocs.bank.around import read_book, read_checklist, read_glossary
from pharmdocs.bank.files import Folder
from pharmdocs.bank.model import Bank, Category, Prose, Question
from pharmdocs.bank.questions import read_cards, read_questions
from pharmdocs.errors import ContentError, Location, Problem, closest
from pharmdocs.strict import Table

FORMAT = 1


def load_bank(path: Path, label: str) -> Bank:
    """Read and check a bank's folder.

    Args:
        path: the folder that holds bank.toml.
        label: the folder's name in messages, such as "content/interview".

    Raises:
        ContentError: with every problem found, by file and line.
    """
    folder = Folder(path, label, [], {})
    table = folder.toml("bank.toml")
    _check_format(table)
    categories = _categories(table)
    order = table.choice("order", model.ORDERS, "id")
    group = table.table("sources")
    sources = {key: group.text(key) for key in group.values}
    bank = Bank(
        name=table.text("name"),
        title=table.text("title", limit=80),
        subtitle=table.text("subtitle", "", limit=140),
        language=table.text("language", "en-US"),
        version=table.text("version"),
        date=table.date("date"),
        author=table.text("author"),
        subject=table.text("subject", ""),
        keywords=table.texts("keywords", ()),
        accent=table.color("accent", "#0b5c6b"),
        disclaimer=table.text("disclaimer", ""),
        categories=tuple(categories.values()),
        questions=_ordered(read_questions(folder, categories, sources), categories, order),
        cards=tuple(read_cards(folder, categories)),
        book=read_book(folder, table.table("booklet")),
        glossary=read_glossary(folder),
        checklist=read_checklist(folder),
        sources=sources,
        files=folder.files,
    )
    table.close()
    if not folder.problems and not bank.questions and not bank.cards:
        fix = "add a question file such as q01.md, or cards.csv"
        folder.problems.append(Problem(Location(label), "holds no question and no card", fix))
    folder.problems += _broken_links(bank) if not folder.problems else []
    if folder.problems:
        raise ContentError(*sorted(folder.problems, key=_place))
    return bank


def natural(text: str) -> list[tuple[int, str]]:
    """A sort key that puts q2 before q10."""
    parts = re.findall(r"\d+|\D+", text)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _place(problem: Problem) -> tuple[str, int, str]:
    where = problem.where or Location("")
    return (where.file, where.line, problem.what)


def _check_format(table: Table) -> None:
    if "format" in table.values or not table.problems:
        found = table.number("format", 1, 9999)
        if found != FORMAT:
            fix = f"this one reads format = {FORMAT}; upgrade pharmdocs"
            table.complain(table.line_of("format"), f"has format {found}, a newer one", fix)


def _categories(table: Table) -> dict[str, Category]:
    group = table.table("categories", required=True)
    found: dict[str, Category] = {}
    shapes: dict[str, str] = {}
    for key in group.values:
        entry = group.table(key)
        if not re.fullmatch(r"[a-z][a-z0-9-]*", key):
            entry.complain(entry.line, f"`{key}` cannot name a category", "use small letters")
        shape = entry.choice("shape", model.SHAPES)
        found[key] = Category(
            key, entry.text("name", limit=40), shape, entry.color("color"), entry.text("intro", "")
        )
        other = shapes.setdefault(shape, key)
        if other != key and len(group.values) <= len(model.SHAPES):
            what = f"the shape `{shape}` marks `{other}` already"
            fix = "give each category its own: " + ", ".join(model.SHAPES)
            entry.complain(entry.line_of("shape"), what, fix)
        entry.close()
    return found


def _ordered(
    questions: list[Question], categories: dict[str, Category], order: str
) -> tuple[Question, ...]:
    rank = list(categories)

    def key(question: Question) -> tuple[int, int, list[tuple[int, str]]]:
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
    return texts + [term.definition for term in bank.glossary]


def _broken_links(bank: Bank) -> list[Problem]:
    targets = [question.id for question in bank.questions]
    targets += [part.id for part in bank.book.parts()] + [term.id for term in bank.glossary]
    known = set(targets)
    return [
        Problem(prose.where, f"the link #{link} leads nowhere", closest(link, targets))
        for prose in _prose(bank)
        for link in prose.links()
        if link not in known
    ]
