"""A roster as one print run: a page for everybody, what is on it, what is refused and where.

What stands on a page is read from the finished file by another engine than the one that wrote it.
"""

import csv
import datetime
import io
import json
import re
from pathlib import Path

import openpyxl
import pikepdf
import pypdfium2
import pytest
import somebody
from click.testing import CliRunner, Result
from PIL import Image, ImageChops
from small_bank import lay
from test_checklist import ASKS, EMAIL, HEAD, LIST
from test_forms import picture

from pharmdocs.build import Request, write_whole
from pharmdocs.checklist import Asked, build_checklist
from pharmdocs.cli import main
from pharmdocs.people.roster import open_roster
from pharmdocs.plan import Run
from pharmdocs.print_run import build_roster
from pharmdocs.project import find_project

CERTIFICATES = '[[certification]]\nname = "CPhT (PTCE or ExCPT)"\n[[certification]]\nname = "CPR"\n'
ROSTER = Path(__file__).parent.parent / "docs" / "samples" / "roster.csv"
COLUMNS = "name,role,employer,place,date,time,interviewer,interviewer-email"
ANA = "Ana Silva,technician,Riverside Pharmacy,4 Quay Street,2030-12-03,9 am,Dr. Lee,lee@r.example"
LUKASZ = "Łukasz Ağaoğlu,clerk,Hilltop,,2030-12-04,,,"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small bank and its checklist."""
    text = HEAD + LIST + CERTIFICATES + ASKS + EMAIL
    (lay(tmp_path) / "checklist.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def roster(*rows: str, head: str = COLUMNS) -> None:
    """Write people.csv into this folder."""
    Path("people.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")


def run(*words: str, file: str = "people.csv") -> Result:
    options = ["build", "checklist", "--roster", file, *words]
    return CliRunner().invoke(main, options, catch_exceptions=False)


def built(*words: str, file: str = "people.csv") -> Result:
    result = run(*words, file=file)
    assert result.exit_code == 0, result.output
    return result


def refused(code: int, *words: str) -> str:
    """What is said of a run that fails; nothing has been written."""
    result = run(*words)
    assert result.exit_code == code, result.output
    assert not Path("output").exists()
    return result.stderr


def pages(path: str | Path = "output/checklist.pdf") -> list[str]:
    """What each page says, in one line."""
    with pypdfium2.PdfDocument(path) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def labels(path: str | Path = "output/checklist.pdf") -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [document.get_page_label(number) for number in range(len(document))]


def made() -> list[str]:
    return sorted(path.name for path in Path("output").iterdir())


# What a run says and leaves -----------------------------------------------------------------------


def test_everybody_has_a_page_in_the_order_of_the_rows(project: Path) -> None:
    roster(ANA, LUKASZ)
    where, facts, how = built().stdout.splitlines()
    assert where == "output/checklist.pdf"
    assert facts.startswith("  2 people, 10.5 pt, ")
    assert how == "  print: Letter, 100 %, one side"
    assert made() == ["checklist.manifest.json", "checklist.pdf"]
    ana, lukasz = pages()
    for text in ("Ana Silva", "technician", "Riverside Pharmacy", "4 Quay Street", "9 am",
                 "Tuesday, December 3, 2030", "Dr. Lee", "lee@r.example"):  # fmt: skip
        assert ana.count(text) == 1
        assert text not in lukasz
    assert lukasz.count("Łukasz Ağaoğlu") == lukasz.count("Wednesday, December 4, 2030") == 1


def test_the_email_keeps_its_lines(project: Path) -> None:
    roster(ANA)
    built()
    said = " ".join(pages())
    assert "Dear , " in said.replace("Dear ,", "Dear , ")
    assert said.count("Ana Silva") == 1


def test_pages_are_called_by_the_names_and_one_name_is_told_apart(project: Path) -> None:
    roster("Ana Silva,,,,,,,", "Łukasz Ağaoğlu,,,,,,,", "Ana Silva,clerk,,,,,,")
    built()
    assert labels() == ["Ana Silva", "Łukasz Ağaoğlu", "Ana Silva (2)"]


def test_json_is_for_machines(project: Path) -> None:
    roster(ANA, LUKASZ)
    told = json.loads(built("--json").stdout)
    assert told["files"] == ["output/checklist.pdf"]
    assert (told["people"], told["rejected"], told["rejects"], told["kept"]) == (2, 0, None, 0)
    assert told["size"] == Path("output/checklist.pdf").stat().st_size


def test_a_run_claims_nothing_that_it_does_not_keep(project: Path) -> None:
    roster(ANA, LUKASZ)
    built()
    data = Path("output/checklist.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(data)) as document:
        for claim in ("/StructTreeRoot", "/MarkInfo", "/Metadata", "/OutputIntents", "/AcroForm"):
            assert claim not in document.Root
        assert str(document.docinfo["/Title"]) == "Day of the interview"
        forms = {page.Resources.XObject["/Sheet"].objgen for page in document.pages}
    assert len(forms) == 1
    assert b"pdfaid" not in data
    assert b"pdfuaid" not in data


def test_a_further_person_costs_less_than_a_kilobyte(project: Path) -> None:
    text = "the long name of somebody or something,"
    row = text * 4 + "2030-12-03," + text + text + "somebody@somewhere.example,"
    row += "CPhT,500-123-456,2031-05-31,CPR,77-88,2031-05-31"
    head = f"{COLUMNS},certification,number,expires,certification 2,number 2,expires 2"
    sizes = []
    for count in (1, 101):
        roster(*[f"P{number} {row}" for number in range(count)], head=head)
        built()
        sizes.append(Path("output/checklist.pdf").stat().st_size)
    assert sizes[1] - sizes[0] < 100 * 1000


def test_the_same_roster_gives_the_same_bytes_on_any_day(project: Path) -> None:
    roster(ANA, LUKASZ)
    made = []
    for day in (datetime.date(2019, 1, 1), datetime.date(2031, 7, 4)):
        request = Request(find_project(project), output=project / str(day))
        result = build_roster(request, Asked(today=day), Run(project / "people.csv"))
        folder = project / str(day)
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
        assert result.people == 2
    assert made[0] == made[1]


@pytest.mark.system
@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_stamped_page_and_the_flat_page_are_the_same_picture(
    paper: str, tmp_path: Path
) -> None:
    """Somebody with tight and wrapped lines; the flat page as a print run has it."""
    settings = somebody.SETTINGS.replace("Riverside", "Riverside and Long Meadow Memorial")
    settings = settings.replace("Main Street", "Main Street, behind the old bakery and the bank")
    (tmp_path / "pharmdocs.toml").write_text(settings, encoding="utf-8")
    project = find_project(tmp_path)
    request = Request(project, paper=paper, output=tmp_path / "flat")
    asked = Asked("hospital", fillable=False, shared=True, today=somebody.TODAY)
    flat = build_checklist(request, asked)
    person = project.person
    row = [person.name, person.role, person.employer, person.place, str(person.date), person.time,
           person.interviewer, person.interviewer_email]  # fmt: skip
    head = COLUMNS
    for number, held in enumerate(person.certifications, 1):
        head += f",certification {number},number {number},expires {number}"
        row += [held.name, held.number, str(held.expires or "")]
    with (tmp_path / "people.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(head + "\n")
        csv.writer(file).writerow(row)
    (tmp_path / "pharmdocs.toml").unlink()
    request = Request(find_project(tmp_path), paper=paper, output=tmp_path / "run")
    asked = Asked("hospital", today=somebody.TODAY)
    stamped = build_roster(request, asked, Run(tmp_path / "people.csv"))
    [ours] = stamped.files
    one, other = picture(flat.path.read_bytes()), picture(ours.read_bytes())
    assert one.size == other.size
    share = 1e-3 * one.width * one.height
    assert changed(one, other) < share
    # And what is compared are not two empty sheets.
    assert changed(picture(unstamped(ours)), other) > 4 * share
    assert sorted(pages(ours)[0].split()) == sorted(pages(flat.path)[0].split())


def changed(one: Image.Image, other: Image.Image) -> int:
    """How many pixels differ so much that an eye may see it."""
    return sum(ImageChops.difference(one, other).histogram()[32:])


def unstamped(path: Path) -> bytes:
    """The first page as it is before anything is stamped on it."""
    out = io.BytesIO()
    with pikepdf.open(path) as document:
        content = document.pages[0].Contents
        content.write(content.read_bytes().partition(b"BT")[0])
        document.save(out)
    return out.getvalue()


def test_a_name_is_tightened_then_wrapped_then_refused_by_its_row(project: Path) -> None:
    """The blank of the name takes about 40 letters as it is, 50 tightened, 110 on two lines."""
    names = [f"Maria {'Anna ' * count}Silva" for count in (2, 6, 9, 14)]
    roster(*[f"{name},,,,,,," for name in names])
    built()
    with pikepdf.open("output/checklist.pdf") as document:
        shown = [page.Contents.read_bytes().decode() for page in document.pages]
    sizes = [float(re.findall(r"/PharmSans ([\d.]+) Tf", text)[0]) for text in shown]
    assert sizes[0] == 10.5
    assert 0.8 * 10.5 <= sizes[1] < 10.5
    assert sizes[2] == sizes[3] < sizes[1]
    assert [text.count("Tj") for text in shown] == [1, 1, 2, 2]
    assert all(name in said for name, said in zip(names, pages(), strict=True))
    Path("output/checklist.pdf").unlink()
    Path("output/checklist.manifest.json").unlink()
    Path("output").rmdir()
    roster(ANA, f"{'Maria Anna ' * 20},,,,,,,")
    said = refused(3)
    assert re.search(r"people\.csv:3: A3 \(`name`\) is \d+ characters too long for its blank", said)


# Rows that cannot be printed ----------------------------------------------------------------------

BAD = """\
error: people.csv:3: E3 (`date`) is `soon`, which cannot be read as a day
    fix: write it as 2026-12-03, or leave it out
error: people.csv:3: H3 (`interviewer-email`) is `dr lee`, which has no @
    fix: write the address alone, such as m.ortiz@pharmacy.example
error: people.csv:5: A5 (`name`) holds '中' (U+4E2D), which the fonts do not have
    fix: write it in Latin or Greek letters
error: people.csv:5: A5 (`name`) holds '村' (U+6751), which the fonts do not have
    fix: write it in Latin or Greek letters
error: people.csv:6: A6 (`name`) is empty
    fix: write the name, or delete the row
error: people.csv: 3 of 5 rows cannot be printed
    fix: mend them, or build the others: --skip-bad
"""
ROWS = (ANA, "Bo,,,,soon,,,dr lee", LUKASZ, "中村,,,,,,,", ",clerk,,,,,,")


def test_every_bad_row_is_told_at_once_and_nothing_is_written(project: Path) -> None:
    roster(*ROWS)
    assert refused(3) == BAD
    assert refused(3, "--separate") == BAD


def test_bad_rows_are_skipped_and_written_with_their_reasons(project: Path) -> None:
    roster(*ROWS)
    said = built("--skip-bad").stdout
    assert "  left out: 3 rows, see output/people.rejected.csv" in said
    assert labels() == ["Ana Silva", "Łukasz Ağaoğlu"]
    text = Path("output/people.rejected.csv").read_text("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert rows[0] == [*COLUMNS.split(","), "reason"]
    assert [row[0] for row in rows[1:]] == ["Bo", "中村", ""]
    assert rows[2][-1].startswith("row 5: A5 (`name`) holds '中' (U+4E2D)")


def test_mended_rows_make_a_run_of_their_own(project: Path) -> None:
    roster(*ROWS)
    built("--skip-bad")
    text = Path("output/people.rejected.csv").read_text("utf-8-sig")
    text = text.replace("soon", "2030-12-05").replace("dr lee", "lee@r.example")
    Path("mended.csv").write_text(text, encoding="utf-8")
    built("--skip-bad", "-o", "second", file="mended.csv")
    assert labels("second/checklist.pdf") == ["Bo"]


def test_a_roster_of_nothing_but_bad_rows_is_refused_even_then(project: Path) -> None:
    roster(",clerk,,,,,,")
    assert "1 of 1 rows cannot be printed\n    fix: mend them\n" in refused(3, "--skip-bad")


def test_of_a_thousand_bad_rows_the_first_are_told_and_all_are_counted(project: Path) -> None:
    roster(*[f"P{number},,,,soon,,," for number in range(1000)], "Ana,,,,,,,")
    said = refused(3)
    assert said.count("error:") == 25
    assert "and 977 more problems, 1,000 in all" in said
    assert "1,000 of 1,001 rows cannot be printed" in said
    assert "… and" not in said


def test_too_many_certifications_are_a_problem_of_their_row(project: Path) -> None:
    """The sheet has a line for CPhT; more than six of one's own are not asked for."""
    numbers = range(1, 10)
    head = "name," + ",".join(f"certification {number}" for number in numbers)
    roster("Ana,CPhT", "Bo," + ",".join(f"Paper {number}" for number in numbers), head=head)
    said = refused(3)
    assert "people.csv:3: has 9 certifications that the sheet does not name" in said
    assert "there is room for 6" in said


def test_a_certification_s_fault_is_told_at_its_cell(project: Path) -> None:
    head = "name,certification,number,certification 2,number 2,certification 3,number 3"
    roster("Ana,,,CPhT,1,Paper,中", f"Bo,,,,,CPR,{'7' * 60}", head=head)
    said = refused(3)
    assert "people.csv:2: G2 (`number 3`) holds '中'" in said
    assert re.search(r"people\.csv:3: G3 \(`number 3`\) is \d+ characters too long", said)


# What holds for everybody -------------------------------------------------------------------------


def test_options_and_settings_hold_where_a_cell_is_blank(project: Path) -> None:
    settings = '[person]\nname = "Nobody Here"\nemployer = "Harbor"\ntime = "8 am"\n'
    settings += '[[person.certification]]\nname = "CPR"\nnumber = "31337"\nexpires = "2020-01-01"\n'
    Path("pharmdocs.toml").write_text(f'bank = "small"\n{settings}', encoding="utf-8")
    roster("Ana,,Riverside,,,,,", "Bo,,,,,,,")
    assert built("--role", "technician", "--time", "10 am").stderr == ""
    ana, bo = pages()
    assert "Riverside" in ana and "Harbor" not in ana  # noqa: PT018
    assert "Harbor" in bo
    for said in (ana, bo):
        assert said.count("technician") == 1
        assert "10 am" in said
        assert "Nobody" not in said
        assert "31337" not in said


def test_the_address_of_one_interviewer_is_not_given_to_another(project: Path) -> None:
    roster("Ana,,,,,,Ms. Ortiz,", "Bo,,,,,,,")
    built("--interviewer", "Dr. Lee", "--interviewer-email", "lee@r.example")
    ana, bo = pages()
    assert "Ortiz" in ana
    assert "lee@r.example" not in ana
    assert "Dr. Lee" in bo
    assert "lee@r.example" in bo


def test_what_is_wrong_for_everybody_is_told_once(project: Path) -> None:
    roster("Ana,,,,,,,", "Bo,,,,,,,")
    said = refused(3, "--place", "中")
    assert said.count("error:") == 1
    assert "`place` holds '中'" in said
    assert "given for everybody" in said
    said = refused(3, "--place", "somewhere far " * 30)
    assert said.count("error:") == 1
    assert "`place` is " in said


def test_what_looks_like_a_slip_is_a_warning_and_strictly_an_error(project: Path) -> None:
    head = f"{COLUMNS},phone,certification,expires"
    roster("Ana,,,,2020-02-03,,,,555,CPhT,2021-01-01", "Bo,,,,,,,,,,", head=head)
    said = refused(5, "--strict", "--date", "2020-01-01")
    for told in (
        "error: the day of the interview, 2020-01-01, is past",
        "error: people.csv:1: the column `phone` is not used",
        "error: people.csv:2: the day of the interview, 2020-02-03, is past",
        "error: people.csv:2: CPhT expired on 2021-01-01",
    ):
        assert said.count(told) == 1
    assert said.count("error:") == 4
    result = built("--date", "2020-01-01")
    assert result.stderr == said.replace("error:", "warning:")
    assert "warning" not in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", "Ana"), "--name is one person, and --roster names many"),
        (("--separate", "--flat"), "--separate makes forms, and --flat asks for none"),
        (("--separate", "-o", "all.pdf"), "all.pdf is one file, and this makes several"),
        (("--fillable",), "a print run is flat: for forms, add --separate"),
        (("--volume", "0"), "0 is not in the range"),
    ],
)
def test_options_that_contradict_each_other(
    project: Path, words: tuple[str, ...], said: str
) -> None:
    roster(ANA)
    assert said in refused(2, *words)


@pytest.mark.parametrize("option", ["--separate", "--skip-bad", "--continue", "--volume=3"])
def test_options_of_a_roster_need_one(project: Path, option: str) -> None:
    result = CliRunner().invoke(main, ["build", "checklist", option])
    assert result.exit_code == 2
    assert f"{option.partition('=')[0]} needs a roster: --roster FILE" in result.stderr


# Files from offices -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfName;Role\r\n\xc5\x81ukasz;clerk\r\n",
        "name\trole\nŁukasz\tclerk\n".encode(),
        "sep=;\nROLE;Name\nclerk;Łukasz\n".encode(),
    ],
    ids=["mark and semicolons", "tabs", "sep="],
)
def test_a_file_is_read_as_spreadsheets_write_it(project: Path, data: bytes) -> None:
    Path("people.csv").write_bytes(data)
    built()
    assert labels() == ["Łukasz"]
    assert "clerk" in pages()[0]


def test_a_workbook_is_a_roster(project: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "Date", "Time", "Certification", "Number"])
    day, time = datetime.date(2030, 12, 3), datetime.time(10, 30)
    sheet.append(["Łukasz Ağaoğlu", day, time, "CPhT", "00077"])
    book.save("people.xlsx")
    built(file="people.xlsx")
    [said] = pages()
    assert all(
        text in said for text in ("Ağaoğlu", "Tuesday, December 3, 2030", "10:30 AM", "00077")
    )


def test_a_misspelt_heading_is_told_with_the_right_one(project: Path) -> None:
    roster("Ana,x", head="name,employeer")
    assert "did you mean `employer`?" in refused(3)


def test_a_roster_that_is_not_there_is_told(project: Path) -> None:
    assert "people.csv: cannot be read (No such file or directory)" in refused(3)


def test_the_sample_is_sound() -> None:
    found = open_roster(ROSTER, "en-US")
    assert [row.problems for row in found] == [(), ()]
    assert found.notes == ()
    assert all(found.headings.fields)


# Volumes ------------------------------------------------------------------------------------------

FIVE = [f"Person {letter},,,,,,," for letter in "ABCDE"]


def test_a_long_roster_goes_out_in_volumes(project: Path) -> None:
    roster(*FIVE)
    said = built("--volume", "2", "-o", "out/sheets.pdf").stdout.splitlines()
    names = [f"out/sheets-00{number}.pdf" for number in (1, 2, 3)]
    assert said[:3] == names
    assert [labels(name) for name in names] == [
        ["Person A", "Person B"], ["Person C", "Person D"], ["Person E"],
    ]  # fmt: skip
    told = json.loads(Path("out/sheets.manifest.json").read_text("utf-8"))
    assert list(told["files"]) == [Path(name).name for name in names]
    assert not Path("out/sheets.run.json").exists()


def test_a_volume_that_is_just_full_is_the_only_one(project: Path) -> None:
    roster(*FIVE)
    built("--volume", "5")
    assert made() == ["checklist.manifest.json", "checklist.pdf"]


def test_a_volume_of_an_earlier_run_is_told_of(project: Path) -> None:
    roster(*FIVE)
    built("--volume", "2")
    roster(*FIVE[:4])
    said = built("--volume", "2").stderr
    assert said.count("warning:") == 1
    assert "warning: checklist-003.pdf: is from an earlier run" in said


def test_a_run_that_stopped_goes_on_where_it_stopped(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster(*FIVE)
    built("--volume", "2", "-o", "whole")
    stopped(monkeypatch, after=2)
    first = Path("output/checklist-001.pdf")
    before = first.stat().st_mtime_ns
    assert sorted(path.name for path in Path("output").iterdir()) == [
        "checklist-001.pdf", "checklist.run.json",
    ]  # fmt: skip
    said = built("--volume", "2", "--continue").stdout
    assert "1 file made before" in said
    assert first.stat().st_mtime_ns == before
    contents = [{path.name: path.read_bytes() for path in Path(folder).iterdir()}
                for folder in ("whole", "output")]  # fmt: skip
    assert contents[0] == contents[1]


def test_without_continue_everything_is_built_anew(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster(*FIVE)
    stopped(monkeypatch, after=2)
    before = Path("output/checklist-001.pdf").stat().st_mtime_ns
    assert "made before" not in built("--volume", "2").stdout
    assert Path("output/checklist-001.pdf").stat().st_mtime_ns > before


def test_a_file_that_was_changed_is_made_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster(*FIVE)
    stopped(monkeypatch, after=2)
    Path("output/checklist-001.pdf").write_bytes(b"somebody else's")
    assert "made before" not in built("--volume", "2", "--continue").stdout
    assert labels("output/checklist-001.pdf") == ["Person A", "Person B"]


@pytest.mark.parametrize("changed", ["roster", "options", "sheet"])
def test_another_run_is_not_gone_on_with(
    project: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    roster(*FIVE)
    stopped(monkeypatch, after=2)
    words = ["--volume", "2", "--continue"]
    if changed == "roster":
        roster(*FIVE, "Person F,,,,,,,")
    elif changed == "options":
        words += ["--employer", "Harbor"]
    else:
        words += ["--paper", "a4"]
    result = run(*words)
    assert result.exit_code == 2
    assert f"another one: the {changed} changed since" in result.stderr
    assert "leave out --continue" in result.stderr


def stopped(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """A run of volumes of two people that Ctrl-C ends before so many files are written."""
    count = 0

    def once(path: Path, data: bytes) -> None:
        nonlocal count
        count += 1
        if count == after:
            raise KeyboardInterrupt
        write_whole(path, data)

    with monkeypatch.context() as patch:
        patch.setattr("pharmdocs.print_run.write_whole", once)
        assert run("--volume", "2").exit_code == 130
