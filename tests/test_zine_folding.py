"""A zine folded in software: paper, one slit, creases, and a reader who turns its leaves.

The simulation knows panels of paper that hang together, not the rule by which pages were laid:
wherever two panels still hold together, the sheet is folded flat along their common edge.
"""

from dataclasses import dataclass

import pytest

from pharmdocs.geometry import Size, mm
from pharmdocs.imposition.schemes import Sheet
from pharmdocs.imposition.zine import creases, leaves, panels, slit, zine

# What a printer draws on the sheet, from geometry.md: numbers from 1, the first row upside down.
DRAWING = """
    5v 4v 3v 2v
    6^ 7^ 8^ 1^
"""
PAPER = {"letter": Size(mm(279.4), mm(215.9)), "a4": Size(mm(297), mm(210))}
SIDES = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}
BEHIND = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}


@dataclass(frozen=True)
class Folded:
    """A panel in the folded pile: which side of it is seen, and where its edges came to lie.

    `edges` says for each edge of the pile, as seen from the front cover, which edge of the
    sheet's panel lies there.
    """

    up: bool
    edges: dict[str, str]


def drawn(sheet: Sheet) -> list[list[str]]:
    """Page numbers from 1 with the way they stand, row by row."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for item in sheet.recto.placements:
        sign = "v" if item.turned else "^"
        rows.setdefault(round(item.box.top, 2), []).append(
            (item.box.left, f"{item.page + 1}{sign}")
        )
    return [[text for _, text in sorted(rows[top])] for top in sorted(rows)]


def folded(cut: set[frozenset[tuple[int, int]]]) -> dict[tuple[int, int], Folded]:
    """Every panel that hangs on the lower right one, folded over edge by edge onto one pile."""
    start = (3, 1)
    pile = {start: Folded(True, {side: side for side in SIDES})}
    waiting = [start]
    while waiting:
        panel = waiting.pop()
        here = pile[panel]
        for side, (across, down) in SIDES.items():
            there = (panel[0] + across, panel[1] + down)
            if not (0 <= there[0] < 4 and 0 <= there[1] < 2) or frozenset((panel, there)) in cut:
                continue
            # A fold keeps the common edge where it is and turns the neighbor over about it: what
            # lies at the far end of the pile is the neighbor's own far edge.
            edges = {
                where: (BEHIND[edge] if _along(edge, side) else edge)
                for where, edge in here.edges.items()
            }
            made = Folded(not here.up, edges)
            assert pile.setdefault(there, made) == made, "the sheet tears"
            if there not in waiting and pile[there] is made:
                waiting.append(there)
    return pile


def _along(edge: str, side: str) -> bool:
    """True when an edge of the panel runs as the crease does."""
    return edge in (side, BEHIND[side])


CUT = {frozenset(((1, 0), (1, 1))), frozenset(((2, 0), (2, 1)))}


def read(sheet: Sheet, size: Size, spine: str = "left") -> list[str]:
    """The pages as they are read, from the cover on, with the way they stand.

    Over the spine one comes to the facing page; over any other crease to the back of the leaf.
    """
    pile, pages = folded(CUT), {}
    for item in sheet.recto.placements:
        middle = (item.box.left + item.box.right) / 2, (item.box.top + item.box.bottom) / 2
        panel = int(middle[0] // (size.width / 4)), int(middle[1] // (size.height / 2))
        pages[panel] = item
    panel, found = (3, 1), []
    for step in range(8):
        lying, page = pile[panel], pages[panel]
        # A page is upright when its head lies at the pile's top.
        head = "bottom" if page.turned else "top"
        stands = "^" if lying.edges["top"] == head else "v"
        assert lying.up is (step % 2 == 0), "right-hand pages lie with their faces up"
        found.append(f"{page.page + 1}{stands}")
        for side, (across, down) in SIDES.items():
            there = (panel[0] + across, panel[1] + down)
            joined = there in pages and frozenset((panel, there)) not in CUT
            over_spine = joined and lying.edges[spine] == side
            if joined and over_spine is (step % 2 == 1) and there != panel:
                following = there
        panel = following
    return found


@pytest.mark.parametrize("paper", PAPER)
def test_the_panels_lie_as_drawn(paper: str) -> None:
    (sheet,) = zine(panels(paper))
    assert drawn(sheet) == [row.split() for row in DRAWING.split("\n") if row.strip()]
    assert sheet.verso is None


@pytest.mark.parametrize("paper", PAPER)
def test_a_folded_zine_reads_from_one_to_eight_and_upright(paper: str) -> None:
    (sheet,) = zine(panels(paper))
    assert read(sheet, PAPER[paper]) == [f"{number}^" for number in range(1, 9)]


@pytest.mark.parametrize("paper", PAPER)
def test_eight_panels_fill_the_sheet(paper: str) -> None:
    stock, size = panels(paper), PAPER[paper]
    assert (stock.sheet.width, stock.sheet.height) == pytest.approx((size.width, size.height))
    corners = {(round(slot.left, 2), round(slot.top, 2)) for slot in stock.slots()}
    assert corners == {
        (round(size.width * column / 4, 2), round(size.height * row / 2, 2))
        for column in range(4)
        for row in range(2)
    }


def test_the_slit_parts_the_middle_panels_and_no_crease_runs_along_it() -> None:
    sheet = Size(400, 200)
    assert slit(sheet) == (100, 100, 300, 100)
    assert set(creases(sheet)) == {
        (100, 0, 100, 200),
        (200, 0, 200, 200),
        (300, 0, 300, 200),
        (0, 100, 100, 100),
        (300, 100, 400, 100),
    }


def test_a_leaf_is_a_right_hand_page_and_the_next() -> None:
    assert leaves() == ((0, 1), (2, 3), (4, 5), (6, 7))
