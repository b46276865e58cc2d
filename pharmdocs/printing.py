"""A finished file and the print service: which options this very file needs, and `lp` with them.

`lp` is the command of CUPS, which Linux and macOS print with. Every option that could be set
otherwise on the queue is named, so that nobody's defaults scale or turn a sheet.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pharmdocs.errors import Problem, SetupError
from pharmdocs.geometry import PAPERS, Size, mm, to_mm
from pharmdocs.manifest import backs_of
from pharmdocs.opened import Facts, facts

# Names of media that every queue knows (lp(1)); others are asked for by their size.
_MEDIA = {
    "Letter": PAPERS["letter"],
    "A4": PAPERS["a4"],
    "Legal": Size(mm(215.9), mm(355.6)),
    "Tabloid": Size(mm(279.4), mm(431.8)),
    "A3": Size(mm(297), mm(420)),
    "A5": Size(mm(148), mm(210)),
    "A6": Size(mm(105), mm(148)),
}
# What printers take for the same paper (PWG 5101.1 asks for half a millimeter).
_ALIKE = mm(0.5)
_SIDES = {
    "long-edge": ("two-sided-long-edge", "both sides, flip on the long edge"),
    "short-edge": ("two-sided-short-edge", "both sides, flip on the short edge"),
    "none": ("one-sided", "one side"),
}


@dataclass(frozen=True)
class Printout:
    """How a file is handed over.

    `hint` is what to choose in a print dialog; `concerns` what the file leaves to the printer;
    `then` the file whose turn comes when this one is printed, if there is one.
    """

    command: tuple[str, ...]
    hint: str
    concerns: tuple[str, ...]
    then: Path | None


def printout(path: Path, copies: int = 1, queue: str = "") -> Printout:
    """The command that prints a file.

    Args:
        path: a PDF, ours or anybody's.
        copies: of the whole file, page 1 to the last before it begins again.
        queue: the system's name of the printer; empty for its default.

    Raises:
        SelectionError: there is no such file.
        OutputError: it is none that can be printed.
    """
    told, concerns = facts(path), []
    command = ["lp", *(["-d", queue] if queue else []), "-n", str(copies), "-t", path.name]
    command += ["-o", "collate=true"] if copies > 1 else []
    media = _media(told)
    if media:
        command += ["-o", f"media={media}"]
    else:
        concerns.append("its pages differ in size: the printer chooses the paper")
    if told.duplex:
        command += ["-o", f"sides={_SIDES[told.duplex][0]}"]
    else:
        concerns.append("it does not say whether it is printed on both sides: the printer chooses")
    command += ["-o", "print-scaling=none", "-o", "fit-to-page=false", "-o", "number-up=1"]
    paper = _called(media)
    sides = f", {_SIDES[told.duplex][1]}" if told.duplex else ""
    return Printout(
        (*command, "--", str(path)), f"{paper}100 %{sides}", tuple(concerns), backs_of(path)
    )


def send(printout_: Printout) -> str:
    """Hand the file over; what the print service says, such as the number of the job.

    Raises:
        SetupError: there is no print service, or it refuses the file.
    """
    command = printout_.command
    if not shutil.which(command[0]):
        what = "there is no `lp` here, the command that hands files to the print service (CUPS)"
        fix = f"install it (Debian: cups-client), or print from a viewer: {printout_.hint}"
        raise SetupError(Problem(None, what, fix))
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split()).removeprefix("lp: ")
        what = f"the print service refuses the file: {said or 'it does not say why'}"
        fix = "see which printers it has (lpstat -e), then name one: -d NAME"
        raise SetupError(Problem(None, what, fix))
    return done.stdout.strip()


def _media(told: Facts) -> str:
    """The paper as `lp` calls it; empty when pages differ. Which way it is turned is no matter."""
    upright = {_upright(size) for size in told.sizes}
    first = next(iter(upright))
    if any(not _is_like(first, other) for other in upright):
        return ""
    for name, size in _MEDIA.items():
        if _is_like(size, first):
            return name
    return f"Custom.{to_mm(first.width):.1f}x{to_mm(first.height):.1f}mm"


def _called(media: str) -> str:
    """The paper as a dialog calls it, before what follows."""
    return f"{media.removeprefix('Custom.').replace('x', ' x ')}, " if media else ""


def _upright(size: Size) -> Size:
    return size if size.width <= size.height else Size(size.height, size.width)


def _is_like(one: Size, other: Size) -> bool:
    return abs(one.width - other.width) <= _ALIKE and abs(one.height - other.height) <= _ALIKE
