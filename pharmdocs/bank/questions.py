"""Question files and the plain cards of cards.csv -> model, each value checked with its line."""

import csv
import io
import re

from pharmdocs.bank import markup, model
from pharmdocs.bank.files import Document, Folder
from pharmdocs.bank.model import Card, Category, Prose, Question
from pharmdocs.errors import Location, Problem, closest
from pharmdocs.strict import Table

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
CARD_POINTS = (3, 5)
CARD_COLUMNS = ("id", "front", "back", "category", "tags")


def read_questions(
    folder: Folder, categories: dict[str, Category], sources: dict[str, str]
) -> list[Question]:
    """Every question file of the folder that is sound; the rest are in the folder's problems."""
    names = sorted(file.name for file in folder.path.glob("*.md") if file.name != "glossary.md")
    if len(names) > MAX_FILES:
        fix = f"split the bank: at most {MAX_FILES} questions"
        folder.problems.append(Problem(Location(folder.label), "holds too many files", fix))
        return []
    questions: dict[str, Question] = {}
    for name in names:
        document = folder.document(name, headings=(2, 3))
        question = document and _question(document, categories, sources, name)
        if question:
            other = questions.setdefault(question.id, question)
            if other is not question:
                what = f"the id `{question.id}` is taken by {other.where.file}"
                fix = "give this question an id of its own"
                folder.problems.append(Problem(question.where, what, fix))
    return list(questions.values())


def _question(
    document: Document, categories: dict[str, Category], sources: dict[str, str], name: str
) -> Question | None:
    fields = document.fields
    before = len(fields.problems)
    sections = _fixed_sections(document)
    category = fields.choice("category", categories.keys())
    question_id = _id(fields, name)
    title = fields.text("title", limit=120)
    short_title = fields.text("short_title", limit=36)
    headline = fields.text("headline", limit=48)
    short = fields.text("short", limit=160)
    competencies = fields.texts("competencies")
    difficulty = fields.choice("difficulty", model.DIFFICULTIES)
    asked = fields.number("asked", 1, 9999)
    settings = fields.choices("settings", model.SETTINGS)
    used = fields.choices("sources", sources.keys())
    reviewed = fields.date("reviewed")
    fields.close()
    if len(fields.problems) > before:
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
        card_points=_points(sections["Card points"], fields),
        follow_up=_follow_up(sections["Follow-up"], fields),
        pitfall=sections["Pitfall"],
        where=Location(fields.file, 1),
    )


def _id(fields: Table, name: str) -> str:
    found = fields.text("id", limit=12)
    if found and not re.fullmatch(r"[a-z][a-z0-9]*", found):
        fix = "use small letters and digits, a letter first: q03"
        fields.complain(fields.line_of("id"), f"`{found}` cannot be an id", fix)
    elif found and not re.match(rf"{re.escape(found)}(-|\.md$)", name):
        fix = f"rename the file to {found}-….md, or mend the id"
        fields.complain(fields.line_of("id"), f"the id `{found}` is not in the file's name", fix)
    return found


def _fixed_sections(document: Document) -> dict[str, Prose]:
    fields = document.fields
    found: dict[str, Prose] = {}
    for title, prose in document.sections:
        name = title.replace("’", "'")
        line = prose.where.line
        if name not in SECTIONS:
            fields.complain(line, f"unknown section `{title}`", closest(name, SECTIONS))
        elif name in found:
            fields.complain(line, f"section `{title}` stands twice", "merge the two")
        elif not prose.tokens:
            fields.complain(line, f"section `{title}` is empty", "write at least a line")
        found.setdefault(name, prose)
    for title in SECTIONS:
        if title not in found:
            fields.complain(fields.line, f"section `{title}` is missing", f"add `## {title}`")
    if document.intro.tokens:
        line = (document.intro.tokens[0].map or [0])[0]
        fields.complain(line, "text before the first section", "move it under a `##` heading")
    return found


def _points(prose: Prose, fields: Table) -> tuple[Prose, ...]:
    """The items of the one flat list that the card's back shows."""
    outer = [token.type for token in prose.tokens if token.level == 0]
    items = [token for token in prose.tokens if token.type == "inline"]
    fewest, most = CARD_POINTS
    line = prose.where.line
    if outer != ["bullet_list_open", "bullet_list_close"]:
        fields.complain(line, "the card points are not one list", "begin each with `- `")
    elif len(items) > most:
        fields.complain(line, f"{len(items)} card points, at most {most}", "keep what matters")
    elif len(items) < fewest:
        fields.complain(line, f"{len(items)} card points, at least {fewest}", "add another")
    return tuple(Prose((item,), Location(fields.file, (item.map or [0])[0])) for item in items)


def _follow_up(prose: Prose, fields: Table) -> Prose:
    if len(prose.links()) != 1:
        what = "the follow-up must link to exactly one question"
        fields.complain(prose.where.line, what, "end it with a link such as [Q20](#q20)")
    return prose


def read_cards(folder: Folder, categories: dict[str, Category]) -> list[Card]:
    """The plain cards of cards.csv, in the file's order; none when there is no such file."""
    if not (folder.path / "cards.csv").is_file():
        return []
    text = folder.read("cards.csv")
    file = f"{folder.label}/cards.csv"
    rows = csv.reader(io.StringIO(text), strict=True)
    cards: dict[str, Card] = {}
    head: list[str] = []
    line = 1
    try:
        for row in rows:
            at, line = Location(file, line), rows.line_num + 1
            if not head:
                head = _head(row, at, folder.problems)
            elif row and (card := _card(dict(zip(head, row)), row, at, categories, folder)):
                other = cards.setdefault(card.id, card)
                if other is not card:
                    what = f"the id `{card.id}` is taken by line {other.where.line}"
                    folder.problems.append(Problem(at, what, "give this card an id of its own"))
    except csv.Error as error:
        fix = 'close every "; double a quotation mark inside a quoted cell'
        folder.problems.append(Problem(Location(file, line), f"is not valid CSV: {error}", fix))
    return list(cards.values())


def _head(row: list[str], where: Location, problems: list[Problem]) -> list[str]:
    for name in row:
        if name not in CARD_COLUMNS:
            what = f"unknown column `{name}`"
            problems.append(Problem(where, what, closest(name, CARD_COLUMNS)))
    if missing := [name for name in CARD_COLUMNS if name not in row]:
        fix = "begin the file with " + ",".join(CARD_COLUMNS)
        problems.append(Problem(where, "missing columns: " + ", ".join(missing), fix))
    if twice := [name for name in CARD_COLUMNS if row.count(name) > 1]:
        problems.append(Problem(where, f"column `{twice[0]}` stands twice", "keep one of them"))
    return row


def _card(
    cells: dict[str, str], row: list[str], where: Location, categories: dict[str, Category],
    folder: Folder,
) -> Card | None:
    found: list[Problem] = []
    if len(row) != len(CARD_COLUMNS):
        what = f"a row with {len(row)} cells, not {len(CARD_COLUMNS)}"
        found.append(Problem(where, what, "put a cell that holds a comma in quotation marks"))
    card_id, category = cells.get("id", "").strip(), cells.get("category", "").strip()
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,23}", card_id):
        fix = "use small letters, digits and hyphens, a letter first: bid"
        found.append(Problem(where, f"`{card_id}` cannot be an id", fix))
    if category not in categories:
        what = f"bank.toml has no category `{category}`"
        found.append(Problem(where, what, closest(category, categories)))
    faces = {}
    for face in ("front", "back"):
        text = cells.get(face, "").strip()
        if not text:
            found.append(Problem(where, f"the {face} is empty", "write it, or delete the row"))
        tokens = markup.parse(text, where.file, where.line, (), found)
        faces[face] = Prose(tuple(tokens), where)
    folder.problems += found
    if found:
        return None
    tags = tuple(cells["tags"].split())
    return Card(card_id, faces["front"], faces["back"], categories[category], tags, where)
