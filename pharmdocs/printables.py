"""What can be printed, by name: a row each, for commands that take any of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pharmdocs.build import Progress, Request


@dataclass(frozen=True)
class Printable:
    """How a printable is built as it is without options, and whether it prints a selection.

    `build` returns the printer's files, the one that is looked at first before the others.
    """

    build: Callable[[Request, Progress], tuple[Path, ...]]
    selects: bool = True


def _booklet(request: Request, progress: Progress) -> tuple[Path, ...]:
    from pharmdocs.booklet import build_booklet

    return (build_booklet(request, progress=progress).path,)


def _flashcards(request: Request, progress: Progress) -> tuple[Path, ...]:
    from pharmdocs.flashcards import Cards, build_flashcards

    return build_flashcards(request, Cards(), progress).paths


def _checklist(request: Request, progress: Progress) -> tuple[Path, ...]:
    from pharmdocs.checklist import build_checklist

    return (build_checklist(request, progress=progress).path,)


PRINTABLES = {
    "booklet": Printable(_booklet),
    "flashcards": Printable(_flashcards),
    "checklist": Printable(_checklist, selects=False),
}
