"""A finished page and what is stamped on it for each person -> one file, a page a person.

The page is in the file once, as a form that every page shows; so a further person costs a few
hundred bytes. Tags would have to be there for every page: the file has none and claims neither
PDF/A nor PDF/UA.
"""

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from pharmdocs.typesetting.accessible import saved
from pharmdocs.typesetting.forms import face_of
from pharmdocs.typesetting.values import FONT

# What only a tagged file, or one that says it is PDF/A, has.
_CLAIMS = ("/StructTreeRoot", "/MarkInfo", "/Metadata", "/OutputIntents", "/PageLabels")
_MARKS = frozenset(("BMC", "BDC", "EMC", "DP", "MP"))
# What the pages call the form.
SHEET = "Sheet"


class Stamped(NamedTuple):
    """A person's page: what viewers call it, and the content that is theirs."""

    label: str
    content: bytes


def volume(page: bytes, people: Sequence[Stamped]) -> bytes:
    """The pages of some people, in their order.

    Args:
        page: a finished file of one page, which every page shows.
        people: at least one.
    """
    with pikepdf.open(io.BytesIO(page)) as document:
        first, root = document.pages[0], document.Root
        resources = document.make_indirect(
            Dictionary(
                XObject=Dictionary({f"/{SHEET}": _form(document, first)}),
                Font=Dictionary({f"/{FONT}": face_of(document)}),
            )
        )
        for claim in _CLAIMS:
            if claim in root:
                del root[claim]
        pages = root.Pages
        box = document.make_indirect(Array(first.mediabox))
        kids = [
            document.make_indirect(
                Dictionary(
                    Type=Name.Page,
                    Parent=pages,
                    MediaBox=box,
                    Resources=resources,
                    Contents=document.make_stream(f"/{SHEET} Do\n".encode() + person.content),
                )
            )
            for person in people
        ]
        pages.Kids, pages.Count = Array(kids), len(kids)
        labels = [
            item
            for number, person in enumerate(people)
            for item in (number, Dictionary(P=pikepdf.String(person.label)))
        ]
        root.PageLabels = Dictionary(Nums=Array(labels))
        return saved(document)


def _form(document: pikepdf.Pdf, page: pikepdf.Page) -> Any:
    """The page's content as a form, without the marks that lead to its tags."""
    content = [
        instruction
        for instruction in pikepdf.parse_content_stream(page)
        if str(instruction.operator) not in _MARKS
    ]
    form = document.make_stream(pikepdf.unparse_content_stream(content))
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox, form.Resources = Array(page.mediabox), page.resources
    return form
