"""Whatever a deck, a roster or a length says: a report by name, or what was read.

Like test_properties.py, with few examples here and 20,000 of each in `make soak`.
"""

import contextlib
import datetime
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_properties import NOISE

from pharmdocs.bank.exchange.read import read_notes
from pharmdocs.errors import PharmdocsError, Problem
from pharmdocs.geometry import parse_length
from pharmdocs.imposition.stock import read_stocks
from pharmdocs.people import xlsx_file
from pharmdocs.people.roster import open_roster, rejected_csv, tally
from pharmdocs.strict import read_toml
from pharmdocs.strict.front_matter import read_front_matter

# All of it takes long.
pytestmark = pytest.mark.system

TODAY = datetime.date(2026, 11, 23)
SIGNS = st.sampled_from(
    [
        *'\n\r\t,;"\'|#=+-@ aé²₂٣中😀', '""', '",', ',"', "\r\n", "\ufeff", "name", "date",
        "expires", "certification", "number 2", "front", "back", "tags", "#separator:tab\n",
        "#html:true\n", "#columns:a\tb\n", "#guid column:1\n", "#tags column:99\n", "## ",
        "<!-- id: x; tags: y -->", "<b>", "</b>", "<div>", "<img src=x>", "<ul><li>", "<br>",
        "<sup>9</sup>", "<table><td>", "&lt;", "&#x0;", "&#1114112;", "[sound:x.mp3]", "{{c1::x}}",
        "<!--", "-->", "<a href=x>", "2026-02-30", "12/31/26", "32 May", "Ann", "a@b.example",
        "{{ 7*7 }}", "\u202e", "\u200b",
    ]
)  # fmt: skip
TEXT = st.one_of(st.lists(SIGNS, max_size=40).map("".join), NOISE)
BYTES = st.one_of(TEXT.map(lambda it: it.encode("utf-8", "surrogatepass")), st.binary(max_size=99))


@pytest.mark.parametrize("ending", ["csv", "tsv", "txt", "md", "xlsx", "apkg"])
def test_any_deck_is_a_report_or_notes(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"deck.{ending}"

    @given(BYTES)
    def read(data: bytes) -> None:
        file.write_bytes(data)
        with contextlib.suppress(PharmdocsError):
            assert read_notes(file).notes

    read()


def walk(file: Path) -> None:
    with contextlib.suppress(PharmdocsError):
        roster = open_roster(file, "en-US")
        found = tally(roster, TODAY)
        assert found.people + found.rejected >= 1
        assert b"".join(rejected_csv(roster))


def test_any_roster_is_a_report_or_people(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"

    @given(st.sampled_from(["", "name\n", "name,date,place\nAnn,", "sep=;\nname;date\n"]), BYTES)
    def read(head: str, data: bytes) -> None:
        file.write_bytes(head.encode() + data)
        walk(file)

    read()


CELLS = st.one_of(
    TEXT.map(lambda it: "".join(sign for sign in it if sign.isprintable())),
    st.none(), st.booleans(), st.floats(), st.integers(), st.times(),
    st.dates(min_value=datetime.date(1900, 1, 1)),
    st.datetimes(min_value=datetime.datetime(1900, 1, 1)),
)  # fmt: skip


@contextlib.contextmanager
def here() -> Iterator[None]:
    """In the block, workbooks are read in this process: children take most of the time to start."""
    with pytest.MonkeyPatch.context() as patch:
        for road in ("guarded", "streamed"):
            patch.setattr(xlsx_file, road, lambda function, book, _: function(book))
        yield


def test_any_workbook_is_a_report_or_people(tmp_path: Path) -> None:
    file, numbers = tmp_path / "people.xlsx", itertools.count()

    @given(st.lists(st.lists(CELLS, max_size=4), max_size=4))
    def read(rows: list[list[Any]]) -> None:
        book, data = openpyxl.Workbook(), io.BytesIO()
        assert book.active is not None
        for row in [["name", "date", "time", "place"], *rows]:
            book.active.append(row)
        book.save(data)
        file.write_bytes(data.getvalue())
        # Every tenth in children, as rosters are read.
        with here() if next(numbers) % 10 else contextlib.nullcontext():
            walk(file)

    read()


LENGTHS = st.lists(
    st.sampled_from([*"0123456789.-+eE ", "mm", "in", "pt", "cm", "nan", "inf", "٣", "9" * 400]),
    max_size=8,
).map("".join)


@given(st.one_of(LENGTHS, st.text(max_size=12)))
def test_any_length_is_a_number_of_points_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(parse_length(text), float)


def test_any_stock_of_ones_own_is_a_report_or_a_stock(tmp_path: Path) -> None:
    file = tmp_path / "pharmdocs.toml"
    keys = ("sheet", "trim", "columns", "rows", "gap", "top", "left", "safe")
    value = st.one_of(LENGTHS.map(lambda it: f'"{it}"'), st.integers().map(str), NOISE)
    pair = st.one_of(value, st.tuples(value, value).map(lambda it: f"[{it[0]}, {it[1]}]"))

    @given(st.lists(st.tuples(st.sampled_from(keys), pair), max_size=8, unique_by=lambda it: it[0]))
    def read(rows: list[tuple[str, str]]) -> None:
        text = "[stocks.own]\n" + "".join(f"{key} = {value}\n" for key, value in rows)
        file.write_text(text, encoding="utf-8", errors="replace")
        with contextlib.suppress(PharmdocsError):
            assert read_stocks(file, "pharmdocs.toml")

    read()


@given(TEXT)
def test_any_toml_and_any_front_matter_is_a_report_or_a_table(text: str) -> None:
    problems: list[Problem] = []
    read_toml(text, "x.toml", problems).close()
    read_front_matter(text, "x.md", 2, problems).close()
