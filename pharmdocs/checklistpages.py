"""What stands on the checklist, whoever it is for, and how its pages are set.

It is one page, as large as fits. In large print it is as many pages as it takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pharmdocs.bank.model import Bank, Checklist
from pharmdocs.build import Request, edition_date, look_of, read_bank
from pharmdocs.errors import ContentError, Location, Problem
from pharmdocs.geometry import PAPERS, Box, Size, mm
from pharmdocs.known import Known, known_of
from pharmdocs.people.mail import Mail, mailto
from pharmdocs.people.person import Person
from pharmdocs.people.qr import LARGEST, Qr, fits, qr_svg
from pharmdocs.preflight import Promise
from pharmdocs.promised import of_pages
from pharmdocs.typesetting.blanks import Sheet, sheet
from pharmdocs.typesetting.boxes import RULE_PITCH, Field
from pharmdocs.typesetting.cache import recalled
from pharmdocs.typesetting.columns import Block, Frame
from pharmdocs.typesetting.flowing import Flowing, flow
from pharmdocs.typesetting.one_page import OnePage, Solved, solve
from pharmdocs.typesetting.printable import LARGE, Look, stylesheets, supplied
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
# Large print: more than two sheets are no checklist, and large hands write on lines 12 mm
# apart. Below the text stands the number of the page.
_MOST_PAGES, _LARGE_PITCH = 4, 34.0
_LARGE_SIDE, _LARGE_TOP, _LARGE_BOTTOM = mm(18), mm(14), mm(18)


@dataclass(frozen=True)
class Design:
    """The sheet, whoever it is for."""

    request: Request
    bank: Bank
    texts: Checklist
    look: Look
    strings: dict[str, Any]
    setting: str


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
    """The page with its blanks, as large as it fits, or the pages of large print.

    Args:
        design: what is printed.
        known: says how many lines for certificates are wanted, and what the code begins.
        in_email: what the email says, by the blank's name, instead of leaving a blank for it.

    Raises:
        LayoutError: it does not fit on one page, or on the sheets of large print.
    """
    if design.look.large:
        return recalled(flow, _large(design, known, in_email))
    return recalled(solve, page_of(design, known, in_email))


def page_of(design: Design, known: Known, in_email: Mapping[str, str]) -> OnePage:
    """What the one page is solved from; the arguments are those of `set_sheet`."""
    content, job = _job(design, known, in_email)
    paper = PAPERS[design.look.paper]
    area = Box(_SIDE, _TOP, Size(paper.width - 2 * _SIDE, paper.height - _TOP - _BOTTOM))
    blocks = _blocks(content, design.strings["checklist"])
    frame = Frame(blocks, area.size.height, RULE_PITCH, ("rest-1", "rest-2"))
    return OnePage(job, frame, paper, area, COMFORTABLE, FLOOR, _FOOT)


def _large(design: Design, known: Known, in_email: Mapping[str, str]) -> Flowing:
    _, job = _job(design, known, in_email)
    paper = PAPERS[design.look.paper]
    size = Size(paper.width - 2 * _LARGE_SIDE, paper.height - _LARGE_TOP - _LARGE_BOTTOM)
    area = Box(_LARGE_SIDE, _LARGE_TOP, size)
    return Flowing(job, paper, area, LARGE, _LARGE_PITCH, _MOST_PAGES)


def _job(design: Design, known: Known, in_email: Mapping[str, str]) -> tuple[Sheet, Job]:
    """What stands there, and what is to be typeset."""
    content = sheet(design.texts, design.setting, design.strings, known.more, in_email)
    project, look = design.request.project, design.look
    nobody = known_of(Person(), design.texts, design.strings)
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
    return content, Job(source, sheets, pictures, supplied(look.brand))


def shared_sheet(design: Design, lines: int) -> Solved:
    """The page that many people share, with so many lines for certificates of one's own.

    Raises:
        LayoutError: it does not fit on one page.
    """
    nobody = known_of(Person(), design.texts, design.strings)
    return set_sheet(design, replace(nobody, more=lines), {})


def promise_of(
    design: Design,
    made: Solved,
    own: Mapping[str, str],
    fields: Mapping[str, str],
    turned: str = "none",
) -> Promise:
    """What the finished pages keep: with words of somebody on them, or in their fields."""
    waiting, texts = dict(own), []
    for page in made.typeset.pages:
        mine = [waiting.pop(field.name) for field in page.fields if field.name in waiting]
        texts.append([*page.text, *mine])
    paper, bank, title = PAPERS[design.look.paper], design.bank, design.texts.title
    duplex = "none" if turned == "manual" else turned
    kept = of_pages(texts, paper, design.look, bank.language, title, duplex)
    return replace(kept, fields=fields)


def fields_of(made: Solved) -> tuple[Field, ...]:
    """The blanks, in reading order."""
    return tuple(field for page in made.typeset.pages for field in page.fields)


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
