"""Check: every text can be read in black and white, as a printer without color prints it."""

from collections.abc import Iterator

from pharmdocs.errors import Problem
from pharmdocs.preflight.promise import place
from pharmdocs.preflight.seen import Seen, Text

# WCAG 2.2, 1.4.3: for text, and for text that is large.
_LEAST, _LEAST_LARGE, _LARGE = 4.5, 3.0, 18.0


def check(seen: Seen) -> Iterator[Problem]:
    """The palest text of a page, where it is too pale; text on pictures is not judged."""
    judged = [(ratio / _due(text), ratio, text) for text in seen.texts if (ratio := _ratio(text))]
    share, ratio, text = min(judged, key=lambda it: it[0], default=(1.0, 0.0, None))
    if text and share < 0.999:
        what = f"text with a contrast of {ratio:.1f} : 1 in black and white, less than {_due(text)}"
        yield Problem(place(seen.number, text.box), what, "choose a darker color for it")


def _due(text: Text) -> float:
    return _LEAST_LARGE if text.size >= _LARGE else _LEAST


def _ratio(text: Text) -> float | None:
    if text.grey is None or text.ground is None:
        return None
    light, dark = sorted((_luminance(text.grey), _luminance(text.ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(grey: float) -> float:
    """How much light a grey gives back (sRGB, IEC 61966-2-1)."""
    return grey / 12.92 if grey <= 0.04045 else ((grey + 0.055) / 1.055) ** 2.4
