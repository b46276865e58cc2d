"""What several test files share: finished booklets, each built once a session."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import somebody
import weasyprint  # noqa: F401  # every child forks from here and need not load it again

from pharmdocs.build import Request, build_booklet
from pharmdocs.checklist import Asked, ChecklistResult, build_checklist
from pharmdocs.project import find_project


@pytest.fixture(scope="session")
def booklet(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`booklet(paper="letter", ink="full")` is the finished file of the whole interview bank.

    Everybody reads the same file: a test that breaks one works on a copy.
    """

    @cache
    def build(paper: str, ink: str) -> Path:
        folder = tmp_path_factory.mktemp(f"{paper}-{ink}")
        request = Request(find_project(folder), paper=paper, ink=ink, output=folder / "booklet.pdf")
        return build_booklet(request).path

    # The cache tells booklet("a4") from booklet(paper="a4"); the tests need not.
    return lambda paper="letter", ink="full": build(paper, ink)


@pytest.fixture(scope="session")
def checklist(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., ChecklistResult]:
    """`checklist(paper, ink, setting, fillable, known)` is the sheet of the interview bank.

    `known` is whether somebody's data are filled in. Everybody reads the same files.
    """

    @cache
    def build(paper: str, ink: str, setting: str, fillable: bool, known: bool) -> ChecklistResult:
        root = tmp_path_factory.mktemp("checklist")
        if known:
            (root / "pharmdocs.toml").write_text(somebody.SETTINGS, encoding="utf-8")
        request = Request(find_project(root), paper=paper, ink=ink, output=root)
        return build_checklist(request, Asked(setting, fillable, today=somebody.TODAY))

    return lambda paper="letter", ink="full", setting="", fillable=True, known=False: build(
        paper, ink, setting, fillable, known
    )
