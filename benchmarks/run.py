"""How long things take, beside others that do the same: booklet, cards, sheets, rosters, packets.

    .venv/bin/python benchmarks/run.py [--quick] [--only PART]…

Every figure is of whole processes. What is promised are ratios within one run, never seconds, so
they hold on any machine that is otherwise idle; the load is printed because most are not. The
table goes to the terminal, the runs to benchmarks/results/ as JSON.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from math import log
from pathlib import Path

import booklets
import cards
import fair
import roster
from generated import write_bank
from measure import alternate, run
from report import Report, compared, machine

HERE = Path(__file__).resolve().parent
PHARMDOCS = (sys.executable, "-m", "pharmdocs")
# What has been typeset before must not count.
BOOKLET = (*PHARMDOCS, "build", "booklet", "--no-cache")

MOST_OVERHEAD = 1.25
MOST_HELP = 2.0
MOST_GROWTH = 1.1


@dataclass(frozen=True)
class Effort:
    """How often each thing is run, and for how many questions or cards."""

    pairs: int = 7
    helps: int = 25
    builds: int = 3
    sizes: tuple[int, ...] = (100, 200, 500)
    small_deck: int = 100
    large_deck: int = 1000
    decks: tuple[int, int] = (250, 2000)
    people: int = 1000
    sample: int = 50


# The targets are for the full sizes: what a quick run says of them is a hint.
QUICK = Effort(
    pairs=2,
    helps=7,
    builds=1,
    sizes=(50, 100),
    small_deck=50,
    large_deck=300,
    decks=(100, 400),
    people=300,
    sample=10,
)


def overhead(report: Report, folder: Path, effort: Effort) -> None:
    """The whole build against WeasyPrint alone, on the same HTML and the same faces."""
    run((sys.executable, HERE / "prepare.py", folder), folder)
    styles = sorted(folder.glob("*.css"))
    script = HERE / "bare.py"
    bare: list[str | Path] = [sys.executable, script, folder / "bare.pdf"]
    bare += [folder / "booklet.html", *styles]
    faces = {"FONTCONFIG_FILE": str(folder / "fonts.conf")}
    ours, theirs = alternate(
        effort.pairs,
        partial(run, (*BOOKLET, "-o", folder / "ours.pdf"), folder),
        partial(run, bare, folder, faces),
    )
    report.add("pharmdocs build booklet", ours)
    report.add("WeasyPrint alone, once, tagged", theirs)
    report.judge("overhead", compared(ours, theirs), MOST_OVERHEAD)


def help_(report: Report, folder: Path, effort: Effort) -> None:
    """How soon the command line answers."""
    ours, theirs = alternate(
        effort.helps,
        partial(run, (*PHARMDOCS, "--help"), folder),
        partial(run, (sys.executable, "-c", "import click"), folder),
    )
    report.add("pharmdocs --help", ours)
    report.add("python -c 'import click'", theirs)
    report.judge("help", compared(ours, theirs), MOST_HELP)


def growth(report: Report, folder: Path, effort: Effort) -> None:
    """Generated banks: by which power of the number of questions the time grows."""
    builds = []
    for size in effort.sizes:
        write_bank(folder / "content" / f"of{size}", size)
        build = (*BOOKLET, "--bank", f"of{size}", "-o", folder / "grown.pdf")
        builds.append(partial(run, build, folder))
    made = alternate(effort.builds, *builds)
    for size, uses in zip(effort.sizes, made, strict=True):
        report.add(f"{size} questions", uses)
    least, most = effort.sizes[0], effort.sizes[-1]
    times = compared(made[-1], made[0])
    power = {clock: log(ratio) / log(most / least) for clock, ratio in times.items()}
    report.judge(f"exponent from {least} to {most}", power, MOST_GROWTH)


def flashcards(report: Report, folder: Path, effort: Effort) -> None:
    """Decks beside the naive script, and as they grow."""
    cards.small(report, folder / "small", effort.small_deck, effort.pairs)
    cards.large(report, folder / "large", effort.large_deck, effort.builds)
    cards.growth(report, folder / "growth", effort.decks, effort.builds)
    cards.again(report, folder / "again", effort.large_deck, effort.builds)


def imposition(report: Report, folder: Path, effort: Effort) -> None:
    """Sheets alone, beside pdfimpose: of cards, and of a booklet to fold."""
    cards.imposition(report, folder, effort.large_deck, effort.pairs)
    booklets.saddle(report, folder, effort.pairs)


def print_run(report: Report, folder: Path, effort: Effort) -> None:
    """A roster beside a loop of renders, and beside Typst."""
    for part in ("naive", "further"):
        (folder / part).mkdir()
    roster.naive(report, folder / "naive", effort.people, effort.sample, effort.builds)
    roster.further(report, folder / "further", effort.people, effort.builds)


def packet(report: Report, folder: Path, effort: Effort) -> None:
    """Everything for a fair beside its parts."""
    fair.packet(report, folder, effort.builds)


PARTS = {
    "booklet": overhead,
    "help": help_,
    "growth": growth,
    "cards": flashcards,
    "imposition": imposition,
    "roster": print_run,
    "packet": packet,
}


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few runs, small banks and decks")
    parser.add_argument(
        "--only", choices=PARTS, action="append", metavar="PART",
        help="a part to run, again for another: " + ", ".join(PARTS),
    )  # fmt: skip
    options = parser.parse_args()
    parts = options.only or list(PARTS)
    for part, package in (("imposition", "pdfimpose"), ("roster", "typst")):
        if part in parts and not (cards.IMPOSER / package).is_dir():
            parser.error(f"there is no {package} yet: run `make bench` once, or leave {part} out")
    before = machine()
    print(f"load {before['load'][0]:.1f} on {before['cores']} cores\n")
    print(f"{'':34}{'seconds':>24}{'of the processor':>24}{'MB most':>10}")
    report = Report()
    for part, measure in PARTS.items():
        if part in parts:
            with tempfile.TemporaryDirectory(prefix="pharmdocs-bench-") as folder:
                measure(report, Path(folder), QUICK if options.quick else Effort())
            print()
    print(f"written: benchmarks/results/{report.write(before).name}")


if __name__ == "__main__":
    main()
