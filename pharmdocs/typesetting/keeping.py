"""Where results are kept, how they get there whole, and the system's libraries they hang on.

Light enough to be asked before anything else is loaded.
"""

import contextlib
import ctypes
import secrets
import sys
from pathlib import Path


def usual() -> Path:
    """Where results lie unless somebody says otherwise; it need not exist."""
    from platformdirs import user_cache_path

    return user_cache_path("pharmdocs", appauthor=False) / "pages"


def put(path: Path, data: bytes) -> None:
    """Keep something, whole or not at all; a disk that is full keeps none."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Known before it exists. What a killed build leaves is an entry that nobody asks for.
        part = path.with_name(f".{secrets.token_hex(8)}")
        try:
            with part.open("xb") as file:
                file.write(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def shapers() -> str:
    """The versions of the system's libraries that shape text; empty where they cannot be asked."""
    suffix = "dylib" if sys.platform == "darwin" else "so"
    asked = (("pango-1.0", "0", "pango_version_string"), ("harfbuzz", "0", "hb_version_string"))
    found = []
    for name, number, question in asked:
        end = f"{number}.{suffix}" if suffix == "dylib" else f"{suffix}.{number}"
        try:
            function = getattr(ctypes.CDLL(f"lib{name}.{end}"), question)
        except (OSError, AttributeError):
            return ""
        function.restype = ctypes.c_char_p
        found.append(f"{name} {function().decode()}")
    return " ".join(found)
