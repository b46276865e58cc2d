"""What has changed, alone and before the whole: questions as a booklet, cards as they are cut."""

from collections.abc import Iterator

from pharmdocs.build import Progress, Request, output_path, write_whole
from pharmdocs.cardsetting import card_size, on_stock
from pharmdocs.desk.orders import Order
from pharmdocs.desk.shown import Built, Face, Sheet
from pharmdocs.flashcards import Cards, set_bank
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.setting import SetCards


def cards_alone(order: Order, request: Request, progress: Progress) -> Built:
    """The cards of a bank, each a front and its back, on no sheet.

    Only that they fit is known of them: what is printed is the whole, and that is proved.

    Raises:
        PharmdocsError: with every problem.
    """
    stock, bank, look, strings = on_stock(request, order["stock"])
    made = set_bank(request, Cards(), card_size, stock, bank, look, strings, progress)
    path = output_path(request, "flashcards")
    write_whole(path, finish(join(made.parts), body=""))
    return Built(path.parent, (path.name,), tuple(_sheets(made, path.name)), "", unit="card")


def _sheets(made: SetCards, file: str) -> Iterator[Sheet]:
    sizes = [page.size for part in made.parts for page in part.pages]
    faces = [Face(file, at, size.width, size.height) for at, size in enumerate(sizes)]
    for at, view in enumerate(made.views):
        # A card that goes on is several, with the number of each behind a dot.
        yield Sheet(at + 1, tuple(faces[2 * at : 2 * at + 2]), (view.id.partition(".")[0],))
