"""What a build made, beside the file it made: ids, hashes, places, fit, inputs, versions.

A later build reads it to tell what has changed. The format has a number; fields may be added
under the same one, and nothing of the machine or the day stands in it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pharmdocs import __version__
from pharmdocs.bank.model import Bank
from pharmdocs.errors import Location, SetupError, newer
from pharmdocs.preflight.promise import Promise
from pharmdocs.preflight.told import as_told
from pharmdocs.typesetting import fonts

FORMAT = 1
# `json.dumps` would make another one for each row.
_json = json.JSONEncoder(ensure_ascii=False).encode


def manifest(
    printable: str,
    bank: Bank,
    options: Mapping[str, object],
    faces: Sequence[Mapping[str, object]],
    files: Mapping[str, bytes | str],
    promises: Mapping[str, Promise] | None = None,
    more: Mapping[str, object] | None = None,
) -> bytes:
    """The manifest as JSON, the same for the same build.

    Args:
        printable: what was built.
        bank: what it was built from; its texts are told by their hashes.
        options: what the user chose.
        faces: a row for each face or page, with where it lies.
        files: the finished files by name, each as its bytes or their digest.
        more: what this printable tells besides, by its key.
        promises: what each PDF among them keeps, for `pharmdocs check`.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "printable": printable,
        "bank": {"name": bank.name, "version": bank.version, "date": bank.date},
        "options": dict(options),
        "files": {
            name: data if isinstance(data, str) else digest(data) for name, data in files.items()
        },
        "promises": {name: as_told(promise) for name, promise in (promises or {}).items()},
        "faces": [dict(face) for face in faces],
        "inputs": {name: digest(text.encode()) for name, text in bank.files.items()},
        "fonts": {face.file: face.sha256 for face in fonts.faces()},
        "versions": {
            "pharmdocs": __version__,
            "weasyprint": version("weasyprint"),
            "pikepdf": version("pikepdf"),
        },
        **(more or {}),
    }
    return _lined(content).encode()


def _lined(content: Mapping[str, Any]) -> str:
    """JSON with a line for each key, and one for each item of a list of its rows."""
    lines = []
    for key, value in content.items():
        rows = isinstance(value, list) and value and isinstance(value[0], dict)
        told = ",\n  ".join(map(_json, value)) if rows else _json(value)
        lines.append(f" {_json(key)}: {f'[{chr(10)}  {told}{chr(10)} ]' if rows else told}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def digest(data: bytes) -> str:
    """The SHA-256 of these bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def manifest_path(path: Path) -> Path:
    """Where the manifest of a file lies: beside it, under its name."""
    return path.with_name(f"{path.stem}.manifest.json")


def beside(path: Path) -> dict[str, Any] | None:
    """What the manifest says that lies beside a file and tells of it; None where none does.

    Raises:
        SetupError: a later release wrote it.
    """
    own, others = manifest_path(path), sorted(path.parent.glob("*.manifest.json"))
    for place in dict.fromkeys([own, *others]):
        try:
            told = json.loads(place.read_text(encoding="utf-8"))
            is_its = path.name in told.get("files", ())
            if is_its or place == own:
                readable(told, place)
        except (OSError, ValueError, TypeError, AttributeError):
            continue
        if is_its:
            return dict(told)
    return None


def readable(told: Mapping[str, Any], place: Path) -> None:
    """Stop at a manifest that a later release wrote; one that does not say is of the first form.

    Raises:
        SetupError: it is of a newer form.
        TypeError: it does not tell its form by a number.
    """
    if (found := told.get("format", 1)) > FORMAT:
        raise SetupError(newer(Location(place.name), found, FORMAT))


def backs_of(path: Path) -> Path | None:
    """The file with the backs, where this one has the fronts of sheets that are turned by hand."""
    told = beside(path)
    if told is None or told.get("options", {}).get("duplex") != "manual":
        return None
    backs = path.with_name(f"{path.stem.removesuffix('-fronts')}-backs.pdf")
    is_front = path.stem.endswith("-fronts") and backs.name in told["files"]
    return backs if is_front and backs.is_file() else None


def turned(path: Path) -> tuple[str, bool]:
    """How a printer that was calibrated turns the sheets of a file.

    The edge, empty where it is the one that the file names or nobody knows better; and whether
    the backs of sheets turned by hand stand in their file from the last to the first.
    """
    options = (beside(path) or {}).get("options", {})
    turns = options.get("turns")
    return turns if turns in ("long-edge", "short-edge") else "", options.get("reverse") is True
