"""What has changed, alone and before the whole: questions as a booklet, cards as they are cut."""

import re
from collections.abc import Iterator

from pharmdocs.bank.model import Bank, Card, Prose
from pharmdocs.build import Progress, Request, output_path
from pharmdocs.cardsetting import card_size, on_stock, prepared
from pharmdocs.desk.orders import Order
from pharmdocs.desk.shown import Built, Face, Sheet
from pharmdocs.flashcards import Cards, set_bank
from pharmdocs.manifest import digest
from pharmdocs.once import once
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.setting import SetCards

# Where something stands in its file.
_PLACE = re.compile(r"\bline=\d+|\bmap=(?:None|\[[^\]]*\])")


def digests(bank: Bank) -> dict[str, str]:
    """What stands for each question or card as it is, wherever in its file it stands."""
    found = {item.id: digest(_PLACE.sub("", repr(item)).encode()) for item in bank.questions}
    return found | {card.id: _digest(card) for card in bank.cards}


@once
def _digest(card: Card) -> str:
    told = [card.category.key, *card.tags, *map(_said, (card.front, card.back))]
    return digest("\n".join(told).encode())


def _said(prose: Prose) -> str:
    """All that a text says, and as what; a deck has thousands of them."""
    pieces = [piece for token in prose.tokens for piece in (token, *(token.children or ()))]
    return "\n".join(f"{it.type} {it.content} {it.attrs or ''}" for it in pieces)


def learn(request: Request) -> None:
    """Have in memory what the cards of a bank come to before they are set.

    Raises:
        PharmdocsError: with every problem.
    """
    stock, bank, look, strings = on_stock(request, "")
    digests(bank)
    _, deck = prepared(request, bank, look, strings, card_size, stock)
    for view in deck.views:
        deck.faces(view)


def cards_alone(order: Order, request: Request, progress: Progress) -> Built:
    """The cards of a bank, each a front and its back, on no sheet.

    Only that they fit is known of them: what is printed is the whole, and that is proved.

    Raises:
        PharmdocsError: with every problem.
    """
    stock, bank, look, strings = on_stock(request, order["stock"])
    made = set_bank(request, Cards(), card_size, stock, bank, look, strings, progress)
    path = output_path(request, "flashcards")
    # Nobody knows of it before it is there, and the next draft is another file.
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(finish(join(made.documents), body=""))
    return Built(path.parent, (path.name,), tuple(_sheets(made, path.name)), "", unit="card")


def _sheets(made: SetCards, file: str) -> Iterator[Sheet]:
    sizes = [page.size for part in made.parts for page in part.pages]
    faces = [Face(file, at, size.width, size.height) for at, size in enumerate(sizes)]
    for at, view in enumerate(made.views):
        # A card that goes on is several, with the number of each behind a dot.
        yield Sheet(at + 1, tuple(faces[2 * at : 2 * at + 2]), (view.id.partition(".")[0],))
