"""What is made once: of the same thing, for as long as nothing that it is made of changes."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pharmdocs import once
from pharmdocs.bank.model import Category
from pharmdocs.errors import Location, SetupError
from pharmdocs.project import find_project
from pharmdocs.typesetting.deck import CardView
from pharmdocs.typesetting.sides import Sides, sides_by

VIEW = CardView(
    "bid",
    "bid",
    Category("safety", "Safety", "triangle", "#8a3a12", ""),
    "",
    ("BID",),
    ("<p>twice a day</p>",),
    {"front": "", "back": ""},
    Location("cards.csv", 2),
)
FACE = "{% macro face(side, card, text) %}<p>{{ text }}</p>{% include 'more.j2' ignore missing %}{% endmacro %}"  # noqa: E501


def test_the_same_thing_is_made_once_and_an_equal_one_again() -> None:
    made: list[object] = []

    @once.once
    def make(thing: list[int]) -> int:
        made.append(thing)
        return len(made)

    first = [1]
    assert [make(first), make(first), make([1]), make(first)] == [1, 1, 2, 1]


def test_of_many_things_only_some_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three at a time: the fourth begins anew."""
    monkeypatch.setattr(once, "MOST", 3)
    made: list[int] = []

    @once.once
    def make(thing: list[int]) -> None:
        made.extend(thing)

    things = [[number] for number in range(4)]
    for thing in (*things[:3], things[0], things[3], things[0]):
        make(thing)
    assert made == [0, 1, 2, 3, 0]


@pytest.fixture
def sides(tmp_path: Path) -> Callable[[], Sides]:
    """What makes faces by the template of a project, again and again."""
    (tmp_path / "pharmdocs.toml").write_text('bank = "interview"\n', encoding="utf-8")
    (tmp_path / "templates/flashcards").mkdir(parents=True)
    lay(tmp_path, FACE)
    return lambda: sides_by(find_project(tmp_path), {})


def lay(root: Path, text: str, name: str = "flashcards/face.html.j2") -> None:
    (root / "templates" / name).write_text(text, encoding="utf-8")


def front(sides: Sides, view: CardView = VIEW) -> str:
    return sides.of(view)[0].texts[0]


def test_what_is_as_it_was_is_not_made_again(sides: Callable[[], Sides]) -> None:
    first = sides()
    assert sides() is first
    assert first.of(VIEW)[0] is first.of(replace(VIEW))[0]


def test_another_text_makes_another_face(sides: Callable[[], Sides]) -> None:
    made = sides()
    assert front(made) == "<p>BID</p>"
    assert front(made, replace(VIEW, front=("TID",))) == "<p>TID</p>"
    assert made.of(replace(VIEW, where=Location("cards.csv", 3)))[0].where == "cards.csv:3"


def test_an_edited_template_makes_other_faces(sides: Callable[[], Sides], tmp_path: Path) -> None:
    front(sides())
    lay(tmp_path, FACE.replace("<p>", "<p>!"))
    assert front(sides()) == "<p>!BID</p>"


def test_so_does_one_that_it_takes_in(sides: Callable[[], Sides], tmp_path: Path) -> None:
    """One that was not there, is there, is another, and is gone."""
    found = []
    for more in ("", "one", "two", ""):
        if more:
            lay(tmp_path, more, "more.j2")
        else:
            (tmp_path / "templates/more.j2").unlink(missing_ok=True)
        found.append(front(sides()))
    assert found == ["<p>BID</p>", "<p>BID</p>one", "<p>BID</p>two", "<p>BID</p>"]


SLIPS = {
    "{{ card.nix }}": "flashcards/face.html.j2:2: there is no `nix` to print here",
    "{{ card.label }": "flashcards/face.html.j2:2: unexpected '}'",
    "{{ 1 / 0 }}": "flashcards/face.html.j2:2: division by zero",
    "{% include 'none.j2' %}": "flashcards/face.html.j2:2: there is no template `none.j2`",
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_by_its_line(slip: str, sides: Callable[[], Sides], tmp_path: Path) -> None:
    lay(tmp_path, "{% macro face(side, card, text) %}\n" + slip + "{% endmacro %}")
    with pytest.raises(SetupError, match=re.escape(SLIPS[slip])):
        front(sides())


def test_a_template_that_cannot_be_read_is_told(sides: Callable[[], Sides], tmp_path: Path) -> None:
    front(sides())
    (tmp_path / "templates/flashcards/face.html.j2").write_bytes(b"\xff")
    with pytest.raises(SetupError, match="not UTF-8"):
        sides()


def test_another_project_has_faces_of_its_own(sides: Callable[[], Sides], tmp_path: Path) -> None:
    first = sides()
    other = tmp_path / "other"
    (other / "templates/flashcards").mkdir(parents=True)
    (other / "pharmdocs.toml").write_text('bank = "interview"\n', encoding="utf-8")
    lay(other, FACE)
    assert sides_by(find_project(other), {}) is not first
