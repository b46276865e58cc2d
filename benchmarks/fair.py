"""How long a packet takes, beside its parts built one after the other by their own commands."""

import sys
from functools import partial
from pathlib import Path

from measure import Use, alternate, run
from report import Report, compared

BUILD = (sys.executable, "-m", "pharmdocs", "build")
# The run sheet and the ink of every page come on top, the bank is read once.
MOST = 1.3

# The sample cards are the three questions that are asked most: a sheet of the default stock.
PARTS = (
    ("checklist", "--flat"),
    ("zine",),
    ("flashcards", "--only", "q05,q03,q09"),
    ("booklet", "--edition", "fold", "--brief"),
)


def packet(report: Report, folder: Path, pairs: int) -> None:
    """The whole packet against the sum of its parts."""
    told = ("packet", "--no-cache", "--copies", "200", "-o", folder / "packet")
    whole = partial(run, (*BUILD, *told), folder)
    ours, theirs = alternate(pairs, whole, partial(_parts, folder))
    report.add("build packet", ours)
    report.add("its parts alone", theirs)
    report.judge("a packet", "its parts, each by its command", compared(ours, theirs), MOST)


def _parts(folder: Path) -> Use:
    uses = [run((*BUILD, *part, "--no-cache", "-o", folder / "parts"), folder) for part in PARTS]
    return Use(
        sum(use.wall for use in uses),
        sum(use.cpu for use in uses),
        max(use.memory for use in uses),
    )
