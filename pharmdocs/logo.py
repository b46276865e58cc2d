"""A logo: judged by its bytes and kept as bytes, so that what was judged is what is printed.

It is told with what it shows, for whoever cannot see it, and has a grey twin for black ink.
"""

import io
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pharmdocs.pictures import Flaw, opened, read_picture
from pharmdocs.tones import as_printed

_MOST_BYTES, _MOST_PIXELS = 2_000_000, 16_000_000
# The longest side that any page prints, 60 mm, at 600 dpi.
_LONGEST = 1417
# A drawing longer than that is a line on paper.
_THINNEST = 20


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
        return replace(self, data=as_printed(self.data, grey=True))


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


def _saved(image: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
