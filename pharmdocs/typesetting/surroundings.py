"""All that a result of the typesetter depends on beside its job.

Where it is the same, the same job gives the same bytes: in a later build, and on another machine.
"""

import ctypes
import hashlib
import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pharmdocs.typesetting import fonts

_SUFFIXES = {".png", ".jpg", ".jpeg", ".svg"}
_LIBRARIES = (
    *("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "cssselect2", "pyphen"),
    *("pikepdf", "pillow"),
)


def pictures_of(argument: Any) -> list[Path]:
    """The pictures that a job, or something with a `job`, may show.

    A text without any sign of one shows none.
    """
    told, job = repr(argument), getattr(argument, "job", argument)
    if not any(sign in told for sign in ("<img", "url(", "<image", "<object", "<embed")):
        return []
    found = Path(job.pictures).rglob("*")
    return sorted(path for path in found if path.suffix.lower() in _SUFFIXES)


@lru_cache(maxsize=1)
def surroundings() -> str:
    """The typesetter's own code, its fonts, the versions of all that it relies on.

    Empty where it cannot be told.
    """
    pango = _pango()
    if not pango:
        return ""
    own = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted(
        (*here.glob("*.py"), here.parent / "geometry.py", here.parent / "wording.py")
    ):
        own.update(path.read_bytes())
    faces = " ".join(face.sha256 for face in fonts.faces())
    versions = " ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{own.hexdigest()} {faces} {versions} {python} {sys.platform} {pango}"


def _pango() -> str:
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
