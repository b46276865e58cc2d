"""Words, as the guards count them: in the content, on the laid-out page, in the finished file."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

# Soft hyphen, zero-width space, word joiner: places to break or not to break, never drawn, and
# gone from the text that comes out of a PDF.
_UNDRAWN = dict.fromkeys((0xAD, 0x200B, 0x2060))
# The hyphen of a word that the engine parts at the end of a line; a writer's own is another sign.
PARTED = "\u2010"
_WORD = re.compile(r"\d+(?:[.,]\d+)+|\w+|[%≥≤<>±×°→−●▲■◆⬟✚]")


def words(texts: Iterable[str]) -> Counter[str]:
    """How often each word occurs: runs of letters and digits, numbers whole, and signs.

    A word that is parted at the end of a line is whole. Signs are those of measure and those that
    tell categories apart: a lost decimal point or "at least" would change a dose, and without its
    sign a category has nothing but its color. Composed and decomposed letters count as the same:
    engines write them either way.
    """
    return Counter(word for text in texts for word in re.findall(_WORD, _composed(text)))


def drawn(text: str) -> str:
    """A text as it goes where no line is broken: without what is never drawn."""
    return text.translate(_UNDRAWN)


def alphabetical(text: str) -> str:
    """What a text is sorted by: its letters without their accents, in one case."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _composed(text: str) -> str:
    """A text as it is read: nothing undrawn in it, parted words whole, accents on their letters."""
    if text.isascii():
        return text
    whole = re.sub(rf"{PARTED}\s*", "", drawn(text))
    return unicodedata.normalize("NFC", whole)


def count(number: int, thing: str) -> str:
    """So many things, in words: one page, two pages."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def some(counted: Counter[str]) -> str:
    """The first few of these words, for a message."""
    names = sorted(counted)
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
