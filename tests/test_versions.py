"""Files of every form that there ever was are read, and one of a newer form is refused with words.

tests/versions/ has a sample of each: `bank-1.toml` is a bank.toml of format 1, `bank-none.toml`
one that does not say. A sample is never changed. Whoever raises a number adds one.
"""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pharmdocs import history, journal, manifest, overrides, printers, strict
from pharmdocs.bank import load
from pharmdocs.cli import main
from pharmdocs.errors import SetupError
from pharmdocs.geometry import mm
from pharmdocs.imposition.stock import read_stocks
from pharmdocs.preflight.told import from_told
from pharmdocs.project import find_project

VERSIONS = Path(__file__).parent / "versions"

# Each kind of file: the newest form that is read.
NEWEST = {
    "pharmdocs": strict.SETTINGS,
    "bank": load.FORMAT,
    "made-for": overrides.FORMAT,
    "printers": printers.FORMAT,
    "manifest": manifest.FORMAT,
    "run": journal.FORMAT,
}
# A number is the whole story of a form: here it is told by the file, there by its name.
TOLD = re.compile(r'^\{?\s*"?format"?\s*[=:]\s*(\d+)', re.M)


@pytest.mark.parametrize("kind", NEWEST)
def test_there_is_a_sample_of_every_form(kind: str) -> None:
    """Our own manifests say it always; people leave it out, and runs once did."""
    told = {path.stem.rpartition("-")[2]: path for path in VERSIONS.glob(f"{kind}-*")}
    numbers = {str(number) for number in range(1, NEWEST[kind] + 1)}
    assert set(told) == numbers | ({"none"} if kind != "manifest" else set())
    for number, path in told.items():
        assert (TOLD.findall(path.read_text(encoding="utf-8")) or ["none"]) == [number]


def sample(kind: str, number: str) -> str:
    (path,) = VERSIONS.glob(f"{kind}-{number}.*")
    return path.read_text(encoding="utf-8")


every_form = pytest.mark.parametrize("number", ["none", "1"])


@pytest.fixture
def config(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own settings, beside a project of seven cards that is the current folder."""
    place = project / "config"
    monkeypatch.setattr(printers, "folder", lambda: place)
    place.mkdir()
    return place


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


@every_form
def test_settings_are_read(project: Path, number: str) -> None:
    (project / "pharmdocs.toml").write_text(sample("pharmdocs", number), encoding="utf-8")
    found = find_project(project)
    assert (found.bank, found.paper, found.ink) == ("small", "a4", "low")
    if number == "1":
        assert "my-cards" in read_stocks(project / "pharmdocs.toml", "pharmdocs.toml")
        assert printers.read_printers(project).labels() == ["office"]


@every_form
def test_a_bank_is_read(project: Path, number: str) -> None:
    (project / "content/small/bank.toml").write_text(sample("bank", number), encoding="utf-8")
    assert find_project(project).load_bank().title == "Two Questions"


@every_form
def test_printers_are_read(config: Path, number: str) -> None:
    (config / "printers.toml").write_text(sample("printers", number), encoding="utf-8")
    known = printers.read_printers(None)
    ((printer, _),) = known.entries
    assert (known.default, printer.paper) == ("home:rear", "letter")
    assert (printer.behind.across, printer.behind.down) == pytest.approx((mm(0.8), mm(-1.2)))


@every_form
def test_for_which_release_a_template_was_copied_is_read(project: Path, number: str) -> None:
    (project / "templates/booklet").mkdir(parents=True)
    (project / "templates/booklet/page.css").write_text("/* mine */", encoding="utf-8")
    (project / "templates/made-for.toml").write_text(sample("made-for", number), encoding="utf-8")
    (found,) = overrides.overrides(find_project(project))
    assert found.made_for == "0.0.9"


def test_a_manifest_is_read(project: Path) -> None:
    path = project / "output/flashcards.manifest.json"
    path.write_text(sample("manifest", "1"), encoding="utf-8")
    assert list(history.read_history(path).deck) == ["q01", "q02", "c1", "c2", "c3", "c4", "c5"]
    told = manifest.beside(project / "output/flashcards.pdf")
    assert told is not None
    promise = from_told(told["promises"]["flashcards.pdf"])
    assert promise.cards is not None
    assert promise.cards.labels == ("Q01", "Q02", "c1", "c2", "c3", "c4", "c5")
    assert run("build", "flashcards", "--changed-since", str(path)).exit_code == 0


@every_form
def test_a_run_that_stopped_goes_on(tmp_path: Path, number: str) -> None:
    path = tmp_path / "checklist.run.json"
    path.write_text(sample("run", number), encoding="utf-8")
    found = journal.start(path, {"the roster": "a", "the sheet": "b"}, resume=True)
    assert found.files == {"checklist-001.pdf": "c"}


# What a later release wrote


def newer(kind: str) -> str:
    """The newest sample as a later release might write it: with another number, and a word."""
    more = "" if kind in ("manifest", "run") else '\nnever_heard_of = "it"'
    number = f"{NEWEST[kind] + 1}{more}"
    text = sample(kind, str(NEWEST[kind]))
    return TOLD.sub(lambda found: found[0].removesuffix(found[1]) + number, text)


def said(kind: str, name: str, otherwise: str = "") -> str:
    return (
        f"error: {name}: has format {NEWEST[kind] + 1}, a newer one\n"
        f"    fix: this pharmdocs reads format {NEWEST[kind]} at the most: "
        f"update pharmdocs{otherwise}\n"
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("bank check", 3),
        ("build booklet", 3),
        ("build flashcards", 3),
        ("stocks", 4),
        ("printers show office", 4),
    ],
)
def test_newer_settings_are_refused(project: Path, config: Path, words: str, code: int) -> None:
    """Nothing else in them is judged: what it means is not known."""
    (project / "pharmdocs.toml").write_text(newer("pharmdocs"), encoding="utf-8")
    result = run(*words.split())
    assert (result.exit_code, result.stderr) == (code, said("pharmdocs", "pharmdocs.toml:1"))
    assert (project / "output/flashcards.pdf").read_bytes() == b"the last good build"


def test_a_newer_bank_is_refused(project: Path) -> None:
    (project / "content/small/bank.toml").write_text(newer("bank"), encoding="utf-8")
    result = run("bank", "check")
    assert (result.exit_code, result.stderr) == (3, said("bank", "content/small/bank.toml:1"))


@pytest.mark.parametrize(
    "words", ["printers list", "printers default none", "build flashcards --printer home:rear"]
)
def test_newer_printers_are_refused_and_stay_as_they_are(config: Path, words: str) -> None:
    (config / "printers.toml").write_text(newer("printers"), encoding="utf-8")
    result = run(*words.split())
    assert (result.exit_code, result.stderr) == (4, said("printers", "printers.toml:2"))
    assert (config / "printers.toml").read_text(encoding="utf-8") == newer("printers")


def test_the_doctor_knows_newer_notes_about_templates(project: Path) -> None:
    (project / "templates").mkdir()
    (project / "templates/made-for.toml").write_text(newer("made-for"), encoding="utf-8")
    result = run("doctor")
    assert result.exit_code != 0
    assert "templates/made-for.toml:1: has format 2, a newer one" in " ".join(result.output.split())


@pytest.mark.parametrize(
    "words",
    [
        "check output/flashcards.pdf",
        "print output/flashcards.pdf --dry-run",
        "proof output/flashcards.pdf",
        "build flashcards --changed-since output/flashcards.manifest.json",
    ],
)
def test_a_newer_manifest_is_refused(project: Path, words: str) -> None:
    """How the sheets are turned stands in there: guessed wrong, it costs paper."""
    assert run("build", "flashcards").exit_code == 0
    path = project / "output/flashcards.manifest.json"
    before = (project / "output/flashcards.pdf").read_bytes()
    path.write_text(newer("manifest"), encoding="utf-8")
    result = run(*words.split())
    assert (result.exit_code, result.stderr) == (4, said("manifest", path.name))
    assert path.read_text(encoding="utf-8") == newer("manifest")
    assert (project / "output/flashcards.pdf").read_bytes() == before


def test_a_newer_manifest_stands_in_no_build_s_way(project: Path) -> None:
    path = project / "output/flashcards.manifest.json"
    path.write_text(newer("manifest"), encoding="utf-8")
    assert run("build", "flashcards").exit_code == 0
    assert json.loads(path.read_text(encoding="utf-8"))["format"] == NEWEST["manifest"]


def test_another_file_s_newer_manifest_does_no_harm(project: Path) -> None:
    told = json.loads(newer("manifest"))
    told["files"] = {"other.pdf": ""}
    (project / "output/other.manifest.json").write_text(json.dumps(told), encoding="utf-8")
    assert manifest.beside(project / "output/flashcards.pdf") is None


def test_a_run_that_a_later_release_began_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checklist.run.json"
    path.write_text(newer("run"), encoding="utf-8")
    with pytest.raises(SetupError) as error:
        journal.start(path, {"the roster": "a", "the sheet": "b"}, resume=True)
    otherwise = ", or leave out --continue, and everything is built anew"
    assert f"error: {error.value}\n" == said("run", path.name, otherwise)
    assert path.read_text(encoding="utf-8") == newer("run")
    journal.start(path, {"the roster": "a", "the sheet": "b"}, resume=False)


def test_the_docs_tell_the_numbers() -> None:
    page = (Path(__file__).parent.parent / "docs/architecture.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| \\?(\S+) \| (\d+) \|", page, re.M))
    names = {"manifest": "*.manifest.json", "run": "*.run.json"}
    assert rows == {names.get(kind, f"{kind}.toml"): str(it) for kind, it in NEWEST.items()}
