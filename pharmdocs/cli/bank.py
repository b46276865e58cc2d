"""`pharmdocs bank …`: look at content without printing it."""

import json
from pathlib import Path

import click

from pharmdocs.cli.bank_new import new
from pharmdocs.cli.options import with_bank


@click.group()
def bank() -> None:
    """Check, list and write the questions of a bank."""


bank.add_command(new)


@bank.command()
@with_bank
def check(folder: Path, bank: str, only: str | None) -> None:
    """Read a bank as strictly as a build does and report every problem at once.

    \b
    Examples:
      pharmdocs bank check
      pharmdocs bank check --bank interview
    """
    from pharmdocs.build import Request, read_bank
    from pharmdocs.project import find_project

    found = read_bank(Request(find_project(folder), bank=bank, only=only))
    kinds = {"question": found.questions, "card": found.cards, "term": found.glossary}
    counts = ", ".join(
        f"{len(items)} {kind}{'s' if len(items) != 1 else ''}"
        for kind, items in kinds.items()
        if items
    )
    click.echo(f"{found.name}: {counts}; no problems")


@bank.command("list")
@with_bank
@click.option("--json", "as_json", is_flag=True, help="Print the list for machines.")
def list_(folder: Path, bank: str, only: str | None, as_json: bool) -> None:
    """List a bank's questions: id, category (as --only wants it), title.

    \b
    Examples:
      pharmdocs bank list
      pharmdocs bank list --only tag:ethics,difficulty:hard
      pharmdocs bank list --json
    """
    from pharmdocs.bank.markup import plain
    from pharmdocs.build import Request, read_bank
    from pharmdocs.project import find_project

    found = read_bank(Request(find_project(folder), bank=bank, only=only))
    rows = [
        {
            "id": item.id,
            "category": item.category.key,
            "title": item.title,
            "competencies": list(item.competencies),
            "difficulty": item.difficulty,
            "settings": list(item.settings),
        }
        for item in found.questions
    ]
    rows += [
        {"id": card.id, "category": card.category.key, "title": plain(card.front)}
        for card in found.cards
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    first, second = (max(len(str(row[key])) for row in rows) for key in ("id", "category"))
    for row in rows:
        click.echo(f"{row['id']:{first}}  {row['category']:{second}}  {row['title']}")
