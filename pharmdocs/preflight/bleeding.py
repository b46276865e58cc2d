"""Check: what touches the trim goes on to the edge of the bleed, seen in a picture of the page.

A guillotine misses by half a millimeter; what ends at the trim then shows a white thread.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil, floor

import pypdfium2
from PIL import Image

from pharmdocs.geometry import Box

# Two pixels to the point: a pixel is 0.18 mm.
_SCALE = 2
# Lighter than this is paper, whatever the edge of a shape makes of it.
_PAPER = 250
_TURNS = {
    "left": None,
    "top": Image.Transpose.ROTATE_90,
    "right": Image.Transpose.ROTATE_180,
    "bottom": Image.Transpose.ROTATE_270,
}
_FIX = "let it end further inside, or run over the trim as far as --bleed says"


def check(
    pdf: bytes, boxes: Sequence[tuple[Box, Box]], art: Mapping[int, frozenset[str]]
) -> Iterator[tuple[str, str]]:
    """What ends between trim and bleed, and art that does not run over the side it was to.

    Args:
        pdf: the finished file.
        boxes: bleed and trim of every page, from its upper left corner.
        art: the sides of a page that its art runs over, by the page, counted from 0.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number, ((bleed, trim), page) in enumerate(zip(boxes, document, strict=True)):
            picture = page.render(scale=_SCALE, grayscale=True).to_pil()
            for side, strip in _strips(picture, bleed, trim):
                ends, runs = _ends(strip)
                if ends:
                    yield f"page {number + 1}: art ends before the {side} edge of the bleed", _FIX
                elif side in art.get(number, ()) and not runs:
                    yield f"page {number + 1}: no art runs over the {side} edge", _FIX
            page.close()
    finally:
        document.close()


def _strips(picture: Image.Image, bleed: Box, trim: Box) -> Iterator[tuple[str, Image.Image]]:
    """For each side what lies between bleed and trim, its outer edge at the left.

    The last column lies just inside the trim, the first just inside the bleed; of the length,
    what lies beyond the corners of the trim is left out.
    """
    left, right = ceil(_SCALE * bleed.left), floor(_SCALE * bleed.right)
    top, bottom = ceil(_SCALE * bleed.top), floor(_SCALE * bleed.bottom)
    inside = [ceil(_SCALE * trim.left) + 1, ceil(_SCALE * trim.top) + 1]
    inside += [floor(_SCALE * trim.right) - 1, floor(_SCALE * trim.bottom) - 1]
    across, down = (inside[0], inside[2]), (inside[1], inside[3])
    cuts = {
        "left": (left, down[0], inside[0], down[1]),
        "top": (across[0], top, across[1], inside[1]),
        "right": (inside[2], down[0], right, down[1]),
        "bottom": (across[0], inside[3], across[1], bottom),
    }
    for side, cut in cuts.items():
        strip = picture.crop(cut)
        turn = _TURNS[side]
        yield side, strip if turn is None else strip.transpose(turn)


def _ends(strip: Image.Image) -> tuple[bool, bool]:
    """Whether something touches the trim and does not reach the edge; whether anything does.

    Ink that is reached from the edge, step by step, is taken away; what is left at the trim ends
    on its way.
    """
    width, pixels = strip.width, strip.tobytes()
    rows = [pixels[at : at + width] for at in range(0, len(pixels), width)]
    runs = any(row[0] < _PAPER for row in rows)
    # A row that is inked from end to end needs no search, and most are.
    if all(max(row) < _PAPER for row in rows if row[-1] < _PAPER):
        return False, runs
    ink = {at for at, value in enumerate(pixels) if value < _PAPER}
    trim = {at for at in ink if at % width == width - 1}
    open_ = [at for at in ink if at % width == 0]
    ink.difference_update(open_)
    while open_:
        at = open_.pop()
        column = at % width
        for step in (-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1):
            near = at + step
            if near in ink and abs(near % width - column) <= 1:
                ink.remove(near)
                open_.append(near)
    # A lone pixel is the edge of a slanted shape.
    left = sorted(at // width for at in trim & ink)
    return any(b - a == 1 for a, b in pairwise(left)), runs
