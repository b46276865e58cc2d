"""Again after every save: what a build reads is looked at, and the build is run once more.

Files are looked at forty times a second by their size and time, thousands of them less often. This
works on every disk, in a container and over a network alike.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pharmdocs.errors import PharmdocsError
from pharmdocs.project import find_project

# How often files are looked at, in seconds, and how soon again after a change: a save may take
# several steps, and is over when one look is like the one before.
_LOOK, _SOON = 0.025, 0.01
# Looking takes no more than a part of a core.
_PART = 0.1
# What a build reads; what it writes must not set it going again.
_READ = {".toml", ".md", ".csv", ".xlsx", ".css", ".j2", ".png", ".jpg", ".jpeg", ".svg", ".icc"}
_WRITTEN = ".rejected.csv"

State = dict[str, tuple[int, int]]


def watch(root: Path, folders: Callable[[], Iterable[Path]], build: Callable[[], None]) -> None:
    """Build now and after every change, until Ctrl-C.

    Args:
        root: the project; files in it are looked at, folders in it are not.
        folders: those that are, with all in them; asked anew at every look.
        build: what it raises ends the watch.
    """
    try:
        while True:
            before, _ = look(root, folders())
            build()
            # A save while it was being built counts, too.
            now, rest = look(root, folders(), before)
            while now == before:
                time.sleep(rest)
                now, rest = look(root, folders(), before)
            later: State = {}
            while later != now:
                time.sleep(rest)
                later, (now, rest) = now, look(root, folders(), now)
    except KeyboardInterrupt:
        return


def folders(root: Path) -> list[Path]:
    """The folders of a project that a build reads."""
    try:
        templates = find_project(root).overrides
    except PharmdocsError:
        # Settings that cannot be read are one more thing to mend.
        templates = "templates"
    return [root / "content", root / templates]


def going_on(build: Callable[[], None], say: Callable[[PharmdocsError], None]) -> None:
    """Build; problems are said and end nothing."""
    try:
        build()
    except PharmdocsError as error:
        say(error)


def look(root: Path, folders: Iterable[Path], before: State | None = None) -> tuple[State, float]:
    """Every file that may be read, with its time and size; and when to look again, in seconds.

    Sooner when it is not as it was `before`.
    """
    start = time.perf_counter()
    places = [root, *(place for folder in folders for place in _below(folder))]
    found = {name: told for place in places for name, told in _files(place)}
    least = _LOOK if before in (None, found) else _SOON
    return found, max(least, (time.perf_counter() - start) / _PART)


def _below(folder: Path) -> Iterator[Path]:
    for place, inner, _ in os.walk(folder):
        inner[:] = [name for name in inner if not name.startswith(".")]
        yield Path(place)


def _files(place: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """The files in one folder; one that goes while it is looked at is gone."""
    try:
        for entry in os.scandir(place):
            is_read = os.path.splitext(entry.name)[1].lower() in _READ  # noqa: PTH122
            if is_read and not entry.name.startswith(".") and not entry.name.endswith(_WRITTEN):
                told = entry.stat()
                yield entry.path, (told.st_mtime_ns, told.st_size)
    except OSError:
        return
