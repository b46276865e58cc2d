"""Eight pages on one side of one sheet, that one slit and four creases make a booklet.

The paper lies on its side, four panels wide and two high. Fold it along the middle of its length,
cut the two panels in the middle apart where they meet at that fold, push both ends together until
the slit stands open as a square, and lay the four leaves flat. Nothing here opens a PDF.
"""

from pharmdocs.geometry import Size
from pharmdocs.imposition.schemes import Face, Placement, Sheet
from pharmdocs.imposition.stock import Stock
from pharmdocs.imposition.uncut import on_its_side

# From (x1, y1) to (x2, y2), in points from the top left corner of the face.
Line = tuple[float, float, float, float]

PAGES = 8
# Page numbers from 0, panel by panel; the panels of the first row stand on their heads.
_ROWS = ((4, 3, 2, 1), (5, 6, 7, 0))


def panels(paper: str) -> Stock:
    """The paper on its side as eight panels; nothing is cut off."""
    return on_its_side(paper, 4, 2, f"zine-{paper}", "an eighth of the paper")


def zine(stock: Stock) -> tuple[Sheet, ...]:
    """Eight pages on the recto of one sheet; the verso stays empty and lies inside the folds.

    Args:
        stock: from `panels`.
    """
    pages = [(page, row == 0) for row, numbers in enumerate(_ROWS) for page in numbers]
    placed = zip(stock.slots(), pages, strict=True)
    face = Face(tuple(Placement(page, slot, turned) for slot, (page, turned) in placed))
    return (Sheet(0, face, None),)


def leaves() -> tuple[tuple[int, int], ...]:
    """Which page lies behind which, once the sheet is folded: right-hand page, then left-hand."""
    return tuple((page, page + 1) for page in range(0, PAGES, 2))


def slit(sheet: Size) -> Line:
    """Where to cut, once: between the two middle panels of each row."""
    return (sheet.width / 4, sheet.height / 2, sheet.width * 3 / 4, sheet.height / 2)


def creases(sheet: Size) -> tuple[Line, ...]:
    """Where to fold: three across, and the one along the middle in two stretches, off the slit."""
    width, height = sheet.width, sheet.height
    across = tuple((width * part / 4, 0.0, width * part / 4, height) for part in (1, 2, 3))
    ends = ((0.0, width / 4), (width * 3 / 4, width))
    return (*across, *((start, height / 2, end, height / 2) for start, end in ends))
