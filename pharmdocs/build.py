"""What every road shares: what is asked, the bank and the look it gives, and how files are written.

A file is written whole or not at all, and only after preflight: the one from the last good build
survives every failure.
"""

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pharmdocs.bank.model import Bank
from pharmdocs.bank.select import select
from pharmdocs.errors import (
    ContentError,
    OutputError,
    Problem,
    RefusedError,
    SetupError,
    remedy,
)
from pharmdocs.locks import alone, hidden
from pharmdocs.project import Project
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.printable import Look
from pharmdocs.unchanged import wrote

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Request:
    """What is to be built; empty fields take the project's settings.

    `output` is a PDF file, or a folder to put it into under the printable's name. `printer` is a
    calibrated one, by name and tray; "none" is none. A bank that is `ready` is not read again.
    `large` is large print, of those printables that have it.
    """

    project: Project
    bank: str = ""
    only: str | None = None
    paper: str = ""
    ink: str = ""
    printer: str = ""
    output: Path | None = None
    ready: Bank | None = None
    large: bool = False


def read_bank(request: Request) -> Bank:
    """The bank, checked to the last character, with only what the request selects.

    Raises:
        ContentError: a problem in the bank, or a character that no vendored face has.
        SelectionError: `--only` names what the bank does not hold.
    """
    bank = request.ready or _checked(request)
    return bank if request.only is None else select(bank, request.only)


def _checked(request: Request) -> Bank:
    bank = request.project.load_bank(request.bank)
    settings = request.project.root / "pharmdocs.toml"
    texts = {settings.name: settings.read_text("utf-8")} if settings.is_file() else {}
    if problems := fonts.undrawable(bank.files | texts):
        raise ContentError(*problems)
    return bank


def look_of(request: Request, bank: Bank) -> Look:
    """Paper, ink, language and brand: from the request, else the project, else the bank."""
    project = request.project
    paper, ink = request.paper or project.paper, request.ink or project.ink
    language, brand = project.language or bank.language, project.brand.in_ink(ink)
    return Look(paper, ink, language, brand, request.large)


def edition_date(bank: Bank) -> str:
    """The day that the file carries: SOURCE_DATE_EPOCH if it is set, else the bank's own.

    Raises:
        SetupError: SOURCE_DATE_EPOCH is not a number of seconds since 1970.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return bank.date
    # Eleven digits reach to the year 5138.
    if not re.fullmatch(r"[0-9]{1,11}", epoch):
        fix = "set it to seconds since 1970, such as 1795392000, or unset it"
        raise SetupError(Problem(None, f"SOURCE_DATE_EPOCH is `{epoch[:40]}`", fix))
    return time.strftime("%Y-%m-%d", time.gmtime(int(epoch)))


def output_path(request: Request, name: str) -> Path:
    """Where the file goes; a path that ends in .pdf is the file itself."""
    chosen = request.output or request.project.root / "output"
    return chosen if chosen.suffix.lower() == ".pdf" else chosen / f"{name}.pdf"


def refuse(problems: list[Problem]) -> None:
    """Stop a file that does not keep its promises.

    Raises:
        RefusedError: when there is any problem.
    """
    if problems:
        raise RefusedError(*problems)


ELSEWHERE = "write elsewhere: --output FOLDER"


def write_whole(path: Path, data: bytes, elsewhere: str = ELSEWHERE) -> None:
    """Write a file whole or not at all; what was there before stays until the last step.

    Raises:
        OutputError: the folder cannot be made or written, or the disk is full; its fix ends with
            `elsewhere`.
    """
    write_together({path: data}, elsewhere)


def write_together(files: Mapping[Path, bytes], elsewhere: str = ELSEWHERE) -> None:
    """Write files into one folder, all of them or none, in their order.

    Raises:
        OutputError: as `write_whole` has it; all that was there before is there again.
    """
    # Known before they exist: Ctrl-C in between must leave nothing behind.
    parts = {hidden(path): path for path in files}
    path = next(iter(files))
    try:
        with there(path.parent), _removed(parts), alone(path.parent):
            for part, path in parts.items():
                with part.open("xb") as file:
                    file.write(files[path])
                    file.flush()
                    os.fsync(file.fileno())
            take_places(parts)
        for path, data in files.items():
            wrote(path, data)
    except OSError as error:
        raise unwritable(path, error, elsewhere) from None


def unwritable(path: Path, error: OSError, elsewhere: str = ELSEWHERE) -> OutputError:
    """What to raise where a file or a folder cannot be written; `elsewhere` ends its fix."""
    what = f"{path} cannot be written ({error.strerror or error})"
    return OutputError(Problem(None, what, remedy(error, elsewhere)))


def take_places(parts: Mapping[Path, Path]) -> None:
    """Every file takes its place; when one cannot, all places hold again what they held.

    Fronts of this build and backs of the last one must never lie side by side. Only whoever kills
    the process between two of these steps leaves that, and then the manifest, the last of them,
    still tells of the old files.

    Raises:
        OSError: one of them cannot.
    """
    if len(parts) == 1:
        ((part, path),) = parts.items()
        part.replace(path)
        return
    old = {path: hidden(path) for path in parts.values() if path.exists()}
    try:
        for path, aside in old.items():
            # Where a disk knows no links, there is no way back, and still no torn file.
            with contextlib.suppress(OSError):
                os.link(path, aside)
        for part, path in parts.items():
            part.replace(path)
    except BaseException:
        for path in parts.values():
            with contextlib.suppress(OSError):
                if path in old:
                    old[path].replace(path)
                else:
                    path.unlink(missing_ok=True)
        raise
    finally:
        remove(old.values())


@contextlib.contextmanager
def there(folder: Path) -> Iterator[None]:
    """A folder that is made if need be; when the block fails, what was made for it is gone again.

    Raises:
        OSError: it cannot be made.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            for place in missing:
                place.rmdir()
        raise


@contextlib.contextmanager
def _removed(files: Iterable[Path]) -> Iterator[None]:
    """Temporary files are gone at the end of the block."""
    try:
        yield
    finally:
        remove(files)


def remove(files: Iterable[Path]) -> None:
    """Remove temporary files, those that are there; one that cannot be stays."""
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
