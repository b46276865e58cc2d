"""Colors as #rrggbb: how well one is read on another, and the nearest that is."""

import colorsys

# WCAG 2.2, 1.4.3: the least contrast of text.
READABLE = 4.5


def contrast(color: str, ground: str = "#ffffff") -> float:
    """The WCAG 2.2 contrast ratio of a color and a lighter ground, 1 to 21."""
    return (_luminance(ground) + 0.05) / (_luminance(color) + 0.05)


def darkened(color: str, ground: str = "#ffffff") -> str:
    """The lightest color of the same hue and saturation that is readable on a ground."""
    hue, light, saturation = colorsys.rgb_to_hls(*_parts(color))
    while contrast(color, ground) < READABLE:
        light -= 0.001
        parts = colorsys.hls_to_rgb(hue, light, saturation)
        color = "#" + "".join(f"{round(part * 255):02x}" for part in parts)
    return color


def _parts(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(color: str) -> float:
    """The relative luminance of WCAG 2.2, 0 for black to 1 for white."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _parts(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
