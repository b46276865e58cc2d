"""The schemas for editors say what the checks say, and are those of the code as it is."""

import datetime
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import written_cases
import yaml
from jsonschema import Draft202012Validator
from written_cases import Case

from pharmdocs.imposition.stock import read_stocks
from pharmdocs.project import find_project

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "docs/schema"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


class Yaml(yaml.SafeLoader):
    """YAML 1.2, as editors read it: a day is text."""


Yaml.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


@cache
def schema(name: str) -> Draft202012Validator:
    read = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(read)
    return Draft202012Validator(read, format_checker=Draft202012Validator.FORMAT_CHECKER)


def plain(value: Any) -> Any:
    """Days as text, as editors hand them to a schema."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def schema_of(path: Path) -> str:
    """Which schema a file of a project has; "" for none."""
    if path.suffix == ".md":
        around = path.parent.name == "parts" or path.name == "glossary.md"
        return "" if around else "question"
    return path.stem if path.suffix == ".toml" else ""


def read(path: Path) -> Any:
    """What a schema sees of a file: TOML, or front matter as YAML."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return plain(tomllib.loads(text))
    return yaml.load(text.split("---")[1], Loader=Yaml)  # noqa: S506


def complaints(path: Path) -> list[str]:
    return [error.message for error in schema(schema_of(path)).iter_errors(read(path))]


def test_they_are_those_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """When it is red: python scripts/make_schema.py."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    from make_schema import every

    kept = {path.name: path.read_text(encoding="utf-8") for path in sorted(SCHEMAS.iterdir())}
    assert kept == dict(sorted(every().items()))


OURS = [
    path
    for folder in ("content", "starter", "tests/spanish")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and schema_of(path)
]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_sound_has_no_complaint(path: Path) -> None:
    assert complaints(path) == []


# The settings of a new project


def uncommented(folder: Path) -> Path:
    """The settings of a new project with every example in force."""
    text = (ROOT / "starter/pharmdocs.toml").read_text(encoding="utf-8")
    path = folder / "pharmdocs.toml"
    text = re.sub(r"^# (?=\[|[a-z_]+ = )", "", text, flags=re.M)
    path.write_text(text, encoding="utf-8")
    for logo in ("logo", "fair"):
        shape = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
        )
        (folder / f"{logo}.svg").write_text(shape, encoding="utf-8")
    bank = folder / "content/our-questions/bank.toml"
    bank.parent.mkdir(parents=True)
    bank.write_text("format = 1\n")
    return path


def keys(rule: dict[str, Any], path: str = "") -> set[str]:
    found = set()
    for key, inner in rule.get("properties", {}).items():
        name = f"{path}.{key}" if path else key
        more = inner.get("additionalProperties")
        deeper = keys(inner, name) | keys(inner.get("items", {}), name)
        deeper |= keys(more, name) if isinstance(more, dict) else set()
        found |= deeper or {name}
    return found


def test_a_new_projects_settings_show_every_key(tmp_path: Path) -> None:
    """Of a printer, calibration writes the rest."""
    text = uncommented(tmp_path).read_text(encoding="utf-8")
    table, shown = "", set()
    for line in text.splitlines():
        if header := re.fullmatch(r"\[+([a-z.-]+)\]+", line):
            table = "stocks." if header[1].startswith("stocks.") else f"{header[1]}."
        elif key := re.match(r"([a-z_]+) = ", line):
            shown.add(table + key[1])
    named = keys(json.loads((SCHEMAS / "pharmdocs.json").read_text(encoding="utf-8")))
    assert shown - named == set()
    assert {key for key in named - shown if not key.startswith("printers.")} == set()


def test_every_example_in_a_new_projects_settings_is_sound(tmp_path: Path) -> None:
    path = uncommented(tmp_path)
    assert complaints(path) == []
    assert find_project(tmp_path).person.interviewer == "Dr. Lee"
    assert "my-labels" in read_stocks(path, path.name)


def test_every_key_of_the_settings_and_of_a_question_is_explained() -> None:
    for name in ("pharmdocs", "question", "bank"):
        found = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
        bare = [key for key, rule in found["properties"].items() if "description" not in rule]
        assert bare == [], name


# What is refused

# Only the whole bank, a file beside it, a calculation, or a parser of our own can tell these.
UNSEEN = {
    "around: A part that is named but missing",
    "around: A part whose name is misspelt",
    "around: A part in two places",
    "around: A place in the email that nobody can fill in",
    "bank: Two categories share a shape",
    "brand: A logo that is not there",
    "brand: A logo without a description",
    "brand: A description without a logo",
    "brand: A logo outside the project",
    "brand: A logo of another kind",
    "brand: A logo that lies about its kind",
    "brand: A logo that does not say how large it is",
    "files: A category's name with a letter that no face has",
    "front-matter: A key stands twice",
    "front-matter: A category that bank.toml lacks",
    "front-matter: A category that is like none",
    "front-matter: An unknown source",
    "front-matter: Half of a value would be lost behind a",
    "front-matter: A value is an alias",
    "front-matter: A value has a tag",
    "project: A bank that is not there",
    "project: A pale accent",
    "project: Templates outside the project",
    "project: An empty file",
    "sections: A section is missing",
    "sections: The card points are missing",
}
# Of a question, a schema sees the front matter.
LAST = 14


def spoilt() -> list[tuple[Case, str]]:
    """The cases whose report complains about something that a schema is for."""
    return [
        (case, name)
        for case in written_cases.every()
        if not case.name.startswith("lint:")
        for name in dict.fromkeys(name for _, name, _ in case.fences)
        if (schema := schema_of(Path(name)))
        and (lines := [int(line or 0) for line in re.findall(rf"^{name}:(\d*)", case.report, re.M)])
        and (schema != "question" or min(lines) <= LAST)
    ]


@pytest.mark.parametrize(("case", "name"), spoilt(), ids=[case.name for case, _ in spoilt()])
def test_what_the_check_refuses_the_schema_refuses(case: Case, name: str, tmp_path: Path) -> None:
    written_cases.lay(tmp_path, case)
    try:
        found = complaints(tmp_path / name)
    except (tomllib.TOMLDecodeError, yaml.YAMLError, UnicodeDecodeError, IndexError):
        found = ["cannot be read at all"]
    assert bool(found) != (case.name in UNSEEN), found
