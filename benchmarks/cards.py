"""How long flashcards take: beside others, after an edit, as decks grow, and their imposition."""

import sys
from collections.abc import Callable
from functools import partial
from math import log
from pathlib import Path

import live
from generated import Edits, write_cards
from measure import Use, alternate, middle, run
from peers import APART, NAIVE, TYPST, output, peers, typst_edits
from report import Report, compared

HERE = Path(__file__).resolve().parent
# Two processes on any machine: the targets are for two cores.
BUILD = (sys.executable, "-m", "pharmdocs", "build", "flashcards", "--jobs", "2")

# A small deck: by the clock. A large one: by the clock, in memory, in bytes of the file.
MOST_SMALL = 1.2
MOST_TIME, MOST_MEMORY, MOST_SIZE = 0.5, 0.25, 1.3
# A card edited, of what Typst takes for the deck: as a command, in a process that stays until the
# file is there, and until its page is shown.
MOST_EDITED, MOST_LIVE, MOST_SHOWN = 1.2, 0.5, 0.3
# Of the time that Python takes to load click.
MOST_UNCHANGED = 8
# Ten times the cards: the power by which time grows, and MB of any process.
MOST_GROWTH, MOST_MEGABYTES = 1.05, 400
MOST_IMPOSITION = 0.2
# How often what takes a blink is run.
_SHORT = 25
# Words of a card of a very large deck.
_FEW_WORDS = 18


def deck(folder: Path, size: int, words: int = 90) -> Path:
    """A bank of so many cards, in a project of its own."""
    bank = folder / "content" / f"of{size}"
    write_cards(bank, size, words)
    return bank


def building(folder: Path, bank: Path, cache: Path | None = None) -> Callable[[], Use]:
    """What builds the deck once, anew or from what is kept."""
    options = ("--bank", bank.name, "-o", folder / "ours.pdf")
    kept = {"XDG_CACHE_HOME": str(cache)} if cache else {}
    return partial(run, (*BUILD, *options, *(() if cache else ("--no-cache",))), folder, kept)


def small(report: Report, folder: Path, size: int, pairs: int) -> None:
    """A deck whose start and end count as much as its cards."""
    bank = deck(folder, size)
    ours, theirs = alternate(pairs, building(folder, bank), peers(folder, bank)[NAIVE])
    report.add(f"{size:,} cards anew", ours, folder / "ours.pdf")
    report.add(f"{size:,} cards, {NAIVE}", theirs, output(folder, NAIVE))
    # Two processes take more of the processors so that it takes less by the clock.
    told = (f"{size:,} cards anew, time", NAIVE)
    report.judge(*told, compared(ours, theirs), MOST_SMALL, told=("cpu",))


def large(report: Report, folder: Path, size: int, runs: int) -> None:
    """A deck that has outgrown one document, beside all peers."""
    bank = deck(folder, size)
    others = peers(folder, bank)
    ours, *theirs = alternate(runs, building(folder, bank), *others.values())
    file = folder / "ours.pdf"
    report.add(f"{size:,} cards anew", ours, file)
    for name, uses in zip(others, theirs, strict=True):
        report.add(f"{size:,} cards, {name}", uses, output(folder, name))
    told = f"{size:,} cards anew"
    for name, uses in zip(others, theirs, strict=True):
        if name == NAIVE:
            report.judge(f"{told}, time", name, compared(ours, uses), MOST_TIME, told=("cpu",))
            by_memory = compared(ours, uses, ["memory"])
            report.judge(f"{told}, biggest process", name, by_memory, MOST_MEMORY)
            ratio = file.stat().st_size / output(folder, name).stat().st_size
            report.judge(f"{size:,} cards, file", name, {"size": ratio}, MOST_SIZE)
        else:
            report.tell(f"{told}, time", name, compared(ours, uses, ["wall"]))


def again(report: Report, folder: Path, size: int, runs: int) -> None:
    """A card edited, by a command and where a process stays; and nothing changed."""
    bank, cache = deck(folder, size), folder / "kept"
    build, edits = building(folder, bank, cache), Edits(bank)
    build()

    def edited() -> Use:
        edits.one()
        return build()

    one, typst = alternate(runs, edited, peers(folder, bank)[TYPST])
    click = partial(run, (sys.executable, "-c", "import click"), folder)
    none, least = alternate(_SHORT, build, click)
    shown, served = live.served(folder, bank, cache, runs)
    watched = live.watched(folder, bank, cache, runs)
    theirs = [Use(wall, 0.0, 0.0) for wall in typst_edits(folder, bank, runs)]
    one_of = f"{size:,} cards, one edited"
    report.add(one_of, one)
    report.add("Typst, the whole deck", typst)
    report.add(f"{one_of}, `--watch` has the file", watched)
    report.add(f"{one_of}, `serve` shows it", shown)
    report.add(f"{one_of}, `serve` has all", served)
    report.add(f"{one_of}, Typst that stays", theirs)
    report.add(f"{size:,} cards, nothing changed", none)
    whole = "Typst anew"
    report.judge("one card edited", whole, compared(one, typst, ["wall"]), MOST_EDITED)
    by_watch = compared(watched, typst, ["wall"])
    report.judge("one card edited, `--watch` has the file", whole, by_watch, MOST_LIVE)
    by_desk = compared(shown, typst, ["wall"])
    report.judge("one card edited, `serve` shows it", whole, by_desk, MOST_SHOWN)
    report.tell("one card edited, Typst that stays", whole, compared(theirs, typst, ["wall"]))
    report.judge("nothing changed", "`import click`", compared(none, least), MOST_UNCHANGED)


def many(report: Report, folder: Path, sizes: tuple[int, int]) -> None:
    """Ten times the cards, once: by which power time grows, and what memory it takes."""
    size = sizes[1]
    # No file of a bank is larger than 2 MB.
    few, found = ([building(folder, deck(folder, it, _FEW_WORDS))()] for it in sizes)
    report.add(f"{size:,} cards anew", found, folder / "ours.pdf")
    times = compared(found, few)
    power = {clock: log(ratio) / log(size / sizes[0]) for clock, ratio in times.items()}
    name = f"from {sizes[0]:,} to {size:,} cards, power of growth"
    report.judge(name, "", power, MOST_GROWTH, told=("cpu",))
    megabytes = {"MB": middle(found, "memory")}
    report.judge(f"{size:,} cards, biggest process", "", megabytes, MOST_MEGABYTES)


def imposition(report: Report, folder: Path, size: int, pairs: int) -> None:
    """The same pages on the same sheets, by our press and by pdfimpose."""
    bank, pages = deck(folder, size), folder / "pages.pdf"
    run((sys.executable, HERE / "pages.py", folder, bank.name, pages), folder)
    press = (sys.executable, HERE / "imposing.py", pages, str(size), folder / "ours.pdf")
    other = (sys.executable, HERE / "pdfimposing.py", pages, folder / "theirs.pdf")
    ours, theirs = alternate(
        pairs,
        partial(run, press, folder),
        partial(run, other, folder, {"PYTHONPATH": str(APART)}),
    )
    report.add(f"our press, {2 * size:,} faces", ours, folder / "ours.pdf")
    report.add(f"pdfimpose, {2 * size:,} faces", theirs, folder / "theirs.pdf")
    report.judge(
        f"sheets alone, {2 * size:,} faces", "pdfimpose", compared(ours, theirs), MOST_IMPOSITION
    )
