"""How long it takes to lay a booklet on sheets to fold, beside others that do it."""

import shutil
import sys
from functools import partial
from pathlib import Path

from measure import alternate, run
from peers import APART
from report import Report, compared

HERE = Path(__file__).resolve().parent
PAGES = 64
# So often in a process: it is imposing that is compared, and not how long Python takes to start.
TIMES = 20

MOST_BESIDE_PDFIMPOSE = 0.25
MOST_BESIDE_PDFCPU = 1.5


def saddle(report: Report, folder: Path, pairs: int) -> None:
    """A booklet of 64 pages twenty times, by our press and by pdfimpose; once, where pdfcpu is.

    Only ours keeps tags, links and bookmarks.
    """
    pages, made = folder / "leaves.pdf", folder / "made.pdf"
    run((sys.executable, HERE / "leaves.py", str(PAGES), pages), folder)
    press = (sys.executable, HERE / "saddling.py", pages, str(PAGES), folder / "ours.pdf")
    other = (sys.executable, HERE / "pdfsaddling.py", pages, folder / "theirs.pdf")
    ours, theirs = alternate(
        pairs,
        partial(run, (*press, str(TIMES)), folder),
        partial(run, (*other, str(TIMES)), folder, {"PYTHONPATH": str(APART)}),
    )
    report.add(f"our press, {PAGES} pages to fold", ours)
    report.add(f"pdfimpose, {PAGES} pages to fold", theirs)
    told = (f"{PAGES} pages on sheets to fold", "pdfimpose")
    report.judge(*told, compared(ours, theirs), MOST_BESIDE_PDFIMPOSE)
    if not (pdfcpu := shutil.which("pdfcpu")):
        print("  there is no pdfcpu on the path to compare with")
        return
    # Its settings stay out of the home folder.
    third = (pdfcpu, "booklet", "-c", "disable", "--", "formsize:Letter, border:off", made, "2")
    once, theirs = alternate(
        pairs, partial(run, (*press, "1"), folder), partial(run, (*third, pages), folder)
    )
    report.add("our press, once", once)
    report.add("pdfcpu, once", theirs)
    told = (f"{PAGES} pages on sheets to fold, once", "pdfcpu")
    report.judge(*told, compared(once, theirs), MOST_BESIDE_PDFCPU)
