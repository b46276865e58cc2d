"""`pharmdocs bank export` and `bank import`: banks to other programs, and back."""

import os
from pathlib import Path

import click

from pharmdocs.cli.bank import bank
from pharmdocs.cli.options import with_bank, with_project
from pharmdocs.cli.report import Steps, shown
from pharmdocs.wording import count

# Spelled out, so that --help need not load what knows them; a test compares them.
FORMATS = ("csv", "tsv", "markdown", "anki")
_MOST = 8


@bank.command()
@with_bank
@click.option("--format", "format_", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="PATH",
    help="A file, or the folder to put it into.  [default: output]",
)  # fmt: skip
def export(folder: Path, bank: str, only: str | None, format_: str, output: Path | None) -> None:
    """Write a bank for another program: a table, Quizlet, a list to read.

    csv is a table for a spreadsheet, and a bank of its own. tsv is what Quizlet takes: in Quizlet
    choose Import, paste the file, and leave Tab and New line as they are. markdown is a list of
    ## headings with their answers. anki is a package that Anki opens; exported and opened again
    after a change, it brings cards up to date and keeps what you have learned. What a format
    cannot carry is said.

    \b
    Examples:
      pharmdocs bank export --bank sig-codes
      pharmdocs bank export --format tsv --only category:safety
      pharmdocs bank export --format anki
      pharmdocs bank export --format markdown -o notes.md
    """
    from pharmdocs.bank.exchange.note import deck_of
    from pharmdocs.bank.exchange.written import FORMATS, written
    from pharmdocs.build import Request, read_bank, write_whole
    from pharmdocs.project import find_project

    request = Request(find_project(folder), bank=bank, only=only)
    deck = deck_of(read_bank(request))
    if format_ == "anki":
        from pharmdocs.bank.exchange.anki import Look, to_anki

        find = request.project.template
        parts = (find(f"anki/{name}")[0] for name in ("front.html", "back.html", "style.css"))
        look = Look(*(part.read_text(encoding="utf-8") for part in parts))
        data, left = to_anki(deck, look, _changed(request.project.bank_folder(bank)))
        ending = "apkg"
    else:
        text, left = written(deck, format_)
        data, ending = text.encode(), FORMATS[format_][0]
    place = output or request.project.root / "output"
    path = place if place.suffix else place / f"{deck.name}.{ending}"
    write_whole(path, data)
    click.echo(f"{shown(path)}: {count(len(deck.notes), 'card')}")
    for what in left:
        click.echo(f"  left out: {what}", err=True)


def _changed(folder: Path) -> float:
    """When a bank was changed last, or when SOURCE_DATE_EPOCH says."""
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    if said.isdecimal():
        return float(said)
    return max(int(path.stat().st_mtime) for path in folder.rglob("*"))


@bank.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@with_project
@click.option("--name", default="", metavar="NAME", help="The bank's.  [default: the file's]")
@click.option("--title", default="", metavar="TEXT", help="Its title.  [default: the file's]")
@click.option("--language", default="en-US", show_default=True, metavar="TAG")
def import_(file: Path, folder: Path, name: str, title: str, language: str) -> None:
    """Make a bank of a deck: .apkg, .csv, .tsv, .txt as Anki writes it, .xlsx, .md.

    Of Anki's packages each note becomes a card, and each gap of a cloze note. A table has columns
    such as front, back, category, tags, or the front first and the back second; of a workbook the
    first sheet is read. A list has a ## heading for each front and its back below. The new bank is
    content/NAME/ in your project; what could not be carried over is listed with its place, and all
    of it stands in left-out.txt beside the cards.

    \b
    Examples:
      pharmdocs bank import deck.apkg
      pharmdocs bank import deck.csv
      pharmdocs bank import drugs.xlsx --title "Top 200 Drugs"
      pharmdocs bank import quizlet.txt --name drugs
      pharmdocs build flashcards --bank drugs
    """
    import datetime

    from pharmdocs.importing import LEFT_OUT, import_deck
    from pharmdocs.project import find_project

    today = datetime.date.today().isoformat()
    with Steps() as step:
        step(f"reading {file.name}")
        made = import_deck(find_project(folder), file, name, title, language, today)
    filed = f"{made.categories} {'category' if made.categories == 1 else 'categories'}"
    click.echo(f"{shown(made.folder)}: {count(made.cards, 'card')} in {filed}")
    click.echo(f"  print it: pharmdocs build flashcards --bank {made.name}")
    for problem in made.left[:_MOST]:
        click.echo(f"  warning: {problem}", err=True)
    if (rest := len(made.left) - _MOST) > 0:
        click.echo(f"  … and {rest} more, all in {shown(made.folder / LEFT_OUT)}", err=True)
