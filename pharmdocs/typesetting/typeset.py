"""HTML and style sheets -> PDF bytes and findings. Pure: the same job gives the same bytes.

A job holds everything: no settings, no clock, no network; pictures come from one folder and
nothing else is read. It can be pickled, so it can run in a guarded child (`pool`), in another
process, or on another machine. Any warning of the engine is a problem, with the style sheet and
line it came from.
"""

import logging
import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pharmdocs.errors import LayoutError, Location, Problem, SetupError
from pharmdocs.geometry import Size
from pharmdocs.typesetting import boxes, findings, folios, fonts, loading, mending
from pharmdocs.typesetting.apart import Apart, lead_out, surrounded
from pharmdocs.typesetting.boxes import Bookmark, Field, PageContents, Ruled
from pharmdocs.typesetting.fetching import PICTURES, Supplied, fetcher_of
from pharmdocs.typesetting.mirror import mirror
from pharmdocs.typesetting.tidy import tidy

# PDF/A-2a; accessible.py adds what makes the same file PDF/UA-1.
_VARIANT = "pdf/a-2a"
# The style sheets of the last job as the engine reads them, each with its complaints.
_last: dict["Stylesheet", tuple[Any, list[Problem]]] = {}


@dataclass(frozen=True)
class Stylesheet:
    """CSS text under the name that a message about it carries."""

    name: str
    text: str


@dataclass(frozen=True)
class Job:
    """What is to be typeset: `pictures` is the folder that images are read from.

    Beside them there are those that are `supplied`, and no others. `facing` says that right-hand
    pages are mirrored, as far as the style sheets ask for it. A section that is typeset `apart`
    has placeholders for the numbers of its pages. With `grey`, pictures are without color.
    """

    html: str
    stylesheets: tuple[Stylesheet, ...]
    # Where they lie is no matter to what is typeset, and tells of the machine.
    pictures: str = field(repr=False)
    supplied: tuple[Supplied, ...] = ()
    facing: bool = False
    apart: Apart | None = None
    grey: bool = False


@dataclass(frozen=True)
class Page:
    """What became of one page; `text` holds every word on it, running heads included.

    `anchors` maps an element's id to the top of its part on this page, in points. What is laid out
    apart has placeholders in its text, as `folios.told` knows them.
    """

    size: Size
    name: str
    text: tuple[str, ...]
    ruled: tuple[Ruled, ...]
    anchors: dict[str, float]
    fields: tuple[Field, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()


@dataclass(frozen=True)
class Typeset:
    """A tagged PDF and what is known about its pages, which count from 0.

    Its fonts hold the hashes of their programs, which come in when the document is finished. It is
    pickled deflated and stays so until somebody wants the PDF: of a deck that stands nobody does,
    but for what was edited.
    """

    pdf: bytes = field(repr=False)
    pages: tuple[Page, ...] = field(repr=False)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        if "pdf" in state:
            state["packed"] = zlib.compress(state.pop("pdf"), 1)
        return state

    def __getattr__(self, name: str) -> Any:
        if name == "pdf":
            return zlib.decompress(self.__dict__["packed"])
        raise AttributeError(name)


@dataclass(frozen=True)
class Layout:
    """A document that is laid out and not yet written, and what is wrong with it.

    `html` is the root of the parsed document, `complaints` are the engine's own, `findings` what
    we saw on the pages.
    """

    document: Any
    html: Any
    pages: tuple[PageContents, ...]
    complaints: tuple[Problem, ...]
    findings: tuple[Problem, ...]


def typeset(job: Job) -> Typeset:
    """Lay out a document and write it, tagged, with whole faces embedded.

    Raises:
        LayoutError: lost or clipped text, a missing face, anything the engine warned about.
    """
    with engine() as weasyprint:
        return write(lay_out(job, weasyprint))


def warm() -> None:
    """Set a word in each face, so that the next job finds everything loaded."""
    typeset(specimen("9pt"))


def specimen(size: str) -> Job:
    """A word in each face, in that size."""
    said = "".join(
        f'<p style="font: {face.style} {face.weight} {size} {face.family}">'
        f"{'●' if 'Symbols' in face.family else 'x'}</p>"
        for face in fonts.faces()
    )
    return Job(f"<!doctype html><html lang=en><title>-</title><body>{said}", (), "")


@contextmanager
def engine() -> Iterator[Any]:
    """The engine, mended, with our fonts and no others.

    Raises:
        SetupError: one of its system libraries is missing.
        LayoutError: inside, when a page asks for something that may not be read.
    """
    with tempfile.TemporaryDirectory(prefix="pharmdocs-") as scratch, _private_fonts(scratch):
        # Imported here: it takes 0.2 s, and fontconfig must see our configuration first.
        try:
            weasyprint = loading.load()
        except OSError as error:
            raise SetupError(Problem(None, *_without_pango(error))) from None
        mending.mend(weasyprint)
        try:
            yield weasyprint
        except weasyprint.urls.FatalURLFetchingError as error:
            fix = "put a .png, .jpg or .svg file into the bank's folder and name it from there"
            raise LayoutError(Problem(None, str(error), fix)) from None


def lay_out(job: Job, weasyprint: Any) -> Layout:
    """Lay a document out with everything that can be found wrong with it."""
    fetcher = fetcher_of(Path(job.pictures), job.supplied, job.grey)
    sheets, complaints = _read(weasyprint, job.stylesheets, fetcher)
    log = _Log(PICTURES)
    with _listening(log):
        html = weasyprint.HTML(string=job.html, base_url=PICTURES, url_fetcher=fetcher)
        with surrounded(weasyprint, job.apart) if job.apart else nullcontext():
            document = html.render(stylesheets=sheets, pdf_variant=_VARIANT)
        if job.facing:
            mirror(weasyprint, document)
        found = folios.mark(document) if job.apart else []
        pages = boxes.contents(document.pages)
        found += findings.of(pages, html.etree_element, known_faces())
        if job.apart:
            lead_out(document, job.apart)
    log.problems[:0] = complaints
    return Layout(document, html.etree_element, pages, tuple(log.problems), tuple(found))


def _read(
    weasyprint: Any, stylesheets: tuple[Stylesheet, ...], fetcher: Any
) -> tuple[list[Any], list[Problem]]:
    """Style sheets as the engine reads them, and its complaints; those of the last job are kept.

    Reading all of them takes as long as laying out half a page, and who tries sizes changes one.
    """
    for sheet in stylesheets:
        if sheet not in _last:
            _last[sheet] = _as_read(weasyprint, sheet, fetcher)
    for sheet in _last.keys() - set(stylesheets):
        del _last[sheet]
    found = [_last[sheet] for sheet in stylesheets]
    return [read for read, _ in found], [problem for _, told in found for problem in told]


def _as_read(weasyprint: Any, sheet: Stylesheet, fetcher: Any) -> tuple[Any, list[Problem]]:
    log = _Log(PICTURES)
    log.source = sheet.name
    with _listening(log):
        read = weasyprint.CSS(string=sheet.text, base_url=PICTURES, url_fetcher=fetcher)
    return read, log.problems


def known_faces() -> set[tuple[str, str, int]]:
    """The faces that exist, as family, style and weight."""
    return {(face.family, face.style, face.weight) for face in fonts.faces()}


def write(layout: Layout) -> Typeset:
    """The PDF of a layout that has nothing wrong with it.

    Raises:
        LayoutError: what the layout, or writing it, found wrong.
    """
    log = _Log()
    with _listening(log):
        pdf = layout.document.write_pdf(
            finisher=tidy,
            # Compressed once, when the finished file is saved.
            pdf_variant=_VARIANT,
            full_fonts=True,
            uncompressed_pdf=True,
        )
    if problems := (*layout.complaints, *layout.findings, *log.problems):
        raise LayoutError(*problems)
    pages = tuple(
        Page(it.size, it.name, tuple(boxes.strings(it.inks)), it.ruled, it.anchors, it.fields,
             it.bookmarks)
        for it in layout.pages
    )  # fmt: skip
    return Typeset(pdf, pages)


def _without_pango(error: OSError) -> tuple[str, str]:
    what = f"a system library is missing: {str(error).splitlines()[0]}"
    return what, "install Pango; `pharmdocs doctor` says how"


@contextmanager
def _private_fonts(scratch: str) -> Iterator[None]:
    """Show fontconfig our folder and no other; it reads its configuration once a process."""
    file = Path(scratch) / "fonts.conf"
    # The bytes of the paths as the system has them, in whatever locale.
    file.write_bytes(os.fsencode(fonts.configuration(scratch)))
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(file)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


class _Log(logging.Handler):
    """Turns the engine's warnings into problems, with the style sheet that was being read."""

    def __init__(self, base: str = "") -> None:
        super().__init__(logging.WARNING)
        self.base = base
        self.source = ""
        self.problems: list[Problem] = []

    def emit(self, record: logging.LogRecord) -> None:
        # A picture is named as the content names it; the rest of its address is the machine's.
        text = record.getMessage().replace(self.base or "\0", "")
        at = re.search(r" at (\d+):\d+", text)
        where = Location(self.source, int(at[1]) if at else 0) if self.source else None
        what = text.replace(at[0], "") if at and self.source else text
        fix = "mend the style sheet" if self.source else "mend the content or the template"
        problem = Problem(where, f"the typesetter says: {what}", fix)
        if problem not in self.problems:
            self.problems.append(problem)


@contextmanager
def _listening(log: _Log) -> Iterator[None]:
    names = ("weasyprint", "fontTools")
    loggers = [logging.getLogger(name) for name in names]
    before = [(logger.handlers[:], logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [log], False
    try:
        yield
    finally:
        for logger, (handlers, propagate) in zip(loggers, before, strict=True):
            logger.handlers, logger.propagate = handlers, propagate
