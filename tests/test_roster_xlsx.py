"""A workbook gives the people that its first sheet shows, and says what it cannot show."""

import datetime
import itertools
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from pharmdocs.errors import ContentError, SetupError
from pharmdocs.people import xlsx_file
from pharmdocs.people.person import Certification, Person
from pharmdocs.people.roster import Roster, Row, open_roster, rejected_csv, tally
from pharmdocs.pool import Limits
from pharmdocs.strict import workbook
from pharmdocs.strict.workbook import xlsx_rows

TODAY = datetime.date(2026, 11, 23)
DAY = datetime.date(2026, 12, 3)
BOTH = datetime.datetime(2026, 12, 3, 10, 30)
HEAD = ["Name", "Date", "Time", "certification", "number", "expires"]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Roster]:
    """`book(rows)` is the roster of a workbook with these rows below HEAD.

    `change` is called with openpyxl's book before it is saved, and `xml` with the text of the
    sheet after that.
    """

    def save(
        rows: list[list[Any]],
        change: Callable[[Any], object] = lambda book: None,
        xml: Callable[[str], str] = str,
        head: list[Any] = HEAD,
    ) -> Roster:
        path = tmp_path / "people.xlsx"
        workbook = openpyxl.Workbook()
        for row in [head, *rows]:
            workbook.active.append(row)  # type: ignore[union-attr]
        change(workbook)
        workbook.save(path)
        rewrite(path, xml)
        return open_roster(path, "en-US")

    return save


def rewrite(path: Path, xml: Callable[[str], str]) -> None:
    """Change the text of the first sheet."""
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as parts:
        data = {name: parts.read(name) for name in parts.namelist()}
    data[sheet] = xml(data[sheet].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in data.items():
            parts.writestr(name, content)


def faults(rows: Roster) -> list[str]:
    return [f"{problem.where} {problem.what}" for row in rows for problem in row.problems]


def only(rows: Roster) -> Row:
    [row] = rows
    return row


def test_days_times_text_and_figures_come_as_the_sheet_shows_them(book: Any) -> None:
    row = only(book([["Łukasz Ağaoğlu", DAY, datetime.time(10, 30), "CPhT", "00123", DAY]]))
    held = Certification("CPhT", "00123", DAY)
    assert row.person == Person("Łukasz Ağaoğlu", date=DAY, time="10:30 AM", certifications=(held,))
    assert (row.number, str(row.where)) == (2, "people.xlsx:2")


@pytest.mark.parametrize(
    ("value", "shape", "shown"),
    [
        (123, "General", "123"),
        (123.0, "General", "123"),
        (12.5, "General", "12.5"),
        (0.1 + 0.2, "General", "0.3"),
        (123, "00000", "00123"),
        (123456, "00000", "123456"),
        (999_999_999_999_999, "0", "999999999999999"),
        (True, "General", "TRUE"),
        ("00123", "General", "00123"),
        ("1e5", "@", "1e5"),
    ],
)
def test_a_number_is_told_in_its_figures(book: Any, value: object, shape: str, shown: str) -> None:
    def shaped(workbook: Any) -> None:
        workbook.active["E2"].number_format = shape

    row = only(book([["Ana", None, None, "CPhT", value]], shaped))
    assert row.person
    assert row.person.certifications[0].number == shown


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        (datetime.time(0, 5), "12:05 AM"),
        (datetime.time(12, 0), "12:00 PM"),
        (datetime.time(16, 45), "4:45 PM"),
        (datetime.timedelta(hours=9, minutes=15), "9:15 AM"),
        ("half past ten", "half past ten"),
    ],
)
def test_a_time_of_day_is_told_as_americans_do(book: Any, time: object, shown: str) -> None:
    person = only(book([["Ana", None, time]])).person
    assert person
    assert person.time == shown


def test_a_day_written_as_text_is_read_as_text(book: Any) -> None:
    assert only(book([["Ana", "Dec 3 2026"]])).person == Person("Ana", date=DAY)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([DAY], "A2 (`Name`) holds a day, 2026-12-03, not text"),
        (["Ana", "3.12.2026"], "B2 (`Date`) is `3.12.2026`, which could be two days"),
        (["Ana", 46359], "B2 (`Date`) is `46359`, which cannot be read as a day"),
        (["Ana", BOTH], "B2 (`Date`) holds a day and a time, 2026-12-03 10:30"),
        (["Ana", datetime.time(10, 30)], "B2 (`Date`) holds a time of day, 10:30 AM"),
        (["Ana", None, DAY], "C2 (`Time`) holds a day, 2026-12-03, not text"),
        (["Ana", None, None, "x", DAY], "E2 (`number`) holds a day, 2026-12-03, not text"),
        (["Ana", None, None, "x", 10**15], "E2 (`number`) is a number of more than 15 figures"),
        (["Ana", "#N/A"], "B2 (`Date`) shows the error #N/A"),
        (["Ana", "=TODAY()"], "B2 (`Date`) holds a formula that nobody has worked out"),
        (["A\nna"], "A2 (`Name`) holds a line break"),
        (["Ana", *[None] * 6, "x"], "H2 stands under no heading: `x`"),
        ([None, DAY], "A2 (`Name`) is empty"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_taken_is_told(book: Any, row: list[object], said: str) -> None:
    found = book([row, ["Bo"]])
    [fault] = faults(found)
    assert fault.startswith(f"people.xlsx:2 {said}")
    assert [row.person.name for row in found if row.person] == ["Bo"]


def test_a_formula_gives_the_value_that_was_worked_out(book: Any) -> None:
    """Excel writes a formula with its value; a formula that came to an empty text has none."""

    def worked_out(xml: str) -> str:
        for cell, formula, kind, value in (
            ("A2", "B9", ' t="str"', "Ana"), ("C2", '""', ' t="str"', ""), ("E2", "1+1", "", "2"),
        ):  # fmt: skip
            xml = set_cell(xml, cell, f"<c r={cell!r}{kind}><f>{formula}</f><v>{value}</v></c>")
        return xml

    row = only(book([["=B9", None, '=""', "CPhT", "=1+1"]], xml=worked_out))
    assert row.person == Person("Ana", certifications=(Certification("CPhT", "2"),))


def test_a_column_of_formulas_copied_down_is_read(book: Any) -> None:
    def worked_out(xml: str) -> str:
        for number, formula in ((2, 'ref="A2:A4" si="0">B2'), (3, 'si="0">'), (4, 'si="0">')):
            value = f'<f t="shared" {formula}</f><v>P{number}</v>'
            xml = set_cell(xml, f"A{number}", f'<c r="A{number}" t="str">{value}</c>')
        return xml

    found = book([["x"], ["x"], ["x"]], xml=worked_out)
    assert [row.person.name for row in found if row.person] == ["P2", "P3", "P4"]


def set_cell(xml: str, cell: str, text: str) -> str:
    """The sheet with a cell written as Excel writes it."""
    [old] = re.findall(rf'<c r="{cell}".*?</c>', xml)
    return xml.replace(old, text.replace("'", '"'))


def test_blank_rows_are_left_out_and_still_counted(book: Any) -> None:
    def gap(workbook: Any) -> None:
        workbook.active["A7"] = "Bo"
        workbook.active["A9"] = " "

    rows = list(book([["Ana"], [None, None]], gap))
    assert [(row.number, row.person and row.person.name) for row in rows] == [(2, "Ana"), (7, "Bo")]


@pytest.mark.parametrize("told", ["A1", "C3:D4", "A1:XFD1048576"])
def test_a_sheet_that_lies_about_its_size_is_read_whole(book: Any, told: str) -> None:
    def lie(xml: str) -> str:
        [size] = re.findall(r'<dimension ref="[A-Z0-9:]+" */>', xml)
        return xml.replace(size, f'<dimension ref="{told}"/>')

    rows = list(book([["Ana"], ["Bo"]], xml=lie))
    assert [(row.number, row.person and row.person.name) for row in rows] == [(2, "Ana"), (3, "Bo")]


def test_headings_may_begin_further_down(book: Any) -> None:
    def down(workbook: Any) -> None:
        workbook.active.insert_rows(1, 3)

    assert only(book([["Ana"]], down)).number == 5


def test_the_first_sheet_to_see_is_read_and_the_others_are_told(book: Any) -> None:
    def more(workbook: Any) -> None:
        hidden = workbook.create_sheet("Old", 0)
        hidden.append(["name"])
        hidden.append(["Nobody"])
        hidden.sheet_state = "hidden"
        workbook.create_sheet("Spring").append(["name"])
        workbook.create_sheet("Empty")

    found = book([["Ana"]], more)
    assert [note.what for note in found.notes] == [
        "the sheet `Spring` is not read, only the first one"
    ]
    assert tally(found, TODAY).people == 1


def test_what_makes_a_sheet_pretty_is_no_matter(book: Any) -> None:
    """openpyxl warns of some of it; here a warning is an error."""

    def pretty(workbook: Any) -> None:
        sheet = workbook.active
        sheet.add_data_validation(DataValidation(type="list", formula1='"a,b"'))
        sheet["A2"].comment = Comment("hello", "somebody")
        sheet.auto_filter.ref = "A1:F2"
        sheet.freeze_panes = "A2"
        sheet.merge_cells("B3:C3")

    def extended(xml: str) -> str:
        uri = "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"
        return xml.replace("</worksheet>", f'<extLst><ext uri="{uri}" /></extLst></worksheet>')

    assert tally(book([["Ana"]], pretty, extended), TODAY).people == 1


def test_a_day_beyond_the_calendar_is_told(book: Any) -> None:
    def beyond(workbook: Any) -> None:
        workbook.active["B2"].number_format = "yyyy-mm-dd"

    [fault] = faults(book([["Ana", 99_999_999]], beyond))
    assert fault.startswith("people.xlsx:2 B2 (`Date`) shows the error #VALUE!")


def test_rejected_rows_come_out_as_csv(book: Any) -> None:
    found = book([["Ana", BOTH, datetime.time(9), "=1", 5, DAY]])
    [head, row] = b"".join(rejected_csv(found)).decode("utf-8-sig").splitlines()
    assert head == '"Name","Date","Time","certification","number","expires","reason"'
    assert row.startswith(
        '"Ana","2026-12-03 10:30","9:00 AM","","5","2026-12-03","row 2: B2 (`Date`)'
    )


def refusal(path: Path) -> str:
    with pytest.raises(ContentError) as raised:
        list(open_roster(path, "en-US"))
    [problem] = raised.value.problems
    return str(problem).replace("\n    fix: ", " | ")


def test_what_is_no_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    for data, said in (
        (b"name\nAna\n", "is not a workbook | save it as .xlsx without a password"),
        (b"", "is not a workbook | save it as .xlsx without a password"),
        (
            b"\xd0\xcf\x11\xe0x",
            "is an old or a locked workbook | save it as .xlsx without a password",
        ),
    ):
        path.write_bytes(data)
        assert refusal(path) == f"people.xlsx: {said}"
    path.unlink()
    assert refusal(path).startswith("people.xlsx: cannot be read (No such file")
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("hello.txt", "hello")
    assert refusal(path) == (
        "people.xlsx: cannot be read as a workbook (KeyError) | "
        "open it in Excel and save it anew as .xlsx, or as CSV UTF-8"
    )


def test_an_empty_workbook_is_told(tmp_path: Path, book: Any) -> None:
    path = tmp_path / "people.xlsx"
    openpyxl.Workbook().save(path)
    assert refusal(path).startswith("people.xlsx: is empty | ")
    with pytest.raises(ContentError, match="holds nobody"):
        book([])


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
def test_a_damaged_workbook_is_told(book: Any, cut: float) -> None:
    """The sheet ends in the middle of a row, far behind the first ones."""
    found = book([["Ana"]] * 5000, xml=lambda xml: xml[: int(len(xml) * cut)])
    rows = iter(found)
    # It is read as it is walked through: what stands before the damage comes out.
    assert [row.number for row in itertools.islice(rows, 400)] == [*range(2, 402)]
    with pytest.raises(ContentError, match="cannot be read as a workbook"):
        list(rows)


def test_what_no_program_of_sheets_writes_is_told(
    tmp_path: Path, book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row far down is as many empty ones before it; texts without end are told and let go."""

    def far(xml: str) -> str:
        return xml.replace('<row r="3"', '<row r="900"').replace('r="A3"', 'r="A900"')

    book([["Ana"], ["Bo"]], xml=far)
    monkeypatch.setattr(workbook, "_MOST_ROWS", 899)
    with pytest.raises(ContentError, match="has more than 899 rows"):
        list(xlsx_rows(tmp_path / "people.xlsx", "people.xlsx"))
    monkeypatch.setattr(workbook, "_MOST_ROWS", 900)
    assert len(list(xlsx_rows(tmp_path / "people.xlsx", "people.xlsx"))) == 3


def test_a_text_that_no_cell_holds_is_told(book: Any) -> None:
    assert faults(book([["Ana"]], xml=lambda xml: set_cell(xml, "A2", cell("x" * 32_768)))) == [
        "people.xlsx:2 A2 (`Name`) holds 32,768 characters"
    ]


def cell(text: str, name: str = "A2") -> str:
    return f"<c r='{name}' t='inlineStr'><is><t>{text}</t></is></c>"


def test_a_row_that_no_sheet_of_people_has_is_told(book: Any) -> None:
    row = [None] * 7 + ["x" * 30_000] * 34
    [fault, *_] = faults(book([["Ana", *row]]))
    assert fault == "people.xlsx:2 a row of more than 1,000,000 characters"
    [fault, *_] = faults(book([["Ana", *[None] * 499, "x"]]))
    assert fault == "people.xlsx:2 a row of 501 cells"
    assert faults(book([["Ana", *[None] * 600, " "]])) == []


def test_a_workbook_that_takes_too_long_is_told(
    tmp_path: Path, book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read in a child, whose limits are told in words about the roster."""
    found = book([["Ana"]])
    monkeypatch.setattr(xlsx_file, "_LIMITS", Limits(wall=0))
    said = "people.xlsx: is damaged, or takes more memory or time than any roster needs"
    for read in (lambda: list(found), lambda: open_roster(tmp_path / "people.xlsx", "en-US")):
        with pytest.raises(ContentError, match=said):
            read()


@pytest.mark.system
def test_an_endless_workbook_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts,
        parts.open("xl/sharedStrings.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(201):
            part.write(b"\0" * 1_000_000)
    assert refusal(path) == "people.xlsx: unpacks to more than 200 MB | split it into several files"


def test_without_openpyxl_a_workbook_is_a_matter_of_setup(
    tmp_path: Path, book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    book([["Ana"]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(SetupError) as raised:
        open_roster(tmp_path / "people.xlsx", "en-US")
    [problem] = raised.value.problems
    assert problem.what == "openpyxl, which reads workbooks, is missing"
    assert "pip install 'pharmdocs[xlsx]'" in problem.fix
    (tmp_path / "people.csv").write_text("name\nAna\n")
    assert only(open_roster(tmp_path / "people.csv", "en-US")).person == Person("Ana")


def test_the_endings_name_is_written_as_one_likes(tmp_path: Path, book: Any) -> None:
    book([["Ana"]])
    shutil.copy(tmp_path / "people.xlsx", tmp_path / "PEOPLE.XLSX")
    assert only(open_roster(tmp_path / "PEOPLE.XLSX", "en-US")).person == Person("Ana")
