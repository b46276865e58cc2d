"""Check: every page has the promised size, and no more colors than the ink allows."""

from typing import Any

import pikepdf

from pharmdocs.errors import Problem
from pharmdocs.geometry import TOLERANCE
from pharmdocs.preflight import Promise

# Operators that set a color, and color spaces by name; black ink allows grey alone.
_GREY = "make the picture, or the style sheet, black or grey"
_ALL = [pikepdf.Name.Separation, pikepdf.Name.All]
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
        if promise.ink == "black" and _is_colored(page, page.Resources):
            problems.append(Problem(None, f"page {number} uses color, not black alone", _GREY))
    if promise.ink == "black" and (_has_colored_forms(document) or _has_colored_pictures(document)):
        problems.append(Problem(None, "a picture uses color, not black alone", _GREY))
    return problems


def _is_colored(holder: Any, resources: Any) -> bool:
    """Whether a page or form sets any color but grey, or the mark on every plate."""
    spaces = resources.get("/ColorSpace", pikepdf.Dictionary())
    every_plate = False
    for instruction in pikepdf.parse_content_stream(holder):
        name = str(instruction.operator)
        if name in ("cs", "CS"):
            space = spaces.get(str(instruction.operands[0]))
            every_plate = isinstance(space, pikepdf.Array) and [space[0], space[1]] == _ALL
        elif name in _COLORED and not (every_plate and name in ("scn", "SCN")):
            return True
    return False


def _has_colored_forms(document: pikepdf.Pdf) -> bool:
    return any(
        _is_colored(item, item.get("/Resources", pikepdf.Dictionary()))
        for item in document.objects
        if isinstance(item, pikepdf.Stream)
        and (item.get("/Subtype") == "/Form" or item.get("/Type") == "/Pattern")
    )


def _has_colored_pictures(document: pikepdf.Pdf) -> bool:
    return any(
        isinstance(item, pikepdf.Stream)
        and item.get("/Subtype") == "/Image"
        and item.get("/ColorSpace") not in ("/DeviceGray", None)
        for item in document.objects
    )
