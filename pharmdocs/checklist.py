"""The road of the interview-day checklist: one page to print or to fill in, and the email after it.

What is known of a person is written into the blanks of a page that was laid out without it, so no
name moves a line. Today's date decides what is warned about and never enters a file.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pharmdocs.bank.model import Bank, Checklist
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
from pharmdocs.corrections import ONE_SIDE, corrected_for, moves, named, on, printer_of
from pharmdocs.errors import ContentError, LayoutError, Location, Problem
from pharmdocs.geometry import PAPERS, Box, Size, mm
from pharmdocs.known import Known, known_of
from pharmdocs.manifest import manifest, manifest_path
from pharmdocs.people.mail import Mail, eml, mailto, txt
from pharmdocs.people.person import Person, concerns, merged
from pharmdocs.people.qr import LARGEST, Qr, fits, qr_svg
from pharmdocs.preflight import Promise, preflight
from pharmdocs.promised import of_pages
from pharmdocs.typesetting import forms
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.blanks import Sheet, sheet
from pharmdocs.typesetting.boxes import RULE_PITCH, Field
from pharmdocs.typesetting.cache import recalled
from pharmdocs.typesetting.columns import Block, Frame
from pharmdocs.typesetting.one_page import OnePage, Solved, solve
from pharmdocs.typesetting.printable import Look, stylesheets, supplied
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.strings import read_strings
from pharmdocs.typesetting.typeset import Job

# The text's size where there is room, and the smallest that is read without effort.
COMFORTABLE, FLOOR = 10.5, 8.5
_SIDE, _TOP, _BOTTOM = mm(13), mm(10), mm(12.5)
# Of the lower margin, what a printer can print on: the foot stands there.
_FOOT = mm(8)
# A code smaller than this looks lost on the page; a phone does not mind.
_CODE = mm(28)


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


@dataclass(frozen=True)
class Design:
    """The sheet, whoever it is for."""

    request: Request
    bank: Bank
    texts: Checklist
    look: Look
    strings: dict[str, Any]
    setting: str


def build_checklist(
    request: Request, asked: Asked = Asked(), progress: Progress = silent
) -> ChecklistResult:
    """Print the interview-day checklist of a bank, and write the email that follows.

    Raises:
        PharmdocsError: with every problem of the stage that failed; the old files are untouched.
    """
    path = output_path(request, "checklist")
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
    pdf = corrected_for(printer, _filled(made, known.values, asked), ONE_SIDE, laid=False)
    progress("preflight")
    own = {} if asked.fillable else known.values
    fields = {field.name: known.values.get(field.name, "") for field in fields_of(made)}
    promise = promise_of(design, made, own, fields if asked.fillable else {})
    promise = replace(promise, moved=moves(printer, PAPERS[design.look.paper], ONE_SIDE, False))
    refuse(preflight(pdf, promise))
    files = {path.name: pdf, **({} if asked.shared else _email(path, known.mail))}
    told, kept = options_of(design, asked) | named(printer), {path.name: promise}
    listed = manifest("checklist", design.bank, told, [row_of(made)], files, kept)
    for name, data in files.items():
        write_whole(path.with_name(name), data)
    write_whole(manifest_path(path), listed)
    paper = {"letter": "Letter", "a4": "A4"}[design.look.paper]
    return ChecklistResult(
        path,
        tuple(path.with_name(name) for name in files if name != path.name),
        pages=1,
        sheets=1,
        paper=design.look.paper,
        ink=design.look.ink,
        body=round(made.size, 2),
        spare=round(made.spare, 2),
        fields=len({field.name for field in fields_of(made)}) if asked.fillable else 0,
        size=len(pdf),
        hint=f"{paper}, 100 %, one side{on(printer)}",
        concerns=tuple(str(problem) for problem in warned),
    )


def design_of(request: Request, setting: str) -> Design:
    """What is printed and how, checked to the last character.

    Raises:
        ContentError: the bank has a problem, or no checklist.
        SetupError: there are no words in its language.
    """
    bank = read_bank(request)
    if bank.checklist is None:
        where = Location(f"content/{bank.name}/checklist.toml")
        fix = "write one, as docs/writing-questions.md shows, or name another bank: --bank NAME"
        raise ContentError(Problem(where, "is missing", fix))
    look = look_of(request, bank)
    strings = read_strings(request.project, look.language)
    return Design(request, bank, bank.checklist, look, strings, setting)


def set_sheet(design: Design, known: Known, in_email: Mapping[str, str]) -> Solved:
    """The page with its blanks, as large as it fits; the arguments are those of `page_of`.

    Raises:
        LayoutError: it does not fit on one page.
    """
    return recalled(solve, page_of(design, known, in_email))


def page_of(design: Design, known: Known, in_email: Mapping[str, str]) -> OnePage:
    """What the page is solved from.

    Args:
        design: what is printed.
        known: says how many lines for certificates are wanted, and what the code begins.
        in_email: what the email says, by the blank's name, instead of leaving a blank for it.
    """
    project, look = design.request.project, design.look
    nobody = known_of(Person(), design.texts, design.strings)
    content = sheet(design.texts, design.setting, design.strings, known.more, in_email)
    source = render(
        project,
        "checklist/page.html.j2",
        design.bank,
        look,
        design.strings,
        edition_date(design.bank),
        sheet=content,
        setting=design.setting,
        code=code_of(known.mail, nobody.mail).shown(design.strings["checklist"]["code"]),
    )
    pictures = str(project.bank_folder(design.request.bank).resolve())
    sheets = stylesheets(project, "checklist", look, paper=False)
    job = Job(source, sheets, pictures, supplied(look.brand))
    paper = PAPERS[look.paper]
    area = Box(_SIDE, _TOP, Size(paper.width - 2 * _SIDE, paper.height - _TOP - _BOTTOM))
    blocks = _blocks(content, design.strings["checklist"])
    frame = Frame(blocks, area.size.height, RULE_PITCH, ("rest-1", "rest-2"))
    return OnePage(job, frame, paper, area, COMFORTABLE, FLOOR, _FOOT)


def shared_sheet(design: Design, lines: int) -> Solved:
    """The page that many people share, with so many lines for certificates of one's own.

    Raises:
        LayoutError: it does not fit on one page.
    """
    nobody = known_of(Person(), design.texts, design.strings)
    return set_sheet(design, replace(nobody, more=lines), {})


def _filled(made: Solved, known: Mapping[str, str], asked: Asked) -> bytes:
    page = made.typeset.pages[0]
    pdf = finish(made.typeset, body="")
    if asked.fillable:
        return forms.fill(forms.fillable(pdf, page), known)
    return forms.write_in(pdf, page, known, once=asked.shared)


def promise_of(
    design: Design, made: Solved, own: Mapping[str, str], fields: Mapping[str, str]
) -> Promise:
    """What the finished page keeps: with words of somebody on it, or in its fields."""
    text = [*made.typeset.pages[0].text, *own.values()]
    paper, bank, title = PAPERS[design.look.paper], design.bank, design.texts.title
    return replace(of_pages([text], paper, design.look, bank.language, title), fields=fields)


def fields_of(made: Solved) -> tuple[Field, ...]:
    """The blanks of the page."""
    return made.typeset.pages[0].fields


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
    }


def row_of(made: Solved) -> dict[str, object]:
    """The manifest's row of the page; nothing of a person stands there."""
    return {
        "id": "checklist",
        "page": 1,
        "size": round(made.size, 2),
        "spare": round(made.spare, 2),
        "blanks": [field.name for field in fields_of(made)],
    }


def _blocks(content: Sheet, own: dict[str, Any]) -> tuple[Block, ...]:
    """The parts of the page, as the template has them; a message calls them by their headings."""
    blocks = [Block("head", content.title, wide=True)]
    blocks += [Block(ticks.id, ticks.name) for ticks in content.lists]
    if content.rows:
        blocks.append(Block("certificates", own["certificates"]))
    if content.asks:
        notes = tuple(ask.notes.name for ask in content.asks)
        blocks.append(Block("asks", own["questions"], notes=notes))
    return (*blocks, Block("email", own["email"], wide=True))


def code_of(*mails: Mail, largest: float = LARGEST) -> Qr:
    """The code that begins an email on a phone: the first of these mails that has room.

    Its opening line goes with it, or else at least its subject and its greeting.

    Raises:
        LayoutError: not even the last one's subject has room.
    """
    links = [mailto(mail, paragraphs) for mail in mails for paragraphs in (1, 0)]
    link = next((link for link in links if fits(link, largest)), links[-1])
    code = qr_svg(link, largest=largest)
    return code.enlarged(_CODE) if code.side < _CODE else code
