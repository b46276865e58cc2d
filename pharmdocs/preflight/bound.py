"""What each page of a file comes to, with all that hangs on it; and how pages hang together.

A page is known by what it shows, from its boxes to the programs of its fonts, by its label, links,
bookmarks and named places, and by what is read aloud of its sheet. All of that is told as seen from
the page, so that it comes to the same in whatever file.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

import pikepdf

from pharmdocs.preflight.syntax import (
    REFERENCE,
    STRING,
    Objects,
    UnsoundError,
    entries,
    items,
    number_of,
    written,
)

# What of a page says where it stands, and not what it shows.
_PLACE = (b"/Annots", b"/Parent", b"/StructParents")
# How bookmarks hang together.
_CHAIN = (b"/Count", b"/First", b"/Last", b"/Next", b"/Parent", b"/Prev")
_IN_TREE = {b"/Type", b"/Kids", b"/Count", b"/Parent"}
# What nearly all of a deck's pages, streams and bookmarks are; all others take four times as long.
_BOX = rb"\[[-+.\d ]+\]"
_PAGE = re.compile(
    rb"<< /Annots \[ \] (/Contents \d+ 0 R /MediaBox " + _BOX + rb") /Parent (\d+ 0 R)"
    rb" (/Resources \d+ 0 R) /StructParents (\d+) (/Tabs /S /TrimBox " + _BOX + rb") /Type /Page >>"
)
_STREAM = re.compile(rb"<< /Filter /FlateDecode /Length \d+ >>")
_MARK = re.compile(
    rb"<< /Count 0 /Dest \[ (\d+) 0 R /Fit \] /Parent (\d+ 0 R) /Title (" + STRING + rb")"
    rb"(?: /Prev (\d+ 0 R))?(?: /Next (\d+ 0 R))? >>",
    re.DOTALL,
)


class Page(NamedTuple):
    """A page: its object, what it shows, its row in the table of owners, and its links."""

    number: int
    shown: bytes
    row: bytes | None
    links: list[bytes]


class Bound:
    """The pages of a file, and what of the whole belongs to each of them."""

    def __init__(self, objects: Objects) -> None:
        self.objects, self.root = objects, objects.entries(objects.trailer[b"/Root"])
        self.pages = list(self._pages(self.root[b"/Pages"], b""))
        self.at = {page.number: at for at, page in enumerate(self.pages)}
        self.seen: dict[tuple[int, int], bytes] = {}

    def _pages(self, node: bytes, above: bytes) -> Iterator[Page]:
        """Every page below a node, in order; a node tells nothing of its pages."""
        number = number_of(node)
        text = self.objects.texts[number]
        if simple := _PAGE.fullmatch(text):
            place, parent, drawn, row, trim = simple.groups()
            yield Page(number, b"%b %b %b /Type /Page" % (place, drawn, trim), row, [])
        else:
            told = entries(text)
            parent = told.get(b"/Parent", b"")
            if told[b"/Type"] == b"/Page":
                links = self.objects.items(told.get(b"/Annots", b"[ ]"))
                yield Page(number, written(told, _PLACE), told.get(b"/StructParents"), links)
            else:
                yield from self._below(told, node)
        if parent != above:
            raise UnsoundError("a page does not hang where it is")

    def _below(self, told: dict[bytes, bytes], node: bytes) -> list[Page]:
        if not told.keys() <= _IN_TREE:
            raise UnsoundError("pages have something in common that none of them tells")
        pages = [page for kid in items(told[b"/Kids"]) for page in self._pages(kid, node)]
        if len(pages) != int(told[b"/Count"]):
            raise UnsoundError("there are not as many pages as the file says")
        return pages

    def digests(self, read: list[bytes]) -> list[str]:
        """What each page comes to; `read` is what is read aloud of it."""
        pairs = zip(read, self.pages, strict=True)
        told = [[aloud, self.told(page.shown)] for aloud, page in pairs]
        for at, page in enumerate(self.pages):
            for link in page.links:
                told[at].append(self.told(written(self.objects.entries(link), _ROW), at))
        for kind in (self._labels(), self._marks(), self._places()):
            for at, text in kind:
                told[at].append(text)
        return [hashlib.sha256(b"\n".join(it)).hexdigest() for it in told]

    def told(self, text: bytes, here: int = -1) -> bytes:
        """The same, whichever numbers it uses, as seen from a page; -1 for from none."""
        if b"(" in text:
            return REFERENCE.sub(
                lambda it: it[0] if it[1] is None else self._referred(int(it[1]), here), text
            )
        # The same three times as fast.
        found = list[bytes]()
        *before, last = text.split(b" 0 R")
        for part in before:
            said, _, number = part.rpartition(b" ")
            found += (said, self._referred(int(number), here))
        return b" ".join(found) + last if found else text

    def _referred(self, number: int, here: int) -> bytes:
        if number in self.at:
            if here < 0:
                raise UnsoundError(f"what page {self.at[number] + 1} shows leads back to it")
            return b"page %d" % (self.at[number] - here)
        key = number, here
        if key not in self.seen:
            # What leads to itself comes to nothing.
            self.seen[key] = b""
            text, data = self.objects.texts[number], self.objects.streams.get(number)
            if data is not None:
                simple = _STREAM.fullmatch(text)
                text = b"/Filter /FlateDecode" if simple else written(entries(text), _LENGTH)
            digest = hashlib.sha256(self.told(text, here))
            digest.update(b"" if data is None else b" stream " + data)
            self.seen[key] = b"{%b}" % digest.hexdigest().encode()
        if not self.seen[key]:
            raise UnsoundError(f"object {number} leads to itself")
        return self.seen[key]

    def _labels(self) -> Iterator[tuple[int, bytes]]:
        """The label of each page."""
        for at, (key, label) in enumerate(self.leaves(self.root[b"/PageLabels"], b"/Nums")):
            if int(key) != at or at == len(self.pages):
                raise UnsoundError("a page has not one label")
            yield at, self.told(label)

    def _places(self) -> Iterator[tuple[int, bytes]]:
        """The named places, each on its page."""
        names = self.objects.entries(self.root.get(b"/Names", b"<< >>"))
        last = b""
        for key, place in self.leaves(names[b"/Dests"], b"/Names") if names else ():
            name = bytes(pikepdf.Object.parse(key))
            if name <= last:
                raise UnsoundError("named places are out of order")
            last, to = name, self.objects.text(place)
            at = self.at[number_of(items(to)[0])]
            yield at, b"%b at %b" % (key, self.told(to, at))

    def _marks(self) -> Iterator[tuple[int, bytes]]:
        """The bookmarks of the first level, each on its page, with those below."""
        last, top = 0, self.root[b"/Outlines"]
        for page, told in self._chain(top, self.objects.entries(top)):
            if self.at[page] < last:
                raise UnsoundError("bookmarks are out of order")
            last = self.at[page]
            yield last, told

    def _chain(self, above: bytes, top: dict[bytes, bytes]) -> Iterator[tuple[int, bytes]]:
        """The bookmarks right below another, as seen from the page to which each leads."""
        before, number = None, top.get(b"/First")
        while number is not None:
            text = self.objects.text(number)
            if simple := _MARK.fullmatch(text):
                page, parent, title, previous, following = simple.groups()
                told = b"/Dest [ page 0 /Fit ] /Title %b ()" % title
            else:
                mark = entries(text)
                following, parent, previous = (mark.get(key) for key in _NEIGHBORS)
                page, told = self._marked(number, mark)
            if previous != before or parent != above:
                raise UnsoundError("a bookmark does not hang where it is")
            yield int(page), told
            before, number = number, following
        if top.get(b"/Last") != before:
            raise UnsoundError("the last bookmark is another than the file says")

    def _marked(self, number: bytes, mark: dict[bytes, bytes]) -> tuple[int, bytes]:
        page = number_of(items(mark[b"/Dest"])[0])
        at = self.at[page]
        kids = [b"on %d: %b" % (self.at[it] - at, told) for it, told in self._chain(number, mark)]
        return page, b"%b (%b)" % (self.told(written(mark, _CHAIN), at), b", ".join(kids))

    def leaves(self, tree: bytes, kind: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The pairs of a tree of numbers or names."""
        node = self.objects.entries(tree)
        flat = self.objects.items(node.get(kind, b"[ ]"))
        yield from zip(flat[::2], flat[1::2], strict=True)
        for kid in self.objects.items(node.get(b"/Kids", b"[ ]")):
            yield from self.leaves(kid, kind)


_ROW = (b"/StructParent",)
_NEIGHBORS = (b"/Next", b"/Parent", b"/Prev")
_LENGTH = (b"/Length",)
