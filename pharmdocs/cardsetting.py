"""A bank's cards on one stock or another: what sets them, and on which they fit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pharmdocs.bank.model import Bank
from pharmdocs.build import Request, edition_date, look_of, read_bank, silent
from pharmdocs.errors import LayoutError, Problem, SelectionError
from pharmdocs.geometry import TOLERANCE, Size, mm, to_mm
from pharmdocs.imposition.stock import DEFAULTS, Stock, find_stock, read_stocks
from pharmdocs.typesetting.fit import FaceJob
from pharmdocs.typesetting.printable import Look, stylesheets
from pharmdocs.typesetting.render import Deck
from pharmdocs.typesetting.setting import (
    CardSize,
    SetCards,
    UnfitError,
    ladder,
    set_cards,
    trim_css,
)
from pharmdocs.typesetting.strings import read_strings

# How far a band goes beyond the trim where cards stand apart: more than a cut by hand misses.
_BLEED = mm(1.5)
# Of a question in large print the head has up to two lines and the foot up to three, of 17 pt: with
# four lines of 18 pt between them 157 pt. Narrower ones would hold hardly a word beside another.
_LARGE_LEAST = Size(mm(80), mm(55))


def card_size(stock: Stock, bleed: float | None = None, back_bleed: float = 0.0) -> CardSize:
    """What a stock asks of its cards.

    Args:
        stock: bands bleed only where its cards stand apart, at most half the gap.
        bleed: how far bands are to bleed, in points; None for as far as they should and may.
        back_bleed: how far bands on backs are to bleed; 0 for as far as on fronts.

    Raises:
        SelectionError: the gap has no room for that.
    """
    room = stock.gap.width / 2 if stock.columns > 1 else 0.0
    for option, asked in (("--bleed", bleed or 0.0), ("--back-bleed", back_bleed)):
        if asked > room + TOLERANCE:
            what = f"`{option} {to_mm(asked):g}mm`: the cards of {stock.name} "
            what += f"stand {to_mm(2 * room):g} mm apart" if room else "have no gap between them"
            fix = f"ask for {to_mm(room):g}mm at most" if room else "leave it out"
            raise SelectionError(Problem(None, what, fix))
    front = min(_BLEED, room) if bleed is None else bleed
    tall = stock.rows == 1 or stock.gap.height / 2 >= max(front, back_bleed) - TOLERANCE
    return CardSize(stock.trim, stock.safe, stock.floor, (front, max(front, back_bleed)), tall)


def shop_size(stock: Stock, bleed: float) -> CardSize:
    """What cards of that size are like when each is a page of its own, with bleed all around."""
    return CardSize(stock.trim, stock.safe, stock.floor, (bleed, bleed), tall=True)


def on_stock(request: Request, name: str) -> tuple[Stock, Bank, Look, dict[str, Any]]:
    """The stock of that name, or the paper's own; the bank, its look there, and its fixed words.

    Raises:
        SelectionError: there is no such stock, it is another paper than --paper, or its cards are
            too small for what is asked.
        ContentError: a problem in the bank.
    """
    stock = _stock_of(request, name)
    bank = read_bank(request)
    look = look_of(replace(request, paper=stock.paper or request.paper), bank)
    _refuse_small(stock, bank, look)
    return stock, bank, look, read_strings(request.project, look.language)


def _stock_of(request: Request, name: str) -> Stock:
    stocks = read_stocks(request.project.root / "pharmdocs.toml", "pharmdocs.toml")
    paper = request.paper or request.project.paper
    stock = find_stock(name or DEFAULTS[paper], stocks)
    if request.paper and stock.paper and stock.paper != request.paper:
        same = [name for name, other in stocks.items() if other.paper == request.paper]
        what = f"{stock.name} is a sheet of {stock.paper}, not of {request.paper}"
        fix = "leave --paper out, or choose one of: " + ", ".join(same)
        raise SelectionError(Problem(None, what, fix))
    return stock


def prepared(
    request: Request,
    bank: Bank,
    look: Look,
    strings: dict[str, Any],
    sizing: Callable[[Stock], CardSize],
    stock: Stock,
    also: tuple[str, ...] = (),
) -> tuple[FaceJob, Deck]:
    """What it takes to set the cards of a bank on a stock.

    Args:
        request: which bank, of which project.
        bank: its cards.
        look: paper, ink, language and brand.
        strings: the fixed words of that language.
        sizing: what a stock asks of its cards.
        stock: the stock.
        also: further style sheets of the cards, by name.
    """
    size, project = replace(sizing(stock), large=look.large), request.project
    deck = Deck(project, bank, look, strings, edition_date(bank), trim_css(size))
    sheets = stylesheets(project, "flashcards", look, paper=False, also=also)
    pictures = str(project.bank_folder(request.bank).resolve())
    rungs, grey = ladder(size), look.ink == "black"
    job = FaceJob(size.area, deck.head, (), rungs, size.body, sheets, pictures, grey=grey)
    return job, deck


def _refuse_small(stock: Stock, bank: Bank, look: Look) -> None:
    """Stop questions in large print on cards that can never hold one, before any is tried.

    Raises:
        SelectionError: with the stocks of that paper that can.
    """
    if not (look.large and bank.questions) or _holds(stock):
        return
    stocks = read_stocks(None, "").values()
    names = [it.name for it in stocks if it.paper == stock.paper and _holds(it)]
    fix = f"print on a larger stock: --stock {' or '.join(names)}" if names else "leave it out"
    what = f"the cards of {stock.name} are too small for questions in large print"
    raise SelectionError(Problem(None, what, fix))


def _holds(stock: Stock) -> bool:
    area = card_size(stock).area.size
    return area.width >= _LARGE_LEAST.width and area.height >= _LARGE_LEAST.height


def with_stocks(
    error: UnfitError, stock: Stock, on: Callable[[Stock], tuple[FaceJob, Deck]], jobs: int
) -> list[Problem]:
    """The cards that fit on no rung, each with the smallest larger stock on which it does fit."""
    larger: dict[Size, list[Stock]] = {}
    for other in read_stocks(None, "").values():
        if other.paper == stock.paper and _area(other) > 1.01 * _area(stock):
            larger.setdefault(other.trim, []).append(other)
    none = "shorten it, or break a very long word; no larger stock holds it either"
    fixes = {card.view.id: none for card in error.cards}
    open_ = [card.view for card in error.cards]
    for others in sorted(larger.values(), key=lambda alike: _area(alike[0])):
        job, deck = on(others[0])
        try:
            set_cards(job, deck, open_, jobs, silent)
            left = set()
        except UnfitError as still:
            left = {card.view.id for card in still.cards}
        for view in open_:
            if view.id not in left:
                names = " or ".join(other.name for other in others)
                fixes[view.id] = f"shorten it, or print on a larger stock: --stock {names}"
        open_ = [view for view in open_ if view.id in left]
        if not open_:
            break
    pairs = zip(error.cards, error.problems, strict=True)
    return [replace(problem, fix=fixes[card.view.id]) for card, problem in pairs]


def refuse_tight(made: SetCards) -> None:
    """What --strict forbids: any face that is not as set.

    Raises:
        LayoutError: every such face, by its place.
    """
    faces = [(card, side) for card in made.views for side in ("front", "back")]
    problems = [
        Problem(
            card.where,
            f"the {side} of {card.label} is {fit.rung}, not as set ({fit.size:.1f} pt)",
            "shorten it, use a larger --stock, or leave --strict out",
        )
        for (card, side), fit in zip(faces, made.fits, strict=True)
        if fit.rung != "as set"
    ]
    if problems:
        raise LayoutError(*problems)


def _area(stock: Stock) -> float:
    return stock.trim.width * stock.trim.height
