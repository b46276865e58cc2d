"""Files that are to appear together: none takes its place before all are made and proved."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from pharmdocs import unchanged
from pharmdocs.build import Progress, Request
from pharmdocs.errors import OutputError, Problem, SelectionError


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
def together(folder: Path) -> Iterator[Path]:
    """A folder to build into; once all went well, its files take their places in `folder`.

    Each does so in one step, in the order of their names. Whatever fails before leaves `folder` as
    it was: other files in it are never touched, and one that was made for this is gone again.

    Raises:
        OutputError: the folder cannot be made or written.
    """
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            # On the same disk, so that a file needs no copying; nobody sees a name with a point.
            scratch = tempfile.TemporaryDirectory(dir=folder, prefix=".building-")
        with scratch as name:
            yield Path(name)
            with _told(folder):
                for file in sorted(file for file in Path(name).rglob("*") if file.is_file()):
                    target = folder / file.relative_to(name)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    file.replace(target)
                    unchanged.moved(file, target)
    except BaseException:
        with contextlib.suppress(OSError):
            for place in made:
                place.rmdir()
        raise


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
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        fix = "free some space, mend its rights, or write elsewhere: --output FOLDER"
        what = f"{folder} cannot be written ({error.strerror or error})"
        raise OutputError(Problem(None, what, fix)) from None
