"""The parts of a packet: each is built by its own road, then told as a job for the printer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pharmdocs.bank.model import Bank
from pharmdocs.booklet import build_booklet
from pharmdocs.build import Progress, Request, look_of
from pharmdocs.checklist import Asked, build_checklist
from pharmdocs.coverage import coverage
from pharmdocs.editions import Booklet
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.imposition.stock import DEFAULTS, find_stock, read_stocks
from pharmdocs.people.person import FIELDS, Person
from pharmdocs.plan import Run
from pharmdocs.print_run import build_roster
from pharmdocs.printjob import PrintJob
from pharmdocs.zine import build_zine


@dataclass(frozen=True)
class Plan:
    """What every part is built from, and how often it is printed; `request` names the folder."""

    request: Request
    bank: Bank
    copies: int
    roster: Run | None

    @property
    def place(self) -> Path:
        """The folder to build into."""
        return self.request.output or Path()

    @property
    def paper(self) -> str:
        """The paper's name."""
        return look_of(self.request, self.bank).paper


@dataclass(frozen=True)
class Part:
    """A part that has been built; so many `people` have a page of their own in it."""

    job: PrintJob
    concerns: tuple[str, ...] = ()
    people: int = 0


def checklist(plan: Plan, progress: Progress) -> Part:
    """The checklist on paper: the same for everybody, or everybody's own."""
    request = replace(plan.request, only=None)
    if plan.roster:
        return _personal(request, plan.roster, progress)
    shared = replace(request.project.person, name="", certifications=())
    request = replace(request, project=replace(request.project, person=shared))
    asked = Asked(fillable=False, shared=True)
    made = build_checklist(request, asked, progress)
    job = PrintJob(
        "checklist",
        (made.path.name,),
        made.paper,
        sheets=1,
        sides=1,
        copies=plan.copies,
        coverage=coverage(made.path),
    )
    return Part(job, (*made.concerns, *_same_for_all(shared)))


def _personal(request: Request, run: Run, progress: Progress) -> Part:
    made = build_roster(request, Asked(), run, progress)
    job = PrintJob(
        "personal",
        tuple(path.name for path in made.files),
        made.paper,
        sheets=made.people,
        sides=1,
        copies=1,
        coverage=coverage(made.files[0]),
    )
    if not made.rejects:
        return Part(job, made.concerns, made.people)
    rows = "1 row" if made.rejected == 1 else f"{made.rejected:,} rows"
    left = f"{rows} left out, see {made.rejects.name}"
    return Part(job, (*made.concerns, left), made.people)


def _same_for_all(person: Person) -> list[str]:
    """What stands on every sheet because the project says so."""
    filled = [field.replace("_", " ") for field in FIELDS if getattr(person, field)]
    if not filled:
        return []
    return [f"every checklist says what pharmdocs.toml has as {', '.join(filled)}"]


def zine(plan: Plan, progress: Progress) -> Part:
    """Eight pages on one side of a sheet; how it is folded stands on the run sheet."""
    made = build_zine(plan.request, progress=progress)
    job = PrintJob(
        "zine",
        (made.path.name,),
        made.paper,
        sheets=made.sheets,
        sides=1,
        copies=plan.copies,
        coverage=coverage(made.path),
        cut="slit",
        fold="eighth",
    )
    return Part(job)


def cards(plan: Plan, progress: Progress) -> Part:
    """One sheet of cards, both sides: the questions most asked, as many as a sheet holds."""
    stocks = read_stocks(plan.request.project.root / "pharmdocs.toml", "pharmdocs.toml")
    stock = find_stock(DEFAULTS[plan.paper], stocks)
    asked = sorted(plan.bank.questions, key=lambda question: question.asked)
    ids = [item.id for item in asked] or [card.id for card in plan.bank.cards]
    request = replace(plan.request, output=plan.place / "sample-cards.pdf", paper=plan.paper)
    count = min(stock.per_sheet, len(ids))
    while True:
        made = build_flashcards(replace(request, only=",".join(ids[:count])), Cards(), progress)
        if made.sheets == 1 or count == 1:
            break
        # Text that is long takes a second card.
        count = max(1, count - (made.cards - stock.per_sheet))
    job = PrintJob(
        "cards",
        tuple(path.name for path in made.paths),
        plan.paper,
        sheets=made.sheets,
        sides=2,
        copies=plan.copies,
        coverage=coverage(made.paths[0]),
        stock=stock.name,
        edge="long",
        cut="perforated" if stock.cut == "perforated" else "marks",
    )
    return Part(job)


def booklet(plan: Plan, progress: Progress) -> Part:
    """The brief booklet, on sheets to fold and staple."""
    request = replace(plan.request, output=plan.place / "booklet.pdf")
    made = build_booklet(request, Booklet(edition="fold", brief=True), progress)
    job = PrintJob(
        "booklet",
        (made.path.name,),
        made.paper,
        sheets=made.sheets,
        sides=2,
        copies=plan.copies,
        coverage=coverage(made.path),
        edge="short",
        fold="half",
        staple="spine",
    )
    return Part(job, made.concerns)


# The checklist comes first: a roster tells how many people there are.
PARTS: dict[str, Callable[[Plan, Progress], Part]] = {
    "checklist": checklist,
    "zine": zine,
    "sample cards": cards,
    "booklet": booklet,
}
