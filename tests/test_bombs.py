"""Small files that would take hours or all memory: each is refused by name, or read, in seconds.

The limits and their figures stand in docs/security.md.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import small_bank
from PIL import Image

from pharmdocs.bank.exchange.read import read_notes
from pharmdocs.bank.load import load_bank
from pharmdocs.errors import PharmdocsError
from pharmdocs.people.roster import open_roster
from pharmdocs.strict.cells import armed

# All of it takes long.
pytestmark = pytest.mark.system

LIMIT = 12  # processor seconds, on a busy machine too


def said(read: Callable[[], object]) -> str:
    """What is wrong; "" when all is well. Neither takes long."""
    begun = time.process_time()
    try:
        read()
    except PharmdocsError as error:
        return str(error)
    finally:
        assert time.process_time() - begun < LIMIT
    return ""


TEXTS = {
    "quotation marks": ('"' * 100_000, "a paragraph of more than 4,000 characters"),
    "pictures begun": ("![" * 50_000, "a paragraph of more than 4,000 characters"),
    "brackets": ("[" * 100_000, "a paragraph of more than 4,000 characters"),
    "brackets, parted": ("\n\n".join(["[" * 3_900] * 12), ""),
    "quotations": ("> " * 10_000 + "x", "lists or quotations nested too deeply"),
    "lists": ("- " * 10_000 + "x", "lists or quotations nested too deeply"),
    "columns": (
        f"|{'a|' * 5_000}\n|{'-|' * 5_000}\n|{'b|' * 5_000}", "a table of 5,000 columns",
    ),
    "tags": ("<b>\n\n" * 15_000, "raw HTML cannot be printed"),
    "emphasis": ("*a **b " * 10_000, "a paragraph of more than 4,000 characters"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_without_end_is_told(name: str, tmp_path: Path) -> None:
    text, expected = TEXTS[name]
    folder = small_bank.lay(tmp_path)
    question = folder / "q01.md"
    question.write_text(question.read_text().replace("They want a routine.", text))
    what = said(lambda: load_bank(folder, "bank"))
    assert f": {expected}" in what if expected else what == ""


def test_not_every_one_of_a_hundred_thousand_problems_is_kept(tmp_path: Path) -> None:
    folder = small_bank.lay(tmp_path)
    question = folder / "q01.md"
    question.write_text(question.read_text().replace("They want", "<b>\n\n" * 15_000))
    with pytest.raises(PharmdocsError) as caught:
        load_bank(folder, "bank")
    assert len(caught.value.problems) == 1001
    assert str(caught.value.problems[-1]).startswith("bank: and 14,000 more problems")


def test_a_bank_of_many_large_files_is_refused(tmp_path: Path) -> None:
    folder = small_bank.lay(tmp_path)
    (folder / "parts").mkdir()
    for number in range(4):
        body = "word " * 390_000
        (folder / f"q{number + 3:02}.md").write_text(f"---\nid: x\n---\n{body}\n")
    what = said(lambda: load_bank(folder, "bank"))
    assert what.startswith("bank/q05.md: the bank has more than 5,000,000 characters up to here")


def test_a_large_picture_in_every_question_is_refused(tmp_path: Path) -> None:
    """Each question is set by itself, with its picture: 5,000 of them would be 90 GB."""
    folder = small_bank.lay(tmp_path)
    noise = os.urandom(4_300 * 4_300)
    Image.frombytes("L", (4_300, 4_300), noise).save(folder / "a.png")
    # It is not packed: 4,300 times 4,300 bytes, 27 of which are 499.2 million.
    assert 18_490_000 < (folder / "a.png").stat().st_size < 18_515_000
    for number in range(3, 41):
        text = small_bank.question(number, 1)
        shown = text.replace("They want", "![x](a.png) ![y](a.png)\n\nThey want")
        (folder / f"q{number:02}.md").write_text(shown)
    what = said(lambda: load_bank(folder, "bank"))
    assert what.startswith("bank/q30.md: the bank has more than 500 MB of pictures up to here")


DECKS = {
    "the same card": ("csv", "a,b\n" * 20_000, ""),
    "too many cards": ("csv", "a,b\n" * 20_001, "has more than 20,000 cards"),
    "comments begun": ("md", "## a\nb\n" + "<!-- \n" * 200_000, ""),
    "empty lines": ("csv", 'a,"x' + "\n" * 100_000 + 'y"\n', ""),
    "pictures begun": (
        "csv",
        'a,"<b>x</b>' + "<img " * 25_000 + '"\n' + ('b,"<b>x</b>' + "<img " * 25_000 + '"\n') * 4,
        "",
    ),
    "tabs": ("csv", 'front,back\na,"<b>x</b>' + "\t" * 100_000 + 'y"\n', ""),
}


@pytest.mark.parametrize("name", DECKS)
def test_a_deck_without_end_is_told(name: str, tmp_path: Path) -> None:
    ending, text, expected = DECKS[name]
    (tmp_path / f"deck.{ending}").write_text(text)
    what = said(lambda: read_notes(tmp_path / f"deck.{ending}"))
    assert expected in what if expected else what == ""


ROSTERS = {
    "a long line": ("name\n" + "x" * 1_100_000, "has a line of more than a million bytes"),
    "headings": ("name," * 190_000 + "\nAnn", "a row of 190,001 cells"),
    "digits for a heading": ("1" * 900_000 + ",name\nAnn", ""),
    "cells": ("name\nAnn" + ",x" * 400_000, "a row of 400,001 cells"),
    "blanks in a place": ("name,place\nAnn,a" + "\t" * 100_000 + "x", "B2 (`place`) has 100,002"),
    "a row of all lines": (
        'name\n"x\n' + '","x\n' * 400_000 + '"\n',
        "a quotation mark that is not",
    ),
}


@pytest.mark.parametrize("name", ROSTERS)
def test_a_roster_without_end_is_told(name: str, tmp_path: Path) -> None:
    text, expected = ROSTERS[name]
    (tmp_path / "people.csv").write_text(text)

    def read() -> None:
        for row in open_roster(tmp_path / "people.csv", "en-US"):
            if row.problems:
                raise PharmdocsError(*row.problems)

    assert expected in said(read)


def test_marks_are_taken_from_a_cell_of_tabs_in_no_time() -> None:
    assert said(lambda: armed("\t" * 900_000)) == ""
    assert armed(" \t '=1") == " \t =1"
