"""A deck in many lifts is the deck in one: the same pictures, words, tags, bookmarks.

Read with another engine than wrote it.
"""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import tag_tree
from card_builds import HEAD, lay_cards, numbered, refused, run
from test_press import spoken

from pharmdocs.imposition.collate import collate
from pharmdocs.imposition.leaf import Leaf
from pharmdocs.imposition.press import press
from pharmdocs.imposition.schemes import Sheet

ROWS = HEAD + "".join(f"k{at:02},ask{at:02},tell{at:02},safety,\n" for at in range(1, 21))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two questions and twenty plain cards, one of which goes on to another."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "project"
    root.mkdir()
    lay_cards(root, ROWS + f"long,ask,{numbered(250)},safety,\n")
    monkeypatch.chdir(root)
    return root


def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few cards a lift."""
    monkeypatch.setattr("pharmdocs.typesetting.setting._CHUNK", 6)


@pytest.mark.system
@pytest.mark.parametrize(
    "asked",
    [
        ("--stock", "index-3x5-letter"),
        ("--stock", "avery-5371", "--duplex", "short-edge", "--order", "stack"),
        ("--stock", "index-3x5-letter", "--duplex", "manual", "--start", "2"),
        ("--stock", "eight-up-letter", "--duplex", "fold"),
        ("--stock", "poker-letter", "--duplex", "none", "--order", "stack", "--start", "5"),
        ("--stock", "avery-5389", "--with-dividers", "--shuffle", "x"),
    ],
    ids=lambda asked: asked[1],
)
def test_many_lifts_make_the_same_deck(
    project: Path, monkeypatch: pytest.MonkeyPatch, asked: Sequence[str]
) -> None:
    one = made(project, "one", asked)
    small(monkeypatch)
    many = made(project, "many", asked)
    assert [seen(pdf) for pdf in many] == [seen(pdf) for pdf in one]
    assert [listed(pdf) for pdf in many] == [listed(pdf) for pdf in one]
    assert [sorted(spoken(pdf)) for pdf in many] == [sorted(spoken(pdf)) for pdf in one]
    for pdf in many:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert tag_tree.faults(document) == []


def made(project: Path, name: str, asked: Sequence[str]) -> list[bytes]:
    """The sheets of a build; the page on how to print them is not among them."""
    result = run(*asked, "-o", str(project / name / "deck.pdf"))
    assert result.exit_code == 0, result.output
    paths = sorted((project / name).glob("*.pdf"))
    return [path.read_bytes() for path in paths if "how-to" not in path.name]


def seen(pdf: bytes) -> list[tuple[bytes, str]]:
    """Each page as a picture, and its text."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture = page.render(scale=0.7).to_pil().tobytes()
            found.append((picture, page.get_textpage().get_text_bounded()))
    return found


def listed(pdf: bytes) -> list[tuple[str, list[str]]]:
    """The bookmarks."""
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        return [(item.title, [kid.title for kid in item.children]) for item in outline.root]


def test_a_place_is_told_by_the_page_of_the_whole(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight lifts of three cards, a sheet each: a dot too near to the edge on each back."""
    lay_again(project, ROWS)
    small(monkeypatch)
    broken(monkeypatch)
    result = run("--stock", "index-3x5-letter", "--no-cache")
    assert result.exit_code == 6
    for page in range(1, 17):
        assert (f"page {page}, 0 mm from the left" in result.stderr) is (page % 2 == 0)


def test_a_place_is_told_of_the_whole_lift_where_but_a_sheet_is_new(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two lifts of four sheets; the third sheet is edited, and the fourth one spoilt."""
    lay_again(project, ROWS)
    assert run("--stock", "index-3x5-letter").exit_code == 0
    lay_again(project, ROWS.replace("ask06", "ask otherwise"))
    broken(monkeypatch)
    result = run("--stock", "index-3x5-letter")
    assert result.exit_code == 6
    assert [at for at in range(1, 17) if f"page {at}, " in result.stderr] == [8]


def test_what_is_not_sound_is_not_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same build goes well as soon as its fault is mended."""
    lay_again(project, ROWS)
    with monkeypatch.context() as for_now:
        broken(for_now)
        assert run("--stock", "index-3x5-letter").exit_code == 6
    assert run("--stock", "index-3x5-letter").exit_code == 0


def test_sheets_in_another_order_do_not_leave(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What puts them together is broken, and all sheets are sound: nothing is written."""
    lay_again(project, ROWS)

    def turned(sheets: Sequence[Leaf], program: Callable[[str], bytes]) -> bytes:
        return collate(sheets[::-1], program)

    monkeypatch.setattr("pharmdocs.pressing.collate", turned)
    said = refused(project, 6, "--stock", "index-3x5-letter", "--no-cache")
    assert "all pages are others than those that were proved" in said


def lay_again(project: Path, rows: str) -> None:
    (project / "content/small/cards.csv").write_text(rows, encoding="utf-8")


def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the press draw a dot at the edge of the last page of all that it makes."""

    def wrong(pages: bytes, sheets: Sequence[Sheet], *others: Any) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(press(pages, sheets, *others))) as pdf:
            page = pdf.pages[-1]
            dot = b"\n/Artifact BMC 0 g 1 300 2 2 re f EMC\n"
            page.Contents = pdf.make_stream(page.Contents.read_bytes() + dot)
            pdf.save(out)
        return out.getvalue()

    monkeypatch.setattr("pharmdocs.imposition.press.press", wrong)
