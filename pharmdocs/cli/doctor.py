"""`pharmdocs doctor`: is everything here that a build needs?"""

from pathlib import Path

import click

from pharmdocs.cli.options import with_project


@click.command()
@with_project
def doctor(folder: Path) -> None:
    """Check the surroundings: libraries, fonts, where output goes; say what to do about each.

    Ends with code 4 when something is wrong.
    """
    from pharmdocs.checkup import checkup

    findings = checkup(folder)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.name:12} {finding.state}")
        if not finding.ok:
            click.echo(f"     fix: {finding.fix}")
    if not all(finding.ok for finding in findings):
        raise click.exceptions.Exit(4)
