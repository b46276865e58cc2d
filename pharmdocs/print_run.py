"""The road of a roster: judge everybody, then a page or a file for each, volume by volume.

A print run is flat: the sheet is in the file once, and what is known of a person is stamped on
it. Memory holds one volume at a time, however long the roster is.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pharmdocs.build import Progress, Request, output_path, refuse, silent, write_whole
from pharmdocs.checklist import Asked, options_of, row_of
from pharmdocs.checklistpages import promise_of
from pharmdocs.corrections import (
    ONE_SIDE,
    corrected_for,
    moves,
    named,
    on,
    printer_of,
    refuse_forms,
)
from pharmdocs.errors import Location, Problem
from pharmdocs.geometry import PAPERS
from pharmdocs.imposition.printer import Printer
from pharmdocs.journal import Journal, start
from pharmdocs.manifest import digest, manifest, manifest_path
from pharmdocs.people.person import Person
from pharmdocs.people.roster import rejected_csv
from pharmdocs.plan import Plan, Run, plan_run
from pharmdocs.preflight import Promise
from pharmdocs.preflight.run import RunPromise, preflight_run
from pharmdocs.staging import folder_of
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.stamping import content, settings
from pharmdocs.typesetting.volume import Stamped, volume
from pharmdocs.wording import words

_T = TypeVar("_T")


@dataclass(frozen=True)
class RunResult:
    """What came out: files, people and rows left out; how the sheet was set.

    `files` are the PDFs, `kept` how many of them a run that stopped had made. `body` and `spare`
    are the size of the text and the room it had left, in points.
    """

    files: tuple[Path, ...]
    kept: int
    people: int
    rejected: int
    rejects: Path | None
    paper: str
    ink: str
    body: float
    spare: float
    size: int
    hint: str
    concerns: tuple[str, ...]


def build_roster(
    request: Request, asked: Asked, run: Run, progress: Progress = silent
) -> RunResult:
    """Print the checklist for everybody on a roster.

    Raises:
        PharmdocsError: with every problem of the stage that failed. When it is a row, nothing has
            been written; otherwise the files that are there are whole.
    """
    from pharmdocs.separate import build_separate

    path = _place(request, run)
    printer = printer_of(request, request.paper or request.project.paper)
    if run.separate:
        refuse_forms(printer)
    plan = plan_run(request, asked, run, progress)
    page = finish(plan.sheets[-1].typeset, body="")
    identity = _identity(plan, run, page, printer)
    before = files_of(manifest_path(path))
    journal = start(path.with_name(f"{path.stem}.run.json"), identity, run.resume)
    if run.separate:
        promises, kept = build_separate(plan, path.parent, journal, run.jobs, progress)
    else:
        promises, kept = _build_volumes(plan, run, page, path, journal, printer, progress)
    rejects = None
    if plan.tally.rejected:
        rejects = path.with_name(f"{run.roster.stem}.rejected.csv")
        write_whole(rejects, b"".join(rejected_csv(plan.roster)))
    told = {**options_of(plan.design, asked), "fillable": run.separate, **named(printer)}
    rows = [row_of(sheet) for sheet in plan.sheets]
    made = manifest("checklist", plan.design.bank, told, rows, journal.files, promises)
    write_whole(manifest_path(path), made)
    journal.close()
    sheet, look = plan.sheets[-1], plan.design.look
    paper = {"letter": "Letter", "a4": "A4"}[look.paper]
    files = tuple(path.with_name(name) for name in promises)
    old = [path.with_name(name) for name in before if name not in journal.files]
    worries = [*plan.concerns, *(leftover(file) for file in old if file.exists())]
    return RunResult(
        files,
        kept,
        plan.tally.people,
        plan.tally.rejected,
        rejects,
        look.paper,
        look.ink,
        round(sheet.size, 2),
        round(sheet.spare, 2),
        sum(file.stat().st_size for file in files),
        f"{paper}, 100 %, one side{on(printer)}",
        tuple(str(problem) for problem in worries),
    )


def batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """The items, so many at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def files_of(manifest: Path) -> list[str]:
    """The files that the build made which wrote this manifest; none when there is none."""
    try:
        return list(json.loads(manifest.read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def leftover(file: Path) -> Problem:
    """What is said of a file that this build did not make and an earlier one did."""
    fix = "delete it, or it is printed with the new ones"
    return Problem(
        Location(file.name), "is from an earlier run, and this one has no such file", fix
    )


def _place(request: Request, run: Run) -> Path:
    """The file of the run; files for each person go into a folder, where it names the manifest."""
    if not run.separate:
        return output_path(request, "checklist")
    return folder_of(request, "checklists") / "checklist.pdf"


def _identity(plan: Plan, run: Run, page: bytes, printer: Printer | None) -> dict[str, str]:
    """What makes a run this run and no other."""
    from hashlib import file_digest

    with run.roster.open("rb") as file:
        roster = file_digest(file, "sha256").hexdigest()
    chosen = (plan.candidates.common, run.separate, run.skip_bad, run.volume)
    texts = digest(repr(plan.design.texts).encode())
    return {
        "the roster": roster,
        "the sheet": digest(page + texts.encode()),
        "the options": digest(repr(chosen).encode()),
        **({"the printer": printer.said()} if printer else {}),
    }


def _build_volumes(
    plan: Plan,
    run: Run,
    page: bytes,
    path: Path,
    journal: Journal,
    printer: Printer | None,
    progress: Progress,
) -> tuple[dict[str, Promise], int]:
    """Write the volumes; their names with what they keep, and how many were there already."""
    count = -(-plan.tally.people // run.volume)
    promise = promise_of(plan.design, plan.sheets[0], {}, {})
    moved = moves(printer, PAPERS[plan.design.look.paper], ONE_SIDE, laid=False)
    promises, kept = dict[str, Promise](), 0
    for number, people in enumerate(batches(plan.people(), run.volume), 1):
        name = path.name if count == 1 else f"{path.stem}-{number:03}.pdf"
        stamped, own = _stamped(plan, people)
        promises[name] = replace(_of_volume(promise, [it for _, it in own]), moved=moved)
        if journal.holds(name):
            kept += 1
            continue
        progress(f"volume {number} of {count}" if count > 1 else "stamping")
        pdf = volume(page, stamped)
        refuse(preflight_run(pdf, RunPromise(promise, own)))
        pdf = corrected_for(printer, pdf, ONE_SIDE * len(people), laid=False)
        write_whole(path.with_name(name), pdf)
        journal.add({name: pdf})
    return promises, kept


def _of_volume(page: Promise, own: list[Counter[str]]) -> Promise:
    """What a manifest tells of a volume: of its words only how many all of them are.

    A page's digest would tell somebody who guesses a name whether it stands there.
    """
    count = len(own)
    whole = Counter({word: count * often for word, often in page.words.items()})
    for words_ in own:
        whole.update(words_)
    signs = {sign: count * often for sign, often in page.signs.items()}
    return replace(page, words=whole, pages=(), count=count, signs=signs, tagged=False)


def _stamped(
    plan: Plan, people: list[Person]
) -> tuple[list[Stamped], list[tuple[str, Counter[str]]]]:
    """What is stamped on the pages of some people, and for each page its label and own words."""
    places = plan.candidates.sheets[0]
    seen: Counter[str] = Counter()
    stamped, promised = [], []
    for person in people:
        seen[person.name] += 1
        times = seen[person.name]
        label = person.name if times == 1 else f"{person.name} ({times})"
        set_ = settings(places, plan.candidates.blanks(person).values)
        stamped.append(Stamped(label, content(set_)))
        promised.append((label, words(line for _, setting in set_ for line in setting.lines)))
    return stamped, promised
