"""Check: the file can be read aloud and navigated."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary

from pharmdocs.errors import Problem
from pharmdocs.preflight.promise import Promise

_FIX = "mend the template"
_HEADING = re.compile(r"/H([1-6])")


def check(document: pikepdf.Pdf, promise: Promise) -> list[Problem]:
    """Tags, language, title, heading levels, described figures, table heads, reading order."""
    root = document.Root
    found: list[str] = []
    if not promise.tagged:
        return []
    if not root.get("/MarkInfo", Dictionary()).get("/Marked") or "/StructTreeRoot" not in root:
        found.append("the file is not tagged")
    else:
        found += _tags(root.StructTreeRoot)
        if promise.in_order:
            found += _order(document, root.StructTreeRoot)
    if not promise.ours:
        found += [] if "/Lang" in root else ["the file does not say its language"]
        return [Problem(None, what, _FIX) for what in dict.fromkeys(found)]
    language, title = str(root.get("/Lang", "")), str(document.docinfo.get("/Title", ""))
    found += named(language, title, promise)
    if "/PageLabels" not in root:
        found.append("the pages have no labels")
    return [Problem(None, what, _FIX) for what in dict.fromkeys(found)]


def named(language: str, title: str, promise: Promise) -> Iterator[str]:
    """What is wrong with a file's language and title."""
    if language != promise.language:
        yield f"the file's language is not {promise.language}"
    if title != promise.title:
        yield f"the file's title is not “{promise.title}”"


def _tags(root: Any) -> Iterator[str]:
    last = 0
    for kind, element, above in _walked(root.K):
        if level := _HEADING.fullmatch(kind):
            if int(level[1]) > last + 1:
                yield f"a heading of level {level[1]} follows one of level {last}"
            last = int(level[1])
        if kind == "/Figure" and not str(element.get("/Alt", "")):
            yield "a picture has no description"
        if not kind and above != "/Link" and _is_link(element):
            yield "a link stands outside a Link element"
        if kind == "/Table" and "/TH" not in {
            it for it, _ in _elements(element.get("/K", Array()))
        }:
            yield "a table has no header cell"
        if kind == "/TH" and "/Scope" not in element.get("/A", {}):
            yield "a table's header cell has no scope"


def _order(document: pikepdf.Pdf, root: Any) -> Iterator[str]:
    """Where the tags go back to a page that was read before."""
    numbers = {page.objgen: number for number, page in enumerate(document.pages, 1)}
    last = 1
    for kind, element in _elements(root.K):
        page = element.get("/Pg")
        number = numbers.get(page.objgen, last) if page is not None else last
        if number < last:
            yield f"a {kind[1:]} of page {number} is read after page {last}"
        last = number


def _is_link(item: Any) -> bool:
    return bool(item.get("/Type") == "/OBJR" and item.Obj.get("/Subtype") == "/Link")


def _elements(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every structure element, in reading order."""
    return ((kind, element) for kind, element, _ in _walked(tree) if kind)


def _walked(tree: Any) -> Iterator[tuple[str, Any, str]]:
    """Every structure element, in reading order, with its kind and that of the one it stands in.

    What stands in one and is none itself, a link say, comes too, as of no kind.
    """
    stack, seen = [(tree, "")], set()
    while stack:
        item, above = stack.pop()
        # Most are numbers of what is drawn, and are asked first: a deck has tens of thousands.
        if isinstance(item, int):
            continue
        if isinstance(item, Array):
            stack += [(kid, above) for kid in reversed(list(item))]
        elif isinstance(item, Dictionary):
            kind = item.get("/S")
            if kind is None:
                yield "", item, above
                continue
            if item.is_indirect:
                if item.objgen in seen:
                    continue
                seen.add(item.objgen)
            own = str(kind)
            yield own, item, above
            kids = item.get("/K")
            if kids is not None:
                stack.append((kids, own))
