"""Reads what a form shows, letter by letter; for checks that must not trust a plan."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

# "Q03 2/3" is the id of a card that is told on several.
_MOST_WORDS = 2


class Texts:
    """Reads what a form shows, through the text behind its fonts' glyphs."""

    def __init__(self) -> None:
        self.fonts: dict[Any, dict[int, str]] = {}

    def first(self, form: Any, ids: set[str]) -> str:
        """The first words that are an id, as many as make one; nothing when none are."""
        words = list(self._words(form))
        for at in range(len(words)):
            for count in range(_MOST_WORDS, 0, -1):
                if (read := " ".join(words[at : at + count])) in ids:
                    return read
        return ""

    def _words(self, form: Any) -> Iterator[str]:
        letters: dict[int, str] = {}
        for instruction in pikepdf.parse_content_stream(form, "Tf Tj TJ ' \""):
            operands: Any = instruction.operands
            if str(instruction.operator) == "Tf":
                letters = self._letters(form.Resources.Font[str(operands[0])])
                continue
            parts = operands[-1] if isinstance(operands[-1], pikepdf.Array) else [operands[-1]]
            codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
            numbers = (codes[at] << 8 | codes[at + 1] for at in range(0, len(codes) - 1, 2))
            text = "".join(letters.get(number, "") for number in numbers)
            yield from (word.strip(".,:;()[]·") for word in text.split())

    def _letters(self, font: Any) -> dict[int, str]:
        if font.objgen not in self.fonts:
            cmap = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
            pairs = re.findall(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]{4,})>", cmap)
            self.fonts[font.objgen] = {
                int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
                for code, text in pairs
            }
        return self.fonts[font.objgen]
