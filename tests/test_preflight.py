"""Every promise has a file made to break it, and preflight refuses that file."""

import io
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from pharmdocs.geometry import Size
from pharmdocs.pool import guarded
from pharmdocs.preflight import Promise, preflight
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.typeset import Job, Stylesheet, Typeset, typeset
from pharmdocs.wording import words

CSS = """
@page { size: 300pt 400pt; margin: 20pt; @bottom-right { content: counter(page) } }
html { font: 10pt/14pt "Pharm Serif" }
"""
HTML = """<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Proof</title></head>
<body><h1>Dose</h1><p>Take 75 µg, not mg. <a href="#b">be<b>low</b></a></p><h2 id="b">Below</h2>
<table><thead><tr><th>Head</th></tr></thead><tbody><tr><td>Cell</td></tr></tbody></table>
<p><a href="https://example.org/">away</a></p><div data-rules="foot"></div></body></html>"""


@pytest.fixture(scope="module")
def made() -> Typeset:
    sheet = Stylesheet("base.css", CSS)
    return guarded(typeset, Job(HTML, (sheet,), str(Path(__file__).parent)))


@pytest.fixture(scope="module")
def sound(made: Typeset) -> bytes:
    return finish(made, body="")


def promise(made: Typeset, ink: str = "full") -> Promise:
    text = (line for page in made.pages for line in page.text)
    return Promise(words(text), Size(300, 400), ink, "en-US", "Proof")


def broken(pdf: bytes, damage: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        damage(document)
        document.save(out)
    return out.getvalue()


def said(pdf: bytes, promised: Promise) -> str:
    return "\n".join(problem.what for problem in preflight(pdf, promised))


def test_a_sound_file_passes(sound: bytes, made: Typeset) -> None:
    assert said(sound, promise(made)) == ""


def _type0(document: pikepdf.Pdf) -> pikepdf.Object:
    """The serif's regular face, which draws the dose."""
    return next(
        item
        for item in document.objects
        if isinstance(item, Dictionary)
        and item.get("/Subtype") == "/Type0"
        and str(item.BaseFont).endswith("+Pharm-Serif")
    )


def _content(document: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    page = document.pages[0]
    data = page.Contents.read_bytes()
    assert old in data
    page.Contents = document.make_stream(data.replace(old, new))


def _wrong_text(document: pikepdf.Pdf) -> None:
    """The defect of split web fonts, turned round: µ is drawn and I-acute is read."""
    font = _type0(document)
    cmap = font.ToUnicode.read_bytes()
    assert b"<00b5>" in cmap
    font.ToUnicode = document.make_stream(cmap.replace(b"<00b5>", b"<00cd>"))


def _renumbered(document: pikepdf.Pdf) -> None:
    """Every glyph drawn is the one after the one that was asked for."""
    table = b"".join((glyph + 1).to_bytes(2, "big") for glyph in range(400))
    _type0(document).DescendantFonts[0].CIDToGIDMap = document.make_stream(table)


def _foreign_font(document: pikepdf.Pdf) -> None:
    descriptor = _type0(document).DescendantFonts[0].FontDescriptor
    program = descriptor.FontFile2.read_bytes() + b"\0"
    descriptor.FontFile2 = document.make_stream(program)


def _no_embedding(document: pikepdf.Pdf) -> None:
    del _type0(document).DescendantFonts[0].FontDescriptor.FontFile2


def _no_text(document: pikepdf.Pdf) -> None:
    del _type0(document).ToUnicode


def _lost_words(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    kept = [item for item in pikepdf.parse_content_stream(page) if str(item.operator) != "TJ"]
    page.Contents = document.make_stream(pikepdf.unparse_content_stream(kept))


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _launch(document: pikepdf.Pdf) -> None:
    document.Root.Extra = document.make_indirect(Dictionary(S=Name.Launch, F=String("x")))


def _submit(document: pikepdf.Pdf) -> None:
    document.Root.Extra = document.make_indirect(Dictionary(S=Name.SubmitForm))


def _attachment(document: pikepdf.Pdf) -> None:
    document.Root.AF = Array()


def _links(document: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [annot for annot in document.pages[0].Annots if annot.Subtype == "/Link"]


def _file_link(document: pikepdf.Pdf) -> None:
    link = next(item for item in _links(document) if "/A" in item)
    link.A = Dictionary(S=Name.URI, URI=String("file:///etc/hostname"))


def _dead_link(document: pikepdf.Pdf) -> None:
    document.Root.Names.Dests.Names = Array()


def _no_scope(document: pikepdf.Pdf) -> None:
    cell = next(i for i in document.objects if isinstance(i, Dictionary) and i.get("/S") == "/TH")
    del cell.A


def _skipped_level(document: pikepdf.Pdf) -> None:
    heading = next(
        i for i in document.objects if isinstance(i, Dictionary) and i.get("/S") == "/H2"
    )
    heading.S = Name.H4


def _figure(document: pikepdf.Pdf) -> None:
    cell = next(i for i in document.objects if isinstance(i, Dictionary) and i.get("/S") == "/TD")
    cell.S = Name.Figure


def _loose_link(document: pikepdf.Pdf) -> None:
    link = next(i for i in document.objects if isinstance(i, Dictionary) and i.get("/S") == "/Link")
    link.S = Name.Span


def _no_tags(document: pikepdf.Pdf) -> None:
    del document.Root.StructTreeRoot


def _no_language(document: pikepdf.Pdf) -> None:
    del document.Root.Lang


def _other_title(document: pikepdf.Pdf) -> None:
    document.docinfo["/Title"] = "Draft"


def _no_labels(document: pikepdf.Pdf) -> None:
    del document.Root.PageLabels


def _other_size(document: pikepdf.Pdf) -> None:
    document.pages[0].MediaBox = Array([0, 0, 300, 401])


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (_wrong_text, "draws another glyph for 'Í'"),
        (_renumbered, "renumbers its glyphs"),
        (_foreign_font, "is not one of the vendored faces"),
        (_no_embedding, "is not embedded"),
        (_no_text, "has no text behind its glyphs"),
        (_lost_words, "words are missing from the finished file"),
        (_script, "an action runs by itself"),
        (_launch, "an action of kind Launch"),
        (_submit, "an action of kind SubmitForm"),
        (_attachment, "a file is embedded"),
        (_file_link, "a link leads to file:///"),
        (_dead_link, "which is nowhere"),
        (_no_scope, "header cell has no scope"),
        (_skipped_level, "a heading of level 4 follows one of level 1"),
        (_figure, "a picture has no description"),
        (_loose_link, "a link stands outside a Link element"),
        (_no_tags, "is not tagged"),
        (_no_language, "language is not en-US"),
        (_other_title, "title is not “Proof”"),
        (_no_labels, "have no labels"),
        (_other_size, "page 1 is 300.00 x 401.00 pt"),
    ],
)
def test_a_broken_promise_is_named(
    sound: bytes, made: Typeset, damage: Callable[[pikepdf.Pdf], None], expected: str
) -> None:
    assert expected in said(broken(sound, damage), promise(made))


@pytest.mark.parametrize("space", [Name.DeviceRGB, Name.DeviceCMYK, Name.DeviceGray])
def test_a_picture_in_color_is_no_black_ink(sound: bytes, made: Typeset, space: Name) -> None:
    def show(document: pikepdf.Pdf) -> None:
        picture = document.make_stream(bytes(4))
        entries = {"/Subtype": Name.Image, "/Width": 1, "/Height": 1, "/ColorSpace": space}
        for key, value in entries.items():
            picture[key] = value
        document.pages[0].Resources.XObject = pikepdf.Dictionary(X=picture)

    found = said(broken(sound, show), promise(made, "black"))
    assert ("a picture uses color, not black alone" in found) is (space != Name.DeviceGray)


def test_tags_that_hold_themselves_come_to_an_end(sound: bytes, made: Typeset) -> None:
    """As in a file of others; each is read once."""

    def loop(document: pikepdf.Pdf) -> None:
        link = next(
            it for it in document.objects if isinstance(it, Dictionary) and it.get("/S") == "/Link"
        )
        link.K = Array([link.P, *(link.K if isinstance(link.K, Array) else [link.K])])

    assert said(broken(sound, loop), promise(made)) == ""


def test_a_word_that_nobody_wrote_is_named(sound: bytes, made: Typeset) -> None:
    wanted = promise(made)
    fewer = Promise(wanted.words - words(["Dose"]), wanted.size, "full", "en-US", "Proof")
    assert "nobody wrote: Dose" in said(sound, fewer)


@pytest.mark.parametrize("color", [b"1 0 0 rg", b"1 0 0 RG", b"0 0 0 1 k", b"/Cs1 cs 0.5 scn"])
def test_black_ink_allows_no_color(sound: bytes, made: Typeset, color: bytes) -> None:
    def paint(document: pikepdf.Pdf) -> None:
        _content(document, b"BT", color + b" BT")

    assert "uses color, not black alone" in said(broken(sound, paint), promise(made, "black"))


def test_grey_is_drawn_with_black_ink_alone(sound: bytes) -> None:
    with pikepdf.open(io.BytesIO(sound)) as document:
        used = {str(item.operator) for item in pikepdf.parse_content_stream(document.pages[0])}
    assert "g" in used
    assert not used & {"k", "K"}


def test_running_heads_are_artifacts(sound: bytes) -> None:
    with pikepdf.open(io.BytesIO(sound)) as document:
        content = document.pages[0].Contents.read_bytes()
    assert b"/Pagination" in content


def test_lines_to_write_on_are_artifacts_seven_millimetres_apart(sound: bytes) -> None:
    with pikepdf.open(io.BytesIO(sound)) as document:
        content = document.pages[0].Contents.read_bytes().decode()
    start = content.index("/Artifact BMC")
    lines = content[start : content.index("EMC", start)].splitlines()
    heights = [float(line.split()[1]) for line in lines if line.endswith("l S")]
    gaps = [upper - lower for upper, lower in pairwise(heights)]
    assert gaps
    assert all(gap >= 7 * 72 / 25.4 for gap in gaps)


def test_a_link_with_an_element_inside_is_one_link(sound: bytes) -> None:
    with pikepdf.open(io.BytesIO(sound)) as document:
        assert len(_links(document)) == 2
