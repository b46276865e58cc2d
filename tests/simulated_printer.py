"""A printer that misses: what it does to pages, and what somebody would read from its paper.

Worked out with matrices of its own. Millimeters from the middle of the sheet, x to the right and y
downward; where the scales lie is written down here as a ruler on the sheet would find it.
"""

from dataclasses import dataclass
from itertools import product
from math import cos, hypot, radians, sin

Matrix = tuple[tuple[float, float, float], tuple[float, float, float]]
Point = tuple[float, float]

SIZES = {"letter": (215.9, 279.4), "a4": (210.0, 297.0)}
ON_SIDE = " on its side"
SIZES_ON_SIDE = {paper + ON_SIDE: (high, wide) for paper, (wide, high) in SIZES.items()}
SIGNS = {"A": (1, 1), "B": (-1, 1), "C": (1, -1), "D": (-1, -1)}
STILL: Matrix = ((1, 0, 0), (0, 1, 0))
# A page on its side, turned onto upright paper one way or the other.
QUARTERS: tuple[Matrix, Matrix] = (((0, -1, 0), (1, 0, 0)), ((0, 1, 0), (-1, 0, 0)))


def times(second: Matrix, first: Matrix) -> Matrix:
    """First one, then the other."""
    rows = [
        tuple(
            sum(second[row][k] * first[k][column] for k in range(2))
            + (second[row][2] if column == 2 else 0)
            for column in range(3)
        )
        for row in range(2)
    ]
    return (rows[0], rows[1])  # type: ignore[return-value]


def at(matrix: Matrix, point: Point) -> Point:
    (a, b, c), (d, e, f) = matrix
    x, y = point
    return a * x + b * y + c, d * x + e * y + f


def undone(matrix: Matrix) -> Matrix:
    (a, b, c), (d, e, f) = matrix
    size = a * e - b * d
    a, b, d, e = e / size, -b / size, -d / size, a / size
    return (a, b, -(a * c + b * f)), (d, e, -(d * c + e * f))


def pass_(shift: Point, degrees: float, scale: Point) -> Matrix:
    """One pass through a printer: scaled, turned, shifted."""
    turn = radians(degrees)
    turned = ((cos(turn), -sin(turn), 0), (sin(turn), cos(turn), 0))
    return times(
        ((1, 0, shift[0]), (0, 1, shift[1])), times(turned, ((scale[0], 0, 0), (0, scale[1], 0)))
    )


def edges(paper: str) -> Point:
    """How far the squares are from the edges at the sides, and from those above and below."""
    return (18, 14) if paper in SIZES_ON_SIDE else (14, 18)


def size(paper: str) -> Point:
    """How wide and high a sheet is, upright or on its side."""
    return {**SIZES, **SIZES_ON_SIDE}[paper]


def over(edge: str, paper: str = "letter") -> Matrix:
    """Turning a sheet over its long or its short edge."""
    if paper in SIZES_ON_SIDE:
        edge = "short-edge" if edge == "long-edge" else "long-edge"
    return ((-1, 0, 0), (0, 1, 0)) if edge == "long-edge" else ((1, 0, 0), (0, -1, 0))


@dataclass(frozen=True)
class Simulated:
    """Two passes, and the edge about which the paper really comes out turned.

    A page on its side is turned onto the paper first, fronts and backs by a matrix each.
    """

    front: Matrix
    back: Matrix
    edge: str
    quarters: tuple[Matrix, Matrix] = (STILL, STILL)

    @property
    def onto_front(self) -> Matrix:
        """Where a front is printed, with the front held as it was drawn."""
        turned = self.quarters[0]
        return times(undone(turned), times(self.front, turned))

    @property
    def onto_back(self) -> Matrix:
        """Where a back is seen, with the front held as it was drawn."""
        paper = times(over(self.edge), times(self.back, self.quarters[1]))
        return times(undone(self.quarters[0]), paper)

    def seen(self, point: Point, correction: Matrix = STILL) -> Point:
        """Where a place of the back's page is seen from the front."""
        return at(times(self.onto_back, correction), point)

    def printed(self, point: Point, correction: Matrix = STILL) -> Point:
        """Where a place of the front's page comes to lie."""
        return at(times(self.onto_front, correction), point)


def apart(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def dot(printer: Simulated, paper: str, drawn: str) -> str:
    """In which corner the dot lies that was drawn behind B."""
    width, height = size(paper)
    there = at(over(drawn, paper), (width / 2 - 40, -height / 2 + 40))
    x, y = printer.seen(there)
    return "ABCD"[(x > 0) + 2 * (y > 0)]


def read(
    printer: Simulated, paper: str, drawn: str, fronts: Matrix = STILL, backs: Matrix = STILL
) -> dict[str, tuple[int, int]]:
    """What somebody reads at A, B, C and D, across and down, in tenths.

    Args:
        printer: what printed the sheet.
        paper: the paper.
        drawn: the edge for which the sheet's back was drawn.
        fronts: the correction with which its fronts were printed.
        backs: the correction with which its backs were printed, as one looks at them.
    """
    width, height = size(paper)
    beside, above = edges(paper)
    # Everything as the front's own scales see it: they are printed, too.
    turned = times(printer.onto_back, times(backs, over(drawn, paper)))
    found_at = times(undone(times(printer.onto_front, fronts)), turned)

    def behind(point: Point) -> Point:
        return at(found_at, point)

    found = {}
    for name, (right, below) in SIGNS.items():
        x, y = -right * (width / 2 - beside), -below * (height / 2 - above)
        pair = []
        for way in (0, 1):
            best: tuple[float, int] = (9.0, 0)
            # Whichever comb came to lie here.
            combs = product((1, -1), (1, -1))
            far = []
            for cright, cbelow in combs:
                cx, cy = -cright * (width / 2 - beside), -cbelow * (height / 2 - above)
                lines = []
                for line in range(11):
                    along = 9 + 0.9 * line
                    ends = (
                        [(cx + cright * along, cy), (cx + cright * along, cy + cbelow * 4)]
                        if way == 0
                        else [(cx, cy + cbelow * along), (cx + cright * 4, cy + cbelow * along)]
                    )
                    lines.append([behind(end) for end in ends])
                wanted = (x + right * 9, y) if way == 0 else (x, y + below * 9)
                far.append((apart(lines[0][0], wanted), lines))
            _, lines = min(far, key=lambda item: item[0])
            for line, ((x1, y1), (x2, y2)) in enumerate(lines):
                if way == 0:
                    crosses = x1 + (x2 - x1) * (y - y1) / (y2 - y1)
                    value = (crosses - x) * right - 9 + 5
                else:
                    crosses = y1 + (y2 - y1) * (x - x1) / (x2 - x1)
                    value = (crosses - y) * below - 9 + 5
                # Lines of the scale lie on whole numbers: this one is so far from running on.
                off = abs(value - round(value))
                if off < best[0]:
                    best = (off, 10 * (round(value) - line) + line)
            pair.append(best[1])
        found[name] = (pair[0], pair[1])
    return found
