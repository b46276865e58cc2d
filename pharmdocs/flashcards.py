"""The road of the flashcards: faces are set one by one, laid on sheets, and proved to register.

A face is a page of trim size, so text that does not fit has a name; sheets are made only by
imposition, and the finished sheets are read back before anything is written.
"""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pharmdocs.bank.model import Bank
from pharmdocs.build import (
    Progress,
    Request,
    edition_date,
    output_path,
    refuse,
    silent,
    write_together,
)
from pharmdocs.cardsetting import card_size, on_stock, prepared, refuse_tight, with_stocks
from pharmdocs.children import also
from pharmdocs.corrections import named, on, printer_of, way
from pharmdocs.errors import LayoutError, Problem, SelectionError
from pharmdocs.geometry import PAPERS, to_mm
from pharmdocs.history import (
    History,
    UnchangedError,
    read_history,
    told,
    whole_bank,
)
from pharmdocs.imposition import schemes
from pharmdocs.imposition.printer import Printer
from pharmdocs.imposition.stock import Stock
from pharmdocs.manifest import manifest, manifest_path
from pharmdocs.preflight import Promise, preflight
from pharmdocs.typesetting.cache import recalled
from pharmdocs.typesetting.fit import Fit
from pharmdocs.typesetting.loose import Loose, keep
from pharmdocs.typesetting.printable import Look, stylesheets
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.setting import CardSize, SetCards, UnfitError, set_cards
from pharmdocs.typesetting.store import stays
from pharmdocs.typesetting.typeset import Job, typeset

if TYPE_CHECKING:
    from pharmdocs.sheets import Deal, Printed

EDITIONS = ("sheet", "press")
MOST_CARDS = 20_000


@dataclass(frozen=True)
class Cards:
    """What is asked of the cards beyond what every build is asked.

    `edition` is one of EDITIONS: what the file is for.
    `duplex` is empty for the printer's, or over the long edge.
    `bleed` and `back_bleed` are in points; `bleed` None means as far as bands should and may.
    `jobs` 0 means all cores. `changed_since` is the manifest of the deck as it was printed.
    """

    stock: str = ""
    edition: str = "sheet"
    duplex: str = ""
    start: int = 1
    order: str = "sheet"
    shuffle: str = ""
    outlines: bool = False
    bleed: float | None = None
    back_bleed: float = 0.0
    with_dividers: bool = False
    strict: bool = False
    jobs: int = 0
    changed_since: Path | None = None


@dataclass(frozen=True)
class CardsResult:
    """What came out: the files, how the faces were set, one line on how to print them.

    `discard` are the labels of printed cards to throw away, `next` the slot from 1 that is free on
    the last sheet, 0 when it is full.
    """

    paths: tuple[Path, ...]
    cards: int
    sheets: int
    stock: str
    fits: dict[str, int]
    size: int
    hint: str
    discard: tuple[str, ...] = ()
    next: int = 0


def build_flashcards(request: Request, cards: Cards, progress: Progress = silent) -> CardsResult:
    """Print a bank as cards.

    Raises:
        PharmdocsError: with every problem of the stage that failed; the old file is untouched.
    """
    progress("reading the bank")
    since = read_history(cards.changed_since) if cards.changed_since else None
    if since:
        request, chosen = since.continued(request, cards.stock)
        cards = replace(cards, stock=chosen)
    path = output_path(request, "flashcards-large" if request.large else "flashcards")
    stock, bank, look, strings = on_stock(request, cards.stock)
    printer = printer_of(request, stock.paper, stock.name)
    duplex, turns = way(printer, cards.duplex)
    sizing = partial(card_size, bleed=cards.bleed, back_bleed=cards.back_bleed)
    full = schemes.together(stock, turns)
    # From here, where the bank's modules are loaded: it would load them once more.
    also({"press": _load_press})
    what = (request, cards, sizing, stock, bank, look, strings)
    try:
        made = set_bank(*what, progress, since, full, loose=True)
    except UnchangedError:
        gone = since.discarded((), whole_bank(request, bank)) if since else ()
        return CardsResult((), 0, 0, stock.name, {}, 0, "nothing", gone)
    ids = (view.id.partition(".")[0] for view in made.views)
    discard = since.discarded(ids, whole_bank(request, bank)) if since else ()
    progress("laying out sheets")
    # What reads and writes PDF is loaded while the last faces are set.
    from pharmdocs import lifts, pressing
    from pharmdocs.promised import with_cards
    from pharmdocs.sheets import TURNS, Deal, next_slot, rows

    deal = Deal(
        made,
        schemes.cards(len(made.views), stock, turns, cards.start, cards.order),
        stock,
        duplex,
        f"{bank.title}: {strings['flashcards']['kind']}",
        f"{bank.title} {bank.version}",
        strings["sheets"],
        cards.outlines,
        max(sizing(stock).bleed),
        look.brand.name,
        turns,
        printer,
    )
    pile, jobs = lifts.lifted(deal, look, bank.language), cards.jobs or os.cpu_count() or 1
    # What was typeset lies in the lifts, and goes with them.
    bind = partial(keep, [it for it in made.parts if isinstance(it, Loose)], made.setting, jobs)
    made = replace(made, parts=())
    deal = replace(deal, made=made)
    names = _names(path, duplex)

    def told_of(
        printed: "Sequence[Printed]", promises: Sequence[Promise]
    ) -> tuple[dict[str, bytes], bytes]:
        """All files by name, and their manifest."""
        kept = dict(zip(names, with_cards(deal, promises, names), strict=True))
        files = {name: item.pdf for name, item in zip(names, printed, strict=True)}
        if duplex == "manual":
            name = f"{path.stem}-how-to.pdf"
            files[name], kept[name] = _how_to(request, bank, look, strings, printer)
        deck = told(since, made.views, bank, cards.start, discard)
        options = {**_options(cards, deal, look), "only": request.only or ""}
        return files, manifest("flashcards", bank, options, rows(deal), files, kept, deck)

    # One that stays can do it when the file is there.
    at_once, at_last = (tuple, bind) if stays() else (bind, tuple)
    files, listed = pressing.printed(pile, deal, jobs, progress, told_of, at_once)
    write_together(
        {path.with_name(name): data for name, data in files.items()} | {manifest_path(path): listed}
    )
    at_last()
    return CardsResult(
        tuple(path.with_name(name) for name in files),
        len(made.views),
        len(deal.sheets),
        stock.name,
        counted(made.fits),
        sum(len(data) for data in files.values()),
        _hint(stock, TURNS[duplex]) + on(printer),
        discard,
        next_slot(deal),
    )


def _load_press() -> Iterator[object]:
    from pharmdocs.pressing import get_ready

    yield from get_ready()


def set_bank(
    request: Request,
    cards: Cards,
    sizing: Callable[[Stock], CardSize],
    stock: Stock,
    bank: Bank,
    look: Look,
    strings: dict[str, Any],
    progress: Progress,
    since: History | None = None,
    together: int = 1,
    loose: bool = False,
) -> SetCards:
    """Every card of the bank as asked; `sizing` says what a stock asks of its cards.

    Those that share a sheet, `together`, are typeset in one job; parts may be `loose` where
    whoever asks has them kept.

    Raises:
        UnchangedError: none is new or another than the deck has that is told of by `since`.
        SelectionError: more cards than one build sets.
        LayoutError: cards that fit on no rung, or, when strict, any that is not as set.
    """
    also = () if cards.edition == "sheet" else (cards.edition,)
    on = partial(prepared, request, bank, look, strings, also=also)
    job, deck = on(sizing, stock)
    views = list(deck.views)
    if len(views) > MOST_CARDS:
        fix = "build them in parts: --only with a category or a range of ids"
        raise SelectionError(Problem(None, f"{len(views)} cards in one build are too many", fix))
    if cards.shuffle:
        # An order to study in, not a secret: the same seed gives the same order.
        random.Random(cards.shuffle).shuffle(views)  # noqa: S311
    if cards.with_dividers:
        views = deck.dividers + views
    views = since.changed(views) if since else views
    try:
        # Whoever has cards set lays them on sheets next.
        then = partial(import_module, "pharmdocs.lifts")
        made = set_cards(job, deck, views, cards.jobs, progress, together, then, loose)
    except UnfitError as error:
        progress("looking for a larger stock")
        # A larger one may have no gap for the bleed that is asked of this one.
        larger = partial(on, card_size if cards.edition == "sheet" else sizing)
        raise LayoutError(*with_stocks(error, stock, larger, cards.jobs)) from None
    if cards.strict:
        refuse_tight(made)
    return made


def _how_to(
    request: Request, bank: Bank, look: Look, strings: dict[str, Any], printer: Printer | None
) -> tuple[bytes, Promise]:
    """The page that says how two passes make two sides."""
    from pharmdocs.promised import of_pages
    from pharmdocs.typesetting.accessible import finish

    project, date, fed = request.project, edition_date(bank), strings["manual"]["fed"]
    feed = ", ".join(fed.get(part, part) for part in printer.feed.split(", ")) if printer else ""
    html = render(project, "flashcards/manual.html.j2", bank, look, strings, date, feed=feed)
    pictures = str(project.bank_folder(request.bank).resolve())
    sheets = stylesheets(project, "flashcards", look, paper=False)
    made = recalled(typeset, Job(html, sheets, pictures))
    pdf = finish(made, body="")
    pages, title = (page.text for page in made.pages), strings["manual"]["title"]
    promise = of_pages(pages, PAPERS[look.paper], look, bank.language, title)
    refuse(preflight(pdf, promise))
    return pdf, promise


def counted(fits: Sequence[Fit]) -> dict[str, int]:
    """How many faces were set on each rung."""
    found: dict[str, int] = {}
    for fit in fits:
        found[fit.rung] = found.get(fit.rung, 0) + 1
    return found


def _options(cards: Cards, deal: "Deal", look: Look) -> dict[str, object]:
    return {
        "stock": deal.stock.name,
        "duplex": deal.duplex,
        "start": cards.start,
        "order": cards.order,
        "shuffle": cards.shuffle,
        "ink": look.ink,
        "large-print": look.large,
        "bleed": None if cards.bleed is None else round(to_mm(cards.bleed), 2),
        "back-bleed": round(to_mm(cards.back_bleed), 2),
        **named(deal.printer, backs=deal.axis in ("vertical", "horizontal")),
    }


def _names(path: Path, duplex: str) -> list[str]:
    if duplex != "manual":
        return [path.name]
    return [f"{path.stem}-fronts.pdf", f"{path.stem}-backs.pdf"]


def _hint(stock: Stock, turns: str) -> str:
    paper = {"letter": "Letter", "a4": "A4", "": "its own size"}[stock.paper]
    return f"{paper}, 100 %, {turns}"
