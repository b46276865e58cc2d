"""Check: no page takes more ink than its setting allows. Only for `pharmdocs check`.

It draws every page, which takes longer than all other checks together; a build leaves it out.
"""

from collections.abc import Iterator

import pypdfium2

from pharmdocs.coverage import of_picture
from pharmdocs.errors import Problem
from pharmdocs.preflight.promise import Promise, place

# Percent of the paper, all inks added up. A page of text has 5 to 6; a cover full of shapes, 14.
LIMITS = {"full": 25.0, "low": 10.0, "black": 15.0}
_DPI = 50


def check(pdf: bytes, promise: Promise) -> list[Problem]:
    """Every page that takes too much."""
    limit = LIMITS.get(promise.ink)
    if limit is None:
        return []
    fix = "use fewer or smaller areas of color, or build it with --ink low"
    return [
        Problem(place(number), f"ink on {ink:.0f} % of the paper, more than {limit:.0f} %", fix)
        for number, ink in enumerate(_read(pdf), 1)
        if ink > limit
    ]


def _read(pdf: bytes) -> Iterator[float]:
    """The ink of each page, in percent."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            inks = of_picture(page.render(scale=_DPI / 72).to_pil())
            page.close()
            yield 100 * (inks.cyan + inks.magenta + inks.yellow + inks.black)
    finally:
        document.close()
