"""Advice beyond validity: what is warned of, what is not, and that no build knows of it."""

import datetime
import itertools
from pathlib import Path

import pytest
import small_bank
from click.testing import CliRunner, Result

from pharmdocs.bank.lint import Lint, lint
from pharmdocs.cli import main
from pharmdocs.project import find_project

DAY = datetime.date(2026, 11, 29)
EVERY = Lint(12, 60, ("situation", "task", "action", "result"), 12, True, True, True)
SETTINGS = """
[lint]
point_words = 12
back_words = 60
star = ["situation", "task", "action", "result"]
reviewed_months = 12
sources = true
scope = true
claims = true
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small_bank.lay(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def put(project: Path, old: str, new: str, file: str = "q01.md") -> None:
    path = project / "content/small" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def found(project: Path, rules: Lint) -> list[str]:
    bank = find_project(project).load_bank()
    return [finding.what for finding in lint(bank, rules, DAY)]


SAMPLE = "“I look twice at [your pharmacy].”"


@pytest.mark.parametrize(
    "sentence",
    [
        "I would counsel the patient on it.",
        "I’d counsel her.",
        "I always counsel people who ask.",
        "I’ll advise them on side effects.",
        "I would recommend a dose of half a tablet.",
        "I suggest a cheaper product.",
        "I would change the dose.",
        "I correct the strength myself.",
        "I could substitute a generic product.",
        "I tell the patient to stop taking it.",
        "Then I’d tell her to skip one.",
        "I decide whether it is safe.",
        "I usually diagnose it at the counter.",
    ],
)
def test_what_only_a_pharmacist_does(project: Path, sentence: str) -> None:
    put(project, SAMPLE, sentence)
    assert len(found(project, Lint(scope=True))) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "I leave counseling to the pharmacist.",
        "I would never counsel anybody.",
        "I don’t recommend a dose.",
        "The pharmacist counsels the patient.",
        "I ask whether they want to be counseled.",
        "I tell the pharmacist at once.",
        "I tell her that we are checking it.",
        "I change the label paper.",
        "I recommend that they talk to the pharmacist.",
        "I can’t advise you on that.",
        "“Should I double the dose?” is for the pharmacist.",
    ],
)
def test_what_a_technician_does_is_no_finding(project: Path, sentence: str) -> None:
    put(project, SAMPLE, sentence)
    assert found(project, Lint(scope=True)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "I worked in retail.",
        "“I worked in retail.”",
        "- **Retail.** I’ve handled forty people a day.\n- And so on.",
        "In my last year, I saw two recalls.",
        "It was busy. I took the phone.",
        "I have used two systems.",
    ],
)
def test_experience_that_is_nobodys_own(project: Path, sentence: str) -> None:
    put(project, SAMPLE, sentence)
    assert len(found(project, Lint(claims=True))) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "I worked at [your pharmacy].",
        "I need a second count.",
        "I have to ask.",
        "I haven’t worked in a pharmacy.",
        "If I’ve counted once, I count again.",
        "When somebody calls, I finished counting before.",
        "I write down what I saw and where I looked.",
        "I’d say so.",
        "They worked in retail.",
    ],
)
def test_what_claims_nothing_is_no_finding(project: Path, sentence: str) -> None:
    put(project, SAMPLE, sentence)
    assert found(project, Lint(claims=True)) == []


def test_one_claim_is_told_of_an_answer(project: Path) -> None:
    put(project, SAMPLE, "I worked in retail. I made labels.\n\nI saw much.")
    assert found(project, Lint(claims=True)) == [
        "“I worked …” claims experience, and nothing is left to fill in"
    ]


@pytest.mark.parametrize(
    ("day", "months"),
    [("2025-11-29", 1), ("2025-11-30", 0), ("2025-12-01", 0), ("2026-11-29", 0)],
)
def test_a_year_ends_on_its_day(project: Path, day: str, months: int) -> None:
    put(project, "reviewed: 2026-11-23", f"reviewed: {day}")
    assert len(found(project, Lint(reviewed_months=12))) == months


def test_a_card_of_just_so_many_words_is_no_finding(project: Path) -> None:
    """The points have one, two and one word; the headline has two."""
    assert found(project, Lint(point_words=2, back_words=6)) == []
    assert (
        found(project, Lint(point_words=1, back_words=5))
        == [
            "the back of the card has 6 words, more than 5",
            "the card point has 2 words, more than 1",
        ]
        * 2
    )


def test_sentences_are_read_in_english_only(project: Path) -> None:
    put(project, SAMPLE, "I worked in retail. I would counsel her.")
    put(project, 'language = "en-US"', 'language = "es"', "bank.toml")
    assert found(project, Lint(scope=True, claims=True)) == []


def test_every_rule_is_off_until_it_is_asked_for(project: Path) -> None:
    put(project, SAMPLE, "I worked in retail. I would counsel her.")
    put(project, "reviewed: 2026-11-23", "reviewed: 1999-11-23")
    assert run("bank", "check").output == "small: 2 questions; no problems\n"
    assert run("bank", "check", "--strict").exit_code == 0


def test_findings_are_warnings_and_with_strict_errors(project: Path) -> None:
    with (project / "pharmdocs.toml").open("a", encoding="utf-8") as file:
        file.write("[lint]\nsources = true\n")
    result = run("bank", "check")
    assert result.exit_code == 0
    assert result.stdout == "small: 2 questions; no problems, 2 warnings\n"
    said = "content/small/q01.md:12: names no source\n    fix: name where its facts can be checked"
    assert result.stderr.startswith(f"warning: {said}")
    strict = run("bank", "check", "--strict")
    assert (strict.exit_code, strict.stdout) == (3, "")
    assert strict.stderr.startswith(f"error: {said}")
    assert run("bank", "check", "--only", "q02").stderr.count("warning") == 1


def test_the_day_is_todays_or_the_one_that_is_asked_about(project: Path) -> None:
    with (project / "pharmdocs.toml").open("a", encoding="utf-8") as file:
        file.write("[lint]\nreviewed_months = 600\n")
    put(project, "reviewed: 2026-11-23", "reviewed: 1900-01-01")
    assert run("bank", "check").stdout.endswith("1 warning\n")
    assert run("bank", "check", "--today", "1949-12-31").stderr.count("warning:") == 1
    assert run("bank", "check", "--today", "2076-11-23").stderr.count("warning:") == 2


def test_it_is_checked_again_after_every_save(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sound, broken, mended with something to advise; the settings are read anew as well."""
    path, looks = project / "content/small/q01.md", itertools.count()
    sound = path.read_text(encoding="utf-8")

    def sleep(_: float) -> None:
        """Where the watch waits, somebody writes; the look after it is like that one."""
        match next(looks):
            case 0:
                path.write_text(sound.replace("easy", "esy "), encoding="utf-8")
            case 2:
                path.write_text(sound, encoding="utf-8")
                (project / "pharmdocs.toml").write_text('bank = "small"\n[lint]\nsources = true\n')
            case 4:
                raise KeyboardInterrupt

    monkeypatch.setattr("pharmdocs.desk.watching.time.sleep", sleep)
    result = run("bank", "check", "--watch")
    assert result.exit_code == 0
    assert result.stdout == (
        "small: 2 questions; no problems\nsmall: 2 questions; no problems, 2 warnings\n"
    )
    assert result.stderr.count("q01.md:9: `difficulty` cannot be `esy`") == 1
    assert result.stderr.count("warning:") == 2


def test_a_build_knows_nothing_of_it(project: Path) -> None:
    assert run("build", "zine", "-o", "a.pdf").exit_code == 0
    with (project / "pharmdocs.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    assert run("bank", "check", "--strict").exit_code == 3
    result = run("build", "zine", "-o", "b.pdf")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (project / "a.pdf").read_bytes() == (project / "b.pdf").read_bytes()


def test_our_own_banks_follow_our_own_advice(tmp_path: Path) -> None:
    """Q12 is told in three parts, because its task is the situation."""
    project = find_project(tmp_path)
    for name in ("interview", "sig-codes"):
        findings = lint(project.load_bank(name), EVERY, DAY)
        whats = [(finding.where and finding.where.file, finding.what) for finding in findings]
        expected = [("content/interview/q12-pressure.md", "the sample answer has no task")]
        assert whats == (expected if name == "interview" else [])


def test_a_new_project_follows_our_advice(tmp_path: Path) -> None:
    assert run("init", str(tmp_path)).exit_code == 0
    assert lint(find_project(tmp_path).load_bank(), EVERY, DAY) == []
