"""`pharmdocs bank new`: one more question, with every section in place."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pharmdocs.cli.options import SETTINGS, with_bank

if TYPE_CHECKING:
    from pharmdocs.bank.skeleton import Shelf

# Spelled out here, so that --help need not load what knows them; a test compares them.
DIFFICULTIES = ("easy", "medium", "hard")
# Field -> what is asked on a terminal, and the most characters there is room for.
_TEXTS = {
    "title": ("The question, as an interviewer asks it", 120),
    "short_title": ("In a few words, for the contents", 36),
    "headline": ("The answer in one line, for the card", 48),
    "short": ("The answer in two sentences", 160),
}
# In the order in which a question file has them.
_FIELDS = (
    *("title", "short_title", "headline", "short", "category", "competencies", "difficulty"),
    *("asked", "settings", "sources", "reviewed"),
)


@click.command()
@partial(with_bank, selects=False)
@click.option("--title", default="", metavar="TEXT", help="The question, as interviewers ask it.")
@click.option("--short-title", default="", metavar="TEXT", help="For the contents; 36 characters.")
@click.option("--headline", default="", metavar="TEXT", help="The answer in 48 characters.")
@click.option("--short", default="", metavar="TEXT", help="The answer in 160 characters.")
@click.option("--category", default="", metavar="KEY", help="A key of [categories] in bank.toml.")
@click.option("--competency", "competencies", multiple=True, metavar="TEXT", help="Any number.")
@click.option("--difficulty", type=click.Choice(DIFFICULTIES), help="[default: medium]")
@click.option(
    "--setting", "settings", multiple=True, type=click.Choice(SETTINGS), help="[default: all]"
)
@click.option("--source", "sources", multiple=True, metavar="KEY", help="A key of [sources].")
@click.option("--asked", type=click.IntRange(1, 9999), help="Rank, 1 first.  [default: last]")
@click.option("--id", "id_", default="", metavar="ID", help="[default: the next free one]")
@click.option(
    "--reviewed",
    type=click.DateTime(["%Y-%m-%d"]),
    help="When its facts were checked.  [default: today]",
)
def new(folder: Path, bank: str, **options: Any) -> None:
    """Write the file of a new question, and say what is still to be written in it.

    On a terminal it asks for what the options do not give. Elsewhere --title and --category must be
    given, and whatever else is missing is left to be written.

    \b
    Examples:
      pharmdocs bank new
      pharmdocs bank new --category safety --title "What is a lot number for?"
      pharmdocs bank new --bank our-questions --id q40 --difficulty easy --setting hospital
    """
    from pharmdocs.authoring import desk_of, write_question
    from pharmdocs.cli.report import report_question
    from pharmdocs.project import find_project

    desk = desk_of(find_project(folder), bank)
    if _on_terminal():
        options = _asked(options, desk.shelf)
    for key in ("title", "category"):
        if not options[key]:
            raise click.MissingParameter(param_hint=f"--{key}", param_type="option")
    fields = {"id": options["id_"], **{key: options[key] for key in _FIELDS}}
    fields["difficulty"] = options["difficulty"] or "medium"
    fields["asked"] = options["asked"] or desk.shelf.next_rank
    fields["settings"] = options["settings"] or SETTINGS
    fields["reviewed"] = f"{options['reviewed'] or datetime.now():%Y-%m-%d}"
    report_question(write_question(desk, fields))


def _asked(given: dict[str, Any], shelf: "Shelf") -> dict[str, Any]:
    """The options, and what somebody answers for those that were not given."""
    found = dict(given)
    for key, (text, limit) in _TEXTS.items():
        found[key] = given[key] or _text(text, limit, needed=key == "title")
    found["category"] = given["category"] or _one_of("Category", shelf.categories)
    found["competencies"] = given["competencies"] or _several("What they listen for (with commas)")
    found["difficulty"] = given["difficulty"] or _one_of("Difficulty", DIFFICULTIES, "medium")
    if shelf.sources:
        text = f"Sources, with commas ({', '.join(shelf.sources)})"
        found["sources"] = given["sources"] or _several(text, shelf.sources)
    return found


def _text(text: str, limit: int, needed: bool) -> str:
    """A line of at most so many characters; without one it is left to be written."""

    def fitting(line: str) -> str:
        if len(line := " ".join(line.split())) > limit:
            raise click.UsageError(f"that is {len(line)} characters, {len(line) - limit} too many")
        if needed and not line:
            raise click.UsageError("a question needs one")
        return line

    more = "" if needed else ", or nothing to write it later"
    asked = f"{text} ({limit} characters{more})"
    found: str = click.prompt(asked, default="", show_default=False, value_proc=fitting)
    return found


def _one_of(text: str, words: Iterable[str], default: str | None = None) -> str:
    found: str = click.prompt(text, type=click.Choice(list(words)), default=default)
    return found


def _several(text: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    """Words with commas between them, all of them known where only some are."""

    def words(line: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(word.strip() for word in line.split(",") if word.strip()))
        if unknown := [word for word in found if known and word not in known]:
            raise click.UsageError(f"there is no {', '.join(unknown)}")
        return found

    found: tuple[str, ...] = click.prompt(text, default="", show_default=False, value_proc=words)
    return found


def _on_terminal() -> bool:
    return bool(sys.stdin) and sys.stdin.isatty()
