"""What is known of somebody -> content for one page of many that share everything else.

Where the blanks are was found by one layout; here is only arithmetic. Flat pages and print runs
draw through the same lines, so both show the same picture.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pharmdocs.typesetting.boxes import Field
from pharmdocs.typesetting.typeset import Page
from pharmdocs.typesetting.values import (
    BASE,
    FONT,
    INSET,
    LEADING,
    Setting,
    TooLongError,
    drawn,
    settle,
)


@dataclass(frozen=True)
class Place:
    """Where a text goes: its left end and base line in points from the page's lower left corner.

    `room` is how wide it may be and `size` how large its type is, in points.
    """

    name: str
    left: float
    base: float
    room: float
    size: float


def place_of(field: Field, page: Page) -> Place:
    """The place of a blank for one line of text."""
    box, size = field.box, field.size
    base = page.size.height - box.bottom + BASE * size
    return Place(field.name, box.left + INSET, base, box.size.width - 2 * INSET, size)


def places(page: Page) -> tuple[Place, ...]:
    """The places of the blanks for one line; a name that has several blanks comes as often."""
    return tuple(place_of(field, page) for field in page.fields if field.kind == "text")


def first_places(page: Page) -> tuple[Place, ...]:
    """The first place of each name: those of the head and the certificates, not of the email."""
    found: dict[str, Place] = {}
    for place in places(page):
        found.setdefault(place.name, place)
    return tuple(found.values())


def written(place: Place, text: str) -> bytes:
    """Content that shows a text in its place.

    Raises:
        TooLongError: it does not fit there.
    """
    return content([(place, settle(text, place.room, place.size))])


def settings(places: Iterable[Place], known: Mapping[str, str]) -> list[tuple[Place, Setting]]:
    """How what is known is set, place by place; `excesses` finds what does not fit before.

    Raises:
        TooLongError: something does not fit.
    """
    return [
        (place, settle(text, place.room, place.size))
        for place in places
        if (text := known.get(place.name, ""))
    ]


def content(settings: Iterable[tuple[Place, Setting]]) -> bytes:
    """Content that shows settings in their places."""
    return b"\n".join(
        drawn(setting, place.left, place.base, LEADING * place.size, FONT)
        for place, setting in settings
    )


def excesses(places: Iterable[Place], known: Mapping[str, str]) -> dict[str, int]:
    """The names of the blanks that cannot hold their text, and by how many characters."""
    found: dict[str, int] = {}
    for place in places:
        if text := known.get(place.name, ""):
            try:
                settle(text, place.room, place.size)
            except TooLongError as error:
                found[place.name] = max(error.excess, found.get(place.name, 0))
    return found
