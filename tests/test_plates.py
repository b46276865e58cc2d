"""Screen colors to inks: flat ones by the pencil, greys to black alone, pictures, what shines."""

import io
from collections.abc import Callable
from typing import Any

import icc
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, ImageDraw

from pharmdocs.imposition.plates import Inks, separated
from pharmdocs.imposition.profile import read_profile

# An eight-bit table of 17 steps: a twentieth is near enough to the pencil.
NEAR = pytest.approx


@pytest.fixture(scope="module")
def inks(tmp_path_factory: pytest.TempPathFactory) -> Inks:
    path = tmp_path_factory.mktemp("profile") / "shop.icc"
    path.write_bytes(icc.cmyk())
    return Inks(read_profile(path), False)


@pytest.mark.parametrize(
    ("color", "mixed"),
    [
        ((1, 0, 0), (0, 1, 1, 0)),
        ((0, 1, 0), (1, 0, 1, 0)),
        ((0, 0, 1), (1, 1, 0, 0)),
        ((1, 1, 0), (0, 0, 1, 0)),
        # Half red: 1 - 0.5 of the others is common to none, half of 0.5 of all is black.
        ((0.5, 0, 0), (1 / 3, 1, 1, 0.25)),
    ],
)
def test_a_color_is_mixed_as_the_profile_says(
    color: tuple[float, ...], mixed: tuple[float, ...], inks: Inks
) -> None:
    assert inks.mixed(*color) == NEAR(mixed, abs=0.1)


@pytest.mark.parametrize("grey", [0, 0.066667, 0.5, 0.8, 1])
def test_a_grey_is_a_tint_of_black_alone(grey: float, inks: Inks) -> None:
    """The profile would mix it of four inks, as a nearly grey color shows."""
    assert inks.mixed(grey, grey, grey) == NEAR((0, 0, 0, 1 - grey), abs=0.0001)
    assert min(inks.mixed(0.2, 0.2, 0.201)) > 0.1


def document(content: bytes, **pictures: Callable[[Pdf], Any]) -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    page.Contents = pdf.make_stream(content)
    spaces = Dictionary({"/srgb": Name.DeviceRGB, "/lab-d50": Name.DeviceRGB})
    page.Resources = Dictionary(ColorSpace=spaces)
    page.Resources.XObject = Dictionary({f"/{k}": make(pdf) for k, make in pictures.items()})
    pdf.Root.OutputIntents = Array()
    pdf.Root.Metadata = pdf.make_stream(b"<x/>")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_operands_change_and_nothing_else(inks: Inks) -> None:
    before = b"q 0.4 w 1 0 0 RG\n0 0 m 9 9 l S\nQ\n0 g\n1 1 1 rg\n[<00>2<01>] TJ\n0.5 G\n"
    before += b"/srgb cs\n1 0 0 scn"
    with pikepdf.open(io.BytesIO(separated(document(before), inks))) as after:
        page = after.pages[0]
        said = page.Contents.read_bytes()
        assert list(page.Resources.ColorSpace) == ["/srgb"]
    red = b" ".join(b"%g" % ink for ink in inks.mixed(1, 0, 0)) + b" K"
    assert said == (
        b"q 0.4 w %b\n0 0 m 9 9 l S\nQ\n0 0 0 1 k\n0 0 0 0 k\n[<00>2<01>] TJ\n0 0 0 0.5 K\n"
        b"/srgb cs\n1 0 0 scn" % red
    )


def test_forms_are_drawn_in_inks_too(inks: Inks) -> None:
    def form(pdf: Pdf) -> Any:
        return pdf.make_stream(b"0 g 1 1 re f", Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))

    with pikepdf.open(io.BytesIO(separated(document(b"/X Do", X=form), inks))) as after:
        drawn: Any = after.pages[0].Resources.XObject.X
        assert drawn.read_bytes() == b"0 0 0 1 k 1 1 re f"


def test_where_there_is_only_black_what_is_colored_stays_to_be_refused() -> None:
    with pikepdf.open(io.BytesIO(separated(document(b"1 0 0 rg\n0 g"), Inks(None, True)))) as after:
        assert after.pages[0].Contents.read_bytes() == b"1 0 0 rg\n0 g"
        assert "/OutputIntents" not in after.Root


def embedded(shown: Image.Image, veil: Image.Image | None = None) -> Callable[[Pdf], Any]:
    def make(pdf: Pdf) -> Any:
        space = {"RGB": Name.DeviceRGB, "L": Name.DeviceGray, "CMYK": Name.DeviceCMYK}[shown.mode]
        image = pdf.make_stream(
            shown.tobytes(),
            Subtype=Name.Image,
            Width=shown.width,
            Height=shown.height,
            ColorSpace=space,
            BitsPerComponent=8,
        )
        if veil:
            image.SMask = pdf.make_indirect(embedded(veil)(pdf))
        return image

    return make


def seen(inks: Inks, shown: Image.Image, veil: Image.Image | None = None) -> tuple[Any, bytes]:
    """The picture as the shop gets it, and its bytes."""
    with pikepdf.open(
        io.BytesIO(separated(document(b"/X Do", X=embedded(shown, veil)), inks))
    ) as after:
        image: Any = after.pages[0].Resources.XObject.X
        told = {str(key): image[key] for key in image if key != "/Mask"}
        told["/Stencil"] = image.Mask.read_bytes() if "/Mask" in image else b""
        return told, image.read_bytes()


def test_a_picture_is_mixed_dot_by_dot(inks: Inks) -> None:
    shown = Image.new("RGB", (8, 2), (255, 0, 0))
    told, data = seen(inks, shown)
    assert told["/ColorSpace"] == "/DeviceCMYK"
    assert [value / 255 for value in data[:4]] == NEAR(inks.mixed(1, 0, 0), abs=0.001)
    assert len(data) == 8 * 2 * 4


def test_a_grey_picture_is_black_ink_alone(inks: Inks) -> None:
    told, data = seen(inks, Image.new("RGB", (8, 2), (40, 40, 40)))
    assert told["/ColorSpace"] == "/DeviceGray"
    assert data == bytes([40]) * 16
    told, data = seen(inks, Image.new("L", (8, 2), 40))
    assert told["/ColorSpace"] == "/DeviceGray"
    told, data = seen(inks, Image.new("CMYK", (8, 2), (1, 2, 3, 4)))
    assert (told["/ColorSpace"], data) == ("/DeviceCMYK", bytes([1, 2, 3, 4]) * 16)


def test_a_veil_that_hides_nothing_goes(inks: Inks) -> None:
    told, _ = seen(inks, Image.new("RGB", (8, 2), (255, 0, 0)), Image.new("L", (8, 2), 255))
    assert "/SMask" not in told
    assert told["/Stencil"] == b""


def test_what_shines_through_becomes_paper_with_a_hard_edge(inks: Inks) -> None:
    """Left half clear, then a quarter faint, then solid: the clear half alone is cut out."""
    veil = Image.new("L", (8, 1), 255)
    ImageDraw.Draw(veil).rectangle((0, 0, 3, 0), fill=0)
    ImageDraw.Draw(veil).rectangle((4, 0, 5, 0), fill=51)
    told, data = seen(inks, Image.new("L", (8, 1), 0), veil)
    assert "/SMask" not in told
    # A set bit is not painted (ISO 32000-1, 8.9.6.3).
    assert told["/Stencil"] == bytes([0b11110000])
    assert list(data[4:]) == [204, 204, 0, 0]
