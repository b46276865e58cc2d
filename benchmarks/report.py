"""What the benchmarks found: a table on the terminal, every run in a file."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from measure import Use, middle, spread
from peers import APART, browser

RESULTS = Path(__file__).resolve().parent / "results"
# On whose versions the figures hang.
_PACKAGES = ("pharmdocs", "weasyprint", "pikepdf", "reportlab", "typst", "pdfimpose")


@dataclass
class Report:
    """The rows of the table and what stands in the file.

    `points` are those of the chart: by the name of a line seconds for a number of cards.
    """

    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    ratios: list[dict[str, Any]] = field(default_factory=list)
    points: dict[str, dict[int, float]] = field(default_factory=dict)

    def add(self, name: str, uses: Sequence[Use], file: Path | None = None) -> None:
        """Note the runs of one command and print them; `file` is what they wrote."""
        size = file.stat().st_size if file else None
        self.runs[name] = {"uses": [asdict(use) for use in uses], "bytes": size}
        # Nought is what was not measured.
        memory = f"{most:.0f}" if (most := max(use.memory for use in uses)) else ""
        cpu = spread(uses, "cpu") if any(use.cpu for use in uses) else ""
        size_shown = f"{size / 1e6:.2f}" if size else ""
        print(f"{name:42}{spread(uses, 'wall'):>22}{cpu:>22}{memory:>7}{size_shown:>8}")

    def judge(
        self,
        name: str,
        beside: str,
        ratios: dict[str, float],
        most: float,
        told: Sequence[str] = (),
    ) -> None:
        """Note ratios and hold them against their target.

        Args:
            name: what is compared.
            beside: with what; empty where it is a figure of its own.
            ratios: by the clock, by the processor, by anything else.
            most: the target.
            told: those that are noted but not promised.
        """
        held = {it: ratio for it, ratio in ratios.items() if it not in told}
        also = {it: ratio for it, ratio in ratios.items() if it in told}
        row = {"name": name, "beside": beside, "target": most, "held": held, "told": also}
        self.ratios.append(row)
        shown = [f"{ratio:.2f} by {it}" for it, ratio in held.items()]
        shown += [f"({ratio:.2f} by {it})" for it, ratio in also.items()]
        kept = "kept" if max(held.values()) <= most else "MISSED"
        print(f"  {_of(name, beside)}: {', '.join(shown)}; target {most}: {kept}")

    def tell(self, name: str, beside: str, ratios: dict[str, float]) -> None:
        """Note ratios for which there is no target."""
        row = {"name": name, "beside": beside, "target": None, "held": {}, "told": ratios}
        self.ratios.append(row)
        shown = ", ".join(f"{ratio:.2f} by {it}" for it, ratio in ratios.items())
        print(f"  {_of(name, beside)}: {shown}")

    def point(self, line: str, cards: int, uses: Sequence[Use]) -> None:
        """Note a point of the chart and print it."""
        self.points.setdefault(line, {})[cards] = middle(uses, "wall")
        print(f"{line:34}{cards:8}{spread(uses, 'wall'):>22}")

    def write(self, before: dict[str, Any]) -> Path:
        """Put everything into a file whose name is its time."""
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{before['date'].replace(':', '')}.json"
        found = {"machine": before, **asdict(self)}
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        return path


def _of(name: str, beside: str) -> str:
    return f"{name}, beside {beside}" if beside else name


def compared(
    ours: Sequence[Use], theirs: Sequence[Use], names: Sequence[str] = ("wall", "cpu")
) -> dict[str, float]:
    """The ratio of the medians, by the clock and by the processor."""
    return {name: middle(ours, name) / middle(theirs, name) for name in names}


def machine() -> dict[str, Any]:
    """What the figures depend on; `whole` is for whoever knows that all of them are there."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "whole": False,
        "system": platform.system(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": [round(it, 2) for it in os.getloadavg()],
        "versions": {"Python": platform.python_version(), **_versions()},
    }


def _processor() -> str:
    """Its name where the system tells it, else its kind."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _versions() -> dict[str, str]:
    """Of what is installed here and apart, by name."""
    there = [*distributions(path=[str(APART)]), *distributions()]
    found = {it.metadata["Name"].lower(): it.version for it in there}
    versions = {name: found[name] for name in _PACKAGES if name in found}
    if program := browser():
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        # Its name, its version, who packed it.
        name, version, *_ = said.stdout.split()
        versions[name] = version
    return versions
