"""Set cards -> the printer's files: sheets with their stamps, and the proof that they register."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pikepdf

from pharmdocs import __version__
from pharmdocs.corrections import corrected_for
from pharmdocs.errors import Problem
from pharmdocs.geometry import Box, to_mm
from pharmdocs.imposition import marks, press, schemes
from pharmdocs.imposition.correct import matrix
from pharmdocs.imposition.printer import BACK, FRONT, Printer
from pharmdocs.imposition.stock import Stock
from pharmdocs.manifest import digest
from pharmdocs.preflight import registration
from pharmdocs.preflight.registration import Moved, Pair
from pharmdocs.preflight.text import read_pages
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.deck import CardView
from pharmdocs.typesetting.fit import Fit
from pharmdocs.typesetting.render import signs
from pharmdocs.typesetting.setting import SetCards
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

    `pages` are the words again, page by page, and `signs` how often the categories' signs stand
    there, where that is known.
    """

    pdf: bytes
    words: Counter[str]
    pages: tuple[Counter[str], ...] = ()
    signs: Counter[str] = field(default_factory=Counter)


def impose(deal: Deal) -> tuple[Printed, ...]:
    """One file; two, fronts and backs, when the paper is turned by hand."""
    pages = finish(deal.made.pages, body="")
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
    pairs = [
        Pair(card.label, 2 * number, None if deal.axis is None else 2 * number + 1)
        for number, card in enumerate(deal.made.views)
    ]
    with pikepdf.open(io.BytesIO(files[0].pdf)) as document:
        slots, sheet = deal.stock.slots(), deal.stock.sheet
        moved = registration.UNMOVED
        if it := deal.printer:
            back = matrix(it, BACK, sheet) if deal.axis in ("vertical", "horizontal") else ()
            moved = Moved(matrix(it, FRONT, sheet), back or moved.back)
        check = partial(registration.check, document, pairs, sheet, deal.axis, slots=slots)
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


def _press(deal: Deal, pages: bytes, sheets: Sequence[schemes.Sheet], turned: bool) -> Printed:
    """A file of sheets; `turned` says that their only faces are backs."""
    labels, stamps, sides = [], [], []
    printer = deal.printer
    two_sided = deal.axis in ("vertical", "horizontal")
    own = deal.said
    said = f" · {printer.said(two_sided, own)}" if printer else ""
    for sheet in sheets:
        for face, is_back in ((sheet.recto, turned), (sheet.verso, True)):
            if face is None:
                continue
            sides.append(side := BACK if is_back else FRONT)
            ids = [deal.made.views[item.page // 2].label for item in face.placements]
            span = ids[0] if len(set(ids)) == 1 else f"{ids[0]}–{ids[-1]}"
            place = {"number": sheet.number + 1, "many": len(sheets), "side": own["sides"][side]}
            labels.append(own["bookmark"].format(cards=span, **place))
            stamp = (
                f"{deal.stamp} · {own['stamp'].format(**place)} · {own['turns'][deal.duplex]}{said}"
                f" · {deal.stock.name} · pharmdocs {__version__}"
                + (f" · {deal.maker}" if deal.maker else "")
            )
            scale = printer.scale(side) if printer else (1.0, 1.0)
            stamps.append(marks.Stamp(stamp, (deal.axis or "") if is_back else "", scale))
    drawn = marks.marks(
        deal.stock,
        stamps,
        font=fonts.folder() / "PharmSans-Regular.ttf",
        outlines=deal.outlines,
        folds=deal.duplex == "fold",
    )
    plan = press.Plan(deal.title, deal.duplex, tuple(labels), deal.bleed)
    faces = [face for sheet in sheets for face in (sheet.recto, sheet.verso) if face]
    texts = [
        [line for item in face.placements for line in deal.made.pages.pages[item.page].text]
        for face in faces
    ]
    drawn_words = read_pages(drawn)
    shown = tuple(words(text) + own for text, own in zip(texts, drawn_words, strict=True))
    found = signs(line for text in texts for line in text)
    pdf = press.press(pages, sheets, deal.stock, drawn, plan)
    whole: Counter[str] = Counter()
    for page in shown:
        whole.update(page)
    return Printed(corrected_for(printer, pdf, sides), whole, shown, found)
