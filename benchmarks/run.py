"""How long the booklet takes, beside a bare script; how --help answers; how a build grows.

    .venv/bin/python benchmarks/run.py [--quick]

Every figure is of whole processes. What is promised are ratios within one run, never seconds, so
they hold on any machine that is otherwise idle; the load is printed because most are not. The
table goes to the terminal, the runs to benchmarks/results/ as JSON.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from math import log
from pathlib import Path
from typing import Any

from generated import write_bank
from measure import Use, alternate, middle, run, spread

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
PHARMDOCS = (sys.executable, "-m", "pharmdocs")

MOST_OVERHEAD = 1.25
MOST_HELP = 2.0
MOST_GROWTH = 1.1


@dataclass(frozen=True)
class Effort:
    """How often each thing is run, and for how many questions."""

    pairs: int = 7
    helps: int = 25
    builds: int = 3
    sizes: tuple[int, ...] = (100, 200, 500)


QUICK = Effort(pairs=2, helps=7, builds=1, sizes=(50, 100))


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

    def judge(self, name: str, ratios: dict[str, float], most: float) -> None:
        """Note a ratio by the clock and by the processor, and hold both against its target."""
        self.ratios[name] = {**ratios, "target": most}
        by = ", ".join(f"{ratio:.2f} by {clock}" for clock, ratio in ratios.items())
        verdict = "kept" if max(ratios.values()) <= most else "MISSED"
        print(f"  {name}: {by}; target {most}: {verdict}\n")


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
        partial(run, (*PHARMDOCS, "build", "booklet", "-o", folder / "ours.pdf"), folder),
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
        build = (*PHARMDOCS, "build", "booklet", "--bank", f"of{size}", "-o", folder / "grown.pdf")
        builds.append(partial(run, build, folder))
    made = alternate(effort.builds, *builds)
    for size, uses in zip(effort.sizes, made, strict=True):
        report.add(f"{size} questions", uses)
    least, most = effort.sizes[0], effort.sizes[-1]
    times = compared(made[-1], made[0])
    power = {clock: log(ratio) / log(most / least) for clock, ratio in times.items()}
    report.judge(f"exponent from {least} to {most}", power, MOST_GROWTH)


def compared(ours: Sequence[Use], theirs: Sequence[Use]) -> dict[str, float]:
    """The ratio of the medians, by the clock and by the processor."""
    return {clock: middle(ours, clock) / middle(theirs, clock) for clock in ("wall", "cpu")}


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


def write(report: Report, before: dict[str, Any]) -> Path:
    """Put everything into a file whose name is its time."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{before['date'].replace(':', '')}.json"
    runs = {name: [asdict(use) for use in uses] for name, uses in report.runs.items()}
    found = {"machine": before, "ratios": report.ratios, "runs": runs}
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return path


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a minute: few runs, small banks")
    effort = QUICK if parser.parse_args().quick else Effort()
    before = machine()
    print(f"load {before['load'][0]:.1f} on {before['cores']} cores\n")
    print(f"{'':34}{'seconds':>24}{'of the processor':>24}{'MB most':>10}")
    report = Report()
    for task in (overhead, help_, growth):
        with tempfile.TemporaryDirectory(prefix="pharmdocs-bench-") as folder:
            task(report, Path(folder), effort)
    print(f"written: benchmarks/results/{write(report, before).name}")


if __name__ == "__main__":
    main()
