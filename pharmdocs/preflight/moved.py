"""Check: with a printer's correction undone, all ink lies where it lay without a printer.

Both files are read by another engine than the one that moved it: text, lines and pictures alike,
each with the matrix under which it is drawn.
"""

from collections.abc import Iterator, Sequence
from math import hypot

import pypdfium2

from pharmdocs.errors import Problem
from pharmdocs.geometry import mm, to_mm

# What a file may differ from itself; the engine counts in short floats.
_LIMIT = mm(0.01)
# Over so many points the directions of a piece of ink are held to the limit as well.
_REACH = 100
_FIX = "report it, with the command that built the file"

Matrix = tuple[float, ...]


def check(before: bytes, after: bytes, matrices: Sequence[Matrix]) -> list[Problem]:
    """Hold a file for a printer against the file before it was corrected.

    Args:
        before: the file without correction.
        after: the corrected file.
        matrices: six numbers for each page, which move everything on it.
    """
    found = []
    was, now = list(_ink(before)), list(_ink(after))
    if not len(was) == len(now) == len(matrices):
        found.append(f"{len(was)} pages have become {len(now)}")
    for number, (old, new, matrix) in enumerate(zip(was, now, matrices, strict=False), 1):
        if len(old) != len(new):
            found.append(f"page {number}: {len(old)} pieces of ink have become {len(new)}")
            continue
        pairs = zip(old, new, strict=True)
        off = max((_apart(_then(one, matrix), other) for one, other in pairs), default=0.0)
        if off > _LIMIT:
            found.append(f"page {number} lies {to_mm(off):.3f} mm from where the printer wants it")
    return [Problem(None, what, _FIX) for what in found]


def _ink(pdf: bytes) -> Iterator[list[Matrix]]:
    """The matrix of every piece of ink, page by page, in the order of drawing."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield [item.get_matrix().get() for item in page.get_objects(max_depth=1)]
            page.close()
    finally:
        document.close()


def _then(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (
        *(a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s),
        *(e * p + f * r + t, e * q + f * s + u),
    )


def _apart(one: Matrix, other: Matrix) -> float:
    """How far two matrices put the origin, and the ends of two arms, from each other."""
    a, b, c, d, e, f = (x - y for x, y in zip(one, other, strict=True))
    return max(hypot(e, f), hypot(a, b) * _REACH, hypot(c, d) * _REACH)
