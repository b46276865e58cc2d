"""`pharmdocs build …`: one command a printable."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pharmdocs.cli.options import (
    BINDINGS,
    CARD_EDITIONS,
    COVERS,
    DUPLEX,
    EDITIONS,
    LENGTH,
    ORDERS,
    SETTINGS,
    with_jobs,
    with_person,
    with_request,
    with_roster,
    with_scheduler,
    with_shop,
)
from pharmdocs.cli.packet import all_, packet
from pharmdocs.cli.report import (
    Steps,
    report_booklet,
    report_cards,
    report_checklist,
    report_run,
    report_shop,
    report_zine,
)

if TYPE_CHECKING:
    from pharmdocs.build import Request
    from pharmdocs.plan import Run


@click.group()
def build() -> None:
    """Print something from a bank."""


build.add_command(packet)
build.add_command(all_)


@build.command()
@with_request("A PDF file, or the folder to put it into.  [default: output]", large=True)
@click.option(
    "--edition",
    type=click.Choice(EDITIONS),
    default="screen",
    show_default=True,
    help="fold: half pages on sheets to fold and staple; press: for a print shop.",
)
@with_shop
@click.option(
    "--cover",
    type=click.Choice(COVERS),
    help="For press: the cover as page 1, or as a file of its own.  [default: included]",
)
@click.option("--brief", is_flag=True, help="Only questions, why they are asked, and card points.")
@click.option(
    "--caliper",
    type=LENGTH,
    metavar="LENGTH",
    help="How thick a sheet is that is folded.  [default: 0.1mm]",
)
@click.option(
    "--binding",
    type=click.Choice(BINDINGS),
    help="Where the spine of a folded booklet is.  [default: left]",
)
@with_jobs
@with_scheduler
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def booklet(
    request: "Request",
    as_json: bool,
    shop: dict[str, Any],
    cover: str | None,
    jobs: int | None,
    **asked: Any,
) -> None:
    """The study booklet: every question, its advice, a sample answer, lines for your own.

    \b
    Examples:
      pharmdocs build booklet
      pharmdocs build booklet --paper a4 --ink black
      pharmdocs build booklet --only category:safety,q09 -o safety.pdf
      pharmdocs build booklet --brief --edition fold
      pharmdocs build booklet --large-print
      pharmdocs build booklet --edition press --profile shop.icc --cover separate
      pharmdocs build booklet --scheduler tcp://10.0.0.5:8786
    """
    from pharmdocs.editions import Booklet, shop_of

    only = ["--bleed"] * (shop["bleed"] is not None) + ["--cover"] * (cover is not None)
    at_shop = shop_of(asked["edition"], *shop.values(), *only)
    wanted = Booklet(jobs=jobs or 0, **asked)
    if asked["edition"] == "press":
        from pharmdocs.pressbooklet import build_press_booklet

        with Steps() as steps:
            made = build_press_booklet(request, wanted, at_shop, cover or "included", steps)
        report_shop(made, as_json)
        return
    from pharmdocs.booklet import build_booklet

    with Steps() as steps:
        result = build_booklet(request, wanted, steps)
    report_booklet(result, as_json)


@build.command()
@with_request("A PDF file, or the folder to put it into.  [default: output]", large=True)
@click.option(
    "--edition",
    type=click.Choice(CARD_EDITIONS),
    default="sheet",
    show_default=True,
    help="press: for a print shop, a face a page with bleed and marks.",
)
@with_shop
@click.option("--stock", default="", metavar="NAME", help="The card stock: pharmdocs stocks.")
@click.option(
    "--duplex",
    type=click.Choice(DUPLEX),
    help="How the sheet is turned; manual writes fronts and backs, fold needs no turning."
    "  [default: long-edge, or the printer's]",
)
@click.option(
    "--start",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Begin at slot N of a sheet that is partly used.",
)
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    default="sheet",
    show_default=True,
    help="stack: cut the pile once, and the piles of cards are in order.",
)
@click.option("--shuffle", default="", metavar="SEED", help="Another order for every SEED.")
@click.option("--outlines", is_flag=True, help="Draw the edge of every card.")
@click.option(
    "--back-bleed",
    default="0mm",
    type=LENGTH,
    metavar="LENGTH",
    help="Let bands on backs bleed further, which hides drift; where cards stand apart.",
)
@click.option(
    "--changed-since",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="MANIFEST",
    help="Only cards that are new, or not as this manifest says they were printed.",
)
@click.option("--with-dividers", is_flag=True, help="Add the dividers of a Leitner box.")
@click.option("--strict", is_flag=True, help="Refuse any face that had to be set tighter.")
@with_jobs
@with_scheduler
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def flashcards(
    request: "Request",
    as_json: bool,
    jobs: int | None,
    edition: str,
    shop: dict[str, Any],
    **asked: Any,
) -> None:
    """Cards: the question in front; what to say, and what they ask next, behind it.

    \b
    Examples:
      pharmdocs build flashcards
      pharmdocs build flashcards --stock avery-5388 --duplex short-edge
      pharmdocs build flashcards --stock poker-a4 --duplex manual --ink low
      pharmdocs build flashcards --only q03,q09 --start 3
      pharmdocs build flashcards --large-print
      pharmdocs build flashcards --changed-since output/flashcards.manifest.json --start 2
      pharmdocs build flashcards --edition press --profile shop.icc --copies 200
      pharmdocs build flashcards --edition press --ink black --bleed 0.125in
      pharmdocs build flashcards --scheduler tcp://10.0.0.5:8786
    """
    from pharmdocs.editions import shop_of
    from pharmdocs.flashcards import Cards, build_flashcards

    at_shop = shop_of(edition, **shop)
    asked["duplex"] = asked["duplex"] or ""
    cards = Cards(edition=edition, bleed=shop["bleed"], jobs=jobs or 0, **asked)
    if edition == "press":
        if cards.changed_since:
            raise click.UsageError("--changed-since is about sheets: leave --edition press out")
        if request.large:
            raise click.UsageError("large print is for sheets: leave --edition press out")
        from pharmdocs.presscards import build_press_cards

        with Steps() as steps:
            made = build_press_cards(request, cards, at_shop, steps)
        report_shop(made, as_json)
        return
    with Steps() as steps:
        result = build_flashcards(request, cards, steps)
    report_cards(result, as_json)


@build.command()
@with_request(
    "A PDF file, or the folder to put everything into.  [default: output]",
    selects=False,
    large=True,
)
@with_person
@click.option(
    "--setting",
    type=click.Choice(SETTINGS),
    help="Where: chooses the questions to ask.  [default: those that fit anywhere]",
)
@click.option(
    "--fillable/--flat",
    default=True,
    help="A form to type into, or paper alone.  [default: fillable]",
)
@with_roster
@click.option("--strict", is_flag=True, help="Refuse a day that is past.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def checklist(
    request: "Request", as_json: bool, setting: str | None, run: "Run | None", **asked: Any
) -> None:
    """The interview-day checklist: one page to take along, and the email for afterwards.

    What is known is filled in; the rest are lines to write on. [person] in pharmdocs.toml
    holds what you don't want to type every time, and your certifications.

    With a roster it is a print run, a page for everybody in the order of the rows, or a file
    for everybody. Options say what is the same for all; a row's own cell wins.

    \b
    Examples:
      pharmdocs build checklist
      pharmdocs build checklist --setting hospital --paper a4 --flat
      pharmdocs build checklist --large-print
      pharmdocs build checklist --name "Ana Silva" --employer "Riverside Pharmacy" \\
          --role "pharmacy technician" --date "Dec 3 2026" --interviewer "Dr. Lee"
      pharmdocs build checklist --roster people.csv --employer "Riverside Pharmacy"
      pharmdocs build checklist --roster people.xlsx --separate --skip-bad -o for-everybody
    """
    from pharmdocs.checklist import Asked, build_checklist

    if run:
        from pharmdocs.print_run import build_roster

        with Steps() as steps:
            made = build_roster(request, Asked(setting or "", **asked), run, steps)
        report_run(made, as_json)
        return
    with Steps() as steps:
        result = build_checklist(request, Asked(setting or "", **asked), steps)
    report_checklist(result, as_json)


@build.command()
@with_request("A PDF file, or the folder to put it into.  [default: output]")
@click.option("--how-to", is_flag=True, help="Add a page that says how to fold it, drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def zine(request: "Request", as_json: bool, how_to: bool) -> None:
    """A zine for the pocket: eight small pages out of one sheet, with one cut and no staple.

    A cover, the four questions that are asked most, what STAR means, the checklist in short, and
    on the back who made it: [brand] or [event] in pharmdocs.toml, with a code that leads to
    their address. The sheet is printed on one side.

    \b
    Examples:
      pharmdocs build zine
      pharmdocs build zine --how-to --paper a4
      pharmdocs build zine --only category:safety --ink black -o safety.pdf
    """
    from pharmdocs.zine import build_zine

    with Steps() as steps:
        result = build_zine(request, how_to, steps)
    report_zine(result, as_json)
