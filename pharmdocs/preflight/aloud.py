"""What is read aloud of each page, by its tags; and that tags, pages and links name each other.

A piece of content has a number within its page. The table of owners says which element it belongs
to, and that element says the same (ISO 32000-1, 14.7.4).
"""

import re

from pharmdocs.preflight.bound import Bound
from pharmdocs.preflight.syntax import UnsoundError, entries, items, number_of, written

# What nearly all of a deck's elements are: one that holds others, and those, a piece each.
_REFERENCES = rb"((?:\d+ 0 R )+)"
_ON = rb"/P (\d+) 0 R /Pg (\d+) 0 R /S (/\w+) /Type /StructElem >>"
_GROUP = re.compile(rb"<< /K \[ " + _REFERENCES + rb"\] " + _ON)
_PIECES = re.compile(rb"^<< /K (\d+) " + _ON + rb"$", re.MULTILINE)
_ROW = re.compile(rb"\[ " + _REFERENCES + rb"\]")
_BETWEEN = b" 0 R "
_ABOVE = (b"/K", b"/P", b"/Pg", b"/Type")
_TREE = (b"/K", b"/ParentTree", b"/ParentTreeNextKey")


def read(bound: Bound, faces: int, in_turn: bool) -> list[bytes]:
    """What is read of the sheet that each page is of.

    Args:
        bound: the pages of a file.
        faces: how many a sheet has.
        in_turn: whether the file is read sheet by sheet, as one that was put together is.

    Raises:
        UnsoundError: elements, pages, links and the table of owners do not agree.
    """
    tags = _Tags(bound)
    sheets: list[list[bytes]] = [[] for _ in range(0, len(bound.pages), faces)]
    last = 0
    for kid in tags.kids:
        page, told = tags.read(kid)
        sheet = page // faces
        if in_turn and sheet < last:
            raise UnsoundError("sheets are read out of order")
        last = sheet
        sheets[sheet].append(b"face %d: %b" % (page % faces, told))
    tags.end()
    joined = [tags.about + b"\n".join(sheet) for sheet in sheets]
    return [joined[at // faces] for at in range(len(bound.pages))]


class _Tags:
    """The elements below the document's, and who owns which piece."""

    def __init__(self, bound: Bound) -> None:
        self.bound, self.texts = bound, bound.objects.texts
        tree = bound.root[b"/StructTreeRoot"]
        root = bound.objects.entries(tree)
        (top,) = _listed(root[b"/K"])
        document, self.top = bound.objects.entries(top), b"%d" % number_of(top)
        self.kids = _listed(document[b"/K"])
        if document[b"/P"] != tree:
            raise UnsoundError("the document's element hangs elsewhere")
        self.about = bound.told(written(document, _ABOVE) + written(root, _TREE))
        # The owners of each page's pieces, and of each link; nothing is of nobody, or has been met.
        self.owners: list[list[bytes]] = []
        self.links: dict[int, tuple[int, int, int]] = {}
        self._take_rows(root)

    def _take_rows(self, root: dict[bytes, bytes]) -> None:
        pairs = [(int(key), row) for key, row in self.bound.leaves(root[b"/ParentTree"], b"/Nums")]
        rows, used = dict(pairs), list[int]()

        def row(key: bytes) -> bytes:
            used.append(int(key))
            return rows.get(int(key), b"[ ]")

        for at, page in enumerate(self.bound.pages):
            self.owners.append([] if page.row is None else self._owners(row(page.row)))
            for place, link in enumerate(page.links):
                key = self.bound.objects.entries(link).get(b"/StructParent")
                if key is not None:
                    self.links[number_of(link)] = number_of(row(key)), at, place
        keys = [key for key, _ in pairs]
        if keys != sorted(rows) or sorted(used) != keys:
            raise UnsoundError("the table of owners has other rows than pages and links name")
        if keys and int(root[b"/ParentTreeNextKey"]) <= keys[-1]:
            raise UnsoundError("the table of owners is longer than it says")

    def _owners(self, row: bytes) -> list[bytes]:
        text = self.bound.objects.text(row)
        if simple := _ROW.fullmatch(text):
            return simple[1].split(_BETWEEN)[:-1]
        return [b"" if it == b"null" else b"%d" % number_of(it) for it in items(text)]

    def read(self, kid: bytes) -> tuple[int, bytes]:
        """The first page of an element, and what is read of it, as seen from there."""
        self.first, self.out = -1, list[bytes]()
        self._element(b"%d" % number_of(kid), self.top)
        if self.first < 0:
            raise UnsoundError("an element stands on no page")
        return self.first, b" ".join(self.out)

    def _element(self, number: bytes, above: bytes) -> None:
        """An element that hangs below another, by their numbers."""
        text = self.texts[int(number)]
        if simple := _GROUP.fullmatch(text):
            held, parent, on, kind = simple.groups()
            self.out.append(b"(/S %b on %d" % (kind, self._at(on) - self.first))
            self._group(held.split(_BETWEEN)[:-1], number, on)
        else:
            element = entries(text)
            parent = b"%d" % number_of(element[b"/P"])
            page = self._at(b"%d" % number_of(element[b"/Pg"])) if b"/Pg" in element else None
            self.out.append(b"(" + self.bound.told(written(element, _ABOVE), page or 0))
            self.out += [] if page is None else [b"on %d" % (page - self.first)]
            for kid in _listed(element.get(b"/K", b"[ ]")):
                self._kid(kid, number, page)
        self.out.append(b")")
        if parent != above:
            raise UnsoundError("an element hangs elsewhere than it stands")

    def _group(self, kids: list[bytes], number: bytes, on: bytes) -> None:
        """Elements below one; a piece of the same page each, nearly always."""
        found = _PIECES.findall(b"\n".join([self.texts[int(kid)] for kid in kids]))
        if len(found) < len(kids):
            for kid in kids:
                self._element(kid, number)
            return
        page = self._at(on)
        here, owners = b"on %d" % (page - self.first), self.owners[page]
        for kid, (piece, parent, at, kind) in zip(kids, found, strict=True):
            place = int(piece)
            if at != on or parent != number or owners[place] != kid:
                self._element(kid, number)
                continue
            owners[place] = b""
            self.out.append(b"(/S %b %b %b )" % (kind, here, piece))

    def _at(self, number: bytes) -> int:
        """Which page an object is."""
        page = self.bound.at[int(number)]
        if self.first < 0:
            self.first = page
        return page

    def _own(self, page: int | None, piece: int, owner: bytes) -> None:
        """A piece of a page, which one element owns, and no other after it."""
        if page is None or self.owners[page][piece] != owner:
            raise UnsoundError(f"piece {piece} of a page belongs to another element")
        self.owners[page][piece] = b""

    def _kid(self, item: bytes, owner: bytes, page: int | None) -> None:
        """What stands in an element: another, a piece, by its number or told, or a link."""
        if item.isdigit():
            self.out.append(item)
            self._own(page, int(item), owner)
            return
        told = self.bound.objects.entries(item)
        kind = told.get(b"/Type")
        if kind == b"/OBJR":
            due, at, place = self.links.pop(number_of(told[b"/Obj"]))
            if due != int(owner):
                raise UnsoundError(f"a link of page {at + 1} belongs to another element")
            self.out.append(b"link %d on %d" % (place, at - self.first))
        elif kind == b"/MCR" and b"/Stm" not in told:
            page = self._at(b"%d" % number_of(told[b"/Pg"])) if b"/Pg" in told else page
            self._own(page, int(told[b"/MCID"]), owner)
            self.out.append(b"piece %b on %d" % (told[b"/MCID"], (page or 0) - self.first))
        else:
            self._element(b"%d" % number_of(item), owner)

    def end(self) -> None:
        """Nothing is left of which the table says that somebody owns it."""
        for at, owners in enumerate(self.owners):
            if any(owners):
                raise UnsoundError(f"something that page {at + 1} shows is not read")
        for _, at, _ in self.links.values():
            raise UnsoundError(f"a link of page {at + 1} is not read")


def _listed(item: bytes) -> list[bytes]:
    return items(item) if item.startswith(b"[") else [item]
