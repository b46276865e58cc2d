"""A PDF from its objects as they stand in a file: small, and one object at a time in memory."""

import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence

# What qpdf writes, too: so many objects are packed together.
_TOGETHER = 100
# A row in the table of objects: kind, where, place (ISO 32000-1, 7.5.8.3).
_ROW = struct.Struct(">BIH")
_WIDTH = _ROW.size
_HEADER = b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"


class Written:
    """Objects, numbered from 1 in the order in which they are asked for."""

    def __init__(self) -> None:
        self.last = 0
        self.out = bytearray(_HEADER)
        # Where each object is: the offset of a stream, or which pack and which place in it.
        self.places: dict[int, tuple[int, int, int]] = {}
        self.open: list[tuple[int, bytes]] = []

    def number(self) -> int:
        """The number of an object that is written later."""
        return self.numbers(1).start

    def numbers(self, count: int) -> range:
        """The numbers of so many objects that are written later."""
        first, self.last = self.last + 1, self.last + count
        return range(first, first + count)

    def add(self, number: int, text: bytes) -> None:
        """Write an object that is no stream."""
        self.open.append((number, text))
        if len(self.open) == _TOGETHER:
            self._pack()

    def add_stream(self, number: int, entries: bytes, data: bytes) -> None:
        """Write a stream; `entries` is its dictionary, and tells the length of the data."""
        self.places[number] = (1, len(self.out), 0)
        self.out += b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, entries, data)

    def _pack(self) -> None:
        """Write the objects that wait, in one stream (ISO 32000-1, 7.5.7)."""
        pack, index, texts, at = self.number(), b"", [text for _, text in self.open], 0
        for place, (number, text) in enumerate(self.open):
            self.places[number] = (2, pack, place)
            index += b"%d %d " % (number, at)
            at += len(text) + 1
        data = zlib.compress(index + b"\n".join(texts))
        told = (len(self.open), len(index), len(data))
        entries = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>" % told
        self.open = []
        self.add_stream(pack, entries, data)

    def end(self, trailer: Mapping[str, bytes]) -> bytes:
        """The whole file; its id is a digest of all that is in it."""
        if self.open:
            self._pack()
        own, start = self.number(), len(self.out)
        self.places[own] = (1, start, 0)
        rows = [bytes(_WIDTH), *(_ROW.pack(*self.places[it]) for it in range(1, own + 1))]
        data = zlib.compress(_predicted(rows))
        named = hashlib.sha256(self.out).hexdigest()[:32].encode()
        told = b" ".join(b"/%b %b" % (key.encode(), text) for key, text in trailer.items())
        entries = b"<< /Type /XRef /W [ 1 4 2 ] /Size %d %b /ID [ <%b> <%b> ]" % (
            *(own + 1, told, named, named),
        )
        entries += b" /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns %d >>" % _WIDTH
        entries += b" /Length %d >>" % len(data)
        self.add_stream(own, entries, data)
        return bytes(self.out + b"startxref\n%d\n%%%%EOF\n" % start)


def _predicted(rows: Sequence[bytes]) -> bytes:
    """Rows by what they differ from the one before, byte by byte (ISO 32000-1, 7.4.4.4)."""
    flat = b"".join(rows)
    told = bytes([(new - old) & 255 for new, old in zip(flat, bytes(_WIDTH) + flat, strict=False)])
    # What is called "up" in a row's first byte.
    return b"".join([b"\2" + told[at : at + _WIDTH] for at in range(0, len(told), _WIDTH)])
