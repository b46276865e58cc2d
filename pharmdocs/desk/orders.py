"""What a page of the desk asks for: a printable and its options, as an address has them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

# What somebody types; longer than any selection that is meant.
_LONGEST = 200
TYPED = "only"


@dataclass(frozen=True)
class Choice:
    """An option: its key, what it is called, and its values with their names; the usual is first.

    Without values it is typed.
    """

    key: str
    name: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Order:
    """A printable, and for each of its choices the value, in their order."""

    printable: str
    options: tuple[tuple[str, str], ...]

    def __getitem__(self, key: str) -> str:
        return dict(self.options).get(key, "")


_PAPER = Choice("paper", "Paper", (("", "the project’s"), ("letter", "Letter"), ("a4", "A4")))
_INK = Choice(
    "ink",
    "Ink",
    (("", "the project’s"), ("full", "full"), ("low", "low"), ("black", "black alone")),
)
_PRINT = Choice("print", "Print", (("", "usual"), ("large", "large")))
_ONLY = Choice(TYPED, "Only")
_SHOP = ("press", "print shop, black")

PRINTABLES = {
    "booklet": (
        _PAPER,
        _INK,
        Choice(
            "edition", "Edition", (("screen", "to read"), ("fold", "to fold and staple"), _SHOP)
        ),
        Choice("length", "Length", (("", "whole"), ("brief", "brief"))),
        _PRINT,
        _ONLY,
    ),
    "flashcards": (
        _PAPER,
        _INK,
        Choice("stock", "Stock", (("", "the paper’s usual one"),)),
        Choice(
            "duplex",
            "Turned",
            (
                ("", "as the printer does"),
                ("long-edge", "over the long edge"),
                ("short-edge", "over the short edge"),
                ("manual", "by hand"),
                ("fold", "folded, not turned"),
                ("none", "fronts alone"),
            ),
        ),
        Choice("edition", "Edition", (("sheet", "sheets to cut"), _SHOP)),
        _PRINT,
        _ONLY,
    ),
    "checklist": (
        _PAPER,
        _INK,
        Choice(
            "setting",
            "Where",
            (
                ("", "anywhere"),
                ("retail", "retail"),
                ("hospital", "hospital"),
                ("mail-order", "mail order"),
                ("long-term-care", "long-term care"),
            ),
        ),
        Choice("form", "Form", (("", "to type into"), ("flat", "paper alone"))),
        _PRINT,
    ),
    "zine": (
        _PAPER,
        _INK,
        Choice("how-to", "How to fold it", (("", "leave it out"), ("yes", "on a page of its own"))),
        _ONLY,
    ),
}


def choices(printable: str, banks: Iterable[str], stocks: Mapping[str, str]) -> tuple[Choice, ...]:
    """What can be chosen of a printable.

    Args:
        printable: one of PRINTABLES.
        banks: the names of the project's banks.
        stocks: the stocks by name, each with what it is called.
    """
    known = [("", "the project’s"), *((name, name) for name in banks)]
    found = [Choice("bank", "Bank", tuple(known))]
    for choice in PRINTABLES[printable]:
        more = tuple(stocks.items()) if choice.key == "stock" else ()
        found.append(Choice(choice.key, choice.name, choice.values + more))
    return tuple(found)


def order_of(asked: Mapping[str, str], known: Callable[[str], tuple[Choice, ...]]) -> Order:
    """What an address asks for; what it does not say is as usual.

    Args:
        asked: the address’s keys and values.
        known: what can be chosen of a printable.

    Raises:
        ValueError: it names what there is not.
    """
    printable = asked.get("printable", "booklet")
    if printable not in PRINTABLES:
        raise ValueError(f"there is no {printable[:40]} to print")
    options = []
    for choice in known(printable):
        value = asked.get(choice.key, choice.values[0][0] if choice.values else "").strip()
        if choice.values and value not in dict(choice.values):
            raise ValueError(f"{choice.name}: there is no {value[:40]}")
        if len(value) > _LONGEST:
            raise ValueError(f"{choice.name} is longer than {_LONGEST} letters")
        options.append((choice.key, value))
    return Order(printable, tuple(options))


def in_sheets(order: Order) -> bool:
    """Whether its file is sheets with a front and a back, to be turned over."""
    return order["edition"] in ("sheet", "fold") and order["duplex"] not in ("fold", "none")


def can_be_drafted(order: Order) -> bool:
    """Whether a few questions of it can be built alone, and look as they will among the others."""
    return order["edition"] in ("screen", "sheet")
