"""The whole road, from a bank to a file that has proved itself.

Each step is a function that a test can call; this module is their order. A file is written whole
or not at all, and only after preflight: the one from the last good build survives every failure.
"""

import contextlib
import os
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pharmdocs.bank.model import Bank
from pharmdocs.bank.select import select
from pharmdocs.errors import ContentError, OutputError, Problem, SetupError
from pharmdocs.geometry import PAPERS
from pharmdocs.manifest import digest, manifest, manifest_path
from pharmdocs.preflight import Promise, preflight
from pharmdocs.project import Project
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.pool import guarded
from pharmdocs.typesetting.printable import Look, stylesheets, supplied
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.strings import read_strings
from pharmdocs.typesetting.typeset import Job, Typeset, typeset
from pharmdocs.wording import words

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Request:
    """What is to be built; empty fields take the project's settings.

    `output` is a PDF file, or a folder to put it into under the printable's name.
    """

    project: Project
    bank: str = ""
    only: str | None = None
    paper: str = ""
    ink: str = ""
    output: Path | None = None


@dataclass(frozen=True)
class BuildResult:
    """What came out, and one line on how to print it."""

    path: Path
    pages: int
    sheets: int
    paper: str
    ink: str
    size: int
    hint: str


def build_booklet(request: Request, progress: Progress = silent) -> BuildResult:
    """Print the study booklet of a bank.

    Raises:
        PharmdocsError: with every problem of the stage that failed; the old file is untouched.
    """
    from pharmdocs.typesetting.accessible import finish

    project = request.project
    path = output_path(request, "booklet")
    progress("reading the bank")
    bank = read_bank(request)
    look = look_of(request, bank)
    progress("filling in the templates")
    strings = read_strings(project, look.language)
    html = render(project, "booklet/page.html.j2", bank, look, strings, edition_date(bank))
    pictures = str(project.bank_folder(request.bank).resolve())
    job = Job(html, stylesheets(project, "booklet", look), pictures, supplied(look.brand))
    progress("typesetting")
    typeset_ = guarded(typeset, job)
    progress("finishing")
    pdf = finish(typeset_, body="main")
    progress("preflight")
    refuse(preflight(pdf, _promise(bank, look, typeset_)))
    told = {"paper": look.paper, "ink": look.ink, "only": request.only or ""}
    rows = _rows(bank, typeset_)
    write_whole(path, pdf)
    write_whole(manifest_path(path), manifest("booklet", bank, told, rows, {path.name: pdf}))
    pages = len(typeset_.pages)
    paper = {"letter": "Letter", "a4": "A4"}[look.paper]
    hint = f"{paper}, 100 %, both sides, flip on the long edge"
    return BuildResult(path, pages, -(-pages // 2), look.paper, look.ink, len(pdf), hint)


def read_bank(request: Request) -> Bank:
    """The bank, checked to the last character, with only what the request selects.

    Raises:
        ContentError: a problem in the bank, or a character that no vendored face has.
        SelectionError: `--only` names what the bank does not hold.
    """
    bank = request.project.load_bank(request.bank)
    settings = request.project.root / "pharmdocs.toml"
    texts = {settings.name: settings.read_text("utf-8")} if settings.is_file() else {}
    if problems := fonts.undrawable(bank.files | texts):
        raise ContentError(*problems)
    return bank if request.only is None else select(bank, request.only)


def look_of(request: Request, bank: Bank) -> Look:
    """Paper, ink, language and brand: from the request, else the project, else the bank."""
    project = request.project
    paper, ink = request.paper or project.paper, request.ink or project.ink
    return Look(paper, ink, project.language or bank.language, project.brand.in_ink(ink))


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
        OutputError: when there is any problem.
    """
    if problems:
        raise OutputError(*problems)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; what was there before stays until the last step.

    Raises:
        OutputError: the folder cannot be made or written, or the disk is full.
    """
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            part = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        part.chmod(0o666 & ~umask)
        part.replace(path)
    except OSError as error:
        fix = "free some space, mend its rights, or write elsewhere: --output FOLDER"
        what = f"{path} cannot be written ({error.strerror or error})"
        raise OutputError(Problem(None, what, fix)) from None
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def _rows(bank: Bank, typeset_: Typeset) -> list[dict[str, object]]:
    """The manifest's row of every question: its title's hash and its first page, from 1."""
    first: dict[str, int] = {}
    for number, page in enumerate(typeset_.pages, 1):
        for anchor in page.anchors:
            first.setdefault(anchor, number)
    return [
        {"id": item.id, "hash": digest(item.title.encode()), "page": first[item.id]}
        for item in bank.questions
    ]


def _promise(bank: Bank, look: Look, typeset_: Typeset) -> Promise:
    text = (line for page in typeset_.pages for line in page.text)
    return Promise(words(text), PAPERS[look.paper], look.ink, bank.language, bank.title)
