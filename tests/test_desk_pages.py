"""What the desk shows: the whole is filled in once, a draft comes before it."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from jinja2 import Environment

from pharmdocs.desk.desk import Desk, View
from pharmdocs.desk.drafts import digests
from pharmdocs.desk.pages import Pages
from pharmdocs.desk.shown import Built, Face, Sheet
from pharmdocs.errors import Location
from pharmdocs.project import find_project
from pharmdocs.typesetting.templates import fill


class Names:
    """Of a desk, only what it calls a folder."""

    def key_of(self, built: Built) -> str:
        return built.folder.name


def made(name: str, ids: str, unit: str = "sheet") -> Built:
    faces = [Face("cards.pdf", page, 72, 72) for page in range(2 * len(ids.split()))]
    sheets = [
        Sheet(at + 1, (faces[2 * at], faces[2 * at + 1]), (id_,))
        for at, id_ in enumerate(ids.split())
    ]
    return Built(Path("scratch") / name, ("cards.pdf",), tuple(sheets), "as it is", unit=unit)


@pytest.fixture
def shown(tmp_path: Path) -> "Shown":
    return Shown(tmp_path)


class Shown:
    """What a view comes to, as the browser gets it."""

    def __init__(self, root: Path) -> None:
        self.pages = Pages(root)

    def __call__(self, view: View) -> str:
        order = self.pages.order({"printable": "flashcards"})
        return self.pages.part(order, view, cast(Desk, Names()))


def test_a_draft_stands_before_the_whole_as_it_was(shown: Shown) -> None:
    whole = made("w1", "bid tid qid")
    before = shown(View(whole=whole))
    view = shown(View(whole=whole, draft=made("d1", "tid", "card"), changed=("tid",)))
    assert "Draft of TID" in view
    assert 'src="png/d1/cards.pdf/1"' in view
    assert "Draft, card 1" in view
    assert before[before.index('<section aria-labelledby="all"') :] in view


def test_the_next_whole_is_another(shown: Shown) -> None:
    first, second = (shown(View(whole=made(name, "bid tid"))) for name in ("w1", "w2"))
    assert second == first.replace("png/w1/", "png/w2/").replace("/w1/", "/w2/")
    third = shown(View(whole=made("w2", "bid tid"), changed=("tid",)))
    assert "Changed last: TID" in third
    assert third.count('src="png/w2/cards.pdf/3"') == 2


def test_the_whole_is_filled_in_once(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, asked = made("w1", "bid tid"), list[str]()

    def heard(templates: Environment, name: str, context: dict[str, object]) -> str:
        asked.append(name)
        return fill(templates, name, context)

    monkeypatch.setattr("pharmdocs.desk.pages.fill", heard)
    for _ in range(3):
        shown(View(whole=whole))
    assert asked.count("desk/sheets.html.j2") == 1


def test_a_card_is_told_by_what_it_says_wherever_it_stands(tmp_path: Path) -> None:
    bank = find_project(tmp_path).load_bank("sig-codes")
    first, second = bank.cards[:2]
    told = digests(bank)
    moved = replace(first, where=Location("x", 99))
    cards = (first, moved, replace(first, back=second.back), replace(first, tags=("other",)))
    found = [digests(replace(bank, cards=(card,)))[first.id] for card in cards]
    assert found[:2] == [told[first.id]] * 2
    assert len(set(found)) == 3
