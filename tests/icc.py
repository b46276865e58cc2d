"""ICC profiles made here, small and true enough: no machine need have one.

The press of `cmyk()` prints what a pencil works out: each ink is one minus its color, and what the
three have in common is half replaced by black. So grey that went through the profile has all four
inks, as on a real press, and nobody can take it for black alone.
"""

import struct
from itertools import product

# ICC.1:2022: D50 as XYZ, and the matrix from linear sRGB to it (IEC 61966-2-1, adapted).
_D50 = (0.9642, 1.0, 0.8249)
_TO_XYZ = (
    (0.4360747, 0.3850649, 0.1430804),
    (0.2225045, 0.7168786, 0.0606169),
    (0.0139322, 0.0971045, 0.7141733),
)
_FROM_XYZ = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)


def cmyk(name: str = "Test Press", kind: bytes = b"prtr", version: int = 2) -> bytes:
    """The profile of a press that lays down 1 - color of each ink, and black for half the grey."""
    steps = [value / 16 for value in range(17)]
    to_ink = b"".join(
        bytes(round(255 * ink) for ink in _inks(_from_lab(light, a, b)))
        for light, a, b in product(steps, repeat=3)
    )
    ends = [value / 4 for value in range(5)]
    to_color = b"".join(
        _to_lab(tuple((1 - ink) * (1 - black) for ink in inks))
        for *inks, black in product(ends, repeat=4)
    )
    tags = {
        b"desc": _text_description(name),
        b"cprt": b"text\0\0\0\0No rights reserved\0",
        b"wtpt": b"XYZ \0\0\0\0" + b"".join(_fixed(part) for part in _D50),
        b"A2B0": _lut(4, 3, 5, to_color),
        b"B2A0": _lut(3, 4, 17, to_ink),
    }
    for number in b"12":
        tags[b"A2B%c" % number], tags[b"B2A%c" % number] = tags[b"A2B0"], tags[b"B2A0"]
    tags[b"gamt"] = _lut(3, 1, 2, bytes(8))
    return profile(tags, kind, b"CMYK", version)


def profile(
    tags: dict[bytes, bytes],
    kind: bytes = b"prtr",
    space: bytes = b"CMYK",
    version: int = 2,
) -> bytes:
    """A profile with a header and these tags."""
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for tag, data in tags.items():
        padded = data + bytes(-len(data) % 4)
        table += tag + struct.pack(">II", at + len(body), len(data))
        body += padded
    header = struct.pack(
        ">I4sBBH4s4s4s", at + len(body), b"", version, 0x40, 0, kind, space, b"Lab "
    )
    header += struct.pack(">6H4s4sI4s4sQI", 2026, 1, 1, 0, 0, 0, b"acsp", b"", 0, b"", b"", 0, 0)
    header += b"".join(map(_fixed, _D50)) + b"\0" * 48
    assert len(header) == 128
    return header + struct.pack(">I", len(tags)) + table + body


def _inks(color: tuple[float, ...]) -> tuple[float, ...]:
    most = [1 - min(max(part, 0.0), 1.0) for part in color]
    black = min(most) / 2
    return (*(((ink - black) / (1 - black)) for ink in most), black)


def _from_lab(*coded: float) -> tuple[float, ...]:
    """sRGB of an eight-bit Lab, each part from 0 to 1."""
    light, a, b = 100 * coded[0], 255 * coded[1] - 128, 255 * coded[2] - 128
    y = (light + 16) / 116
    cubed = [
        part**3 if part > 6 / 29 else 3 * (6 / 29) ** 2 * (part - 4 / 29)
        for part in (y + a / 500, y, y - b / 200)
    ]
    xyz = [part * white for part, white in zip(cubed, _D50, strict=True)]
    linear = [sum(m * part for m, part in zip(row, xyz, strict=True)) for row in _FROM_XYZ]
    return tuple(
        12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in linear
    )


def _to_lab(color: tuple[float, ...]) -> bytes:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color
    ]
    xyz = [sum(m * part for m, part in zip(row, linear, strict=True)) for row in _TO_XYZ]
    roots = [
        part ** (1 / 3) if part > (6 / 29) ** 3 else part / (3 * (6 / 29) ** 2) + 4 / 29
        for part in (value / white for value, white in zip(xyz, _D50, strict=True))
    ]
    lab = 116 * roots[1] - 16, 500 * (roots[0] - roots[1]), 200 * (roots[1] - roots[2])
    coded = lab[0] * 2.55, lab[1] + 128, lab[2] + 128
    return bytes(min(max(round(part), 0), 255) for part in coded)


def _lut(inputs: int, outputs: int, grid: int, table: bytes) -> bytes:
    """An eight-bit table with straight curves (lut8Type)."""
    curve = bytes(range(256))
    unit = b"".join(_fixed(float(at % 4 == 0)) for at in range(9))
    head = struct.pack(">4sI4B", b"mft1", 0, inputs, outputs, grid, 0)
    return head + unit + curve * inputs + table + curve * outputs


def _text_description(text: str) -> bytes:
    data = text.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(data)) + data + bytes(4 + 4 + 2 + 1 + 67)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))
