"""A built file as a page of the desk shows it: sheets with their faces, drawn from the very PDF."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pharmdocs.manifest import backs_of, beside, turned
from pharmdocs.opened import opened, page_size
from pharmdocs.proofs import paired

# A letter page on a screen of 96 points an inch is drawn half as large again.
_DPI = 144
_MOST_PIXELS = 12_000_000


@dataclass(frozen=True)
class Face:
    """A page of a file, from 0, and its size as it is shown, in points."""

    file: str
    page: int
    width: float
    height: float


@dataclass(frozen=True)
class Sheet:
    """One page, or the two faces of one sheet, from 1; `ids` are the questions or cards on it."""

    number: int
    faces: tuple[Face, ...]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Built:
    """What was built: its folder, its files with the shown one first, and how to print it.

    `unit` is what is shown at a time: a sheet of paper, a page, a card.
    """

    folder: Path
    files: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    hint: str
    concerns: tuple[str, ...] = ()
    unit: str = "page"

    def of(self, ids: Sequence[str]) -> tuple[Sheet, ...]:
        """The sheets on which any of these stand."""
        return tuple(sheet for sheet in self.sheets if set(ids) & set(sheet.ids))


def built(paths: Sequence[Path], hint: str, concerns: Sequence[str], both: bool) -> Built:
    """What is to be shown of finished files.

    Args:
        paths: the files, the first of which is shown; all in one folder.
        hint: one line on how to print it.
        concerns: what may disappoint.
        both: front and back of a sheet are one; else every page stands alone.
    """
    path = paths[0]
    backs = backs_of(path)
    behind = _faces(backs)[:: -1 if turned(path)[1] else 1] if backs else None
    pairs = list(paired(iter(_faces(path)), behind, both))
    found = _found(path, len(pairs))
    sheets = tuple(Sheet(at, pair, tuple(found.get(at, ()))) for at, pair in enumerate(pairs, 1))
    unit = "sheet" if any(len(pair) > 1 for pair in pairs) else "page"
    names = tuple(one.name for one in paths)
    return Built(path.parent, names, sheets, hint, tuple(concerns), unit)


def _faces(path: Path) -> list[Face]:
    with opened(path) as document:
        sizes = [page_size(document, number, path) for number in range(len(document))]
    return [Face(path.name, at, size.width, size.height) for at, size in enumerate(sizes)]


def _found(path: Path, count: int) -> dict[int, list[str]]:
    """The ids on each sheet or page, from 1, as the manifest tells them."""
    told = beside(path) or {}
    rows = [row for row in told.get("faces", []) if "id" in row]
    found: dict[int, list[str]] = {}
    if told.get("options", {}).get("edition") == "screen":
        # A question goes on until the next one; of the last one, two pages are its own.
        starts = sorted((row["page"], row["id"]) for row in rows)
        ends = [*(page for page, _ in starts[1:]), starts[-1][0] + 2 if starts else 0]
        for (first, name), end in zip(starts, ends, strict=True):
            for page in range(first, min(max(end, first + 1), count + 1)):
                found.setdefault(page, []).append(name)
    for row in rows:
        if "sheet" in row and row["id"] not in found.setdefault(row["sheet"], []):
            found[row["sheet"]].append(row["id"])
    return found


def png(path: Path, page: int) -> bytes:
    """A page, from 0, as a picture.

    Raises:
        OutputError: the file cannot be read.
        IndexError: it has no such page.
    """
    with opened(path) as document:
        if not 0 <= page < len(document):
            raise IndexError(page)
        size = page_size(document, page, path)
        scale = min(_DPI / 72, (_MOST_PIXELS / (size.width * size.height)) ** 0.5)
        out = io.BytesIO()
        # Quick to write rather than small: it does not leave the machine.
        document[page].render(scale=scale).to_pil().save(out, "PNG", compress_level=1)
    return out.getvalue()


def text(path: Path, page: int) -> str:
    """What is read on a page, from 0; raises as `png` does."""
    with opened(path) as document:
        if not 0 <= page < len(document):
            raise IndexError(page)
        found: str = document[page].get_textpage().get_text_bounded()
    return found.replace("\r\n", "\n")
