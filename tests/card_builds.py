"""Flashcards built as a user builds them, and what a build left; shared by the tests of cards.

With the two questions of the small bank there are seven cards; every plain face has a word of its
own, so that a word found on paper tells which face lies there.
"""

import json
from pathlib import Path
from typing import Any

import pypdfium2
from click.testing import CliRunner, Result
from small_bank import lay

from pharmdocs.cli import main

PLAIN = ["c1", "c2", "c3", "c4", "c5"]
IDS = ["Q01", "Q02", *PLAIN]
HEAD = "id,front,back,category,tags\n"
ROWS = HEAD + "".join(f"{card},ask{card},tell{card},safety,\n" for card in PLAIN)
OLD = b"the last good build"
MANIFEST = Path("output/flashcards.manifest.json")


def lay_cards(root: Path, rows: str = ROWS) -> None:
    """Write a project folder with the seven cards, and a file from the last good build."""
    lay(root)
    write(root, rows)
    (root / "output").mkdir()
    (root / "output" / "flashcards.pdf").write_bytes(OLD)


def write(project: Path, rows: str) -> None:
    """Give the project other plain cards."""
    (project / "content" / "small" / "cards.csv").write_text(rows, encoding="utf-8")


def run(*arguments: str) -> Result:
    """`pharmdocs build flashcards` in the current folder."""
    return CliRunner().invoke(main, ["build", "flashcards", *arguments], catch_exceptions=False)


def refused(project: Path, code: int, *arguments: str) -> str:
    """What is said about a build that fails; the old file and nothing else is left."""
    before = sorted(project.rglob("*"))
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert sorted(project.rglob("*")) == before
    assert (project / "output" / "flashcards.pdf").read_bytes() == OLD
    return result.stderr


def told(path: Path) -> Any:
    """What a manifest says."""
    return json.loads(path.read_text(encoding="utf-8"))


def built(project: Path, *arguments: str) -> list[dict[str, Any]]:
    """The manifest's rows of a build that goes well."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    rows: list[dict[str, Any]] = told(project / MANIFEST)["faces"]
    return rows


def texts(path: Path) -> list[str]:
    """The text layer of every page."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def numbered(count: int, name: str = "word") -> str:
    """So many words, no two of them alike."""
    return " ".join(f"{name}{number:03}" for number in range(count))
