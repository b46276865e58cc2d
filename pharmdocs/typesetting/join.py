"""Finished tagged parts -> one document: pages, tags, destinations, and one copy of each face.

Parts may come from several processes. What refers to a page follows it because pages go in first;
identical font programs are kept once, which needs faces that are embedded whole.
"""

import hashlib
import io
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, NameTree, NumberTree, OutlineItem, PageLocation

from pharmdocs.typesetting.folios import filled
from pharmdocs.typesetting.typeset import Page, Typeset


def join(parts: Sequence[Typeset], number: Callable[[int, str], int] | None = None) -> Typeset:
    """The parts in order as one typeset document; the first gives title, language and metadata.

    What is known last comes in by `number`: of the page of an anchor, or of "" on a page from 0.
    """
    if len(parts) == 1:
        return parts[0]
    with pikepdf.open(io.BytesIO(parts[0].pdf)) as whole:
        root = whole.Root.StructTreeRoot
        table = dict(NumberTree(root.ParentTree))
        document = root.K if isinstance(root.K, Dictionary) else root.K[0]
        kids = list(document.K) if isinstance(document.K, Array) else [document.K]
        places, shared = _destinations(whole.Root, parts[0]), _Shared(whole.pages[0])
        for part in parts[1:]:
            with pikepdf.open(io.BytesIO(part.pdf)) as pdf:
                names = shared.leave_out(pdf.pages[0])
                kids += _take(whole, pdf, part, table, places, document)
                shared.bring_back(whole.pages[-1], names)
        document.K = Array(kids)
        flat = [item for key in sorted(table) for item in (key, table[key])]
        root.ParentTree = whole.make_indirect(Dictionary(Nums=Array(flat)))
        root.ParentTreeNextKey = max(table, default=-1) + 1
        if places:
            flat = [item for key in sorted(places) for item in (pikepdf.String(key), places[key])]
            whole.Root.Names = Dictionary(Dests=Dictionary(Names=Array(flat)))
        _outline(whole, [page for part in parts for page in part.pages])
        if number:
            for at, page in enumerate(whole.pages):
                content = filled(page.Contents.read_bytes(), partial(number, at))
                page.Contents = whole.make_stream(content)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True)
    return Typeset(out.getvalue(), tuple(page for part in parts for page in part.pages))


def _take(
    whole: pikepdf.Pdf,
    pdf: pikepdf.Pdf,
    part: Typeset,
    table: dict[int, Any],
    places: dict[str, Any],
    document: Any,
) -> list[Any]:
    """Bring a part's pages in; its structure elements are returned, adopted by the document."""
    offset = max(table, default=-1) + 1
    for page in pdf.pages:
        if "/StructParents" in page:
            page.StructParents = int(page.StructParents) + offset
        for annotation in page.get("/Annots", []):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + offset
    # First the pages: what the structure then brings along finds them here.
    with warnings.catch_warnings():
        # It says that destinations do not come along; they are brought below.
        warnings.simplefilter("ignore", pikepdf.exceptions.PageCopyWarning)
        whole.pages.extend(pdf.pages)
    root = pdf.Root.StructTreeRoot
    tree = dict(NumberTree(root.ParentTree))
    found = _destinations(pdf.Root, part)
    carried = whole.copy_foreign(
        pdf.make_indirect(
            Dictionary(K=root.K, Table=Array(tree.values()), Places=Array(found.values()))
        )
    )
    table |= {key + offset: value for key, value in zip(tree, carried.Table, strict=True)}
    places |= dict(zip(found, carried.Places, strict=True))
    top = carried.K if isinstance(carried.K, Dictionary) else carried.K[0]
    kids = list(top.K) if isinstance(top.K, Array) else [top.K]
    for kid in kids:
        kid.P = document
    return kids


def _destinations(root: Any, part: Typeset) -> dict[str, Any]:
    """The places in a part that links lead to; not those that are in another one."""
    tree = root.get("/Names", Dictionary()).get("/Dests")
    own = {name for page in part.pages for name in page.anchors}
    found = NameTree(tree).items() if tree is not None else ()
    return {str(key): value for key, value in found if str(key) in own}


def _outline(whole: pikepdf.Pdf, pages: Sequence[Page]) -> None:
    """One outline of all bookmarks; a level that is skipped is as if it were not there."""
    if not any(page.bookmarks for page in pages):
        return
    with whole.open_outline() as outline:
        outline.root.clear()
        above: list[tuple[int, Any]] = []
        for number, page in enumerate(pages):
            for mark in page.bookmarks:
                item = OutlineItem(
                    mark.label, number, PageLocation.XYZ, left=mark.left, top=mark.bottom, zoom=0
                )
                while above and above[-1][0] >= mark.level:
                    above.pop()
                (above[-1][1].children if above else outline.root).append(item)
                above.append((mark.level, item))


class _Shared:
    """One copy of each font and of the colors' profile: parts differ in neither."""

    def __init__(self, first: pikepdf.Page) -> None:
        self.colors = first.resources.ColorSpace
        self.fonts: dict[bytes, Any] = {}
        self.bring_back(first, self.leave_out(first))

    def leave_out(self, page: pikepdf.Page) -> dict[str, bytes]:
        """Take what is known out of a part, by one of its pages; its fonts by name, as digests.

        The engine has one dictionary of resources for all pages. The widths of its fonts alone
        make half of a part's objects.
        """
        fonts: Any = page.resources.get("/Font", Dictionary())
        found = {name: _digest(font) for name, font in fonts.items()}
        for name, digest in found.items():
            if digest in self.fonts:
                del fonts[name]
        del page.resources["/ColorSpace"]
        return found

    def bring_back(self, page: pikepdf.Page, names: dict[str, bytes]) -> None:
        """Give a part, by one of its pages, what it was to have."""
        fonts: Any = page.resources.get("/Font", Dictionary())
        for name, digest in names.items():
            fonts[name] = self.fonts.setdefault(digest, fonts.get(name))
        page.resources.ColorSpace = self.colors


def _digest(font: Any) -> bytes:
    """What a font comes to: its own entries, its widths, its letters, its program."""
    inner = font.DescendantFonts[0]
    found = hashlib.sha256(str(font.BaseFont).encode() + inner.W.unparse(resolved=True))
    found.update(font.ToUnicode.read_raw_bytes())
    found.update(inner.FontDescriptor.FontFile2.read_raw_bytes())
    return found.digest()
