"""The templates' fixed words: one file a language, templates/strings/<language>.toml."""

import re
from typing import Any

from pharmdocs.errors import Location, Problem, SetupError, closest
from pharmdocs.project import Project
from pharmdocs.shipped import bundled
from pharmdocs.strict import Table, read_text, read_toml
from pharmdocs.typesetting.fonts import undrawable

_MODEL = "strings/en.toml"
_PLACES = {"day", "month", "year"}


def read_strings(project: Project, language: str) -> dict[str, Any]:
    """The words for a language tag such as "en-US"; its first part names the file.

    Raises:
        SetupError: there is no such language, or its file has not just the keys of the English
            one, or a sign that no vendored face has.
    """
    path, label = project.template(f"strings/{language.partition('-')[0].lower()}.toml")
    if not path.is_file():
        fix = f"translate templates/{_MODEL} into {label}, or set language to en-US"
        raise SetupError(Problem(None, f"no words for the language `{language}`", fix))
    problems: list[Problem] = []
    text = read_text(path, label, problems)
    table = read_toml(text, label, problems)
    model = read_toml(read_text(bundled() / "templates" / _MODEL, _MODEL, []), _MODEL, [])
    _compare(table, model)
    words = _plain(table)
    if not problems:
        _check_dates(table.table("dates"), words["dates"])
    if problems := problems or undrawable({label: text}):
        raise SetupError(*problems)
    return words


def _compare(table: Table, model: Table) -> None:
    """Complain about keys that are missing, unknown, or of another kind than the model's."""
    for key, value in model.values.items():
        place = f"`{key}` in {model.name}" if model.name else f"`{key}`"
        found = table.values.get(key)
        if found is None:
            table.complain(table.line, f"{place} is missing", f"copy it from templates/{_MODEL}")
        elif type(found.content) is not type(value.content):
            table.complain(found.line, f"{place} is of another kind", "write it as in English")
        elif isinstance(value.content, Table):
            _compare(found.content, value.content)
    for key, value in table.values.items():
        if key not in model.values:
            table.complain(value.line, f"unknown key `{key}`", closest(key, model.values))


def _check_dates(table: Table, dates: dict[str, Any]) -> None:
    for key, count, fix in (
        ("months", 12, "name all twelve, January first"),
        ("weekdays", 7, "name all seven, Monday first"),
    ):
        if len(dates[key]) != count:
            table.complain(table.line_of(key), f"{len(dates[key])} {key}", fix)
    for key, needed in (("long", _PLACES), ("full", _PLACES | {"weekday"})):
        if set(re.findall(r"\{(.*?)\}", dates[key])) != needed:
            named = ", ".join(f"{{{place}}}" for place in sorted(needed))
            fix = f"use {named}, each of them"
            table.complain(table.line_of(key), f"the {key} date is not made of its parts", fix)


def _plain(table: Table) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for key, value in table.values.items():
        if isinstance(value.content, Table):
            words[key] = _plain(value.content)
        elif isinstance(value.content, (str, list)):
            words[key] = value.content
        else:
            where = Location(table.file, value.line)
            table.problems.append(Problem(where, f"`{key}` is not text", "put it in quotes"))
    return words
