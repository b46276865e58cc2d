"""The booklet to fold and the brief one, as a user builds them, read from the finished files."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner, Result
from small_bank import lay

from pharmdocs.booklet import BookletResult
from pharmdocs.cli import main
from pharmdocs.folding import dealt, too_thick
from pharmdocs.geometry import Size
from pharmdocs.typesetting.typeset import Page

CONTENT = Path(__file__).parent.parent / "content/interview"
MM = 72 / 25.4
PAPERS = {"letter": (279.4, 215.9), "a4": (297.0, 210.0)}

Build = Callable[..., BookletResult]


def half_pages(path: Path) -> list[str]:
    """The words of every half of every face: left, right, in the order of printing."""
    found = []
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            for left, right in ((0, width / 2 - 10), (width / 2 + 10, width)):
                found.append(text.get_text_bounded(left, 0, right, height))
    return found


def leafed(path: Path) -> list[str]:
    """The words of every page in the order in which the leaves are turned; bound at the left."""
    halves = half_pages(path)
    sheets = [halves[at : at + 4] for at in range(0, len(halves), 4)]
    going_in = [text for sheet in sheets for text in (sheet[1], sheet[2])]
    return going_in + [text for sheet in reversed(sheets) for text in (sheet[3], sheet[0])]


def squash(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


@pytest.mark.parametrize("paper", PAPERS)
def test_the_brief_booklet_is_four_sheets_and_reads_in_order(booklets: Build, paper: str) -> None:
    """Cover, contents, 25 questions on 13 pages, back cover; folios are the pages one turns."""
    result = booklets(paper, edition="fold", brief=True)
    assert (result.pages, result.sheets, result.concerns) == (16, 4, ())
    pages = leafed(result.path)
    assert "The Pharmacy" in pages[0]
    assert "Contents" in pages[1]
    assert "This booklet helps you prepare" in pages[15]
    for number, text in enumerate(pages[1:15], 2):
        assert re.search(rf"^\s*{number}\s*$", text, re.M), text
    found = [re.findall(r"^Q\d\d(?=\s*$)", text, re.M) for text in pages[2:15]]
    assert [len(ids) for ids in found] == [2] * 12 + [1]
    assert sorted(id_ for ids in found for id_ in ids) == [
        f"Q{number:02}" for number in range(1, 26)
    ]


@pytest.mark.parametrize("asked", [{"edition": "fold"}, {"edition": "screen"}])
def test_the_brief_booklet_has_every_question_its_reason_and_its_card_points(
    booklets: Build, asked: dict[str, str]
) -> None:
    result = booklets("letter", brief=True, **asked)
    assert result.pages <= 16
    text = squash(
        " ".join(leafed(result.path) if asked["edition"] == "fold" else whole(result.path))
    )
    for path in sorted(CONTENT.glob("q*.md")):
        source = path.read_text(encoding="utf-8")
        sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", source, re.M | re.S))
        (title,) = re.findall(r"^title: (.+)$", source, re.M)
        points = re.findall(r"^- (.+)$", sections["Card points"], re.M)
        assert 3 <= len(points) <= 5
        for said in (title, sections["Why they ask"], *points):
            assert squash(re.sub(r"\]\(#[\w-]+\)", "", said)) in text, said
        assert squash(sections["Pitfall"]) not in text


def whole(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_the_brief_booklet_on_screen_has_two_or_three_questions_a_page(booklets: Build) -> None:
    pages = whole(booklets("letter", brief=True).path)[2:]
    found = [len(re.findall(r"^Q\d\d\s*$", text, re.M)) for text in pages]
    assert set(found[:-1]) <= {2, 3}
    assert sum(found) == 25


@pytest.mark.system
def test_the_whole_booklet_reads_in_order_and_is_too_thick(booklets: Build) -> None:
    result = booklets("letter", edition="fold")
    assert result.pages == 4 * result.sheets > 4 * 15
    (concern,) = result.concerns
    assert re.search(rf"{result.sheets} sheets are too thick to staple.*\n.*--brief", concern)
    pages = leafed(result.path)
    folios = [re.findall(rf"^\s*{number}\s*$", text, re.M) for number, text in enumerate(pages, 1)]
    assert [number for number, found in enumerate(folios, 1) if not found] == [1, result.pages]


@pytest.mark.parametrize(
    "asked",
    [("letter", True), ("a4", True), pytest.param(("letter", False), marks=pytest.mark.system)],
)
def test_pages_are_half_the_paper_and_text_keeps_off_the_fold(
    booklets: Build, asked: tuple[str, bool]
) -> None:
    """No text from 2 to 16 mm off the fold: inner margins are 20, and creep takes up to 3."""
    paper, brief = asked
    wide, high = PAPERS[paper]
    fold = wide / 2
    with pypdfium2.PdfDocument(booklets(paper, edition="fold", brief=brief).path) as document:
        for page in document:
            assert page.get_size() == pytest.approx((wide * MM, high * MM), abs=0.01)
            text = page.get_textpage()
            for left, right in ((fold - 16, fold - 2), (fold + 2, fold + 16)):
                assert text.get_text_bounded(left * MM, 0, right * MM, high * MM) == ""


@pytest.mark.parametrize(
    ("count", "brief", "said"), [(60, False, ""), (61, False, "--brief"), (61, True, "--only")]
)
def test_more_than_15_sheets_are_too_thick_to_staple(count: int, brief: bool, said: str) -> None:
    page = Page(Size(396, 612), "brief", (), (), {})
    concerns = too_thick(dealt([page] * count, "letter", 0.0, "left"), brief)
    assert [("16 sheets are too thick to staple" in it, said in it) for it in concerns] == (
        [(True, True)] if said else []
    )
    assert not brief or "--brief" not in concerns[0]


def test_only_the_pages_to_write_on_that_the_last_sheet_needs_are_laid_out() -> None:
    """Six pages and the back cover want one; two more are laid on no sheet."""
    pages = [
        Page(Size(396, 612), name, (), (), {}) for name in [*["main"] * 6, *["notes"] * 3, "cover"]
    ]
    fold = dealt(pages, "letter", 0.0, "left")
    assert fold.order == (0, 1, 2, 3, 4, 5, 6, 9)
    recto = fold.sheets[0].recto
    assert [it.page for it in recto.placements] == [9, 0]


def test_sheets_are_told_to_the_printer_and_to_the_reader(tmp_path: Path) -> None:
    lay(tmp_path)
    result = run("build", "booklet", "--edition", "fold", "--project", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "print: Letter, 100 %, both sides, flip on the short edge; fold, staple" in result.stdout
    path = tmp_path / "output/booklet-fold.pdf"
    with pikepdf.open(path) as document:
        assert str(document.Root.ViewerPreferences.Duplex) == "/DuplexFlipShortEdge"
        labels = [str(page.label) for page in document.pages]
        count = 2 * len(labels)
        assert labels[:3] == [f"{count}, 1", f"2, {count - 1}", f"{count - 2}, 3"]
    told = json.loads(path.with_name("booklet-fold.manifest.json").read_text(encoding="utf-8"))
    assert told["options"]["edition"] == "fold"
    assert told["options"]["caliper"] == 0.1


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def test_bound_at_the_right_the_cover_is_the_left_half(tmp_path: Path) -> None:
    lay(tmp_path)
    words = ("--edition", "fold", "--brief", "--binding", "right", "--project", str(tmp_path))
    assert run("build", "booklet", *words).exit_code == 0
    halves = half_pages(tmp_path / "output/booklet-brief-fold.pdf")
    assert "Question booklet" in halves[0]
    assert "Contents" in halves[3]
    # The folio of page 2, which now lies right, stands at its outer edge.
    with pypdfium2.PdfDocument(tmp_path / "output/booklet-brief-fold.pdf") as document:
        text = document[1].get_textpage()
        at = text.get_text_range().rindex("2")
        assert text.get_charbox(at)[0] > (139.7 + 100) * MM


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--edition", "fold", "--caliper", "5cm"),
            "error: --caliper: a sheet of 50 mm is thicker than any paper that folds\n"
            "    fix: measure one sheet, or ten and divide:"
            " office paper has 0.1mm (80 g) to 0.13mm\n",
        ),
        (
            ("--caliper", "0.1mm", "--binding", "left"),
            "error: --caliper is about sheets that are folded\n    fix: add --edition fold\n"
            "error: --binding is about sheets that are folded\n    fix: add --edition fold\n",
        ),
    ],
)
def test_what_cannot_be_folded_is_said_in_one_message(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    lay(tmp_path)
    result = run("build", "booklet", *words, "--project", str(tmp_path))
    assert (result.exit_code, result.stderr) == (2, said)
    assert not (tmp_path / "output").exists()


def test_a_bank_of_cards_has_no_brief_booklet(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    for path in folder.glob("q*.md"):
        path.unlink()
    (folder / "cards.csv").write_text(
        "id,front,back,category,tags\nc1,q.d.,daily,safety,\n", encoding="utf-8"
    )
    result = run("build", "booklet", "--brief", "--project", str(tmp_path))
    assert result.exit_code == 2
    assert "has only cards" in result.stderr
