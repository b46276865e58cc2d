"""A bank's notes to a package for Anki, which knows them by their ids and updates them.

Same deck, same moment, same bytes.
"""

import hashlib
import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pharmdocs.bank.exchange.note import Deck, Note
from pharmdocs.bank.model import Category
from pharmdocs.errors import Problem, SetupError

_READER = MarkdownIt("commonmark", {"html": False}).enable("table")
# What tells a category where there is no color, and the names of our fields.
SIGNS = {
    "circle": "●", "triangle": "▲", "square": "■", "diamond": "◆", "pentagon": "⬟", "cross": "✚",
}  # fmt: skip
FIELDS = ("Id", "Front", "Back", "Category", "Sign", "Color")
# A zip archive knows no earlier day.
_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Look:
    """How a card looks in Anki: the templates of its two sides, and their style sheet."""

    front: str
    back: str
    css: str


def to_anki(deck: Deck, look: Look, moment: float) -> tuple[bytes, tuple[str, ...]]:
    """The package, and what did not come along.

    Args:
        deck: notes; their ids and the deck's name are what Anki knows them by.
        look: what the cards look like.
        moment: when they were last changed, in seconds since 1970: Anki takes a note that is newer
            than its own.

    Raises:
        SetupError: what this takes is not installed.
    """
    try:
        import genanki
    except ImportError:
        what = "what writes Anki’s packages is not installed"
        raise SetupError(Problem(None, what, 'pip install "pharmdocs[exchange]"')) from None
    model = genanki.Model(
        _number(f"{deck.name} model"),
        f"pharmdocs: {deck.title}",
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Card", "qfmt": look.front, "afmt": look.back}],
        css=look.css,
        sort_field_index=0,
    )
    made = genanki.Deck(_number(f"{deck.name} deck"), deck.title)
    categories = {it.key: it for it in deck.categories}
    left: dict[str, None] = dict.fromkeys(deck.left)
    for note in deck.notes:
        category = categories[note.category]
        made.add_note(
            genanki.Note(
                model=model,
                fields=_fields(note, category, left),
                guid=genanki.guid_for(deck.name, note.id),
                tags=[f"{deck.name}::{category.key}", *note.tags],
                sort_field=note.id,
            )
        )
    return _packed(genanki.Package(made), moment), tuple(left)


def _fields(note: Note, category: Category, left: dict[str, None]) -> list[str]:
    front, back = (_html(text, note.id, left) for text in (note.front, note.back))
    return [note.id.upper(), front, back, category.name, SIGNS[category.shape], category.color]


def _html(text: str, id_: str, left: dict[str, None]) -> str:
    """A text as HTML; a picture becomes its description, and a link its words."""
    tokens = _READER.parse(text)
    for token in tokens:
        token.children = [it for it in map(_plain, token.children or ()) if it] or token.children
        pictures = [it for it in token.children or () if it.type == "image"]
        for picture in pictures:
            left[
                f"the picture {picture.attrs.get('src')} of {id_}: its description stands there"
            ] = None
            picture.type, picture.children = "text", None
    return str(_READER.renderer.render(tokens, _READER.options, {})).strip()


def _plain(token: Token) -> Token | None:
    return None if token.type in ("link_open", "link_close") else token


def _number(name: str) -> int:
    """What Anki calls a deck or a kind of note: a number that no other has."""
    found = int.from_bytes(hashlib.sha256(f"pharmdocs {name}".encode()).digest()[:4], "big")
    return (1 << 30) + found % (1 << 30)


def _packed(package: object, moment: float) -> bytes:
    """The archive without the day on which it was made."""
    with tempfile.TemporaryDirectory(prefix="pharmdocs-") as scratch:
        path, before = Path(scratch) / "deck.apkg", tempfile.tempdir
        # It leaves its database behind, wherever temporary files go.
        tempfile.tempdir = scratch
        try:
            package.write_to_file(str(path), timestamp=moment)  # type: ignore[attr-defined]
        finally:
            tempfile.tempdir = before
        out = io.BytesIO()
        with zipfile.ZipFile(path) as made, zipfile.ZipFile(out, "w") as archive:
            for name in made.namelist():
                entry = zipfile.ZipInfo(name, _DAY)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                archive.writestr(entry, made.read(name))
        return out.getvalue()
