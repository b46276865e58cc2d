"""Check: no type is smaller than the smallest that is read without effort."""

from collections.abc import Iterator

from pharmdocs.errors import Problem
from pharmdocs.preflight.promise import Promise, place
from pharmdocs.preflight.seen import Seen

# The noise of sizes that went through matrices.
_NOISE = 0.02


def check(seen: Seen, promise: Promise) -> Iterator[Problem]:
    """The smallest type of a page, where it is too small."""
    if not promise.smallest or not seen.texts:
        return
    least = min(seen.texts, key=lambda text: text.size)
    if least.size < promise.smallest - _NOISE:
        what = f"type of {least.size:.1f} pt, smaller than {promise.smallest:g} pt"
        yield Problem(place(seen.number, least.box), what, "set it larger in the style sheet")
