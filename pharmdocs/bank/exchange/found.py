"""What a file of another program holds, still raw, to notes: ids, Markdown, and what is left out.

What cannot be carried over is told with its place, never dropped in silence.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pharmdocs.bank.exchange.note import Note, escaped
from pharmdocs.bank.model import Category
from pharmdocs.errors import ContentError, Location, Problem

MOST = 20_000
_ID = re.compile(r"[a-z][a-z0-9-]{0,23}")
_TAGGED = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]+;|&#\d+;")
# What our own files refuse: control characters, and half a character.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")


@dataclass
class Found:
    """What a file holds: raw notes with their places, and what did not come along.

    Texts are Markdown where they are `ours`, HTML where the file says so, else plain or HTML.
    `categories` are those whose looks the file knows; notes name them by their keys.
    """

    notes: list[tuple[Location, dict[str, str]]] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)
    title: str = ""
    ours: bool = False
    html: bool = False
    categories: dict[str, Category] = field(default_factory=dict)

    def add(self, where: Location, cells: Mapping[str, str]) -> None:
        """Another raw note: `front`, `back`, and perhaps `id`, `category` and `tags`.

        Raises:
            ContentError: there are too many.
        """
        if len(self.notes) == MOST:
            what = f"has more than {MOST:,} cards"
            raise ContentError(Problem(Location(where.file), what, "split it into several files"))
        self.notes.append((where, {name: clean(cell) for name, cell in cells.items()}))


def notes_of(found: Found) -> Iterator[Note]:
    """The notes of what was read, each with an id of its own; what is half is told."""
    ids: dict[str, int] = {}
    for where, cells in found.notes:
        front, back = (_text(cells.get(side, ""), found, where) for side in ("front", "back"))
        if not front or not back:
            what = f"a card without a {'back' if front else 'front'} was left out"
            found.left.append(Problem(where, what, "write both sides"))
            continue
        id_ = cells.get("id", "").lower()
        id_ = _unlike(id_ if _ID.fullmatch(id_) else _slug(front, "card"), ids)
        tags = tuple(re.findall(r"[^\s,;]+", cells.get("tags", "")))
        yield Note(id_, front, back, cells.get("category", "").strip(), tags)


def clean(text: str) -> str:
    """The text with line feeds alone, and a blank for each sign that no eye can see."""
    return _UNSEEN.sub(" ", re.sub(r"\r\n?", "\n", text))


def _text(cell: str, found: Found, where: Location) -> str:
    """A cell as Markdown of ours."""
    if found.ours:
        return cell
    if found.html and not re.search(r"[<&\\]|\[sound:", cell):
        return escaped(re.sub(r"[ \t\n]+", " ", cell))
    if found.html or _TAGGED.search(cell):
        from pharmdocs.bank.exchange.html import reduced

        text, lost = reduced(cell)
        found.left += [Problem(where, what, fix) for what, fix in lost]
        return clean(text)
    return escaped(cell)


def _slug(text: str, otherwise: str) -> str:
    """A key made of the first words of a text: small letters, digits and hyphens."""
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
