"""A child that is started ahead: it is ready, works, and is gone when the block ends."""

import contextlib
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pharmdocs import children, pool
from pharmdocs.children import ahead, also
from pharmdocs.errors import LayoutError, Problem

READY: list[int] = []


def ready() -> None:
    READY.append(os.getpid())


def who(_: object) -> tuple[int, list[int]]:
    return os.getpid(), READY[:]


@contextlib.contextmanager
def readied() -> Iterator[None]:
    """A child that has loaded what it is to load."""
    with ahead({"set": ready}):
        until(lambda: bool(pool.each(who, [1], 1, work="set")[0][1]))
        yield


def alive(process: int) -> bool:
    return Path(f"/proc/{process}/stat").exists()


def test_it_does_the_work_that_it_is_ready_for_again_and_again() -> None:
    with readied():
        ((other, nothing),) = pool.each(who, [1], 1)
        ((another, nothing_else),) = pool.each(who, [1], 1, work="press")
        ((child, loaded),) = pool.each(who, [1], 1, work="set")
        ((again, still_loaded),) = pool.each(who, [1], 1, work="set")
    assert again == child
    assert loaded == still_loaded == [child]
    assert nothing == nothing_else == []
    assert len({os.getpid(), other, another, child}) == 4
    assert not alive(child)


def test_another_has_what_is_loaded_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """And there is one for each work, until the block ends."""
    with readied():
        monkeypatch.setattr(f"{__name__}.READY", [1])
        for _ in range(2):
            also({"press": ready})
        found = [pool.each(who, [1], 1, work=work)[0] for work in ("press", "set", "press")]
        assert len(multiprocessing.active_children()) == 2
    (press, loaded), (child, first), (again, _) = found
    assert again == press
    assert (loaded[0], first) == (1, [child])
    assert not alive(press)


def test_no_other_is_started_where_none_was_or_in_a_process_that_was_forked() -> None:
    also({"press": ready})
    assert multiprocessing.active_children() == []
    with readied():
        (many,) = pool.each(_started, [1], 1)
    assert many == 0


def _started(_: object) -> int:
    before = set(multiprocessing.active_children())
    also({"press": ready})
    return len(set(multiprocessing.active_children()) - before)


def test_it_loads_step_by_step_and_work_comes_first() -> None:
    """The third step would wait for ever."""
    steps = {"set": ready, "press": lambda: time.sleep(2), "prove": lambda: time.sleep(3_600)}
    with ahead(steps):
        time.sleep(1)
        ((child, loaded),) = pool.each(who, [1], 1, pool.Limits(wall=5), work="press")
    assert loaded == [child]


def _long() -> Iterator[None]:
    for _ in range(3_600):
        time.sleep(1)
        ready()
        yield


def test_work_comes_between_the_pieces_of_a_step() -> None:
    with ahead({"set": ready, "press": _long}):
        time.sleep(0.5)
        ((child, loaded),) = pool.each(who, [1], 1, pool.Limits(wall=10), work="press")
        assert 1 < len(loaded) < 20
        ((again, more),) = pool.each(who, [1], 1, pool.Limits(wall=10), work="press")
    assert (again, set(more)) == (child, {child})
    assert len(more) > len(loaded)


def _half() -> Iterator[None]:
    ready()
    yield
    raise OSError("a library is missing")


def test_a_step_that_fails_halfway_is_left_for_the_next() -> None:
    with ahead({"set": _half, "press": ready}):
        time.sleep(0.5)
        ((child, loaded),) = pool.each(who, [1], 1, work="press")
    assert loaded == [child, child]


def test_what_is_asked_next_waits_for_nothing_that_was_asked_before() -> None:
    """A failure ends the child: what else it may have to say belongs to nobody."""
    with readied():
        with pytest.raises(LayoutError):
            pool.each(refuse, [1, 2], 1, work="set")
        ((child, loaded),) = pool.each(who, [1], 1, work="set")
    assert loaded == []
    assert child != os.getpid()


def refuse(_: object) -> None:
    raise LayoutError(Problem(None, "it does not fit", "shorten it"))


def test_one_that_has_worked_long_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "_TIRED", 0.2)
    with readied():
        ((first, loaded),) = pool.each(work_long, [0.4], 1, work="set")
        ((second, nothing),) = pool.each(who, [1], 1, work="set")
        assert not children.is_ready()
    assert loaded == [first]
    assert nothing == []
    assert second != first


def work_long(seconds: float) -> tuple[int, list[int]]:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return who(0)


@pytest.mark.system
def test_its_limit_holds_for_each_work_and_not_for_its_life() -> None:
    limits = pool.Limits(cpu=1)
    with readied():
        found = [pool.each(work_long, [0.7], 1, limits, work="set") for _ in range(3)]
        with pytest.raises(LayoutError, match="more than 1 seconds of processor time"):
            pool.each(work_long, [20], 1, limits, work="set")
    assert len({process for ((process, _),) in found}) == 1


def test_a_process_that_is_forked_meanwhile_may_use_it() -> None:
    """As a build of the desk does: not its parent, it can neither wait for it nor must."""
    with readied():
        for _ in range(2):
            child, loaded = forked(who)
            assert loaded == [child]
        # One that dies is followed by another there as well.
        other, nothing = forked(leave_once)
        assert nothing == []
        assert other != child
        until(lambda: not children.is_ready())


def forked(function: Callable[[object], tuple[int, list[int]]]) -> tuple[int, list[int]]:
    """What a child of a process of its own makes of it."""

    def tell() -> None:
        tells.send(pool.each(function, [1], 1, work="set"))

    hears, tells = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=tell)
    process.start()
    tells.close()
    (found,) = hears.recv()
    process.join()
    assert process.exitcode == 0
    return found[0], found[1]


def leave_once(_: object) -> tuple[int, list[int]]:
    """The one that was ready dies."""
    if READY:
        os._exit(3)
    return who(0)


def test_of_several_one_is_ready_and_the_order_is_kept() -> None:
    with readied():
        found = pool.each(who, range(6), 2, work="set")
    assert [bool(loaded) for _, loaded in found] == [False, True] * 3


def test_one_that_nobody_needs_is_gone_with_its_files(tmp_path: Path) -> None:
    told = tmp_path / "told"

    def tell() -> None:
        told.write_text(f"{os.getpid()} {tempfile.mkdtemp()}", encoding="utf-8")

    with ahead({"set": tell}):
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
    with ahead({"set": load}):
        time.sleep(0.2)
        ((_, loaded),) = pool.each(who, [1], 1, work="set")
    assert loaded == []


@pytest.mark.parametrize("missing", ["os.fork", "os.pipe", "tempfile.mkdtemp"])
def test_where_there_is_no_room_for_one_there_is_none(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no more of them")

    with monkeypatch.context() as then:
        then.setattr(missing, full)
        block = ahead({"set": ready})
        block.__enter__()
    assert not children.is_ready()
    ((_, loaded),) = pool.each(who, [1], 1, work="set")
    assert loaded == []
    block.__exit__(None, None, None)


def leave(_: object) -> None:
    os._exit(3)


def test_one_that_dies_at_work_is_followed_by_another() -> None:
    with ahead({"set": ready}), pytest.raises(LayoutError, match=r"exit code 3\) again"):
        pool.each(leave, [1], 1, work="set")


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
