"""The cards through a browser: the HTML of the naive script, printed by a headless Chromium.

    chromium_cards.py OUTPUT.pdf BANK-FOLDER CHROMIUM

It writes tags of its own accord.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from deck import FONTS, STYLE, document, sheets

FACES = {
    "PharmSans-Regular": ("Pharm Sans", "normal"),
    "PharmSans-Bold": ("Pharm Sans", "bold"),
    "PharmNarrow-Regular": ("Pharm Narrow", "normal"),
    "PharmNarrow-Bold": ("Pharm Narrow", "bold"),
    "PharmSymbols-Regular": ("Pharm Symbols", "normal"),
}

output, bank, program = Path(sys.argv[1]).resolve(), Path(sys.argv[2]), sys.argv[3]
rules = "".join(
    f'@font-face {{ font-family: "{family}"; font-weight: {weight};'
    f' src: url("{(FONTS / name).as_uri()}.ttf") }}\n'
    for name, (family, weight) in FACES.items()
)
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    page = Path(folder, "cards.html")
    # One column needs no floats, which are slow here.
    style = STYLE.replace("float: left", "")
    page.write_text(document(sheets(bank), rules + style), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    options += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={output}"]
    done = subprocess.run(
        [program, *options, page.as_uri()], capture_output=True, text=True, check=False
    )
    if done.returncode or not output.is_file():
        sys.exit(done.stderr)
