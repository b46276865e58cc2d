"""Draws docs/pictures/speed.svg: time over cards, from benchmarks/measured.json.

Both axes are logarithmic, so a line that rises as the grid's diagonal does is one that grows as the
deck does. Letters are drawn as outlines of our own faces, because a picture on a web page gets no
fonts; what they say stands in the title and the description. Same figures, same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from math import log
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont
from make_figures import ROOT, measured, seconds

PICTURE = ROOT / "docs" / "pictures" / "speed.svg"
FONTS = ROOT / "templates" / "fonts"

WIDTH, HEIGHT = 820, 460
LEFT, RIGHT, TOP, BOTTOM = 58, 590, 58, 408
# Labels stand at least so far apart.
LINE = 17
# Our own lines are in the accent's color, all others in grey: one color to look for.
OURS = "pharmdocs"
STYLE = """
.ground { fill: #ffffff } .ours { color: #135565 } .theirs { color: #6b6f72 }
.words { fill: #24292c } .grid { stroke: #e3e7e8 } .line { stroke: currentColor; fill: none }
.dot, .label { fill: currentColor }
@media (prefers-color-scheme: dark) {
.ground { fill: #12191c } .ours { color: #7fd0e0 } .theirs { color: #9aa3a7 }
.words { fill: #e6ebec } .grid { stroke: #2b3639 }
}
"""


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis: from which value at which place to which value at which place."""

    least: float
    most: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value."""
        part = log(value / self.least) / log(self.most / self.least)
        return self.start + part * (self.end - self.start)


def ticks(least: float, most: float) -> list[float]:
    """1, 2, 5, 10 and so on, from at most the least to at least the most."""
    steps = [digit * 10.0**power for power in range(-4, 6) for digit in (1, 2, 5)]
    first = max(at for at, step in enumerate(steps) if step <= least)
    last = min(at for at, step in enumerate(steps) if step >= most)
    return steps[first : max(last, first + 1) + 1]


def apart(wanted: Sequence[float], distance: float, most: float) -> list[float]:
    """Places as near as can be to those that are wanted, and far enough from each other.

    Args:
        wanted: in any order.
        distance: between two neighbours at the least.
        most: the last of them is no further than that.
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    places = [wanted[at] for at in order]
    for _ in range(200):
        for at in range(len(places) - 1):
            if (missing := distance - (places[at + 1] - places[at])) > 0:
                places[at] -= missing / 2
                places[at + 1] += missing / 2
        if places:
            places[-1] = min(places[-1], most)
    found = dict(zip(order, places, strict=True))
    return [found[at] for at in range(len(wanted))]


class Letters:
    """Text as outlines; each glyph is drawn once and used again."""

    def __init__(self) -> None:
        self.used: dict[str, str] = {}

    def text(self, words: str, x: float, y: float, kind: str, bold: bool, end: str) -> str:
        """A line of text at 13 units; `end` is where x is: start, middle or end."""
        face = "Bold" if bold else "Regular"
        font = _face(face)
        glyphs, names, scale = font.getGlyphSet(), font.getBestCmap(), 13 / 1000
        placed, at = [], 0.0
        for sign in words:
            name = names[ord(sign)]
            pen = SVGPathPen(glyphs)
            glyphs[name].draw(pen)
            if drawn := pen.getCommands():
                key = f"{face[0]}{ord(sign)}"
                self.used[key] = f'<path id="{key}" d="{drawn}"/>'
                placed.append(f'<use href="#{key}" x="{at:g}"/>')
            at += glyphs[name].width
        x -= at * scale * {"start": 0, "middle": 0.5, "end": 1}[end]
        move = f"translate({x:.2f} {y:.2f}) scale({scale} -{scale})"
        return f'<g class="{kind}" transform="{move}">{"".join(placed)}</g>'


@cache
def _face(name: str) -> Any:
    return TTFont(FONTS / f"PharmSans-{name}.ttf")


def chart(points: dict[str, dict[str, float]]) -> str:
    """The whole picture."""
    letters = Letters()
    body = _drawn(points, letters) if points else _nothing(letters)
    told = escape(described(points))
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="title desc">',
        '<title id="title">How long it takes to print a deck of cards</title>',
        f'<desc id="desc">{told}</desc>',
        f"<style>{STYLE}</style>",
        f"<defs>{''.join(letters.used.values())}</defs>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        *body,
        "</svg>\n",
    ))  # fmt: skip


def described(points: dict[str, dict[str, float]]) -> str:
    """What the picture shows, in words: where each line ends."""
    if not points:
        return "Nothing has been measured yet."
    ends = [
        f"{name} {seconds(line[size])} s"
        for name, line in points.items()
        for size in [max(line, key=int)]
    ]
    most = max(int(size) for line in points.values() for size in line)
    return f"Seconds by the clock over the number of cards, on two logarithmic axes. At {most:,} \
cards: {', '.join(ends)}."


def _nothing(letters: Letters) -> list[str]:
    words = "Nothing has been measured yet: make bench"
    return [letters.text(words, WIDTH / 2, HEIGHT / 2, "words", False, "middle")]


def _drawn(points: dict[str, dict[str, float]], letters: Letters) -> list[str]:
    lines = {
        name: sorted((int(size), it) for size, it in line.items()) for name, line in points.items()
    }
    sizes = sorted({size for line in lines.values() for size, _ in line})
    times = [it for line in lines.values() for _, it in line]
    marks = ticks(min(times), max(times))
    across, up = Axis(sizes[0], sizes[-1], LEFT, RIGHT), Axis(marks[0], marks[-1], BOTTOM, TOP)
    title = "Seconds to print a deck, both sides of every card, by the number of cards"
    return [
        letters.text(title, LEFT - 40, 30, "words", True, "start"),
        *_grid(letters, across, up, sizes, marks),
        *_lines(letters, across, up, lines),
    ]


def _grid(
    letters: Letters, across: Axis, up: Axis, sizes: Sequence[int], marks: Sequence[float]
) -> list[str]:
    found = []
    for mark in marks:
        y = up.at(mark)
        found.append(f'<path class="grid" d="M{LEFT} {y:.2f}H{RIGHT}"/>')
        unit = " s" if mark == marks[-1] else ""
        found.append(letters.text(f"{mark:g}{unit}", LEFT - 8, y + 4.5, "words", False, "end"))
    for size in sizes:
        x = across.at(size)
        found.append(f'<path class="grid" d="M{x:.2f} {TOP}V{BOTTOM}"/>')
        unit = " cards" if size == sizes[-1] else ""
        found.append(letters.text(f"{size:,}{unit}", x, BOTTOM + 22, "words", False, "middle"))
    return found


def _lines(
    letters: Letters, across: Axis, up: Axis, lines: dict[str, list[tuple[int, float]]]
) -> list[str]:
    places = apart([up.at(line[-1][1]) for line in lines.values()], LINE, BOTTOM)
    found = []
    # Ours are drawn last, over the others.
    for (name, line), y in sorted(
        zip(lines.items(), places, strict=True), key=lambda it: it[0][0].startswith(OURS)
    ):
        ours = name.startswith(OURS)
        spots = [(across.at(size), up.at(it)) for size, it in line]
        path = "M" + "L".join(f"{x:.2f} {it:.2f}" for x, it in spots)
        dots = "".join(f'<circle class="dot" cx="{x:.2f}" cy="{it:.2f}" r="3"/>' for x, it in spots)
        last = spots[-1]
        lead = f"M{last[0] + 5:.2f} {last[1]:.2f}L{RIGHT + 16} {y:.2f}"
        found.append(
            f'<g class="{"ours" if ours else "theirs"}">'
            f'<path class="line" stroke-width="{2.5 if ours else 1.5}" d="{path}"/>{dots}'
            f'<path class="line" stroke-width=".75" d="{lead}"/>'
            f"{letters.text(name, RIGHT + 20, y + 4.5, 'label', ours, 'start')}</g>"
        )
    return found


def main() -> None:
    """Draw what is kept of the last run."""
    PICTURE.write_text(chart(measured()["points"]), encoding="utf-8")


if __name__ == "__main__":
    main()
