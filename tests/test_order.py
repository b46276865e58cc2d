"""The order of the tags is held against where text stands, also where it stands on its head.

What a booklet's tags promise is broken in test_check.
"""

import io
from pathlib import Path

import pikepdf
import pytest
from card_builds import run

from pharmdocs.preflight import order, seen


@pytest.mark.parametrize("duplex", ["long-edge", "short-edge"])
def test_faces_that_are_read_backward_are_found(project: Path, duplex: str) -> None:
    """Turned over the short edge of upright paper, backs stand on their heads."""
    assert run("--duplex", duplex).exit_code == 0
    pdf = Path("output/flashcards.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        runs = order.runs_of(document)
    backward = {
        number: [list(reversed(it)) for it in reversed(page)] for number, page in runs.items()
    }
    for page in seen.read(pdf):
        upside_down = {piece.turned for piece in page.pieces.values()}
        assert upside_down == {duplex == "short-edge" and page.number % 2 == 0}
        assert list(order.check(page, runs)) == []
        assert len(list(order.check(page, backward))) == 1
