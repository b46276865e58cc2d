"""Loads the engine, in a third of the time that importing it takes.

What it asks the system for twice is asked once, and what it needs for faces unlike ours is loaded
when it is needed. Each of that has a test that shows what it is good for.
"""

import contextlib
import ctypes.util
import io
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

# What cuts faces down and fixes those that vary: ours are embedded whole, and do not. Functions and
# classes alone are taken from there.
_SELDOM = ("fontTools.subset", "fontTools.varLib.instancer")


def load() -> Any:
    """Import the engine.

    It asks for its libraries by names that no system has before those that some have, and for each
    of the former a C compiler is started to look for it (ctypes.util.find_library).

    Raises:
        OSError: a library is missing.
    """
    find = ctypes.util.find_library

    def nothing(name: str) -> None:
        del name

    with _when_needed():
        ctypes.util.find_library = nothing
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                import weasyprint
        except OSError:
            for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
                del sys.modules[name]
        finally:
            ctypes.util.find_library = find
        import weasyprint

    return weasyprint


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
