"""What a file of sheets was taken apart into: each sheet, and what sheets have in common."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from pharmdocs.imposition.pieces import Piece


class Top(IntEnum):
    """What one file has one of, and so has the whole; more than any place of a row."""

    DOCUMENT = 0
    PAGES = 1
    OUTLINES = 2


@dataclass(frozen=True)
class Sheaf:
    """What the sheets of a file have in common.

    Args:
        shared: what other files may have as well, by what it comes to; the first object of each.
        head: the catalog but for what hangs on the leaves, value by value, and the document
            information, or nothing.
        keys: the keys of those values.
    """

    shared: dict[bytes, Piece]
    head: Piece
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Leaf:
    """A sheet of a file: its pages, and what belongs to them; nothing leads to another leaf.

    Args:
        sheaf: what it has in common with others.
        piece: first its pages, then its bookmarks of the first level, without their neighbours.
            Its other texts are rows of the parent tree, elements below the document's, and where
            named places lead.
        pages: how many there are, a face each; and so on.
        labels: the page labels, one a page.
        places: the named places: the name to sort by, and as it is written.
        counted: whether something on it is called by its number in the document that it was set
            in, which other cards would change.
    """

    sheaf: Sheaf
    piece: Piece
    pages: int
    marks: int
    rows: int
    kids: int
    labels: tuple[bytes, ...]
    places: tuple[tuple[bytes, bytes], ...]
    counted: bool


def together(found: Sequence[Leaf]) -> list[Leaf]:
    """Leaves of several files as those of one, which has nothing else."""
    known = {digest: it for leaf in found for digest, it in leaf.sheaf.shared.items()}
    head = found[0].sheaf.head
    waiting = [need for it in (head, *(leaf.piece for leaf in found)) for need in it.needs]
    shared: dict[bytes, Piece] = {}
    while waiting:
        need = waiting.pop()
        if isinstance(need, bytes) and need not in shared:
            shared[need] = known[need]
            waiting += known[need].needs
    sheaf = replace(found[0].sheaf, shared=shared)
    return [replace(leaf, sheaf=sheaf) for leaf in found]
