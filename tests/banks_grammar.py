"""Whole banks by a grammar: a folder of files, and what each printable should say of it, in order.

What a reader should see is noted here while it is written, and never asked of the program that
reads it.
"""

import csv
import io
import json
from dataclasses import dataclass, field

from banks_pen import LONG, REFUSED, Pen, Words
from banks_pictures import Picture
from hypothesis import strategies as st

_FILES = (
    "", "-plain", "-Ünï cödé", "-a b", "-'q\"", "-😀", "-x.y", "-%41", "-#1&2", "-" + "n" * 180,
)  # fmt: skip
_COLORS = ("#0b5c6b", "#8a3a12", "#000000", "#7a2e5f", "#5a4a00", "#2f5d27", "#2b4f8f")
_SHAPES = ("circle", "triangle", "square", "diamond", "pentagon", "cross")


@dataclass
class Written:
    """A project: its files by their paths, and what is to be seen of them.

    `book` are stretches of words, each in its order; `turns` one word each of what follows one
    another in the booklet. `cards` are faces, each as one of several texts; `zine` likewise.
    All pictures are in the booklet; the first `faced` of them on cards, too.
    """

    files: dict[str, str] = field(default_factory=dict)
    drawn: dict[str, bytes] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
    faced: int = 0
    book: list[Words] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)
    cards: list[tuple[Words, ...]] = field(default_factory=list)
    sheet: list[Words] = field(default_factory=list)
    zine: list[tuple[Words, ...]] = field(default_factory=list)
    refused: bool = False


@st.composite
def banks(draw: st.DrawFn) -> Written:
    """A bank that is sound, but for a letter that no face has at times, and what has no room."""
    pen, made = Pen(draw, draw(st.sampled_from([[], [], LONG, REFUSED]))), Written()
    pen.illustrated = pen.one(False, True)
    keys = ["a", "b-2", "c", "d", "e", "f", "g"][: pen.one(1, 2, 7)]
    names = {key: pen.line(40, 2) for key in keys}
    rows, intros = list[list[str]](), {key: pen.line() for key in keys if pen.one(False, True)}
    for number in range(pen.one(0, 1, 2)):
        rows.append(_card(pen, made, f"c{number}", pen.one(*keys)))
    made.faced = len(pen.pictures)
    asked = pen.one(1, 2) if rows else 1
    ids = [f"q{number + 1:02}" for number in range(asked)]
    for number, id_ in enumerate(ids):
        _question(pen, made, id_, pen.one(*keys), ids[number - 1])
    _order(made, keys, rows, ids)
    head = _head(pen, made, keys, names, intros)
    if pen.one(False, True):
        head += _part(pen, made)
    if pen.one(False, True):
        _glossary(pen, made)
    if pen.one(False, True):
        _checklist(pen, made)
    if rows:
        text = io.StringIO()
        csv.writer(text).writerows([["id", "front", "back", "category", "tags"], *rows])
        made.files["content/odd/cards.csv"] = text.getvalue()
    made.files["content/odd/bank.toml"] = head + _categories(pen, keys, names, intros)
    made.files["pharmdocs.toml"] = 'bank = "odd"\n'
    made.drawn = {f"content/odd/{name}": data for name, data in pen.drawn.items()}
    made.book, made.pictures = made.book + pen.heads, pen.pictures
    made.refused = pen.refused
    return made


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _head(
    pen: Pen, made: Written, keys: list[str], names: dict[str, tuple[str, Words]],
    intros: dict[str, tuple[str, Words]],
) -> str:  # fmt: skip
    title, subtitle, note = pen.line(60, 3), pen.line(120), pen.line()
    made.book += [title[1], subtitle[1], note[1]]
    made.book += [
        names[key][1] + intros.get(key, ("", ()))[1] for key in keys if key in _used(made)
    ]
    made.zine.append((title[1],))
    language, order = pen.one("en-US", "es-ES"), pen.one("id", "asked")
    return (
        f'format = 1\nname = "odd"\ntitle = {_toml(title[0])}\nsubtitle = {_toml(subtitle[0])}\n'
        f"language = {_toml(language)}\norder = {_toml(order)}\n"
        f'version = "1.0"\ndate = "2026-11-23"\nauthor = "Test"\ndisclaimer = {_toml(note[0])}\n'
    )


def _used(made: Written) -> set[str]:
    return {turn.partition(":")[0] for turn in made.turns}


def _categories(
    pen: Pen, keys: list[str], names: dict[str, tuple[str, Words]],
    intros: dict[str, tuple[str, Words]],
) -> str:  # fmt: skip
    text = ""
    for number, key in enumerate(keys):
        text += f"\n[categories.{key}]\nname = {_toml(names[key][0])}\n"
        text += f'shape = "{_SHAPES[number % 6]}"\ncolor = "{pen.one(*_COLORS)}"\n'
        text += f"intro = {_toml(intros[key][0])}\n" if key in intros else ""
    return text


def _card(pen: Pen, made: Written, id_: str, key: str) -> list[str]:
    (front, seen), (back, also) = (
        pen.inline(3),
        pen.prose() if pen.one(False, True) else pen.inline(),
    )
    made.book.append(seen + also)
    made.turns.append(f"{key}:0{id_}:{seen[0]}")
    made.cards += [(seen,), (also,)]
    return [id_, front, back, key, "tag"]


def _question(pen: Pen, made: Written, id_: str, key: str, other: str) -> None:
    title, short_title, headline = pen.line(120), pen.line(36, 2), pen.line(48, 2)
    short, competence = pen.line(160), pen.line(60, 2)
    why, how, sample = pen.prose(), pen.prose(), pen.prose(headings=True)
    new, pitfall = pen.prose(), pen.prose()
    points = pen.some(3, 5, lambda: pen.inline(3, broken=False))
    follow = pen.inline(3)
    fields = {
        "id": id_, "title": title[0], "short_title": short_title[0], "headline": headline[0],
        "short": short[0], "category": key, "difficulty": "easy", "asked": id_[1:],
        "reviewed": "2026-11-23",
    }  # fmt: skip
    sections = {
        "Why they ask": why[0],
        "How to answer": how[0],
        "Sample answer": sample[0],
        "If you're new": new[0],
        "Card points": "\n".join(f"- {text}" for text, _ in points),
        "Follow-up": f"{follow[0]} [next](#{other})",
        "Pitfall": pitfall[0],
    }
    text = "---\n" + "".join(f"{name}: {_toml(value)}\n" for name, value in fields.items())
    text += f"competencies: [{_toml(competence[0])}]\nsettings: [retail]\nsources: []\n---\n"
    text += "".join(f"\n## {name}\n\n{prose}\n" for name, prose in sections.items())
    made.files[f"content/odd/{id_}{pen.one(*_FILES)}.md"] = text
    told = sum((words for _, words in points), Words())
    made.book += [title[1] + competence[1] + why[1] + how[1] + sample[1] + new[1] + follow[1]]
    made.book += [short_title[1], pitfall[1] + told]
    made.turns.append(f"{key}:1{id_}:{why[1][0]}")
    made.cards += [(title[1], short_title[1]), (headline[1],), (told, short[1])]
    made.zine += [(title[1], short_title[1]), (told, short[1])]


def _order(made: Written, keys: list[str], rows: list[list[str]], ids: list[str]) -> None:
    """Categories as they are written; in each the cards of the file, then the questions by id."""
    made.turns.sort(key=lambda turn: (keys.index(turn.split(":")[0]), turn.split(":")[1]))
    assert len(made.turns) == len(rows) + len(ids)


def _part(pen: Pen, made: Written) -> str:
    place, layout = (
        pen.one("before", "opening", "after", "closing"),
        pen.one("prose", "worksheet", "log"),
    )
    title, lead, text = pen.line(48, 2), pen.line(200), pen.prose()
    heading, more = pen.inline(3, broken=False, heading=True), pen.prose()
    made.files["content/odd/parts/the-part.md"] = (
        f"---\ntitle: {_toml(title[0])}\nshort_title: Part\nlayout: {layout}\n"
        f"lead: {_toml(lead[0])}\n---\n\n{text[0]}\n\n## {heading[0]}\n\n{more[0]}\n"
    )
    made.book += [title[1] + lead[1] + text[1] + more[1], heading[1]]
    return f'\n[booklet]\n{place} = ["the-part"]\n'


def _glossary(pen: Pen, made: Written) -> None:
    # A heading is Markdown: a plain `<b>` in it would be HTML, and refused.
    terms = pen.some(1, 2, lambda: (pen.inline(2, broken=False, heading=True), pen.prose()))
    text = "---\ntitle: Glossary\nshort_title: Glossary\n---\n"
    for number, ((name, seen), (prose, also)) in enumerate(terms):
        # Told apart by plain letters, from which their places are named.
        text += f"\n## Term{number} {name}\n\n{prose}\n"
        made.book += [(f"Term{number}", *seen), also]
    made.files["content/odd/glossary.md"] = text


def _letter(pen: Pen) -> tuple[str, Words]:
    """A line of the email, without the signs by which it has blanks."""
    text, seen = pen.line(60, 3)
    none = dict.fromkeys(map(ord, "{}[]"))
    return text.translate(none), tuple(word.translate(none) for word in seen)


def _checklist(pen: Pen, made: Written) -> None:
    title, lead, name = (pen.line(60, 3) for _ in range(3))
    items, names = pen.some(1, 3, pen.line), pen.some(0, 2, lambda: pen.line(40, 2))
    asks, subject, body = pen.some(0, 2, pen.line), _letter(pen), _letter(pen)
    text = (
        f"title = {_toml(title[0])}\nlead = {_toml(lead[0])}\n[[group]]\nname = {_toml(name[0])}\n"
    )
    text += f"items = [{', '.join(_toml(item) for item, _ in items)}]\n"
    text += "".join(f"[[certification]]\nname = {_toml(it)}\n" for it, _ in names)
    text += "".join(
        f'[[question]]\ngroup = "team"\ntext = {_toml(it)}\nsettings = ["retail"]\n'
        for it, _ in asks
    )
    text += f'[email]\nsubject = {_toml(subject[0])}\ngreeting = "Dear {{interviewer}},"\n'
    text += f'body = [{_toml(body[0])}]\nclosing = "Sincerely, {{name}}"\n'
    made.files["content/odd/checklist.toml"] = text
    made.sheet += [title[1], lead[1], name[1], subject[1], body[1]]
    made.sheet += [words for _, words in (*items, *names)]
