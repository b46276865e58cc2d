"""A package of Anki's to raw notes: what the first card of each note shows, front and back.

Our own packages come back as the bank that they were: ids, categories with their looks, tags. Gaps
of cloze notes become cards of their own.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from pharmdocs.bank.exchange.anki import FIELDS, SIGNS
from pharmdocs.bank.exchange.collection import LONGEST, Collection, Kind, Row, read_collection
from pharmdocs.bank.exchange.found import Found, clean, key_of
from pharmdocs.bank.exchange.package import DATABASES, OLDER, unpack
from pharmdocs.bank.model import Category
from pharmdocs.errors import ContentError, Location, Problem
from pharmdocs.strict.colors import READABLE, contrast, darkened

_FIELD = re.compile(r"\{\{([^{}\n]{1,200})\}\}")
_GAP = re.compile(r"\{\{c([0-9]{1,3})[0-9,]*::((?:(?!\{\{|\}\}).)*)\}\}", re.DOTALL)
_MEDIUM = re.compile(r"\bsrc=(?:\"([^\"]*)|'([^']*)|([^\s\"'>]*))|\[sound:([^\]\n]*)\]", re.I)
_ASKS = "Please update to the latest Anki version"
# Gaps in gaps; more than anybody can read.
_DEEPEST = 8
# More tags than these are no groups to file cards under.
_MOST_GROUPS = 12
_MOST_NAMES = 200


@dataclass(frozen=True)
class _Faces:
    """Which fields stand on the front and on the back of a kind's first card."""

    front: tuple[str, ...]
    back: tuple[str, ...]
    has_gaps: bool


def read_package(path: Path, file: str) -> Found:
    """What a package holds.

    Raises:
        ContentError: it is no package, or one that was made to do harm.
        SetupError: what this takes is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="pharmdocs-") as scratch:
        base = Path(scratch) / "collection"
        name, media = unpack(path, file, base)
        collection = read_collection(base, file)
    rows = collection.rows
    if name == DATABASES[-1] and any((row.fields or ("",))[0].startswith(_ASKS) for row in rows):
        what = "holds no cards, only the note with which a newer Anki asks to update"
        raise ContentError(Problem(Location(file), what, OLDER))
    found = Found(html=True, title=_title(rows))
    _tell_kinds(collection, file, found)
    banks = _banks(collection)
    group = _grouping(collection)
    for row in rows:
        where = _where(row, file)
        kind = collection.kinds.get(row.kind)
        if row.fields is None:
            what = f"the note is longer than {LONGEST:,} characters, or not UTF-8 text"
            found.left.append(Problem(where, f"{what}, and was left out", "mend it in Anki"))
        elif kind is None or len(kind.fields) != len(row.fields):
            what = "the note does not fit its kind, and was left out"
            found.left.append(Problem(where, what, "in Anki choose Tools, Check Database"))
        elif _is_ours(kind):
            _add_ours(row, row.fields, where, banks[row.kind], found)
        else:
            named = {name: text.strip() for name, text in zip(kind.fields, row.fields, strict=True)}
            category = group(row)
            for front, back in _sides(named, _faces(kind), where, found):
                cells = {"front": front, "back": back, "category": category}
                found.add(where, {**cells, "tags": " ".join(row.tags)})
    _tell_rest(collection, media, file, found)
    return found


def _is_ours(kind: Kind) -> bool:
    return kind.fields == [*FIELDS]


def _add_ours(row: Row, fields: tuple[str, ...], where: Location, bank: str, found: Found) -> None:
    """A note of ours; its category is the tag behind the bank's name, with the look it shows."""
    id_, front, back, name, sign, color = fields
    tags = list(row.tags)
    tag = next((tag for tag in tags if tag.startswith(f"{bank}::")), "")
    key = tag.rpartition("::")[2] or key_of(name)
    if tag:
        tags.remove(tag)
    shapes = {sign: shape for shape, sign in SIGNS.items()}
    sound = re.fullmatch(r"[a-z][a-z0-9-]*", key) and clean(name).strip() and sign in shapes
    if sound and re.fullmatch(r"#[0-9a-f]{6}", color):
        color = color if contrast(color) >= READABLE else darkened(color)
        label = " ".join(unescape(clean(name)).split())[:40]
        found.categories.setdefault(key, Category(key, label, shapes[sign], color, ""))
    cells = {"id": id_, "front": front, "back": back, "category": key}
    found.add(where, {**cells, "tags": " ".join(tags)})


def _banks(collection: Collection) -> dict[int, str]:
    """The bank of each kind of ours: what begins a tag of all its notes."""
    counts: dict[int, Counter[str]] = {}
    for row in collection.rows:
        heads = dict.fromkeys(tag.partition("::")[0] for tag in row.tags if "::" in tag)
        counts.setdefault(row.kind, Counter()).update(heads.keys())
    return {kind: next(iter(dict(count.most_common(1))), "") for kind, count in counts.items()}


def _faces(kind: Kind) -> _Faces:
    """What the first card of a kind shows; its first field and all others when that is not told."""
    _, asked, answered = next(iter(kind.cards), ("", "", ""))
    front, hinted = dict[str, None](), dict[str, None]()
    has_gaps = False
    for name, filters in _shown(asked, kind):
        has_gaps = has_gaps or "cloze" in filters
        # A box to type into, or a hint to unfold: on paper both are part of the answer.
        (hinted if {"type", "hint"} & filters else front)[name] = None
    back = [name for name, _ in _shown(answered, kind)]
    if not front:
        return _Faces(tuple(kind.fields[:1]), tuple(kind.fields[1:]), has_gaps)
    shown = dict.fromkeys(name for name in (*hinted, *back) if name not in front)
    return _Faces(tuple(front), tuple(shown), has_gaps)


def _shown(template: str, kind: Kind) -> Iterator[tuple[str, set[str]]]:
    """The fields that a template shows, in order, with the filters that each goes through."""
    for match in _FIELD.finditer(template):
        *filters, name = (part.strip() for part in match[1].split(":"))
        if name in kind.fields and not any(it.startswith("tts") for it in filters):
            yield name, set(filters)


def _sides(
    named: dict[str, str], faces: _Faces, where: Location, found: Found
) -> Iterator[tuple[str, str]]:
    """Front and back of a note's card as HTML; of a note with gaps, a card for each of them."""
    front, back = (_joined(named, names) for names in (faces.front, faces.back))
    if not faces.has_gaps:
        yield front, back
        return
    numbers = sorted({int(number) for number in re.findall(r"\{\{c([0-9]{1,3})[0-9,]*::", front)})
    if "image-occlusion:" in front:
        what = "a picture with covered parts was left out"
        found.left.append(Problem(where, what, "write a question about it"))
    elif not numbers:
        what = "a note without a gap to fill was left out"
        found.left.append(Problem(where, what, "put its gap back in Anki"))
    else:
        for number in numbers:
            yield _filled(front, (number,)), f"{_filled(front, (), number)}<br><br>{back}"


def _filled(text: str, hidden: Sequence[int], marked: int = 0) -> str:
    """A text with its gaps filled: those that are hidden with a hint, one of them in bold."""

    def fill(match: re.Match[str]) -> str:
        answer, _, hint = match[2].partition("::")
        if int(match[1]) in hidden:
            return f"[{hint or '…'}]"
        return f"<b>{answer}</b>" if int(match[1]) == marked else answer

    for _ in range(_DEEPEST):
        text, count = _GAP.subn(fill, text)
        if not count:
            break
    return text


def _joined(named: dict[str, str], names: Sequence[str]) -> str:
    texts = [named[name] for name in names if named[name]]
    return texts[0] if len(texts) == 1 else "".join(f"<div>{text}</div>" for text in texts)


def _title(rows: Sequence[Row]) -> str:
    """The deck, or the one around all of them; nothing for Anki's own “Default”."""
    decks = [row.deck.split("::") for row in rows]
    common: list[str] = []
    for names in zip(*decks, strict=False):
        if len({*names}) > 1:
            break
        common.append(names[0])
    title = common[-1].strip() if common else ""
    return "" if title == "Default" else title


def _grouping(collection: Collection) -> Callable[[Row], str]:
    """Under what a note of others is filed: its deck; where there is one deck, its one tag."""
    kinds = collection.kinds
    rows = [it for it in collection.rows if it.kind not in kinds or not _is_ours(kinds[it.kind])]
    if len({row.deck for row in rows}) > 1:
        return lambda row: row.deck
    tags = {row.tags for row in rows}
    if 1 < len(tags) <= _MOST_GROUPS and all(len(it) == 1 for it in tags):
        return lambda row: row.tags[0]
    return lambda _: ""


def _tell_kinds(collection: Collection, file: str, found: Found) -> None:
    """Of each kind that is used: cards, fields and words of templates that stay behind."""
    for id_ in dict.fromkeys(row.kind for row in collection.rows):
        kind = collection.kinds.get(id_)
        if kind is None or _is_ours(kind):
            continue
        where, faces = Location(file, 0), _faces(kind)
        first, *others = [name for name, _, _ in kind.cards] or [""]
        if others:
            names = ", ".join(f"`{name}`" for name in others)
            what = f"of the kind `{kind.name}` the card `{first}` comes along, and not {names}"
            found.left.append(Problem(where, what, "turn the card over, or export those as text"))
        unseen = {*kind.fields} - {*faces.front, *faces.back}
        for at, name in enumerate(kind.fields):
            filled = sum(
                row.kind == id_ and at < len(row.fields or ()) and bool((row.fields or ())[at])
                for row in collection.rows
            )
            if name in unseen and filled:
                notes = "one note" if filled == 1 else f"{filled:,} notes"
                what = f"the field `{name}` of the kind `{kind.name}` is on no side of its card,"
                fix = "write it into a field that is"
                found.left.append(Problem(where, f"{what} and was left out of {notes}", fix))
        for _, *templates in kind.cards[:1]:
            if words := " ".join(filter(None, map(_words, templates))):
                what = f"the words of the card `{first}` itself were left out: {words[:200]}"
                found.left.append(Problem(where, what, "write them into the fields"))


def _words(template: str) -> str:
    """What a template says by itself, with letters in it."""
    text = re.sub(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", " ", template, flags=re.S | re.I)
    text = unescape(re.sub(r"<[^<>]*>", " ", _FIELD.sub(" ", text)))
    return " ".join(text.split()) if re.search(r"[^\W\d_]", text) else ""


def _tell_rest(collection: Collection, media: tuple[str, ...], file: str, found: Found) -> None:
    """What has been learned, and media that no note names."""
    if collection.studied:
        what = f"what you have learned of {collection.studied:,} cards stays in Anki"
        found.left.append(Problem(Location(file), what, "nothing: paper keeps no record"))
    named = {
        unquote(unescape("".join(filter(None, match.groups()))))
        for row in collection.rows
        for text in row.fields or ()
        for match in _MEDIUM.finditer(text)
    }
    if rest := [name for name in media if name not in named]:
        names = ", ".join(name[:80] for name in rest[:_MOST_NAMES])
        more = f" and {len(rest) - _MOST_NAMES:,} more" if len(rest) > _MOST_NAMES else ""
        what = f"{len(rest):,} media that no note names were left out: {names}{more}"
        found.left.append(Problem(Location(file), what, "nothing, if no card needs them"))


def _where(row: Row, file: str) -> Location:
    """A note is found again in Anki by its first words."""
    texts = (re.sub(r"<[^>]*>|\[sound:[^\]]*\]", " ", text[:500]) for text in row.fields or ())
    words = next(filter(None, (" ".join(unescape(text).split()) for text in texts)), "")
    return Location(f"{file}, “{clean(words[:40])}”" if words else file)
