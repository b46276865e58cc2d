"""What to do with text that does not fit its face: the ladder, rung by rung, each face alone.

A face is one page. It fits when it stands on one page, nothing in it leaves its box or touches
its neighbour, and every word of it is there. One long face never shrinks another.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pharmdocs.errors import LayoutError
from pharmdocs.geometry import Box
from pharmdocs.typesetting import findings
from pharmdocs.typesetting.boxes import Ink, PageContents, strings
from pharmdocs.typesetting.fetching import Supplied
from pharmdocs.typesetting.typeset import (
    Job,
    Layout,
    Stylesheet,
    Typeset,
    engine,
    known_faces,
    lay_out,
    write,
)
from pharmdocs.wording import words

_SLACK = 0.5


@dataclass(frozen=True)
class Rung:
    """One way to set a face: a factor on its type, less space or not, which of its texts."""

    name: str
    scale: float = 1.0
    tight: bool = True
    text: int = 0


@dataclass(frozen=True)
class FaceText:
    """A face to be set: its HTML for each text it has, the full one first.

    `attributes` are those of its element; the ladder adds the style. `where` is where the content
    stands that it shows; nothing else comes of it than what is said about the face. All the rest
    is told by `digest`.
    """

    id: str = field(repr=False)
    attributes: str = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)
    where: str = field(default="", repr=False)
    digest: bytes = field(init=False)

    def __post_init__(self) -> None:
        # What is printed holds no NUL.
        told = "\0".join((self.id, self.attributes, *self.texts))
        found = hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()[:16]
        object.__setattr__(self, "digest", found)


@dataclass(frozen=True)
class FaceJob:
    """Faces that share a head, style sheets and a ladder; can be pickled.

    `area` is the part of the page that ink must not leave; `grey` is as a `Job` has it.
    """

    area: Box
    head: str
    faces: tuple[FaceText, ...]
    rungs: tuple[Rung, ...]
    body: float
    stylesheets: tuple[Stylesheet, ...]
    pictures: str = field(repr=False)
    supplied: tuple[Supplied, ...] = ()
    grey: bool = False


@dataclass(frozen=True)
class Fit:
    """How a face was set: its rung, its body size and what room is left, both in points.

    A face that fits on no rung has the rung "" and the excess as a negative room.
    """

    id: str
    rung: str
    size: float
    room: float


@dataclass(frozen=True)
class Fitted:
    """The faces as pages, in order, and how each was set; no pages when a face fits no rung."""

    typeset: Typeset | None
    fits: tuple[Fit, ...]


def fit(job: FaceJob) -> Fitted:
    """Set each face on the first rung on which it fits.

    Raises:
        LayoutError: something is wrong that no rung can mend, such as misspelt CSS.
    """
    with engine() as weasyprint:
        rungs = [_possible(face, job.rungs) for face in job.faces]
        fits: dict[int, Fit] = {}
        found: dict[int, _Found] = {}
        while open_ := [i for i in range(len(job.faces)) if i not in fits]:
            tried = [(job.faces[i], rungs[i].pop(0)) for i in open_]
            layout = lay_out(_job(job, tried), weasyprint)
            _raise_hopeless(layout)
            pages = _pages(layout, tried)
            elements = {item.get("data-face"): item for item in layout.html.find("body")}
            for index, (face, rung), numbers in zip(open_, tried, pages, strict=True):
                room = _room(layout, numbers, elements[face.id], job.area)
                if room >= 0 or not rungs[index]:
                    name = rung.name if room >= 0 else ""
                    fits[index] = Fit(face.id, name, job.body * rung.scale, room)
                    found[index] = _Found(layout, numbers[0])
        done = tuple(fits[index] for index in range(len(job.faces)))
        if any(not item.rung for item in done):
            return Fitted(None, done)
        return Fitted(write(_gathered([found[index] for index in range(len(found))])), done)


@dataclass(frozen=True)
class _Found:
    """The page on which a face fits, in the layout in which it was tried."""

    layout: Layout
    number: int

    @property
    def page(self) -> PageContents:
        """What lies on it."""
        return self.layout.pages[self.number]


def _gathered(found: Sequence[_Found]) -> Layout:
    """One document of pages from several: no face is laid out again because another is long.

    That nothing is lost, clipped or overlapping was seen of each page when its face was tried.
    """
    layout = found[0].layout
    pages = tuple(item.page for item in found)
    return Layout(
        layout.document.copy([item.layout.document.pages[item.number] for item in found]),
        layout.html,
        pages,
        (),
        tuple(findings.faceless(pages, known_faces())),
    )


def _possible(face: FaceText, rungs: Sequence[Rung]) -> list[Rung]:
    return [rung for rung in rungs if rung.text < len(face.texts)]


def _job(job: FaceJob, tried: Sequence[tuple[FaceText, Rung]]) -> Job:
    # The engine works the styles of equal elements out once; an id or a style of its own makes an
    # element, and all in it, unlike any other: a sixth of the time.
    sizes = {f"{job.body * rung.scale:.4f}pt" for _, rung in tried}
    css = "".join(f'[data-size="{size}"] {{ --size: {size} }}' for size in sorted(sizes))
    html = "".join(
        f'<div data-face="{face.id}" data-from="{face.where}" {face.attributes}'
        f' data-size="{job.body * rung.scale:.4f}pt"'
        f"{' data-tight' if rung.tight else ''}>{face.texts[rung.text]}</div>"
        for face, rung in tried
    )
    html = f"{job.head}<style>{css}</style><body>{html}</body></html>"
    return Job(html, job.stylesheets, job.pictures, job.supplied, grey=job.grey)


def _raise_hopeless(layout: Layout) -> None:
    """Stop at what the engine itself complained about: it says the same on every rung."""
    if layout.complaints:
        raise LayoutError(*layout.complaints)


def _pages(layout: Layout, tried: Sequence[tuple[FaceText, Rung]]) -> list[list[int]]:
    """The pages on which each face came to lie, counted from 0."""
    where: dict[str, list[int]] = {}
    for number, page in enumerate(layout.pages):
        for name in page.faces:
            where.setdefault(name, []).append(number)
    return [where[face.id] for face, _ in tried]


def _room(layout: Layout, numbers: list[int], element: Any, area: Box) -> float:
    if len(numbers) != 1:
        # Where nothing of the rest has a height, it is still too much by a hair.
        return -sum((_height(layout.pages[number]) for number in numbers[1:]), start=0.1)
    page = layout.pages[numbers[0]]
    out = max((_beyond(ink, area) for ink in page.inks if ink.text.strip()), default=0.0)
    if (excess := max(findings.excess(page), out)) > 0:
        return -excess
    own = (ink for ink in page.inks if ink.kind == "text")
    whole = words(findings.source_text(element)) == words(strings(own))
    # What is lost has no height; it was a line at least.
    return _spare(page, area) if whole else -max((ink.size for ink in page.inks), default=1.0)


def _height(page: PageContents) -> float:
    """How high the text of a page is."""
    top = min((ink.box.top for ink in page.inks), default=0.0)
    return max((ink.box.bottom for ink in page.inks), default=top) - top


def _beyond(ink: Ink, area: Box) -> float:
    """How far a text leaves the area downward or to the right, in points; 0 inside."""
    by = max(ink.box.bottom - area.bottom, ink.box.right - area.right)
    # The overhang of an italic f is less, as is the engine's rounding.
    return by if by > _SLACK else 0.0


def _spare(page: PageContents, area: Box) -> float:
    """The room between the text and the foot, or the end of the area."""
    inks = [ink for ink in page.inks if ink.text.strip()]
    foot = [ink for ink in inks if ink.box.bottom > area.bottom - ink.size / 2]
    top = min((ink.box.top for ink in foot), default=area.bottom)
    lowest = max((ink.box.bottom for ink in inks if ink.box.top < top), default=area.top)
    return max(top - lowest, 0.0)
