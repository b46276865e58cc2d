"""The road of a calibration: a sheet to print, numbers read from it, and a printer to keep.

Whatever is asked for can be given beforehand, so that nothing is asked; `cli/calibrate.py` asks.
"""

import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pikepdf

from pharmdocs import printers
from pharmdocs.build import Progress, Request, output_path, refuse, silent, write_together
from pharmdocs.errors import Problem, SelectionError
from pharmdocs.geometry import PAPERS, Size, to_mm
from pharmdocs.imposition.calibrate import EDGE, RIGHT, TURNED, draw
from pharmdocs.imposition.correct import corrected
from pharmdocs.imposition.instructions import PAPER, TOLD
from pharmdocs.imposition.printer import (
    FACES,
    MOST_SCALE,
    MOST_SHIFT,
    WAYS,
    Affine,
    Correction,
    Printer,
)
from pharmdocs.imposition.verniers import NEUTRAL, Reading, measured
from pharmdocs.preflight import Promise, glyphs, pages
from pharmdocs.printer_table import check_name
from pharmdocs.typesetting import fonts

# The printer of somebody who has but one.
ONLY = "home"
# What a sheet may still read and count as right: the scales are read to a tenth.
_CLOSE = 1
_SIDES = {"up": "printed side up", "down": "printed side down"}
_EDGES = {"top": "top edge first", "bottom": "bottom edge first"}


@dataclass(frozen=True)
class Numbers:
    """What somebody read from a sheet; lengths in points.

    `corner` is where the dot lies, empty when there is none; `dots` is how many of them are on
    sheet 1. `face` and `first` are how sheets were put back by hand. The rulers are given as
    (measured, drawn); 0 stands for what was not measured.
    """

    corner: str
    scales: Mapping[str, Reading]
    across: tuple[float, float] = (0.0, 0.0)
    down: tuple[float, float] = (0.0, 0.0)
    left: float = 0.0
    top: float = 0.0
    dots: int = 1
    face: str = ""
    first: str = ""
    fronts: bool | None = None


@dataclass(frozen=True)
class SheetResult:
    """The calibration sheet: its files, and how it is to be printed."""

    paths: tuple[Path, ...]
    printer: str
    code: str
    corrected: bool
    hint: str


def settings_of(
    request: Request,
    label: str = "",
    stock: str = "",
    told: str = "",
    fresh: bool = False,
    landscape: bool = False,
) -> Printer:
    """The printer as it is kept, or one of which nothing is known.

    Args:
        request: the project, and its paper.
        label: name and tray; empty for the default, else for the only printer of a home.
        stock: the stock in the tray, if the printer is to be kept for it alone.
        told: one of WAYS; empty for what it was told last. Told otherwise, it is another printer.
        fresh: forget what is known.
        landscape: whether the sheet lies on its side; it is flipped on the short edge.

    Raises:
        SelectionError: a name that cannot be kept, or another way to flip a sheet on its side.
    """
    known = printers.read_printers(request.project.root, request.project.printer)
    if landscape and told not in ("", "short-edge"):
        what = f"sheets that lie on their side are flipped on the short edge, not {told}"
        raise SelectionError(Problem(None, what, "leave --duplex out"))
    new = _new(request, label or known.default, stock, "short-edge" if landscape else told)
    new = replace(new, landscape=landscape)
    for printer, _ in known.entries:
        if printers.key(printer) == printers.key(new) and not fresh and told in ("", printer.told):
            return printer
    return new


def printed_with(request: Request, label: str, stock: str, told: str, code: str) -> Printer:
    """The printer with the settings with which a sheet of that code was printed, however it lay.

    Raises:
        SelectionError: the code is of other settings.
    """
    papers = [request.paper] if request.paper else list(PAPERS)
    for paper in papers:
        asked = replace(request, paper=paper)
        for way in [told] if told else ["", *WAYS]:
            for fresh, landscape in product((False, True), (False, way in ("", "short-edge"))):
                printer = settings_of(asked, label, stock, way, fresh, landscape)
                if printer.code() == code.strip().upper():
                    return printer
    label = label or _new(request, label, stock, told).label
    what = f"code {code}: a sheet with it was not printed for {label} as it is kept now"
    fix = f"look again, or print a new sheet: pharmdocs calibrate --printer {label}"
    raise SelectionError(Problem(None, what, fix))


def _new(request: Request, label: str, stock: str, told: str) -> Printer:
    name, tray = printers.parted(label or ONLY)
    if stock:
        check_name(stock, "stock")
    told = told or "long-edge"
    turns = "short-edge" if told == "short-edge" else "long-edge"
    return Printer(name, request.paper or request.project.paper, tray, stock, told, turns)


def build_calibration(
    request: Request, printer: Printer, progress: Progress = silent
) -> SheetResult:
    """Write the sheet, corrected by what is known of the printer.

    Raises:
        PharmdocsError: the sheet does not keep its promises, or cannot be written.
    """
    path = output_path(request, "calibrate")
    progress("drawing")
    parts: dict[str, tuple[str, ...]] = {path.name: FACES}
    if printer.told == "manual":
        parts = {f"{path.stem}-{face}s.pdf": (face,) for face in FACES}
    files = {}
    for name, faces in parts.items():
        count = 2 if printer.told == "manual" else 1
        files[name] = corrected(draw(printer, fonts.folder(), faces), faces * count, printer)
    progress("preflight")
    for pdf in files.values():
        refuse(_broken(pdf, printer.sheet))
    write_together({path.with_name(name): pdf for name, pdf in files.items()})
    lies = " on its side" if printer.landscape else ""
    hint = f"{PAPER[printer.paper]}{lies}, 100 %, {TOLD[printer.told]}"
    if printer.feed:
        hint += f", put back {printer.feed}"
    paths = tuple(path.with_name(name) for name in files)
    return SheetResult(paths, printer.label, printer.code(), printer.corrects, hint)


def _broken(pdf: bytes, sheet: Size) -> list[Problem]:
    """What the sheet promises and does not keep: its size, and letters that are what they say."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        promise = Promise(Counter(), sheet, "black", "en-US", str(document.docinfo.Title))
        return pages.check(document, promise) + glyphs.check(document)


def entered(printer: Printer, numbers: Numbers) -> Printer:
    """The printer as the numbers tell it.

    Args:
        printer: the settings with which the sheet was printed.
        numbers: what was read from it.

    Raises:
        SelectionError: with all that cannot be.
    """
    told = _turned(printer, numbers)
    seen = _seen(printer, numbers)
    sheet = printer.sheet
    was = printer.on_front()
    off = measured(sheet, numbers.scales).inverse()
    behind = printer.behind.affine.after(was).after(off).after(was.inverse())
    found = replace(told, behind=Correction.of(behind))
    if seen is not None:
        found = replace(found, both=Correction.of(was.after(seen.inverse())))
    if numbers.fronts is not None:
        found = replace(found, fronts=numbers.fronts)
    problems = []
    for excess in filter(None, (found.behind.excess(), found.both.excess())):
        fix = "set the printer to 100 % and the right paper, print the sheet again, and read anew"
        problems.append(Problem(None, f"{excess} is more than a printer misses by", fix))
    if found.fronts and not found.both.moves and seen is None:
        fix = "measure the rulers: --ruler-across and --ruler-down, or the edges: --left and --top"
        problems.append(Problem(None, "fronts cannot be corrected without a measure", fix))
    if problems:
        raise SelectionError(*problems)
    return found


def reads_right(numbers: Numbers) -> bool:
    """Whether a sheet needs no correction: no scale is off by more than it can be read."""
    read = [tenth for scale in numbers.scales.values() for tenth in (scale.across, scale.down)]
    return max(abs(tenth - 10 * NEUTRAL) for tenth in read) <= _CLOSE


def _turned(printer: Printer, numbers: Numbers) -> Printer:
    """What the dots say: about which edge the paper is turned, and in which order it is fed."""
    by_hand = printer.told == "manual"
    if numbers.corner not in (RIGHT, TURNED):
        what = f"a dot in ring {numbers.corner} was printed on the front, not behind it"
        fix = "put the sheets into the tray the other way up, and print fronts and backs anew"
        if not numbers.corner:
            what, fix = "no ring holds a dot", "print both sides of one sheet"
        elif not by_hand:
            fix = "look again: hold the sheet with its text toward you, against the light"
        raise SelectionError(Problem(None, what, fix))
    found = printer
    if numbers.corner == TURNED:
        if printer.corrects:
            what = "the paper was turned otherwise than when the printer was calibrated"
            lies = " --landscape" if printer.landscape else ""
            fix = f"begin anew: pharmdocs calibrate{lies} --fresh --printer {printer.label}"
            raise SelectionError(Problem(None, what, fix))
        other = "long-edge" if printer.turns == "short-edge" else "short-edge"
        found = replace(found, turns=other)
    if by_hand:
        feed = f"{_SIDES[numbers.face]}, {_EDGES[numbers.first]}"
        found = replace(found, feed=feed, reverse=printer.reverse is not (numbers.dots == 2))
    return found


def _seen(printer: Printer, numbers: Numbers) -> Affine | None:
    """Where the fronts lie on the paper and how large they are; None if nobody measured."""
    sheet, problems, scales = printer.sheet, [], []
    for way, (found, drawn) in (("across", numbers.across), ("down", numbers.down)):
        scales.append(found / drawn if found else 1.0)
        if found and abs(found / drawn - 1) > MOST_SCALE:
            what = (
                f"the ruler {way} measures {to_mm(found):.1f} mm instead of {to_mm(drawn):.1f} mm"
            )
            fix = "set the printer to 100 % (“Actual size”), print the sheet again, and read anew"
            problems.append(Problem(None, f"{what}: a scale of {100 * found / drawn:.0f} %", fix))
    shift = []
    for edge, found, scale, length in (
        ("left", numbers.left, scales[0], sheet.width),
        ("top", numbers.top, scales[1], sheet.height),
    ):
        shift.append(found - length / 2 - scale * (EDGE - length / 2) if found else 0.0)
        if abs(shift[-1]) > MOST_SHIFT:
            what = f"the line at the {edge} edge is {to_mm(found):.1f} mm from it instead of 20 mm"
            problems.append(Problem(None, what, "measure it again, or print on the right paper"))
    if problems:
        raise SelectionError(*problems)
    if not (numbers.across[0] or numbers.down[0] or numbers.left or numbers.top):
        return None
    return Affine(xx=scales[0], yy=scales[1], dx=shift[0], dy=shift[1])
