"""Pictures of pages: which there are, and that a back is seen where it lies behind its front."""

import json
from collections.abc import Callable
from pathlib import Path

import plain_pdf
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from pharmdocs import proofs
from pharmdocs.cli import main
from pharmdocs.imposition.printer import Printer
from pharmdocs.printables import PRINTABLES
from pharmdocs.printers import keep

PORTRAIT, LANDSCAPE = (200, 300), (300, 200)
SQUARE = 60
FEED = "printed side down, top edge first"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["proof", *map(str, arguments)], catch_exceptions=False)


def square(size: tuple[int, int], corner: str) -> str:
    """A black square in a corner of a page."""
    x = 0 if "left" in corner else size[0] - SQUARE
    y = 0 if "bottom" in corner else size[1] - SQUARE
    return f"0 g {x} {y} {SQUARE} {SQUARE} re f"


def dark(picture: Image.Image, corner: str) -> bool:
    """Whether something is drawn in a corner."""
    x = 10 if "left" in corner else picture.width - 10
    y = picture.height - 10 if "bottom" in corner else 10
    return picture.convert("L").getpixel((x, y)) != 255


CORNERS = ("top left", "top right", "bottom left", "bottom right")


@pytest.mark.parametrize(
    ("size", "duplex", "behind"),
    [
        (PORTRAIT, "DuplexFlipLongEdge", "top right"),
        (PORTRAIT, "DuplexFlipShortEdge", "bottom left"),
        (LANDSCAPE, "DuplexFlipLongEdge", "bottom left"),
        (LANDSCAPE, "DuplexFlipShortEdge", "top right"),
    ],
)
def test_an_overlay_turns_the_paper_as_the_printer_does(
    size: tuple[int, int], duplex: str, behind: str, tmp_path: Path
) -> None:
    """Take a sheet, mark a corner, turn it over that edge: where is the mark, seen from behind?"""
    content = square(size, "top left"), square(size, behind), square(size, "bottom right"), ""
    path = plain_pdf.write(tmp_path / "x.pdf", *content, size=size, duplex=duplex)
    assert run(path, "--overlay", "--dpi", "72", "-o", tmp_path).exit_code == 0
    with Image.open(tmp_path / "x-through-1.png") as seen:
        assert [corner for corner in CORNERS if dark(seen, corner)] == ["top left"]
        front = seen.getpixel((10, 10))
    with Image.open(tmp_path / "x-through-2.png") as seen:
        assert [corner for corner in CORNERS if dark(seen, corner)] == ["bottom right"]
    assert front == (0, 0, 0)


@pytest.mark.parametrize(
    ("turns", "behind"), [("long-edge", "top right"), ("short-edge", "bottom left")]
)
def test_an_overlay_turns_the_paper_as_the_manifest_says(
    turns: str, behind: str, tmp_path: Path
) -> None:
    """The file tells the printer to flip on the long edge; this one flips as it likes."""
    pages = square(PORTRAIT, "top left"), square(PORTRAIT, behind)
    path = plain_pdf.write(tmp_path / "x.pdf", *pages, size=PORTRAIT, duplex="DuplexFlipLongEdge")
    told = {"format": 1, "files": {"x.pdf": ""}, "options": {"turns": turns}}
    (tmp_path / "x.manifest.json").write_text(json.dumps(told), encoding="utf-8")
    assert run(path, "--overlay", "--dpi", "72", "-o", tmp_path).exit_code == 0
    with Image.open(tmp_path / "x-through-1.png") as seen:
        assert [corner for corner in CORNERS if dark(seen, corner)] == ["top left"]


@pytest.mark.parametrize(
    ("printer", "like"),
    [
        (Printer("home", "letter", turns="short-edge"), ("--duplex", "short-edge")),
        (Printer("home", "letter", told="manual", feed=FEED, reverse=True), ("--duplex", "manual")),
    ],
    ids=["the other edge", "the last sheet first"],
)
def test_an_overlay_shows_a_calibrated_printer_s_backs_behind_their_fronts(
    printer: Printer, like: tuple[str, ...], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those that any printer of that kind prints, stamps aside."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(project / "config"))
    keep(printer)
    for folder, options in (("ours", ("--printer", "home")), ("any", like)):
        build = ["build", "flashcards", *options, "-o", f"{folder}/flashcards.pdf"]
        assert CliRunner().invoke(main, build).exit_code == 0
        stem = "flashcards-fronts" if printer.told == "manual" else "flashcards"
        done = run(f"{folder}/{stem}.pdf", "--overlay", "--dpi", "24", "-o", folder)
        assert done.exit_code == 0, done.output
    for number in (1, 2, 3):
        grids = []
        for folder in ("ours", "any"):
            with Image.open(project / folder / f"{stem}-through-{number}.png") as seen:
                across, down = seen.width * 44 // 216, seen.height * 25 // 279
                box = (across, down, seen.width - across, seen.height - down)
                grids.append(seen.crop(box).tobytes())
        assert grids[0] == grids[1]


def test_the_back_is_told_from_the_front_by_its_color(tmp_path: Path) -> None:
    pages = "", square(PORTRAIT, "top right")
    path = plain_pdf.write(tmp_path / "x.pdf", *pages, size=PORTRAIT, duplex="DuplexFlipLongEdge")
    assert run(path, "--overlay", "--dpi", "72", "-o", tmp_path).exit_code == 0
    with Image.open(tmp_path / "x-through-1.png") as seen:
        assert seen.getpixel((10, 10)) == proofs._THROUGH


def test_front_and_back_lie_side_by_side(tmp_path: Path) -> None:
    """On the contact sheet, and sheets stand apart."""
    pages = [square(PORTRAIT, "bottom left")] * 3
    one = plain_pdf.write(tmp_path / "one.pdf", *pages, size=PORTRAIT)
    two = plain_pdf.write(tmp_path / "two.pdf", *pages, size=PORTRAIT, duplex="DuplexFlipLongEdge")
    found = []
    for path in (one, two):
        said = run(path, "--dpi", "30", "-o", tmp_path / "pictures").stdout
        assert f"3 pages and {path.stem}-contact-sheet.png" in said
        with Image.open(tmp_path / f"pictures/{path.stem}-contact-sheet.png") as sheet:
            middle = sheet.height // 2
            row = [sheet.getpixel((x, middle)) == (255, 255, 255) for x in range(sheet.width)]
        starts = [x for x in range(1, len(row)) if row[x] and not row[x - 1]]
        ends = [x for x in range(1, len(row)) if row[x - 1] and not row[x]]
        found.append([start - end for start, end in zip(starts[1:], ends, strict=False)])
    assert found == [[16, 16], [2, 16]]


def test_sheets_turned_by_hand_are_proved_from_both_files(project: Path) -> None:
    build = ["build", "flashcards", "--duplex", "manual"]
    assert CliRunner().invoke(main, build).exit_code == 0
    result = run("output/flashcards-fronts.pdf", "--overlay", "--dpi", "24", "-o", "pictures")
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (project / "pictures").iterdir())
    assert names == [
        *(f"flashcards-backs-{number}.png" for number in (1, 2, 3)),
        *(f"flashcards-fronts-{number}.png" for number in (1, 2, 3)),
        "flashcards-fronts-contact-sheet.png",
        *(f"flashcards-fronts-through-{number}.png" for number in (1, 2, 3)),
    ]


@pytest.mark.parametrize("name", PRINTABLES)
def test_every_printable_is_built_and_drawn(name: str, project: Path) -> None:
    bank = ["--bank", "interview"] if name == "checklist" else []
    result = run(name, *bank, "--dpi", "24", "-o", "pictures")
    assert result.exit_code == 0, result.output
    assert (project / f"pictures/{name}-contact-sheet.png").is_file()
    # The last good build is not a proof's to replace.
    assert (project / "output/flashcards.pdf").read_bytes() == b"the last good build"


def test_many_pages_take_several_contact_sheets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "_MOST_ON_SHEET", 2)
    path = plain_pdf.write(tmp_path / "x.pdf", *[""] * 5, size=(50, 50))
    assert "5 pages and x-contact-sheet-1.png, x-contact-sheet-2.png" in run(path).stdout


def test_the_contact_sheet_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("click.launch", shown.append)
    path = plain_pdf.write(tmp_path / "x.pdf", "")
    assert run(path, "--open", "-o", tmp_path).exit_code == 0
    assert shown == [str(tmp_path / "x-contact-sheet.png")]


def test_one_side_has_no_overlay(tmp_path: Path) -> None:
    for duplex, reason in (("", "does not say how it is turned"), ("Simplex", "on one side")):
        path = plain_pdf.write(tmp_path / "x.pdf", "", duplex=duplex)
        result = run(path, "--overlay")
        assert result.exit_code == 6
        assert reason in result.stderr


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "text": (plain_pdf.garbage, "is not a PDF"),
    "locked": (plain_pdf.locked, "is locked with a password"),
    "empty": (plain_pdf.empty, "is not a PDF with pages"),
    "endless": (lambda path: plain_pdf.sized(path, 0, 0, 1e7, 1e7), "page 1 has no size"),
    "flat": (lambda path: plain_pdf.sized(path, 0, 0, 612, 0.0), ""),
    "vast": (lambda path: plain_pdf.sized(path, 0, 0, 14000, 14000), "too large for 110 dpi"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_cannot_be_drawn_is_told_in_one_message(kind: str, tmp_path: Path) -> None:
    make, reason = HOSTILE[kind]
    result = run(make(tmp_path / "x.pdf"), "-o", tmp_path / "pictures")
    if not reason:
        # A page without height: the engine takes the usual paper for it.
        assert result.exit_code == 0
        return
    assert result.exit_code == 6
    assert result.stderr.count("error: ") == 1
    assert reason in result.stderr


def test_a_size_that_is_offered_can_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "_MOST_PIXELS", 40_000_000)
    path = plain_pdf.sized(tmp_path / "x.pdf", 0, 0, 14000, 4000)
    said = run(path, "-o", tmp_path).stderr
    assert run(path, "-o", tmp_path, "--dpi", said.split("--dpi ")[1].strip()).exit_code == 0
