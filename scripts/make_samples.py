"""Builds docs/samples/: printables for somebody who wants paper and installs nothing.

Letter, full ink, from the bundled bank, dated by it; a project's own settings and overrides play
no part.
"""

import os
import tempfile
from pathlib import Path

from pharmdocs.build import Request, build_booklet
from pharmdocs.project import Project

SAMPLES = Path(__file__).resolve().parent.parent / "docs" / "samples"


def main() -> None:
    """Build every sample, each under the name of its printable."""
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    with tempfile.TemporaryDirectory() as empty:
        request = Request(Project(Path(empty)), paper="letter", ink="full", output=SAMPLES)
        for build in (build_booklet,):
            result = build(request)
            print(f"docs/samples/{result.path.name}: {result.pages} pages")


if __name__ == "__main__":
    main()
