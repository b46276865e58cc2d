"""What files of ours promise: of pages that a reader reads, and of sheets with cards on them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pharmdocs.bank.model import Bank
from pharmdocs.geometry import Box, Size, mm
from pharmdocs.imposition.marks import stamp_box
from pharmdocs.imposition.schemes import mirrored
from pharmdocs.preflight import Promise, Registered, Safe
from pharmdocs.sheets import Deal, Printed
from pharmdocs.typesetting.printable import Look
from pharmdocs.typesetting.render import signs
from pharmdocs.wording import words

# The smallest type that is printed: that of stamps. Text to read is larger.
SMALLEST = 6.0
# Home printers leave 4 to 6 mm of the paper white; the marks of sheets keep to 4.
_EDGE, _SHEET_EDGE = mm(6), mm(4)


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
    counted = [words(page) for page in texts]
    return Promise(
        _sum(counted),
        size,
        look.ink,
        language,
        title,
        pages=counted,
        count=len(texts),
        duplex=duplex,
        smallest=SMALLEST,
        safe=Safe(_EDGE),
        signs=signs(line for page in texts for line in page),
        in_order=True,
    )


def of_sheets(deal: Deal, files: Sequence[Printed], look: Look, bank: Bank) -> list[Promise]:
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
        bank.language,
        deal.title,
        duplex=deal.duplex if deal.duplex in ("long-edge", "short-edge") else "none",
        smallest=SMALLEST,
        safe=Safe(_edge(deal, slots), fronts, backs),
    )
    if len(files) == 2 and not deal.printer:
        safe = Safe(_edge(deal, slots), fronts), Safe(_edge(deal, slots), backs)
        promises = [replace(first, safe=it) for it in safe]
    else:
        # What a printer needs moved lies elsewhere than it was set.
        promises = [replace(first, safe=None) if deal.printer else first] * len(files)
    return [
        replace(
            promise,
            words=file.words,
            pages=file.pages,
            count=len(file.pages),
            signs=file.signs,
        )
        for promise, file in zip(promises, files, strict=True)
    ]


def with_cards(deal: Deal, promises: Sequence[Promise], names: Sequence[str]) -> list[Promise]:
    """The same promises with what a manifest tells of registration, which is proved apart."""
    labels = tuple(card.label for card in deal.made.views)
    backs = names[1] if len(promises) == 2 else ""
    cards = Registered(deal.axis, labels, deal.stock.slots(), backs)
    # What a printer needs moved lies elsewhere than on its slots; that was proved with it undone.
    first = promises[0] if deal.printer else replace(promises[0], cards=cards)
    return [first, *promises[1:]]


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
    return max(min(_SHEET_EDGE, *near), 0.0)


def _sum(pages: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for page in pages:
        total.update(page)
    return total
