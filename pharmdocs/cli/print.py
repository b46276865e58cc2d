"""`pharmdocs print`: a finished file to the system's print service."""

import shlex
from pathlib import Path

import click

from pharmdocs.cli.report import Steps, shown


@click.command(name="print")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.pdf")
@click.option(
    "-n",
    "--copies",
    type=click.IntRange(1, 9999),
    default=1,
    show_default=True,
    help="How often, page 1 to the last.",
)
@click.option(
    "-d",
    "--printer-name",
    default="",
    metavar="NAME",
    help="The printer, as lpstat -e lists it.  [default: the system's own]",
)
@click.option("--dry-run", is_flag=True, help="Show the command, and print nothing.")
def print_(file: Path, copies: int, printer_name: str, dry_run: bool) -> None:
    """Print a finished file with the options that this very file needs.

    Paper, sides and 100 % are taken from the file, so that no default of the printer scales or
    turns a sheet. The file goes to lp, the command of CUPS, on Linux and macOS.

    \b
    Examples:
      pharmdocs print output/booklet.pdf
      pharmdocs print output/flashcards.pdf -d Office --copies 2
      pharmdocs print output/checklist.pdf --dry-run
    """
    from pharmdocs.printing import printout, send

    with Steps() as steps:
        steps("reading the file")
        job = printout(file, copies, printer_name)
    for concern in job.concerns:
        click.echo(f"warning: {file.name}: {concern}", err=True)
    if dry_run:
        click.echo(shlex.join(job.command))
        return
    said = send(job)
    click.echo(f"{shown(file)}: {job.hint}" + (f"\n  {said}" if said else ""))
    if job.then:
        click.echo(f"  then lay the pile in again, and: pharmdocs print {shown(job.then)}")
