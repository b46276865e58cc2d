"""The templates' fixed words: one file a language, templates/strings/<language>.toml."""

from typing import Any

from pharmdocs.errors import Location, Problem, SetupError
from pharmdocs.project import Project
from pharmdocs.strict import Table, read_text, read_toml


def read_strings(project: Project, language: str) -> dict[str, Any]:
    """The words for a language tag such as "en-US"; its first part names the file.

    Raises:
        SetupError: there is no such language, or its file is broken.
    """
    path, label = project.template(f"strings/{language.partition('-')[0].lower()}.toml")
    if not path.is_file():
        fix = f"translate templates/strings/en.toml into {label}, or set language to en-US"
        raise SetupError(Problem(None, f"no words for the language `{language}`", fix))
    problems: list[Problem] = []
    words = _plain(read_toml(read_text(path, label, problems), label, problems))
    if problems:
        raise SetupError(*problems)
    return words


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
