"""What a build says: its progress on a terminal, its result to anybody."""

import dataclasses
import json
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from pharmdocs.wording import count

if TYPE_CHECKING:
    from pharmdocs.authoring import Written
    from pharmdocs.booklet import BookletResult
    from pharmdocs.calibration import SheetResult
    from pharmdocs.checklist import ChecklistResult
    from pharmdocs.errors import PharmdocsError
    from pharmdocs.flashcards import CardsResult
    from pharmdocs.imposition.printer import Printer
    from pharmdocs.packet import PacketResult
    from pharmdocs.print_run import RunResult
    from pharmdocs.shop import ShopResult
    from pharmdocs.zine import ZineResult


# More than this on a terminal is a wall; the number of the rest is said.
_MOST_PROBLEMS = 25


def complain(error: "PharmdocsError") -> None:
    """Say what is wrong, where, and how to mend it."""
    for problem in error.problems[:_MOST_PROBLEMS]:
        click.echo(f"error: {problem}", err=True)
    if (rest := len(error.problems) - _MOST_PROBLEMS) > 0:
        click.echo(f"… and {rest} more", err=True)


class Steps:
    """Shows the step at work on standard error, one line that is wiped; only on a terminal."""

    def __init__(self) -> None:
        # A daemon may have closed it, and then it is None.
        on_terminal = bool(sys.stderr) and sys.stderr.isatty()
        self.shown = on_terminal and os.environ.get("TERM") != "dumb"

    def __call__(self, step: str) -> None:
        """Show that this step begins."""
        if self.shown:
            import shutil

            # A line that is longer than the terminal goes on in the next one and cannot be wiped.
            room = shutil.get_terminal_size().columns - 3
            click.echo(f"\r\x1b[K{step[:room]} …", err=True, nl=False)

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


def report_booklet(result: "BookletResult", as_json: bool) -> None:
    """Say where the file is, how long it is, how to print it, and what may disappoint."""
    for concern in result.concerns:
        say(f"warning: {concern}", err=True)
    if as_json:
        tell_machines(result)
        return
    pages = f"{count(result.pages, 'page')} on {count(result.sheets, 'sheet')}"
    say(shown(result.path))
    say(f"  {pages}, {result.size / 1000:,.0f} kB")
    say(f"  print: {result.hint}")


def report_cards(result: "CardsResult", as_json: bool) -> None:
    """Say where the files are, how the cards fit their stock and how to print them."""
    if as_json:
        tell_machines(result)
        return
    if result.discard:
        say(f"throw away: {', '.join(result.discard)}")
    if not result.cards:
        say("every card has been printed as it is: nothing to print, no file touched")
        return
    for path in result.paths:
        say(shown(path))
    fits = ", ".join(f"{faces} {rung}" for rung, faces in result.fits.items())
    say(f"  {count(result.cards, 'card')} on {count(result.sheets, 'sheet')} of {result.stock}")
    say(f"  faces: {fits}")
    say(f"  print: {result.hint}")
    if result.next:
        say(f"  next time the last sheet goes on at --start {result.next}")


def report_shop(result: "ShopResult", as_json: bool) -> None:
    """Say where file and ticket are, in which inks, and what to do with them."""
    if as_json:
        tell_machines(result)
        return
    for path in result.paths:
        say(shown(path))
    cards = f"{count(result.cards, 'card')}, " if result.cards else ""
    say(f"  {cards}{count(result.pages, 'page')} of {result.trim} + {result.bleed} bleed")
    if result.fits:
        fits = ", ".join(f"{count} {rung}" for rung, count in result.fits.items())
        say(f"  faces: {fits}")
    say(f"  inks: {result.inks}; {result.size / 1000:,.0f} kB")
    say(f"  print: {result.hint}")


def report_zine(result: "ZineResult", as_json: bool) -> None:
    """Say where the zine is, how its panels are set and how to print it."""
    for concern in result.concerns:
        say(f"warning: {concern}", err=True)
    if as_json:
        tell_machines(result)
        return
    fits = ", ".join(f"{count} {rung}" for rung, count in result.fits.items())
    say(shown(result.path))
    say(f"  8 panels on 1 sheet: {fits}, {result.size / 1000:,.0f} kB")
    say(f"  print: {result.hint}")


def report_checklist(result: "ChecklistResult", as_json: bool) -> None:
    """Say where page and email are, how large the text is, and what looks like a slip."""
    for concern in result.concerns:
        say(f"warning: {concern}", err=True)
    if as_json:
        tell_machines(result)
        return
    say(shown(result.path))
    say(", ".join(map(shown, result.email)))
    spare = result.spare / 72 * 25.4
    form = f", {count(result.fields, 'field')} to fill in" if result.fields else ""
    sheets = "" if result.pages == 1 else f" on {count(result.sheets, 'sheet')}"
    pages = count(result.pages, "page") + sheets
    say(
        f"  {pages}, {result.body:.1f} pt, {spare:.0f} mm spare{form}, {result.size / 1000:,.0f} kB"
    )
    say(f"  print: {result.hint}")


def report_run(result: "RunResult", as_json: bool) -> None:
    """Say where the files are, for how many people, and what looks like a slip."""
    for concern in result.concerns:
        say(f"warning: {concern}", err=True)
    if as_json:
        tell_machines(result)
        return
    for path in result.files[:_MOST_FILES]:
        say(shown(path))
    if (rest := len(result.files) - _MOST_FILES) > 0:
        say(f"… and {rest:,} more files")
    people = "1 person" if result.people == 1 else f"{result.people:,} people"
    kept = f", {count(result.kept, 'file')} made before" if result.kept else ""
    say(
        f"  {people}, {result.body:.1f} pt, {result.spare / 72 * 25.4:.0f} mm spare,"
        f" {result.size / 1000:,.0f} kB{kept}"
    )
    if result.rejects:
        say(f"  left out: {count(result.rejected, 'row')}, see {shown(result.rejects)}")
    say(f"  print: {result.hint}")


def report_calibration(result: "SheetResult", as_json: bool) -> None:
    """Say where the sheet is, how to print it, and what to do then."""
    if as_json:
        tell_machines(result)
        return
    for path in result.paths:
        say(shown(path))
    kind = "must read 5.0 everywhere" if result.corrected else "printed without correction"
    say(f"  printer {result.printer}, code {result.code}: {kind}")
    say(f"  print: {result.hint}")
    say(f"  then: pharmdocs calibrate --enter --printer {result.printer}")


def report_printer(printer: "Printer", right: bool, as_json: bool) -> None:
    """Say what is corrected from now on."""
    if as_json:
        tell_machines(printer)
        return
    say(described_printer(printer))
    if right:
        say("  the sheet reads right: backs lie behind their fronts")
    say(f"  use it: --printer {printer.label}, or pharmdocs printers default {printer.label}")


def described_printer(printer: "Printer") -> str:
    """What is known of a printer, for a person."""
    told = {"manual": "one side at a time, by hand"}.get(
        printer.told, f"flip on the {printer.told}"
    )
    where = f"{printer.lies}, {printer.stock}" if printer.stock else printer.lies
    rows = [f"{printer.label} ({where}): {told.replace('-', ' ')}"]
    if printer.told == "manual":
        order = "last sheet first" if printer.reverse else "first sheet first"
        rows.append(f"  put back: {printer.feed}; backs {order}")
    if printer.turns != (printer.told if printer.told != "manual" else "long-edge"):
        rows.append(f"  it turns the paper about the {printer.turns.replace('-', ' ')}")
    rows.append(f"  backs: {printer.behind}")
    if printer.both.moves:
        rows.append(f"  all: {printer.both}{'' if printer.fronts else ' (not in force)'}")
    return "\n".join(rows)


def report_packet(result: "PacketResult", as_json: bool) -> None:
    """Say where everything is, what it takes to print it, and what looks like a slip."""
    for concern in result.concerns:
        say(f"warning: {concern}", err=True)
    if as_json:
        tell_machines(result)
        return
    for job in result.jobs:
        for name in job.files[:_MOST_FILES]:
            say(shown(result.folder / name))
        sides = f"both sides, {job.edge} edge" if job.edge else "one side"
        work = [step for step in ("cut", "fold", "staple") if getattr(job, step)]
        say(
            f"  {count(job.sheets, 'sheet')} x {job.copies:,} = {job.total:,}, {sides}"
            + (f"; {', '.join(work)}" if work else "")
        )
    say(shown(result.run_sheet))
    supplies = ", ".join(
        count(supply.sheets, "sheet")
        + (" of card stock" if supply.stock else f" ({count(supply.to_buy, 'ream')})")
        for supply in result.supplies
    )
    minutes = ", ".join(f"{time:,} min at {speed}" for speed, time in result.minutes.items())
    say(f"  paper: {supplies}")
    say(f"  time: {minutes} pages a minute")
    say("  print: in this order, as the run sheet says; pharmdocs print knows the options")


def report_init(folder: Path, names: tuple[str, ...]) -> None:
    """Say what was written, and what to type next."""
    import shlex

    templates = [name for name in names if name.startswith("templates/")]
    for name in names:
        if name not in templates or len(templates) <= _MOST_FILES:
            click.echo(shown(folder / name))
    if len(templates) > _MOST_FILES:
        click.echo(f"{shown(folder / 'templates')}: {len(templates)} files")
    at = shown(folder)
    click.echo(
        "  next: " + (f"cd {shlex.quote(at)}; " if at != "." else "") + "pharmdocs build all"
    )


def report_question(written: "Written") -> None:
    """Say where the new file is, and line by line what is still to be written in it."""
    click.echo(shown(written.path))
    if written.lacking:
        click.echo("  still to be written:")
    for problem in written.lacking:
        line = problem.where.line if problem.where else 0
        click.echo(f"  {line:4}  {problem.what} ({problem.fix})")
    if written.elsewhere:
        click.echo(f"  other files of the bank have {count(written.elsewhere, 'problem')}")
    click.echo("  then: pharmdocs bank check")


# More names than this say nothing to anybody.
_MOST_FILES = 6


def tell_machines(result: Any) -> None:
    """Print a result, or several by their names, as JSON; files as their paths."""
    say(json.dumps(result, default=_plain, ensure_ascii=False))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else dataclasses.asdict(value)


def say(text: str, err: bool = False) -> None:
    """Say something that a build with the same result would say again."""
    from pharmdocs.unchanged import said

    click.echo(text, err=err)
    said(text, err)


def shown(path: Path) -> str:
    """A path as the user would type it from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
