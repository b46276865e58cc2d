"""A face of a sheet to draw on, in the places that a person sees who looks at its front."""

from dataclasses import dataclass
from typing import Any

from pharmdocs.geometry import Size


@dataclass(frozen=True)
class SheetFace:
    """A face to draw on: from the middle of the sheet, y downward, as seen from the front."""

    canvas: Any
    sheet: Size
    axis: str

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place as the canvas counts it."""
        x, y = (-x if self.axis == "vertical" else x), (-y if self.axis == "horizontal" else y)
        return self.sheet.width / 2 + x, self.sheet.height / 2 - y

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """A line between two places."""
        self.canvas.line(*self.at(x1, y1), *self.at(x2, y2))

    def fill(self, *places: tuple[float, float]) -> None:
        """A filled polygon."""
        path = self.canvas.beginPath()
        path.moveTo(*self.at(*places[0]))
        for place in places[1:]:
            path.lineTo(*self.at(*place))
        path.close()
        self.canvas.drawPath(path, stroke=0, fill=1)

    def circle(self, x: float, y: float, radius: float, fill: int = 0) -> None:
        """A circle, or a dot."""
        self.canvas.circle(*self.at(x, y), radius, stroke=1 - fill, fill=fill)

    def text(self, x: float, y: float, text: str, size: float, bold: bool = False) -> None:
        """Text, centered on a place."""
        self.canvas.setFont("PharmSans-Bold" if bold else "PharmSans-Regular", size)
        left, base = self.at(x, y)
        self.canvas.drawCentredString(left, base - 0.35 * size, text)

    def write(self, x: float, y: float, text: str, size: float, bold: bool = False) -> None:
        """Text that begins at a place, on its base line."""
        self.canvas.setFont("PharmSans-Bold" if bold else "PharmSans-Regular", size)
        self.canvas.drawString(*self.at(x, y), text)
