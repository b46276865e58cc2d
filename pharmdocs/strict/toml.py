"""TOML files: every key with its line, and a syntax error in words that a writer understands."""

import copy
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pharmdocs.errors import Location, Problem
from pharmdocs.strict.table import Table, Value

# The newest form of pharmdocs.toml, which several modules read, each its part.
SETTINGS = 1

_Path = tuple[str, ...]
# Its line, what it is, and how it is mended.
_Flaw = tuple[int, str, str]

# The parser takes time and memory that grow with the square of a key's parts: 40 kB of a.a.a… took
# 16 s and 1.5 GB.
MAX_CHARACTERS = 200_000
_MOST_PARTS = 20

# What tomllib says -> what is wrong, what to do.
_FAULTS = (
    ("Unclosed array|Invalid value .at end", "a list without its closing bracket", "end it with ]"),
    ("Invalid value", "a value without quotation marks", 'write `key = "value"`, not “value”'),
    (
        "Unterminated|Illegal|Expected [\"']'",
        "a text without its closing quotation mark",
        'write `key = "value"`, and a text of several lines between """ and """',
    ),
    ("Unescaped", "a backslash inside a text", "write it twice: \\\\"),
    ("Expected '='", "a key without its =", 'write `key = "value"`'),
    ("Expected newline", "something follows the value", 'put the whole value in "quotation marks"'),
    ("", "cannot be read as TOML", 'write `key = "value"`, one a line'),
)


def read_toml(text: str, file: str, problems: list[Problem]) -> Table:
    """A TOML document; a spoilt table when it cannot be read, with the problem noted.

    Args:
        text: the file's text; "" for a file about which somebody has complained already.
        file: the name that problems carry.
        problems: where problems are noted.
    """
    data, lines, flaw = _taken_apart(text)
    if flaw:
        line, what, fix = flaw
        problems.append(Problem(Location(file, line), what, fix))
        return Table(file, 1, {}, problems, spoilt=True)
    table = _table(data, file, "", (), 1, lines, problems)
    table.spoilt = not text
    return table


# Settings, stocks and words are the same from build to build.
@lru_cache(maxsize=8)
def _taken_apart(text: str) -> tuple[dict[str, Any], dict[_Path, int], _Flaw | None]:
    """What stands in a document, for nobody to change; each key's line; or what is wrong."""
    bare = _bare(text)
    if flaw := _too_much(text, bare):
        return {}, {}, flaw
    places = list(_places(bare))
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Not only TOMLDecodeError: a number of 5000 digits, a list 1000 lists deep.
        return {}, {}, _fault(str(error), text, places)
    lines: dict[_Path, int] = {}
    for path, line in places:
        lines.setdefault(path, line)
    return data, lines, None


def _too_much(text: str, bare: str) -> _Flaw | None:
    """What the parser would choke on."""
    if len(text) > MAX_CHARACTERS:
        return 0, f"is longer than {MAX_CHARACTERS:,} characters", "take out what repeats"
    for number, line in enumerate(bare.split("\n"), 1):
        if line.count(".") > _MOST_PARTS and max(map(_dots, line.split("="))) > _MOST_PARTS:
            return number, f"a key of more than {_MOST_PARTS} parts", "write a [table] for it"
    return None


def _dots(text: str) -> int:
    return text.count(".")


def _fault(message: str, text: str, places: list[tuple[_Path, int]]) -> _Flaw:
    """The flaw behind a message of tomllib.

    Before Python 3.14 the line stands only in the message. What is missed at the end of the
    document was begun by the last key, or a text by the last triple quotation mark.
    """
    places = places or [((), 1)]
    line = places[-1][1]
    if at := re.search(r"at line (\d+)", message):
        line = int(at[1])
    elif message.startswith("Unterminated") and ('"""' in text or "'''" in text):
        line = text.count("\n", 0, max(text.rfind('"""'), text.rfind("'''"))) + 1
    path, begun = next((place for place in reversed(places) if place[1] <= line), places[0])
    if re.match("Cannot (overwrite|declare|redefine|mutate)", message):
        return begun, f"`{'.'.join(path)}` stands twice", "keep one of the two"
    pattern, what, fix = next(fault for fault in _FAULTS if re.match(fault[0], message))
    return begun if pattern.startswith("Unclosed") else line, what, fix


def _table(
    data: dict[str, Any],
    file: str,
    name: str,
    path: _Path,
    line: int,
    lines: dict[_Path, int],
    problems: list[Problem],
) -> Table:
    """The values of a table; what has no line of its own has that of the table around it."""
    table = Table(file, lines.get(path, line), {}, problems, name)
    plain = ".".join(part for part in path if not part.isdigit())
    for key, found in data.items():
        here = (*path, key)
        inner = f"{plain}.{key}" if plain else key
        at = lines.get(here, table.line)
        content: Any = found
        if isinstance(found, dict):
            content = _table(found, file, f"[{inner}]", here, at, lines, problems)
        elif isinstance(found, list) and found and all(isinstance(i, dict) for i in found):
            content = [
                _table(item, file, f"[[{inner}]]", (*here, str(i)), at, lines, problems)
                for i, item in enumerate(found)
            ]
        elif isinstance(found, list):
            content = copy.deepcopy(found)
        table.values[key] = Value(content, at)
    return table


def _places(bare: str) -> Iterator[tuple[_Path, int]]:
    """Every table header and key of a bare text with its line.

    The tables of an array are numbered from 0.
    """
    counts: dict[_Path, int] = {}
    path: _Path = ()
    depth = 0
    for number, line in enumerate(bare.split("\n"), 1):
        if depth == 0 and (header := re.match(r"\s*(\[\[?)([^\[\]]+)\]", line)):
            path = _dotted(header[2])
            yield path, number
            if header[1] == "[[":
                counts[path] = counts.get(path, -1) + 1
                path = (*path, str(counts[path]))
                yield path, number
            continue
        key, sign, _ = line.partition("=")
        if sign and re.fullmatch(r"""[\w.\- "']+""", key.strip()):
            yield (*path, *_dotted(key)), number
        depth = max(0, depth + len(re.findall(r"[\[{]", line)) - len(re.findall(r"[\]}]", line)))


def _bare(text: str) -> str:
    """The text without comments and without what stands in quotation marks, line by line."""
    # What is not closed is taken to its end, or each quotation mark would be tried to that end.
    string = (
        r'"""(?:\\.|[^\\]|\\\Z)*?(?:"""|\Z)|' + r"'''.*?(?:'''|\Z)|"
        r'"(?:\\[^\n]|[^"\\\n])*+"?|' + r"'[^'\n]*'?"
    )

    def without(match: re.Match[str]) -> str:
        is_key = re.match(r"\s*[=.]", text[match.end() : match.end() + 9])
        return match[0] if is_key else "\n" * match[0].count("\n")

    return re.sub(rf"{string}|#[^\n]*", without, text, flags=re.S)


def _dotted(name: str) -> _Path:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
