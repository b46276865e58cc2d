"""Check: every picture has enough pixels for paper."""

from collections.abc import Iterator

from pharmdocs.errors import Problem
from pharmdocs.preflight.promise import place
from pharmdocs.preflight.seen import Seen

# Below this, steps are seen at reading distance; print shops ask for 300.
LEAST_DPI = 150.0


def check(seen: Seen) -> Iterator[Problem]:
    """The picture of a page with the fewest pixels an inch, where they are too few."""
    least = min(seen.pictures, key=lambda picture: picture.dpi, default=None)
    if least and least.dpi < LEAST_DPI - 0.5:
        what = f"a picture has {least.dpi:.0f} pixels an inch, fewer than {LEAST_DPI:.0f}"
        fix = "take a larger picture, or show it smaller"
        yield Problem(place(seen.number, least.box), what, fix)
