"""Flashcards for a print shop, as a user builds them."""

import json
import re
from pathlib import Path
from typing import Any

import icc
import pikepdf
import pypdfium2
import pytest
from card_builds import HEAD, IDS, refused, run, texts, told, write
from pikepdf import Pdf

from pharmdocs.geometry import mm
from pharmdocs.imposition.stock import find_stock, read_stocks

PRESS = ("--edition", "press")
MANIFEST = Path("output/flashcards-press.manifest.json")
PDF, TICKET = Path("output/flashcards-press.pdf"), Path("output/flashcards-press-ticket.txt")


@pytest.fixture
def shop(project: Path) -> Path:
    """A project of seven cards, and the profile of a shop in it."""
    (project / "shop.icc").write_bytes(icc.cmyk("Coated Test"))
    return project


_BUILT: dict[tuple[str, ...], dict[Path, bytes]] = {}


def made(*arguments: str, anew: bool = False) -> Pdf:
    """The file of a build, which stands for every later one with the same arguments."""
    if anew or arguments not in _BUILT:
        result = run(*PRESS, *arguments)
        assert result.exit_code == 0, result.output
        found = {path: path.read_bytes() for path in (PDF, TICKET, MANIFEST)}
        if anew:
            return pikepdf.open(PDF)
        _BUILT[arguments] = found
    for path, data in _BUILT[arguments].items():
        path.write_bytes(data)
    return pikepdf.open(PDF)


def test_the_boxes_are_those_a_pencil_works_out(shop: Path) -> None:
    """127 x 76.2 mm, 3 mm of bleed, 10 mm for marks: the paper is 153 x 102.2 mm."""
    with made("--profile", "shop.icc", "--only", "c1") as document:
        assert len(document.pages) == 2
        for page in document.pages:
            boxes = {
                name: [float(it) for it in page.obj[name]]
                for name in ("/MediaBox", "/BleedBox", "/TrimBox")
            }
            assert boxes["/MediaBox"] == pytest.approx([0, 0, mm(153), mm(102.2)], abs=0.001)
            assert boxes["/BleedBox"] == pytest.approx(
                [mm(10), mm(10), mm(143), mm(92.2)], abs=0.001
            )
            assert boxes["/TrimBox"] == pytest.approx(
                [mm(13), mm(13), mm(140), mm(89.2)], abs=0.001
            )
            assert "/CropBox" not in page.obj


def test_an_eighth_of_an_inch_is_told_in_millimeters(shop: Path) -> None:
    """A shop in the States asks for 0.125 in."""
    with made("--ink", "black", "--bleed", "0.125in", "--only", "c1") as document:
        bleed, trim = document.pages[0].obj.BleedBox, document.pages[0].obj.TrimBox
        assert float(trim[0]) - float(bleed[0]) == pytest.approx(9, abs=0.001)
    assert "Bleed      3.17 mm on every side" in TICKET.read_text("utf-8")


def test_front_and_back_follow_each_other(shop: Path) -> None:
    with made("--profile", "shop.icc"):
        pages = texts(PDF)
    assert [re.findall("|".join(IDS), page)[0] for page in pages] == [
        id_ for id_ in IDS for _ in (1, 2)
    ]
    assert ["ask" in page for page in pages[4:]] == [True, False] * 5
    rows = told(MANIFEST)["faces"]
    assert [(row["page"], row["side"]) for row in rows[:3]] == [
        (1, "front"),
        (2, "back"),
        (3, "front"),
    ]


def test_the_band_is_printed_into_every_corner_of_the_bleed(shop: Path) -> None:
    """Half a millimeter inside the bleed's corners at the left, and nothing outside of it."""
    with made("--profile", "shop.icc", "--only", "c1"):
        document = pypdfium2.PdfDocument(PDF)
    for page in document:
        picture = page.render(scale=4).to_pil()
        dots = {y: picture.getpixel((round(4 * mm(10.5)), round(4 * mm(y)))) for y in (10.5, 91.7)}
        assert all(max(dot) < 160 for dot in dots.values())
        assert picture.getpixel((round(4 * mm(9.5)), round(4 * mm(50)))) == (255, 255, 255)
        assert picture.getpixel((round(4 * mm(12)), round(4 * mm(9.5)))) == (255, 255, 255)
    document.close()


def operators(document: Pdf) -> set[str]:
    holders: list[Any] = list(document.pages)
    holders += [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"
    ]
    return {str(it.operator) for holder in holders for it in pikepdf.parse_content_stream(holder)}


def test_with_a_profile_colors_are_inks_and_the_file_names_it(shop: Path) -> None:
    with made("--profile", "shop.icc", "--only", "c1") as document:
        found = operators(document)
        assert "k" in found
        assert not found & {"rg", "RG", "sc", "sh"}
        intents = list(document.Root.OutputIntents)
        assert {str(intent.S) for intent in intents} == {"/GTS_PDFA1", "/GTS_PDFX"}
        for intent in intents:
            assert intent.DestOutputProfile.read_bytes() == (shop / "shop.icc").read_bytes()
            assert str(intent.OutputConditionIdentifier) == "Coated Test"
        said = document.Root.Metadata.read_bytes() + repr(document.docinfo).encode()
        assert b"PDFX" not in said
        assert b"pdfx" not in said
        assert b'pdfaid:part="2"' in said


def test_black_ink_is_grey_alone_and_no_claim_of_an_archive(shop: Path) -> None:
    with made("--ink", "black", "--only", "c1") as document:
        assert not operators(document) & {"rg", "RG", "k", "K", "sc", "sh"}
        assert "/OutputIntents" not in document.Root
        said = document.Root.Metadata.read_bytes()
        assert b"pdfaid" not in said
        assert b'pdfuaid:part="1"' in said


def test_black_ink_with_a_profile_is_black_on_that_press(shop: Path) -> None:
    with made("--ink", "black", "--profile", "shop.icc", "--only", "c1") as document:
        assert not operators(document) & {"rg", "RG", "k", "K"}
        assert len(document.Root.OutputIntents) == 2


def test_what_saves_ink_has_a_line_from_edge_to_edge(shop: Path) -> None:
    with made("--ink", "low", "--profile", "shop.icc", "--only", "c1") as document:
        assert len(document.pages) == 2


def test_the_project_may_say_black(shop: Path) -> None:
    (shop / "pharmdocs.toml").write_text('bank = "small"\nink = "black"\n', encoding="utf-8")
    with made("--only", "c1", anew=True) as document:
        assert len(document.pages) == 2


def test_marks_stand_outside_the_bleed_on_every_plate(shop: Path) -> None:
    """Eight crop marks, one or two a corner; four targets; a line of words below."""
    with made("--profile", "shop.icc", "--only", "c1") as document:
        page = document.pages[0]
        marks: Any = page.Resources.XObject["/Marks"]
        space = marks.Resources.ColorSpace["/All"]
        assert [str(space[0]), str(space[1]), str(space[2])] == [
            "/Separation",
            "/All",
            "/DeviceGray",
        ]
        inner = next(iter(dict(marks.Resources.XObject).values()))
        lines, at = [], (0.0, 0.0)
        for instruction in pikepdf.parse_content_stream(inner, "m l"):
            x, y = (float(it) / mm(1) for it in instruction.operands)
            if str(instruction.operator) == "l":
                lines.append((*at, x, y))
            at = (x, y)
        crops = [
            line
            for line in lines
            if abs(line[2] - line[0]) + abs(line[3] - line[1]) == (pytest.approx(5, abs=0.01))
            and pytest.approx(line[0], abs=0.01) == 13.0
        ]
        # Above and below the left edge of the trim, 1 mm off the bleed.
        assert sorted(
            min(line[1], line[3]) for line in crops if line[0] == pytest.approx(line[2])
        ) == pytest.approx([4, 93.2], abs=0.01)
        assert len(lines) == 8 + 4 * 2
    slug = re.sub(r"\s+", " ", texts(PDF)[0])
    assert "Two Questions 1.0 · c1 front · page 1 of 2" in slug
    assert "127 x 76.2 mm + 3 mm bleed" in slug
    assert "CMYK, Coated Test" in slug


def test_the_ticket_says_what_a_shop_asks(shop: Path) -> None:
    with made("--profile", "shop.icc", "--copies", "1500", "--only", "c1,c2", anew=True):
        ticket = TICKET.read_text("utf-8")
    assert max(map(len, ticket.splitlines())) <= 78
    flat = re.sub(r"\s+", " ", ticket)
    for said in (
        "Title Two Questions: Flashcards, edition 1.0",
        "Copies 1,500",
        "Pages 4 for 2 cards: a front, its back, the next front",
        "Trim 127 x 76.2 mm (5 x 3 in)",
        "Bleed 3 mm on every side",
        "Color 4/4: CMYK, both sides; black text is black ink alone",
        "Condition Coated Test",
        "Fold none",
        "Staple none",
        "Fonts all embedded: Pharm-",
        "No PDF/X is claimed",
    ):
        assert said in flat
    assert str(shop) not in ticket


def test_nobody_said_how_many(shop: Path) -> None:
    with made("--ink", "black", "--only", "c1"):
        ticket = re.sub(r"\s+", " ", TICKET.read_text("utf-8"))
    assert "Copies ______" in ticket
    assert "Color 1/1: black ink alone" in ticket
    assert "Condition any; the file names none" in ticket


def test_the_same_input_gives_the_same_bytes(shop: Path) -> None:
    found = []
    for jobs in ("1", "2"):
        with made("--profile", "shop.icc", "--only", "c1,c2", "--jobs", jobs, anew=True):
            found.append([path.read_bytes() for path in (PDF, TICKET, MANIFEST)])
    assert found[0] == found[1]
    assert all(str(shop).encode() not in data for data in found[0])


def test_machines_are_told_too(shop: Path) -> None:
    said = json.loads(run(*PRESS, "--ink", "black", "--only", "c1", "--json").stdout)
    assert (said["cards"], said["pages"], said["bleed"]) == (1, 2, "3 mm")
    assert [Path(path).name for path in said["paths"]] == [
        "flashcards-press.pdf",
        "flashcards-press-ticket.txt",
    ]


REFUSED = [
    ([], 4, "got neither profile nor black", "add --profile FILE.icc, or --ink black"),
    (["--profile", "none.icc"], 4, "none.icc is not there", "mend the path"),
    (["--profile", "pharmdocs.toml"], 4, "pharmdocs.toml is not an ICC profile", "ask the shop"),
    (["--profile", "content"], 4, "content cannot be read (Is a directory)", "ask the shop"),
    (["--profile", "screen.icc"], 4, "screen.icc is a profile for RGB, not for CMYK", "ask the"),
    (["--profile", "scan.icc"], 4, "scan.icc is the profile of a scanner, not of a press", "ask"),
    (["--profile", "five.icc"], 4, "five.icc is of ICC version 5", "ask the shop"),
    (["--profile", "half.icc"], 4, "half.icc is damaged", "ask the shop"),
    (["--profile", "empty.icc"], 4, "empty.icc is damaged", "ask the shop"),
    (["--profile", "huge.icc"], 4, "huge.icc has 21 MB, more than any profile (20 MB)", "ask"),
    (["--ink", "black", "--bleed", "50mm"], 2, "`--bleed 50mm` is not what a shop asks", "3mm"),
    (["--ink", "black", "--bleed", "0mm"], 2, "`--bleed 0mm` is not what a shop asks", "3mm"),
    (
        ["--ink", "black", "--printer", "desk"],
        2,
        "a print shop has printers of its own",
        "leave out --printer",
    ),
    (["--ink", "black", "--start", "2"], 2, "--start: there are no sheets", "leave out --start"),
    (
        ["--ink", "black", "--duplex", "fold", "--back-bleed", "2mm"],
        2,
        "--duplex and --back-bleed: there are no sheets",
        "leave out --duplex and --back-bleed",
    ),
]


@pytest.mark.parametrize(("arguments", "code", "what", "fix"), REFUSED)
def test_bad_input_is_told_once_with_its_fix(
    arguments: list[str], code: int, what: str, fix: str, shop: Path
) -> None:
    sound = (shop / "shop.icc").read_bytes()
    screen = icc.profile({}, kind=b"mntr", space=b"RGB ")
    files = {
        "screen": screen,
        "scan": icc.cmyk(kind=b"scnr"),
        "five": icc.cmyk(version=5),
        "half": sound[: len(sound) // 2],
        "empty": icc.profile({}),
        "huge": sound + bytes(21_000_000),
    }
    for name, data in files.items():
        (shop / f"{name}.icc").write_bytes(data)
    said = refused(shop, code, *PRESS, *arguments)
    assert said.count("error:") == 1
    assert said.count("fix:") == 1
    assert what in said
    assert fix in said.partition("fix:")[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--copies", "3"], "--copies: only an edition for a print shop has that"),
        (["--profile", "shop.icc"], "--profile: only an edition for a print shop has that"),
        (["--bleed", "3mm"], "the cards of index-3x5-letter have no gap between them"),
        (
            ["--bleed", "6mm", "--stock", "avery-c32011"],
            "the cards of avery-c32011 stand 10 mm apart\n    fix: ask for 5mm at most",
        ),
    ],
)
def test_a_sheet_is_not_for_a_shop(arguments: list[str], said: str, shop: Path) -> None:
    assert said in refused(shop, 2, *arguments)


def test_on_sheets_with_gaps_the_bleed_is_as_asked(shop: Path) -> None:
    """Half the gutter is 5 mm: 4 mm are possible, and printed beside the card's own left edge."""
    result = run("--stock", "avery-c32011", "--bleed", "4mm", "--only", "c1")
    assert result.exit_code == 0, result.output
    stock = find_stock("avery-c32011", read_stocks(None, ""))
    document = pypdfium2.PdfDocument("output/flashcards.pdf")
    picture = document[0].render(scale=4).to_pil()
    document.close()
    across = [round(4 * (stock.left - mm(out))) for out in (3.8, 4.2)]
    inked = [max(picture.getpixel((x, round(4 * (stock.top + mm(20)))))) < 200 for x in across]
    assert inked == [True, False]


def test_a_picture_of_colors_without_a_profile_is_refused(shop: Path) -> None:
    """The style sheet draws a color although there is only black."""
    (shop / "templates").mkdir()
    (shop / "templates" / "ink-black.css").write_text(".head { color: #ff0000 }", encoding="utf-8")
    said = refused(shop, 6, *PRESS, "--ink", "black", "--only", "c1")
    assert "page 1: text is drawn in RGB" in said


def test_a_foreign_name_in_a_profile_does_not_break_the_slug(shop: Path) -> None:
    write(shop, HEAD + "c1,µg and mg,ten to the third,safety,\n")
    (shop / "shop.icc").write_bytes(icc.cmyk("Coated  (v2)\tISO"))
    with made("--profile", "shop.icc", "--only", "c1", anew=True) as document:
        assert str(document.Root.OutputIntents[0].Info) == "Coated (v2) ISO"
