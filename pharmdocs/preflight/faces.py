"""What a face draws, read back from its content: which pages, where, and where its marks lie."""

from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Matrix

from pharmdocs.preflight.letters import SHOWING, FirstId, Letters, Texts, words_of

# It stands before a page: which one follows, and where its trim lies in its own coordinates. What
# is drawn until the graphics state goes back is that page. The other stands before marks.
_POINT, _LINES = "/Pharmdocs", "/PharmdocsLines"


@dataclass(frozen=True)
class Shown:
    """A page as a face draws it: its number, its trim in its own coordinates, where that is."""

    page: int
    trim: Any
    matrix: Matrix
    id: FirstId


def shown_on(
    page: pikepdf.Page, texts: Texts, ids: set[str], undo: Matrix
) -> tuple[list[Shown], list[Matrix]]:
    """The pages on a face, in the order of drawing, each with its first id; and where marks lie.

    What was done to the whole face is undone.
    """
    found: list[Shown] = []
    lines: list[Matrix] = []
    matrix, card, letters = Matrix(), None, Letters()
    fonts: Any = page.resources.get("/Font", {})
    kept: list[tuple[Matrix, Shown | None]] = []
    for instruction in pikepdf.parse_content_stream(page, f"q Q cm DP MP Tf {SHOWING}"):
        operands: Any = instruction.operands
        operator = str(instruction.operator)
        if operator == "q":
            kept.append((matrix, card))
        elif operator == "Q":
            matrix, card = kept.pop()
        elif operator == "cm":
            matrix = Matrix(*map(float, operands)) @ matrix
        elif operator == "Tf":
            letters = texts.of(fonts[str(operands[0])])
        elif operator == "MP":
            lines += [matrix @ undo] if operands[0] == _LINES else []
        elif operator != "DP":
            if card and not card.id.found:
                card.id.read(words_of(operands[-1], letters))
        elif operands[0] == _POINT:
            card = Shown(int(operands[1].Page), operands[1].Trim, matrix @ undo, FirstId(ids))
            found.append(card)
    return found, lines
