"""A QR code on paper: printed, copied badly, and still read; too large a one is refused."""

import io
import re
import xml.etree.ElementTree as ET
from typing import Any

import pypdfium2
import pytest
import weasyprint
import zxingcpp
from PIL import Image, ImageFilter

from pharmdocs.errors import LayoutError
from pharmdocs.geometry import mm
from pharmdocs.people.qr import qr_svg

SHORT = "mailto:?subject=Thank%20you"
LINK = (
    "mailto:m.ortiz%2Bhr@harbor.example?subject=Thank%20you:%20pharmacy%20technician%20interview,"
    "%20Thursday,%20December%203,%202026&body=Dear%20Ms.%20Zo%C3%AB%20Ortiz,%0D%0A%0D%0AThank%20you"
    "%20for%20talking%20with%20me%20on%20Thursday,%20December%203,%202026."
)

# A byte code at error correction M: version -> the most bytes that it holds (ISO/IEC 18004, table
# 7), and its modules a side, 17 + 4 x version.
CAPACITY = {1: 14, 2: 26, 5: 84, 6: 106, 10: 213, 11: 251, 12: 287}


def printed(svg: str) -> Image.Image:
    """The code on a page, as a scanner of 300 dpi sees it."""
    html = f"<style>@page {{ size: 120mm; margin: 30mm }}</style><div>{svg}</div>"
    pdf = weasyprint.HTML(string=html).write_pdf()
    assert pdf is not None
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        picture: Image.Image = document[0].render(scale=300 / 72).to_pil().convert("L")
    return picture


def copied(picture: Image.Image, blur: float) -> Image.Image:
    """What a copier makes of it: set down askew, blurred, then black or white."""
    askew = picture.rotate(2, Image.Resampling.BICUBIC, fillcolor=255)
    soft = askew.filter(ImageFilter.GaussianBlur(blur))
    return soft.point(lambda value: 255 if value > 140 else 0)


def read(picture: Image.Image) -> list[str]:
    codes: list[Any] = zxingcpp.read_barcodes(picture)
    return [code.text for code in codes]


@pytest.mark.parametrize("text", [SHORT, LINK])
def test_the_code_is_read_from_paper(text: str) -> None:
    page = printed(qr_svg(text).svg)
    assert read(page) == [text]
    # A module of 0.4 mm is 4.7 dots.
    assert read(copied(page, 1.8)) == [text]
    assert read(copied(copied(page, 1.5), 1.5)) == [text]


def test_a_stain_does_not_hide_it() -> None:
    """Error correction M: of the code's words 15 % can be lost."""
    qr = qr_svg(LINK)
    page = printed(qr.svg)
    near = round((mm(30) + qr.side * 0.45) * 300 / 72)
    far = round((mm(30) + qr.side * 0.63) * 300 / 72)
    page.paste(255, (near, near, far, far))
    assert read(page) == [LINK]


def test_what_is_copied_to_death_is_not_read() -> None:
    assert read(copied(printed(qr_svg(LINK).svg), 6)) == []


@pytest.mark.parametrize("version", CAPACITY)
def test_a_code_is_no_larger_than_it_must_be(version: int) -> None:
    modules = 17 + 4 * version + 8
    text = "m" * CAPACITY[version]
    assert qr_svg(text).side == pytest.approx(mm(modules * 0.4))
    assert qr_svg(text + "m", largest=mm(50)).side > mm(modules * 0.4 + 0.1)


def test_the_picture_has_the_size_that_is_told_and_its_quiet_zone() -> None:
    qr = qr_svg(SHORT, module=mm(0.5))
    root = ET.fromstring(qr.svg)  # noqa: S314
    side = float(root.attrib["viewBox"].split()[2])
    assert qr.side == pytest.approx(mm(0.5) * side, abs=0.001)
    assert root.attrib["width"] == root.attrib["height"] == f"{qr.side:.4f}pt"
    [path] = [element.attrib["d"] for element in root]
    runs = [(int(x), int(y), int(w)) for x, y, w in re.findall(r"M(\d+) (\d+)h(\d+)v1", path)]
    assert min(x for x, _, _ in runs) == min(y for _, y, _ in runs) == 4
    assert max(x + w for x, _, w in runs) == max(y + 1 for _, y, _ in runs) == side - 4
    # The upper edge of the finder patterns, from corner to corner.
    top = [(x, w) for x, y, w in runs if y == 4]
    assert (top[0], top[-1]) == ((4, 7), (side - 4 - 7, 7))


def test_too_long_a_text_is_refused_with_what_to_lose() -> None:
    # 30 mm hold 75 modules of 0.4 mm: version 12 with its quiet zone takes 73.
    with pytest.raises(LayoutError) as raised:
        qr_svg("m" * (CAPACITY[12] + 19), largest=mm(30))
    [problem] = raised.value.problems
    assert problem.what == "the QR code takes 30.8 mm, and there is room for 30.0 mm"
    assert problem.fix == "shorten what it holds by 19 characters"
    assert qr_svg("m" * CAPACITY[12], largest=mm(30)).side <= mm(30)


def test_what_no_code_holds_is_refused() -> None:
    with pytest.raises(LayoutError) as raised:
        qr_svg("m" * 100_000, largest=mm(30))
    [problem] = raised.value.problems
    assert problem.what == "the QR code holds more than any code can, and there is room for 30.0 mm"
    assert problem.fix == f"shorten what it holds by {100_000 - CAPACITY[12]:,} characters"


def test_a_module_that_no_phone_reads_is_a_bug() -> None:
    with pytest.raises(ValueError, match=r"0\.35 mm is too small"):
        qr_svg(SHORT, module=mm(0.35))


def test_the_same_text_is_the_same_picture() -> None:
    assert qr_svg(LINK) == qr_svg(LINK)
