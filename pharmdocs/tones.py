"""A picture in the tones that a page can have: eight bits each, on a screen's colors or in greys.

A picture of a bank may be in the inks of a press, or have more tones than a page holds; with black
ink alone every color becomes a grey that is as light.
"""

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from pharmdocs.pictures import MOST_PIXELS, kind_of, opened

# What is as light in grey: the weights of ITU-R BT.601, which Pillow takes for pixels.
_WEIGHTS = (0.299, 0.587, 0.114)
# From sixteen bits to eight.
_FINER = 257


def as_printed(data: bytes, grey: bool) -> bytes:
    """The picture, which `read_picture` has judged; the same bytes where they will do.

    Args:
        data: PNG, JPEG or SVG, which is what it stays.
        grey: whether there is black ink alone.
    """
    kind = kind_of(data)
    if kind == "SVG":
        return _grey(data) if grey else data
    image: Any = opened(data, MOST_PIXELS)[0]
    is_plain = image.mode == "LA" or (image.mode == "L" and not image.has_transparency_data)
    if is_plain or (not grey and image.mode not in ("CMYK", "I", "I;16")):
        return data
    return _saved(_toned(image, grey), kind)


def _toned(image: Any, grey: bool) -> Any:
    """The same picture, upright, in greys or in red, green and blue."""
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        return upright.convert("I").point(lambda tone: tone * (1 / _FINER)).convert("L")
    clear = "A" if upright.has_transparency_data else ""
    whole = upright.convert("RGB" + clear)
    return whole.convert("L" + clear) if grey else whole


def _saved(image: Any, kind: str) -> bytes:
    out = io.BytesIO()
    how: dict[str, Any] = {"optimize": True}
    if kind == "JPEG":
        # At this quality nobody sees that it was saved twice.
        how |= {"quality": 95, "subsampling": 0}
    image.save(out, kind, **how)
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
