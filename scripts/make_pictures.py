"""Draws docs/pictures/, the README's pictures, from files that were built a moment ago.

Pages are found by the ids that the booklet's own links use, so a picture keeps its subject when
pages move. Only settings that came with pharmdocs play a part. Same booklet, same bytes.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw
from pypdfium2 import raw

from pharmdocs.build import Request, build_booklet
from pharmdocs.checklist import build_checklist
from pharmdocs.project import Project

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"

# A text of 10 pt can be read, and a picture stays well below 150 kB.
PAGE_WIDTH = 900
SPREAD_PAGE_WIDTH = 720
COLORS = 256

# Sheets end in a hairline and cast a narrow shadow, or white paper would vanish on a white page.
EDGE = "#aab3b5"
SHADOW = "#dde2e3"
DEPTH = 4


@dataclass(frozen=True)
class Picture:
    """A file under docs/pictures/: the id whose page it shows, and how many pages from there on.

    An empty id is the first page of the file.
    """

    name: str
    id: str
    paper: str = "letter"
    ink: str = "full"
    pages: int = 1
    printable: str = "booklet"


ALL = (
    Picture("cover", ""),
    Picture("question", "q03", pages=2),
    Picture("star", "q09"),
    Picture("contents", "contents"),
    Picture("glossary", "glossary"),
    Picture("black-a4", "q08", paper="a4", ink="black"),
    Picture("checklist", "", printable="checklist"),
)


def main() -> None:
    """Build each file that a picture needs, once, and write the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for source in dict.fromkeys(map(source_of, ALL)):
        with tempfile.TemporaryDirectory() as empty:
            folder = Path(empty)
            paper, ink, printable = source
            request = Request(Project(folder), paper=paper, ink=ink, output=folder)
            built = (build_checklist if printable == "checklist" else build_booklet)(request).path
            for picture in ALL:
                if source_of(picture) == source:
                    path = PICTURES / f"{picture.name}.png"
                    save(draw(built, picture), path)
                    print(f"docs/pictures/{path.name}: {path.stat().st_size / 1000:.0f} kB")


def source_of(picture: Picture) -> tuple[str, str, str]:
    """What a picture is drawn from."""
    return picture.paper, picture.ink, picture.printable


def draw(pdf: Path, picture: Picture) -> Image.Image:
    """The picture's pages side by side, each as a sheet of paper."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        first = page_of(document, picture.id) if picture.id else 0
        width = PAGE_WIDTH if picture.pages == 1 else SPREAD_PAGE_WIDTH
        pages = [document[first + number] for number in range(picture.pages)]
        return framed([page.render(scale=width / page.get_width()).to_pil() for page in pages])
    finally:
        document.close()


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


if __name__ == "__main__":
    main()
