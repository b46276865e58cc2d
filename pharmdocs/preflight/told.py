"""A promise as a manifest keeps it: JSON, lengths in points, and no word of anybody.

Of words only numbers and digests are kept, of a form only the names of its fields: what somebody
typed or is called does not stand in a manifest.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from pharmdocs.geometry import Box, Size
from pharmdocs.preflight.promise import Folded, Promise, Registered, Safe, ShopPromise
from pharmdocs.preflight.text import kept

# A matrix under which a square point becomes less than this makes lines of everything.
_FLAT = 1e-3


def as_told(promise: Promise) -> dict[str, Any]:
    """The promise as JSON; docs/manifest.md tells of each key."""
    told: dict[str, Any] = {
        "pages": promise.count,
        "size": _size(promise.size) if promise.size else None,
        "ink": promise.ink,
        "language": promise.language,
        "title": promise.title,
        "tagged": promise.tagged,
        "in-order": promise.in_order,
        "words": list(promise.read) or [kept(page) for page in promise.pages],
        "all-words": kept(promise.words) if promise.words else "",
        "fields": sorted(promise.fields),
        "duplex": promise.duplex,
        "smallest": promise.smallest,
        "signs": dict(promise.signs),
    }
    if safe := promise.safe:
        told["safe"] = {
            "edge": round(safe.edge, 3),
            "texts": _boxes(safe.texts),
            "backs": _boxes(safe.backs),
        }
    if cards := promise.cards:
        told["cards"] = {
            "axis": cards.axis,
            "labels": list(cards.labels),
            "slots": _boxes(cards.slots),
            "backs": cards.backs,
            "reverse": cards.reverse,
        }
    if folded := promise.folded:
        told["folded"] = {
            "pages": list(folded.pages),
            "zine": folded.zine,
            "right-bound": folded.right_bound,
        }
    if shop := promise.shop:
        told["shop"] = {
            "trim": _size(shop.trim),
            "bleed": round(shop.bleed, 3),
            "profile": shop.profile,
            "black": shop.black,
            "art": {str(page): sorted(sides) for page, sides in shop.art.items()},
            "pairs": list(shop.pairs),
        }
    if promise.moved:
        told["moved"] = [list(matrix) for matrix in promise.moved]
    return told


def from_told(told: Mapping[str, Any]) -> Promise:
    """The promise again.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is not what `as_told` writes.
    """
    safe, cards = told.get("safe"), told.get("cards")
    folded, shop = told.get("folded"), told.get("shop")
    return Promise(
        Counter(),
        Size(*map(float, told["size"])) if told["size"] else None,
        str(told["ink"]),
        str(told["language"]),
        str(told["title"]),
        fields=dict.fromkeys(map(str, told["fields"])),
        read=tuple(map(str, told["words"])),
        whole=str(told["all-words"]),
        count=int(told["pages"]),
        duplex=str(told["duplex"]),
        smallest=float(told["smallest"]),
        signs={str(sign): int(count) for sign, count in told["signs"].items()},
        safe=Safe(float(safe["edge"]), _read(safe["texts"]), _read(safe["backs"]))
        if safe
        else None,
        cards=_cards(cards) if cards else None,
        folded=Folded(
            tuple(map(str, folded["pages"])), bool(folded["zine"]), bool(folded["right-bound"])
        )
        if folded
        else None,
        shop=_shop(shop) if shop else None,
        moved=tuple(_matrix(*map(float, matrix)) for matrix in told.get("moved", ())),
        tagged=bool(told["tagged"]),
        in_order=bool(told["in-order"]),
    )


def _cards(told: Mapping[str, Any]) -> Registered:
    return Registered(
        told["axis"],
        tuple(map(str, told["labels"])),
        _read(told["slots"]),
        str(told["backs"]),
        bool(told.get("reverse")),
    )


def _shop(told: Mapping[str, Any]) -> ShopPromise:
    return ShopPromise(
        Size(*map(float, told["trim"])),
        float(told["bleed"]),
        str(told["profile"]),
        bool(told["black"]),
        {int(page): frozenset(map(str, sides)) for page, sides in told["art"].items()},
        tuple(map(str, told["pairs"])),
    )


def _matrix(a: float, b: float, c: float, d: float, e: float, f: float) -> tuple[float, ...]:
    """Six numbers that can be undone."""
    if not (all(map(isfinite, (a, b, c, d, e, f))) and abs(a * d - b * c) > _FLAT):
        raise ValueError
    return (a, b, c, d, e, f)


def _size(size: Size) -> list[float]:
    return [round(size.width, 3), round(size.height, 3)]


def _boxes(boxes: Iterable[Box]) -> list[list[float]]:
    return [[round(it.left, 3), round(it.top, 3), *_size(it.size)] for it in boxes]


def _read(rows: Sequence[Sequence[float]]) -> tuple[Box, ...]:
    return tuple(
        Box(float(left), float(top), Size(float(width), float(height)))
        for left, top, width, height in rows
    )
