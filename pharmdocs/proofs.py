"""Pictures of pages for a person: PNG files and a contact sheet, drawn from the very PDF."""

import glob
from pathlib import Path

import pypdfium2
from PIL import Image

from pharmdocs.errors import OutputError, Problem

_THUMB_WIDTH = 240
_GAP = 16


def draw(pdf: Path, folder: Path, dpi: int) -> list[Path]:
    """Draw every page of a PDF.

    Args:
        pdf: a finished file.
        folder: where the pictures go, made if need be.
        dpi: the resolution of a page's picture.

    Returns:
        The pages' pictures in order, then the contact sheet.

    Raises:
        OutputError: the file is no PDF, or the folder cannot be written.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        fix = "name a PDF file"
        raise OutputError(
            Problem(None, f"{pdf.name} is not a PDF that can be drawn", fix)
        ) from None
    if document.get_formtype():
        document.init_forms()  # what fields hold is drawn only then
    digits = len(str(len(document)))
    paths, thumbs = [], []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{glob.escape(pdf.stem)}-*.png"):
            old.unlink()  # of a longer edition, perhaps
        for number, page in enumerate(document, 1):
            picture = page.render(scale=dpi / 72).to_pil().convert("RGB")
            paths.append(folder / f"{pdf.stem}-{number:0{digits}}.png")
            picture.save(paths[-1])
            height = round(picture.height * _THUMB_WIDTH / picture.width)
            thumbs.append(picture.resize((_THUMB_WIDTH, height), Image.Resampling.LANCZOS))
        paths.append(folder / f"{pdf.stem}-contact-sheet.png")
        _sheet(thumbs).save(paths[-1])
    except OSError as error:
        fix = "free some space, or write elsewhere: --output FOLDER"
        what = f"{folder} cannot be written ({error.strerror or error})"
        raise OutputError(Problem(None, what, fix)) from None
    finally:
        document.close()
    return paths


def _sheet(thumbs: list[Image.Image]) -> Image.Image:
    """All pages small, eight to a row, on grey."""
    columns = min(8, len(thumbs))
    rows = -(-len(thumbs) // columns)
    cell = (_THUMB_WIDTH + _GAP, max(thumb.height for thumb in thumbs) + _GAP)
    sheet = Image.new("RGB", (columns * cell[0] + _GAP, rows * cell[1] + _GAP), "#8a8f91")
    for index, thumb in enumerate(thumbs):
        row, column = divmod(index, columns)
        sheet.paste(thumb, (_GAP + column * cell[0], _GAP + row * cell[1]))
    return sheet
