"""Lengths, sizes and boxes. Inside the program a length is a float of points (1/72 in).

`mm` and `parse_length` are the doors through which other units come in. A box is measured from
the top-left corner, y downward, as a reader sees the page; PDF's upward y appears only where a
PDF is written or read.
"""

import re
from dataclasses import dataclass
from typing import Self

# 0.01 pt is 0.0035 mm: far below what a guillotine can hold, far above the noise of mm -> pt.
TOLERANCE = 0.01

_POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0}


def mm(length: float) -> float:
    """Millimetres as points."""
    return length * _POINTS["mm"]


def to_mm(points: float) -> float:
    """Points as millimetres."""
    return points / _POINTS["mm"]


def parse_length(text: str) -> float:
    """Points from a number with its unit ("63mm", "2.5 in", "9pt").

    Raises:
        ValueError: no unit, an unknown unit, or not a number.
    """
    match = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(pt|mm|cm|in)\s*", text)
    if not match:
        raise ValueError(f"`{text}` is not a length such as 63mm, 2.5in or 9pt")
    return float(match[1]) * _POINTS[match[2]]


@dataclass(frozen=True)
class Size:
    """Width and height in points."""

    width: float
    height: float

    def fits_in(self, other: "Size") -> bool:
        """True when this size lies within the other one, to the stated tolerance."""
        return self.width <= other.width + TOLERANCE and self.height <= other.height + TOLERANCE


@dataclass(frozen=True)
class Box:
    """A rectangle in points, from the top-left corner of its page; y grows downward."""

    left: float
    top: float
    size: Size

    @property
    def right(self) -> float:
        """The right edge, in points from the page's left edge."""
        return self.left + self.size.width

    @property
    def bottom(self) -> float:
        """The lower edge, in points from the page's top edge."""
        return self.top + self.size.height

    def inset(self, by: float) -> Self:
        """The same box, smaller by a length on every side."""
        size = Size(self.size.width - 2 * by, self.size.height - 2 * by)
        return type(self)(self.left + by, self.top + by, size)

    def around(self, other: "Box") -> Self:
        """The smallest box that holds both."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return type(self)(left, top, Size(right - left, bottom - top))

    def contains(self, other: "Box", slack: float = TOLERANCE) -> bool:
        """True when the other box lies inside this one, give or take the slack."""
        return (
            other.left >= self.left - slack
            and other.top >= self.top - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


# ISO 216 and ANSI/ASME Y14.1, to the tenth of a millimetre: A4 is 595.276 pt wide, not 595.
PAPERS = {
    "letter": Size(mm(215.9), mm(279.4)),
    "a4": Size(mm(210), mm(297)),
}
