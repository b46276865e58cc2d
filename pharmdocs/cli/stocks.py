"""`pharmdocs stocks`: what can lie in the tray."""

import json
from pathlib import Path

import click

from pharmdocs.cli.options import PAPERS, with_project
from pharmdocs.cli.report import shown


@click.command()
@click.argument("name", required=False)
@with_project
@click.option("--paper", type=click.Choice(PAPERS), help="List only what goes on this paper.")
@click.option(
    "--svg",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw the stock called NAME in true size.",
)
@click.option("--json", "as_json", is_flag=True, help="Print for machines, lengths in mm.")
def stocks(
    folder: Path, name: str | None, paper: str | None, svg: Path | None, as_json: bool
) -> None:
    """List the card stocks, or draw the one called NAME with its sizes in mm and inches.

    Your own stocks are the tables [stocks.NAME] of pharmdocs.toml.

    \b
    Examples:
      pharmdocs stocks
      pharmdocs stocks --paper a4
      pharmdocs stocks avery-5388
      pharmdocs stocks 8371 --svg cards.svg
    """
    from pharmdocs.imposition import drawing
    from pharmdocs.imposition.stock import find_stock, read_stocks

    if svg and not name:
        raise click.UsageError("--svg draws one stock: say which, as in pharmdocs stocks NAME")
    if paper and name:
        raise click.UsageError("--paper shortens the list; a NAME is one stock already")
    known = read_stocks(folder / "pharmdocs.toml", "pharmdocs.toml")
    listed = [stock for stock in known.values() if paper in (None, stock.paper)]
    stock = find_stock(name, known) if name else None
    if stock and svg:
        from pharmdocs.build import write_whole

        write_whole(svg, drawing.svg(stock).encode(), "name another file")
    if as_json:
        found = drawing.facts(stock) if stock else [drawing.facts(each) for each in listed]
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif svg:
        click.echo(shown(svg))
    else:
        click.echo(drawing.described(stock) if stock else drawing.listing(listed))
