"""A workbook becomes a bank: as its first sheet shows it, and what it cannot show is told."""

import datetime
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.comments import Comment

from pharmdocs.bank.exchange import found
from pharmdocs.bank.exchange.read import Content, read_notes
from pharmdocs.cli import main
from pharmdocs.errors import ContentError, SetupError
from pharmdocs.strict import workbook

ROOT = Path(__file__).resolve().parent.parent
HEAD = ["Term", "Definition", "Deck", "Tags"]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Content]:
    """`book(rows)` is what is read of a workbook with these rows; `change` alters it before."""

    def read(rows: list[list[Any]], change: Callable[[Any], object] = lambda it: None) -> Content:
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(row)  # type: ignore[union-attr]
        change(made)
        made.save(tmp_path / "deck.xlsx")
        return read_notes(tmp_path / "deck.xlsx")

    return read


def told(content: Content) -> list[str]:
    return [f"{it.where}: {it.what}" for it in content.left]


def test_a_table_with_headings_is_read_as_a_csv_is(book: Any) -> None:
    made = book([HEAD, ["BID", "twice a day", "When", "one two"], [], ["PO", "<b>by</b> mouth"]])
    assert [(it.id, it.front, it.back, it.category, it.tags) for it in made.notes] == [
        ("bid", "BID", "twice a day", "When", ("one", "two")),
        ("po", "PO", "**by** mouth", "", ()),
    ]
    assert told(made) == []


def test_without_headings_the_first_column_is_the_front(book: Any) -> None:
    assert [(it.front, it.back) for it in book([["a", "b"], ["c", "d"]]).notes] == [
        ("a", "b"), ("c", "d"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "shape", "shown"),
    [
        (1, "General", "1"),
        (1.0, "0.00", "1"),
        (0.05, "0%", "5%"),
        (0.075, "0.0%", "7.5%"),
        (0.29, "0%", "29%"),
        (5, '0" mg"', "5 mg"),
        (5, '"No. "000', "No. 005"),
        (2.5, r"0.0\ \m\L", "2.5 mL"),
        (1000, "#,##0", "1000"),
        (True, "General", "TRUE"),
        ("007", "@", "007"),
        ("line\nline", "@", "line\n\nline"),
        ("*", "@", r"\*"),
    ],
)
def test_a_number_reads_as_in_the_sheet(book: Any, value: Any, shape: str, shown: str) -> None:
    def shaped(made: Any) -> None:
        made.active["B1"].number_format = shape

    made = book([["x", value]], shaped)
    assert [it.back for it in made.notes] == [shown]
    assert told(made) == []


def test_a_day_is_written_out_and_told(book: Any) -> None:
    """Excel makes the second of January of `1-2`, and a card must not say so in silence."""
    made = book([["How many tablets?", datetime.date(2026, 1, 2)]])
    assert made.notes[0].back == "2026-01-02"
    assert told(made) == ["deck.xlsx:1: B1 holds a day or a time, which was written as 2026-01-02"]


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("=1+1", "holds a formula that nobody has worked out"),
        ("#N/A", "shows the error #N/A"),
        (10**15, "is a number of more than 15 figures, whose last ones Excel lost"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_told(book: Any, cell: Any, what: str) -> None:
    made = book([["x", "y"], ["z", cell]])
    assert [it.front for it in made.notes] == ["x"]
    assert told(made) == [
        f"deck.xlsx:2: B2 {what}, and was left out",
        "deck.xlsx:2: a card without a back was left out",
    ]


def test_what_is_in_no_row_is_told(book: Any, tmp_path: Path) -> None:
    def more(made: Any) -> None:
        sheet = made.active
        sheet.merge_cells("C2:C3")
        sheet.merge_cells("C4:C5")
        sheet["A2"].comment = Comment("hello", "somebody")
        hidden = made.create_sheet("Old", 0)
        hidden.append(["a", "b"])
        hidden.sheet_state = "hidden"
        made.create_sheet("Spring").append(["c", "d"])
        made.create_sheet("Empty")

    def pictured(path: Path) -> None:
        with zipfile.ZipFile(path, "a") as parts:
            parts.writestr("xl/media/image1.png", b"x")

    rows = [HEAD, ["a", "b", "When"], ["c", "d"], ["e", "f", "Route"], ["g", "h"]]
    made = book(rows, more)
    assert [it.category for it in made.notes] == ["When", "", "Route", ""]
    expected = [
        "deck.xlsx: the hidden sheet `Old` is not read, only the first one to see",
        "deck.xlsx: the sheet `Spring` is not read, only the first one to see",
        "deck.xlsx: the cells C2:C3 and 1 other range are merged, so only the first of them"
        " holds the text",
        "deck.xlsx: comments on cells are left out",
    ]
    assert told(made) == expected
    pictured(tmp_path / "deck.xlsx")
    assert "deck.xlsx: a picture is left out" in told(read_notes(tmp_path / "deck.xlsx"))


def test_a_column_that_is_not_read_is_told_once(book: Any) -> None:
    made = book([["Question", "Hint", "Answer"], ["a", "h", "b"], ["c", "", "d"], ["e", "i", "f"]])
    assert [(it.front, it.back) for it in made.notes] == [("a", "b"), ("c", "d"), ("e", "f")]
    assert told(made) == [
        "deck.xlsx:2: the column `Hint` is not read, and 2 cells of it were left out"
    ]


def test_our_own_table_goes_through_excel_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Markdown in it stays Markdown, and ids and categories stay."""
    monkeypatch.chdir(tmp_path)
    made = openpyxl.Workbook()
    rows = [["id", "front", "back", "category", "tags"], ["bid", "BID", "**twice**", "when", "sig"]]
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    made.save("sig.xlsx")
    done = CliRunner().invoke(main, ["bank", "import", "sig.xlsx"])
    assert (done.exit_code, done.stderr) == (0, "")
    assert Path("content/sig/cards.csv").read_text(encoding="utf-8").splitlines() == [
        ",".join(row) for row in rows
    ]
    assert not Path("content/sig/left-out.txt").exists()


def test_what_is_no_workbook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("deck.xlsx")
    path.write_bytes(b"front,back\n")
    done = CliRunner().invoke(main, ["bank", "import", "deck.xlsx"])
    assert done.exit_code == 3
    assert "deck.xlsx: is not a workbook" in done.stderr
    assert not Path("content").exists()


def test_an_endless_workbook_is_refused_before_it_is_unpacked(
    tmp_path: Path, book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    book([["x", "y"]])
    monkeypatch.setattr(workbook, "_MOST_BYTES", 1000)
    with pytest.raises(ContentError, match="unpacks to more than 200 MB"):
        read_notes(tmp_path / "deck.xlsx")


def test_more_cards_than_anybody_prints_are_refused(
    book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "MOST", 3)
    assert len(book([["x", "y"]] * 3).notes) == 3
    with pytest.raises(ContentError, match="has more than 3 cards"):
        book([["x", "y"]] * 4)


def test_without_openpyxl_a_workbook_is_a_matter_of_setup(
    tmp_path: Path, book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    book([["x", "y"]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(SetupError, match="openpyxl"):
        read_notes(tmp_path / "deck.xlsx")
