"""Packages for Anki: what is in them, and that the real Anki updates and never doubles."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pharmdocs.bank.exchange.anki import Look, to_anki
from pharmdocs.bank.exchange.note import Deck, Note, deck_of
from pharmdocs.bank.load import load_bank
from pharmdocs.bank.model import Category
from pharmdocs.cli import main

ROOT = Path(__file__).resolve().parent.parent
SAFETY = Category("safety", "Safety at the bench", "triangle", "#8a3a12", "")
NOTES = (
    Note("q01", "What is **BID**?", "Twice a day\n\n- morning\n- evening", "safety", ("sig",)),
    Note("q02", "What is 5 < 6?", "true & plain ![A jar](jar.png) [Q01](#q01)", "safety"),
)
DECK = Deck("sig", "Sig Codes", "en-US", (SAFETY,), NOTES)
MOMENT = 1_764_000_000.0


def packed(deck: Deck, moment: float) -> tuple[bytes, tuple[str, ...]]:
    names = ("front.html", "back.html", "style.css")
    parts = ((ROOT / "templates/anki" / name).read_text(encoding="utf-8") for name in names)
    return to_anki(deck, Look(*parts), moment)


def rows(data: bytes, query: str, folder: Path) -> list[tuple[Any, ...]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (folder / "c.anki2").write_bytes(archive.read("collection.anki2"))
    base = sqlite3.connect(folder / "c.anki2")
    try:
        return list(base.execute(query))
    finally:
        base.close()


def test_a_note_has_its_faces_its_category_and_its_tags(tmp_path: Path) -> None:
    data, left = packed(DECK, MOMENT)
    first, second = rows(data, "select flds, tags from notes order by flds", tmp_path)
    fields = first[0].split("\x1f")
    assert fields[0] == "Q01"
    assert fields[1] == "<p>What is <strong>BID</strong>?</p>"
    assert fields[2].replace("\n", "") == (
        "<p>Twice a day</p><ul><li>morning</li><li>evening</li></ul>"
    )
    assert fields[3:] == ["Safety at the bench", "▲", "#8a3a12"]
    assert first[1].split() == ["sig::safety", "sig"]
    assert second[0].split("\x1f")[1:3] == [
        "<p>What is 5 &lt; 6?</p>", "<p>true &amp; plain A jar Q01</p>",
    ]  # fmt: skip
    assert left == ("the picture jar.png of q02: its description stands there",)


def test_it_is_the_same_byte_for_byte_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Whatever the time zone, the folder for temporary files, and the order of hashes."""
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); from test_anki import *\n"
        "print(hashlib.sha256(packed(DECK, MOMENT)[0]).hexdigest())"
    )
    found = set()
    for seed, zone in (("0", "UTC"), ("7", "Pacific/Auckland")):
        place = tmp_path / seed
        place.mkdir()
        around = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "TMPDIR": str(place)}
        command = [sys.executable, "-c", code, str(Path(__file__).parent)]
        done = subprocess.run(command, env=around, capture_output=True, text=True, check=True)
        found.add(done.stdout)
        assert list(place.iterdir()) == []
    assert len(found) == 1


def test_ids_are_those_of_the_bank_and_the_card(tmp_path: Path) -> None:
    """Another text or another title is the same note; another bank is another one."""
    query = "select guid, mid from notes order by flds"
    before = rows(packed(DECK, MOMENT)[0], query, tmp_path)
    other = replace(DECK, title="New", notes=(replace(NOTES[0], front="x"), NOTES[1]))
    assert rows(packed(other, MOMENT + 9)[0], query, tmp_path) == before
    assert not {*rows(packed(replace(DECK, name="b"), MOMENT)[0], query, tmp_path)} & {*before}


@pytest.mark.parametrize("bank", ["interview", "sig-codes"])
def test_our_banks_go_along_whole(bank: str, tmp_path: Path) -> None:
    path = ROOT / "content" / bank
    deck = deck_of(load_bank(path, f"content/{bank}"))
    found = rows(packed(deck, MOMENT)[0], "select flds from notes", tmp_path)
    assert len(found) == len(deck.notes)
    assert all(all(row[0].split("\x1f")) for row in found)


def test_the_command_says_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["bank", "export", "--bank", "sig-codes", "--format", "anki"])
    assert done.exit_code == 0, done.output
    assert "sig-codes.apkg: 70 cards" in done.stdout
    assert zipfile.is_zipfile("output/sig-codes.apkg")


# The real one -------------------------------------------------------------------------------------

STUDY = """
import json, sys
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

folder, *packages = sys.argv[1:]
col = Collection(folder + "/collection.anki2")
told = []

def bring(package):
    options = ImportAnkiPackageOptions(with_scheduling=False)
    col.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=options))

def state():
    notes = [col.get_note(id) for id in col.find_notes("")]
    return {
        "fronts": sorted(note["Front"] for note in notes),
        "tags": sorted({tag for note in notes for tag in note.tags}),
        "studied": len(col.find_cards("prop:reps>0")),
        "reviews": col.db.scalar("select count() from revlog"),
        "decks": [deck.name for deck in col.decks.all_names_and_ids()],
    }

bring(packages[0])
told.append(state())
deck = col.decks.id("Sig Codes")
col.decks.select(deck)
card = col.sched.getCard()
told.append({"question": card.question(), "answer": card.answer()})
col.sched.answerCard(card, 3)
told.append(state())
bring(packages[1])
told.append(state())
told.append(col.get_card(card.id).reps)
col.close()
print(json.dumps(told))
"""


@pytest.mark.system
def test_anki_updates_a_note_keeps_its_history_and_doubles_nothing(tmp_path: Path) -> None:
    """Imported, one card studied, a question changed, exported and imported again."""
    changed = replace(DECK, notes=(replace(NOTES[0], front="What does BID mean?"), NOTES[1]))
    packages = []
    for number, deck in enumerate((DECK, changed)):
        packages.append(str(tmp_path / f"{number}.apkg"))
        Path(packages[-1]).write_bytes(packed(deck, MOMENT + 60 * number)[0])
    command = [sys.executable, "-c", STUDY, str(tmp_path), *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, card, studied, after, reps = json.loads(done.stdout)
    assert first["fronts"] == ["<p>What is 5 &lt; 6?</p>", "<p>What is <strong>BID</strong>?</p>"]
    assert first["tags"] == ["sig", "sig::safety"]
    assert "Sig Codes" in first["decks"]
    assert "Safety at the bench" in card["question"]
    assert "▲" in card["question"]
    assert 'id="answer"' in card["answer"]
    assert (studied["studied"], studied["reviews"]) == (1, 1)
    assert after["fronts"] == ["<p>What does BID mean?</p>", "<p>What is 5 &lt; 6?</p>"]
    assert (after["studied"], after["reviews"], reps) == (1, 1, 1)
