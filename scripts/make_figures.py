"""Puts what `make bench` has measured into docs/performance.md.

    python scripts/make_figures.py [RESULT.json…]

The newest whole run, unless results are named; of what several of them measured, the last one
counts. Their runs are kept as benchmarks/measured.json, which `make_chart.py` draws.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
MEASURED = ROOT / "benchmarks" / "measured.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- what was measured -->\n", "<!-- end of what was measured -->\n"

_COUNTED = ("MB", "bytes")


def measured() -> dict[str, Any]:
    """What is kept of the last run."""
    found: dict[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return found


def block(found: dict[str, Any]) -> str:
    """The part of the page that holds the figures."""
    if not found["runs"]:
        return "Nothing has been measured since the code changed last: `make bench` does it.\n"
    return "\n".join((_machine(found["machine"]), *_targets(found), *_runs(found), *_points(found)))


def put(page: str, told: str) -> str:
    """The page with another block between its two marks."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{told}\n{END}{rest.split(END)[1]}"


def together(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Several results as one: a run or a ratio that is there twice is the last one's."""
    rows = {(row["name"], row["beside"]): row for it in results for row in it["ratios"]}
    return {
        "machine": results[-1]["machine"],
        "runs": {name: run for it in results for name, run in it["runs"].items()},
        "ratios": list(rows.values()),
        "points": {name: line for it in results for name, line in it["points"].items()},
    }


def _machine(machine: dict[str, Any]) -> str:
    day = datetime.fromisoformat(machine["date"])
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"{day.day} {day:%B %Y}, {machine['system']}, {machine['processor']}, {machine['cores']}"
        f" cores, load {machine['load'][0]:.1f} before it began; {versions}.\n"
    )


def _targets(found: dict[str, Any]) -> Iterable[str]:
    yield "| What | Beside | Target | Measured |\n|---|---|--:|--:|"
    for row in found["ratios"]:
        if row["target"] is None:
            ((unit, value), *_) = row["told"].items()
            target, shown = "", _figure(value, unit)
        else:
            unit, value = max(row["held"].items(), key=lambda it: it[1])
            target, shown = _figure(row["target"], unit), _figure(value, unit)
            shown = shown if value <= row["target"] else f"**{shown}**"
        yield f"| {row['name']} | {row['beside']} | {target} | {shown} |"
    yield "\nBold: the target is missed. Where there is none, it is told for comparison.\n"


def _runs(found: dict[str, Any]) -> Iterable[str]:
    yield "Medians, with the least and the most:\n"
    yield "| | Seconds by the clock | Of the processors | MB, biggest process | MB, file |"
    yield "|---|--:|--:|--:|--:|"
    for name, run in found["runs"].items():
        clock, cpu, memory = (
            [use[key] for use in run["uses"]] for key in ("wall", "cpu", "memory")
        )
        least, most = seconds(min(clock)), seconds(max(clock))
        spread = f" ({least}–{most})" if len(clock) > 1 else ""
        size = f"{run['bytes'] / 1e6:.2f}" if run["bytes"] else ""
        cells = [f"{seconds(median(clock))}{spread}", seconds(median(cpu)) if any(cpu) else ""]
        cells += [f"{max(memory):.0f}" if any(memory) else "", size]
        yield f"| {name} | {' | '.join(cells)} |"
    yield ""


def _points(found: dict[str, Any]) -> Iterable[str]:
    lines = found["points"]
    if not lines:
        return
    sizes = sorted({int(size) for line in lines.values() for size in line})
    yield "The chart’s points, seconds by the clock:\n"
    yield (
        "| Cards | " + " | ".join(f"{size:,}" for size in sizes) + " |\n|---|" + "--:|" * len(sizes)
    )
    for name, line in lines.items():
        told = (seconds(line[str(size)]) if str(size) in line else "" for size in sizes)
        yield f"| {name} | {' | '.join(told)} |"
    yield ""


def _figure(value: float, unit: str) -> str:
    """A ratio with what it needs after the point, a count with its unit."""
    if unit in _COUNTED:
        return f"{value:.0f} {unit}"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}".removesuffix(".00")


def seconds(value: float) -> str:
    """As many digits as a run tells reliably."""
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def main(names: Sequence[str]) -> None:
    """Keep the runs and write the page."""
    results = [json.loads(Path(name).read_text(encoding="utf-8")) for name in names]
    if not results:
        made = (
            json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))
        )
        whole = [it for it in made if it["machine"].get("whole")]
        if not whole:
            sys.exit("there is no whole run yet: make bench")
        results = whole[-1:]
    found = together(results)
    MEASURED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    # As it is read back: JSON has no numbers for keys.
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(put(page, block(measured())), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
