"""A file and an email for each person: the sheet is set once, and filled in again and again.

Every file is a form of its own, tagged and proved like one that was built alone. Children make
them and the parent writes them, so whatever ends a run leaves whole files.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from pharmdocs.build import Progress, refuse, write_together
from pharmdocs.checklistpages import code_of, fields_of, promise_of
from pharmdocs.errors import LayoutError
from pharmdocs.journal import Journal
from pharmdocs.known import known_of
from pharmdocs.people.mail import Mail, email_text, eml, txt
from pharmdocs.people.names import file_names
from pharmdocs.people.person import Person
from pharmdocs.people.qr import Qr
from pharmdocs.plan import Plan
from pharmdocs.pool import each
from pharmdocs.preflight import Promise, preflight
from pharmdocs.typesetting import code, forms
from pharmdocs.typesetting.accessible import finish

# So many people go to each child at a time: little is lost when a run is stopped.
_BATCH = 16


@dataclass(frozen=True)
class Form:
    """A sheet that is ready to be filled in, its code, and what it promises when it is empty."""

    pdf: bytes
    code: Qr
    promise: Promise


@dataclass(frozen=True)
class Task:
    """What a child makes: the files of one person, under a name of their own."""

    stem: str
    lines: int
    values: dict[str, str]
    mail: Mail


def build_separate(
    plan: Plan, folder: Path, journal: Journal, jobs: int, progress: Progress
) -> tuple[dict[str, Promise], int]:
    """Write everybody's files; the PDFs with what they keep, and how many were there already.

    The words that are promised are those of the empty form, and nobody's own.
    """
    progress("preparing the forms")
    empty = forms_of(plan)
    make = partial(made, empty)
    jobs = jobs or os.cpu_count() or 1
    promises, kept = dict[str, Promise](), 0
    tasks = _tasks(plan)
    while batch := list(islice(tasks, _BATCH * jobs)):
        promises |= {f"{task.stem}.pdf": empty[task.lines - 1].promise for task in batch}
        due = [task for task in batch if not journal.holds(*_files(task.stem))]
        kept += len(batch) - len(due)
        progress(f"person {len(promises):,} of {plan.tally.people:,}")
        for files in each(make, due, jobs, called=lambda task: f"{task.stem}.pdf"):
            write_together({folder / name: data for name, data in files.items()})
            journal.add(files)
    return promises, kept


def forms_of(plan: Plan) -> tuple[Form, ...]:
    """The empty forms: with one line for a certificate of one's own, with two, and so on."""
    drawn = code_of(known_of(Person(), plan.design.texts, plan.design.strings).mail)
    found = []
    for sheet in plan.sheets:
        pdf = code.apart(finish(sheet.typeset, body=""), drawn.modules)
        empty = {field.name: "" for field in fields_of(sheet)}
        promise = promise_of(plan.design, sheet, {}, empty)
        empty_form = forms.fillable(pdf, sheet.typeset.pages)
        # Before the children start: they begin with what is found out here about the faces.
        refuse(preflight(empty_form, promise))
        found.append(Form(empty_form, drawn, promise))
    return tuple(found)


def made(empty: Sequence[Form], task: Task) -> dict[str, bytes]:
    """The files of one person by name, the form proved.

    Raises:
        OutputError: the form does not keep its promises.
    """
    form = empty[task.lines - 1]
    try:
        drawn = code_of(task.mail, largest=form.code.side)
    except LayoutError:
        # The email of somebody with so long a role is begun with lines to fill in.
        drawn = form.code
    pdf = forms.fill(code.redrawn(form.pdf, drawn.modules, drawn.runs), task.values)
    fields = {**form.promise.fields, **task.values}
    refuse(preflight(pdf, replace(form.promise, fields=fields)))
    return dict(zip(_files(task.stem), (pdf, eml(task.mail), txt(task.mail)), strict=True))


def _files(stem: str) -> tuple[str, str, str]:
    return f"{stem}.pdf", f"{stem}.eml", f"{stem}.txt"


def _tasks(plan: Plan) -> Iterator[Task]:
    stems = file_names(person.name for person in plan.people())
    email, words = plan.design.texts.email, plan.design.strings
    for stem, person in zip(stems, plan.people(), strict=True):
        blanks = plan.candidates.blanks(person)
        mail = email_text(email, person, words)
        yield Task(stem, max(blanks.more, 1), blanks.values, mail)
