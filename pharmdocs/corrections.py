"""The last step of every build: for which printer, what undoes its faults, and the proof.

A build asks `printer_of` once it knows its paper, lays its sheets for `way`, and passes what is
finished through `corrected_for`. Without a printer all of them leave things as they are.
"""

from collections.abc import Sequence

from pharmdocs import printers
from pharmdocs.build import Request, refuse
from pharmdocs.errors import Problem, SelectionError
from pharmdocs.geometry import Size
from pharmdocs.imposition.printer import FACES, FRONT, Printer
from pharmdocs.printer_table import NONE

# The faces of a single page.
ONE_SIDE = (FRONT,)
# Ways in which no back is printed on the other side of its front.
_NO_BACK = ("fold", "none")


def printer_of(request: Request, paper: str, stock: str = "") -> Printer | None:
    """The printer for which a build is corrected, None for any.

    Raises:
        SelectionError: there is no such printer, or it was calibrated on another paper.
    """
    default = request.project.printer
    return printers.chosen(request.project.root, request.printer, default, paper, stock)


def way(printer: Printer | None, asked: str) -> tuple[str, str]:
    """What the user sets, and the edge about which the sheets must be laid.

    Args:
        printer: says both, unless one side is printed.
        asked: the `--duplex` of a build; empty for the printer's.

    Raises:
        SelectionError: the printer was calibrated for another way.
    """
    if printer is None or asked in _NO_BACK:
        asked = asked or "long-edge"
        return asked, asked
    if asked and asked != printer.told:
        what = f"printer {printer.label} was calibrated with --duplex {printer.told}, not {asked}"
        fix = "leave --duplex out, calibrate it anew, or build for any printer: --printer none"
        raise SelectionError(Problem(None, what, fix))
    return printer.told, printer.turns


def moves(
    printer: Printer | None, sheet: Size, faces: Sequence[str], laid: bool = True
) -> tuple[tuple[float, ...], ...]:
    """How the pages are moved that are one of FACES in turn, as a promise tells it.

    Args:
        printer: None for none.
        sheet: the size of the pages.
        faces: those of the first pages; after them it goes on from the first.
        laid: as for `corrected_for`.
    """
    if printer is None:
        return ()
    from pharmdocs.imposition.correct import matrix

    found = tuple(matrix(printer, face, sheet, laid) for face in faces)
    return found if any(it != (1, 0, 0, 1, 0, 0) for it in found) else ()


def both_sides(pages: int) -> tuple[str, ...]:
    """The faces of pages that are printed on both sides."""
    return tuple(FACES[number % 2] for number in range(pages))


def corrected_for(
    printer: Printer | None, pdf: bytes, faces: Sequence[str], laid: bool = True
) -> bytes:
    """The finished file as its printer needs it, which has proved itself.

    Args:
        printer: None leaves the file as it is.
        pdf: finished pages.
        faces: one of FACES for each page.
        laid: whether these are sheets, whose backs lie as the printer turns the paper, and which
            the registration check proves. If not, all pages stand upright, and are proved here.

    Raises:
        SelectionError: a form, whose fields cannot be turned.
        OutputError: something does not lie where the printer wants it.
    """
    if printer is None:
        return pdf
    from pharmdocs.imposition.correct import corrected, matrices
    from pharmdocs.preflight.moved import check

    made = corrected(pdf, faces, printer, laid)
    if laid:
        return made
    refuse(check(pdf, made, matrices(pdf, faces, printer, laid)))
    return made


def refuse_forms(printer: Printer | None) -> None:
    """Stop forms for a printer that corrects fronts: fields cannot be turned.

    Raises:
        SelectionError: it does.
    """
    if printer is not None and printer.fronts and printer.both.moves:
        what = "a form cannot be moved for a printer that corrects its fronts"
        raise SelectionError(Problem(None, what, "print it flat, or build it with --printer none"))


def refuse_shop(request: Request) -> None:
    """Stop a file for a print shop that is asked to suit a printer at home.

    Raises:
        SelectionError: one is named.
    """
    if request.printer not in ("", NONE):
        what = f"--printer {request.printer}: a print shop has printers of its own"
        raise SelectionError(Problem(None, what, "leave out --printer, or --edition press"))


def on_its_side(request: Request, paper: str) -> tuple[Printer | None, tuple[str, ...]]:
    """The printer for sheets that lie on their side, and what is to be said without one.

    A default that was calibrated upright alone is passed over with a warning.

    Raises:
        SelectionError: there is no such printer, or the one asked for was not calibrated so.
    """
    root, default = request.project.root, request.project.printer
    try:
        return printers.chosen(root, request.printer, default, paper, landscape=True), ()
    except printers.UncalibratedError as error:
        if request.printer:
            raise
        return None, tuple(map(str, error.problems))


def named(printer: Printer | None, backs: bool = False) -> dict[str, object]:
    """The correction in force as a manifest names it; that of backs where there are any.

    `turns` is the edge about which the paper is turned, where that is not the one that the printer
    is told; `reverse` says that the last sheet gets its back first.
    """
    if printer is None:
        return {}
    told: dict[str, object] = {"printer": printer.said(backs)}
    if backs and printer.turns != printer.told:
        told["turns"] = printer.turns
    if backs and printer.reverse:
        told["reverse"] = True
    return told


def on(printer: Printer | None) -> str:
    """What the line on how to print says of the printer."""
    return f", on {printer.label}" if printer else ""
