"""docs/schema/: what may stand in settings, bank, checklist and question, for editors.

The schemas are drawn by the very readers that check the files: each is given a table that holds
nothing and notes what it is asked for. What a key means is taken from where we tell it to people:
the settings of a new project, and the page about writing questions.

    python scripts/make_schema.py
"""

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from pharmdocs import printer_table, project
from pharmdocs.bank import around, load, questions
from pharmdocs.bank.files import Document, Folder, Problems
from pharmdocs.bank.model import Prose
from pharmdocs.errors import Location
from pharmdocs.geometry import PAPERS
from pharmdocs.imposition import stock
from pharmdocs.strict import SETTINGS, Table
from pharmdocs.strict.table import ADDRESS, COLOR, LANGUAGE

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/schema"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LENGTH = {"type": "string", "pattern": r"^\s*[0-9.]+\s*(mm|cm|in|pt)\s*$"}
# What stands for a key that the writer chooses; sound as the name of anything.
_ANY = "any"

_Rule = dict[str, Any]


class _Keys(dict[str, Any]):
    """The keys of a table that holds none; whoever goes through them takes any name."""

    def __iter__(self) -> Iterator[str]:
        yield _ANY


class Drawn(Table):
    """A table that holds nothing and notes which keys it is asked for, and what they may be."""

    def __init__(self) -> None:
        super().__init__("", 0, _Keys(), [])
        self.rules: dict[str, _Rule] = {}
        self.needed: list[str] = []
        self.inner: dict[str, Drawn] = {}

    def schema(self) -> _Rule:
        """What may stand in the table, once it has been read."""
        rules = {key: dict(rule) for key, rule in self.rules.items()}
        for key, table in self.inner.items():
            found = table.schema()
            rules[key] = rules[key] | ({"items": found} if "items" in rules[key] else found)
        chosen = rules.pop(_ANY, None)
        needed = [key for key in self.needed if key != _ANY]
        return {
            "type": "object",
            **({"properties": rules} if rules else {}),
            **({"required": needed} if needed else {}),
            "additionalProperties": chosen or False,
        }

    def _note(self, key: str, rule: _Rule, default: object) -> None:
        told = {"default": default} if default not in (None, "", (), False) else {}
        self.rules[key] = rule | told
        if default is None and key not in self.needed:
            self.needed.append(key)

    def text(self, key: str, default: str | None = None, limit: int = 0) -> str:
        self._note(key, _text() | ({"maxLength": limit} if limit else {}), default)
        return ""

    def shaped(
        self, key: str, pattern: str, what: str, fix: str, default: str | None = None,
        limit: int = 0,
    ) -> str:  # fmt: skip
        self.text(key, default, limit)
        self.rules[key]["pattern"] = f"^(?:{pattern})$"
        return ""

    def address(self, key: str, default: str | None = None, limit: int = 0) -> str:
        return self.shaped(key, ADDRESS, "", "", default, limit)

    def color(self, key: str, default: str | None = None) -> str:
        return self.shaped(key, COLOR, "", "", default)

    def language(self, key: str, default: str) -> str:
        return self.shaped(key, LANGUAGE, "", "", default)

    def date(self, key: str) -> str:
        self.shaped(key, _DAY, "", "")
        self.rules[key]["format"] = "date"
        return ""

    def found(self, key: str) -> None:
        self._note(key, {}, "")

    def flag(self, key: str) -> bool:
        self._note(key, {"type": "boolean", "default": False}, "")
        return False

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        self._note(key, {"type": "array", "items": _text(), "uniqueItems": True}, default)
        return ()

    def number(self, key: str, lowest: int, highest: int, default: int | None = None) -> int:
        self._note(key, {"type": "integer", "minimum": lowest, "maximum": highest}, default)
        return lowest

    def choice(
        self, key: str, options: Collection[str], default: str | None = None, listed: str = ""
    ) -> str:
        self._note(key, _word(options), default)
        return ""

    def choices(
        self, key: str, options: Collection[str], listed: str = "",
        default: tuple[str, ...] | None = None,
    ) -> tuple[str, ...]:  # fmt: skip
        self._note(key, {"type": "array", "items": _word(options), "uniqueItems": True}, default)
        return ()

    def table(self, key: str, required: bool = False) -> "Drawn":
        self._note(key, {}, None if required else "")
        return self.inner.setdefault(key, Drawn())

    def tables(self, key: str) -> list[Table]:
        self._note(key, {"type": "array", "items": {}}, "")
        return [self.inner.setdefault(key, Drawn())]

    def close(self) -> None:
        """Nothing is unknown, and nothing is missing."""


class _DrawnStock(Drawn, stock.Entry):
    """A stock that notes lengths as well."""

    def length(self, key: str) -> None:
        self._note(key, dict(_LENGTH), stock.USUAL.get(key, ""))

    def size(self, key: str, least: float = 0.0) -> None:
        self._note(key, _pair(), stock.USUAL.get(key))

    def sheet(self) -> None:
        self._note("sheet", {"anyOf": [_word(PAPERS), _pair()]}, None)


def _text() -> _Rule:
    return {"type": "string", "pattern": r"\S"}


def _word(options: Collection[str]) -> _Rule:
    """One of these; anything where only the writer's own files can tell."""
    return {"enum": list(options)} if options else _text()


def _pair() -> _Rule:
    return {"type": "array", "items": dict(_LENGTH), "minItems": 2, "maxItems": 2}


def settings() -> _Rule:
    """What may stand in pharmdocs.toml."""
    table, printers, cards = Drawn(), Drawn(), _DrawnStock()
    table.number("format", 1, SETTINGS, 1)
    project.read_settings(table, Path(_ANY), {})
    printer_table.read(printers)
    stock.read_stock(_ANY, cards)
    found = table.schema()
    found["properties"]["stocks"] = {
        "type": "object",
        "propertyNames": {"pattern": f"^(?:{stock.NAME})$"},
        "additionalProperties": cards.schema(),
    }
    found["properties"]["printers"] = {"type": "array", "items": printers.schema()}
    return found


def bank() -> _Rule:
    """What may stand in bank.toml."""
    table = Drawn()
    table.number("format", 1, load.FORMAT, 1)
    load.assembled(_nowhere(), table)
    found = table.schema()
    names = {"propertyNames": {"pattern": f"^(?:{load.CATEGORY})$"}, "minProperties": 1}
    found["properties"]["categories"] |= names
    found["required"].append("categories")
    return found


def checklist() -> _Rule:
    """What may stand in checklist.toml."""
    table = Drawn()
    around.checklist_of(table)
    return table.schema()


def question() -> _Rule:
    """What may stand between the two lines --- of a question."""
    table = Drawn()
    questions.read_question(Document(table, Prose((), Location("")), []), {}, {}, "")
    return table.schema()


def _nowhere() -> Folder:
    return Folder(Path("/nowhere"), "", Problems(""), {})


def _explained(rule: _Rule, told: dict[str, str], path: str = "") -> _Rule:
    """The rule with what its keys mean; `told` maps a key, or "table.key", to it."""
    for key, inner in rule.get("properties", {}).items():
        name = f"{path}.{key}" if path else key
        if name in told:
            inner["description"] = told[name]
        _explained(inner, told, name)
        _explained(inner.get("items", {}), told, name)
        if isinstance(more := inner.get("additionalProperties"), dict):
            _explained(more, told, name)
    return rule


def told_by_settings() -> dict[str, str]:
    """What the comments in the settings of a new project say of the key or table below them."""
    told: dict[str, str] = {}
    lines: list[str] = []
    table = ""
    for line in (ROOT / "starter/pharmdocs.toml").read_text(encoding="utf-8").splitlines():
        if header := re.fullmatch(r"(?:# )?\[+([a-z.-]+)\]+", line):
            table = "stocks" if header[1].startswith("stocks.") else header[1]
            told[table] = " ".join(lines)
        elif key := re.match(r"(?:# )?([a-z_]+) = ", line):
            told[f"{table}.{key[1]}" if table else key[1]] = " ".join(lines)
        elif line.startswith("# "):
            lines.append(line[2:])
            continue
        lines = []
    return told


def told_by_page() -> Iterator[dict[str, str]]:
    """What the tables of the page about writing questions say of each key, table by table."""
    page = (ROOT / "docs/writing-questions.md").read_text(encoding="utf-8")
    for rows in re.findall(r"^\|---.*\n((?:\|.*\n)+)", page, re.M):
        told = {}
        for row in rows.splitlines():
            cells = re.split(r"\s*\|\s*", row.strip("| "))
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cells[-1]).replace("`", "")
            for name in re.findall(r"`\[?([a-z_]+)", cells[0]):
                told[name] = plain
        yield told


def every() -> dict[str, str]:
    """The text of each schema, by the name of its file."""
    of_bank, of_question, *_ = told_by_page()
    found = {
        "pharmdocs": ("pharmdocs.toml", _explained(settings(), told_by_settings())),
        "bank": ("bank.toml", _explained(bank(), of_bank)),
        "question": ("the front matter of a question", _explained(question(), of_question)),
        "checklist": ("checklist.toml", checklist()),
    }
    return {
        f"{name}.json": json.dumps(
            {"$schema": _DIALECT, "title": title} | rule, ensure_ascii=False, indent=2
        )
        + "\n"
        for name, (title, rule) in found.items()
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in every().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"docs/schema/{name}")
