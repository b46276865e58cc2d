"""`pharmdocs build …`: one command a printable."""

from typing import TYPE_CHECKING

import click

from pharmdocs.cli.options import with_request
from pharmdocs.cli.report import Steps, report

if TYPE_CHECKING:
    from pharmdocs.build import Request


@click.group()
def build() -> None:
    """Print something from a bank."""


@build.command()
@with_request("A PDF file, or the folder to put it into.  [default: output]")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def booklet(request: "Request", as_json: bool) -> None:
    """The study booklet: every question, its advice, a sample answer, lines for your own.

    \b
    Examples:
      pharmdocs build booklet
      pharmdocs build booklet --paper a4 --ink black
      pharmdocs build booklet --only category:safety,q09 -o safety.pdf
    """
    from pharmdocs.build import build_booklet

    with Steps() as steps:
        result = build_booklet(request, steps)
    report(result, as_json)
