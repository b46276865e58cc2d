"""What is kept of printers, and what is said about numbers that cannot be."""

import re
import sys
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmdocs.cli import main
from pharmdocs.errors import SetupError
from pharmdocs.geometry import mm
from pharmdocs.imposition.calibrate import draw
from pharmdocs.imposition.printer import Affine, Correction, Printer
from pharmdocs.printer_table import read, written
from pharmdocs.printers import read_printers
from pharmdocs.strict import read_toml
from pharmdocs.typesetting import fonts

ROOT = Path(__file__).parent.parent
FIRST = ("calibrate", "--enter", "--printer", "home", "--code", "D8EE")
RIGHT = ("--a", "5.0", "5.1", "--b", "5", "5.1", "--c", "5,0", "4.9", "--d", "5.1", "5.0")


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "config/pharmdocs/printers.toml"


def say(*words: str, text: str = "") -> Result:
    return CliRunner().invoke(main, list(words), input=text, catch_exceptions=False)


def refused(*words: str) -> str:
    result = say(*words)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return result.stderr


# Files ------------------------------------------------------------------------------------------

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", fullmatch=True)
corrections = st.builds(
    lambda *numbers: Correction.of(Correction(mm(numbers[0]), mm(numbers[1]), *numbers[2:]).affine),
    *(st.floats(-9, 9), st.floats(-9, 9), st.floats(-1.5, 1.5)),
    *(st.floats(0.985, 1.015), st.floats(0.985, 1.015), st.floats(-0.4, 0.4)),
)
printers = st.builds(
    Printer,
    name=names.filter(lambda name: name != "none"),
    paper=st.sampled_from(["letter", "a4"]),
    tray=st.just("") | names,
    stock=st.just("") | names,
    told=st.just("manual"),
    turns=st.sampled_from(["long-edge", "short-edge"]),
    reverse=st.booleans(),
    feed=st.sampled_from(["printed side up, top edge first", "printed side down, top edge first"]),
    behind=corrections,
    both=corrections,
    fronts=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(printer=printers)
def test_what_is_written_is_read_again(printer: Printer) -> None:
    """To the last digit, or the code of a sheet would not be known again."""
    problems: list[object] = []
    table = read_toml(written(printer), "printers.toml", problems)  # type: ignore[arg-type]
    assert [read(item) for item in table.tables("printers")] == [printer]
    assert problems == []


@given(found=corrections)
def test_a_correction_in_words_is_the_same_map(found: Correction) -> None:
    again = Correction.of(found.affine)
    for x, y in ((300, -400), (-300, 400), (0, 0)):
        (x1, y1), (x2, y2) = found.affine(x, y), again.affine(x, y)
        assert max(abs(x1 - x2), abs(y1 - y2)) < mm(0.005)


def test_undoing_brings_back_and_a_mirror_is_its_own_undoing() -> None:
    found = Correction(3, -2, 0.7, 1.01, 0.99, 0.2).affine
    for axis in ("vertical", "horizontal"):
        assert found.mirrored(axis).mirrored(axis) == found
    assert found.inverse()(*found(123, -456)) == pytest.approx((123, -456))
    assert Affine(dx=3, dy=4).mirrored("vertical")(1, 1) == (-2, 5)
    assert Affine(dx=3, dy=4).mirrored("horizontal")(1, 1) == (4, -3)


GOOD = 'format = 1\n\n[[printers]]\nname = "home"\npaper = "letter"\n'
BAD = [
    ("format = 2\n", "printers.toml:1: has format 2, a newer one"),
    ("defualt = 3\nformat = 1\n", "unknown key `defualt`"),
    (GOOD + 'told = "sideways"\n', "printers.toml:6: `told` cannot be `sideways`"),
    (GOOD.replace('paper = "letter"\n', ""), "`paper` is missing in [[printers]]"),
    (GOOD + 'behind = { shift = ["30mm", "0mm"] }\n', "has a shift of 30 mm"),
    (GOOD + "behind = { scale = [0.8, 1.0] }\n", "has a scale of 80.0 %"),
    (GOOD + "behind = { rotation = 9 }\n", "has a rotation of 9.0°"),
    (GOOD + 'behind = { shift = "3mm" }\n', "`shift` cannot be read"),
    (GOOD + "behind = { rotation = nan }\n", "`rotation` cannot be read"),
    (GOOD + 'fronts = "yes"\n', "`fronts` must be true or false"),
    (GOOD + 'tray = "the lower one"\n', "`tray` cannot be `the lower one`"),
    (GOOD + "behind = 3\n", "`behind` must be a table"),
    ("format = 1\nprinters = 3\n", "`printers` must be a list of tables"),
    ("format = \n", "printers.toml:1:"),
]


@pytest.mark.parametrize(("text", "says"), BAD, ids=[says for _, says in BAD])
def test_a_file_that_cannot_be_relied_on_is_refused(config: Path, text: str, says: str) -> None:
    config.parent.mkdir(parents=True)
    config.write_text(text, encoding="utf-8")
    with pytest.raises(SetupError) as error:
        read_printers(None)
    assert says in str(error.value)
    result = say("printers")
    assert (result.exit_code, result.stdout) == (4, "")
    # What cannot be read is not written over.
    assert say(*FIRST, "--dot", "B", *RIGHT).exit_code == 4
    assert config.read_text("utf-8") == text


def test_the_documentation_shows_a_printer_that_can_be_read(tmp_path: Path) -> None:
    text = (ROOT / "docs/printing.md").read_text("utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.S)
    (tmp_path / "pharmdocs.toml").write_text(block, "utf-8")
    ((printer, file),) = read_printers(tmp_path).entries
    assert (printer.label, file, printer.behind.moves) == ("home", "pharmdocs.toml", True)
    assert "on home" in say("build", "flashcards", "--only", "q03").stdout


def test_a_project_wins_and_a_stock_wins(tmp_path: Path) -> None:
    assert say(*FIRST, "--dot", "C", *RIGHT).exit_code == 0
    assert say(*FIRST, "--stock", "avery-5371", "--dot", "B", *RIGHT).exit_code == 0
    assert say("printers", "default", "home").exit_code == 0
    assert say("printers").stdout.count("home (default)") == 2
    known = read_printers(tmp_path)
    assert known.find("home", "letter", "avery-5371").turns == "long-edge"
    assert known.find("home", "letter", "poker-letter").turns == "short-edge"
    own = GOOD.replace("format = 1", 'printer = "home"')
    (tmp_path / "pharmdocs.toml").write_text(own, "utf-8")
    assert read_printers(tmp_path).find("home", "letter", "").turns == "long-edge"
    assert "forgotten (2 entries)" in say("printers", "remove", "home").stdout
    assert read_printers(None).entries == ()
    assert say("printers", "remove", "home").exit_code == 2


# Numbers ----------------------------------------------------------------------------------------


def numbers(**read_: tuple[str, str]) -> tuple[str, ...]:
    given_ = {"a": ("5.0", "5.0"), "b": ("5.0", "5.0"), "c": ("5.0", "5.0"), "d": ("5.0", "5.0")}
    return tuple(word for key, pair in (given_ | read_).items() for word in (f"--{key}", *pair))


NONSENSE = [
    (("--dot", "B", *numbers(a=("35", "5.0"))), "A shift of 30 mm is no printer's"),
    (("--dot", "B", *numbers(a=("-1", "5.0"))), "the scales go from 0 to 10"),
    (("--dot", "B", *numbers(a=("5.25", "5.0"))), "is not a number with one decimal"),
    (("--dot", "B", *numbers(a=("five", "5.0"))), "is not a number with one decimal"),
    (("--dot", "B", *numbers(a=("7.0", "5.0"))), "the four numbers `across` contradict each other"),
    (("--dot", "B", *numbers(d=("5.0", "3.9"))), "the four numbers `down` contradict each other"),
    (("--dot", "A", *RIGHT), "was printed on the front"),
    (("--dot", "none", *RIGHT), "no ring holds a dot"),
    (("--dot", "E", *RIGHT), "'E' is not one of"),
    (("--dot", "B", *RIGHT, "--ruler-across", "144"), "a scale of 80 %"),
    (("--dot", "B", *RIGHT, "--ruler-down", "6in"), "set the printer to 100 %"),
    (("--dot", "B", *RIGHT, "--ruler-down", "0"), "is nothing that can be measured"),
    (("--dot", "B", *RIGHT, "--left", "45"), "45.0 mm from it instead of 20 mm"),
    (("--dot", "B", *RIGHT, "--fronts"), "fronts cannot be corrected without a measure"),
    (("--dot", "B", *RIGHT, "--dots", "1"), "--dots is for paper fed by hand"),
    (("--dot", "B"), "give --a, --b, --c, --d, or run it in a terminal"),
    (
        ("--dot", "B", *numbers(a=("0.0", "5"), b=("10", "5"), c=("10", "5"), d=("0.0", "5"))),
        "a rotation of 2.4° is more than a printer misses by",
    ),
]


@pytest.mark.parametrize(("words", "says"), NONSENSE, ids=[says for _, says in NONSENSE])
def test_nonsense_is_refused_and_nothing_is_kept(
    config: Path, words: tuple[str, ...], says: str
) -> None:
    assert says in refused(*FIRST, *words)
    assert not config.exists()


def test_a_code_of_other_settings_is_refused(config: Path) -> None:
    """The numbers of one sheet entered twice would be corrected twice."""
    shifted = numbers(a=("6.0", "5"), b=("4.0", "5"), c=("6.0", "5"), d=("4.0", "5"))
    assert say(*FIRST, "--dot", "B", *shifted).exit_code == 0
    assert "−1.00 mm across" in say("printers", "show", "home").stdout
    said = refused(*FIRST, "--paper", "a4", "--dot", "B", *shifted)
    assert "code D8EE: a sheet with it was not printed for home as it is kept now" in said
    # The code of a sheet without correction is known still: it takes the place of what was kept.
    assert say(*FIRST, "--dot", "B", *shifted).exit_code == 0
    assert "−1.00 mm across" in say("printers", "show", "home").stdout


@pytest.mark.parametrize("name", ["none", "a b", "../etc", "home:", "x" * 41, "-x"])
def test_a_name_that_cannot_be_kept_is_refused(name: str) -> None:
    assert "cannot be the name of a" in refused("calibrate", f"--printer={name}")


def test_a_number_without_enter_is_a_slip() -> None:
    assert "--dot is a number read: add --enter" in refused("calibrate", "--dot", "B")


def test_what_is_not_given_is_asked(monkeypatch: pytest.MonkeyPatch, config: Path) -> None:
    """In the order of the sheet's steps; Enter passes the rulers, and the sheet is offered."""
    monkeypatch.setattr(sys.modules["pharmdocs.cli.calibrate"], "_terminal", lambda: True)
    answers = ["d8ee", "b", *["5.6", "4.8", "4.4", "4.8", "5.6", "5.3", "4.4", "35", "5.3"]]
    result = say("calibrate", "--enter", text="\n".join([*answers, "179.5", "", "y"]) + "\n")
    assert result.exit_code == 0, result.output
    assert "A shift of 30 mm" in result.output
    assert Path("output/calibrate.pdf").is_file()
    assert "must read 5.0 everywhere" in result.stdout
    ((printer, _),) = read_printers(None).entries
    assert printer.both.scale_across == pytest.approx(180 / 179.5, abs=1e-6)


# The sheet --------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("told", ["long-edge", "short-edge", "manual"])
def test_the_sheet_says_what_it_was_printed_with(paper: str, told: str) -> None:
    printer = Printer("home", paper, "rear", "avery-5371", told, behind=Correction(across=1.5))
    document = pypdfium2.PdfDocument(draw(printer, fonts.folder()))
    shown = [page.get_textpage().get_text_bounded() for page in document]
    assert len(shown) == (4 if told == "manual" else 2)
    for text in map(" ".join, map(str.split, shown[::2])):
        assert f"code {printer.code()}" in text
        assert "home:rear" in text
        assert "+0.53 mm across" in text
        assert "avery-5371" in text
    assert ("How many dots" in " ".join(shown[0].split())) is (told == "manual")
    document.close()
