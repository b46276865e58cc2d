"""`build packet`: everything to hand out in one folder, or the folder as it was."""

import json
import re
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pytest
import small_bank
from click.testing import CliRunner, Result

from pharmdocs.build import Progress
from pharmdocs.cli import main
from pharmdocs.coverage import Coverage
from pharmdocs.errors import LayoutError, Problem
from pharmdocs.packet_parts import PARTS, Part, Plan
from pharmdocs.printjob import PrintJob

ROOT = Path(__file__).parent.parent
SETTINGS = """\
[brand]
name = "Riverside College"

[event]
name = "Spring Career Fair"
date = "2027-03-18"
place = "Ballroom B"
organiser = "Career Services"

[person]
name = "Ana Silva"
employer = "Riverside Pharmacy"
"""
PEOPLE = "name,role\nMai Tran,technician\nJo Ek,trainee\nLi Wu,technician\n"


class Made(NamedTuple):
    """A packet of the whole interview bank: where it lies, and what the build told."""

    folder: Path
    told: dict[str, Any]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["build", "packet", *arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """200 copies on A4, by the settings above."""
    root = tmp_path_factory.mktemp("packet")
    (root / "pharmdocs.toml").write_text(SETTINGS, encoding="utf-8")
    done = run("--project", str(root), "--copies", "200", "--paper", "a4", "--json")
    assert done.exit_code == 0, done.output
    return Made(root / "output/packet", json.loads(done.stdout))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a project of two questions with a checklist, and people."""
    bank = small_bank.lay(tmp_path)
    shutil.copy(ROOT / "content/interview/checklist.toml", bank)
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\f".join(page.get_textpage().get_text_bounded() for page in document)


def jobs_of(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {job["name"]: job for job in told["jobs"]}


def test_everything_is_there_and_nothing_else(packet: Made) -> None:
    parts = {"booklet", "zine", "checklist", "sample-cards"}
    expected = {f"{part}.pdf" for part in parts} | {f"{part}.manifest.json" for part in parts}
    expected |= {"run-sheet.pdf", "packet.manifest.json"}
    assert {path.name for path in packet.folder.iterdir()} == expected


def test_copies_are_no_pages(packet: Made) -> None:
    """What a file has is one copy; how many are wanted stands on the run sheet alone."""
    for job in packet.told["jobs"]:
        (name,) = job["files"]
        with pikepdf.open(packet.folder / name) as pdf:
            assert len(pdf.pages) == job["sheets"] * job["sides"], name
            assert "/NumCopies" not in pdf.Root.ViewerPreferences
            assert (job["copies"], job["edge"]) == (200, turn_of(pdf)), name


def turn_of(pdf: pikepdf.Pdf) -> str:
    """The edge over which a file asks to be turned, as a job names it."""
    asked = str(pdf.Root.ViewerPreferences.get("/Duplex", "/Simplex"))
    return {"/Simplex": "", "/DuplexFlipLongEdge": "long", "/DuplexFlipShortEdge": "short"}[asked]


def test_the_jobs_are_told_with_what_follows(packet: Made) -> None:
    told = jobs_of(packet.told)
    after = {
        name: (job["cut"], job["fold"], job["staple"], bool(job["stock"]))
        for name, job in told.items()
    }
    assert after == {
        "booklet": ("", "half", "spine", False),
        "zine": ("slit", "eighth", "", False),
        "checklist": ("", "", "", False),
        "cards": ("marks", "", "", True),
    }
    assert [job["name"] for job in packet.told["jobs"]] == ["booklet", "zine", "checklist", "cards"]
    plain = told["booklet"]["sheets"] + 2
    assert [(kind["sheets"], bool(kind["stock"])) for kind in packet.told["supplies"]] == [
        (200 * plain, False),
        (200, True),
    ]
    assert packet.told["sheets"] == 200 * (plain + 1)


def test_every_file_has_ink_and_no_page_is_black(packet: Made) -> None:
    for job in packet.told["jobs"]:
        assert 0.005 < job["coverage"]["black"] < 0.2, job["name"]
        assert all(part < 0.2 for part in job["coverage"].values()), job["name"]


def test_the_run_sheet_is_for_this_event(packet: Made) -> None:
    text = text_of(packet.folder / "run-sheet.pdf")
    assert "\f" not in text
    assert "Spring Career Fair" in text
    assert "Thursday, March 18, 2027 · Ballroom B · Career Services" in text
    for job in packet.told["jobs"]:
        assert f"pharmdocs print {job['files'][0]} --copies 200" in text


def test_the_cards_are_the_questions_most_asked(packet: Made) -> None:
    asked = []
    for file in (ROOT / "content/interview").glob("q*.md"):
        front = file.read_text(encoding="utf-8")
        rank = re.search(r"^asked: (\d+)$", front, re.M)
        id_ = re.search(r"^id: (\w+)$", front, re.M)
        assert rank
        assert id_
        asked.append((int(rank[1]), id_[1].upper()))
    # A7 on A4: eight to a sheet.
    most = {id_ for _, id_ in sorted(asked)[:8]}
    front, _ = text_of(packet.folder / "sample-cards.pdf").split("\f")
    assert set(re.findall(r"\bQ\d\d\b", front)) == most


def test_a_sheet_for_everybody_is_nobodys(packet: Made) -> None:
    text = text_of(packet.folder / "checklist.pdf")
    assert "Silva" not in text
    assert "Riverside Pharmacy" in text
    (said,) = [concern for concern in packet.told["concerns"] if "pharmdocs.toml" in concern]
    assert said == "every checklist says what pharmdocs.toml has as employer"


def test_the_manifest_knows_every_file(packet: Made) -> None:
    told = json.loads((packet.folder / "packet.manifest.json").read_text(encoding="utf-8"))
    there = {path.name: path for path in packet.folder.iterdir()}
    del there["packet.manifest.json"]
    assert told["files"] == {
        name: sha256(path.read_bytes()).hexdigest() for name, path in there.items()
    }
    assert [job["name"] for job in told["faces"]] == [job["name"] for job in packet.told["jobs"]]


@pytest.mark.system
def test_with_a_roster_the_checklists_are_personal(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cards stand for all other parts."""
    for name in list(PARTS):
        if name not in ("checklist", "sample cards"):
            monkeypatch.delitem(PARTS, name)
    old = project / "output/packet/checklist-002.pdf"
    old.parent.mkdir(parents=True)
    old.write_text("of a longer roster")
    (old.parent / "packet.manifest.json").write_text(f'{{"files": {{"{old.name}": ""}}}}')
    (project / "people.csv").write_text(PEOPLE + "\x07,technician\n", encoding="utf-8")
    done = run("--roster", "people.csv", "--skip-bad", "--json", "--event", "An Open Day")
    assert done.exit_code == 0, done.output
    assert "1 row left out, see people.rejected.csv" in done.stderr
    assert (old.parent / "people.rejected.csv").is_file()
    assert "checklist-002.pdf: is from an earlier run" in done.stderr
    told = json.loads(done.stdout)
    personal = jobs_of(told)["personal"]
    assert (personal["sheets"], personal["copies"]) == (3, 1)
    # Nobody said how many: enough for everybody.
    assert {job["copies"] for job in told["jobs"]} == {1, 3}
    folder = project / "output/packet"
    pages = text_of(folder / "checklist.pdf").split("\f")
    for page, name in zip(pages, ("Mai Tran", "Jo Ek", "Li Wu"), strict=True):
        assert name in page
    text = text_of(folder / "run-sheet.pdf")
    assert "An Open Day" in text
    assert "Checklist, personal" in text


def page(plan: Plan, progress: Progress) -> Part:
    """A part that is made at once."""
    (plan.place / "booklet.pdf").write_text("new")
    job = PrintJob("booklet", ("booklet.pdf",), "letter", 3, 2, plan.copies, Coverage(0, 0, 0, 0))
    return Part(replace(job, edge="short", fold="half", staple="spine"), ("look twice",))


def nothing(plan: Plan, progress: Progress) -> Part:
    raise LayoutError(Problem(None, "it does not fit", "shorten it"))


def test_the_terminal_says_what_it_takes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(PARTS):
        monkeypatch.delitem(PARTS, name)
    monkeypatch.setitem(PARTS, "booklet", page)
    done = run("--copies", "200")
    assert done.stderr == "warning: look twice\n"
    assert done.stdout.splitlines()[:5] == [
        "output/packet/booklet.pdf",
        "  3 sheets x 200 = 600, both sides, short edge; fold, staple",
        "output/packet/run-sheet.pdf",
        "  paper: 600 sheets (2 reams)",
        "  time: 60 min at 20, 30 min at 40 pages a minute",
    ]


@pytest.mark.parametrize("last", ["part", "run sheet"])
def test_whatever_fails_leaves_the_folder_as_it_was(
    project: Path, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """A later part, or the run sheet, when all parts are built."""
    for name in list(PARTS):
        monkeypatch.delitem(PARTS, name)
    monkeypatch.setitem(PARTS, "booklet", page)
    if last == "part":
        monkeypatch.setitem(PARTS, "zine", nothing)
    else:
        (project / "templates/runsheet").mkdir(parents=True)
        (project / "templates/runsheet/page.css").write_text("@page { marginn: 1mm }")
    folder = project / "output/packet"
    folder.mkdir(parents=True)
    (folder / "booklet.pdf").write_text("old")
    done = run()
    said = "it does not fit" if last == "part" else "templates/runsheet/page.css"
    assert (done.exit_code, said in done.stderr) == (5, True), done.stderr
    assert [path.name for path in folder.iterdir()] == ["booklet.pdf"]
    assert (folder / "booklet.pdf").read_text() == "old"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--event", " "), 2, "--event is empty"),
        (("--event", "x" * 81), 2, "--event has 81 characters, at most 80 fit"),
        (("--event", "Fair\nFair"), 2, "--event holds a line break"),
        (("--event", "Fair 🎉"), 2, "--event holds 🎉, which the fonts do not have"),
        (("-o", "packet.pdf"), 2, "packet.pdf is one file, and this makes several"),
        (("--copies", "0"), 2, "1<=x<=9999"),
        (("--copies", "many"), 2, "not a valid integer"),
        (("--skip-bad",), 2, "--skip-bad needs a roster"),
        (("--roster", "nobody.csv"), 3, "nobody.csv: cannot be read"),
        (("--only", "q77"), 2, "`q77` matches nothing"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_built(
    project: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = run(*arguments)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr
    assert not (project / "output").exists()
