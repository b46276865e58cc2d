"""What files of ours promise: of pages that a reader reads, and of sheets with cards on them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pharmdocs.bank.model import Category
from pharmdocs.corrections import moves
from pharmdocs.geometry import Box, Size, mm
from pharmdocs.imposition.marks import stamp_box
from pharmdocs.imposition.printer import FACES
from pharmdocs.imposition.schemes import mirrored
from pharmdocs.preflight import Promise, Registered, Safe
from pharmdocs.sheets import Deal, Printed, summed
from pharmdocs.typesetting.printable import LARGE_FLOOR, Look
from pharmdocs.typesetting.render import SIGNS, signs
from pharmdocs.wording import words

# The smallest type that is printed: that of stamps. Text to read is larger.
SMALLEST = 6.0
# What printers cut off, and what marks keep to as well.
EDGE = mm(4)


def of_pages(
    pages: Iterable[Iterable[str]],
    size: Size,
    look: Look,
    language: str,
    title: str,
    duplex: str = "none",
) -> Promise:
    """What pages promise that are printed as they are read; `pages` are the texts on each."""
    texts = [list(page) for page in pages]
    counted = tuple(words(page) for page in texts)
    shown = Printed(b"", summed(counted), counted, signs(line for page in texts for line in page))
    return replace(of_faces(shown, size, look, language, title, duplex), in_order=True)


def of_faces(
    shown: Printed, size: Size, look: Look, language: str, title: str, duplex: str = "none"
) -> Promise:
    """What the faces of sheets promise, whatever they are folded or cut to.

    `shown` knows its words page by page.
    """
    return Promise(
        shown.words,
        size,
        look.ink,
        language,
        title,
        pages=shown.pages,
        count=len(shown.pages),
        duplex=duplex,
        smallest=LARGE_FLOOR if look.large else SMALLEST,
        safe=Safe(EDGE),
        signs=shown.signs,
    )


def of_sheets(deal: Deal, files: Sequence[Printed], look: Look, language: str) -> list[Promise]:
    """What each file of a deal promises; fronts and backs that are files of their own, in turn."""
    stock, axis = deal.stock, deal.axis
    slots = stock.slots()
    turned = axis if axis in ("vertical", "horizontal") else ""
    fronts = _texts(deal, slots, "")
    behind = [mirrored(it, stock.sheet, turned) for it in slots] if turned else slots
    backs = _texts(deal, behind, turned)
    first = Promise(
        Counter(),
        stock.sheet,
        look.ink,
        language,
        deal.title,
        duplex=deal.duplex if deal.duplex in ("long-edge", "short-edge") else "none",
        smallest=SMALLEST,
        safe=Safe(_edge(deal, slots), fronts, backs),
    )
    sides = FACES if turned else FACES[:1]
    if len(files) == 2:
        safe = Safe(_edge(deal, slots), fronts), Safe(_edge(deal, slots), backs)
        moved = [moves(deal.printer, stock.sheet, (side,)) for side in sides]
        pairs = zip(safe, moved, strict=True)
        promises = [replace(first, safe=it, moved=by) for it, by in pairs]
    else:
        promises = [replace(first, moved=moves(deal.printer, stock.sheet, sides))]
    # Color may be on both faces of a card.
    shown = [view.category for view in deal.laid.values()]
    shown *= 2 if deal.axis and len(files) == 1 else 1
    return [
        with_signs(
            replace(
                promise,
                words=file.words,
                pages=file.pages,
                read=file.kept,
                count=len(file.pages or file.kept),
                signs=file.signs,
            ),
            shown,
        )
        for promise, file in zip(promises, files, strict=True)
    ]


def with_signs(promise: Promise, categories: Iterable[Category]) -> Promise:
    """The same promise; each of these stands there as its sign, whatever a template shows."""
    due = Counter(SIGNS[category.shape] for category in categories)
    return replace(promise, signs=Counter(promise.signs) | due)


def with_cards(deal: Deal, promises: Sequence[Promise], names: Sequence[str]) -> list[Promise]:
    """The same promises with what a manifest tells of registration, which is proved apart."""
    labels = tuple(card.label for card in deal.made.views)
    backs = names[1] if len(promises) == 2 else ""
    cards = Registered(deal.axis, labels, deal.stock.slots(), backs, deal.reverse)
    return [replace(promises[0], cards=cards), *promises[1:]]


def _texts(deal: Deal, slots: Iterable[Box], axis: str) -> tuple[Box, ...]:
    """Where text may lie on a face: the safe areas of its cards, and the stamp."""
    stamp = stamp_box(deal.stock, axis)
    return (*(slot.inset(deal.stock.safe) for slot in slots), *([stamp] if stamp else []))


def _edge(deal: Deal, slots: Iterable[Box]) -> float:
    """How far ink keeps from the paper's edge: nothing where cards reach it."""
    sheet, out = deal.stock.sheet, deal.bleed
    near = [
        min(slot.left, slot.top, sheet.width - slot.right, sheet.height - slot.bottom) - out
        for slot in slots
    ]
    return max(min(EDGE, *near), 0.0)
