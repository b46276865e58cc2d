"""What whoever stands at the printer has to know of a file, and the arithmetic of a pile of them.

Nothing here opens a file: a run sheet is numbers that can be checked with a pencil.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pharmdocs.coverage import Coverage

# ISO 4046-3: a ream is a pack of 500 identical sheets.
REAM = 500
# A slow office printer and a fast one, in printed sides a minute, as their makers state it.
SPEEDS = (20, 40)
# Pages by which cartridges are rated carry 5 % of each ink (ISO/IEC 19752 and 19798).
RATED = 0.05


@dataclass(frozen=True)
class PrintJob:
    """A file, or the volumes of one, and how it is printed and finished.

    `name` says which printable it is; `paper` is "letter" or "a4"; `stock` is that of cards, empty
    for plain paper. `sheets` are those of one copy, with `sides` 1 or 2 printed, turned about the
    `edge` "long" or "short", empty for one side. `cut`, `fold` and `staple` name what is done
    afterwards, by the words of the templates; empty for nothing.
    """

    name: str
    files: tuple[str, ...]
    paper: str
    sheets: int
    sides: int
    copies: int
    coverage: Coverage
    stock: str = ""
    edge: str = ""
    cut: str = ""
    fold: str = ""
    staple: str = ""

    @property
    def total(self) -> int:
        """The sheets of all copies."""
        return self.sheets * self.copies

    @property
    def printed(self) -> int:
        """The sides of all copies, which printers count as pages."""
        return self.total * self.sides

    @property
    def steps(self) -> int:
        """How many kinds of handwork follow."""
        return sum(map(bool, (self.cut, self.fold, self.staple)))


@dataclass(frozen=True)
class Supply:
    """Paper to have at hand; `stock` as in `PrintJob`."""

    paper: str
    stock: str
    sheets: int

    @property
    def reams(self) -> float:
        """How many reams that is, not rounded."""
        return self.sheets / REAM

    @property
    def to_buy(self) -> int:
        """How many reams have to be opened."""
        return -(-self.sheets // REAM)


def in_order(jobs: Sequence[PrintJob]) -> tuple[PrintJob, ...]:
    """The order to print in: what takes most work afterwards first, so that hands can begin.

    Card stock comes last, because the tray is changed for it.
    """
    return tuple(sorted(jobs, key=lambda job: (bool(job.stock), -job.steps, -job.total)))


def supplies(jobs: Sequence[PrintJob]) -> tuple[Supply, ...]:
    """The paper of all jobs, in their order, each kind once."""
    sheets: dict[tuple[str, str], int] = {}
    for job in jobs:
        kind = (job.paper, job.stock)
        sheets[kind] = sheets.get(kind, 0) + job.total
    return tuple(Supply(*kind, count) for kind, count in sheets.items())


def minutes(job: PrintJob, speed: int) -> int:
    """How long the printer runs at so many sides a minute, up to the next whole minute."""
    return -(-job.printed // speed)


def rated_pages(jobs: Sequence[PrintJob], ink: str) -> int:
    """How many of the pages by which cartridges are rated an ink is enough for.

    Args:
        jobs: what is printed.
        ink: cyan, magenta, yellow or black.
    """
    covered: float = sum(job.printed * getattr(job.coverage, ink) for job in jobs)
    return round(covered / RATED)
