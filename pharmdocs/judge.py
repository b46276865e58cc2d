"""A finished file judged promise by promise: kept, broken, or not judged and why.

What a file promises stands in the manifest beside it. Of anybody's file only what holds for every
file is judged. Each file is read in a child with limits, and a check that stumbles over a damaged
file says so instead of ending the others.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pikepdf

from pharmdocs import preflight
from pharmdocs.errors import OutputError, Problem
from pharmdocs.manifest import beside, digest
from pharmdocs.opened import apart, opened
from pharmdocs.preflight import ANYBODYS, NAMES, Broken, Promise, registration
from pharmdocs.preflight.registration import Pair
from pharmdocs.preflight.told import from_told
from pharmdocs.preflight.undone import undone


@dataclass(frozen=True)
class Verdict:
    """What became of one promise: "kept", "broken" or "not judged", and then why."""

    promise: str
    state: str
    why: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Judgment:
    """A file, whether a manifest tells what it promises, and a verdict for each promise."""

    path: Path
    told: bool
    verdicts: tuple[Verdict, ...]

    @property
    def broken(self) -> bool:
        """Whether any promise is broken."""
        return any(verdict.state == "broken" for verdict in self.verdicts)


def judge(path: Path) -> Judgment:
    """Judge a file.

    Raises:
        SelectionError: there is no such file.
    """
    try:
        return apart(_judge, path, path)
    except OutputError as error:
        return Judgment(path, False, (Verdict("file", "broken", "", error.problems),))


def _judge(path: Path) -> Judgment:
    with opened(path):
        pass  # locked, too large or no PDF at all: said in its own words
    pdf = path.read_bytes()
    told = beside(path)
    kept = told["promises"].get(path.name) if told and "promises" in told else None
    promise, found = ANYBODYS, list[Problem]()
    unjudged: dict[str, str] = {}
    if told and kept:
        try:
            promise = from_told(kept)
        except (AttributeError, KeyError, TypeError, ValueError):
            fix = "build the file again; docs/manifest.md tells what stands there"
            raise OutputError(
                Problem(None, f"the manifest of {path.name} is damaged", fix)
            ) from None
        if told["files"][path.name] != digest(pdf):
            if promise.fields:
                unjudged["file"] = "it was changed since, as forms are when they are filled in"
            else:
                what = "it is not the file that was built: it was changed since"
                found.append(Broken(None, what, "build it again", "file"))
    else:
        promise = replace(ANYBODYS, tagged=_is_tagged(pdf))
    for check in preflight.checks(pdf, promise, careful=True):
        found += check()
    found += preflight.heavy(pdf, promise)
    if promise.cards:
        behind = _moved(told or {}, promise.cards.backs)
        found += preflight.broken("registration", _registered(path, pdf, promise, behind))
    return Judgment(path, bool(kept), tuple(_verdicts(found, _open(promise) | unjudged)))


def _verdicts(found: list[Problem], unjudged: dict[str, str]) -> Iterator[Verdict]:
    for name in NAMES:
        own = tuple(it for it in found if isinstance(it, Broken) and it.promise == name)
        if own:
            yield Verdict(name, "broken", "", own)
        elif name in unjudged:
            yield Verdict(name, "not judged", unjudged[name])
        else:
            yield Verdict(name, "kept")


def _open(promise: Promise) -> dict[str, str]:
    """What nobody can judge, because nobody promised it."""
    unknown = "nothing is promised" if promise.ours else "no manifest beside the file tells"
    found = {}
    if not promise.ours:
        for name in ("file", "glyphs", "form"):
            found[name] = unknown
    if promise.ink != "black":
        found["ink"] = "color is allowed" if promise.ink else unknown
    for name, promised in (
        ("words", promise.read or promise.whole),
        ("type size", promise.smallest),
        ("safe area", promise.safe),
        ("viewer", promise.duplex),
        ("coverage", promise.ink),
    ):
        if not promised:
            found[name] = unknown
    if not promise.tagged:
        found["structure"] = "it has no tags, and none were promised"
    pairs = promise.shop.pairs if promise.shop else ()
    if not (promise.cards or promise.folded or pairs):
        found["registration"] = unknown
    if promise.shop is None:
        found["shop"] = "it is not for a print shop" if promise.ours else unknown
    if not promise.signs:
        found["signs"] = unknown
    return found


def _moved(told: Mapping[str, Any], name: str) -> tuple[tuple[float, ...], ...]:
    """How another file of the same build was moved for a printer."""
    return from_told(told["promises"][name]).moved if name in told.get("promises", {}) else ()


def _registered(
    path: Path, pdf: bytes, promise: Promise, moved: tuple[tuple[float, ...], ...]
) -> list[Problem]:
    """Hold every back against its front, also where the backs are a file of their own.

    `moved` is how that file was.
    """
    cards, size = promise.cards, promise.size
    if cards is None or size is None:
        return []
    pairs = [
        Pair(label, 2 * number, None if cards.axis is None else 2 * number + 1)
        for number, label in enumerate(cards.labels)
    ]
    with pikepdf.open(io.BytesIO(undone(pdf, promise.moved))) as document:
        if not cards.backs:
            return registration.check(document, pairs, size, cards.axis, slots=cards.slots)
        other = path.with_name(cards.backs)
        try:
            behind = undone(other.read_bytes(), moved)
            with pikepdf.open(io.BytesIO(behind)) as backs_:
                backs = list(backs_.pages)[:: -1 if cards.reverse else 1]
                return registration.check(
                    document, pairs, size, cards.axis, backs=backs, slots=cards.slots
                )
        except (OSError, pikepdf.PdfError):
            what = f"the file with the backs, {cards.backs}, is missing or damaged"
            return [Problem(None, what, "build both files again")]


def _is_tagged(pdf: bytes) -> bool:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return "/StructTreeRoot" in document.Root
