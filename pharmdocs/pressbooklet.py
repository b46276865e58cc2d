"""The road of the booklet to a print shop: pages that face each other, and a cover that bleeds.

The shop lays pages on its sheets and binds them. The cover is the first page, or, as a sheet of
its own with front and back, a second file.
"""

from pharmdocs import booklet as booklets
from pharmdocs.bank.model import Bank
from pharmdocs.booklet import Booklet
from pharmdocs.build import (
    Progress,
    Request,
    edition_date,
    look_of,
    output_path,
    refuse,
    silent,
    write_whole,
)
from pharmdocs.geometry import PAPERS, Size, to_mm
from pharmdocs.imposition.saddle import MOST_SHEETS
from pharmdocs.imposition.trimmarks import ShopPage
from pharmdocs.manifest import manifest, manifest_path
from pharmdocs.preflight import Promise
from pharmdocs.shop import Printed, Shop, ShopResult, broken, inks_of, printed, size
from pharmdocs.ticket import ticket
from pharmdocs.typesetting.pool import guarded
from pharmdocs.typesetting.printable import Look, stylesheets
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.strings import read_strings
from pharmdocs.typesetting.typeset import Job, Stylesheet, Typeset, typeset

COVERS = ("included", "separate")


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
        booklet: which booklet.
        shop: what the shop has said.
        cover: one of COVERS.
        progress: told what is being done.

    Raises:
        PharmdocsError: with every problem of the stage that failed; the old files are untouched.
    """
    path = output_path(request, booklets.name_of(booklet))
    inks = inks_of(shop, request.ink or request.project.ink)
    progress("reading the bank")
    bank = booklets.bank_of(request, booklet)
    look = look_of(request, bank)
    page = ShopPage(PAPERS[look.paper], shop.bleed)
    art = "bleeding" if cover == "included" else "none"
    made = booklets.set_pages(
        request, booklet, bank, look, progress, art=art, more=(_bleeding(shop.bleed),)
    )
    progress("separating colors")
    slug = f"{bank.title} {bank.version}"
    body = printed(
        made, "" if booklet.brief else "main", page, inks, [slug] * len(made.pages)
    )
    files = {path.name: body}
    edges = {path.name: {0: frozenset({"top", "right"})} if cover == "included" else {}}
    if cover == "separate":
        wide = ShopPage(Size(2 * page.trim.width, page.trim.height), shop.bleed, (page.trim.width,))
        name = f"{path.stem}-cover.pdf"
        spread = _cover(request, booklet, bank, look, shop.bleed)
        files[name] = printed(spread, "", wide, inks, [f"{slug} · cover, outside"])
        edges[name] = {0: frozenset({"top", "left", "right"})}
    progress("preflight")
    for name, made_ in files.items():
        promise = Promise(made_.words, made_.page.paper, look.ink, bank.language, bank.title)
        refuse(broken(made_, promise, edges[name]))
    ready = {name: made_.pdf for name, made_ in files.items()}
    count = len(made.pages)
    title = f"{bank.title}, edition {bank.version}"
    note = ticket(title, ready, page, inks, shop.copies, _wanted(count, cover))
    told = booklets.options_of(booklet, request, look) | {
        "inks": inks.name,
        "bleed": round(to_mm(shop.bleed), 2),
        "cover": cover,
    }
    rows = booklets.rows_of(bank, made, tuple(range(count)))
    for name, data in ready.items():
        write_whole(path.with_name(name), data)
    write_whole(path.with_suffix(".txt"), note)
    write_whole(manifest_path(path), manifest("booklet", bank, told, rows, ready))
    return ShopResult(
        (*(path.with_name(name) for name in ready), path.with_suffix(".txt")),
        count + (cover == "separate"),
        size(page),
        f"{to_mm(page.bleed):.3g} mm",
        inks.name,
        sum(map(len, ready.values())),
        f"send the shop {'the PDFs' if len(ready) > 1 else 'the PDF'} and the ticket;"
        " it imposes, trims and binds",
    )
