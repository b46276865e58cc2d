"""How long flashcards take: beside a naive script, as decks grow, and their imposition alone."""

import sys
from functools import partial
from math import log
from pathlib import Path

from generated import write_cards
from measure import Use, alternate, middle, run
from report import Report, compared

from pharmdocs.typesetting import fonts

HERE = Path(__file__).resolve().parent
# `make bench` puts pdfimpose there, where no other command looks.
IMPOSER = HERE.parent / ".venv" / "bench"
# Two processes on any machine: the targets are for two cores.
KEPT = (sys.executable, "-m", "pharmdocs", "build", "flashcards", "--jobs", "2")
# What has been typeset before must not count.
BUILD = (*KEPT, "--no-cache")

# A small deck: by the clock. A large one: by the clock, in memory, in bytes of the file.
MOST_SMALL = 1.2
MOST_TIME, MOST_MEMORY, MOST_SIZE = 0.6, 0.35, 1.3
MOST_GROWTH = 1.05
MOST_IMPOSITION = 0.2
# Of the time that Python takes to load click.
MOST_UNCHANGED = 8
# How often what takes a blink is run.
_SHORT = 25


def small(report: Report, folder: Path, size: int, pairs: int) -> None:
    """A deck whose start and end count as much as its cards."""
    ours, theirs = _beside(report, folder, size, pairs)
    # Two processes take more of the processors so that it takes less by the clock.
    report.judge(f"{size} cards, time", compared(ours, theirs), MOST_SMALL, told=("cpu",))


def large(report: Report, folder: Path, size: int, pairs: int) -> None:
    """A deck that has outgrown one document."""
    ours, theirs = _beside(report, folder, size, pairs)
    report.judge(f"{size} cards, time", compared(ours, theirs), MOST_TIME, told=("cpu",))
    report.judge(f"{size} cards, memory", compared(ours, theirs, ["memory"]), MOST_MEMORY)
    sizes = [(folder / name).stat().st_size for name in ("ours.pdf", "naive.pdf")]
    print(f"  {size} cards, files: {sizes[0]:,} and {sizes[1]:,} bytes")
    report.judge(f"{size} cards, file", {"size": sizes[0] / sizes[1]}, MOST_SIZE)


def _beside(report: Report, folder: Path, size: int, pairs: int) -> tuple[list[Use], list[Use]]:
    bank = folder / "content" / f"of{size}"
    write_cards(bank, size)
    faces = folder / "fonts.conf"
    faces.write_text(fonts.configuration(str(folder / "cache")), encoding="utf-8")
    naive = (sys.executable, HERE / "naive.py", folder / "naive.pdf", bank)
    ours, theirs = alternate(
        pairs,
        partial(run, (*BUILD, "--bank", bank.name, "-o", folder / "ours.pdf"), folder),
        partial(run, naive, folder, {"FONTCONFIG_FILE": str(faces)}),
    )
    report.add(f"build flashcards, {size}", ours)
    report.add(f"naive script, {size}", theirs)
    return ours, theirs


def growth(report: Report, folder: Path, sizes: tuple[int, int], runs: int) -> None:
    """By which power of the number of cards the time grows."""
    builds = []
    for size in sizes:
        write_cards(folder / "content" / f"of{size}", size)
        build = (*BUILD, "--bank", f"of{size}", "-o", folder / "grown.pdf")
        builds.append(partial(run, build, folder))
    few, many = alternate(runs, *builds)
    for size, uses in zip(sizes, (few, many), strict=True):
        report.add(f"growth, {size} cards", uses)
    times = compared(many, few)
    power = {clock: log(ratio) / log(sizes[1] / sizes[0]) for clock, ratio in times.items()}
    name = f"cards, exponent from {sizes[0]} to {sizes[1]}"
    report.judge(name, power, MOST_GROWTH, told=("cpu",))
    print(f"  biggest process: {middle(few, 'memory'):.0f} and {middle(many, 'memory'):.0f} MB")


def again(report: Report, folder: Path, size: int, runs: int) -> None:
    """A deck built anew, built again with one card edited, and with nothing changed."""
    bank = folder / "content" / f"of{size}"
    write_cards(bank, size)
    kept = {"XDG_CACHE_HOME": str(folder / "cache")}
    deck = ("--bank", bank.name, "-o", folder / "again.pdf")
    build = (*KEPT, *deck)
    run(build, folder, kept)
    cards = bank / "cards.csv"
    text = cards.read_text(encoding="utf-8")
    count = 0

    def one_edited() -> Use:
        nonlocal count
        count += 1
        first, _, rest = text.partition(f"c{size // 2:04},")
        edited = f"{first}c{size // 2:04},{count} {rest}"
        cards.write_text(edited, encoding="utf-8")
        return run(build, folder, kept)

    def none_edited() -> Use:
        return run(build, folder, kept)

    cold, one = alternate(runs, partial(run, (*BUILD, *deck), folder), one_edited)
    none, click = alternate(
        _SHORT, none_edited, partial(run, (sys.executable, "-c", "import click"), folder)
    )
    report.add(f"{size} cards, anew", cold)
    report.add(f"{size} cards, one edited", one)
    report.add(f"{size} cards, unchanged", none)
    report.tell("one card edited, of the time anew", compared(one, cold))
    report.judge("nothing changed, of `import click`", compared(none, click), MOST_UNCHANGED)


def imposition(report: Report, folder: Path, size: int, pairs: int) -> None:
    """The same pages on the same sheets, by our press and by pdfimpose."""
    write_cards(folder / "content" / f"of{size}", size)
    pages = folder / "pages.pdf"
    run((sys.executable, HERE / "pages.py", folder, f"of{size}", pages), folder)
    press = (sys.executable, HERE / "imposing.py", pages, str(size), folder / "ours.pdf")
    other = (sys.executable, HERE / "pdfimposing.py", pages, folder / "theirs.pdf")
    ours, theirs = alternate(
        pairs,
        partial(run, press, folder),
        partial(run, other, folder, {"PYTHONPATH": str(IMPOSER)}),
    )
    report.add(f"our press, {2 * size} faces", ours)
    report.add(f"pdfimpose, {2 * size} faces", theirs)
    report.judge("imposition", compared(ours, theirs), MOST_IMPOSITION)
