"""Cards on sheets, lift by lift: so many sheets as are pressed at a time.

Nothing of a lift depends on what lies in another; what reaches into each of them from the whole
deck is how many sheets there are, and the letters of all stamps.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from pharmdocs.bank.model import Category
from pharmdocs.imposition.leaf import Leaf
from pharmdocs.imposition.schemes import Face, Sheet
from pharmdocs.sheets import Deal, stamps
from pharmdocs.typesetting.cache import key
from pharmdocs.typesetting.loose import Loose
from pharmdocs.typesetting.places import Ledger
from pharmdocs.typesetting.printable import Look
from pharmdocs.typesetting.setting import SetCards
from pharmdocs.typesetting.typeset import Typeset


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

    It is told by what all lifts have `alike`, what each of its sheets comes to, and the documents
    that these are made of. Sheets that stand were pressed and proved before, and make no other
    result.
    """

    deal: Deal = field(repr=False)
    look: Look = field(repr=False)
    language: str = field(repr=False)
    alike: str
    digests: tuple[bytes, ...]
    documents: tuple[str, ...]
    standing: tuple[tuple[Proved, ...] | None, ...] = field(default=(), repr=False)


def _digest(deal: Deal, sheet: Sheet) -> bytes:
    """What a sheet comes to, beside what it has in common with all of the deal."""
    made, faces = deal.made, (sheet.recto, *([sheet.verso] if sheet.verso else []))
    placed = [it for face in faces for it in face.placements]
    cards = sorted({it.page // 2 for it in placed})
    # What faces show of a card is in their digests.
    told = (
        sheet.number,
        [
            (deal.cards[it.page // 2], it.page % 2, it.box.left, it.box.top, it.turned)
            for it in placed
        ],
        [(made.views[it].label, _said(made.views[it].category)) for it in cards],
        [made.faces[2 * card : 2 * card + 2] for card in cards],
    )
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).digest()[:16]


@lru_cache(maxsize=1_000)
def _said(category: Category) -> str:
    return repr(category)


def lifted(deal: Deal, look: Look, language: str) -> list[Lift]:
    """A deal in lifts of about as many cards as are typeset at once; in that look and language."""
    cards = max(len(_cards(sheet)) for sheet in deal.sheets)
    per = max(len(deal.made.parts[0].pages) // (2 * cards), 1)
    letters = "".join(sorted({*"".join(it.text for it in stamps(deal, deal.sheets, False))}))
    deal = replace(deal, many=len(deal.sheets), letters=letters)
    bare = replace(deal, made=SetCards((), (), ()), sheets=())
    alike = key(Ledger, (bare, look, language, deal.made.setting))
    found = []
    for at in range(0, len(deal.sheets), per):
        own = _lift(deal, deal.sheets[at : at + per])
        digests = tuple(_digest(own, sheet) for sheet in own.sheets)
        found.append(Lift(own, look, language, alike, digests, own.made.names))
    return found


def _lift(deal: Deal, sheets: Sequence[Sheet]) -> Deal:
    """The documents that hold the cards of these sheets, and their sheets."""
    wanted = {card for sheet in sheets for card in _cards(sheet)}
    parts, names, cards, first = [], list[str](), list[int](), 0
    for part, name in zip(deal.made.parts, deal.made.names, strict=True):
        own = range(first, first := first + len(part.pages) // 2)
        if not wanted.isdisjoint(own):
            parts.append(part)
            names.append(name)
            cards += own
    return _with(deal, sheets, cards, parts, names)


def only(deal: Deal, sheets: Sequence[Sheet]) -> Deal:
    """These sheets of a lift, with no other cards where its document is not bound yet."""
    if len(deal.made.parts) > 1 or not isinstance(loose := deal.made.parts[0], Loose):
        return replace(deal, sheets=tuple(sheets))
    cards = sorted({card for sheet in sheets for card in _cards(sheet)})
    part = loose.only([2 * card + side for card in cards for side in (0, 1)])
    return _with(deal, sheets, cards, [part])


def _with(
    deal: Deal,
    sheets: Sequence[Sheet],
    cards: Sequence[int],
    parts: Sequence[Typeset | Loose],
    names: Sequence[str] = (),
) -> Deal:
    """These sheets of a deal, and so many of its cards, which those parts hold."""
    place, made = {card: at for at, card in enumerate(cards)}, deal.made
    faces = tuple(face for card in cards for face in made.faces[2 * card : 2 * card + 2])
    # How they were set is told of the whole.
    views = tuple(made.views[card] for card in cards)
    made = SetCards(views, (), tuple(parts), faces, made.setting, tuple(names))
    laid = tuple(_relaid(sheet, place) for sheet in sheets)
    numbers = deal.cards or range(len(deal.made.views))
    return replace(deal, made=made, sheets=laid, cards=tuple(numbers[card] for card in cards))


def _cards(sheet: Sheet) -> set[int]:
    return {item.page // 2 for item in sheet.recto.placements}


def _relaid(sheet: Sheet, place: dict[int, int]) -> Sheet:
    """The sheet, its cards counted in another way."""

    def relaid(face: Face) -> Face:
        pages = [2 * place[it.page // 2] + it.page % 2 for it in face.placements]
        pairs = zip(face.placements, pages, strict=True)
        return Face(tuple(replace(it, page=page) for it, page in pairs))

    return replace(sheet, recto=relaid(sheet.recto), verso=sheet.verso and relaid(sheet.verso))
