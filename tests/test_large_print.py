"""Large print, as a user builds it: sizes, faces, colors and lines are read from the finished file.

What holds is what the American Printing House for the Blind and the ACB ask for: 18 pt, none below
14, no italics, no narrow type, nothing grey, words whole, room to write. pdfium reads the letters.
"""

import ctypes
import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pypdfium2
import pytest
import somebody
from card_builds import HEAD as HEAD_OF_CARDS
from card_builds import lay_cards, write
from click.testing import CliRunner, Result
from PIL import ImageChops
from pypdfium2 import raw
from small_bank import lay

from pharmdocs.cli import main

# All of it takes long.
pytestmark = pytest.mark.system

SPANISH = Path(__file__).parent / "spanish"
MM = 72 / 25.4


class Letter(NamedTuple):
    """One that shows something: its page from 0, size, face, color, and where it stands."""

    page: int
    sign: str
    size: float
    face: str
    color: tuple[int, int, int]
    left: float
    baseline: float


def letters(path: Path) -> list[Letter]:
    """Every letter of a file, in points from the upper left corner of its page."""
    return list(_letters(path))


def _letters(path: Path) -> Iterator[Letter]:
    across, up, flags = ctypes.c_double(), ctypes.c_double(), ctypes.c_int()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    name, matrix = ctypes.create_string_buffer(80), raw.FS_MATRIX()
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document):
            text, height = page.get_textpage(), page.get_height()
            for at in range(text.count_chars()):
                sign = chr(raw.FPDFText_GetUnicode(text, at))
                if not sign.strip():
                    continue
                raw.FPDFText_GetMatrix(text, at, matrix)
                raw.FPDFText_GetFontInfo(text, at, name, len(name), flags)
                raw.FPDFText_GetFillColor(text, at, red, green, blue, alpha)
                raw.FPDFText_GetCharOrigin(text, at, across, up)
                size = raw.FPDFText_GetFontSize(text, at) * abs(matrix.d)
                yield Letter(
                    number,
                    sign,
                    round(size, 2),
                    name.value.decode().partition("+")[2],
                    (red.value, green.value, blue.value),
                    across.value,
                    height - up.value,
                )


def run(root: Path, *words: str) -> Result:
    arguments = ["build", *words, "--large-print", "--project", str(root)]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def built(root: Path, printable: str, *words: str) -> Path:
    """The finished file."""
    result = run(root, printable, *words)
    assert result.exit_code == 0, result.output
    return root / "output" / f"{printable}{'-brief' * ('--brief' in words)}-large.pdf"


def spanish(root: Path) -> None:
    shutil.copytree(SPANISH, root, dirs_exist_ok=True)


def interview(root: Path) -> None:
    """For somebody."""
    (root / "pharmdocs.toml").write_text(somebody.SETTINGS, encoding="utf-8")


BOOKLETS = [
    ("small", "letter", "full", ""),
    ("small", "a4", "low", ""),
    ("small", "letter", "black", "--brief"),
    ("spanish", "a4", "full", ""),
]


@pytest.fixture(scope="module", params=BOOKLETS, ids=" ".join)
def booklet(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    bank, paper, ink, brief = request.param
    root = tmp_path_factory.mktemp("large")
    {"small": lay, "spanish": spanish}[bank](root)
    return built(root, "booklet", "--paper", paper, "--ink", ink, *brief.split())


def test_text_has_18_points_and_head_and_foot_14(booklet: Path) -> None:
    found = letters(booklet)
    height = max(letter.baseline for letter in found)
    assert Counter(letter.size for letter in found).most_common(1)[0][0] == 18
    assert min(letter.size for letter in found) == 14
    outside = [letter for letter in found if letter.size < 18]
    assert all(letter.baseline < 60 or letter.baseline > height - 5 for letter in outside)


def test_nothing_slants_and_nothing_is_narrow(booklet: Path) -> None:
    faces = {letter.face for letter in letters(booklet)}
    assert faces == {"Pharm-Sans", "Pharm-Sans-Bold", "Pharm-Symbols"}


def test_nothing_is_grey(booklet: Path) -> None:
    colors = {letter.color for letter in letters(booklet)}
    assert [color for color in colors if len(set(color)) == 1] == [(0, 0, 0)]


def assert_on_the_grid(path: Path, least: int) -> None:
    """Base lines of all text, tables included, in steps of 6 pt; and none in another's way."""
    pages = defaultdict(set)
    for letter in letters(path):
        # Covers have no grid, folios stand below it.
        if letter.page and letter.size == 18 and letter.face != "Pharm-Symbols":
            pages[letter.page].add(round(letter.baseline, 1))
    lines = {
        page: sorted(height for height in page_ if height < 725) for page, page_ in pages.items()
    }
    phases = Counter(round(height % 6, 1) for page in lines.values() for height in page)
    assert len(phases) == 1
    assert phases.total() > least
    assert min(two - one for page in lines.values() for one, two in pairwise(page)) >= 23.9


def test_lines_lie_on_a_grid(booklet: Path) -> None:
    assert_on_the_grid(booklet, 10)


def rules(path: Path) -> list[list[float]]:
    """How high above its lower edge each page has lines to write on, from the top."""
    found = []
    with pikepdf.open(path) as document:
        for page in document.pages:
            drawn = re.findall(rb"/Artifact BMC q (.*?)Q EMC", page.Contents.read_bytes(), re.S)
            lines = [re.findall(rb"([\d.]+) m [\d.]+ [\d.]+ l S", box) for box in drawn]
            found += [[float(line) for line in box] for box in lines if len(box) > 1]
    return found


def test_lines_to_write_on_are_half_an_inch_apart(booklet: Path) -> None:
    gaps = [one - two for box in rules(booklet) for one, two in pairwise(box)]
    assert len(gaps) >= 10
    assert min(gaps) == pytest.approx(36, abs=0.01)
    assert max(gaps) == pytest.approx(36, abs=0.01)


def test_a_manifest_says_so_and_the_file_keeps_it(booklet: Path) -> None:
    listed = json.loads(booklet.with_suffix("").with_suffix(".manifest.json").read_text("utf-8"))
    assert listed["options"]["large-print"] is True
    (promised,) = listed["promises"].values()
    assert promised["smallest"] == 14
    result = CliRunner().invoke(main, ["check", str(booklet)], catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("edition", ["fold", "press"])
def test_half_pages_and_a_shop_have_no_large_print(tmp_path: Path, edition: str) -> None:
    lay(tmp_path)
    result = run(tmp_path, "booklet", "--edition", edition)
    assert result.exit_code == 2
    assert f"--edition {edition} is" in result.stderr
    assert "leave --edition out" in result.stderr
    assert not (tmp_path / "output").exists()


def test_a_style_sheet_of_ones_own_that_is_too_small_is_refused(tmp_path: Path) -> None:
    """Its words are found in the finished file, and the one before it stays."""
    lay(tmp_path)
    path = built(tmp_path, "booklet", "--only", "q01")
    before = path.read_bytes()
    own = tmp_path / "templates" / "booklet" / "large.css"
    own.parent.mkdir(parents=True)
    ours = Path(__file__).parent.parent / "templates/booklet/large.css"
    text = ours.read_text(encoding="utf-8")
    own.write_text(text.replace("--size-running: 14pt", "--size-running: 12pt"), encoding="utf-8")
    result = run(tmp_path, "booklet", "--only", "q01")
    assert result.exit_code == 6
    assert "type of 12.0 pt, smaller than 14 pt" in result.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_a_table_goes_on_under_its_head_with_two_rows_or_more(tmp_path: Path, paper: str) -> None:
    """15 rows of 36 pt find room on the first page of Letter, and 16 on A4; one more goes over."""
    count = {"letter": 16, "a4": 17}[paper]
    lay(tmp_path)
    rows = "".join(f"c{number},front,back,safety,\n" for number in range(1, count + 1))
    cards = tmp_path / "content" / "small" / "cards.csv"
    cards.write_text(f"id,front,back,category,tags\n{rows}", encoding="utf-8")
    path = built(tmp_path, "booklet", "--paper", paper, "--only", f"c1-c{count}")
    with pypdfium2.PdfDocument(path) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    pages = [text.split() for text in texts if "Front" in text]
    assert [page.count("Front") for page in pages] == [1, 1]
    assert [page.count("front") for page in pages] == [count - 2, 2]


# ---------------------------------------------------------------- the checklist

HEAD = 'title = "Day of the interview"\nlead = "Tick it."\n'
EMAIL = """\
[email]
subject = "Thank you, {date}"
greeting = "Dear {interviewer},"
body = ["Thank you for your time."]
closing = "Sincerely, {name}"
"""
CHECKLISTS = [
    ("interview", "letter", "full", ""),
    ("interview", "a4", "low", "--flat"),
    ("spanish", "letter", "black", "--flat"),
]


@pytest.fixture(scope="module", params=CHECKLISTS, ids=" ".join)
def checklist(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For somebody, in a form or flat."""
    bank, paper, ink, flat = request.param
    root = tmp_path_factory.mktemp("large")
    {"interview": interview, "spanish": spanish}[bank](root)
    return built(root, "checklist", "--paper", paper, "--ink", ink, *flat.split())


def test_the_checklist_has_18_points_and_nothing_below_14(checklist: Path) -> None:
    """What is filled in is larger, because it may be set on two lines."""
    found = letters(checklist)
    sizes = Counter(letter.size for letter in found)
    assert sizes.most_common(1)[0][0] == 18
    assert min(sizes) == 14
    assert {letter.face for letter in found} == {"Pharm-Sans", "Pharm-Sans-Bold"}
    colors = {letter.color for letter in found}
    assert [color for color in colors if len(set(color)) == 1] == [(0, 0, 0)]


def test_lines_of_the_checklist_are_12_mm_apart(checklist: Path) -> None:
    gaps = [one - two for box in rules(checklist) for one, two in pairwise(box)]
    assert gaps
    assert {round(gap / MM) for gap in gaps} == {12}


def test_no_word_is_parted(tmp_path: Path) -> None:
    """Long words in Spanish, which are parted in other print."""
    shutil.copytree(SPANISH, tmp_path, dirs_exist_ok=True)
    (file,) = tmp_path.glob("content/*/checklist.toml")
    lead = f'lead = "{" ".join(["responsabilidades"] * 5)}"'
    text = re.sub(r"^lead = .*$", lead, file.read_text(encoding="utf-8"), flags=re.M)
    file.write_text(text, encoding="utf-8")
    asked = ["build", "checklist", "--project", str(tmp_path)]
    assert CliRunner().invoke(main, asked, catch_exceptions=False).exit_code == 0
    whole_words = []
    for path in (tmp_path / "output" / "checklist.pdf", built(tmp_path, "checklist")):
        with pypdfium2.PdfDocument(path) as document:
            said = " ".join(page.get_textpage().get_text_bounded() for page in document)
        whole_words.append(said.count("responsabilidades"))
    assert whole_words[0] < 5
    assert whole_words[1] == 5


def test_the_checklist_says_that_it_is_not_one_page(tmp_path: Path) -> None:
    """And keeps what it promises, fields on all of its pages included."""
    result = run(tmp_path, "checklist")
    assert "in large print the checklist has 4 pages and not one" in result.stderr
    assert "4 pages on 2 sheets, 18.0 pt" in result.stdout
    assert "both sides, flip on the long edge" in result.stdout
    path = tmp_path / "output" / "checklist-large.pdf"
    listed = json.loads(path.with_suffix(".manifest.json").read_text("utf-8"))
    assert listed["options"]["large-print"] is True
    assert (listed["faces"][0]["pages"], listed["faces"][0]["size"]) == (4, 18)
    with pikepdf.open(path) as document:
        assert document.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
        widgets = [len(page.get("/Annots", [])) for page in document.pages]
    # Eight blanks in the head; 18 boxes; five certificates with a number and a day, one with a
    # name; notes on four groups of questions; nine blanks in the email.
    assert sum(widgets) == 8 + 18 + 11 + 4 + 9
    assert all(widgets)
    result = CliRunner().invoke(main, ["check", str(path)], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_a_form_and_the_flat_pages_show_the_same_names(tmp_path: Path) -> None:
    (tmp_path / "pharmdocs.toml").write_text(somebody.SETTINGS, encoding="utf-8")
    shown = []
    for flat in ("--flat", "--fillable"):
        path = built(tmp_path, "checklist", flat)
        with pypdfium2.PdfDocument(path) as document:
            document.init_forms()
            shown.append([page.render().to_pil() for page in document][:2])
    for one, two in zip(*shown, strict=True):
        difference = ImageChops.difference(one.convert("L"), two.convert("L"))
        assert not any(difference.histogram()[80:])


def items(count: int) -> str:
    listed = ", ".join(f'"Item {number}"' for number in range(count))
    return f'[[group]]\nname = "Bring with you"\nitems = [{listed}]\n'


def test_a_short_checklist_is_front_and_back_and_one_too_long_is_refused(tmp_path: Path) -> None:
    file = lay(tmp_path) / "checklist.toml"
    file.write_text(HEAD + EMAIL, encoding="utf-8")
    result = run(tmp_path, "checklist")
    assert "2 pages on 1 sheet, 18.0 pt" in result.stdout
    before = (tmp_path / "output" / "checklist-large.pdf").read_bytes()
    file.write_text(HEAD + items(120) + EMAIL, encoding="utf-8")
    result = run(tmp_path, "checklist")
    assert result.exit_code == 5
    said = r"pages at 18 pt, and there may be 4\n    fix: shorten it by about \d+ lines"
    assert re.search(said, result.stderr)
    assert (tmp_path / "output" / "checklist-large.pdf").read_bytes() == before


def test_a_print_run_has_no_large_print(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name\nAna Silva\n", encoding="utf-8")
    result = run(tmp_path, "checklist", "--roster", str(tmp_path / "people.csv"))
    assert result.exit_code == 2
    assert "a print run has no large print" in result.stderr


def test_verapdf_finds_no_fault_in_a_checklist(
    checklist: Path, verapdf: Callable[[str, Path], str]
) -> None:
    assert verapdf("ua1,2a", checklist) == f"PASS\tua1\t{checklist}\nPASS\t2a\t{checklist}\n"


# ---------------------------------------------------------------- cards


def flashcards(root: Path) -> tuple[list[Letter], str]:
    """The letters on the cards of a finished file, and those of stamps and rulers beside them."""
    found = letters(root / "output" / "flashcards-large.pdf")
    stamp = [letter for letter in found if letter.size < 8]
    assert all(letter.baseline < 40 for letter in stamp)
    return [letter for letter in found if letter.size >= 8], "".join(it.sign for it in stamp)


@pytest.mark.parametrize("bank", ["small", "spanish"])
def test_cards_have_18_points_where_they_fit_and_nothing_below_14(
    tmp_path: Path, bank: str
) -> None:
    if bank == "small":
        lay_cards(tmp_path)
    else:
        shutil.copytree(SPANISH, tmp_path, dirs_exist_ok=True)
    built(tmp_path, "flashcards", "--ink", "low")
    found, stamp = flashcards(tmp_path)
    assert stamp.endswith("50mm")
    sizes = {letter.size for letter in found}
    assert min(sizes) == 14
    # Points on a back, a question on a front.
    assert {18, 20.7} <= sizes
    assert {it.face for it in found} <= {"Pharm-Sans", "Pharm-Sans-Bold", "Pharm-Symbols"}
    colors = {letter.color for letter in found}
    assert [color for color in colors if len(set(color)) == 1] == [(0, 0, 0)]
    listed = json.loads((tmp_path / "output/flashcards-large.manifest.json").read_text("utf-8"))
    assert listed["options"]["large-print"] is True


def test_a_word_too_wide_for_a_card_gets_the_name_of_a_larger_stock(tmp_path: Path) -> None:
    """36 letters of 14 pt take about 98 mm; a business card has 80 for them, an index card 110."""
    lay_cards(tmp_path, HEAD_OF_CARDS + f"c1,ask,{'abcdefghi' * 4},safety,\n")
    words = ("--only", "c1", "--stock", "avery-5371")
    asked = ["build", "flashcards", *words, "--project", str(tmp_path)]
    assert CliRunner().invoke(main, asked, catch_exceptions=False).exit_code == 0
    result = run(tmp_path, "flashcards", *words)
    assert result.exit_code == 5
    assert "the back does not fit" in result.stderr
    assert "print on a larger stock: --stock" in result.stderr
    assert not (tmp_path / "output" / "flashcards-large.pdf").exists()
    built(tmp_path, "flashcards", "--only", "c1")


def test_questions_on_business_cards_are_refused_before_they_are_tried(tmp_path: Path) -> None:
    lay_cards(tmp_path)
    result = run(tmp_path, "flashcards", "--stock", "avery-5371")
    assert result.exit_code == 2
    assert "avery-5371 are too small for questions in large print" in result.stderr
    assert " or index-3x5-letter or " in result.stderr
    assert "poker" not in result.stderr


def test_the_page_about_turning_by_hand_is_large_as_well(tmp_path: Path) -> None:
    lay_cards(tmp_path)
    result = run(tmp_path, "flashcards", "--only", "c1", "--duplex", "manual")
    assert result.exit_code == 0, result.output
    found = letters(tmp_path / "output" / "flashcards-large-how-to.pdf")
    assert {letter.size for letter in found} == {18, 28}


def test_a_deck_in_large_print_goes_on_in_large_print(tmp_path: Path) -> None:
    lay_cards(tmp_path)
    path = built(tmp_path, "flashcards", "--only", "c1-c3")
    write(tmp_path, HEAD_OF_CARDS + "c1,anew,tellc1,safety,\n")
    since = ["--changed-since", str(path.with_suffix(".manifest.json")), "--only", "c1"]
    asked = ["build", "flashcards", *since, "--project", str(tmp_path)]
    result = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "flashcards-large.pdf" in result.stdout
    found, _ = flashcards(tmp_path)
    assert min(letter.size for letter in found) == 14
    assert "anew" in "".join(letter.sign for letter in found)


def test_cards_for_a_shop_have_no_large_print(tmp_path: Path) -> None:
    lay_cards(tmp_path)
    result = run(tmp_path, "flashcards", "--edition", "press", "--ink", "black")
    assert result.exit_code == 2
    assert "large print is for sheets" in result.stderr


def test_all_cards_of_the_interview_fit_an_index_card(tmp_path: Path) -> None:
    path = built(tmp_path, "flashcards")
    listed = json.loads(path.with_suffix(".manifest.json").read_text("utf-8"))
    assert len(listed["faces"]) == 50
    assert min(row["size"] for row in listed["faces"]) >= 14
