"""Runs a command and says what it used: seconds on the clock, of the processor, memory at most."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Use:
    """What one run used, its children included. `memory` is that of the biggest process, in MB."""

    wall: float
    cpu: float
    memory: float


def run(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None
) -> Use:
    """Run a command to its end.

    Raises:
        SystemExit: when it fails, with what it said.
    """
    log = folder / "said.txt"
    with log.open("wb") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(log.read_text(encoding="utf-8", errors="replace"))
    # Linux counts in KiB, macOS in bytes; both take the largest of the process and its children.
    unit = 1 if sys.platform == "darwin" else 1024
    return Use(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6)


def alternate(runs: int, *tasks: Callable[[], Use]) -> list[list[Use]]:
    """Each task so many times, in turn: A B A B. What slows the machine down slows both."""
    found: list[list[Use]] = [[] for _ in tasks]
    for _ in range(runs):
        for uses, task in zip(found, tasks, strict=True):
            uses.append(task())
    return found


def middle(uses: Sequence[Use], name: str) -> float:
    """The median of wall, cpu or memory."""
    return float(median(getattr(use, name) for use in uses))


def spread(uses: Sequence[Use], name: str) -> str:
    """Median, then least and most, as a table shows them."""
    values = [getattr(use, name) for use in uses]
    shown = (median(values), min(values), max(values))
    digits = 2 if shown[0] >= 1 else 3
    usual, least, most = (f"{value:.{digits}f}" for value in shown)
    return f"{usual} ({least}-{most})"
