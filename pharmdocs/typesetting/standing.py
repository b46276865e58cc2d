"""Type that stands: of faces that were set before, only what is new among them is set again.

A page that stands is taken out of the document it was set in and comes to lie among the new ones
as if all had been set together; but for the numbers of its objects it is that document.
"""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, count
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, NumberTree

from pharmdocs.typesetting import cache
from pharmdocs.typesetting.fit import FaceJob, Fit, Fitted, fit
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.places import Ledger
from pharmdocs.typesetting.typeset import Typeset

_NAMED = re.compile(rb"/([^\s/<>\[\](){}%]+)")
# What has a name by its number in the document, which would be another one among other pages.
_COUNTED = {"/XObject", "/Pattern", "/Shading"}


@dataclass(frozen=True)
class Stands:
    """A face that was set before: in which document, on which page from 0, and how."""

    made: Typeset
    page: int
    fit: Fit


@dataclass(frozen=True)
class Faces:
    """Faces to be set, and those among them that stand; can be pickled.

    What stands makes no other result: it is not told by the key that this is kept under.
    """

    job: FaceJob
    standing: tuple[Stands | None, ...] = field(default=(), repr=False)


def set_all(
    jobs: Sequence[FaceJob],
    children: int,
    done: Callable[[int], None],
    called: Callable[[FaceJob], str],
) -> list[Fitted]:
    """What `fit` makes of each job, which differ in their faces alone; as `remembered` has it."""
    ledger = Ledger(setting(jobs[0]))

    def lent(missing: list[Faces], keys: list[str]) -> list[Faces]:
        """What is missing, with what of it stands."""
        found = []
        for it, name in zip(missing, keys, strict=True):
            digests = [face.digest for face in it.job.faces]
            found.append(replace(it, standing=tuple(_standing(it.job, ledger))))
            ledger.note(name, digests)
        return found

    results = cache.remembered(
        set_faces,
        [Faces(job) for job in jobs],
        children,
        done=done,
        called=lambda it: called(it.job),
        instead=lent,
    )
    ledger.keep()
    return results


def setting(job: FaceJob) -> str:
    """The key of where faces stand that are set as those of this job are."""
    return cache.key(Ledger, replace(job, faces=()))


def _standing(job: FaceJob, ledger: Ledger) -> Iterator[Stands | None]:
    """For each face of a job where it stands; None for those that do not."""
    for face in job.faces:
        found, page = ledger.find(face.digest) or (None, 0)
        if found and found.typeset and found.fits[page].id == face.id:
            yield Stands(found.typeset, page, found.fits[page])
        else:
            yield None


def set_faces(faces: Faces) -> Fitted:
    """What `fit` makes of the job, with what stands.

    Raises:
        LayoutError: as `fit` has it.
    """
    standing, job = faces.standing, faces.job
    if not any(standing):
        return fit(job)
    new = [face for face, it in zip(job.faces, standing, strict=True) if it is None]
    fresh = fit(replace(job, faces=tuple(new))) if new else Fitted(None, ())
    rest = iter(fresh.fits)
    fits = tuple(it.fit if it else next(rest) for it in standing)
    if new and not fresh.typeset:
        return Fitted(None, fits)
    at = count()
    found = [(it.made, it.page) if it else (fresh.typeset, next(at)) for it in standing]
    made = _gathered(found)
    return Fitted(made, fits) if made else fit(job)


def _gathered(found: Sequence[tuple[Any, int]]) -> Typeset | None:
    """Pages, each by its document and number, as one document.

    None where it would not be as if they had been set together.
    """
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


def _share(pdf: pikepdf.Pdf, pages: Sequence[Any]) -> bool:
    """Give the pages one dictionary of resources, with what is named in any of them."""
    named = {name for it in pages for name in _NAMED.findall(it.Contents.read_bytes())}
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
                is_wanted = kind == "/ColorSpace" or name[1:].encode() in named
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
