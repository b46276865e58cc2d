"""Question files and the plain cards of cards.csv -> model, each value checked with its line."""

import csv
import io
import re
from functools import lru_cache
from typing import NamedTuple

from pharmdocs.bank import markup, model
from pharmdocs.bank.files import Document, Folder
from pharmdocs.bank.model import Card, Category, Prose, Question
from pharmdocs.bank.slim import holds, weight
from pharmdocs.errors import Location, Problem, closest
from pharmdocs.strict import Table, misspelt

MAX_FILES = 5_000

# Heading in the file -> field of Question, in the order of the page.
SECTIONS = {
    "Why they ask": "why",
    "How to answer": "how",
    "Sample answer": "sample",
    "If you're new": "if_new",
    "Card points": "card_points",
    "Follow-up": "follow_up",
    "Pitfall": "pitfall",
}
_CARD_ID = re.compile(r"[a-z][a-z0-9-]{0,23}")
# Rows that are known when a bank is read again.
_ROWS_KEPT = 3_000
ID = r"[a-z][a-z0-9]*"
CARD_POINTS = (3, 5)
CARD_COLUMNS = ("id", "front", "back", "category", "tags")


def read_questions(
    folder: Folder, categories: dict[str, Category], sources: dict[str, str]
) -> list[Question]:
    """Every question file of the folder that is sound; the rest are in the folder's problems."""
    # A name that begins with a dot is an editor's or a system's own.
    names = sorted(file.name for file in folder.path.glob("[!.]*.md"))
    names = [name for name in names if name != "glossary.md"]
    if len(names) > MAX_FILES:
        fix = f"split the bank: at most {MAX_FILES} questions"
        folder.problems.append(Problem(Location(folder.label), "holds too many files", fix))
        return []
    questions: dict[str, Question] = {}
    for name in names:
        document = folder.document(name, headings=(2, 3))
        question = document and read_question(document, categories, sources, name)
        if document and question:
            other = questions.setdefault(question.id, question)
            if other is not question:
                what = f"the id `{question.id}` is taken by {other.where.file}"
                fix = "give this question an id of its own"
                document.fields.complain(document.fields.line_of("id"), what, fix)
    return list(questions.values())


def read_question(
    document: Document, categories: dict[str, Category], sources: dict[str, str], name: str
) -> Question | None:
    """The question of a file; None when it has a problem, which is noted.

    Args:
        document: the file, taken apart.
        categories: those of the bank, by their keys.
        sources: those of the bank, by their keys.
        name: the file's, which begins with the id.
    """
    fields = document.fields
    before = len(fields.problems)
    sections = _fixed_sections(document)
    card_points = _points(sections.get("Card points"), fields)
    follow_up = sections.get("Follow-up")
    _check_follow_up(follow_up, fields)
    category = fields.choice("category", categories.keys(), listed="bank.toml")
    question_id = _id(fields, name)
    title = fields.text("title", limit=120)
    short_title = fields.text("short_title", limit=36)
    headline = fields.text("headline", limit=48)
    short = fields.text("short", limit=160)
    competencies = fields.texts("competencies")
    difficulty = fields.choice("difficulty", model.DIFFICULTIES)
    asked = fields.number("asked", 1, 9999)
    settings = fields.choices("settings", model.SETTINGS)
    used = fields.choices("sources", sources.keys(), listed="bank.toml")
    reviewed = fields.date("reviewed")
    fields.close()
    if fields.spoilt or follow_up is None or len(fields.problems) > before:
        return None
    return Question(
        id=question_id,
        title=title,
        short_title=short_title,
        headline=headline,
        short=short,
        category=categories[category],
        competencies=competencies,
        difficulty=difficulty,
        asked=asked,
        settings=settings,
        sources=used,
        reviewed=reviewed,
        why=sections["Why they ask"],
        how=sections["How to answer"],
        sample=sections["Sample answer"],
        if_new=sections["If you're new"],
        card_points=card_points,
        follow_up=follow_up,
        pitfall=sections["Pitfall"],
        where=Location(fields.file, 1),
    )


def _id(fields: Table, name: str) -> str:
    fix = "use small letters and digits, a letter first: q03"
    found = fields.shaped("id", ID, "`{}` cannot be an id", fix, limit=12)
    if re.fullmatch(ID, found) and not re.match(rf"{re.escape(found)}(-|\.md$)", name):
        fix = f"rename the file to {found}-….md, or mend the id"
        fields.complain(fields.line_of("id"), f"the id `{found}` is not in the file's name", fix)
    return found


def _fixed_sections(document: Document) -> dict[str, Prose]:
    fields = document.fields
    named = [(title.replace("’", "'"), prose) for title, prose in document.sections]
    missing = [title for title in SECTIONS if title not in dict(named)]
    meant = misspelt([name for name, _ in named if name not in SECTIONS], missing)
    found: dict[str, Prose] = {}
    for name, prose in named:
        line = prose.where.line
        if name not in SECTIONS:
            hint = f"did you mean `{meant[name]}`?" if name in meant else closest(name, SECTIONS)
            fields.complain(line, f"unknown section `{name}`", hint)
        elif name in found:
            fields.complain(line, f"section `{name}` stands twice", "merge the two")
        elif not prose.tokens:
            fields.complain(line, f"section `{name}` is empty", "write at least a line")
        found.setdefault(name, prose)
    for title in missing:
        if title not in meant.values():
            fields.complain(fields.line, f"section `{title}` is missing", f"add `## {title}`")
    if document.intro.tokens:
        line = (document.intro.tokens[0].map or [0])[0]
        fields.complain(line, "text before the first section", "move it under a `##` heading")
    return found


def _points(prose: Prose | None, fields: Table) -> tuple[Prose, ...]:
    """The items of the one flat list that the card's back shows."""
    if prose is None or not prose.tokens:
        return ()
    items = [token for token in prose.tokens if token.type == "inline"]
    item = ["list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]
    flat = ["bullet_list_open", *item * len(items), "bullet_list_close"]
    fewest, most = CARD_POINTS
    line = prose.where.line
    if [token.type for token in prose.tokens] != flat:
        fields.complain(line, "the card points are not one flat list", "begin each with `- `")
    elif len(items) > most:
        fields.complain(line, f"{len(items)} card points, at most {most}", "keep what matters")
    elif len(items) < fewest:
        fields.complain(line, f"{len(items)} card points, at least {fewest}", "add another")
    return tuple(Prose((item,), Location(fields.file, (item.map or [0])[0])) for item in items)


def _check_follow_up(prose: Prose | None, fields: Table) -> None:
    if prose and prose.tokens and len(list(markup.links(prose))) != 1:
        what = "the follow-up must link to exactly one question"
        fields.complain(prose.where.line, what, "end it with a link such as [Q20](#q20)")


def read_cards(folder: Folder, categories: dict[str, Category]) -> list[Card]:
    """The plain cards of cards.csv, in the file's order; none when there is no such file."""
    if not (folder.path / "cards.csv").is_file():
        return []
    text = folder.read("cards.csv")
    file = f"{folder.label}/cards.csv"
    rows = csv.reader(io.StringIO(text), strict=True)
    cards: dict[str, Card] = {}
    head: tuple[str, ...] = ()
    line = 1
    try:
        for row in rows:
            at, line = Location(file, line), rows.line_num + 1
            if row and not head:
                head = tuple(row)
                if not _is_sound(head, at, folder.problems):
                    break
            elif row and (card := _card(head, row, at, categories, folder)):
                other = cards.setdefault(card.id, card)
                if other is not card:
                    what = f"the id `{card.id}` is taken by line {other.where.line}"
                    folder.problems.append(Problem(at, what, "give this card an id of its own"))
    except csv.Error:
        what = "a quotation mark that is not closed, or stands inside a cell"
        fix = 'put the cell between " and ", and write each " inside it twice'
        folder.problems.append(Problem(Location(file, line), what, fix))
    return list(cards.values())


def _is_sound(head: tuple[str, ...], where: Location, problems: list[Problem]) -> bool:
    unknown = [name for name in head if name not in CARD_COLUMNS]
    missing = [name for name in CARD_COLUMNS if name not in head]
    twice = [name for name in CARD_COLUMNS if head.count(name) > 1]
    meant = misspelt(unknown, missing)
    for name in unknown:
        hint = f"did you mean `{meant[name]}`?" if name in meant else closest(name, CARD_COLUMNS)
        problems.append(Problem(where, f"unknown column `{name}`", hint))
    for name in missing:
        if name not in meant.values():
            fix = "begin the file with " + ",".join(CARD_COLUMNS)
            problems.append(Problem(where, f"column `{name}` is missing", fix))
    for name in twice:
        problems.append(Problem(where, f"column `{name}` stands twice", "keep one of the two"))
    return not (unknown or missing or twice)


def _card(
    head: tuple[str, ...], row: list[str], where: Location, categories: dict[str, Category],
    folder: Folder,
) -> Card | None:  # fmt: skip
    if len(row) != len(head):
        what = f"a row with {len(row)} cells, not {len(head)}"
        comma = "put a cell that holds a comma in quotation marks"
        fix = comma if len(row) > len(head) else "keep the commas around a cell that is empty"
        folder.problems.append(Problem(where, what, fix))
        return None
    key = row[head.index("category")].strip()
    if key not in categories:
        fix = closest(key, categories) + " (bank.toml lists them)"
        folder.problems.append(Problem(where, f"`category` cannot be `{key}`", fix))
    found = _row(head, tuple(row), where, categories.get(key), folder.language)
    if found.problems:
        folder.problems += found.problems
    if found.pieces:
        folder.weigh(found.pieces, where.file)
    else:
        for side in found.sides:
            folder.check_images(side.tokens, where.file)
    return found.card


class _Row(NamedTuple):
    """A row of a category: its card, unless something is wrong with it, and its sides.

    `pieces` is what the sides weigh; 0 where they show pictures, which may be others the next time.
    """

    card: Card | None
    sides: tuple[Prose, Prose]
    problems: tuple[Problem, ...]
    pieces: int


# When a bank is read again after a save, most rows are as they were.
@lru_cache(maxsize=_ROWS_KEPT)
def _row(
    head: tuple[str, ...], row: tuple[str, ...], where: Location, category: Category | None,
    language: str,
) -> _Row:  # fmt: skip
    cells = {name: cell.strip() for name, cell in zip(head, row, strict=True)}
    problems: list[Problem] = []
    if not _CARD_ID.fullmatch(cells["id"]):
        what = f"`{cells['id']}` cannot be an id" if cells["id"] else "the id is empty"
        fix = "use small letters, digits and hyphens, a letter first: bid"
        problems.append(Problem(where, what, fix))
    for face in ("front", "back"):
        if not cells[face]:
            problems.append(Problem(where, f"the {face} is empty", "write it, or delete the row"))
    front, back = (
        Prose(tuple(markup.parse(cells[it], where.file, where.line, (), problems, language)), where)
        for it in ("front", "back")
    )
    tokens = (*front.tokens, *back.tokens)
    pieces = 0 if holds(tokens, "image") else weight(tokens)
    card = None
    if category and not problems:
        card = Card(cells["id"], front, back, category, tuple(cells["tags"].split()), where)
    return _Row(card, (front, back), tuple(problems), pieces)
