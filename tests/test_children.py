"""A child that is started ahead: it is ready, works once, and is gone when the block ends."""

import os
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pharmdocs import pool
from pharmdocs.children import ahead
from pharmdocs.errors import LayoutError

READY: list[int] = []


def ready() -> None:
    READY.append(os.getpid())


def who(_: object) -> tuple[int, list[int]]:
    return os.getpid(), READY[:]


def alive(process: int) -> bool:
    return Path(f"/proc/{process}/stat").exists()


def test_who_typesets_is_ready_and_nobody_else() -> None:
    with ahead(ready):
        ((other, nothing),) = pool.each(who, [1], 1)
        ((child, loaded),) = pool.each(who, [1], 1, engine=True)
        ((after, nothing_yet),) = pool.each(who, [1], 1, engine=True)
    assert loaded == [child]
    assert nothing == nothing_yet == []
    assert len({os.getpid(), other, child, after}) == 4


def test_of_several_one_is_ready_and_the_order_is_kept() -> None:
    with ahead(ready):
        found = pool.each(who, range(6), 2, engine=True)
    assert [bool(loaded) for _, loaded in found] == [False, True] * 3


def test_one_that_nobody_needs_is_gone_with_its_files(tmp_path: Path) -> None:
    told = tmp_path / "told"

    def tell() -> None:
        told.write_text(f"{os.getpid()} {tempfile.mkdtemp()}", encoding="utf-8")

    with ahead(tell):
        until(told.exists)
        until(lambda: " " in told.read_text(encoding="utf-8"))
        process, place = told.read_text(encoding="utf-8").split()
        assert Path(place).is_dir()
    assert not Path(place).exists()
    assert not alive(int(process))


def until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not there():
        assert time.monotonic() < end
        time.sleep(0.01)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stumble() -> None:
    raise OSError("a library is missing")


@pytest.mark.parametrize("load", [die, stumble])
def test_one_that_cannot_get_ready_does_no_harm(load: Callable[[], None]) -> None:
    with ahead(load):
        time.sleep(0.2)
        ((_, loaded),) = pool.each(who, [1], 1, engine=True)
    assert loaded == []


def leave(_: object) -> None:
    os._exit(3)


def test_one_that_dies_at_work_is_followed_by_another() -> None:
    with ahead(ready), pytest.raises(LayoutError, match=r"exit code 3\) again"):
        pool.each(leave, [1], 1, engine=True)


def test_the_parent_works_meanwhile() -> None:
    """The child waits for a file that the parent writes."""

    def written(path: str) -> str:
        until(Path(path).exists)
        return Path(path).read_text(encoding="utf-8")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x")

        def write() -> None:
            path.with_suffix(".new").write_text("here", encoding="utf-8")
            path.with_suffix(".new").replace(path)

        assert pool.each(written, [str(path)], 1, meanwhile=write) == ["here"]
