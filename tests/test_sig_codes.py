"""The second bank: plain cards from one CSV file, with no code of its own.

What must not be written is held against lists that are typed here, from their publishers.
"""

import csv
import re
from pathlib import Path

import pytest
from card_builds import run, texts, told
from click.testing import CliRunner

from pharmdocs.cli import main

FILE = Path(__file__).parent.parent / "content" / "sig-codes" / "cards.csv"
with FILE.open(encoding="utf-8", newline="") as opened:
    CARDS = list(csv.DictReader(opened))
AVOID = [card for card in CARDS if card["category"] == "avoid"]
# The Joint Commission's official list, whole.
JOINT_COMMISSION = ["U", "u", "IU", "QD", "q.d.", "QOD", "q.o.d.", "1.0 mg", ".5 mg", "MS", "MSO4",
                    "MgSO4"]  # fmt: skip
ERROR_PRONE = ["µg", "cc", "AD", "AS", "AU", "OD", "OS", "OU", "HS", "SC", "SQ", "D/C", "UD"]


def codes(cards: list[dict[str, str]]) -> list[str]:
    return [code for card in cards for code in card["front"].removeprefix("⚠ ").split(", ")]


def test_there_are_about_sixty_cards() -> None:
    assert 55 <= len(CARDS) <= 70
    assert len(set(codes(CARDS))) == len(codes(CARDS))


def test_what_must_not_be_written_is_marked_on_both_sides() -> None:
    """By a sign and by words, so that a black printer and a reader aloud tell it as well."""
    for card in AVOID:
        assert card["front"].startswith("⚠ ")
        assert re.match(r"\*\*Do not use\*\*.*\((Joint Commission|ISMP)\)", card["back"])
        assert re.search(r"Write .*\*\*", card["back"])
    others = [card for card in CARDS if card not in AVOID]
    assert [card["id"] for card in others if re.search("⚠|[Dd]o not use", str(card))] == []


def test_the_lists_of_what_must_not_be_written_are_there() -> None:
    official = [card for card in AVOID if "(Joint Commission)" in card["back"]]
    assert codes(official) == JOINT_COMMISSION
    assert set(ERROR_PRONE) <= set(codes(AVOID))


def test_no_other_card_writes_what_must_not_be_written() -> None:
    never = "|".join(re.escape(code) for code in JOINT_COMMISSION + ERROR_PRONE)
    for card in CARDS:
        said = f"{card['front']} {card['back']}"
        written = said.partition("Write ")[2] if card in AVOID else said
        assert not re.search(rf"(?<!\w)({never})(?!\w)", re.sub(r"\d\.\d", "0", written))
        assert not re.search(r"\d\.0\b|(?<!\d)\.\d|\d(mg|mcg|g|mL)\b", written)


def test_each_code_has_a_business_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("--bank", "sig-codes", "--stock", "avery-5371", "--strict")
    assert result.exit_code == 0, result.output
    rows = told(tmp_path / "output" / "flashcards.manifest.json")["faces"]
    assert sorted({row["id"] for row in rows}) == sorted(card["id"] for card in CARDS)
    fronts = texts(tmp_path / "output" / "flashcards.pdf")
    assert len(fronts) == 2 * -(-len(CARDS) // 10)
    assert "⚠ QD" in " ".join(fronts[0].split())


def test_the_booklet_is_a_reference_of_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short tables share a page, long ones begin on their own, and the sources stand in it."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["build", "booklet", "--bank", "sig-codes"])
    assert done.exit_code == 0, done.output
    pages = [" ".join(page.split()) for page in texts(tmp_path / "output" / "booklet.pdf")]
    assert "The Joint Commission: Official “Do Not Use” List" in pages[1]
    # The bank's own words head the columns.
    assert 1 <= sum("Code Meaning" in page for page in pages) <= 5
    assert not any("Front Back" in page for page in pages)
    assert [page for page in pages if "mEq milliequivalent" in page and "ODT orally" in page]


def test_a_dose_stays_on_one_line() -> None:
    """Between a number and its unit stands a no-break space; a front is one line anyway."""
    for card in CARDS:
        assert not re.search(r"\d (mg|mcg|g|kg|mL|L|hours?|PM)\b", card["back"])
