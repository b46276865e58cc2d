"""Small PDFs drawn by hand, for tests of what takes anybody's file."""

from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name


def write(
    path: Path, *pages: str, size: tuple[float, float] = (612, 792), duplex: str = ""
) -> Path:
    """A file with these content streams, a page each; `duplex` is PDF's name without the slash."""
    with pikepdf.new() as pdf:
        for content in pages:
            pdf.add_blank_page(page_size=size)
            pdf.pages[-1].Contents = pdf.make_stream(content.encode())
        if duplex:
            pdf.Root.ViewerPreferences = Dictionary(Duplex=Name(f"/{duplex}"))
        pdf.save(path)
    return path


def locked(path: Path) -> Path:
    """A file that opens with a password only."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return path


def sized(path: Path, *sides: float) -> Path:
    """A file whose only page has such a MediaBox."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].MediaBox = Array(sides)
        pdf.save(path)
    return path


def empty(path: Path) -> Path:
    """A file without a page."""
    with pikepdf.new() as pdf:
        pdf.save(path)
    return path


def garbage(path: Path) -> Path:
    """A file that is no PDF."""
    path.write_text("no")
    return path
