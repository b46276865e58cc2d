"""A PDF that somebody names: opened, or refused in one clear message.

Nothing is known of such a file. It may be locked, damaged or made to do harm, so whatever works on
one does so in a child with limits.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pypdfium2
from pypdfium2 import raw

from pharmdocs.errors import LayoutError, OutputError, Problem, SelectionError
from pharmdocs.geometry import Size
from pharmdocs.pool import Limits, guarded

MOST_BYTES = 1_000_000_000
MOST_PAGES = 20_000
# PDF's own largest page is 200 in a side (ISO 32000-1, annex C); few printers go beyond 44.
_LONGEST = 14_400.0
_LIMITS = Limits(memory=6_000_000_000, cpu=3600, wall=5400)

# What a file says about turning the paper, as builds call it; 0 is a file that says nothing.
_TURNS = {0: "", 1: "none", 2: "short-edge", 3: "long-edge"}

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True)
class Facts:
    """What a printer needs to know of a file.

    Args:
        sizes: the pages in order, in points, as they are shown.
        duplex: "long-edge", "short-edge", "none", or empty where the file does not say.
        scaled: False when the file asks not to be scaled.
    """

    sizes: tuple[Size, ...]
    duplex: str
    scaled: bool


def facts(path: Path) -> Facts:
    """Page sizes, and what the file says about printing it.

    Raises:
        SelectionError: there is no such file.
        OutputError: it is none that can be printed.
    """
    return apart(_facts, path, path)


@contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The document, with what its fields hold; closed afterwards.

    Raises:
        SelectionError: there is no such file.
        OutputError: it is no PDF, is locked, or is larger than anything that is printed.
    """
    if not path.is_file():
        what = f"{path} is a folder" if path.is_dir() else f"there is no file {path}"
        raise SelectionError(Problem(None, what, "name a PDF file"))
    if path.stat().st_size > MOST_BYTES:
        raise _refused(path, f"is larger than {MOST_BYTES / 1e9:.0f} GB", "print it in parts")
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            fix = "save a copy without the password from a viewer, and name that"
            raise _refused(path, "is locked with a password", fix) from None
        raise _refused(path, "is not a PDF with pages that can be read", "name another") from None
    try:
        if len(document) > MOST_PAGES:
            what = f"has {len(document):,} pages, more than {MOST_PAGES:,}"
            raise _refused(path, what, "print it in parts")
        if document.get_formtype():
            document.init_forms()  # what fields hold is drawn only then
        yield document
    finally:
        document.close()


def apart(function: Callable[[_In], _Out], argument: _In, path: Path) -> _Out:
    """The function's result, computed where a file that does harm can do none.

    Raises:
        PharmdocsError: what the function raised, or an OutputError when the file was too much.
    """
    try:
        return guarded(function, argument, _LIMITS)
    except LayoutError:
        what = "is damaged, or takes more memory or time than any page needs"
        raise _refused(path, what, "open it in a viewer and save or print it anew") from None


def _facts(path: Path) -> Facts:
    with opened(path) as document:
        sizes = tuple(page_size(document, number, path) for number in range(len(document)))
        duplex = _TURNS.get(raw.FPDF_VIEWERREF_GetDuplex(document), "")
        return Facts(sizes, duplex, bool(raw.FPDF_VIEWERREF_GetPrintScaling(document)))


def page_size(document: pypdfium2.PdfDocument, number: int, path: Path) -> Size:
    """How large a page is as it is shown, in points; pages count from 0.

    Raises:
        OutputError: it has no size, or none that a page can have.
    """
    try:
        width, height = document.get_page_size(number)
    except pypdfium2.PdfiumError:
        width = height = 0
    if not (0 < width <= _LONGEST and 0 < height <= _LONGEST):
        what = f"cannot be printed: page {number + 1} has no size that a page can have"
        raise _refused(path, what, "open it in a viewer and save or print it anew")
    return Size(width, height)


def _refused(path: Path, what: str, fix: str) -> OutputError:
    return OutputError(Problem(None, f"{path.name} {what}", fix))
