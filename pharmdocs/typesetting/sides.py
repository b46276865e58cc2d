"""Cards -> the HTML of their faces, by their template; what was made before is there again.

A face is what the template, and those that it takes in, make of a card alone: no word of another
card or of the bank can stand on it.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from pharmdocs.once import MOST
from pharmdocs.project import Project
from pharmdocs.typesetting.deck import CardView
from pharmdocs.typesetting.fit import FaceText
from pharmdocs.typesetting.templates import Loader, environment, told

_TEMPLATE = "flashcards/face.html.j2"
_last: "Sides | None" = None


class Sides:
    """What makes the faces of cards, with the templates as they were when it was made."""

    def __init__(self, project: Project, filters: Mapping[str, Callable[..., Any]]) -> None:
        self.project, self.loader = project, Loader(project)
        self._templates = environment(self.loader, filters)
        with told(_TEMPLATE):
            self._face: Any = self._templates.get_template(_TEMPLATE).module
        self.of = lru_cache(maxsize=MOST)(self._of)

    def stands(self, project: Project) -> bool:
        """Whether the templates of a project are those of which this was made."""
        return project == self.project and self.loader.reads_the_same()

    def _of(self, view: CardView) -> tuple[FaceText, FaceText]:
        """The front and the back of a card."""
        with told(_TEMPLATE):
            try:
                return (self._side("front", view, view.front), self._side("back", view, view.back))
            except Exception:  # its place is one of the template, as when that is filled whole
                self._templates.handle_exception()

    def _side(self, side: str, view: CardView, texts: tuple[str, ...]) -> FaceText:
        attributes = f'class="face {side} cat-{view.category.key}"'
        html = tuple(str(self._face.face(side, view, Markup(text))) for text in texts)
        return FaceText(f"{view.id}-{side}", attributes, html, str(view.where))


def sides_by(project: Project, filters: Mapping[str, Callable[..., Any]]) -> Sides:
    """What makes the faces of cards by the templates of a project, as they are now."""
    global _last  # noqa: PLW0603
    if _last is None or not _last.stands(project):
        _last = Sides(project, filters)
    return _last
