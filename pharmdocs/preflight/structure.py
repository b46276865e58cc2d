"""Check: the file can be read aloud and navigated, and does nothing but show its pages."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary

from pharmdocs.errors import Problem
from pharmdocs.preflight import Promise

_FIX = "mend the template"
# Nothing that runs, sends, opens or hides something may stand in a file.
_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Movie"}
_LINKS = re.compile(r"(https://|mailto:)[^\s]+")


def check(document: pikepdf.Pdf, promise: Promise) -> list[Problem]:
    """Tags, language, title, heading levels, described figures, table heads, links, actions."""
    root = document.Root
    found = []
    if not root.get("/MarkInfo", Dictionary()).get("/Marked") or "/StructTreeRoot" not in root:
        found.append("the file is not tagged")
    else:
        found += _tags(root.StructTreeRoot)
    found += named(document, promise)
    if "/PageLabels" not in root:
        found.append("the pages have no labels")
    if "/EmbeddedFiles" in root.get("/Names", {}) or "/AF" in root:
        found.append("a file is embedded")
    found += doings(document)
    return [Problem(None, what, _FIX) for what in dict.fromkeys(found)]


def named(document: pikepdf.Pdf, promise: Promise) -> Iterator[str]:
    """What is wrong with the file's language and title."""
    if str(document.Root.get("/Lang", "")) != promise.language:
        yield f"the file's language is not {promise.language}"
    if str(document.docinfo.get("/Title", "")) != promise.title:
        yield f"the file's title is not “{promise.title}”"


def _tags(root: Any) -> Iterator[str]:
    last = 0
    for kind, element in _elements(root.K):
        if level := re.fullmatch(r"/H([1-6])", kind):
            if int(level[1]) > last + 1:
                yield f"a heading of level {level[1]} follows one of level {last}"
            last = int(level[1])
        if kind == "/Figure" and not str(element.get("/Alt", "")):
            yield "a picture has no description"
        if kind != "/Link" and _links_away(element):
            yield "a link stands outside a Link element"
        if kind == "/TH" and "/Scope" not in element.get("/A", {}):
            yield "a table's header cell has no scope"


def _links_away(element: Any) -> bool:
    kids = element.get("/K", Array())
    return any(
        isinstance(kid, Dictionary)
        and kid.get("/Type") == "/OBJR"
        and kid.Obj.get("/Subtype") == "/Link"
        for kid in (kids if isinstance(kids, Array) else [kids])
    )


def _elements(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every structure element, in reading order."""
    stack, seen = [tree], set()
    while stack:
        element = stack.pop()
        if isinstance(element, Array):
            stack += reversed(list(element))
        elif isinstance(element, Dictionary) and "/S" in element:
            if element.is_indirect and element.objgen in seen:
                continue
            seen.add(element.objgen)
            yield str(element.S), element
            stack.append(element.get("/K", Array()))


def doings(document: pikepdf.Pdf) -> Iterator[str]:
    """Everything in the file that runs, opens or leads somewhere it should not."""
    names = _destinations(document)
    for item in document.objects:
        if not isinstance(item, Dictionary):
            continue
        if "/AA" in item or "/OpenAction" in item:
            yield "an action runs by itself"
        if item.get("/Subtype") == "/FileAttachment":
            yield "a file is embedded"
        for action in (item, item.get("/A")):
            if isinstance(action, Dictionary) and (kind := str(action.get("/S", ""))) in _ACTIONS:
                yield f"an action of kind {kind[1:]} stands in the file"
        if item.get("/Subtype") == "/Link":
            yield from _link(item, names)


def _link(link: Any, names: set[str]) -> Iterator[str]:
    action = link.get("/A", Dictionary())
    if "/URI" in action and not _LINKS.fullmatch(str(action.URI)):
        yield f"a link leads to {str(action.URI)[:60]}"
    target = link.get("/Dest", action.get("/D"))
    if target is not None and not isinstance(target, Array) and str(target) not in names:
        yield f"a link leads to #{target}, which is nowhere"


def _destinations(document: pikepdf.Pdf) -> set[str]:
    tree = document.Root.get("/Names", Dictionary()).get("/Dests")
    return set(map(str, pikepdf.NameTree(tree))) if tree is not None else set()
