"""`pharmdocs proof`: the pages as pictures, for a person."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pharmdocs.cli.options import with_request
from pharmdocs.cli.report import Steps, shown

if TYPE_CHECKING:
    from pharmdocs.build import Request


@click.command()
@click.argument("what", metavar="PRINTABLE|FILE.pdf")
@with_request("The folder for the pictures.  [default: output/proof]")
@click.option("--dpi", type=click.IntRange(24, 600), default=110, show_default=True)
def proof(request: "Request", what: str, dpi: int) -> None:
    """Draw every page as a PNG, and all of them small on one contact sheet.

    A printable is built first, with these options; a file is taken as it is. The pictures
    come from the very PDF.

    \b
    Examples:
      pharmdocs proof booklet
      pharmdocs proof checklist --paper a4
      pharmdocs proof output/booklet.pdf --dpi 200 -o pictures
    """
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from pharmdocs.booklet import build_booklet
    from pharmdocs.checklist import build_checklist
    from pharmdocs.errors import Problem, SelectionError
    from pharmdocs.proofs import draw

    folder = request.output or request.project.root / "output" / "proof"
    with Steps() as steps, TemporaryDirectory(prefix="pharmdocs-") as scratch:
        into = replace(request, output=Path(scratch))
        if what == "booklet":
            path = build_booklet(into, progress=steps).path
        elif what == "checklist":
            if request.only is not None:
                raise click.UsageError("--only chooses questions, and the checklist has none")
            path = build_checklist(into, progress=steps).path
        else:
            path = Path(what)
            if request.bank or request.only is not None or request.paper or request.ink:
                raise click.UsageError("a file is drawn as it is: these options are for building")
            if not path.is_file():
                fix = "name a PDF file, or a printable: booklet, checklist"
                raise SelectionError(Problem(None, f"there is no {what} to show", fix))
        steps("drawing")
        pictures = draw(path, folder, dpi)
    click.echo(f"{shown(folder)}: {len(pictures) - 1} pages and {pictures[-1].name}")
