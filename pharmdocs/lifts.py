"""Cards on sheets, lift by lift: each is pressed and proved alone, then they become one file.

A lift is so many sheets as are handled at once. Nothing of it depends on what lies in another, so
lifts are worked on side by side, and kept by their content; of the whole it is then proved that
every page shows the very same.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from operator import call
from typing import TypeVar

import pikepdf

from pharmdocs.build import refuse
from pharmdocs.errors import Problem
from pharmdocs.imposition.collate import collate
from pharmdocs.imposition.schemes import Face, Sheet
from pharmdocs.imposition.sheaf import Sheaf, taken_apart
from pharmdocs.objects import page_digests
from pharmdocs.pool import each
from pharmdocs.preflight import Promise, later, preflight, same_pages, same_tags
from pharmdocs.preflight import get_ready as get_ready_to_prove
from pharmdocs.promised import of_sheets
from pharmdocs.sheets import Deal, Printed, impose, registered, stamps, summed
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.accessible import embedded
from pharmdocs.typesetting.cache import remembered
from pharmdocs.typesetting.printable import Look
from pharmdocs.typesetting.setting import SetCards

_Told = TypeVar("_Told")


@dataclass(frozen=True)
class Lift:
    """Some sheets of a deal, and what their files promise besides."""

    deal: Deal
    look: Look
    language: str


@dataclass(frozen=True)
class Proved:
    """A file of a lift, taken apart, what is wrong with it, and what each of its pages shows.

    Its fonts hold the hashes of their programs; it was proved with the programs. `words` and
    `signs` are those of `Printed`; of the words of each page there is what a manifest keeps.
    """

    sheaf: Sheaf
    words: Counter[str]
    kept: tuple[str, ...]
    signs: Counter[str]
    problems: tuple[Problem, ...]
    shown: tuple[str, ...]


def printed(
    lifts: list[Lift],
    deal: Deal,
    jobs: int,
    progress: Callable[[str], None],
    told: Callable[[Sequence[Printed], Sequence[Promise]], _Told],
) -> _Told:
    """What is told of the finished files of a deal, which keep what they promise.

    Args:
        lifts: of the deal, in order; let go of as soon as they are pressed.
        deal: all of it; it needs no typeset documents.
        jobs: how many processes.
        progress: told what is being done.
        told: asked with the files and their promises while they are proved.

    Raises:
        RefusedError: whatever they do not keep of it.
    """
    many, per = len(deal.sheets), len(lifts[0].deal.sheets)
    look, language = lifts[0].look, lifts[0].language

    def tell(count: int) -> None:
        progress(f"sheets: {min(count * per, many)} of {many}")

    done = remembered(pressed, lifts, jobs, done=tell, work="press", keep=_is_sound)
    lifts.clear()
    # Backs that are a file of their own come as their sheets do.
    columns = enumerate(zip(*done, strict=True))
    rows = [row[::-1] if at and deal.reverse else row for at, row in columns]
    refuse(list(dict.fromkeys(problem for row in rows for problem in _problems(row))))
    files = tuple(map(_whole, rows))
    promises = tuple(of_sheets(deal, files, look, language))
    progress("preflight")
    work = [
        check
        for file, promise, row in zip(files, promises, rows, strict=True)
        for check in (
            partial(same_pages, file.pdf, promise, [it for proved in row for it in proved.shown]),
            partial(same_tags, file.pdf, promise),
        )
    ]
    found: list[_Told] = []
    broken = each(call, work, jobs, meanwhile=lambda: found.append(told(files, promises)))
    refuse(list(dict.fromkeys(problem for problems in broken for problem in problems)))
    return found[0]


def _is_sound(files: Sequence[Proved]) -> bool:
    return not any(proved.problems for proved in files)


def _problems(row: Sequence[Proved]) -> Iterator[Problem]:
    """What is wrong with the files that become one, by its pages."""
    before = 0
    for proved in row:
        yield from (later(problem, before) for problem in proved.problems)
        before += len(proved.shown)


def lifted(deal: Deal, look: Look, language: str) -> list[Lift]:
    """A deal in lifts of about as many cards as are typeset at once; in that look and language."""
    cards = max(len(_cards(sheet)) for sheet in deal.sheets)
    per = max(len(deal.made.parts[0].pages) // (2 * cards), 1)
    letters = "".join(sorted({*"".join(it.text for it in stamps(deal, deal.sheets, False))}))
    sheets = [deal.sheets[at : at + per] for at in range(0, len(deal.sheets), per)]
    return [Lift(_lift(deal, some, letters), look, language) for some in sheets]


def _lift(deal: Deal, sheets: Sequence[Sheet], letters: str) -> Deal:
    """The documents that hold the cards of these sheets, and their sheets."""
    wanted = {card for sheet in sheets for card in _cards(sheet)}
    parts, cards, first = [], list[int](), 0
    for part in deal.made.parts:
        own = range(first, first := first + len(part.pages) // 2)
        if not wanted.isdisjoint(own):
            parts.append(part)
            cards += own
    place = {card: at for at, card in enumerate(cards)}
    # How they were set is told of the whole.
    made = SetCards(tuple(deal.made.views[card] for card in cards), (), tuple(parts))
    laid = tuple(
        replace(
            sheet, recto=_face(sheet.recto, place), verso=sheet.verso and _face(sheet.verso, place)
        )
        for sheet in sheets
    )
    many = len(deal.sheets)
    return replace(deal, made=made, sheets=laid, cards=tuple(cards), many=many, letters=letters)


def _cards(sheet: Sheet) -> set[int]:
    return {item.page // 2 for item in sheet.recto.placements}


def _face(face: Face, place: dict[int, int]) -> Face:
    """The face, its pages counted within the lift."""
    return Face(
        tuple(
            replace(item, page=2 * place[item.page // 2] + item.page % 2)
            for item in face.placements
        )
    )


def get_ready() -> Iterator[None]:
    """Load what the first lift of a process would have to load, piece by piece."""
    for name in ("imposition.press", "preflight.registration", "typesetting.join"):
        import_module(f"pharmdocs.{name}")
        yield
    import_module("reportlab.pdfgen.canvas")
    for face in fonts.faces():
        fonts.packed(face.sha256)
        yield
    yield from get_ready_to_prove()


def pressed(lift: Lift) -> tuple[Proved, ...]:
    """Lay a lift on its sheets and prove it, as files of its own."""
    from pharmdocs.preflight.text import kept

    deal = lift.deal
    files = impose(deal)
    whole = [replace(file, pdf=embedded(file.pdf)) for file in files]
    promises = of_sheets(deal, whole, lift.look, lift.language)
    found = []
    # What does not register is told once.
    problems = registered(deal, whole)
    for file, same, promise in zip(files, whole, promises, strict=True):
        problems += preflight(same.pdf, promise)
        with pikepdf.open(io.BytesIO(same.pdf)) as document:
            shown = tuple(page_digests(document))
        sheaf = taken_apart(file.pdf)
        words = tuple(map(kept, file.pages))
        found.append(Proved(sheaf, file.words, words, file.signs, tuple(problems), shown))
        problems = []
    return tuple(found)


def _whole(files: Sequence[Proved]) -> Printed:
    """One file of many."""
    signs = summed(file.signs for file in files)
    pdf = collate([file.sheaf for file in files], fonts.packed)
    kept = tuple(page for file in files for page in file.kept)
    return Printed(pdf, summed(file.words for file in files), signs=signs, kept=kept)
