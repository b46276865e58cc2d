"""Check: a print dialog is told not to scale, and how the paper is turned."""

from typing import Any

import pikepdf
from pikepdf import Dictionary

from pharmdocs.errors import Problem
from pharmdocs.preflight.promise import Promise

_FIX = "report it with the command that built the file"
_TURNS = {
    "long-edge": "/DuplexFlipLongEdge",
    "short-edge": "/DuplexFlipShortEdge",
    "none": "/Simplex",
}


def check(document: pikepdf.Pdf, promise: Promise) -> list[Problem]:
    """What the viewer preferences say (ISO 32000-1, 12.2)."""
    said: Any = document.Root.get("/ViewerPreferences", Dictionary())
    return judged(str(said.get("/PrintScaling", "")), str(said.get("/Duplex", "")), promise)


def judged(scaling: str, turn: str, promise: Promise) -> list[Problem]:
    """What is wrong with how a file says that it is scaled, and its paper turned."""
    if not promise.duplex:
        return []
    found = []
    if scaling != "/None":
        found.append("the file does not ask viewers to print it at 100 %")
    if turn != _TURNS[promise.duplex]:
        shown = turn.removeprefix("/") or "nothing"
        found.append(f"the file says {shown} about its sides, not {_TURNS[promise.duplex][1:]}")
    return [Problem(None, what, _FIX) for what in found]
