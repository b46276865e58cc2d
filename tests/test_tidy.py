"""What the engine writes, before and after it is tidied: fewer tags, the same page.

Each document is set twice, once as the engine leaves it. What a reader sees and copies must not
differ; what a reader hears must have become simpler.
"""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pytest
import tag_tree
from card_builds import HEAD, lay_cards, numbered
from PIL import Image, ImageChops

from pharmdocs.build import Request, edition_date, read_bank
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.pool import guarded
from pharmdocs.project import Project, find_project
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.printable import Look, stylesheets
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.strings import read_strings
from pharmdocs.typesetting.typeset import Job, Stylesheet, Typeset, typeset

CSS = """
@page { size: 300pt 420pt; margin: 30pt; @top-left { content: "Loose words" }
  @bottom-right { content: counter(page) } }
html { font: 10pt/14pt "Pharm Serif" }
.wide { letter-spacing: 1.3pt } .close { letter-spacing: -.35pt } .even { text-align: justify }
.box { background: #d5dadb; color: #666 } table { border-collapse: collapse }
td, th { border: .5pt solid #444 }
"""
LONG = "One paragraph of several lines, each of which the engine wraps into a tag of its own. " * 3
BODY = f"""
<h1>Tidy</h1>
<p id="lines">{LONG}</p>
<p id="marked">Some <em>words</em> of this <b>paragraph</b> look different. {LONG}</p>
<p class="wide">Wide AVATAR letters, 100 to 200 mg</p><p class="close">Close AVATAR letters</p>
<p class="even">{LONG}</p>
<ul class="box"><li>First of all {LONG}</li><li>Then</li></ul>
<table><thead><tr><th>Column</th><th>Other</th></tr></thead>
<tbody><tr><th>Row</th><td>Cell <i>and</i> more</td></tr>
<tr><th>Next</th><td></td></tr></tbody></table>
<p><a href="#below">be<b>lo</b><i>w</i></a> and <a href="https://example.org/">away</a></p>
<h2 id="below" style="break-before: page">Below</h2>
<p>{LONG * 6}</p>
"""


def rich(folder: Path) -> Job:
    head = '<head><meta charset="utf-8"><title>Tidy</title></head>'
    html = f'<!doctype html><html lang="en-US">{head}<body>{BODY}</body></html>'
    return Job(html, (Stylesheet("tidy.css", CSS),), str(folder))


def booklet(folder: Path) -> Job:
    """A question of the bundled bank with everything around it, as a build sets it."""
    project = Project(folder)
    bank = read_bank(Request(project, only="q03"))
    look = Look("letter", "full", bank.language, project.brand)
    strings = read_strings(project, look.language)
    date, whole = edition_date(bank), {"folded": False, "notes": 0, "art": "whole"}
    html = render(project, "booklet/page.html.j2", bank, look, strings, date, **whole)
    return Job(html, stylesheets(project, "booklet", look), str(project.bank_folder("").resolve()))


class Twice(NamedTuple):
    """A document as the engine leaves it, and tidied."""

    raw: Typeset
    tidied: Typeset


def twice(job: Job) -> Twice:
    """Children are forked, so they see the engine as it is here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pharmdocs.typesetting.typeset.tidy", lambda document, pdf: None)
        raw = guarded(typeset, job)
    return Twice(raw, guarded(typeset, job))


JOBS: dict[str, Callable[[Path], Job]] = {"rich": rich, "booklet": booklet}


@pytest.fixture(scope="module", params=JOBS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    return twice(JOBS[request.param](tmp_path_factory.mktemp("pictures")))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    return twice(rich(tmp_path_factory.mktemp("pictures")))


# What a reader sees -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(both: Twice) -> tuple[bytes, bytes]:
    """Both as finished files; the engine's own has its fonts already."""
    assert b"glyf" in both.raw.pdf
    return both.raw.pdf, finish(both.tidied, body="")


@pytest.mark.system
@pytest.mark.parametrize("number", [0, 1, 11])
def test_the_pixels_stay(both: Twice, files: tuple[bytes, bytes], number: int) -> None:
    """At 576 dpi, where pdfium draws all but the smallest letters as outlines, not as bitmaps that
    stand on whole pixels.
    """
    # Lines to write on are drawn later, on what is tidied.
    if number < len(both.raw.pages) and not both.raw.pages[number].ruled:
        before, after = (pixels(file, number) for file in files)
        assert sum(before.histogram()[:128]) > 1000
        counts = ImageChops.difference(before, after).histogram()
        assert sum(counts[32:]) < before.width * before.height / 100_000


def pixels(pdf: bytes, number: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        picture: Image.Image = document[number].render(scale=8).to_pil()
        return picture.convert("L")


@pytest.mark.system
def test_letters_stay_where_they_are(files: tuple[bytes, bytes]) -> None:
    """Those of every page, one by one; spaced letters keep their advance."""
    pages = [letters(file) for file in files]
    for before, after in zip(*pages, strict=True):
        assert [letter for letter, *_ in before] == [letter for letter, *_ in after]
        off = (
            max(abs(x1 - x2), abs(y1 - y2))
            for (_, x1, y1), (_, x2, y2) in zip(before, after, strict=True)
        )
        assert max(off) < 0.02


def letters(pdf: bytes) -> list[list[tuple[str, float, float]]]:
    """Every letter of every page in the order of the text layer, with its lower left corner."""
    pages = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            said = text.get_text_range()
            found = [(said[at], *text.get_charbox(at)[:2]) for at in range(text.count_chars())]
            pages.append(found)
    return pages


@pytest.mark.system
def test_the_text_layer_stays(files: tuple[bytes, bytes]) -> None:
    before, after = (copied(file) for file in files)
    assert before == after


def copied(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_a_line_is_one_string(plain: Twice) -> None:
    """Where nothing spaces or kerns its letters; and no zero stands between two of them."""
    counts = []
    for made in plain:
        with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
            length = sum(len(page.Contents.read_bytes()) for page in pdf.pages)
            parts = [
                part
                for page in pdf.pages
                for item in pikepdf.parse_content_stream(page, "TJ")
                for part in list[Any](item.operands)[0]
            ]
        empty = [part for part in parts if isinstance(part, pikepdf.String) and not bytes(part)]
        zeros = [part for part in parts if not isinstance(part, pikepdf.String) and part == 0]
        counts.append((len(empty), len(zeros), length))
    raw, tidied = counts
    assert min(raw) > 0
    assert tidied[:2] == (0, 0)
    assert tidied[2] < 0.6 * raw[2]


def test_no_letter_is_taken_for_the_end_of_a_line(plain: Twice) -> None:
    """A bare carriage return in a string is read as a line feed (ISO 32000-1, 7.3.4.2)."""
    with pikepdf.open(io.BytesIO(plain.tidied.pdf)) as pdf:
        content = b"".join(page.Contents.read_bytes() for page in pdf.pages)
    assert b"\0\\r" in content
    assert b"\r" not in content


# What a reader hears ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tidied(plain: Twice) -> bytes:
    return finish(plain.tidied, body="")


class Heard(NamedTuple):
    """An element: its kind, what stands directly in it, and the text of its pieces."""

    kind: str
    kids: list[str]
    text: str


def heard(file: bytes) -> list[Heard]:
    """Every element in reading order; a kid is "piece", "link" or the kind of an element."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        texts: dict[tuple[Any, int], str] = {}
        for page in pdf.pages:
            for piece in tag_tree.drawn(page, page.resources).pieces:
                texts[page.obj.objgen, piece.number] = piece.text
        found = []
        for element, _ in tag_tree.elements(pdf):
            kids = tag_tree.kids(element)
            names = [
                "piece" if isinstance(kid, int) else "link" if "/Obj" in kid else str(kid.S)
                for kid in kids
            ]
            own = [texts[element.Pg.objgen, kid] for kid in kids if isinstance(kid, int)]
            found.append(Heard(str(element.S), names, "".join(own)))
        return found


def of_kind(file: bytes, kind: str) -> list[Heard]:
    return [item for item in heard(file) if item.kind == kind]


def test_a_paragraph_of_several_lines_is_one_piece(tidied: bytes) -> None:
    paragraphs = of_kind(tidied, "/P")
    whole = [item for item in paragraphs if item.kids == ["piece"]]
    assert "".join(LONG.split()) in {"".join(item.text.split()) for item in whole}
    assert all("/Span" not in item.kids for item in paragraphs)


def test_a_paragraph_with_marked_words_is_told_in_its_order(tidied: bytes) -> None:
    (marked,) = (item for item in of_kind(tidied, "/P") if "look different" in item.text)
    assert marked.text.startswith("Some  of this  look different.")
    assert marked.kids == ["piece", "/NonStruct", "piece", "/NonStruct", "piece"]
    assert [item.text for item in of_kind(tidied, "/Span")][:2] == ["words", "paragraph"]


def test_without_tidying_a_line_is_an_element(plain: Twice) -> None:
    """When this goes red, the engine has mended itself: see what tidy is still for."""
    kinds = [item.kind for item in heard(plain.raw.pdf)]
    assert kinds.count("/Span") > 20


def test_what_stands_loose_in_a_margin_is_no_text(plain: Twice, tidied: bytes) -> None:
    for file, artifact in ((plain.raw.pdf, False), (tidied, True)):
        with pikepdf.open(io.BytesIO(file)) as pdf:
            for number, page in enumerate(pdf.pages, 1):
                pieces = tag_tree.drawn(page, page.resources).pieces
                loose = [item for item in pieces if item.text in ("Loose words", str(number))]
                assert len(loose) == 2
                assert {item.tag == "/Artifact" for item in loose} == {artifact}


def test_a_header_cell_says_what_it_heads(tidied: bytes) -> None:
    with pikepdf.open(io.BytesIO(tidied)) as pdf:
        cells = [element for element, _ in tag_tree.elements(pdf) if element.S == "/TH"]
        assert [str(cell.A.Scope) for cell in cells] == ["/Column", "/Column", "/Row", "/Row"]


def test_a_link_is_told_once(plain: Twice, tidied: bytes) -> None:
    """Elements inside a link bring annotations of their own, which its own covers."""
    assert [item.kids.count("link") for item in of_kind(tidied, "/Link")] == [1, 1]
    assert not [item for item in heard(tidied) if item.kind != "/Link" and "link" in item.kids]
    assert [rectangles(file) for file in (plain.raw.pdf, tidied)] == [4, 2]


def rectangles(file: bytes) -> int:
    with pikepdf.open(io.BytesIO(file)) as pdf:
        return sum(len(page.get("/Annots", [])) for page in pdf.pages)


# Content and tags agree, number by number ---------------------------------------------------------


def disagreements(file: bytes | Path) -> list[str]:
    source: Any = io.BytesIO(file) if isinstance(file, bytes) else file
    with pikepdf.open(source) as pdf:
        return tag_tree.faults(pdf)


def test_a_document_agrees_with_its_tags(files: tuple[bytes, bytes]) -> None:
    assert disagreements(files[1]) == []


@pytest.mark.system
def test_the_booklet_agrees_with_its_tags(booklet: Callable[..., Path]) -> None:
    assert disagreements(booklet()) == []


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """`cards("long-edge")` is the small bank and a card that goes on, in several joined parts."""
    root = tmp_path_factory.mktemp("cards")
    rows = "".join(f"c{number},front {number},back {number},safety,\n" for number in range(9))
    lay_cards(root, HEAD + rows + f"long,ask,{numbered(120)},safety,\n")

    def build(duplex: str) -> bytes:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("pharmdocs.typesetting.setting._CHUNK", 8)
            asked = Cards(stock="avery-5371", duplex=duplex, jobs=1)
            return build_flashcards(Request(find_project(root)), asked).paths[-1].read_bytes()

    return build


@pytest.mark.parametrize("duplex", ["long-edge", "none", "manual"])
def test_cards_agree_with_their_tags(cards: Callable[[str], bytes], duplex: str) -> None:
    """Also where fronts or backs alone are printed, and the tags of the others are gone."""
    assert disagreements(cards(duplex)) == []


def forget_a_row(pdf: pikepdf.Pdf) -> None:
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    next(row for row in numbers if isinstance(row, pikepdf.Array))[0] = None


def swap_two_rows(pdf: pikepdf.Pdf) -> None:
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    row = max((it for it in numbers if isinstance(it, pikepdf.Array)), key=len)
    owners = [at for at, entry in enumerate(row) if entry is not None]
    row[owners[0]], row[owners[1]] = row[owners[1]], row[owners[0]]


def renumber_a_piece(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    content = page.Contents.read_bytes()
    assert b"/MCID 0>>" in content
    page.Contents = pdf.make_stream(content.replace(b"/MCID 0>>", b"/MCID 999>>"))


def orphan_an_element(pdf: pikepdf.Pdf) -> None:
    top = pdf.Root.StructTreeRoot.K
    document = top if isinstance(top, pikepdf.Dictionary) else top[0]
    del document.K[-1]


def unmark_a_piece(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    content = page.Contents.read_bytes()
    bare = re.sub(rb"/Span\n<</MCID 0>>\nBDC\n(.*?)EMC\n", rb"\1", content, count=1, flags=re.S)
    assert len(bare) < len(content)
    page.Contents = pdf.make_stream(bare)


def forget_a_link(pdf: pikepdf.Pdf) -> None:
    page = next(page for page in pdf.pages if len(page.get("/Annots", [])))
    del page.Annots[0]


@pytest.mark.parametrize(
    "damage",
    [
        forget_a_row,
        swap_two_rows,
        renumber_a_piece,
        orphan_an_element,
        unmark_a_piece,
        forget_a_link,
    ],
)
def test_a_disagreement_would_be_seen(tidied: bytes, damage: Callable[[pikepdf.Pdf], None]) -> None:
    with pikepdf.open(io.BytesIO(tidied)) as pdf:
        damage(pdf)
        assert tag_tree.faults(pdf)
