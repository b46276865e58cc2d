"""`pharmdocs proof`: the pages as pictures, for a person."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pharmdocs.cli.options import with_request
from pharmdocs.cli.report import Steps, shown
from pharmdocs.wording import count

if TYPE_CHECKING:
    from pharmdocs.build import Request


@click.command()
@click.argument("what", metavar="PRINTABLE|FILE.pdf")
@with_request("The folder for the pictures.  [default: output/proof]")
@click.option("--dpi", type=click.IntRange(24, 600), default=110, show_default=True)
@click.option(
    "--overlay", is_flag=True, help="Of each sheet its back as well, seen through its front."
)
@click.option("--open", "open_", is_flag=True, help="Show the contact sheet.")
def proof(request: "Request", what: str, dpi: int, overlay: bool, open_: bool) -> None:
    """Draw every page as a PNG, and all of them small on one contact sheet.

    A printable is built first, with these options; a file is taken as it is. The pictures
    come from the very PDF. Of what is printed on both sides, front and back lie side by side;
    the overlay turns the paper as the printer does for which the file was built.

    \b
    Examples:
      pharmdocs proof booklet --open
      pharmdocs proof flashcards --overlay
      pharmdocs proof checklist --paper a4
      pharmdocs proof output/booklet.pdf --dpi 200 -o pictures
    """
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from pharmdocs.errors import Problem, SelectionError
    from pharmdocs.manifest import backs_of, turned
    from pharmdocs.printables import PRINTABLES, files_of
    from pharmdocs.proofs import Wanted, draw

    folder = request.output or request.project.root / "output" / "proof"
    with Steps() as steps, TemporaryDirectory(prefix="pharmdocs-") as scratch:
        if printable := PRINTABLES.get(what):
            if request.only is not None and not printable.selects:
                raise click.UsageError(f"--only chooses questions, and the {what} has none")
            into = replace(request, output=Path(scratch))
            path = files_of(printable.build(into, steps))[0]
        else:
            path = Path(what)
            if request.bank or request.only is not None or request.paper or request.ink:
                raise click.UsageError("a file is drawn as it is: these options are for building")
            if not path.is_file():
                fix = f"name a PDF file, or a printable: {', '.join(PRINTABLES)}"
                raise SelectionError(Problem(None, f"there is no {what} to show", fix))
        steps("drawing")
        drawn = draw(Wanted(path, folder, dpi, overlay, backs_of(path), *turned(path)))
    overlays = f", {count(len(drawn.overlays), 'overlay')}" if drawn.overlays else ""
    names = ", ".join(sheet.name for sheet in drawn.contact)
    click.echo(f"{shown(folder)}: {count(len(drawn.pages), 'page')}{overlays} and {names}")
    if open_:
        click.launch(str(drawn.contact[0]))
