"""The booklet to fold and the brief one, as a user builds them, read from the finished files."""

import ctypes
import json
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import tag_tree
from click.testing import CliRunner, Result
from PIL import ImageChops
from pypdfium2 import raw
from small_bank import lay

from pharmdocs.booklet import BookletResult
from pharmdocs.cli import main
from pharmdocs.folding import dealt, too_thick
from pharmdocs.geometry import Size
from pharmdocs.typesetting.typeset import Page

CONTENT = Path(__file__).parent.parent / "content/interview"
MM = 72 / 25.4
PAPERS = {"letter": (279.4, 215.9), "a4": (297.0, 210.0)}
BRIEF = [("letter", "full"), ("a4", "black")]

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


@pytest.mark.system
@pytest.mark.parametrize(("paper", "ink"), BRIEF)
def test_the_brief_booklet_is_four_sheets_and_reads_in_order(
    booklets: Build, paper: str, ink: str
) -> None:
    """Cover, contents, 25 questions on 13 pages, back cover; folios are the pages one turns."""
    result = booklets(paper, ink, edition="fold", brief=True)
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


@pytest.mark.system
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
    [
        ("letter", True),
        pytest.param(("a4", True), marks=pytest.mark.system),
        pytest.param(("letter", False), marks=pytest.mark.system),
    ],
)
def test_pages_are_half_the_paper_and_text_keeps_off_the_fold(
    booklets: Build, asked: tuple[str, bool]
) -> None:
    """No text from 2 to 16 mm off the fold: inner margins are 20, and creep takes up to 3."""
    paper, brief = asked
    wide, high = PAPERS[paper]
    fold = wide / 2
    made = booklets(paper, dict(BRIEF)[paper], edition="fold", brief=brief)
    with pypdfium2.PdfDocument(made.path) as document:
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


@pytest.mark.parametrize(("paper", "ink"), BRIEF)
def test_the_lines_of_both_halves_lie_on_one_grid(booklets: Build, paper: str, ink: str) -> None:
    """Base lines of the 10 pt serif, in steps of 3.5 pt from the paper's upper edge."""
    heights = baselines(booklets(paper, ink, edition="fold", brief=True).path)
    assert len(heights) > 75
    assert len({round(height % 3.5, 1) for height in heights}) == 1


@pytest.mark.system
def test_the_lines_of_the_whole_booklet_lie_on_one_grid(booklets: Build) -> None:
    heights = baselines(booklets("letter", edition="fold").path)
    assert len(heights) > 1000
    assert len({round(height % 3.5, 1) for height in heights}) == 1


def baselines(path: Path) -> list[float]:
    """How far below the paper's edge each line of the text is written, half by half."""
    found = set()
    across, up, flags = ctypes.c_double(), ctypes.c_double(), ctypes.c_int()
    name = ctypes.create_string_buffer(80)
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document):
            width, height = page.get_size()
            text = page.get_textpage()
            for at in range(text.count_chars()):
                # The file counts in pixels of 0.75 pt: 10 pt are 13.33.
                if abs(raw.FPDFText_GetFontSize(text, at) - 13.333) > 0.01:
                    continue
                raw.FPDFText_GetFontInfo(text, at, name, len(name), ctypes.byref(flags))
                if b"Pharm-Serif" in name.value:
                    raw.FPDFText_GetCharOrigin(text, at, ctypes.byref(across), ctypes.byref(up))
                    right = across.value > width / 2
                    found.add((number, right, round(height - up.value, 2)))
    return [height for *_, height in found]


@pytest.mark.parametrize(("paper", "ink"), BRIEF)
def test_tags_survive_in_reading_order(booklets: Build, paper: str, ink: str) -> None:
    """On sheets page 16 lies beside page 1; read aloud, the questions follow the contents."""
    with pikepdf.open(booklets(paper, ink, edition="fold", brief=True).path) as document:
        assert tag_tree.faults(document) == []
        kinds = [str(element.S)[1:] for element, _ in tag_tree.elements(document)]
        heads = [kind for kind in kinds if re.fullmatch(r"H\d", kind)]
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
            below = [child.title for item in outline.root for child in item.children]
    # The title, the contents with its six groups, then six categories with their 25 questions.
    assert heads[:8] == ["H1", "H2", *["H3"] * 6]
    assert (heads[8:].count("H2"), heads[8:].count("H3")) == (6, 25)
    assert titles[:3] == ["The Pharmacy Technician Interview", "Contents", "● You and the team"]
    assert len(below) == 25


@pytest.mark.parametrize(("paper", "ink"), BRIEF)
def test_black_ink_folds_without_a_color(booklets: Build, paper: str, ink: str) -> None:
    with pypdfium2.PdfDocument(booklets(paper, ink, edition="fold", brief=True).path) as document:
        bands = [page.render().to_pil().convert("RGB").split() for page in document]
    colored = [any(ImageChops.difference(red, blue).histogram()[9:]) for red, _, blue in bands]
    assert colored == [ink == "full"] * 8


@pytest.mark.system
def test_verapdf_names_marks_that_are_no_artifacts(
    booklets: Build, verapdf: Callable[[str, Path], str], tmp_path: Path
) -> None:
    file = tmp_path / "faulty.pdf"
    with pikepdf.open(booklets("letter", edition="fold", brief=True).path) as document:
        content = document.pages[1].Contents.read_bytes()
        assert b"/Artifact BMC" in content
        document.pages[1].Contents.write(content.replace(b"/Artifact BMC", b"/Span BMC"))
        document.save(file)
    said = verapdf("ua1", file)
    assert said.startswith("FAIL")
    assert "7.1-3" in said
