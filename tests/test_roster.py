"""A roster of people: every row a person or a reason, in whatever shape an office saved it."""

import csv
import datetime
import io
import tracemalloc
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmdocs.errors import ContentError, PharmdocsError
from pharmdocs.people.person import Certification, Person
from pharmdocs.people.roster import Roster, Row, open_roster, rejected_csv, tally
from pharmdocs.strict.cells import armed, column_letters, disarmed

TODAY = datetime.date(2026, 11, 23)
HEAD = "name,employer,role,date,time,place,interviewer,interviewer-email"
ANA = Person(
    "Ana Silva", "Harbor", "technician", datetime.date(2026, 12, 3), "10 am", "12 Quay Street",
    "Ms. Ortiz", "m.ortiz@harbor.example",
)  # fmt: skip
ANA_ROW = (
    "Ana Silva,Harbor,technician,12/3/2026,10 am,12 Quay Street,Ms. Ortiz,m.ortiz@harbor.example"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def roster(folder: Path, text: str | bytes, name: str = "people.csv") -> Roster:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(data)
    return open_roster(folder / name, "en-US")


def people(rows: Iterable[Row]) -> list[str]:
    return [row.person.name for row in rows if row.person]


def faults(rows: Iterable[Row]) -> list[str]:
    return [f"{problem.where} {problem.what}" for row in rows for problem in row.problems]


def refusal(folder: Path, text: str | bytes, name: str = "people.csv") -> list[str]:
    """What is said of a file that cannot be used at all: place, what and fix."""
    with pytest.raises(ContentError) as raised:
        roster(folder, text, name)
    return [str(problem).replace("\n    fix: ", " | ") for problem in raised.value.problems]


def test_every_column_is_read(folder: Path) -> None:
    [row] = roster(folder, f"{HEAD}\n{ANA_ROW}\n")
    assert (row.person, row.number, row.problems) == (ANA, 2, ())
    assert str(row.where) == "people.csv:2"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_csv_is_read(folder: Path, mark: bytes, sign: str, end: str) -> None:
    text = f"{HEAD}\n{ANA_ROW}\n".replace(",", sign).replace("\n", end)
    assert [row.person for row in roster(folder, mark + text.encode())] == [ANA]


def test_a_comma_in_a_heading_does_not_part_what_semicolons_part(folder: Path) -> None:
    text = 'name;employer;"Notes, from A, B, C, D, E"\nAna;Harbor;x\n'
    assert people(roster(folder, text)) == ["Ana"]
    assert people(roster(folder, "name\nAna\n")) == ["Ana"]


@pytest.mark.parametrize("told", ["sep=;", '"sep=;"', "\ufeffsep=;"])
def test_a_first_line_that_names_the_sign_is_no_heading(folder: Path, told: str) -> None:
    [row] = roster(folder, f"{told}\r\nname;date\r\nAna;12/33/2026\r\n")
    assert faults([row])[0].startswith("people.csv:3 B2 (`date`) is `12/33/2026`")


@pytest.mark.parametrize(
    "heading",
    ["interviewer-email", "Interviewer Email", "INTERVIEWER_EMAIL", " interviewer  e-mail "],
)
def test_headings_are_forgiven_their_looks(folder: Path, heading: str) -> None:
    [row] = roster(folder, f"Name,{heading}\nAna,a@b.org\n")
    assert row.person == Person("Ana", interviewer_email="a@b.org")


def test_certifications_stand_in_triples(folder: Path) -> None:
    text = (
        "name,certification,number,expires,Certification 2,NUMBER_2,expires2,certification 3\n"
        "Ana,CPhT,00123,2027-01-31,CPR,,,Immunization\n"
        "Bo,,,,,,,\n"
    )
    first, second = roster(folder, text)
    assert first.person == Person(
        "Ana",
        certifications=(
            Certification("CPhT", "00123", datetime.date(2027, 1, 31)),
            Certification("CPR"),
            Certification("Immunization"),
        ),
    )
    assert second.person == Person("Bo")


def test_a_cell_may_hold_its_sign_quotation_marks_and_lines(folder: Path) -> None:
    text = 'name,place\n"Silva, Ana ""Ani""","12 Quay Street\r\nSuite 4"\nBo,x\n'
    first, second = roster(folder, text)
    assert first.person == Person('Silva, Ana "Ani"', place="12 Quay Street, Suite 4")
    assert (second.number, str(second.where)) == (3, "people.csv:4")


def test_blank_rows_are_left_out_and_still_counted(folder: Path) -> None:
    rows = list(roster(folder, "\n,,\nname,role\n\n , \t\nAna,x\n,,,,\nBo,y\n"))
    assert [(row.number, row.where.line) for row in rows] == [(6, 6), (8, 8)]
    assert people(rows) == ["Ana", "Bo"]


def test_empty_cells_at_the_end_are_no_cells(folder: Path) -> None:
    found = roster(folder, "name,role,,\nAna,x,,,,,\nBo\n")
    assert people(found) == ["Ana", "Bo"]
    assert found.headings.names == ("name", "role")


@pytest.mark.parametrize(
    ("head", "what", "fix"),
    [
        ("name,employeer", "unknown heading `employeer` in column B", "did you mean `employer`?"),
        ("Nmae", "unknown heading `Nmae` in column A", "did you mean `name`?"),
        ("name,certification,nunber", "unknown heading `nunber` in", "did you mean `number`?"),
        ("name,certification 2,nunber2", "unknown heading `nunber2`", "did you mean `number 2`?"),
        ("student,employer", "no column is called `name`", "the first row names the columns: name"),
        ("name,role,Name", "`name` stands in the columns A and C", "keep one of them"),
        (
            "name,certification,x,certification",
            "`certification` stands in the columns B and D",
            "number them: `certification`, `number`, `expires`, `certification 2`, …",
        ),
        ("name,number 2", "`number 2` has no column `certification 2`", "add the column `certifi"),
        ("name,expires", "`expires` has no column `certification`", "add the column `certifica"),
    ],
)
def test_a_heading_that_is_wrong_is_told(folder: Path, head: str, what: str, fix: str) -> None:
    [said] = refusal(folder, f"{head}\nx,y,z\n")
    assert said.startswith(f"people.csv:1: {what}")
    assert f" | {fix}" in said


def test_all_headings_are_told_at_once(folder: Path) -> None:
    said = refusal(folder, "employeer,role,role,number\nx\n")
    assert [line.split("`")[1] for line in said] == ["employeer", "name", "role", "number"]


def test_other_columns_are_told_and_not_used(folder: Path) -> None:
    text = "name,Phone number,Title,Student ID,certification,number,time\nAna,1,2,3,a,4,5\n"
    found = roster(folder, text)
    assert [note.what for note in found.notes] == [
        f"the column `{name}` is not used" for name in ("Phone number", "Title", "Student ID")
    ]
    assert tally(found, TODAY).people == 1


@pytest.mark.parametrize(
    ("head", "other"),
    [
        ("name,Phone number", ["Phone number"]),
        ("name,certification,Phone number 2,Shoe", ["Phone number 2", "Shoe"]),
    ],
)
def test_what_could_not_be_meant_is_no_slip(folder: Path, head: str, other: list[str]) -> None:
    """There is no certification, or no second one, to have a number."""
    notes = roster(folder, f"{head}\nAna,1\n").notes
    assert [note.what for note in notes] == [f"the column `{name}` is not used" for name in other]


ROW = {
    "bad day": ("Ana,,,3.12.2026,,,,", "D2 (`date`) is `3.12.2026`, which could be two days"),
    "no name": (",Harbor,,,,,,", "A2 (`name`) is empty"),
    "bad name": ("A\x07na,,,,,,,", "A2 (`name`) holds a control character (U+0007)"),
    "address": ("Ana,,,,,,,a@b", "H2 (`interviewer-email`) is `a@b`, which is not a mail address"),
    "long": (f"Ana,{'x' * 501},,,,,,", "B2 (`employer`) has 501 characters, at most 500 fit"),
    "turned": ("Ana,,\u202ex,,,,,", "C2 (`role`) holds a sign that turns the direction of writing"),
    "lines": ('Ana,"a\nb",,,,,,', "B2 (`employer`) holds a line break"),
    "too many": ("Ana,,,,,,,,x", "I2 stands under no heading: `x`"),
    "open": ('Ana,"x', "a quotation mark that is not closed, or stands inside a cell"),
    "inside": ('Ana,"x"y,', "a quotation mark that is not closed, or stands inside a cell"),
}


@pytest.mark.parametrize("kind", ROW)
def test_a_bad_row_is_told_and_stops_no_other(folder: Path, kind: str) -> None:
    text, said = ROW[kind]
    rows = list(roster(folder, f"{HEAD}\n{text}\nBo\nCy,x\n"))
    assert people(rows) == ["Bo", "Cy"]
    [fault] = faults(rows)
    assert fault.startswith(f"people.csv:2 {said}")
    assert rows[0].person is None


def test_all_that_is_wrong_with_a_row_is_told_at_once(folder: Path) -> None:
    found = faults(roster(folder, f"{HEAD}\n,,,12/33/2026,,,,nobody,x\n"))
    assert [fault.split()[1] for fault in found] == ["I2", "D2", "H2", "A2"]


def test_a_cell_under_an_empty_heading_is_told(folder: Path) -> None:
    [fault] = faults(roster(folder, "name,,role\nAna,x,y\n"))
    assert fault == "people.csv:2 B2 stands under no heading: `x`"


def test_a_quotation_mark_left_open_costs_its_row_alone(folder: Path) -> None:
    lines = [
        f'P{number},"x' if number in (3, 500, 501) else f"P{number},x" for number in range(3000)
    ]
    rows = list(roster(folder, "name,role\n" + "\n".join(lines) + "\n"))
    names = people(rows)
    assert [f"P{number}" for number in (2, 4, 499, 502, 2999)] == [
        name for name in names if name in ("P2", "P4", "P499", "P502", "P2999")
    ]
    assert (
        len(names) + sum(len(row.cells[0].splitlines()) for row in rows if not row.person) >= 2999
    )


def test_a_roster_can_be_walked_through_again(folder: Path) -> None:
    found = roster(folder, f"{HEAD}\n{ANA_ROW}\n\nBo\n")
    assert list(found) == list(found)
    assert people(found) == ["Ana Silva", "Bo"]


def test_a_file_that_changes_on_the_way_is_refused(folder: Path) -> None:
    found = roster(folder, "name\nAna\n")
    (folder / "people.csv").write_text("name\nAna\nBo\n")
    with pytest.raises(ContentError, match="was changed while it was read"):
        list(found)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", ": is empty | write a row of headings, and a row for each person"),
        (b"\xef\xbb\xbf", ": is empty | write a row of headings, and a row for each person"),
        (b"\n\n,,\n", ": is empty | write a row of headings, and a row for each person"),
        (b"name,role\n\n,\n", ": holds nobody | write a row for each person below the headings"),
        (
            b'name,"role\nAna,x\n',
            ":1: a quotation mark that is not closed, or stands inside a cell",
        ),
    ],
)
def test_a_file_of_nobody_is_refused(folder: Path, data: bytes, said: str) -> None:
    [told] = refusal(folder, data)
    assert told.startswith(f"people.csv{said}")


# The bytes of a name, how they are called, and what is shown of them.
ODD = {
    "windows": ("José Núñez".encode("cp1252"), "Windows-1252", "José"),
    "quotes": ("O’Brien".encode("cp1252"), "Windows-1252", "O’Brien"),
    "mac": ("José Núñez".encode("mac_roman"), "Mac OS Roman", "José"),
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_what_is_not_utf_8_is_told_by_its_likely_name(folder: Path, kind: str, end: bytes) -> None:
    name, encoding, shown = ODD[kind]
    [told] = refusal(folder, end.join([b"name,role", b"Ana,x", name + b",x", b""]))
    assert told.startswith(
        f"people.csv:3: is not UTF-8 text; it looks like {encoding}, in which a word here is "
        f"`{shown}` | save it as CSV UTF-8 (in Excel: Save As, "
    )


def test_what_is_no_text_is_told(folder: Path) -> None:
    [null] = refusal(folder, b"name\nJos\x00e\n")
    [endless] = refusal(folder, b"name\n" + b"x" * 1_000_001)
    assert null.startswith("people.csv:2: holds a null byte | save it as CSV UTF-8")
    assert endless.startswith("people.csv:2: has a line of more than a million bytes")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_told(folder: Path, codec: str) -> None:
    [told] = refusal(folder, "name\tdate\nAna\t\n".encode(codec))
    assert told.startswith("people.csv: is not UTF-8 text; it looks like UTF-16")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("people.csv", b"PK\x03\x04x", "is a workbook, not CSV | let its name end in .xlsx"),
        ("people.csv", b"\xd0\xcf\x11\xe0x", "is an old or a locked workbook, not CSV | save it"),
        ("people.xls", b"x", "is neither .csv nor .xlsx | save the roster as CSV UTF-8 (.csv)"),
        ("people", b"x", "is neither .csv nor .xlsx"),
    ],
)
def test_another_kind_of_file_is_told(folder: Path, name: str, data: bytes, said: str) -> None:
    [told] = refusal(folder, data, name)
    assert told.startswith(f"{name}: {said}")


def test_a_file_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(ContentError, match=r"people\.csv: cannot be read \(No such file"):
        open_roster(folder / "people.csv", "en-US")
    (folder / "people.csv").mkdir()
    with pytest.raises(ContentError, match=r"people\.csv: is not a file"):
        open_roster(folder / "people.csv", "en-US")


def test_problems_are_counted_and_the_first_are_told(folder: Path) -> None:
    bad = "".join(f"P{number},soon,\n" for number in range(1234))
    old = "".join(f"Q{number},2020-01-01,\n" for number in range(40))
    found = tally(roster(folder, f"name,date,role\nAna,,\n{bad}{old}"), TODAY, most=10)
    assert (found.people, found.rejected) == (41, 1234)
    assert len(found.problems) == len(found.concerns) == 11
    assert str(found.problems[9].where) == "people.csv:12"
    assert found.problems[10].what == "and 1,224 more problems, 1,234 in all"
    assert found.concerns[0].what == "the day of the interview, 2020-01-01, is past"
    assert found.concerns[10].what == "and 30 more warnings, 40 in all"


def test_few_problems_are_told_without_a_count(folder: Path) -> None:
    found = tally(roster(folder, "name,date\nAna,soon\nBo,\n"), TODAY)
    assert (len(found.problems), found.concerns) == (1, ())


def test_rejected_rows_keep_their_columns_and_say_why(folder: Path) -> None:
    text = '\ufeffName;Phone;date\nAna;1;\nBo;2;soon\n;3;\n"Cy;4\n'
    data = b"".join(rejected_csv(roster(folder, text)))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Name", "Phone", "date", "reason"]
    assert [row[:3] for row in rows[1:]] == [["Bo", "2", "soon"], ["", "3", ""], ['"Cy;4', "", ""]]
    assert rows[1][3].startswith(
        "row 3: C3 (`date`) is `soon`, which cannot be read as a day: write"
    )


def test_rejected_rows_can_be_mended_and_read_again(folder: Path) -> None:
    text = f"{HEAD}\n=Ana+1,-Harbor,@role,soon,10 am,'x,Ms. Ortiz,m.ortiz@harbor.example\n"
    data = b"".join(rejected_csv(roster(folder, text)))
    assert b'"\'=Ana+1","\'-Harbor","\'@role","soon","10 am","\'x"' in data
    again = roster(folder, data.replace(b"soon", b"2026-12-03"), "people.rejected.csv")
    assert again.notes == ()
    [row] = again
    assert row.person == Person(
        "=Ana+1", "-Harbor", "@role", datetime.date(2026, 12, 3), "10 am", "'x", "Ms. Ortiz",
        "m.ortiz@harbor.example",
    )  # fmt: skip
    assert [b"".join(rejected_csv(roster(folder, data, "again.csv")))] == [data]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "'=1", "\uff1d1", "a;=1", "a,\n-x"]
)
def test_no_cell_of_the_rejected_is_a_formula(text: str) -> None:
    """Not even for a reader that parts cells at another sign."""
    safe = disarmed(text)
    assert armed(safe) == text
    for sign in ",;\t\n":
        for cell in safe.split(sign):
            assert not cell.strip().startswith(("=", "+", "-", "@", "\uff1d"))


@given(st.text(alphabet="'=+-@,;\t\n aé\uff1d", max_size=20))
def test_the_marks_of_safety_can_always_be_taken_back(text: str) -> None:
    assert armed(disarmed(text)) == text


def test_columns_are_called_as_in_a_spreadsheet() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 51, 52, 701, 702, 16_383)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD",
    ]  # fmt: skip


CELL = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_what_a_spreadsheet_writes_is_read(
    folder: Path, cells: list[tuple[str, str, str]], sign: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=sign).writerows([("name", "role", "employer"), *cells])
    found = [
        (row.person.name, row.person.role, row.person.employer)
        for row in roster(folder, text.getvalue())
        if row.person
    ]
    composed = [tuple(unicodedata.normalize("NFC", armed(cell)) for cell in row) for row in cells]
    assert found == composed


NOISE = st.one_of(
    st.binary(max_size=60),
    st.text(alphabet="name,;\t\"\n\r\x00\ufeffÉ='role123/.-certification ", max_size=80).map(
        str.encode
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([b"", b"name,role,date\n", b"name;certification;number;expires\n"]), NOISE)
def test_whatever_a_file_holds_it_is_read_or_told(folder: Path, head: bytes, noise: bytes) -> None:
    try:
        found = roster(folder, head + noise)
    except PharmdocsError:
        return
    for row in found:
        assert (row.person is None) == bool(row.problems)
        assert row.person is None or row.person.name
    assert b"".join(rejected_csv(found)).decode("utf-8-sig")


@pytest.mark.system
def test_a_long_roster_takes_no_more_memory_than_a_short_one(folder: Path) -> None:
    def peak(count: int) -> int:
        found = roster(folder, f"{HEAD}\n" + f"{ANA_ROW}\nBo,,,soon,,,,\n" * count)
        tracemalloc.start()
        try:
            assert tally(found, TODAY).people == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # Rows that were kept would come to several megabytes.
    peak(100)
    assert peak(4000) < peak(400) + 500_000
