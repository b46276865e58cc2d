"""A printer as it is, and what undoes it: how it turns the paper, and by how much it misses.

Pure arithmetic. Places are seen from the front, a back through the paper, in points from the
middle of the sheet, x to the right and y downward; so they hold for every size of page, and
whichever way the paper is turned.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from math import atan2, cos, degrees, hypot, radians, sin
from typing import Any, Self

from pharmdocs.geometry import PAPERS, Size, mm, to_mm
from pharmdocs.imposition.schemes import flip_axis

# Ways to feed paper for its back; "manual" is fed again by hand.
WAYS = ("long-edge", "short-edge", "manual")

# The faces of a sheet.
FACES = FRONT, BACK = ("front", "back")

# What is a fault of a printer. More is a setting ("fit to page"), another paper, or a slip.
MOST_SHIFT, MOST_ROTATION, MOST_SCALE = mm(10), 2.0, 0.02

# The words of `[sheets]` in templates/strings/en.toml, which manifests and the terminal keep to.
_MOVES = {
    "backs": "backs",
    "all": "all",
    "across": "across",
    "down": "down",
    "skew": "skew",
    "nothing": "nothing to correct",
}
_ENGLISH = {"printer": "printer {printer}: {moves}", "moves": _MOVES}


@dataclass(frozen=True)
class Affine:
    """(x, y) becomes (xx * x + xy * y + dx, yx * x + yy * y + dy)."""

    xx: float = 1.0
    xy: float = 0.0
    yx: float = 0.0
    yy: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        """Where a point goes."""
        return self.xx * x + self.xy * y + self.dx, self.yx * x + self.yy * y + self.dy

    def after(self, first: "Affine") -> "Affine":
        """What comes of doing the other one first, then this one."""
        dx, dy = self(first.dx, first.dy)
        return Affine(
            self.xx * first.xx + self.xy * first.yx,
            self.xx * first.xy + self.xy * first.yy,
            self.yx * first.xx + self.yy * first.yx,
            self.yx * first.xy + self.yy * first.yy,
            dx,
            dy,
        )

    def inverse(self) -> "Affine":
        """What undoes it."""
        size = self.xx * self.yy - self.xy * self.yx
        xx, xy, yx, yy = self.yy / size, -self.xy / size, -self.yx / size, self.xx / size
        dx, dy = self.dx, self.dy
        return Affine(xx, xy, yx, yy, -(xx * dx + xy * dy), -(yx * dx + yy * dy))

    def mirrored(self, axis: str) -> "Affine":
        """The same as it looks from behind, once the sheet is turned about that axis."""
        x, y = (-1, 1) if axis == "vertical" else (1, -1)
        return Affine(self.xx, -self.xy, -self.yx, self.yy, x * self.dx, y * self.dy)

    def pdf(self, sheet: Size) -> tuple[float, ...]:
        """The six numbers for `cm`: from the lower left corner of a page, y upward."""
        x, y = self(-sheet.width / 2, sheet.height / 2)
        corner = sheet.width / 2 + x, sheet.height / 2 - y
        return (self.xx, -self.yx, -self.xy, self.yy, *corner)


@dataclass(frozen=True)
class Correction:
    """Scale, slant and turn about the middle of the page, then shift.

    `rotation` and `skew` are degrees, clockwise; `skew` is by how much a line down the page is
    turned more than one across it. The shift is in points.
    """

    across: float = 0.0
    down: float = 0.0
    rotation: float = 0.0
    scale_across: float = 1.0
    scale_down: float = 1.0
    skew: float = 0.0

    @classmethod
    def of(cls, affine: Affine) -> Self:
        """The same in words, rounded far below what shows on paper (0.005 mm)."""
        turn = atan2(affine.yx, affine.xx)
        slant = atan2(-affine.xy, affine.yy)
        return cls(
            mm(round(to_mm(affine.dx), 3) + 0.0),
            mm(round(to_mm(affine.dy), 3) + 0.0),
            round(degrees(turn), 4) + 0.0,
            round(hypot(affine.xx, affine.yx), 6),
            round(hypot(affine.xy, affine.yy), 6),
            round(degrees(slant - turn), 4) + 0.0,
        )

    @property
    def affine(self) -> Affine:
        """As a map of the page."""
        turn, slant = radians(self.rotation), radians(self.rotation + self.skew)
        return Affine(
            self.scale_across * cos(turn),
            -self.scale_down * sin(slant),
            self.scale_across * sin(turn),
            self.scale_down * cos(slant),
            self.across,
            self.down,
        )

    @property
    def moves(self) -> bool:
        """False when it leaves everything where it is."""
        return self != Correction()

    def excess(self) -> str:
        """What no printer does, in words; empty for what one may do."""
        shift = max(abs(self.across), abs(self.down))
        if shift > MOST_SHIFT:
            return f"a shift of {to_mm(shift):.0f} mm"
        if max(abs(self.rotation), abs(self.skew)) > MOST_ROTATION:
            return f"a rotation of {max(self.rotation, self.skew, key=abs):.1f}°"
        for scale in (self.scale_across, self.scale_down):
            if abs(scale - 1) > MOST_SCALE:
                return f"a scale of {scale:.1%}".replace("%", " %")
        return ""

    def __str__(self) -> str:
        """+0.30 mm across, -1.20 mm down, 0.05°, 100.0 x 99.8 %."""
        return self.said(_MOVES)

    def said(self, own: Mapping[str, str]) -> str:
        """The same in the words of a language."""
        shift = ((self.across, own["across"]), (self.down, own["down"]))
        parts = [f"{to_mm(length):+.2f} mm {word}" for length, word in shift]
        parts.append(f"{self.rotation:.2f}°")
        if abs(self.skew) >= 0.005:
            parts.append(f"{own['skew']} {self.skew:.2f}°")
        parts.append(f"{100 * self.scale_across:.2f} x {100 * self.scale_down:.2f} %")
        return ", ".join(parts).replace("-", "−")


@dataclass(frozen=True)
class Printer:
    """One printer with one tray and stock: what it is told, what it does, what undoes that.

    `told` is one of WAYS, what the user sets; `turns` is the edge about which the paper then
    comes out turned. `reverse` and `feed` are for "manual": whether the last sheet gets its back
    first, and how the sheets are put back into the tray, in words. `behind` brings backs behind
    their fronts. `both` makes everything as large as it is drawn, and where; it is in force only
    when `fronts` asks for it. `landscape` is for pages that lie on their side: how a driver turns
    them onto the paper is not known, so what holds for upright ones says nothing of them.
    """

    name: str
    paper: str
    tray: str = ""
    stock: str = ""
    told: str = "long-edge"
    turns: str = "long-edge"
    reverse: bool = False
    feed: str = ""
    behind: Correction = Correction()
    both: Correction = Correction()
    fronts: bool = False
    landscape: bool = False

    @property
    def sheet(self) -> Size:
        """The page that was calibrated, as it is looked at."""
        paper = PAPERS[self.paper]
        return Size(paper.height, paper.width) if self.landscape else paper

    @property
    def lies(self) -> str:
        """The paper and how it lies, for a person."""
        return f"{self.paper} on its side" if self.landscape else self.paper

    @property
    def label(self) -> str:
        """The printer as one types it, with its tray."""
        return f"{self.name}:{self.tray}" if self.tray else self.name

    def on_front(self) -> Affine:
        """What is done to a front before it is printed."""
        return self.both.affine if self.fronts else Affine()

    def on_back(self, sheet: Size) -> Affine:
        """What is done to a back, as one looks at it, before it is printed."""
        seen = self.behind.affine.after(self.on_front())
        return seen.mirrored(flip_axis(sheet, self.turns))

    @property
    def corrects(self) -> bool:
        """Whether anything is moved at all."""
        return self.behind.moves or (self.fronts and self.both.moves)

    def on(self, face: str, sheet: Size) -> Affine:
        """What is done to one of FACES."""
        return self.on_front() if face == FRONT else self.on_back(sheet)

    def takes(self, sheet: Size) -> bool:
        """Whether a sheet is the page for which this printer was calibrated, as it lies."""
        return self.sheet.fits_in(sheet) and sheet.fits_in(self.sheet)

    def scale(self, face: str) -> tuple[float, float]:
        """By how much one of FACES is made larger, across and down."""
        x, y = (self.both.scale_across, self.both.scale_down) if self.fronts else (1.0, 1.0)
        if face == FRONT:
            return x, y
        return x * self.behind.scale_across, y * self.behind.scale_down

    def said(self, backs: bool = True, own: Mapping[str, Any] = _ENGLISH) -> str:
        """The correction in force, as a stamp names it; without that of backs where none are."""
        moves = own["moves"]
        asked = (
            ("backs", self.behind, backs and self.behind.moves),
            ("all", self.both, self.fronts and self.both.moves),
        )
        parts = [f"{moves[name]} {by.said(moves)}" for name, by, is_so in asked if is_so]
        told = "; ".join(parts) or moves["nothing"]
        return str(own["printer"].format(printer=self.label, moves=told))

    def code(self) -> str:
        """Four characters that stand for the settings with which a sheet was printed."""
        what = replace(self, name="", tray="", stock="", feed="")
        names = [field.name for field in fields(what)][: None if self.landscape else -1]
        told = "|".join(repr(getattr(what, name)) for name in names)
        return hashlib.sha256(told.encode()).hexdigest()[:4].upper()
