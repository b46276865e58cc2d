"""A new question: every section in place, the next free id, and what is still to be written."""

import re
from pathlib import Path

import pytest
import small_bank
import yaml
from click.testing import CliRunner, Result

from pharmdocs.bank.questions import SECTIONS
from pharmdocs.cli import main
from pharmdocs.cli.bank_new import _FIELDS
from pharmdocs.project import find_project

TITLE = ("--title", "What is a lot number for?", "--category", "safety")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small_bank.lay(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, answers: str | None = None) -> Result:
    return CliRunner().invoke(main, ["bank", "new", *arguments], input=answers)


def added(project: Path) -> list[str]:
    names = (path.name for path in (project / "content/small").iterdir())
    return sorted(name for name in names if name not in ("bank.toml", "q01.md", "q02.md"))


def test_options_alone_write_a_file_and_say_what_it_lacks(project: Path) -> None:
    result = run(*TITLE, "--short-title", "Lot numbers", "--reviewed", "2026-11-27")
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "content/small/q03-lot-numbers.md\n"
        "  still to be written:\n"
        "     5  `headline` is empty (write it)\n"
        "     6  `short` is empty (write it)\n"
        "    16  section `Why they ask` is empty (write at least a line)\n"
        "    18  section `How to answer` is empty (write at least a line)\n"
        "    20  section `Sample answer` is empty (write at least a line)\n"
        "    22  section `If you're new` is empty (write at least a line)\n"
        "    24  section `Card points` is empty (write at least a line)\n"
        "    26  section `Follow-up` is empty (write at least a line)\n"
        "    28  section `Pitfall` is empty (write at least a line)\n"
        "  then: pharmdocs bank check\n"
    )
    assert (
        (project / "content/small/q03-lot-numbers.md")
        .read_text()
        .startswith(
            "---\n"
            "id: q03\n"
            "title: What is a lot number for?\n"
            "short_title: Lot numbers\n"
            "headline:\n"
            "short:\n"
            "category: safety\n"
            "competencies: []\n"
            "difficulty: medium\n"
            "asked: 2\n"
            "settings: [retail, hospital, mail-order, long-term-care]\n"
            "sources: []\n"
            "reviewed: 2026-11-27\n"
            "---\n"
            "\n"
            "## Why they ask\n"
        )
    )


def test_once_it_is_written_the_check_passes(project: Path) -> None:
    run(*TITLE, "--short-title", "Lot numbers", "--headline", "Look", "--short", "Look, then ask.")
    path = project / "content/small/q03-lot-numbers.md"
    text = path.read_text()
    for title in SECTIONS:
        body = {"Card points": "- one\n- two\n- three", "Follow-up": "And? [Q01](#q01)"}
        text = text.replace(f"## {title}\n", f"## {title}\n\n{body.get(title, 'Something.')}\n")
    path.write_text(text)
    result = CliRunner().invoke(main, ["bank", "check"])
    assert result.output == "small: 3 questions; no problems\n"


@pytest.mark.parametrize(
    "title",
    [
        'Why: "this"?',
        "A drug is recalled #1",
        "- a list?",
        "[brackets] and {braces}",
        "It’s the patient’s",
        "back\\slash",
        "yes",
        "null",
        "2026",
        "1:30",
        "*star* & !mark",
        "  many   spaces ",
        "Ωmega",
        "a, b",
    ],
)
def test_any_title_is_read_back_as_it_was_typed(project: Path, title: str) -> None:
    result = run(
        "--title", title, "--category", "safety", "--short-title", "x", "--headline", title,
        "--short", title, "--competency", title, "--competency", "c, d",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    lines = [line for line in result.output.splitlines() if re.match(r" +\d+ ", line)]
    assert [line for line in lines if "section" not in line] == []
    path = project / "content/small/q03-x.md"
    # An editor's YAML takes more words for something else than text; ours takes none.
    assert yaml.safe_load(path.read_text().split("---\n")[1])["title"] == " ".join(title.split())
    filled = re.sub(r"(## .*)\n", r"\1\n\nWords.\n", path.read_text())
    filled = filled.replace("points\n\nWords.", "points\n\n- a\n- b\n- c")
    path.write_text(filled.replace("Follow-up\n\nWords.", "Follow-up\n\n[Q01](#q01)"))
    question = find_project(project).load_bank().questions[-1]
    assert question.title == " ".join(title.split())
    assert list(question.competencies) == [" ".join(title.split()), "c, d"]


@pytest.mark.parametrize(
    ("names", "free"),
    [
        ([], "q03"),
        (["q7-x.md"], "q08"),
        (["q120-x.md"], "q121"),
        (["star1.md"], "q03"),
        (["a1.md", "a2.md", "a3-x.md"], "a4"),
    ],
)
def test_the_next_free_id_follows_the_largest(project: Path, names: list[str], free: str) -> None:
    for name in names:
        (project / "content/small" / name).write_text("---\n---\n")
    run(*TITLE)
    assert [name for name in added(project) if name not in names] == [f"{free}-lot-number-for.md"]


def test_a_bank_of_cards_gets_its_first_question(project: Path) -> None:
    for name in ("q01.md", "q02.md"):
        (project / "content/small" / name).unlink()
    assert run(*TITLE).exit_code == 0
    assert added(project) == ["q01-lot-number-for.md"]


@pytest.mark.parametrize("missing", ["--title", "--category"])
def test_without_a_terminal_title_and_category_must_be_given(project: Path, missing: str) -> None:
    at = TITLE.index(missing)
    result = run(*TITLE[:at], *TITLE[at + 2 :])
    assert result.exit_code == 2
    assert f"Missing option {missing}" in result.output
    assert added(project) == []


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--id", "q01"), "the id `q01` is taken\n    fix: the next free one is q03"),
        (("--id", "../q9"), "`../q9` cannot be an id"),
        (("--id", "Q9"), "`Q9` cannot be an id"),
        (("--category", "safty"), "small has no category `safty`\n    fix: did you mean `safety`?"),
        (("--source", "fda"), "no source `fda`\n    fix: add it to [sources] in bank.toml"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    project: Path, option: tuple[str, str], said: str
) -> None:
    result = run(*TITLE, *option)
    assert result.exit_code == 2
    assert said in result.output
    assert added(project) == []


def test_a_bundled_bank_is_not_written_into(project: Path) -> None:
    result = run(*TITLE, "--bank", "interview")
    assert result.exit_code == 2
    assert "the bank `interview` is a bundled one" in result.output


def test_on_a_terminal_it_asks(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pharmdocs.cli.bank_new._on_terminal", lambda: True)
    answers = [
        "What is a lot number for?",
        "This one has more than thirty-six characters",
        "Lot numbers",
        "Match it",
        "",
        "safty",
        "safety",
        "accuracy, procedure",
        "hard",
    ]
    result = run(answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "that is 44 characters, 8 too many" in result.output
    text = (project / "content/small/q03-lot-numbers.md").read_text()
    assert "short_title: Lot numbers\nheadline: Match it\nshort:\ncategory: safety\n" in text
    assert "competencies: [accuracy, procedure]\ndifficulty: hard\n" in text


def test_a_misspelt_source_is_asked_for_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody types everything once more because of it."""
    monkeypatch.setattr("pharmdocs.cli.bank_new._on_terminal", lambda: True)
    with (project / "content/small/bank.toml").open("a") as file:
        file.write('\n[sources]\nfda = "FDA"\nusp = "USP"\n')
    result = run(*TITLE, answers="\n\n\n\n\nfda, ups\nfda, usp\n")
    assert result.exit_code == 0, result.output
    assert "Error: there is no ups\n" in result.output
    [name] = added(project)
    assert "sources: [fda, usp]\n" in (project / "content/small" / name).read_text()


def test_ctrl_c_while_it_asks_writes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pharmdocs.cli.bank_new._on_terminal", lambda: True)
    result = run(answers="What is a lot number for?\n")
    assert (result.exit_code, result.stderr) == (130, "\nstopped\n")
    assert added(project) == []


def test_other_files_with_problems_are_counted(project: Path) -> None:
    path = project / "content/small/q01.md"
    path.write_text(path.read_text().replace("difficulty: easy", "difficulty: esy"))
    assert "other files of the bank have 1 problem\n" in run(*TITLE).output


def test_the_fields_are_those_of_a_question() -> None:
    front = small_bank.QUESTION.split("---")[1]
    assert ["id", *_FIELDS] == re.findall(r"^([a-z_]+):", front, re.M)
