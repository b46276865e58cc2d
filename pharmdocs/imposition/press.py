"""Pages + sheets + marks -> the printer's PDF, in which tags, links and bookmarks still work.

What pages draw becomes a part of what their face draws (`content`), and what refers to it follows
it, so the sheets are as valid as the pages were (PDF/UA-1, PDF/A-2a). Pages that lie on no sheet
are left out with their tags and with the links to them.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NumberTree, String

from pharmdocs.errors import LayoutError, Problem
from pharmdocs.geometry import Size, to_mm
from pharmdocs.imposition import outline
from pharmdocs.imposition.canvas import APART, STAMP
from pharmdocs.imposition.content import Resources, called, placed, renumbered, saved, used
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
        numbers: what each page is called, for the registration check; empty for its place.
    """

    title: str
    duplex: str
    labels: tuple[str, ...]
    bleed: float = 0.0
    faces_in_outline: bool = True
    numbers: tuple[int, ...] = ()


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
        plate = _Plate(pdf, stock, plan)
        for it in drawn.pages:
            # Only what is indirect can be copied.
            it.Resources = drawn.make_indirect(it.Resources)
        printed = [plate.lay(face, layer) for face, layer in zip(faces, drawn.pages, strict=True)]
        plate.move_links(plate.move_names())
        plate.move_tags()
        if plan.faces_in_outline:
            outline.face_by_face(pdf, plate.placed, printed, plan.labels)
        else:
            outline.as_it_was(pdf, plate.placed)
        _tell(pdf, printed, plan)
        return saved(pdf)


@dataclass(frozen=True)
class _Placed:
    """Where a page went, and how its points move; PDF's y, upward from the lower left corner.

    `numbers` are those of its pieces on the face, by those on the page. `corner` is the upper left
    corner of its trim on the face.
    """

    face: Any
    numbers: dict[int, int]
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

    def __init__(self, pdf: pikepdf.Pdf, stock: Stock, plan: Plan) -> None:
        self.pdf, self.pages, self.sheet, gap = pdf, list(pdf.pages), stock.sheet, stock.gap
        self.placed: dict[Any, _Placed] = {}
        self.resources = Resources(pdf)
        # Links that lead nowhere now, and the rows of the parent tree, by their keys; what belongs
        # to a page moves into its face's row.
        self.dead: set[Any] = set()
        tags = pdf.Root.get("/StructTreeRoot")
        self.rows: dict[int, Any] = {} if tags is None else dict(NumberTree(tags.ParentTree))
        self.keys = count(max(self.rows, default=-1) + 1)
        # Bleed ends halfway to a neighbour.
        bleed, self.numbers = plan.bleed, plan.numbers or range(len(self.pages))
        across = min(bleed, gap.width / 2) if stock.columns > 1 else bleed
        up = min(bleed, gap.height / 2) if stock.rows > 1 else bleed
        self.bleed = (-across, -up, across, up)

    def lay(self, face: Face, marks: pikepdf.Page) -> Any:
        """One face: its pages, then its marks."""
        size = Array([0, 0, round(self.sheet.width, 4), round(self.sheet.height, 4)])
        page = self.pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=size, TrimBox=size))
        page.Annots, page.Tabs = Array(), Name.S
        pages = [self.pages[placement.page] for placement in face.placements]
        drawn = [_content(it) for it in pages]
        own = [used(it.resources, content) for it, content in zip(pages, drawn, strict=True)]
        wanted = [self.pdf.copy_foreign(marks.obj.Resources), *own]
        page.Resources, (_, *renamed) = self.resources.together(wanted)
        row: list[Any] = []
        laid = [
            self._place(placement, page, called(self.pdf, content, names), row)
            for placement, content, names in zip(face.placements, drawn, renamed, strict=True)
        ]
        marked = b"/Artifact BMC q\n%b\nQ EMC\n" % marks.Contents.read_bytes().replace(STAMP, APART)
        page.Contents = self.pdf.make_stream(b"".join([*laid, marked]))
        if row:
            page.StructParents = key = next(self.keys)
            self.rows[key] = Array(row)
        return page

    def _place(self, placement: Placement, face: Any, content: bytes, row: list[Any]) -> bytes:
        """What a page draws, where it lies; the owners of its pieces are added to the row."""
        page = self.pages[placement.page]
        if page.objgen in self.placed:
            raise ValueError(f"page {placement.page} lies on two slots")
        left, bottom, right, top = trim = [float(side) for side in page.trimbox]
        _compare(placement.page, trim, placement.box.size)
        media = [float(side) for side in page.mediabox]
        bled = [side + more for side, more in zip(trim, self.bleed, strict=True)]
        shown = (*map(max, media[:2], bled[:2]), *map(min, media[2:], bled[2:]))
        x, y = placement.box.left, self.sheet.height - placement.box.top
        sign, across, up = (
            (-1, x + right, y + bottom) if placement.turned else (1, x - left, y - top)
        )
        content, numbers = renumbered(content, len(row))
        owners = self.rows.pop(int(page.get("/StructParents", -1)), ())
        row += [owners[number] for number in numbers]
        corner = round(x, 4), round(y, 4)
        self.placed[page.objgen] = _Placed(face, numbers, sign, across, up, corner)
        matrix = f"{sign} 0 0 {sign} {across:.4f} {up:.4f}"
        return placed(content, self.numbers[placement.page], trim, shown, matrix)

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
                self.rows.pop(int(page.get("/StructParents", -1)), None)
            for link in page.get("/Annots", []):
                to: Any = link.get("/Dest")
                there = self.placed.get(to[0].objgen) if isinstance(to, Array) else None
                if went is None or (to is not None and not there and str(to) not in names):
                    self.dead.add(link.objgen)
                    self.rows.pop(int(link.get("/StructParent", -1)), None)
                    continue
                link.Rect, link.P = went.rectangle(link.Rect), went.face
                if there:
                    link.Dest = there.destination(to)
                went.face.Annots.append(link)

    def move_tags(self) -> None:
        """Let the tags follow the content; those of what was not printed are left out."""
        root = self.pdf.Root.get("/StructTreeRoot")
        if root is not None:
            flat = [item for key in sorted(self.rows) for item in (key, self.rows[key])]
            root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(flat)))
            root.ParentTreeNextKey = max(self.rows, default=-1) + 1
            _retag(root, self.placed, self.dead)


def _compare(number: int, trim: list[float], slot: Size) -> None:
    page = Size(trim[2] - trim[0], trim[3] - trim[1])
    if not (page.fits_in(slot) and slot.fits_in(page)):
        (w, h), (x, y) = (map(to_mm, (it.width, it.height)) for it in (page, slot))
        what = f"page {number + 1} is {w:.2f} x {h:.2f} mm; its slot is {x:.2f} x {y:.2f} mm"
        raise LayoutError(Problem(None, what, "take the page's size from the stock's trim"))


def _content(page: pikepdf.Page) -> bytes:
    """What a page draws; its streams may end anywhere between two words."""
    found: Any = page.obj.get("/Contents")
    parts = found if isinstance(found, Array) else [] if found is None else [found]
    return b"\n".join(part.read_bytes() for part in parts)


def _retag(element: Any, placed: dict[Any, _Placed], dead: set[Any]) -> bool:
    """Let an element and all below it follow their pages; False when nothing of it was printed."""
    page, kids = element.get("/Pg"), element.get("/K")
    went = None if page is None else placed.get(page.objgen)
    before = list(kids) if isinstance(kids, Array) else [] if kids is None else [kids]
    after: list[Any] = []
    for kid in before:
        if isinstance(kid, int):
            if went and kid in went.numbers:
                after.append(went.numbers[kid])
        elif "/S" in kid:
            if _retag(kid, placed, dead):
                after.append(kid)
        elif "/Obj" in kid and kid.Obj.objgen in dead:
            element.S = Name.Span
        elif at := placed.get(kid.Pg.objgen) if "/Pg" in kid else went:
            kid.Pg = at.face
            if "/MCID" in kid:
                kid.MCID = at.numbers[int(kid.MCID)]
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
