"""The checklist for everybody as one document of Typst, which is the fastest typesetter there is.

    typst_sheet.py OUTPUT.pdf PEOPLE.csv CODE.png

The same words in the same faces and sizes at about the same places. Runs with .venv/bench on its
path.
"""

import json
import sys
from pathlib import Path

import typst
from sheet import blanks, people, texts

FONTS = Path(__file__).resolve().parent.parent / "templates" / "fonts"

SOURCE = """
#let sheet = json("sheet.json")
#let line-below(body, width: 100%) = box(width: width, height: 14pt,
  stroke: (bottom: .4pt + rgb("#8fa5a9")), inset: (left: 2pt, bottom: 3pt), align(bottom, body))
#let head(body) = block(width: 100%, above: 7pt, below: 5pt, stroke: (top: .7pt + rgb("#135565")),
  inset: (top: 3.5pt), text(font: "Pharm", weight: "bold", 8.5pt, rgb("#135565"), body))
#set page("us-letter", margin: (x: 13mm, top: 10mm, bottom: 12mm))
#set text(font: "Pharm Sans", size: 9.9pt, fill: rgb("#111111"))
#set par(leading: .55em, spacing: .55em)
#for person in sheet.people {
  grid(columns: (1fr, 1fr), gutter: 21pt, text(21pt, weight: "bold", sheet.title),
    text(font: "Pharm Serif", style: "italic", 9pt, sheet.lead))
  grid(columns: (1fr, 1fr), column-gutter: 21pt, row-gutter: 7pt,
    ..sheet.fields.map(((name, label)) => grid(columns: (48pt, 1fr),
      align(bottom, text(font: "Pharm", 8.5pt, label)), line-below(person.at(name)))))
  grid(columns: (1fr, 1fr), gutter: 21pt, {
    for (name, items) in sheet.groups {
      head(name)
      for item in items { grid(columns: (18pt, 1fr), row-gutter: 2pt,
        box(width: 4mm, height: 4mm, stroke: .7pt + rgb("#135565")), item) }
    }
  }, {
    head(sheet.words.certificates)
    for (number, name) in sheet.certificates.enumerate() { grid(columns: (42%, 26%, 32%),
      row-gutter: 7pt, text(font: "Pharm", 8.6pt, name),
      line-below(if number == 0 { person.number } else { [] }),
      line-below(if number == 0 { person.expires } else { [] })) }
    head(sheet.words.questions)
    for (name, asks) in sheet.asks {
      for ask in asks { par(text(font: "Pharm Serif", ask)) }
      line-below([])
    }
  })
  head(sheet.words.email)
  grid(columns: (1fr, 28mm), gutter: 7pt, block(fill: rgb("#f0f5f6"), inset: 7pt, {
    for parts in sheet.email { par(text(font: "Pharm Serif",
      parts.map(part => [#part]).join(line-below([], width: 110pt)))) }
  }), { image("code.png", width: 28mm); text(font: "Pharm", 7pt, sheet.words.scan) })
  pagebreak(weak: true)
}
"""

output, roster, code = (Path(word) for word in sys.argv[1:])
told = texts()
told["email"] = [blanks(text) for text in told["email"]]
folder = output.with_suffix("")
folder.mkdir(exist_ok=True)
(folder / "code.png").write_bytes(code.read_bytes())
(folder / "sheet.json").write_text(json.dumps({**told, "people": people(roster)}), encoding="utf-8")
(folder / "sheet.typ").write_text(SOURCE, encoding="utf-8")
typst.compile(
    str(folder / "sheet.typ"), output=str(output), font_paths=[str(FONTS)], ignore_system_fonts=True
)
