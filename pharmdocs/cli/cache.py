"""`pharmdocs cache`: what has been typeset and is kept, so that it need not be typeset again."""

import click


@click.group()
def cache() -> None:
    """Show or forget the pages that are kept between builds.

    What has been typeset is kept in your cache folder, and a build that needs the same page
    takes it from there: the file is the same, byte for byte. Where nothing has changed since
    the last build, what it read or what it wrote, the files are left alone. What was used
    longest ago makes room for what is new. --no-cache does without for one build.

    \b
    Examples:
      pharmdocs cache info
      pharmdocs cache clear
    """


@cache.command()
def info() -> None:
    """Say where the pages lie, and how much room they take."""
    from pharmdocs.typesetting.keeping import usual
    from pharmdocs.typesetting.store import MOST, contents

    found = contents(usual())
    click.echo(f"{found.folder}")
    click.echo(f"  {_told(found.entries, found.size)} of at most {MOST / 1e6:.0f} MB")


@cache.command()
def clear() -> None:
    """Forget all of them."""
    from pharmdocs.typesetting.keeping import usual
    from pharmdocs.typesetting.store import clear as forget

    was = forget(usual())
    click.echo(f"{was.folder}: {_told(was.entries, was.size)} forgotten")


def _told(entries: int, size: int) -> str:
    return f"{entries} {'entry' if entries == 1 else 'entries'}, {size / 1e6:.1f} MB"
