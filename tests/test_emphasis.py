"""Marked words where a page is bold or italic already: there is a face for each of them."""

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import small_bank
from click.testing import CliRunner
from pypdfium2 import raw

from pharmdocs.cli import main

SAMPLE = """\
### Heading *leaning* and **heavy** and ***both***

| Head *leaning* | Head **heavy** | Head ***both*** |
|---|---|---|
| Cell *leaning* | Cell **heavy** | Cell ***both*** |
"""
CARDS = """\
id,front,back,category,tags
c1,Front *leaning* and **heavy** and ***both***,Back *leaning* and **heavy** and ***both***,safety,
"""


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Marks wherever Markdown is set in bold or italic type."""
    folder = small_bank.lay(tmp_path)
    text = small_bank.question(1, 2)
    text = text.replace("They want a routine.", "Why *leaning* and **heavy** and ***both***.")
    (folder / "q01.md").write_text(text.replace("“I look twice", SAMPLE + "\n“I look twice"))
    (folder / "cards.csv").write_text(CARDS)
    monkeypatch.chdir(tmp_path)
    return folder


def faces(path: Path, word: str) -> Iterator[tuple[str, str]]:
    """The faces of a word wherever it stands, and of the marked one that follows it."""
    name, flags = ctypes.create_string_buffer(99), ctypes.c_int()

    def face(text: Any, at: int) -> str:
        raw.FPDFText_GetFontInfo(text, at, name, len(name), ctypes.byref(flags))
        return name.value.decode()

    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            text = page.get_textpage()
            for found in re.finditer(rf"\b{word}\s+(leaning)", text.get_text_range()):
                yield face(text, found.start()), face(text, found.start(1))


@pytest.mark.parametrize("asked", ["", "--edition fold", "--large-print", "--brief"])
def test_what_is_marked_in_marked_text_is_printed(asked: str, bank: Path) -> None:
    result = CliRunner().invoke(main, ["build", "booklet", *asked.split()], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    (path,) = (bank.parent.parent / "output").glob("*.pdf")
    words = ["Why", "Front", "Back", "Head", "Heading", "Cell"]
    found = {word: set(faces(path, word)) for word in words if asked != "--brief" or word == "Why"}
    for word, pairs in found.items():
        assert pairs, f"{word} is not there"
        assert all(own != marked for own, marked in pairs), f"{word}: {pairs}"


@pytest.mark.parametrize("printable", ["flashcards", "zine"])
def test_so_it_is_on_cards_and_in_the_zine(printable: str, bank: Path) -> None:
    result = CliRunner().invoke(main, ["build", printable], catch_exceptions=False)
    assert result.exit_code == 0, result.output
