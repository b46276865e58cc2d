"""The road of the booklet: a bank becomes pages, and the pages a file that has proved itself.

Each step is a function that a test can call; this module is their order.
"""

from dataclasses import dataclass
from pathlib import Path

from pharmdocs.bank.model import Bank
from pharmdocs.build import (
    Progress,
    Request,
    edition_date,
    look_of,
    output_path,
    read_bank,
    refuse,
    silent,
    write_whole,
)
from pharmdocs.geometry import PAPERS
from pharmdocs.manifest import digest, manifest, manifest_path
from pharmdocs.preflight import Promise, preflight
from pharmdocs.typesetting.pool import guarded
from pharmdocs.typesetting.printable import Look, stylesheets, supplied
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.strings import read_strings
from pharmdocs.typesetting.typeset import Job, Typeset, typeset
from pharmdocs.wording import words

EDITIONS = ("screen",)


@dataclass(frozen=True)
class Booklet:
    """What is asked of the booklet beyond what every build is asked.

    `edition` is one of EDITIONS: what the file is for.
    """

    edition: str = "screen"


@dataclass(frozen=True)
class BookletResult:
    """What came out, and one line on how to print it."""

    path: Path
    pages: int
    sheets: int
    paper: str
    ink: str
    size: int
    hint: str


_PLAIN = Booklet()


def build_booklet(
    request: Request, booklet: Booklet = _PLAIN, progress: Progress = silent
) -> BookletResult:
    """Print the study booklet of a bank.

    Raises:
        PharmdocsError: with every problem of the stage that failed; the old file is untouched.
    """
    path = output_path(request, "booklet")
    progress("reading the bank")
    bank = read_bank(request)
    look = look_of(request, bank)
    typeset_ = _set(request, bank, look, progress)
    progress("finishing")
    from pharmdocs.typesetting.accessible import finish

    pdf = finish(typeset_, body="main", duplex="long-edge")
    progress("preflight")
    refuse(preflight(pdf, _promise(bank, look, typeset_)))
    told = {"edition": booklet.edition, "paper": look.paper, "ink": look.ink}
    told["only"] = request.only or ""
    rows = _rows(bank, typeset_)
    write_whole(path, pdf)
    write_whole(manifest_path(path), manifest("booklet", bank, told, rows, {path.name: pdf}))
    pages = len(typeset_.pages)
    paper = {"letter": "Letter", "a4": "A4"}[look.paper]
    hint = f"{paper}, 100 %, both sides, flip on the long edge"
    return BookletResult(path, pages, -(-pages // 2), look.paper, look.ink, len(pdf), hint)


def _set(request: Request, bank: Bank, look: Look, progress: Progress) -> Typeset:
    """The pages that a reader reads."""
    project = request.project
    progress("filling in the templates")
    strings = read_strings(project, look.language)
    html = render(project, "booklet/page.html.j2", bank, look, strings, edition_date(bank))
    pictures = str(project.bank_folder(request.bank).resolve())
    sheets = stylesheets(project, "booklet", look)
    progress("typesetting")
    return guarded(typeset, Job(html, sheets, pictures, supplied(look.brand)))


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
