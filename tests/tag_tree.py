"""The tags of a file held against what its pages draw, number by number.

A piece of content has a number (MCID) within its page or form; the parent tree says which element
owns it, and that element says the same (ISO 32000-1, 14.7.4). Nothing of ours is used to look.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, NumberTree

_SHOWN = {"Tj", "TJ", "'", '"', "S", "s", "f", "f*", "B", "B*", "b", "b*", "sh"}


@dataclass
class Piece:
    """A marked piece: its tag, its number (-1 for an artifact), and the text it draws."""

    tag: str
    number: int
    text: str = ""


@dataclass
class Drawn:
    """What a page or form draws, in order; `loose` are operators outside any piece."""

    pieces: list[Piece] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    nested: list[int] = field(default_factory=list)


def drawn(holder: Any, resources: Any) -> Drawn:
    """Read the content of a page or form."""
    found, open_, letters = Drawn(), list[Piece](), dict[int, str]()
    for item in pikepdf.parse_content_stream(holder):
        name, operands = str(item.operator), list[Any](item.operands)
        if name in ("BDC", "BMC"):
            number = int(operands[1].get("/MCID", -1)) if name == "BDC" else -1
            if open_ and number >= 0:
                found.nested.append(number)
            open_.append(Piece(str(operands[0]), number))
            found.pieces.append(open_[-1])
        elif name == "EMC":
            open_.pop()
        elif name == "Tf":
            letters = _letters(resources.Font[str(operands[0])])
        elif name in _SHOWN:
            if not open_:
                found.loose.append(name)
            elif operands and name in ("Tj", "TJ"):
                parts = operands[0] if isinstance(operands[0], Array) else [operands[0]]
                codes = b"".join(bytes(it) for it in parts if isinstance(it, pikepdf.String))
                pairs = (codes[at] << 8 | codes[at + 1] for at in range(0, len(codes) - 1, 2))
                open_[-1].text += "".join(letters.get(pair, "?") for pair in pairs)
    assert not open_
    return found


def _letters(font: Any) -> dict[int, str]:
    """Code -> text, as the font says."""
    pairs = re.findall(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]{4,})>", font.ToUnicode.read_bytes())
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def elements(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    """Every element that a reader reaches, in reading order, and the one above it."""

    def below(element: Any) -> Iterator[tuple[Any, Any]]:
        for kid in kids(element):
            if isinstance(kid, Dictionary) and "/S" in kid:
                yield kid, element
                yield from below(kid)

    yield from below(pdf.Root.StructTreeRoot)


def kids(element: Any) -> list[Any]:
    """What stands directly in an element: numbers, references, elements."""
    found = element.get("/K", Array())
    return list(found) if isinstance(found, Array) else [found]


def faults(pdf: pikepdf.Pdf) -> list[str]:
    """Every disagreement between content, parent tree and elements; none in a sound file."""
    return list(_Audit(pdf).faults())


class _Audit:
    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.tree = dict(NumberTree(pdf.Root.StructTreeRoot.ParentTree))
        self.pages = list(pdf.pages)
        self.holders: list[tuple[Any, Any]] = [(page.obj, page.resources) for page in pdf.pages]
        self.holders += [
            (item, item.get("/Resources", Dictionary()))
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"
        ]
        self.reached = list(elements(pdf))
        self.owners: dict[tuple[Any, int], list[Any]] = {}
        self.links: dict[Any, Any] = {}
        self.shown: set[tuple[Any, int]] = set()
        self.keys: list[int] = []
        for element, _ in self.reached:
            for kid in kids(element):
                if isinstance(kid, int):
                    self.owners.setdefault((element.Pg.objgen, kid), []).append(element.objgen)
                elif "/Obj" in kid:
                    self.links[kid.Obj.objgen] = element.objgen
                elif "/MCID" in kid:
                    where = kid.get("/Stm", kid.get("/Pg", element.get("/Pg")))
                    key = (where.objgen, int(kid.MCID))
                    self.owners.setdefault(key, []).append(element.objgen)

    def faults(self) -> Iterator[str]:
        yield from self._content()
        yield from self._annotations()
        if sorted(self.keys) != sorted(self.tree):
            yield f"keys used {sorted(self.keys)}, in the tree {sorted(self.tree)}"
        yield from (f"{key} has owners {found}" for key, found in self.owners.items() if found[1:])
        yield from (f"{key} is owned and not drawn" for key in self.owners.keys() - self.shown)
        yield from (f"{key} is drawn and not owned" for key in self.shown - self.owners.keys())
        for element, above in self.reached:
            if element.P.objgen != above.objgen:
                yield f"{element.S} {element.objgen}: its parent is another"

    def _content(self) -> Iterator[str]:
        for holder, resources in self.holders:
            found = drawn(holder, resources)
            numbers = [piece.number for piece in found.pieces if piece.number >= 0]
            if found.loose and "/StructParents" in holder:
                yield f"{holder.objgen}: {found.loose} outside any piece"
            yield from (f"{holder.objgen}: piece {number} in another" for number in found.nested)
            if len(set(numbers)) < len(numbers):
                yield f"{holder.objgen}: a number twice in {numbers}"
            self.shown |= {(holder.objgen, number) for number in numbers}
            if "/StructParents" in holder:
                self.keys.append(int(holder.StructParents))
                yield from self._entries(holder, numbers)
            elif numbers:
                yield f"{holder.objgen}: pieces, and no key"

    def _annotations(self) -> Iterator[str]:
        for page in self.pages:
            for link in page.get("/Annots", []):
                key = int(link.get("/StructParent", -1))
                self.keys.append(key)
                owner = self.tree.get(key)
                if owner is None or self.links.get(link.objgen) != owner.objgen:
                    yield f"annotation {link.objgen}: not its owner's"

    def _entries(self, holder: Any, numbers: list[int]) -> Iterator[str]:
        """The tree's row of a page or form: the owner of each piece, nothing where none is."""
        row = list(self.tree[int(holder.StructParents)])
        held = {at for at, entry in enumerate(row) if isinstance(entry, Dictionary)}
        if held != set(numbers):
            yield f"{holder.objgen}: draws {sorted(numbers)}, the tree has {sorted(held)}"
        for at in held & set(numbers):
            if self.owners.get((holder.objgen, at)) != [row[at].objgen]:
                yield f"{holder.objgen}: piece {at} belongs to another than the tree says"
