"""What was put together is proved on its bytes: whatever is damaged in it is seen.

The damage is done by another program than the one that looks for it.
"""

import io
import re
import zlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, NameTree, NumberTree, String
from test_collate import STOCK, files, whole

from pharmdocs.errors import Problem
from pharmdocs.imposition.written import Written
from pharmdocs.preflight import Promise, aloud, bound
from pharmdocs.preflight.stored import read
from pharmdocs.preflight.syntax import UnsoundError, entries, items, number_of, of_document
from pharmdocs.preflight.whole import page_digests, same

__all__ = ["files", "whole"]

# What a file of two faces a sheet is held against.
Judge = Callable[[bytes], list[Problem]]


@pytest.fixture(scope="module")
def judged(whole: bytes) -> Judge:
    """What is wrong with a file that should be the whole one."""
    shown = page_digests(whole, 2)
    promise = Promise(
        Counter(), STOCK.sheet, "full", "en-US", "Deck", count=len(shown), duplex="long-edge"
    )
    return lambda pdf: same(pdf, promise, shown, 2)


def written(document: pikepdf.Pdf) -> bytes:
    """The document in the form that the whole has."""
    out = Written()
    kinds = {"/ObjStm", "/XRef"}
    held = [it for it in document.objects if it is not None]
    held = [it for it in held if not (isinstance(it, pikepdf.Stream) and it.get("/Type") in kinds)]
    numbers: dict[int, int] = {it.objgen[0]: out.number() for it in held}

    def told(text: bytes) -> bytes:
        pattern = rb"\((?:[^\\()]|\\.)*\)|(\d+) 0 R\b"
        return re.sub(
            pattern,
            lambda it: b"%d 0 R" % numbers[int(it[1])] if it[1] else it[0],
            text,
            flags=re.DOTALL,
        )

    for it in held:
        if isinstance(it, pikepdf.Stream):
            data = it.read_raw_bytes()
            it.stream_dict.Length = len(data)
            out.add_stream(numbers[it.objgen[0]], told(it.stream_dict.unparse()), data)
        else:
            out.add(numbers[it.objgen[0]], told(it.unparse(resolved=True)))
    root, info = (
        b"%d 0 R" % numbers[document.trailer[key].objgen[0]] for key in ("/Root", "/Info")
    )
    return out.end({"Root": root, "Info": info})


def damaged(whole: bytes, damage: Callable[[Any], None]) -> bytes:
    with pikepdf.open(io.BytesIO(whole)) as document:
        damage(document)
        return written(document)


def told(problems: list[Problem]) -> str:
    return "\n".join(f"{it.where}: {it.what}" for it in problems)


def test_the_whole_is_sound(whole: bytes, judged: Judge) -> None:
    assert judged(whole) == []
    assert judged(damaged(whole, lambda _: None)) == []


OTHER = "the page is another than the one that was proved"


def top(document: Any) -> Any:
    return document.Root.StructTreeRoot.K[0]


def table(document: Any) -> Any:
    return document.Root.StructTreeRoot.ParentTree.Nums


def first(document: Any, kind: str) -> Any:
    """The first element of a kind."""
    waiting = [top(document)]
    while waiting:
        element = waiting.pop(0)
        if kind == element.S:
            return element
        held = element.get("/K", Array())
        kids = list(held) if isinstance(held, Array) else [held]
        waiting += [kid for kid in kids if isinstance(kid, Dictionary) and "/S" in kid]
    raise AssertionError(kind)


# Pages ---


def swap_contents(document: Any) -> None:
    one, other, *_ = document.pages
    one.Contents, other.Contents = other.Contents, one.Contents


def draw_more(document: Any) -> None:
    page = document.pages[2]
    page.Contents = document.make_stream(page.Contents.read_bytes() + b"\n0 0 9 9 re f\n")


def trade_fonts(document: Any) -> None:
    used: Any = document.pages[4].Resources.Font
    one, other = [name for name, it in used.items() if it.Subtype == "/Type0"][:2]
    used[one], used[other] = used[other], used[one]


def change_a_program(document: Any) -> None:
    for font in document.pages[0].Resources.Font.values():
        if font.Subtype == "/Type0":
            program = font.DescendantFonts[0].FontDescriptor.FontFile2
            program.write(program.read_bytes()[:-1] + b"?")
            return


def change_a_form(document: Any) -> None:
    form = next(iter(document.pages[6].Resources.XObject.values()))
    form.write(form.read_bytes() + b" ")


def trim(document: Any) -> None:
    document.pages[7].TrimBox = Array([0, 0, 99, 99])


def turn_a_page(document: Any) -> None:
    document.pages[3].Rotate = 180


def turn_all_pages(document: Any) -> None:
    document.Root.Pages.Rotate = 180


def lose_a_page(document: Any) -> None:
    del document.Root.Pages.Kids[3]
    document.Root.Pages.Count = 7


def count_wrong(document: Any) -> None:
    document.Root.Pages.Count = 9


def swap_pages(document: Any) -> None:
    kids = document.Root.Pages.Kids
    kids[0], kids[2] = kids[2], kids[0]


def swap_sheets(document: Any) -> None:
    kids = list(document.Root.Pages.Kids)
    document.Root.Pages.Kids = Array([*kids[2:4], *kids[:2], *kids[4:]])


def show_a_page_twice(document: Any) -> None:
    document.Root.Pages.Kids[1] = document.Root.Pages.Kids[3]


def hang_a_page_elsewhere(document: Any) -> None:
    document.pages[2].obj.Parent = document.Root.Outlines


def lead_back(document: Any) -> None:
    """What a page shows is of another page."""
    document.pages[2].obj.Own = document.make_indirect(Array([document.pages[3].obj]))


def lead_to_itself(document: Any) -> None:
    loop = document.make_indirect(Array())
    loop.append(loop)
    document.pages[2].obj.Own = loop


# Labels, bookmarks, links ---


def change_a_label(document: Any) -> None:
    document.Root.PageLabels.Nums[5].P = String("Sheet 9 back")


def lose_a_label(document: Any) -> None:
    del document.Root.PageLabels.Nums[-2:]


def label_another_page(document: Any) -> None:
    document.Root.PageLabels.Nums[2] = 5


def swap_labels(document: Any) -> None:
    nums = document.Root.PageLabels.Nums
    nums[1], nums[3] = nums[3], nums[1]


def rename_a_bookmark(document: Any) -> None:
    document.Root.Outlines.First.Next.Title = String("Sheet 7")


def misdirect_a_bookmark(document: Any) -> None:
    document.Root.Outlines.First.Dest[0] = document.pages[2].obj


def misdirect_a_card(document: Any) -> None:
    document.Root.Outlines.First.First.Dest[0] = document.pages[1].obj


def skip_a_bookmark(document: Any) -> None:
    document.Root.Outlines.First.Next = document.Root.Outlines.First.Next.Next


def end_bookmarks_early(document: Any) -> None:
    document.Root.Outlines.Last = document.Root.Outlines.First


def lose_bookmarks(document: Any) -> None:
    """The last two of the first level; what is left hangs together."""
    outlines = document.Root.Outlines
    outlines.Last = outlines.Last.Prev.Prev
    del outlines.Last["/Next"]


def link_of(document: Any, key: str) -> Any:
    return next(it for page in document.pages for it in page.Annots if key in it)


def misdirect_a_link(document: Any) -> None:
    link_of(document, "/A").A.URI = String("https://example.com")


def move_a_link(document: Any) -> None:
    link_of(document, "/A").Rect[0] = 1


def lose_a_link(document: Any) -> None:
    del document.pages[0].Annots[0]


def disown_a_link(document: Any) -> None:
    """Two links are said to be each other's."""
    one, other = list(document.pages[0].Annots)[:2]
    one.StructParent, other.StructParent = other.StructParent, one.StructParent


def move_a_place(document: Any) -> None:
    names = NameTree(document.Root.Names.Dests)
    name = next(iter(names))
    to: Any = names[name]
    to[0] = next(page.obj for page in document.pages if page.obj.objgen != to[0].objgen)
    names[name] = to


def shuffle_places(document: Any) -> None:
    names = document.Root.Names.Dests.Names
    before = list(names)
    document.Root.Names.Dests.Names = Array([*before[2:], *before[:2]])


# Tags ---


def change_a_piece(document: Any) -> None:
    element = first(document, "/H1")
    element.K = int(element.K) + 1


def change_a_kind(document: Any) -> None:
    first(document, "/H1").S = Name.P


def move_an_element(document: Any) -> None:
    first(document, "/H1").Pg = document.pages[2].obj


def lose_its_page(document: Any) -> None:
    del first(document, "/H1")["/Pg"]


def hang_elsewhere(document: Any) -> None:
    first(document, "/H1").P = top(document)


def hang_the_document_elsewhere(document: Any) -> None:
    top(document).P = document.Root.Outlines


def stand_on_no_page(document: Any) -> None:
    tag = Dictionary(Type=Name.StructElem, S=Name.P, P=top(document))
    top(document).K.append(document.make_indirect(tag))


def leave_a_link_unread(document: Any) -> None:
    link = first(document, "/Link")
    link.K = Array([kid for kid in link.K if not isinstance(kid, Dictionary) or "/Obj" not in kid])


def lose_an_element(document: Any) -> None:
    del top(document).K[1]


def swap_elements(document: Any) -> None:
    kids = top(document).K
    kids[0], kids[2] = kids[2], kids[0]


def swap_front_and_back(document: Any) -> None:
    """Of one card: each page is read as it was, and the sheet is not."""
    kids = top(document).K
    kids[0], kids[1] = kids[1], kids[0]


def swap_sheets_aloud(document: Any) -> None:
    """All that is read of the last sheet comes first."""
    kids = list(top(document).K)
    pages = [document.pages[number].obj.objgen for number in (6, 7)]
    own = [kid for kid in kids if kid.Pg.objgen in pages]
    assert own
    top(document).K = Array([*own, *(kid for kid in kids if kid.Pg.objgen not in pages)])


def mix_sheets_aloud(document: Any) -> None:
    """What is read of the first sheet last comes behind the beginning of the second."""
    kids = list(top(document).K)
    pages = [document.pages[number].obj.objgen for number in (0, 1)]
    many = sum(kid.Pg.objgen in pages for kid in kids)
    top(document).K = Array([*kids[: many - 1], kids[many], kids[many - 1], *kids[many + 1 :]])


def read_twice(document: Any) -> None:
    kids = top(document).K
    kids.append(kids[0])


def swap_rows(document: Any) -> None:
    rows = table(document)
    at = {int(rows[it]): it + 1 for it in range(0, len(rows), 2)}
    one, other = (at[int(document.pages[number].StructParents)] for number in (0, 2))
    rows[one], rows[other] = rows[other], rows[one]


def swap_owners(document: Any) -> None:
    rows = dict(NumberTree(document.Root.StructTreeRoot.ParentTree))
    row: Any = rows[int(document.pages[0].StructParents)]
    row[0], row[1] = row[1], row[0]


def forget_an_owner(document: Any) -> None:
    rows = dict(NumberTree(document.Root.StructTreeRoot.ParentTree))
    row: Any = rows[int(document.pages[0].StructParents)]
    row[0] = None


def own_more(document: Any) -> None:
    """A piece that is not there."""
    rows = dict(NumberTree(document.Root.StructTreeRoot.ParentTree))
    row: Any = rows[int(document.pages[0].StructParents)]
    row.append(row[0])


def lose_a_row(document: Any) -> None:
    del table(document)[-2:]


def name_another_row(document: Any) -> None:
    document.pages[0].StructParents = 9999


def forget_the_next_key(document: Any) -> None:
    document.Root.StructTreeRoot.ParentTreeNextKey = 3


def map_roles(document: Any) -> None:
    document.Root.StructTreeRoot.RoleMap = Dictionary(H1=Name.P)


# The file itself ---


def forget_the_title(document: Any) -> None:
    del document.docinfo["/Title"]


def speak_spanish(document: Any) -> None:
    document.Root.Lang = String("es")


def hide_tags(document: Any) -> None:
    document.Root.MarkInfo.Marked = False


def print_on_one_side(document: Any) -> None:
    document.Root.ViewerPreferences.Duplex = Name.Simplex


def scale(document: Any) -> None:
    del document.Root.ViewerPreferences["/PrintScaling"]


TOGETHER = "what was put together does not hang together"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (swap_contents, f"page 1: {OTHER}\npage 2: {OTHER}"),
        (draw_more, f"page 3: {OTHER}"),
        (trade_fonts, f"page 5: {OTHER}"),
        (change_a_program, "None: all pages are others than those that were proved"),
        (change_a_form, f"page 7: {OTHER}"),
        (trim, f"page 8: {OTHER}"),
        (turn_a_page, f"page 4: {OTHER}"),
        (turn_all_pages, "have something in common that none of them tells"),
        (lose_a_page, TOGETHER),
        (count_wrong, "not as many pages as the file says"),
        (swap_pages, TOGETHER),
        (swap_sheets, TOGETHER),
        (show_a_page_twice, TOGETHER),
        (hang_a_page_elsewhere, "a page does not hang where it is"),
        (lead_back, "what page 4 shows leads back to it"),
        (lead_to_itself, "leads to itself"),
        (change_a_label, f"page 3: {OTHER}"),
        (label_another_page, "a page has not one label"),
        (lose_a_label, f"page 8: {OTHER}"),
        (swap_labels, f"page 1: {OTHER}\npage 2: {OTHER}"),
        (rename_a_bookmark, f"page 2: {OTHER}"),
        (misdirect_a_bookmark, "bookmarks are out of order"),
        (misdirect_a_card, f"page 1: {OTHER}"),
        (skip_a_bookmark, "a bookmark does not hang where it is"),
        (end_bookmarks_early, "the last bookmark is another"),
        (lose_bookmarks, f"page 7: {OTHER}\npage 8: {OTHER}"),
        (misdirect_a_link, f"page 1: {OTHER}"),
        (move_a_link, f"page 1: {OTHER}"),
        (lose_a_link, TOGETHER),
        (disown_a_link, "belongs to another element"),
        (move_a_place, OTHER),
        (shuffle_places, "named places are out of order"),
        (change_a_piece, "belongs to another element"),
        (change_a_kind, f"page 1: {OTHER}\npage 2: {OTHER}"),
        (move_an_element, TOGETHER),
        (lose_its_page, "belongs to another element"),
        (hang_elsewhere, "an element hangs elsewhere than it stands"),
        (hang_the_document_elsewhere, "the document's element hangs elsewhere"),
        (stand_on_no_page, "an element stands on no page"),
        (leave_a_link_unread, "a link of page 1 is not read"),
        (lose_an_element, "is not read"),
        (swap_elements, f"page 1: {OTHER}\npage 2: {OTHER}"),
        (swap_front_and_back, f"page 1: {OTHER}\npage 2: {OTHER}"),
        (swap_sheets_aloud, "sheets are read out of order"),
        (mix_sheets_aloud, "sheets are read out of order"),
        (read_twice, TOGETHER),
        (swap_rows, TOGETHER),
        (swap_owners, TOGETHER),
        (forget_an_owner, TOGETHER),
        (own_more, "is not read"),
        (lose_a_row, TOGETHER),
        (name_another_row, "other rows than pages and links name"),
        (forget_the_next_key, "longer than it says"),
        (map_roles, "all pages are others"),
        (forget_the_title, "the file's title is not"),
        (speak_spanish, "the file's language is not en-US"),
        (hide_tags, "the file is not tagged"),
        (print_on_one_side, "the file says Simplex"),
        (scale, "at 100 %"),
    ],
)
def test_damage_is_seen(
    whole: bytes, judged: Judge, damage: Callable[[Any], None], said: str
) -> None:
    found = told(judged(damaged(whole, damage)))
    assert said in found
    # Nothing is said of what is as it was.
    assert f"page 6: {OTHER}" not in found


# Bytes ---


def test_one_byte_of_a_page_is_seen(whole: bytes, judged: Judge) -> None:
    with pikepdf.open(io.BytesIO(whole)) as document:
        content = document.pages[5].Contents.read_raw_bytes()
    assert whole.count(content) == 1
    at = whole.index(content) + len(content) // 2
    changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    assert told(judged(changed)) == f"page 6: {OTHER}"


def test_every_byte_of_the_frame_counts(whole: bytes, judged: Judge) -> None:
    """All that stands around the objects is of one form and no other."""
    last = whole.rindex(b" 0 obj\n<< /Type /XRef") - 2
    frame = [it.span() for it in re.finditer(rb"\nendstream\nendobj\n(\d+ 0 obj\n<<)?", whole)]
    frame += [it.span() for it in re.finditer(rb"<< /Type /ObjStm [^>]*>>", whole)]
    frame += [(0, 15), (last, whole.index(b"stream\n", last)), (len(whole) - 24, len(whole))]
    # The id says nothing of where objects are.
    free = [it.span() for it in re.finditer(rb"<[0-9a-f]{32}>", whole)]
    for at in (at for begin, end in frame for at in range(begin, end)):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        assert judged(changed) or any(begin < at < end for begin, end in free), at


@pytest.mark.parametrize("count", [1, 99, 100, 101, 300])
def test_objects_lie_where_the_file_says(count: int) -> None:
    """As many as leave a pack short, full or begun; each place is told wrong once."""

    def made(wrong: int) -> bytes:
        out = Written()
        for number in [out.number() for _ in range(count)]:
            if number % 7 == 3:
                out.add_stream(number, b"<< /Length 3 >>", b"abc")
            else:
                out.add(number, b"<< /At %d >>" % number)
        if out.open:
            out._pack()
        if wrong:
            kind, where, place = out.places[wrong]
            out.places[wrong] = kind, where + (kind == 1), place + (kind == 2)
        return out.end({"Root": b"1 0 R", "Info": b"1 0 R"})

    found = read(made(0))
    assert found.texts.keys() == set(range(1, count + 1))
    assert found.streams == dict.fromkeys(range(3, count + 1, 7), b"abc")
    assert entries(found.texts[1]) == {b"/At": b"1"}
    for wrong in {1, 3, 4, 99, 100, count} & set(range(1, count + 1)):
        with pytest.raises(UnsoundError, match="objects are not where"):
            read(made(wrong))


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it[:-1],
        lambda it: it + b"\n",
        lambda it: b"\n" + it,
        lambda it: it.replace(b"endobj\n", b"endobj\n\n", 1),
        lambda it: it[: len(it) // 2],
        lambda _: b"",
        lambda _: b"%PDF-1.7\n",
    ],
)
def test_what_has_another_form_is_refused(
    whole: bytes, judged: Judge, change: Callable[[bytes], bytes]
) -> None:
    assert TOGETHER in told(judged(change(whole)))


@pytest.mark.parametrize(
    ("index", "held", "count"),
    [
        (b"1 0 2 5 ", b"[ 1 ]\n[ 2 ]", 2),
        (b"1 0 2 6 ", b"[ 1 ]\n[ 2 ]", 3),
        (b"1 0 2 6 ", b"[ 1 ]\n[ 2 ]\n[ 3 ]", 2),
        (b"1 0 2 6 ", b"[ 1 ]\n[ 2 ]\n", 2),
        (b"1 0 2 6 3 ", b"[ 1 ]\n[ 2 ]", 2),
        (b"2 0 1 6 ", b"[ 1 ]\n[ 2 ]", 2),
    ],
)
def test_a_pack_holds_what_it_says(index: bytes, held: bytes, count: int) -> None:
    def made(index: bytes, held: bytes, count: int) -> bytes:
        out = Written()
        one, two, pack = out.number(), out.number(), out.number()
        out.places |= {one: (2, pack, 0), two: (2, pack, 1)}
        data = zlib.compress(index + held)
        form = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>"
        out.add_stream(pack, form % (count, len(index), len(data)), data)
        return out.end({"Root": b"1 0 R", "Info": b"2 0 R"})

    assert read(made(b"1 0 2 6 ", b"[ 1 ]\n[ 2 ]", 2)).texts == {1: b"[ 1 ]", 2: b"[ 2 ]"}
    with pytest.raises(UnsoundError):
        read(made(index, held, count))


def test_objects_are_there_once_and_before_their_table(whole: bytes, judged: Judge) -> None:
    one = whole[15 : whole.index(b"endobj\n") + 7]
    assert "an object is there twice" in told(judged(whole[:15] + one + whole[15:]))
    end = whole.rindex(b"startxref\n")
    assert "behind the table of objects" in told(judged(whole[:end] + one + whole[end:]))


def test_what_another_program_writes_has_another_form(whole: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(whole)) as document:
        document.save(out)
    with pytest.raises(UnsoundError):
        read(out.getvalue())


def test_two_programs_read_the_same(whole: bytes) -> None:
    own = read(whole)
    with pikepdf.open(io.BytesIO(whole)) as document:
        other = of_document(document)
    assert own.streams == other.streams
    assert own.texts.keys() == other.texts.keys()
    alike = [number for number, text in own.texts.items() if text == other.texts[number]]
    # But for what the pile itself wrote, in another order.
    assert len(alike) > 0.8 * len(own.texts)


def test_simple_objects_come_to_what_others_come_to(
    whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = page_digests(whole, 2)
    never = re.compile(b"(?!)")
    for module, names in ((bound, "_PAGE _STREAM _MARK"), (aloud, "_GROUP _PIECES _ROW")):
        for name in names.split():
            monkeypatch.setattr(module, name, never)
    assert page_digests(whole, 2) == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (b"[ ]", []),
        (b"[ 1 -2.5 /A (b) <0f> 3 0 R null ]", b"1|-2.5|/A|(b)|<0f>|3 0 R|null".split(b"|")),
        (
            b"[ [ 1 [ 2 [ 3 ] ] ] << /A [ << >> ] >> ]",
            [b"[ 1 [ 2 [ 3 ] ] ]", b"<< /A [ << >> ] >>"],
        ),
        (rb"[ (a \) ] 3 0 R [) 4 ]", [rb"(a \) ] 3 0 R [)", b"4"]),
    ],
)
def test_a_list_falls_apart(text: bytes, due: list[bytes]) -> None:
    assert items(text) == due
    assert entries(b"<< /K %b /L << /M %b >> >>" % (text, text)) == {
        b"/K": text,
        b"/L": b"<< /M %b >>" % text,
    }


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[",
        b"[ 1",
        b"[ 1 ] 2",
        b"[ 1 ] ]",
        b"[ << ]",
        b"[ << ] >>",
        b"[ 1 } ]",
        b"[ ( ]",
        b"[ x ]",
        b"<< /A 1 >>",
        b"[ 1 ] [ 2 ]",
    ],
)
def test_what_is_no_list_is_not_read(text: bytes) -> None:
    with pytest.raises(UnsoundError):
        items(text)


@pytest.mark.parametrize("item", [b"3", b"3 0 R ", b"3 1 R", b"-3 0 R", b"(3 0 R)", b"0 R", b""])
def test_what_refers_to_nothing_has_no_number(item: bytes) -> None:
    assert number_of(b"3 0 R") == 3
    with pytest.raises(UnsoundError):
        number_of(item)


@pytest.mark.parametrize(
    "text", [b"<< /A >>", b"<< /A 1 /A 2 >>", b"<< 1 /A >>", b"<< /A 1 ]", b"<< /A 1 >> >>", b"[ ]"]
)
def test_what_is_no_dictionary_is_not_read(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"keys and values|should|end|argument"):
        entries(text)
