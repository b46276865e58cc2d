"""What an object of a PDF comes to, whichever numbers it uses; and what a page names."""

import hashlib
import re
from typing import Any

import pikepdf

_REFERENCE = re.compile(rb"(\d+) (\d+) R\b")

# A name; in a string there may be what looks like one.
_NAME = re.compile(rb"/[^\s/<>\[\](){}%]+")

Seen = dict[tuple[int, int], bytes]


def digest_of(pdf: pikepdf.Pdf, item: Any, seen: Seen) -> bytes:
    """The same for what is drawn alike in whatever file; nothing in it may refer back to it.

    Args:
        pdf: the file that the object is of.
        item: a font, a form, a color space, resources.
        seen: what is known of this file; it grows.
    """
    own = item.objgen if isinstance(item, pikepdf.Object) and item.is_indirect else None
    if own in seen:
        return seen[own]
    stream = isinstance(item, pikepdf.Stream)
    entries = item.stream_dict if stream else item
    # How a stream is packed is no matter.
    text = re.sub(rb"/(Length|Filter|DecodeParms) [^/>]*", b"", entries.unparse(resolved=True))

    def resolved(found: re.Match[bytes]) -> bytes:
        return digest_of(pdf, pdf.get_object(int(found[1]), int(found[2])), seen)

    digest = hashlib.sha256(_REFERENCE.sub(resolved, text))
    if stream:
        # A photo comes as it is packed: to unpack it is to lose some of it.
        is_photo = "/DCTDecode" in str(item.get("/Filter"))
        digest.update(item.read_raw_bytes() if is_photo else item.read_bytes())
    if own:
        seen[own] = digest.digest()
    return digest.digest()


def names_in(content: bytes) -> set[bytes]:
    """What a content stream names, and perhaps more, with the slash before it."""
    return set(_NAME.findall(content))
