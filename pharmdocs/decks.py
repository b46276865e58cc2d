"""A deck of another program, read in a child process with limits.

What turns HTML into text calls itself for every element inside another, and has no limits of its
own: a cell that breaks no rule can keep it busy for hours.
"""

from pathlib import Path

from pharmdocs.bank.exchange.note import Note
from pharmdocs.bank.exchange.read import read_notes
from pharmdocs.errors import ContentError, LayoutError, Location, Problem
from pharmdocs.typesetting.pool import Limits, guarded

_LIMITS = Limits(memory=2_000_000_000, cpu=60, wall=180)


def read_deck(path: Path) -> tuple[str, tuple[Note, ...], tuple[Problem, ...]]:
    """What `read_notes` gives of a file.

    Raises:
        ContentError: it is no such file, nothing in it is a card, or it is too much to be read.
        SetupError: what turns its HTML into text is not installed.
    """
    try:
        return guarded(read_notes, path, _LIMITS)
    except LayoutError:
        what = f"cannot be read in {_LIMITS.cpu} seconds and {_LIMITS.memory / 1e9:.0f} GB"
        fix = "look for a sign or a tag that is repeated or nested without end"
        raise ContentError(Problem(Location(path.name), what, fix)) from None
