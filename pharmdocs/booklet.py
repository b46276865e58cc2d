"""The road of the booklet: a bank becomes pages, and the pages a file that has proved itself.

Each step is a function that a test can call; this module is their order.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pharmdocs.bank.model import Bank
from pharmdocs.bookletpages import set_pages
from pharmdocs.build import (
    Progress,
    Request,
    look_of,
    output_path,
    read_bank,
    refuse,
    silent,
    write_together,
)
from pharmdocs.corrections import (
    both_sides,
    corrected_for,
    moves,
    named,
    on,
    on_its_side,
    printer_of,
    way,
)
from pharmdocs.editions import CALIPER, Booklet, check, name_of, options_of
from pharmdocs.errors import Problem, SelectionError
from pharmdocs.folding import Fold, dealt, impose, inside, read_as, texts, too_thick
from pharmdocs.geometry import PAPERS, Size
from pharmdocs.imposition.printer import FACES, Printer
from pharmdocs.manifest import digest, manifest, manifest_path
from pharmdocs.preflight import Promise, Safe, preflight
from pharmdocs.promised import EDGE, of_faces, of_pages, with_signs
from pharmdocs.sheets import TURNS, Printed
from pharmdocs.typesetting.printable import Look
from pharmdocs.typesetting.strings import read_strings
from pharmdocs.typesetting.typeset import Typeset
from pharmdocs.wording import words

_PAPERS = {"letter": "Letter", "a4": "A4"}


@dataclass(frozen=True)
class BookletResult:
    """What came out, one line on how to print it, and what may disappoint."""

    path: Path
    pages: int
    sheets: int
    paper: str
    ink: str
    size: int
    hint: str
    concerns: tuple[str, ...] = ()


_PLAIN = Booklet()


def build_booklet(
    request: Request, booklet: Booklet = _PLAIN, progress: Progress = silent
) -> BookletResult:
    """Print the study booklet of a bank.

    Raises:
        PharmdocsError: with every problem of the stage that failed; the old file is untouched.
    """
    check(booklet, request)
    path = output_path(request, name_of(booklet, request))
    progress("reading the bank")
    bank = bank_of(request, booklet)
    look = look_of(request, bank)
    concerns: tuple[str, ...] = ()
    if booklet.folded:
        printer, concerns = on_its_side(request, look.paper)
    else:
        printer = printer_of(request, look.paper)
    made = set_pages(request, booklet, bank, look, progress)
    progress("laying out sheets" if booklet.folded else "finishing")
    if booklet.folded:
        own = read_strings(request.project, look.language)["sheets"]
        out = _folded(made, booklet, bank, look, own, printer)
    else:
        out = _paged(made, booklet, look, printer)
    progress("preflight")
    pdf = out.printed.pdf
    promise = _promise(out, made, bank, look, printer)
    refuse(preflight(pdf, promise))
    told = options_of(booklet, request, look)
    told |= named(printer, backs=True)
    rows, files = rows_of(bank, made, out.order), {path.name: pdf}
    listed = manifest("booklet", bank, told, rows, files, {path.name: promise})
    write_together({path: pdf, manifest_path(path): listed})
    hint = f"{_PAPERS[look.paper]}, 100 %, {out.how}{on(printer)}"
    concerns += out.concerns
    return BookletResult(
        path, len(out.order), out.sheets, look.paper, look.ink, len(pdf), hint, concerns
    )


@dataclass(frozen=True)
class _Out:
    """A file for the printer, the size of its paper, and how that is printed.

    `order` are the numbers of the set pages, as they are read.
    """

    printed: Printed
    size: Size
    order: tuple[int, ...]
    sheets: int
    how: str
    concerns: tuple[str, ...] = ()
    fold: Fold | None = None


def bank_of(request: Request, booklet: Booklet) -> Bank:
    """The bank that is printed.

    Raises:
        SelectionError: there is nothing in it for this booklet.
    """
    bank = read_bank(request)
    if booklet.brief and not bank.questions:
        what = f"--brief is made of questions, and the bank {bank.name} has only cards"
        fix = "leave --brief out, or name a bank of questions: --bank NAME"
        raise SelectionError(Problem(None, what, fix))
    return bank


def _paged(made: Typeset, booklet: Booklet, look: Look, printer: Printer | None) -> _Out:
    """Pages as they are read, to look at or to print one after the other."""
    from pharmdocs.typesetting.accessible import finish

    told, _ = way(printer, "")
    turned = "none" if told == "manual" else told
    pdf = finish(made, body="" if booklet.brief else "main", duplex=turned)
    pdf = corrected_for(printer, pdf, both_sides(len(made.pages)), laid=False)
    text = words(line for page in made.pages for line in page.text)
    count = len(made.pages)
    order = tuple(range(count))
    return _Out(Printed(pdf, text), PAPERS[look.paper], order, -(-count // 2), TURNS[told])


def _folded(
    made: Typeset,
    booklet: Booklet,
    bank: Bank,
    look: Look,
    own: dict[str, Any],
    printer: Printer | None,
) -> _Out:
    """Two pages a face, on sheets that are nested, folded and stapled.

    They are read in order as they are laid, and then held against that once they are corrected.
    """
    from pharmdocs.typesetting.accessible import finish

    creep = CALIPER if booklet.caliper is None else booklet.caliper
    fold = dealt(made.pages, look.paper, creep, booklet.binding or "left")
    pages = finish(made, body="")
    # In the fold is no room for all numbers; the manifest has them, the code stands for them.
    code = own["code"].format(printer=printer.label, code=printer.code()) if printer else ""
    stamp, said = f"{bank.title} {bank.version}", f" · {code}" if printer else ""
    printed = impose(fold, pages, made.pages, bank.title, stamp, own, said)
    pdf = corrected_for(printer, printed.pdf, both_sides(2 * len(fold.sheets)), laid=False)
    printed = replace(printed, pdf=pdf)
    how = f"{TURNS['short-edge']}; fold, staple"
    concerns = too_thick(fold, booklet.brief)
    return _Out(printed, fold.stock.sheet, fold.order, len(fold.sheets), how, concerns, fold)


def rows_of(bank: Bank, made: Typeset, order: tuple[int, ...]) -> list[dict[str, object]]:
    """The manifest's row of every question: its title's hash and its first page, from 1."""
    first: dict[str, int] = {}
    for number, page in enumerate(order, 1):
        for anchor in made.pages[page].anchors:
            first.setdefault(anchor, number)
    return [
        {"id": item.id, "hash": digest(item.title.encode()), "page": first[item.id]}
        for item in bank.questions
    ]


def _promise(out: _Out, made: Typeset, bank: Bank, look: Look, printer: Printer | None) -> Promise:
    moved = moves(printer, out.size, FACES, laid=False)
    categories = [question.category for question in bank.questions]
    if out.fold:
        shown, turned = out.printed, "short-edge"
        promise = of_faces(shown, out.size, look, bank.language, bank.title, turned)
        safe = Safe(EDGE, texts(out.fold), inside(out.fold))
        promise = with_signs(promise, categories)
        return replace(promise, safe=safe, folded=read_as(out.fold, made.pages), moved=moved)
    pages, told = (page.text for page in made.pages), way(printer, "")[0]
    turned = "none" if told == "manual" else told
    promise = of_pages(pages, out.size, look, bank.language, bank.title, turned)
    return replace(with_signs(promise, categories), moved=moved)
