"""Draws docs/pictures/, the pictures of the README and of docs/, from files built a moment ago.

Pages of the booklet are found by the ids that its own links use, cards by the id printed on them:
a picture keeps its subject when pages move. Only settings that came with pharmdocs play a part.
Same content, same bytes.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import printing_pictures
import pypdfium2
from PIL import Image, ImageDraw
from pypdfium2 import raw

from pharmdocs.booklet import build_booklet
from pharmdocs.build import Request
from pharmdocs.checklist import build_checklist
from pharmdocs.editions import Booklet
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.geometry import Box, Size
from pharmdocs.imposition.schemes import mirrored
from pharmdocs.imposition.stock import DEFAULTS, read_stocks
from pharmdocs.project import Project
from pharmdocs.zine import build_zine

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"

# A text of 10 pt can be read, and a picture stays well below 150 kB.
PAGE_WIDTH = 900
SPREAD_PAGE_WIDTH = 720
CARD_WIDTH = 700
CARD_GAP = 40
PANEL_WIDTH = 330
COLORS = 256

# Sheets end in a hairline and cast a narrow shadow, or white paper would vanish on a white page.
EDGE = "#aab3b5"
SHADOW = "#dde2e3"
DEPTH = 4


@dataclass(frozen=True)
class Picture:
    """A file under docs/pictures/: the id whose page it shows, and how many pages from there on.

    An empty id is the page `first`, counted from 0. Of the cards an id is a card, front and back;
    of a zine it is what its reader sees.
    """

    name: str
    id: str
    paper: str = "letter"
    ink: str = "full"
    pages: int = 1
    printable: str = "booklet"
    first: int = 0


ALL = (
    Picture("cover", ""),
    Picture("question", "q03", pages=2),
    Picture("star", "q09"),
    Picture("contents", "contents"),
    Picture("glossary", "glossary"),
    Picture("black-a4", "q08", paper="a4", ink="black"),
    Picture("card", "Q03", printable="flashcards"),
    Picture("sheet", "", printable="flashcards"),
    Picture("checklist", "", printable="checklist"),
    Picture("fold-sheet", "", printable="booklet-brief-fold"),
    # Of four sheets the inside of the innermost is the spread in the middle.
    Picture("fold-spread", "", printable="booklet-brief-fold", first=7),
    Picture("zine", "panels", printable="zine"),
    Picture("zine-sheet", "", printable="zine"),
)


FOLDED = Booklet(edition="fold", brief=True)
MAKERS: dict[str, Callable[[Request], Path]] = {
    "booklet": lambda request: build_booklet(request).path,
    "checklist": lambda request: build_checklist(request).path,
    "flashcards": lambda request: build_flashcards(request, Cards()).paths[0],
    "booklet-brief-fold": lambda request: build_booklet(request, FOLDED).path,
    "zine": lambda request: build_zine(request, how_to=True).path,
}


def main() -> None:
    """Build each file that a picture needs, once, and write the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for source in dict.fromkeys(map(source_of, ALL)):
        with tempfile.TemporaryDirectory() as empty:
            folder = Path(empty)
            paper, ink, printable = source
            request = Request(Project(folder), paper=paper, ink=ink, output=folder)
            built = MAKERS[printable](request)
            for picture in ALL:
                if source_of(picture) == source:
                    save(draw(built, picture), PICTURES / f"{picture.name}.png")
    with tempfile.TemporaryDirectory() as empty:
        files = printing_pictures.built(Path(empty))
        for name, make in printing_pictures.ALL.items():
            save(beside([framed([it]) for it in make(files)]), PICTURES / f"{name}.png")


def opened(sheet: pypdfium2.PdfPage) -> list[list[Image.Image]]:
    """The panels of a zine as its reader sees them: the cover, then two and two."""
    scale = 4 * PANEL_WIDTH / sheet.get_width()
    whole = sheet.render(scale=scale).to_pil()
    wide, high = whole.width // 4, whole.height // 2

    def panel(column: int, row: int) -> Image.Image:
        left, top = column * wide, row * high
        found: Image.Image = whole.crop((left, top, left + wide, top + high))
        return found if row else found.rotate(180)

    return [[panel(3, 1)], [panel(3, 0), panel(2, 0)], [panel(0, 1), panel(1, 1)]]


def source_of(picture: Picture) -> tuple[str, str, str]:
    """What a picture is drawn from."""
    return picture.paper, picture.ink, picture.printable


def draw(pdf: Path, picture: Picture) -> Image.Image:
    """The picture's pages side by side, each as a sheet of paper; or a card, as two."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        if picture.printable == "flashcards" and picture.id:
            return beside([framed([face]) for face in faces_of(document, picture)])
        if picture.printable == "zine" and picture.id:
            return beside([framed(pages) for pages in opened(document[0])])
        first = page_of(document, picture.id) if picture.id else picture.first
        width = PAGE_WIDTH if picture.pages == 1 else SPREAD_PAGE_WIDTH
        pages = [document[first + number] for number in range(picture.pages)]
        return framed([page.render(scale=width / page.get_width()).to_pil() for page in pages])
    finally:
        document.close()


def faces_of(document: pypdfium2.PdfDocument, picture: Picture) -> list[Image.Image]:
    """The front and the back of a card, cut out of their sheets along the trim.

    Raises:
        KeyError: no card shows this id.
    """
    stock = read_stocks(None, "")[DEFAULTS[picture.paper]]
    found = []
    for turned in (False, True):
        slots = [mirrored(it, stock.sheet, "vertical") if turned else it for it in stock.slots()]
        # Sheets are printed front, back, front …
        for number in range(turned, len(document), 2):
            page = document[number]
            if place := place_of(page, picture.id):
                (slot,) = (it for it in slots if it.contains(place))
                scale = CARD_WIDTH / slot.size.width
                sides = (slot.left, slot.top, slot.right, slot.bottom)
                paper = page.render(scale=scale).to_pil()
                found.append(paper.crop(tuple(round(side * scale) for side in sides)))
                break
    if len(found) < 2:
        raise KeyError(picture.id)
    return found


def place_of(page: pypdfium2.PdfPage, name: str) -> Box | None:
    """Where a word stands for the first time on a page, as an empty box."""
    text = page.get_textpage()
    at = text.get_text_range().find(name)
    if at < 0:
        return None
    left, _, _, top = text.get_charbox(at)
    return Box(left, page.get_height() - top, Size(0, 0))


def beside(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures of one height in a row, with white between them."""
    width = sum(it.width for it in pictures) + CARD_GAP * (len(pictures) - 1)
    row = Image.new("RGB", (width, pictures[0].height), "#ffffff")
    left = 0
    for it in pictures:
        row.paste(it, (left, 0))
        left += it.width + CARD_GAP
    return row


def page_of(document: pypdfium2.PdfDocument, name: str) -> int:
    """The page, counted from 0, that a link to this id leads to.

    Raises:
        KeyError: the document has no such id.
    """
    place = raw.FPDF_GetNamedDestByName(document, name.encode())
    if not place:
        raise KeyError(name)
    return int(raw.FPDFDest_GetDestPageIndex(document, place))


def framed(pages: Sequence[Image.Image]) -> Image.Image:
    """Pages that touch, with one edge around them and the shadow of one sheet."""
    width, height = sum(page.width for page in pages) + 2, pages[0].height + 2
    picture = Image.new("RGB", (width + DEPTH, height + DEPTH), "#ffffff")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((DEPTH, DEPTH, width + DEPTH - 1, height + DEPTH - 1), fill=SHADOW)
    pen.rectangle((0, 0, width - 1, height - 1), outline=EDGE)
    left = 1
    for page in pages:
        picture.paste(page.convert("RGB"), (left, 1))
        left += page.width
        if left < width - 1:
            pen.line((left, 1, left, height - 2), fill=SHADOW)
    return picture


def save(picture: Image.Image, path: Path) -> None:
    """Write a PNG with a palette; nothing but the pixels goes into it."""
    # Other ways to choose a palette go by area, and turn a brown heading on white into a grey one.
    few = picture.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"docs/pictures/{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
