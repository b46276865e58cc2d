"""The code on a finished page, put apart so that another one can be drawn in its place.

The layout, the tags and the description of the picture stay; only its black squares change.
"""

import io
from collections.abc import Iterable
from typing import Any

import pikepdf
from pikepdf import Array, Operator

from pharmdocs.errors import Problem, SetupError
from pharmdocs.typesetting.accessible import saved

_PATH = frozenset(("m", "l", "h"))
# A path of so few steps is no code: the smallest has hundreds of squares.
_LEAST = 200

Run = tuple[int, int, int]


def apart(pdf: bytes, modules: int) -> bytes:
    """The file with the code of its one page in a content stream of its own.

    Args:
        pdf: a finished file.
        modules: how many modules a side the code has, with its quiet zone.

    Raises:
        SetupError: the page shows no code.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        content: list[Any] = list(pikepdf.parse_content_stream(page))
        first, last = _longest(content)
        if last - first < _LEAST:
            fix = "let the template show code.svg as it is"
            raise SetupError(Problem(None, "the sheet shows no code", fix))
        # From here on the code is one unit wide, however many modules it has.
        unit = pikepdf.ContentStreamInstruction([modules, 0, 0, modules, 0, 0], Operator("cm"))
        scale = pikepdf.ContentStreamInstruction(
            [1 / modules, 0, 0, 1 / modules, 0, 0], Operator("cm")
        )
        parts = [[*content[:first], unit], [scale, *content[first:last]], content[last:]]
        page.Contents = Array(
            [document.make_stream(pikepdf.unparse_content_stream(part)) for part in parts]
        )
        return saved(document)


def redrawn(pdf: bytes, modules: int, runs: Iterable[Run]) -> bytes:
    """The file with another code.

    Args:
        pdf: from `apart`.
        modules: how many modules a side the code has, with its quiet zone.
        runs: stretches of black modules: row, first column, the column behind the last.
    """
    squares = "".join(
        f"{left} {row} m {right} {row} l {right} {row + 1} l {left} {row + 1} l h\n"
        for row, left, right in runs
    )
    with pikepdf.open(io.BytesIO(pdf)) as document:
        scale = f"{1 / modules:.8f}"
        content = f"{scale} 0 0 {scale} 0 0 cm\n{squares}"
        document.pages[0].Contents[1].write(content.encode())
        return saved(document)


def _longest(content: list[Any]) -> tuple[int, int]:
    """The longest path: its first instruction, and the one behind its last."""
    best, start = (0, 0), 0
    for place, instruction in enumerate(content):
        if str(instruction.operator) not in _PATH:
            start = place + 1
        elif place + 1 - start > best[1] - best[0]:
            best = (start, place + 1)
    return best
