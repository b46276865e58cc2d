"""Defects of WeasyPrint 70.0 that no style sheet can get around, mended in the running engine.

Each has a test that shows the defect without the mending; when an upgrade turns that test red,
the mending goes.
"""

from typing import Any


def mend(inline: Any) -> None:
    """Mend `weasyprint.layout.inline`, once a process.

    A run of text that fits its line but for its trailing space, in front of a link or another
    inline element, is broken after its first word: the engine takes it for a word too long to
    break. Such a run is given the whole line; the space at a line's end is dropped later anyway.
    """
    split = inline.split_first_line
    if getattr(split, "mended", False):
        return

    def split_first_line(
        text: str, style: Any, context: Any, max_width: Any, spacing: Any, **options: Any
    ) -> Any:
        found = split(text, style, context, max_width, spacing, **options)
        resume = found[2]
        if resume is None or not text.endswith(" ") or style["white_space"] != "normal":
            return found
        if " " in text.encode()[:resume].decode().strip(" "):
            return found
        bare = split(text.rstrip(" "), style, context, max_width, spacing, **options)
        fits = bare[2] is None and bare[3] <= max_width
        return split(text, style, context, None, spacing, **options) if fits else found

    split_first_line.mended = True  # type: ignore[attr-defined]
    inline.split_first_line = split_first_line
