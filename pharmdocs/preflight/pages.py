"""Check: every page has the promised size, and no more colors than the ink allows."""

from typing import Any

import pikepdf
from pikepdf import Array, Rectangle

from pharmdocs.errors import Problem
from pharmdocs.geometry import TOLERANCE, Size
from pharmdocs.preflight.promise import Promise, place

# Operators that set a color, and color spaces by name; black ink allows grey alone.
_GREY = "make the picture, or the style sheet, black or grey"
_ALL = [pikepdf.Name.Separation, pikepdf.Name.All]
_COLORED = {"rg", "RG", "k", "K", "sc", "SC", "scn", "SCN", "sh"}


def check(document: pikepdf.Pdf, promise: Promise) -> list[Problem]:
    """Compare the number of pages, and the boxes of each with the trim and with each other."""
    problems = []
    if promise.count and len(document.pages) != promise.count:
        what = f"the file has {len(document.pages)} pages, not {promise.count}"
        problems.append(Problem(None, what, "build the file again"))
    for number, page in enumerate(document.pages, 1):
        media = Rectangle(page.mediabox)
        if promise.size and not _is_like(media, promise.size):
            what = f"page {number} is {media.width:.2f} x {media.height:.2f} pt"
            fix = f"set @page to {promise.size.width:.2f} x {promise.size.height:.2f} pt"
            problems.append(Problem(place(number), what, fix))
        for name in ("/TrimBox", "/BleedBox", "/CropBox"):
            if name in page and not Rectangle(Array(page[name])) <= media:
                what = f"page {number} has a {name[1:]} that is not inside its paper"
                problems.append(Problem(place(number), what, "mend the boxes where it is made"))
    return problems


def colors(document: pikepdf.Pdf, promise: Promise) -> list[Problem]:
    """Look for color when there is only black."""
    if promise.ink != "black":
        return []
    problems = [
        Problem(place(number), "uses color, not black alone", _GREY)
        for number, page in enumerate(document.pages, 1)
        if _is_colored(page, page.Resources)
    ]
    if _has_colored_forms(document) or _has_colored_pictures(document):
        problems.append(Problem(None, "a picture uses color, not black alone", _GREY))
    return problems


def _is_like(media: Rectangle, size: Size) -> bool:
    across, down = float(media.width) - size.width, float(media.height) - size.height
    return abs(across) <= TOLERANCE and abs(down) <= TOLERANCE


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
