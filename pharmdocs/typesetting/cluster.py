"""Jobs handed to the workers of a Dask cluster: the same results as here, made elsewhere.

A job goes along with the pictures that it may show. Fonts and the typesetter’s code are the
worker’s own, and it works only when they are the very ones of whoever asks. A worker that dies
loses nothing: what it had goes to another.
"""

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pharmdocs.errors import LayoutError, Problem, SetupError
from pharmdocs.typesetting.surroundings import pictures_of, surroundings

_In = TypeVar("_In")
_Out = TypeVar("_Out")

# How long a scheduler may take to answer at first, in seconds.
_PATIENCE = 8

scheduler: ContextVar[str] = ContextVar("scheduler", default="")
# The typesetter does one thing at a time in a process, whatever a worker would like to do.
_one = threading.Lock()


@dataclass(frozen=True)
class Parcel:
    """A job as it travels: what is to be done, the pictures by their names, and where it is from.

    `around` are the surroundings of whoever asks.
    """

    function: Callable[..., Any]
    argument: Any
    pictures: tuple[tuple[str, bytes], ...]
    around: str


@contextlib.contextmanager
def clustered(address: str) -> Iterator[None]:
    """Let the cluster of this scheduler work until the end of the block; nobody's, if empty."""
    token = scheduler.set(address)
    try:
        yield
    finally:
        scheduler.reset(token)


def spread(
    address: str,
    function: Callable[[_In], _Out],
    arguments: Sequence[_In],
    done: Callable[[int], None] | None = None,
) -> list[_Out]:
    """The function's results in the order of the arguments, computed by a cluster.

    Args:
        address: the scheduler's, such as tcp://10.0.0.5:8786.
        function: one of ours, pure but for the folder of pictures.
        arguments: a job each, or something with a `job`.
        done: told how many results are there.

    Raises:
        PharmdocsError: what the function raised; a SetupError when there is no such cluster or its
            workers have another pharmdocs, a LayoutError when one job ended several workers.
    """
    if not arguments:
        return []
    try:
        from distributed import Client
        from distributed.scheduler import KilledWorker
    except ImportError:
        fix = "pip install 'pharmdocs[cluster]'"
        raise SetupError(Problem(None, "--scheduler needs distributed", fix)) from None
    try:
        # It has no types of its own, and may not be installed where types are checked.
        connect: Any = Client
        client: Any = connect(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        what = f"there is no scheduler at {address} ({type(error).__name__})"
        raise SetupError(Problem(None, what, "start one with: dask scheduler")) from None
    with client:
        _look(client, address)
        executor = client.get_executor(pure=False)
        futures = [executor.submit(unpacked, _packed(function, item)) for item in arguments]
        try:
            for count, future in enumerate(as_completed(futures), 1):
                future.result()
                if done:
                    done(count)
            return [future.result() for future in futures]
        except KilledWorker:
            what = "a job has ended several workers, one after the other"
            fix = "give them more memory, or look for a very large table or picture"
            raise LayoutError(Problem(None, what, fix)) from None
        finally:
            for future in futures:
                future.cancel()


def _look(client: Any, address: str) -> None:
    """Refuse a cluster without workers, or whose workers would set other pages."""
    said = client.run(surroundings, on_error="return")
    # One that is gone by now does no harm.
    there = {name: told for name, told in said.items() if not isinstance(told, OSError)}
    if not there:
        what = f"the scheduler at {address} has no workers"
        raise SetupError(Problem(None, what, f"start some with: dask worker {address}"))
    for worker, told in there.items():
        if told != surroundings():
            other = "lacks" if isinstance(told, BaseException) else "has another"
            what = f"the worker {worker} {other} pharmdocs, and would set other pages"
            fix = "install the same pharmdocs, with its locked packages, on every worker"
            raise SetupError(Problem(None, what, fix))


def _packed(function: Callable[..., Any], argument: Any) -> Parcel:
    pictures = pictures_of(argument, repr(argument))
    files = tuple((name, path.read_bytes()) for name, path in pictures)
    return Parcel(function, _placed(argument, ""), files, surroundings())


def unpacked(parcel: Parcel) -> Any:
    """What a worker makes of a parcel.

    Raises:
        PharmdocsError: what the function raised, or a SetupError when here is another pharmdocs.
    """
    if parcel.around != surroundings():
        what = "a worker has another pharmdocs than whoever asks it"
        raise SetupError(Problem(None, what, "install the same one everywhere"))
    with _one, tempfile.TemporaryDirectory(prefix="pharmdocs-") as folder:
        for name, data in parcel.pictures:
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return parcel.function(_placed(parcel.argument, folder))


def _placed(argument: Any, folder: str) -> Any:
    """The argument with its pictures in that folder, if it is one that has any."""
    if hasattr(argument, "job"):
        return replace(argument, job=replace(argument.job, pictures=folder))
    return replace(argument, pictures=folder) if hasattr(argument, "pictures") else argument
