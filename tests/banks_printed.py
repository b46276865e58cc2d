"""How a bank that is made up is printed, and what poppler and pikepdf find on the paper."""

import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import icc
import pikepdf
from banks_grammar import Written
from hypothesis import strategies as st

from pharmdocs.booklet import build_booklet
from pharmdocs.build import Request
from pharmdocs.checklist import build_checklist
from pharmdocs.editions import Booklet, Shop
from pharmdocs.errors import PharmdocsError
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.pressbooklet import build_press_booklet
from pharmdocs.presscards import build_press_cards
from pharmdocs.project import find_project
from pharmdocs.zine import build_zine

# The first of each are large enough for large print.
STOCKS = {
    "letter": ("index-3x5-letter", "avery-5371", "poker-letter", "quarter-letter", "avery-5390"),
    "a4": ("index-3x5-a4", "a7-a4", "avery-c32011", "poker-a4", "single-3x5"),
}
# Nobody sees these, or sees them in more than one form.
UNSEEN = "\u00ad\u200b\u2060\u2010\u2011-'\"‘’“”«»"


class Asked(NamedTuple):
    """How a bank is printed: `booklet` and `cards` are editions, or "large"."""

    paper: str
    ink: str
    stock: int
    duplex: str
    booklet: str
    cards: str
    cover: str
    large_sheet: bool


ASKED = st.builds(
    Asked,
    st.sampled_from(["letter", "a4"]),
    st.sampled_from(["full", "black", "low"]),
    st.integers(0, 4),
    st.sampled_from(["long-edge", "short-edge", "manual", "fold", "none"]),
    st.sampled_from(["screen", "large", "fold", "press"]),
    st.sampled_from(["sheet", "sheet", "large", "press"]),
    st.sampled_from(["included", "separate"]),
    st.booleans(),
)


def lay(root: Path, bank: Written) -> None:
    """A project of nothing but these files, and the profile of a shop beside it."""
    shutil.rmtree(root, ignore_errors=True)
    texts = {name: text.encode() for name, text in bank.files.items()}
    for name, data in (texts | bank.drawn).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root.parent / "shop.icc").write_bytes(_profile())


@cache
def _profile() -> bytes:
    return icc.cmyk()


def printed(root: Path, asked: Asked) -> Iterator[tuple[str, tuple[Path, ...] | PharmdocsError]]:
    """Every printable by name: its files, or why there are none."""
    roads: dict[str, Callable[[Path, Asked], tuple[Path, ...]]] = {
        "booklet": _booklet,
        "cards": _cards,
        "zine": lambda root, asked: (build_zine(_request(root, asked)).path,),
        "sheet": lambda root, asked: (
            build_checklist(_request(root, asked, asked.large_sheet)).path,
        ),
    }
    if not (root / "content/odd/checklist.toml").exists():
        del roads["sheet"]
    for name, build in roads.items():
        try:
            yield name, build(root, asked)
        except PharmdocsError as error:
            yield name, error


def _request(root: Path, asked: Asked, large: bool = False) -> Request:
    return Request(find_project(root), paper=asked.paper, ink=asked.ink, large=large)


def _booklet(root: Path, asked: Asked) -> tuple[Path, ...]:
    request = _request(root, asked, asked.booklet == "large")
    if asked.booklet == "press":
        shop = Shop(profile=root.parent / "shop.icc")
        return build_press_booklet(request, Booklet("press"), shop, asked.cover).paths[:-1]
    return (build_booklet(request, Booklet("fold" if asked.booklet == "fold" else "screen")).path,)


def _cards(root: Path, asked: Asked) -> tuple[Path, ...]:
    request = _request(root, asked, asked.cards == "large")
    if asked.cards == "press":
        shop = Shop(profile=root.parent / "shop.icc")
        return build_press_cards(request, Cards(STOCKS[asked.paper][asked.stock]), shop).paths[:-1]
    stock = STOCKS[asked.paper][0 if asked.cards == "large" else asked.stock]
    # A card that is a sheet of its own cannot be folded.
    duplex = "" if (stock, asked.duplex) == ("single-3x5", "fold") else asked.duplex
    return build_flashcards(request, Cards(stock, duplex=duplex)).paths


def seen(text: str) -> str:
    """A text without its blanks, its hyphens, and what is written in more than one way."""
    whole = "".join(unicodedata.normalize("NFC", text).split()).translate(
        dict.fromkeys(map(ord, UNSEEN))
    )
    return whole.casefold()


def read(paths: Iterable[Path], folded: bool = False) -> str:
    """What poppler finds in files, as it is drawn; on folded sheets, leaf by leaf."""
    if not folded:
        return seen("".join(page for path in paths for page in _pages(path)))
    text = ""
    for path in paths:
        with pikepdf.open(path) as document:
            _, _, width, height = map(float, document.pages[0].MediaBox)
        half = round(width / 2)
        halves = (
            _pages(path, "-x", f"{x}", "-y", "0", "-W", f"{half}", "-H", f"{height:.0f}")
            for x in (0, half)
        )
        text += "".join(unfolded(*halves))
    return seen(text)


def unfolded(left: Sequence[str], right: Sequence[str]) -> list[str]:
    """Pages in the order of reading, out of the halves of nested sheets: a front, its back, ..."""
    pages = [""] * (2 * len(left))
    for face, halves in enumerate(zip(left, right, strict=True)):
        # On the outside of the first sheet lie the last page and the first.
        places = (-1 - face, face)
        pages[places[face % 2]], pages[places[1 - face % 2]] = halves
    return pages


def _pages(path: Path, *part: str) -> list[str]:
    command = ["pdftotext", "-raw", "-enc", "UTF-8", *part, str(path), "-"]
    found = subprocess.run(command, capture_output=True, check=True)
    return found.stdout.decode().split("\f")[:-1]


def told(paths: Iterable[Path]) -> set[str]:
    """What the tags of files say of pictures."""
    found = set[str]()
    for path in paths:
        with pikepdf.open(path) as document:
            for item in document.objects:
                if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure":
                    found.add(seen(str(item.get("/Alt", ""))))
    return found


def widths(paths: Iterable[Path]) -> set[int]:
    """How wide the pictures are that poppler finds in files, in pixels."""
    found = set[int]()
    for path in paths:
        listed = subprocess.run(["pdfimages", "-list", path], capture_output=True, check=True)
        found |= {int(line.split()[3]) for line in listed.stdout.decode().splitlines()[2:]}
    return found
