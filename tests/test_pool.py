"""A child process that misbehaves is a named error; the parent lives on."""

import os
import signal
import time

import pytest

from pharmdocs.errors import ContentError, LayoutError, Location, Problem
from pharmdocs.typesetting.pool import Limits, guarded


def _double(number: int) -> int:
    return 2 * number


def _die(code: int) -> None:
    os.kill(os.getpid(), code)


def _leave(code: int) -> None:
    os._exit(code)


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


def _burn(_: object) -> None:
    while True:
        pass


def _fill(size: int) -> int:
    return len(b"x" * size)


def _nest(depth: int) -> int:
    return _nest(depth + 1)


def _complain(what: str) -> None:
    raise ContentError(Problem(Location("q01.md", 3), what, "mend it"))


def _stumble(_: object) -> None:
    raise ZeroDivisionError


def test_the_result_comes_back() -> None:
    assert guarded(_double, 21) == 42


@pytest.mark.parametrize("code", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_crash_is_named_by_its_signal(code: int) -> None:
    with pytest.raises(LayoutError, match=rf"died \(signal {int(code)}\)"):
        guarded(_die, code)


def test_an_exit_is_named_by_its_code() -> None:
    with pytest.raises(LayoutError, match=r"died \(exit code 7\)"):
        guarded(_leave, 7)


def test_wall_time_is_bounded() -> None:
    with pytest.raises(LayoutError, match="longer than 1 seconds"):
        guarded(_sleep, 60.0, Limits(wall=1))


def test_processor_time_is_bounded() -> None:
    with pytest.raises(LayoutError, match="more than 1 seconds of processor time"):
        guarded(_burn, None, Limits(cpu=1, wall=60))


def test_memory_is_bounded() -> None:
    with pytest.raises(LayoutError, match=r"more than 1\.0 GB of memory"):
        guarded(_fill, 2_000_000_000, Limits(memory=1_000_000_000))


def test_endless_nesting_is_named() -> None:
    with pytest.raises(LayoutError, match="nested too deeply"):
        guarded(_nest, 0)


def test_a_known_failure_keeps_its_place() -> None:
    with pytest.raises(ContentError) as caught:
        guarded(_complain, "is wrong")
    assert caught.value.problems == (Problem(Location("q01.md", 3), "is wrong", "mend it"),)


def test_a_bug_keeps_its_name() -> None:
    with pytest.raises(ZeroDivisionError):
        guarded(_stumble, None)
