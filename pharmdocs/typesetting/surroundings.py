"""All that a result of the typesetter depends on beside its job.

Where it is the same, the same job gives the same bytes: in a later build, and on another machine.
"""

import hashlib
import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.keeping import shapers

_SUFFIXES = {".png", ".jpg", ".jpeg", ".svg"}
_LIBRARIES = (
    *("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "cssselect2", "pyphen"),
    *("pikepdf", "pillow", "reportlab", "pypdfium2"),
)


def pictures_of(argument: Any) -> list[Path]:
    """The pictures that a job, or something with a `job`, may show.

    A text without any sign of one shows none.
    """
    job = getattr(argument, "job", argument)
    if not hasattr(job, "pictures"):
        return []
    told = repr(argument)
    if not any(sign in told for sign in ("<img", "url(", "<image", "<object", "<embed")):
        return []
    found = Path(job.pictures).rglob("*")
    return sorted(path for path in found if path.suffix.lower() in _SUFFIXES)


@lru_cache(maxsize=1)
def surroundings() -> str:
    """The typesetter's own code, its fonts, the versions of all that it relies on.

    Empty where it cannot be told.
    """
    pango = shapers()
    if not pango:
        return ""
    own = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted(here.parent.rglob("*.py")):
        own.update(path.read_bytes())
    faces = " ".join(face.sha256 for face in fonts.faces())
    versions = " ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{own.hexdigest()} {faces} {versions} {python} {sys.platform} {pango}"
