"""`--scheduler`: a real cluster of two workers, one of them killed; the bytes are those of here.

Cards go there by the chunk, the booklet by the section.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from card_builds import HEAD, lay_cards

pytestmark = pytest.mark.system

# As many as several chunks take, and a picture on one of them.
CARDS = 150


def rows() -> str:
    told = "".join(f"n{at},ask {at},tell {at},safety,\n" for at in range(1, CARDS))
    return f"{HEAD}{told}"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("project")
    lay_cards(found, rows())
    return found


class Cluster:
    """A scheduler and its workers, processes of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[bytes]] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port))

    def start(self, program: str, *options: str, **more: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--no-dashboard", *options]
        log = (self.folder / f"{len(self.started)}.log").open("wb")
        with log:
            found = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "60s", **more},
            )  # fmt: skip
        self.started.append(found)
        return found

    def worker(self, **more: str) -> "subprocess.Popen[bytes]":
        return self.start("dask_worker", self.address, "--nthreads", "1", "--no-nanny", **more)

    def end(self) -> None:
        for one in self.started:
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path)
    yield found
    found.end()


def build(
    root: Path,
    output: Path,
    *options: str,
    printable: str = "flashcards",
    while_at_work: Callable[[], None] | None = None,
) -> tuple[int, str]:
    """The exit code and what is said of a build that keeps nothing from before."""
    command = [sys.executable, "-m", "pharmdocs", "build", printable, "--no-cache", *options]
    process = subprocess.Popen(
        [*command, "--project", str(root), "-o", str(output)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    if while_at_work:
        while_at_work()
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def built(root: Path, output: Path, *options: str, printable: str = "flashcards") -> bytes:
    """The file of a build that goes well and has nothing to say."""
    assert build(root, output, *options, printable=printable) == (0, "")
    return (output / f"{printable}.pdf").read_bytes()


@pytest.fixture(scope="module")
def here(root: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The cards as this machine makes them."""
    return built(root, tmp_path_factory.mktemp("here"))


def test_a_cluster_makes_the_same_bytes(
    root: Path, here: bytes, cluster: Cluster, tmp_path: Path
) -> None:
    """The booklet’s sections are more than one round: some wait for the numbers of others."""
    there = ("--scheduler", cluster.address)
    cluster.worker()
    cluster.worker()
    assert built(root, tmp_path / "there", *there) == here
    booklet = built(root, tmp_path / "here", printable="booklet")
    assert built(root, tmp_path / "there", *there, printable="booklet") == booklet


def test_a_worker_that_is_killed_loses_nothing(
    root: Path, here: bytes, cluster: Cluster, tmp_path: Path
) -> None:
    """Killed as soon as it works: it has then taken a job, and the other one does it again."""
    victim = cluster.worker()
    cluster.worker()

    def kill() -> None:
        until = time.monotonic() + 60
        while not working(victim.pid) and time.monotonic() < until:
            time.sleep(0.01)
        assert working(victim.pid)
        os.kill(victim.pid, signal.SIGKILL)

    code, said = build(root, tmp_path, "--scheduler", cluster.address, while_at_work=kill)
    assert (code, said) == (0, "")
    assert victim.wait() == -signal.SIGKILL
    assert (tmp_path / "flashcards.pdf").read_bytes() == here


def working(process: int) -> bool:
    """Whether it has loaded what finds faces, which it does for a job alone."""
    return "libfontconfig" in Path(f"/proc/{process}/maps").read_text()


def test_without_a_scheduler_it_is_said(root: Path, tmp_path: Path) -> None:
    """The booklet would otherwise be typeset here, and nobody would know."""
    code, said = build(root, tmp_path, "--scheduler", "nonsense://", printable="booklet")
    assert code == 4
    assert said.startswith("error: there is no scheduler at nonsense:// (")
    assert not (tmp_path / "booklet.pdf").exists()


def test_a_scheduler_without_workers_is_not_waited_for(
    root: Path, cluster: Cluster, tmp_path: Path
) -> None:
    code, said = build(root, tmp_path, "--scheduler", cluster.address)
    assert code == 4
    assert "has no workers\n    fix: start some with: dask worker tcp://" in said


def test_a_worker_with_another_pharmdocs_is_refused(
    root: Path, cluster: Cluster, tmp_path: Path
) -> None:
    """One letter in the typesetter's own code is enough to be another one."""
    package = Path(__file__).parent.parent / "pharmdocs"
    shutil.copytree(package, tmp_path / "other" / "pharmdocs")
    for name in ("templates", "content"):
        (tmp_path / "other" / name).symlink_to(package.parent / name)
    with (tmp_path / "other" / "pharmdocs" / "typesetting" / "join.py").open("a") as file:
        file.write("# another\n")
    cluster.worker(PYTHONPATH=str(tmp_path / "other"))
    deadline = time.monotonic() + 30
    said = "has no workers"
    while "has no workers" in said and time.monotonic() < deadline:
        code, said = build(root, tmp_path, "--scheduler", cluster.address)
    assert code == 4
    assert "has another pharmdocs, and would set other pages" in said


def test_a_picture_goes_along(cluster: Cluster, tmp_path: Path) -> None:
    """It lies in the project's folder, which a worker does not know."""
    lay_cards(tmp_path, HEAD + "p1,ask,![a dot](dot.svg),safety,\n")
    dot = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="9"/></svg>'
    (tmp_path / "content" / "small" / "dot.svg").write_text(dot, encoding="utf-8")
    cluster.worker()
    here = built(tmp_path, tmp_path / "here")
    assert built(tmp_path, tmp_path / "there", "--scheduler", cluster.address) == here
