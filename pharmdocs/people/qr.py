"""Text to a QR code for paper: modules large enough for a copy of a copy, quiet zone and all."""

import html
import math
from typing import NamedTuple

from pharmdocs.errors import LayoutError, Problem
from pharmdocs.geometry import TOLERANCE, mm, to_mm

# ISO/IEC 18004, 9.1: four modules of white around the code.
QUIET = 4
# A phone at a hand's distance; five dots of a 300 dpi printer.
LEAST_MODULE = mm(0.4)
LARGEST = mm(32)


class Qr(NamedTuple):
    """A square picture with its quiet zone, as SVG, and its side in points.

    It is `modules` wide; `runs` are black stretches: row, first column, the one behind the last.
    """

    svg: str
    side: float
    modules: int
    runs: tuple[tuple[int, int, int], ...]

    def enlarged(self, side: float) -> "Qr":
        """The same code with another side, in points."""
        return self._replace(svg=_svg(self.modules, self.runs, side), side=side)

    def shown(self, alt: str) -> dict[str, object]:
        """The code as a template wants it, with what it is for whoever cannot see it."""
        title = f' role="img"><title>{html.escape(alt)}</title><path'
        return {"svg": self.svg.replace("><path", title, 1), "side": self.side}


def fits(text: str, largest: float = LARGEST) -> bool:
    """Whether the code of a text, with the smallest modules, is not larger than that, in points."""
    return _side(_rows(text, mask=0), LEAST_MODULE) <= largest + TOLERANCE


def qr_svg(text: str, module: float = LEAST_MODULE, largest: float = LARGEST) -> Qr:
    """The QR code of a text, at error correction M or better where that costs no room.

    Args:
        text: what a reader of the code gets.
        module: the side of one module in points, 0.4 mm or more.
        largest: the most that the side of the picture may be, in points.

    Raises:
        LayoutError: the code would be larger; with the number of characters to lose.
    """
    if module < LEAST_MODULE - TOLERANCE:
        raise ValueError(f"a module of {to_mm(module):.2f} mm is too small to be read")
    rows = _rows(text)
    side = _side(rows, module)
    if side > largest + TOLERANCE:
        taken = f"takes {to_mm(side):.1f} mm" if rows else "holds more than any code can"
        what = f"the QR code {taken}, and there is room for {to_mm(largest):.1f} mm"
        over = _too_many(text, module, largest)
        raise LayoutError(Problem(None, what, f"shorten what it holds by {over:,} characters"))
    count = len(rows) + 2 * QUIET
    runs = tuple(
        (top + QUIET, start + QUIET, end + QUIET)
        for top, row in enumerate(rows)
        for start, end in _runs(row)
    )
    return Qr(_svg(count, runs, side), side, count, runs)


def _svg(count: int, runs: tuple[tuple[int, int, int], ...], side: float) -> str:
    path = "".join(f"M{start} {top}h{end - start}v1h{start - end}z" for top, start, end in runs)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {count} {count}" '
        f'width="{side:.4f}pt" height="{side:.4f}pt"><path d="{path}"/></svg>'
    )


def _rows(text: str, mask: int | None = None) -> list[list[bool]]:
    """The modules, true for black, without the quiet zone; none when no code holds the text.

    Looking for the mask that reads best takes most of the time; the size is that of any.
    """
    import segno

    try:
        code = segno.make_qr(text, error="m", boost_error=True, mask=mask)
    except segno.DataOverflowError:
        return []
    return [[bool(module) for module in row] for row in code.matrix]


def _side(rows: list[list[bool]], module: float) -> float:
    return (len(rows) + 2 * QUIET) * module if rows else math.inf


def _too_many(text: str, module: float, largest: float) -> int:
    """How many characters at the end must go before the code is small enough."""
    # ISO/IEC 18004, table 7: at M no code holds more, not even of figures.
    fits, too_long = 0, min(len(text), 5597)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if _side(_rows(text[:middle], mask=0), module) > largest + TOLERANCE:
            too_long = middle
        else:
            fits = middle
    return len(text) - fits


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """The stretches of black in a row, each from its first module to the one behind its last."""
    edges = [
        place
        for place, (before, here) in enumerate(zip([False, *row], [*row, False], strict=True))
        if before != here
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))
