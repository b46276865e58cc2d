"""Small pictures of every kind that a bank may hold. Each is so wide as no other one."""

import io
from typing import NamedTuple

from PIL import Image

# How Pillow calls what PNG and JPEG hold: grey, with a palette, clear in places, for a press.
_PIXELS = {
    ".png": ("RGB", "L", "P", "1", "LA", "RGBA", "I;16"),
    ".jpg": ("RGB", "L", "CMYK"),
    ".JPEG": ("RGB", "L", "CMYK"),
}
_FADE = '<linearGradient id="f"><stop stop-color="#7a2e5f"/><stop offset="1"/></linearGradient>'
SHAPES = (
    '<rect width="90%" height="90%" fill="#0b5c6b"/>',
    '<defs><path id="p" d="M0 0l9 9"/></defs><use href="#p" stroke="#888"/>',
    '<path style="fill:none;stroke:#2f5d27;stroke-dasharray:2 3" d="M1 1h30v30h-30z"/>',
    '<g opacity=".5"><circle r="9"/><path d="M0 0h20v20z" stroke="red"/></g>',
    f'<defs>{_FADE}</defs><rect width="100%" height="100%" fill="url(#f)"/>',
)
VEILS = (3, 4)
FORMS = 7
KINDS = (*_PIXELS, ".svg")
COLORS = ((122, 46, 95), (0, 0, 0), (128, 128, 128), (255, 255, 255))


class Picture(NamedTuple):
    """What a reader who cannot see it is told, and its width in pixels, 0 of a drawing.

    Through one that is a `veil` something shines, which no shop's page may have.
    """

    told: tuple[str, ...]
    width: int
    veil: bool = False


def picture(kind: str, form: int, width: int, height: int) -> bytes:
    """A picture of one of KINDS, in its first form, its second, up to FORMS; begin with 0."""
    if kind == ".svg":
        named = f'viewBox="0 0 {width} {height}"'
        named += f' width="{width}" height="{height}"' * (width % 2)
        shapes = SHAPES[form % len(SHAPES)]
        return f'<svg xmlns="http://www.w3.org/2000/svg" {named}>{shapes}</svg>'.encode()
    mode = _PIXELS[kind][form % len(_PIXELS[kind])]
    image = Image.new("RGB", (width, height), COLORS[form % len(COLORS)])
    image.putpixel((0, 0), (10, 90, 100))
    image = Image.new(mode, image.size, 30_000) if mode == "I;16" else image.convert(mode)
    if mode.endswith("A"):
        image.putalpha(Image.linear_gradient("L").resize((width, height)))
    data = io.BytesIO()
    (image if mode == "I;16" else image.convert(mode)).save(
        data, Image.registered_extensions()[kind.lower()]
    )
    return data.getvalue()
