"""One guarded child: a process with limits that answers, one after the other, what it is given.

A child can be started ahead: it loads what the work needs while the parent is still busy with
something else, and then waits.
"""

import contextlib
import gc
import multiprocessing
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
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


@dataclass(frozen=True)
class Child:
    """A process, and where it answers."""

    process: Any
    receiver: Connection

    def answer(self, limits: Limits) -> Any:
        """The next result; raises what the child raised, or what became of it."""
        try:
            found = self.receiver.recv()
        except EOFError:
            self.process.join()
            found = _ending(self.process.exitcode, limits)
        if isinstance(found, Exception):
            raise found
        return found

    def end(self) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.join()
        self.receiver.close()


def collect_seldom() -> None:
    """Look for cycles a hundred times less often: a bank has none, and is looked through each time.

    They took a seventh of the time of a build after an edit.
    """
    gc.set_threshold(70_000)


# The child that was started ahead, until somebody takes it.
_waiting: ContextVar[list[tuple[Child, Connection]]] = ContextVar("waiting")


@contextlib.contextmanager
def ahead(load: Callable[[], object]) -> Iterator[None]:
    """Have a child ready for the block, which loads what its work will need meanwhile.

    Only where children are forked: a fresh interpreter would load the caller's own code, too.
    """
    if sys.platform != "linux":
        yield
        return
    with tempfile.TemporaryDirectory(prefix="pharmdocs-") as scratch:
        context = multiprocessing.get_context("fork")
        receiver, sender = context.Pipe(duplex=False)
        taken, orders = context.Pipe(duplex=False)
        target = (load, scratch, taken, sender, (receiver, orders))
        process = context.Process(target=_wait, args=target, daemon=True)
        process.start()
        sender.close()
        taken.close()
        child = Child(process, receiver)
        token = _waiting.set([(child, orders)])
        try:
            yield
        finally:
            _waiting.reset(token)
            orders.close()
            child.end()


def _wait(
    load: Callable[[], object],
    scratch: str,
    orders: Connection,
    sender: Connection,
    others: Sequence[Connection],
) -> None:
    """In the child that was started ahead: get ready, and do what then is asked."""
    _obey()
    # The parent's ends: with one of them open here, it would not be known that the parent is gone.
    for end in others:
        end.close()
    tempfile.tempdir = scratch
    # What goes wrong is told by the work that meets it again.
    with contextlib.suppress(Exception):
        load()
    with contextlib.suppress(EOFError):
        function, arguments, limits, place = orders.recv()
        _run(function, arguments, limits, place, sender)


def start(
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    limits: Limits,
    scratch: str,
    is_ready: bool = False,
) -> Child:
    """A child that does this with each of these; `is_ready` takes the one that is, if there is."""
    order = (function, arguments, limits, scratch)
    waiting = _waiting.get([]) if is_ready else []
    while waiting:
        child, orders = waiting.pop()
        # It may have died meanwhile.
        with contextlib.suppress(OSError):
            orders.send(order)
            return child
    # Forking is cheap, and children have what the parent has loaded; where forking is unsafe
    # (macOS frameworks) a fresh interpreter does as well.
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(*order, sender), daemon=True)
    process.start()
    sender.close()
    return Child(process, receiver)


def _ending(code: int, limits: Limits) -> GivenUpError:
    if code == -signal.SIGXCPU:
        return GivenUpError(f"typesetting used more than {limits.cpu} seconds of processor time")
    ending = f"signal {-code}" if code < 0 else f"exit code {code}"
    # What the system does first when memory runs out.
    ending += ", as when memory runs out" if code == -signal.SIGKILL else ""
    return GivenUpError(f"the typesetter died ({ending})", died=True)


def _run(
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    limits: Limits,
    scratch: str,
    sender: Connection,
) -> None:
    _obey()
    tempfile.tempdir = scratch
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
    sender.close()


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
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
