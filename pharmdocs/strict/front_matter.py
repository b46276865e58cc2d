"""YAML front matter, as strings and flat lists of strings only: no aliases, no tags, no key twice.

The parser's events are read one after the other. Nothing is composed into a tree, because the C
library does that without a limit to its depth: a front matter of brackets would end the program.
"""

import re
from typing import Any

import yaml

from pharmdocs.errors import Problem
from pharmdocs.strict.table import Table, Value

# The C parser reads a thousand front matters in 0.2 s, the pure one in 2.4 s. It takes a time that
# grows with the square of the brackets left open: 1 s for 20,000 of them.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_CHARACTERS = 20_000
_MOST_BRACKETS = 200

_QUOTE = 'write `key: value`; put the value in "double quotes"'
# What the parser says -> what is wrong, what to do.
_FAULTS = (
    ("mapping values", "a colon inside a value", 'put the value in "double quotes"'),
    ("quoted scalar", "a quotation mark that is not closed", 'end the value with "'),
    ("flow sequence", "a list that is not closed", "end it with ]"),
    ("simple key", "a line without a colon", "write `key: value`"),
    ("tab character", "a tab at the beginning of a line", "begin each key at the margin"),
    ("cannot start any token", "a value that begins with a special sign", _QUOTE),
    ("", "cannot be read as `key: value`", _QUOTE),
)


def read_front_matter(text: str, file: str, first_line: int, problems: list[Problem]) -> Table:
    """The YAML between two `---` lines; a spoilt table when it cannot be read.

    Args:
        text: the lines between the markers.
        file: the name that problems carry.
        first_line: the line of the file on which the text begins.
        problems: where problems are noted.
    """
    table = Table(file, first_line - 1, {}, problems)
    if len(text) > MAX_CHARACTERS:
        what = f"the front matter is longer than {MAX_CHARACTERS:,} characters"
        table.complain(table.line, what, "keep the short fields there, and the text below it")
        table.spoilt = True
        return table
    if text.count("[") + text.count("{") > _MOST_BRACKETS:
        what = f"the front matter holds more than {_MOST_BRACKETS} brackets"
        table.complain(table.line, what, "take out those that are not needed")
        table.spoilt = True
        return table
    lines = text.split("\n")
    try:
        events = list(yaml.parse(text, Loader=_Loader))
    except yaml.YAMLError as error:
        table.complain(*_fault(error, lines, first_line))
        table.spoilt = True
        return table
    nodes = _nodes(events)
    if nodes is None:
        table.complain(
            first_line, "the front matter is not a list of keys", "write `key: value`, one a line"
        )
        table.spoilt = True
        return table
    for key, value in zip(nodes[::2], nodes[1::2], strict=True):
        _enter(table, key, value, lines, first_line)
    return table


def _fault(error: yaml.YAMLError, lines: list[str], first_line: int) -> tuple[int, str, str]:
    """Line, what and fix for a complaint of the parser."""
    message = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    index, (name, what, fix) = next(
        (index, fault) for index, fault in enumerate(_FAULTS) if fault[0] in message
    )
    # What is not closed is found missing at the end, but was begun where the context says.
    begun, met = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    mark = begun if begun and index in (1, 2, 3) else met
    line = min(mark.line, len(lines) - 1) if mark else 0
    if name == "mapping values" and lines[line].startswith(" "):
        what, fix = "an indented line", "begin each key at the margin"
    return first_line + line, what, fix


def _nodes(events: list[Any]) -> list[list[Any]] | None:
    """The keys and values of the one mapping, alternately, each as its run of events."""
    documents = sum(isinstance(event, yaml.DocumentStartEvent) for event in events)
    if documents == 0:
        return []
    if documents > 1 or not isinstance(events[2], yaml.MappingStartEvent) or events[2].flow_style:
        return None
    nodes: list[list[Any]] = []
    depth = 0
    for event in events[3:-3]:
        if depth == 0:
            nodes.append([])
        nodes[-1].append(event)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
    return nodes


def _enter(
    table: Table, key_events: list[Any], events: list[Any], lines: list[str], first_line: int
) -> None:
    """Put a key and its value into the table, or complain about one of them."""
    line = first_line + key_events[0].start_mark.line
    key = getattr(key_events[0], "value", "")
    if not isinstance(key_events[0], yaml.ScalarEvent) or not key:
        table.complain(line, "a key that is not a word", "write `key: value`")
        return
    if key in table.values:
        table.complain(line, f"`{key}` stands twice", "keep one of the two lines")
        return
    texts = [event.value for event in events if isinstance(event, yaml.ScalarEvent)]
    content: Any = None
    if any(map(_is_special, events)):
        what = f"`{key}` holds a value that begins with *, & or !"
        table.complain(line, what, 'put it in "double quotes", or take the sign away')
    elif hidden := next((event for event in events if _is_cut(event, lines)), None):
        what = f"what follows # in `{key}` would be lost"
        fix = 'put the value in "double quotes", or the comment on a line of its own'
        table.complain(first_line + hidden.end_mark.line, what, fix)
    elif len(events) == 1:
        content = texts[0]
    elif isinstance(events[0], yaml.SequenceStartEvent) and len(texts) == len(events) - 2:
        content = texts
    else:
        table.complain(line, f"`{key}` is nested", "give text, or a flat list such as [one, two]")
    table.values[key] = Value(content, line)


def _is_special(event: Any) -> bool:
    """True for an alias, a value with a name for aliases, and a value with a tag."""
    return bool(getattr(event, "anchor", None) or getattr(event, "tag", None))


def _is_cut(event: Any, lines: list[str]) -> bool:
    """True when the rest of the line after a value is a comment: perhaps half of a title."""
    if isinstance(event, yaml.ScalarEvent):
        ends = event.style not in ("|", ">")
    else:
        ends = isinstance(event, yaml.SequenceEndEvent) and event.end_mark != event.start_mark
    mark = event.end_mark
    rest = lines[mark.line][mark.column :] if ends and mark.line < len(lines) else ""
    return bool(re.match(r"\s+#", rest))
