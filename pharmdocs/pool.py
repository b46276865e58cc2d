"""Guarded child processes: a function runs with bounded memory, processor and wall time.

A crash in there (no font, a bomb in a style sheet, a killed process) is a named error here, and
the parent lives on. What goes in and what comes out is pickled.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any, TypeVar

from pharmdocs.children import USUAL, Child, GivenUpError, Limits, start
from pharmdocs.errors import LayoutError, Problem

__all__ = ["Limits", "each", "guarded", "streamed"]

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def guarded(function: Callable[[_In], _Out], argument: _In, limits: Limits = USUAL) -> _Out:
    """The function's result, computed in a child process.

    Raises:
        PharmdocsError: the one that the function raised, or a LayoutError when the child died or
            used more than its limits.
    """
    return each(function, [argument], 1, limits)[0]


def each(
    function: Callable[[_In], _Out],
    arguments: Sequence[_In],
    jobs: int,
    limits: Limits = USUAL,
    done: Callable[[int], None] | None = None,
    called: Callable[[_In], str] | None = None,
    work: str = "",
    meanwhile: Callable[[], object] = lambda: None,
) -> list[_Out]:
    """The function's results in the order of the arguments, computed in several children.

    A child that dies is followed by another, which begins with what it died at, once.

    Args:
        function: what a child does, again and again.
        arguments: dealt out in turn, so that every child gets about as much.
        jobs: how many children at the most.
        limits: what each child may use for one of them; all it does is given as `Limits.over` says.
        done: told how many results are there, whenever one has come.
        called: what to call an argument, should a child give up at it.
        work: what it is, for a child that was started ahead for such work and does its share.
        meanwhile: what is done here as soon as all have begun.

    Raises:
        PharmdocsError: the first that any child raised; the others are ended.
    """
    if not arguments:
        return []
    jobs = max(1, min(jobs, len(arguments)))
    limits = limits.over(-(-len(arguments) // jobs))
    children: list[Child] = []
    # The children's temporary files lie in a folder of the parent's: a child may be killed.
    with tempfile.TemporaryDirectory(prefix="pharmdocs-") as scratch:

        def begun(first: int) -> Child:
            # The last one: a child that is ready may have to finish getting so before it listens.
            own = work if first == jobs - 1 else ""
            child = start(function, arguments[first::jobs], limits, scratch, own)
            children.append(child)
            return child

        try:
            return _collect(begun, arguments, jobs, limits, done, called, meanwhile)
        finally:
            for child in children:
                child.end()


def streamed(
    function: Callable[[_In], Iterable[_Out]], argument: _In, limits: Limits = USUAL
) -> Iterator[_Out]:
    """What the function gives, piece by piece, computed in a child that waits for its reader.

    The clock limits each piece, and not how long the reader takes. No piece is None. The child
    ends with the iterator.

    Raises:
        PharmdocsError: as `guarded` has it, after the pieces that were whole.
    """
    with tempfile.TemporaryDirectory(prefix="pharmdocs-") as scratch:
        child = start(_Pieces(function, argument), range(sys.maxsize), limits, scratch)
        try:
            while child.receiver.poll(limits.wall):
                piece = child.answer(limits)
                if piece is None:
                    return
                yield piece
            raise _failure(f"typesetting took longer than {limits.wall} seconds")
        except GivenUpError as error:
            raise _failure(error.what) from None
        finally:
            child.end()


@dataclass
class _Pieces:
    """In the child: the next piece at each call, and None behind the last."""

    function: Callable[[Any], Iterable[Any]]
    argument: Any
    pieces: Iterator[Any] | None = None

    def __call__(self, _: int) -> Any:
        if self.pieces is None:
            self.pieces = iter(self.function(self.argument))
        return next(self.pieces, None)


def _collect(
    begun: Callable[[int], Child],
    arguments: Sequence[_In],
    jobs: int,
    limits: Limits,
    done: Callable[[int], None] | None,
    called: Callable[[_In], str] | None,
    meanwhile: Callable[[], object],
) -> list[Any]:
    results: dict[int, Any] = {}
    again: set[int] = set()
    until = time.monotonic() + limits.wall
    waiting: dict[Any, tuple[Child, int]] = {}
    for first in range(jobs):
        child = begun(first)
        waiting[child.receiver] = child, first
    meanwhile()
    while waiting:
        ready = wait(list(waiting), max(until - time.monotonic(), 0))
        if not ready:
            at = [arguments[index] for _, index in waiting.values()]
            raise _failure(f"typesetting took longer than {limits.wall} seconds", at, called)
        for receiver in ready:
            child, index = waiting.pop(receiver)
            try:
                results[index] = child.answer(limits)
            except GivenUpError as error:
                if not error.died or index in again:
                    once_more = " again when it was tried once more" if error.died else ""
                    raise _failure(error.what + once_more, [arguments[index]], called) from None
                again.add(index)
                child.end()
                fresh = begun(index)
                waiting[fresh.receiver] = fresh, index
                continue
            if done:
                done(len(results))
            if index + jobs < len(arguments):
                waiting[receiver] = child, index + jobs
    return [results[index] for index in range(len(arguments))]


def _failure(
    what: str, at: Sequence[_In] = (), called: Callable[[_In], str] | None = None
) -> LayoutError:
    where = f", at {', '.join(map(called, at))}" if called else ""
    fix = "look for a very large table or picture, or build fewer questions with --only"
    return LayoutError(Problem(None, what + where, fix))
