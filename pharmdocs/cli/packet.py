"""`pharmdocs build packet` and `pharmdocs build all`: several printables in one folder."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pharmdocs.cli.options import with_request
from pharmdocs.cli.report import (
    Steps,
    report_booklet,
    report_cards,
    report_checklist,
    report_packet,
    report_zine,
    tell_machines,
)

if TYPE_CHECKING:
    from pharmdocs.build import Request


@click.command()
@with_request("The folder to put everything into.  [default: output/packet]")
@click.option("--event", default=None, metavar="NAME", help="The event's name; [event] tells more.")
@click.option(
    "--copies",
    type=click.IntRange(1, 9999),
    metavar="N",
    help="How many of each.  [default: 1, or everybody on the roster]",
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="People, one a row (.csv or .xlsx): a checklist for each of them.",
)
@click.option("--skip-bad", is_flag=True, help="Leave bad rows out, and write them to a file.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def packet(
    request: "Request",
    as_json: bool,
    event: str | None,
    copies: int | None,
    roster: Path | None,
    skip_bad: bool,
) -> None:
    """Everything to hand out at a fair, in one folder, and the sheet by which it is printed.

    The zine, the checklist, a sheet of sample cards and the brief booklet to fold; the run sheet
    says for each what paper, which way it is turned, what is cut, folded and stapled, how long
    it takes and how much ink. --copies goes there and into the print command: no file has
    a page twice.

    \b
    Examples:
      pharmdocs build packet --event "Spring Career Fair" --copies 200
      pharmdocs build packet --copies 200 --paper a4 --ink black -o fair
      pharmdocs build packet --roster people.csv
    """
    from pharmdocs.packet import Packet, build_packet
    from pharmdocs.plan import Run

    if skip_bad and roster is None:
        raise click.UsageError("--skip-bad needs a roster: --roster FILE")
    run = Run(roster, skip_bad=skip_bad) if roster else None
    with Steps() as steps:
        result = build_packet(request, Packet(event, copies or 0, run), steps)
    report_packet(result, as_json)


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
