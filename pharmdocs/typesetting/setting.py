"""Cards -> pages: each face on the first rung of the ladder on which it fits.

What a stock asks of the type stands here; which text goes on which face, in `deck`; how one face
is tried, in `fit`.
"""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace

from pharmdocs.errors import LayoutError, Problem
from pharmdocs.geometry import Size, mm, to_mm
from pharmdocs.typesetting.deck import MOST_PARTS, CardView, Story
from pharmdocs.typesetting.fit import FaceJob, FaceText, Fit, Fitted, Rung, fit
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.pool import each
from pharmdocs.typesetting.render import Deck
from pharmdocs.typesetting.typeset import Typeset

# Faces a job: three loops of the engine run over all pages for every page.
_CHUNK = 48
# The body's size on an index card of 3 x 5 in; other sizes scale it with their area.
_BODY = 11.0
# Head, id and foot: their size on that card, and the smallest on any; the ladder leaves them alone.
_LABEL, _LEAST_LABEL = 8.5, 6.5
_INDEX_CARD = mm(127) * mm(76.2)


@dataclass(frozen=True)
class CardSize:
    """What a stock asks of its cards: trim, how far ink stays inside it, the smallest body."""

    trim: Size
    safe: float
    floor: float

    @property
    def scale(self) -> float:
        """How large type is, compared with the index card."""
        return min(math.sqrt(self.trim.width * self.trim.height / _INDEX_CARD), 1.15)

    @property
    def body(self) -> float:
        """The body's size as set, in points."""
        return _BODY * self.scale


@dataclass(frozen=True)
class SetCards:
    """The cards as they were set, and their pages: a front, its back, the next front."""

    views: tuple[CardView, ...]
    fits: tuple[Fit, ...]
    pages: Typeset


def trim_css(card: CardSize) -> str:
    """The style sheet of a card size: the page is the trim, a face its safe area."""
    trim, safe = card.trim, card.safe
    width, height = trim.width - 2 * safe, trim.height - 2 * safe
    label = max(_LABEL * card.scale, _LEAST_LABEL)
    return (
        # No margin at the foot: a line that leaves the face is seen to leave it.
        f"@page {{ size: {trim.width:.4f}pt {trim.height:.4f}pt;"
        f" margin: {safe:.4f}pt {safe:.4f}pt 0 {safe:.4f}pt }}"
        f".face {{ width: {width:.4f}pt; height: {height:.4f}pt; font-size: {card.body:.4f}pt }}"
        f".face .head, .face .id, .face .foot {{ font-size: {label:.4f}pt }}"
    )


def ladder(card: CardSize) -> tuple[Rung, ...]:
    """As set, tightened, smaller in steps down to the stock's floor, then the short form."""
    least = min(card.floor / card.body, 1.0)
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
    job: FaceJob, deck: Deck, views: list[CardView], jobs: int, progress: Callable[[str], None]
) -> SetCards:
    """Set every card; one that fits on no rung goes on to as many cards as it takes.

    Args:
        job: head, style sheets and ladder; its faces do not matter.
        deck: renders the faces.
        views: the cards, in order.
        jobs: how many processes; 0 for as many as there are cores.
        progress: told what is being done.

    Raises:
        LayoutError: a card that is too long for any number of cards, by its place.
    """
    # Even in number, so that of two processes none waits long; the same number whatever the
    # machine, because the bytes of the file depend on it.
    pairs = max(-(-len(views) // _CHUNK), 1)
    per = max(-(-len(views) // (2 * pairs)), 1)
    chunks = [[Story(view) for view in views[i : i + per]] for i in range(0, len(views), per)]
    done: dict[int, Fitted] = {}
    while open_ := [i for i in range(len(chunks)) if i not in done]:
        work = [replace(job, faces=_faces(deck, chunks[i])) for i in open_]
        total = sum(len(item.faces) for item in work)

        def tell(count: int, total: int = total) -> None:
            progress(f"typesetting: {min(count * 2 * per, total)} of {total} faces")

        fitted = each(fit, work, jobs or os.cpu_count() or 1, done=tell)
        for index, found in zip(open_, fitted, strict=True):
            if found.typeset:
                done[index] = found
            else:
                chunks[index] = _continued(chunks[index], found)
    order = range(len(chunks))
    progress("joining pages")
    pages = join([made for i in order if (made := done[i].typeset)])
    cards = tuple(card for chunk in chunks for story in chunk for card in story.cards())
    return SetCards(cards, tuple(item for i in order for item in done[i].fits), pages)


def _faces(deck: Deck, stories: list[Story]) -> tuple[FaceText, ...]:
    return tuple(face for story in stories for card in story.cards() for face in deck.faces(card))


def _continued(stories: list[Story], fitted: Fitted) -> list[Story]:
    """The cards of a chunk, those that did not fit on one card more than before.

    Raises:
        LayoutError: a card would go on for too long; says by how much it is too long.
    """
    excess = {item.id: -item.room for item in fitted.fits if not item.rung}
    found, problems = [], []
    for story in stories:
        unfit = {
            side: excess[f"{card.id}-{side}"]
            for card in story.cards()
            for side in ("front", "back")
            if f"{card.id}-{side}" in excess
        }
        if unfit and story.parts == MOST_PARTS:
            most = to_mm(max(unfit.values()))
            what = f"the {' and the '.join(unfit)} does not fit even on {MOST_PARTS} cards"
            fix = f"shorten it ({most:.1f} mm too much on one card), or use a larger --stock"
            problems.append(Problem(story.view.where, what, fix))
        found.append(story.longer(set(unfit)) if unfit else story)
    if problems:
        raise LayoutError(*problems)
    return found
