"""How much of the paper each ink covers, from pictures of the pages: rough, as it has to be.

Which inks a printer mixes for a color is its own affair. Here black takes what the other three have
in common, and they print the rest.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

# No line is drawn thinner than a pixel, and these have half a point, as our hairlines do.
_DPI = 144
# A print run has a page for everybody, all alike but for the names.
_MOST_PAGES = 24


@dataclass(frozen=True)
class Coverage:
    """The part of a page that each ink covers, 0 to 1, on the average of the pages."""

    cyan: float
    magenta: float
    yellow: float
    black: float


def coverage(pdf: Path) -> Coverage:
    """The inks of a file; of a long one, pages from all over it."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        if document.get_formtype():
            document.init_forms()  # what fields hold is drawn only then
        every = max(1, -(-len(document) // _MOST_PAGES))
        pages = [
            of_picture(document[number].render(scale=_DPI / 72).to_pil())
            for number in range(0, len(document), every)
        ]
    return mean(pages)


def of_picture(picture: Any) -> Coverage:
    """The inks of one picture."""
    from PIL import ImageChops, ImageStat

    red, green, blue = picture.convert("RGB").split()
    lightest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    light = _level(ImageStat.Stat(lightest))
    cyan, magenta, yellow = (light - _level(ImageStat.Stat(band)) for band in (red, green, blue))
    return Coverage(cyan, magenta, yellow, 1 - light)


def mean(pages: list[Coverage]) -> Coverage:
    """The average of pages of one size; there is at least one."""
    return Coverage(
        *(
            sum(getattr(page, ink) for page in pages) / len(pages)
            for ink in ("cyan", "magenta", "yellow", "black")
        )
    )


def _level(stat: Any) -> float:
    return float(stat.mean[0]) / 255
