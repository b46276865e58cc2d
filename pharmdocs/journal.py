"""How far a long run has come, so that the next one can go on there.

A line for what is run, then a line for each file that is whole on the disk. A run that is
finished leaves no journal. What is torn off at the end was not finished and is made again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pharmdocs.build import remove, unwritable, write_whole
from pharmdocs.errors import (
    Location,
    Problem,
    SelectionError,
    SetupError,
    newer,
)
from pharmdocs.manifest import digest

FORMAT = 1


@dataclass
class Journal:
    """The files of a run, by name, with the digests of their bytes."""

    path: Path
    files: dict[str, str] = field(default_factory=dict)

    def holds(self, *names: str) -> bool:
        """Whether these files were finished and are still what was written."""
        return all(self._is_whole(name) for name in names)

    def add(self, files: Mapping[str, bytes]) -> None:
        """Note files that are whole on the disk."""
        noted = {name: digest(data) for name, data in files.items()}
        self.files |= noted
        _append(self.path, {"files": noted})

    def close(self) -> None:
        """The run is finished."""
        # One that cannot be removed does no harm: whoever goes on there finds all files whole.
        remove([self.path])

    def _is_whole(self, name: str) -> bool:
        try:
            found = digest(self.path.with_name(name).read_bytes())
        except OSError:
            return False
        return self.files.get(name) == found


def start(path: Path, run: Mapping[str, str], resume: bool) -> Journal:
    """The journal of a run, begun anew or taken up where another run stopped.

    Args:
        path: where it lies, in the folder of the files.
        run: what is run, part by part; each part as `what it is called` -> its digest.
        resume: go on where a run stopped; when none did, begin.

    Raises:
        SelectionError: the run that stopped was another one; says in what.
        SetupError: a later release began it.
        OutputError: the folder cannot be written.
    """
    if resume and path.is_file():
        form, before, files = _read(path)
        if form > FORMAT:
            otherwise = ", or leave out --continue, and everything is built anew"
            raise SetupError(newer(Location(path.name), form, FORMAT, otherwise))
        changed = [name for name, value in run.items() if before.get(name) != value]
        if changed:
            what = f"the run that stopped was another one: {' and '.join(changed)} changed since"
            fix = "leave out --continue, and everything is built anew"
            raise SelectionError(Problem(None, what, fix))
    else:
        files = {}
    # Written anew, because a torn line at its end would take the next one with it.
    write_whole(path, _line({"format": FORMAT, "run": dict(run)}) + _line({"files": files}))
    return Journal(path, files)


def _read(path: Path) -> tuple[int, dict[str, str], dict[str, str]]:
    form = 1
    run: dict[str, str] = {}
    files: dict[str, str] = {}
    for line in path.read_text("utf-8", "replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            break
        if not isinstance(entry, dict):
            break
        form = entry.get("format", form)
        if form > FORMAT:
            break
        run |= entry.get("run", {})
        files |= entry.get("files", {})
    return form, run, files


def _append(path: Path, entry: Mapping[str, object]) -> None:
    try:
        with path.open("ab") as file:
            file.write(_line(entry))
    except OSError as error:
        raise unwritable(path, error) from None


def _line(entry: Mapping[str, object]) -> bytes:
    return (json.dumps(entry, ensure_ascii=False) + "\n").encode()
