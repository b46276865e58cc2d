"""Points of the chart: how long decks take as they grow, here and with others."""

import shutil
from pathlib import Path

from cards import building, deck
from generated import Edits
from measure import Use
from peers import peers
from report import Report

# So many cards are built at each size, if not once.
_ENOUGH = 300
ANEW, EDITED, UNCHANGED = "pharmdocs", "pharmdocs, one card edited", "pharmdocs, nothing changed"


def points(report: Report, folder: Path, sizes: tuple[int, ...]) -> None:
    """Every line of the chart, at every size."""
    for size in sizes:
        runs = max(1, _ENOUGH // size)
        bank = deck(folder, size)
        others = peers(folder, bank)
        found: dict[str, list[Use]] = {line: [] for line in (ANEW, EDITED, UNCHANGED, *others)}
        for _ in range(runs):
            _ours(found, folder, bank)
            for name, once in others.items():
                found[name].append(once())
        for line, uses in found.items():
            report.point(line, size, uses)


def _ours(found: dict[str, list[Use]], folder: Path, bank: Path) -> None:
    """Anew into an empty cache, then what is kept is used."""
    cache = folder / "kept"
    shutil.rmtree(cache, ignore_errors=True)
    build, edits = building(folder, bank, cache), Edits(bank)
    found[ANEW].append(build())
    edits.one()
    found[EDITED].append(build())
    found[UNCHANGED] += [build() for _ in range(3)]
