"""`pharmdocs serve`: the desk, a page in the browser that follows what is written."""

from pathlib import Path

import click

from pharmdocs.cli.options import with_project


@click.command()
@with_project
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help="Where on this machine.  [default: any that is free]",
)
@click.option("--open", "open_", is_flag=True, help="Open the page in the browser.")
def serve(folder: Path, port: int | None, open_: bool) -> None:
    """Show every printable in the browser, and show it anew after every save.

    The pages are those of the very file, which the page also gives to keep. What you have changed
    is shown first. A mistake is told with its file and line, and the last good pages stay.

    Nobody but this machine can see the page, and on this machine nobody without its address.
    Needs the extra: pip install 'pharmdocs[serve]'. Ctrl-C ends it.

    \b
    Examples:
      pharmdocs serve --open
      pharmdocs serve --project fair --port 8100
    """
    from pharmdocs.desk.serving import serve as run

    def ready(address: str) -> None:
        click.echo(address)
        click.echo("Ctrl-C ends it", err=True)
        if open_:
            click.launch(address)

    run(folder, port or 0, ready)
    click.echo("\nno longer serving", err=True)
