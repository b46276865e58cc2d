"""Names of people to names of files that every file system takes, and keeps apart."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

# Windows takes these for devices, in any case and with any ending.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in range(10)]
)
# Of the 255 that a name may have where bytes are counted: the rest is for what is put around it.
MAX_BYTES = 120


def file_names(names: Iterable[str]) -> Iterator[str]:
    """A file's name for each person, without an ending, in their order: Ana-Silva, Ana-Silva-2.

    The same names in the same order give the same files. No two differ only in what some file
    system takes for the same, such as capital letters.
    """
    taken: set[str] = set()
    following: dict[str, int] = {}
    for name in names:
        stem = _stem(name)
        number = following.get(_folded(stem), 1)
        found = stem if number == 1 and _folded(stem) not in _DEVICES else _numbered(stem, number)
        while _folded(found) in taken:
            number += 1
            found = _numbered(stem, number)
        following[_folded(stem)] = number + 1
        taken.add(_folded(found))
        yield found


def _stem(name: str) -> str:
    """Letters, marks on letters and figures of any script; a hyphen for whatever lies between."""
    text = re.sub("['’ʼ`´]", "", unicodedata.normalize("NFC", name))
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else "-" for sign in text)
    stem = _cut(re.sub("-+", "-", kept).strip("-"), MAX_BYTES)
    return stem or "person"


def _numbered(stem: str, number: int) -> str:
    end = f"-{number}"
    return _cut(stem, MAX_BYTES - len(end)) + end


def _cut(text: str, most: int) -> str:
    """The text in so many bytes of UTF-8, cut before a letter and not between it and its marks."""
    while len(text.encode()) > most:
        while text and unicodedata.category(text[-1])[0] == "M":
            text = text[:-1]
        text = text[:-1]
    return text.strip("-")


def _folded(name: str) -> str:
    """What two names have in common when some file system takes them for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).upper().casefold())
