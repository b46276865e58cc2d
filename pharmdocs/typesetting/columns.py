"""Measured blocks -> places on one page: two columns in reading order, opened up to end together.

Pure arithmetic in points, from the top of the page's area. Blocks that span the page stand above
and below the columns; what the columns have to spare becomes lines for notes, then air.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

# From block to block, before anything opens up.
GAP = 8.75
# A gap between blocks opens up as much as so many items of a list.
_WEIGHT = 3.0


@dataclass(frozen=True)
class Block:
    """A part of the page: its element's id, what a message calls it, whether it spans the page.

    `notes` are the ids of boxes inside that take as many lines to write on as there is room for.
    """

    id: str
    name: str
    wide: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extent:
    """A block as measured: its height, its lines and their pitch, what a point of air adds."""

    height: float
    lines: int = 0
    pitch: float = 0.0
    slope: float = 0.0


@dataclass(frozen=True)
class Spot:
    """Where a block stands: its top edge, its column (None across both), its air, its rows.

    Air is in points; rows are how many lines each of its boxes for notes has.
    """

    top: float
    column: int | None
    air: float = 0.0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Frame:
    """What blocks are arranged in: the area's height, and how far lines to write on are apart."""

    blocks: tuple[Block, ...]
    height: float
    row: float

    def arrange(self, extents: Mapping[str, Extent]) -> dict[str, Spot]:
        """Where each block stands; both columns end where the blocks below them begin."""
        top = 0.0
        spots = {}
        for block in self._above():
            spots[block.id] = Spot(top, None)
            top += extents[block.id].height + GAP
        for number, column in enumerate(self._split(extents)):
            spots |= self._open(column, extents, top, number)
        top += self._room(extents) + GAP
        for block in self._below():
            spots[block.id] = Spot(top, None)
            top += extents[block.id].height + GAP
        return spots

    def spare(self, extents: Mapping[str, Extent]) -> float:
        """The room below the taller column; less than nothing when the page is too long."""
        tallest = max(_height(column, extents) for column in self._split(extents))
        return self._room(extents) - tallest

    def cut(self, extents: Mapping[str, Extent]) -> tuple[str, int] | None:
        """The block to shorten, and by how many lines, so that everything fits as measured.

        Of the blocks that can mend it alone, the one that loses the least of itself.
        """
        cuts = [
            (lines / extents[block.id].lines, block.name, lines)
            for block in self.blocks
            if (lines := self._lines_less(extents, block))
        ]
        return min(cuts)[1:] if cuts else None

    def _lines_less(self, extents: Mapping[str, Extent], block: Block) -> int:
        """How many lines less of this block are enough; 0 when no number is."""
        extent = extents[block.id]
        for lines in range(1, extent.lines):
            less = replace(extent, height=extent.height - lines * extent.pitch)
            if self.spare({**extents, block.id: less}) >= 0:
                return lines
        return 0

    def _open(
        self, column: Sequence[Block], extents: Mapping[str, Extent], top: float, number: int
    ) -> dict[str, Spot]:
        """A column's blocks, opened up until they fill it."""
        left = self._room(extents) - _height(column, extents)
        notes = [name for block in column for name in block.notes]
        rows = dict.fromkeys(notes, 1)
        for count in range(int(left / self.row) if notes else 0):
            rows[notes[count % len(notes)]] += 1
            left -= self.row
        joints = sum(extents[block.id].slope for block in column) + _WEIGHT * (len(column) - 1)
        air = left / joints if joints > 0 else 0.0
        spots = {}
        for block in column:
            own = tuple(rows[name] for name in block.notes)
            spots[block.id] = Spot(top, number, air, own)
            extent = extents[block.id]
            top += extent.height + extent.slope * air + (sum(own) - len(own)) * self.row
            top += GAP + _WEIGHT * air
        return spots

    def _above(self) -> list[Block]:
        first = next((at for at, block in enumerate(self.blocks) if not block.wide), 0)
        return list(self.blocks[:first])

    def _below(self) -> list[Block]:
        return [block for block in self.blocks if block.wide and block not in self._above()]

    def _room(self, extents: Mapping[str, Extent]) -> float:
        """The height of the columns."""
        wide = [block for block in self.blocks if block.wide]
        return self.height - sum(extents[block.id].height + GAP for block in wide)

    def _split(self, extents: Mapping[str, Extent]) -> tuple[list[Block], list[Block]]:
        """The columns: in reading order, cut where the taller one is shortest."""
        blocks = [block for block in self.blocks if not block.wide]
        cuts = [(blocks[:at], blocks[at:]) for at in range(len(blocks) + 1)]
        return min(cuts, key=lambda cut: max(_height(column, extents) for column in cut))


def _height(column: Sequence[Block], extents: Mapping[str, Extent]) -> float:
    return sum(extents[block.id].height for block in column) + GAP * max(len(column) - 1, 0)
