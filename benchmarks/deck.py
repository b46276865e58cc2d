"""A bank of plain cards as scripts print it: three index cards a Letter page, fronts, then backs.

One card a row, in the middle of the page, so a page of backs is the mirrored page of fronts.
"""

import csv
import html
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parent.parent / "templates" / "fonts"
ROWS = 3
SIGNS = {"triangle": "▲", "cross": "✚", "square": "■"}
# The texts, sizes and lines of `pharmdocs build flashcards`, on floats.
STYLE = """
@page { size: letter; margin: 25.4mm 44.45mm }
html { font: 11pt/1.32 "Pharm Sans"; color: #111111 }
body, h1, p { margin: 0 }
.sheet { break-after: page }
.card { float: left; box-sizing: border-box; width: 127mm; height: 76.2mm; padding: 4mm;
  border: 0.25pt solid }
.inside { height: 68.2mm; border-left: 2.4mm solid; padding-left: 3mm }
.id { float: right; font: 8.5pt/1.2 "Pharm Narrow"; color: #555555 }
.category { font: bold 8.5pt/1.2 "Pharm Narrow"; margin-bottom: 9pt }
.category span { font-family: "Pharm Symbols"; font-weight: normal }
h1 { font-size: 17pt; line-height: 1.235; color: #111111 }
.text { color: #111111 }
"""


@dataclass(frozen=True)
class Face:
    """One side of a card, and what marks its category."""

    id: str
    text: str
    front: bool
    category: str
    color: str
    sign: str


def sheets(bank: Path) -> list[list[Face]]:
    """The faces of every page: three fronts, their backs, the next three fronts."""
    categories = tomllib.loads((bank / "bank.toml").read_text(encoding="utf-8"))["categories"]
    with (bank / "cards.csv").open(encoding="utf-8", newline="") as file:
        cards = list(csv.DictReader(file))

    def face(card: dict[str, str], side: str) -> Face:
        category = categories[card["category"]]
        told = (category["name"], category["color"], SIGNS[category["shape"]])
        return Face(card["id"], card[side], side == "front", *told)

    return [
        [face(card, side) for card in cards[start : start + ROWS]]
        for start in range(0, len(cards), ROWS)
        for side in ("front", "back")
    ]


def plain(pages: Sequence[Sequence[Face]]) -> list[list[dict[str, Any]]]:
    """The same for JSON."""
    return [[asdict(face) for face in page] for page in pages]


def document(pages: Sequence[Sequence[Face]], style: str = "") -> str:
    """The same as HTML; the style sheet goes into it if there is one."""
    whole = "".join(f'<div class="sheet">{"".join(map(_face, page))}</div>' for page in pages)
    head = f'<meta charset="utf-8"><title>Cards</title><style>{style}</style>'
    return f'<!DOCTYPE html><html lang="en">{head}<body>{whole}</body></html>'


def _face(face: Face) -> str:
    text = html.escape(face.text)
    text = f"<h1>{text}</h1>" if face.front else f'<p class="text">{text}</p>'
    return (
        f'<div class="card"><div class="inside" style="border-color: {face.color}">'
        f'<p class="id">{face.id}</p><p class="category" style="color: {face.color}">'
        f"<span>{face.sign}</span> {html.escape(face.category)}</p>{text}</div></div>"
    )
