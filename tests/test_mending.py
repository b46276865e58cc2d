"""What we mend in the running engine, and that it still needs it.

When a test named "still" goes red, WeasyPrint has mended a defect: delete our mending of it.
"""

import io
import json
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import tag_tree
import weasyprint
from fontTools import ttLib
from make_described import made
from test_typeset import job, printed

from pharmdocs.pool import guarded
from pharmdocs.typesetting.described import FILE
from pharmdocs.typesetting.fonts import faces
from pharmdocs.typesetting.typeset import Typeset, engine, typeset


@pytest.fixture
def unmended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children are forked, so they take the engine as it came."""
    monkeypatch.setattr("pharmdocs.typesetting.mending.mend", lambda engine: None)


# Lines that are broken too early ------------------------------------------------------------------

NEAR = "“The notice comes in at five o’clock with ten people in line. What goes first?” "
PAGE = "@page { size: 612pt 200pt; margin: 20pt 79pt 20pt 176pt }"


def test_a_run_that_fits_but_for_its_space_is_not_broken_after_one_word() -> None:
    made = printed(f"<p>{NEAR}<a href='#a' id='a'>Q07</a></p>", PAGE)
    assert made.pages[0].text[0].startswith("“The notice comes in")


def test_the_engine_still_breaks_it_after_one_word(unmended: None) -> None:
    made = printed(f"<p>{NEAR}<a href='#a' id='a'>Q07</a></p>", PAGE)
    assert made.pages[0].text[0].split() == ["“The"]


# Spaces at which a line is broken -----------------------------------------------------------------

# Lines of about thirty letters; hyphens, slashes and soft hyphens break without a space.
SAID = (
    "Every line of this paragraph ends where a space stood, but for those that end in a well-"
    "known, long-established over-the-counter hyphen or in a softly broken dispen\u00adsing word. "
)
BODY = f"""
<p>{SAID * 2}</p>
<p style="letter-spacing: 1pt">{SAID}</p><p>Some <em>marked words stand at the end</em> of a
<b>line which is broken just there, or not</b> far from there. {SAID}</p><ul><li>{SAID}</li></ul>
"""


TALL = "@page { size: 200pt 900pt }"


def heard(made: Typeset) -> list[str]:
    """What the marked pieces of each block say, one after the other."""
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        texts: dict[tuple[Any, int], str] = {}
        for page in pdf.pages:
            for piece in tag_tree.drawn(page, page.resources).pieces:
                texts[page.obj.objgen, piece.number] = piece.text

        def told(element: Any) -> str:
            kids = tag_tree.kids(element)
            return "".join(
                texts[element.Pg.objgen, kid] if isinstance(kid, int) else told(kid) for kid in kids
            )

        blocks = [item for item, _ in tag_tree.elements(pdf) if item.S in ("/P", "/LBody")]
        return [told(block) for block in blocks]


def source() -> list[list[str]]:
    plain = " ".join(re.sub(r"</?(em|b|ul)>|\u00ad", "", BODY).split())
    return [text.split() for text in re.findall(r"<(?:p|li)[^>]*>(.*?)</(?:p|li)>", plain)]


def words_of(made: Typeset) -> list[list[str]]:
    """A soft hyphen at which a word was broken is drawn as a hyphen."""
    return [re.sub(r"dispen-?sing", "dispensing", text).split() for text in heard(made)]


def test_words_are_heard_apart_where_a_line_is_broken() -> None:
    assert words_of(printed(BODY, TALL)) == source()


def test_the_engine_still_drops_the_space(unmended: None) -> None:
    said = " ".join(heard(printed(BODY, TALL)))
    assert len(said.split()) < len(" ".join(map(" ".join, source())).split())


# Margin boxes -------------------------------------------------------------------------------------

CORNERS = """
@page { @top-left { content: "Head" } @bottom-right-corner { content: counter(page) }
  @left-middle { content: "Side" } }
@page :first { @top-left { content: none } }
"""


def test_a_page_with_margin_boxes_keeps_them() -> None:
    made = printed("<p>one</p><p style='break-before: page'>two</p>", CORNERS)
    assert [set(page.text) for page in made.pages] == [
        {"one", "1", "Side"},
        {"two", "2", "Side", "Head"},
    ]


EDGES = [f"{edge}-{side}" for edge in ("top", "bottom") for side in ("left", "center", "right")]
EDGES += [f"{edge}-{side}" for edge in ("left", "right") for side in ("top", "middle", "bottom")]
EDGES += [f"{edge}-{side}-corner" for edge in ("top", "bottom") for side in ("left", "right")]


def test_each_margin_box_is_kept_where_it_is_the_only_one() -> None:
    """One line even in a corner of 90 pt."""
    pairs = list(enumerate(EDGES))
    css = "".join(f'@page {name} {{ @{name} {{ content: "no.{at}" }} }}' for at, name in pairs)
    pages = "".join(f'<p style="page: {name}">text of {name}</p>' for name in EDGES)
    made = printed(pages, css + "@page { size: 400pt 300pt; margin: 90pt }")
    assert [{*page.text} for page in made.pages] == [
        {f"no.{at}", f"text of {name}"} for at, name in pairs
    ]


def _margins_made(css: str) -> int:
    """How many margin boxes the engine makes for one page; runs in a child, which it changes."""
    made = []
    kind = weasyprint.formatting_structure.boxes.MarginBox

    class Counted(kind):  # type: ignore[misc,valid-type]
        def __init__(self, *arguments: Any) -> None:
            made.append(self)
            super().__init__(*arguments)

    weasyprint.formatting_structure.boxes.MarginBox = Counted
    with engine() as loaded:
        sheets = [loaded.CSS(string=css)]
        assert len(loaded.HTML(string="<html><body><p>x").render(stylesheets=sheets).pages) == 1
    return len(made)


def test_no_margin_box_is_made_where_none_is_asked_for() -> None:
    assert guarded(_margins_made, "@page { margin: 9mm; @top-left { content: none } }") == 0


def test_a_page_that_asks_for_one_gets_the_engine_s_own() -> None:
    """All of a side are made at once: the empty ones shape the others."""
    assert guarded(_margins_made, CORNERS.replace(":first", ":left")) >= 3


def test_the_engine_still_makes_every_margin_box(unmended: None) -> None:
    assert guarded(_margins_made, "@page { margin: 9mm }") == 16


# What is done again and again ---------------------------------------------------------------------


def _done(pages: int) -> tuple[int, int]:
    """How often a document of some pages lists them, and opens a face; runs in a child."""
    listed, opened = [], []

    class Kids(list[Any]):
        def __getitem__(self, at: Any) -> Any:
            if isinstance(at, slice):
                listed.append(at)
            return super().__getitem__(at)

    with engine() as loaded:
        document, fonts = loaded.pdf.pydyf.PDF, loaded.pdf.fonts
        font = ttLib.TTFont
        make, face = document.__init__, font.__init__

        def made(self: Any) -> None:
            make(self)
            self.pages["Kids"] = Kids()

        def met(self: Any, *arguments: Any, **options: Any) -> None:
            opened.append(self)
            face(self, *arguments, **options)

        document.__init__, font.__init__ = made, met
        body = "<p style='break-after: page; font-family: Pharm Sans'>x</p>" * pages
        for _ in range(2):
            laid = loaded.HTML(string=f"<html lang='en'><title>T</title><body>{body}").render()
            assert len(laid.pages) == pages
            laid.write_pdf(pdf_variant="pdf/a-2a", full_fonts=True)
        assert fonts
    return len(listed), len(opened)


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of any face before, as with another engine."""
    monkeypatch.setattr("pharmdocs.typesetting.described._shipped", dict)


def test_pages_are_listed_once_a_document_and_a_face_is_opened_once(untold: None) -> None:
    assert guarded(_done, 3) == (2, 1)
    assert guarded(_done, 12) == (2, 1)


def test_the_engine_still_lists_all_pages_for_every_tag_and_opens_every_face_anew(
    unmended: None,
) -> None:
    few, many = guarded(_done, 3), guarded(_done, 12)
    assert many[0] >= 2 * 12
    assert many[0] > 3 * few[0]
    assert many[1] == 2


def _told(pages: int) -> tuple[int, bytes]:
    """How often a face is told in two documents, and the second one."""
    told: list[Any] = []
    every = ttLib.TTFont.getGlyphSet

    def counted(self: Any, *arguments: Any, **options: Any) -> Any:
        told.append(self)
        return every(self, *arguments, **options)

    ttLib.TTFont.getGlyphSet = counted
    body = "<p>x <b>bold</b></p>" * pages
    for _ in range(2):
        made = typeset(job(body))
    return len(told), made.pdf


def test_a_face_is_told_once_and_as_the_engine_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two faces in two documents, alike but for objects that nothing refers to.

    Ours are told before; another engine, or a face that it calls something else, tells them once.
    """
    known, pdf = guarded(_told, 3)
    monkeypatch.setattr("pharmdocs.typesetting.described._shipped", dict)
    once, anew = guarded(_told, 3)
    monkeypatch.setattr("pharmdocs.typesetting.mending._mend_fonts", lambda *_: None)
    still, plain = guarded(_told, 3)
    assert (known, once, still) == (0, 2, 4)
    assert pdf == anew
    assert _fonts(pdf) == _fonts(plain)


@pytest.mark.parametrize("other", ["face", "engine"])
def test_what_is_told_of_another_is_not_taken(
    other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two faces in two documents each is told once, and rightly."""
    told = json.loads(FILE.read_text(encoding="ascii"))
    for face in told["faces"].values():
        face["objects"][2][0]["StemV"] = 200
        face["of"] = "0" * 64 if other == "face" else face["of"]
    told["engine"] = "1.0" if other == "engine" else told["engine"]
    (tmp_path / "described.json").write_text(json.dumps(told))
    monkeypatch.setattr("pharmdocs.typesetting.described.FILE", tmp_path / "described.json")
    once, pdf = guarded(_told, 3)
    assert once == 2
    assert all("200" not in entry for _, _, _, entries in _fonts(pdf).values() for entry in entries)


def test_what_is_told_before_is_what_the_engine_tells() -> None:
    """Of each face, in every size. When it is red: python scripts/make_described.py."""
    told = FILE.read_text(encoding="ascii")
    known = json.loads(told)["faces"].values()
    assert {face["of"] for face in known} == {face.sha256 for face in faces()}
    for size in ("4pt", "9pt", "41pt"):
        assert guarded(made, size) == told


def _named(body: str) -> tuple[int, bytes]:
    """How often names are made up for the glyphs of a face, and a document."""
    named: list[Any] = []
    make = ttLib.TTFont._getGlyphNamesFromCmap

    def counted(self: Any) -> Any:
        named.append(self)
        return make(self)

    ttLib.TTFont._getGlyphNamesFromCmap = counted
    made = typeset(job(body))
    return len(named), made.pdf


def test_no_names_are_made_up_for_glyphs(untold: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two faces, told as they are with the names that the engine still makes up."""
    body = "<p>x <b>bold</b></p>"
    mended, pdf = guarded(_named, body)
    monkeypatch.setattr("pharmdocs.typesetting.mending._mend_faces", lambda _: None)
    still, plain = guarded(_named, body)
    assert (mended, still) == (0, 4)
    assert _fonts(pdf) == _fonts(plain)


def _flags(body: str) -> list[int]:
    with pikepdf.open(io.BytesIO(typeset(job(body)).pdf)) as pdf:
        fonts: Any = pdf.pages[0].resources.Font
        return [int(it.DescendantFonts[0].FontDescriptor.Flags) for it in fonts.values()]


def test_a_face_is_not_monospaced_for_having_one_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit 1 of the flags, beside serif and symbolic (ISO 32000-1, table 123)."""
    (few,), (many,) = (guarded(_flags, f"<p>{text}</p>") for text in ("xx", "xi"))
    assert few == many == 6
    monkeypatch.setattr("pharmdocs.typesetting.mending._mend_fonts", lambda *_: None)
    assert guarded(_flags, "<p>xx</p>") == [7]


def _fonts(data: bytes) -> dict[str, Any]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = pdf.pages[0].resources.Font
        return {
            name: (
                font.DescendantFonts[0].W.unparse(),
                font.ToUnicode.read_bytes(),
                font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes(),
                [str(pair) for pair in font.DescendantFonts[0].FontDescriptor.items()],
            )
            for name, font in found.items()
        }
