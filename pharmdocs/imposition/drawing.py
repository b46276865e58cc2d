"""A stock as a person wants to see it: a row of the library, a drawing, sizes in mm and inches.

What is drawn are the slots that the cards are imposed on, numbered as `--start` counts them; in
the SVG they are in true size.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise
from textwrap import wrap

from pharmdocs.geometry import TOLERANCE, Size, mm, to_mm
from pharmdocs.imposition.stock import DEFAULTS, Stock

COLUMNS = 60

_PAPERS = {"letter": "Letter paper", "a4": "A4 paper", "": "its own size"}
_CUTS = {"hand": "cut by hand", "perforated": "perforated or pre-cut"}

# Which of the four neighbours a line goes to.
_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_LINES = {3: "│", 12: "─", 10: "┌", 6: "┐", 9: "└", 5: "┘", 11: "├", 7: "┤", 14: "┬", 13: "┴"}
_LINES[_UP | _DOWN | _LEFT | _RIGHT] = "┼"
_DASHED = _LINES | {_UP | _DOWN: "╎", _LEFT | _RIGHT: "╌"}
# The sheet's edge, and a cut that ends on it: edge and the light line's direction.
_EDGES = {12: "═", 3: "║", 10: "╔", 6: "╗", 9: "╚", 5: "╝"}
_ENDS = {(12, _DOWN): "╤", (12, _UP): "╧", (3, _RIGHT): "╟", (3, _LEFT): "╢"}
# A cell is about twice as high as wide; 5 mm draws Letter 44 cells wide and 29 high.
_CELL = 5

# Room around the sheet in the SVG, in mm: for measures above and on the left, for words below.
_AROUND, _BESIDE, _BELOW = 16, 4, 14
# An f-string of Python 3.11 holds no backslash between its braces.
_NEWLINE = "\n"


def listing(stocks: Iterable[Stock]) -> str:
    """A table of stocks: a row each, ready to print."""
    head = ("name", "paper", "card", "grid", "cut", "on the box")
    rows = [
        (
            stock.name,
            stock.paper or "own",
            f"{_mm(stock.trim.width)} x {_mm(stock.trim.height)} mm",
            f"{stock.columns} x {stock.rows}",
            stock.cut,
            stock.nominal,
        )
        for stock in stocks
    ]
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
    usual = ", ".join(f"{name} for --paper {paper}" for paper, name in DEFAULTS.items())
    return "\n".join([*lines, "", f"Without --stock: {usual}."])


def facts(stock: Stock) -> dict[str, object]:
    """A stock for machines: lengths in millimeters, type in points."""
    left, right, top, bottom = _margins(stock)
    return {
        "name": stock.name,
        "nominal": stock.nominal,
        "paper": stock.paper,
        "sheet_mm": [_round(stock.sheet.width), _round(stock.sheet.height)],
        "trim_mm": [_round(stock.trim.width), _round(stock.trim.height)],
        "columns": stock.columns,
        "rows": stock.rows,
        "slots": stock.per_sheet,
        "margins_mm": {
            "left": _round(left),
            "right": _round(right),
            "top": _round(top),
            "bottom": _round(bottom),
        },
        "gap_mm": [_round(stock.gap.width), _round(stock.gap.height)],
        "cut": stock.cut,
        "safe_mm": _round(stock.safe),
        "floor_pt": stock.floor,
        "source": stock.source,
        "confidence": stock.confidence,
        "also_sold_as": list(stock.also),
        "note": stock.note,
    }


def described(stock: Stock) -> str:
    """The drawing for a terminal and below it every size, within 60 columns."""
    left, right, top, bottom = _margins(stock)
    rows = [
        ("on the box", stock.nominal),
        ("sheet", f"{_both(stock.sheet.width, stock.sheet.height)}: {_PAPERS[stock.paper]}"),
        ("card", _both(stock.trim.width, stock.trim.height)),
        ("grid", f"{stock.columns} x {stock.rows}, {_CUTS[stock.cut]}"),
        ("left, right", _both(left, right, ", ")),
        ("top, bottom", _both(top, bottom, ", ")),
        ("gaps", _both(stock.gap.width, stock.gap.height)),
        ("ink", f"stays {_mm(stock.safe)} mm inside the card; type from {stock.floor:g} pt"),
        ("sold also as", ", ".join(stock.also)),
        ("source", stock.source + f"; {stock.confidence} confidence" * bool(stock.confidence)),
        ("note", stock.note),
    ]
    lines = [stock.name, "", drawn(stock), ""]
    for name, words in rows:
        for number, line in enumerate(wrap(words, COLUMNS - 14)):
            lines.append(f"{'' if number else name:14}{line}")
    return "\n".join(lines)


def drawn(stock: Stock) -> str:
    """The sheet in box characters, at most 60 of them wide, with the numbers of its slots."""
    for cell in range(_CELL, 2 * COLUMNS):
        across = _steps(_parts(stock)[0], cell, len(str(stock.per_sheet)) + 3)
        down = _steps(_parts(stock)[1], 2 * cell, 2)
        if across[-1] < COLUMNS:
            break
    else:
        return "(more cards than there is room to draw: --svg FILE shows them)"
    canvas = _Canvas({}, across[-1], down[-1], _LINES if stock.cut == "hand" else _DASHED)
    for slot in range(stock.per_sheet):
        row, column = divmod(slot, stock.columns)
        x1, x2 = across[2 * column + 1 : 2 * column + 3]
        y1, y2 = down[2 * row + 1 : 2 * row + 3]
        canvas.frame(x1, y1, x2, y2)
        canvas.write((x1 + x2) // 2, (y1 + y2) // 2, str(slot + 1))
    return str(canvas)


@dataclass(frozen=True)
class _Canvas:
    """Cells of a drawing by (x, y): a character, or the directions of the lines through it."""

    cells: dict[tuple[int, int], str | int]
    width: int
    height: int
    lines: dict[int, str]

    def frame(self, x1: int, y1: int, x2: int, y2: int) -> None:
        """Draw a rectangle; where it meets another one the lines join."""
        for y in (y1, y2):
            for x, beyond in pairwise(range(x1, x2 + 1)):
                self._join(x, y, _RIGHT)
                self._join(beyond, y, _LEFT)
        for x in (x1, x2):
            for y, beyond in pairwise(range(y1, y2 + 1)):
                self._join(x, y, _DOWN)
                self._join(x, beyond, _UP)

    def write(self, x: int, y: int, text: str) -> None:
        """Write a text whose middle is at x."""
        for place, sign in enumerate(text, x - (len(text) - 1) // 2):
            self.cells[place, y] = sign

    def _join(self, x: int, y: int, way: int) -> None:
        found = self.cells.get((x, y), 0)
        if isinstance(found, int):
            self.cells[x, y] = found | way

    def __str__(self) -> str:
        rows = range(self.height + 1)
        return "\n".join("".join(self._sign(x, y) for x in range(self.width + 1)) for y in rows)

    def _sign(self, x: int, y: int) -> str:
        found = self.cells.get((x, y), 0)
        edge = (_UP | _DOWN) * (x in (0, self.width)) | (_LEFT | _RIGHT) * (y in (0, self.height))
        if edge:
            # Nothing goes on beyond the edge.
            edge &= ~(_UP * (y == 0) | _DOWN * (y == self.height))
            edge &= ~(_LEFT * (x == 0) | _RIGHT * (x == self.width))
            light = found & ~edge if isinstance(found, int) else 0
            return _ENDS.get((edge, light), _EDGES[edge])
        return found if isinstance(found, str) else self.lines.get(found, " ")


def svg(stock: Stock) -> str:
    """The sheet in true size as an SVG: slots with their numbers, measures in mm, the cut."""
    wide, high = to_mm(stock.sheet.width), to_mm(stock.sheet.height)
    whole = (wide + _AROUND + _BESIDE, high + _AROUND + _BELOW)
    words = f"{stock.columns} x {stock.rows} cards, {_CUTS[stock.cut]}; {_PAPERS[stock.paper]}"
    dashes = "" if stock.cut == "hand" else ' stroke-dasharray="1.5 1"'
    cuts, numbers = [], []
    for slot, box in enumerate(stock.slots(), 1):
        cuts.append(f"<rect {_place(box.left, box.top)} {_extent(box.size)}/>")
        size = min(mm(12), box.size.width / 4, box.size.height / 2)
        middle = _place(box.left + box.size.width / 2, box.top + (box.size.height + size * 0.7) / 2)
        numbers.append(f'<text {middle} font-size="{_mm(size)}">{slot}</text>')
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{whole[0]:g}mm" height="{whole[1]:g}mm"
 viewBox="{-_AROUND} {-_AROUND} {whole[0]:g} {whole[1]:g}">
<title>{escape(stock.name)}</title>
<desc>{escape(words)}</desc>
<g font-family="sans-serif" text-anchor="middle" stroke-width="0.25">
<rect id="sheet" {_extent(stock.sheet)} fill="#ffffff" stroke="#000000"/>
<g id="cut" fill="#eef3f3" stroke="#000000"{dashes}>
{_NEWLINE.join(cuts)}
</g>
<g id="slots">
{_NEWLINE.join(numbers)}
</g>
<g id="across" font-size="3.5">
{_measures(_parts(stock)[0], 1)}
</g>
<g id="down" font-size="3.5" transform="rotate(-90)">
{_measures(_parts(stock)[1], -1)}
</g>
<g font-size="3.5" text-anchor="start">
<text x="0" y="{high + 6:g}">{escape(f"{stock.name}: {stock.nominal}")}</text>
<text x="0" y="{high + 11:g}">{escape(words)}; sizes in mm</text>
</g>
</g>
</svg>
"""


def _measures(parts: list[float], way: int) -> str:
    """A line of measures above the sheet: the first card, the margins, the first gap.

    The line down the left side is drawn with the page turned, where downward is `way` -1.
    """
    ends = [way * to_mm(end) + 0.0 for end in accumulate(parts, initial=0.0)]
    ticks = "".join(f"M{end:g} -5v2" for end in sorted({round(end, 3) for end in ends}))
    lines = [f'<path d="M0 -4H{ends[-1]:g}{ticks}" fill="none" stroke="#000000"/>']
    for number in sorted({0, 1, 2, len(parts) - 1}):
        if parts[number] > TOLERANCE:
            middle, above = (ends[number] + ends[number + 1]) / 2, 6 if number == 1 else 11
            lines.append(f'<text x="{middle:g}" y="-{above}">{_mm(parts[number])}</text>')
    return _NEWLINE.join(lines)


def _parts(stock: Stock) -> tuple[list[float], list[float]]:
    """Across and down: margin, card, gap, card, … and the margin after the last card."""
    first, last = stock.slots()[0], stock.slots()[-1]
    across = [stock.trim.width, stock.gap.width] * stock.columns
    down = [stock.trim.height, stock.gap.height] * stock.rows
    return (
        [first.left, *across[:-1], stock.sheet.width - last.right],
        [first.top, *down[:-1], stock.sheet.height - last.bottom],
    )


def _steps(parts: list[float], cell: int, card: int) -> list[int]:
    """Where each part begins and ends, in cells of so many mm; a card has at least `card`."""
    cells = [round(to_mm(part) / cell) for part in parts]
    least = [card if number % 2 else int(part > TOLERANCE) for number, part in enumerate(parts)]
    return list(accumulate(map(max, cells, least), initial=0))


def _margins(stock: Stock) -> tuple[float, float, float, float]:
    """Left, right, top, bottom, in points."""
    across, down = _parts(stock)
    return across[0], across[-1], down[0], down[-1]


def _place(left: float, top: float) -> str:
    return f'x="{_mm(left)}" y="{_mm(top)}"'


def _extent(size: Size) -> str:
    return f'width="{_mm(size.width)}" height="{_mm(size.height)}"'


def _both(one: float, other: float, between: str = " x ") -> str:
    """Two lengths in millimeters and in inches."""
    inches = between.join(f"{round(length / 72, 3):g}" for length in (one, other))
    return f"{_mm(one)}{between}{_mm(other)} mm ({inches} in)"


def _mm(points: float) -> str:
    return f"{_round(points):g}"


def _round(points: float) -> float:
    """Millimeters to the thousandth, and never -0."""
    return round(to_mm(points), 3) + 0.0
