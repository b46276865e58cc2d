"""The words of banks that are made up, and how they come together: lines, paragraphs, tables.

Every word carries a number of its own, so that one found on paper is that one and no other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from banks_pictures import FORMS, KINDS, SHAPES, VEILS, Picture, picture
from hypothesis import strategies as st

_T = TypeVar("_T")
Words = tuple[str, ...]


class Word(NamedTuple):
    """How a word is written in Markdown and in a plain field, and what is seen of it."""

    markdown: str
    plain: str
    seen: str


def _same(*texts: str) -> list[Word]:
    return [Word(text, text, text) for text in texts]


# The simplest first: that is what a failing bank shrinks to.
_SOUND = [
    *_same(
        "dose", "Łódź", "Größe", "Ελλάς", "ñandú", "Nguyễn", "e\u0301tude", "q\u0307", "µg", "½",
        "≥", "℞", "№", "ĳs", "x²", "H₂O", "3–5×", "1.5", "50%", "re-do", "non\u2011stop", "AC/DC",
        "co\u00adop", "zero\u200bwidth", "in\u2060one", "no\u00a0break", "thin\u202fspace", "R&D",
        "{%x%}", "#4", "it's", "(a)", "a:b", "50€", "→", "☐", "…", "@x", "x=y", "~x",
        "dihydrochloride", "MiXeD", "ß", "ſ", "İ", "ı",
    ),
    Word(r"\*", "*", "*"), Word(r"{{7\*7}}", "{{7*7}}", "{{7*7}}"),
    Word(r"\_x", "_x", "_x"), Word("&amp;", "&", "&"),
    Word(r"a\|b", "a|b", "a|b"), Word(r"\<b>", "<b>", "<b>"), Word("&lt;i&gt;", "<i>", "<i>"),
    Word(r"\[x\]", "[x]", "[x]"),
]  # fmt: skip
LONG = _same("pneumono" * 8, "Ω" * 50, "pH" * 60, "W" * 90, "a\u200bb" * 40)
# What no vendored face has: refused, by its line and code.
REFUSED = _same(
    "Привет", "שלום", "مرحبا", "日本語", "ไทย", "😀", "👩\u200d⚕️", "a\u200db", "\u202eabc",
    "a\u2066b", "\ufb01x", "x\u0332", "\u3000x", "🇪🇸", "\u0915\u094d",
)  # fmt: skip


@dataclass
class Pen:
    """Draws texts; counts words, and knows whether one was drawn that no face has.

    `rare` are the words of which one comes up now and then. `heads` hang in the margin, where they
    are drawn after the text. `drawn` are the files of the pictures, if there are any in this bank,
    and `pictures` what they are.
    """

    draw: st.DrawFn
    rare: list[Word]
    count: int = 100
    refused: bool = False
    heads: list[Words] = field(default_factory=list)
    illustrated: bool = False
    drawn: dict[str, bytes] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)

    def one(self, *of: _T) -> _T:
        """One of these, rather the first."""
        return self.draw(st.sampled_from(of))

    def some(self, least: int, most: int, make: Callable[[], _T]) -> list[_T]:
        return [make() for _ in range(self.draw(st.integers(least, most)))]

    def word(self, room: int = 400) -> Word:
        """A word that has at most so many characters as it is written."""
        is_rare = self.rare and self.draw(st.integers(0, 19)) == 19
        drawn = self.draw(st.sampled_from(self.rare if is_rare else _SOUND))
        if len(drawn.markdown) + 3 > room:
            drawn = _SOUND[0]
        self.refused |= drawn in REFUSED
        self.count += 1
        return Word(*(f"{text}{self.count}" for text in drawn))

    def line(self, limit: int = 200, most: int = 4) -> tuple[str, Words]:
        """A plain field of at most so many characters."""
        words: list[Word] = []
        for _ in range(self.draw(st.integers(1, most))):
            room = limit - sum(len(word.plain) + 1 for word in words)
            if room >= len("dose000"):
                words.append(self.word(room))
        return " ".join(word.plain for word in words), tuple(word.seen for word in words)

    def inline(
        self, most: int = 5, broken: bool = True, heading: bool = False
    ) -> tuple[str, Words]:
        """Words of a paragraph, some of them marked, linked, in brackets or on a line of theirs.

        A heading has no pictures.
        """
        parts, seen = "", Words()
        for _ in range(self.draw(st.integers(1, most))):
            word = self.word()
            form = self.one("{}", "{}", "**{}**", "*{}*", "***{}***", '"{}"', "[{}]", "link")
            if form == "[{}]" and (len(word.markdown) > 50 or "[" in word.plain):
                form = "{}"
            if form == "link":
                form = "[{}](https://x.example/?a=1&b=2)" if "[" not in word.plain else "{}"
            between = self.one(" ", " ", "\n", "\\\n") if broken and parts else " " * bool(parts)
            parts += between + form.replace("{}", word.markdown, 1)
            parts += "" if heading else self.maybe_picture()
            seen += (word.seen,)
        return parts, seen

    def maybe_picture(self) -> str:
        """At times a picture to follow a word, in a bank that has some."""
        if self.illustrated and self.draw(st.integers(0, 9)) == 9:
            return " " + self.picture()
        return ""

    def picture(self) -> str:
        alt = [self.word() for _ in range(self.one(1, 2))]
        kind, form, width = self.one(*KINDS), self.one(*range(FORMS)), self.count
        name = self.one("pic", "in/a-pic_1.", "_") + str(width) + kind
        self.drawn[name] = picture(kind, form, width, self.one(9, 40, 300, 1))
        told = tuple(word.seen for word in alt)
        is_drawing = kind == ".svg"
        veil = is_drawing and form % len(SHAPES) in VEILS
        self.pictures.append(Picture(told, 0 if is_drawing else width, veil))
        return f"![{' '.join(word.markdown for word in alt)}]({name})"

    def prose(self, headings: bool = False) -> tuple[str, Words]:
        """One block or two: a paragraph, a list, a quotation, a table; with headings at times."""
        blocks, seen = list[str](), Words()
        for _ in range(self.draw(st.integers(1, 2))):
            if alone := self.maybe_picture():
                blocks.append(alone.strip())
            kind = self.one("text", "text", "list", "numbers", "nested", "quote", "table", "head")
            if kind == "head" and headings:
                text, words = self.inline(broken=False, heading=True)
                blocks.append(f"### {text}")
                self.heads.append(words)
                kind = "text"
            text, words = self.table() if kind == "table" else self.block(kind)
            blocks.append(text)
            seen += words
        return "\n\n".join(blocks), seen

    def block(self, kind: str) -> tuple[str, Words]:
        if kind in ("text", "head"):
            return self.inline()
        drawn = self.some(1, 3, lambda: self.inline(3, broken=False))
        signs = {"list": "- ", "numbers": "1. ", "quote": "> ", "nested": "- "}
        lines = [signs[kind] + text for text, _ in drawn]
        if kind == "nested":
            lines = [f"{'  ' * level}{line}" for level, line in enumerate(lines)]
        return "\n".join(lines), sum((words for _, words in drawn), Words())

    def table(self) -> tuple[str, Words]:
        width = self.one(2, 1, 3, 5, 8, 12)
        rows = [[self.word() for _ in range(width)] for _ in range(1 + self.one(1, 2))]
        lines = [
            f"| {' | '.join(word.markdown + self.maybe_picture() for word in row)} |"
            for row in rows
        ]
        lines.insert(1, "|" + "---|" * width)
        return "\n".join(lines), tuple(word.seen for row in rows for word in row)
