"""One guarded child: a process with limits that answers, one after the other, what it is given.

A child can be started ahead: it loads what the work needs while the parent is still busy with
something else, and then waits for work, as often as there is some.
"""

import contextlib
import gc
import math
import multiprocessing
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from pharmdocs.errors import PharmdocsError


@dataclass(frozen=True)
class Limits:
    """What a child may use: bytes of address space, processor seconds, seconds on the clock."""

    memory: int = 4_000_000_000
    cpu: int = 600
    wall: int = 900

    def over(self, count: int) -> "Limits":
        """What a child may use that does so many, one after the other: thousands take their time.

        A question takes 0.3 s, and three times that on a slow machine.
        """
        return replace(self, cpu=self.cpu + count - 1, wall=self.wall + 2 * (count - 1))


USUAL = Limits()


class GivenUpError(Exception):
    """A child died, or used more than its limits."""

    def __init__(self, what: str, died: bool = False) -> None:
        super().__init__(what, died)
        self.what, self.died = what, died


@dataclass
class Child:
    """A process, where it answers, and how many answers are due.

    One that stays takes orders, for the work that it is able to do.
    """

    process: Any
    receiver: Connection
    due: int = 0
    orders: Connection | None = None
    able: frozenset[str] = frozenset()

    def answer(self, limits: Limits) -> Any:
        """The next result; raises what the child raised, or what became of it."""
        try:
            found = self.receiver.recv()
            self.due -= 1
        except (EOFError, OSError):
            self._wait()
            found = _ending(self.process.exitcode or 0, limits)
        if isinstance(found, Exception):
            raise found
        return found

    def end(self) -> None:
        """Leave nothing behind; one that stays, and has nothing to do, waits for more."""
        if self.orders and not self.due:
            _waiting.get([]).append(self)
        else:
            self.kill()

    def kill(self) -> None:
        """Leave nothing behind."""
        if self.orders:
            self.orders.close()
        self.process.kill()
        self._wait()
        self.receiver.close()

    def _wait(self) -> None:
        # One that was there before this process was forked is its parent's to wait for.
        with contextlib.suppress(AssertionError):
            self.process.join()


def collect_seldom() -> None:
    """Look for cycles a hundred times less often: a bank has none, and is looked through each time.

    They took a seventh of the time of a build after an edit.
    """
    gc.set_threshold(70_000)


# What to load, by the work that needs it; a long step yields where other work may come between.
Steps = Mapping[str, Callable[[], Iterable[object] | None]]
# The child that was started ahead, while nobody has it.
_waiting: ContextVar[list[Child]] = ContextVar("waiting")
# What ends with the block that one was started ahead for, and whose block that is.
_block: ContextVar[tuple[contextlib.ExitStack | None, int]] = ContextVar("block", default=(None, 0))
# One that stays begins no further work after so many seconds of the processor: its limit is for a
# whole life, and what it has learned may have become much. A card edited takes 0.4.
_TIRED = 10


@contextlib.contextmanager
def ahead(steps: Steps) -> Iterator[None]:
    """Have a child ready for the block, which loads what its work will need, step by step.

    Work comes before the next step, or what is left of one; it does that for which there is a step
    of its name. Only where children are forked: a fresh interpreter would load the caller's own
    code, too. Where there is no room for it, work is done without.
    """
    with contextlib.ExitStack() as stack:
        stack.callback(_waiting.reset, _waiting.set([]))
        stack.callback(_block.reset, _block.set((stack, os.getpid())))
        also(steps)
        yield


def also(steps: Steps) -> None:
    """Have another child ready until the end of this process's block, if there is one.

    It has what is loaded here by now. Where one waits that is able to do the work, that will do.
    """
    (stack, owner), waiting = _block.get(), _waiting.get([])
    wanted = not any(set(steps) <= it.able for it in waiting)
    if stack and owner == os.getpid() and wanted and sys.platform == "linux":
        with contextlib.suppress(OSError):
            scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="pharmdocs-"))
            child = _begun(steps, scratch)
            stack.callback(child.kill)
            waiting.append(child)


def _begun(steps: Steps, scratch: str) -> Child:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    taken, orders = context.Pipe(duplex=False)
    target = (tuple(steps.values()), scratch, taken, sender, (receiver, orders))
    process = context.Process(target=_stay, args=target, daemon=True)
    process.start()
    sender.close()
    taken.close()
    return Child(process, receiver, orders=orders, able=frozenset(steps))


def is_ready() -> bool:
    """Whether a child that was started ahead waits for work."""
    return any(child.process.is_alive() for child in _waiting.get([]))


def _stay(
    steps: Sequence[Callable[[], Iterable[object] | None]],
    scratch: str,
    orders: Connection,
    sender: Connection,
    others: Sequence[Connection],
) -> None:
    """In the child that was started ahead: get ready, and do what is asked meanwhile and then."""
    _obey()
    # The parent's ends: with one of them open here, it would not be known that the parent is gone.
    for end in others:
        end.close()
    tempfile.tempdir = scratch
    left, more = _taken(steps), True
    with contextlib.suppress(EOFError):
        while time.process_time() < _TIRED:
            if more and not orders.poll():
                more = next(left, False)
            else:
                function, arguments, limits = orders.recv()
                _work(function, arguments, limits, sender)
    sender.close()


def _taken(steps: Sequence[Callable[[], Iterable[object] | None]]) -> Iterator[bool]:
    for step in steps:
        # What goes wrong is told by the work that meets it again.
        with contextlib.suppress(Exception):
            for _ in step() or ():
                yield True
        yield True


def start(
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    limits: Limits,
    scratch: str,
    work: str = "",
) -> Child:
    """A child that does this with each of these, the one that is ready for such work if it can."""
    order = (function, arguments, limits)
    waiting = _waiting.get([])
    while child := next((it for it in waiting if work in it.able), None):
        waiting.remove(child)
        # It may have died meanwhile.
        with contextlib.suppress(OSError):
            if child.orders:
                child.due = len(arguments)
                child.orders.send(order)
                return child
    # Forking is cheap, and children have what the parent has loaded; where forking is unsafe
    # (macOS frameworks) a fresh interpreter does as well.
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(order, scratch, sender), daemon=True)
    process.start()
    sender.close()
    return Child(process, receiver, len(arguments))


def _ending(code: int, limits: Limits) -> GivenUpError:
    if code == -signal.SIGXCPU:
        return GivenUpError(f"typesetting used more than {limits.cpu} seconds of processor time")
    ending = f"signal {-code}" if code < 0 else f"exit code {code}"
    # What the system does first when memory runs out.
    ending += ", as when memory runs out" if code == -signal.SIGKILL else ""
    return GivenUpError(f"the typesetter died ({ending})", died=True)


def _run(order: tuple[Any, Any, Any], scratch: str, sender: Connection) -> None:
    _obey()
    tempfile.tempdir = scratch
    _work(*order, sender)
    sender.close()


def _work(
    function: Callable[[Any], Any], arguments: Sequence[Any], limits: Limits, sender: Connection
) -> None:
    _limit(limits)
    # Collecting cycles while a document lives costs a tenth of the time: once after each. What the
    # parent had is left out: to look through it is to copy it, and takes longer than little work.
    gc.disable()
    gc.freeze()
    for number, argument in enumerate(arguments):
        answer = _answer(function, argument, limits)
        sender.send(answer)
        if isinstance(answer, Exception):
            break
        del answer
        gc.collect()
        if not number:
            # What the first run has loaded stays; there is no need to look through it again.
            gc.freeze()


def _answer(function: Callable[[Any], Any], argument: Any, limits: Limits) -> Any:
    try:
        return function(argument)
    except PharmdocsError as error:
        return error
    except MemoryError:
        return GivenUpError(f"typesetting needs more than {limits.memory / 1e9:.1f} GB of memory")
    except RecursionError:
        return GivenUpError("the content is nested too deeply to be typeset")
    except Exception as error:  # a bug: it keeps its traceback on the way to the parent
        error.add_note(traceback.format_exc())
        return error


def _obey() -> None:
    """Leave signals to the parent, and end with it."""
    # Ctrl-C belongs to the parent, which ends this child; so does what the parent makes of others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # A parent that is killed cannot end its children; Linux does.
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            set_on_parents_death = 1
            ctypes.CDLL(None).prctl(set_on_parents_death, signal.SIGKILL)


def _limit(limits: Limits) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        # Of one that stays, what it has used before does not count; it cannot raise a hard limit.
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        until = math.ceil(time.process_time()) + limits.cpu
        until = until if most == resource.RLIM_INFINITY else min(until, most)
        resource.setrlimit(resource.RLIMIT_CPU, (until, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
