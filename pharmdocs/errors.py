"""What went wrong, where, and how to mend it: the one form in which a failure reaches the user.

A stage collects every problem it can find, then raises once. Nothing here prints; the command
line has the only handler. The exit code belongs to the kind of error, so that a script can tell
its own mistake (2, 3) from a full disk (6).
"""

import errno
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self


@dataclass(frozen=True, order=True)
class Location:
    """A place in a file as the user knows it: relative to the project, lines counted from 1."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where it is (if it has a place), what is wrong, what to do."""

    where: Location | None
    what: str
    fix: str

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}\n    fix: {self.fix}"


class Fault(NamedTuple):
    """What is wrong with a field or a cell, to be read after its name, and what to do."""

    what: str
    fix: str


class PharmdocsError(Exception):
    """A failure that is somebody's to mend, with all its problems; never a bug of ours."""

    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type[Self], tuple[Problem, ...]]:
        # Comes whole through a pipe: out of a child process, with its problems and not its text.
        return (type(self), self.problems)


class SelectionError(PharmdocsError):
    """The command line asks for what the bank does not hold."""

    exit_code = 2


class ContentError(PharmdocsError):
    """A bank, a question or a project file says something that cannot be printed."""

    exit_code = 3


class SetupError(PharmdocsError):
    """The program's surroundings are wrong: a template, a font, a missing system library."""

    exit_code = 4


class LayoutError(PharmdocsError):
    """The page did not come out as promised: lost text, ignored CSS, a crash while typesetting."""

    exit_code = 5


class OutputError(PharmdocsError):
    """The file could not be written, or did not keep its promises when it was read back."""

    exit_code = 6


class RefusedError(OutputError):
    """The file did not keep its promises when it was read back: its content or look is at fault."""


def remedy(error: OSError, elsewhere: str = "") -> str:
    """How to mend what the system refused; `elsewhere` says how to write to another place."""
    first = {
        errno.ENOSPC: "free some space",
        errno.EDQUOT: "free some space",
        errno.EACCES: "mend its rights",
        errno.EPERM: "mend its rights",
        errno.EROFS: "mend its rights",
        errno.EMFILE: "allow more open files: ulimit -n 1024",
        errno.ENFILE: "close other programs",
        errno.ENOTDIR: "move the file away that lies where a folder should be",
        errno.EEXIST: "move the file away that lies where a folder should be",
        errno.EISDIR: "move the folder away that lies in its place",
    }.get(error.errno or 0, "look after the disk")
    return f"{first}, or {elsewhere}" if elsewhere else f"{first} and try again"


def newer(where: Location, found: int, newest: int, otherwise: str = "") -> Problem:
    """A file in a form that a later release brought; `otherwise` says what else helps."""
    fix = f"this pharmdocs reads format {newest} at the most: update pharmdocs{otherwise}"
    return Problem(where, f"has format {found}, a newer one", fix)


def closest(word: str, known: Iterable[str]) -> str:
    """A hint such as "did you mean `title`?", or the words to choose from when none is near."""
    from difflib import get_close_matches

    options = list(known)
    near = get_close_matches(word, options, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"`{match}`" for match in near) + "?"
    return "use one of: " + ", ".join(options)
