"""An order of the desk -> the road that builds it."""

from typing import Any

from pharmdocs.booklet import build_booklet
from pharmdocs.build import Progress, Request
from pharmdocs.checklist import Asked, build_checklist
from pharmdocs.desk.orders import Order
from pharmdocs.editions import Booklet, shop_of
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.pressbooklet import build_press_booklet
from pharmdocs.presscards import build_press_cards
from pharmdocs.zine import build_zine


def build(order: Order, request: Request, progress: Progress) -> Any:
    """Build what is ordered, as the command of that name does; its result.

    Raises:
        PharmdocsError: with every problem.
    """
    at_shop = shop_of(order["edition"], None, None, 0)
    if order.printable == "booklet":
        booklet = Booklet(order["edition"], order["length"] == "brief")
        if booklet.edition == "press":
            return build_press_booklet(request, booklet, at_shop, "included", progress)
        return build_booklet(request, booklet, progress)
    if order.printable == "flashcards":
        cards = Cards(order["stock"], order["edition"], order["duplex"])
        if cards.edition == "press":
            return build_press_cards(request, cards, at_shop, progress)
        return build_flashcards(request, cards, progress)
    if order.printable == "checklist":
        return build_checklist(request, Asked(order["setting"], order["form"] != "flat"), progress)
    return build_zine(request, order["how-to"] == "yes", progress)
