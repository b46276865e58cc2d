"""What the benchmarks found: a table on the terminal, every run in a file."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measure import Use, middle, spread

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass
class Report:
    """The rows of the table and what stands in the file."""

    runs: dict[str, list[Use]] = field(default_factory=dict)
    ratios: dict[str, dict[str, float]] = field(default_factory=dict)

    def add(self, name: str, uses: list[Use]) -> None:
        """Note the runs of one command and print them."""
        self.runs[name] = uses
        memory = f"{max(use.memory for use in uses):.0f}"
        print(f"{name:34}{spread(uses, 'wall'):>24}{spread(uses, 'cpu'):>24}{memory:>10}")

    def judge(
        self, name: str, ratios: dict[str, float], most: float, told: Sequence[str] = ()
    ) -> None:
        """Note ratios and hold them against their target.

        Args:
            name: what is compared.
            ratios: by the clock, by the processor, by anything else.
            most: the target.
            told: those that are noted but not promised.
        """
        self.ratios[name] = {**ratios, "target": most}
        by = ", ".join(
            f"({ratio:.2f} by {it})" if it in told else f"{ratio:.2f} by {it}"
            for it, ratio in ratios.items()
        )
        worst = max(ratio for it, ratio in ratios.items() if it not in told)
        print(f"  {name}: {by}; target {most}: {'kept' if worst <= most else 'MISSED'}")

    def tell(self, name: str, ratios: dict[str, float]) -> None:
        """Note ratios for which there is no target."""
        self.ratios[name] = ratios
        print(f"  {name}: " + ", ".join(f"{ratio:.2f} by {it}" for it, ratio in ratios.items()))

    def write(self, before: dict[str, Any]) -> Path:
        """Put everything into a file whose name is its time."""
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{before['date'].replace(':', '')}.json"
        runs = {name: [asdict(use) for use in uses] for name, uses in self.runs.items()}
        found = {"machine": before, "ratios": self.ratios, "runs": runs}
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        return path


def compared(
    ours: Sequence[Use], theirs: Sequence[Use], names: Sequence[str] = ("wall", "cpu")
) -> dict[str, float]:
    """The ratio of the medians, by the clock and by the processor."""
    return {name: middle(ours, name) / middle(theirs, name) for name in names}


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
    }
