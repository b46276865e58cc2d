"""Texts that are longer than their face, and what the manifest tells of it."""

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from small_bank import lay
from test_flashcards import HEAD, built, run, texts, told, write

from pharmdocs.bank.markup import normalise
from pharmdocs.build import Request
from pharmdocs.errors import PharmdocsError
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.project import find_project
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.deck import split
from pharmdocs.wording import words


def numbered(count: int) -> str:
    return " ".join(f"word{number:03}" for number in range(count))


def business(project: Path, front: str, back: str, *more: str) -> Any:
    write(project, HEAD + f"b,{front},{back},safety,\n")
    return run("--stock", "avery-5371", "--only", "b", *more)


def test_a_card_goes_on_to_another(project: Path) -> None:
    result = business(project, "one", numbered(100))
    assert result.exit_code == 0, result.output
    found = words(texts(project / "output" / "flashcards.pdf"))
    assert not words([numbered(100)]) - found
    assert "continu" in result.stdout


def test_strict_refuses_a_card_that_goes_on(project: Path) -> None:
    assert "cards.csv:2" in str(business(project, "one", numbered(100), "--strict").stderr)


@pytest.mark.parametrize(("front", "back"), [("one", "y" * 400), (numbered(40), "one")])
def test_a_long_word_or_a_short_side_does_not_crash(project: Path, front: str, back: str) -> None:
    assert business(project, front, back).exit_code in (0, 5)


def test_a_long_front_leaves_its_back_as_set(project: Path) -> None:
    assert business(project, numbered(40), "one two three four five six").exit_code == 0
    rows = told(project / "output" / "flashcards.manifest.json")["faces"]
    assert {row["rung"] for row in rows if row["side"] == "back"} == {"as set"}


def test_ink_stays_in_the_safe_area(project: Path) -> None:
    """12.7 mm margin + 50.8 mm card - 3 mm safe = 60.5 mm from the top of the sheet."""
    business(project, "one", numbered(72))
    document = pypdfium2.PdfDocument(project / "output" / "flashcards.pdf")
    page = document[1]
    text = page.get_textpage()
    bottom = text.get_charbox(text.get_text_range().find("word071"))[1]
    low = (page.get_height() - bottom) / 72 * 25.4
    document.close()
    assert low <= 60.5


def test_a_changed_follow_up_changes_the_hash(project: Path) -> None:
    old = built(project)
    file = project / "content" / "small" / "q01.md"
    file.write_text(file.read_text().replace("And then?", "And before?"))
    new = built(project)
    assert [now["id"] for was, now in zip(old, new, strict=True) if was["hash"] != now["hash"]]


def test_room_to_spare_is_the_room_above_the_foot(project: Path) -> None:
    """The front of q01 has two lines at the most, its back has three short points."""
    rows = {(row["id"], row["side"]): row["spare"] for row in built(project)}
    assert rows["q01", "front"] != rows["q01", "back"]


def test_a_word_is_not_cut_where_its_marking_begins() -> None:
    pieces = split("<p>aaaa aaaa aa aaaaa<em>bio</em> bbbb bbbb bbb</p>", 2)
    assert any("aaaaa<em>bio" in piece for piece in pieces)


def test_a_refusal_names_larger_stocks(project: Path) -> None:
    said = business(project, "one", numbered(1200)).stderr
    assert "avery-5388" in said
    assert "0.4 mm too much" not in said


def test_start_leaves_slots_empty(project: Path) -> None:
    rows = built(project, "--start", "3")
    assert [(row["sheet"], row["slot"]) for row in rows[:6:2]] == [(1, 3), (2, 1), (2, 2)]


# Any text -----------------------------------------------------------------------------------------

# Letters and marks of every script that the faces have, and the signs that Markdown and a table
# of commas leave alone.
SIGNS = sorted(sign for sign in fonts.coverage() if sign.isalpha() or sign in "0123456789.;:%?°±")
MARKS = [mark for mark in map(chr, range(0x300, 0x370)) if mark in fonts.coverage()]
WORDS = st.text(st.sampled_from([*SIGNS, *MARKS, *"aeiou" * 20]), min_size=1, max_size=12)
SAID = st.lists(WORDS, min_size=1, max_size=160).map(lambda said: "a " + " ".join(said))


@settings(derandomize=True, max_examples=12, deadline=None, phases=[Phase.generate])
@given(front=SAID, back=SAID)
def test_any_text_is_printed_whole_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, front: str, back: str
) -> None:
    root = tmp_path_factory.mktemp("any")
    lay(root)
    write(root, HEAD + f"t,{front[:2000]},{back[:2000]},safety,\n")
    request = Request(find_project(root), only="t")
    try:
        result = build_flashcards(request, Cards(stock="avery-5371", jobs=1))
    except PharmdocsError as error:
        said = str(error)
        assert "content/small/cards.csv:2: " in said, said
    else:
        assert not words(map(normalise, (front[:2000], back[:2000]))) - words(
            texts(result.paths[0])
        )
