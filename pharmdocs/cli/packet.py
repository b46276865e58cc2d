"""`pharmdocs build all`: several printables in one folder."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from pharmdocs.cli.options import with_request
from pharmdocs.cli.report import (
    Steps,
    report_booklet,
    report_cards,
    report_checklist,
    report_zine,
    tell_machines,
)

if TYPE_CHECKING:
    from pharmdocs.build import Request


@click.command("all")
@with_request("The folder to put everything into.  [default: output]")
@click.option("--json", "as_json", is_flag=True, help="Print the results for machines.")
def all_(request: "Request", as_json: bool) -> None:
    """Everything that can be printed from a bank, each as its own command builds it.

    \b
    Examples:
      pharmdocs build all
      pharmdocs build all --paper a4 --ink low -o for-print
    """
    from pharmdocs.everything import build_all

    with Steps() as steps:
        made = build_all(request, steps)
    if as_json:
        tell_machines(made)
        return
    for name, result in made.items():
        _REPORTS[name](result, as_json=False)


_REPORTS: dict[str, Callable[..., None]] = {
    "booklet": report_booklet,
    "flashcards": report_cards,
    "checklist": report_checklist,
    "zine": report_zine,
}
