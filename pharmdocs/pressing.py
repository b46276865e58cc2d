"""Lifts are pressed and proved, each alone, and become one file of which all pages are the same.

Lifts are worked on side by side, and kept by their content; of one that is not there, sheets that
were pressed before stand. Of the whole it is then proved that every page shows what it showed in
its lift.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import TypeVar

from pharmdocs.build import refuse
from pharmdocs.errors import Problem
from pharmdocs.imposition.collate import collate
from pharmdocs.imposition.leaf import Leaf, together
from pharmdocs.lifts import Lift, Proved, only
from pharmdocs.pool import each
from pharmdocs.preflight import Promise, later, preflight
from pharmdocs.preflight import get_ready as get_ready_to_prove
from pharmdocs.promised import of_sheets
from pharmdocs.sheets import Deal, Printed, impose, registered, summed
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.cache import remembered
from pharmdocs.typesetting.places import Ledger
from pharmdocs.typesetting.store import settle

_Told = TypeVar("_Told")


@dataclass(frozen=True)
class Pressed:
    """The sheets of a lift in order, each in every file, and what is wrong with each file."""

    sheets: tuple[tuple[Proved, ...], ...]
    problems: tuple[tuple[Problem, ...], ...]


def printed(
    lifts: list[Lift],
    deal: Deal,
    jobs: int,
    progress: Callable[[str], None],
    told: Callable[[Sequence[Printed], Sequence[Promise]], _Told],
    meanwhile: Callable[[], object],
) -> _Told:
    """What is told of the finished files of a deal, which keep what they promise.

    Args:
        lifts: of the deal, in order; let go of as soon as they are pressed.
        deal: all of it; it needs no typeset documents.
        jobs: how many processes.
        progress: told what is being done.
        told: asked with the files and their promises while they are proved.
        meanwhile: what is done here while lifts are pressed.

    Raises:
        RefusedError: whatever they do not keep of it.
    """
    many, per = len(deal.sheets), len(lifts[0].deal.sheets)
    look, language = lifts[0].look, lifts[0].language

    def tell(count: int) -> None:
        progress(f"sheets: {min(count * per, many)} of {many}")

    def beside() -> None:
        # The whole will need them.
        for face in fonts.faces():
            fonts.packed(face.sha256)
        meanwhile()

    ledger = Ledger(lifts[0].alike)
    done = remembered(
        pressed,
        lifts,
        jobs,
        done=tell,
        work="press",
        keep=lambda lift: not any(lift.problems),
        instead=partial(_lent, ledger),
        meanwhile=beside,
    )
    lifts.clear()
    refuse(list(dict.fromkeys(_problems(done, deal))))
    ledger.keep()
    columns = zip(*(sheet for lift in done for sheet in lift.sheets), strict=True)
    # Backs that are a file of their own come as their sheets do.
    rows = [row[::-1] if at and deal.reverse else row for at, row in enumerate(columns)]
    del done
    files = tuple(map(_whole, rows))
    promises = tuple(of_sheets(deal, files, look, language))
    progress("preflight")
    shown = [[page for sheet in row for page in sheet.shown] for row in rows]
    work = list(zip((it.pdf for it in files), promises, shown, strict=True))
    found: list[_Told] = []

    def tell_of_them() -> None:
        found.append(told(files, promises))
        settle()

    broken = each(partial(_proof, many), work, jobs, work="press", meanwhile=tell_of_them)
    refuse(list(dict.fromkeys(problem for problems in broken for problem in problems)))
    return found[0]


def _proof(sheets: int, whole: tuple[bytes, Promise, list[str]]) -> list[Problem]:
    from pharmdocs.preflight.whole import same

    pdf, promise, shown = whole
    return same(pdf, promise, shown, len(shown) // sheets)


def _problems(done: Sequence[Pressed], deal: Deal) -> Iterator[Problem]:
    """What is wrong with the files of lifts, by the pages of those that they become."""
    for at in range(len(done[0].problems)):
        before = 0
        for lift in done[::-1] if at and deal.reverse else done:
            yield from (later(problem, before) for problem in lift.problems[at])
            before += sum(len(sheet[at].shown) for sheet in lift.sheets)


def _lent(ledger: Ledger, missing: list[Lift], keys: list[str]) -> list[Lift]:
    """Lifts that are not there, with what of them stands."""

    def stands(digest: bytes) -> tuple[Proved, ...] | None:
        held, place = ledger.find(digest) or (None, 0)
        sheet = held.sheets[place] if held else None
        return None if sheet is None or any(it.leaf.counted for it in sheet) else sheet

    found = []
    for lift, name in zip(missing, keys, strict=True):
        found.append(replace(lift, standing=tuple(map(stands, lift.digests))))
        ledger.note(name, lift.digests)
    return found


def get_ready() -> Iterator[object]:
    """Load what the first lift of a process would have to load, piece by piece."""
    ours = (
        "imposition.press imposition.sheaf preflight.registration preflight.whole typesetting.join"
    )
    # The one draws marks, the other reads metadata.
    names = ["reportlab.pdfgen.canvas", "lxml.etree"]
    for name in names + [f"pharmdocs.{name}" for name in ours.split()]:
        yield import_module(name)
    for face in fonts.faces():
        yield fonts.packed(face.sha256)
    yield from get_ready_to_prove()


def pressed(lift: Lift) -> Pressed:
    """Lay a lift on its sheets and prove it, as files of its own; but for what stands."""
    deal, standing = lift.deal, lift.standing
    if not any(standing):
        return _anew(deal, lift)
    new = tuple(it for it, stood in zip(deal.sheets, standing, strict=True) if stood is None)
    none = Pressed((), tuple(() for _ in next(filter(None, standing))))
    fresh = _anew(only(deal, new), lift) if new else none
    if any(fresh.problems):
        # Their pages are counted in the whole lift.
        return _anew(deal, lift)
    rest = iter(fresh.sheets)
    return replace(fresh, sheets=_gathered([it or next(rest) for it in standing]))


def _gathered(sheets: Sequence[Sequence[Proved]]) -> tuple[tuple[Proved, ...], ...]:
    """Sheets of several lifts as those of one, which holds nothing else."""
    rows = []
    for row in zip(*sheets, strict=True):
        own = together([it.leaf for it in row])
        rows.append([replace(it, leaf=leaf) for it, leaf in zip(row, own, strict=True)])
    return tuple(zip(*rows, strict=True))


def _anew(deal: Deal, lift: Lift) -> Pressed:
    """Sheets that are pressed and proved."""
    from pharmdocs.imposition.sheaf import leaves
    from pharmdocs.preflight.whole import page_digests
    from pharmdocs.typesetting.accessible import embedded

    files = impose(deal)
    whole = [replace(file, pdf=embedded(file.pdf)) for file in files]
    promises = of_sheets(deal, whole, lift.look, lift.language)
    # What does not register is told once.
    wrong, many = registered(deal, whole), len(deal.sheets)
    problems, rows = [], []
    for at, (file, proof, promise) in enumerate(zip(files, whole, promises, strict=True)):
        problems.append((*wrong, *preflight(proof.pdf, promise)))
        shown = page_digests(proof.pdf, len(file.pages) // many)
        row = _proved(file, leaves(file.pdf, many), shown)
        rows.append(row[::-1] if at and deal.reverse else row)
        wrong = []
    return Pressed(tuple(zip(*rows, strict=True)), tuple(problems))


def _proved(file: Printed, found: Sequence[Leaf], shown: Sequence[str]) -> list[Proved]:
    """Each leaf of a file with what is said and shown on its pages."""
    from pharmdocs.preflight.text import kept

    per = len(shown) // len(found)
    own = [slice(first, first + per) for first in range(0, len(shown), per)]
    return [
        Proved(
            leaf,
            summed(file.pages[pages]),
            tuple(map(kept, file.pages[pages])),
            summed(file.signed[pages]),
            tuple(shown[pages]),
        )
        for leaf, pages in zip(found, own, strict=True)
    ]


def _whole(sheets: Sequence[Proved]) -> Printed:
    """One file of many sheets."""
    signs = summed(sheet.signs for sheet in sheets)
    pdf = collate([sheet.leaf for sheet in sheets], fonts.packed)
    told = tuple(page for sheet in sheets for page in sheet.kept)
    return Printed(pdf, summed(sheet.words for sheet in sheets), signs=signs, kept=told)
