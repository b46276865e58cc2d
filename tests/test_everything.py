"""`build all`: what each command builds by itself, all of it or nothing."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import small_bank
from click.testing import CliRunner

from pharmdocs import printables
from pharmdocs.build import Progress, Request
from pharmdocs.cli import main
from pharmdocs.cli.packet import _REPORTS
from pharmdocs.errors import LayoutError, Problem

ROOT = Path(__file__).parent.parent
FILES = {
    "booklet.pdf",
    "booklet.manifest.json",
    "flashcards.pdf",
    "flashcards.manifest.json",
    "checklist.pdf",
    "checklist.manifest.json",
    "follow-up.eml",
    "follow-up.txt",
    "zine.pdf",
    "zine.manifest.json",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a project of two questions and the interview's checklist."""
    bank = small_bank.lay(tmp_path)
    shutil.copy(ROOT / "content/interview/checklist.toml", bank)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.system
def test_all_of_it_is_what_each_command_builds(folder: Path) -> None:
    done = CliRunner().invoke(main, ["build", "all", "--json", "--only", "q02", "-o", "out"])
    assert done.exit_code == 0, done.output
    assert {path.name for path in (folder / "out").iterdir()} == FILES
    told = json.loads(done.stdout)
    assert told["booklet"]["path"] == "out/booklet.pdf"
    assert told["flashcards"]["cards"] == 1
    alone = ["build", "flashcards", "--only", "q02", "-o", "alone"]
    assert CliRunner().invoke(main, alone).exit_code == 0
    for name in ("flashcards.pdf", "flashcards.manifest.json"):
        assert (folder / "out" / name).read_bytes() == (folder / "alone" / name).read_bytes()


def test_when_the_last_one_fails_nothing_has_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(name: str) -> Callable[..., object]:
        def build(request: Request, progress: Progress) -> object:
            assert request.output
            if name == "zine":
                raise LayoutError(Problem(None, "it does not fit", "shorten it"))
            (request.output / f"{name}.pdf").write_text("new")
            return None

        return build

    for name in printables.PRINTABLES:
        monkeypatch.setitem(printables.PRINTABLES, name, printables.Printable(made(name)))
    (folder / "output").mkdir()
    (folder / "output/booklet.pdf").write_text("old")
    done = CliRunner().invoke(main, ["build", "all"])
    assert (done.exit_code, "it does not fit" in done.stderr) == (5, True)
    assert [path.name for path in (folder / "output").iterdir()] == ["booklet.pdf"]
    assert (folder / "output/booklet.pdf").read_text() == "old"


def test_a_printable_has_its_report() -> None:
    assert list(_REPORTS) == list(printables.PRINTABLES)
