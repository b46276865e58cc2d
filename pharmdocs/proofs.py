"""Pictures of pages for a person: PNG files and a contact sheet, drawn from the very PDF.

Of a file that is printed on both sides, front and back of a sheet lie side by side, and an overlay
shows the back through the front, turned as the printer turns the paper.
"""

import glob
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps

from pharmdocs.build import remove, unwritable
from pharmdocs.errors import OutputError, Problem
from pharmdocs.geometry import Size
from pharmdocs.imposition.schemes import flip_axis
from pharmdocs.opened import apart, facts, opened, page_size
from pharmdocs.staging import moved, together
from pharmdocs.typesetting import fonts

_THUMB_WIDTH, _GAP, _CAPTION = 240, 16, 20
_ACROSS, _MOST_ON_SHEET = 8, 240
# A letter page at 600 dpi has 34 million.
_MOST_PIXELS = 100_000_000
_Face = TypeVar("_Face")
_GREY, _DARK = "#8a8f91", "#1d2426"
# What shines through the paper is this much of the ink behind it, and of one hue.
_THROUGH = (255, 120, 90)


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn.

    Args:
        pdf: a finished file.
        folder: where the pictures go, made if need be.
        dpi: the resolution of a page's picture.
        overlay: draw each back through its front as well.
        backs: where the backs of the sheets are a file of their own, that file.
        turns: the edge about which the paper is turned, where that is another than the file says.
        reverse: the backs that are a file of their own begin with the last sheet's.
    """

    pdf: Path
    folder: Path
    dpi: int
    overlay: bool = False
    backs: Path | None = None
    turns: str = ""
    reverse: bool = False


@dataclass(frozen=True)
class Drawn:
    """The pictures: a page each, an overlay for each sheet, and the contact sheets."""

    pages: tuple[Path, ...]
    overlays: tuple[Path, ...]
    contact: tuple[Path, ...]


def draw(wanted: Wanted) -> Drawn:
    """Draw every page of a PDF; all pictures take their places together, or the old ones stay.

    Raises:
        SelectionError: there is no such file.
        OutputError: it is no PDF that can be drawn, it has no second side to lay over the first,
            or the folder cannot be written.
    """
    duplex = "long-edge" if wanted.backs else facts(wanted.pdf).duplex
    if wanted.overlay and duplex in ("", "none"):
        says = "says that it is printed on one side" if duplex else "does not say how it is turned"
        fix = "leave --overlay out, or build it with --duplex long-edge"
        raise OutputError(Problem(None, f"{wanted.pdf.name} {says}", fix))
    both = duplex not in ("", "none")
    folder, duplex = wanted.folder, (both and wanted.turns) or duplex
    with together(folder) as place:
        try:
            made = apart(_draw, (replace(wanted, folder=place), duplex), wanted.pdf)
        except OSError as error:
            raise unwritable(folder, error) from None
    drawn: Drawn = moved(made, folder)
    new = {*drawn.pages, *drawn.overlays, *drawn.contact}
    # Of a longer edition, perhaps.
    remove({*folder.glob(f"{glob.escape(wanted.pdf.stem)}-*.png")} - new)
    return drawn


def _draw(task: tuple[Wanted, str]) -> Drawn:
    wanted, duplex = task
    folder, stem = wanted.folder, wanted.pdf.stem
    pages: list[Path] = []
    overlays: list[Path] = []
    contact = _Contact(folder, stem)
    both = duplex not in ("", "none")
    for number, faces in enumerate(_sheets(wanted, both), 1):
        shown = []
        for name, face in faces:
            pages.append(folder / f"{name}.png")
            face.save(pages[-1])
            shown.append(face)
        if wanted.overlay:
            overlays.append(folder / f"{stem}-through-{number}.png")
            shown.append(through(shown, duplex))
            shown[-1].save(overlays[-1])
        contact.add(f"sheet {number}" if both else f"{number}", shown)
    return Drawn(tuple(pages), tuple(overlays), tuple(contact.written()))


def _sheets(wanted: Wanted, both: bool) -> Iterator[tuple[tuple[str, Image.Image], ...]]:
    """The faces of each sheet, each with the name of its picture."""
    backs = _pages(wanted, wanted.backs, wanted.reverse) if wanted.backs else None
    return paired(_pages(wanted, wanted.pdf), backs, both)


def paired(
    pages: Iterator[_Face], backs: Iterable[_Face] | None, both: bool
) -> Iterator[tuple[_Face, ...]]:
    """The faces of each sheet, the front first.

    Args:
        pages: those of the file that is looked at.
        backs: the pages behind them, where the backs are a file of their own.
        both: every other page is a back; else each page stands alone.
    """
    if backs is not None:
        for pair in zip_longest(pages, backs):
            yield tuple(face for face in pair if face is not None)
        return
    for front in pages:
        back = next(pages, None) if both else None
        yield (front,) if back is None else (front, back)


def _pages(wanted: Wanted, path: Path, reverse: bool = False) -> Iterator[tuple[str, Image.Image]]:
    with opened(path) as document:
        digits = len(str(len(document)))
        for number in range(len(document))[:: -1 if reverse else 1]:
            size = page_size(document, number, path)
            pixels = size.width * size.height * (wanted.dpi / 72) ** 2
            if pixels > _MOST_PIXELS:
                what = f"page {number + 1} of {path.name} is too large for {wanted.dpi} dpi"
                most = int(wanted.dpi * (_MOST_PIXELS / pixels) ** 0.5)
                raise OutputError(Problem(None, what, f"draw it at {most} or less: --dpi {most}"))
            try:
                page = document[number]
                picture = page.render(scale=wanted.dpi / 72).to_pil().convert("RGB")
                page.close()
            except pypdfium2.PdfiumError:
                what = f"page {number + 1} of {path.name} is damaged and cannot be drawn"
                fix = "open it in a viewer and save or print it anew"
                raise OutputError(Problem(None, what, fix)) from None
            yield f"{path.stem}-{number + 1:0{digits}}", picture


def through(faces: Sequence[Image.Image], duplex: str) -> Image.Image:
    """The sheet held against a window: its front, and its back as it shines through.

    `duplex` is the edge about which the paper is turned; a front alone stays as it is.
    """
    front = faces[0]
    if len(faces) < 2:
        return front
    vertical = flip_axis(_size(front), duplex) == "vertical"
    back = ImageOps.mirror(faces[1]) if vertical else ImageOps.flip(faces[1])
    seen = ImageOps.colorize(ImageOps.grayscale(back.resize(front.size)), _THROUGH, "white")
    return ImageChops.multiply(front, seen)


def _size(picture: Image.Image) -> Size:
    return Size(picture.width, picture.height)


class _Contact:
    """All sheets small on grey; written whenever as many have come as one picture holds."""

    def __init__(self, folder: Path, stem: str) -> None:
        self.folder, self.stem = folder, stem
        self.waiting: list[tuple[str, list[Image.Image]]] = []
        self.full: list[Path] = []

    def add(self, caption: str, faces: list[Image.Image]) -> None:
        """One more sheet; its faces lie close together."""
        small = [
            face.resize(
                (_THUMB_WIDTH, max(1, round(face.height * _THUMB_WIDTH / face.width))),
                Image.Resampling.LANCZOS,
            )
            for face in faces
        ]
        if len(self.waiting) >= _MOST_ON_SHEET // len(small):
            self._write(f"contact-sheet-{len(self.full) + 1}")
        self.waiting.append((caption, small))

    def written(self) -> list[Path]:
        """Every contact sheet, the last one too."""
        self._write(f"contact-sheet-{len(self.full) + 1}" if self.full else "contact-sheet")
        return self.full

    def _write(self, name: str) -> None:
        most = max(len(faces) for _, faces in self.waiting)
        columns = min(max(1, _ACROSS // most), len(self.waiting))
        rows = -(-len(self.waiting) // columns)
        wide = most * (_THUMB_WIDTH + 2) - 2 + _GAP
        high = max(face.height for _, faces in self.waiting for face in faces) + _CAPTION + _GAP
        sheet = Image.new("RGB", (columns * wide + _GAP, rows * high + _GAP), _GREY)
        pen = ImageDraw.Draw(sheet)
        for index, (caption, faces) in enumerate(self.waiting):
            row, column = divmod(index, columns)
            left, top = _GAP + column * wide, _GAP + row * high
            for face in faces:
                sheet.paste(face, (left, top))
                left += _THUMB_WIDTH + 2
            pen.text((_GAP + column * wide, top + faces[0].height + 3), caption, _DARK, _face())
        self.full.append(self.folder / f"{self.stem}-{name}.png")
        sheet.save(self.full[-1])
        self.waiting = []


@cache
def _face() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts.folder() / "PharmSans-Regular.ttf", 14)
