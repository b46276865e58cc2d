"""Finished files -> one: sheets in order, with their tags, links, bookmarks and labels.

What pages draw is taken over as it is, byte for byte; fonts, forms and color spaces that files have
in common come in once. Object by object, and file by file: a deck of ten thousand cards would not
fit in memory as a tree.
"""

import io
import re
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, NumberTree

from pharmdocs.imposition.written import Written
from pharmdocs.objects import Seen, digest_of

_KINDS = ("/Font", "/XObject", "/ColorSpace", "/ExtGState")
# A reference, and what looks like one in a string.
_REFERENCE = re.compile(rb"\((?:[^\\()]|\\.)*\)|(\d+) (\d+) R\b", re.DOTALL)
_HASH = re.compile(rb"[0-9a-f]{64}")


def collate(files: Sequence[bytes], program: Callable[[str], bytes]) -> bytes:
    """The files in order as one; the first gives title, language and metadata.

    Args:
        files: what `press` made, or `correct` of it.
        program: the font program with a hash, for fonts that have only that.
    """
    pile = _Pile(program)
    for file in files:
        with pikepdf.open(io.BytesIO(file)) as pdf:
            _Laid(pile, pdf).lay()
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
    """A file that is laid on the pile: what it refers to comes along, under other numbers."""

    def __init__(self, pile: _Pile, pdf: pikepdf.Pdf) -> None:
        self.pile, self.pdf, self.root = pile, pdf, pdf.Root
        self.tags: Any = self.root.StructTreeRoot
        top = self.tags.K if isinstance(self.tags.K, Dictionary) else self.tags.K[0]
        self.kids = list(top.K) if isinstance(top.K, Array) else [top.K]
        self.numbers: dict[tuple[int, int], int] = {
            top.objgen: pile.document,
            self.root.Pages.objgen: pile.tree,
            self.root.Outlines.objgen: pile.outlines,
        }
        self.waiting: deque[tuple[Any, int]] = deque()

    def lay(self) -> None:
        """Bring in pages, tags, bookmarks, labels."""
        pile, rows = self.pile, NumberTree(self.tags.ParentTree)
        names = {key: len(pile.rows) + at for at, key in enumerate(rows)}
        pages: list[Any] = [page.obj for page in self.pdf.pages]
        for page in pages:
            _renumber(page, names)
        self._share(pages)
        if not pile.pages:
            self._begin()
        pile.pages += [self._number(page) for page in pages]
        pile.rows += [self._told(row) for row in rows.values()]
        pile.kids += [self._told(kid) for kid in self.kids]
        labels = NumberTree(self.root.PageLabels)
        pile.labels += [self._told(label) for label in labels.values()]
        self._lay_bookmarks()
        self._lay_places()
        while self.waiting:
            self._write(*self.waiting.popleft())

    def _begin(self) -> None:
        """What the first file says of itself holds for the whole."""
        own = {"/Pages", "/StructTreeRoot", "/Outlines", "/PageLabels", "/Names"}
        root: Any = self.root
        self.pile.root = {key: self._told(root[key]) for key in sorted(set(root.keys()) - own)}
        if (info := self.pdf.trailer.get("/Info")) is not None:
            self.pile.info = self._told(info)

    def _share(self, pages: Sequence[Any]) -> None:
        """Take what is known already for what this file has of it."""
        seen: Seen = {}
        for resources in {page.Resources.objgen: page.Resources for page in pages}.values():
            for kind in _KINDS:
                for item in resources.get(kind, Dictionary()).as_dict().values():
                    # A color space is an array, with its profile in it.
                    for part in item if isinstance(item, Array) else (item,):
                        if isinstance(part, pikepdf.Object) and part.is_indirect:
                            self._know(part, digest_of(self.pdf, part, seen))

    def _know(self, item: Any, digest: bytes) -> None:
        if item.objgen not in self.numbers:
            if digest in self.pile.known:
                self.numbers[item.objgen] = self.pile.known[digest]
            else:
                self.pile.known[digest] = self._number(item)

    def _lay_bookmarks(self) -> None:
        """Those of the first level; what hangs below comes along."""
        own, mark = list[Any](), self.root.Outlines.get("/First")
        while mark is not None:
            own.append(mark)
            self.numbers[mark.objgen] = self.pile.out.number()
            mark = mark.get("/Next")
        for mark in own:
            # They get other neighbours.
            for key in ("/Prev", "/Next"):
                if key in mark:
                    del mark[key]
            text = self._written(mark.unparse(resolved=True))
            self.pile.marks.append((self.numbers[mark.objgen], text))

    def _lay_places(self) -> None:
        """The named places that links lead to."""
        names = self.root.get("/Names", Dictionary()).get("/Dests")
        for name, place in NameTree(names).items() if names is not None else ():
            key = pikepdf.String(name)
            self.pile.places[bytes(key)] = key.unparse() + b" " + self._told(place)

    def _number(self, item: Any) -> int:
        """The number of an object in the whole; it is written in its turn."""
        if item.objgen not in self.numbers:
            self.numbers[item.objgen] = self.pile.out.number()
            self.waiting.append((item, self.numbers[item.objgen]))
        return self.numbers[item.objgen]

    def _told(self, item: Any) -> bytes:
        """An object as it stands in the whole: by its number, or written out."""
        if isinstance(item, pikepdf.Object) and item.is_indirect:
            return b"%d 0 R" % self._number(item)
        return self._written(item.unparse())

    def _written(self, text: bytes) -> bytes:
        def referred(found: re.Match[bytes]) -> bytes:
            if found[1] is None:
                return found[0]
            return b"%d 0 R" % self._number(self.pdf.get_object(int(found[1]), int(found[2])))

        return _REFERENCE.sub(referred, text)

    def _write(self, item: Any, number: int) -> None:
        """Write an object; what it refers to waits for its turn."""
        out = self.pile.out
        if not isinstance(item, pikepdf.Stream):
            out.add(number, self._written(item.unparse(resolved=True)))
            return
        data, entries = item.read_raw_bytes(), item.stream_dict
        if "/Length1" in item and _HASH.fullmatch(plain := item.read_bytes()):
            data = zlib.compress(self.pile.program(plain.decode()))
            entries.Filter, entries.Length = Name.FlateDecode, len(data)
        out.add_stream(number, self._written(entries.unparse()), data)


def _renumber(page: Any, names: dict[int, int]) -> None:
    """Let a page and its links name their rows as the whole does."""
    if "/StructParents" in page:
        page.StructParents = names[int(page.StructParents)]
    for link in page.get("/Annots", ()):
        if "/StructParent" in link:
            link.StructParent = names[int(link.StructParent)]


def _numbered(items: Sequence[bytes]) -> bytes:
    """The leaves of a number tree, from 0."""
    return b" ".join(b"%d %b" % pair for pair in enumerate(items))
