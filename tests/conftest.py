"""What several test files share: finished booklets, each built once a session."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import weasyprint  # noqa: F401  # every child forks from here and need not load it again

from pharmdocs.build import Request, build_booklet
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
