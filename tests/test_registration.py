"""The press is broken in every way we can think of, and the registration check names each."""

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from test_press import A4, CARD, CARDS, IDS, STOCKS, axis_of, impose, typeset_cards

from pharmdocs.geometry import Box, Size, mm
from pharmdocs.imposition import schemes
from pharmdocs.imposition.schemes import Face, Placement, Sheet
from pharmdocs.preflight.registration import Pair, check

PAIRS = [Pair(card, 2 * number, 2 * number + 1) for number, card in enumerate(IDS)]
ASYMMETRIC = STOCKS["asymmetric"]

Break = Callable[[Placement], Placement]


def said(
    pdf: bytes,
    name: str = "asymmetric",
    axis: str | None = "vertical",
    expected: list[Pair] = PAIRS,
    backs: bytes | None = None,
) -> list[str]:
    stock = STOCKS[name]
    with pikepdf.open(io.BytesIO(pdf)) as document, pikepdf.open(io.BytesIO(backs or pdf)) as other:
        behind = None if backs is None else list(other.pages)
        slots = stock.slots()
        problems = check(document, expected, stock.sheet, axis, backs=behind, slots=slots)
        assert all(problem.fix for problem in problems)
        return [problem.what for problem in problems]


def sheets_with(change: Break, name: str = "asymmetric", duplex: str = "long-edge") -> bytes:
    """The deck, after every placement went through the change."""
    stock = STOCKS[name]
    sheets = []
    for sheet in schemes.cards(CARDS, stock, duplex):
        faces = [
            face and Face(tuple(change(it) for it in face.placements))
            for face in (sheet.recto, sheet.verso)
        ]
        assert faces[0]
        sheets.append(Sheet(sheet.number, faces[0], faces[1]))
    return impose(stock, duplex, sheets=tuple(sheets))


def moved(page: int, across: float, down: float = 0) -> Break:
    def change(it: Placement) -> Placement:
        box = Box(it.box.left + mm(across), it.box.top + mm(down), it.box.size)
        return replace(it, box=box) if it.page == page else it

    return change


def damaged(pdf: bytes, damage: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        damage(document)
        document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("duplex", ["long-edge", "short-edge", "manual"])
@pytest.mark.parametrize("name", STOCKS)
def test_sound_sheets_pass(name: str, duplex: str) -> None:
    assert said(impose(STOCKS[name], duplex), name, axis_of(STOCKS[name], duplex)) == []


def test_fronts_alone_pass() -> None:
    assert said(impose(ASYMMETRIC, "none"), axis=None) == []


def test_folded_cards_pass() -> None:
    assert said(impose(ASYMMETRIC, "fold"), axis="fold") == []


def test_cards_folded_at_their_lower_edge_pass() -> None:
    """On a stock of one column front and back lie above each other, and the back is turned."""
    stock = replace(ASYMMETRIC, columns=1)
    pdf = impose(stock, "fold")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert check(document, PAIRS, stock.sheet, "fold", slots=stock.slots()) == []


def fronts_file() -> bytes:
    sheets = schemes.cards(CARDS, ASYMMETRIC, "manual")
    fronts = tuple(Sheet(it.number, it.recto, None) for it in sheets)
    return impose(ASYMMETRIC, "manual", sheets=fronts)


def backs_file(backward: bool = False) -> bytes:
    sheets = schemes.cards(CARDS, ASYMMETRIC, "manual")
    backs = [Sheet(it.number, it.verso, None) for it in sheets if it.verso]
    return impose(ASYMMETRIC, "manual", sheets=tuple(backs[::-1] if backward else backs))


def test_backs_in_a_file_of_their_own_pass() -> None:
    assert said(fronts_file(), backs=backs_file()) == []


def test_backs_whose_fonts_have_the_numbers_of_others_pass() -> None:
    """The face of the ids has, in the file of the backs, the number of the fronts' bold one.

    That of the fronts does not say which letters it has; no id is set in it.
    """

    def mute(document: pikepdf.Pdf) -> None:
        document.get_object(int(number_of("Pharm-Serif-Bold", document)), 0).ToUnicode.write(b"")

    fronts = damaged(fronts_file(), mute)
    with pikepdf.open(io.BytesIO(fronts)) as document:
        other = number_of("Pharm-Serif-Bold", document)
    with pikepdf.open(io.BytesIO(backs_file())) as document:
        out = io.BytesIO()
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(out) as document:
        one = number_of("Pharm-Serif", document)
    named = {one: other, other: one}

    def exchanged(found: re.Match[bytes]) -> bytes:
        return named.get(found[1], found[1]) + found[2]

    # The table of objects is then wrong, and whoever opens the file makes it anew.
    backs = re.sub(rb"(?<![\d.])(\d+)( 0 (?:R\b|obj\b))", exchanged, out.getvalue())
    assert said(fronts, backs=backs) == []


def number_of(name: str, document: pikepdf.Pdf) -> bytes:
    """The object's number of the font of that name."""
    fonts = document.pages[0].resources.Font.as_dict().values()
    (number,) = [it.objgen[0] for it in fonts if str(it.BaseFont).endswith(name)]
    return b"%d" % number


def test_backs_in_the_wrong_order_are_named() -> None:
    found = said(fronts_file(), backs=backs_file(backward=True))
    assert "behind the front of Q00 (sheet 1 front) lies the back of Q08, not the back of Q00" in (
        found
    )
    assert "behind the front of Q03 (sheet 1 front) lies nothing, not the back of Q03" in found
    assert len(found) == CARDS


def test_a_missing_sheet_of_backs_is_named() -> None:
    one = Sheet(0, schemes.cards(CARDS, ASYMMETRIC, "manual")[0].verso or Face(()), None)
    backs = impose(ASYMMETRIC, "manual", sheets=(one,))
    assert "2 fronts of sheets have 1 backs" in said(fronts_file(), backs=backs)


@pytest.mark.parametrize(("across", "down"), [(0.02, 0), (0, 0.02), (-0.02, 0), (0, -0.02)])
def test_a_back_two_hundredths_of_a_millimetre_off_is_named(across: float, down: float) -> None:
    found = said(sheets_with(moved(7, across, down)))
    assert found == [
        f"the back of Q03 (sheet 1 back) lies {across:+.3f} mm across and {down:+.3f} mm down "
        "from the front of Q03 (sheet 1 front)"
    ]


@pytest.mark.parametrize(("across", "down"), [(0.009, 0), (0, -0.009)])
def test_a_back_less_than_a_hundredth_off_passes(across: float, down: float) -> None:
    assert said(sheets_with(moved(7, across, down))) == []


def test_a_shifted_front_is_named() -> None:
    """It lies neither on its slot nor before its back."""
    found = said(sheets_with(moved(6, 0.02)))
    assert found[0] == "the front of Q03 (sheet 1 front) lies on no slot of the stock"
    assert found[1].startswith("the back of Q03 (sheet 1 back) lies +0.020 mm across")
    assert len(found) == 2


def test_cards_that_register_beside_their_perforation_are_named() -> None:
    """Front and back both 1 mm to the right, as one looks through the paper."""

    def change(it: Placement) -> Placement:
        return moved(it.page, -1 if it.page % 2 else 1)(it)

    found = said(sheets_with(change))
    places = ["sheet 1 front"] * 8 + ["sheet 2 front"] * 3
    assert found == [
        f"the front of {card} ({place}) lies on no slot of the stock"
        for card, place in zip(IDS, places, strict=True)
    ]


def mirrored_about_the_grid(it: Placement) -> Placement:
    """Column 1 becomes column 2: right only where both margins are alike."""
    if it.page % 2 == 0:
        return it
    slots = ASYMMETRIC.slots()
    slot = (it.page // 2) % 8
    return replace(it, box=slots[slot + (1 if slot % 2 == 0 else -1)])


def test_backs_mirrored_about_the_grid_are_named() -> None:
    """10 mm on the left and 16 mm on the right: every back is 6 mm off."""
    found = said(sheets_with(mirrored_about_the_grid))
    assert len(found) == CARDS
    assert found[0] == (
        "the back of Q00 (sheet 1 back) lies -6.000 mm across and +0.000 mm down "
        "from the front of Q00 (sheet 1 front)"
    )


def test_two_swapped_backs_are_named() -> None:
    swap = {3: 5, 5: 3}
    found = said(sheets_with(lambda it: replace(it, page=swap.get(it.page, it.page))))
    assert found == [
        "behind the front of Q01 (sheet 1 front) lies the back of Q02, not the back of Q01",
        "behind the front of Q02 (sheet 1 front) lies the back of Q01, not the back of Q02",
    ]


def test_backs_swapped_before_they_were_imposed_are_named() -> None:
    """The sheets are laid as they should be; only the letters on the cards tell."""

    def swap(document: pikepdf.Pdf) -> None:
        pages = list(document.pages)
        pages[3], pages[5] = pages[5], pages[3]
        del document.pages[:]
        document.pages.extend(pages)

    pages = damaged(typeset_cards(), swap)
    assert said(impose(ASYMMETRIC, "long-edge", pages=pages)) == [
        "the back of Q01 (sheet 1 back) shows Q02",
        "the back of Q02 (sheet 1 back) shows Q01",
    ]


# A card told on three, between cards whose ids are a part of its own.
PARTS = ("Q1", "Q03", "Q03 1/3", "Q03 2/3", "Q03 3/3", *IDS[5:])
OF_PARTS = [Pair(card, 2 * number, 2 * number + 1) for number, card in enumerate(PARTS)]


def test_the_parts_of_a_card_pass() -> None:
    pdf = impose(ASYMMETRIC, "long-edge", pages=typeset_cards(ids=PARTS))
    assert said(pdf, expected=OF_PARTS) == []


@pytest.mark.parametrize(("one", "other"), [(2, 3), (1, 2), (4, 5)])
def test_the_backs_of_two_parts_swapped_are_named(one: int, other: int) -> None:
    """Also when one is a part and the other the card whose id it begins with."""

    def swap(document: pikepdf.Pdf) -> None:
        pages = list(document.pages)
        backs = 2 * one + 1, 2 * other + 1
        pages[backs[0]], pages[backs[1]] = pages[backs[1]], pages[backs[0]]
        del document.pages[:]
        document.pages.extend(pages)

    pages = damaged(typeset_cards(ids=PARTS), swap)
    assert said(impose(ASYMMETRIC, "long-edge", pages=pages), expected=OF_PARTS) == [
        f"the back of {PARTS[one]} (sheet 1 back) shows {PARTS[other]}",
        f"the back of {PARTS[other]} (sheet 1 back) shows {PARTS[one]}",
    ]


def test_a_back_without_its_id_is_named() -> None:
    def wipe(document: pikepdf.Pdf) -> None:
        document.pages[3].Contents = document.make_stream(b"")

    pages = damaged(typeset_cards(), wipe)
    assert said(impose(ASYMMETRIC, "long-edge", pages=pages)) == [
        "the back of Q01 (sheet 1 back) shows no id"
    ]


def test_a_card_that_shows_no_id_is_known_by_its_page() -> None:
    """A divider: pages without an id, and still front and back."""
    expected = [Pair("", 0, 1), *PAIRS[1:]]
    assert said(impose(ASYMMETRIC, "long-edge"), expected=expected) == []
    found = said(sheets_with(moved(1, 0.5)), expected=expected)
    assert found[0].startswith("the back of the card of page 1 (sheet 1 back) lies +0.500 mm")


def test_the_wrong_turn_is_named() -> None:
    """Imposed for the long edge, turned on the short one."""
    found = said(impose(ASYMMETRIC, "long-edge"), axis="horizontal")
    assert len([what for what in found if "stands on its head" in what]) >= 3
    assert len(found) >= CARDS


def test_a_back_on_its_head_is_named() -> None:
    found = said(sheets_with(lambda it: replace(it, turned=not it.turned) if it.page == 3 else it))
    assert found == [
        "the back of Q01 (sheet 1 back) stands on its head behind the front of Q01 (sheet 1 front)"
    ]


def test_a_back_that_was_not_turned_is_named() -> None:
    found = said(
        sheets_with(lambda it: replace(it, turned=False), duplex="short-edge"), axis="horizontal"
    )
    assert len(found) == CARDS
    assert all("stands on its head" in what for what in found)


def test_a_missing_back_is_named() -> None:
    sheets = schemes.cards(CARDS, ASYMMETRIC, "long-edge")
    assert sheets[0].verso
    fewer = Face(tuple(it for it in sheets[0].verso.placements if it.page != 5))
    pdf = impose(ASYMMETRIC, "long-edge", sheets=(replace(sheets[0], verso=fewer), *sheets[1:]))
    assert said(pdf) == [
        "the back of Q02 is missing",
        "behind the front of Q02 (sheet 1 front) lies nothing, not the back of Q02",
    ]


def test_a_missing_front_is_named() -> None:
    sheets = schemes.cards(CARDS, ASYMMETRIC, "long-edge")
    fewer = Face(tuple(it for it in sheets[0].recto.placements if it.page != 4))
    pdf = impose(ASYMMETRIC, "long-edge", sheets=(replace(sheets[0], recto=fewer), *sheets[1:]))
    assert said(pdf) == ["the front of Q02 is missing"]


def test_faces_that_changed_sides_are_named() -> None:
    """Nothing lies behind the front that was printed as a back."""
    sheets = schemes.cards(1, ASYMMETRIC, "long-edge")
    recto, verso = sheets[0].recto.placements, sheets[0].verso
    assert verso
    front, back = recto[0], verso.placements[0]
    wrong = Sheet(0, Face((replace(front, page=1),)), Face((replace(back, page=0),)))
    pdf = impose(ASYMMETRIC, "long-edge", sheets=(wrong,))
    found = said(pdf, expected=PAIRS[:1])
    assert len(found) == 1
    assert found[0].startswith("behind the front of Q00 (sheet 1 back) lies")


def test_a_card_with_both_faces_on_one_side_is_named() -> None:
    """Each lies where the other would shine through, were it on the other side."""
    (sheet,) = schemes.cards(1, ASYMMETRIC, "long-edge")
    assert sheet.verso
    both = Face((*sheet.recto.placements, *sheet.verso.placements))
    one_sided = replace(sheet, recto=Face(()), verso=both)
    found = said(impose(ASYMMETRIC, "long-edge", sheets=(one_sided,)), expected=PAIRS[:1])
    assert any(what.startswith("behind the front of Q00 (sheet 1 back) lies") for what in found)


def test_a_card_printed_twice_is_named() -> None:
    def again(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        drawn = page.Contents.read_bytes()
        # From its matrix to the next card's.
        first = drawn[: drawn.index(b"\nQ\nq 1 0 0 1")]
        elsewhere = re.sub(rb"^q \S+ 0 0 \S+ \S+ \S+ cm", b"q 1 0 0 1 300 20 cm", first)
        page.Contents = document.make_stream(drawn + elsewhere + b"\nQ\n")

    found = said(damaged(impose(ASYMMETRIC, "long-edge"), again))
    assert "the front of Q00 (sheet 1 front) is printed 2 times" in found


def test_cards_on_each_other_are_named() -> None:
    found = said(sheets_with(moved(0, 92)))
    assert "sheet 1 front: pages 1 and 3 lie on each other (Q00, Q01)" in found


def test_a_page_that_belongs_to_no_card_is_named() -> None:
    found = said(impose(ASYMMETRIC, "long-edge"), expected=PAIRS[1:])
    assert found == [
        "sheet 1 front: page 1 belongs to no card",
        "sheet 1 back: page 2 belongs to no card",
    ]


def scaled(document: pikepdf.Pdf) -> None:
    """What a printer makes of a page that it "fits" to the paper, on both faces alike."""
    for page in document.pages:
        content = b"q 0.96 0 0 0.96 12 17 cm\n" + page.Contents.read_bytes() + b"\nQ"
        page.Contents = document.make_stream(content)


def mirror(document: pikepdf.Pdf) -> None:
    for page in document.pages:
        content = b"q -1 0 0 1 595.2756 0 cm\n" + page.Contents.read_bytes() + b"\nQ"
        page.Contents = document.make_stream(content)


@pytest.mark.parametrize("damage", [scaled, mirror])
def test_cards_that_are_scaled_or_mirrored_are_named(
    damage: Callable[[pikepdf.Pdf], None],
) -> None:
    found = said(damaged(impose(ASYMMETRIC, "long-edge"), damage))
    named = [what for what in found if "is scaled, slanted or mirrored" in what]
    assert len(named) == 2 * CARDS


def other_paper(document: pikepdf.Pdf) -> None:
    document.pages[1].MediaBox = [0, 0, 595, 842]


def turned_paper(document: pikepdf.Pdf) -> None:
    document.pages[1].Rotate = 180


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (other_paper, "sheet 1 back: the paper is 209.90 x 297.04 mm, not 210.00 x 297.00 mm"),
        (turned_paper, "sheet 1 back: the paper is turned or scaled when it is shown"),
    ],
)
def test_another_paper_is_named(damage: Callable[[pikepdf.Pdf], None], expected: str) -> None:
    assert expected in said(damaged(impose(ASYMMETRIC, "long-edge"), damage))


def test_a_paper_that_begins_elsewhere_is_read_from_its_own_corner() -> None:
    def shift(document: pikepdf.Pdf) -> None:
        for page in document.pages:
            page.MediaBox = [10, 20, 10 + A4.width, 20 + A4.height]
            content = b"q 1 0 0 1 10 20 cm\n" + page.Contents.read_bytes() + b"\nQ"
            page.Contents = document.make_stream(content)

    assert said(damaged(impose(ASYMMETRIC, "long-edge"), shift)) == []


def test_swapped_neighbours_of_a_fold_are_named() -> None:
    """The front lies where the back of another card belongs."""
    swap = {1: 3, 3: 1}
    found = said(
        sheets_with(lambda it: replace(it, page=swap.get(it.page, it.page)), duplex="fold"),
        axis="fold",
    )
    assert len(found) == 2
    assert all("the back of Q0" in what for what in found)


def test_the_bleed_is_no_part_of_the_card() -> None:
    """The trim counts, not what is printed around it."""
    stock = replace(ASYMMETRIC, columns=2, rows=3, gap=Size(mm(6), mm(6)))
    pdf = impose(stock, "long-edge", pages=typeset_cards(3), bleed=mm(2))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert check(document, PAIRS, stock.sheet, "vertical", slots=stock.slots()) == []
        point, *_ = pikepdf.parse_content_stream(document.pages[0], "DP")
        trim = [float(side) for side in point.operands[1].Trim]
        assert trim == pytest.approx([0, 0, CARD.width, CARD.height], abs=0.001)
