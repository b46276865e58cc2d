"""The road of the interview-day checklist: one page to print or to fill in, and the email after it.

What is known of a person is written into the blanks of a page that was laid out without it, so no
name moves a line. Today's date decides what is warned about and never enters a file.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pharmdocs.build import Progress, Request, output_path, refuse, silent, write_together
from pharmdocs.checklistpages import (
    Design,
    design_of,
    fields_of,
    promise_of,
    set_sheet,
    shared_sheet,
)
from pharmdocs.corrections import (
    ONE_SIDE,
    both_sides,
    corrected_for,
    moves,
    named,
    on,
    printer_of,
    way,
)
from pharmdocs.errors import LayoutError, Problem
from pharmdocs.geometry import PAPERS
from pharmdocs.imposition.printer import Printer
from pharmdocs.known import known_of
from pharmdocs.manifest import manifest, manifest_path
from pharmdocs.people.mail import Mail, eml, txt
from pharmdocs.people.person import concerns, merged
from pharmdocs.preflight import preflight
from pharmdocs.sheets import TURNS
from pharmdocs.typesetting import forms
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.one_page import Solved


@dataclass(frozen=True)
class Asked:
    """What is asked of the checklist beyond what every build is asked.

    A `shared` page is flat and as a print run has it: its code knows nobody, and no email is
    written.
    `person` holds the options about the person, None for one that was not given; `today` is the
    day by which a date counts as past.
    """

    setting: str = ""
    fillable: bool = True
    shared: bool = False
    strict: bool = False
    person: Mapping[str, str | None] | None = None
    today: datetime.date | None = None


@dataclass(frozen=True)
class ChecklistResult:
    """What came out: the page, the email's files, how the page was set, what looks like a slip.

    `body` and `spare` are the size of the text and the room it had left, in points.
    """

    path: Path
    email: tuple[Path, ...]
    pages: int
    sheets: int
    paper: str
    ink: str
    body: float
    spare: float
    fields: int
    size: int
    hint: str
    concerns: tuple[str, ...]


def build_checklist(
    request: Request, asked: Asked = Asked(), progress: Progress = silent
) -> ChecklistResult:
    """Print the interview-day checklist of a bank, and write the email that follows.

    Raises:
        PharmdocsError: with every problem of the stage that failed; the old files are untouched.
    """
    path = output_path(request, "checklist-large" if request.large else "checklist")
    progress("reading the bank")
    design = design_of(request, asked.setting)
    person = merged(request.project.person, asked.person or {}, design.look.language)
    warned = concerns(person, asked.today or datetime.date.today())
    if asked.strict and warned:
        raise LayoutError(*warned)
    known = known_of(person, design.texts, design.strings)
    printer = printer_of(request, design.look.paper)
    progress("typesetting")
    if asked.shared:
        made = shared_sheet(design, known.more)
    else:
        made = set_sheet(design, known, {} if asked.fillable else known.values)
    progress("finishing")
    sides, turned = _sides(made, printer)
    pdf = corrected_for(printer, _filled(made, known.values, asked, turned), sides, laid=False)
    progress("preflight")
    own = {} if asked.fillable else known.values
    fields = {field.name: known.values.get(field.name, "") for field in fields_of(made)}
    promise = promise_of(design, made, own, fields if asked.fillable else {}, turned)
    promise = replace(promise, moved=moves(printer, PAPERS[design.look.paper], sides, False))
    refuse(preflight(pdf, promise))
    files = {path.name: pdf, **({} if asked.shared else _email(path, known.mail))}
    told, kept = options_of(design, asked) | named(printer), {path.name: promise}
    listed = manifest("checklist", design.bank, told, [row_of(made)], files, kept)
    write_together(
        {path.with_name(name): data for name, data in files.items()} | {manifest_path(path): listed}
    )
    paper = {"letter": "Letter", "a4": "A4"}[design.look.paper]
    return ChecklistResult(
        path,
        tuple(path.with_name(name) for name in files if name != path.name),
        pages=len(sides),
        sheets=-(-len(sides) // 2),
        paper=design.look.paper,
        ink=design.look.ink,
        body=round(made.size, 2),
        spare=round(made.spare, 2),
        fields=len({field.name for field in fields_of(made)}) if asked.fillable else 0,
        size=len(pdf),
        hint=f"{paper}, 100 %, {'one side' if len(sides) == 1 else TURNS[turned]}{on(printer)}",
        concerns=tuple(str(problem) for problem in (*warned, *_more_than_one(sides))),
    )


def _sides(made: Solved, printer: Printer | None) -> tuple[tuple[str, ...], str]:
    """Of each page the face on which it is printed, and how the paper is turned."""
    count = len(made.typeset.pages)
    if count == 1:
        return ONE_SIDE, "none"
    told, _ = way(printer, "")
    return both_sides(count), told


def _more_than_one(sides: Sequence[str]) -> list[Problem]:
    count = len(sides)
    if count == 1:
        return []
    what = f"in large print the checklist has {count} pages and not one"
    return [Problem(None, what, "print it on both sides, or shorten its lists")]


def _filled(made: Solved, known: Mapping[str, str], asked: Asked, turned: str) -> bytes:
    pages = made.typeset.pages
    pdf = finish(made.typeset, body="", duplex="none" if turned == "manual" else turned)
    if asked.fillable:
        return forms.fill(forms.fillable(pdf, pages), known)
    return forms.write_in(pdf, pages, known, once=asked.shared)


def _email(path: Path, mail: Mail) -> dict[str, bytes]:
    """The email's files by name: beside a page of another name than ours, under that name."""
    stem = "follow-up" if path.stem == "checklist" else f"{path.stem}-follow-up"
    return {f"{stem}.eml": eml(mail), f"{stem}.txt": txt(mail)}


def options_of(design: Design, asked: Asked) -> dict[str, object]:
    """What the manifest tells of the options."""
    return {
        "paper": design.look.paper,
        "ink": design.look.ink,
        "setting": asked.setting,
        "fillable": asked.fillable,
        "large-print": design.look.large,
    }


def row_of(made: Solved) -> dict[str, object]:
    """The manifest's row of the page; nothing of a person stands there."""
    return {
        "id": "checklist",
        "page": 1,
        "pages": len(made.typeset.pages),
        "size": round(made.size, 2),
        "spare": round(made.spare, 2),
        "blanks": [field.name for field in fields_of(made)],
    }
