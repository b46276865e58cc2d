"""Reads what a page shows, letter by letter; for checks that must not trust a plan."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import pikepdf

# The instructions that show text; their last operand is what they show.
SHOWING = "Tj TJ ' \""
# "Q03 2/3" is the id of a card that is told on several.
_MOST_WORDS = 2

# Code of a font -> the text behind it.
Letters = dict[int, str]


class Texts:
    """The text behind fonts' glyphs, read once for each font."""

    def __init__(self) -> None:
        self.fonts: dict[Any, Letters] = {}

    def of(self, font: Any) -> Letters:
        """The letters of a font; none where it does not say."""
        if font.objgen not in self.fonts:
            # The drawn ones, of stamps, have codes of one byte, and no id is written in them.
            has_texts = font.get("/Subtype") == "/Type0" and "/ToUnicode" in font
            found = texts_of(font.ToUnicode.read_bytes()) if has_texts else {}
            self.fonts[font.objgen] = found
        return self.fonts[font.objgen]


@lru_cache(maxsize=32)
def texts_of(cmap: bytes) -> Letters:
    """Code -> text, from a ToUnicode map."""
    found = {}
    for section in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", section):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found


def words_of(shown: Any, letters: Letters) -> Iterator[str]:
    """The words of what an instruction shows, without the signs around them."""
    parts = shown if isinstance(shown, pikepdf.Array) else [shown]
    codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    numbers = (codes[at] << 8 | codes[at + 1] for at in range(0, len(codes) - 1, 2))
    text = "".join(letters.get(number, "") for number in numbers)
    yield from (word.strip(".,:;()[]·") for word in text.split())


class FirstId:
    """The first words that are an id, as many as make one, read as they come."""

    def __init__(self, ids: set[str]) -> None:
        self.ids = ids
        self.found = ""
        self.waiting: list[str] = []

    def read(self, words: Iterable[str]) -> None:
        """Look at more words; the last ones wait for those that may belong to them."""
        self.waiting += words
        self._look(_MOST_WORDS)

    def end(self) -> str:
        """The id, now that there are no more words; nothing when none of them is one."""
        self._look(1)
        return self.found

    def _look(self, least: int) -> None:
        while not self.found and len(self.waiting) >= least:
            ways = (" ".join(self.waiting[:count]) for count in range(_MOST_WORDS, 0, -1))
            self.found = next((it for it in ways if it in self.ids), "")
            del self.waiting[0]


def first_id(words: Iterable[str], ids: set[str]) -> str:
    """The first of the words that are an id; nothing when none of them is one."""
    first = FirstId(ids)
    first.read(words)
    return first.end()
