"""Guarded child processes: a function runs with bounded memory, processor and wall time.

A crash in there (no font, a bomb in a style sheet, a killed process) is a named error here, and
the parent lives on. What goes in and what comes out is pickled.
"""

import contextlib
import gc
import multiprocessing
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from pharmdocs.errors import LayoutError, PharmdocsError, Problem

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True)
class Limits:
    """What a child may use: bytes of address space, processor seconds, seconds on the clock."""

    memory: int = 4_000_000_000
    cpu: int = 600
    wall: int = 900


def guarded(function: Callable[[_In], _Out], argument: _In, limits: Limits = Limits()) -> _Out:
    """The function's result, computed in a child process.

    Raises:
        PharmdocsError: the one that the function raised, or a LayoutError when the child died or
            used more than its limits.
    """
    # Forking is cheap because the parent has not imported the engine; where forking is unsafe
    # (macOS frameworks) a fresh interpreter does as well.
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(function, argument, limits, sender), daemon=True)
    child.start()
    sender.close()
    try:
        answer = _answer(receiver, child, limits)
    finally:
        if child.is_alive():
            child.kill()
        child.join()
        receiver.close()
    if isinstance(answer, Exception):
        raise answer
    result: _Out = answer
    return result


def _answer(receiver: Connection, child: Any, limits: Limits) -> Any:
    if not receiver.poll(limits.wall):
        return _failure(f"typesetting took longer than {limits.wall} seconds")
    with contextlib.suppress(EOFError):
        return receiver.recv()
    child.join()
    if child.exitcode == -signal.SIGXCPU:
        return _failure(f"typesetting used more than {limits.cpu} seconds of processor time")
    ending = f"signal {-child.exitcode}" if child.exitcode < 0 else f"exit code {child.exitcode}"
    return _failure(f"the typesetter died ({ending})")


def _run(function: Callable[[Any], Any], argument: Any, limits: Limits, sender: Connection) -> None:
    # Ctrl-C belongs to the parent, which ends this child.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(limits)
    # One document lives and dies in this process: collecting cycles on the way costs a tenth.
    gc.disable()
    try:
        answer = function(argument)
    except PharmdocsError as error:
        answer = error
    except MemoryError:
        answer = _failure(f"typesetting needs more than {limits.memory / 1e9:.1f} GB of memory")
    except RecursionError:
        answer = _failure("the content is nested too deeply to be typeset")
    except Exception as error:  # a bug: it keeps its traceback on the way to the parent
        error.add_note(traceback.format_exc())
        answer = error
    sender.send(answer)
    sender.close()


def _limit(limits: Limits) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _failure(what: str) -> LayoutError:
    fix = "look for a very large table or picture, or build fewer questions with --only"
    return LayoutError(Problem(None, what, fix))
