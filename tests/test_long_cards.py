"""Texts that are longer than their face: told on several cards, or refused with a way out."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from card_builds import (
    HEAD,
    MANIFEST,
    PLAIN,
    ROWS,
    built,
    lay_cards,
    numbered,
    refused,
    run,
    texts,
    told,
    write,
)
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pharmdocs.bank.markup import normalise
from pharmdocs.build import Request
from pharmdocs.errors import PharmdocsError
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.project import find_project
from pharmdocs.typesetting import fonts
from pharmdocs.wording import words

BUSINESS = ("--stock", "avery-5371")


def lay_one(project: Path, front: str, back: str) -> None:
    """A bank whose second line is this card."""
    write(project, HEAD + f"b,{front},{back},safety,\n" + ROWS.removeprefix(HEAD))


# A card that goes on ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def going_on(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Any, list[str]]:
    """A back of a hundred words on a business card: what is said, the rows, the pages."""
    root = tmp_path_factory.mktemp("going-on")
    lay_cards(root, HEAD + f"b,front of it,{numbered(100)},safety,\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        result = run(*BUSINESS, "--only", "b")
    assert result.exit_code == 0, result.output
    return result.stdout, told(root / MANIFEST)["faces"], texts(root / "output/flashcards.pdf")


def test_the_words_go_on_in_their_order(going_on: tuple[str, Any, list[str]]) -> None:
    _, _, (fronts, backs) = going_on
    assert fronts.count("front of it") == 2
    told_ = re.findall(r"word\d{3}", backs)
    # The second column lies on the left when the paper is turned.
    first, second = (told_, told_[::-1])[0], told_
    assert sorted(first) == sorted(second) == numbered(100).split()
    half = told_.index("word000")
    assert told_[half:] + told_[:half] == numbered(100).split()


def test_each_part_says_which_it_is(going_on: tuple[str, Any, list[str]]) -> None:
    for page in going_on[2]:
        assert [page.count(f"b {part}/2") for part in (1, 2)] == [1, 1]


def test_the_manifest_says_what_goes_on(going_on: tuple[str, Any, list[str]]) -> None:
    rows = going_on[1]
    assert [(row["side"], row["rung"], row["slot"]) for row in rows] == [
        ("front", "as set", 1),
        ("back", "continued", 1),
        ("front", "as set", 2),
        ("back", "continued", 2),
    ]
    ids = [row["id"] for row in rows]
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert all(re.fullmatch(r"b\W\d", name) for name in ids)


def test_the_terminal_says_what_goes_on(going_on: tuple[str, Any, list[str]]) -> None:
    lines = going_on[0].splitlines()
    assert lines[1:3] == [
        "  2 cards on 1 sheet of avery-5371",
        "  faces: 2 as set, 2 continued",
    ]


def test_strict_refuses_a_card_that_goes_on(project: Path) -> None:
    lay_one(project, "one", numbered(100))
    said = refused(project, 5, *BUSINESS, "--strict")
    for part in (1, 2):
        assert f"cards.csv:2: the back of b {part}/2 is continued, not as set (7." in said
    assert said.count("error: ") == 2
    assert said.count("fix: shorten it, use a larger --stock, or leave --strict out") == 2


def test_strict_refuses_smaller_type_by_its_place(project: Path) -> None:
    """Of 40 words and of 80, only the longer text needs smaller type."""
    rows = "".join(f"t{size},ask,{numbered(size)},safety,\n" for size in (40, 80))
    write(project, HEAD + rows)
    said = refused(project, 5, *BUSINESS, "--strict")
    assert re.search(r"content/small/cards\.csv:3: the back of t80 is smaller, not as set", said)
    assert "cards.csv:2" not in said
    assert "the front" not in said


def test_strict_lets_faces_with_room_pass(project: Path) -> None:
    assert {row["rung"] for row in built(project, "--strict")} == {"as set"}


def test_a_long_front_leaves_its_back_as_set(project: Path) -> None:
    lay_one(project, numbered(60), "one two three four five six")
    rows = [row for row in built(project, *BUSINESS) if re.match(r"b\W\d", row["id"])]
    sides = [(row["side"], row["rung"]) for row in rows]
    assert sides == [("front", "continued"), ("back", "as set")] * (len(rows) // 2)
    assert len(rows) > 2


def test_a_part_is_not_taken_for_another_card(project: Path) -> None:
    """Also not by the check that reads which back lies behind which front."""
    rows = f"b,one,{numbered(100)},safety,\nb-1,two,three,safety,\nb-2,x,y,safety,\n"
    write(project, HEAD + rows)
    found = [(row["id"], row["side"]) for row in built(project, *BUSINESS, "--only", "b,b-1,b-2")]
    assert len(set(found)) == len(found) == 8


@pytest.mark.parametrize("count", [80, 100])
def test_a_long_text_leaves_its_neighbours_alone(project: Path, count: int) -> None:
    """Set smaller or told on two cards: the rows of the others stay, but for their slots."""
    kept = ("id", "side", "hash", "rung", "size", "spare")
    seen = []
    for back in ("two", numbered(count)):
        lay_one(project, "one", back)
        rows = built(project, *BUSINESS)
        seen.append([tuple(row[key] for key in kept) for row in rows if row["id"][0] != "b"])
    assert {row[0] for row in seen[0]} == {"q01", "q02", *PLAIN}
    assert seen[0] == seen[1]


# A card that cannot -------------------------------------------------------------------------------


@pytest.mark.system
def test_words_that_cannot_be_broken_are_refused_all_at_once(project: Path) -> None:
    """It is no matter of how many cards, and no larger stock holds them either."""
    long = "y" * 400
    write(project, HEAD + f"f,{long},one,safety,\nok,one,two,safety,\nb,one,{long},safety,\n")
    front, back = refused(project, 5, *BUSINESS).strip().split("error: ")[1:]
    for said, start in ((front, "cards.csv:2: the front"), (back, "cards.csv:4: the back")):
        assert said.startswith(f"content/small/{start} does not fit")
        assert re.search(r"\d mm too much .*\n    fix: .*break a very long word", said)
        assert "--stock" not in said


@pytest.mark.system
@pytest.mark.parametrize(
    ("stock", "paper", "front"),
    [("avery-5371", "letter", numbered(300)), ("avery-c32015", "a4", "m" * 25)],
)
def test_a_refusal_names_a_larger_stock_that_holds_it(
    project: Path, stock: str, paper: str, front: str
) -> None:
    lay_one(project, front, "two")
    said = refused(project, 5, "--stock", stock)
    found = re.search(r"cards\.csv:2: the front does not fit .*\n    fix: .*--stock (.*)$", said)
    assert found, said
    for name in found[1].split(" or "):
        result = run("--stock", name, "--paper", paper, "--only", "b")
        assert result.exit_code == 0, result.output
        assert name != stock


@pytest.mark.system
def test_a_bleed_does_not_hide_that_a_card_is_too_long(project: Path) -> None:
    """The larger stocks that are tried have no gap to bleed into."""
    lay_one(project, "m" * 60, "two")
    said = refused(project, 5, "--stock", "avery-8373", "--back-bleed", "3mm")
    assert "cards.csv:2: the front does not fit" in said


# Any text -----------------------------------------------------------------------------------------

COVERED = fonts.coverage()
# Letters and signs of every script that the faces have, but those that mean something in Markdown;
# marks that stand on a letter; spaces and hyphens at which a line may break, or must not.
SIGNS = sorted(sign for sign in COVERED if sign.isprintable() and sign not in " \\`*_[]{}<>#!|&~")
MARKS = [mark for mark in map(chr, range(0x300, 0x370)) if mark in COVERED]
BREAKS = [*"\u00a0\u00ad\u2009\u200b\u2011\u202f\u2060-/–—"]
LETTERS = st.sampled_from([*SIGNS, *MARKS, *BREAKS, *"aeiounrst0123456789" * 20])
WORD = st.text(LETTERS, min_size=1, max_size=14)
LONG_WORD = st.text(st.sampled_from("aeimnrstw"), min_size=20, max_size=70)
# As it is written, and as it is to be read.
Said = list[tuple[str, str]]
PLAIN_WORD = (WORD | WORD | WORD | LONG_WORD).map(lambda word: (word, word))
MARKED = st.tuples(st.sampled_from(["*", "**", "***"]), st.text("abcdefgh", min_size=1)).map(
    lambda pair: (f"{pair[0]}{pair[1]}{pair[0]}", pair[1])
)
TEXT = st.lists(PLAIN_WORD | PLAIN_WORD | MARKED, min_size=1, max_size=300)
# A card that ends on the largest stock is refused at once; elsewhere larger ones are tried.
LIMITS = {"avery-5371": 400, "avery-5389": 2000}


def cut(said: Said, limit: int) -> Said:
    """As many words as stay below so many letters; the first one begins no list or number."""
    kept, length = [("a", "a")], 1
    for word in said:
        length += 1 + len(word[0])
        if length > limit:
            break
        kept.append(word)
    return kept


def print_any(root: Path, stock: str, front: Said, back: Said) -> str:
    """What is said of a card when it is refused; else it is printed whole, and nothing is said."""
    written, read = ([" ".join(it[at] for it in side) for side in (front, back)] for at in (0, 1))
    rows = io.StringIO()
    csv.writer(rows).writerows([HEAD.strip().split(","), ["t", *written, "safety", ""]])
    lay_cards(root, rows.getvalue())
    try:
        result = build_flashcards(Request(find_project(root), only="t"), Cards(stock, jobs=1))
    except PharmdocsError as error:
        return str(error)
    assert not words(map(normalise, read)) - words(texts(result.paths[0]))
    return ""


@pytest.mark.system
@settings(derandomize=True, max_examples=8, deadline=None, phases=[Phase.generate])
@given(st.sampled_from(list(LIMITS)), st.integers(20, 2000), TEXT, TEXT)
def test_any_text_is_printed_whole_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, stock: str, limit: int, front: Said, back: Said
) -> None:
    sides = (cut(side, min(limit, LIMITS[stock])) for side in (front, back))
    said = print_any(tmp_path_factory.mktemp("any"), stock, *sides)
    assert not said or said.startswith("content/small/cards.csv:2: the "), said
    assert not said or "does not fit" in said, said
