"""Check: the signs that tell categories apart without color stand where they were set."""

from collections import Counter

from pharmdocs.errors import Problem
from pharmdocs.preflight.promise import Promise

_FIX = "show it wherever the category's color is; if no template was changed, report it"


def check(found: Counter[str], promise: Promise) -> list[Problem]:
    """Compare how often each sign stands in the whole file."""
    problems = []
    for sign, due in promise.signs.items():
        if found[sign] != due:
            what = (
                f"the sign {sign} of a category stands {found[sign]} times in the file, not {due}"
            )
            problems.append(Problem(None, what, _FIX))
    return problems
