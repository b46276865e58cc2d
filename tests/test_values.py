"""A text in its blank: as it is, smaller, on two lines, refused; never cut, never changed."""

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.values import (
    FACE,
    TIGHTEST,
    TooLongError,
    drawn,
    height,
    lacking,
    measure,
    settle,
    shown,
    wrap,
)

WORDS = st.lists(st.text("abcdefgŁğé0123456789-", min_size=1, max_size=12), min_size=1)


def width_of(text: str, size: float) -> float:
    """By the font's own tables, in points."""
    with TTFont(fonts.folder() / FACE) as font:
        names, advances = font.getBestCmap(), font["hmtx"]
        total = sum(advances[names[ord(letter)]][0] for letter in text)
        return float(total) * size / float(font["head"].unitsPerEm)


def test_a_text_is_as_wide_as_the_font_says() -> None:
    assert measure("Łukasz Ağaoğlu") * 10 == pytest.approx(width_of("Łukasz Ağaoğlu", 10))


def test_a_text_that_fits_is_set_as_it_is() -> None:
    setting = settle("Ana Silva", 60, 10)
    assert (setting.size, setting.lines) == (10, ("Ana Silva",))


def test_a_text_that_nearly_fits_is_set_smaller_on_one_line() -> None:
    text = "Pharmacy Technician"
    width = width_of(text, 10) * 0.9
    setting = settle(text, width, 10)
    assert setting.lines == (text,)
    assert TIGHTEST * 10 <= setting.size < 10
    assert width_of(text, setting.size) <= width


def test_a_longer_one_is_set_on_two_lines() -> None:
    text = "Riverside Community Memorial Hospital"
    setting = settle(text, width_of(text, 10) * 0.5, 10)
    assert setting.lines == ("Riverside Community", "Memorial Hospital")
    assert setting.size < TIGHTEST * 10


def test_two_lines_fit_between_two_lines_to_write_on() -> None:
    """At the largest size of the sheet, on lines that are 21 points apart."""
    setting = settle("Riverside Community Memorial Hospital", 100, 10.5)
    assert len(setting.lines) == 2
    assert height(setting, 10.5) < 21


def test_a_text_that_fits_on_no_two_lines_is_refused_by_its_excess() -> None:
    text = "Riverside Community Memorial Hospital Outpatient Pharmacy"
    with pytest.raises(TooLongError) as caught:
        settle(text, 80, 10)
    assert settle(text[: -caught.value.excess], 80, 10).lines
    with pytest.raises(TooLongError):
        settle(text[: 1 - caught.value.excess], 80, 10)


def test_a_long_number_is_parted_after_a_hyphen_and_nowhere_else() -> None:
    assert wrap("500-123-456-789-012", measure("500-123-456-7")) == ["500-123-456-", "789-012"]
    with pytest.raises(TooLongError):
        settle("500123456789012", 40, 10)


@given(words=WORDS, ems=st.floats(1, 30))
def test_wrapping_loses_and_changes_nothing(words: list[str], ems: float) -> None:
    text = " ".join(words)
    lines = wrap(text, ems)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(lines)
    # Only what cannot be parted is wider than its line.
    assert all(measure(line) <= ems for line in lines if " " in line)


def test_a_letter_that_the_face_lacks_is_named() -> None:
    assert lacking("Ana 中 ☐ Silva") == ["☐", "中"]
    assert lacking("Łukasz Ağaoğlu, α–ω, “½”") == []


def test_what_is_drawn_is_the_glyphs_of_the_font() -> None:
    with TTFont(fonts.folder() / FACE) as font:
        glyphs = [font.getGlyphID(font.getBestCmap()[ord(letter)]) for letter in "Łğ"]
    assert shown("Łğ") == f"<{glyphs[0]:04X}{glyphs[1]:04X}>"
    content = drawn(settle("Łğ", 100, 10), 5, 7, 8, "F")
    assert content == f"BT /F 10.000 Tf 0 g 1 0 0 1 5.000 7.000 Tm {shown('Łğ')} Tj ET".encode()
