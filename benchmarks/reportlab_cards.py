"""The cards through ReportLab's Platypus: paragraphs in three frames a page.

    reportlab_cards.py OUTPUT.pdf BANK-FOLDER

No tags, and nobody looks whether a text fits.
"""

import html
import sys
from pathlib import Path
from typing import Any

from deck import FONTS, Face, sheets
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    PageTemplate,
    Paragraph,
)

SIZE, LEFT, TOP = (127 * mm, 76.2 * mm), 44.45 * mm, 25.4 * mm
NAMES = ("Sans-Regular", "Sans-Bold", "Narrow-Regular", "Narrow-Bold", "Symbols-Regular")
QUESTION = ParagraphStyle("q", fontName="Sans-Bold", fontSize=17, leading=21)
ANSWER = ParagraphStyle("a", fontName="Sans-Regular", fontSize=11, leading=14.52)


class Head(Flowable):  # type: ignore[misc]
    """Band, category and id; as tall as a line and the space below it."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = face

    def wrap(self, width: float, _: float) -> tuple[float, float]:
        self.width = width
        return width, 19.2

    def draw(self) -> None:
        canvas, face = self.canv, self.face
        canvas.setFillColor(HexColor(face.color))
        canvas.rect(-5.4 * mm, 19.2 - 68.2 * mm, 2.4 * mm, 68.2 * mm, stroke=0, fill=1)
        canvas.setFont("Symbols-Regular", 8.5)
        canvas.drawString(0, 11, face.sign)
        canvas.setFont("Narrow-Bold", 8.5)
        canvas.drawString(10, 11, face.category)
        canvas.setFont("Narrow-Regular", 8.5)
        canvas.setFillColor(HexColor("#555555"))
        canvas.drawRightString(self.width, 11, face.id)


def frame(row: int) -> Frame:
    width, height = SIZE
    edge, bottom = 4 * mm, LETTER[1] - TOP - (row + 1) * height
    pads = {"leftPadding": edge + 5.4 * mm}
    # What is too long runs over the edge, as it does on other scripts' cards.
    pads |= {"rightPadding": edge, "topPadding": edge, "bottomPadding": -height}
    return Frame(LEFT, bottom, width, height, showBoundary=1, **pads)


for name in NAMES:
    pdfmetrics.registerFont(TTFont(name, FONTS / f"Pharm{name}.ttf"))
story: list[Any] = []
for page in sheets(Path(sys.argv[2])):
    for face in page:
        style = QUESTION if face.front else ANSWER
        story += [Head(face), Paragraph(html.escape(face.text), style), FrameBreak()]
    # A sheet that is not full.
    story += [FrameBreak()] * (3 - len(page))
document = BaseDocTemplate(sys.argv[1], pagesize=LETTER, title="Cards", lang="en")
document.addPageTemplates([PageTemplate(frames=[frame(row) for row in range(3)])])
document.build(story)
