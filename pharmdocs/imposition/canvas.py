"""A page to draw marks on: one embedded font, the same bytes every time, ink on every plate."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pharmdocs.geometry import Size

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

HAIRLINE = 0.25
# A comment in a page's content: what follows it is the sheet's own, and stays where it is when a
# printer's faults are corrected. It begins with its own colors and fonts.
STAMP = b"% pharmdocs: stamp"
# The same between two artifacts.
APART = b"Q EMC\n%b\n/Artifact BMC q" % STAMP
# A point that stands before cut marks and folds (ISO 32000-1, 14.6.1); the registration check holds
# them to the cards.
LINES = "/PharmdocsLines MP"


def mark_canvas(out: Any, sheet: Size, font: Path, letters: str = "") -> "Canvas":
    """A canvas on which everything is for artifacts: marks, rulers, stamps.

    Args:
        out: a binary file.
        sheet: how large its pages are.
        font: a TrueType file, of which the letters used are embedded.
        letters: those that are embedded whether they are used or not.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfgen.canvas import Canvas

    # Reportlab asks for the initial font before anybody can use it.
    pdfmetrics.registerFont(_face(font))
    canvas = Canvas(
        out,
        pagesize=(sheet.width, sheet.height),
        # Compressed once, when the sheets are saved.
        pageCompression=0,
        invariant=1,
        # Else every page asks for a Helvetica that is not embedded.
        initialFontName=font.stem,
    )
    add_font(canvas, font)
    pdfmetrics.getFont(font.stem).splitString(letters, canvas._doc)
    _define_all(canvas)
    return canvas


def add_font(canvas: "Canvas", font: Path) -> None:
    """Make a face known under the name of its file, without the ending."""
    from reportlab.pdfbase import pdfmetrics

    pdfmetrics.registerFont(_face(font))
    # Reportlab reads unused codes as U+0000, which PDF/UA-1 forbids (7.21.7); as spaces from now.
    codes = pdfmetrics.getFont(font.stem)._assignState(canvas._doc).subsets[0]
    codes[:] = [code or ord(" ") for code in codes]


@lru_cache(maxsize=8)
def _face(font: Path) -> Any:
    """Which letters a file has of it is known to the font by the file."""
    from reportlab.pdfbase.ttfonts import TTFont

    return TTFont(font.stem, font, asciiReadable=False)


@lru_cache(maxsize=4096)
def width_of(word: str, font: str, size: float) -> float:
    """How wide a word is in a font that is known; letters are not kerned.

    The stamps of a deck have nearly all their words in common.
    """
    from reportlab.pdfbase import pdfmetrics

    return float(pdfmetrics.stringWidth(word, font, size))


def on_all_plates(canvas: Any) -> None:
    """Draw and fill in Separation /All, solid, from here on."""
    from reportlab.lib.colors import CMYKColorSep

    black = CMYKColorSep(0, 0, 0, 1, spotName="All")
    canvas.setStrokeColor(black)
    canvas.setFillColor(black)


def _define_all(canvas: Any) -> None:
    """Make Separation /All known, as PDF/A-2 wants it.

    Reportlab's own has DeviceCMYK as its alternate, which PDF/A-2 forbids beside an RGB output
    intent (veraPDF: 6.2.4.3-3). DeviceGray is allowed beside any.
    """
    from reportlab.pdfbase import pdfdoc

    array = pdfdoc.PDFArray
    ends = {"Domain": array([0, 1]), "C0": array([1]), "C1": array([0])}
    tint = pdfdoc.PDFDictionary({"FunctionType": 2, "N": 1, **ends})
    space = array([*map(pdfdoc.PDFName, ("Separation", "All", "DeviceGray")), tint])
    canvas._doc.Reference(space, "All")
