"""Check: every page has the promised size, and no more colors than the ink allows."""

from typing import Any

import pikepdf

from pharmdocs.errors import Problem
from pharmdocs.geometry import TOLERANCE
from pharmdocs.preflight import Promise

# Operators that set a color, and color spaces by name; black ink allows grey alone.
_COLORED = {"rg", "RG", "k", "K", "sc", "SC", "scn", "SCN", "sh"}


def check(document: pikepdf.Pdf, promise: Promise) -> list[Problem]:
    """Compare each page's box with the trim; look for color when there is only black."""
    problems = []
    for number, page in enumerate(document.pages, 1):
        left, bottom, right, top = (float(value) for value in page.mediabox)
        width, height = right - left, top - bottom
        if (
            abs(width - promise.size.width) > TOLERANCE
            or abs(height - promise.size.height) > TOLERANCE
        ):
            what = f"page {number} is {width:.2f} x {height:.2f} pt"
            fix = f"set @page to {promise.size.width:.2f} x {promise.size.height:.2f} pt"
            problems.append(Problem(None, what, fix))
        if promise.ink == "black" and _is_colored(page):
            fix = "use black or a grey in templates/ink-black.css"
            problems.append(Problem(None, f"page {number} uses color, not black alone", fix))
    if promise.ink == "black" and _has_colored_pictures(document):
        fix = "convert the pictures to greyscale"
        problems.append(Problem(None, "a picture uses color, not black alone", fix))
    return problems


def _is_colored(page: pikepdf.Page) -> bool:
    objects = page.Resources.get("/XObject", pikepdf.Dictionary()).values()
    holders: list[Any] = [page, *(item for item in objects if item.get("/Subtype") == "/Form")]
    return any(
        str(instruction.operator) in _COLORED
        for holder in holders
        for instruction in pikepdf.parse_content_stream(holder)
    )


def _has_colored_pictures(document: pikepdf.Pdf) -> bool:
    return any(
        isinstance(item, pikepdf.Stream)
        and item.get("/Subtype") == "/Image"
        and item.get("/ColorSpace") not in ("/DeviceGray", None)
        for item in document.objects
    )
