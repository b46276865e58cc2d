"""Whether a build would write what lies there already: what it read, wrote and said the last time.

A record in the cache's folder, under a digest of what was asked, holds a digest of all that the
build depended on, the files that it wrote with their digests, and what it said. Any doubt means
that it is built: what cannot be read, a link to a folder, a library that cannot be asked. Light,
because it is asked before anything else is loaded.
"""

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

from pharmdocs.errors import PharmdocsError
from pharmdocs.typesetting.keeping import put, shapers

# Counts up when the form of a record changes.
_FORMAT = 1
# Variables that begin like this can have a say in what is read, laid out or written.
_VARIABLES = (
    *("SOURCE_DATE_EPOCH", "HOME", "XDG_CONFIG", "TZ", "LANG", "LC_", "PYTHON", "LD_", "DYLD_"),
    *("FONTCONFIG", "FC_", "FREETYPE", "HB_", "PANGO", "G_"),
)
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Inputs:
    """What a build reads, as absolute paths: files, and folders with all in them.

    `theirs` are told by their content, whether they are there or not. `ours` come with pharmdocs
    and are told by size and times; they need not name the package, which is always among them.
    """

    theirs: tuple[str, ...]
    ours: tuple[str, ...] = ()


@dataclass
class Notes:
    """What a build has written, by absolute path with its digest, and what it has said, in turn.

    What was said is a text and whether it went to standard error.
    """

    files: dict[str, str] = field(default_factory=dict)
    said: list[tuple[str, bool]] = field(default_factory=list)


_notes: ContextVar[Notes | None] = ContextVar("notes", default=None)


def wrote(path: Path, data: bytes) -> None:
    """Note that a file was written."""
    if (notes := _notes.get()) is not None:
        notes.files[str(path.absolute())] = hashlib.sha256(data).hexdigest()


def moved(path: Path, target: Path) -> None:
    """Note that a file that was written has taken its place."""
    if (notes := _notes.get()) is not None:
        digest = notes.files.pop(str(path.absolute()), "unknown")
        notes.files[str(target.absolute())] = digest


def said(text: str, err: bool) -> None:
    """Note what was said."""
    if (notes := _notes.get()) is not None:
        notes.said.append((text, err))


def asked(command: str, options: dict[str, object], folder: Path) -> str:
    """A digest of what is asked, and from where: the name of its record.

    Args:
        command: what is built.
        options: all of them, those that were not given too.
        folder: the project.
    """
    told = (command, sorted(options.items()), str(Path.cwd()), str(folder.resolve()))
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def repeated(record: Path) -> list[tuple[str, bool]] | None:
    """What the build said, if all that it read and all that it wrote is as it was; else None."""
    try:
        check, _, text = record.read_text(encoding="ascii").partition("\n")
        if check != hashlib.sha256(text.encode()).hexdigest():
            return None
        told = json.loads(text)
        inputs = Inputs(tuple(told["theirs"]), tuple(told["ours"]))
        files = {Path(path): digest for path, digest in told["files"].items()}
        before = [(str(line), bool(err)) for line, err in told["said"]]
        if state(inputs) != told["state"]:
            return None
        for path, digest in files.items():
            if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                return None
        # Used just now: what was used longest ago makes room first.
        os.utime(record)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return before


@contextlib.contextmanager
def remembering(record: Path, inputs: Callable[[], Inputs]) -> Iterator[None]:
    """Keep a record of what is built in the block, unless what it reads changes meanwhile.

    Args:
        record: the file to keep it in.
        inputs: what is read; asked before and after.
    """

    def now() -> tuple[Inputs, str]:
        read = inputs()
        return read, state(read)

    before = now()
    notes = Notes()
    token = _notes.set(notes)
    try:
        yield
    finally:
        _notes.reset(token)
    with contextlib.suppress(PharmdocsError):
        if before[1] and notes.files and now() == before:
            read, digest = before
            told = {"theirs": read.theirs, "ours": read.ours, "state": digest}
            text = json.dumps({**told, "files": notes.files, "said": notes.said})
            put(record, f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}".encode())


def state(inputs: Inputs) -> str:
    """A digest of all that a result depends on; empty where that cannot be told."""
    try:
        told = repr(_around()).encode("utf-8", "surrogatepass")
        found = [told, *_below(str(_PACKAGE), _times)]
        for path in inputs.ours:
            found += _below(path, _times)
        for path in inputs.theirs:
            found += _below(path, _content)
    except OSError:
        return ""
    return hashlib.sha256(b"\0".join(found)).hexdigest()


def _around() -> tuple[object, ...]:
    """All but files: the day, by which dates are past, the machine's libraries, the environment."""
    if not (system := shapers()):
        raise OSError("the libraries that shape text cannot be asked")
    packages = set()
    for place in sys.path:
        with contextlib.suppress(OSError):
            names = os.listdir(place or ".")  # noqa: PTH208
            packages |= {name for name in names if name.endswith((".dist-info", ".egg-info"))}
    heard = sorted(item for item in os.environ.items() if item[0].startswith(_VARIABLES))
    day = time.strftime("%Y-%m-%d")
    return _FORMAT, day, sys.version, sys.platform, system, sorted(packages), heard


def _below(path: str, tell: Callable[[str], bytes]) -> Iterator[bytes]:
    """A file, or all files of a folder by their names, each as it is told; or that none is there.

    Raises:
        OSError: something is neither, or cannot be read.
    """
    yield path.encode("utf-8", "surrogatepass")
    if os.path.isdir(path):  # noqa: PTH112
        for entry in sorted(os.scandir(path), key=lambda it: it.name):
            if not entry.is_dir():
                yield entry.name.encode("utf-8", "surrogatepass")
                yield tell(entry.path)
            elif entry.is_symlink():
                raise OSError("a link to a folder may lead in a circle")
            elif entry.name != "__pycache__":
                yield from _below(entry.path, tell)
        yield b"/"
    elif os.path.lexists(path):
        yield tell(path)
    else:
        yield b"missing"


def _content(path: str) -> bytes:
    with open(path, "rb", opener=_at_once) as file:
        if not S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("what is no file may say something else each time")
        return hashlib.sha256(file.read()).digest()


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for a writer, as a pipe would."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _times(path: str) -> bytes:
    told = os.stat(path)  # noqa: PTH116
    return f"{told.st_size} {told.st_mtime_ns} {told.st_ctime_ns}".encode()
