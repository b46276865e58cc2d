"""What stands on the two faces of each card, and a card told in several when it is too long."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from markupsafe import Markup, escape

from pharmdocs.bank import markup
from pharmdocs.bank.model import Bank, Card, Category, Question
from pharmdocs.errors import Location
from pharmdocs.once import once

MOST_PARTS = 9

# What is set face by face has no other page to lead to, and no index.
_inline = partial(markup.inline, scope=markup.Scope(""))


@dataclass(frozen=True)
class CardView:
    """A card as its template sees it; texts are HTML, a back's with the element it stands in.

    `front` and `back` hold the full text and then the author's short form, if there is one.
    `label` is the printed id, with the part's number on a card that goes on. `marks` tell a card
    from its former self: digests of what its front and its back tell, the same on every card that
    it goes on to.
    """

    id: str
    label: str
    category: Category
    headline: str
    front: tuple[str, ...]
    back: tuple[str, ...]
    foot: dict[str, str] = field(hash=False)
    where: Location = field(repr=False)
    marks: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        if not any(self.marks):
            kind = self.category
            both = (self.label, kind.name, kind.color, kind.shape, self.headline)
            sides = (*self.front, self.foot["front"]), (*self.back, self.foot["back"])
            object.__setattr__(self, "marks", tuple(_mark((*both, *side)) for side in sides))


def _mark(told: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def card_views(bank: Bank) -> list[CardView]:
    """Every card of a bank in print order."""
    return [*map(_question, bank.questions), *map(_card, bank.cards)]


def dividers(words: dict[str, Any], color: str, maker: str) -> list[CardView]:
    """The five dividers of a Leitner box, each with its schedule; on its back, who made it."""
    words = words["dividers"]
    box = Category("box", words["kind"], "square", color, "")
    return [
        CardView(
            f"box{number}",
            f"{number}/{len(words['schedule'])}",
            box,
            "",
            (_html(words["title"].replace("{number}", str(number))),),
            (_paragraph(_html(when)),),
            {"front": escape(when), "back": escape(maker)},
            Location("templates/strings"),
        )
        for number, when in enumerate(words["schedule"], 1)
    ]


def _question(item: Question) -> CardView:
    points = "".join(f"<li>{_inline(point)}</li>" for point in item.card_points)
    return CardView(
        item.id,
        item.id.upper(),
        item.category,
        item.headline,
        (_html(item.title), _html(item.short_title)),
        (f'<ul class="text">{points}</ul>', _paragraph(_html(item.short))),
        {
            "front": escape(" · ".join(item.competencies)),
            "back": Markup(_inline(item.follow_up)),
        },
        item.where,
    )


@once
def _card(item: Card) -> CardView:
    front, back = (_inline(item.front),), (_paragraph(_inline(item.back)),)
    foot = {"front": "", "back": ""}
    return CardView(item.id, item.id, item.category, "", front, back, foot, item.where)


def _html(text: str) -> str:
    return str(escape(text))


def _paragraph(html: str) -> str:
    return f'<p class="text">{html}</p>'


@dataclass(frozen=True)
class Story:
    """What one card has to tell, on as many cards as that takes; `sides` are the long ones."""

    view: CardView
    parts: int = 1
    sides: frozenset[str] = frozenset()

    def cards(self) -> list[CardView]:
        """The cards; a side that is not too long stands on each of them."""
        if self.parts == 1:
            return [self.view]
        fronts, backs = (
            split(texts[0], self.parts) if side in self.sides else [texts[0]]
            for side, texts in (("front", self.view.front), ("back", self.view.back))
        )
        return [
            replace(
                self.view,
                # No id of a bank holds a dot.
                id=f"{self.view.id}.{number + 1}",
                label=f"{self.view.label} {number + 1}/{self.parts}",
                front=(fronts[min(number, len(fronts) - 1)],),
                back=(backs[min(number, len(backs) - 1)],),
            )
            for number in range(self.parts)
        ]

    def longer(self, sides: set[str], parts: int) -> "Story | None":
        """The same on so many cards, because these sides did not fit; None where it cannot be."""
        longer = Story(self.view, parts, self.sides | sides)
        texts = {"front": self.view.front[0], "back": self.view.back[0]}
        cut = parts <= MOST_PARTS and all(len(split(texts[it], parts)) == parts for it in sides)
        return longer if cut else None


def split(html: str, parts: int) -> list[str]:
    """HTML cut between words into about equal parts; open elements are closed and opened again.

    Fewer parts when there are not as many words.
    """
    pieces = re.findall(r"<[^>]+>|[^<\s]+|\s+", html)
    total = sum(len(piece) for piece in pieces if not piece.startswith("<"))
    found: list[str] = []
    open_: list[str] = []
    current, seen, between = "", 0, False
    for piece in pieces:
        is_text = not piece.startswith("<")
        due = seen >= total * (len(found) + 1) / parts
        if is_text and piece.strip() and due and between:
            found.append(current + "".join(f"</{_name(tag)}>" for tag in reversed(open_)))
            # An id stands once: what goes on is the same element without it.
            current = "".join(re.sub(r' id="[^"]*"', "", tag) for tag in open_)
        if piece.startswith("</"):
            open_.pop()
        elif piece.startswith("<") and not piece.endswith("/>") and _name(piece) not in _VOID:
            open_.append(piece)
        # A word may change its look halfway; it ends at a space or at the end of a block.
        if is_text:
            between = not piece.strip()
        else:
            between = between or _name(piece.replace("</", "<")) in _BLOCKS
        current += piece
        seen += len(piece) if is_text else 0
    return [*found, current]


_VOID = {"br", "img"}
_BLOCKS = {"br", "li", "ol", "p", "ul"}


def _name(tag: str) -> str:
    return re.split(r"[\s>/]", tag[1:], maxsplit=1)[0]
