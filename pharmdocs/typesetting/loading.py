"""Loads the engine, in a third of the time that importing it takes.

What it reads at every start is read before, and what it needs for faces unlike ours is loaded when
it is needed. Each of that has a test that shows what it is good for; where the engine is another
than we know, it is imported as it is.
"""

import contextlib
import io
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

# What reads faces, cuts them down and fixes those that vary: ours are embedded whole, do not vary,
# and what there is to read of them is `described`. What is taken from there is only called.
_SELDOM = ("fontTools.subset", "fontTools.ttLib", "fontTools.varLib.instancer")
# How the style sheet begins that nobody asks for.
_HINTS = "Presentational hints"
# What `scripts/make_declared.py` writes.
_DECLARED = Path(__file__).with_name("declared.json")


def load() -> Any:
    """Import the engine.

    Raises:
        OSError: a library is missing.
    """
    with _when_needed(), _without_hints():
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


@contextlib.contextmanager
def _without_hints() -> Iterator[None]:
    """Have the engine's style sheet for attributes like `bgcolor` be empty, who imports it here.

    It is read at every start, and only used by who asks for "presentational hints".
    """
    import tinycss2

    read = tinycss2.parse_stylesheet

    def parse_stylesheet(text: str, *arguments: Any, **options: Any) -> Any:
        return [] if _HINTS in text[:200] else read(text, *arguments, **options)

    tinycss2.parse_stylesheet = parse_stylesheet
    try:
        yield
    finally:
        tinycss2.parse_stylesheet = read


class _Later(ModuleType):
    """Stands in for a module; what is taken from it loads the module when it is used."""

    def __getattr__(self, name: str) -> "_Part":
        if name.startswith("__"):
            raise AttributeError(name)
        return _Part(self.__name__, name)


class _Part:
    """A function, class or module in a module that is loaded when it is used."""

    def __init__(self, module: str, name: str) -> None:
        self._of = module, name

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._real()(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real(), name)

    def _real(self) -> Any:
        module, name = self._of
        return getattr(import_module(module), name)
