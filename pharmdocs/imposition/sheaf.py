"""A finished file of sheets, taken apart: its objects as they stand, and what each sheet leads to.

So much of putting files together depends on one sheet alone; it is done once, and kept.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import pikepdf
from pikepdf import Array, Dictionary, NameTree, NumberTree

from pharmdocs.imposition.leaf import Leaf, Sheaf, Top
from pharmdocs.imposition.pieces import Objects, Text, piece
from pharmdocs.objects import Seen, digest_of

# A reference, the place of a row in the parent tree, and what looks like them in a string.
_NAMED = re.compile(
    rb"\((?:[^\\()]|\\.)*\)|(?P<object>\d+) 0 R\b|(?P<owner>/StructParents? )(?P<row>\d+)",
    re.DOTALL,
)
_KINDS = ("/Font", "/XObject", "/ColorSpace", "/ExtGState")
_HASH = re.compile(rb"[0-9a-f]{64}")
# What holds other objects, or says where they are.
_PACKED = {"/ObjStm", "/XRef"}
# How forms of marks are called.
_MARKS = "/FormXob."

_Item = TypeVar("_Item")


def leaves(file: bytes, sheets: int) -> list[Leaf]:
    """A file that `press` made, or `correct` of it, sheet by sheet; each has as many pages.

    Raises:
        ValueError: something leads from one sheet to another.
    """
    with pikepdf.open(io.BytesIO(file)) as pdf:
        root: Any = pdf.Root
        pages: list[Any] = [page.obj for page in pdf.pages]
        per = len(pages) // sheets
        at = {page.objgen: number // per for number, page in enumerate(pages)}
        groups = [pages[first : first + per] for first in range(0, len(pages), per)]
        table = NumberTree(root.StructTreeRoot.ParentTree)
        rows = [_rows(group, table) for group in groups]
        top = _document(root)
        kids = _apart(top.K if isinstance(top.K, Array) else [top.K], at, _page_of)
        labels = [label.unparse() for label in NumberTree(root.PageLabels).values()]
        marks = _apart(_marks(root.Outlines), at, lambda mark: mark.Dest[0])
        places = _apart(_places(root), at, lambda place: place[1][0])
        shared = dict(_shared(pdf, pages))
        tops = zip((top, root.Pages, root.Outlines), Top, strict=True)
        outside: dict[int, bytes | int] = {item.objgen[0]: int(name) for item, name in tops}
        outside |= shared
        # When all that changes an object is done.
        objects = _objects(pdf)
        sheaf = _sheaf(pdf, objects, shared, outside)
        every = {page.objgen[0] for page in pages}
        found = []
        for number, group in enumerate(groups):
            own = [page.objgen[0] for page in group]
            firsts = own + [mark.objgen[0] for mark in marks[number]]
            more = rows[number] + [_told(kid) for kid in kids[number]]
            more += [_told(to) for _, to in places[number]]
            leaf = Leaf(
                sheaf,
                piece(objects, firsts, more, outside, every.difference(own)),
                per,
                len(marks[number]),
                len(rows[number]),
                len(kids[number]),
                tuple(labels[number * per : (number + 1) * per]),
                tuple((bytes(key), key.unparse()) for key, _ in places[number]),
                any(map(_is_counted, group)),
            )
            found.append(leaf)
        return found


def _sheaf(
    pdf: pikepdf.Pdf,
    objects: Objects,
    shared: Mapping[int, bytes],
    outside: Mapping[int, bytes | int],
) -> Sheaf:
    root: Any = pdf.Root
    own = {"/Pages", "/StructTreeRoot", "/Outlines", "/PageLabels", "/Names"}
    keys = tuple(sorted(set(root.keys()) - own))
    info = pdf.trailer.get("/Info")
    head = [_told(root[key]) for key in keys] + ([] if info is None else [_told(info)])
    pieces = {}
    for number, digest in shared.items():
        if digest not in pieces:
            beside = {other: name for other, name in outside.items() if other != number}
            pieces[digest] = piece(objects, (number,), (), beside)
    return Sheaf(pieces, piece(objects, (), head, outside), keys)


def _document(root: Any) -> Any:
    """The element that all others hang below."""
    tags = root.StructTreeRoot
    return tags.K if isinstance(tags.K, Dictionary) else tags.K[0]


def _apart(
    items: Iterable[_Item], at: dict[Any, int], page: Callable[[_Item], Any]
) -> dict[int, list[_Item]]:
    """Things by the sheet on which their page lies."""
    found: dict[int, list[_Item]] = {number: [] for number in at.values()}
    for item in items:
        found[at[page(item).objgen]].append(item)
    return found


def _page_of(element: Any) -> Any:
    """The page that an element, or the first in it, stands on."""
    while "/Pg" not in element:
        kids = element.K
        element = kids[0] if isinstance(kids, Array) else kids
    return element.Pg


def _is_counted(page: Any) -> bool:
    """Whether a page shows pictures, groups, patterns, shades or masks of a typeset document."""
    drawn = page.Resources
    return (
        any(kind in drawn for kind in ("/Pattern", "/Shading"))
        or any(not name.startswith(_MARKS) for name in drawn.get("/XObject", {}))
        or any(name.startswith("/s") for name in drawn.get("/ExtGState", {}))
    )


def _told(item: Any) -> Text:
    """An object as another one has it: by its number, or written out."""
    if isinstance(item, pikepdf.Object) and item.is_indirect:
        return b"%d 0 R", (item.objgen[0],)
    return _text(item.unparse())


def _text(told: bytes) -> Text:
    names = []

    def named(found: re.Match[bytes]) -> bytes:
        if found["object"]:
            names.append(int(found["object"]))
            return b"%d 0 R"
        if found["owner"]:
            names.append(-1 - int(found["row"]))
            return found["owner"] + b"%d"
        return found[0]

    return _NAMED.sub(named, told.replace(b"%", b"%%")), tuple(names)


def _rows(pages: Sequence[Any], table: NumberTree) -> list[Text]:
    """The rows of these pages and their links, which name them by their places from now on."""
    rows = list[Text]()
    owned = [("/StructParents", page) for page in pages]
    owned += [("/StructParent", link) for page in pages for link in page.get("/Annots", ())]
    for name, owner in owned:
        if name in owner:
            rows.append(_told(table[int(owner[name])]))
            owner[name] = len(rows) - 1
    return rows


def _shared(pdf: pikepdf.Pdf, pages: Sequence[Any]) -> Iterator[tuple[int, bytes]]:
    """What pages draw with, and that they draw with all of it."""
    seen: Seen = {}
    for resources in {page.Resources.objgen: page.Resources for page in pages}.values():
        for kind in _KINDS:
            for item in resources.get(kind, Dictionary()).as_dict().values():
                # A color space is an array, with its profile in it.
                for part in item if isinstance(item, Array) else (item,):
                    if isinstance(part, pikepdf.Object) and part.is_indirect:
                        yield part.objgen[0], digest_of(pdf, part, seen)
        yield resources.objgen[0], digest_of(pdf, resources, seen)


def _marks(outlines: Any) -> Iterator[Any]:
    """The bookmarks of the first level, parted from each other: they get other neighbours."""
    mark = outlines.get("/First")
    while mark is not None:
        following = mark.get("/Next")
        for key in ("/Prev", "/Next"):
            if key in mark:
                del mark[key]
        yield mark
        mark = following


def _places(root: Any) -> Iterator[tuple[pikepdf.String, Any]]:
    """The named places that links lead to."""
    names = root.get("/Names", Dictionary()).get("/Dests")
    for name, place in NameTree(names).items() if names is not None else ():
        yield pikepdf.String(name), place


def _objects(pdf: pikepdf.Pdf) -> Objects:
    texts, streams, programs = dict[int, Text](), dict[int, bytes](), list[int]()
    for item in pdf.objects:
        number = item.objgen[0]
        if not isinstance(item, pikepdf.Stream):
            texts[number] = _text(item.unparse(resolved=True))
        elif item.get("/Type") not in _PACKED:
            entries, data = item.stream_dict, item.read_raw_bytes()
            if "/Length1" in item and _HASH.fullmatch(plain := item.read_bytes()):
                programs.append(number)
                entries, data = Dictionary(Length1=item.Length1), plain
            texts[number], streams[number] = _text(entries.unparse()), data
    return Objects(texts, streams, frozenset(programs))
