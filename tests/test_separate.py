"""A roster as files: a form and an email for each person, as good as one that was built alone."""

import email
import email.policy
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import ImageChops
from small_bank import lay
from test_checklist import ASKS, EMAIL, HEAD, LIST, codes, scanned
from test_forms import form, picture
from test_print_run import ANA, CERTIFICATES, COLUMNS, LUKASZ, built, roster, run
from test_validators import STANDARDS
from test_validators import run as command

from pharmdocs.build import write_whole
from pharmdocs.cli import main
from pharmdocs.journal import start

FOLDER = Path("output/checklists")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small bank and its checklist."""
    text = HEAD + LIST + CERTIFICATES + ASKS + EMAIL
    (lay(tmp_path) / "checklist.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_everybody_gets_a_form_and_an_email(project: Path) -> None:
    roster(ANA, LUKASZ, ANA)
    said = built("--separate").stdout.splitlines()
    stems = ["Ana-Silva", "Łukasz-Ağaoğlu", "Ana-Silva-2"]
    assert said[:3] == [f"output/checklists/{stem}.pdf" for stem in stems]
    names = {f"{stem}.{end}" for stem in stems for end in ("pdf", "eml", "txt")}
    assert {path.name for path in FOLDER.iterdir()} == names | {"checklist.manifest.json"}
    found = form((FOLDER / "Łukasz-Ağaoğlu.pdf").read_bytes())
    assert (found["name"].value, found["role"].value) == ("Łukasz Ağaoğlu", "clerk")
    assert found["place"].value == ""
    message = email.message_from_bytes(
        (FOLDER / "Ana-Silva.eml").read_bytes(), policy=email.policy.default
    )
    assert message["To"] == '"Dr. Lee" <lee@r.example>'
    assert message["Subject"] == "Thank you, Tuesday, December 3, 2030"
    text = (FOLDER / "Ana-Silva.txt").read_text("utf-8")
    assert "about the technician position at Riverside Pharmacy" in text
    assert text.endswith("Sincerely, Ana Silva\n")


def test_a_form_of_many_is_the_form_built_alone(project: Path) -> None:
    """The same fields, values, tags and words; the same picture, but for the size of the code."""
    head = f"{COLUMNS},certification,number"
    roster(f"{LUKASZ},Paper A,77", f"{ANA},CPhT,500", head=head)
    built("--separate")
    Path("pharmdocs.toml").write_text(
        'bank = "small"\n[person]\nname = "Łukasz Ağaoğlu"\nrole = "clerk"\n'
        'employer = "Hilltop"\ndate = 2030-12-04\n'
        '[[person.certification]]\nname = "Paper A"\nnumber = "77"\n',
        encoding="utf-8",
    )
    assert CliRunner().invoke(main, ["build", "checklist", "-o", "alone"]).exit_code == 0
    one, many = Path("alone/checklist.pdf"), FOLDER / "Łukasz-Ağaoğlu.pdf"
    assert form(one.read_bytes()) == form(many.read_bytes())
    assert [tags(path) for path in (one,)] == [tags(many)]
    pictures = [picture(path.read_bytes()) for path in (one, many)]
    difference = ImageChops.difference(*pictures)
    assert sum(difference.histogram()[64:]) < 1e-4 * pictures[0].width * pictures[0].height
    for end in ("eml", "txt"):
        own = Path(f"alone/follow-up.{end}").read_bytes()
        assert many.with_suffix(f".{end}").read_bytes() == own


def tags(path: Path) -> list[str]:
    with pikepdf.open(path) as document:
        elements = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
        return sorted(str(item.S) for item in elements if item.get("/Type") == "/StructElem")


def test_each_has_a_code_of_their_own(project: Path) -> None:
    roster(ANA, LUKASZ)
    built("--separate")
    [code] = codes(scanned(FOLDER / "Ana-Silva.pdf"))
    assert code.text.startswith("mailto:lee@r.example?subject=Thank%20you,%20Tuesday,%20December")
    [code] = codes(scanned(FOLDER / "Łukasz-Ağaoğlu.pdf"))
    assert code.text.startswith("mailto:?subject=Thank%20you,%20Wednesday,%20December%204")


@pytest.mark.parametrize(
    ("subject", "begins", "ends"),
    [
        ("{role} {date}", "mailto:?subject=%C3%A9", "&body=Dear%20________,"),
        ("{role} {role} {date}", "mailto:?subject=________", ""),
    ],
)
def test_an_email_too_long_for_its_code_begins_with_less(
    project: Path, subject: str, begins: str, ends: str
) -> None:
    """The most a code of 28 mm holds at M are 251 bytes, and every accent takes six of them:
    28 of them leave room for the greeting, 56 for nothing.
    """
    file = project / "content" / "small" / "checklist.toml"
    file.write_text(file.read_text("utf-8").replace("Thank you, {date}", subject), "utf-8")
    roster(f"Ana,{'é' * 28},,,2030-12-03,,,,", "Bo,clerk,,,2030-12-03,,,,", head=COLUMNS)
    built("--separate")
    [code] = codes(scanned(FOLDER / "Ana.pdf"))
    assert code.text.startswith(begins)
    assert code.text.endswith(ends)
    [code] = codes(scanned(FOLDER / "Bo.pdf"))
    assert code.text.startswith("mailto:?subject=clerk")


def test_certificates_make_lines_only_for_those_who_have_them(project: Path) -> None:
    head = "name,certification,certification 2,certification 3"
    roster("Ana,A,B,C", "Bo,,,", head=head)
    built("--separate")
    counts = [
        sum(name.endswith("-expires") for name in form((FOLDER / f"{stem}.pdf").read_bytes()))
        for stem in ("Ana", "Bo")
    ]
    assert counts == [5, 3]


def test_a_text_must_fit_in_the_email_as_well(project: Path) -> None:
    """Its blanks there are shorter than the one in the head."""
    roster(ANA, f"Bo,{'senior technician ' * 5},,,,,,")
    built()
    result = run("--separate", "-o", "forms")
    assert result.exit_code == 3
    assert "people.csv:3: B3 (`role`) is " in result.stderr
    assert not Path("forms").exists()


def test_the_same_roster_gives_the_same_bytes_however_many_work_on_it(project: Path) -> None:
    roster(*[f"P{number},,,,,,," for number in range(5)])
    contents = []
    for jobs in ("1", "3"):
        built("--separate", "--jobs", jobs, "-o", jobs)
        contents.append({path.name: path.read_bytes() for path in Path(jobs).iterdir()})
    assert contents[0] == contents[1]


@pytest.mark.system
def test_ctrl_c_leaves_whole_files_and_the_next_run_goes_on(project: Path) -> None:
    roster(*[f"P{number},clerk,Harbor,,2030-12-03,,," for number in range(30)])
    command = [sys.executable, "-m", "pharmdocs", "build", "checklist", "--roster", "people.csv",
               "--separate", "--jobs", "1"]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 60
        while len(list(FOLDER.glob("*.pdf"))) < 3 and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said.strip()) == (130, "stopped")
    names = {path.name for path in FOLDER.iterdir()}
    stems = {name[:-4] for name in names if name.endswith(".pdf")}
    assert 3 <= len(stems) < 30
    assert names - {f"{stem}.{end}" for stem in stems for end in ("pdf", "eml", "txt")} == {
        "checklist.run.json"
    }
    for stem in stems:
        with pypdfium2.PdfDocument(FOLDER / f"{stem}.pdf") as document:
            assert len(document) == 1
    times = {stem: (FOLDER / f"{stem}.pdf").stat().st_mtime_ns for stem in stems}
    said = built("--separate", "--continue").stdout
    assert "files made before" in said
    kept = [stem for stem in stems
            if (FOLDER / f"{stem}.pdf").stat().st_mtime_ns == times[stem]]  # fmt: skip
    # The person at whose files it stopped may be made again.
    assert len(kept) >= len(stems) - 1
    assert len(list(FOLDER.glob("*.pdf"))) == 30
    assert not (FOLDER / "checklist.run.json").exists()


def test_a_form_that_breaks_its_promise_is_not_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster(ANA)
    monkeypatch.setattr("pharmdocs.typesetting.forms._fill", lambda *_: None)
    result = run("--separate")
    assert result.exit_code == 6
    assert "the field `name` holds “”, not “Ana Silva”" in result.stderr
    assert list(FOLDER.glob("*.pdf")) == []


@pytest.mark.system
def test_verapdf_finds_no_fault_in_anybody_s_form(
    project: Path, verapdf: Callable[..., str]
) -> None:
    head = f"{COLUMNS},certification,number,certification 2"
    roster(f"{ANA},Paper,77,Another", f"{LUKASZ},,,", "Bo,,,,,,,,,,", head=head)
    built("--separate")
    files = sorted(FOLDER.glob("*.pdf"))
    assert len(files) == 3
    for standard in STANDARDS:
        assert verapdf(standard, *files) == "".join(f"PASS\t{standard}\t{it}\n" for it in files)


@pytest.mark.system
def test_qpdf_finds_the_forms_and_the_print_run_sound(project: Path) -> None:
    roster(ANA, LUKASZ)
    built("--separate")
    built()
    for path in (*FOLDER.glob("*.pdf"), Path("output/checklist.pdf")):
        assert "No syntax or stream encoding errors" in command("qpdf", "--check", path)
    words = command("pdftotext", "-layout", "output/checklist.pdf", "-").split()
    assert words.count("Ağaoğlu") == words.count("Silva") == 1


# The journal --------------------------------------------------------------------------------------


def test_a_torn_journal_keeps_what_stands_before_the_tear(tmp_path: Path) -> None:
    path = tmp_path / "x.run.json"
    journal = start(path, {"the roster": "1"}, resume=False)
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode())
        journal.add({name: name.encode()})
    path.write_bytes(path.read_bytes()[:-7])
    again = start(path, {"the roster": "1"}, resume=True)
    assert (again.holds("a"), again.holds("b"), again.holds("a", "b")) == (True, False, False)
    # What is noted after the tear is not lost with it.
    again.add({"b": b"b"})
    assert start(path, {"the roster": "1"}, resume=True).holds("a", "b")


def test_a_journal_does_not_trust_names(tmp_path: Path) -> None:
    journal = start(tmp_path / "x.run.json", {}, resume=False)
    write_whole(tmp_path / "a", b"mine")
    journal.add({"a": b"mine"})
    assert journal.holds("a")
    (tmp_path / "a").write_bytes(b"theirs")
    assert not journal.holds("a")
    (tmp_path / "a").unlink()
    assert not journal.holds("a")
