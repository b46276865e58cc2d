"""Decks of other programs to notes: CSV, TSV with Anki's header lines, Markdown lists.

A table may have headings or not; without them the first column is the front, the second the back.
What cannot be carried over is told with its line; a file in which nothing can is refused.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pharmdocs.bank.exchange.note import Note, escaped
from pharmdocs.errors import ContentError, Location, Problem
from pharmdocs.strict import read_text

MOST = 20_000
# What other programs and people call the columns.
_NAMES = {
    "front": ("front", "question", "term", "prompt", "q"),
    "back": ("back", "answer", "definition", "a", "meaning"),
    "id": ("id", "guid", "key", "no", "number"),
    "category": ("category", "deck", "topic", "subject", "chapter"),
    "tags": ("tags", "tag", "labels"),
}
_SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
_ID = re.compile(r"[a-z][a-z0-9-]{0,23}")
_TAGGED = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]+;|&#\d+;")
_META = re.compile(r"^<!--(.*)-->$", re.MULTILINE)


@dataclass
class Found:
    """What a file holds: raw notes with their lines, and what did not come along."""

    notes: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)
    title: str = ""
    # Texts are Markdown of ours already; those of others are plain or HTML.
    ours: bool = False
    html: bool = False


def read_notes(path: Path) -> tuple[str, tuple[Note, ...], tuple[Problem, ...]]:
    """The title of a file, if it has one, its notes, and what did not come along.

    Raises:
        ContentError: it is no such file, or nothing in it is a card.
    """
    problems: list[Problem] = []
    text = read_text(path, path.name, problems)
    if problems:
        raise ContentError(*problems)
    if path.suffix.lower() in (".md", ".markdown"):
        found = _lists(text, path.name)
    elif path.suffix.lower() in (".csv", ".tsv", ".txt"):
        found = _table(text, path.name)
    else:
        fix = "save it as .csv, .tsv, .txt or .md"
        raise ContentError(Problem(Location(path.name), "is of a kind that is not read", fix))
    if len(found.notes) > MOST:
        what = f"has {len(found.notes):,} cards, more than {MOST:,}"
        raise ContentError(Problem(Location(path.name), what, "split it into several files"))
    notes = tuple(_notes(found, path.name))
    if not notes:
        fix = "a line needs a front and a back, parted by a comma or a tab; a list, ## headings"
        raise ContentError(*found.left, Problem(Location(path.name), "has no cards", fix))
    return found.title, notes, tuple(found.left)


def _table(text: str, file: str) -> Found:
    """Rows; Anki's header lines say how they are to be read."""
    found, told, lines = Found(), {}, text.split("\n")
    start = 0
    while start < len(lines) and lines[start].startswith("#") and ":" in lines[start]:
        key, _, value = lines[start][1:].partition(":")
        told[key.strip().lower()] = value.strip()
        start += 1
    found.html = told.get("html", "").lower() == "true"
    sign = told.get("separator", "")
    sign = _SIGNS.get(sign.lower(), sign[:1]) or _sign(lines[start] if start < len(lines) else "")
    rows = csv.reader(io.StringIO("\n".join(lines[start:])), delimiter=sign, strict=True)
    columns = _told_columns(told, sign)
    line = start + 1
    try:
        for row in rows:
            at, line = line, start + rows.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not columns:
                columns = _columns(row)
                found.ours = [*columns] == ["id", "front", "back", "category", "tags"]
                if columns:
                    continue
                columns = {"front": 0, "back": 1}
            found.notes.append((at, _cells(row, columns)))
            if over := [cell for cell in row[max(columns.values()) + 1 :] if cell.strip()]:
                what = f"a cell that belongs to no column: `{over[0].strip()[:40]}`"
                found.left.append(Problem(Location(file, at), what, "give its column a heading"))
    except csv.Error:
        what = "a quotation mark that is not closed, or stands inside a cell"
        fix = 'put the cell between " and ", and write each " inside it twice'
        raise ContentError(Problem(Location(file, line), what, fix)) from None
    return found


def _sign(line: str) -> str:
    """What parts the cells of the first line: what makes headings of it, else a tab, else most."""
    signs = ("\t", ",", ";")
    for sign in signs:
        if _columns(line.split(sign)):
            return sign
    # A semicolon ends what HTML writes for a sign.
    plain = re.sub(r"&#?\w+;", "", line)
    return "\t" if "\t" in plain else max(signs[1:], key=plain.count)


def _columns(row: list[str]) -> dict[str, int]:
    """Which column tells what, by the headings; nothing where there are none."""
    heads = [cell.strip().lower() for cell in row]
    found = {
        name: next(at for at, head in enumerate(heads) if head in known)
        for name, known in _NAMES.items()
        if any(head in known for head in heads)
    }
    order = sorted(found, key=lambda name: found[name])
    return {name: found[name] for name in order} if {"front", "back"} <= found.keys() else {}


def _told_columns(told: Mapping[str, str], sign: str) -> dict[str, int]:
    """The columns as Anki's header lines name them; the others in order are front and back."""

    def column(what: str) -> int | None:
        number = told.get(f"{what} column", "")
        return int(number) - 1 if number.isdecimal() and 0 < len(number) < 4 else None

    known = (("guid", "id"), ("deck", "category"), ("tags", "tags"))
    named = {name: at for what, name in known if (at := column(what)) is not None}
    skipped = {column("notetype")} - {None}
    if told.get("columns"):
        named = {**_columns(told["columns"].split(sign)), **named}
    if not named and not skipped:
        return {}
    free = (at for at in range(1000) if at not in {*named.values(), *skipped})
    for name in ("front", "back"):
        if name not in named:
            named[name] = next(free)
    return named


def _cells(row: list[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}


def _lists(text: str, file: str) -> Found:
    """`## Question`, and its answer below."""
    found, at, front = Found(ours=True), 0, ""
    body: list[str] = []

    def done() -> None:
        if front:
            told, answer = _meta("\n".join(body))
            found.notes.append((at, {"front": front, "back": answer, **told}))
        elif "".join(body).strip():
            what = "a text before the first ## heading belongs to no card"
            found.left.append(Problem(Location(file, at or 1), what, "put a ## question above it"))

    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("# ") and not found.title and not front:
            found.title = line[2:].strip()
        elif line.startswith("## "):
            done()
            at, front, body = number, line[3:].strip(), []
        else:
            body.append(line)
    done()
    return found


def _meta(text: str) -> tuple[dict[str, str], str]:
    """What our own comment says of a card, and the text without it."""
    told: dict[str, str] = {}
    if note := _META.search(text):
        for part in note[1].split(";"):
            key, _, value = part.partition(":")
            if key.strip() in ("id", "category", "tags"):
                told[key.strip()] = value.strip()
        if told:
            text = text[: note.start()] + text[note.end() :]
    return told, text.strip()


def _notes(found: Found, file: str) -> Iterator[Note]:
    """The notes of what was read, each with an id of its own; what is half is told."""
    ids: dict[str, int] = {}
    for line, cells in found.notes:
        where = Location(file, line)
        if not cells.get("front") or not cells.get("back"):
            side = "back" if cells.get("front") else "front"
            what = f"a card without a {side}"
            found.left.append(Problem(where, what, "write both, or delete the line"))
            continue
        front, back = (_text(cells[side], found, where) for side in ("front", "back"))
        id_ = cells.get("id", "").lower()
        id_ = _unlike(id_ if _ID.fullmatch(id_) else _slug(front, "card"), ids)
        tags = tuple(re.findall(r"[^\s,;]+", cells.get("tags", "")))
        yield Note(id_, front, back, cells.get("category", "").strip(), tags)


def _text(cell: str, found: Found, where: Location) -> str:
    """A cell as Markdown of ours."""
    if found.ours:
        return cell
    if found.html or _TAGGED.search(cell):
        from pharmdocs.bank.exchange.html import reduced

        text, lost = reduced(cell)
        fix = "put the picture into the bank’s folder and name it: ![what it shows](file.png)"
        found.left += [Problem(where, f"{what} was left out", fix) for what in lost]
        return text
    return escaped(cell)


def _slug(text: str, otherwise: str) -> str:
    """A key made of the first words of a text: small letters, digits and hyphens."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text.lower())
    words = re.findall(r"[a-z0-9]+", "".join(it for it in plain if not unicodedata.combining(it)))
    found = ""
    for word in words:
        longer = f"{found}-{word}" if found else word
        if len(longer) > 20:
            break
        found = longer
    found = found or "".join(words)[:20]
    return found if found and found[0].isalpha() else f"{otherwise}-{found}".strip("-")[:20]


def key_of(name: str) -> str:
    """A category's name as its key."""
    return _slug(name, "group")


def _unlike(id_: str, taken: dict[str, int]) -> str:
    """The id, with a number where another card has it; `taken` keeps the last number of each."""
    found, number = id_, taken.get(id_, 1)
    while found in taken:
        number += 1
        found = f"{id_[: 23 - len(str(number))]}-{number}"
    taken[id_] = number
    taken.setdefault(found, 1)
    return found
