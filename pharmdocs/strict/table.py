"""Keys and values with their lines, asked for one by one; what nobody asks for is a problem."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, Self

from pharmdocs.errors import Location, Problem, closest, newer
from pharmdocs.strict.colors import READABLE, contrast, darkened

COLOR = r"#[0-9a-fA-F]{6}"
LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)+{_LABEL}(?::[0-9]{{1,5}})?"
_SIGN = r"[!#-;=?-\[\]_a-z~]"
ADDRESS = rf"https://{_HOST}(?:[/?#]{_SIGN}*)?"


@dataclass(frozen=True)
class Value:
    """A scalar, a list of scalars, a Table or a list of Tables, and the line where it starts.

    None stands for a value about which somebody has complained already.
    """

    content: Any
    line: int


@dataclass
class Table:
    """Keys and values being read from one file; a key that was asked for counts as known.

    `name` is the heading as the file writes it, such as [brand]. A spoilt table stands for one
    that is missing or cannot be read: the problem is noted, so nothing in it is missed. Whoever
    reads a table closes it; only then are unknown and missing keys reported.
    """

    file: str
    line: int
    values: dict[str, Value]
    problems: list[Problem]
    name: str = ""
    spoilt: bool = False
    _known: list[str] = field(default_factory=list)
    _missing: dict[str, str] = field(default_factory=dict)

    def complain(self, line: int, what: str, fix: str) -> None:
        """Note a problem at a line of this file."""
        self.problems.append(Problem(Location(self.file, line), what, fix))

    def line_of(self, key: str) -> int:
        """The line of a key, or of the table when the key is missing."""
        return self.values[key].line if key in self.values else self.line

    def text(self, key: str, default: str | None = None, limit: int = 0) -> str:
        """A string that is not empty; without a default the key must be there.

        Args:
            key: the key to read.
            default: what a missing key stands for.
            limit: the most characters the field has room for; 0 for any number.
        """
        found = self._get(key, default)
        if found is None:
            return default or ""
        content = found.content
        if not isinstance(content, str):
            self.complain(found.line, f"`{key}` must be text", 'put it in "quotation marks"')
            return default or ""
        if not content.strip():
            fix = "write it" if default is None else "write it, or delete the line"
            self.complain(found.line, f"`{key}` is empty", fix)
            return default or ""
        content = " ".join(content.split()) if "\n" not in content.strip() else content.strip()
        if limit and len(content) > limit:
            what = f"`{key}` has {len(content)} characters, at most {limit} fit"
            self.complain(found.line, what, f"shorten it by {len(content) - limit}")
        return content

    def shaped(
        self, key: str, pattern: str, what: str, fix: str, default: str | None = None,
        limit: int = 0,
    ) -> str:  # fmt: skip
        """A string of which the whole matches a pattern; `what` is complained, with it for {}."""
        word = self.text(key, default, limit)
        if word and not re.fullmatch(pattern, word):
            self.complain(self.line_of(key), what.format(word), fix)
        return word

    def flag(self, key: str) -> bool:
        """True or false; false when it is missing."""
        found = self._get(key, "")
        if found is None or isinstance(found.content, bool):
            return bool(found and found.content)
        self.complain(found.line, f"`{key}` must be true or false", f"write {key} = true")
        return False

    def found(self, key: str) -> Value | None:
        """An optional value as the file has it, for whoever knows what it may be."""
        return self._get(key, "")

    def day(self, key: str, default: str | None = None) -> str:
        """The text of a day: as somebody wrote it, or as TOML has it, without quotation marks."""
        found = self.values.get(key)
        if found and type(found.content) is date:
            self.values[key] = Value(found.content.isoformat(), found.line)
        return self.text(key, default)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of strings, none empty, none twice."""
        found = self._get(key, default)
        if found is None:
            return default or ()
        items = found.content
        if not isinstance(items, list) or not all(isinstance(i, str) and i.strip() for i in items):
            fix = 'write them in brackets: ["one", "two"]'
            self.complain(found.line, f"`{key}` must be a list of words", fix)
            return ()
        if twice := sorted({item for item in items if items.count(item) > 1}):
            named = ", ".join(f"`{word}`" for word in twice)
            self.complain(found.line, f"`{key}` names {named} twice", "keep each word once")
        return tuple(items)

    def number(self, key: str, lowest: int, highest: int, default: int | None = None) -> int:
        """A whole number within bounds, both included; without a default it must be there."""
        found = self._get(key, default)
        if found is None:
            return lowest if default is None else default
        content = str(found.content)
        if not re.fullmatch(r"[0-9]{1,9}", content) or not lowest <= int(content) <= highest:
            what = f"`{key}` must be a whole number from {lowest} to {highest}"
            self.complain(found.line, what, "write such a number, in figures")
            return lowest
        return int(content)

    def of_format(self, newest: int) -> Self:
        """This file, which tells its form by `format`; 1 when it does not.

        One of a newer form is spoilt: what else stands in it cannot be judged.
        """
        found = self.number("format", 1, 9999, 1)
        if found > newest:
            where = Location(self.file, self.line_of("format"))
            self.problems.append(newer(where, found, newest))
            self.values, self.spoilt = {}, True
        return self

    def date(self, key: str) -> str:
        """A day written as 2026-12-03, as text."""
        content = self.text(key)
        if content and not _is_day(content):
            what = f"`{key}` is `{content}`, which is not a day"
            self.complain(self.line_of(key), what, "write the day as 2026-12-03")
        return content

    def choice(
        self, key: str, options: Collection[str], default: str | None = None, listed: str = ""
    ) -> str:
        """One word out of a closed set; `listed` names the file that lists them."""
        word = self.text(key, default)
        if word and word not in options:
            fix = _choose(word, options, listed)
            self.complain(self.line_of(key), f"`{key}` cannot be `{word}`", fix)
        return word

    def choices(
        self, key: str, options: Collection[str], listed: str = "",
        default: tuple[str, ...] | None = None,
    ) -> tuple[str, ...]:  # fmt: skip
        """A list of words, each out of a closed set; `listed` names the file that lists them."""
        words = self.texts(key, default)
        for word in words:
            if word not in options:
                fix = _choose(word, options, listed)
                self.complain(self.line_of(key), f"`{key}` cannot hold `{word}`", fix)
        return words

    def color(self, key: str, default: str | None = None) -> str:
        """A color as #rrggbb, dark enough to be read on white paper."""
        what = f"`{key}` is `{{}}`, which is not a color"
        word = self.shaped(key, COLOR, what, "write the color as #0b5c6b", default)
        if re.fullmatch(COLOR, word) and (ratio := contrast(word)) < READABLE:
            exact = int(ratio * 100) / 100  # never rounded up to what it is not
            what = f"the {key} {word} is too pale to read on white ({exact:.2f}:1)"
            fix = f"at least {READABLE:g}:1 is wanted; the nearest of its hue is {darkened(word)}"
            self.complain(self.line_of(key), what, fix)
        return word

    def address(self, key: str, default: str | None = None, limit: int = 0) -> str:
        """A web address that begins with https://, as a browser shows it when it is copied."""
        word = self.text(key, default, limit)
        if word and (fault := _address_fault(word)):
            what = f"`{key}` is `{word}`, which {fault}"
            fix = f'write {key} = "https://…", as your browser shows it'
            self.complain(self.line_of(key), what, fix)
        return word

    def language(self, key: str, default: str) -> str:
        """A language tag such as en-US; it becomes part of a file's name."""
        what = f"`{key}` is `{{}}`, which is not a language tag"
        return self.shaped(key, LANGUAGE, what, "write it as en-US or fr", default)

    def table(self, key: str, required: bool = False) -> "Table":
        """A table inside this one; a spoilt one when it is missing."""
        name = f"[{self.name.strip('[]')}.{key}]".replace("[.", "[")
        fix = f"write a line {name}, and its keys below it"
        found = self._get(key, None if required else "", fix)
        if found is not None and isinstance(found.content, Table):
            return found.content
        if found is not None:
            self.complain(found.line, f"`{key}` must be a table", fix)
        return Table(self.file, self.line, {}, self.problems, name, spoilt=True)

    def tables(self, key: str) -> list["Table"]:
        """The tables written as [[key]], in order."""
        found = self._get(key, "")
        if found is None:
            return []
        items = found.content
        if not isinstance(items, list) or not all(isinstance(item, Table) for item in items):
            fix = f"begin each with a line [[{key}]]"
            self.complain(found.line, f"`{key}` must be a list of tables", fix)
            return []
        return list(items)

    def close(self) -> None:
        """Report every key that nobody asked for and every key that is not there.

        A misspelt key is both; it is reported once.
        """
        place = f" in {self.name}" if self.name else ""
        known = dict.fromkeys(self._known)
        unknown = [key for key in self.values if key not in known]
        meant = misspelt(unknown, self._missing)
        for key in unknown:
            hint = f"did you mean `{meant[key]}`?" if key in meant else closest(key, known)
            self.complain(self.values[key].line, f"unknown key `{key}`{place}", hint)
        for key, fix in self._missing.items():
            if key not in meant.values():
                self.complain(self.line, f"`{key}` is missing{place}", fix)

    def _get(self, key: str, default: object, fix: str = "") -> Value | None:
        self._known.append(key)
        found = self.values.get(key)
        if found is None and default is None and not self.spoilt:
            self._missing[key] = fix or f"add a line for `{key}`"
        return found if found and found.content is not None else None


def misspelt(unknown: Iterable[str], missing: Iterable[str]) -> dict[str, str]:
    """Which of the unknown words stands for which of the missing ones; none stands for two."""
    left = {word.lower(): word for word in missing}
    found = {}
    for word in unknown:
        for near in get_close_matches(word.lower(), left, n=1):
            found[word] = left.pop(near)
    return found


def _choose(word: str, options: Collection[str], listed: str) -> str:
    return closest(word, options) + (f" ({listed} lists them)" if listed else "")


def _address_fault(text: str) -> str:
    """Why a text is no web address that may be printed; to be read after "which"."""
    if not (found := re.fullmatch(r"https://([^/?#]*)(.*)", text)):
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", text)
        if scheme and scheme[1] != "https":
            return f"begins with {scheme[1]}:, not with https://"
        return "is not a secure web address"
    if "@" in found[1]:
        return "has a name before its host, as false addresses have"
    if not re.fullmatch(_HOST, found[1]):
        return "names no host"
    if odd := re.sub(_SIGN, "", found[2]):
        return f"holds `{odd[0]}`, which no web address has"
    return ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
