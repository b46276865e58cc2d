"""pharmdocs/typesetting/described.json: what the engine says of each of our faces in a PDF.

To be run when the engine is upgraded, or a face.

    python scripts/make_described.py
"""

import hashlib
import json
from typing import Any
from unittest.mock import patch

from pharmdocs.typesetting import mending
from pharmdocs.typesetting.described import FILE, Descriptions
from pharmdocs.typesetting.loading import load
from pharmdocs.typesetting.typeset import specimen, typeset


def made(size: str = "9pt") -> str:
    """The file as it should be; in a process that has not typeset anything yet.

    Args:
        size: in which faces are set, which makes no difference.
    """
    found: dict[str, Any] = {}

    class Told(Descriptions):
        def add(self, document: Any, font: Any, *options: Any) -> Any:
            self.kept[font.hash] = self.anew(font, *options)
            of = hashlib.sha256(font.file_content).hexdigest()
            found[font.hash] = {"of": of, "objects": self.kept[font.hash]}
            return super().add(document, font, *options)

    with patch.object(mending, "Descriptions", Told):
        typeset(specimen(size))
    told = {"engine": load().__version__, "faces": dict(sorted(found.items()))}
    return json.dumps(told, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(made(), encoding="ascii")
