"""Check: the file does nothing but show its pages, and its links lead where they may."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary

from pharmdocs.errors import Problem

_FIX = "mend the template"
# Nothing that runs, sends, opens or hides something may stand in a file.
_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Movie"}
_LINKS = re.compile(r"(https://|mailto:)[^\s]+")


def check(document: pikepdf.Pdf) -> list[Problem]:
    """Actions, embedded files, and links away from or into the file."""
    found = list(doings(document))
    if "/EmbeddedFiles" in document.Root.get("/Names", {}) or "/AF" in document.Root:
        found.append("a file is embedded")
    return [Problem(None, what, _FIX) for what in dict.fromkeys(found)]


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
