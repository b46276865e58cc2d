"""What stands around the questions: parts, their places in the booklet, glossary, checklist."""

import re

from pharmdocs.bank import model
from pharmdocs.bank.files import Folder
from pharmdocs.bank.model import Ask, Book, Checklist, Email, Part, Term
from pharmdocs.errors import Location, closest
from pharmdocs.strict import Table, misspelt
from pharmdocs.wording import alphabetical

ASK_GROUPS = ("role", "team", "growth", "next")
# What the email may ask for in {braces}; what nobody can know before stands in [brackets].
EMAIL_PLACES = ("name", "employer", "role", "date", "time", "place", "interviewer")


def read_book(folder: Folder, table: Table) -> Book:
    """The parts of parts/, in the places that [booklet] gives them; each has exactly one."""
    parts = {}
    files = sorted(file.stem for file in (folder.path / "parts").glob("[!.]*.md"))
    for name in files:
        if part := _part(folder, name):
            parts[part.id] = part
    places: dict[str, tuple[Part, ...]] = {}
    lines: dict[str, int] = {}
    for place in ("opening", "before", "after", "closing"):
        names, line = table.texts(place, ()), table.line_of(place)
        places[place] = tuple(parts[name] for name in names if name in parts)
        for name in names:
            if lines.setdefault(name, line) != line:
                table.complain(line, f"parts/{name}.md stands twice", "name it in one place")
    front, back = (table.text(name, "", limit=24) for name in ("front", "back"))
    table.close()
    _check_names(lines, files, table)
    return Book(**places, front=front, back=back)


def _check_names(lines: dict[str, int], files: list[str], table: Table) -> None:
    """Report what is named but is no file, and the files that are not named; once if misspelt."""
    unnamed = [name for name in files if name not in lines]
    meant = misspelt([name for name in lines if name not in files], unnamed)
    for name, line in lines.items():
        if name not in files:
            near = f"did you mean `{meant[name]}`?" if name in meant else ""
            fix = near or "write it, or take its name out"
            table.complain(line, f"there is no parts/{name}.md", fix)
    for name in unnamed:
        if name not in meant.values():
            fix = "name it in one place under [booklet], or delete the file"
            table.complain(table.line, f"parts/{name}.md stands nowhere in the booklet", fix)


def _part(folder: Folder, name: str) -> Part | None:
    document = folder.document(f"parts/{name}.md", headings=(2, 3))
    if document is None:
        return None
    fields = document.fields
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        fix = "use small letters, digits and hyphens, a letter first: the-role.md"
        fields.complain(0, "the file's name cannot be an id", fix)
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
    if document.intro.tokens:
        line = (document.intro.tokens[0].map or [0])[0]
        document.fields.complain(line, "text before the first term", "move it under a term")
    terms: dict[str, Term] = {}
    for title, prose in document.sections:
        long, _, short = title.partition(" (")
        names = {long, short.rstrip(")")} - {""}
        slug = "t-" + re.sub(r"[^a-z0-9]+", "-", long.lower()).strip("-")
        line = prose.where.line
        if slug in terms:
            document.fields.complain(line, f"the term `{title}` stands twice", "keep one entry")
        elif not prose.tokens:
            fix = "write a sentence under it"
            document.fields.complain(line, f"the term `{title}` is not explained", fix)
        terms[slug] = Term(slug, title, tuple(sorted(names, key=len, reverse=True)), prose)
    return tuple(sorted(terms.values(), key=lambda term: alphabetical(term.title)))


def read_checklist(folder: Folder) -> Checklist | None:
    """The texts of the interview-day sheet; None when the bank has none."""
    if not (folder.path / "checklist.toml").is_file():
        return None
    return checklist_of(folder.toml("checklist.toml"))


def checklist_of(table: Table) -> Checklist:
    """The texts of a table, which is closed; problems are noted in it."""
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
    _check_places(letter, email)
    letter.close()
    title, lead = table.text("title"), table.text("lead")
    table.close()
    return Checklist(title, lead, tuple(groups), tuple(names), tuple(asks), email)


def _check_places(table: Table, email: Email) -> None:
    texts = {"subject": email.subject, "greeting": email.greeting, "closing": email.closing}
    for key, text in [*texts.items(), *(("body", text) for text in email.body)]:
        for place in re.findall(r"\{([^{}]*)\}", text):
            if place not in EMAIL_PLACES:
                what = f"`{key}` has a place {{{place}}} that nothing fills in"
                fix = (
                    f"{closest(place, EMAIL_PLACES)} (what the writer puts in stands in [brackets])"
                )
                table.complain(table.line_of(key), what, fix)
