"""Pages that show only their ids go through the press, and are read back from the paper."""

import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import page as page_validation
import pikepdf
import pypdfium2
import pytest
import tag_tree
from pikepdf import Array, Matrix, Name

from pharmdocs.errors import LayoutError
from pharmdocs.geometry import PAPERS, Box, Size, mm
from pharmdocs.imposition import schemes
from pharmdocs.imposition.content import called
from pharmdocs.imposition.marks import Stamp, cut_marks, guides, marks, stamp_box
from pharmdocs.imposition.press import Plan, press
from pharmdocs.imposition.schemes import Face, Sheet
from pharmdocs.imposition.stock import Stock, read_stocks
from pharmdocs.pool import guarded
from pharmdocs.preflight import Promise, structure
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.typeset import Job, Stylesheet, typeset
from pharmdocs.wording import words

Judge = Callable[[str, Path], str]

LIBRARY = read_stocks(None, "")
FONT = fonts.folder() / "PharmSans-Regular.ttf"
CARD = Size(mm(92), mm(67))
A4 = PAPERS["a4"]


def grid(sheet: Size, columns: int, rows: int, left: float, top: float, gap: float = 0) -> Stock:
    """A stock of A7 cards, its margins and gaps in millimetres."""
    return replace(
        LIBRARY["a7-a4"],
        name="grid",
        sheet=sheet,
        trim=CARD,
        columns=columns,
        rows=rows,
        left=mm(left),
        top=mm(top),
        gap=Size(mm(gap), mm(gap)),
    )


# Right margins of 13, 16 and 13 mm, lower ones of 14.5, 20 and 6 mm.
STOCKS = {
    "symmetric": grid(A4, 2, 4, 13, 14.5),
    "asymmetric": grid(A4, 2, 4, 10, 9),
    "landscape": grid(Size(A4.height, A4.width), 3, 3, 8, 3),
}
# The axis of a turn, as somebody sees it who turns a sheet of paper.
AXES = {
    ("portrait", "long-edge"): "vertical",
    ("portrait", "short-edge"): "horizontal",
    ("portrait", "manual"): "vertical",
    ("landscape", "long-edge"): "horizontal",
    ("landscape", "short-edge"): "vertical",
    ("landscape", "manual"): "horizontal",
}
CARDS = 11
IDS = [f"Q{number:02}" for number in range(CARDS)]


@cache
def typeset_cards(bleed: float = 0, ids: tuple[str, ...] = tuple(IDS)) -> bytes:
    """Eleven cards, front and back in turn; fronts lead to their backs, backs to the next front."""
    faces = []
    for number, card in enumerate(ids):
        following = (number + 1) % CARDS
        faces.append(
            f'<section id="f{number}"><p>{card}</p><h1>Front</h1>'
            f'<p>See its <a href="#b{number}">back{number}</a>.</p></section>'
            f'<section id="b{number}"><p>{card}</p><h1>Back</h1><p>Go '
            f'<a href="#f{following}">onward</a> or <a href="https://example.org/">away</a>.</p>'
            "</section>"
        )
    css = f"""
    @page {{ size: 92mm 67mm; margin: 5mm; bleed: {bleed}mm }}
    html {{ font: 10pt/14pt "Pharm Serif" }} body, p {{ margin: 0 }}
    h1 {{ font-size: 12pt; margin: 4pt 0; bookmark-level: 2 }}
    section {{ break-after: page; bookmark-level: 1; bookmark-label: attr(id) }}
    """
    html = (
        '<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Deck</title></head>'
        f"<body>{''.join(faces)}</body></html>"
    )
    job = Job(html, (Stylesheet("cards.css", css),), str(Path(__file__).parent))
    return finish(guarded(typeset, job), body="")


def axis_of(stock: Stock, duplex: str) -> str:
    shape = "landscape" if stock.sheet.width > stock.sheet.height else "portrait"
    return AXES.get((shape, duplex), "")


def plan_of(sheets: tuple[Sheet, ...], duplex: str, bleed: float = 0) -> Plan:
    labels = []
    for sheet in sheets:
        labels.append(f"Sheet {sheet.number + 1} front: cards")
        if sheet.verso is not None:
            labels.append(f"Sheet {sheet.number + 1} back: cards")
    return Plan("Deck", duplex, tuple(labels), bleed)


def impose(
    stock: Stock,
    duplex: str,
    sheets: tuple[Sheet, ...] | None = None,
    pages: bytes | None = None,
    bleed: float = 0,
) -> bytes:
    """The imposed file; other sheets, pages or bleed on demand."""
    sheets = schemes.cards(CARDS, stock, duplex) if sheets is None else sheets
    plan = plan_of(sheets, duplex, bleed)
    axis = axis_of(stock, duplex)
    stamps = [Stamp(label, axis if " back" in label else "") for label in plan.labels]
    under = marks(stock, stamps, font=FONT, folds=duplex == "fold")
    return press(pages or typeset_cards(), sheets, stock, under, plan)


@dataclass(frozen=True)
class Seen:
    """A word on paper: the corner where it begins, in points from the upper left one."""

    word: str
    x: float
    y: float
    turned: bool


def seen(pdf: bytes, pattern: str = r"Q\d\d") -> list[list[Seen]]:
    """The words of each page, as another engine than the press finds them."""
    pages = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            height, text = page.get_height(), page.get_textpage()
            found = []
            for match in re.finditer(pattern, text.get_text_range()):
                left, bottom, right, top = text.get_charbox(match.start(), loose=True)
                turned = text.get_charbox(match.end() - 1)[0] < left
                x, y = (right, bottom) if turned else (left, top)
                found.append(Seen(match[0], x, height - y, turned))
            pages.append(found)
    return pages


def offsets() -> list[tuple[float, float]]:
    """Where on each page, before it is imposed, the id begins."""
    return [(first.x, first.y) for first, *_ in seen(typeset_cards())]


def near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) < 0.05


@pytest.mark.parametrize("duplex", ["long-edge", "short-edge", "manual"])
@pytest.mark.parametrize("name", STOCKS)
def test_every_back_lies_behind_its_front(name: str, duplex: str) -> None:
    """Take each front's box, look through the paper, and find its id where it begins there."""
    stock = STOCKS[name]
    width, height = stock.sheet.width, stock.sheet.height
    pages = seen(impose(stock, duplex))
    at = offsets()
    fronts, backs = pages[::2], pages[1::2]
    assert [item.word for face in fronts for item in face] == IDS
    for front, back in zip(fronts, backs, strict=True):
        found = {item.word: item for item in back}
        assert len(found) == len(front)
        for item in front:
            (x, y), (u, v) = at[2 * IDS.index(item.word)], at[2 * IDS.index(item.word) + 1]
            left, top = item.x - x, item.y - y
            assert not item.turned
            behind = found[item.word]
            if axis_of(stock, duplex) == "vertical":
                assert near((behind.x, behind.y), (width - left - CARD.width + u, top + v))
                assert not behind.turned
            else:
                assert near((behind.x, behind.y), (left + CARD.width - u, height - top - v))
                assert behind.turned


@pytest.mark.parametrize("name", STOCKS)
def test_every_front_fills_its_slot(name: str) -> None:
    """Row by row from the upper left corner of a grid worked out by hand."""
    stock = STOCKS[name]
    for sheet, face in enumerate(seen(impose(stock, "long-edge"))[::2]):
        for slot, item in enumerate(face):
            row, column = divmod(slot, stock.columns)
            x, y = offsets()[2 * IDS.index(item.word)]
            corner = stock.left + column * CARD.width + x, stock.top + row * CARD.height + y
            assert near((item.x, item.y), corner)
            assert item.word == IDS[sheet * stock.columns * stock.rows + slot]


def test_a_folded_card_lies_beside_itself() -> None:
    (face, *_) = seen(impose(STOCKS["symmetric"], "fold"))
    assert [item.word for item in face] == ["Q00", "Q00", "Q01", "Q01", "Q02", "Q02", "Q03", "Q03"]
    for front, back in zip(face[::2], face[1::2], strict=True):
        assert near((back.x - front.x, back.y - front.y), (CARD.width, 0))


def test_fronts_alone_leave_no_trace_of_the_backs() -> None:
    pdf = impose(STOCKS["symmetric"], "none")
    assert [item.word for face in seen(pdf) for item in face] == IDS
    assert seen(pdf, "Back") == [[], []]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = [item for item in document.objects if is_a(item, "/Page")]
        tags = [item for item in document.objects if is_a(item, "/StructElem")]
        links = [item for item in document.objects if is_a(item, "/Annot")]
        kept = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
        names = pikepdf.NameTree(document.Root.Names.Dests)
        # A front leads nowhere but to its back, which is not there.
        # A row of the tree for each of the two sheets.
        assert (len(pages), links, len(kept), len(names)) == (2, [], 2, CARDS)
        kinds = [str(tag.S) for tag in tags]
        assert set(kinds) == {"/Document", "/Sect", "/P", "/H1", "/Span"}
        assert kinds.count("/Sect") == CARDS


def is_a(item: Any, kind: str) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == kind


@pytest.mark.parametrize("duplex", schemes.DUPLEX)
def test_the_imposed_file_keeps_the_promises_of_its_pages(duplex: str) -> None:
    """Tags, language, heading levels, links that lead somewhere."""
    with pikepdf.open(io.BytesIO(impose(STOCKS["symmetric"], duplex))) as document:
        assert structure.check(document, Promise(words([]), A4, "full", "en-US", "Deck")) == []


def boxes_of(annotations: Any, height: float) -> list[Box]:
    found = []
    for annotation in annotations:
        left, bottom, right, top = map(float, annotation.Rect)
        assert left < right
        assert bottom < top
        found.append(Box(left, height - top, Size(right - left, top - bottom)))
    return found


@pytest.mark.parametrize("duplex", ["long-edge", "short-edge"])
def test_links_lie_on_their_words(duplex: str) -> None:
    stock = STOCKS["asymmetric"]
    pdf = impose(stock, duplex)
    placed = seen(pdf, r"back\d+|onward|away")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page, found in zip(document.pages, placed, strict=True):
            links = boxes_of(page.Annots, stock.sheet.height)
            assert len(links) == len(found)
            for item in found:
                inside = 1 if not item.turned else -1
                point = Box(item.x + inside, item.y + 4 * inside, Size(0, 0))
                assert sum(box.contains(point) for box in links) == 1
            assert all(link.P.objgen == page.objgen for link in page.Annots)


def destinations(document: pikepdf.Pdf, height: float) -> dict[str, tuple[int, float, float]]:
    """Name -> the page, and the point from its upper left corner."""
    numbers: dict[Any, int] = {page.objgen: at for at, page in enumerate(document.pages)}
    found = {}
    for name, (page, kind, x, y, _) in pikepdf.NameTree(document.Root.Names.Dests).items():
        assert kind == Name.XYZ
        found[str(name)] = (numbers[page.objgen], float(x), height - float(y))
    return found


def test_links_lead_to_the_right_card() -> None:
    """Each destination is where it was on its page, seen from the slot it now lies on."""
    stock = STOCKS["asymmetric"]
    with pikepdf.open(io.BytesIO(typeset_cards())) as before:
        old = destinations(before, CARD.height)
    with pikepdf.open(io.BytesIO(impose(stock, "long-edge"))) as document:
        new = destinations(document, stock.sheet.height)
    assert set(new) == set(old)
    for number in range(CARDS):
        row, column = divmod(number % 8, 2)
        top = mm(9 + 67 * row)
        for name, verso, left in (
            (f"f{number}", 0, mm(10 + 92 * column)),
            (f"b{number}", 1, mm(210 - 10 - 92 * (column + 1))),
        ):
            page, x, y = new[name]
            assert page == 2 * (number // 8) + verso
            assert near((x, y), (left + old[name][1], top + old[name][2]))


def test_links_show_a_turned_card_from_its_corner() -> None:
    """On a turned card the text goes on upward from its beginning."""
    stock = STOCKS["asymmetric"]
    with pikepdf.open(io.BytesIO(impose(stock, "short-edge"))) as document:
        new = destinations(document, stock.sheet.height)
    for number in range(CARDS):
        row, column = divmod(number % 8, 2)
        corner = mm(10 + 92 * column), mm(297 - 9 - 67 * (row + 1))
        assert near(new[f"b{number}"][1:], corner)


def contents(element: Any, page: Any = None) -> Iterator[tuple[Any, Any, int]]:
    """Each piece of content in reading order: its element, its page, its number there."""
    page = element.get("/Pg", page)
    kids = element.get("/K", Array())
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, int):
            yield element, page, kid
        elif kid.get("/Type") == "/MCR":
            assert "/Stm" not in kid
            yield element, kid.get("/Pg", page), int(kid.MCID)
        elif "/S" in kid:
            yield from contents(kid, page)


def spoken(pdf: bytes) -> list[tuple[str, str]]:
    """Tag and text of every piece, in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pieces = {
            (page.objgen, piece.number): piece.text
            for page in document.pages
            for piece in tag_tree.drawn(page, page.Resources).pieces
        }
        read = contents(document.Root.StructTreeRoot)
        return [(str(tag.S), pieces[page.objgen, number]) for tag, page, number in read]


@pytest.mark.parametrize("duplex", ["long-edge", "short-edge", "fold"])
def test_tags_keep_their_reading_order(duplex: str) -> None:
    """What is read aloud is what was read aloud of the pages, and the tree of tags is sound."""
    pdf = impose(STOCKS["symmetric"], duplex)
    assert spoken(pdf) == spoken(typeset_cards())
    assert len(spoken(pdf)) > 5 * CARDS
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert tag_tree.faults(document) == []


@pytest.mark.parametrize(
    ("duplex", "said"),
    [
        ("long-edge", "/DuplexFlipLongEdge"),
        ("short-edge", "/DuplexFlipShortEdge"),
        ("manual", "/Simplex"),
        ("fold", "/Simplex"),
        ("none", "/Simplex"),
    ],
)
def test_the_file_tells_the_printer(duplex: str, said: str) -> None:
    with pikepdf.open(io.BytesIO(impose(STOCKS["symmetric"], duplex))) as document:
        told = document.Root.ViewerPreferences
        assert (str(told.Duplex), str(told.PrintScaling)) == (said, "/None")
        assert told.PickTrayByPDFSize
        assert told.DisplayDocTitle
        page = document.pages[0]
        assert list(page.MediaBox) == list(page.TrimBox)
        assert [float(side) for side in page.MediaBox] == [0, 0, 595.2756, 841.8898]


def test_bookmarks_and_labels_name_the_faces() -> None:
    """The pages' own bookmarks, on one level, hang below the face that they now lead to."""
    with pikepdf.open(io.BytesIO(impose(STOCKS["asymmetric"], "short-edge"))) as document:
        labels = [str(page.label) for page in document.pages]
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
            below = [[child.title for child in item.children] for item in outline.root]
            targets: list[Any] = [item.destination for item in outline.root]
            leads = [target[0].objgen for target in targets]
        assert leads == [page.objgen for page in document.pages]
    faces = ["Sheet 1 front", "Sheet 1 back", "Sheet 2 front", "Sheet 2 back"]
    assert labels == faces
    assert titles == [f"{face}: cards" for face in faces]
    first, second = range(8), range(8, 11)
    sides = (("f", "Front"), ("b", "Back"))
    assert below == [
        [title for number in half for title in (f"{letter}{number}", heading)]
        for half in (first, second)
        for letter, heading in sides
    ]


def test_the_file_bears_the_title_of_the_plan() -> None:
    stock = STOCKS["symmetric"]
    sheets = schemes.cards(CARDS, stock, "none")
    plan = replace(plan_of(sheets, "none"), title="Cards & more")
    pdf = press(typeset_cards(), sheets, stock, marks(stock, [Stamp()] * 2, font=FONT), plan)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.docinfo["/Title"] == "Cards & more"
        assert b"Cards &amp; more</rdf:li>" in document.Root.Metadata.read_bytes()


def test_the_same_input_gives_the_same_bytes() -> None:
    """Also in the next second, which a clock in the file would tell."""
    first = impose(STOCKS["asymmetric"], "short-edge")
    time.sleep(1.1)
    assert impose(STOCKS["asymmetric"], "short-edge") == first


def test_pages_that_share_their_content_are_told_apart() -> None:
    """Two blank backs are one stream; on their face each has its own pieces."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset_cards())) as document:
        document.pages[3].Contents = document.pages[1].Contents
        document.save(out)
    pdf = impose(STOCKS["symmetric"], "long-edge", pages=out.getvalue())
    assert [item.word for item in seen(pdf)[1]].count("Q00") == 2
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert tag_tree.faults(document) == []


def test_a_page_in_several_streams_becomes_one() -> None:
    """Streams of a page may end anywhere between two words, and with no space after the last."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset_cards())) as document:
        page = document.pages[2]
        parts = [b"q 1 0 0 1 0 0 cm", page.Contents.read_bytes(), b"Q"]
        page.Contents = Array([document.make_stream(part) for part in parts])
        document.save(out)
    whole = impose(STOCKS["symmetric"], "long-edge")
    assert seen(impose(STOCKS["symmetric"], "long-edge", pages=out.getvalue())) == seen(whole)


def test_pages_may_mean_different_things_by_one_name() -> None:
    """Parts set by other processes count their pictures anew: two cards, two greys."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset_cards())) as document:
        for number, grey in ((0, b"0.8"), (2, b"0.4")):
            page = document.pages[number]
            form = document.make_stream(b"%b g 0 0 40 40 re f" % grey)
            form.Subtype, form.BBox = Name.Form, Array([0, 0, 40, 40])
            page.Resources = pikepdf.Dictionary(dict(page.resources.items()))
            page.Resources.XObject = pikepdf.Dictionary(X=form)
            drawn_ = b"/Artifact BMC q /X Do Q EMC\n" + page.Contents.read_bytes()
            page.Contents = document.make_stream(drawn_)
        document.save(out)
    stock = STOCKS["symmetric"]
    pdf = impose(stock, "none", pages=out.getvalue())
    with pypdfium2.PdfDocument(pdf) as sheets:
        paper = sheets[0].render().to_pil().convert("L")
    corners = [(slot.left + 10, slot.bottom - 10) for slot in stock.slots()[:3]]
    greys = [paper.getpixel((round(x), round(y))) for x, y in corners]
    assert greys == [204, 102, 255]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("/Font", "/A 9 Tf", "/B 9 Tf"),
        ("/ExtGState", "/A gs", "/B gs"),
        ("/XObject", "/A Do", "/B Do"),
        ("/Shading", "/A sh", "/B sh"),
        ("/ColorSpace", "/A cs /A CS", "/B cs /B CS"),
        ("/Pattern", "/A scn 0.5 /A SCN", "/B scn 0.5 /B SCN"),
    ],
)
def test_each_kind_of_name_is_told_apart(kind: str, before: str, after: str) -> None:
    """And no name of another kind."""
    others = "/A BMC EMC /A MP"
    with pikepdf.new() as pdf:
        told = called(pdf, f"{before} {others}".encode(), {kind: {"/A": "/B"}})
    assert told.split() == f"{after} {others}".encode().split()


def test_a_page_lies_on_one_slot_at_most() -> None:
    (sheet, _) = schemes.cards(CARDS, STOCKS["symmetric"], "none")
    twice = replace(sheet, recto=Face((*sheet.recto.placements, sheet.recto.placements[0])))
    with pytest.raises(ValueError, match="page 0 lies on two slots"):
        impose(STOCKS["symmetric"], "none", sheets=(twice,))


def test_pages_of_another_size_are_refused() -> None:
    with pytest.raises(LayoutError) as refused:
        impose(LIBRARY["a7-a4"], "long-edge")
    (problem,) = refused.value.problems
    assert problem.what == "page 1 is 92.00 x 67.00 mm; its slot is 96.00 x 69.00 mm"


@pytest.mark.parametrize(
    ("gap", "bleed", "shown"), [(6, 2, (2, 2)), (3, 2, (1.5, 1.5)), (0, 2, (0, 0)), (6, 0, (0, 0))]
)
def test_bleed_ends_halfway_to_the_neighbour(
    gap: float, bleed: float, shown: tuple[float, float]
) -> None:
    stock = grid(A4, 2, 3, 7, 14, gap)
    pdf = impose(stock, "long-edge", pages=typeset_cards(3), bleed=mm(bleed))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        clips = pikepdf.parse_content_stream(document.pages[0], "DP re W n")
        assert [str(item.operator) for item in clips[:4]] == ["DP", "re", "W", "n"]
        left, bottom, width, height = (float(side) for side in clips[1].operands)
        right, top = left + width, bottom + height
    beside, above = map(mm, shown)
    expected = (-beside, -above, CARD.width + beside, CARD.height + above)
    assert (left, bottom, right, top) == pytest.approx(expected, abs=0.001)
    # The page begins at its bleed, the card at its trim.
    x, y = offsets()[0]
    first = seen(pdf)[0][0]
    assert near((first.x, first.y), (mm(7) + x, mm(14) + y))


# Marks --------------------------------------------------------------------------------------


Line = tuple[float, float, float, float]


def instructions(page: Any, operators: str = "") -> list[Any]:
    """What a page draws, and what it draws through a form, which lies where the page does."""
    forms = list(page.Resources.get("/XObject", {}).values())
    assert all("/Matrix" not in form or list(form.Matrix) == [1, 0, 0, 1, 0, 0] for form in forms)
    holders = [*forms, page]
    return [item for it in holders for item in pikepdf.parse_content_stream(it, operators)]


def drawn(pdf: bytes, number: int = 0) -> list[Line]:
    """Every straight line of a page, in points from its upper left corner."""
    lines = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[number]
        height = float(page.mediabox[3])
        matrix, kept, start = Matrix(), [Matrix()], (0.0, 0.0)
        for item in instructions(page, "q Q cm m l"):
            numbers, operator = [float(number) for number in item.operands], str(item.operator)
            if operator == "q":
                kept.append(matrix)
            elif operator == "Q":
                matrix = kept.pop()
            elif operator == "cm":
                matrix = Matrix(*numbers) @ matrix
            else:
                x, y = matrix.transform((numbers[0], numbers[1]))
                if operator == "l":
                    lines.append((*start, x, height - y))
                start = (x, height - y)
    return lines


def mirrored(box: Box, sheet: Size, axis: str) -> Box:
    if axis == "vertical":
        return Box(sheet.width - box.left - box.size.width, box.top, box.size)
    if axis == "horizontal":
        return Box(box.left, sheet.height - box.top - box.size.height, box.size)
    return box


def touches(line: Line, box: Box) -> bool:
    """True when a part of the line lies inside the box, its edge not counted."""
    x1, x2 = sorted((line[0], line[2]))
    y1, y2 = sorted((line[1], line[3]))
    inner = box.inset(0.01)
    return x1 < inner.right and x2 > inner.left and y1 < inner.bottom and y2 > inner.top


EVERY = [(name, axis) for name in LIBRARY for axis in ("", "vertical", "horizontal")]
STAMP = "Interview cards · sheet 2 of 7 · back · flip on the long edge · pharmdocs 0.1.0"


@pytest.mark.parametrize(("name", "axis"), EVERY)
def test_nothing_is_drawn_on_a_card_or_at_the_edge_of_the_paper(name: str, axis: str) -> None:
    stock = LIBRARY[name]
    sheet = stock.sheet
    pdf = marks(stock, [Stamp(STAMP, axis)], font=FONT)
    cards = [mirrored(slot, sheet, axis) for slot in stock.slots()]
    paper = Box(mm(4), mm(4), Size(sheet.width - mm(8), sheet.height - mm(8)))
    for line in drawn(pdf):
        assert not any(touches(line, card) for card in cards)
        ends = Box(line[0], line[1], Size(0, 0)), Box(line[2], line[3], Size(0, 0))
        assert all(paper.contains(end) for end in ends)
    box = stamp_box(stock, axis)
    letters = seen(pdf, r"\S")[0]
    assert bool(letters) is (box is not None)
    for item in letters:
        assert box is not None
        assert box.contains(Box(item.x, item.y, Size(0, 0)), slack=3)
        assert paper.contains(Box(item.x, item.y, Size(0, 0)), slack=1)
    if box is not None:
        assert paper.contains(box)
        assert not any(overlap(box, card) for card in cards)


# Cut by hand, with 4 mm above the cards and 8.7 mm below: the stamp stands at a side.
UNEVEN = replace(LIBRARY["poker-letter"], name="uneven", top=mm(4))


@pytest.mark.parametrize("axis", ["", "vertical", "horizontal"])
@pytest.mark.parametrize("stock", [*LIBRARY.values(), UNEVEN], ids=lambda stock: str(stock.name))
def test_the_stamp_keeps_clear_of_the_marks(stock: Stock, axis: str) -> None:
    """By a millimetre at least, however long it is."""
    bare = drawn(marks(stock, [Stamp("", axis)], font=FONT))
    pdf = marks(stock, [Stamp(f"{STAMP} {STAMP}", axis)], font=FONT)
    ruler = [line for line in drawn(pdf) if line not in bare]
    ink = [Box(item.x, item.y, Size(1, 1)) for item in seen(pdf, r"\S")[0]]
    ink += [Box(x1, y1, Size(x2 - x1, y2 - y1)) for x1, y1, x2, y2 in map(rising, ruler)]
    assert bool(ink) is (stamp_box(stock, axis) is not None)
    for line in bare:
        assert not any(touches(line, box.inset(-mm(1) + 0.01)) for box in ink)


def rising(line: Line) -> Line:
    x1, y1, x2, y2 = line
    return (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def test_the_stamp_stands_in_the_middle_of_what_is_free() -> None:
    """4 mm off the paper's edge, 1 mm off the cards: from 4 to 24.4 mm."""
    box = stamp_box(LIBRARY["avery-5388"])
    assert box is not None
    assert (box.top + box.bottom) / 2 == pytest.approx(mm(14.2), abs=0.01)


def test_a_stock_of_one_card_has_no_waste_to_stamp() -> None:
    assert stamp_box(LIBRARY["single-3x5"]) is None


def overlap(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    return across > 0 and min(one.bottom, other.bottom) > max(one.top, other.top)


def in_mm(lines: tuple[Line, ...]) -> set[tuple[float, ...]]:
    return {tuple(round(length / mm(1), 2) for length in line) for line in lines}


def test_cut_marks_stand_at_every_cut() -> None:
    """A7 on A4: margins of 9 and 10.5 mm; marks begin 2 mm off the cards and end 4 mm off the
    edge of the paper.
    """
    across, down = (9, 105, 201), (10.5, 79.5, 148.5, 217.5, 286.5)
    expected: set[tuple[float, ...]] = {(x, 4, x, 8.5) for x in across}
    expected |= {(x, 288.5, x, 293) for x in across}
    expected |= {(4, y, 7, y) for y in down} | {(203, y, 206, y) for y in down}
    assert in_mm(cut_marks(LIBRARY["a7-a4"])) == expected
    assert guides(LIBRARY["a7-a4"]) == ()


def test_cut_marks_of_a_back_are_mirrored_about_the_page() -> None:
    """The asymmetric stock: 10 mm to the left of a front is 10 mm to the right of its back."""
    long = in_mm(cut_marks(STOCKS["asymmetric"], "vertical"))
    assert {x1 for x1, _, x2, _ in long if x1 == x2} == {16, 108, 200}
    short = in_mm(cut_marks(STOCKS["asymmetric"], "horizontal"))
    assert {y1 for _, y1, _, y2 in short if y1 == y2} == {20, 87, 154, 221, 288}


def test_guides_serve_where_a_margin_is_too_narrow() -> None:
    """Four by five inches on Letter: 6.35 mm beside the cards, 12.7 mm above and below."""
    stock = LIBRARY["quarter-letter"]
    marked = in_mm(cut_marks(stock))
    assert {line[1] for line in marked} == {5.7, 268.7}
    assert len(marked) == 6
    rows = (12.7, 139.7, 266.7)
    assert in_mm(guides(stock)) == {(6.35, y, 209.55, y) for y in rows}


@pytest.mark.parametrize("name", [name for name in LIBRARY if LIBRARY[name].cut == "perforated"])
def test_a_perforated_stock_has_nothing_to_cut(name: str) -> None:
    assert cut_marks(LIBRARY[name]) == guides(LIBRARY[name]) == ()


def test_folds_are_dashed_and_not_cut() -> None:
    """A7 on A4 folds at 105 mm."""
    stock = LIBRARY["a7-a4"]
    pdf = marks(stock, [Stamp()], font=FONT, folds=True)
    upright = [line for line in drawn(pdf) if line[0] == pytest.approx(mm(105), abs=0.01)]
    (fold,) = upright
    assert fold[1::2] == pytest.approx((mm(10.5), mm(286.5)), abs=0.01)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        dashes = [list(item.operands[0]) for item in instructions(document.pages[0], "d")]
    assert [3, 2] in dashes


def test_outlines_are_the_edges_of_the_cards() -> None:
    pdf = marks(STOCKS["asymmetric"], [Stamp(axis="vertical")], font=FONT, outlines=True)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = instructions(document.pages[0], "re")
        first, *_ = [[float(number) for number in item.operands] for item in found]
        assert len(found) == 8
    # The upper left card of the front: 16 mm from the back's left edge, and 92 mm further.
    expected = (mm(108), mm(297 - 9 - 67), mm(92), mm(67))
    assert first == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize("name", ["a7-a4", "poker-letter", "avery-5388"])
def test_the_ruler_is_fifty_millimetres_long(name: str) -> None:
    """A line of 50 mm and six ticks, 10 mm apart; on poker cards it stands upright."""
    stock = LIBRARY[name]
    bare = drawn(marks(stock, [Stamp()], font=FONT))
    pdf = marks(stock, [Stamp(STAMP)], font=FONT)
    base, *ticks = (line for line in drawn(pdf) if line not in bare)
    along = 1 if name == "poker-letter" else 0
    assert abs(base[along + 2] - base[along]) == pytest.approx(mm(50), abs=0.001)
    places = sorted(tick[along] for tick in ticks)
    assert [after - before for before, after in pairwise(places)] == pytest.approx(
        [mm(10)] * 5, abs=0.001
    )
    assert [item.word for item in seen(pdf, "50 mm")[0]] == ["50 mm"]


def test_the_stamp_says_what_it_is_told() -> None:
    pdf = marks(LIBRARY["avery-5388"], [Stamp(STAMP), Stamp()], font=FONT)
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    assert texts == [f"{STAMP} 50 mm", ""]


def test_a_stamp_that_is_too_long_says_so() -> None:
    pdf = marks(LIBRARY["a7-a4"], [Stamp(f"{STAMP} {STAMP} {STAMP} {STAMP}")], font=FONT)
    with pypdfium2.PdfDocument(pdf) as document:
        text = " ".join(document[0].get_textpage().get_text_range().split())
    assert STAMP in text
    assert "…" in text


def test_marks_print_on_every_plate() -> None:
    """And nothing else does: no grey, no RGB, no CMYK."""
    pdf = marks(LIBRARY["a7-a4"], [Stamp(STAMP)], font=FONT, outlines=True)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        space = page.Resources.ColorSpace["/All"]
        assert list(space)[:3] == [Name.Separation, Name.All, Name.DeviceGray]
        used = {str(item.operator) for item in instructions(page)}
    assert used & {"CS", "cs"} == {"CS", "cs"}
    assert not used & {"g", "G", "rg", "RG", "k", "K"}


def test_all_faces_share_one_font() -> None:
    """Embedded, a subset, and without a path of the machine."""
    stamps = [Stamp(f"{STAMP} {number}") for number in range(40)]
    pdf = marks(LIBRARY["a7-a4"], stamps, font=FONT)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = [item for item in document.objects if is_a(item, "/Font")]
        (font,) = found
        program = font.FontDescriptor.FontFile2.read_bytes()
    assert len(program) < FONT.stat().st_size / 2
    assert str(FONT.parent).encode() not in pdf


def test_sheets_share_what_their_faces_have_alike() -> None:
    """Cut marks and folds are one form for all fronts, another for all backs; so is the ruler."""
    sheets = schemes.cards(CARDS, grid(A4, 1, 1, 13, 14.5), "long-edge")
    pdf = impose(grid(A4, 1, 1, 13, 14.5), "long-edge", sheets=sheets)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        shared = [{it.objgen for it in page.Resources.XObject.values()} for page in document.pages]
    assert all(len(forms) == 2 for forms in shared)
    assert shared[::2] == [shared[0]] * CARDS
    assert shared[1::2] == [shared[1]] * CARDS
    assert not shared[0] & shared[1]


def test_the_stamp_is_an_artifact_of_the_page_itself() -> None:
    """So that each face can have its own without a form of its own."""
    stock = LIBRARY["avery-5388"]
    with pikepdf.open(io.BytesIO(marks(stock, [Stamp(STAMP)], font=FONT))) as document:
        forms = document.pages[0].Resources.XObject
        pieces = [pikepdf.parse_content_stream(forms[name]) for name in sorted(forms.keys())]
        shown = [str(it.operator) for piece in pieces for it in piece]
        own = [str(it.operator) for it in pikepdf.parse_content_stream(document.pages[0])]
    assert shown.count("Tj") == 1  # 50 mm
    assert own.count("Tj") >= 1
    with pikepdf.open(io.BytesIO(impose(STOCKS["asymmetric"], "long-edge"))) as document:
        for page in document.pages:
            found = tag_tree.drawn(page, page.Resources)
            assert found.pieces[-1].tag == "/Artifact"
            assert found.loose == []


# Judges -------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", ["ua1", "2a"])
@pytest.mark.parametrize("duplex", ["long-edge", "short-edge", "none", "fold"])
def test_page_validation_finds_no_fault(duplex: str, standard: str, tmp_path: Path) -> None:
    """It takes some compressed streams for damaged, so it gets a plain copy."""
    copy = tmp_path / "sheets.pdf"
    with pikepdf.open(io.BytesIO(impose(STOCKS["symmetric"], duplex))) as document:
        document.save(
            copy,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    report = page_validation.validate_pdf(copy, profile=standard)
    assert [f"{fault.rule_id}: {fault.message}" for fault in report.failures] == []


def cmyk_beneath_the_marks(document: pikepdf.Pdf) -> None:
    """What reportlab writes by itself."""
    for page in document.pages:
        space = page.Resources.ColorSpace["/All"]
        space[2] = Name.DeviceCMYK
        space[3].C0, space[3].C1 = Array([0, 0, 0, 0]), Array([0, 0, 0, 1])


def marks_that_are_no_artifacts(document: pikepdf.Pdf) -> None:
    for page in document.pages:
        content = page.Contents.read_bytes()
        assert b"/Artifact" in content
        page.Contents = document.make_stream(content.replace(b"/Artifact BMC", b"/Span BMC"))


@pytest.mark.system
@pytest.mark.parametrize("duplex", schemes.DUPLEX)
def test_verapdf_finds_no_fault(duplex: str, verapdf: Judge, tmp_path: Path) -> None:
    file = tmp_path / "sheets.pdf"
    file.write_bytes(impose(STOCKS["asymmetric"], duplex))
    verdict = "".join(f"PASS\t{standard}\t{file}\n" for standard in ("ua1", "2a"))
    assert verapdf("ua1,2a", file) == verdict


@pytest.mark.system
@pytest.mark.parametrize(
    ("standard", "fault", "clause"),
    [("2a", cmyk_beneath_the_marks, "6.2.4.3-3"), ("ua1", marks_that_are_no_artifacts, "7.1-3")],
)
def test_verapdf_names_a_fault(
    standard: str, fault: Callable[[pikepdf.Pdf], None], clause: str, verapdf: Judge, tmp_path: Path
) -> None:
    file = tmp_path / "faulty.pdf"
    with pikepdf.open(io.BytesIO(impose(STOCKS["asymmetric"], "long-edge"))) as document:
        fault(document)
        document.save(file)
    verdict = verapdf(standard, file)
    assert verdict.startswith("FAIL")
    assert clause in re.findall(r"^  (\S+) x\d+ ", verdict, re.MULTILINE)
