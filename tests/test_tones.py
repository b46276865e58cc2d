"""Pictures of a bank in the tones that a page can have, and as large as their pixels allow."""

import io
from pathlib import Path
from typing import Any

import icc
import pikepdf
import pypdfium2
import pytest
import small_bank
from click.testing import CliRunner
from PIL import Image
from pypdfium2 import raw

from pharmdocs.cli import main
from pharmdocs.tones import as_printed

# What is as light in grey, by the weights of ITU-R BT.601: 0.299, 0.587, 0.114.
TEAL, GREY = (10, 90, 100), 67


def data(image: Any, kind: str = "PNG", **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def shown(picture: bytes, grey: bool) -> Any:
    return Image.open(io.BytesIO(as_printed(picture, grey)))


@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA", "CMYK"])
def test_black_ink_makes_every_color_a_grey(mode: str) -> None:
    kind, color = "JPEG" if mode == "CMYK" else "PNG", Image.new("RGB", (9, 9), TEAL)
    image = shown(data(color.quantize(2) if mode == "P" else color.convert(mode), kind), grey=True)
    assert (image.mode, image.format) == ("LA" if mode == "RGBA" else "L", kind)
    assert image.getpixel((4, 4)) == ((GREY, 255) if mode == "RGBA" else pytest.approx(GREY, abs=2))


def test_the_inks_of_a_press_come_as_a_screen_s_colors() -> None:
    """As PDF/A asks for, whose one set of colors is that of the screen."""
    image = shown(data(Image.new("CMYK", (9, 9), (255, 0, 0, 0)), "JPEG"), grey=False)
    assert image.mode == "RGB"
    assert image.getpixel((4, 4)) == pytest.approx((0, 255, 255), abs=3)


@pytest.mark.parametrize("grey", [False, True])
def test_of_sixteen_bits_the_upper_eight_are_shown(grey: bool) -> None:
    image = shown(data(Image.new("I;16", (9, 9), 30_000)), grey)
    assert (image.mode, image.getpixel((4, 4))) == ("L", 116)


def test_a_photo_that_was_turned_stands_upright_in_grey() -> None:
    exif = Image.Exif()
    turned, orientation = 6, 0x0112
    exif[orientation] = turned
    assert shown(data(Image.new("RGB", (20, 10)), "JPEG", exif=exif), grey=True).size == (10, 20)


@pytest.mark.parametrize(("mode", "grey"), [("L", True), ("LA", True), ("RGB", False)])
def test_what_will_do_stays_as_it_is(mode: str, grey: bool) -> None:
    picture = data(Image.new(mode, (9, 9)))
    assert as_printed(picture, grey) is picture


PRESS = ("--edition", "press", "--profile", "shop.icc")


@pytest.mark.parametrize(
    ("asked", "width", "spaces"),
    [
        ((), 96, {"/DeviceRGB"}),
        (("--ink", "black"), 96, {"/DeviceGray"}),
        (PRESS, 48, {"/DeviceCMYK"}),
    ],
)
def test_a_small_picture_is_as_large_as_its_pixels_allow(
    asked: tuple[str, ...], width: float, spaces: set[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """200 pixels: 150 to the inch come to 96 points, 300 to 48."""
    bank = small_bank.lay(tmp_path)
    (bank / "box.png").write_bytes(data(Image.new("RGB", (200, 40), TEAL)))
    (bank / "ink.jpg").write_bytes(data(Image.new("CMYK", (200, 40), (255, 0, 0, 0)), "JPEG"))
    text = small_bank.question(1, 2)
    more = "Alpha.\n\n![a box](box.png)\n\n![an inkpot](ink.jpg)"
    (bank / "q01.md").write_text(text.replace("Say what comes first.", more), encoding="utf-8")
    (tmp_path / "shop.icc").write_bytes(icc.cmyk())
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["build", "booklet", *asked], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    (path,) = Path("output").glob("*.pdf")
    with pikepdf.open(path) as document:
        pictures = [it for it in document.objects if isinstance(it, pikepdf.Stream)]
        found = [it for it in pictures if it.get("/Subtype") == "/Image"]
        assert {str(it.ColorSpace) for it in found} == spaces
    with pypdfium2.PdfDocument(path) as document:
        drawn = [it for page in document for it in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE])]
        sides = [(right - left) for left, _, right, _ in (it.get_bounds() for it in drawn)]
    assert sides == pytest.approx([width, width], abs=0.1)


def test_a_photo_stands_on_a_card_and_leaves_room_for_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As wide as the card it would be higher than the card: it is eight times its type, 11 pt."""
    bank = small_bank.lay(tmp_path)
    (bank / "jar.jpg").write_bytes(data(Image.new("RGB", (900, 900), TEAL), "JPEG"))
    cards = "id,front,back,category,tags\nc1,What is it? ![a jar](jar.jpg),A jar,safety,\n"
    (bank / "cards.csv").write_text(cards, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    asked = ["build", "flashcards", "--stock", "index-3x5-letter", "--only", "c1"]
    result = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    with pypdfium2.PdfDocument("output/flashcards.pdf") as document:
        page = document[0]
        (drawn,) = page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=9)
        left, bottom, right, top = drawn.get_bounds()
        assert [right - left, top - bottom] == pytest.approx([88, 88], abs=0.1)
