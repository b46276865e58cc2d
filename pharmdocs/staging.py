"""Files that are to appear together: none takes its place before all are made and proved."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from pharmdocs import unchanged
from pharmdocs.build import ELSEWHERE, Progress, Request, take_places, there, unwritable
from pharmdocs.errors import Problem, SelectionError
from pharmdocs.locks import alone, held, hidden


def folder_of(request: Request, name: str = "") -> Path:
    """The folder that several files go into: the one asked for, else `name` in the output folder.

    Raises:
        SelectionError: a file is asked for.
    """
    folder = request.output or request.project.root / "output" / name
    if folder.suffix.lower() == ".pdf":
        what = f"{folder} is one file, and this makes several"
        raise SelectionError(Problem(None, what, "name a folder: --output FOLDER"))
    return folder


@contextlib.contextmanager
def together(folder: Path, elsewhere: str = ELSEWHERE) -> Iterator[Path]:
    """A folder to build into; once all went well, its files take their places in `folder`.

    All of them do, manifests last, or none. Whatever fails leaves `folder` as it was:
    other files in it are never touched, and one that was made for this is gone again.

    Raises:
        OutputError: the folder cannot be made or written; its fix ends with `elsewhere`.
    """
    # On the same disk, so that a file needs no copying. Known before it exists: Ctrl-C in between
    # must leave nothing behind.
    scratch = hidden(folder / "files")
    place = scratch / "files"
    with contextlib.ExitStack() as until_done:
        with _told(folder, elsewhere):
            until_done.enter_context(there(folder))
            until_done.callback(shutil.rmtree, scratch, ignore_errors=True)
            with alone(folder):
                scratch.mkdir()
                until_done.enter_context(held(scratch))
            place.mkdir()
        yield place
        with _told(folder, elsewhere), alone(folder):
            files = [file for file in place.rglob("*") if file.is_file()]
            # Manifests last: if the process is killed in between, they tell of other files.
            files.sort(key=lambda file: (file.name.endswith(".manifest.json"), file))
            parts = {file: folder / file.relative_to(place) for file in files}
            for target in parts.values():
                until_done.enter_context(there(target.parent))
            take_places(parts)
            for file, target in parts.items():
                unchanged.moved(file, target)


def part_of(progress: Progress, part: str) -> Progress:
    """The progress of a part, which says which one it is."""
    return lambda step: progress(f"{part}: {step}")


def moved(result: Any, folder: Path) -> Any:
    """A build's result with its files where they lie now."""
    found = {field.name: getattr(result, field.name) for field in fields(result)}
    return replace(result, **{name: _moved(value, folder) for name, value in found.items()})


def _moved(value: object, folder: Path) -> object:
    if isinstance(value, tuple):
        return tuple(_moved(item, folder) for item in value)
    return folder / value.name if isinstance(value, Path) else value


@contextlib.contextmanager
def _told(folder: Path, elsewhere: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(folder, error, elsewhere) from None
