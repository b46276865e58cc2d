"""Pages + sheets + marks -> the printer's PDF, in which tags, links and bookmarks still work.

A page becomes a form XObject in its own file: its content is neither read nor written anew, and
what refers to it follows it, so the sheets are as valid as the pages were (PDF/UA-1, PDF/A-2a).
Pages that lie on no sheet are left out with their tags and with the links to them.
"""

import io
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from pharmdocs.errors import LayoutError, Problem
from pharmdocs.geometry import Size, to_mm
from pharmdocs.imposition import outline
from pharmdocs.imposition.schemes import Face, Placement, Sheet
from pharmdocs.imposition.stock import Stock

# The edge that the printer turns the paper about; any other duplex prints one side at a time.
_TURNS = {"long-edge": Name.DuplexFlipLongEdge, "short-edge": Name.DuplexFlipShortEdge}


@dataclass(frozen=True)
class Plan:
    """What the file says about itself.

    Args:
        title: the document's title.
        duplex: one of schemes.DUPLEX.
        labels: a bookmark a face ("Sheet 2 front: Q09–Q12"), each sheet's recto, then its verso.
            What stands before the colon is also the page's label.
        bleed: how much of a page is printed around its trim, in points; never more than half the
            gap to a neighbour.
        faces_in_outline: else the labels are page labels alone, and the pages' own bookmarks are
            kept, level by level.
    """

    title: str
    duplex: str
    labels: tuple[str, ...]
    bleed: float = 0.0
    faces_in_outline: bool = True


def press(pages: bytes, sheets: Sequence[Sheet], stock: Stock, marks: bytes, plan: Plan) -> bytes:
    """Lay every page where the sheets say; the same input gives the same bytes.

    Args:
        pages: a finished file, tagged; the TrimBox of each page is a card.
        sheets: from a scheme. A page lies on one slot at most.
        stock: the sheet, and the gaps that bleed must respect.
        marks: what `marks.marks` drew: a page a face, in the order of `plan.labels`.
        plan: title, bookmarks, bleed, and what the printer is told.

    Raises:
        LayoutError: pages that are not as large as their slots.
    """
    faces = [face for sheet in sheets for face in (sheet.recto, sheet.verso) if face is not None]
    with pikepdf.open(io.BytesIO(pages)) as pdf, pikepdf.open(io.BytesIO(marks)) as drawn:
        plate = _Plate(pdf, stock, plan.bleed)
        for it in drawn.pages:
            it.Resources = drawn.make_indirect(it.Resources)
        printed = [plate.lay(face, layer) for face, layer in zip(faces, drawn.pages, strict=True)]
        plate.move_links(plate.move_names())
        plate.move_tags()
        if plan.faces_in_outline:
            outline.face_by_face(pdf, plate.placed, printed, plan.labels)
        else:
            outline.as_it_was(pdf, plate.placed)
        _tell(pdf, printed, plan)
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            # Keeps the metadata readable, as PDF/A wants it, and every page compressed as it was.
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return out.getvalue()


@dataclass(frozen=True)
class _Placed:
    """Where a page went, and how its points move; PDF's y, upward from the lower left corner.

    `corner` is the upper left corner of its trim on the face.
    """

    face: Any
    form: Any
    content: Dictionary
    sign: int
    across: float
    up: float
    corner: tuple[float, float]

    def point(self, x: Any, y: Any) -> tuple[float, float]:
        """Where a point of the page lies on the face."""
        moved = self.sign * float(x) + self.across, self.sign * float(y) + self.up
        return round(moved[0], 4), round(moved[1], 4)

    def rectangle(self, sides: Any) -> Array:
        """Where a rectangle of the page lies on the face, its lower left corner first."""
        (x1, y1), (x2, y2) = self.point(sides[0], sides[1]), self.point(sides[2], sides[3])
        return Array([min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)])

    def destination(self, old: Any) -> Array:
        """Where a destination on the page lies on the face."""
        _, fit, *place = list(old)
        # On a turned card the text goes on above its beginning: show the card from its corner.
        point = self.corner
        if self.sign > 0 and fit == Name.XYZ and None not in place[:2]:
            point = self.point(*place[:2])
        return Array([self.face, Name.XYZ, *point, 0])


class _Plate:
    """Lays the pages of one file on faces; what refers to a page can then follow it."""

    def __init__(self, pdf: pikepdf.Pdf, stock: Stock, bleed: float) -> None:
        self.pdf, self.pages, self.sheet, gap = pdf, list(pdf.pages), stock.sheet, stock.gap
        self.placed: dict[Any, _Placed] = {}
        # Links that lead nowhere now, and the keys of the parent tree that nobody needs now.
        self.dead: set[Any] = set()
        self.gone: set[int] = set()
        # Bleed ends halfway to a neighbour.
        across = min(bleed, gap.width / 2) if stock.columns > 1 else bleed
        up = min(bleed, gap.height / 2) if stock.rows > 1 else bleed
        self.bleed = (-across, -up, across, up)
        # Boxes are alike on all cards; as one object they cost a form 10 bytes, and not 50.
        self.box = cache(lambda *sides: pdf.make_indirect(Array([round(x, 4) for x in sides])))

    def lay(self, face: Face, marks: pikepdf.Page) -> Any:
        """One face: its pages, then its marks, which need no form of their own."""
        size = Array([0, 0, round(self.sheet.width, 4), round(self.sheet.height, 4)])
        page = self.pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=size, TrimBox=size))
        page.Annots, page.Tabs = Array(), Name.S
        page.Resources = self.pdf.copy_foreign(marks.obj.Resources)
        forms, content = page.Resources.get("/XObject", Dictionary()), []
        for index, placement in enumerate(face.placements):
            went = self._place(placement, page)
            forms[f"/P{index}"] = went.form
            matrix = f"{went.sign} 0 0 {went.sign} {went.across:.4f} {went.up:.4f}"
            content.append(f"q {matrix} cm /P{index} Do Q\n")
        page.Resources.XObject = forms
        drawn = b"/Artifact BMC q\n%b\nQ EMC\n" % marks.Contents.read_bytes()
        page.Contents = self.pdf.make_stream("".join(content).encode() + drawn)
        return page

    def _place(self, placement: Placement, face: Any) -> _Placed:
        page = self.pages[placement.page]
        if page.objgen in self.placed:
            raise ValueError(f"page {placement.page} lies on two slots")
        left, bottom, right, top = trim = [float(side) for side in page.trimbox]
        _compare(placement.page, trim, placement.box.size)
        media = [float(side) for side in page.mediabox]
        bled = [side + more for side, more in zip(trim, self.bleed, strict=True)]
        shown = self.box(*map(max, media[:2], bled[:2]), *map(min, media[2:], bled[2:]))
        form = _as_form(self.pdf, page, shown)
        # Private keys, from which the registration check reads what lies where.
        form.PharmdocsPage = placement.page
        if any(self.bleed):
            form.PharmdocsTrim = self.box(*trim)
        content = Dictionary(Type=Name.MCR, Stm=form)
        x, y = placement.box.left, self.sheet.height - placement.box.top
        sign, across, up = (
            (-1, x + right, y + bottom) if placement.turned else (1, x - left, y - top)
        )
        placed = _Placed(face, form, content, sign, across, up, (round(x, 4), round(y, 4)))
        self.placed[page.objgen] = placed
        return placed

    def move_names(self) -> set[str]:
        """Let the named destinations follow their pages; the names that still lead somewhere."""
        found = self.pdf.Root.get("/Names", Dictionary()).get("/Dests")
        names: Any = {} if found is None else pikepdf.NameTree(found)
        for name, to in list(names.items()):
            if went := self.placed.get(to[0].objgen):
                names[name] = went.destination(to)
            else:
                del names[name]
        return set(names)

    def move_links(self, names: set[str]) -> None:
        """Let the links follow their pages; those that lead nowhere now are left out."""
        for page in self.pages:
            went = self.placed.get(page.objgen)
            if went is None:
                self.gone.add(int(page.get("/StructParents", -1)))
            for link in page.get("/Annots", []):
                to: Any = link.get("/Dest")
                there = self.placed.get(to[0].objgen) if isinstance(to, Array) else None
                if went is None or (to is not None and not there and str(to) not in names):
                    self.dead.add(link.objgen)
                    self.gone.add(int(link.get("/StructParent", -1)))
                    continue
                link.Rect, link.P = went.rectangle(link.Rect), went.face
                if there:
                    link.Dest = there.destination(to)
                went.face.Annots.append(link)

    def move_tags(self) -> None:
        """Let the tags follow the content; those of what was not printed are left out."""
        root = self.pdf.Root.get("/StructTreeRoot")
        if root is not None:
            parents = pikepdf.NumberTree(root.ParentTree)
            for key in self.gone - {-1}:
                del parents[key]
            _retag(root, self.placed, self.dead)


def _compare(number: int, trim: list[float], slot: Size) -> None:
    page = Size(trim[2] - trim[0], trim[3] - trim[1])
    if not (page.fits_in(slot) and slot.fits_in(page)):
        (w, h), (x, y) = (map(to_mm, (it.width, it.height)) for it in (page, slot))
        what = f"page {number + 1} is {w:.2f} x {h:.2f} mm; its slot is {x:.2f} x {y:.2f} mm"
        raise LayoutError(Problem(None, what, "take the page's size from the stock's trim"))


def _as_form(pdf: pikepdf.Pdf, page: pikepdf.Page, box: Any) -> Any:
    """The page's own content stream as a form: nothing is copied or compressed again."""
    form: Any = page.obj.get("/Contents")
    # A stream that several pages share (two blank backs) can carry the tags of one only.
    if not isinstance(form, pikepdf.Stream) or "/Subtype" in form:
        parts = form if isinstance(form, Array) else [] if form is None else [form]
        form = pdf.make_stream(b"\n".join(part.read_bytes() for part in parts))
    form.Subtype, form.BBox, form.Resources = Name.Form, box, page.resources
    if "/StructParents" in page:
        form.StructParents = page.StructParents
    return form


def _retag(element: Any, placed: dict[Any, _Placed], dead: set[Any]) -> bool:
    """Let an element and all below it follow their pages; False when nothing of it was printed.

    What a number on its page was is now a number in a form (ISO 32000-1, 14.7.4.2).
    """
    page, kids = element.get("/Pg"), element.get("/K")
    went = None if page is None else placed.get(page.objgen)
    before = list(kids) if isinstance(kids, Array) else [] if kids is None else [kids]
    after: list[Any] = []
    for kid in before:
        if isinstance(kid, int):
            if went:
                content = copy(went.content)
                content.MCID = kid
                after.append(content)
        elif "/S" in kid:
            if _retag(kid, placed, dead):
                after.append(kid)
        elif "/Obj" in kid and kid.Obj.objgen in dead:
            element.S = Name.Span
        elif at := placed.get(kid.Pg.objgen) if "/Pg" in kid else went:
            kid.Pg = at.face
            if "/Obj" not in kid and "/Stm" not in kid:
                kid.Stm = at.form
            after.append(kid)
    if went:
        element.Pg = went.face
    elif page is not None:
        del element["/Pg"]
    if len(after) < len(before) or any(isinstance(kid, int) for kid in before):
        element.K = after[0] if len(after) == 1 else Array(after)
    return bool(after) or (not before and (page is None or went is not None))


def _tell(pdf: pikepdf.Pdf, faces: list[Any], plan: Plan) -> None:
    """The faces in their order, their labels, the title, and how they are to be printed."""
    # One tree for another: 2,000 pages taken out one by one cost half a second.
    tree = pdf.make_indirect(Dictionary(Type=Name.Pages, Count=len(faces), Kids=faces))
    labels: list[Any] = []
    for number, (face, title) in enumerate(zip(faces, plan.labels, strict=True)):
        face.Parent = tree
        labels += [number, Dictionary(P=String(title.partition(":")[0]))]
    pdf.Root.Pages, pdf.Root.PageLabels = tree, Dictionary(Nums=labels)
    pdf.Root.ViewerPreferences = Dictionary(
        DisplayDocTitle=True,
        PrintScaling=Name("/None"),
        Duplex=_TURNS.get(plan.duplex, Name.Simplex),
        PickTrayByPDFSize=True,
    )
    if str(pdf.docinfo.get("/Title", "")) != plan.title:
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = plan.title
