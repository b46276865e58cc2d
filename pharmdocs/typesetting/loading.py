"""Loads the engine, in a third of the time that importing it takes.

What it reads at every start is read before, and what it needs for faces unlike ours is loaded when
it is needed. Each of that has a test that shows what it is good for; where the engine is another
than we know, it is imported as it is.
"""

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

# What cuts faces down and fixes those that vary: ours are embedded whole, and do not. Functions and
# classes alone are taken from there.
_SELDOM = ("fontTools.subset", "fontTools.varLib.instancer")
# What `scripts/make_declared.py` writes.
_DECLARED = Path(__file__).with_name("declared.json")


def load() -> Any:
    """Import the engine.

    Raises:
        OSError: a library is missing.
    """
    with _when_needed():
        try:
            with contextlib.redirect_stdout(io.StringIO()), _declared():
                import weasyprint
        except (OSError, ImportError):
            # There are libraries that only a search finds, and the engine's own way does search.
            for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
                del sys.modules[name]
        import weasyprint

    return weasyprint


@contextlib.contextmanager
def _declared() -> Iterator[None]:
    """Have who declares functions of libraries in the block find their declarations parsed.

    Parsing takes a fifth of the time of loading. And what is parsed calls libraries at less cost:
    it starts no C compiler to look for one by a name that no system has.

    Raises:
        ImportError: inside, when other functions are declared, or in a form that is not known.
    """
    if "weasyprint" in sys.modules:
        yield
        return
    import cffi

    make = cffi.FFI
    cffi.FFI = _parsed
    try:
        yield
    finally:
        cffi.FFI = make


def _parsed() -> Any:
    """What calls functions of libraries, whose declarations are parsed."""
    import hashlib
    import json

    import _cffi_backend

    told = json.loads(_DECLARED.read_text(encoding="ascii"))

    class Parsed(_cffi_backend.FFI):  # type: ignore[misc]
        def cdef(self, text: str) -> None:
            if hashlib.sha256(text.encode()).hexdigest() != told["of"]:
                raise ImportError("other functions are declared")

    arguments = {key: _in_bytes(value) for key, value in told["arguments"].items()}
    return Parsed("declared", **arguments)


def _in_bytes(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_in_bytes, value))
    return value.encode("latin-1") if isinstance(value, str) else value


@contextlib.contextmanager
def _when_needed() -> Iterator[None]:
    """Have who imports in the block load what is seldom needed when it is used."""
    lent = [_Later(name) for name in _SELDOM if name not in sys.modules]
    sys.modules.update({module.__name__: module for module in lent})
    try:
        yield
    finally:
        for module in lent:
            del sys.modules[module.__name__]


class _Later(ModuleType):
    """Stands in for a module; whatever is taken from it loads the module when it is called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def called(*arguments: Any, **options: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*arguments, **options)

        return called
