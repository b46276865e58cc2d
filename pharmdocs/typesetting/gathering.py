"""Pages of several documents to one, as if they had been set together."""

import io
from collections.abc import Mapping, Sequence
from itertools import accumulate, count
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, NumberTree

from pharmdocs.objects import names_in
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.typeset import Typeset

# What has a name by its number in the document, which would be another one among other pages.
_COUNTED = {"/XObject", "/Pattern", "/Shading"}


def gathered(found: Sequence[tuple[Any, int]]) -> Typeset | None:
    """Pages, each by its document and number, as one document.

    None where it would not be as if they had been set together.
    """
    own: dict[int, list[int]] = {}
    for made, at in found:
        own.setdefault(id(made), []).append(at)
    if len(own) > 1 and (few := _few(found, own)):
        cut = {key: gathered([(made, at) for at in own[key]]) for key, made in few.items()}
        if not all(cut.values()):
            return None
        places = {key: count() for key in few}
        found = [
            (cut[id(made)], next(places[id(made)])) if id(made) in few else (made, at)
            for made, at in found
        ]
    parts = list({id(made): made for made, _ in found}.values())
    firsts = accumulate((len(part.pages) for part in parts), initial=0)
    first = {id(part): number for part, number in zip(parts, firsts, strict=False)}
    whole = join(parts)
    wanted = [first[id(made)] + page for made, page in found]
    with pikepdf.open(io.BytesIO(whole.pdf)) as pdf:
        pages = [pdf.pages[at].obj for at in wanted]
        if not (_share(pdf, pages) and _retag(pdf, pages)):
            return None
        tree = pdf.make_indirect(Dictionary(Type=pikepdf.Name.Pages, Count=len(pages), Kids=pages))
        for page in pages:
            page.Parent = tree
        pdf.Root.Pages = tree
        out = io.BytesIO()
        # As the engine writes it, who compresses nothing.
        plain = pikepdf.StreamDecodeLevel.generalized
        pdf.save(out, deterministic_id=True, compress_streams=False, stream_decode_level=plain)
    return Typeset(out.getvalue(), tuple(whole.pages[at] for at in wanted))


def _few(found: Sequence[tuple[Any, int]], own: Mapping[int, Sequence[int]]) -> dict[int, Any]:
    """The documents of which few pages are wanted: they are cut down before they are joined."""
    made = {id(made): made for made, _ in found}
    return {key: made[key] for key in own if 2 * len(own[key]) < len(made[key].pages)}


def _share(pdf: pikepdf.Pdf, pages: Sequence[Any]) -> bool:
    """Give the pages one dictionary of resources, with what is named in any of them."""
    named = {name for it in pages for name in names_in(it.Contents.read_bytes())}
    shared: dict[str, dict[str, Any]] = {}
    whole: set[str] = set()
    for own in {it.Resources.objgen: it.Resources for it in pages}.values():
        for kind, items in own.items():
            if items and kind in _COUNTED:
                return False
            if items.is_indirect:
                whole.add(kind)
            mine = shared.setdefault(kind, {})
            for name, item in items.items():
                is_wanted = kind == "/ColorSpace" or name.encode() in named
                if is_wanted and mine.setdefault(name, item).unparse() != item.unparse():
                    return False
    made = {kind: Dictionary(items) for kind, items in shared.items()}
    told = {kind: pdf.make_indirect(it) if kind in whole else it for kind, it in made.items()}
    one = pdf.make_indirect(Dictionary(told))
    for page in pages:
        page.Resources = one
    return True


def _retag(pdf: pikepdf.Pdf, pages: Sequence[Any]) -> bool:
    """Let the tags be those of the pages, in their order, with the engine's numbers."""
    root = pdf.Root
    if any(key in root for key in ("/Names", "/Outlines", "/AcroForm")):
        return False
    tags: Any = root.StructTreeRoot
    rows, document = NumberTree(tags.ParentTree), tags.K[0]
    kids: dict[Any, list[Any]] = {page.objgen: [] for page in pages}
    for kid in document.K:
        if "/Pg" not in kid:
            return False
        kids.get(kid.Pg.objgen, []).append(kid)
    document.K = Array([kid for page in pages for kid in kids[page.objgen]])
    table = [rows[int(page.StructParents)] for page in pages]
    for number, page in enumerate(pages):
        page.StructParents = number
    links = [link for page in pages for link in page.get("/Annots", ())]
    for number, link in enumerate(links, len(pages)):
        table.append(rows[int(link.StructParent)])
        link.StructParent = number
    flat = [item for pair in enumerate(table) for item in pair]
    tags.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(flat)))
    if "/ParentTreeNextKey" in tags:
        del tags.ParentTreeNextKey
    return True
