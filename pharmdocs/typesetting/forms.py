"""Blanks of a finished page -> form fields, or what is known written on their lines.

Both start from where the layout put the blanks, and both set a value the same way, so the form
and the flat page show the same picture. The fields stay within PDF/A-2a and PDF/UA-1, empty and
filled: every state has its appearance, drawn with the whole vendored face, and no viewer is asked
to make one.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from textwrap import shorten
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from pharmdocs.errors import LayoutError, Problem, SetupError, closest
from pharmdocs.geometry import Box, Size
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.accessible import saved
from pharmdocs.typesetting.boxes import Field
from pharmdocs.typesetting.stamping import place_of, written
from pharmdocs.typesetting.typeset import Page
from pharmdocs.typesetting.values import (
    BASE,
    FACE,
    FONT,
    INSET,
    LEADING,
    TooLongError,
    drawn,
    height,
    noted,
    settle,
)

# ISO 32000-1, table 228 and table 165: several lines; the field is printed.
_MULTILINE, _PRINT = 1 << 12, 4
# Notes begin below the line of text above them, and end above their last rule.
_NOTES_TOP, _NOTES_BOTTOM = 4.0, 1.0


def fillable(pdf: bytes, pages: Sequence[Page]) -> bytes:
    """The file with a field for every blank of its pages, in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root
        parents = pikepdf.NumberTree(root.StructTreeRoot.ParentTree)
        found: dict[str, tuple[Field, list[Any]]] = {}
        blanks = enumerate(_blanks(document, pages), max(parents, default=-1) + 1)
        for number, (at, field, element) in blanks:
            target = document.pages[at]
            widget = document.make_indirect(_widget(document, field, pages[at].size.height))
            widget.P, widget.StructParent = target.obj, number
            element.S = Name.Form
            element.K = Dictionary(Type=Name.OBJR, Obj=widget, Pg=target.obj)
            parents[number] = element
            found.setdefault(field.name, (field, []))[1].append(widget)
            target.Annots = Array([*target.get("/Annots", []), widget])
            # ISO 14289-1, 7.18.3: the order of the tags is the order of the tabs.
            target.Tabs = Name.S
        root.AcroForm = Dictionary(
            Fields=Array([_field(document, *item) for item in found.values()]),
            DR=Dictionary(Font={f"/{FONT}": face_of(document)}),
            DA=pikepdf.String(f"/{FONT} 0 Tf 0 g"),
        )
        return saved(document)


def fill(pdf: bytes, values: Mapping[str, str]) -> bytes:
    """A fillable file with its fields filled in; a tick is set by any text.

    Args:
        pdf: from `fillable`.
        values: by the blank's name; an empty one empties its field.

    Raises:
        LayoutError: there is no such blank, or a value is too long for its own.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        form = document.Root.AcroForm
        font = form.DR.Font[f"/{FONT}"]
        fields = {str(field.T): field for field in form.Fields}
        problems = []
        for name, value in values.items():
            if name not in fields:
                what = f"there is no blank `{name}`"
                problems.append(Problem(None, what, closest(name, fields)))
                continue
            try:
                _fill(document, fields[name], value, font)
            except TooLongError as error:
                problems.append(_too_long(str(fields[name].TU), value, error))
        if problems:
            raise LayoutError(*problems)
        return saved(document)


def write_in(
    pdf: bytes, pages: Sequence[Page], values: Mapping[str, str], once: bool = False
) -> bytes:
    """The file with what is known standing on the lines of its pages, as text of theirs.

    Args:
        pdf: from `finish`.
        pages: its pages.
        values: by the blank's name.
        once: leave every blank but the first of a name as it is: those of the email.

    Raises:
        LayoutError: a value is too long for its blank.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        font = face_of(document)
        parents = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
        problems = []
        content: dict[int, list[bytes]] = {}
        waiting = dict(values)
        for at, field, element in _blanks(document, pages):
            if field.kind != "text" or not (value := waiting.get(field.name, "")):
                continue
            if once:
                del waiting[field.name]
            try:
                text = written(place_of(field, pages[at]), value)
            except TooLongError as error:
                problems.append(_too_long(field.label, value, error))
                continue
            kids = parents[int(document.pages[at].StructParents)]
            marked = f"/Span <</MCID {len(kids)}>> BDC ".encode() + text + b" EMC"
            content.setdefault(at, []).append(marked)
            element.K = len(kids)
            kids.append(element)
        if problems:
            raise LayoutError(*problems)
        for at, own in content.items():
            target = document.pages[at]
            target.Resources.Font[f"/{FONT}"] = font
            # What stands there may leave the page turned over, as the engine works from the top.
            before = target.Contents.read_bytes()
            target.Contents = document.make_stream(b"\n".join([b"q", before, b"Q", *own]))
        return saved(document)


def _blanks(document: pikepdf.Pdf, pages: Sequence[Page]) -> list[tuple[int, Field, Any]]:
    """Each blank with its page and its element, a span without content, in reading order.

    Raises:
        SetupError: the template has another empty span, or a blank that is no span.
    """
    found = [item for item in _elements(document.Root.StructTreeRoot.K) if _is_blank(item)]
    fields = [(at, field) for at, page in enumerate(pages) for field in page.fields]
    if len(found) != len(fields):
        what = f"the sheet has {len(fields)} blanks and {len(found)} empty spans"
        fix = "give data-field to every empty span of the template, and to nothing else"
        raise SetupError(Problem(None, what, fix))
    return [(*blank, element) for blank, element in zip(fields, found, strict=True)]


def _elements(tree: Any) -> Iterator[Any]:
    if isinstance(tree, Array):
        for item in tree:
            yield from _elements(item)
    elif isinstance(tree, Dictionary) and "/S" in tree:
        yield tree
        yield from _elements(tree.get("/K", Array()))


def _is_blank(element: Any) -> bool:
    return bool(element.S == "/Span") and element.get("/K", Array()) == Array()


def face_of(document: pikepdf.Pdf) -> Any:
    """The face of the fields, which the page embeds whole for its own text.

    Raises:
        SetupError: the page sets nothing in it.
    """
    name = next(face.family for face in fonts.faces() if face.file == FACE)
    for font in document.pages[0].Resources.Font.values():
        if str(font.BaseFont).partition("+")[2] == name.replace(" ", "-"):
            return font
    fix = f"set something on the sheet in {name}"
    raise SetupError(Problem(None, f"the fields want {name}, and nothing is set in it", fix))


def _widget(document: pikepdf.Pdf, field: Field, page_height: float) -> Dictionary:
    """The annotation of a blank, without what makes it a field."""
    box = _area(field)
    size = box.size
    rect = [box.left, page_height - box.bottom, box.right, page_height - box.top]
    widget = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        Rect=Array([round(edge, 3) for edge in rect]),
        F=_PRINT,
    )
    if field.kind == "tick":
        widget.AS = Name.Off
        states = {"/Off": b"", "/Yes": _check(size.width, size.height)}
        forms = {key: _appearance(document, size, data) for key, data in states.items()}
        widget.AP = Dictionary(N=Dictionary(forms))
        return widget
    widget.AP = Dictionary(N=_appearance(document, size, b"/Tx BMC EMC"))
    widget.PharmdocsSize = round(field.size, 3)
    # 0: as large as the height allows, and smaller before anything is cut.
    widget.DA = pikepdf.String(f"/{FONT} 0 Tf 0 g")
    if field.kind == "notes":
        # Typed text has lines of its own: paper behind it, or it would lie across the rules.
        widget.MK = Dictionary(BG=Array([1]))
    return widget


def _area(field: Field) -> Box:
    """Where a blank is filled in: clear of the text above notes, and of their last rule."""
    box = field.box
    if field.kind != "notes":
        return box
    size = Size(box.size.width, box.size.height - _NOTES_TOP - _NOTES_BOTTOM)
    return Box(box.left, box.top + _NOTES_TOP, size)


def _field(document: pikepdf.Pdf, field: Field, widgets: Sequence[Any]) -> Any:
    """The field of one blank, or of several that are filled in together."""
    whole = widgets[0] if len(widgets) == 1 else document.make_indirect(Dictionary())
    whole.T, whole.TU = pikepdf.String(field.name), pikepdf.String(field.label)
    if field.kind == "tick":
        whole.FT, whole.V = Name.Btn, Name.Off
    else:
        whole.FT, whole.V = Name.Tx, pikepdf.String("")
        whole.Ff = _MULTILINE if field.kind == "notes" else 0
    if len(widgets) > 1:
        whole.Kids = Array(widgets)
        for widget in widgets:
            widget.Parent = whole
    return whole


def _fill(document: pikepdf.Pdf, field: Any, value: str, font: Any) -> None:
    if field.FT == "/Btn":
        field.V = field.AS = Name.Yes if value else Name.Off
        return
    for widget in field.get("/Kids", [field]):
        left, bottom, right, top = (float(edge) for edge in widget.Rect)
        size = float(widget.PharmdocsSize)
        if int(field.Ff) & _MULTILINE:
            text = noted(value, right - left, top - bottom, size)
        else:
            setting = settle(value, right - left - 2 * INSET, size)
            text = drawn(setting, INSET, BASE * size, LEADING * size, FONT)
            top = max(top, bottom + height(setting, size))
        box = Size(right - left, top - bottom)
        widget.Rect[3] = round(top, 3)
        clip = f"0 0 {box.width:.3f} {box.height:.3f} re"
        data = b"/Tx BMC q " + clip.encode() + b" W n " + text + b" Q EMC"
        widget.AP.N = _appearance(document, box, data, font)
    field.V = pikepdf.String(value)


def _too_long(label: str, value: str, error: TooLongError) -> Problem:
    # Several certificates have one label.
    return Problem(None, f"“{label}” is {error}", f"shorten “{shorten(value, 60)}”")


def _appearance(document: pikepdf.Pdf, size: Size, data: bytes, font: Any = None) -> Any:
    stream = document.make_stream(data)
    stream.Type, stream.Subtype = Name.XObject, Name.Form
    stream.BBox = Array([0, 0, round(size.width, 3), round(size.height, 3)])
    stream.Resources = Dictionary(Font={f"/{FONT}": font}) if font else Dictionary()
    return stream


def _check(width: float, height: float) -> bytes:
    """A check mark, drawn: its box is drawn by the page."""
    points = [(0.22, 0.5), (0.43, 0.26), (0.8, 0.78)]
    (x0, y0), (x1, y1), (x2, y2) = [(x * width, y * height) for x, y in points]
    path = f"{x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l {x2:.2f} {y2:.2f} l S"
    return f"q 1.5 w 1 J 1 j 0 G {path} Q".encode()
