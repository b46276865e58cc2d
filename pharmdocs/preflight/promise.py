"""What a file is to keep, and how it is said that it does not.

A promise is data: a field here, and a check that judges it. `None` or nothing stands for what is
not promised, as everything is in anybody's file.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pharmdocs.errors import Location, Problem
from pharmdocs.geometry import Box, Size, to_mm

# The promises by name, in the order of a report.
NAMES = (
    "file",
    "pages",
    "ink",
    "fonts",
    "glyphs",
    "words",
    "type size",
    "safe area",
    "pictures",
    "links",
    "structure",
    "form",
    "registration",
    "shop",
    "viewer",
    "contrast",
    "signs",
    "coverage",
)


@dataclass(frozen=True)
class Safe:
    """Where ink may be on a page, in points.

    Args:
        edge: no ink is nearer to the paper's edge.
        texts: boxes for text on a front; a text lies inside one of them. Empty for anywhere.
        backs: the same for backs, the even pages; empty where they are like the others.
    """

    edge: float = 0.0
    texts: tuple[Box, ...] = ()
    backs: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Registered:
    """Cards that lie back to back.

    Args:
        axis: about which the sheet is turned, one of registration.AXES; None for fronts alone.
        labels: what is printed on each card, in order.
        slots: where cards lie on a front, in points from the top left.
        backs: the name of the file with the backs, where they are one of their own.
        reverse: that file begins with the back of the last sheet.
    """

    axis: str | None
    labels: tuple[str, ...]
    slots: tuple[Box, ...]
    backs: str = ""
    reverse: bool = False


@dataclass(frozen=True)
class Folded:
    """Pages that are read one after the other once the sheets are folded.

    Args:
        pages: in reading order. Of one sheet that is folded and slit, as `zine` says, the id that
            a page shows, empty for none; of sheets that are nested and stapled `leaves.kept`.
        zine: which of both it is.
        right_bound: whether the spine is at the right of the cover.
    """

    pages: tuple[str, ...]
    zine: bool = False
    right_bound: bool = False


@dataclass(frozen=True)
class ShopPromise:
    """What a print shop is promised of every page.

    Args:
        trim: the finished size.
        bleed: how far it is printed beyond that on every side, in points.
        profile: the SHA-256 of the output intent's profile; empty for no output intent.
        black: whether there is black ink alone.
        art: which sides of a page ("left", "top", "right", "bottom") its art runs over, by the
            page, counted from 0.
        pairs: the ids that pages show two and two, a front and its back; empty where they do not.
    """

    trim: Size
    bleed: float
    profile: str
    black: bool
    art: Mapping[int, frozenset[str]]
    pairs: Sequence[str] = ()


@dataclass(frozen=True)
class Promise:
    """What a file is to keep.

    Args:
        words: every word that the pages must show, running heads and folios included.
        size: the trim of every page.
        ink: full, low or black; black means that no color at all may be used.
        language: the language tag.
        title: the document's title.
        fields: what each form field holds, by its name, None for anything; other files have no
            field.
        pages: the words again, page by page, where that is known.
        read: instead of words what a manifest keeps of them (`text.kept`), page by page.
        whole: the same of all words, where they are not known page by page.
        count: how many pages there are; 0 when that is not promised.
        duplex: how the paper is turned, as `Facts` calls it; empty when that is not promised.
        smallest: no type is smaller, in points.
        safe: where ink may be.
        signs: how often each sign of a category stands on the pages.
        cards: what registers.
        folded: how it reads once it is folded.
        shop: what a print shop is promised.
        moved: how everything on a page but its stamp was moved for a printer: six numbers each for
            the first page, the second and so on, and then again from the first; empty where
            nothing was. Where things lie is judged with that undone.
        tagged: whether the file has tags; a print run has none.
        in_order: whether it is read page by page, as one that is not imposed.
        ours: whether pharmdocs made the file, so that only its own faces may be in it.
    """

    words: Counter[str]
    size: Size | None
    ink: str
    language: str
    title: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
    pages: Sequence[Counter[str]] = ()
    read: Sequence[str] = ()
    whole: str = ""
    count: int = 0
    duplex: str = ""
    smallest: float = 0.0
    safe: Safe | None = None
    signs: Mapping[str, int] = field(default_factory=dict)
    cards: Registered | None = None
    folded: Folded | None = None
    shop: ShopPromise | None = None
    moved: tuple[tuple[float, ...], ...] = ()
    tagged: bool = True
    in_order: bool = False
    ours: bool = True


# What is promised of a file of which nothing is known.
ANYBODYS = Promise(Counter(), None, "", "", "", tagged=False, ours=False)


@dataclass(frozen=True, order=True)
class Place(Location):
    """A place on a page, counted from 1; left and top in points from the page's upper left."""

    page: int = 0
    left: float = -1.0
    top: float = -1.0

    def __str__(self) -> str:
        if self.left < 0 and self.top < 0:
            return f"page {self.page}"
        across, down = to_mm(max(self.left, 0)), to_mm(max(self.top, 0))
        return f"page {self.page}, {across:.0f} mm from the left and {down:.0f} mm from the top"


def place(page: int, box: Box | None = None) -> Place:
    """The page, or a box's upper left corner on it."""
    return Place("", 0, page, box.left, box.top) if box else Place("", 0, page)


def later(problem: Problem, pages: int) -> Problem:
    """The same problem where so many pages come before."""
    if not isinstance(problem.where, Place):
        return problem
    return replace(problem, where=replace(problem.where, page=problem.where.page + pages))


@dataclass(frozen=True)
class Broken(Problem):
    """A problem that knows which promise is broken, one of NAMES."""

    promise: str = ""


def broken(name: str, problems: Iterable[Problem]) -> list[Problem]:
    """The problems, as those of that promise."""
    return [Broken(item.where, item.what, item.fix, name) for item in problems]
