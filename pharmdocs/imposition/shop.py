"""Pages + marks -> the shop's PDF: one page a page, with its boxes, and marks outside its bleed.

Nothing is imposed: a shop does that itself. So labels, tags and bookmarks stay what they were, and
only what names a point of a page is moved with it.
"""

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree

from pharmdocs.errors import LayoutError, Problem
from pharmdocs.geometry import Box, Size, to_mm
from pharmdocs.imposition.content import saved
from pharmdocs.imposition.trimmarks import ShopPage


def lay(pages: bytes, page: ShopPage, marks: bytes) -> bytes:
    """Give every page its room, its boxes and its marks.

    Args:
        pages: a finished file; the TrimBox of each page is the trim, drawn over on all sides by
            what bleeds.
        page: trim, bleed and folds, the same for all.
        marks: what `trimmarks.trim_marks` drew, a page a page.

    Raises:
        LayoutError: a page of another size.
    """
    with pikepdf.open(io.BytesIO(pages)) as pdf, pikepdf.open(io.BytesIO(marks)) as drawn:
        moves = {}
        for number, (it, layer) in enumerate(zip(pdf.pages, drawn.pages, strict=True), 1):
            moves[it.objgen] = _move(number, it, page)
            form = pdf.copy_foreign(layer.as_form_xobject())
            _surround(pdf, it, page, form, moves[it.objgen])
            for link in it.get("/Annots", []):
                left, bottom, right, top = link.Rect
                link.Rect = Array([*moves[it.objgen](left, bottom), *moves[it.objgen](right, top)])
        _move_destinations(pdf, moves)
        pdf.Root.ViewerPreferences.PrintScaling = Name("/None")
        return saved(pdf)


class _Move:
    """From a point of the page as it was set to the same point of the shop's page."""

    def __init__(self, across: float, up: float) -> None:
        self.across, self.up = across, up

    def __call__(self, x: Any, y: Any) -> tuple[float, float]:
        return round(float(x) + self.across, 4), round(float(y) + self.up, 4)

    def destination(self, old: Any) -> Array:
        """A destination on the page: its page and how it fits stay, a point is moved."""
        page, fit, *place = list(old)
        if fit == Name.XYZ and None not in place[:2]:
            place[:2] = self(*place[:2])
        return Array([page, fit, *place])


def _move(number: int, it: pikepdf.Page, page: ShopPage) -> _Move:
    left, bottom, right, top = (float(side) for side in it.trimbox)
    found, trim = Size(right - left, top - bottom), page.trim_box
    if not (found.fits_in(page.trim) and page.trim.fits_in(found)):
        (w, h), (x, y) = (map(to_mm, (s.width, s.height)) for s in (found, page.trim))
        what = f"page {number} is {w:.2f} x {h:.2f} mm, not {x:.2f} x {y:.2f} mm"
        raise LayoutError(Problem(None, what, "take the page's size from the trim"))
    return _Move(trim.left - left, page.paper.height - trim.bottom - bottom)


def _surround(pdf: pikepdf.Pdf, it: pikepdf.Page, page: ShopPage, marks: Any, move: _Move) -> None:
    """The page in its place, cut off where the bleed ends; then the marks, an artifact."""
    # The typesetter has one dictionary of resources for all pages.
    resources = Dictionary(dict(it.resources))
    resources.XObject = Dictionary(dict(resources.get("/XObject", Dictionary())))
    resources.XObject["/Marks"] = marks
    it.obj.Resources = resources
    clip = " ".join(f"{side:.4f}" for side in _corner_and_size(page.bleed_box, page))
    before = f"q\n{clip} re W n\n1 0 0 1 {move.across:.4f} {move.up:.4f} cm\n".encode()
    content = it.Contents.read_bytes()
    it.Contents = pdf.make_stream(before + content + b"\nQ\n/Artifact BMC\n/Marks Do\nEMC\n")
    it.obj.MediaBox = Array([0, 0, round(page.paper.width, 4), round(page.paper.height, 4)])
    it.obj.BleedBox, it.obj.TrimBox = (_sides(box, page) for box in (page.bleed_box, page.trim_box))


def _corner_and_size(box: Box, page: ShopPage) -> tuple[float, ...]:
    return box.left, page.paper.height - box.bottom, box.size.width, box.size.height


def _sides(box: Box, page: ShopPage) -> Array:
    height = page.paper.height
    sides = box.left, height - box.bottom, box.right, height - box.top
    return Array([round(side, 4) for side in sides])


def _move_destinations(pdf: pikepdf.Pdf, moves: dict[Any, _Move]) -> None:
    """Let links, names and bookmarks lead to where their points are now."""
    found = pdf.Root.get("/Names", Dictionary()).get("/Dests")
    names: Any = {} if found is None else NameTree(found)
    for name, to in list(names.items()):
        names[name] = moves[to[0].objgen].destination(to)
    for it in pdf.pages:
        for link in it.get("/Annots", []):
            if isinstance(to := link.get("/Dest"), Array):
                link.Dest = moves[to[0].objgen].destination(to)
    with pdf.open_outline() as outline:
        waiting = list(outline.root)
        while waiting:
            item = waiting.pop()
            waiting += item.children
            if isinstance(to := item.destination, Array):
                item.destination = moves[to[0].objgen].destination(to)
