"""Flashcards as a user builds them: what is said, what lies where, what a refusal leaves."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner, Result
from small_bank import lay
from test_validators import STANDARDS, verapdf  # noqa: F401  # a fixture

from pharmdocs.build import Request
from pharmdocs.cli import main
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.project import find_project
from pharmdocs.wording import words

# With the two questions of the small bank, seven cards; every plain face has a word of its own.
PLAIN = ["c1", "c2", "c3", "c4", "c5"]
IDS = ["Q01", "Q02", *PLAIN]
HEAD = "id,front,back,category,tags\n"
ROWS = HEAD + "".join(f"{card},ask{card},tell{card},safety,\n" for card in PLAIN)
OLD = b"the last good build"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["build", "flashcards", *arguments], catch_exceptions=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with seven cards, and a file from the last good build."""
    lay(tmp_path)
    write(tmp_path, ROWS)
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "flashcards.pdf").write_bytes(OLD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(project: Path, rows: str) -> None:
    (project / "content" / "small" / "cards.csv").write_text(rows, encoding="utf-8")


def refused(project: Path, code: int, *arguments: str) -> str:
    """What is said about a build that fails; the old file and nothing else is left."""
    before = sorted(project.rglob("*"))
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert sorted(project.rglob("*")) == before
    assert (project / "output" / "flashcards.pdf").read_bytes() == OLD
    return result.stderr


def told(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def built(project: Path, *arguments: str) -> list[dict[str, Any]]:
    """The manifest's rows of a build that goes well."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    rows: list[dict[str, Any]] = told(project / "output" / "flashcards.manifest.json")["faces"]
    return rows


def texts(path: Path) -> list[str]:
    """The text layer of every page."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


# What a build says and writes ---------------------------------------------------------------------


def test_the_interview_bank_is_twenty_five_cards(project: Path) -> None:
    result = run("--bank", "interview")
    assert result.exit_code == 0, result.output
    path, cards, fits, hint = result.stdout.splitlines()
    assert path == "output/flashcards.pdf"
    assert cards == "  25 cards on 9 sheets of index-3x5-letter"
    assert fits.startswith("  faces: ")
    assert sum(map(int, re.findall(r"\d+", fits))) == 50
    assert hint == "  print: Letter, 100 %, both sides, flip on the long edge"
    rows = told(project / "output" / "flashcards.manifest.json")["faces"]
    assert sorted(row["id"] for row in rows[::2]) == [f"q{number:02}" for number in range(1, 26)]


def test_the_small_bank_is_told_in_four_lines(project: Path) -> None:
    result = run()
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        "output/flashcards.pdf",
        "  7 cards on 3 sheets of index-3x5-letter",
        "  faces: 14 as set",
        "  print: Letter, 100 %, both sides, flip on the long edge",
    ]
    names = {file.name for file in (project / "output").iterdir()}
    assert names == {"flashcards.manifest.json", "flashcards.pdf"}


def test_the_manifest_has_a_row_for_every_face(project: Path) -> None:
    """Three cards lie on a sheet, and each back behind its front."""
    places = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1)]
    due = [
        (card.lower(), side, face, *place)
        for card, place in zip(IDS, places, strict=True)
        for side, face in (("front", "recto"), ("back", "verso"))
    ]
    rows = built(project)
    keys = ("id", "side", "face", "sheet", "slot")
    assert [tuple(row[key] for key in keys) for row in rows] == due
    assert {(row["rung"], row["size"]) for row in rows} == {("as set", 11.0)}
    assert min(row["spare"] for row in rows) >= 0


def test_a_changed_text_changes_the_hash_of_its_face_alone(project: Path) -> None:
    old = built(project)
    before = told(project / "output" / "flashcards.manifest.json")["inputs"]
    write(project, ROWS.replace("tellc3", "said otherwise"))
    new = built(project)
    after = told(project / "output" / "flashcards.manifest.json")["inputs"]
    changed = [now for was, now in zip(old, new, strict=True) if was["hash"] != now["hash"]]
    assert [(row["id"], row["side"]) for row in changed] == [("c3", "back")]
    assert [name for name in before if before[name] != after[name]] == ["content/small/cards.csv"]


def test_two_folders_give_the_same_bytes(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("another folder")
    lay(other)
    write(other, ROWS)
    for folder in (project, other):
        monkeypatch.chdir(folder)
        assert run("--shuffle", "x").exit_code == 0
    for name in ("flashcards.pdf", "flashcards.manifest.json"):
        assert (project / "output" / name).read_bytes() == (other / "output" / name).read_bytes()


@pytest.mark.parametrize(
    ("paper", "stock", "sheets", "size"),
    [("letter", "index-3x5-letter", 3, (612, 792)), ("a4", "a7-a4", 1, (595.28, 841.89))],
)
def test_each_paper_has_a_stock_of_its_own(
    project: Path, paper: str, stock: str, sheets: int, size: tuple[float, float]
) -> None:
    said = json.loads(run("--paper", paper, "--json").stdout)
    assert (said["stock"], said["sheets"], said["cards"]) == (stock, sheets, 7)
    with pikepdf.open(project / "output" / "flashcards.pdf") as pdf:
        box = pdf.pages[0].mediabox
        assert (float(box[2]), float(box[3])) == pytest.approx(size, abs=0.01)


# What is refused ----------------------------------------------------------------------------------


def test_a_stock_misspelt_is_usage(project: Path) -> None:
    said = refused(project, 2, "--stock", "avery-537")
    assert "there is no stock `avery-537`\n    fix: did you mean " in said
    assert "`avery-5371`" in said


def test_a_stock_of_another_paper_is_usage(project: Path) -> None:
    said = refused(project, 2, "--stock", "a7-a4", "--paper", "letter")
    assert "a7-a4 is a sheet of a4, not of letter\n    fix: leave --paper out, or choose" in said
    assert "index-3x5-letter" in said
    assert "poker-a4" not in said


@pytest.mark.parametrize(("stock", "slots"), [("index-3x5-letter", 3), ("avery-5371", 10)])
def test_a_start_past_the_sheet_is_usage(project: Path, stock: str, slots: int) -> None:
    said = refused(project, 2, "--stock", stock, "--start", str(slots + 1))
    assert f"`--start {slots + 1}`: {stock} has {slots} slots\n    fix: " in said
    assert f"name a slot from 1 to {slots}" in said


def test_a_start_on_a_single_card_is_usage(project: Path) -> None:
    said = refused(project, 2, "--stock", "single-3x5", "--start", "2")
    assert "`--start 2`: single-3x5 has 1 slot\n    fix: leave --start out" in said


def test_an_empty_selection_is_usage(project: Path) -> None:
    assert "--only: `c9` matches nothing\n    fix: " in refused(project, 2, "--only", "c9")


def test_an_empty_back_is_content(project: Path) -> None:
    write(project, ROWS.replace("tellc2", " "))
    assert "content/small/cards.csv:3: the back is empty\n    fix: " in refused(project, 3)


@pytest.mark.parametrize(
    ("stock", "works"),
    [("avery-5389", "eight-up-letter"), ("single-3x5", "eight-up-letter or a7-a4")],
)
def test_a_stock_that_cannot_be_folded_is_setup(project: Path, stock: str, works: str) -> None:
    said = refused(project, 4, "--stock", stock, "--duplex", "fold")
    assert f"{stock} cannot be folded: no two of its cards lie side by side" in said
    assert f"fix: print on another stock: --stock {works}" in said


def test_a_back_too_long_for_nine_cards_is_layout(project: Path) -> None:
    write(project, HEAD + f"long,ask,{'word ' * 2000},safety,\n")
    said = refused(project, 5, "--stock", "avery-5371", "--only", "long")
    assert "content/small/cards.csv:2: the back does not fit even on 9 cards: " in said


def test_strict_refuses_smaller_type_by_its_place(project: Path) -> None:
    """Of 40 words and of 80, only the longer text needs smaller type."""
    texts = {size: " ".join(f"word{at:03}" for at in range(size)) for size in (40, 80)}
    rows = [f"t{size},ask,{text},safety,\n" for size, text in texts.items()]
    write(project, HEAD + "".join(rows))
    said = refused(project, 5, "--stock", "avery-5371", "--strict")
    assert re.search(r"content/small/cards\.csv:3: the back of t80 is smaller, not as set", said)
    assert "cards.csv:2" not in said
    assert "the front" not in said


def test_strict_lets_faces_with_room_pass(project: Path) -> None:
    assert {row["rung"] for row in built(project, "--strict")} == {"as set"}


# Every stock of the table, turned every way -------------------------------------------------------

# How many cards lie on a sheet, and how many when it is folded.
ROOM = {
    "index-3x5-letter": (3, 1),
    "avery-5371": (10, 5),
    "a7-a4": (8, 4),
    "poker-a4": (9, 3),
    "single-3x5": (1, 0),
}
# Which faces the pages of a file show, again and again, and what the printer is told.
TURNED = {
    "long-edge": ({"": ["front", "back"]}, "/DuplexFlipLongEdge"),
    "short-edge": ({"": ["front", "back"]}, "/DuplexFlipShortEdge"),
    "manual": ({"-fronts": ["front"], "-backs": ["back"]}, "/Simplex"),
    "fold": ({"": ["both"]}, "/Simplex"),
    "none": ({"": ["front"]}, "/Simplex"),
}


@pytest.mark.parametrize("duplex", TURNED)
@pytest.mark.parametrize("stock", ROOM)
def test_every_stock_turned_every_way(project: Path, stock: str, duplex: str) -> None:
    """Pages, bookmarks, what the printer is told, and every word on its own face."""
    files, edge = TURNED[duplex]
    per = ROOM[stock][duplex == "fold"]
    if per == 0:
        refused(project, 4, "--stock", stock, "--duplex", duplex)
        return
    result = run("--stock", stock, "--duplex", duplex, "-o", "c.pdf")
    assert result.exit_code == 0, result.output
    names = {f"c{name}.pdf" for name in files} | ({"c-how-to.pdf"} if duplex == "manual" else set())
    assert {file.name for file in project.glob("*.pdf")} == names
    piles = [IDS[at : at + per] for at in range(0, len(IDS), per)]
    for name, shown in files.items():
        faces = [(pile, side) for pile in piles for side in shown]
        path = project / f"c{name}.pdf"
        assert titles(path) == [
            f"Sheet {piles.index(pile) + 1} {'back' if side == 'back' else 'front'}: {span(pile)}"
            for pile, side in faces
        ]
        assert preferences(path) == (True, "/None", edge)
        assert [own(text) for text in texts(path)] == [due(pile, side) for pile, side in faces]


def titles(path: Path) -> list[str]:
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        return [item.title for item in outline.root]


def preferences(path: Path) -> tuple[bool, str, str]:
    with pikepdf.open(path) as pdf:
        said = pdf.Root.ViewerPreferences
        return bool(said.PickTrayByPDFSize), str(said.PrintScaling), str(said.Duplex)


def span(pile: list[str]) -> str:
    return pile[0] if len(pile) == 1 else f"{pile[0]}–{pile[-1]}"


def own(text: str) -> Counter[str]:
    """The words of a page that stand on one kind of face only."""
    kept = {"check", "Ask", *(f"{kind}{card}" for kind in ("ask", "tell") for card in PLAIN)}
    return Counter({word: count for word, count in words([text]).items() if word in kept})


def due(pile: list[str], side: str) -> Counter[str]:
    """A question says "check" in front; its last point behind it is "Ask"."""
    found: Counter[str] = Counter()
    for card in pile:
        if side != "back":
            found["check" if card[0] == "Q" else f"ask{card}"] += 1
        if side != "front":
            found["Ask" if card[0] == "Q" else f"tell{card}"] += 1
    return found


# Other people's programs --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file in color and one in black, of both sides, on letter."""
    found = {}
    for ink in ("full", "black"):
        root = tmp_path_factory.mktemp(ink)
        lay(root)
        write(root, ROWS)
        request = Request(find_project(root), ink=ink)
        found[ink] = build_flashcards(request, Cards(jobs=1)).paths[0]
    return found


@pytest.mark.system
@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("ink", ["full", "black"])
def test_verapdf_finds_no_fault(
    printed: dict[str, Path],
    verapdf: Callable[[str, Path], str],  # noqa: F811
    ink: str,
    standard: str,
) -> None:
    assert verapdf(standard, printed[ink]) == f"PASS\t{standard}\t{printed[ink]}\n"
