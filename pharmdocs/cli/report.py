"""What a build says: its progress on a terminal, its result to anybody."""

import dataclasses
import json
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from pharmdocs.build import BuildResult


class Steps:
    """Shows the step at work on standard error, one line that is wiped; only on a terminal."""

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def __call__(self, step: str) -> None:
        """Show that this step begins."""
        if self.shown:
            click.echo(f"\r\x1b[K{step} …", err=True, nl=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def report(result: "BuildResult", as_json: bool) -> None:
    """Say where the file is, how long it is and how to print it."""
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(result), default=str, ensure_ascii=False))
        return
    pages = f"{result.pages} pages on {result.sheets} sheets"
    click.echo(shown(result.path))
    click.echo(f"  {pages}, {result.size / 1000:,.0f} kB")
    click.echo(f"  print: {result.hint}")


def shown(path: Path) -> str:
    """A path as the user would type it from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
