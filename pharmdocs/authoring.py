"""A new question in a bank of the user's own: where it goes, what it says, what it still lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pharmdocs.bank.skeleton import Shelf, file_name, is_id, question_text, read_shelf
from pharmdocs.build import Request, read_bank, write_whole
from pharmdocs.errors import ContentError, Problem, SelectionError, closest
from pharmdocs.project import Project


@dataclass(frozen=True)
class Desk:
    """The bank that is written in: its folder, its name in messages, and what is known of it."""

    project: Project
    bank: str
    folder: Path
    shelf: Shelf


@dataclass(frozen=True)
class Written:
    """The new file, what is still to be written in it, and how many problems other files have."""

    path: Path
    lacking: tuple[Problem, ...]
    elsewhere: int


def desk_of(project: Project, bank: str) -> Desk:
    """The bank of that name (or the project's default), to write in.

    Raises:
        SelectionError: there is no such bank, or it is a bundled one.
        ContentError: its bank.toml cannot be read.
    """
    folder = project.bank_folder(bank)
    if not folder.resolve().is_relative_to(project.root.resolve()):
        what = f"the bank `{folder.name}` is a bundled one, outside this project"
        fix = "begin one of your own (pharmdocs init DIR), or name yours: --bank NAME"
        raise SelectionError(Problem(None, what, fix))
    return Desk(project, bank, folder, read_shelf(folder, f"content/{folder.name}"))


def write_question(desk: Desk, fields: Mapping[str, str | int | Sequence[str]]) -> Written:
    """Write the file of a question whose front matter has these fields; `id` may be "".

    Raises:
        SelectionError: the id is taken, or a category or source is none of the bank's.
        OutputError: the file cannot be written.
    """
    shelf = desk.shelf
    question_id = str(fields["id"]) or shelf.next_id
    problems = []
    if not is_id(question_id):
        fix = f"use small letters and digits, a letter first: {shelf.next_id}"
        problems.append(Problem(None, f"`{question_id}` cannot be an id", fix))
    elif question_id in shelf.taken:
        what = f"the id `{question_id}` is taken"
        problems.append(Problem(None, what, f"the next free one is {shelf.next_id}"))
    for key, known in (("category", shelf.categories), ("sources", shelf.sources)):
        value = fields[key]
        for word in [value] if isinstance(value, (str, int)) else value:
            if word not in known:
                what = f"{desk.folder.name} has no {key.rstrip('s')} `{word}`"
                fix = closest(str(word), known) if known else f"add it to [{key}] in bank.toml"
                problems.append(Problem(None, what, fix))
    if problems:
        raise SelectionError(*problems)
    named = str(fields["short_title"] or fields["title"])
    path = desk.folder / file_name(question_id, named)
    # Where `pharmdocs init` puts it; a bank lies two folders below the project.
    has_schema = (desk.project.root / "schema/question.json").is_file()
    schema = "../../schema/question.json" if has_schema else ""
    text = question_text({**fields, "id": question_id}, schema)
    write_whole(path, text.encode(), elsewhere="")
    return _judged(desk, path)


def _judged(desk: Desk, path: Path) -> Written:
    """What the check of the bank says of the new file."""
    problems: tuple[Problem, ...] = ()
    try:
        read_bank(Request(desk.project, desk.bank))
    except ContentError as error:
        problems = error.problems
    label = f"content/{desk.folder.name}/{path.name}"
    own = tuple(problem for problem in problems if problem.where and problem.where.file == label)
    return Written(path, own, len(problems) - len(own))
