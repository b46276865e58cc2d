"""Builds docs/samples/: printables for somebody who wants paper and installs nothing.

Letter, full ink, from the bundled bank, dated by it; a project's own settings and overrides play
no part.
"""

import os
import tempfile
from pathlib import Path

from pharmdocs.booklet import build_booklet
from pharmdocs.build import Request
from pharmdocs.checklist import build_checklist
from pharmdocs.editions import Booklet
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.manifest import manifest_path
from pharmdocs.project import Project
from pharmdocs.zine import build_zine

SAMPLES = Path(__file__).resolve().parent.parent / "docs" / "samples"


def main() -> None:
    """Build every sample, each under the name of its printable."""
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    with tempfile.TemporaryDirectory() as empty:
        request = Request(Project(Path(empty)), paper="letter", ink="full", output=SAMPLES)
        booklet = build_booklet(request)
        print(f"docs/samples/{booklet.path.name}: {booklet.pages} pages")
        folded = build_booklet(request, Booklet(edition="fold", brief=True))
        print(f"docs/samples/{folded.path.name}: {folded.sheets} sheets")
        cards = build_flashcards(request, Cards())
        print(f"docs/samples/{cards.paths[0].name}: {cards.sheets} sheets")
        sheet = build_checklist(request)
        print(f"docs/samples/{sheet.path.name}: {sheet.body:.1f} pt")
        zine = build_zine(request, how_to=True)
        print(f"docs/samples/{zine.path.name}: {zine.pages} pages")
    for path in (booklet.path, folded.path, *cards.paths, sheet.path, zine.path):
        manifest_path(path).unlink()
    for path in sheet.email:
        path.unlink()


if __name__ == "__main__":
    main()
