"""How long things take, beside others that do the same: booklet, cards, sheets, rosters, packets.

    .venv/bin/python benchmarks/run.py [--quick] [--only PART]…

Every figure is of whole processes. What is promised are ratios within one run, never seconds, so
they hold on any machine that is otherwise idle; the load is printed because most are not. The
table goes to the terminal, the runs to benchmarks/results/ as JSON.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from math import log
from pathlib import Path

import booklets
import cards
import fair
import growing
import peers
import roster
from generated import write_bank
from measure import alternate, run
from report import Report, compared, machine

HERE = Path(__file__).resolve().parent
PHARMDOCS = (sys.executable, "-m", "pharmdocs")
# What has been typeset before must not count.
BOOKLET = (*PHARMDOCS, "build", "booklet", "--no-cache")

MOST_OVERHEAD = 1.25
MOST_EDITED = 0.5
MOST_HELP = 2.0
MOST_GROWTH = 1.1


@dataclass(frozen=True)
class Effort:
    """How often each thing is run, and for how many questions or cards."""

    pairs: int = 5
    helps: int = 25
    builds: int = 3
    sizes: tuple[int, ...] = (100, 300)
    small_deck: int = 100
    large_deck: int = 1000
    huge_deck: int = 10_000
    decks: tuple[int, ...] = (100, 250, 500, 1000, 2000)
    people: int = 1000
    sample: int = 30


# The targets are for the full sizes: what a quick run says of them is a hint.
QUICK = Effort(
    pairs=2,
    helps=7,
    builds=1,
    sizes=(50, 100),
    small_deck=30,
    large_deck=100,
    huge_deck=300,
    decks=(20, 50),
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
        effort.builds,
        partial(run, (*BOOKLET, "-o", folder / "ours.pdf"), folder),
        partial(run, bare, folder, faces),
    )
    report.add("booklet anew", ours, folder / "ours.pdf")
    report.add("WeasyPrint alone, once, tagged", theirs, folder / "bare.pdf")
    told = ("booklet anew", "WeasyPrint alone, the same HTML")
    report.judge(*told, compared(ours, theirs), MOST_OVERHEAD)
    edited(report, folder, effort)


def edited(report: Report, folder: Path, effort: Effort) -> None:
    """A question of the booklet edited, the other sections kept."""
    write_bank(folder / "content" / "edited", 25)
    question = folder / "content" / "edited" / "q13-generated.md"
    text = question.read_text(encoding="utf-8")
    options = ("--bank", "edited", "-o", folder / "edited.pdf")
    kept = {"XDG_CACHE_HOME": str(folder / "kept")}
    once = partial(run, (*PHARMDOCS, "build", "booklet", *options), folder, kept)
    found = [once()]
    for number in range(effort.builds):
        more = text.replace("\n## Pitfall\n\n", f"\n## Pitfall\n\n{number} ")
        question.write_text(more, encoding="utf-8")
        found.append(once())
    report.add("booklet of as many questions, anew", found[:1])
    report.add("booklet, one question edited", found[1:])
    told = ("booklet, one question edited", "anew")
    report.judge(*told, compared(found[1:], found[:1]), MOST_EDITED)


def help_(report: Report, folder: Path, effort: Effort) -> None:
    """How soon the command line answers."""
    ours, theirs = alternate(
        effort.helps,
        partial(run, (*PHARMDOCS, "--help"), folder),
        partial(run, (sys.executable, "-c", "import click"), folder),
    )
    report.add("pharmdocs --help", ours)
    report.add("python -c 'import click'", theirs)
    report.judge("`--help`", "`import click`", compared(ours, theirs), MOST_HELP)


def growth(report: Report, folder: Path, effort: Effort) -> None:
    """Generated banks: by which power of the number of questions the time grows."""
    builds = []
    for size in effort.sizes:
        write_bank(folder / "content" / f"of{size}", size)
        build = (*BOOKLET, "--bank", f"of{size}", "-o", folder / "grown.pdf")
        builds.append(partial(run, build, folder))
    # Once: they take long, and it is the power of a ratio.
    made = alternate(1, *builds)
    for size, uses in zip(effort.sizes, made, strict=True):
        report.add(f"{size:,} questions", uses)
    least, most = effort.sizes[0], effort.sizes[-1]
    times = compared(made[-1], made[0])
    power = {clock: log(ratio) / log(most / least) for clock, ratio in times.items()}
    name = f"from {least:,} to {most:,} questions, power of growth"
    report.judge(name, "", power, MOST_GROWTH)


def flashcards(report: Report, folder: Path, effort: Effort) -> None:
    """Decks beside those of others, after an edit, and as they grow."""
    cards.small(report, folder / "small", effort.small_deck, effort.pairs)
    cards.large(report, folder / "large", effort.large_deck, effort.builds)
    cards.again(report, folder / "again", effort.large_deck, effort.pairs)
    cards.many(report, folder / "many", (effort.large_deck, effort.huge_deck))


def chart(report: Report, folder: Path, effort: Effort) -> None:
    """The points of the chart."""
    growing.points(report, folder, effort.decks)


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
    "chart": chart,
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
    if not peers.APART.is_dir():
        parser.error("what it is compared with is not there yet: run `make bench` once")
    before = machine()
    print(f"load {before['load'][0]:.1f} on {before['cores']} cores\n")
    print(f"{'':42}{'seconds':>22}{'of the processor':>22}{'MB':>7}{'MB file':>8}")
    report = Report()
    for part, measure in PARTS.items():
        if part in parts:
            start = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="pharmdocs-bench-") as folder:
                measure(report, Path(folder), QUICK if options.quick else Effort())
            # What has been measured is there, whatever becomes of the next part.
            report.write(before)
            print(f"{part}: {time.monotonic() - start:.0f} s\n")
    before["whole"] = not options.quick and len(set(parts)) == len(PARTS)
    print(f"written: benchmarks/results/{report.write(before).name}")


if __name__ == "__main__":
    main()
