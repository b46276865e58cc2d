"""A build that is ended from outside ends all of itself and leaves nothing; the next one works."""

import builtins
import errno
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from card_builds import lay_cards
from click.testing import CliRunner, Result
from PIL import Image

from pharmdocs.build import write_together, write_whole
from pharmdocs.cli import main
from pharmdocs.cli.doctor import doctor
from pharmdocs.cli.signals import Ended
from pharmdocs.errors import OutputError
from pharmdocs.locks import alone, held, hidden
from pharmdocs.staging import together

# All of it takes long.
pytestmark = pytest.mark.system

OLD = b"the last good build"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: seven cards, a file from the last good build, a place for scratch."""
    lay_cards(tmp_path)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def children_of(process: int) -> list[int]:
    """Every process whose parent this is."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = place.read_text().rpartition(") ")
        except OSError:
            continue
        if int(rest.split()[1]) == process:
            found.append(int(name.split()[0]))
    return found


def is_alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(") ")[2][0] != "Z"


def until(true: Any, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(true())


def typesetting(project: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """A build of the whole interview bank as a process of its own, and the child that typesets."""
    words = ["build", "booklet", "--bank", "interview", "--no-cache", "-o", "output/flashcards.pdf"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pharmdocs", *words],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert until(lambda: children_of(process.pid))
    return process, children_of(process.pid)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_children_and_leaves_nothing(
    project: Path, number: signal.Signals, code: int
) -> None:
    process, children = typesetting(project)
    with process:
        process.send_signal(number)
        out, said = process.communicate(timeout=30)
    # Python itself ends by the signal when Ctrl-C came while it ran a text, as dataclasses do; for
    # who has called it that is the same code.
    ended = process.returncode if process.returncode >= 0 else 128 - process.returncode
    assert (ended, out, said.strip()) == (code, "", "stopped")
    assert not any(map(is_alive, children))
    assert list((project / "scratch").iterdir()) == []
    assert [path.name for path in (project / "output").iterdir()] == ["flashcards.pdf"]
    assert (project / "output/flashcards.pdf").read_bytes() == OLD


def test_who_is_killed_takes_its_children_along(project: Path) -> None:
    process, children = typesetting(project)
    with process:
        process.kill()
        process.communicate(timeout=30)
    assert until(lambda: not any(map(is_alive, children)), 10)
    assert (project / "output/flashcards.pdf").read_bytes() == OLD


def test_a_typesetter_that_is_killed_once_is_followed_by_another(project: Path) -> None:
    process, children = typesetting(project)
    with process:
        os.kill(children[0], signal.SIGKILL)
        _, said = process.communicate(timeout=300)
    assert (process.returncode, said) == (0, "")
    assert (project / "output/flashcards.pdf").read_bytes().startswith(b"%PDF-")


# What lies in the way -----------------------------------------------------------------------------


def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    """A file and a folder of nobody; a folder in which somebody builds is not touched."""
    hidden(tmp_path / "x").write_bytes(b"half")
    left, at_work = hidden(tmp_path / "x"), hidden(tmp_path / "x")
    (left / "files").mkdir(parents=True)
    (left / "files/a.pdf").write_bytes(b"half")
    at_work.mkdir()
    (tmp_path / ".hidden").write_bytes(b"a user's own")
    with held(at_work) as mine:
        assert mine
        write_whole(tmp_path / "a", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [".hidden", at_work.name, "a"]
    )


def test_two_that_build_into_one_folder_do_not_stumble(tmp_path: Path) -> None:
    with together(tmp_path) as first, together(tmp_path) as second:
        (first / "a").write_bytes(b"first")
        (second / "a").write_bytes(b"second")
        write_whole(tmp_path / "b", b"third")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a": b"first",
        "b": b"third",
    }


def test_who_holds_the_folder_too_long_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pharmdocs.locks._WAIT", 0.1)
    with alone(tmp_path):
        write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


PAIRS = """
import sys
from pathlib import Path
from pharmdocs.build import write_together
folder, mark = Path(sys.argv[1]), sys.argv[2].encode()
for _ in range(150):
    write_together({folder / name: mark * 20_000 for name in ("fronts", "backs", "manifest")})
"""


def test_the_files_of_two_builds_are_never_mixed(tmp_path: Path) -> None:
    """Each of them writes 150 times; whoever holds the folder sees three files of one build."""
    both = [
        subprocess.Popen([sys.executable, "-c", PAIRS, str(tmp_path), mark]) for mark in ("1", "2")
    ]
    looked = set()
    while any(one.poll() is None for one in both):
        with held(tmp_path, 10) as mine:
            files = [path.read_bytes() for path in tmp_path.iterdir()]
            if mine and files:
                assert len(files) == 3
                assert len(set(files)) == 1
                looked.add(files[0][:1])
        time.sleep(0.01)
    assert [one.wait() for one in both] == [0, 0]
    assert looked


def test_a_disk_without_links_has_whole_files_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    files = {tmp_path / name: name.encode() for name in "ab"}
    for _ in range(2):
        write_together(files)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_a_folder_in_the_place_of_a_file_is_said_and_the_other_file_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").mkdir()
    with pytest.raises(OutputError, match=r"cannot be written \(Is a directory\)\n.*move the fold"):
        write_together({tmp_path / "a": b"new", tmp_path / "b": b"new"})
    assert (tmp_path / "a").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_folders_that_were_made_for_nothing_are_gone_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def fail(_: int) -> None:
        raise failure

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises((OutputError, KeyboardInterrupt)):
        write_whole(tmp_path / "new/folder/a", b"new")
    assert list(tmp_path.iterdir()) == []


# What the system refuses before anything is written -----------------------------------------------


def test_too_many_open_files_are_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a build opens something to read it, the message is one of ours."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr("multiprocessing.context.BaseContext.Pipe", refuse)
    result = run("build", "flashcards", "--no-cache")
    assert result.exit_code == 6
    assert result.stderr == (
        "error: Too many open files\n    fix: allow more open files: ulimit -n 1024 and try again\n"
    )
    assert (project / "output/flashcards.pdf").read_bytes() == OLD


def test_a_clock_that_jumps_back_changes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every look it is an hour earlier; what is left is the same, byte for byte."""
    assert run("build", "flashcards").exit_code == 0
    before = {path.name: path.read_bytes() for path in (project / "output").iterdir()}
    now = time.time()

    def earlier() -> float:
        nonlocal now
        now -= 3600
        return now

    monkeypatch.setattr(time, "time", earlier)
    assert run("build", "flashcards", "--no-cache").exit_code == 0
    assert {path.name: path.read_bytes() for path in (project / "output").iterdir()} == before


def test_what_was_edited_before_the_last_build_by_the_clock_is_built(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock goes back a day; what is edited then has the size of before and an older time."""
    cards = project / "content/small/cards.csv"
    assert run("build", "flashcards").exit_code == 0
    before, yesterday = time.time(), cards.stat().st_mtime - 86_400
    monkeypatch.setattr(time, "time", lambda: before - 86_400)
    cards.write_text(cards.read_text("utf-8").replace("askc1", "newc1"), encoding="utf-8")
    os.utime(cards, (yesterday, yesterday))
    assert run("build", "flashcards").exit_code == 0
    with pypdfium2.PdfDocument(project / "output/flashcards.pdf") as document:
        words = " ".join(page.get_textpage().get_text_bounded() for page in document)
    assert ("newc1" in words, "askc1" in words) == (True, False)


def test_two_builds_into_one_folder_at_once_leave_the_files_of_one(project: Path) -> None:
    """Of the one that came last, on its paper: the manifest is the file's own."""
    alone = {}
    for paper in ("letter", "a4"):
        assert run("build", "flashcards", "--paper", paper, "-o", paper).exit_code == 0
        alone[paper] = {path.name: path.read_bytes() for path in (project / paper).iterdir()}
    command = [sys.executable, "-m", "pharmdocs", "build", "flashcards", "-o", "both", "--paper"]
    both = [subprocess.Popen([*command, paper], stdout=subprocess.PIPE) for paper in alone]
    assert [one.communicate()[0].splitlines()[0] for one in both] == [b"both/flashcards.pdf"] * 2
    left = {path.name: path.read_bytes() for path in (project / "both").iterdir()}
    assert left in alone.values()


def test_a_disk_that_fills_while_pictures_are_drawn_leaves_the_old_ones(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third picture finds no room: the two before it are gone, the old ones still there."""
    assert run("build", "flashcards").exit_code == 0
    (project / "proof").mkdir()
    for number in (1, 9):
        (project / f"proof/flashcards-{number}.png").write_bytes(b"old")
    save, count = Image.Image.save, 0

    def third_time(picture: Image.Image, path: Path) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        save(picture, path)

    with monkeypatch.context() as patch:
        patch.setattr(Image.Image, "save", third_time)
        result = run("proof", "output/flashcards.pdf", "--dpi", "24", "-o", "proof")
    assert (result.exit_code, result.stderr) == (
        6,
        "error: proof cannot be written (No space left on device)\n"
        "    fix: free some space, or write elsewhere: --output FOLDER\n",
    )
    assert {path.name: path.read_bytes() for path in (project / "proof").iterdir()} == {
        "flashcards-1.png": b"old",
        "flashcards-9.png": b"old",
    }
    assert run("proof", "output/flashcards.pdf", "--dpi", "24", "-o", "proof").exit_code == 0
    assert not (project / "proof/flashcards-9.png").exists()


def test_wherever_files_run_out_it_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every twelfth file that a build opens to read is one too many, and all that come after it."""
    opened, count, due = io.open, 0, 10**9

    def open_(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count >= due:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(file))
        return opened(file, mode, *rest, **named)

    monkeypatch.setattr(io, "open", open_)
    monkeypatch.setattr(builtins, "open", open_)
    (project / "output/flashcards.pdf").write_bytes(OLD)
    assert run("build", "flashcards", "-o", "first").exit_code == 0
    due, refused = 1, 0
    while True:
        count = 0
        result = run("build", "flashcards")
        if result.exit_code == 0:
            break
        assert result.exit_code in {3, 4, 6}, result.output
        assert "Too many open files" in result.stderr
        assert result.stderr.count("error: ") == result.stderr.count("fix: ") >= 1
        assert [path.name for path in (project / "output").iterdir()] == ["flashcards.pdf"]
        assert (project / "output/flashcards.pdf").stat().st_size == len(OLD)
        due, refused = due + 12, refused + 1
    due = 10**9
    # What is left to open is the cache, which a build can do without.
    first, last = project / "first/flashcards.pdf", project / "output/flashcards.pdf"
    assert last.read_bytes() == first.read_bytes()
    assert refused >= 3


@pytest.mark.parametrize("kind", [KeyboardInterrupt, Ended])
def test_a_signal_while_a_class_is_made_is_one(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python tells of it by a RuntimeError, whose cause it is."""

    class Named:
        def __set_name__(self, owner: type, name: str) -> None:
            raise kind(signal.SIGTERM) if kind is Ended else kind

    def build(*_: object, **__: object) -> None:
        type("Made", (), {"name": Named()})

    monkeypatch.setattr(doctor, "callback", build)
    result = CliRunner().invoke(main, ["doctor"])
    assert (result.exit_code, result.stderr.strip()) == (143 if kind is Ended else 130, "stopped")


def test_any_other_error_of_that_kind_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(*_: object, **__: object) -> None:
        raise RuntimeError("a bug") from ValueError()

    monkeypatch.setattr(doctor, "callback", build)
    result = CliRunner().invoke(main, ["doctor"])
    assert repr(result.exception) == "RuntimeError('a bug')"
