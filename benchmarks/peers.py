"""Others that print the same cards: what to run for each, and which of them are here."""

import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from measure import Use, run

from pharmdocs.typesetting import fonts

HERE = Path(__file__).resolve().parent
# `make bench` puts there what only benchmarks need, where no other command looks.
APART = HERE.parent / ".venv" / "bench"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

NAIVE, TYPST, REPORTLAB, CHROMIUM = "naive WeasyPrint", "Typst", "ReportLab", "Chromium"


def browser() -> str | None:
    """The program of a Chromium, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def peers(folder: Path, bank: Path) -> dict[str, Callable[[], Use]]:
    """By its name what runs each peer once; it writes a file into the folder.

    Args:
        folder: where files go.
        bank: a folder of plain cards.
    """
    faces = folder / "fonts.conf"
    faces.write_text(fonts.configuration(str(folder / "cache")), encoding="utf-8")

    def script(peer: str, name: str, *more: str, **also: str) -> Callable[[], Use]:
        command: list[str | Path] = [sys.executable, HERE / name, output(folder, peer), bank, *more]
        return partial(run, command, folder, also)

    found = {
        NAIVE: script(NAIVE, "naive.py", FONTCONFIG_FILE=str(faces)),
        TYPST: script(TYPST, "typst_cards.py", PYTHONPATH=str(APART)),
        REPORTLAB: script(REPORTLAB, "reportlab_cards.py"),
    }
    if program := browser():
        found[CHROMIUM] = script(CHROMIUM, "chromium_cards.py", program)
    return found


def output(folder: Path, peer: str) -> Path:
    """The file that a peer writes."""
    return folder / f"{peer.replace(' ', '-')}.pdf"


def typst_edits(folder: Path, bank: Path, edits: int) -> list[float]:
    """How many seconds a Typst that stays takes for each of so many edits."""
    command = (sys.executable, HERE / "typst_cards.py", folder / "edited.pdf", bank, str(edits))
    environment: Mapping[str, str] = {"PYTHONPATH": str(APART)}
    run(command, folder, environment)
    said = (folder / "said.txt").read_text(encoding="utf-8")
    return [float(line) for line in said.split()]
