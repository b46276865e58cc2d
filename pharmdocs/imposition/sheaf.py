"""A finished file of sheets, taken apart: its objects as they stand, and what each sheet leads to.

So much of putting files together depends on one sheet alone; it is done once, and kept.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pikepdf
from pikepdf import Array, Dictionary, NameTree, NumberTree

from pharmdocs.objects import Seen, digest_of

# A reference, and what looks like one in a string.
_REFERENCE = re.compile(rb"\((?:[^\\()]|\\.)*\)|(\d+) 0 R\b", re.DOTALL)
_KINDS = ("/Font", "/XObject", "/ColorSpace", "/ExtGState")
_HASH = re.compile(rb"[0-9a-f]{64}")
# What holds other objects, or says where they are.
_PACKED = {"/ObjStm", "/XRef"}
# How forms of marks are called.
_MARKS = "/FormXob."

_Item = TypeVar("_Item")


# An object as it stands in a file, with %d for each object that it names, and those.
Text = tuple[bytes, tuple[int, ...]]


@dataclass(frozen=True)
class Sheaf:
    """A file by its objects; they are known by their numbers in it, and so are those they name.

    Args:
        texts: each object, of a stream its dictionary.
        streams: what streams hold, packed as they were.
        programs: the streams that hold the hash of a font program instead.
        pages: all pages.
        root: the catalog but for what hangs on its leaves, by its keys.
        info: the document information, or nothing.
        tops: what one file has one of: the document's element, the page tree, the outlines.
    """

    texts: dict[int, Text]
    streams: dict[int, bytes]
    programs: frozenset[int]
    pages: frozenset[int]
    root: tuple[tuple[str, Text], ...]
    info: Text
    tops: tuple[int, int, int]


@dataclass(frozen=True)
class Leaf:
    """A sheet of a file: its pages, and what belongs to them; nothing leads to another leaf.

    Args:
        sheaf: the file.
        pages: a face each, in order.
        rows: of the parent tree, those of its pages and links.
        owners: the objects that name a row, by its place among `rows`.
        kids: the elements below the document's.
        labels: the page labels, one a page.
        marks: bookmarks of the first level, without their neighbours.
        places: named places: the name to sort by, as it is written, and where it leads.
        shared: what other leaves may have as well, and what it comes to; in turn.
        counted: whether something on it is called by its number in the document that it was set
            in, which other cards would change.
    """

    sheaf: Sheaf
    pages: tuple[int, ...]
    rows: tuple[Text, ...]
    owners: frozenset[int]
    kids: tuple[Text, ...]
    labels: tuple[Text, ...]
    marks: tuple[int, ...]
    places: tuple[tuple[bytes, bytes, Text], ...]
    shared: tuple[tuple[int, bytes], ...]
    counted: bool


def leaves(file: bytes, sheets: int) -> list[Leaf]:
    """A file that `press` made, or `correct` of it, sheet by sheet; each has as many pages."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        root: Any = pdf.Root
        pages: list[Any] = [page.obj for page in pdf.pages]
        per = len(pages) // sheets
        at = {page.objgen: number // per for number, page in enumerate(pages)}
        groups = [pages[first : first + per] for first in range(0, len(pages), per)]
        table = NumberTree(root.StructTreeRoot.ParentTree)
        rows, owners = zip(*(_rows(group, table) for group in groups), strict=True)
        top = _document(root)
        kids = _apart(top.K if isinstance(top.K, Array) else [top.K], at, _page_of)
        labels = list(map(_told, NumberTree(root.PageLabels).values()))
        marks = _apart(_marks(root.Outlines), at, lambda mark: mark.Dest[0])
        places = _apart(_places(root), at, lambda place: place[1][0])
        seen: Seen = {}
        shared = [tuple(_shared(pdf, group, seen)) for group in groups]
        # When all that changes an object is done.
        sheaf = _sheaf(pdf, top)
        return [
            Leaf(
                sheaf,
                tuple(page.objgen[0] for page in group),
                rows[number],
                owners[number],
                tuple(map(_told, kids[number])),
                tuple(labels[number * per : (number + 1) * per]),
                tuple(mark.objgen[0] for mark in marks[number]),
                tuple((bytes(key), key.unparse(), _told(to)) for key, to in places[number]),
                shared[number],
                any(map(_is_counted, group)),
            )
            for number, group in enumerate(groups)
        ]


def slim(found: Sequence[Leaf]) -> list[Leaf]:
    """The same leaves, of files that hold nothing else."""
    files = {id(leaf.sheaf): leaf.sheaf for leaf in found}
    own = {key: [leaf for leaf in found if leaf.sheaf is files[key]] for key in files}
    slimmed = {key: _slimmed(file, own[key]) for key, file in files.items()}
    return [replace(leaf, sheaf=slimmed[id(leaf.sheaf)]) for leaf in found]


def _slimmed(sheaf: Sheaf, own: Sequence[Leaf]) -> Sheaf:
    """A file with what these leaves of it lead to."""
    named = [text for leaf in own for text in (*leaf.rows, *leaf.kids, *leaf.labels)]
    named += [place for leaf in own for *_, place in leaf.places]
    waiting = [number for _, names in (*named, sheaf.info) for number in names]
    waiting += [number for _, (_, names) in sheaf.root for number in names]
    waiting += [number for leaf in own for number in (*leaf.pages, *leaf.marks)]
    wanted = set(sheaf.tops)
    while waiting:
        if (number := waiting.pop()) not in wanted:
            wanted.add(number)
            waiting += sheaf.texts[number][1]
    return replace(
        sheaf,
        texts={number: text for number, text in sheaf.texts.items() if number in wanted},
        streams={number: data for number, data in sheaf.streams.items() if number in wanted},
        programs=sheaf.programs & wanted,
        pages=frozenset(page for leaf in own for page in leaf.pages),
    )


def _sheaf(pdf: pikepdf.Pdf, top: Any) -> Sheaf:
    root: Any = pdf.Root
    own = {"/Pages", "/StructTreeRoot", "/Outlines", "/PageLabels", "/Names"}
    info = pdf.trailer.get("/Info")
    texts, streams, programs = _objects(pdf)
    return Sheaf(
        texts,
        streams,
        programs,
        frozenset(page.obj.objgen[0] for page in pdf.pages),
        root=tuple((key, _told(root[key])) for key in sorted(set(root.keys()) - own)),
        info=_text(b"") if info is None else _told(info),
        tops=(top.objgen[0], root.Pages.objgen[0], root.Outlines.objgen[0]),
    )


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
        or any(not name.startswith("/a") for name in drawn.get("/ExtGState", {}))
    )


def _told(item: Any) -> Text:
    """An object as another one has it: by its number, or written out."""
    if isinstance(item, pikepdf.Object) and item.is_indirect:
        return b"%d 0 R", (item.objgen[0],)
    return _text(item.unparse())


def _text(told: bytes) -> Text:
    names = []

    def named(found: re.Match[bytes]) -> bytes:
        if found[1] is None:
            return found[0]
        names.append(int(found[1]))
        return b"%d 0 R"

    return _REFERENCE.sub(named, told.replace(b"%", b"%%")), tuple(names)


def _rows(pages: Sequence[Any], table: NumberTree) -> tuple[tuple[Text, ...], frozenset[int]]:
    """The rows of these pages and their links, which name them by their places from now on."""
    rows, owners = list[Text](), list[int]()
    owned = [("StructParents", page) for page in pages]
    owned += [("StructParent", link) for page in pages for link in page.get("/Annots", ())]
    for name, owner in owned:
        if f"/{name}" in owner:
            rows.append(_told(table[int(owner[f"/{name}"])]))
            owner[f"/{name}"] = len(rows) - 1
            owners.append(owner.objgen[0])
    return tuple(rows), frozenset(owners)


def _shared(pdf: pikepdf.Pdf, pages: Sequence[Any], seen: Seen) -> Iterator[tuple[int, bytes]]:
    """What these pages draw with, and that they draw with all of it."""
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


def _objects(pdf: pikepdf.Pdf) -> tuple[dict[int, Text], dict[int, bytes], frozenset[int]]:
    """The texts of all objects, what the streams among them hold, and which are font programs."""
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
    return texts, streams, frozenset(programs)
