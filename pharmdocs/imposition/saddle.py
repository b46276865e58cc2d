"""A booklet of sheets that are nested, folded once and stapled: which page lies where.

The paper lies on its side and is two pages wide; it is turned about its short edge. Sheets count
from the outermost, which is the cover. Nothing here opens a PDF.
"""

from pharmdocs.errors import Problem, SelectionError
from pharmdocs.geometry import Box, mm, to_mm
from pharmdocs.imposition.schemes import Face, Placement, Sheet
from pharmdocs.imposition.stock import Stock
from pharmdocs.imposition.uncut import on_its_side

# The hand on whose side the spine lies when the cover is looked at.
BINDINGS = ("left", "right")
# How a trim of half the paper is called.
HALVES = {"letter": "half-letter", "a4": "a5"}
# In fewer sheets, creep is less than half a millimetre.
CREEP_FROM = 5
# What an office stapler holds, and what still lies flat: 15 sheets of 80 g paper are 3 mm folded.
MOST_SHEETS = 15
# How far a page may move towards the spine: of an inner margin of 20 mm, 14 are left.
MOST_CREEP = mm(6)
# A caliper is measured on one sheet: airmail paper has 0.03 mm, a heavy cover 0.5.
THICKEST = mm(0.6)


def half_sheets(paper: str) -> Stock:
    """The paper on its side as two pages, left and right of the fold; nothing is cut off."""
    return on_its_side(paper, 2, 1, HALVES[paper], "half of the paper")


def saddle(
    pages: int, stock: Stock, creep: float = 0.0, binding: str = "left"
) -> tuple[Sheet, ...]:
    """Nest, fold once and staple: a booklet of half sheets.

    Args:
        pages: reader pages. Blanks before the last one, the back cover, fill up to a multiple of
            four; a single page is a front cover and has them behind it.
        stock: its sheet is laid on its side and folded across the middle.
        creep: how far each sheet pushes out past the one around it, in points, measured on a
            folded dummy; made up for from five sheets on, by moving pages towards the spine.
        binding: one of BINDINGS; "right" is for what is read from right to left.

    Returns:
        The sheets, outermost first; the recto is the face that lies outside. A face holds its
        left page, then its right; a blank page is left out.
    """
    order: list[int | None] = [*range(pages)]
    back = max(pages - 1, 1)
    order[back:back] = [None] * (-pages % 4)
    count = len(order) // 4
    step = creep if count >= CREEP_FROM else 0.0
    sheets = []
    for number in range(count):
        first, last = 2 * number, len(order) - 1 - 2 * number
        recto, verso = (order[last], order[first]), (order[first + 1], order[last - 1])
        if binding == "right":
            recto, verso = recto[::-1], verso[::-1]
        slots = _towards_spine(stock, number * step)
        sheets.append(Sheet(number, _face(recto, slots), _face(verso, slots)))
    return tuple(sheets)


def check_caliper(caliper: float) -> None:
    """Refuse what cannot be the thickness of one sheet; 0 leaves the pages where they are.

    Raises:
        SelectionError: it is thicker than any paper that folds.
    """
    if caliper > THICKEST:
        what = f"a sheet of {to_mm(caliper):g} mm is thicker than any paper that folds"
        fix = "measure one sheet, or ten and divide: office paper has 0.1mm (80 g) to 0.13mm"
        raise SelectionError(Problem(None, f"--caliper: {what}", fix))


def check_creep(sheets: int, caliper: float) -> None:
    """Refuse a pile whose innermost pages would have to move into the fold.

    Raises:
        SelectionError: the pile is too thick for its inner margins.
    """
    moved = (sheets - 1) * caliper
    if moved > MOST_CREEP:
        what = (
            f"{sheets} sheets of {to_mm(caliper):g} mm move the innermost pages {to_mm(moved):.1f}"
        )
        fix = "print less (--brief, --only), or on thinner paper and say so: --caliper 0.1mm"
        raise SelectionError(
            Problem(None, f"--caliper: {what} mm into the fold, at most {to_mm(MOST_CREEP):g}", fix)
        )


def _towards_spine(stock: Stock, by: float) -> tuple[Box, Box]:
    left, right = stock.slots()
    return Box(left.left + by, left.top, left.size), Box(right.left - by, right.top, right.size)


def _face(pages: tuple[int | None, int | None], slots: tuple[Box, Box]) -> Face:
    pairs = zip(pages, slots, strict=True)
    return Face(tuple(Placement(page, slot) for page, slot in pairs if page is not None))
