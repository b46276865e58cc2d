"""How long a print run takes: beside a loop that sets every sheet anew, and beside Typst."""

import sys
from functools import partial
from pathlib import Path

from measure import Use, alternate, middle, run
from peers import APART
from report import Report
from sheet import write_people

HERE = Path(__file__).resolve().parent
BUILD = (sys.executable, "-m", "pharmdocs", "build", "checklist", "--no-cache", "--roster")

# A thirtieth.
MOST_OF_NAIVE = 0.033
# What all but the first person cost.
MOST_OF_TYPST = 0.5
# Bytes a person beyond the first.
MOST_BYTES = 1000


def naive(report: Report, folder: Path, size: int, sample: int, pairs: int) -> None:
    """A whole run, and a loop of renders of which a sample is measured and scaled."""
    write_people(folder / "all.csv", size)
    write_people(folder / "one.csv", 1)
    write_people(folder / "some.csv", sample)
    run((sys.executable, HERE / "prepare_sheet.py", folder), folder)
    styles = sorted(folder.glob("*.css"))
    faces = {"FONTCONFIG_FILE": str(folder / "fonts.conf")}

    def loop(people: str) -> Use:
        script = (sys.executable, HERE / "naive_sheet.py", folder, folder / people)
        return run((*script, folder / "sheet.html", *styles), folder, faces)

    ours, one, some = alternate(
        pairs,
        partial(run, (*BUILD, folder / "all.csv", "-o", folder / "ours.pdf"), folder),
        partial(loop, "one.csv"),
        partial(loop, "some.csv"),
    )
    report.add(f"print run, {size:,} people", ours)
    report.add("naive loop, 1 person", one)
    report.add(f"naive loop, {sample} people", some)
    ratios = {}
    for clock in ("wall", "cpu"):
        first = middle(one, clock)
        each = (middle(some, clock) - first) / (sample - 1)
        ratios[clock] = middle(ours, clock) / (first + each * (size - 1))
    report.judge(
        f"a sheet for each of {size:,} people", "a loop of WeasyPrint", ratios, MOST_OF_NAIVE
    )


def further(report: Report, folder: Path, size: int, pairs: int) -> None:
    """What people beyond the first cost, here and as pages of one document of Typst."""
    run((sys.executable, HERE / "prepare_sheet.py", folder), folder)
    for count in (1, size):
        write_people(folder / f"{count}.csv", count)

    def ours(count: int) -> Use:
        command = (*BUILD, folder / f"{count}.csv", "-o", folder / f"ours-{count}.pdf")
        return run(command, folder)

    def theirs(count: int) -> Use:
        out, people = folder / f"typst-{count}.pdf", folder / f"{count}.csv"
        script = (sys.executable, HERE / "typst_sheet.py", out, people, folder / "code.png")
        return run(script, folder, {"PYTHONPATH": str(APART)})

    found = alternate(
        pairs, partial(ours, 1), partial(ours, size), partial(theirs, 1), partial(theirs, size)
    )
    names = ("print run, 1 person", f"print run, {size}", "Typst, 1 person", f"Typst, {size}")
    for name, uses in zip(names, found, strict=True):
        report.add(name, uses)
    cost = {
        clock: [middle(many, clock) - middle(one, clock) for one, many in (found[:2], found[2:])]
        for clock in ("wall", "cpu")
    }
    ratios = {clock: mine / other for clock, (mine, other) in cost.items()}
    report.judge("each further person", "Typst", ratios, MOST_OF_TYPST)
    sizes = [(folder / f"ours-{count}.pdf").stat().st_size for count in (1, size)]
    print(f"  {size:,} people: {sizes[1]:,} bytes, one: {sizes[0]:,}")
    each = (sizes[1] - sizes[0]) / (size - 1)
    report.judge("each further person, bytes", "", {"bytes": each}, MOST_BYTES)
