"""Cards on sheets, lift by lift: each is pressed and proved alone, then they become one file.

A lift is so many sheets as are handled at once. Nothing of it depends on what lies in another, so
lifts are worked on side by side, and kept by their content; of the whole it is then proved that
every page shows the very same.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from operator import call
from typing import TypeVar

import pikepdf

from pharmdocs.build import refuse
from pharmdocs.errors import Problem
from pharmdocs.imposition.collate import collate
from pharmdocs.imposition.schemes import Face, Sheet
from pharmdocs.imposition.sheaf import Leaf, leaves, together
from pharmdocs.objects import page_digests
from pharmdocs.pool import each
from pharmdocs.preflight import Promise, later, preflight, same_pages, same_tags
from pharmdocs.preflight import get_ready as get_ready_to_prove
from pharmdocs.preflight.text import kept
from pharmdocs.promised import of_sheets
from pharmdocs.sheets import Deal, Printed, impose, registered, stamps, summed
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.accessible import embedded
from pharmdocs.typesetting.cache import key, remembered
from pharmdocs.typesetting.places import Ledger
from pharmdocs.typesetting.printable import Look
from pharmdocs.typesetting.setting import SetCards

_Told = TypeVar("_Told")


@dataclass(frozen=True)
class Proved:
    """A sheet in a file, proved there: its leaf, and what each of its pages shows.

    Its fonts hold the hashes of their programs; it was proved with the programs. `words` and
    `signs` are those of `Printed`; of the words of each page there is what a manifest keeps.
    """

    leaf: Leaf
    words: Counter[str]
    kept: tuple[str, ...]
    signs: Counter[str]
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Lift:
    """Some sheets of a deal, and what their files promise besides; can be pickled.

    Sheets that stand were pressed and proved before. They make no other result: it is not told by
    the key that this is kept under.
    """

    deal: Deal
    look: Look
    language: str
    standing: tuple[tuple[Proved, ...] | None, ...] = field(default=(), repr=False)


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

    stood = _Standing(lifts[0])
    done = remembered(
        pressed,
        lifts,
        jobs,
        done=tell,
        work="press",
        keep=lambda lift: not any(lift.problems),
        instead=stood.lent,
    )
    lifts.clear()
    refuse(list(dict.fromkeys(_problems(done, deal))))
    stood.ledger.keep()
    columns = zip(*(sheet for lift in done for sheet in lift.sheets), strict=True)
    # Backs that are a file of their own come as their sheets do.
    rows = [row[::-1] if at and deal.reverse else row for at, row in enumerate(columns)]
    del done
    files = tuple(map(_whole, rows))
    promises = tuple(of_sheets(deal, files, look, language))
    progress("preflight")
    work = [
        check
        for file, promise, row in zip(files, promises, rows, strict=True)
        for check in (
            partial(same_pages, file.pdf, promise, [it for sheet in row for it in sheet.shown]),
            partial(same_tags, file.pdf, promise),
        )
    ]
    found: list[_Told] = []
    broken = each(call, work, jobs, meanwhile=lambda: found.append(told(files, promises)))
    refuse(list(dict.fromkeys(problem for problems in broken for problem in problems)))
    return found[0]


def _problems(done: Sequence[Pressed], deal: Deal) -> Iterator[Problem]:
    """What is wrong with the files of lifts, by the pages of those that they become."""
    for at in range(len(done[0].problems)):
        before = 0
        for lift in done[::-1] if at and deal.reverse else done:
            yield from (later(problem, before) for problem in lift.problems[at])
            before += sum(len(sheet[at].shown) for sheet in lift.sheets)


class _Standing:
    """The sheets of a deal that were pressed before, in whatever lift they lay."""

    def __init__(self, lift: Lift) -> None:
        # All that sheets have in common.
        bare = replace(lift.deal, made=SetCards((), (), ()), sheets=(), cards=())
        alike = (bare, lift.look, lift.language, lift.deal.made.setting)
        self.ledger = Ledger(key(Ledger, alike))

    def lent(self, missing: list[Lift], keys: list[str]) -> list[Lift]:
        """Lifts that are not there, with what of them stands."""
        found = []
        for lift, name in zip(missing, keys, strict=True):
            digests = [_digest(lift.deal, sheet) for sheet in lift.deal.sheets]
            found.append(replace(lift, standing=tuple(map(self._found, digests))))
            self.ledger.note(name, digests)
        return found

    def _found(self, digest: bytes) -> tuple[Proved, ...] | None:
        held, place = self.ledger.find(digest) or (None, 0)
        sheet = held.sheets[place] if held else None
        return None if sheet is None or any(it.leaf.counted for it in sheet) else sheet


def _digest(deal: Deal, sheet: Sheet) -> bytes:
    """What a sheet comes to, beside what it has in common with all of the deal."""
    places = {card: deal.cards[card] for card in _cards(sheet)}
    made = deal.made
    told = [(made.views[card], made.faces[2 * card : 2 * card + 2]) for card in sorted(places)]
    said = repr((_relaid(sheet, places), told))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()[:16]


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
    made = deal.made
    faces = tuple(face for card in cards for face in made.faces[2 * card : 2 * card + 2])
    # How they were set is told of the whole.
    views = tuple(made.views[card] for card in cards)
    made = SetCards(views, (), tuple(parts), faces, made.setting)
    laid = tuple(_relaid(sheet, place) for sheet in sheets)
    many = len(deal.sheets)
    return replace(deal, made=made, sheets=laid, cards=tuple(cards), many=many, letters=letters)


def _cards(sheet: Sheet) -> set[int]:
    return {item.page // 2 for item in sheet.recto.placements}


def _relaid(sheet: Sheet, place: dict[int, int]) -> Sheet:
    """The sheet, its cards counted in another way."""

    def relaid(face: Face) -> Face:
        pages = [2 * place[it.page // 2] + it.page % 2 for it in face.placements]
        pairs = zip(face.placements, pages, strict=True)
        return Face(tuple(replace(it, page=page) for it, page in pairs))

    return replace(sheet, recto=relaid(sheet.recto), verso=sheet.verso and relaid(sheet.verso))


def get_ready() -> None:
    """Load what the first lift of a process would have to load."""
    import_module("pharmdocs.imposition.canvas")
    for face in fonts.faces():
        fonts.packed(face.sha256)
    get_ready_to_prove()


def pressed(lift: Lift) -> Pressed:
    """Lay a lift on its sheets and prove it, as files of its own; but for what stands."""
    deal, standing = lift.deal, lift.standing
    if not any(standing):
        return _anew(deal, lift)
    new = tuple(it for it, stood in zip(deal.sheets, standing, strict=True) if stood is None)
    none = Pressed((), tuple(() for _ in next(filter(None, standing))))
    fresh = _anew(replace(deal, sheets=new), lift) if new else none
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
    files = impose(deal)
    whole = [replace(file, pdf=embedded(file.pdf)) for file in files]
    promises = of_sheets(deal, whole, lift.look, lift.language)
    # What does not register is told once.
    wrong = registered(deal, whole)
    problems, rows = [], []
    for at, (file, same, promise) in enumerate(zip(files, whole, promises, strict=True)):
        problems.append((*wrong, *preflight(same.pdf, promise)))
        with pikepdf.open(io.BytesIO(same.pdf)) as document:
            row = _proved(file, leaves(file.pdf, len(deal.sheets)), page_digests(document))
        rows.append(row[::-1] if at and deal.reverse else row)
        wrong = []
    return Pressed(tuple(zip(*rows, strict=True)), tuple(problems))


def _proved(file: Printed, found: Sequence[Leaf], shown: Sequence[str]) -> list[Proved]:
    """Each leaf of a file with what is said and shown on its pages."""
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
