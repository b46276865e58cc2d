"""The objects of a PDF as they are written, and what stands in one: all of it remains text.

A text that is more or less than one object is not read. What is read of two files is the same when
it is written the same; qpdf writes whatever it reads in one way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

STRING = rb"\((?:[^\\()]|\\.)*\)"
_SIMPLE = (
    rb"\d+ 0 R\b|/[^\s()<>\[\]{}/%]*|[-+.\d]+|" + STRING + rb"|<[0-9A-Fa-f]*>"
    rb"|true\b|false\b|null\b"
)
_TOKEN = re.compile(_SIMPLE + rb"|<<|>>|\[|\]|\S", re.DOTALL)
# What is simple, or holds lists and dictionaries that hold no others.
_INNER = rb"(?:[^\[\]<>()]++|" + STRING + rb"|<[0-9A-Fa-f]*>)*+"
_HELD = rb"(?:[^\[\]<>()]++|" + STRING + rb"|\[" + _INNER + rb"\]|<<" + _INNER + rb">>)*+"
_ITEM = re.compile(_SIMPLE + rb"|\[" + _HELD + rb"\]|<<" + _HELD + rb">>", re.DOTALL)
# A reference, and what looks like one in a string.
REFERENCE = re.compile(STRING + rb"|(\d+) 0 R\b", re.DOTALL)
_ENDS = {b"<<": b">>", b"[": b"]"}
_ENDINGS = frozenset(_ENDS.values())
# What begins no token is one by itself.
_STRAY = frozenset(bytes([code]) for code in range(33, 256)) - {
    *(b"%d" % digit for digit in range(10)),
    *b"[ ]".split(),
}
# What holds other objects, or says where they are.
_PACKED = {"/ObjStm", "/XRef"}


class UnsoundError(ValueError):
    """What is read is not as it has to be; says what is wrong with it."""


@dataclass(frozen=True)
class Objects:
    """A file by its objects.

    Args:
        texts: each object as it is written, by its number; of a stream its dictionary.
        streams: what streams hold, packed as they are.
        trailer: where the file begins.
    """

    texts: dict[int, bytes]
    streams: dict[int, bytes]
    trailer: dict[bytes, bytes]

    def text(self, item: bytes) -> bytes:
        """What an item says, or the object that it refers to."""
        return self.texts[number_of(item)] if item.endswith(b" R") else item

    def entries(self, item: bytes) -> dict[bytes, bytes]:
        """The same of a dictionary."""
        return entries(self.text(item))

    def items(self, item: bytes) -> list[bytes]:
        """The same of a list."""
        return items(self.text(item))


def number_of(item: bytes) -> int:
    """The number of the object that an item refers to."""
    number = item[:-4]
    if not number.isdigit() or not item.endswith(b" 0 R"):
        raise UnsoundError(f"{item[:40]!r} refers to nothing")
    return int(number)


def items(text: bytes) -> list[bytes]:
    """What stands in a list, each as it is written."""
    found = _ITEM.findall(text, 1, len(text) - 1)
    # Nearly all hold no more than that.
    return found if b" ".join([b"[", *found, b"]"]) == text else _apart(text, b"[")


def entries(text: bytes) -> dict[bytes, bytes]:
    """What stands in a dictionary, by its keys, as it is written."""
    flat = _ITEM.findall(text, 2, len(text) - 2)
    if b" ".join([b"<<", *flat, b">>"]) != text:
        flat = _apart(text, b"<<")
    found = dict(zip(flat[::2], flat[1::2], strict=True))
    if 2 * len(found) < len(flat) or {key[:1] for key in found} - {b"/"}:
        raise UnsoundError("a dictionary is not made of keys and values")
    return found


def written(found: dict[bytes, bytes], but: Sequence[bytes] = ()) -> bytes:
    """A dictionary without some of its keys, in one order."""
    return b" ".join([b"%b %b" % (key, found[key]) for key in sorted(found) if key not in but])


def _apart(text: bytes, begin: bytes) -> list[bytes]:
    tokens = _TOKEN.findall(text)
    if not _STRAY.isdisjoint(tokens) or tokens[:1] != [begin]:
        raise UnsoundError(f"{text[:40]!r} is not what should be there")
    found, held, due = list[bytes](), list[bytes](), list[bytes]()
    for token in tokens:
        held.append(token)
        if token in _ENDS:
            due.append(_ENDS[token])
        elif token in _ENDINGS and (not due or token != due.pop()):
            raise UnsoundError(f"{text[:40]!r} does not end as it begins")
        if len(due) < 2:
            # The beginning of the whole, an item of it, or its end.
            found.append(b" ".join(held))
            held = []
            if not due and len(found) > 1:
                break
    if due or b" ".join(found) != b" ".join(tokens):
        raise UnsoundError(f"{text[:40]!r} does not end where it should")
    return found[1:-1]


def of_document(document: pikepdf.Pdf) -> Objects:
    """A file as another program reads it."""
    texts, streams = dict[int, bytes](), dict[int, bytes]()
    for item in document.objects:
        number = item.objgen[0]
        if not isinstance(item, pikepdf.Stream):
            texts[number] = item.unparse(resolved=True)
        elif item.get("/Type") not in _PACKED:
            texts[number], streams[number] = item.stream_dict.unparse(), item.read_raw_bytes()
    return Objects(texts, streams, entries(document.trailer.unparse()))
