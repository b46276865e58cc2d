"""Files of sheets become one: pages, tags, links and bookmarks in order, what is shared but once.

The whole is read by other programs than wrote it, and held against the files one by one.
"""

import io
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import tag_tree
from pikepdf import Dictionary, Name, NameTree, NumberTree
from test_press import FONT, STOCKS, axis_of, spoken

from pharmdocs.imposition import schemes
from pharmdocs.imposition.collate import collate
from pharmdocs.imposition.leaf import Leaf, together
from pharmdocs.imposition.marks import Stamp, marks
from pharmdocs.imposition.press import Plan, press
from pharmdocs.imposition.sheaf import leaves
from pharmdocs.imposition.written import Written
from pharmdocs.pool import guarded
from pharmdocs.preflight.text import read_pages
from pharmdocs.preflight.whole import page_digests
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.accessible import embedded, finish
from pharmdocs.typesetting.typeset import Job, Stylesheet, typeset

STOCK = STOCKS["asymmetric"]
CSS = Stylesheet(
    "cards.css",
    """@page { size: 92mm 67mm; margin: 5mm } html { font: 10pt/14pt "Pharm Serif" }
    h1 { font-size: 12pt; bookmark-level: none } em { font-family: "Pharm Sans" }
    section { break-after: page; bookmark-level: 1; bookmark-label: attr(id) }""",
)
# What looks like a reference to an object.
TRAP = "see 3 0 R (12 0 R)"


def part(name: str, cards: int, first: int) -> bytes:
    """Sheets of eight cards each, from sheet `first`; the second part has a face more."""
    faces = "".join(
        f'<section id="{name}{side}{card}"><p>{name}{card}</p><h1>{TRAP} {side}</h1>'
        f'<p>To the <a href="#{name}{other}{card}">{other}</a> or '
        f'<a href="https://example.org/{name}">away</a>{"<em>!</em>" * (name == "b")}.</p>'
        "</section>"
        for card in range(cards)
        for side, other in (("front", "back"), ("back", "front"))
    )
    html = (
        '<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Deck</title></head>'
        f"<body>{faces}</body></html>"
    )
    pages = finish(
        guarded(typeset, Job(html, (CSS,), str(Path(__file__).parent))), body="", programs=False
    )
    sheets = schemes.cards(cards, STOCK, "long-edge")
    labels = tuple(
        f"Sheet {sheet.number + first} {side}: {name}"
        for sheet in sheets
        for side in ("front", "back")
    )
    axis = axis_of(STOCK, "long-edge")
    stamps = [Stamp(label, axis if "back" in label else "") for label in labels]
    drawn = marks(STOCK, stamps, font=FONT, letters="Shetfronback :123456789abc")
    return press(pages, sheets, STOCK, drawn, Plan("Deck", "long-edge", labels))


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    """Two sheets, one sheet, one sheet."""
    return [part("a", 9, 1), part("b", 8, 3), part("c", 1, 4)]


@pytest.fixture(scope="module")
def whole(files: list[bytes]) -> bytes:
    return collate(all_leaves(files), fonts.packed)


def all_leaves(files: list[bytes]) -> list[Leaf]:
    """The sheets of these files."""
    found = zip(files, (2, 1, 1), strict=True)
    return [leaf for file, sheets in found for leaf in leaves(file, sheets)]


def test_every_page_is_there_in_order(files: list[bytes], whole: bytes) -> None:
    each = [page for file in files for page in read_pages(embedded(file))]
    assert list(read_pages(whole)) == each
    assert len(each) == 8


def test_every_page_shows_the_very_same(files: list[bytes], whole: bytes) -> None:
    due = [page for file in files for page in page_digests(embedded(file), 2)]
    assert page_digests(whole, 2) == due
    assert len(set(due)) == 8


def test_it_is_read_aloud_in_order(files: list[bytes], whole: bytes) -> None:
    assert spoken(whole) == [piece for file in files for piece in spoken(file)]
    with pikepdf.open(io.BytesIO(whole)) as document:
        assert tag_tree.faults(document) == []
        tags = document.Root.StructTreeRoot
        assert tags.ParentTreeNextKey == len(list(NumberTree(tags.ParentTree)))


def test_bookmarks_and_labels_go_on(whole: bytes) -> None:
    sheets = [(1, "a", 8), (2, "a", 1), (3, "b", 8), (4, "c", 1)]
    due = [(f"Sheet {at} {side}: {name}", many) for at, name, many in sheets for side in SIDES]
    with pikepdf.open(io.BytesIO(whole)) as document:
        with document.open_outline() as outline:
            assert [(it.title, len(it.children)) for it in outline.root] == due
            goals = [it.destination[0].objgen for it in outline.root]  # type: ignore[index]
        assert goals == [page.obj.objgen for page in document.pages]
        labels: list[Any] = [page.label for page in document.pages]
        assert labels == [it.partition(":")[0] for it, _ in due]


SIDES = ("front", "back")


def test_links_lead_where_they_led(whole: bytes) -> None:
    """From each front to the back of its sheet and back again, and away."""
    found: Counter[tuple[int, int]] = Counter()
    with pikepdf.open(io.BytesIO(whole)) as document:
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        names = {str(name): goal for name, goal in NameTree(document.Root.Names.Dests).items()}
        rows = dict(NumberTree(document.Root.StructTreeRoot.ParentTree))
        away = []
        for number, page in enumerate(document.pages):
            for link in page.get("/Annots", []):
                owner: Any = rows[int(link.StructParent)]
                assert Name.Link == owner.S
                if "/A" in link:
                    away.append(str(link.A.URI))
                else:
                    goal = (
                        names[str(link.Dest)]
                        if isinstance(link.Dest, pikepdf.String)
                        else link.Dest
                    )
                    found[number, numbers[goal[0].objgen]] += 1
    each = {0: 8, 2: 1, 4: 8, 6: 1}
    assert found == {key: many for at, many in each.items() for key in ((at, at + 1), (at + 1, at))}
    assert Counter(away) == {
        f"https://example.org/{it}": n for it, n in (("a", 18), ("b", 16), ("c", 2))
    }


def test_a_text_that_looks_like_a_reference_stays(whole: bytes) -> None:
    """In a bookmark's title, which stands in the file as a string."""
    with pikepdf.open(io.BytesIO(part_with_trap())) as document, document.open_outline() as outline:
        assert [it.title for it in outline.root][-1] == f"Sheet 1 back: {TRAP} \\ )("


def part_with_trap() -> bytes:
    """Collated of one file whose last bookmark is a trap."""
    with pikepdf.open(io.BytesIO(part("a", 1, 1))) as document:
        with document.open_outline() as outline:
            outline.root[-1].title = f"Sheet 1 back: {TRAP} \\ )("
        out = io.BytesIO()
        document.save(out)
    return collate(leaves(out.getvalue(), 1), fonts.packed)


def test_what_files_share_is_there_once(files: list[bytes], whole: bytes) -> None:
    """Each face with its program, the stamp's font, the lines of front and back, their ruler."""
    with pikepdf.open(io.BytesIO(whole)) as document:
        kinds: Counter[str] = Counter()
        drawn_with = {page.obj.Resources.objgen for page in document.pages}
        for item in document.objects:
            if isinstance(item, Dictionary) and item.get("/Type") == "/Font":
                name = str(item.BaseFont).rpartition("+")[2].lstrip("/")
                kinds[f"{name} {item.Subtype}"] += 1
            elif isinstance(item, pikepdf.Stream):
                kinds["profile"] += "/N" in item and "/Type" not in item
                kinds["form"] += item.get("/Subtype") == "/Form"
    faces = ("Pharm-Serif", "Pharm-Serif-Bold", "Pharm-Sans-Italic")
    due = {f"{face} {kind}": 1 for face in faces for kind in ("/Type0", "/CIDFontType2")}
    assert kinds == {**due, "PharmSans-Regular /TrueType": 1, "profile": 1, "form": 3}
    # Fronts and backs, with and without an italic.
    assert len(drawn_with) == 4
    assert len(whole) < sum(map(len, map(embedded, files)))


def test_the_same_files_give_the_same_bytes(files: list[bytes], whole: bytes) -> None:
    assert collate(all_leaves(files), fonts.packed) == whole


def test_sheets_of_one_file_may_come_alone(files: list[bytes]) -> None:
    """Of a file that has nothing else, too: each page with all that it draws, and no other."""
    both = leaves(files[0], 2)
    second = collate(both[1:], fonts.packed)
    (alone,) = together(both[1:])
    assert collate([alone], fonts.packed) == second
    assert list(read_pages(second)) == list(read_pages(embedded(files[0])))[2:]
    assert collate(together(both), fonts.packed) == collate(both, fonts.packed)
    # What is drawn with elsewhere is left there: an italic, and all resources that have it.
    mixed = together([both[0], *leaves(files[1], 1)])
    assert len(mixed[0].sheaf.shared) == len(both[0].sheaf.shared) + 3
    assert together(mixed[:1])[0].sheaf.shared == both[0].sheaf.shared
    with pikepdf.open(io.BytesIO(second)) as document:
        assert tag_tree.faults(document) == []


def test_a_sheet_that_leads_to_another_is_not_taken_apart(files: list[bytes]) -> None:
    with pikepdf.open(io.BytesIO(files[0])) as document:
        link: Any = document.pages[2].Annots[0]
        link.Dest = pikepdf.Array([document.pages[0].obj, Name.Fit])
        out = io.BytesIO()
        document.save(out)
    with pytest.raises(ValueError, match="on another sheet than what leads to it"):
        leaves(out.getvalue(), 2)


@pytest.mark.system
def test_qpdf_finds_no_fault(whole: bytes, tmp_path: Path) -> None:
    assert shutil.which("qpdf")
    (tmp_path / "w.pdf").write_bytes(whole)
    command = ["qpdf", "--check", str(tmp_path / "w.pdf")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# A file from its objects --------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 98, 99, 100, 101, 250])
def test_objects_are_found_again(count: int, tmp_path: Path) -> None:
    """As many as leave a pack short, full or begun; another program reads them."""
    out = Written()
    root, pages = out.number(), out.number()
    numbers = [out.number() for _ in range(count)]
    out.add(root, b"<< /Type /Catalog /Pages %d 0 R /Own %d 0 R >>" % (pages, numbers[-1]))
    out.add(pages, b"<< /Type /Pages /Count 0 /Kids [ ] >>")
    for at, number in enumerate(numbers):
        before = b"%d 0 R" % numbers[at - 1] if at else b"null"
        if at % 7 == 3:
            out.add_stream(number, b"<< /Before %b /Length 3 >>" % before, b"abc")
        else:
            out.add(number, b"<< /At %d /Before %b >>" % (at, before))
    made = out.end({"Root": b"%d 0 R" % root})
    with pikepdf.open(io.BytesIO(made)) as document:
        assert document.check_pdf_syntax() == []
        item: Any = document.Root.Own
        for at in reversed(range(count)):
            if at % 7 == 3:
                assert item.read_bytes() == b"abc"
            else:
                assert item.At == at
            item = item.get("/Before")
        assert item is None
