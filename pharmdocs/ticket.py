"""The job ticket: what a print shop asks on the telephone, on one page of plain text.

It says what the file is and what is wanted of it; what nobody said is a line to fill in.
"""

import textwrap
from collections.abc import Mapping
from pathlib import Path

from pharmdocs.geometry import Size, to_mm
from pharmdocs.imposition.plates import Inks
from pharmdocs.imposition.trimmarks import ShopPage
from pharmdocs.manifest import digest
from pharmdocs.preflight.shop import faces

_WIDTH, _LABEL = 78, 10


def ticket(
    title: str,
    files: Mapping[str, bytes],
    page: ShopPage,
    inks: Inks,
    copies: int,
    wanted: Mapping[str, str],
) -> bytes:
    """The ticket as a text file.

    Args:
        title: what is printed.
        files: the files by name.
        page: trim and bleed.
        inks: the shop's.
        copies: how many; 0 when nobody said.
        wanted: pages, paper, sides, fold, staple and whatever else is to be done, by its label.
    """
    both = "both sides"
    color = (
        f"1/1: black ink alone, {both}; there is no other color in the file"
        if inks.black
        else f"4/4: CMYK, {both}; black text is black ink alone, never overprinted"
    )
    condition = inks.profile.name if inks.profile else "any; the file names none"
    rows = {
        "Title": title,
        "Copies": f"{copies:,}" if copies else "______",
        **wanted,
        "Trim": measure(page.trim),
        "Bleed": f"{to_mm(page.bleed):.3g} mm on every side, drawn; with its marks a page is"
        f" {measure(page.paper)}",
        "Color": color,
        "Condition": condition,
        "Fonts": "all embedded: "
        + ", ".join(sorted({n for f in files.values() for n in faces(f)})),
        "Checked": "boxes, inks, no transparency, pictures of 300 dpi or more, black text, marks"
        " outside the bleed, bleed. No PDF/X is claimed.",
    }
    lines = ["JOB TICKET", ""]
    for label, text in rows.items():
        lines += textwrap.wrap(
            text,
            _WIDTH,
            initial_indent=f"{label:{_LABEL}} ",
            subsequent_indent=" " * (_LABEL + 1),
            break_long_words=False,
            break_on_hyphens=False,
        )
    lines += ["", "Files, with their SHA-256"]
    lines += [f"{name}\n  {digest(data)}" for name, data in files.items()]
    return ("\n".join(lines) + "\n").encode()


def ticket_path(path: Path) -> Path:
    """Where the ticket of a file lies: beside it, under its name."""
    return path.with_name(f"{path.stem}-ticket.txt")


def measure(size: Size) -> str:
    """A size in both systems."""
    width, height = size.width / 72, size.height / 72
    across, down = to_mm(size.width), to_mm(size.height)
    return f"{across:.4g} x {down:.4g} mm ({width:.4g} x {height:.4g} in)"
