"""Screen colors -> the inks of a press: what a finished file holds in RGB, converted or taken out.

Flat colors are converted one by one. A grey becomes a tint of black ink and nothing else, whatever
the profile would mix for it. What is drawn stays where it is: only operands of color operators,
pictures, and what the file says of its colors change.
"""

import io
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageChops, ImageCms

from pharmdocs.imposition.profile import Profile

_FLAT = re.compile(
    rb"(?<![^\s])(?:([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+(rg|RG)|([\d.]+)\s+(g|G))(?=\s|$)"
)
# Spaces that the typesetter offers to every page; none is of use to a press.
_OFFERED = ("/lab-d50", "/lab-d65", "/srgb")
# Of 255; what is drawn more faintly than that nobody sees.
_CLEAR = 16
# The claim of PDF/A, and the name of its words.
_ARCHIVE = re.compile(rb' (xmlns:)?pdfaid(:\w+)?="[^"]*"')


@dataclass(frozen=True)
class Inks:
    """What the shop prints with: the inks of a profile, or, with a profile or without, black."""

    profile: Profile | None
    black: bool

    @property
    def name(self) -> str:
        """The inks in a printer's words."""
        profile = f", {self.profile.name}" if self.profile else ""
        return ("black only" if self.black else "CMYK") + profile

    @cached_property
    def transform(self) -> Any:
        """From sRGB to the profile; relative colorimetric, black point kept."""
        data = self.profile.data if self.profile else b""
        return ImageCms.buildTransform(
            ImageCms.createProfile("sRGB"),
            ImageCms.ImageCmsProfile(io.BytesIO(data)),
            "RGB",
            "CMYK",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )

    def mixed(self, red: float, green: float, blue: float) -> tuple[float, ...]:
        """The inks of a color, each from 0 to 1; of a grey, black alone."""
        if red == green == blue:
            return (0, 0, 0, round(1 - red, 4))
        parts = tuple(round(255 * part) for part in (red, green, blue))
        mixed: Any = ImageCms.applyTransform(Image.new("RGB", (1, 1), parts), self.transform)
        return tuple(round(ink / 255, 4) for ink in mixed.getpixel((0, 0)))


def separated(pdf: bytes, inks: Inks) -> bytes:
    """The file in the inks of the shop; where there is only black, what has color keeps it.

    A file with a CMYK output intent is PDF/A-2a as before. Black alone needs no output intent,
    and without one the file claims no PDF/A (ISO 19005-2, 6.2.4.3); its tags stay PDF/UA-1.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _forget_offers(document)
        if not inks.black:
            _mix(document, inks)
        _separate_pictures(document, inks)
        _tell(document, inks)
        out = io.BytesIO()
        document.save(
            out, deterministic_id=True, stream_decode_level=pikepdf.StreamDecodeLevel.none
        )
    return out.getvalue()


def _streams(document: pikepdf.Pdf) -> list[Any]:
    """Everything that draws: the pages' contents, forms, patterns."""
    found = [page.Contents for page in document.pages]
    found += [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Stream)
        and (item.get("/Subtype") == "/Form" or item.get("/Type") == "/Pattern")
    ]
    return found


def _mix(document: pikepdf.Pdf, inks: Inks) -> None:
    known: dict[tuple[bytes, ...], bytes] = {}

    def mixed(found: re.Match[bytes]) -> bytes:
        *parts, operator, grey, grey_operator = found.groups()
        key = (grey, grey, grey, grey_operator) if grey else (*parts, operator)
        if key not in known:
            tints = " ".join(f"{ink:g}" for ink in inks.mixed(*map(float, key[:3])))
            known[key] = tints.encode() + (b" k" if key[3] in (b"rg", b"g") else b" K")
        return known[key]

    for stream in _streams(document):
        stream.write(_FLAT.sub(mixed, stream.read_bytes()))


def _forget_offers(document: pikepdf.Pdf) -> None:
    """Take out the color spaces that nothing draws in."""
    used = {
        str(instruction.operands[0])
        for stream in _streams(document)
        if re.search(rb"\s(cs|CS)\s", stream.read_bytes())
        for instruction in pikepdf.parse_content_stream(stream, "cs CS")
    }
    for page in document.pages:
        spaces: Any = page.resources.get("/ColorSpace", Dictionary())
        for name in _OFFERED:
            if name in spaces and name not in used:
                del spaces[name]


def _separate_pictures(document: pikepdf.Pdf, inks: Inks) -> None:
    """Convert pictures; what shines through becomes paper, cut out with a hard edge."""
    pictures = [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
    ]
    veils = {item.SMask.objgen for item in pictures if "/SMask" in item}
    for item in pictures:
        if item.objgen in veils or item.get("/ImageMask"):
            continue
        shown: Any = pikepdf.PdfImage(item).as_pil_image()
        veil: Any = item.get("/SMask")
        if veil is not None:
            alpha = pikepdf.PdfImage(veil).as_pil_image().convert("L").resize(shown.size)
            shown = _on_paper(document, item, shown, alpha)
        if shown.mode not in ("RGB", "P") and veil is None:
            continue
        shown = shown if shown.mode == "L" else shown.convert("RGB")
        if shown.mode == "RGB" and _is_grey(shown):
            shown = shown.getchannel(0)
        elif shown.mode == "RGB" and not inks.black:
            shown = ImageCms.applyTransform(shown, inks.transform)
        item.write(shown.tobytes())
        spaces = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}
        item.ColorSpace, item.BitsPerComponent = spaces[shown.mode], 8


def _on_paper(document: pikepdf.Pdf, item: Any, shown: Any, alpha: Any) -> Any:
    """The picture on white, and where it is nearly clear nothing at all."""
    del item["/SMask"]
    if alpha.getextrema()[0] == 255:
        return shown
    shown = shown if shown.mode == "L" else shown.convert("RGB")
    white = Image.new(shown.mode, shown.size, "white")
    clear = alpha.point(lambda value: 255 if value < _CLEAR else 0).convert("1", dither=0)
    width, height = shown.size
    stencil = document.make_stream(
        clear.tobytes(),
        Type=Name.XObject,
        Subtype=Name.Image,
        ImageMask=True,
        Width=width,
        Height=height,
        BitsPerComponent=1,
    )
    item.Mask = stencil
    return Image.composite(shown, white, alpha)


def _is_grey(shown: Any) -> bool:
    red, green, blue = shown.split()
    return not (
        ImageChops.difference(red, green).getbbox() or ImageChops.difference(red, blue).getbbox()
    )


def _tell(document: pikepdf.Pdf, inks: Inks) -> None:
    """Name the printing condition; where there is none, claim nothing that wants one."""
    root = document.Root
    if inks.profile is None:
        del root.OutputIntents
        root.Metadata.write(_ARCHIVE.sub(b"", root.Metadata.read_bytes()))
        return
    stream = document.make_stream(inks.profile.data, N=4)
    name = String(inks.profile.name)
    # For viewers of archives, and for the shop's own programs; both must name the same profile
    # (ISO 19005-2, 6.2.3). The second one alone makes no file PDF/X, and none is claimed.
    root.OutputIntents = Array(
        Dictionary(
            Type=Name.OutputIntent,
            S=kind,
            OutputConditionIdentifier=name,
            Info=name,
            DestOutputProfile=stream,
        )
        for kind in (Name.GTS_PDFA1, Name.GTS_PDFX)
    )
