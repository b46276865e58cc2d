"""pharmdocs/typesetting/declared.json: the engine's declarations in C, read once instead of always.

The engine declares the functions of its libraries in C, and cffi parses that at every start. For
who wants it parsed before, cffi writes a module (its "out-of-line ABI mode"); here are the
arguments of the one call in there, as data. To be run when the engine is upgraded.

    python scripts/make_declared.py
"""

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

FILE = Path(__file__).resolve().parent.parent / "pharmdocs/typesetting/declared.json"


def made() -> str:
    """The file as it should be."""
    import cffi
    from weasyprint.text import ffi as engine

    with tempfile.TemporaryDirectory() as scratch:
        text = _text(engine)
        compiler = cffi.FFI()
        compiler.cdef(text)
        compiler.set_source("declared", None)
        compiler.emit_python_code(f"{scratch}/declared.py")
        arguments = _arguments(Path(scratch, "declared.py").read_text(encoding="ascii"))
    told = {"of": hashlib.sha256(text.encode()).hexdigest(), "arguments": arguments}
    return json.dumps(told, indent=1) + "\n"


def _text(engine: ModuleType) -> str:
    """The declarations, from the source of the module that makes them."""
    import ast

    tree = ast.parse(Path(str(engine.__file__)).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (text,) = (
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "cdef"
        and isinstance(call.args[0], ast.Constant)
    )
    return str(text)


def _arguments(module: str) -> dict[str, Any]:
    """What the module that cffi has written calls its backend with; bytes as Latin-1."""
    found: list[dict[str, Any]] = []
    backend: Any = SimpleNamespace(FFI=lambda _, **named: found.append(named))
    with patch.dict(sys.modules, _cffi_backend=backend):
        exec(compile(module, "declared", "exec"), {})  # noqa: S102
    plain: dict[str, Any] = _plain(found[0])
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.decode("latin-1") if isinstance(value, bytes) else value


if __name__ == "__main__":
    FILE.write_text(made(), encoding="ascii")
