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
# More air than this pulls a list apart: a column without notes gets lines of its own instead.
_MOST_AIR = 7.0


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
    """What blocks are arranged in: the area's height, and how far lines to write on are apart.

    `rests` are the ids of two boxes of lines, one for each column, for what is left over where
    there is nothing else to open up.
    """

    blocks: tuple[Block, ...]
    height: float
    row: float
    rests: tuple[str, str]

    def arrange(self, extents: Mapping[str, Extent]) -> dict[str, Spot]:
        """Where each block stands; both columns end where the blocks below them begin.

        A rest has a spot only where it is needed.
        """
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

    def cut(self, extents: Mapping[str, Extent]) -> dict[str, int]:
        """The blocks to shorten, by name, and by how many lines, so that everything fits.

        One alone if that is enough, the one that loses the least of itself; else the longest of
        the taller column in turn. Empty when even a line of each were too much.
        """
        alone = [
            (lines / extents[block.id].lines, block.name, lines)
            for block in self.blocks
            if (lines := self._lines_less(extents, block))
        ]
        if alone:
            _, name, lines = min(alone)
            return {name: lines}
        left = dict(extents)
        found: dict[str, int] = {}
        while self.spare(left) < 0:
            taller = max(self._split(left), key=lambda column: _height(column, left))
            long = [block for block in taller or self.blocks if left[block.id].lines > 1]
            if not long:
                return {}
            longest = max(long, key=lambda block: left[block.id].lines)
            left[longest.id] = _shorter(left[longest.id], 1)
            found[longest.name] = found.get(longest.name, 0) + 1
        return found

    def _lines_less(self, extents: Mapping[str, Extent], block: Block) -> int:
        """How many lines less of this block are enough; 0 when no number is."""
        for lines in range(1, extents[block.id].lines):
            less = _shorter(extents[block.id], lines)
            if self.spare({**extents, block.id: less}) >= 0:
                return lines
        return 0

    def _open(
        self, column: Sequence[Block], extents: Mapping[str, Extent], top: float, number: int
    ) -> dict[str, Spot]:
        """A column's blocks, opened up until they fill it."""
        bottom = top + self._room(extents)
        left = self._room(extents) - _height(column, extents)
        notes = [name for block in column for name in block.notes]
        rows = dict.fromkeys(notes, 1)
        for count in range(int(left / self.row) if notes else 0):
            rows[notes[count % len(notes)]] += 1
            left -= self.row
        joints = sum(extents[block.id].slope for block in column) + _WEIGHT * (len(column) - 1)
        spots = {}
        if not notes and left > joints * _MOST_AIR:
            gap = GAP if column else 0.0
            if count := int((left - gap) / self.row):
                left -= gap + count * self.row
                rest = Spot(bottom - count * self.row, number, rows=(count,))
                spots[self.rests[number]] = rest
        air = left / joints if joints > 0 else 0.0
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
        cuts = [(blocks[:at], blocks[at:]) for at in range(len(blocks), -1, -1)]
        return min(cuts, key=lambda cut: max(_height(column, extents) for column in cut))


def _shorter(extent: Extent, lines: int) -> Extent:
    height = extent.height - lines * extent.pitch
    return replace(extent, height=height, lines=extent.lines - lines)


def _height(column: Sequence[Block], extents: Mapping[str, Extent]) -> float:
    return sum(extents[block.id].height for block in column) + GAP * max(len(column) - 1, 0)
