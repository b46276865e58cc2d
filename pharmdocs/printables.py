"""What can be printed, by name: a row each, for commands that take any of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pharmdocs.build import Progress, Request


@dataclass(frozen=True)
class Printable:
    """How a printable is built as it is without options, and whether it prints a selection.

    `build` returns what the road tells of what it made.
    """

    build: Callable[[Request, Progress], Any]
    selects: bool = True


def files_of(result: Any) -> tuple[Path, ...]:
    """The printer's files of a result, the one that is looked at first before the others."""
    return tuple(result.paths) if hasattr(result, "paths") else (result.path,)


def _booklet(request: Request, progress: Progress) -> Any:
    from pharmdocs.booklet import build_booklet

    return build_booklet(request, progress=progress)


def _flashcards(request: Request, progress: Progress) -> Any:
    from pharmdocs.flashcards import Cards, build_flashcards

    return build_flashcards(request, Cards(), progress)


def _checklist(request: Request, progress: Progress) -> Any:
    from pharmdocs.checklist import build_checklist

    return build_checklist(request, progress=progress)


def _zine(request: Request, progress: Progress) -> Any:
    from pharmdocs.zine import build_zine

    return build_zine(request, progress=progress)


PRINTABLES = {
    "booklet": Printable(_booklet),
    "flashcards": Printable(_flashcards),
    "checklist": Printable(_checklist, selects=False),
    "zine": Printable(_zine),
}
