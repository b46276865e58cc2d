"""The road of the zine: eight small pages are set one by one, laid on one sheet, and folded back.

The folding is proved on the finished file before it is written.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from pharmdocs.build import (
    Progress,
    Request,
    look_of,
    output_path,
    read_bank,
    refuse,
    silent,
    write_together,
)
from pharmdocs.corrections import ONE_SIDE, corrected_for, moves, named, on, on_its_side
from pharmdocs.errors import Problem, SelectionError
from pharmdocs.geometry import Box, mm, to_mm
from pharmdocs.imposition.press import Plan, press
from pharmdocs.imposition.printer import Printer
from pharmdocs.imposition.schemes import Face, Placement, Sheet
from pharmdocs.imposition.zine import PAGES, panels, zine
from pharmdocs.imposition.zine_marks import zine_marks
from pharmdocs.manifest import digest, manifest, manifest_path
from pharmdocs.preflight import Folded, Promise, Safe, preflight
from pharmdocs.promised import EDGE, of_pages, with_signs
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.typeset import Typeset
from pharmdocs.zinepages import SAFE, ZinePages

# Letters of italics hang over the end of their line.
_HANGS = mm(0.5)


@dataclass(frozen=True)
class ZineResult:
    """What came out, how the panels were set, how to print it, and what may disappoint."""

    path: Path
    pages: int
    sheets: int
    paper: str
    ink: str
    fits: dict[str, int]
    size: int
    hint: str
    concerns: tuple[str, ...] = ()


def build_zine(request: Request, how_to: bool = False, progress: Progress = silent) -> ZineResult:
    """Print the zine of a bank.

    Args:
        request: what every build is asked.
        how_to: add a page that says how to fold it.
        progress: told what is being done.

    Raises:
        PharmdocsError: with every problem of the stage that failed; the old file is untouched.
    """
    path = output_path(request, "zine")
    progress("reading the bank")
    bank = read_bank(request)
    if not bank.questions:
        what = f"a zine is made of questions, and the bank {bank.name} has only cards"
        raise SelectionError(Problem(None, what, "name a bank of questions: --bank NAME"))
    event, look = request.project.event, look_of(request, bank)
    printer, concerns = on_its_side(request, look.paper)
    look = replace(look, brand=event.host(request.project.brand).in_ink(look.ink))
    page = ZinePages(request, bank, look, event, panels(look.paper))
    progress("typesetting")
    chosen = page.panels()
    pages, fits = page.set(chosen)
    if how_to:
        pages = join([pages, page.how_to()])
    progress("laying out the sheet")
    laid = _impose(pages, page, how_to)
    pdf = corrected_for(printer, laid, ONE_SIDE * (1 + how_to), laid=False)
    progress("preflight")
    promise = _promise(page, pages, [panel.id for panel in chosen], printer)
    refuse(preflight(pdf, promise))
    told = {"paper": look.paper, "ink": look.ink, "how-to": how_to, "only": request.only or ""}
    told |= named(printer)
    rows = [
        {"id": panel.face.id, "page": number, "hash": digest("".join(panel.face.texts).encode()),
         "rung": one.rung, "size": round(one.size, 2), "spare": round(to_mm(one.room), 2)}
        for number, (panel, one) in enumerate(zip(chosen, fits, strict=True), 1)
    ]  # fmt: skip
    listed = manifest("zine", bank, told, rows, {path.name: pdf}, {path.name: promise})
    write_together({path: pdf, manifest_path(path): listed})
    counted: dict[str, int] = {}
    for one in fits:
        counted[one.rung] = counted.get(one.rung, 0) + 1
    paper = {"letter": "Letter", "a4": "A4"}[look.paper]
    hint = f"{paper}, 100 %, one side; fold and slit along the lines{on(printer)}"
    count = len(pages.pages)
    sheets = 1 + how_to
    return ZineResult(path, count, sheets, look.paper, look.ink, counted, len(pdf), hint, concerns)


def _impose(pages: Typeset, page: ZinePages, how_to: bool) -> bytes:
    stock, strings = page.stock, page.strings["zine"]
    drawn = zine_marks(stock.sheet, int(how_to), fonts.folder() / "PharmSans-Regular.ttf")
    labels = (strings["kind"], strings["how_title"])[: 1 + how_to]
    plan = Plan(page.title, "none", labels)
    beside = Sheet(1, Face((Placement(PAGES, Box(0.0, 0.0, stock.sheet)),)), None)
    sheets = (*zine(stock), *([beside] if how_to else []))
    return press(finish(pages, body=""), sheets, stock, drawn, plan)


def _promise(page: ZinePages, made: Typeset, ids: list[str], printer: Printer | None) -> Promise:
    """What the sheet keeps; ids stand on its pages, in reading order."""
    texts = [one.text for one in made.pages]
    faces = [[line for text in texts[:PAGES] for line in text], *map(list, texts[PAGES:])]
    bank, size = page.bank, page.stock.sheet
    promise = of_pages(faces, size, page.look, bank.language, page.title)
    asked = (item.category for item in bank.questions if item.id.upper() in ids)
    # The page beside the sheet is not folded.
    whole = (Box(0.0, 0.0, size).inset(EDGE),)
    return replace(
        with_signs(promise, asked),
        in_order=False,
        safe=Safe(EDGE, tuple(slot.inset(SAFE - _HANGS) for slot in page.stock.slots()), whole),
        folded=Folded(tuple(ids), zine=True),
        moved=moves(printer, size, ONE_SIDE, laid=False),
    )
