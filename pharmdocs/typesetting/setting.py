"""Cards -> pages: each face on the first rung of the ladder on which it fits.

What a stock asks of the type stands here; which text goes on which face, in `deck`; how one face
is tried, in `fit`.
"""

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pharmdocs.errors import LayoutError, Problem
from pharmdocs.geometry import Box, Size, mm, to_mm
from pharmdocs.typesetting.deck import MOST_PARTS, CardView, Story
from pharmdocs.typesetting.fit import FaceJob, FaceText, Fit, Fitted, Rung
from pharmdocs.typesetting.loose import Loose
from pharmdocs.typesetting.printable import LARGE, LARGE_FLOOR
from pharmdocs.typesetting.render import Deck
from pharmdocs.typesetting.standing import set_all, setting
from pharmdocs.typesetting.typeset import Typeset

# Faces a job. Each job, and each lift of sheets, costs something of its own: half as many faces
# take a sixth more. With more, three loops of the engine that run over all pages for every page
# are felt, and what is laid out takes room until it is written.
_CHUNK = 96
# The body's size on an index card of 3 x 5 in; other sizes scale it with their area.
_BODY = 11.0
# Head, id and foot: their size on that card, and the smallest on any; the ladder leaves them alone.
_LABEL, _LEAST_LABEL = 8.5, 6.5
_INDEX_CARD = mm(127) * mm(76.2)


@dataclass(frozen=True)
class CardSize:
    """What a stock asks of its cards: trim, how far ink stays inside it, the smallest body.

    Where neighbours are apart the band may bleed: `bleed` says how far on a front and on a back,
    sideways, and `tall` whether up and down as well. All in points. In `large` print type does not
    follow the size of the card.
    """

    trim: Size
    safe: float
    floor: float
    bleed: tuple[float, float] = (0.0, 0.0)
    tall: bool = False
    large: bool = False

    @property
    def scale(self) -> float:
        """How large type is, compared with the index card."""
        return min(math.sqrt(self.trim.width * self.trim.height / _INDEX_CARD), 1.15)

    @property
    def area(self) -> Box:
        """The safe area, from the upper left corner of the trim."""
        return Box(0, 0, self.trim).inset(self.safe)

    @property
    def body(self) -> float:
        """The body's size as set, in points."""
        return LARGE * max(self.scale, 1.0) if self.large else _BODY * self.scale

    @property
    def least(self) -> float:
        """The smallest size of the body, in points."""
        return LARGE_FLOOR if self.large else self.floor

    @property
    def label(self) -> float:
        """The size of head, id and foot, in points."""
        return LARGE_FLOOR if self.large else max(_LABEL * self.scale, _LEAST_LABEL)


@dataclass(frozen=True)
class SetCards:
    """The cards as they were set, and the documents they were set in, one after the other.

    Their pages are a front, its back, the next front. What each of these is, is told by `faces`,
    and how all of them are set, by `setting`; `names` tell the documents, where they are kept.
    """

    views: tuple[CardView, ...]
    fits: tuple[Fit, ...]
    parts: tuple[Typeset | Loose, ...]
    faces: tuple[bytes, ...] = field(default=(), repr=False)
    setting: str = field(default="", repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)

    @property
    def documents(self) -> list[Typeset]:
        """The parts, bound."""
        return [it.bound() if isinstance(it, Loose) else it for it in self.parts]


@dataclass(frozen=True)
class TooLong:
    """A card that fits on no rung and cannot go on.

    `sides` says by how many points each side that is too long misses its face, when told on as
    many cards as `parts` says.
    """

    view: CardView
    parts: int
    sides: dict[str, float]


class UnfitError(LayoutError):
    """There are cards that fit on no rung; `cards` are all of them."""

    def __init__(self, cards: Sequence[TooLong]) -> None:
        super().__init__(*map(_problem, cards))
        self.cards = tuple(cards)


def _problem(card: TooLong) -> Problem:
    most = to_mm(max(card.sides.values()))
    on = "one" if card.parts == 1 else f"each of {card.parts}"
    what = (
        f"the {' and the '.join(card.sides)} does not fit even on {MOST_PARTS} cards:"
        f" {most:.1f} mm too much on {on}"
    )
    return Problem(card.view.where, what, "shorten it, or break a very long word")


def trim_css(card: CardSize) -> str:
    """The style sheet of a card size: the page is the trim, a face its safe area."""
    trim, area = card.trim, card.area.size
    label = card.label
    # Half the leading of the last line may lie outside: it is the ink that is held to the area.
    lead = 0.15 * card.body
    return (
        f"@page {{ size: {trim.width:.4f}pt {trim.height:.4f}pt; margin: {card.safe:.4f}pt;"
        f" margin-bottom: {card.safe - lead:.4f}pt }}"
        # It may grow: in a box of fixed height the engine loses what is too much, on a second
        # page it is seen. A hair less than the page, which it shall not fill by a rounding.
        f".face {{ width: {area.width:.4f}pt; min-height: {area.height - 0.01:.4f}pt;"
        f" font-size: {card.body:.4f}pt }}"
        f".face .head, .face .id, .face .foot {{ font-size: {label:.4f}pt }}"
        f".face .foot {{ bottom: {lead:.4f}pt }}"
        # The face, and the band with it, ends at the area all the same.
        f".face {{ padding-bottom: 0.005pt }} .face .text {{ margin-bottom: {-lead:.4f}pt }}"
    ) + _band_css(card)


def _band_css(card: CardSize) -> str:
    """The band from beyond the trim to the safe area, in place of the face's border."""
    if not any(card.bleed):
        return ""
    css = (
        f"@page {{ bleed: {max(card.bleed):.4f}pt }}"
        ".face { border: 0 } .face .foot { left: 3mm }"
        ".face::before { content: ''; position: absolute; background: var(--cat) }"
    )
    for side, bleed in zip(("front", "back"), card.bleed, strict=True):
        out = card.safe + bleed
        off = -out if card.tall else 0
        css += (
            f".{side}::before {{ left: {-out:.4f}pt; width: {out:.4f}pt;"
            f" top: {off:.4f}pt; bottom: {off:.4f}pt }}"
        )
    return css


def ladder(card: CardSize) -> tuple[Rung, ...]:
    """As set, tightened, smaller in steps down to the stock's floor, then the short form."""
    least = min(card.least / card.body, 1.0)
    steps = [1 - 0.05 * number for number in range(1, 20)]
    smaller = [*(step for step in steps if step > least), least]
    return (
        Rung("as set", tight=False),
        Rung("tightened"),
        *(Rung("smaller", round(step, 4)) for step in smaller),
        Rung("short form", text=1),
        Rung("short form", round(least, 4), text=1),
    )


def set_cards(
    job: FaceJob,
    deck: Deck,
    views: list[CardView],
    jobs: int,
    progress: Callable[[str], None],
    together: int = 1,
    meanwhile: Callable[[], object] = lambda: None,
    loose: bool = False,
) -> SetCards:
    """Set every card; one that fits on no rung goes on to as many cards as it takes.

    Args:
        job: head, style sheets and ladder; its faces do not matter.
        deck: renders the faces.
        views: the cards, in order.
        jobs: how many processes; 0 for as many as there are cores.
        progress: told what is being done.
        together: how many cards share a sheet; those are typeset in one job.
        meanwhile: what is done here while faces are set.
        loose: whether parts may be loose; whoever asks has them kept.

    Raises:
        UnfitError: cards that are too long for any number of cards, by their places.
    """
    # Even in number, so that of two processes none waits long; the same number whatever the
    # machine, because the bytes of the file depend on it.
    pairs = max(-(-len(views) // _CHUNK), 1)
    per = max(-(-len(views) // (2 * pairs)), 1)
    per = -(-per // together) * together
    chunks = [[Story(view) for view in views[i : i + per]] for i in range(0, len(views), per)]
    done: dict[int, tuple[Fitted | Loose, str]] = {}
    faces: dict[int, list[bytes]] = {}
    while open_ := [i for i in range(len(chunks)) if i not in done]:
        work = [replace(job, faces=_faces(deck, chunks[i])) for i in open_]
        total = sum(len(item.faces) for item in work)

        def tell(count: int, total: int = total) -> None:
            progress(f"typesetting: {min(count * 2 * per, total)} of {total} faces")

        fitted = set_all(work, jobs or os.cpu_count() or 1, tell, _called, meanwhile, loose)
        unfit: list[TooLong] = []
        for index, item, (found, name) in zip(open_, work, fitted, strict=True):
            if isinstance(found, Loose) or found.typeset:
                done[index] = found, name
                faces[index] = [face.digest for face in item.faces]
            else:
                chunks[index], lost = _continued(chunks[index], found, job.area.size.height)
                unfit += lost
        if unfit:
            raise UnfitError(unfit)
    order = range(len(chunks))
    parts = tuple(made for i in order if (made := _pages(done[i][0])))
    stories = [story for chunk in chunks for story in chunk]
    cards = tuple(card for story in stories for card in story.cards())
    fits = [item for i in order for item in done[i][0].fits]
    told = tuple(face for i in order for face in faces[i])
    names = tuple(done[i][1] for i in order)
    all_fits = tuple(map(_told, _sides(stories), fits))
    return SetCards(cards, all_fits, parts, told, setting(job), names)


def _pages(found: Fitted | Loose) -> Typeset | Loose | None:
    return found if isinstance(found, Loose) else found.typeset


def _called(job: FaceJob) -> str:
    """The cards of a job, as a message calls them; it cannot tell which of them it is."""
    first, last = (job.faces[at].id.rpartition("-")[0] for at in (0, -1))
    return f"card {first}" if first == last else f"one of the cards {first} to {last}"


def _sides(stories: list[Story]) -> Iterator[bool]:
    """For every face in order whether it is a part of a side that goes on."""
    for story in stories:
        for _ in range(story.parts):
            yield from (side in story.sides for side in ("front", "back"))


def _told(goes_on: bool, fit: Fit) -> Fit:
    return replace(fit, rung="continued") if goes_on else fit


def _faces(deck: Deck, stories: list[Story]) -> tuple[FaceText, ...]:
    return tuple(face for story in stories for card in story.cards() for face in deck.faces(card))


def _continued(
    stories: list[Story], fitted: Fitted, height: float
) -> tuple[list[Story], list[TooLong]]:
    """The cards of a chunk, those that did not fit on more cards; and those that cannot.

    What a side has too much, in points, says about how many cards it takes, rounded down;
    `height` is all that one card can hold.
    """
    excess = {item.id: -item.room for item in fitted.fits if not item.rung}
    found, unfit = [], []
    for story in stories:
        sides: dict[str, float] = {}
        for card in story.cards():
            for side in ("front", "back"):
                if by := excess.get(f"{card.id}-{side}", 0):
                    sides[side] = max(by, sides.get(side, 0))
        more = max(int(story.parts * max(sides.values(), default=0) / height), 1)
        # However many it may take, the most are tried.
        parts = max(min(story.parts + more, MOST_PARTS), story.parts + 1)
        longer = story.longer(set(sides), parts) if sides else story
        if longer is None:
            unfit.append(TooLong(story.view, story.parts, sides))
        else:
            found.append(longer)
    return found, unfit
