"""Whether a picture can be printed: judged by its bytes, never by its name.

What a drawing may hold are shapes: its letters would come from no vendored face, its pictures and
style sheets from anywhere. What cannot be read to its end, or would grow without end while it is
drawn, is refused before the typesetter sees it.
"""

import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree

if TYPE_CHECKING:
    from PIL.Image import Image

# A full page at 600 dpi has 34.8 million pixels, of four bytes each.
MOST_BYTES, MOST_PIXELS = 20_000_000, 35_000_000
# A drawing takes fifty times its bytes while it is looked at.
_MOST_DRAWN = 2_000_000
KINDS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".svg": "SVG"}
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"%!PS", "EPS"),
    (b"RIFF", "WebP"),
)
_FOREIGN = {"a", "audio", "foreignObject", "iframe", "image", "script", "text", "video"}
# Elements that are drawn, those that others call for counted each time; and how deep they nest.
_MOST_SHAPES, _DEEPEST = 50_000, 100
_ANEW = "save it anew from a drawing program"


class Flaw(NamedTuple):
    """What keeps a picture from being printed, to be read after its name, and what to do."""

    what: str
    fix: str


def read_picture(
    path: Path, most_bytes: int = MOST_BYTES, most_pixels: int = MOST_PIXELS
) -> tuple[bytes, Flaw | None]:
    """The bytes of a picture, and what keeps it from being printed, as far as they tell.

    Args:
        path: where it lies; what the bytes are must agree with the end of its name.
        most_bytes: how large the file may be.
        most_pixels: how many pixels it may have.
    """
    if path.stat().st_size > most_bytes:
        fix = "save it smaller, without what no paper shows"
        return b"", Flaw(f"is larger than {most_bytes // 1_000_000} MB", fix)
    data = path.read_bytes()
    kind = kind_of(data)
    if kind != KINDS.get(path.suffix.lower()):
        what = "is not the kind of picture that its name says"
        return data, Flaw(f"{what} (its bytes are {kind})" if kind else what, _ANEW)
    if kind != "SVG":
        return data, opened(data, most_pixels)[1]
    if len(data) > _MOST_DRAWN:
        what = f"is a drawing of more than {_MOST_DRAWN // 1_000_000} MB"
        return data, Flaw(what, "save it with fewer points, or as PNG")
    return data, _drawing_flaw(data)


def kind_of(data: bytes) -> str:
    """What the bytes are by the way they begin, such as PNG; "" for nothing that is known here."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    return "SVG" if re.search(rb"<(\w+:)?svg\b", data[:4096]) else ""


def opened(data: bytes, most: int) -> tuple["Image | None", Flaw | None]:
    """A PNG or JPEG picture with all its pixels, or what is wrong with it."""
    from PIL import Image, ImageFile

    # The typesetter tells Pillow for the whole process to fill up what a file lacks.
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Any = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
            # The size stands at the beginning: nothing is unpacked before it has been looked at.
            if image.width * image.height > most:
                raise Image.DecompressionBombError
            image.load()
    except bombs:
        what = f"has more than {most // 1_000_000} million pixels"
        return None, Flaw(what, "save it smaller; 2,000 pixels across are plenty for paper")
    except (OSError, SyntaxError, ValueError, EOFError):
        return None, Flaw("is damaged: it cannot be read to its end", _ANEW)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    return image, None


def _drawing_flaw(data: bytes) -> Flaw | None:
    """What is wrong with an SVG drawing."""
    try:
        text = data.decode("utf-8-sig")
        if "<!ENTITY" in text:
            return Flaw("defines entities, which can grow without end", _ANEW)
        # Entities are what would make this dangerous; there are none.
        root = ElementTree.fromstring(data)  # noqa: S314
    except UnicodeDecodeError:
        return Flaw("is not written in UTF-8", _ANEW)
    except (ElementTree.ParseError, ValueError, LookupError):
        return Flaw("is damaged: it cannot be read as SVG", _ANEW)
    style = "calls for a style sheet of its own" if "<?xml-stylesheet" in text else ""
    if what := style or next(_foreign(root), ""):
        return Flaw(what, "save it with its letters turned into paths, and with nothing linked")
    if not _is_bounded(root):
        return Flaw("draws itself again and again, or far too many shapes", _ANEW)
    return None


def _foreign(root: Any) -> Iterator[str]:
    """Everything in a drawing that is no shape, or leads out of it."""
    if _name(root.tag) != "svg":
        yield f"is <{_name(root.tag)}>, not <svg>"
    for element in root.iter():
        name = _name(element.tag)
        if name in _FOREIGN:
            yield f"holds <{name}>, not shapes alone"
        css = element.text or "" if name == "style" else ""
        for attribute, value in element.attrib.items():
            key = _name(attribute)
            if key.startswith("on"):
                yield f"holds a script ({key})"
            if key in ("href", "src", "base") and not value.strip().startswith("#"):
                yield f"leads out of itself ({key}=“{value[:40]}”)"
            # What a drawing program notes for itself is no style.
            css += "" if attribute.startswith("{") else f" {value}"
        if "\\" in css:
            yield "writes its style with backslashes, which hide what it calls for"
        if re.search(r"@import|@font-face", css, re.I):
            yield "calls for a style sheet of its own"
        for to in re.findall(r"""url\(\s*["']?\s*([^"')\s]*)""", css, re.I):
            if not to.startswith("#"):
                yield f"leads out of itself (url({to[:40]}))"


def _is_bounded(root: Any) -> bool:
    """Whether what is drawn, with all that it calls for by name, comes to an end soon enough."""
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    known: dict[Any, int] = {}

    def count(element: Any, depth: int) -> int:
        if depth > _DEEPEST:
            return _MOST_SHAPES + 1
        if element not in known:
            calls = [to for value in element.attrib.values() for to in _called(value)]
            below = [*element, *(named[to] for to in calls if to in named)]
            total = 1
            for other in below:
                total += count(other, depth + 1)
                if total > _MOST_SHAPES:
                    break
            known[element] = total
        return known[element]

    return count(root, 0) <= _MOST_SHAPES


def _called(value: str) -> list[str]:
    """The ids for which an attribute calls: as a link, or as url(#id)."""
    if value.startswith("#"):
        return [value[1:]]
    return re.findall(r"""url\(\s*["']?\s*#([^"')\s]+)""", value)


def _name(tag: Any) -> str:
    """The name of an element or attribute without its namespace; "" for a comment."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
