"""What goes to a print shop: pages with bleed in the shop's inks, proved, and a ticket beside them.

Booklet and flashcards share this part of their roads: from finished pages to a file that a shop
can print as it is.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pharmdocs import __version__
from pharmdocs.editions import Shop
from pharmdocs.errors import Problem, SelectionError, SetupError
from pharmdocs.geometry import mm, to_mm
from pharmdocs.imposition.plates import Inks, separated
from pharmdocs.imposition.profile import read_profile
from pharmdocs.imposition.shop import lay
from pharmdocs.imposition.trimmarks import ShopPage, trim_marks
from pharmdocs.pool import each
from pharmdocs.preflight import Promise, Safe, ShopPromise, checks
from pharmdocs.preflight.text import read_pages
from pharmdocs.promised import SMALLEST
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.printable import Look
from pharmdocs.typesetting.render import signs
from pharmdocs.typesetting.typeset import Typeset
from pharmdocs.wording import words

# 1/16 in is the least that shops take, 10 mm the most that any asks for.
_LEAST, _MOST = mm(1.5), mm(10)


@dataclass(frozen=True)
class ShopResult:
    """What came out: the files, the ticket last; what to tell the shop in one line."""

    paths: tuple[Path, ...]
    pages: int
    trim: str
    bleed: str
    inks: str
    size: int
    hint: str
    cards: int = 0
    fits: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Printed:
    """A file for the shop, and what it must show."""

    pdf: bytes
    page: ShopPage
    inks: Inks
    words: Counter[str]
    pages: tuple[Counter[str], ...]
    signs: Mapping[str, int]


def inks_of(shop: Shop, ink: str, printer: str) -> Inks:
    """The inks that the shop is to print with.

    Args:
        shop: what it has said.
        ink: full, low or black.
        printer: the name of a printer to correct for, which a shop does not have.

    Raises:
        SelectionError: a bleed that no shop asks for, or such a name.
        SetupError: neither a profile nor black alone, or a profile that is none.
    """
    if not _LEAST <= shop.bleed <= _MOST:
        what = f"`--bleed {to_mm(shop.bleed):g}mm` is not what a shop asks for"
        fix = f"3mm (0.125in) is usual, {to_mm(_LEAST):g}mm to {to_mm(_MOST):g}mm is possible"
        raise SelectionError(Problem(None, what, fix))
    if printer not in ("", "none"):
        what = f"--printer {printer}: a shop does not print on your printer"
        raise SelectionError(Problem(None, what, "leave out --printer, or --edition press"))
    if shop.profile is not None:
        return Inks(read_profile(shop.profile), ink == "black")
    if ink != "black":
        what = "--edition press must know the inks of the shop, and got neither profile nor black"
        fix = (
            "ask the shop for its ICC profile and add --profile FILE.icc, or --ink black for"
            " black ink alone"
        )
        raise SetupError(Problem(None, what, fix))
    return Inks(None, True)


def printed(made: Typeset, body: str, page: ShopPage, inks: Inks, slugs: Sequence[str]) -> Printed:
    """Pages in the shop's inks, with their marks.

    Args:
        made: pages of trim size that bleed.
        body: the pages that are numbered in arabic figures, as `accessible.finish` has it.
        page: trim, bleed, folds.
        inks: the shop's.
        slugs: what stands below each page before that which is true of all.
    """
    pdf = separated(finish(made, body), inks)
    total = len(slugs)
    more = (
        f"{size(page)} + {to_mm(page.bleed):.3g} mm bleed · {inks.name} · pharmdocs {__version__}"
    )
    told = [f"{slug} · page {n} of {total} · {more}" for n, slug in enumerate(slugs, 1)]
    drawn = trim_marks(page, told, fonts.folder() / "PharmSans-Regular.ttf")
    own = zip(made.pages, read_pages(drawn), strict=True)
    shown = tuple(words(it.text) + more for it, more in own)
    found = signs(line for it in made.pages for line in it.text)
    return Printed(lay(pdf, page, drawn), page, inks, sum(shown, Counter()), shown, found)


def promise_of(
    made: Printed,
    look: Look,
    language: str,
    title: str,
    art: Mapping[int, frozenset[str]],
    pairs: Sequence[str] = (),
) -> Promise:
    """What a finished file keeps: what any file does, and what a shop is promised."""
    profile = hashlib.sha256(made.inks.profile.data).hexdigest() if made.inks.profile else ""
    page = made.page
    return Promise(
        made.words,
        page.paper,
        look.ink,
        language,
        title,
        pages=made.pages,
        count=len(made.pages),
        duplex="none",
        smallest=SMALLEST,
        safe=Safe(0.0, page.texts),
        signs=made.signs,
        shop=ShopPromise(page.trim, page.bleed, profile, made.inks.black, art, tuple(pairs)),
        in_order=True,
    )


def broken(made: Printed, promise: Promise) -> list[Problem]:
    """Every promise that a finished file does not keep."""
    found = each(_called, checks(made.pdf, promise), os.cpu_count() or 1)
    return [problem for problems in found for problem in problems]


def _called(check: Callable[[], list[Problem]]) -> list[Problem]:
    return check()


def size(page: ShopPage) -> str:
    """The trim, in millimeters."""
    return f"{to_mm(page.trim.width):.4g} x {to_mm(page.trim.height):.4g} mm"
