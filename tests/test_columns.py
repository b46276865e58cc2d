"""Blocks in two columns, worked out with a pencil: heights are whole points, a row is 20."""

import pytest

from pharmdocs.typesetting.columns import GAP, Block, Extent, Frame, Spot

HEAD, FOOT = Block("head", "Head", wide=True), Block("foot", "Foot", wide=True)
RESTS = ("rest-1", "rest-2")


def frame(*blocks: Block, height: float = 500) -> Frame:
    return Frame((HEAD, *blocks, FOOT), height + 200 + 2 * GAP, 20, RESTS)


def extents(**heights: float) -> dict[str, Extent]:
    """Head and foot take 100 each, so that the columns have what the frame was made for."""
    return {name: Extent(height) for name, height in {"head": 100, **heights, "foot": 100}.items()}


def lists(*names: str) -> list[Block]:
    return [Block(name, f"List {name}") for name in names]


@pytest.mark.parametrize(
    ("heights", "left", "right"),
    [
        ((100, 100), "a", "b"),
        ((100, 100, 100), "ab", "c"),
        ((100, 40, 30, 20), "a", "bcd"),
        ((10, 20, 200), "ab", "c"),
        ((300,), "a", ""),
    ],
)
def test_the_columns_are_cut_in_reading_order_where_the_taller_is_shortest(
    heights: tuple[float, ...], left: str, right: str
) -> None:
    names = "abcd"[: len(heights)]
    spots = frame(*lists(*names)).arrange(extents(**dict(zip(names, heights, strict=True))))
    assert [name for name in names if spots[name].column == 0] == list(left)
    assert [name for name in names if spots[name].column == 1] == list(right)


def test_wide_blocks_stand_above_and_below_the_columns() -> None:
    spots = frame(*lists("a", "b")).arrange(extents(a=400, b=400))
    assert spots["head"] == Spot(0, None)
    assert spots["a"].top == spots["b"].top == 100 + GAP
    assert spots["foot"] == Spot(100 + GAP + 500 + GAP, None)


def test_spare_is_what_the_taller_column_leaves() -> None:
    assert frame(*lists("a", "b")).spare(extents(a=470, b=300)) == pytest.approx(30)
    assert frame(*lists("a", "b")).spare(extents(a=470, b=510)) == pytest.approx(-10)


def test_what_is_left_over_becomes_lines_for_notes_dealt_out_in_turn() -> None:
    asks = Block("b", "Asks", notes=("n1", "n2", "n3"))
    spots = frame(*lists("a"), asks).arrange(extents(a=500, b=415))
    # 85 points are four rows of 20; the first box gets the fourth.
    assert spots["b"].rows == (3, 2, 2)


def test_air_fills_a_column_to_its_end() -> None:
    """Two lists in a column: an item of air for each point of slope, three for the gap."""
    blocks = frame(*lists("a", "b", "c"))
    found = extents(a=200, b=240, c=500) | {"a": Extent(200, slope=5), "b": Extent(240, slope=7)}
    spots = blocks.arrange(found)
    left = 500 - 200 - 240 - GAP
    air = left / (5 + 7 + 3)
    assert spots["a"].air == spots["b"].air == pytest.approx(air)
    assert spots["b"].top == pytest.approx(100 + GAP + 200 + 5 * air + GAP + 3 * air)
    assert spots["b"].top + 240 + 7 * air == pytest.approx(100 + GAP + 500)


def test_a_column_without_notes_that_is_nearly_empty_gets_lines_of_its_own() -> None:
    spots = frame(*lists("a", "b")).arrange(extents(a=500, b=100))
    rows = int((400 - GAP) / 20)
    assert spots["rest-2"].rows == (rows,)
    assert spots["rest-2"].top + rows * 20 == pytest.approx(100 + GAP + 500)
    assert "rest-1" not in spots


def test_an_empty_column_is_all_lines() -> None:
    spots = frame(*lists("a")).arrange(extents(a=500))
    assert spots["rest-2"] == Spot(100 + GAP, 1, rows=(25,))


def test_no_list_is_pulled_apart_and_none_is_left_tight_beside_lines() -> None:
    """Under seven points an item the list opens up; beyond, it gets lines instead."""
    for height, opened in ((440, True), (300, False)):
        found = extents(a=500, b=height) | {"b": Extent(height, slope=10)}
        spots = frame(*lists("a", "b")).arrange(found)
        assert ("rest-2" not in spots) is opened
        assert 0 < spots["b"].air <= 7


def test_the_list_to_shorten_is_named_with_its_lines() -> None:
    found = extents(a=450, b=560)
    found["a"] = Extent(450, lines=30, pitch=15)
    found["b"] = Extent(560, lines=40, pitch=14)
    # 60 points too much are 4.3 lines of 14.
    assert frame(*lists("a", "b")).cut(found) == {"List b": 5}


def test_the_block_that_loses_least_is_chosen_among_several() -> None:
    """The foot could mend it too, but three of its four lines would have to go."""
    found = extents(a=530, b=530) | {"foot": Extent(100, lines=4, pitch=12)}
    found["a"] = Extent(530, lines=30, pitch=15)
    found["b"] = Extent(530, lines=30, pitch=15)
    assert frame(*lists("a", "b")).cut(found) == {"Foot": 3}


def test_several_lists_are_shortened_when_one_is_not_enough() -> None:
    found = extents(a=800, b=800)
    found["a"] = Extent(800, lines=50, pitch=16)
    found["b"] = Extent(800, lines=40, pitch=20)
    cut = frame(*lists("a", "b")).cut(found)
    assert cut["List a"] == 19  # 19 x 16 = 304
    assert cut["List b"] == 15  # 15 x 20 = 300
    less = found | {
        "a": Extent(800 - 16 * cut["List a"]),
        "b": Extent(800 - 20 * cut["List b"]),
    }
    assert frame(*lists("a", "b")).spare(less) >= 0


def test_nothing_is_named_when_no_shortening_helps() -> None:
    assert frame(*lists("a"), height=-50).cut(extents(a=10)) == {}
