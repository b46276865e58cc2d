"""Ink as it is measured on pages whose inks are known because the test painted them."""

from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from pharmdocs.coverage import Coverage, coverage, of_picture

PAGE = (100, 200)


def painted(path: Path, *contents: str) -> Path:
    """A PDF of pages of 100 x 200 pt, each with its instructions."""
    with pikepdf.new() as pdf:
        for content in contents:
            pdf.add_blank_page(page_size=PAGE)
            pdf.pages[-1].Contents = pdf.make_stream(content.encode())
        pdf.save(path)
    return path


def parts(found: Coverage) -> tuple[float, ...]:
    return (found.cyan, found.magenta, found.yellow, found.black)


@pytest.mark.parametrize(
    ("content", "inks"),
    [
        ("", (0, 0, 0, 0)),
        ("0 g 0 0 100 100 re f", (0, 0, 0, 0.5)),
        ("0 1 1 rg 0 0 50 100 re f", (0.25, 0, 0, 0)),
        ("1 0 0 rg 0 0 100 20 re f", (0, 0.1, 0.1, 0)),
        ("0.4 g 0 0 100 200 re f", (0, 0, 0, 0.6)),
        # A dark blue: what the three have in common is black.
        ("0.2 0.2 0.6 rg 0 0 100 200 re f", (0.4, 0.4, 0, 0.4)),
        # A hairline of 0.5 pt, as thin as a pixel, covers 1/400 of the height.
        ("0 g 0 100 100 0.5 re f", (0, 0, 0, 0.0025)),
    ],
)
def test_each_ink_covers_what_was_painted(
    tmp_path: Path, content: str, inks: tuple[float, ...]
) -> None:
    found = coverage(painted(tmp_path / "page.pdf", content))
    assert parts(found) == pytest.approx(inks, abs=0.001)


def test_pages_are_averaged(tmp_path: Path) -> None:
    black, white = "0 g 0 0 100 200 re f", ""
    found = coverage(painted(tmp_path / "pages.pdf", black, white, white, white))
    assert found.black == pytest.approx(0.25, abs=0.003)


def test_of_a_long_file_pages_from_all_over_it_count(tmp_path: Path) -> None:
    """The second half is black; the first pages alone would say that nothing is."""
    contents = [""] * 60 + ["0 g 0 0 100 200 re f"] * 60
    found = coverage(painted(tmp_path / "run.pdf", *contents))
    assert found.black == pytest.approx(0.5, abs=0.03)


def test_a_picture_counts_pixel_by_pixel() -> None:
    picture = Image.new("RGB", (10, 10), "white")
    picture.paste((255, 255, 0), (0, 0, 10, 3))
    assert parts(of_picture(picture)) == pytest.approx((0, 0, 0.3, 0))
