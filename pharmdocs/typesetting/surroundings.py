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
# What a text has in it that shows a picture.
_SIGNS = ("<img", "url(", "<image", "<object", "<embed")
_LIBRARIES = (
    *("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "cssselect2", "pyphen"),
    *("pikepdf", "pillow", "reportlab", "pypdfium2"),
)


def pictures_of(argument: Any, told: str) -> list[tuple[str, Path]]:
    """The pictures that a job, or something with a `job`, may show: their names, where they lie.

    Args:
        argument: the job.
        told: its `repr`, which has only digests of faces; one without any sign of a picture in
            either shows none.
    """
    job = getattr(argument, "job", argument)
    if not hasattr(job, "pictures"):
        return []
    texts = [told, *(text for face in getattr(job, "faces", ()) for text in face.texts)]
    if not any(sign in text for sign in _SIGNS for text in texts):
        return []
    root = Path(job.pictures)
    found = sorted(path for path in root.rglob("*") if path.suffix.lower() in _SUFFIXES)
    return [(path.relative_to(root).as_posix(), path) for path in found]


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
    for path in (*sorted(here.parent.rglob("*.py")), here / "described.json"):
        own.update(path.read_bytes())
    faces = " ".join(face.sha256 for face in fonts.faces())
    versions = " ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{own.hexdigest()} {faces} {versions} {python} {sys.platform} {pango}"
