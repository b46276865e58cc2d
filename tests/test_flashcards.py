"""Flashcards as a user builds them: what is said, what lies where, what a refusal leaves."""

import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest
from card_builds import (
    IDS,
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
from click.testing import Result

from pharmdocs.build import Request
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.geometry import mm
from pharmdocs.imposition.press import press
from pharmdocs.imposition.schemes import Face, Sheet
from pharmdocs.pool import each
from pharmdocs.project import find_project
from pharmdocs.typesetting.standing import Faces

STOCK = """\
bank = "small"

[stocks.labels]
sheet = "letter"
trim = ["90mm", "60mm"]
columns = 2
rows = 4
"""

# What a build says and writes ---------------------------------------------------------------------


def test_the_interview_bank_is_twenty_five_cards(interview_cards: Callable[[str], Path]) -> None:
    path = interview_cards("")
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 18
    rows = told(path.with_name(MANIFEST.name))["faces"]
    assert sorted(row["id"] for row in rows[::2]) == [f"q{number:02}" for number in range(1, 26)]
    assert told(path.with_name(MANIFEST.name))["options"]["stock"] == "index-3x5-letter"


class First(NamedTuple):
    """A build of the seven cards: what it said, and its folder."""

    said: Result
    folder: Path

    @property
    def manifest(self) -> Any:
        return told(self.folder / MANIFEST)

    @property
    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.manifest["faces"]
        return found


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> First:
    root = tmp_path_factory.mktemp("first")
    lay_cards(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return First(run(), root)


def test_the_small_bank_is_told_in_five_lines(first: First) -> None:
    assert first.said.stderr == ""
    assert first.said.stdout.splitlines() == [
        "output/flashcards.pdf",
        "  7 cards on 3 sheets of index-3x5-letter",
        "  faces: 14 as set",
        "  print: Letter, 100 %, both sides, flip on the long edge",
        # Seven cards fill two sheets of three, and one slot of the next.
        "  next time the last sheet goes on at --start 2",
    ]
    names = {file.name for file in (first.folder / "output").iterdir()}
    assert names == {"flashcards.manifest.json", "flashcards.pdf"}


def test_the_foot_of_a_card_is_text_and_not_its_source(first: First) -> None:
    """A back ends with the follow-up, which leads to another question by its name."""
    (back,) = (text for text in texts(first.folder / "output/flashcards.pdf") if "then" in text)
    assert back.count("“And then?” Q02") == back.count("“And then?” Q01") == 1


def test_signs_at_the_foot_of_a_card_are_those_that_were_written(project: Path) -> None:
    file = project / "content/small/q01.md"
    text = file.read_text(encoding="utf-8").replace("[accuracy]", '["A & B <c>"]')
    file.write_text(text, encoding="utf-8")
    assert run().exit_code == 0
    assert "A & B <c>" in texts(project / "output/flashcards.pdf")[0]


def test_the_manifest_has_a_row_for_every_face(first: First) -> None:
    """Three cards lie on a sheet, and each back behind its front."""
    places = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1)]
    due = [
        (card.lower(), side, face, *place)
        for card, place in zip(IDS, places, strict=True)
        for side, face in (("front", "recto"), ("back", "verso"))
    ]
    keys = ("id", "side", "face", "sheet", "slot")
    assert [tuple(row[key] for key in keys) for row in first.rows] == due
    assert {(row["rung"], row["size"]) for row in first.rows} == {("as set", 11.0)}


def test_room_to_spare_is_the_room_above_the_foot(first: First) -> None:
    """A card is 76.2 mm high and has 4 mm without ink at its foot; one line of 11 pt on a plain
    back is at most 20 mm from the top. Questions have less room than plain cards: they have a foot.
    """
    spare = {(row["id"], row["side"]): row["spare"] for row in first.rows}
    assert 76.2 - 4 - 20 < spare["c1", "back"] < 76.2 - 2 * 4
    assert spare["q01", "back"] < spare["c1", "back"] - 8
    assert spare["q01", "front"] != spare["q01", "back"]
    assert len({spare[card, "back"] for card in PLAIN}) == 1


def changed(first: First, project: Path) -> list[tuple[str, str]]:
    """The faces with another hash than in the first build."""
    pairs = zip(first.rows, built(project), strict=True)
    return [(now["id"], now["side"]) for was, now in pairs if was["hash"] != now["hash"]]


def test_a_changed_text_changes_the_hash_of_its_face_alone(first: First, project: Path) -> None:
    write(project, ROWS.replace("tellc3", "said otherwise"))
    assert changed(first, project) == [("c3", "back")]
    before, after = first.manifest["inputs"], told(project / MANIFEST)["inputs"]
    assert [name for name in before if before[name] != after[name]] == ["content/small/cards.csv"]


def test_a_changed_follow_up_changes_the_hash_of_its_back(first: First, project: Path) -> None:
    file = project / "content" / "small" / "q01.md"
    file.write_text(file.read_text().replace("And then?", "And before?"))
    assert changed(first, project) == [("q01", "back")]


def test_start_leaves_slots_empty(project: Path) -> None:
    """Two on the first sheet: c1 to c5 lie on the slots 3; 1, 2, 3; 1."""
    rows = built(project, "--start", "3", "--only", "c1-c5")
    places = [(row["sheet"], row["slot"]) for row in rows[::2]]
    assert places == [(1, 3), (2, 1), (2, 2), (2, 3), (3, 1)]
    assert [(row["sheet"], row["slot"]) for row in rows[1::2]] == places


@pytest.mark.system
def test_any_number_of_processes_gives_the_same_bytes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven cards in four parts, one of them set twice because a card in it goes on."""
    monkeypatch.setattr("pharmdocs.typesetting.setting._CHUNK", 4)
    jobs = []

    def count(work: Sequence[object], processes: int) -> None:
        if work and isinstance(work[0], Faces):
            jobs.append((len(work), processes))

    watch_each(monkeypatch, count)
    write(project, ROWS + f"long,ask,{numbered(250)},safety,\n")
    files = []
    for processes in ("1", "2", "3"):
        assert run("--stock", "single-3x5", "--jobs", processes, "--no-cache").exit_code == 0
        names = ("flashcards.pdf", "flashcards.manifest.json")
        files.append([(project / "output" / name).read_bytes() for name in names])
    assert files[0] == files[1] == files[2]
    assert jobs == [(4, 1), (1, 1), (4, 2), (1, 2), (4, 3), (1, 3)]


def watch_each(
    monkeypatch: pytest.MonkeyPatch, seen: Callable[[Sequence[object], int], None]
) -> None:
    """Tell what is dealt out to how many processes."""

    def watched(
        function: Callable[[Any], Any], arguments: Sequence[Any], jobs: int, **more: Any
    ) -> list[Any]:
        seen(arguments, jobs)
        return each(function, arguments, jobs, **more)

    monkeypatch.setattr("pharmdocs.typesetting.cache.each", watched)


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


def test_a_stock_that_does_not_fit_its_paper_is_setup(project: Path) -> None:
    own = STOCK.replace("columns = 2", "columns = 3")
    (project / "pharmdocs.toml").write_text(own, encoding="utf-8")
    said = refused(project, 4, "--stock", "labels")
    assert said.startswith("error: pharmdocs.toml:6: 3 columns of 90 mm: the cards take 270 mm")
    assert "54.1 mm too much\n    fix: columns = 2, or smaller cards\n" in said


def test_a_negative_gap_is_setup(project: Path) -> None:
    own = STOCK.replace("rows = 4", 'rows = 4\ngap = ["-1mm", "0mm"]')
    (project / "pharmdocs.toml").write_text(own, encoding="utf-8")
    said = refused(project, 4, "--stock", "labels")
    assert said == (
        "error: pharmdocs.toml:8: `gap` is -1mm, less than nothing\n"
        "    fix: cards cannot lie on each other: 0mm or more\n"
    )


def test_a_stock_of_your_own_is_printed_on(project: Path) -> None:
    (project / "pharmdocs.toml").write_text(STOCK, encoding="utf-8")
    result = run("--stock", "labels")
    assert result.exit_code == 0, result.output
    assert "7 cards on 1 sheet of labels" in result.stdout


@pytest.mark.parametrize(
    ("stock", "bleed", "said"),
    [
        ("avery-5371", "1mm", "have no gap between them\n    fix: leave it out"),
        ("avery-8373", "7mm", "stand 12.7 mm apart\n    fix: ask for 6.35mm at most"),
        ("avery-8373", "1", "`1` is not a length such as 63mm, 2.5in or 9pt"),
        ("avery-8373", "-1mm", "`-1mm` is less than nothing"),
    ],
)
def test_a_bleed_without_room_is_usage(project: Path, stock: str, bleed: str, said: str) -> None:
    assert said in refused(project, 2, "--stock", stock, "--back-bleed", bleed)


@pytest.mark.parametrize("start", ["0", "-1", "two"])
def test_a_start_that_is_no_slot_is_usage(project: Path, start: str) -> None:
    assert "Invalid value for '--start'" in refused(project, 2, "--start", start)


def test_a_start_that_leaves_no_pair_to_fold_is_usage(project: Path) -> None:
    said = refused(project, 2, "--stock", "a7-a4", "--duplex", "fold", "--start", "8")
    assert "a7-a4 has no two slots to fold from there on\n    fix: name a slot from 1 to 7" in said


# A build that goes wrong is refused ---------------------------------------------------------------

Sheets = Sequence[Sheet]


def shifted(sheets: Sheets) -> Sheets:
    """The first back lies two hundredths of a millimetre too far to the right."""
    [first, *others] = sheets
    assert first.verso
    back, *rest = first.verso.placements
    box = replace(back.box, left=back.box.left + mm(0.02))
    return [replace(first, verso=Face((replace(back, box=box), *rest))), *others]


def exchanged(sheets: Sheets) -> Sheets:
    """The first two backs lie behind each other's fronts."""
    [first, *others] = sheets
    assert first.verso
    if len(first.verso.placements) == 1:
        return sheets
    one, two, *rest = first.verso.placements
    swapped = replace(one, page=two.page), replace(two, page=one.page)
    return [replace(first, verso=Face((*swapped, *rest))), *others]


def upside_down(sheets: Sheets) -> Sheets:
    """The first back is turned as for another edge."""
    [first, *others] = sheets
    assert first.verso
    back, *rest = first.verso.placements
    return [replace(first, verso=Face((replace(back, turned=True), *rest))), *others]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (shifted, "the back of Q01 (sheet 1 back) lies +0.020 mm across and +0.000 mm down from"),
        (exchanged, "behind the front of Q01 (sheet 1 front) lies the back of Q02"),
        (upside_down, "the back of Q01 (sheet 1 back) stands on its head behind"),
    ],
)
def test_sheets_that_do_not_register_are_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Sheets], Sheets], said: str
) -> None:
    def wrong(pages: bytes, sheets: Sheets, *others: Any) -> bytes:
        return press(pages, change(sheets), *others)

    monkeypatch.setattr("pharmdocs.imposition.press.press", wrong)
    assert said in refused(project, 6, "--no-cache")


@pytest.mark.parametrize("duplex", ["long-edge", "manual"])
def test_every_check_of_every_file_is_heard(
    project: Path, monkeypatch: pytest.MonkeyPatch, duplex: str
) -> None:
    """Checks run side by side: a page without its text, and the backs that do not show an id."""

    def wrong(pages: bytes, sheets: Sheets, *others: Any) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(press(pages, sheets, *others))) as pdf:
            drawn = pikepdf.parse_content_stream(pdf.pages[-1])
            mute = [item for item in drawn if str(item.operator) != "TJ"]
            pdf.pages[-1].Contents = pdf.make_stream(pikepdf.unparse_content_stream(mute))
            pdf.docinfo["/Title"] = "Draft"
            pdf.save(out)
        return out.getvalue()

    monkeypatch.setattr("pharmdocs.imposition.press.press", wrong)
    said = refused(project, 6, "--duplex", duplex, "--no-cache")
    assert "the back of c5 (sheet 3 back) shows no id" in said
    assert "the file's title is not" in said
    # Two lifts, one of two sheets and one of the third.
    files = 2 if duplex == "manual" else 1
    assert said.count("words are missing from the finished file") == 2 * files
    assert re.search(r"missing from the finished file: .*tellc5", said)


# Other people's programs --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file in color and one in black, of both sides, on letter."""
    found = {}
    for ink in ("full", "black"):
        root = tmp_path_factory.mktemp(ink)
        lay_cards(root, ROWS + f"long,ask,{numbered(120)},safety,\n")
        request = Request(find_project(root), ink=ink)
        found[ink] = build_flashcards(request, Cards(jobs=1)).paths[0]
    return found


@pytest.mark.system
@pytest.mark.parametrize("ink", ["full", "black"])
def test_verapdf_finds_no_fault(
    printed: dict[str, Path], verapdf: Callable[[str, Path], str], ink: str
) -> None:
    file = printed[ink]
    assert verapdf("ua1,2a", file) == f"PASS\tua1\t{file}\nPASS\t2a\t{file}\n"
