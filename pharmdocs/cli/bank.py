"""`pharmdocs bank …`: look at content without printing it."""

import json
from datetime import date, datetime
from pathlib import Path

import click

from pharmdocs.cli.bank_new import new
from pharmdocs.cli.options import with_bank
from pharmdocs.wording import count


@click.group()
def bank() -> None:
    """Check, list and write the questions of a bank."""


bank.add_command(new)


@bank.command()
@with_bank
@click.option("--strict", is_flag=True, help="Take warnings for errors: end with code 3.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day by which reviews are old.  [default: today]",
)
@click.option("--watch", is_flag=True, help="Check again after every save, until Ctrl-C.")
def check(
    folder: Path, bank: str, only: str | None, strict: bool, today: datetime | None, watch: bool
) -> None:
    """Read a bank as strictly as a build does and report every problem at once.

    The rules that [lint] of pharmdocs.toml switches on are warnings.

    \b
    Examples:
      pharmdocs bank check
      pharmdocs bank check --bank interview
      pharmdocs bank check --watch
      pharmdocs bank check --strict --today 2027-03-01
    """

    def once() -> None:
        _check(folder, bank, only, strict, (today or datetime.now()).date())

    if watch:
        from pharmdocs.cli.again import watched

        watched(folder, once)
    else:
        once()


def _check(folder: Path, bank: str, only: str | None, strict: bool, day: date) -> None:
    from pharmdocs.bank.lint import lint
    from pharmdocs.build import Request, read_bank
    from pharmdocs.errors import ContentError
    from pharmdocs.project import find_project

    project = find_project(folder)
    found = read_bank(Request(project, bank=bank, only=only))
    findings = lint(found, project.lint, day)
    if findings and strict:
        raise ContentError(*findings)
    for finding in findings:
        click.echo(f"warning: {finding}", err=True)
    kinds = {"question": found.questions, "card": found.cards, "term": found.glossary}
    counts = ", ".join(count(len(items), kind) for kind, items in kinds.items() if items)
    warned = f", {count(len(findings), 'warning')}" if findings else ""
    click.echo(f"{found.name}: {counts}; no problems{warned}")


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
