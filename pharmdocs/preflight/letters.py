"""Reads what a page shows, letter by letter; for checks that must not trust a plan."""

import re
from collections.abc import Iterator, Sequence
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
            cmap = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
            pairs = re.findall(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]{4,})>", cmap)
            self.fonts[font.objgen] = {
                int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
                for code, text in pairs
            }
        return self.fonts[font.objgen]


def words_of(shown: Any, letters: Letters) -> Iterator[str]:
    """The words of what an instruction shows, without the signs around them."""
    parts = shown if isinstance(shown, pikepdf.Array) else [shown]
    codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    numbers = (codes[at] << 8 | codes[at + 1] for at in range(0, len(codes) - 1, 2))
    text = "".join(letters.get(number, "") for number in numbers)
    yield from (word.strip(".,:;()[]·") for word in text.split())


def first_id(words: Sequence[str], ids: set[str]) -> str:
    """The first words that are an id, as many as make one; nothing when none are."""
    for at in range(len(words)):
        for count in range(_MOST_WORDS, 0, -1):
            if (read := " ".join(words[at : at + count])) in ids:
                return read
    return ""
