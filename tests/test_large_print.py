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
from click.testing import CliRunner, Result
from pypdfium2 import raw
from small_bank import lay

from pharmdocs.cli import main

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
    if bank == "small":
        lay(root)
    else:
        shutil.copytree(SPANISH, root, dirs_exist_ok=True)
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


# ---------------------------------------------------------------- the whole bank


@pytest.fixture(scope="module", params=["letter", "a4"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("whole"), "booklet", "--paper", request.param)


@pytest.mark.system
def test_the_whole_booklet_is_large(whole: Path) -> None:
    assert min(letter.size for letter in letters(whole)) == 14
    assert_on_the_grid(whole, 2000)


@pytest.mark.system
def test_verapdf_finds_no_fault(whole: Path, verapdf: Callable[[str, Path], str]) -> None:
    assert verapdf("ua1,2a", whole) == f"PASS\tua1\t{whole}\nPASS\t2a\t{whole}\n"
