"""What stands on the two faces of each card, and a card told in several when it is too long."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from pharmdocs.bank.model import Bank, Card, Category, Prose, Question
from pharmdocs.errors import Location

MOST_PARTS = 9

_Inline = Callable[[Prose, str], str]


@dataclass(frozen=True)
class CardView:
    """A card as its template sees it; texts are HTML, a back's with the element it stands in.

    `front` and `back` hold the full text and then the author's short form, if there is one.
    `label` is the printed id, with the part's number on a card that goes on. `marks` tell a card
    from its former self, front and back; the same on every card that it goes on to.
    """

    id: str
    label: str
    category: Category
    headline: str
    front: tuple[str, ...]
    back: tuple[str, ...]
    foot: dict[str, str]
    where: Location = field(repr=False)
    marks: tuple[str, str] = ("", "")


def card_views(bank: Bank, inline: _Inline, html: Callable[[str], str]) -> list[CardView]:
    """Every card of a bank in print order.

    Args:
        bank: what is printed.
        inline: prose -> HTML, in the place of that id.
        html: plain text -> HTML.
    """
    views = [_question(item, inline, html) for item in bank.questions]
    return views + [_card(item, inline) for item in bank.cards]


def dividers(
    words: dict[str, Any], color: str, maker: str, html: Callable[[str], str]
) -> list[CardView]:
    """The five dividers of a Leitner box, each with its schedule; on its back, who made it."""
    words = words["dividers"]
    box = Category("box", words["kind"], "square", color, "")
    return [
        CardView(
            f"box{number}",
            f"{number}/{len(words['schedule'])}",
            box,
            "",
            (html(words["title"].replace("{number}", str(number))),),
            (_paragraph(html(when)),),
            {"front": html(when), "back": html(maker)},
            Location("templates/strings"),
        )
        for number, when in enumerate(words["schedule"], 1)
    ]


def _question(item: Question, inline: _Inline, html: Callable[[str], str]) -> CardView:
    points = "".join(f"<li>{inline(point, item.id)}</li>" for point in item.card_points)
    return CardView(
        item.id,
        item.id.upper(),
        item.category,
        item.headline,
        (html(item.title), html(item.short_title)),
        (f'<ul class="text">{points}</ul>', _paragraph(html(item.short))),
        {
            "front": html(" · ".join(item.competencies)),
            "back": inline(item.follow_up, item.id),
        },
        item.where,
    )


def _card(item: Card, inline: _Inline) -> CardView:
    front, back = inline(item.front, item.id), inline(item.back, item.id)
    foot = {"front": "", "back": ""}
    return CardView(
        item.id, item.id, item.category, "", (front,), (_paragraph(back),), foot, item.where
    )


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
