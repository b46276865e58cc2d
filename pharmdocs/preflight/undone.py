"""A file as it was before it was moved for a printer: its correction undone, page by page."""

import io
from collections.abc import Sequence
from itertools import cycle
from typing import Any

import pikepdf

# A comment in a page's content: what follows it is the sheet's own and was not moved.
_STAMP = b"% pharmdocs: stamp"


def undone(pdf: bytes, moved: Sequence[tuple[float, ...]]) -> bytes:
    """The file with everything but its stamps moved back.

    Args:
        pdf: the bytes as they leave.
        moved: the matrices of the first page, the second and so on, and then again from the first;
            none for a file that was not moved.
    """
    if not moved:
        return pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page, matrix in zip(document.pages, cycle(moved), strict=False):
            back = pikepdf.Matrix(*matrix).inverse()
            page.contents_coalesce()
            contents: Any = page.obj.get("/Contents")
            shown, mark, stamp = (contents.read_bytes() if contents else b"").partition(_STAMP)
            content = b"q %b cm\n%b\nQ\n" % (back.encode(), shown)
            page.obj.Contents = document.make_stream(content + mark + stamp)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()
