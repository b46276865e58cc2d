"""Messages as data: what a writer did, and the exact report that they see (tests/cases)."""

import datetime
from pathlib import Path

import pytest
import written_cases
from written_cases import Case

from pharmdocs.bank.lint import lint
from pharmdocs.build import Request, read_bank
from pharmdocs.errors import PharmdocsError
from pharmdocs.project import find_project

CASES = written_cases.every()
# Four months after the day on which the facts of base.md were checked.
TODAY = datetime.date(2027, 3, 23)


def report(root: Path) -> str:
    """What is said about the project in a folder and its bank; "" when there is no problem."""
    try:
        project = find_project(root)
        bank = read_bank(Request(project))
    except PharmdocsError as error:
        return str(error)
    return "\n".join(map(str, lint(bank, project.lint, TODAY)))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_writer_sees_this_report(case: Case, tmp_path: Path) -> None:
    written_cases.lay(tmp_path, case)
    assert report(tmp_path) == case.report


def test_the_project_that_every_case_changes_is_sound(tmp_path: Path) -> None:
    written_cases.lay(tmp_path)
    assert report(tmp_path) == ""


def test_every_case_has_a_report() -> None:
    assert [case.name for case in CASES if not case.report] == []
