"""Printing only what changed: from a manifest, again and again, with the whole deck in mind."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from card_builds import IDS, MANIFEST, ROWS, lay_cards, run, texts, told, write
from click.testing import Result

SINCE = ["--changed-since", str(MANIFEST)]


def built(*arguments: str) -> Result:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result


def printed(project: Path) -> str:
    return " ".join(texts(project / "output/flashcards.pdf"))


def deck(project: Path) -> dict[str, Any]:
    return {row["id"]: row for row in told(project / MANIFEST)["deck"]}


@pytest.fixture(scope="module")
def first_print(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first print of the seven cards leaves; built once, read by all."""
    root = tmp_path_factory.mktemp("first")
    lay_cards(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        built()
    return root / "output"


@pytest.fixture
def printed_deck(project: Path, first_print: Path) -> Path:
    """The current folder: the project, after its first print."""
    shutil.copytree(first_print, project / "output", dirs_exist_ok=True)
    return project


def test_only_new_and_changed_cards_are_printed(printed_deck: Path) -> None:
    write(printed_deck, ROWS.replace("tellc2", "tellother") + "c6,askc6,tellc6,safety,\n")
    said = built(*SINCE, "--start", "2").stdout
    shown = printed(printed_deck)
    assert ("askc2" in shown, "askc6" in shown) == (True, True)
    assert not [card for card in ("askc1", "askc3", "askc4", "askc5") if card in shown]
    assert "throw away: c2\n" in said
    assert "2 cards on 1 sheet" in said
    places = [(row["id"], row["slot"]) for row in told(printed_deck / MANIFEST)["faces"]]
    assert places == [("c2", 2), ("c2", 2), ("c6", 3), ("c6", 3)]


def test_the_next_time_the_whole_deck_is_known(printed_deck: Path) -> None:
    """Three prints: every one of them counts, the deck is one."""
    write(printed_deck, ROWS.replace("tellc2", "tellother"))
    built(*SINCE)
    write(printed_deck, ROWS.replace("tellc2", "tellother").replace("askc5", "askother"))
    said = built(*SINCE).stdout
    assert "askother" in printed(printed_deck)
    assert "askc2" not in printed(printed_deck)
    assert "throw away: c5\n" in said
    assert sorted(row["labels"][0] for row in deck(printed_deck).values()) == sorted(IDS)
    assert {id_: row["print"] for id_, row in deck(printed_deck).items()} == {
        "q01": 1,
        "q02": 1,
        "c1": 1,
        "c2": 2,
        "c3": 1,
        "c4": 1,
        "c5": 3,
    }
    prints = told(printed_deck / MANIFEST)["history"]
    assert [(it["print"], it["cards"], it["discarded"]) for it in prints[1:]] == [
        (2, ["c2"], ["c2"]),
        (3, ["c5"], ["c5"]),
    ]


def test_a_card_that_is_gone_is_thrown_away(printed_deck: Path) -> None:
    write(printed_deck, ROWS.replace("c3,askc3,tellc3,safety,\n", "").replace("tellc1", "tellnew"))
    said = built(*SINCE).stdout
    assert "throw away: c1, c3\n" in said
    assert "c3" not in deck(printed_deck)


def test_where_nothing_changed_no_file_is_touched(printed_deck: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (printed_deck / "output").iterdir()}
    said = built(*SINCE).stdout
    assert said == "every card has been printed as it is: nothing to print, no file touched\n"
    assert {path: path.stat().st_mtime_ns for path in (printed_deck / "output").iterdir()} == before


def test_what_is_gone_is_said_where_nothing_is_new(printed_deck: Path) -> None:
    write(printed_deck, ROWS.replace("c3,askc3,tellc3,safety,\n", ""))
    assert built(*SINCE).stdout.startswith("throw away: c3\nevery card has been printed as it is")


def test_a_selection_goes_on_as_it_began(project: Path) -> None:
    """A card outside of it is not gone, and none outside of it is new."""
    built("--only", "c1,c2")
    write(project, ROWS.replace("tellc2", "tellother"))
    said = built(*SINCE).stdout
    assert "1 card on 1 sheet" in said
    assert "throw away: c2\n" in said


def test_the_stock_is_that_of_the_deck(project: Path) -> None:
    built("--stock", "avery-5388")
    write(project, ROWS.replace("tellc2", "tellother"))
    assert "1 card on 1 sheet of avery-5388" in built(*SINCE).stdout
    write(project, ROWS)
    result = run(*SINCE, "--stock", "a7-a4")
    assert result.exit_code == 2
    assert "was printed on avery-5388, not on a7-a4" in result.stderr


def test_a_card_told_on_several_is_thrown_away_with_all_its_parts(project: Path) -> None:
    long = " ".join(f"word{number}" for number in range(180))
    write(project, ROWS.replace("tellc2", long))
    built("--stock", "avery-5371")
    parts = deck(project)["c2"]["labels"]
    assert len(parts) > 1
    write(project, ROWS)
    said = built(*SINCE).stdout
    assert f"throw away: {', '.join(parts)}\n" in said
    assert deck(project)["c2"]["labels"] == ["c2"]


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (None, 2, "there is no manifest"),
        ("{", 6, "is not a manifest, or is damaged"),
        ("[]", 6, "is not a manifest, or is damaged"),
        ('{"format": 1, "printable": "booklet"}', 2, "tells of a booklet"),
        ('{"format": 7, "printable": "flashcards"}', 4, "has format 7, a newer one"),
        ('{"format": 1, "printable": "flashcards", "deck": [{}]}', 6, "is damaged"),
    ],
)
def test_what_is_no_manifest_of_cards_is_refused(
    content: str | None, code: int, reason: str, project: Path
) -> None:
    if content is not None:
        (project / "old.json").write_text(content)
    result = run("--changed-since", "old.json")
    assert result.exit_code == code
    assert reason in result.stderr


def test_machines_are_told_as_well(printed_deck: Path) -> None:
    write(printed_deck, ROWS.replace("tellc2", "tellother"))
    found = json.loads(built(*SINCE, "--json").stdout)
    assert (found["cards"], found["discard"], found["next"]) == (1, ["c2"], 2)
