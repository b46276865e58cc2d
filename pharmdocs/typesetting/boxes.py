"""What lies where on a laid-out page: the one module that looks into WeasyPrint's box tree.

The tree is private to WeasyPrint, hence the exact pin. Lengths come out as points from the page's
top-left corner. Nothing is judged here; `findings` does that.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pharmdocs.geometry import Box, Size
from pharmdocs.wording import PARTED

_PX = 0.75  # a CSS pixel in points
# 21 pt are 7.4 mm: room for handwriting, and one and a half lines of the 14 pt grid.
RULE_PITCH = 21.0


@dataclass(frozen=True)
class Ink:
    """A run of text or a picture, with everything that has to hold it.

    `kind` is "text" for what the author wrote, "generated" for counters, markers and repeated
    table heads, "margin" for running heads and folios, "picture" for an image. `within` are the
    boxes it must not leave, `source` is the nearest place that the template named. `baseline`
    is measured from the top of the page, `end` is where the next run would begin. A text with the
    number of a page that is not known yet is `told` with a placeholder.
    """

    kind: str
    text: str
    box: Box
    size: float
    family: str
    style: str
    weight: int
    within: tuple[Box, ...]
    source: str
    baseline: float = 0.0
    end: float = 0.0
    told: str = ""


@dataclass(frozen=True)
class Bookmark:
    """An entry of the outline: its level from 1, and its place from the page's lower left."""

    level: int
    label: str
    left: float
    bottom: float


@dataclass(frozen=True)
class Ruled:
    """A box that wants lines to write on; the style sheet says of what kind.

    Its column-rule is their look, its column-gap how far they are apart, RULE_PITCH where it says
    nothing. In points; the color is red, green and blue from 0 to 1.
    """

    box: Box
    weight: float
    color: tuple[float, float, float]
    pitch: float = RULE_PITCH


@dataclass(frozen=True)
class Field:
    """A blank to fill in, where the template says data-field.

    `kind` is "text", "notes" for several lines, or "tick"; `label` is what it is called aloud;
    `size` is that of its type, in points.
    """

    kind: str
    name: str
    label: str
    box: Box
    size: float


@dataclass(frozen=True)
class Table:
    """A table, or what of it lies on this page, and how much wider it is than its place, in points.

    `widest` is the widest text in it, `source` is where that comes from; `goes_on` says that the
    table began on an earlier page.
    """

    box: Box
    excess: float
    columns: int
    widest: str
    source: str
    goes_on: bool


@dataclass(frozen=True)
class PageContents:
    """One laid-out page: its trim, its page name in the style sheet, what lies on it.

    `faces` are the parts of the body that begin or go on there, by their data-face; `anchors` the
    elements with an id, and the top of their part on this page.
    """

    size: Size
    name: str
    inks: tuple[Ink, ...]
    ruled: tuple[Ruled, ...]
    fields: tuple[Field, ...]
    tables: tuple[Table, ...]
    faces: tuple[str, ...]
    anchors: dict[str, float]
    bookmarks: tuple[Bookmark, ...]


def contents(pages: Sequence[Any]) -> tuple[PageContents, ...]:
    """Everything on the pages of a rendered document, in the order of the tree."""
    met: set[int] = set()
    return tuple(_contents(page, met) for page in pages)


def _contents(page: Any, met: set[int]) -> PageContents:
    root = page._page_box
    size = Size(page.width * _PX, page.height * _PX)
    foot, bleed = (root.content_box_y() + root.height) * _PX, page.bleed["top"] * _PX
    walk = _Walk(Box(0, 0, size), bleed, foot, met)
    for child in root.children:
        margin = type(child).__name__ == "MarginBox"
        walk.block(child, (), "margin" if margin else "text", "")
    found = (tuple(walk.inks), tuple(walk.ruled), tuple(walk.fields), tuple(walk.tables))
    anchors = {name: place[1] * _PX for name, place in page.anchors.items()}
    bookmarks = tuple(
        Bookmark(level, label, left * _PX, size.height - top * _PX)
        for level, label, (left, top), _ in page.bookmarks
    )
    name = root.page_type.name
    return PageContents(size, name, *found, tuple(_faces(root)), anchors, bookmarks)


def _faces(root: Any) -> Iterator[str]:
    for html in root.children:
        for body in getattr(html, "children", ()):
            for part in getattr(body, "children", ()):
                if face := _attribute(part, "data-face"):
                    yield face


def strings(inks: Iterable[Ink]) -> Iterator[str]:
    """The text of these runs; those that touch on one base line make one string.

    A word may be set in several runs: its first letter larger, a part of it in bold, the end of it
    on the next line.
    """
    joined = ""
    last: Ink | None = None
    for ink in inks:
        touching = (
            last is not None
            and abs(ink.baseline - last.baseline) < 0.5
            and abs(ink.box.left - last.end) < 0.5
        )
        if joined and not (touching or joined.endswith(PARTED)):
            yield joined
            joined = ""
        joined += ink.told or ink.text
        last = ink
    yield joined


class _Walk:
    """Collects while it descends; a positioned box answers to the page, not to its parents.

    Text stays on the page, a picture may run over its edge as far as the page bleeds.
    `met` are the tables and their heads so far in the document: one met again goes on, and its
    head was repeated.
    """

    def __init__(self, page: Box, bleed: float, foot: float, met: set[int]) -> None:
        self.page = page
        self.bled = page.inset(-bleed)
        self.foot = foot
        self.met = met
        self.inks: list[Ink] = []
        self.ruled: list[Ruled] = []
        self.fields: list[Field] = []
        self.tables: list[Table] = []

    def block(self, box: Any, within: tuple[Box, ...], kind: str, source: str) -> None:
        name = type(box).__name__
        source = _attribute(box, "data-from") or source
        pseudo = (box.element_tag or "").partition("::")[2]
        if kind == "text" and pseudo not in ("", "first-letter", "first-line"):
            kind = "generated"
        if name == "TextBox":
            self._text(box, within, kind, source)
            return
        if name.endswith("ReplacedBox"):
            self.inks.append(
                Ink("picture", "", _border(box), 0, "", "", 0, (self.bled, *within), source)
            )
            return
        within = self._fences(box, within)
        column = self._column(box)
        if field := _attribute(box, "data-field"):
            name, label = _attribute(box, "data-name"), _attribute(box, "data-label")
            size = box.style["font_size"] * _PX
            self.fields.append(Field(field, name, label, _border(box), size))
        if name == "TableRowGroupBox" and box.is_header:
            kind = "generated" if id(box.element) in self.met else kind
            self.met.add(id(box.element))
        for child in getattr(box, "children", ()):
            if rules := _attribute(child, "data-rules"):
                self._rule(child, rules, box)
            fences = (*within, column) if type(child).__name__ == "LineBox" else within
            before = len(self.inks)
            self.block(child, fences, kind, source)
            if getattr(child, "is_table_wrapper", False):
                self._table(child, box.width, self.inks[before:])

    def _text(self, box: Any, within: tuple[Box, ...], kind: str, source: str) -> None:
        style = box.style
        size = style["font_size"] * _PX
        # The line's leading may stand out of a box; the letters may not. Plex letters reach
        # 0.78 em above and 0.22 em below the base line, accents and brackets included.
        baseline = (box.position_y + box.baseline) * _PX
        text = box.text.rstrip()
        trailing = (len(box.text) - len(text)) * 0.3 * size
        width = max(box.width * _PX - trailing, 0)
        area = Box(box.position_x * _PX, baseline - 0.78 * size, Size(width, size))
        self.inks.append(
            Ink(
                kind,
                box.text,
                area,
                size,
                style["font_family"][0],
                style["font_style"],
                int(style["font_weight"]),
                (self.page, *within),
                source,
                baseline,
                (box.position_x + box.width) * _PX,
                box.folio.words if getattr(box, "folio", None) else "",
            )
        )

    def _fences(self, box: Any, within: tuple[Box, ...]) -> tuple[Box, ...]:
        """The boxes that hold all that is inside this one: those of fixed height, or that clip."""
        if type(box).__name__ in ("InlineBox", "LineBox", "MarginBox"):
            return within
        if box.style["position"] in ("absolute", "fixed"):
            within = ()
        fixed = box.style["height"] != "auto" or box.style["overflow"] != "visible"
        return (*within, _border(box)) if fixed and box.element_tag != "html" else within

    def _column(self, box: Any) -> Box:
        """The column that this box gives its lines: they may run down but not out sideways."""
        border = _border(box)
        return Box(border.left, self.page.top, Size(border.size.width, self.page.size.height))

    def _table(self, around: Any, room: float, inks: Sequence[Ink]) -> None:
        """Note a table, and how far it leaves the room that its parent has, wherever it hangs."""
        table = around.get_wrapped_table()
        if widest := max(inks, key=lambda ink: ink.box.size.width, default=None):
            box, end = _border(table), (around.position_x + room) * _PX
            columns, goes_on = len(table.column_widths), id(table.element) in self.met
            found = Table(box, box.right - end, columns, widest.text, widest.source, goes_on)
            self.tables.append(found)
            self.met.add(id(table.element))

    def _rule(self, box: Any, rules: str, parent: Any) -> None:
        """Note a box to rule: down to its own end, its parent's, or the foot of the page."""
        border = _border(box)
        ends = {"foot": self.foot, "parent": _border(parent).bottom}
        bottom = ends.get(rules, border.bottom)
        size = Size(border.size.width, bottom - border.top)
        color = box.style["column_rule_color"]
        color = box.style["color"] if color == "currentcolor" else color
        red, green, blue = color.to("srgb").coordinates
        weight = box.style["column_rule_width"] * _PX
        area = Box(border.left, border.top, size)
        gap = box.style["column_gap"]
        pitch = RULE_PITCH if gap == "normal" else gap.value * _PX
        self.ruled.append(Ruled(area, weight, (red, green, blue), pitch))


def _border(box: Any) -> Box:
    return Box(
        box.border_box_x() * _PX,
        box.border_box_y() * _PX,
        Size(box.border_width() * _PX, box.border_height() * _PX),
    )


def _attribute(box: Any, name: str) -> str:
    # An anonymous box carries the element of its parent; only the element's own box counts.
    element = box.element
    return (element.get(name) or "") if element is not None else ""
