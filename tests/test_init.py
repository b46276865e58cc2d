"""A new project builds at once, and its overrides are told apart from ours."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pharmdocs import __version__
from pharmdocs.cli import main
from pharmdocs.errors import (
    LayoutError,
    Location,
    OutputError,
    PharmdocsError,
    Problem,
    RefusedError,
    SetupError,
)
from pharmdocs.overrides import explained
from pharmdocs.project import find_project
from pharmdocs.shipped import bundled
from pharmdocs.typesetting.setting import UnfitError


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def names(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with templates in which everything has been built."""
    folder = tmp_path_factory.mktemp("new") / "our fair"
    assert run("init", folder, "--with-templates").exit_code == 0
    built = run("build", "all", "--project", folder)
    assert built.exit_code == 0, built.output
    return folder


@pytest.mark.parametrize("name", ["booklet", "flashcards", "checklist", "zine"])
def test_a_new_project_prints_everything(fresh: Path, name: str) -> None:
    assert (fresh / "output" / f"{name}.pdf").read_bytes().startswith(b"%PDF-")


def test_a_new_project_holds_these_files(tmp_path: Path) -> None:
    assert run("init", tmp_path / "fair").exit_code == 0
    assert names(tmp_path / "fair") == [
        "content/our-questions/bank.toml",
        "content/our-questions/checklist.toml",
        "content/our-questions/q01-cold-chain.md",
        "content/our-questions/q02-skipped-step.md",
        "content/our-questions/q03-not-trained.md",
        "pharmdocs.toml",
        "schema/bank.json",
        "schema/checklist.json",
        "schema/pharmdocs.json",
        "schema/question.json",
        "templates/ink-full.css",
    ]


def test_editors_find_the_schemas_of_a_new_project(tmp_path: Path) -> None:
    """Each file names its own, by a path that leads there; so does a question that is added."""
    run("init", tmp_path)
    run("bank", "new", "--project", tmp_path, "--title", "Why?", "--category", "team")
    found = {}
    for path in [tmp_path / "pharmdocs.toml", *(tmp_path / "content/our-questions").iterdir()]:
        [named] = re.findall(
            r"^#(?::schema | yaml-language-server: \$schema=)(.*)$",
            path.read_text(encoding="utf-8"),
            re.M,
        )
        assert (path.parent / named).resolve().is_file()
        found[path.name] = Path(named).stem
    assert found == {
        "pharmdocs.toml": "pharmdocs",
        "bank.toml": "bank",
        "checklist.toml": "checklist",
        "q01-cold-chain.md": "question",
        "q02-skipped-step.md": "question",
        "q03-not-trained.md": "question",
        "q04-why.md": "question",
    }


def test_it_prints_its_own_bank_and_reaches_the_bundled_ones(fresh: Path) -> None:
    assert run("bank", "check", "--project", fresh).output == (
        "our-questions: 3 questions; no problems\n"
    )
    for bank in ("interview", "sig-codes"):
        assert run("bank", "check", "--project", fresh, "--bank", bank).exit_code == 0


def test_copied_templates_print_the_same_bytes(fresh: Path, tmp_path: Path) -> None:
    assert run("init", tmp_path / "plain").exit_code == 0
    assert run("build", "checklist", "--project", tmp_path / "plain").exit_code == 0
    copied = (fresh / "output/checklist.pdf").read_bytes()
    assert (tmp_path / "plain/output/checklist.pdf").read_bytes() == copied


def test_nothing_is_written_over_and_what_is_there_is_listed(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/base.css").write_text("mine")
    (tmp_path / "pharmdocs.toml").write_text('paper = "a4"\n')
    result = run("init", tmp_path, "--with-templates")
    assert result.exit_code == 6
    assert "would write: pharmdocs.toml, templates/base.css\n" in result.output
    assert names(tmp_path) == ["pharmdocs.toml", "templates/base.css"]
    assert (tmp_path / "pharmdocs.toml").read_text() == 'paper = "a4"\n'


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "content/ours").mkdir(parents=True)
    (tmp_path / "content/ours/notes.txt").write_text("mine")
    assert run("init", tmp_path).exit_code == 0
    assert (tmp_path / "content/ours/notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["content", "templates", "content/our-questions/q01-cold-chain.md"]
)
def test_whatever_stands_in_the_way_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).symlink_to(tmp_path / "nowhere")
    result = run("init", tmp_path)
    assert result.exit_code == 6
    assert f"would write: {name}\n" in result.output
    assert not (tmp_path / "pharmdocs.toml").exists()


def test_a_folder_that_cannot_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("init", tmp_path / "file/fair")
    assert result.exit_code == 6
    fix = "move the file away that lies where a folder should be, or name another folder"
    assert f"fix: {fix}\n" in result.output
    assert names(tmp_path) == ["file"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("init", tmp_path / "file")
    assert (result.exit_code, "file is a file\n" in result.output) == (6, True)


def test_an_empty_name_is_not_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init", "").exit_code == 2
    assert names(tmp_path) == []


# Overrides


def copied(folder: Path, name: str, version: str, old: str = "", new: str = "") -> None:
    """Put a changed copy of a bundled template into a project, made for a release."""
    own = folder / "templates" / name
    own.parent.mkdir(parents=True, exist_ok=True)
    text = (bundled() / "templates" / name).read_text(encoding="utf-8")
    assert old in text
    own.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    rows = f'[files]\n"{name}" = "{version}"\n' if version else "[files]\n"
    (folder / "templates/made-for.toml").write_text(rows, encoding="utf-8")


def overrides(folder: Path) -> str:
    lines = run("doctor", "--project", folder).output.splitlines()
    return next(line for line in lines if " overrides " in line)[len("ok   overrides    ") :]


def test_doctor_says_which_files_are_in_force(tmp_path: Path) -> None:
    assert overrides(tmp_path) == "none of yours, all ours"
    copied(tmp_path, "checklist/page.css", "0.0.9", "{", "{ ")
    (tmp_path / "templates/strings").mkdir()
    (tmp_path / "templates/strings/fr.toml").write_text("")
    (tmp_path / "content/interview").mkdir(parents=True)
    (tmp_path / "content/interview/bank.toml").write_text("format = 1\n")
    assert overrides(tmp_path) == (
        "yours instead of ours: content/interview, templates/checklist/page.css"
        f" (made for 0.0.9, this is {__version__}); in the place of none: strings/fr.toml"
    )


def test_doctor_finds_a_slip_in_a_files_name(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/bse.css").write_text("")
    result = run("doctor", "--project", tmp_path)
    assert result.exit_code == 4
    assert "fix: bse.css: did you mean `base.css`" in result.output


def test_a_broken_template_of_an_older_release_is_named(tmp_path: Path) -> None:
    copied(tmp_path, "checklist/page.html.j2", "0.0.9", "{{ ", "{{ nothing_of_that_name }}{{ ")
    result = run("build", "checklist", "--project", tmp_path)
    assert result.exit_code == 4
    assert (
        "fix: mend the template, or delete your copy to use the bundled one; yours was made for "
        f"0.0.9, this is {__version__}: compare with the bundled checklist/page.html.j2"
    ) in result.output


@pytest.mark.parametrize("version", [__version__, ""])
def test_of_a_broken_template_of_this_release_nothing_more_is_said(
    tmp_path: Path, version: str
) -> None:
    copied(tmp_path, "checklist/page.html.j2", version, "{{ ", "{{ nothing_of_that_name }}{{ ")
    result = run("build", "checklist", "--project", tmp_path)
    assert result.exit_code == 4
    assert "made for" not in result.output


def test_older_templates_are_suspects_when_a_page_fails(tmp_path: Path) -> None:
    copied(tmp_path, "ink-full.css", "0.0.9")
    sheet = tmp_path / "templates/ink-full.css"
    sheet.write_text("p { position: absolute; top: 0; left: 0 }\n")
    result = run("build", "checklist", "--project", tmp_path)
    assert result.exit_code == 5
    assert (
        "templates/ink-full.css: may be to blame: it takes the place of ours\n"
        f"    fix: yours was made for 0.0.9, this is {__version__}"
    ) in result.output


def test_an_error_that_is_made_of_something_else_is_explained(tmp_path: Path) -> None:
    copied(tmp_path, "base.css", "0.0.9", "{", "{ ")
    found = explained(find_project(tmp_path), UnfitError([]))
    assert type(found) is LayoutError
    assert [problem.where for problem in found.problems] == [Location("templates/base.css")]


@pytest.mark.parametrize(
    ("error", "suspects"), [(RefusedError, 1), (LayoutError, 1), (OutputError, 0), (SetupError, 0)]
)
def test_a_full_disk_and_a_missing_library_have_no_suspects(
    tmp_path: Path, error: type[PharmdocsError], suspects: int
) -> None:
    copied(tmp_path, "base.css", "0.0.9", "{", "{ ")
    found = explained(find_project(tmp_path), error(Problem(None, "something", "mend it")))
    assert (found.exit_code, len(found.problems)) == (error.exit_code, 1 + suspects)


def test_an_unchanged_copy_of_an_older_release_is_no_suspect(tmp_path: Path) -> None:
    """Ours has not changed since, so it cannot be to blame."""
    copied(tmp_path, "base.css", "0.0.9")
    (tmp_path / "templates/ink-full.css").write_text("p { position: absolute; top: 0; left: 0 }\n")
    result = run("build", "checklist", "--project", tmp_path)
    assert result.exit_code == 5
    assert "made for" not in result.output
