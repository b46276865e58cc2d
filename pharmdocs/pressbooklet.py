"""The road of the booklet to a print shop: pages that face each other, and a cover that bleeds.

The shop lays pages on its sheets and binds them. The cover is the first page, or, as a sheet of
its own with front and back, a second file.
"""

from dataclasses import dataclass

from pharmdocs import booklet as booklets
from pharmdocs.bank.model import Bank
from pharmdocs.bookletpages import set_pages
from pharmdocs.build import (
    Progress,
    Request,
    edition_date,
    look_of,
    output_path,
    refuse,
    silent,
    write_together,
)
from pharmdocs.corrections import refuse_shop
from pharmdocs.editions import Booklet, Shop, check, name_of, options_of
from pharmdocs.geometry import PAPERS, Size, to_mm
from pharmdocs.imposition.saddle import MOST_SHEETS
from pharmdocs.imposition.trimmarks import ShopPage
from pharmdocs.manifest import manifest, manifest_path
from pharmdocs.promised import with_signs
from pharmdocs.shop import Printed, ShopResult, broken, inks_of, printed, promise_of, size
from pharmdocs.ticket import ticket, ticket_path
from pharmdocs.typesetting.cache import recalled
from pharmdocs.typesetting.printable import Look, stylesheets, supplied
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.strings import read_strings
from pharmdocs.typesetting.typeset import Job, Stylesheet, Typeset, typeset

COVERS = ("included", "separate")


@dataclass(frozen=True)
class _Part:
    """A file of the booklet, and the edges over which art runs, by the page."""

    printed: Printed
    art: dict[int, frozenset[str]]


def build_press_booklet(
    request: Request,
    booklet: Booklet,
    shop: Shop,
    cover: str = "included",
    progress: Progress = silent,
) -> ShopResult:
    """Print the study booklet for a print shop: the file or files, and the job ticket.

    Args:
        request: what every build is asked.
        booklet: which booklet; its edition is "press".
        shop: what the shop has said.
        cover: one of COVERS.
        progress: told what is being done.

    Raises:
        PharmdocsError: with every problem of the stage that failed; the old files are untouched.
    """
    check(booklet, request)
    refuse_shop(request)
    path = output_path(request, name_of(booklet, request))
    inks = inks_of(shop, request.ink or request.project.ink, request.printer)
    progress("reading the bank")
    bank = booklets.bank_of(request, booklet)
    look = look_of(request, bank)
    page = ShopPage(PAPERS[look.paper], shop.bleed)
    art = "bleeding" if cover == "included" else "none"
    more = (_bleeding(shop),)
    made = set_pages(request, booklet, bank, look, progress, art, more)
    progress("separating colors")
    slug, count = f"{bank.title} {bank.version}", len(made.pages)
    body = printed(made, "", page, inks, [slug] * count)
    edges = {0: frozenset({"top", "right"})} if cover == "included" else {}
    parts = {path.name: _Part(body, edges)}
    if cover == "separate":
        spread = _spread(request, booklet, bank, look, shop)
        both = ShopPage(Size(2 * page.trim.width, page.trim.height), shop.bleed, (page.trim.width,))
        outside = printed(spread, "", both, inks, [f"{slug} · cover, outside"])
        edges = {0: frozenset({"left", "top", "right"})}
        parts[f"{path.stem}-cover.pdf"] = _Part(outside, edges)
    progress("preflight")
    kept = {
        name: promise_of(part.printed, look, bank.language, bank.title, part.art)
        for name, part in parts.items()
    }
    asked = (question.category for question in bank.questions)
    kept[path.name] = with_signs(kept[path.name], asked)
    for name, part in parts.items():
        refuse(broken(part.printed, kept[name]))
    files = {name: part.printed.pdf for name, part in parts.items()}
    title = f"{bank.title}, edition {bank.version}"
    note = ticket(title, files, page, inks, shop.copies, wanted(count, cover))
    told = options_of(booklet, request, look)
    told |= {"inks": inks.name, "bleed": round(to_mm(shop.bleed), 2), "cover": cover}
    rows = booklets.rows_of(bank, made, tuple(range(count)))
    listed = manifest("booklet", bank, told, rows, files, kept)
    write_together(
        {path.with_name(name): data for name, data in files.items()}
        | {ticket_path(path): note, manifest_path(path): listed}
    )
    return ShopResult(
        (*(path.with_name(name) for name in files), ticket_path(path)),
        count,
        size(page),
        f"{to_mm(page.bleed):.3g} mm",
        inks.name,
        sum(map(len, files.values())),
        f"send the shop {'both PDFs' if len(files) > 1 else 'the PDF'} and the ticket;"
        " it imposes, trims and binds",
    )


def _bleeding(shop: Shop) -> Stylesheet:
    bleed = f"{shop.bleed:.4f}pt"
    return Stylesheet("bleed", f"@page {{ bleed: {bleed} }} :root {{ --bleed: {bleed} }}")


def _spread(request: Request, booklet: Booklet, bank: Bank, look: Look, shop: Shop) -> Typeset:
    """The outside of the cover, unfolded: the back at the left, the front at the right."""
    project = request.project
    strings = read_strings(project, look.language)
    kind = strings["brief" if booklet.brief else "booklet"]["kind"]
    html = render(
        project, "booklet/cover.html.j2", bank, look, strings, edition_date(bank), kind=kind
    )
    also = (look.paper, "press", f"press-{look.paper}", "cover")
    sheets = stylesheets(project, "booklet", look, paper=False, also=also)
    trim = PAPERS[look.paper]
    wide = Stylesheet(
        "spread",
        f"@page {{ size: {2 * trim.width:.4f}pt {trim.height:.4f}pt }}"
        f" .half {{ left: {trim.width:.4f}pt }}",
    )
    pictures = str(project.bank_folder(request.bank).resolve())
    return recalled(
        typeset, Job(html, (*sheets, _bleeding(shop), wide), pictures, supplied(look.brand))
    )


def wanted(count: int, cover: str) -> dict[str, str]:
    """What the shop is to do with so many pages."""
    separate = cover == "separate"
    sheets = -(-count // 4)
    stapled = sheets <= MOST_SHEETS
    blank = 4 * sheets - count
    rows = {
        "Pages": f"{count}" + ("" if separate else ", the first of them the cover"),
        "Paper": "uncoated, 80 to 100 g/m², to write on",
    }
    if separate:
        rows["Cover"] = (
            "a file of its own, back and front side by side, printed on the outside only (4/0, or"
            " 1/0 in black), 200 to 250 g/m²; it is folded at its fold marks"
        )
        rows["Spine"] = "none is drawn; for a glued back, the cover wants its width in the middle"
    rows["Sides"] = "both: page 2 is the back of page 1; odd pages lie at the right"
    if stapled:
        add = f"; {blank} blank pages before the last make it {4 * sheets}" if blank else ""
        rows["Fold"] = f"{sheets} sheets of four pages, nested and folded once at the spine{add}"
        rows["Staple"] = "two, through the fold"
    else:
        rows["Fold"] = "none"
        rows["Staple"] = (
            f"none: {sheets} folded sheets are too thick; glue or wire the left edge of the cover"
        )
    return rows
