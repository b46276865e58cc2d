"""A new question file with every section in place, and the next free id in a bank.

The bank around it may have problems: only bank.toml has to be readable. What is left empty here is
what the check of the bank asks for, line by line.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pharmdocs.bank.files import Folder, Problems
from pharmdocs.bank.questions import ID, SECTIONS
from pharmdocs.errors import ContentError

# A bank's first question.
_FIRST = ("q", 1, 2)
# What a question begins with says nothing about its topic.
_EMPTY = r"what|when|where|which|your|they|that|this|does|have|about|tell|would|the"


@dataclass(frozen=True)
class Shelf:
    """What a new question has to know of its bank: keys to choose from, and what comes next."""

    categories: Mapping[str, str]
    sources: tuple[str, ...]
    taken: frozenset[str]
    next_id: str
    next_rank: int


def read_shelf(path: Path, label: str) -> Shelf:
    """Look into a bank's folder.

    Args:
        path: the folder that holds bank.toml.
        label: the folder's name in messages.

    Raises:
        ContentError: bank.toml cannot be read, or has no categories.
    """
    folder = Folder(path, label, Problems(label), {})
    table = folder.toml("bank.toml")
    group = table.table("categories", required=not table.spoilt)
    categories = {key: group.table(key).text("name", key) for key in group.values}
    if not categories and not folder.problems:
        fix = "write a table for each, beginning with a line such as [categories.safety]"
        group.complain(group.line, "there are no categories", fix)
    if folder.problems:
        raise ContentError(*folder.problems)
    stems = [file.stem for file in path.glob("[!.]*.md") if file.name != "glossary.md"]
    ids = [stem.partition("-")[0] for stem in stems]
    taken = frozenset([*ids, *(file.stem for file in (path / "parts").glob("*.md"))])
    return Shelf(
        categories, tuple(table.table("sources").values), taken, _next(ids), _rank(folder, stems)
    )


def question_text(fields: Mapping[str, str | int | Sequence[str]], schema: str = "") -> str:
    """The file of a question: its front matter, and its sections with nothing below them.

    `schema` is where editors find what may stand in it, as seen from the file; "" for nowhere.
    """
    rows = [f"# yaml-language-server: $schema={schema}"] if schema else []
    rows += [f"{key}: {_yaml(value)}".rstrip() for key, value in fields.items()]
    sections = [f"## {title}\n" for title in SECTIONS]
    return "\n".join(["---", *rows, "---", "", *sections])


def is_id(text: str) -> bool:
    """True for what can be the id of a question, and begin the name of a file."""
    return bool(re.fullmatch(ID, text)) and len(text) <= 12


def file_name(question_id: str, title: str) -> str:
    """A name that begins with the id and tells the topic: q26-cold-chain.md."""
    words = re.findall(r"[a-z0-9]+", title.lower().replace("’", "").replace("'", ""))
    telling = [word for word in words if len(word) > 2 and not re.fullmatch(_EMPTY, word)][
        :3
    ] or words[:3]
    return "-".join([question_id, *telling])[:60] + ".md"


def _next(ids: list[str]) -> str:
    """One more than the largest number, under the letters that most ids begin with."""
    found = [match for name in ids if (match := re.fullmatch(r"([a-z]+)([0-9]{1,6})", name))]
    if not found:
        letters, number, width = _FIRST
    else:
        letters = Counter(match[1] for match in found).most_common(1)[0][0]
        alike = [match[2] for match in found if match[1] == letters]
        number, width = max(map(int, alike)) + 1, max(map(len, alike))
    return f"{letters}{number:0{width}}"


def _rank(folder: Folder, stems: list[str]) -> int:
    """A rank after all others; what other files have wrong is not this one's to tell."""
    ranks = [0]
    for stem in stems:
        one = Folder(folder.path, folder.label, Problems(folder.label), {})
        document = one.document(f"{stem}.md", (2, 3))
        found = document and document.fields.values.get("asked")
        if found and re.fullmatch(r"[0-9]{1,4}", str(found.content)):
            ranks.append(int(found.content))
    return min(max(ranks) + 1, 9999)


def _yaml(value: str | int | Sequence[str], inside: bool = False) -> str:
    """A value of front matter, in double quotes when YAML could take it for anything else."""
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        return "[" + ", ".join(_yaml(item, inside=True) for item in value) + "]"
    value = " ".join(value.split())
    plain = re.fullmatch(r"[A-Za-z][^:#\[\]{}\"\\\x00-\x1f]*", value) and not (
        "," in value and inside
    )
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    special = value.lower() in ("yes", "no", "true", "false", "null", "on", "off", "y", "n")
    return value if not value or (plain and not special) else json.dumps(value, ensure_ascii=False)
