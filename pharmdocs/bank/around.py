"""What stands around the questions: parts, their places in the booklet, glossary, checklist."""

import re

from pharmdocs.bank import model
from pharmdocs.bank.files import Folder
from pharmdocs.bank.model import Ask, Book, Checklist, Email, Part, Term
from pharmdocs.errors import Location, closest
from pharmdocs.strict import Table

ASK_GROUPS = ("role", "team", "growth", "next")


def read_book(folder: Folder, table: Table) -> Book:
    """The parts of parts/, in the places that [booklet] gives them; each has exactly one."""
    parts = {}
    for file in sorted((folder.path / "parts").glob("*.md")):
        if part := _part(folder, file.stem):
            parts[part.id] = part
    places = {}
    for place in ("opening", "before", "after", "closing"):
        names = table.texts(place, ())
        for name in names:
            if name not in parts:
                what = f"there is no sound parts/{name}.md"
                table.complain(table.line_of(place), what, closest(name, parts))
        places[place] = tuple(parts[name] for name in names if name in parts)
    table.close()
    book = Book(**places)
    for part in parts.values():
        if book.parts().count(part) != 1:
            what = f"parts/{part.id}.md stands {book.parts().count(part)} times in the booklet"
            table.complain(table.line, what, "name it once under [booklet], or delete the file")
    return book


def _part(folder: Folder, name: str) -> Part | None:
    document = folder.document(f"parts/{name}.md", headings=(2, 3))
    if document is None:
        return None
    fields = document.fields
    part = Part(
        id=name,
        title=fields.text("title", limit=48),
        short_title=fields.text("short_title", limit=36),
        layout=fields.choice("layout", model.LAYOUTS),
        lead=fields.text("lead", "", limit=200),
        intro=document.intro,
        sections=tuple(document.sections),
        where=Location(fields.file, 1),
    )
    fields.close()
    return part


def read_glossary(folder: Folder) -> tuple[Term, ...]:
    """The terms of glossary.md in alphabetical order; none when there is no such file.

    A heading may carry an abbreviation in parentheses; a text may use either form.
    """
    if not (folder.path / "glossary.md").is_file():
        return ()
    document = folder.document("glossary.md", headings=(2,))
    if document is None:
        return ()
    for key in ("title", "short_title"):
        document.fields.text(key)
    document.fields.close()
    terms: dict[str, Term] = {}
    for title, prose in document.sections:
        long, _, short = title.partition(" (")
        names = {long, short.rstrip(")")} - {""}
        slug = "t-" + re.sub(r"[^a-z0-9]+", "-", long.lower()).strip("-")
        if slug in terms or not prose.tokens:
            state = "stands twice" if slug in terms else "is not explained"
            what = f"the term `{title}` {state}"
            document.fields.complain(prose.where.line, what, "keep one entry, with a sentence")
        terms[slug] = Term(slug, title, tuple(sorted(names, key=len, reverse=True)), prose)
    return tuple(sorted(terms.values(), key=lambda term: term.title.casefold()))


def read_checklist(folder: Folder) -> Checklist | None:
    """The texts of the interview-day sheet; None when the bank has none."""
    if not (folder.path / "checklist.toml").is_file():
        return None
    table = folder.toml("checklist.toml")
    groups, names, asks = [], [], []
    for entry in table.tables("group"):
        groups.append((entry.text("name"), entry.texts("items")))
        entry.close()
    for entry in table.tables("certification"):
        names.append(entry.text("name"))
        entry.close()
    for entry in table.tables("question"):
        settings = entry.choices("settings", model.SETTINGS)
        asks.append(Ask(entry.choice("group", ASK_GROUPS), entry.text("text"), settings))
        entry.close()
    letter = table.table("email", required=True)
    email = Email(
        letter.text("subject"),
        letter.text("greeting"),
        letter.texts("body"),
        letter.text("closing"),
    )
    letter.close()
    title, lead = table.text("title"), table.text("lead")
    table.close()
    return Checklist(title, lead, tuple(groups), tuple(names), tuple(asks), email)
