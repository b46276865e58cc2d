"""`pharmdocs check`: does a file keep what it promises?"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pharmdocs.cli.report import Steps, shown
from pharmdocs.wording import count

if TYPE_CHECKING:
    from pharmdocs.errors import Problem
    from pharmdocs.judge import Judgment, Verdict

# More of one promise than this is a wall.
_MOST = 8


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE.pdf…"
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts for machines.")
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Read finished files back and say of each promise whether it is kept.

    What a file of ours promises stands in the manifest beside it: pages, fonts, glyphs, words,
    smallest type, safe area, pictures, links, structure, registration, viewer preferences, contrast
    in black and white, ink coverage. Of any other PDF what can be judged is judged.

    Ends with code 6 when a promise is broken.

    \b
    Examples:
      pharmdocs check output/flashcards.pdf
      pharmdocs check output/*.pdf
      pharmdocs check brochure.pdf --json
    """
    from pharmdocs.judge import judge

    judgments = []
    with Steps() as steps:
        for file in files:
            steps(f"checking {file.name}")
            judgments.append(judge(file))
    if as_json:
        click.echo(json.dumps([_told(it) for it in judgments], ensure_ascii=False, indent=1))
    else:
        for judgment in judgments:
            _say(judgment)
    if any(judgment.broken for judgment in judgments):
        raise click.exceptions.Exit(6)


def _say(judgment: "Judgment") -> None:
    def of(state: str) -> "list[Verdict]":
        return [it for it in judgment.verdicts if it.state == state]

    broken, kept, left = of("broken"), of("kept"), of("not judged")
    summary = f"{count(len(kept), 'promise')} kept, {len(broken)} broken, {len(left)} not judged"
    click.echo(f"{shown(judgment.path)}: {summary}")
    for verdict in broken:
        click.echo(f"  BROKEN {verdict.promise}")
        for problem in verdict.problems[:_MOST]:
            for line in str(problem).splitlines():
                click.echo(f"    {line}")
        if (rest := len(verdict.problems) - _MOST) > 0:
            click.echo(f"    … and {rest} more")
    if kept:
        click.echo(f"  kept: {', '.join(it.promise for it in kept)}")
    reasons: dict[str, list[str]] = {}
    for verdict in left:
        reasons.setdefault(verdict.why, []).append(verdict.promise)
    for why, names in reasons.items():
        click.echo(f"  not judged: {', '.join(names)} ({why})")


def _told(judgment: "Judgment") -> dict[str, Any]:
    return {
        "file": str(judgment.path),
        "manifest": judgment.told,
        "promises": [
            {
                "promise": it.promise,
                "state": it.state,
                "why": it.why,
                "problems": [_problem(problem) for problem in it.problems],
            }
            for it in judgment.verdicts
        ],
    }


def _problem(problem: "Problem") -> dict[str, Any]:
    """A problem with its page, from 1, and its place in millimeters from the upper left."""
    from pharmdocs.geometry import to_mm
    from pharmdocs.preflight.promise import Place

    told: dict[str, Any] = {"what": problem.what, "fix": problem.fix}
    if isinstance(at := problem.where, Place):
        told["page"] = at.page
        if at.left >= 0 or at.top >= 0:
            told["mm"] = [round(to_mm(at.left), 1), round(to_mm(at.top), 1)]
    return told
