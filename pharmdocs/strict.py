"""Strict reading of the two formats that people write by hand: TOML files and YAML front matter.

Every value keeps its line. YAML is read as strings only: no aliases, no tags, no key twice, so
that `no` stays "no" and `012` stays "012". A key that nobody asked for is a problem with its
closest match, never ignored. Problems are collected; the caller raises them all at once.
"""

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pharmdocs.errors import Location, Problem, closest

MAX_BYTES = 2_000_000

# The C loader reads a thousand front matters in 0.2 s, the pure one in 2.4 s.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Value:
    """A scalar, a list of scalars, a Table or a list of Tables, and the line where it starts."""

    content: Any
    line: int


@dataclass
class Table:
    """Keys and values being read from one file; a key that was asked for counts as known."""

    file: str
    line: int
    values: dict[str, Value]
    problems: list[Problem]
    name: str = ""
    _known: list[str] = field(default_factory=list)

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
        if not isinstance(content, str) or not content.strip():
            self.complain(found.line, f"`{key}` must be text", f'write {key} = "…", not empty')
            return default or ""
        content = " ".join(content.split()) if "\n" not in content.strip() else content.strip()
        if limit and len(content) > limit:
            self.complain(
                found.line,
                f"`{key}` has {len(content)} characters, at most {limit} fit",
                f"shorten it by {len(content) - limit}",
            )
        return content

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of strings, none empty, none twice."""
        found = self._get(key, default)
        if found is None:
            return default or ()
        items = found.content
        if not isinstance(items, list) or not all(isinstance(i, str) and i.strip() for i in items):
            self.complain(found.line, f"`{key}` must be a list of words", f"write {key}: [one, two]")
            return ()
        twice = {item for item in items if items.count(item) > 1}
        if twice:
            self.complain(
                found.line, f"`{key}` names {_quoted(twice)} twice", "keep each word once"
            )
        return tuple(items)

    def number(self, key: str, lowest: int, highest: int) -> int:
        """A whole number within bounds, both included."""
        found = self._get(key, None)
        if found is None:
            return lowest
        content = str(found.content)
        if not re.fullmatch(r"\d{1,9}", content) or not lowest <= int(content) <= highest:
            self.complain(
                found.line,
                f"`{key}` is {content!r}",
                f"give a whole number from {lowest} to {highest}",
            )
            return lowest
        return int(content)

    def date(self, key: str) -> str:
        """A day written as 2026-12-03, as text."""
        content = str(self.text(key))
        if content and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", content):
            self.complain(
                self.line_of(key), f"`{key}` is {content!r}", "write the day as 2026-12-03"
            )
        return content

    def choice(self, key: str, options: Collection[str], default: str | None = None) -> str:
        """One word out of a closed set."""
        word = self.text(key, default)
        if word and word not in options:
            self.complain(
                self.line_of(key), f"`{key}` cannot be `{word}`", closest(word, options)
            )
        return word

    def choices(self, key: str, options: Collection[str]) -> tuple[str, ...]:
        """A list of words, each out of a closed set."""
        words = self.texts(key)
        for word in words:
            if word not in options:
                self.complain(
                    self.line_of(key), f"`{key}` knows no `{word}`", closest(word, options)
                )
        return words

    def color(self, key: str, default: str | None = None) -> str:
        """A colour as #rrggbb."""
        word = self.text(key, default)
        if word and not re.fullmatch(r"#[0-9a-fA-F]{6}", word):
            self.complain(
                self.line_of(key), f"`{key}` is `{word}`", "write the color as #0b5c6b"
            )
        return word

    def table(self, key: str, required: bool = False) -> "Table":
        """A table inside this one; an empty one when it is missing."""
        found = self._get(key, None if required else "")
        if found is not None and isinstance(found.content, Table):
            return found.content
        if found is not None:
            self.complain(found.line, f"`{key}` must be a table", f"write a line [{key}]")
        return Table(self.file, self.line, {}, self.problems, key)

    def tables(self, key: str) -> list["Table"]:
        """The tables written as [[key]], in order."""
        found = self._get(key, "")
        if found is None:
            return []
        if not isinstance(found.content, list) or not all(
            isinstance(item, Table) for item in found.content
        ):
            self.complain(found.line, f"`{key}` must be tables", f"begin each with [[{key}]]")
            return []
        return list(found.content)

    def close(self) -> None:
        """Report every key that nobody asked for."""
        for key, value in self.values.items():
            if key not in self._known:
                place = f" in [{self.name}]" if self.name else ""
                self.complain(
                    value.line, f"unknown key `{key}`{place}", closest(key, self._known)
                )

    def _get(self, key: str, default: object) -> Value | None:
        self._known.append(key)
        if key not in self.values and default is None:
            place = f" in [{self.name}]" if self.name else ""
            self.complain(self.line, f"`{key}` is missing{place}", f"add a line for {key}")
        return self.values.get(key)


def read_text(path: Path, file: str, problems: list[Problem]) -> str:
    """A text file whole, newlines as \\n; "" after noting why it cannot be used."""
    try:
        if path.stat().st_size > MAX_BYTES:
            problems.append(
                Problem(Location(file), "is larger than 2 MB", "split it into several files")
            )
            return ""
        data = path.read_bytes()
    except OSError as error:
        problems.append(
            Problem(
                Location(file), f"cannot be read ({error.strerror})", "check its name and rights"
            )
        )
        return ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(
                Location(file, line),
                f"is not UTF-8 text (byte {data[error.start]:#04x})",
                "save the file as UTF-8",
            )
        )
        return ""
    if not text.strip():
        problems.append(Problem(Location(file), "is empty", "write it, or delete the file"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_toml(text: str, file: str, problems: list[Problem]) -> Table:
    """A TOML document; after a syntax error an empty table, with the problem noted."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Before Python 3.14 the line stands only in the message.
        at = re.search(r"at line (\d+)", str(error))
        problems.append(
            Problem(
                Location(file, int(at[1]) if at else 0),
                f"is not valid TOML: {str(error).split(' (at')[0].lower()}",
                'write `key = "value"`, each key once',
            )
        )
        return Table(file, 1, {}, problems)
    return _table(data, file, (), _toml_lines(text), problems)


def read_front_matter(text: str, file: str, first_line: int, problems: list[Problem]) -> Table:
    """The YAML between two `---` lines, as strings and lists of strings only.

    Args:
        text: the lines between the markers.
        file: the name that problems carry.
        first_line: the line of the file on which the text begins.
        problems: where problems are noted.
    """
    table = Table(file, first_line, {}, problems)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        table.complain(
            first_line + (mark.line if mark else 0),
            f"is not valid YAML: {error.problem}",
            'write `key: value`; put a value that holds ": " or " #" in double quotes',
        )
        return table
    except yaml.YAMLError as error:
        table.complain(first_line, f"is not valid YAML: {error}", "remove control characters")
        return table
    if node is None:
        return table
    if not isinstance(node, yaml.MappingNode):
        table.complain(first_line, "the front matter is not a list of keys", "write `key: value`")
        return table
    seen: dict[int, int] = {}
    for key_node, value_node in node.value:
        _yaml_entry(table, key_node, value_node, first_line, seen)
    return table


def _yaml_entry(
    table: Table, key_node: yaml.Node, node: yaml.Node, first_line: int, seen: dict[int, int]
) -> None:
    line = first_line + key_node.start_mark.line
    key = key_node.value
    nodes = [node, *node.value] if isinstance(node, yaml.SequenceNode) else [node]
    if any(id(part) in seen for part in nodes):
        table.complain(line, f"`{key}` uses a YAML alias (*name)", "write the value out")
        return
    seen.update({id(part): line for part in nodes})
    if not isinstance(key, str) or key in table.values:
        table.complain(line, f"`{key}` stands twice", "keep one of the two lines")
    elif isinstance(node, yaml.ScalarNode):
        table.values[key] = Value(node.value, line)
    elif isinstance(node, yaml.SequenceNode) and all(
        isinstance(item, yaml.ScalarNode) for item in node.value
    ):
        table.values[key] = Value([item.value for item in node.value], line)
    else:
        table.complain(line, f"`{key}` is nested", "give text or a flat list")


def _table(
    data: dict[str, Any],
    file: str,
    path: tuple[str, ...],
    lines: dict[tuple[str, ...], int],
    problems: list[Problem],
) -> Table:
    table = Table(file, lines.get(path, 1), {}, problems, path[-1] if path else "")
    for key, content in data.items():
        here = (*path, key)
        line = lines.get(here, table.line)
        if isinstance(content, dict):
            content = _table(content, file, here, lines, problems)
        elif isinstance(content, list) and content and all(isinstance(i, dict) for i in content):
            content = [
                _table(item, file, (*here, str(i)), lines, problems)
                for i, item in enumerate(content)
            ]
        table.values[key] = Value(content, line)
    return table


def _toml_lines(text: str) -> dict[tuple[str, ...], int]:
    """The line of every table header and key; tables of an array are numbered from 0."""
    lines: dict[tuple[str, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    path: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := re.match(r"\s*(\[\[?)([^\[\]]+)\]", line):
            path = _dotted(header[2])
            if header[1] == "[[":
                lines.setdefault(path, number)
                counts[path] = counts.get(path, -1) + 1
                path = (*path, str(counts[path]))
            lines.setdefault(path, number)
        elif key := re.match(r"""\s*([A-Za-z0-9_.\-"']+)\s*=""", line):
            lines.setdefault((*path, *_dotted(key[1])), number)
    return lines


def _dotted(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in name.split("."))


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(words))
