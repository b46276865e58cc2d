"""What a PDF says of a whole face: its widths, its letters. Told by the engine once for all.

The engine tells it anew for every document, glyph by glyph: a sixth of the time of a short one, and
a fifth of getting ready. And it calls a face monospaced when the letters that a document has of it
happen to be equally wide.
"""

import hashlib
import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

# What `scripts/make_described.py` writes, of our faces and one version of the engine.
FILE = Path(__file__).with_name("described.json")

_REFERENCE = re.compile(r"(\[?)(\d+) 0 R(\]?)")

# The entries of an object as they are written, and its stream; None where it has none.
Described = tuple[dict[str, Any], str | None]


class Descriptions:
    """The objects of each face, by what the engine calls it."""

    def __init__(self, pdf: Any) -> None:
        self.build, self.pydyf, self.faces = pdf.build_fonts_dictionary, pdf.pydyf, pdf.fonts
        # What stands in a document before any face.
        self.first = len(self.pydyf.PDF().objects)
        self.kept: dict[str, list[Described]] = {}

    def add(self, document: Any, font: Any, *options: Any) -> Any:
        """Describe a face in a document; the reference of what pages name."""
        if font.hash not in self.kept:
            self.kept[font.hash] = _known(font) or self.anew(font, *options)
        by = len(document.objects) - self.first
        for entries, stream in self.kept[font.hash]:
            told = {key: _moved(value, by) for key, value in entries.items()}
            if stream is None:
                document.add_object(self.pydyf.Dictionary(told))
            else:
                # The program itself is not kept twice.
                data = font.file_content if "Length1" in told else stream.encode("latin-1")
                document.add_object(self.pydyf.Stream([data], told))
        return document.objects[-1].reference

    def anew(self, font: Any, *options: Any) -> list[Described]:
        """What the engine says of all of a face."""
        alone, file = self.pydyf.PDF(), io.BytesIO(font.file_content)
        face = self.faces.TTFont(file, fontNumber=font.index)
        font.widths = {at: it[0] for at, it in enumerate(face["hmtx"].metrics.values())}
        self.build(alone, {font.hash: font}, *options)
        return list(map(_described, alone.objects[self.first :]))


def _described(item: Any) -> Described:
    if hasattr(item, "stream"):
        data = b"" if "Length1" in item.extra else b"\n".join(item.stream)
        return _written(item.extra), data.decode("latin-1")
    return _written(item), None


def _written(entries: dict[str, Any]) -> dict[str, Any]:
    plain = {key: getattr(value, "data", value) for key, value in entries.items()}
    return {
        key: value.decode("latin-1") if isinstance(value, bytes) else value
        for key, value in plain.items()
    }


def _moved(value: Any, by: int) -> Any:
    """The value of an entry; if it refers to something, to what lies so many objects further."""
    if isinstance(value, str) and (found := _REFERENCE.fullmatch(value)):
        return f"{found[1]}{int(found[2]) + by} 0 R{found[3]}".encode()
    return value


def _known(font: Any) -> list[Described]:
    """What is shipped of a face; nothing of one that is another, or is called something else."""
    known = _shipped().get(font.hash)
    if not known or known["of"] != hashlib.sha256(font.file_content).hexdigest():
        return []
    return [(entries, stream) for entries, stream in known["objects"]]


@cache
def _shipped() -> dict[str, Any]:
    import weasyprint

    told: dict[str, Any] = json.loads(FILE.read_text(encoding="ascii"))
    return told["faces"] if told["engine"] == weasyprint.__version__ else {}
