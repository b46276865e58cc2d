"""The run sheet: one page that says what to print, on what, how often, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pharmdocs.bank.model import Bank
from pharmdocs.brand import Event
from pharmdocs.build import Request, edition_date, refuse
from pharmdocs.coverage import Coverage
from pharmdocs.errors import LayoutError, Location, Problem
from pharmdocs.geometry import PAPERS
from pharmdocs.people.dates import full_date
from pharmdocs.preflight import Promise, preflight
from pharmdocs.printjob import SPEEDS, PrintJob, minutes, rated_pages, supplies
from pharmdocs.promised import of_pages
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.cache import recalled
from pharmdocs.typesetting.printable import Look, stylesheets, supplied
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.typeset import Job, Typeset, typeset

_INKS = ("cyan", "magenta", "yellow", "black")
_TEMPLATE = "runsheet/page.html.j2"


@dataclass(frozen=True)
class RunSheet:
    """What is told: which event, how many copies, the jobs in the order in which they run."""

    event: Event
    copies: int
    jobs: tuple[PrintJob, ...]


def set_run_sheet(
    request: Request, bank: Bank, look: Look, strings: dict[str, Any], sheet: RunSheet
) -> tuple[bytes, Promise]:
    """The page as a file that has proved itself, and what it promises.

    Raises:
        LayoutError: it does not fit on one page.
        OutputError: it does not keep its promises.
    """
    own = strings["runsheet"]
    look = replace(look, brand=sheet.event.host(look.brand).in_ink(look.ink))
    heading = sheet.event.name or look.brand.name or bank.title
    title = f"{own['kind']}: {heading}"
    told = _told(sheet, look, strings)
    more = {"title": title, "heading": heading, "edition": f"{bank.title} {bank.version}", **told}
    made = _one_page(request, bank, look, strings, more)
    pdf = finish(made, body="", duplex="none")
    texts = [page.text for page in made.pages]
    promise = of_pages(texts, PAPERS[look.paper], look, bank.language, title)
    refuse(preflight(pdf, promise))
    return pdf, promise


def _one_page(
    request: Request, bank: Bank, look: Look, strings: dict[str, Any], more: dict[str, object]
) -> Typeset:
    """The page, tighter where a long name asks for it.

    Raises:
        LayoutError: even then it is more than one.
    """
    project, date = request.project, edition_date(bank)
    pictures = str(project.bank_folder(request.bank).resolve())
    sheets = stylesheets(project, "runsheet", look, paper=False)
    found: tuple[Problem, ...] = ()
    for tight in (False, True):
        html = render(project, _TEMPLATE, bank, look, strings, date, tight=tight, **more)
        try:
            made = recalled(typeset, Job(html, sheets, pictures, supplied(look.brand)))
        except LayoutError as error:
            # Columns that are longer than the page lose words instead of going on.
            found = error.problems
            continue
        if len(made.pages) == 1:
            return made
    fix = "shorten the event in pharmdocs.toml, or what the templates say in [runsheet]"
    what = "the run sheet does not fit on one page"
    raise LayoutError(Problem(Location(f"templates/{_TEMPLATE}"), what, fix), *found)


def _told(sheet: RunSheet, look: Look, strings: dict[str, Any]) -> dict[str, object]:
    """What the template shows, every number as text."""
    own, jobs = strings["runsheet"], sheet.jobs
    total = Coverage(*(_average(jobs, ink) for ink in _INKS))
    return {
        "copies": f"{sheet.copies:,}",
        "copies_word": own["one_copy"] if sheet.copies == 1 else own["copies"],
        "facts": _facts(sheet.event, look, strings),
        "jobs": [_row(job, own) for job in jobs],
        "sheets": f"{sum(job.total for job in jobs):,}",
        "speeds": [own["time_columns"]["minutes"].format(speed=speed) for speed in SPEEDS],
        "inks": _INKS,
        "printed": f"{sum(job.printed for job in jobs):,}",
        "all_minutes": [f"{sum(minutes(job, speed) for job in jobs):,}" for speed in SPEEDS],
        "all_inks": _percents(total),
        "rated": [f"{rated_pages(jobs, ink):,}" for ink in _INKS],
        "supplies": [
            {
                "paper": _paper(supply.paper, supply.stock, own),
                "sheets": f"{supply.sheets:,}",
                "reams": own["packs"]
                if supply.stock
                else own["reams"].format(
                    exact=f"{max(supply.reams, 0.1):.1f}", whole=supply.to_buy
                ),
            }
            for supply in supplies(jobs)
        ],
        "signed": own["signed"].values(),
    }


def _facts(event: Event, look: Look, strings: dict[str, Any]) -> list[str]:
    day = full_date(event.date, strings["dates"]) if event.date else ""
    return [text for text in (day, event.place, look.brand.name, look.brand.contact) if text]


def _row(job: PrintJob, own: dict[str, Any]) -> dict[str, object]:
    sides = own["sides"]
    turned = f"{sides['both']}, {sides[job.edge]}" if job.edge else sides["one"]
    return {
        "title": own["names"][job.name],
        "file": _file(job, own),
        "paper": _paper(job.paper, job.stock, own),
        "sides": turned,
        "cut": own["cut"].get(job.cut, own["nothing"]),
        "fold": own["fold"].get(job.fold, own["nothing"]),
        "staple": own["staple"].get(job.staple, own["nothing"]),
        "sheets": f"{job.sheets:,}",
        "copies": f"{job.copies:,}",
        "total": f"{job.total:,}",
        "printed": f"{job.printed:,}",
        "minutes": [f"{minutes(job, speed):,}" for speed in SPEEDS],
        "inks": _percents(job.coverage),
        "work": own["work"][job.name],
        "command": _command(job, own),
    }


def _file(job: PrintJob, own: dict[str, Any]) -> str:
    first, last = job.files[0], job.files[-1]
    return first if first == last else str(own["range"].format(first=first, last=last))


def _command(job: PrintJob, own: dict[str, Any]) -> str:
    form = own["command_copies" if job.copies > 1 else "command"]
    command = str(form.format(file=job.files[0], copies=job.copies))
    return command if len(job.files) == 1 else str(own["more_commands"].format(command=command))


def _paper(paper: str, stock: str, own: dict[str, Any]) -> str:
    return str(own["card" if stock else "plain"].format(paper=own["papers"][paper]))


def _percents(coverage: Coverage) -> list[str]:
    return [f"{100 * getattr(coverage, ink):.1f} %" for ink in _INKS]


def _average(jobs: Sequence[PrintJob], ink: str) -> float:
    """The part of all printed pages that an ink covers."""
    covered: float = sum(job.printed * getattr(job.coverage, ink) for job in jobs)
    return covered / sum(job.printed for job in jobs)
