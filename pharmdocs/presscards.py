"""The road of the flashcards to a print shop: a face a page, front and back in turn, with bleed.

Nothing is laid on sheets: the shop does that. The stock says how large a card is, no more.
"""

from dataclasses import replace

from pharmdocs.build import (
    Progress,
    Request,
    output_path,
    refuse,
    silent,
    write_together,
)
from pharmdocs.cardsetting import on_stock, shop_size
from pharmdocs.corrections import refuse_shop
from pharmdocs.editions import Shop
from pharmdocs.errors import Problem, SelectionError
from pharmdocs.flashcards import Cards, counted, set_bank
from pharmdocs.geometry import to_mm
from pharmdocs.imposition.stock import Stock
from pharmdocs.imposition.trimmarks import ShopPage
from pharmdocs.manifest import manifest, manifest_path
from pharmdocs.promised import with_signs
from pharmdocs.sheets import face_rows
from pharmdocs.shop import ShopResult, broken, inks_of, printed, promise_of, size
from pharmdocs.ticket import ticket, ticket_path
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.setting import CardSize

# What a stack of cards is best printed on, and why; a shop knows it by its weight.
_PAPER = "card stock of 250 to 300 g/m², uncoated, so that a pencil writes on it"
_SHEETS_ONLY = ("duplex", "start", "order", "outlines", "back_bleed")


def build_press_cards(
    request: Request, cards: Cards, shop: Shop, progress: Progress = silent
) -> ShopResult:
    """Print a bank as cards for a print shop: the file, and its job ticket.

    Raises:
        PharmdocsError: with every problem of the stage that failed; the old files are untouched.
    """
    _refuse_sheets(cards)
    refuse_shop(request)
    cards = replace(cards, edition="press")
    path = output_path(request, "flashcards-press")
    inks = inks_of(shop, request.ink or request.project.ink, request.printer)
    progress("reading the bank")
    stock, bank, look, strings = on_stock(request, cards.stock)

    def sizing(of: Stock) -> CardSize:
        return shop_size(of, shop.bleed)

    made = set_bank(request, cards, sizing, stock, bank, look, strings, progress)
    progress("separating colors")
    page = ShopPage(stock.trim, shop.bleed, safe=stock.safe)
    ids = [card.label for card in made.views]
    slugs = [f"{bank.title} {bank.version} · {id_} {side}" for id_ in ids for side in _SIDES]
    done = printed(join(made.documents), "", page, inks, slugs)
    progress("preflight")
    title = f"{bank.title}: {strings['flashcards']['kind']}"
    # What saves ink has a line in place of the band.
    edges = {"top", "bottom"} if look.ink == "low" else {"left", "top", "bottom"}
    art = dict.fromkeys(range(len(slugs)), frozenset(edges))
    promise = promise_of(done, look, bank.language, title, art, ids)
    promise = with_signs(promise, [view.category for view in made.views] * 2)
    refuse(broken(done, promise))
    files = {path.name: done.pdf}
    wanted = {
        "Pages": f"{len(slugs)} for {len(ids)} cards: a front, its back, the next front",
        "Paper": _PAPER,
        "Sides": "both: page 2 is the back of page 1, both upright when a card is turned like"
        " the leaf of a book",
        "Fold": "none",
        "Staple": "none; cut to the trim and keep in order",
    }
    told = {
        "edition": "press",
        "stock": stock.name,
        "shuffle": cards.shuffle,
        "ink": look.ink,
        "inks": inks.name,
        "bleed": round(to_mm(shop.bleed), 2),
    }
    places = {number: {"page": number + 1} for number in range(len(slugs))}
    rows = face_rows(made, places)
    note = ticket(f"{title}, edition {bank.version}", files, page, inks, shop.copies, wanted)
    listed = manifest("flashcards", bank, told, rows, files, {path.name: promise})
    write_together({path: done.pdf, ticket_path(path): note, manifest_path(path): listed})
    return ShopResult(
        (path, ticket_path(path)),
        len(slugs),
        size(page),
        f"{to_mm(page.bleed):.3g} mm",
        inks.name,
        len(done.pdf),
        "send the shop the PDF and the ticket; it imposes, trims and counts",
        len(ids),
        counted(made.fits),
    )


_SIDES = ("front", "back")


def _refuse_sheets(cards: Cards) -> None:
    """What is asked of sheets cannot be asked of a shop's pages.

    Raises:
        SelectionError: there is such an option.
    """
    usual = Cards()
    asked = [name for name in _SHEETS_ONLY if getattr(cards, name) != getattr(usual, name)]
    if asked:
        names = " and ".join(f"--{name.replace('_', '-')}" for name in asked)
        what = f"{names}: there are no sheets in the edition for a shop, which imposes itself"
        raise SelectionError(Problem(None, what, f"leave out {names}, or --edition press"))
