"""Where things stand that were made before: by what they are, in which entry of the cache."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pharmdocs.typesetting import store

# How many are remembered of a kind: the faces of the largest deck, and some more.
_MOST = 60_000


@dataclass(frozen=True)
class Places:
    """By the digest of each thing, which entry of the cache it stands in, and where, from 0."""

    places: dict[bytes, tuple[str, int]]


class Ledger:
    """The places of things of one kind; read when one is looked for, kept when some are new."""

    def __init__(self, name: str) -> None:
        """Of the things that this key of the cache tells from others."""
        self.name = name
        self.known: dict[bytes, tuple[str, int]] | None = None
        self.entries: dict[str, Any] = {}
        self.new: dict[bytes, tuple[str, int]] = {}

    def find(self, digest: bytes) -> tuple[Any, int] | None:
        """What is in the entry in which a thing stands, and at which place; None if it is gone."""
        entry, place = self._known().get(digest, ("", 0))
        if entry and entry not in self.entries:
            self.entries[entry] = store.kept(entry)
        held = self.entries.get(entry)
        return None if held is None else (held, place)

    def _known(self) -> dict[bytes, tuple[str, int]]:
        if self.known is None:
            found = store.kept(self.name)
            self.known = dict(found.places) if found else {}
        return self.known

    def note(self, entry: str, digests: Iterable[bytes]) -> None:
        """These stand in an entry now, in this order."""
        for place, digest in enumerate(digests):
            # What is used last is forgotten last.
            self.new.pop(digest, None)
            self.new[digest] = entry, place

    def keep(self) -> None:
        """Keep what was noted."""
        if self.new:
            before = self._known()
            old = {digest: before[digest] for digest in before if digest not in self.new}
            store.hold(self.name, Places(dict(list((old | self.new).items())[-_MOST:])))
