"""`pharmdocs printers`: what is known of the printers that were calibrated."""

import json
from pathlib import Path

import click

from pharmdocs.cli.options import with_project
from pharmdocs.cli.report import described_printer


@click.group(invoke_without_command=True)
@click.pass_context
def printers(ctx: click.Context) -> None:
    """List the printers that were calibrated, show one, or forget it.

    \b
    Examples:
      pharmdocs printers
      pharmdocs printers show home
      pharmdocs printers default home
      pharmdocs printers remove home
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_, folder=Path(), as_json=False)


@printers.command("list")
@with_project
@click.option("--json", "as_json", is_flag=True, help="Print the list for machines.")
def list_(folder: Path, as_json: bool) -> None:
    """List every printer with its paper and stock.

    \b
    Examples:
      pharmdocs printers list --json
    """
    from pharmdocs.printers import facts, read_printers
    from pharmdocs.project import find_project

    known = read_printers(folder, find_project(folder).printer)
    if as_json:
        click.echo(json.dumps([facts(item, file) for item, file in known.entries], indent=2))
        return
    if not known.entries:
        click.echo("no printer was calibrated yet: pharmdocs calibrate")
    for item, file in known.entries:
        star = " (default)" if item.label == known.default else ""
        where = f"{item.lies}, {item.stock}" if item.stock else item.lies
        click.echo(f"{item.label}{star}  {where}  {file}")


@printers.command()
@click.argument("name")
@with_project
def show(folder: Path, name: str) -> None:
    """Show what is corrected for a printer, on each paper and stock.

    \b
    Examples:
      pharmdocs printers show home
    """
    from pharmdocs.printers import read_printers

    for printer in read_printers(folder).of(name):
        click.echo(described_printer(printer))


@printers.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a printer, on every paper and stock; its tray is NAME:TRAY.

    \b
    Examples:
      pharmdocs printers remove home
    """
    from pharmdocs.printers import remove as forget

    count = forget(name)
    click.echo(f"{name}: forgotten" + (f" ({count} entries)" if count > 1 else ""))


@printers.command()
@click.argument("name")
def default(name: str) -> None:
    """Correct every build for this printer; `none` for no printer.

    \b
    Examples:
      pharmdocs printers default home
      pharmdocs printers default none
    """
    from pharmdocs.printers import set_default

    set_default(name)
    click.echo(f"default: {name}")
