"""All printables of a bank at once, each as its own command builds it by itself.

None takes its place before all of them have proved themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pharmdocs.booklet import BookletResult, build_booklet
from pharmdocs.build import Progress, Request, read_bank, silent
from pharmdocs.checklist import ChecklistResult, build_checklist
from pharmdocs.flashcards import Cards, CardsResult, build_flashcards
from pharmdocs.staging import folder_of, moved, together


@dataclass(frozen=True)
class AllResult:
    """What each road made, as it tells of itself."""

    booklet: BookletResult
    flashcards: CardsResult
    checklist: ChecklistResult


def build_all(request: Request, progress: Progress = silent) -> AllResult:
    """Build every printable into one folder.

    Raises:
        PharmdocsError: with every problem of the printable that failed; no file has been replaced.
    """
    folder = folder_of(request)
    progress("reading the bank")
    request = replace(request, ready=read_bank(replace(request, only=None)))
    with together(folder) as place:
        into = replace(request, output=place)
        made = {name: build(into, partial(_said, progress, name)) for name, build in _ROADS.items()}
    return AllResult(**{name: moved(result, folder) for name, result in made.items()})


def _said(progress: Progress, printable: str, step: str) -> None:
    progress(f"{printable}: {step}")


_ROADS: dict[str, Callable[[Request, Progress], Any]] = {
    "booklet": lambda request, progress: build_booklet(request, progress=progress),
    "flashcards": lambda request, progress: build_flashcards(request, Cards(), progress),
    # It shows none of the questions that --only chooses.
    "checklist": lambda request, progress: build_checklist(
        replace(request, only=None), progress=progress
    ),
}
