"""The library of stocks, a user's own, their drawings and the command that shows them."""

import json
import re
import tomllib
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.dom import minidom

import click
import pytest
from click.testing import CliRunner, Result

from pharmdocs.cli.stocks import stocks as command
from pharmdocs.errors import SelectionError, SetupError
from pharmdocs.geometry import PAPERS, Size, mm, to_mm
from pharmdocs.imposition import drawing, stock
from pharmdocs.imposition.stock import DEFAULTS, Stock, find_stock, read_stocks

STOCKS = read_stocks(None, "pharmdocs.toml")
LIBRARY = Path(stock.__file__).with_name("stocks.toml").read_text(encoding="utf-8")

# The figures as they were researched, in mm, typed a second time: sheet, card, columns and rows,
# left and top, gaps; whether margins, cards and gaps add up to the sheet; the confidence.
RESEARCHED = """
avery-5388        215.9 279.4  127   76.2   1 3  44.45 25.4   0    0     ok  H
avery-5371        215.9 279.4  88.9  50.8   2 5  19.05 12.7   0    0     ok  H
avery-8373        215.9 279.4  88.9  50.8   2 4  12.7  19.05  12.7 12.7  ok  M
avery-5390        215.9 279.4  88.9  56.356 2 4  19.05 26.99  0    0     ok  H
avery-5392        215.9 279.4  101.6 76.2   2 3  6.35  25.4   0    0     ok  M
avery-5389        215.9 279.4  152.4 101.6  1 2  31.75 31.75  0    12.7  ok  M
avery-c32011      210   297    85    54     2 5  15    13.5   10   0     ok  M
avery-c32015      210   297    85    54     2 4  17    31.5   6    6     ok  M
avery-l7414       210   297    90    52     2 5  15    18.5   0    0     ok  M
index-3x5-letter  215.9 279.4  127   76.2   1 3  44.45 25.4   0    0     ok  H
index-3x5-a4      210   297    127   76.2   1 3  41.5  34.2   0    0     ok  H
quarter-letter    215.9 279.4  101.6 127    2 2  6.35  12.7   0    0     ok  H
eight-up-letter   215.9 279.4  95.25 63.5   2 4  12.7  12.7   0    0     ok  H
a7-a4             210   297    96    69     2 4  9     10.5   0    0     ok  H
four-up-a4        210   297    98    138    2 2  7     10.5   0    0     ok  H
zweckform-32010   210   297    85    54     2 5  14.11 14.11  9.9  0     no  L
poker-letter      215.9 279.4  63.5  88.9   3 3  12.7  6.35   0    0     ok  H
poker-a4          210   297    63    88     3 3  10.5  16.5   0    0     ok  H
single-3x5        127   76.2   127   76.2   1 1  0     0      0    0     ok  H
"""
ROWS = {line.split()[0]: line.split()[1:] for line in RESEARCHED.strip().splitlines()}
ALSO = {
    "avery-5388": "5386 8388",
    "avery-5371": "8371 5376 5377 5871 8376 8871 8877",
    "avery-8373": "5881 8869",
    "avery-5392": "5384 74459",
    "avery-5389": "8389",
    "avery-c32011": "c32010",
}

every_stock = pytest.mark.parametrize("name", STOCKS)


# The bundled library ----------------------------------------------------------------------------


def test_every_stock_that_was_researched_is_there() -> None:
    assert sorted(STOCKS) == sorted(ROWS)


@every_stock
def test_the_figures_are_those_researched(name: str) -> None:
    found, row = STOCKS[name], ROWS[name]
    lengths = [
        *(found.sheet.width, found.sheet.height, found.trim.width, found.trim.height),
        *(found.left, found.top, found.gap.width, found.gap.height),
    ]
    researched = [float(figure) for figure in (*row[:4], *row[6:10])]
    assert [to_mm(length) for length in lengths] == pytest.approx(researched, abs=1e-9)
    assert [found.columns, found.rows] == [int(figure) for figure in row[4:6]]
    assert found.confidence == {"H": "high", "M": "medium", "L": "low"}[row[11]]
    assert [other.removeprefix("avery-") for other in found.also] == ALSO.get(name, "").split()


@every_stock
def test_margins_cards_and_gaps_make_the_sheet(name: str) -> None:
    """Read from the file itself, to 0.01 mm; where the sources do not add up a note says so."""
    entry: dict[str, Any] = tomllib.loads(LIBRARY)[name]
    papers = {"letter": ["215.9mm", "279.4mm"], "a4": ["210mm", "297mm"]}
    sheet = entry["sheet"] if isinstance(entry["sheet"], list) else papers[entry["sheet"]]
    gap = entry.get("gap", ["0mm", "0mm"])
    off = []
    for axis, count, before, after in (
        (0, entry["columns"], entry["left"], entry["right"]),
        (1, entry["rows"], entry["top"], entry["bottom"]),
    ):
        lengths = [Decimal(text[:-2]) for text in (before, after, *[entry["trim"][axis]] * count)]
        lengths += [Decimal(gap[axis][:-2])] * (count - 1)
        off.append(abs(sum(lengths) - Decimal(sheet[axis][:-2])))
    adds_up = max(off) <= Decimal("0.01")
    assert adds_up == (ROWS[name][10] == "ok")
    assert adds_up == ("tolerance" not in entry)
    assert adds_up or "do not add up" in entry["note"]


@every_stock
def test_no_slot_lies_outside_the_sheet_or_on_another(name: str) -> None:
    found = STOCKS[name]
    slots = found.slots()
    assert len(slots) == found.per_sheet == found.columns * found.rows
    assert min(found.gap.width, found.gap.height, found.left, found.top) >= 0
    for slot in slots:
        assert slot.size == found.trim
        assert slot.left >= 0
        assert slot.top >= 0
        assert slot.right <= found.sheet.width + 1e-6
        assert slot.bottom <= found.sheet.height + 1e-6
    for one, other in combinations(slots, 2):
        wide = min(one.right, other.right) - max(one.left, other.left)
        high = min(one.bottom, other.bottom) - max(one.top, other.top)
        assert min(wide, high) < 1e-6


@every_stock
def test_every_stock_says_what_a_user_wants_to_know(name: str) -> None:
    found, entry = STOCKS[name], tomllib.loads(LIBRARY)[name]
    assert {"nominal", "source", "confidence", "cut", "safe", "floor"} <= set(entry)
    by_hand = not name.startswith(("avery-", "zweckform-", "single-"))
    assert found.cut == ("hand" if by_hand else "perforated")
    papers = {(215.9, 279.4): "letter", (210.0, 297.0): "a4"}
    size = (round(to_mm(found.sheet.width), 1), round(to_mm(found.sheet.height), 1))
    assert found.paper == papers.get(size, "")
    roomy = found.trim.width * found.trim.height >= mm(100) * mm(60)
    assert found.floor == (8 if roomy else 7)
    assert mm(3) <= found.safe <= mm(6)


def test_no_two_stocks_go_by_one_name() -> None:
    names = [name for found in STOCKS.values() for name in (found.name, *found.also)]
    assert sorted(set(names)) == sorted(names)


def test_the_usual_stock_of_every_paper_is_there() -> None:
    assert DEFAULTS == {"letter": "index-3x5-letter", "a4": "a7-a4"}
    assert list(DEFAULTS) == list(PAPERS)
    assert [STOCKS[name].paper for name in DEFAULTS.values()] == list(DEFAULTS)


def test_slots_run_row_by_row() -> None:
    """Avery C32011 in mm: the second card is 95 mm to the right, the third 54 mm below."""
    found = [(to_mm(slot.left), to_mm(slot.top)) for slot in STOCKS["avery-c32011"].slots()[:4]]
    wanted = [(15, 13.5), (110, 13.5), (15, 67.5), (110, 67.5)]
    assert [length for place in found for length in place] == pytest.approx(
        [length for place in wanted for length in place]
    )


# By name ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("avery-5388", "avery-5388"),
        ("5388", "avery-5388"),
        ("Avery 5388", "avery-5388"),
        ("avery-8388", "avery-5388"),
        ("8388", "avery-5388"),
        ("AVERY_8871", "avery-5371"),
        ("32010", "zweckform-32010"),
        ("C32010", "avery-c32011"),
        ("a7-a4", "a7-a4"),
    ],
)
def test_a_stock_is_found_by_the_names_it_is_sold_under(asked: str, found: str) -> None:
    assert find_stock(asked, STOCKS).name == found


@pytest.mark.parametrize(
    ("asked", "fix"),
    [
        ("averie-5388", "did you mean `avery-5388` or"),
        ("index-3x5", "did you mean `index-3x5-a4`"),
        ("quarter-leter", "did you mean `quarter-letter`"),
        ("a4", "see them all with: pharmdocs stocks"),
        ("", "see them all with: pharmdocs stocks"),
    ],
)
def test_an_unknown_name_gets_the_closest_ones(asked: str, fix: str) -> None:
    with pytest.raises(SelectionError) as caught:
        find_stock(asked, STOCKS)
    [problem] = caught.value.problems
    assert problem.what == f"there is no stock `{asked}`"
    assert problem.fix.startswith(fix)


# A user's own -----------------------------------------------------------------------------------

SHORT = """\
[stocks.mine]
sheet = ["210mm", "297mm"]
trim = ["63mm", "88mm"]
columns = 3
rows = 3
"""


def read(folder: Path, text: str) -> dict[str, Stock]:
    file = folder / "pharmdocs.toml"
    file.write_text(text, encoding="utf-8")
    return read_stocks(file, "pharmdocs.toml")


def report(folder: Path, text: str) -> str:
    with pytest.raises(SetupError) as caught:
        read(folder, text)
    return str(caught.value)


def test_a_stock_of_your_own_needs_five_lines(tmp_path: Path) -> None:
    """What is left out: the grid is centered, cut by hand, without gaps."""
    mine = read(tmp_path, SHORT)["mine"]
    assert (to_mm(mine.left), to_mm(mine.top)) == pytest.approx((10.5, 16.5))
    assert (mine.gap, mine.cut, mine.paper) == (Size(0, 0), "hand", "a4")
    assert (mine.safe, mine.floor) == pytest.approx((mm(3), 7))
    assert (mine.nominal, mine.source) == ("63 x 88 mm", "pharmdocs.toml")


def test_a_stock_of_your_own_says_everything(tmp_path: Path) -> None:
    mine = read(
        tmp_path,
        """
        bank = "interview"
        [stocks]
        [stocks.tent-cards]
        nominal = "tents"
        sheet = ["11in", "8.5in"]
        trim = ["4in", "3 in"]
        columns = 2
        rows = 2
        right = "1in"
        bottom = "1cm"
        gap = ["0.5in", "12pt"]
        cut = "perforated"
        safe = "0mm"
        floor = "9.5pt"
        source = "a ruler"
        confidence = "low"
        also_sold_as = ["HERMA 5052"]
        note = "thick"
        """,
    )
    tents = mine["tent-cards"]
    assert (tents.paper, tents.cut, tents.nominal) == ("letter", "perforated", "tents")
    assert tents.left == pytest.approx((11 - 1 - 0.5 - 8) * 72)
    assert tents.top == pytest.approx(8.5 * 72 - mm(10) - 12 - 6 * 72)
    assert (tents.safe, tents.floor, tents.confidence) == (0, 9.5, "low")
    assert (tents.source, tents.note) == ("a ruler", "thick")
    assert find_stock("herma-5052", mine) is tents


def test_a_stock_of_your_own_takes_the_place_of_ours(tmp_path: Path) -> None:
    found = read(tmp_path, SHORT.replace("mine", "avery-5388"))
    assert len(found) == len(STOCKS)
    assert found["avery-5388"].columns == 3
    # A name of its own goes before another name of some other stock.
    found = read(tmp_path, SHORT.replace("mine", "avery-8388"))
    assert find_stock("8388", found).columns == 3


def test_without_a_file_there_are_ours(tmp_path: Path) -> None:
    assert read_stocks(tmp_path / "pharmdocs.toml", "pharmdocs.toml") == STOCKS
    assert read(tmp_path, 'paper = "a4"\n') == STOCKS


# What is changed in SHORT, and the line and the text of the one report.
WRONG = [
    (
        "columns = 3",
        "columns = 4",
        "4: 4 columns of 63 mm: the cards take 252 mm of the sheet's 210 mm, 42 mm too much",
        "columns = 3, or smaller cards",
    ),
    (
        "rows = 3",
        'rows = 3\ngap = ["0mm", "20mm"]',
        "5: 3 rows of 88 mm with 20 mm between them: the cards take 304 mm of the sheet's 297 mm, "
        "7 mm too much",
        "rows = 2, or smaller cards",
    ),
    (
        '"63mm"',
        '"22cm"',
        "4: 3 columns of 220 mm: the cards take 660 mm of the sheet's 210 mm, 450 mm too much",
        "a smaller card",
    ),
    (
        "rows = 3",
        'rows = 3\nleft = "23.5mm"',
        "6: `left` is 23.5 mm and the cards take 189 mm of the sheet's 210 mm, 2.5 mm too much",
        "at most 21 mm; without the line the cards are centered",
    ),
    (
        "rows = 3",
        'rows = 3\nbottom = "34mm"',
        "6: `bottom` is 34 mm and the cards take 264 mm of the sheet's 297 mm, 1 mm too much",
        "at most 33 mm; without the line the cards are centered",
    ),
    (
        "rows = 3",
        'rows = 3\nleft = "10mm"\nright = "10.5mm"',
        "7: `left`, the cards, their gaps and `right` add up to 209.5 mm, 0.5 mm less than the "
        "sheet",
        "measure again, or leave out the line `right`",
    ),
    (
        "rows = 3",
        'rows = 3\ntop = "17mm"\nbottom = "17mm"',
        "7: `top`, the cards, their gaps and `bottom` add up to 298 mm, 1 mm more than the sheet",
        "measure again, or leave out the line `bottom`",
    ),
    (
        "rows = 3",
        'rows = 3\ngap = ["-1mm", "0mm"]',
        "6: `gap` is -1mm, less than nothing",
        "cards cannot lie on each other: 0mm or more",
    ),
    ("rows = 3", 'rows = 3\ntop = "-2mm"', "6: `top` is -2mm, less than nothing", "0mm or more"),
    (
        '"63mm"',
        '"63"',
        "3: `trim` is 63 without a unit",
        'say what is meant: "63mm", "63in" or "63pt"',
    ),
    (
        '"63mm"',
        "63.5",
        "3: `trim` is 63.5 without a unit",
        'say what is meant: "63.5mm", "63.5in" or "63.5pt"',
    ),
    (
        '"63mm"',
        '"63 millimeters"',
        "3: `trim` is `63 millimeters`, which is not a length",
        'write a number and its unit: "63mm", "2.5in" or "9pt"',
    ),
    (
        '["63mm", "88mm"]',
        '"63mm x 88mm"',
        "3: `trim` must be two lengths, across and down",
        'write them in brackets: trim = ["63mm", "88mm"]',
    ),
    (
        '"63mm"',
        '"0mm"',
        "3: `trim` has no width or no height",
        'write trim = ["63mm", "88mm"]',
    ),
    (
        '"210mm"',
        '"2100mm"',
        "2: `sheet` is 2100mm, longer than any sheet here",
        "at most 1000mm",
    ),
    (
        '["210mm", "297mm"]',
        '"leter"',
        "2: `sheet` cannot be `leter`",
        "did you mean `letter`?",
    ),
    (
        '["210mm", "297mm"]',
        '"210mm"',
        "2: `sheet` must be two lengths, across and down",
        'write them in brackets: sheet = ["63mm", "88mm"]',
    ),
    (
        "columns = 3",
        "columns = 0",
        "4: `columns` must be a whole number from 1 to 99",
        "write such a number, in figures",
    ),
    (
        "columns = 3",
        "colums = 3",
        "4: unknown key `colums` in [stocks.mine]",
        "did you mean `columns`?",
    ),
    ("rows = 3\n", "", "1: `rows` is missing in [stocks.mine]", "add a line for `rows`"),
    (
        'trim = ["63mm", "88mm"]\n',
        "",
        "1: `trim` is missing in [stocks.mine]",
        'write trim = ["63mm", "88mm"], width and height',
    ),
    (
        "rows = 3",
        'rows = 3\nsaffe = "2mm"',
        "6: unknown key `saffe` in [stocks.mine]",
        "did you mean `safe`?",
    ),
    (
        "rows = 3",
        'rows = 3\ncut = "hnad"',
        "6: `cut` cannot be `hnad`",
        "did you mean `hand`?",
    ),
    (
        "rows = 3",
        'rows = 3\nsafe = "31.5mm"',
        "6: `safe` is 31.5 mm on every side of a card of 63 mm: no room for ink",
        "3mm is usual",
    ),
    (
        "rows = 3",
        'rows = 3\nfloor = "4pt"',
        "6: `floor` is 4 pt; the smallest type must be from 6 to 12 pt",
        "7pt is usual on business cards, else 8pt",
    ),
    (
        "stocks.mine",
        "stocks.My_Cards",
        "1: `My_Cards` cannot be typed as --stock",
        "name it with small letters, figures and hyphens: my-cards-a4",
    ),
    ("stocks.mine", "stock.mine", "1: unknown key `stock`", "did you mean `stocks`?"),
]


@pytest.mark.parametrize(("old", "new", "what", "fix"), WRONG)
def test_a_bad_value_gets_one_report(
    old: str, new: str, what: str, fix: str, tmp_path: Path
) -> None:
    assert SHORT.count(old) == 1
    said = report(tmp_path, SHORT.replace(old, new))
    assert said == f"pharmdocs.toml:{what}\n    fix: {fix}"


def test_a_number_without_quotation_marks_has_no_unit_either(tmp_path: Path) -> None:
    said = report(tmp_path, SHORT.replace('["63mm", "88mm"]', "[63, 88.5]"))
    assert said == (
        "pharmdocs.toml:3: `trim` is 63 without a unit\n"
        '    fix: say what is meant: "63mm", "63in" or "63pt"\n'
        "pharmdocs.toml:3: `trim` is 88.5 without a unit\n"
        '    fix: say what is meant: "88.5mm", "88.5in" or "88.5pt"'
    )


def test_a_stock_that_is_no_table_is_refused(tmp_path: Path) -> None:
    said = report(tmp_path, '[stocks]\nmine = "poker"\n')
    assert said == (
        "pharmdocs.toml:2: `mine` must be a table\n"
        "    fix: write a line [stocks.mine], and its keys below it"
    )


def test_every_problem_of_every_stock_is_told_at_once(tmp_path: Path) -> None:
    many = SHORT.replace("columns = 3", "columns = 9") + SHORT.replace("mine", "second").replace(
        "rows = 3", 'rows = 0\ngap = ["1", "-1mm"]\ncutt = "hand"'
    )
    said = re.findall(r"^pharmdocs.toml:(\d+): (.{12})", report(tmp_path, many), re.M)
    assert said == [
        ("4", "9 columns of"),
        ("10", "`rows` must "),
        ("11", "`gap` is 1 w"),
        ("11", "`gap` is -1m"),
        ("12", "unknown key "),
    ]


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    assert report(tmp_path, "[stocks.mine]\nsheet = a4\n").startswith(
        "pharmdocs.toml:2: a value without quotation marks"
    )


# Drawings ---------------------------------------------------------------------------------------

# 100 x 80 mm, a cell for 5 mm across and for 10 mm down: the gap of 5 mm is one cell wide.
SMALL = replace(
    STOCKS["a7-a4"],
    name="small",
    sheet=Size(mm(100), mm(80)),
    trim=Size(mm(35), mm(30)),
    columns=2,
    rows=2,
    left=mm(10),
    top=mm(10),
    gap=Size(mm(5), 0),
    paper="",
    nominal="A & B",
)
BY_HAND = """
╔═══════════════════╗
║ ┌──────┐┌──────┐  ║
║ │  1   ││  2   │  ║
║ │      ││      │  ║
║ ├──────┤├──────┤  ║
║ │  3   ││  4   │  ║
║ │      ││      │  ║
║ └──────┘└──────┘  ║
╚═══════════════════╝
"""
# Two cards of 50 x 40 mm that fill the paper: their cut ends on its edges.
FILLED = """
╔═════════╤═════════╗
║         │         ║
║    1    │    2    ║
║         │         ║
╟─────────┼─────────╢
║         │         ║
║    3    │    4    ║
║         │         ║
╚═════════╧═════════╝
"""


def test_a_stock_is_drawn_like_this() -> None:
    assert f"\n{drawing.drawn(SMALL)}\n" == BY_HAND


def test_a_perforation_is_dashed() -> None:
    dashed = BY_HAND.replace("─", "╌").replace("│", "╎")
    assert f"\n{drawing.drawn(replace(SMALL, cut='perforated'))}\n" == dashed


def test_cuts_end_on_the_edge_of_the_paper() -> None:
    filled = replace(
        SMALL, trim=Size(mm(50), mm(40)), left=0.0, top=0.0, gap=Size(0, 0), cut="hand"
    )
    assert f"\n{drawing.drawn(filled)}\n" == FILLED


@every_stock
def test_a_drawing_fits_a_terminal_and_shows_every_slot(name: str) -> None:
    found = STOCKS[name]
    drawn = drawing.drawn(found)
    assert re.findall(r"\d+", drawn) == [str(slot + 1) for slot in range(found.per_sheet)]
    assert len({len(line) for line in drawn.splitlines()}) == 1
    assert max(len(line) for line in drawing.described(found).splitlines()) <= 60


@pytest.mark.parametrize(("columns", "fit"), [(1, True), (11, True), (14, False), (80, False)])
def test_more_cards_than_a_terminal_is_wide_are_left_to_the_svg(columns: int, fit: bool) -> None:
    """Two rows of 11 take 5 cells a card; 14 of them would take 70."""
    many = replace(SMALL, trim=Size(mm(1), mm(30)), columns=columns, gap=Size(0, 0))
    drawn = drawing.drawn(many)
    assert ("--svg" not in drawn) == fit
    assert not fit or max(len(line) for line in drawn.splitlines()) <= 60


def test_sizes_are_told_in_both_units() -> None:
    lines = drawing.described(STOCKS["avery-5390"]).splitlines()
    told = {line[:14].strip(): line[14:] for line in lines[-14:] if line[:1].isalpha()}
    assert told["on the box"] == "2.25 x 3.5 in"
    assert told["sheet"] == "215.9 x 279.4 mm (8.5 x 11 in): Letter paper"
    assert told["card"] == "88.9 x 56.356 mm (3.5 x 2.219 in)"
    assert told["left, right"] == "19.05, 19.05 mm (0.75, 0.75 in)"
    assert told["grid"] == "2 x 4, perforated or pre-cut"


@every_stock
def test_the_svg_shows_every_slot_in_true_size(name: str) -> None:
    found = STOCKS[name]
    picture = drawing.svg(found)
    cut = picture[picture.index('<g id="cut"') : picture.index('<g id="slots">')]
    boxes = re.findall(r'<rect x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"/>', cut)
    wide, high = (float(figure) for figure in ROWS[name][2:4])
    left, top, across, down = (float(figure) for figure in ROWS[name][6:10])
    wanted = [
        (left + column * (wide + across), top + row * (high + down), wide, high)
        for row in range(found.rows)
        for column in range(found.columns)
    ]
    assert [float(side) for box in boxes for side in box] == pytest.approx(
        [side for box in wanted for side in box], abs=0.001
    )
    numbers = picture[picture.index('<g id="slots">') : picture.index('<g id="across"')]
    assert re.findall(r">(\d+)<", numbers) == [str(slot + 1) for slot in range(found.per_sheet)]
    assert ("stroke-dasharray" in cut) == (found.cut == "perforated")
    # One unit of the drawing is a millimeter of the paper.
    size = re.findall(r'width="([\d.]+)mm" height="([\d.]+)mm"', picture)
    assert size == re.findall(r'viewBox="\S+ \S+ (\S+) (\S+)"', picture)


def test_the_svg_measures_the_margins() -> None:
    picture = drawing.svg(STOCKS["zweckform-32010"])
    across, down = picture[picture.index('id="across"') :].split('id="down"')
    assert re.findall(r">([\d.]+)</text>", across) == ["14.11", "85", "9.9", "15.99"]
    # 297 - 14.11 - 5 x 54: the 12.99 mm of the source do not add up.
    assert re.findall(r">([\d.]+)</text>", down) == ["14.11", "54", "12.89"]
    # Drawn with the page turned by a quarter: what lies lower has the smaller number.
    middles = [float(x) for x in re.findall(r'<text x="(.+?)" y="-\d+"', down)]
    assert middles == pytest.approx([-7.055, -41.11, -290.555], abs=0.001)


def test_the_svg_is_well_formed_whatever_a_stock_is_called() -> None:
    document = minidom.parseString(drawing.svg(SMALL))  # noqa: S318
    assert document.documentElement is not None
    assert "small: A & B" in [
        node.firstChild.data
        for node in document.getElementsByTagName("text")
        if isinstance(node.firstChild, minidom.Text)
    ]
    assert "-0" not in re.sub(r"-0\.\d*[1-9]", "", drawing.svg(SMALL))


# The command ------------------------------------------------------------------------------------


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--project", str(folder)])


def test_the_list_has_a_row_for_every_stock(tmp_path: Path) -> None:
    (tmp_path / "pharmdocs.toml").write_text(SHORT, encoding="utf-8")
    lines = run(tmp_path).output.splitlines()
    assert [line.split()[0] for line in lines[1:-2]] == [*STOCKS, "mine"]
    assert lines[0].split("  ")[0] == "name"
    row = next(line for line in lines if line.startswith("avery-5390"))
    assert re.split(r" {2,}", row) == [
        *("avery-5390", "letter", "88.9 x 56.356 mm", "2 x 4", "perforated", "2.25 x 3.5 in"),
    ]
    assert lines[-1] == (
        "Without --stock: index-3x5-letter for --paper letter, a7-a4 for --paper a4."
    )


def test_the_list_can_be_of_one_paper(tmp_path: Path) -> None:
    found = json.loads(run(tmp_path, "--paper", "a4", "--json").output)
    wanted = [name for name in STOCKS if ROWS[name][:2] == ["210", "297"]]
    assert [row["name"] for row in found] == wanted
    assert {row["paper"] for row in found} == {"a4"}


def test_a_name_is_drawn_and_told(tmp_path: Path) -> None:
    output = run(tmp_path, "8388").output
    assert output.startswith("avery-5388\n\n╔")
    assert "card          127 x 76.2 mm (5 x 3 in)" in output


def test_a_name_is_told_to_machines(tmp_path: Path) -> None:
    found = json.loads(run(tmp_path, "zweckform-32010", "--json").output)
    assert found["sheet_mm"] == [210, 297]
    assert found["trim_mm"] == [85, 54]
    assert found["margins_mm"] == {"left": 14.11, "right": 15.99, "top": 14.11, "bottom": 12.89}
    assert (found["columns"], found["rows"], found["slots"]) == (2, 5, 10)


def test_the_svg_is_written_and_named(tmp_path: Path) -> None:
    file = tmp_path / "pictures" / "cards.svg"
    output = run(tmp_path, "avery-5388", "--svg", str(file)).output
    assert output == f"{file}\n"
    assert file.read_text(encoding="utf-8") == drawing.svg(STOCKS["avery-5388"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--svg", "cards.svg"], "--svg draws one stock"),
        (["avery-5388", "--paper", "a4"], "--paper shortens the list"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    result = run(tmp_path, *arguments)
    assert (result.exit_code, said in result.output) == (2, True)
    assert not Path("cards.svg").exists()


def test_an_unknown_stock_is_the_command_lines_mistake(tmp_path: Path) -> None:
    error = run(tmp_path, "avery-538").exception
    assert isinstance(error, SelectionError)
    assert error.exit_code == 2


def test_the_command_has_examples() -> None:
    assert isinstance(command, click.Command)
    assert "pharmdocs stocks avery-5388" in (command.help or "")
