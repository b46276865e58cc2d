"""Sheets of finished files -> one file: in order, with their tags, links, bookmarks and labels.

What pages draw is taken over as it is, byte for byte; fonts, forms and color spaces that sheets
have in common come in once. Object by object, and sheet by sheet: a deck of ten thousand cards
would not fit in memory as a tree. Which files the sheets come from makes no difference.
"""

import re
from collections import deque
from collections.abc import Callable, Sequence

from pharmdocs.imposition.sheaf import Leaf, Text
from pharmdocs.imposition.written import Written

_ROW = re.compile(rb"(/StructParents? )(\d+)")


def collate(leaves: Sequence[Leaf], program: Callable[[str], bytes]) -> bytes:
    """The sheets in order as one file; the first gives title, language and metadata.

    Args:
        leaves: of whichever files.
        program: the deflated font program with a hash, for fonts that have only that.
    """
    pile = _Pile(program)
    for leaf in leaves:
        _Laid(pile, leaf).lay()
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
        numbers = (self.out.number() for _ in range(6))
        self.catalog, self.tree, self.tags, self.document, self.table, self.outlines = numbers

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


class _Laid:
    """A sheet that is laid on the pile: what it refers to comes along, under other numbers."""

    def __init__(self, pile: _Pile, leaf: Leaf) -> None:
        self.pile, self.leaf, self.file = pile, leaf, leaf.sheaf
        whole = pile.document, pile.tree, pile.outlines
        self.numbers = dict(zip(self.file.tops, whole, strict=True))
        self.waiting: deque[int] = deque()
        self.first, self.others = len(pile.rows), self.file.pages.difference(leaf.pages)

    def lay(self) -> None:
        """Bring in pages, tags, bookmarks, labels."""
        pile, leaf = self.pile, self.leaf
        for number, digest in leaf.shared:
            self._know(number, digest)
        if not pile.pages:
            # What the first file says of itself holds for the whole.
            pile.root = {key: self._told(text) for key, text in self.file.root}
            pile.info = self._told(self.file.info)
        pile.pages += [self._number(page) for page in leaf.pages]
        pile.rows += map(self._told, leaf.rows)
        pile.kids += map(self._told, leaf.kids)
        pile.labels += map(self._told, leaf.labels)
        for mark in leaf.marks:
            self.numbers[mark] = pile.out.number()
        for mark in leaf.marks:
            pile.marks.append((self.numbers[mark], self._told(self.file.texts[mark])))
        for key, name, place in leaf.places:
            pile.places[key] = name + b" " + self._told(place)
        while self.waiting:
            self._write(self.waiting.popleft())

    def _know(self, own: int, digest: bytes) -> None:
        """Take what is known already for what this sheet has of it."""
        if own not in self.numbers:
            if digest in self.pile.known:
                self.numbers[own] = self.pile.known[digest]
            else:
                self.pile.known[digest] = self._number(own)

    def _number(self, own: int) -> int:
        """The number of an object in the whole; it is written in its turn."""
        found = self.numbers.get(own)
        if found is None:
            if own in self.others:
                raise ValueError(f"page {own} is on another sheet than what leads to it")
            found = self.numbers[own] = self.pile.out.number()
            self.waiting.append(own)
        return found

    def _told(self, text: Text) -> bytes:
        """A text as it stands in the whole."""
        (form, names), known = text, self.numbers
        return form % tuple([known.get(own) or self._number(own) for own in names])

    def _write(self, own: int) -> None:
        """Write an object; what it refers to waits for its turn."""
        file, out, number = self.file, self.pile.out, self.numbers[own]
        text = self._told(file.texts[own])
        if own in self.leaf.owners:
            text = _ROW.sub(lambda it: it[1] + b"%d" % (self.first + int(it[2])), text)
        data = file.streams.get(own)
        if data is None:
            out.add(number, text)
            return
        if own in file.programs:
            data = self.pile.program(data.decode())
            text = text[: -len(b">>")] + b"/Filter /FlateDecode /Length %d >>" % len(data)
        out.add_stream(number, text, data)


def _numbered(items: Sequence[bytes]) -> bytes:
    """The leaves of a number tree, from 0."""
    return b" ".join(b"%d %b" % pair for pair in enumerate(items))
