"""Paper that lies on its side and is folded, never cut: a grid without gaps or margins."""

from pharmdocs.geometry import PAPERS, Size
from pharmdocs.imposition.stock import Stock


def on_its_side(paper: str, columns: int, rows: int, name: str, source: str) -> Stock:
    """The paper on its side as so many pages of one size; nothing is cut off.

    Args:
        paper: one of geometry.PAPERS.
        columns: pages across its long side.
        rows: pages down its short side.
        name: what the trim is called.
        source: where its size comes from.
    """
    upright = PAPERS[paper]
    return Stock(
        name=name,
        sheet=Size(upright.height, upright.width),
        trim=Size(upright.height / columns, upright.width / rows),
        columns=columns,
        rows=rows,
        left=0.0,
        top=0.0,
        gap=Size(0.0, 0.0),
        cut="hand",
        paper=paper,
        safe=0.0,
        floor=0.0,
        nominal="",
        source=source,
        confidence="high",
        also=(),
    )
