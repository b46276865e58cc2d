"""The scales of the calibration sheet: where they lie, and what the numbers read from them mean.

A scale counts tenths of a millimeter as a caliper does. On the front lie lines 1 mm apart, counted
from 0; on the back a comb of eleven lines 0.9 mm apart. Where comb line j runs on into line n + j
of the scale, the back lies n + j/10 along it; 5.0 is where it should. Numbers without a sign, and
nobody is asked for left or right.

A scale stands on each of two sides of a square in each corner of the sheet, and grows toward the
middle of the sheet. So the backs look the same when the sheet is turned about the other edge, and
one print tells both how the paper was turned and by how much it was missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pharmdocs.errors import Problem, SelectionError
from pharmdocs.geometry import Size, mm, to_mm
from pharmdocs.imposition.printer import Affine

CORNERS = "ABCD"
PITCH, STEP = mm(1), mm(0.9)
# What a scale reads when nothing is shifted, and the last number of a scale.
NEUTRAL, LAST = 5, 10
# The square, how far its outer sides are from the paper's edges, and where on a side the comb
# begins. Near the edges and far apart: what a reading is rounded by grows with the distance from
# the scales. Up and down there is more room, for printers that cannot reach the last 12 mm.
SIDE, BEFORE, ABOVE, ZERO = mm(26), mm(14), mm(18), mm(9)
# How far four numbers may contradict each other. Rounding alone explains 0.05 mm.
_AT_ODDS = mm(0.15)


@dataclass(frozen=True)
class Corner:
    """A corner's square, by the point nearest to the corner of the sheet.

    x and y are from the middle of the sheet, `right` and `below` are 1 or -1: toward the middle.
    """

    name: str
    x: float
    y: float
    right: int
    below: int


def corners(sheet: Size) -> tuple[Corner, ...]:
    """A B above, C D below, as one looks at the front."""
    # Paper is fed by its short edge, which is at the side of a sheet that lies on it.
    before, above = (BEFORE, ABOVE) if sheet.width <= sheet.height else (ABOVE, BEFORE)
    x, y = sheet.width / 2 - before, sheet.height / 2 - above
    return (
        Corner("A", -x, -y, 1, 1),
        Corner("B", x, -y, -1, 1),
        Corner("C", -x, y, 1, -1),
        Corner("D", x, y, -1, -1),
    )


@dataclass(frozen=True)
class Reading:
    """What was read at a corner, in tenths: 53 stands for 5.3."""

    across: int
    down: int


def measured(sheet: Size, readings: Mapping[str, Reading]) -> Affine:
    """Where the backs lie against the fronts, as a map: what lies at p lies behind it at map(p).

    Exact for every shift, rotation, scale and slant: each reading says through which point of the
    front a line of the back runs, and these eight lines are what the map is solved from.

    Args:
        sheet: the paper.
        readings: two numbers for each of CORNERS.

    Raises:
        SelectionError: the numbers contradict each other.
    """
    found = Affine()
    # A line of the comb is tilted when the back is: where it crosses the scale depends a little
    # on the other direction. Three rounds settle that far below a thousandth of a millimeter.
    for _ in range(4):
        across, down = [], []
        for corner in corners(sheet):
            read = readings[corner.name]
            whole, line = divmod(read.across, 10)
            x = corner.x + corner.right * (ZERO + line * STEP)
            to = corner.x + corner.right * (ZERO + (whole + line - NEUTRAL) * PITCH)
            sunk = found(x, corner.y)[1] - corner.y
            across.append((x, corner.y, to + sunk * found.xy / found.yy))
            whole, line = divmod(read.down, 10)
            y = corner.y + corner.below * (ZERO + line * STEP)
            to = corner.y + corner.below * (ZERO + (whole + line - NEUTRAL) * PITCH)
            sunk = found(corner.x, y)[0] - corner.x
            down.append((corner.x, y, to + sunk * found.yx / found.xx))
        (xx, xy, dx), (yx, yy, dy) = _plane(across), _plane(down)
        found = Affine(xx, xy, yx, yy, dx, dy)
    problems = []
    for way, points, row in (("across", across, (xx, xy, dx)), ("down", down, (yx, yy, dy))):
        odds = max(abs(row[0] * x + row[1] * y + row[2] - to) for x, y, to in points)
        if odds > _AT_ODDS:
            what = f"the four numbers `{way}` contradict each other by {to_mm(4 * odds):.1f} mm"
            fix = "read them again, one of them is off; if they are right, print a new sheet"
            problems.append(Problem(None, what, fix))
    if problems:
        raise SelectionError(*problems)
    return found


def _plane(points: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """The a, b, c for which a * x + b * y + c comes nearest to the third number of each point."""
    count = len(points)
    mx, my, mz = (sum(point[way] for point in points) / count for way in range(3))
    near = [(x - mx, y - my, z - mz) for x, y, z in points]
    xx, xy, yy, xz, yz = (
        sum(point[i] * point[j] for point in near)
        for i, j in ((0, 0), (0, 1), (1, 1), (0, 2), (1, 2))
    )
    size = xx * yy - xy * xy
    a, b = (xz * yy - yz * xy) / size, (yz * xx - xz * xy) / size
    return a, b, mz - a * mx - b * my
