"""A logo: judged by its bytes and kept as bytes, so that what was judged is what is printed.

It is told with what it shows, for whoever cannot see it, and has a grey twin for black ink.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pharmdocs.pictures import Flaw, opened, read_picture

_MOST_BYTES, _MOST_PIXELS = 2_000_000, 16_000_000
# The longest side that any page prints, 60 mm, at 600 dpi.
_LONGEST = 1417
# A drawing longer than that is a line on paper.
_THINNEST = 20
# What is as light in grey: the weights of ITU-R BT.601, which Pillow takes for pixels.
_WEIGHTS = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Logo:
    """A logo that can be printed: its bytes, "png" or "svg", and what it shows, in words.

    Templates show it under `address`, the only picture outside a bank that they can reach.
    """

    data: bytes
    kind: str
    alt: str

    address = "brand:logo"

    @property
    def media_type(self) -> str:
        """What the bytes are, as the web names it."""
        return "image/png" if self.kind == "png" else "image/svg+xml"

    def in_black(self) -> "Logo":
        """The same without a color, each as light as it was."""
        return replace(self, data=_grey_png(self.data) if self.kind == "png" else _grey(self.data))


def read_logo(root: Path, name: str, alt: str) -> tuple[Logo | None, Flaw | None]:
    """The logo of that name in a project's folder, or what keeps it from being printed."""
    path = root / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(root.resolve()):
        return None, Flaw("lies outside the project", "put the file beside pharmdocs.toml")
    if path.suffix.lower() not in (".png", ".svg"):
        return None, Flaw("is neither .png nor .svg", "save it as SVG, or as PNG")
    if not path.is_file():
        return None, Flaw("is missing", f"put the file at {name}, beside pharmdocs.toml")
    data, flaw = read_picture(path, _MOST_BYTES, _MOST_PIXELS)
    is_png = path.suffix.lower() == ".png"
    if flaw := flaw or (None if is_png else _shapeless(data)):
        return None, flaw
    return (Logo(_plain_png(data), "png", alt) if is_png else Logo(data, "svg", alt)), None


def _shapeless(data: bytes) -> Flaw | None:
    """Why a drawing has no place on a page: its size is not told, or makes no sense."""
    if re.search(rb"<(\w+:)?pattern\b", data):
        # With black ink alone its colors could not be told from color.
        return Flaw("holds <pattern>, not shapes alone", "draw what repeats as shapes")
    fix = 'give its <svg> a viewBox="0 0 width height" around what is drawn'
    head = re.search(r"<(?:\w+:)?svg\b([^>]*)>", data.decode("utf-8-sig"))
    box = re.search(r"""\bviewBox\s*=\s*["']([^"']*)["']""", head[1] if head else "")
    if not box:
        return Flaw("does not say how large it is (viewBox)", fix)
    sides = [float(part) for part in re.findall(r"-?\d*\.?\d+(?:[eE][+-]?\d+)?", box[1])]
    if len(sides) != 4 or min(sides[2:]) <= 0 or max(sides[2:]) > _THINNEST * min(sides[2:]):
        return Flaw(f"has no sensible size (viewBox=“{box[1][:40]}”)", fix)
    return None


def _plain_png(data: bytes) -> bytes:
    """The pixels alone, eight bits each, no more of them than paper shows."""
    image: Any = opened(data, _MOST_PIXELS)[0]
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((_LONGEST, _LONGEST))
    return _saved(image)


def _grey_png(data: bytes) -> bytes:
    image: Any = opened(data, _MOST_PIXELS)[0]
    return _saved(image.convert("LA" if image.has_transparency_data else "L"))


def _saved(image: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


# Where a drawing names a color: an attribute of that name, or a declaration of a style.
_PAINTS = ("fill", "stroke", "color", "stop-color", "flood-color")
_PAINT = re.compile(rf"""\b({"|".join(_PAINTS)})(\s*:\s*)([^;}}]+)""")
_NONE = "none"


def _grey(data: bytes) -> bytes:
    """A drawing with every color as a grey; what fades is as light all over as it is on average."""
    # `read_picture` has judged it.
    root = ElementTree.fromstring(data)  # noqa: S314
    fading = {
        f"#{element.get('id')}": _average(element, root)
        for element in root.iter()
        if str(element.tag).endswith("Gradient") and element.get("id")
    }

    def declared(css: str) -> str:
        return _PAINT.sub(lambda it: f"{it[1]}{it[2]}{_grey_of(it[3], fading)}", css)

    for element in root.iter():
        for name in _PAINTS:
            if name in element.attrib:
                element.set(name, _grey_of(element.attrib[name], fading))
        if "style" in element.attrib:
            element.set("style", declared(element.attrib["style"]))
        if str(element.tag).endswith("style"):
            element.text = declared(element.text or "")
    return ElementTree.tostring(root)


def _average(gradient: Any, root: Any) -> str:
    """The grey that a gradient comes to; it may have its stops from another one."""
    to = next((value for key, value in gradient.attrib.items() if key.endswith("href")), "")
    others = [it for it in root.iter() if to and it.get("id") == to[1:]]
    stops = [it for holder in (gradient, *others) for it in holder if str(it.tag).endswith("stop")]
    styles = [dict(_declarations(it.get("style", ""))) for it in stops]
    colors = [
        style.get("stop-color", it.get("stop-color", "black"))
        for it, style in zip(stops, styles, strict=True)
    ]
    levels = [level for color in colors if (level := _level(color)) is not None]
    return _shown(sum(levels) / len(levels)) if levels else _NONE


def _declarations(css: str) -> Iterator[tuple[str, str]]:
    for declaration in css.split(";"):
        name, _, value = declaration.partition(":")
        yield name.strip(), value.strip()


def _grey_of(paint: str, fading: dict[str, str]) -> str:
    if called := re.match(r"""\s*url\(\s*["']?(#[^"')\s]+)""", paint):
        return fading.get(called[1], paint)
    level = _level(paint)
    return paint if level is None else _shown(level, _color(paint).alpha)


def _level(paint: str) -> float | None:
    """How light a color is, 0 to 1; None for what is no color, such as `none`."""
    color = _color(paint)
    if color is None or isinstance(color, str):
        return None
    parts = zip(_WEIGHTS, (color.red, color.green, color.blue), strict=True)
    return float(sum(weight * part for weight, part in parts))


def _color(paint: str) -> Any:
    from tinycss2.color3 import parse_color

    return parse_color(paint.replace("!important", "").strip())


def _shown(level: float, alpha: float = 1.0) -> str:
    grey = round(255 * level)
    return f"rgba({grey}, {grey}, {grey}, {alpha:g})"
