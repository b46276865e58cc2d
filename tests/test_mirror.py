"""Facing pages: what hangs in the outer margin hangs at the right of a right-hand page."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from pharmdocs.errors import LayoutError
from pharmdocs.pool import guarded
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.typeset import Job, Stylesheet, typeset

# A text of 100 pt between 50 pt of outer and 30 pt of inner margin; labels hang at its left.
CSS = """
@page { size: 180pt 120pt; margin: 20pt 30pt 20pt 50pt }
@page :right { margin: 20pt 50pt 20pt 30pt }
html { font: 10pt/14pt "Pharm Serif" } body, p { margin: 0 }
.part { break-before: page; position: relative } h1, h2 { font-size: 10pt; margin: 0 }
.label { position: absolute; left: -45pt; top: 14pt; width: 40pt; transform-origin: 150pt 0 }
.wide { border-collapse: collapse; margin-left: -45pt; width: 145pt; transform-origin: 45pt 0 }
.wide td { padding: 0 }
"""
BODY = """
<div class="part"><h1>one</h1><p class="label"><a href="#two">hangs</a></p></div>
<div class="part" id="two"><h2>two</h2><p class="label"><a href="#two">hangs</a></p></div>
<table class="wide part"><tbody>
<tr><td>wide</td></tr><tr><td><br><br><br><br></td></tr><tr><td>goes on</td></tr></tbody></table>
"""


def made(facing: bool, css: str = CSS) -> bytes:
    head = '<head><meta charset="utf-8"><title>T</title></head>'
    html = f'<!doctype html><html lang="en">{head}<body>{BODY}'
    folder = str(Path(__file__).parent)
    return finish(
        guarded(typeset, Job(html, (Stylesheet("own.css", css),), folder, facing=facing)), ""
    )


def lefts(pdf: bytes) -> list[dict[str, float]]:
    """Of every page where its words begin, from its left edge."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            text = page.get_textpage()
            places = {}
            for word in ("one", "two", "hangs", "wide", "goes on"):
                if at := text.search(word).get_next():
                    places[word] = text.get_charbox(at[0])[0]
            found.append(places)
        return found
    finally:
        document.close()


def test_a_right_hand_page_is_mirrored_and_a_left_hand_one_is_not() -> None:
    """By pencil: 30 + 100 + 5 to the label at the right; 50 - 45 to the one at the left."""
    first, second, third, fourth = lefts(made(facing=True))
    assert (first["one"], first["hangs"]) == pytest.approx((30, 135), abs=1)
    assert (second["two"], second["hangs"]) == pytest.approx((50, 5), abs=1)
    # A table over two pages begins at the text's left edge, and in the outer margin.
    assert third["wide"] == pytest.approx(30, abs=1)
    assert fourth["goes on"] == pytest.approx(5, abs=1)


def test_links_move_with_their_words() -> None:
    with pikepdf.open(io.BytesIO(made(facing=True))) as document:
        found = [float(page.Annots[0].Rect[0]) for page in list(document.pages)[:2]]
    assert found == pytest.approx([135, 5], abs=1)


def test_only_pages_that_face_each_other_are_mirrored() -> None:
    """Here the label of a page whose left margin is narrow would leave the paper."""
    with pytest.raises(LayoutError, match="page 1: “hangs” sticks out of its box"):
        made(facing=False)


def test_what_moves_too_far_is_found() -> None:
    with pytest.raises(LayoutError, match="sticks out of its box"):
        made(facing=True, css=CSS.replace("150pt 0", "180pt 0"))
