"""The manifest: docs/manifest.md tells what a build writes, and a promise comes back from it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pharmdocs.checklist import ChecklistResult
from pharmdocs.geometry import Size
from pharmdocs.manifest import FORMAT, manifest_path
from pharmdocs.preflight import ANYBODYS, Folded, ShopPromise
from pharmdocs.preflight.told import as_told, from_told

PAGE = Path(__file__).resolve().parent.parent / "docs/manifest.md"


def keys(heading: str) -> set[str]:
    """The keys of the table under a heading."""
    text = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", text, re.M)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_field_is_told_of(
    booklet: Callable[..., Path],
    interview_cards: Callable[[str], Path],
    checklist: Callable[..., ChecklistResult],
) -> None:
    found: set[str] = set()
    promised: set[str] = set()
    for path in (booklet(), interview_cards(""), checklist().path):
        told = json.loads(manifest_path(path).read_text(encoding="utf-8"))
        assert told["format"] == FORMAT
        assert set(told["promises"]) == {name for name in told["files"] if name.endswith(".pdf")}
        found |= told.keys()
        for promise in told["promises"].values():
            promised |= promise.keys()
    folded, shop = Folded(("a",)), ShopPromise(Size(1, 1), 1, "", True, {})
    more = replace(ANYBODYS, folded=folded, shop=shop, moved=((1, 0, 0, 1, 2, 3),))
    assert replace(from_told(as_told(more)), words=more.words, ours=False) == more
    promised |= as_told(more).keys()
    assert found == keys("The whole")
    assert promised == keys("What a file promises")
    cards = json.loads(manifest_path(interview_cards("")).read_text(encoding="utf-8"))
    prints = {key for it in cards["deck"] + cards["history"] for key in it}
    assert prints - {"bank", "start", "cards", "discarded"} == keys("The deck and its prints")
    assert f"now {FORMAT}" in PAGE.read_text(encoding="utf-8")


def test_a_promise_comes_back_as_it_was_told(interview_cards: Callable[[str], Path]) -> None:
    """All but the words, of which only digests are kept."""
    path = interview_cards("")
    told = json.loads(manifest_path(path).read_text(encoding="utf-8"))["promises"][path.name]
    again = from_told(told)
    assert list(again.read) == told["words"]
    assert {**as_told(again), "words": told["words"], "all-words": told["all-words"]} == told
