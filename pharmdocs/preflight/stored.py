"""A finished file to its objects, read as strictly as no viewer does.

It knows one form: streams one after the other without a gap, all other objects packed in some of
them, and a table at the end that says where each one is (ISO 32000-1, 7.5.7 and 7.5.8). Whatever is
not just so is refused: a viewer would have to guess.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from pharmdocs.preflight.syntax import Objects, UnsoundError, entries

_HEADER = b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"
_END = re.compile(rb"startxref\n(\d+)\n%%EOF\n")
_BEGIN = re.compile(rb"(\d+) 0 obj\n(<< .*? >>)\nstream\n", re.DOTALL)
_AFTER = b"\nendstream\nendobj\n"
# A row of the table: kind, where, place; the first one is of no object.
_ROW = struct.Struct(">BIH")
_FREE, _STREAM, _IN_PACK = bytes(_ROW.size), 1, 2
# Of the table: what it tells, and how it is packed.
_KEYS = {*b"/Type /W /Size /Root /Info /ID /Filter /DecodeParms /Length".split()}
_PREDICTED = b"<< /Predictor 12 /Columns %d >>" % _ROW.size


def read(pdf: bytes) -> Objects:
    """The objects of a file.

    Raises:
        UnsoundError: anything in it is not as this form has it.
    """
    try:
        return _read(pdf)
    except (zlib.error, struct.error, IndexError, KeyError, TypeError) as error:
        raise UnsoundError(f"the file is not of the form that is written ({error!r})") from None


def _read(pdf: bytes) -> Objects:
    texts, streams, rows = dict[int, bytes](), dict[int, bytes](), dict[int, bytes]()
    own, at, table, count = dict[bytes, bytes](), 0, b"", 0
    for number, start, text, data in _streams(pdf):
        if own:
            raise UnsoundError("something stands behind the table of objects")
        rows[number] = _ROW.pack(_STREAM, start, 0)
        count += 1
        if b"/Type /ObjStm " in text:
            numbers, held = _unpacked(entries(text), data)
            rows.update(zip(numbers, _rows_of(number, len(numbers)), strict=True))
            texts.update(zip(numbers, held, strict=True))
            count += len(numbers)
        elif b"/Type /XRef " in text:
            own, at, table = entries(text), start, data
        else:
            texts[number], streams[number] = text, data
    if count != len(rows):
        raise UnsoundError("an object is there twice")
    end = _END.fullmatch(pdf, pdf.rfind(b"startxref\n"))
    due = b"".join([_FREE, *[rows[number] for number in range(1, count + 1)]])
    if end is None or int(end[1]) != at or _table(own, table) != due:
        raise UnsoundError("objects are not where the file says that they are")
    return Objects(texts, streams, own)


def _rows_of(pack: int, count: int) -> list[bytes]:
    """The rows of so many objects in a pack."""
    begin = _ROW.pack(_IN_PACK, pack, 0)[:-2]
    return [begin + place for place in _places(count)]


@cache
def _places(count: int) -> list[bytes]:
    return [place.to_bytes(2, "big") for place in range(count)]


def _streams(pdf: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Each stream: number, where it begins, its dictionary, and what it holds."""
    at, end = len(_HEADER), pdf.rfind(b"startxref\n")
    if not pdf.startswith(_HEADER):
        raise UnsoundError("the file does not begin as a PDF does")
    while at != end:
        begin = _BEGIN.match(pdf, at)
        if begin is None:
            raise UnsoundError(f"there is no stream at byte {at}")
        first = begin.end()
        lengths = _LENGTH.findall(begin[2])
        last = first + int(lengths[0])
        if len(lengths) > 1 or not pdf.startswith(_AFTER, last):
            raise UnsoundError(f"object {int(begin[1])} is not as long as it says")
        yield int(begin[1]), at, begin[2], pdf[first:last]
        at = last + len(_AFTER)


_LENGTH = re.compile(rb"/Length (\d+)")


def _unpacked(told: dict[bytes, bytes], data: bytes) -> tuple[list[int], list[bytes]]:
    """The objects of a pack: their numbers, and their texts, a line each."""
    if told[b"/Filter"] != b"/FlateDecode":
        raise UnsoundError("objects are packed in another way")
    plain, first = zlib.decompress(data), int(told[b"/First"])
    index, texts = list(map(int, plain[:first].split())), plain[first:].split(b"\n")
    lengths = [len(text) + 1 for text in texts]
    if not len(texts) == int(told[b"/N"]) == len(index) / 2 or index[1::2] != [
        *accumulate(lengths[:-1], initial=0)
    ]:
        raise UnsoundError("a pack of objects does not hold what it says")
    return index[::2], texts


def _table(told: dict[bytes, bytes], data: bytes) -> bytes:
    """Where each object is, by the table, row by row (ISO 32000-1, 7.5.8.3)."""
    form = told[b"/W"], told[b"/Filter"], told[b"/DecodeParms"]
    if form != (b"[ 1 4 2 ]", b"/FlateDecode", _PREDICTED) or told.keys() != _KEYS:
        raise UnsoundError("the table of objects has another form")
    plain, wide = bytearray(zlib.decompress(data)), _ROW.size + 1
    if len(plain) != wide * int(told[b"/Size"]) or plain[::wide].strip(b"\2"):
        raise UnsoundError("the table of objects is not as long as it says")
    del plain[::wide]
    return _summed(plain, _ROW.size)


def _summed(rows: bytearray, wide: int) -> bytes:
    """Each byte and all above it, as the predictor "up" has it (ISO 32000-1, 7.4.4.4).

    All bytes at once, as one number: to itself it is added lower by a row, then by two, by four.
    Bits that would carry into the next byte are added apart.
    """
    many = len(rows)
    low, high = (int.from_bytes(bytes([it]) * many, "little") for it in (0x7F, 0x80))
    total, shift = int.from_bytes(rows, "little"), 8 * wide
    while shift < 8 * many:
        lower = (total << shift) & (low | high)
        total = ((total & low) + (lower & low)) ^ ((total ^ lower) & high)
        shift *= 2
    return total.to_bytes(many, "little")
