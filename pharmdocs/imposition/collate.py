"""Sheets of finished files -> one file: in order, with their tags, links, bookmarks and labels.

What pages draw is taken over as it is, byte for byte; fonts, forms and color spaces that sheets
have in common come in once. Object by object, and sheet by sheet: a deck of ten thousand cards
would not fit in memory as a tree. Which files the sheets come from makes no difference.
"""

from collections.abc import Callable, Sequence
from itertools import islice

from pharmdocs.imposition.leaf import Leaf, Sheaf, Top
from pharmdocs.imposition.pieces import Piece
from pharmdocs.imposition.written import Written


def collate(leaves: Sequence[Leaf], program: Callable[[str], bytes]) -> bytes:
    """The sheets in order as one file; the first gives title, language and metadata.

    Args:
        leaves: of whichever files.
        program: the deflated font program with a hash, for fonts that have only that.
    """
    pile = _Pile(program)
    for leaf in leaves:
        pile.lay(leaf)
    return pile.end()


class _Pile:
    """The whole as it grows; everything is known by its number there."""

    def __init__(self, program: Callable[[str], bytes]) -> None:
        self.program, self.out = program, Written()
        self.pages: list[int] = []
        self.rows: list[bytes] = []
        self.kids: list[bytes] = []
        self.labels: list[bytes] = []
        self.marks: list[tuple[int, bytes]] = []
        self.places: dict[bytes, bytes] = {}
        # What files have in common, by what it comes to.
        self.known: dict[bytes, int] = {}
        self.root: dict[str, bytes] = {}
        self.info = b""
        own = self.out.numbers(6)
        self.tops = dict(zip(Top, own, strict=False))
        self.document, self.tree, self.outlines, self.catalog, self.tags, self.table = own

    def lay(self, leaf: Leaf) -> None:
        """A sheet: its pages, tags, bookmarks, labels."""
        if not self.pages:
            # What the first file says of itself holds for the whole.
            head, keys = leaf.sheaf.head, leaf.sheaf.keys
            values = self._bring(head, leaf.sheaf)[1][head.count :]
            self.root = dict(zip(keys, values, strict=False))
            self.info = b"".join(values[len(keys) :])
        marks = range(leaf.pages, leaf.pages + leaf.marks)
        first, texts = self._bring(leaf.piece, leaf.sheaf, marks)
        self.pages += range(first, first + leaf.pages)
        self.marks += [(first + at, texts[at]) for at in marks]
        self.labels += leaf.labels
        more = iter(texts[leaf.piece.count :])
        self.rows += islice(more, leaf.rows)
        self.kids += islice(more, leaf.kids)
        for (key, name), place in zip(leaf.places, more, strict=True):
            self.places[key] = name + b" " + place

    def _bring(
        self, piece: Piece, sheaf: Sheaf, later: Sequence[int] = ()
    ) -> tuple[int, list[bytes]]:
        """Write a piece, after what it needs: the number of its first object, and its texts."""
        needed = [self._needed(it, sheaf) for it in piece.needs]
        first = self.out.numbers(piece.count).start
        texts = piece.told(first, needed)
        for at, text in enumerate(texts[: piece.count]):
            data = piece.streams.get(at)
            if at in piece.programs:
                packed = self.program(piece.streams[at].decode())
                more = b"/Filter /FlateDecode /Length %d >>" % len(packed)
                self.out.add_stream(first + at, text[: -len(b">>")] + more, packed)
            elif data is not None:
                self.out.add_stream(first + at, text, data)
            elif at not in later:
                self.out.add(first + at, text)
        return first, texts

    def _needed(self, need: bytes | int, sheaf: Sheaf) -> int:
        """The number of what a piece needs."""
        if isinstance(need, bytes):
            if need not in self.known:
                self.known[need] = self._bring(sheaf.shared[need], sheaf)[0]
            return self.known[need]
        # A row has a place, and no number.
        return self.tops[Top(need)] if need >= 0 else len(self.rows) - 1 - need

    def end(self) -> bytes:
        """Write what holds all that was brought in."""
        out, refers = self.out, b"%d 0 R"
        kids = b" ".join(refers % page for page in self.pages)
        out.add(self.tree, b"<< /Type /Pages /Count %d /Kids [ %b ] >>" % (len(self.pages), kids))
        out.add(
            self.document,
            b"<< /Type /StructElem /S /Document /P %d 0 R /K [ %b ] >>"
            % (self.tags, b" ".join(self.kids)),
        )
        out.add(self.table, b"<< /Nums [ %b ] >>" % _numbered(self.rows))
        told = (self.document, self.table, len(self.rows))
        out.add(
            self.tags,
            b"<< /Type /StructTreeRoot /K [ %d 0 R ] /ParentTree %d 0 R /ParentTreeNextKey %d >>"
            % told,
        )
        self._end_bookmarks()
        root = self.root | {
            "/Pages": refers % self.tree,
            "/StructTreeRoot": refers % self.tags,
            "/Outlines": refers % self.outlines,
            "/PageLabels": b"<< /Nums [ %b ] >>" % _numbered(self.labels),
        }
        if self.places:
            places = b" ".join(self.places[key] for key in sorted(self.places))
            root["/Names"] = b"<< /Dests << /Names [ %b ] >> >>" % places
        entries = b" ".join(key.encode() + b" " + text for key, text in sorted(root.items()))
        out.add(self.catalog, b"<< %b >>" % entries)
        info = {"Info": self.info} if self.info else {}
        return out.end({"Root": refers % self.catalog, **info})

    def _end_bookmarks(self) -> None:
        """Write those of the first level as one chain."""
        numbers = [number for number, _ in self.marks]
        for at, (number, text) in enumerate(self.marks):
            chain = b"/Prev %d 0 R " % numbers[at - 1] if at else b""
            chain += b"/Next %d 0 R " % numbers[at + 1] if at + 1 < len(numbers) else b""
            self.out.add(number, text[: -len(b">>")] + chain + b">>")
        told = (len(numbers), numbers[0], numbers[-1])
        entries = b"<< /Type /Outlines /Count %d /First %d 0 R /Last %d 0 R >>" % told
        self.out.add(self.outlines, entries)


def _numbered(items: Sequence[bytes]) -> bytes:
    """The leaves of a number tree, from 0."""
    return b" ".join(b"%d %b" % pair for pair in enumerate(items))
