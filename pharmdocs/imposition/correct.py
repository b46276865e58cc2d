"""The last step before a printer: finished pages, moved so that its faults cancel out.

What a page shows is scaled and turned about its middle and shifted, cards and marks together.
The sheet's own stamp stays. Words, tags and bookmarks are untouched; links follow.
"""

import io
from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Matrix

from pharmdocs.errors import Problem, SelectionError
from pharmdocs.geometry import Size, to_mm
from pharmdocs.imposition.canvas import STAMP
from pharmdocs.imposition.content import saved
from pharmdocs.imposition.printer import BACK, Affine, Printer
from pharmdocs.imposition.schemes import flip_axis


def matrix(printer: Printer, face: str, sheet: Size, laid: bool = True) -> tuple[float, ...]:
    """How everything on a face is moved; for `cm`, as PDF counts.

    Args:
        printer: what undoes its faults.
        face: one of printer.FACES.
        sheet: the size of the page.
        laid: whether backs lie as `printer.turns` turns the paper. If not, they stand upright, and
            are turned by 180 degrees where the paper comes out on its head.

    Raises:
        SelectionError: the printer was calibrated on another paper.
    """
    if not printer.takes(sheet):
        size = f"{to_mm(sheet.width):.0f} x {to_mm(sheet.height):.0f} mm"
        what = f"printer {printer.label} was calibrated on {printer.paper}, not on {size}"
        fix = "calibrate it on that paper, or build without it: --printer none"
        raise SelectionError(Problem(None, what, fix))
    moved = printer.on(face, sheet)
    if face == BACK and not laid and flip_axis(sheet, printer.turns) == "horizontal":
        moved = moved.after(Affine(xx=-1.0, yy=-1.0))
    return tuple(round(number, 8) + 0.0 for number in moved.pdf(sheet))


def matrices(
    pdf: bytes, faces: Sequence[str], printer: Printer, laid: bool = True
) -> list[tuple[float, ...]]:
    """The matrix of each page; the arguments are those of `corrected`."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pairs = zip(document.pages, faces, strict=True)
        return [matrix(printer, face, _size(page), laid) for page, face in pairs]


def corrected(pdf: bytes, faces: Sequence[str], printer: Printer, laid: bool = True) -> bytes:
    """The file as this printer needs it; the same input gives the same bytes.

    Args:
        pdf: finished pages; what follows canvas.STAMP in a page's content stays where it is.
        faces: one of printer.FACES for each page.
        printer: what undoes its faults.
        laid: as for `matrix`.

    Raises:
        SelectionError: a page is not the paper on which the printer was calibrated, or it has
            form fields, which cannot be turned.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page, face in zip(document.pages, faces, strict=True):
            moved = matrix(printer, face, _size(page), laid)
            if moved != (1, 0, 0, 1, 0, 0):
                _wrap(document, page, moved)
                _move_links(page, moved)
        return saved(document)


def _size(page: pikepdf.Page) -> Size:
    left, bottom, right, top = map(float, page.mediabox)
    return Size(right - left, top - bottom)


def _wrap(document: pikepdf.Pdf, page: pikepdf.Page, moved: tuple[float, ...]) -> None:
    """Draw what the page shows under a matrix, except for its stamp."""
    page.contents_coalesce()
    contents: Any = page.obj.get("/Contents")
    shown, mark, stamp = (contents.read_bytes() if contents else b"").partition(STAMP)
    numbers = " ".join(f"{number:.8f}".rstrip("0").rstrip(".") for number in moved)
    content = b"q %b cm\n%b\nQ\n" % (numbers.encode(), shown)
    page.obj.Contents = document.make_stream(content + mark + stamp)


def _move_links(page: pikepdf.Page, moved: tuple[float, ...]) -> None:
    transform = Matrix(*moved)
    links: Any = page.obj.get("/Annots", [])
    for link in links:
        if link.get("/Subtype") == "/Widget":
            what = "a form cannot be moved for a printer that corrects its fronts"
            raise SelectionError(Problem(None, what, "print it flat: --flat, or --printer none"))
        left, bottom, right, top = map(float, link.Rect)
        link.Rect = transform.transform(pikepdf.Rectangle(left, bottom, right, top)).as_array()
