"""Set cards -> the printer's files: sheets with their stamps, and the proof that they register."""

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from pharmdocs import __version__
from pharmdocs.corrections import corrected_for
from pharmdocs.errors import Problem
from pharmdocs.geometry import Box, to_mm
from pharmdocs.imposition import marks, schemes
from pharmdocs.imposition.printer import BACK, FRONT, Printer
from pharmdocs.imposition.stock import Stock
from pharmdocs.manifest import digest
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.deck import CardView
from pharmdocs.typesetting.fit import Fit
from pharmdocs.typesetting.render import signs
from pharmdocs.typesetting.setting import SetCards
from pharmdocs.typesetting.typeset import Typeset
from pharmdocs.wording import words

# What the printer has to be told, on the terminal.
TURNS = {
    "long-edge": "both sides, flip on the long edge",
    "short-edge": "both sides, flip on the short edge",
    "manual": "one side at a time, by hand",
    "fold": "one side, then fold",
    "none": "fronts only",
}


@dataclass(frozen=True)
class Deal:
    """Cards on their sheets: which stock, turned how, and under which name they are stamped.

    `said` is what sheets say of themselves, in the language of the cards. `bleed` is how much of a
    page is printed around its trim, in points; `maker` is who hands the cards out. `duplex` is
    what the user sets, `turns` the edge about which the paper is then turned, where that is not
    the same.

    A lift, a part of a deck that is pressed at a time, knows the `cards` that its pages are of, by
    their numbers in the deck, how `many` sheets there are in all, and the `letters` of all stamps.
    """

    made: SetCards
    sheets: tuple[schemes.Sheet, ...]
    stock: Stock
    duplex: str
    title: str
    stamp: str
    said: Mapping[str, Any]
    outlines: bool
    bleed: float = 0.0
    maker: str = ""
    turns: str = ""
    printer: Printer | None = None
    cards: tuple[int, ...] = ()
    many: int = 0
    letters: str = ""

    @property
    def laid(self) -> dict[int, CardView]:
        """The cards on the sheets, by their numbers in the deck; a front leads."""
        numbers = self.cards or range(len(self.made.views))
        places = {item.page // 2 for sheet in self.sheets for item in sheet.recto.placements}
        return {numbers[place]: self.made.views[place] for place in sorted(places)}

    @property
    def axis(self) -> str | None:
        """The axis about which the paper is turned, as the registration check names it."""
        if self.duplex in ("fold", "none"):
            return "fold" if self.duplex == "fold" else None
        return schemes.flip_axis(self.stock.sheet, self.turns or self.duplex)

    @property
    def reverse(self) -> bool:
        """Whether the last sheet gets its back first."""
        return self.duplex == "manual" and self.printer is not None and self.printer.reverse


@dataclass(frozen=True)
class Printed:
    """A file for the printer, and every word that it must show.

    `pages` are the words again, page by page, or `kept` what a manifest keeps of them, and `signs`
    how often the categories' signs stand there, `signed` page by page, where that is known.
    """

    pdf: bytes
    words: Counter[str]
    pages: tuple[Counter[str], ...] = ()
    signs: Counter[str] = field(default_factory=Counter)
    kept: tuple[str, ...] = ()
    signed: tuple[Counter[str], ...] = ()


def impose(deal: Deal) -> tuple[Printed, ...]:
    """One file; two, fronts and backs, when the paper is turned by hand.

    Their fonts hold the hashes of their programs.
    """
    from pharmdocs.typesetting.accessible import finish
    from pharmdocs.typesetting.join import join

    made = join(deal.made.documents)
    pages = replace(made, pdf=finish(made, body="", programs=False))
    if deal.duplex != "manual":
        return (_press(deal, pages, deal.sheets, turned=False),)
    fronts = [replace(sheet, verso=None) for sheet in deal.sheets]
    backs = [replace(sheet, recto=sheet.verso, verso=None) for sheet in deal.sheets if sheet.verso]
    backs = backs[::-1] if deal.reverse else backs
    return (
        _press(deal, pages, fronts, turned=False),
        _press(deal, pages, backs, turned=True),
    )


def registered(deal: Deal, files: Sequence[Printed]) -> list[Problem]:
    """Read the finished sheets back and hold every back against its front."""
    import pikepdf

    from pharmdocs.imposition.correct import matrix
    from pharmdocs.preflight import registration
    from pharmdocs.preflight.registration import Moved, Pair

    pairs = [
        Pair(card.label, 2 * number, None if deal.axis is None else 2 * number + 1)
        for number, card in deal.laid.items()
    ]
    with pikepdf.open(io.BytesIO(files[0].pdf)) as document:
        slots, sheet = deal.stock.slots(), deal.stock.sheet
        moved = registration.UNMOVED
        if it := deal.printer:
            back = matrix(it, BACK, sheet) if deal.axis in ("vertical", "horizontal") else ()
            moved = Moved(matrix(it, FRONT, sheet), back or moved.back)
        first = deal.sheets[0].number
        check = partial(
            registration.check, document, pairs, sheet, deal.axis, slots=slots, first=first
        )
        if len(files) == 1:
            return check(moved=moved)
        with pikepdf.open(io.BytesIO(files[1].pdf)) as other:
            backs = list(other.pages)[:: -1 if deal.reverse else 1]
            return check(backs=backs, moved=moved)


def rows(deal: Deal) -> list[dict[str, object]]:
    """The manifest's row of every face: where it lies and how it was set."""
    slots = deal.stock.slots()
    places: dict[int, dict[str, object]] = {}
    for sheet in deal.sheets:
        backs = sheet.verso.placements if sheet.verso else ()
        for index, item in enumerate(sheet.recto.placements):
            slot = min(range(len(slots)), key=lambda at: _apart(slots[at], item.box))
            place = {"sheet": sheet.number + 1, "slot": slot + 1}
            places[item.page] = {**place, "face": "recto"}
            if backs:
                # A back lies behind its front and counts with it.
                places[backs[index].page] = {**place, "face": "verso"}
    return face_rows(deal.made, places)


def face_rows(
    made: SetCards, places: Mapping[int, Mapping[str, object]]
) -> list[dict[str, object]]:
    """A row for every face: its card, how it was set, and its place by its page, from 0."""
    found: list[dict[str, object]] = []
    for page, fit in enumerate(made.fits):
        card = made.views[page // 2]
        found.append({"id": card.id, **_told(card, fit, page % 2 == 0), **places.get(page, {})})
    return found


def next_slot(deal: Deal) -> int:
    """The slot after the last card on the last sheet, from 1; 0 when there is none, or it folds."""
    slots, last = deal.stock.slots(), deal.sheets[-1].recto.placements[-1].box
    at = min(range(len(slots)), key=lambda it: _apart(slots[it], last))
    return at + 2 if at + 1 < len(slots) and deal.duplex != "fold" else 0


def _apart(one: Box, other: Box) -> float:
    return abs(one.left - other.left) + abs(one.top - other.top)


def _told(card: CardView, fit: Fit, front: bool) -> dict[str, object]:
    side = "front" if front else "back"
    shown = (card.label, card.category.name, card.headline, *getattr(card, side), card.foot[side])
    return {
        "side": side,
        "hash": digest("\n".join(shown).encode()),
        "rung": fit.rung,
        "size": round(fit.size, 2),
        "spare": round(to_mm(fit.room), 2),
    }


def stamps(deal: Deal, sheets: Sequence[schemes.Sheet], turned: bool) -> list[marks.Stamp]:
    """What each face says of itself, in turn; `turned` says that the only faces are backs."""
    found, many, own = [], deal.many or len(deal.sheets), deal.said
    said = f" · {deal.printer.said(_two_sided(deal), own)}" if deal.printer else ""
    for sheet, _, side in _faces(sheets, turned):
        place = own["stamp"].format(number=sheet.number + 1, many=many, side=own["sides"][side])
        stamp = (
            f"{deal.stamp} · {place} · {own['turns'][deal.duplex]}{said}"
            f" · {deal.stock.name} · pharmdocs {__version__}"
            + (f" · {deal.maker}" if deal.maker else "")
        )
        scale = deal.printer.scale(side) if deal.printer else (1.0, 1.0)
        found.append(marks.Stamp(stamp, (deal.axis or "") if side == BACK else "", scale))
    return found


def _faces(
    sheets: Sequence[schemes.Sheet], turned: bool
) -> Iterator[tuple[schemes.Sheet, schemes.Face, str]]:
    """Every face with its sheet, in turn, and which side it is, as a printer calls it."""
    for sheet in sheets:
        yield sheet, sheet.recto, BACK if turned else FRONT
        if sheet.verso:
            yield sheet, sheet.verso, BACK


def _two_sided(deal: Deal) -> bool:
    return deal.axis in ("vertical", "horizontal")


def _labels(deal: Deal, sheets: Sequence[schemes.Sheet], turned: bool) -> Iterator[str]:
    """The bookmark of each face."""
    own = deal.said
    for sheet, face, side in _faces(sheets, turned):
        ids = [deal.made.views[item.page // 2].label for item in face.placements]
        span = ids[0] if len(set(ids)) == 1 else f"{ids[0]}–{ids[-1]}"
        yield own["bookmark"].format(number=sheet.number + 1, side=own["sides"][side], cards=span)


def _press(deal: Deal, pages: Typeset, sheets: Sequence[schemes.Sheet], turned: bool) -> Printed:
    """A file of sheets; `turned` says that their only faces are backs."""
    from pharmdocs.imposition import press
    from pharmdocs.preflight.text import read_pages

    drawn = marks.marks(
        deal.stock,
        stamps(deal, sheets, turned),
        font=fonts.folder() / "PharmSans-Regular.ttf",
        outlines=deal.outlines,
        folds=deal.duplex == "fold",
        letters=deal.letters,
    )
    numbers = tuple(2 * card + side for card in deal.cards for side in (0, 1))
    labels = tuple(_labels(deal, sheets, turned))
    plan = press.Plan(deal.title, deal.duplex, labels, deal.bleed, numbers=numbers)
    faces = list(_faces(sheets, turned))
    texts = [
        [line for item in face.placements for line in pages.pages[item.page].text]
        for _, face, _ in faces
    ]
    drawn_words = read_pages(drawn)
    shown = tuple(words(text) + own for text, own in zip(texts, drawn_words, strict=True))
    found = tuple(map(signs, texts))
    pdf = press.press(pages.pdf, sheets, deal.stock, drawn, plan)
    pdf = corrected_for(deal.printer, pdf, [side for _, _, side in faces])
    return Printed(pdf, summed(shown), shown, summed(found), signed=found)


def summed(pages: Iterable[Counter[str]]) -> Counter[str]:
    """All words of these pages."""
    whole: Counter[str] = Counter()
    for page in pages:
        whole.update(page)
    return whole
