"""Set pages -> sheets to fold and staple, stamped; what they warn of, and how they are labelled."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pharmdocs import __version__
from pharmdocs.errors import Problem
from pharmdocs.geometry import Box, mm
from pharmdocs.imposition import press, saddle
from pharmdocs.imposition.saddle_marks import saddle_marks, stamp_area
from pharmdocs.imposition.schemes import Face, Sheet
from pharmdocs.imposition.stock import Stock
from pharmdocs.preflight import Folded, leaves
from pharmdocs.preflight.text import read_pages
from pharmdocs.sheets import Printed
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.render import signs
from pharmdocs.typesetting.typeset import Page
from pharmdocs.wording import words

# How many pages to write on are set before the back cover: as many as sheets may lack.
SPARE = 3
# How far text keeps off a fold, which is seldom straight, and off the edges.
SAFE = mm(6)


@dataclass(frozen=True)
class Fold:
    """Pages on their sheets; `order` are the pages that are read, in that order, by their numbers.

    `creep` is how far each sheet is moved beyond the one around it, in points.
    """

    stock: Stock
    sheets: tuple[Sheet, ...]
    order: tuple[int, ...]
    binding: str
    creep: float


def dealt(pages: Sequence[Page], paper: str, creep: float, binding: str) -> Fold:
    """Pages on half sheets; of the spare pages only those are taken that fill the last sheet.

    Raises:
        SelectionError: so many sheets of this paper would push pages into the fold.
    """
    stock = saddle.half_sheets(paper)
    spare = [number for number, page in enumerate(pages) if page.name == "notes"]
    over = spare[-(len(pages) - len(spare)) % 4 :]
    order = tuple(number for number in range(len(pages)) if number not in over)
    sheets = saddle.saddle(len(order), stock, creep, binding)
    saddle.check_creep(len(sheets), creep)
    return Fold(stock, tuple(_numbered(sheet, order) for sheet in sheets), order, binding, creep)


def impose(
    fold: Fold,
    pdf: bytes,
    pages: Sequence[Page],
    title: str,
    stamp: str,
    own: Mapping[str, Any],
    said: str = "",
) -> Printed:
    """The sheets as a file.

    Args:
        fold: where each page lies.
        pdf: the finished pages.
        pages: what stands on each of them.
        title: the document's title.
        stamp: what each sheet is called; its number and how it is printed are added.
        own: what sheets say, in the language of the pages.
        said: what comes after that; the fold has room for some words.
    """
    many = len(fold.sheets)
    stamps = [
        f"{stamp} · {own['inside'].format(number=sheet.number + 1, many=many)}"
        f" · {own['turns']['short-edge']} · pharmdocs {__version__}{said}"
        for sheet in fold.sheets
    ]
    font = fonts.folder() / "PharmSans-Regular.ttf"
    drawn = saddle_marks(fold.stock, fold.sheets, stamps, font)
    plan = press.Plan(title, "short-edge", _labels(fold), faces_in_outline=False)
    faces = [face for sheet in fold.sheets for face in (sheet.recto, sheet.verso) if face]
    texts = [[line for it in face.placements for line in pages[it.page].text] for face in faces]
    made = press.press(pdf, fold.sheets, fold.stock, drawn, plan)
    shown = tuple(words(text) + own for text, own in zip(texts, read_pages(drawn), strict=True))
    found = signs(line for text in texts for line in text)
    return Printed(made, sum(shown, Counter()), shown, found)


def texts(fold: Fold) -> tuple[Box, ...]:
    """Where text may stand on the outside of a sheet: on its pages, off the fold and the edges."""
    return tuple(half.inset(SAFE) for half in fold.stock.slots())


def inside(fold: Fold) -> tuple[Box, ...]:
    """The same for the inside, which has a stamp in the fold."""
    return (*texts(fold), stamp_area(fold.stock.sheet))


def read_as(fold: Fold, pages: Sequence[Page]) -> Folded:
    """What somebody reads who folds the finished sheets and turns the leaves."""
    kept = tuple(leaves.kept("".join(pages[number].text)) for number in fold.order)
    return Folded(kept, right_bound=fold.binding == "right")


def _labels(fold: Fold) -> tuple[str, ...]:
    """Of every face the pages on it, from 1, the left one first: "16, 1"."""
    numbers = {page: str(number) for number, page in enumerate(fold.order, 1)}
    faces = [face for sheet in fold.sheets for face in (sheet.recto, sheet.verso) if face]
    return tuple(", ".join(numbers[it.page] for it in face.placements) for face in faces)


def too_thick(fold: Fold, brief: bool) -> tuple[str, ...]:
    """A warning where no office stapler goes through, with what to print instead."""
    count, most = len(fold.sheets), saddle.MOST_SHEETS
    if count <= most:
        return ()
    what = f"{count} sheets are too thick to staple; {most} lie flat"
    fix = "choose fewer questions: --only with a category or a range of ids"
    if not brief:
        fix = f"print the questions in short: --brief; or {fix}"
    return (str(Problem(None, what, fix)),)


def _numbered(sheet: Sheet, order: Sequence[int]) -> Sheet:
    """A sheet of the pages that are read, with the numbers that they have in the file."""
    recto, verso = (
        face and Face(tuple(replace(it, page=order[it.page]) for it in face.placements))
        for face in (sheet.recto, sheet.verso)
    )
    return Sheet(sheet.number, recto or Face(()), verso)
