"""What somebody's name, date or number looks like in a blank: its size, its lines, its glyphs.

One setting serves the form field and the printed line, so that both show the same picture. A text
too long for its blank is set smaller, then on two lines, then refused; it is never cut.
"""

import re
from dataclasses import dataclass

from pharmdocs.typesetting import fonts

FACE = "PharmSans-Regular.ttf"
# What resources call it.
FONT = "PharmSans"
# How far type may shrink to stay on one line, and how large it is on two.
TIGHTEST = 0.8
_WRAPPED = 0.72
# In em of the blank's own size: from the blank's lower edge to the base line, and from line to
# line where there are two.
BASE = 0.325
LEADING = 0.82
# Plex letters reach so far above the base line, accents on capitals included; in em.
ASCENT = 0.95
# Between a blank's edge and its text, in points; viewers leave as much.
INSET = 2.0
_ROUNDING = 0.001
# From line to line of notes, in em of their own size, and the sizes that they may have.
_NOTES_LEADING = 1.3
_NOTES_SCALES = (1.0, 0.9, 0.8, 0.7)


@dataclass(frozen=True)
class Setting:
    """A text in its blank: its size in points and its lines, the last one on the base line."""

    size: float
    lines: tuple[str, ...]


class TooLongError(ValueError):
    """A text that its blank cannot hold; `excess` is how many characters too long it is."""

    def __init__(self, excess: int) -> None:
        super().__init__(f"{excess} character{'' if excess == 1 else 's'} too long for its blank")
        self.excess = excess


def settle(text: str, width: float, size: float) -> Setting:
    """Set a text in a blank: as it is, else smaller, else on two lines.

    Args:
        text: one line.
        width: of the blank, in points.
        size: of the blank's type, in points.

    Raises:
        TooLongError: it does not fit on two lines.
    """
    needed = measure(text) * size
    if needed <= width:
        return Setting(size, (text,))
    if needed * TIGHTEST <= width:
        return Setting(size * width / needed - _ROUNDING, (text,))
    room = width / (size * _WRAPPED)
    lines = wrap(text, room)
    if len(lines) > 2 or any(measure(line) > room for line in lines):
        raise TooLongError(_excess(text, room))
    return Setting(size * _WRAPPED, tuple(lines))


def _excess(text: str, room: float) -> int:
    """How many characters must go from the end of a text before it fits on two lines."""
    for count in range(1, len(text)):
        lines = wrap(text[:-count], room)
        if len(lines) <= 2 and all(measure(line) <= room for line in lines):
            return count
    return len(text)


def height(setting: Setting, size: float) -> float:
    """How high a setting stands above the lower edge of a blank of that size, in points."""
    return (BASE + (len(setting.lines) - 1) * LEADING) * size + ASCENT * setting.size


def wrap(text: str, ems: float) -> list[str]:
    """The lines of a text in so many em; words are parted after - / @ _ when they have to be.

    A piece that is still too wide stands alone on its line, wider than that.
    """
    lines = [""]
    for word in text.split():
        if measure(longer := f"{lines[-1]} {word}".lstrip()) <= ems:
            lines[-1] = longer
            continue
        pieces = [word] if measure(word) <= ems else re.split(r"(?<=[-/@_])", word)
        for number, piece in enumerate(pieces):
            if number and measure(lines[-1] + piece) <= ems:
                lines[-1] += piece
            else:
                lines.append(piece)
    return [line for line in lines if line]


def lacking(text: str) -> list[str]:
    """The characters of a text that the face does not have."""
    return sorted(set(text) - fonts.metrics(FACE).glyphs.keys())


def measure(text: str) -> float:
    """The width of a text in em, set letter by letter without kerning."""
    face = fonts.metrics(FACE)
    return sum(face.advances[face.glyphs[letter]] for letter in text) / face.em


def shown(text: str) -> str:
    """The operand that shows a text with the whole face: its glyphs as a hexadecimal string."""
    glyphs = fonts.metrics(FACE).glyphs
    return "<" + "".join(f"{glyphs[letter]:04X}" for letter in text) + ">"


def drawn(setting: Setting, left: float, base: float, leading: float, font: str) -> bytes:
    """Content that shows a setting in black, its last line at a place on the page.

    Args:
        setting: what is shown.
        left: where its lines begin, from the left.
        base: where the last base line lies, from below.
        leading: from line to line, in points.
        font: what the resources call the face.
    """
    count = len(setting.lines)
    shows = "".join(
        f"1 0 0 1 {left:.3f} {base + (count - number) * leading:.3f} Tm {shown(line)} Tj "
        for number, line in enumerate(setting.lines, 1)
    )
    return f"BT /{font} {setting.size:.3f} Tf 0 g {shows}ET".encode()


def noted(value: str, width: float, height: float, size: float) -> bytes:
    """Several lines from the top, smaller when there are many, on paper of their own.

    Raises:
        TooLongError: they do not fit in their box at the smallest size.
    """
    room = width - 2 * INSET
    for scale in _NOTES_SCALES:
        set_ = size * scale
        lines = [line for text in value.splitlines() for line in wrap(text, room / set_)]
        leading = set_ * _NOTES_LEADING
        most = max(int((height - INSET) / leading), 1)
        if len(lines) <= most and all(measure(line) * set_ <= room for line in lines):
            break
    else:
        raise TooLongError(max(len(" ".join(lines[most:])), 1))
    if not lines:
        return b""
    base = height - INSET - ASCENT * set_ - (len(lines) - 1) * leading
    paper = f"1 g 0 0 {width:.3f} {height:.3f} re f ".encode()
    return paper + drawn(Setting(set_, tuple(lines)), INSET, base, leading, FONT)
