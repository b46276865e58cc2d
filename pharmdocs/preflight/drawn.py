"""What a page draws, piece by piece: in which colors, and where. Forms are followed.

Nothing is judged here. Points are those of the page, y upward, as the PDF has them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
from pikepdf import Dictionary, Matrix

# Name of the space, then its parts: ("DeviceRGB", 0.1, 0.2, 0.3). A space that is not a device's
# has its family's name, a Separation its ink's: ("All", 1.0).
Color = tuple[Any, ...]
Sides = tuple[float, float, float, float]

_DEVICE = {"g": "DeviceGray", "rg": "DeviceRGB", "k": "DeviceCMYK"}
_FILLS = {"f", "F", "f*", "B", "B*", "b", "b*"}
_STROKES = {"S", "s", "B", "B*", "b", "b*"}
# What is drawn in colors that do not stand in the content.
_OPAQUE = {"sh": "a gradient", "INLINE IMAGE": "an inline picture"}
_SHOWS = {"Tj", "TJ", "'", '"'}


@dataclass(frozen=True)
class Mark:
    """Something that a page draws.

    Args:
        kind: path, text, picture, shading, or state (graphics parameters, which draw nothing).
        colors: those it is drawn in.
        box: left, bottom, right, top; of text the height of its line at its beginning.
        thing: the picture, or the parameters.
        group: whether a form around it asks to be blended as one.
    """

    kind: str
    colors: tuple[Color, ...] = ()
    box: Sides = (0.0, 0.0, 0.0, 0.0)
    thing: Any = None
    group: bool = False


@dataclass(frozen=True)
class _State:
    matrix: Matrix
    fill: Color = ("DeviceGray", 0.0)
    stroke: Color = ("DeviceGray", 0.0)
    size: float = 0.0
    hidden: bool = False


@dataclass
class _Path:
    """The points of the path that is being made; of text, where its line stands."""

    points: list[tuple[float, float]] = field(default_factory=list)
    text: Matrix = field(default_factory=Matrix)


def marks(page: pikepdf.Page) -> Iterator[Mark]:
    """Everything that a page draws, in its order."""
    yield from _marks(page, page.resources, _State(Matrix()), "/Group" in page.obj)


def _marks(holder: Any, resources: Any, state: _State, group: bool) -> Iterator[Mark]:
    kept: list[_State] = []
    path = _Path()
    for instruction in pikepdf.parse_content_stream(holder):
        operator, operands = str(instruction.operator), list(instruction.operands)
        if operator == "q":
            kept.append(state)
        elif operator == "Q":
            state = kept.pop()
        elif operator == "Do":
            yield from _object(resources.XObject[str(operands[0])], resources, state, group)
        elif operator == "gs":
            parameters = resources.ExtGState[str(operands[0])]
            yield Mark("state", thing=parameters, group=group)
        elif operator in _OPAQUE:
            yield Mark("shading", ((_OPAQUE[operator],),), group=group)
        elif operator in _SHOWS:
            if not state.hidden:
                yield Mark("text", (state.fill,), _line(state, path.text), group=group)
        elif operator in _FILLS | _STROKES | {"n"}:
            if colors := _painted(operator, state):
                yield Mark("path", colors, _box(path.points), group=group)
            path.points = []
        else:
            state = _follow(operator, operands, resources, state, path)


def _painted(operator: str, state: _State) -> tuple[Color, ...]:
    fills = (state.fill,) if operator in _FILLS else ()
    return (*fills, state.stroke) if operator in _STROKES else fills


def _object(thing: Any, resources: Any, state: _State, group: bool) -> Iterator[Mark]:
    if thing.Subtype == "/Image":
        corners = [state.matrix.transform(point) for point in ((0, 0), (1, 0), (0, 1), (1, 1))]
        stencil = (state.fill,) if thing.get("/ImageMask") else ()
        yield Mark("picture", stencil, _box(corners), thing, group)
        return
    inner = replace(state, matrix=Matrix(thing.get("/Matrix", Matrix())) @ state.matrix)
    yield from _marks(thing, thing.get("/Resources", resources), inner, group or "/Group" in thing)


def _follow(
    operator: str, operands: list[Any], resources: Any, state: _State, path: _Path
) -> _State:
    """What changes without drawing: the matrix, the colors, the path, the place of text."""
    if operator.lower() in {*_DEVICE, "cs", "sc", "scn"}:
        return _colored(state, operator, operands, resources)
    if operator == "cm":
        return replace(state, matrix=Matrix(*map(float, operands)) @ state.matrix)
    if operator in ("m", "l", "c", "v", "y"):
        numbers = [float(number) for number in operands]
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        path.points += [state.matrix.transform(pair) for pair in pairs]
    elif operator == "re":
        x, y, w, h = map(float, operands)
        corners = ((x, y), (x + w, y), (x, y + h), (x + w, y + h))
        path.points += [state.matrix.transform(pair) for pair in corners]
    elif operator == "BT":
        path.text = Matrix()
    elif operator == "Tm":
        path.text = Matrix(*map(float, operands))
    elif operator in ("Td", "TD"):
        path.text = Matrix(1, 0, 0, 1, *map(float, operands)) @ path.text
    elif operator == "Tf":
        return replace(state, size=float(operands[1]))
    elif operator == "Tr":
        return replace(state, hidden=int(operands[0]) == 3)
    return state


def _colored(state: _State, operator: str, operands: list[Any], resources: Any) -> _State:
    kind, fills = operator.lower(), operator.islower()
    parts = [str(it) if isinstance(it, pikepdf.Name) else float(it) for it in operands]
    if kind == "cs":
        color: Color = (_space(str(parts[0]), resources),)
    elif kind in _DEVICE:
        color = (_DEVICE[kind], *parts)
    else:
        color = ((state.fill if fills else state.stroke)[0], *parts)
    return replace(state, fill=color) if fills else replace(state, stroke=color)


def _space(name: str, resources: Any) -> str:
    space: Any = resources.get("/ColorSpace", Dictionary()).get(name)
    if space is None:
        return name.lstrip("/")
    return space_name(space)


def space_name(space: Any) -> str:
    """The family of a color space, or of a Separation the name of its ink."""
    if not isinstance(space, pikepdf.Array):
        return str(space).lstrip("/")
    family = str(space[0]).lstrip("/")
    return str(space[1]).lstrip("/") if family == "Separation" else family


def _line(state: _State, text: Matrix) -> Sides:
    matrix = text @ state.matrix
    return _box([matrix.transform((0, 0)), matrix.transform((0, state.size))])


def _box(points: list[tuple[float, float]]) -> Sides:
    xs, ys = zip(*points, strict=True) if points else ((0.0,), (0.0,))
    return min(xs), min(ys), max(xs), max(ys)
