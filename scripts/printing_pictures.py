"""Draws the pictures of docs/printing.md: the calibration sheet, and what a printer does to backs.

A printer that misses is played: its backs are moved or turned before they shine through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from pharmdocs.build import Request
from pharmdocs.calibration import build_calibration, settings_of
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.geometry import PAPERS, Box, Size, mm
from pharmdocs.imposition.marks import stamp_box
from pharmdocs.imposition.stock import DEFAULTS, find_stock, read_stocks
from pharmdocs.project import Project
from pharmdocs.proofs import through

PAPER = "letter"
# Of the calibration sheet everything can be read; of a sheet of cards what lies where.
SHEET_WIDTH, SMALL_WIDTH, CLOSE_WIDTH = 700, 420, 700
# By how much the backs of the printer that is played are off: what corner A reads is 6.3.
MISSED = mm(1.3)
DRIFT = mm(3)


@dataclass(frozen=True)
class Files:
    """What is drawn from."""

    calibration: Path
    cards: Path
    how_to: Path


def built(folder: Path) -> Files:
    """Each file, for a printer called home of which nothing is known."""
    request = Request(Project(folder), paper=PAPER, ink="full", printer="none", output=folder)
    sheet = build_calibration(request, settings_of(request, "home", fresh=True))
    cards = build_flashcards(request, Cards())
    manual = build_flashcards(request, Cards(duplex="manual"))
    return Files(sheet.paths[0], cards.paths[0], manual.paths[-1])


def calibration(files: Files) -> list[Image.Image]:
    """The sheet that somebody with a new printer prints first."""
    return [page(files.calibration, 0, SHEET_WIDTH / PAPERS[PAPER].width)]


def scales(files: Files) -> list[Image.Image]:
    """Corner A against a window, the back 1.3 mm to the right."""
    close = Box(mm(8), mm(11), Size(mm(38), mm(36.5)))
    scale = CLOSE_WIDTH / close.size.width
    front, back = (page(files.calibration, number, scale) for number in (0, 1))
    # As it lies on the back it goes to the left.
    seen = through([front, moved(back, -MISSED * scale)], "long-edge")
    return [cut(seen, close, scale)]


def backs(files: Files) -> list[Image.Image]:
    """The head of a sheet against a window: right, over the wrong edge, and drifted."""
    size = PAPERS[PAPER]
    scale, close = SMALL_WIDTH / size.width, Box(0, 0, Size(size.width, mm(106)))
    front, back = (page(files.cards, number, scale) for number in (2, 3))
    ways = [
        through([front, back], "long-edge"),
        through([front, back], "short-edge"),
        through([front, moved(back, -DRIFT * scale)], "long-edge"),
    ]
    return [cut(way, close, scale) for way in ways]


def ruler(files: Files) -> list[Image.Image]:
    """The stamp of a sheet of cards, with its ruler."""
    stock = find_stock(DEFAULTS[PAPER], read_stocks(None, ""))
    band = stamp_box(stock)
    if band is None:
        raise ValueError(f"{stock.name} has no room for a ruler")
    close = Box(band.right - mm(92), band.top - mm(2), Size(mm(94), band.size.height + mm(4)))
    scale = 2 * CLOSE_WIDTH / close.size.width
    picture = cut(page(files.cards, 0, scale), close, scale)
    return [picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)]


def by_hand(files: Files) -> list[Image.Image]:
    """The page that says how the pile goes in again."""
    size = PAPERS[PAPER]
    scale = SHEET_WIDTH / size.width
    return [cut(page(files.how_to, 0, scale), Box(0, 0, Size(size.width, mm(128))), scale)]


ALL: dict[str, Callable[[Files], list[Image.Image]]] = {
    "printing-calibration": calibration,
    "printing-scales": scales,
    "printing-backs": backs,
    "printing-ruler": ruler,
    "printing-by-hand": by_hand,
}


def page(pdf: Path, number: int, scale: float) -> Image.Image:
    """A page, counted from 0, in pixels a point."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture: Image.Image = document[number].render(scale=scale).to_pil().convert("RGB")
        return picture
    finally:
        document.close()


def moved(picture: Image.Image, across: float) -> Image.Image:
    """The same, so many pixels to the right on a white ground."""
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, (round(across), 0))
    return ground


def cut(picture: Image.Image, box: Box, scale: float) -> Image.Image:
    """The part of a picture within a box of the page."""
    left, top = round(box.left * scale), round(box.top * scale)
    return picture.crop((left, top, round(box.right * scale), round(box.bottom * scale)))
