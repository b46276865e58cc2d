"""A finished file of sheets, taken apart: its objects as they stand, and where all of it hangs.

So much of putting files together depends on one of them alone; it is done once, and kept.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, NameTree, NumberTree

from pharmdocs.objects import Seen, digest_of

# A reference, and what looks like one in a string.
_REFERENCE = re.compile(rb"\((?:[^\\()]|\\.)*\)|(\d+) 0 R\b", re.DOTALL)
_KINDS = ("/Font", "/XObject", "/ColorSpace", "/ExtGState")
_HASH = re.compile(rb"[0-9a-f]{64}")
# What holds other objects, or says where they are.
_PACKED = {"/ObjStm", "/XRef"}


# An object as it stands in a file, with %d for each object that it names, and those.
Text = tuple[bytes, tuple[int, ...]]


@dataclass(frozen=True)
class Sheaf:
    """A file by its objects; they are known by their numbers in it, and so are those they name.

    Args:
        texts: each object, of a stream its dictionary.
        streams: what streams hold, packed as they were.
        programs: the streams that hold the hash of a font program instead.
        owners: the objects that name a row of the parent tree, by its place among `rows`.
        shared: what other files may have as well, and what it comes to; in turn.
        pages: the pages in order.
        rows: the parent tree's.
        kids: the document's elements.
        labels: the page labels, one a page.
        marks: bookmarks of the first level, without their neighbours.
        places: named places: the name to sort by, as it is written, and where it leads.
        root: the rest of the catalog, by its keys.
        info: the document information, or nothing.
        tops: what one file has one of: the document's element, the page tree, the outlines.
    """

    texts: dict[int, Text]
    streams: dict[int, bytes]
    programs: tuple[int, ...]
    owners: tuple[int, ...]
    shared: tuple[tuple[int, bytes], ...]
    pages: tuple[int, ...]
    rows: tuple[Text, ...]
    kids: tuple[Text, ...]
    labels: tuple[Text, ...]
    marks: tuple[int, ...]
    places: tuple[tuple[bytes, bytes, Text], ...]
    root: tuple[tuple[str, Text], ...]
    info: Text
    tops: tuple[int, int, int]


def taken_apart(file: bytes) -> Sheaf:
    """A file that `press` made, or `correct` of it."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        root: Any = pdf.Root
        tags: Any = root.StructTreeRoot
        top = tags.K if isinstance(tags.K, Dictionary) else tags.K[0]
        pages: list[Any] = [page.obj for page in pdf.pages]
        rows = NumberTree(tags.ParentTree)
        owners = tuple(_renumbered(pages, {key: at for at, key in enumerate(rows)}))
        shared = tuple(_shared(pdf, pages))
        marks = tuple(_marks(root.Outlines))
        own = {"/Pages", "/StructTreeRoot", "/Outlines", "/PageLabels", "/Names"}
        info = pdf.trailer.get("/Info")
        texts, streams, programs = _objects(pdf)
        return Sheaf(
            texts,
            streams,
            programs,
            owners,
            shared,
            pages=tuple(page.objgen[0] for page in pages),
            rows=tuple(map(_told, rows.values())),
            kids=tuple(map(_told, top.K if isinstance(top.K, Array) else [top.K])),
            labels=tuple(map(_told, NumberTree(root.PageLabels).values())),
            marks=marks,
            places=tuple(_places(root)),
            root=tuple((key, _told(root[key])) for key in sorted(set(root.keys()) - own)),
            info=_text(b"") if info is None else _told(info),
            tops=(top.objgen[0], root.Pages.objgen[0], root.Outlines.objgen[0]),
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


def _renumbered(pages: list[Any], names: dict[int, int]) -> Iterator[int]:
    """Let pages and their links name their rows by their places."""
    for page in pages:
        if "/StructParents" in page:
            page.StructParents = names[int(page.StructParents)]
            yield page.objgen[0]
        for link in page.get("/Annots", ()):
            if "/StructParent" in link:
                link.StructParent = names[int(link.StructParent)]
                yield link.objgen[0]


def _shared(pdf: pikepdf.Pdf, pages: list[Any]) -> Iterator[tuple[int, bytes]]:
    seen: Seen = {}
    for resources in {page.Resources.objgen: page.Resources for page in pages}.values():
        for kind in _KINDS:
            for item in resources.get(kind, Dictionary()).as_dict().values():
                # A color space is an array, with its profile in it.
                for part in item if isinstance(item, Array) else (item,):
                    if isinstance(part, pikepdf.Object) and part.is_indirect:
                        yield part.objgen[0], digest_of(pdf, part, seen)


def _marks(outlines: Any) -> Iterator[int]:
    """The bookmarks of the first level, parted from each other: they get other neighbours."""
    mark = outlines.get("/First")
    while mark is not None:
        following = mark.get("/Next")
        for key in ("/Prev", "/Next"):
            if key in mark:
                del mark[key]
        yield mark.objgen[0]
        mark = following


def _places(root: Any) -> Iterator[tuple[bytes, bytes, Text]]:
    """The named places that links lead to."""
    names = root.get("/Names", Dictionary()).get("/Dests")
    for name, place in NameTree(names).items() if names is not None else ():
        key = pikepdf.String(name)
        yield bytes(key), key.unparse(), _told(place)


def _objects(pdf: pikepdf.Pdf) -> tuple[dict[int, Text], dict[int, bytes], tuple[int, ...]]:
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
    return texts, streams, tuple(programs)
