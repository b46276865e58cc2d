"""A release is the commit, whoever builds it: same bytes, nothing that git does not know."""

import datetime
import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.system


def git(*arguments: str, folder: Path = ROOT) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def release(checkout: Path, folder: Path, **environment: str) -> dict[str, bytes]:
    """The files of a release that a stranger builds, by name."""
    scratch = folder.with_name(f"{folder.name} scratch")
    scratch.mkdir()
    known = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    subprocess.run(
        [sys.executable, checkout / "scripts/release.py", folder],
        check=True, capture_output=True, env=known | environment | {"TMPDIR": str(scratch)},
        umask=int(environment.get("UMASK", "022"), 8),
    )  # fmt: skip
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("releases")


@pytest.fixture(scope="module")
def here(places: Path) -> dict[str, bytes]:
    return release(ROOT, places / "here", TZ="Asia/Tokyo", UMASK="077", PYTHONHASHSEED="1")


@pytest.fixture(scope="module")
def there(places: Path) -> dict[str, bytes]:
    """From a clone elsewhere, in which somebody has worked since."""
    checkout = places / "a clone, elsewhere"
    git("clone", "--quiet", str(ROOT), str(checkout), folder=places)
    (checkout / "content/interview/notes.md").write_text("not for anybody")
    (checkout / "pharmdocs/__init__.py").write_text('__version__ = "6.6.6"\n')
    (checkout / "templates/.DS_Store").write_bytes(b"")
    return release(
        checkout, places / "there", TZ="America/Los_Angeles", UMASK="002", PYTHONHASHSEED="9"
    )


def test_two_people_build_the_same_release(here: dict[str, bytes], there: dict[str, bytes]) -> None:
    assert [name.partition("-")[0] for name in here] == ["SHA256SUMS", "pharmdocs", "pharmdocs"]
    assert sorted(here) == sorted(there)
    assert [name for name in here if here[name] != there[name]] == []


def test_the_sums_are_those_of_the_files(here: dict[str, bytes], places: Path) -> None:
    sums = dict(line.split("  ")[::-1] for line in here["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(data).hexdigest() for name, data in here.items() if name in sums
    }
    assert len(sums) == 2
    checked = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    subprocess.run(checked, cwd=places / "here", check=True, capture_output=True)


def test_the_day_is_that_of_the_commit(here: dict[str, bytes], places: Path) -> None:
    commit = int(git("log", "-1", "--format=%ct"))
    day = datetime.datetime.fromtimestamp(commit, datetime.UTC).timetuple()[:5]
    for name in here:
        if name.endswith(".whl"):
            with zipfile.ZipFile(places / "here" / name) as archive:
                assert {entry.date_time[:5] for entry in archive.infolist()} == {day}
        elif name.endswith(".tar.gz"):
            with tarfile.open(places / "here" / name) as archive:
                assert {int(entry.mtime) for entry in archive} == {commit}


def test_what_git_does_not_know_is_not_in_it(there: dict[str, bytes], places: Path) -> None:
    (name,) = (name for name in there if name.endswith(".tar.gz"))
    known = set(git("ls-files").splitlines()) | {"PKG-INFO"}
    with tarfile.open(places / "there" / name) as archive:
        assert {
            entry.name.partition("/")[2] for entry in archive if entry.isfile()
        } - known == set()
