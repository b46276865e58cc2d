"""What one writes in an afternoon: the cards as floats on sheets, through WeasyPrint at once.

    naive.py OUTPUT.pdf BANK-FOLDER

Three index cards on a Letter page, a page of fronts and then its backs, each row from right to
left, with a border to cut along. The same texts in the same sizes as `pharmdocs build flashcards`;
no tags, and nobody looks whether a text fits or a back lies behind its front.
"""

import csv
import html
import sys
import tomllib
from pathlib import Path

import weasyprint

COLUMNS, ROWS = 1, 3
SIGNS = {"triangle": "▲", "cross": "✚", "square": "■"}
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

output, folder = Path(sys.argv[1]), Path(sys.argv[2])
categories = tomllib.loads((folder / "bank.toml").read_text(encoding="utf-8"))["categories"]
with (folder / "cards.csv").open(encoding="utf-8", newline="") as file:
    cards = list(csv.DictReader(file))


def face(card: dict[str, str], side: str) -> str:
    """One card, as a float."""
    category = categories[card["category"]]
    text = html.escape(card[side])
    text = f"<h1>{text}</h1>" if side == "front" else f'<p class="text">{text}</p>'
    return (
        f'<div class="card"><div class="inside" style="border-color: {category["color"]}">'
        f'<p class="id">{card["id"]}</p><p class="category" style="color: {category["color"]}">'
        f"<span>{SIGNS[category['shape']]}</span> {html.escape(category['name'])}</p>"
        f"{text}</div></div>"
    )


def sheet(faces: list[str]) -> str:
    """One page."""
    return f'<div class="sheet">{"".join(faces)}</div>'


pages = []
for start in range(0, len(cards), COLUMNS * ROWS):
    taken = cards[start : start + COLUMNS * ROWS]
    rows = [taken[first : first + COLUMNS] for first in range(0, len(taken), COLUMNS)]
    pages.append(sheet([face(card, "front") for row in rows for card in row]))
    # The last row is filled up, so that its backs begin where its fronts end.
    blanks = ['<div class="card"></div>'] * (-len(taken) % COLUMNS)
    backs = [[face(card, "back") for card in reversed(row)] for row in rows]
    backs[-1] = blanks + backs[-1]
    pages.append(sheet([back for row in backs for back in row]))

page = f'<html lang="en"><title>Cards</title><body>{"".join(pages)}</body></html>'
weasyprint.HTML(string=page).write_pdf(output, stylesheets=[weasyprint.CSS(string=STYLE)])
