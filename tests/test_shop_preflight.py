"""What a print shop is promised: a sound file passes, and each promise is broken once."""

import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import sha256

import icc
import pikepdf
import pytest
from card_builds import lay_cards
from pikepdf import Array, Dictionary, Name, Pdf

from pharmdocs.build import Request
from pharmdocs.editions import Shop
from pharmdocs.flashcards import Cards
from pharmdocs.geometry import Size, mm
from pharmdocs.preflight import ShopPromise
from pharmdocs.preflight.shop import check, pairs
from pharmdocs.presscards import build_press_cards
from pharmdocs.project import find_project

PROFILE = icc.cmyk()
IDS = ("Q01", "Q02", "c1")
SIDES = frozenset({"left", "top", "bottom"})
PROMISE = ShopPromise(
    Size(mm(127), mm(76.2)),
    mm(3),
    sha256(PROFILE).hexdigest(),
    False,
    dict.fromkeys(range(6), SIDES),
    IDS,
)
# The trim's corner: 10 mm of marks and 3 mm of bleed from the corner of the paper.
CORNER = mm(13)


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """`deck("full")` is three cards for a shop: in its inks, or with `black` in black."""
    root = tmp_path_factory.mktemp("shop")
    lay_cards(root)
    (root / "shop.icc").write_bytes(PROFILE)

    @cache
    def build(ink: str) -> bytes:
        shop = Shop(profile=root / "shop.icc" if ink == "full" else None)
        request = Request(find_project(root), only="q01,q02,c1", ink=ink, output=root / ink)
        return build_press_cards(request, Cards(jobs=1), shop).paths[0].read_bytes()

    return build


def broken(pdf: bytes, fault: Callable[[Pdf], object], promise: ShopPromise = PROMISE) -> list[str]:
    """What is said about a copy with a fault."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fault(document)
        out = io.BytesIO()
        document.save(out)
    pdf = out.getvalue()
    return [problem.what for problem in (*check(pdf, promise), *pairs(pdf, promise))]


def drawing(content: str, number: int = 2, **resources: dict[str, object]) -> Callable[[Pdf], None]:
    """A fault: something drawn on a page, before everything else."""

    def fault(document: Pdf) -> None:
        page = document.pages[number]
        for kind, named in resources.items():
            held = page.Resources.get(f"/{kind}")
            merged = Dictionary(dict(held) if held is not None else {})
            for name, thing in named.items():
                made = thing(document) if callable(thing) else thing
                merged[f"/{name}"] = made
            page.Resources[f"/{kind}"] = merged
        page.Contents = document.make_stream(
            b"q %b Q\n%b" % (content.encode(), page.Contents.read_bytes())
        )

    return fault


def picture(width: int, height: int, space: Name, parts: int, **more: object) -> object:
    def make(document: Pdf) -> object:
        image = document.make_stream(zlib.compress(bytes(width * height * parts)))
        image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.FlateDecode
        image.Width, image.Height, image.BitsPerComponent = width, height, 8
        image.ColorSpace = space
        for name, thing in more.items():
            image[f"/{name}"] = thing(document) if callable(thing) else thing
        return image

    return make


def any_font(document: Pdf) -> object:
    return next(iter(dict(document.pages[2].Resources.Font).values()))


def form(content: bytes, **more: object) -> object:
    def make(document: Pdf) -> object:
        made = document.make_stream(content)
        made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array([0, 0, 500, 500])
        for name, thing in more.items():
            made[f"/{name}"] = thing
        return made

    return make


def at(width: float, height: float) -> str:
    """The matrix that shows /X so large, inside the trim."""
    return f"{width} 0 0 {height} {CORNER + 100} {CORNER + 50} cm /X Do"


def box(name: str, *sides: float) -> Callable[[Pdf], None]:
    def fault(document: Pdf) -> None:
        document.pages[3].obj[f"/{name}"] = Array([round(mm(side), 4) for side in sides])

    return fault


def test_a_sound_deck_keeps_every_promise(deck: Callable[[str], bytes]) -> None:
    assert broken(deck("full"), lambda _: None) == []
    assert broken(deck("black"), lambda _: None, replace(PROMISE, profile="", black=True)) == []


def rich(document: Pdf) -> None:
    page = document.pages[1]
    content = page.Contents.read_bytes()
    assert b"0 0 0 1 k" in content
    page.Contents = document.make_stream(content.replace(b"0 0 0 1 k", b".75 .68 .67 .9 k"))


def short(document: Pdf) -> None:
    """Paint paper over the outer millimeter of the bleed, over everything else."""
    page = document.pages[4]
    white = f"0 0 0 0 k {mm(10)} 0 {mm(1)} 400 re f\n".encode()
    page.Contents = document.make_stream(page.Contents.read_bytes() + white)


def bare(document: Pdf) -> None:
    """A front whose band was forgotten."""
    page = document.pages[0]
    white = f"\n0 0 0 0 k {mm(10)} {mm(10)} {mm(30)} {mm(83)} re f\n".encode()
    content = page.Contents.read_bytes()
    marks = content.rindex(b"/Artifact BMC\n/Marks Do")
    page.Contents = document.make_stream(content[:marks] + white + content[marks:])


def unmarked(document: Pdf) -> None:
    page = document.pages[2]
    page.Contents = document.make_stream(page.Contents.read_bytes().replace(b"/Marks Do", b""))


def no_intent(document: Pdf) -> None:
    del document.Root.OutputIntents


def other_intent(document: Pdf) -> None:
    stream = document.make_stream(icc.cmyk("Another Press"), N=4)
    document.Root.OutputIntents[1].DestOutputProfile = stream


def swapped(document: Pdf) -> None:
    pages = document.pages
    pages.insert(0, pages[3])
    del pages[4]


def one_lost(document: Pdf) -> None:
    del document.pages[5]


SHOWN = f"{CORNER + 100} {CORNER + 50} 50 20 re f"
MARK = "/All CS 1 SCN"
FAULTS = {
    "rgb": (drawing("1 0 0 rg " + SHOWN), "something is drawn in RGB"),
    "rgb line": (drawing("0 0 1 RG 100 100 m 150 120 l S"), "something is drawn in RGB"),
    "rgb text": (drawing("0.1 0.1 0.1 rg BT 1 0 0 1 150 150 Tm <0001> Tj ET"), "text is drawn in"),
    "rgb in a form": (
        drawing("/X Do", XObject={"X": form(b"1 0 0 rg 100 100 20 20 re f")}),
        "something is drawn in RGB",
    ),
    "rgb picture": (
        drawing(at(24, 24), XObject={"X": picture(100, 100, Name.DeviceRGB, 3)}),
        "a picture is drawn in RGB",
    ),
    "rgb on offer": (drawing("", ColorSpace={"own": Name.DeviceRGB}), "offers the color space own"),
    "gradient": (drawing("/S sh", Shading={"S": Dictionary(ShadingType=2)}), "a gradient"),
    "inline picture": (
        drawing("9 0 0 9 150 150 cm BI /W 1 /H 1 /CS /RGB /BPC 8 ID abc EI"),
        "something is drawn in an inline picture",
    ),
    "opacity": (drawing("/V gs " + SHOWN, ExtGState={"V": Dictionary(ca=0.5)}), "shines through"),
    "opacity of lines": (
        drawing("/V gs", ExtGState={"V": Dictionary(CA=0.99)}),
        "something shines through",
    ),
    "multiply": (
        drawing("/V gs", ExtGState={"V": Dictionary(BM=Name.Multiply)}),
        "something shines through",
    ),
    "group": (
        drawing(
            "/X Do",
            XObject={
                "X": form(b"0 g 100 100 9 9 re f", Group=Dictionary(S=Name.Transparency)),
            },
        ),
        "a group of things is blended",
    ),
    "soft mask": (
        drawing(
            at(24, 24),
            XObject={
                "X": picture(
                    100, 100, Name.DeviceGray, 1, SMask=picture(100, 100, Name.DeviceGray, 1)
                )
            },
        ),
        "a picture has a soft mask",
    ),
    "coarse": (
        drawing(at(72, 36), XObject={"X": picture(298, 149, Name.DeviceGray, 1)}),
        "a picture of 298 x 149 pixels has 298 to the inch",
    ),
    "rich black": (rich, "black text is mixed of several inks"),
    "bleed too short": (short, "art ends before the left edge of the bleed"),
    "no art": (bare, "no art runs over the left edge"),
    "trim": (box("TrimBox", 13, 13, 139, 89.2), "the TrimBox is 126.00 x 76.20 mm, not 127.00"),
    "bleed box": (box("BleedBox", 11, 11, 142, 91.2), "the BleedBox is not 3 mm larger"),
    "media": (box("MediaBox", -1, 0, 153, 102.2), "the MediaBox does not begin at 0, 0"),
    "media too small": (box("MediaBox", 0, 0, 142, 92.2), "does not lie inside the MediaBox"),
    "crop": (box("CropBox", 5, 5, 148, 97), "a CropBox hides a part"),
    "turned": (lambda pdf: pdf.pages[1].rotate(90, relative=True), "turned or scaled"),
    "mark on the card": (drawing(f"{MARK} 150 150 m 170 150 l S"), "a mark stands inside"),
    "mark in the bleed": (
        drawing(f"{MARK} {mm(12)} {mm(2)} m {mm(12)} {mm(12)} l S"),
        "a mark stands inside",
    ),
    "slug on the card": (
        drawing("/All cs 1 scn BT /F 6 Tf 1 0 0 1 150 150 Tm <0001> Tj ET", Font={"F": any_font}),
        "a mark stands inside",
    ),
    "no marks": (unmarked, "there are no marks"),
    "no profile": (no_intent, "does not name the profile"),
    "another profile": (other_intent, "does not name the profile"),
    "another order": (swapped, "page 1 shows Q02, not the front of Q01"),
    "a back lost": (one_lost, "3 cards have 5 pages"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_promise_is_named(name: str, deck: Callable[[str], bytes]) -> None:
    fault, said = FAULTS[name]
    found = broken(deck("full"), fault)
    assert any(said in what for what in found), found


def test_in_black_alone_a_tint_of_color_is_refused(deck: Callable[[str], bytes]) -> None:
    black = replace(PROMISE, profile="", black=True)
    found = broken(deck("black"), drawing("0.1 0 0 0 k " + SHOWN), black)
    assert found == ["page 3: something is drawn in DeviceCMYK"]
    found = broken(deck("full"), lambda _: None, black)
    assert "the file names a printing condition, and was to be for any" in found
    found = broken(deck("full"), no_intent, black)
    assert "the file claims PDF/A and names no printing condition" in found


@pytest.mark.parametrize(
    "fault",
    [
        drawing(at(72, 36), XObject={"X": picture(300, 150, Name.DeviceGray, 1)}),
        drawing(at(72, 36), XObject={"X": picture(300, 150, Name.DeviceCMYK, 4)}),
        # Dark, but a color; and black that is no text.
        drawing(".9 .85 .5 .75 k BT 1 0 0 1 150 150 Tm <0001> Tj ET"),
        drawing(".7 .6 .6 .9 k " + SHOWN),
        drawing("/V gs", ExtGState={"V": Dictionary(ca=1, CA=1, SMask=Name("/None"))}),
        drawing(f"{MARK} {mm(2)} {mm(2)} m {mm(2)} {mm(9)} l S"),
    ],
)
def test_what_is_allowed_is_not_refused(
    fault: Callable[[Pdf], None], deck: Callable[[str], bytes]
) -> None:
    assert broken(deck("full"), fault) == []


def test_art_that_runs_out_at_a_slant_reaches_the_edge(deck: Callable[[str], bytes]) -> None:
    """From inside the trim to the edge of the bleed, at 45 degrees."""
    x, y, out = CORNER + mm(60), CORNER, mm(8)
    slant = f"0 0 0 1 k {x} {y + out} m {x + 20} {y + out} l {x + 20 - 2 * out} {y - out} l"
    assert broken(deck("full"), drawing(f"{slant} {x - 2 * out} {y - out} l f")) == []
