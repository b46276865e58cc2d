"""What is made of a thing once, and had again for the very same thing.

Things are told by what they are, not by what they hold: a card that was read before, and has not
changed, is the same object when a process reads its bank again.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_Thing = TypeVar("_Thing")
_Made = TypeVar("_Made")

# So many are known at a time: cards of a large deck, and those that were edited.
MOST = 4_000


def once(make: Callable[[_Thing], _Made]) -> Callable[[_Thing], _Made]:
    """The function, for things that nobody changes."""
    known: dict[int, tuple[_Thing, _Made]] = {}

    @wraps(make)
    def made(thing: _Thing) -> _Made:
        # The thing is held, so that no other comes to lie in its place.
        if (found := known.get(id(thing))) is None:
            if len(known) >= MOST:
                known.clear()
            found = known[id(thing)] = thing, make(thing)
        return found[1]

    return made
