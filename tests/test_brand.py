"""A brand is judged before anything is printed, and then it stands on every printable."""

import io
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import card_builds
import pikepdf
import pytest
from PIL import Image
from small_bank import lay

from pharmdocs.booklet import build_booklet
from pharmdocs.brand import Brand, Event
from pharmdocs.build import Request
from pharmdocs.checklist import build_checklist
from pharmdocs.errors import ContentError, LayoutError
from pharmdocs.logo import read_logo
from pharmdocs.pool import guarded
from pharmdocs.project import find_project
from pharmdocs.strict.colors import contrast, darkened
from pharmdocs.typesetting.fetching import Supplied
from pharmdocs.typesetting.render import GROUND
from pharmdocs.typesetting.typeset import Job, typeset

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{}</svg>'
DRAWING = SVG.format(
    '<defs><linearGradient id="fade"><stop stop-color="#ff0000"/>'
    '<stop offset="1" style="stop-color:#0000ff"/></linearGradient></defs>'
    '<style>.a { fill: #00ff00 }</style><circle class="a" cx="5" cy="5" r="4"/>'
    '<rect x="10" width="9" height="9" fill="url(#fade)" style="stroke: steelblue"/>'
)
SETTINGS = """
[brand]
name = "Harbor School"
accent = "#7a1f3d"
contact = "Room 12"
url = "https://harbor.example/fair"
logo = "logo.{}"
logo_alt = "A lighthouse"
"""


def png(width: int, height: int, mode: str = "RGBA") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), "red").save(out, "PNG")
    return out.getvalue()


def bomb() -> bytes:
    """A picture of 13,000 x 13,000 pixels in a kilobyte: it says so and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", 13_000, 13_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.fixture
def school(tmp_path: Path) -> Callable[[str], Path]:
    """`school("svg")` is a project of the small bank with a logo of that kind."""

    def settle(kind: str) -> Path:
        card_builds.lay_cards(tmp_path)
        data = DRAWING.encode() if kind == "svg" else png(90, 40)
        (tmp_path / f"logo.{kind}").write_bytes(data)
        (tmp_path / "pharmdocs.toml").write_text('bank = "small"\n' + SETTINGS.format(kind))
        return tmp_path

    return settle


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<script>alert(1)</script>", "holds <script>, not shapes alone"),
        ("<text>Harbor</text>", "holds <text>, not shapes alone"),
        ("<foreignObject/>", "holds <foreignObject>, not shapes alone"),
        ('<image href="a.png"/>', "holds <image>, not shapes alone"),
        ('<path onload="alert(1)"/>', "holds a script (onload)"),
        ('<use href="https://a.example/b.svg#c"/>', "leads out of itself (href="),
        ('<use href="file:///etc/passwd"/>', "leads out of itself (href="),
        ('<path style="fill: url(https://a.example/b)"/>', "leads out of itself (url("),
        ("<style>@import 'a.css';</style>", "calls for a style sheet of its own"),
        ("<style>path { fill: url('x.svg#a') }</style>", "leads out of itself (url("),
        ("<g id='a'><use href='#a'/></g>", "draws itself again and again"),
        ('<g opacity="1"', "is damaged"),
        ('<pattern id="a"/>', "holds <pattern>"),
    ],
)
def test_a_drawing_that_is_more_than_shapes_is_refused(
    tmp_path: Path, inside: str, said: str
) -> None:
    (tmp_path / "logo.svg").write_text(SVG.format(inside))
    logo, flaw = read_logo(tmp_path, "logo.svg", "a logo")
    assert logo is None
    assert flaw is not None
    assert said in flaw.what


def test_a_drawing_that_doubles_again_and_again_is_refused(tmp_path: Path) -> None:
    levels = "".join(
        f'<g id="l{n}"><use href="#l{n - 1}"/><use href="#l{n - 1}"/></g>' for n in range(1, 40)
    )
    (tmp_path / "logo.svg").write_text(SVG.format(f'<path id="l0" d="M0 0h1"/>{levels}'))
    flaw = read_logo(tmp_path, "logo.svg", "a logo")[1]
    assert flaw is not None
    assert "far too many shapes" in flaw.what


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_drawing_cannot_hide_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + SVG.format("<script>\u00e9</script>")
    (tmp_path / "logo.svg").write_bytes(text.encode(encoding))
    assert read_logo(tmp_path, "logo.svg", "a logo")[0] is None


def test_entities_are_refused_and_a_plain_doctype_is_not(tmp_path: Path) -> None:
    old = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
    (tmp_path / "old.svg").write_text(old + DRAWING)
    assert read_logo(tmp_path, "old.svg", "a logo")[1] is None
    (tmp_path / "lol.svg").write_text('<!DOCTYPE svg [<!ENTITY a "aa">]>' + DRAWING)
    flaw = read_logo(tmp_path, "lol.svg", "a logo")[1]
    assert flaw is not None
    assert "entities" in flaw.what


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bomb(), "has more than 16 million pixels"),
        (png(4_001, 4_000, "L"), "has more than 16 million pixels"),
        (png(90, 90)[:60], "is damaged"),
        (b"\xff\xd8\xff\xe0", "is not the kind of picture that its name says (its bytes are JPEG)"),
        (b"MZ" + bytes(99), "is not the kind of picture that its name says"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2_000_001), "is larger than 2 MB"),
    ],
)
def test_pixels_that_are_a_bomb_or_a_lie_are_refused(
    tmp_path: Path, data: bytes, said: str
) -> None:
    (tmp_path / "logo.png").write_bytes(data)
    logo, flaw = read_logo(tmp_path, "logo.png", "a logo")
    assert logo is None
    assert flaw is not None
    assert flaw.what.startswith(said)


def test_a_link_out_of_the_project_is_no_logo(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.svg").write_text(DRAWING)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "logo.svg").symlink_to(tmp_path / "elsewhere.svg")
    flaw = read_logo(tmp_path / "project", "logo.svg", "a logo")[1]
    assert flaw is not None
    assert flaw.what == "lies outside the project"


def test_black_ink_makes_every_color_of_a_drawing_grey(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(DRAWING)
    logo = read_logo(tmp_path, "logo.svg", "a logo")[0]
    assert logo is not None
    text = logo.in_black().data.decode()
    # Green weighs 0.587: 150. Steel blue (70, 130, 180): 118. Red and blue, 76 and 29: 53.
    greys = {int(found[1]) for found in re.finditer(r"rgba\((\d+), \1, \1, 1\)", text)}
    assert {150, 118, 53} <= greys
    assert not re.search(r"#[0-9a-f]{6}|steelblue|url\(", text)


@pytest.mark.parametrize("color", ["#ffd800", "#ff0000", "#00bcd4", "#ffffff", "#808080"])
def test_the_nearest_color_is_readable_and_a_step_lighter_is_not(color: str) -> None:
    found = darkened(color)
    assert contrast(found) >= 4.5
    lighter = "#" + "".join(f"{min(int(found[i : i + 2], 16) + 3, 255):02x}" for i in (1, 3, 5))
    assert contrast(lighter) < 4.5


def test_white_on_black_has_the_highest_contrast() -> None:
    assert contrast("#000000") == pytest.approx(21)


def test_what_is_readable_on_white_is_made_so_on_a_ground() -> None:
    """The ground of the style sheets is the one that colors are made darker for."""
    css = Path(__file__).parent.parent / "templates" / "base.css"
    assert f"--ground: {GROUND};" in css.read_text(encoding="utf-8")
    assert contrast("#767676", GROUND) < 4.5 <= contrast(darkened("#767676", GROUND), GROUND)


def test_the_typesetter_reads_the_supplied_picture_and_no_other(tmp_path: Path) -> None:
    html = '<html lang="en"><title>t</title><body><img alt="b" src="{}">'
    logo = Supplied("brand:logo", "image/svg+xml", DRAWING.encode())
    assert guarded(typeset, Job(html.format("brand:logo"), (), str(tmp_path), (logo,))).pages
    (tmp_path.parent / "logo.svg").write_text(DRAWING)
    jobs = [
        Job(html.format(address), (), str(tmp_path), (logo,))
        for address in ("brand:logo2", "BRAND:logo", "../logo.svg", "file:///etc/passwd")
    ]
    for job in (*jobs, Job(html.format("brand:logo"), (), str(tmp_path))):
        with pytest.raises(LayoutError, match="is not a picture of this bank"):
            guarded(typeset, job)


def alts(path: Path) -> list[str]:
    with pikepdf.open(path) as pdf:
        return [
            str(item.Alt)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]


@pytest.mark.system
@pytest.mark.parametrize(("kind", "ink"), [("svg", "full"), ("png", "black")])
def test_a_checklist_shows_the_logo(school: Callable[[str], Path], kind: str, ink: str) -> None:
    root = school(kind)
    (root / "pharmdocs.toml").write_text(SETTINGS.format(kind))
    sheet = build_checklist(Request(find_project(root), ink=ink)).path
    assert "A lighthouse" in alts(sheet)
    assert "harbor.example/fair" in card_builds.texts(sheet)[0]


@pytest.mark.parametrize(("kind", "ink"), [("svg", "full"), ("png", "full"), ("svg", "black"),
                                           ("png", "black")])  # fmt: skip
def test_a_booklet_shows_the_logo(school: Callable[[str], Path], kind: str, ink: str) -> None:
    """Black ink is proved by preflight: a color would refuse the file."""
    booklet = build_booklet(Request(find_project(school(kind)), ink=ink)).path
    assert "A lighthouse" in alts(booklet)
    with pikepdf.open(booklet) as pdf:
        images = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)
                  and item.get("/Subtype") == "/Image"]  # fmt: skip
        # PDF/A-2 (6.2.8).
        assert not any(image.get("/Interpolate", False) for image in images)


def test_cards_name_the_brand_in_the_margin_and_on_dividers(
    school: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(school("svg"))
    assert card_builds.run("--with-dividers").exit_code == 0
    faces = card_builds.texts(Path("output/flashcards.pdf"))
    # Three cards a sheet: five dividers, seven cards; one stamp a face, one name a divider's back.
    assert [face.count("Harbor School") for face in faces] == [1, 4, 1, 3, 1, 1, 1, 1]


def test_a_brand_with_a_fault_prints_nothing(tmp_path: Path) -> None:
    lay(tmp_path)
    (tmp_path / "pharmdocs.toml").write_text(SETTINGS.format("svg"))
    with pytest.raises(ContentError, match=r"the logo `logo.svg` is missing"):
        find_project(tmp_path)


def test_an_event_is_read_and_its_organiser_goes_before_the_brand(tmp_path: Path) -> None:
    lay(tmp_path)
    (tmp_path / "pharmdocs.toml").write_text(
        '[brand]\nname = "Harbor School"\ncontact = "Room 12"\n'
        '[event]\nname = "Spring Fair"\ndate = 2027-03-18\norganiser = "Town Library"\n'
    )
    project = find_project(tmp_path)
    assert str(project.event.date) == "2027-03-18"
    host = project.event.host(project.brand)
    assert (host.name, host.contact) == ("Town Library", "Room 12")
    assert Event().host(project.brand) == project.brand
    assert Event().host(Brand()) == Brand()
