"""`pharmdocs init`: a project to begin with."""

from pathlib import Path

import click


def _named(name: str) -> Path:
    """The folder; an empty name is a variable that was never set, and not this folder."""
    if not name:
        raise click.BadParameter("no folder is named; for this one, write a point: .")
    return Path(name)


@click.command()
@click.argument("folder", metavar="DIR", type=_named)
@click.option(
    "--with-templates",
    is_flag=True,
    help="Copy the templates and style sheets as well, to be changed.",
)
def init(folder: Path, with_templates: bool) -> None:
    """Begin a project in DIR: settings, a small bank of your own, a place for overrides.

    It builds at once, and the bundled banks can be printed from it as well. Files that are there
    already are never written over: they are listed, and nothing is written.

    \b
    Examples:
      pharmdocs init fair                        a new folder, fair/
      pharmdocs init .                           this folder
      pharmdocs init fair --with-templates       for another look
      cd fair
      pharmdocs build booklet                    your three questions
      pharmdocs build booklet --bank interview   the 25 that come with it
    """
    from pharmdocs.cli.report import report_init
    from pharmdocs.starter import start

    report_init(folder, start(folder, with_templates))
