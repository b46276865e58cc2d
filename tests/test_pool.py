"""A child process that misbehaves is a named error; the parent lives on."""

import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pharmdocs.errors import ContentError, LayoutError, Location, Problem
from pharmdocs.pool import Limits, each, guarded, streamed


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


def _watched(_: object) -> int:
    return len(gc.get_objects())


def _stumble(_: object) -> None:
    raise ZeroDivisionError


def test_the_result_comes_back() -> None:
    assert guarded(_double, 21) == 42


@pytest.mark.parametrize("code", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_crash_is_named_by_its_signal(code: int) -> None:
    with pytest.raises(LayoutError, match=rf"died \(signal {int(code)}\b"):
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


# Children that share work -------------------------------------------------------------------------


def _slow_first(number: int) -> int:
    time.sleep(0.2 if number == 0 else 0)
    return 10 * number


def _die_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def _sleep_unless_three(number: int) -> int:
    if number != 3:
        time.sleep(60)
    return _die_at_three(number)


def _sleep_at_three(number: int) -> None:
    time.sleep(60 if number == 3 else 0)


def _fill_at_three(number: int) -> int:
    return _fill(2_000_000_000 if number == 3 else 1)


def _burn_at_three(number: int) -> None:
    while number == 3:
        pass


def _complain_at_three(number: int) -> int:
    if number == 3:
        raise ContentError(Problem(Location("q03.md", 7), "is wrong", "mend it"))
    return number


@pytest.mark.parametrize("jobs", [1, 2, 3, 20])
def test_results_come_in_the_order_of_the_arguments(jobs: int) -> None:
    assert each(_slow_first, range(7), jobs) == [0, 10, 20, 30, 40, 50, 60]


def test_nothing_to_do_is_done() -> None:
    assert each(_slow_first, [], 4) == []


def test_each_result_is_told() -> None:
    counts: list[int] = []
    each(_slow_first, range(7), 2, done=counts.append)
    assert counts == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_a_crash_in_one_child_is_named(jobs: int) -> None:
    with pytest.raises(LayoutError, match=rf"died \(signal {int(signal.SIGKILL)}\b"):
        each(_die_at_three, range(5), jobs)


def test_a_crash_in_one_child_ends_the_others() -> None:
    begun = time.monotonic()
    with pytest.raises(LayoutError, match="died"):
        each(_sleep_unless_three, range(4), 4)
    assert time.monotonic() - begun < 20
    assert multiprocessing.active_children() == []


def test_a_known_failure_in_one_child_keeps_its_place() -> None:
    with pytest.raises(ContentError, match=r"q03\.md:7: is wrong"):
        each(_complain_at_three, range(5), 2)
    assert multiprocessing.active_children() == []


# A child that dies is followed by another ---------------------------------------------------------


def _die_once(place: str) -> str:
    """Dies, unless it has done so before."""
    mark = Path(place)
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return mark.name


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_child_that_dies_is_followed_by_another(jobs: int, tmp_path: Path) -> None:
    """Each of five jobs kills its child once; no result is lost, and none comes twice."""
    places = [str(tmp_path / name) for name in "abcde"]
    counts: list[int] = []
    assert each(_die_once, places, jobs, done=counts.append) == [*"abcde"]
    assert counts == [1, 2, 3, 4, 5]


def test_what_a_child_dies_at_twice_is_named() -> None:
    """It is told by its name, with what the system may have meant, and how to mend it."""
    said = (
        r"died \(signal 9, as when memory runs out\) again when it was tried once more, at card 3\n"
        r"    fix: .*--only"
    )
    with pytest.raises(LayoutError, match=said):
        each(_die_at_three, range(5), 2, called=lambda number: f"card {number}")


@pytest.mark.parametrize(
    ("function", "limits"),
    [
        (_sleep_at_three, Limits(wall=3)),
        (_fill_at_three, Limits(memory=1_000_000_000)),
        pytest.param(_burn_at_three, Limits(cpu=1, wall=60), marks=pytest.mark.system),
    ],
)
def test_what_is_too_much_is_named_and_not_tried_again(
    function: Callable[[int], object], limits: Limits
) -> None:
    begun = time.monotonic()
    with pytest.raises(LayoutError, match=r"(longer|more) than .*, at card 3\n"):
        each(function, (2, 3), 1, limits, called=lambda number: f"card {number}")
    assert time.monotonic() - begun < 20
    assert multiprocessing.active_children() == []


def _burn_for(seconds: float) -> float:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return seconds


@pytest.mark.system
def test_who_has_many_to_do_may_take_longer_in_all() -> None:
    """Three times 0.7 s of processor is more than the one second of a child that does one."""
    assert each(_burn_for, [0.7] * 3, 1, Limits(cpu=1, wall=60)) == [0.7] * 3


# A result in pieces -------------------------------------------------------------------------------


def _count(most: int) -> Iterator[int]:
    yield from range(most)


def _count_and(act: Callable[[], object]) -> Iterator[int]:
    yield from range(3)
    act()


def _complain_now() -> None:
    _complain("is wrong")


def _die_now() -> None:
    _die(signal.SIGKILL)


def _sleep_now() -> None:
    _sleep(60)


def _fill_now() -> None:
    _fill(2_000_000_000)


def test_pieces_come_in_their_order() -> None:
    assert list(streamed(_count, 1000)) == [*range(1000)]
    assert list(streamed(_count, 0)) == []
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("act", "error", "said"),
    [
        (_complain_now, ContentError, r"q01\.md:3: is wrong"),
        (_die_now, LayoutError, r"died \(signal 9"),
        (_sleep_now, LayoutError, "longer than 2 seconds"),
        (_fill_now, LayoutError, r"more than 1\.0 GB of memory"),
    ],
)
def test_what_stood_before_a_failure_comes_out(
    act: Callable[[], object], error: type[Exception], said: str
) -> None:
    found: list[int] = []
    begun = time.monotonic()
    with pytest.raises(error, match=said):
        found.extend(streamed(_count_and, act, Limits(memory=1_000_000_000, wall=2)))
    assert found == [0, 1, 2]
    assert time.monotonic() - begun < 20
    assert multiprocessing.active_children() == []


def test_a_reader_that_stops_ends_the_child() -> None:
    pieces = streamed(_count, 10**12)
    assert [next(pieces), next(pieces)] == [0, 1]
    assert len(multiprocessing.active_children()) == 1
    del pieces
    assert multiprocessing.active_children() == []


def test_a_child_looks_for_cycles_in_what_is_its_own_alone() -> None:
    held = [[number] for number in range(100_000)]
    assert guarded(_watched, 0) < len(held)
