"""What has been printed of a deck: read from an old manifest, held against the bank, told anew.

A card is known by its id and by digests of what its faces tell; on how many cards it stands, and
in which type, plays no part. Every manifest tells of the whole deck, however little was printed.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pharmdocs.bank.model import Bank
from pharmdocs.build import Request, read_bank
from pharmdocs.errors import Location, OutputError, Problem, SelectionError
from pharmdocs.manifest import readable
from pharmdocs.typesetting.deck import CardView

# The dividers of a Leitner box belong to no bank.
_DIVIDER = re.compile(r"box\d")


class UnchangedError(Exception):
    """Every card of the bank has been printed as it is."""


@dataclass(frozen=True)
class Known:
    """A card in the user's hands: its faces' digests, the labels printed on it, which print."""

    front: str
    back: str
    labels: tuple[str, ...]
    number: int


@dataclass(frozen=True)
class History:
    """What an old manifest tells of a deck.

    Args:
        name: the manifest, as messages call it.
        stock: on which the deck was printed.
        only: the selection that was printed.
        large: whether it is in large print.
        deck: every card that should be in it, by its id.
        prints: what was printed, print by print.
    """

    name: str
    stock: str
    only: str
    large: bool
    deck: dict[str, Known]
    prints: tuple[dict[str, Any], ...]

    def continued(self, request: Request, stock: str) -> tuple[Request, str]:
        """What is built of this deck: as it was, unless another selection is made; its stock.

        Raises:
            SelectionError: another stock is asked for.
        """
        if stock and stock != self.stock:
            what = f"the deck of {self.name} was printed on {self.stock}, not on {stock}"
            fix = "leave --stock out, or print the whole deck on the other one"
            raise SelectionError(Problem(None, what, fix))
        only = (self.only or None) if request.only is None else request.only
        return replace(request, only=only, large=self.large), self.stock

    def changed(self, views: Iterable[CardView]) -> list[CardView]:
        """The cards that are new, or tell something else than the printed one.

        Raises:
            UnchangedError: there is none.
        """
        found = [
            view
            for view in views
            if (known := self.deck.get(view.id)) is None or (known.front, known.back) != view.marks
        ]
        if not found:
            raise UnchangedError
        return found

    def discarded(self, printed: Iterable[str], bank: Bank) -> tuple[str, ...]:
        """The labels of cards to throw away: printed anew, or no longer in the whole bank."""
        there = {item.id for item in bank.questions} | {item.id for item in bank.cards}
        anew = set(printed)
        return tuple(
            label
            for id_, known in self.deck.items()
            if id_ in anew or (id_ not in there and not _DIVIDER.fullmatch(id_))
            for label in known.labels
        )


def whole_bank(request: Request, bank: Bank) -> Bank:
    """The bank without any selection."""
    return bank if request.only is None else read_bank(replace(request, only=None))


def read_history(path: Path) -> History:
    """What has been printed.

    Raises:
        SelectionError: the file is missing, or is no manifest of flashcards.
        SetupError: a later release wrote it.
        OutputError: it is damaged.
    """
    if not path.is_file():
        fix = "name the manifest that lies beside the printed file: output/flashcards.manifest.json"
        raise SelectionError(Problem(None, f"there is no manifest {path}", fix))
    where = Location(path.name)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        readable(told, path)
        if (kind := told["printable"]) != "flashcards":
            fix = "name a manifest that was written beside flashcards"
            raise SelectionError(Problem(where, f"tells of a {kind}", fix))
        deck = {
            str(row["id"]): Known(row["front"], row["back"], tuple(row["labels"]), row["print"])
            for row in told["deck"]
        }
        options, prints = told["options"], tuple(dict(it) for it in told["history"])
        large = bool(options.get("large-print"))
        return History(path.name, options["stock"], options["only"], large, deck, prints)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        fix = "print the whole deck: leave --changed-since out"
        raise OutputError(Problem(where, "is not a manifest, or is damaged", fix)) from None


def told(
    since: History | None,
    views: Sequence[CardView],
    bank: Bank,
    start: int,
    discarded: Sequence[str] = (),
) -> dict[str, Any]:
    """What the new manifest tells of the whole deck and of all prints.

    Args:
        since: the deck before this print; None when this is the first.
        views: the printed cards, one that goes on several times.
        bank: from which they are.
        start: the slot of the first one.
        discarded: what was to be thrown away.
    """
    number = len(since.prints) + 1 if since else 1
    thrown = set(discarded)
    deck = {
        id_: known
        for id_, known in (since.deck if since else {}).items()
        if not thrown.intersection(known.labels)
    }
    printed: dict[str, list[str]] = {}
    for view in views:
        id_ = view.id.partition(".")[0]
        printed.setdefault(id_, []).append(view.label)
        deck[id_] = Known(*view.marks, tuple(printed[id_]), number)
    this = {
        "print": number,
        "bank": bank.version,
        "start": start,
        "cards": list(printed),
        "discarded": list(discarded),
    }
    rows = [
        {
            "id": id_,
            "front": known.front,
            "back": known.back,
            "labels": list(known.labels),
            "print": known.number,
        }
        for id_, known in deck.items()
    ]
    return {"deck": rows, "history": [*(since.prints if since else ()), this]}
