"""The cards as one document of Typst, which is the fastest typesetter there is.

    typst_cards.py OUTPUT.pdf BANK-FOLDER [EDITS]

With edits it stays as `typst watch` does, edits a card so often, and prints how many seconds each
time went by until the file was there. It writes tags of its own accord. Runs with .venv/bench on
its path.
"""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import typst
from deck import FONTS, plain, sheets

SOURCE = """
#set page("us-letter", margin: (x: 44.45mm, y: 25.4mm))
#set document(title: "Cards")
#set text(lang: "en", font: "Pharm Sans", size: 11pt, fill: rgb("#111111"))
#set par(leading: 6.84pt, spacing: 0pt)
#set block(spacing: 0pt)
#show heading: set text(size: 17pt, weight: "bold")
#show heading: set par(leading: 9.13pt)
#show heading: set block(spacing: 0pt)
#let narrow = text.with(font: "Pharm", stretch: 75%, size: 8.5pt)
#let face(it) = block(width: 127mm, height: 76.2mm, inset: 4mm, stroke: .25pt,
  block(width: 100%, height: 100%, inset: (left: 5.4mm), {
    place(dx: -5.4mm, rect(width: 2.4mm, height: 68.2mm, fill: rgb(it.color)))
    place(right, narrow(fill: rgb("#555555"), it.id))
    narrow(weight: "bold", fill: rgb(it.color), {
      text(font: "Pharm Symbols", weight: "regular", it.sign); [ ]; it.category })
    v(14pt)
    if it.front { heading(it.text) } else { it.text }
  }))
#for sheet in json("cards.json") {
  for it in sheet { face(it) }
  pagebreak(weak: true)
}
"""

output, bank = Path(sys.argv[1]), Path(sys.argv[2])
edits = int(sys.argv[3]) if len(sys.argv) > 3 else 0
folder = output.with_suffix("")
folder.mkdir(exist_ok=True)
(folder / "cards.typ").write_text(SOURCE, encoding="utf-8")
pages = sheets(bank)
compiler = typst.Compiler(
    str(folder / "cards.typ"), font_paths=[str(FONTS)], ignore_system_fonts=True
)
for edit in range(edits + 1):
    start = time.perf_counter()
    page = pages[len(pages) // 2]
    page[0] = replace(page[0], text=f"{edit} {page[0].text}") if edit else page[0]
    (folder / "cards.json").write_text(json.dumps(plain(pages)), encoding="utf-8")
    compiler.compile(output=str(output))
    if edit:
        print(time.perf_counter() - start)
