"""Text that does not fit: the ladder, and cards told in several.

Whatever rung a face ends on, every word of it is still there.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from card_builds import numbered
from hypothesis import given, settings
from hypothesis import strategies as st
from small_bank import lay, question

from pharmdocs.build import Request
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.geometry import Box, Size, mm
from pharmdocs.pool import guarded
from pharmdocs.project import find_project
from pharmdocs.typesetting.deck import split
from pharmdocs.typesetting.fit import FaceJob, FaceText, Rung, fit
from pharmdocs.typesetting.setting import CardSize, ladder
from pharmdocs.typesetting.typeset import Stylesheet, engine

LADDER = ["as set", "tightened", "smaller", "short form"]
POINTS = "- Look\n- Look again\n- Ask\n"


# The ladder ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("floor", [7.0, 8.0])
def test_a_rung_never_sets_more_than_the_one_above_it(floor: float) -> None:
    rungs = ladder(CardSize(Size(mm(127), mm(76.2)), mm(4), floor))
    names = [rung.name for rung in rungs]
    assert list(dict.fromkeys(names)) == LADDER
    full = [rung for rung in rungs if rung.text == 0]
    assert all(
        (below.scale, not below.tight) < (above.scale, not above.tight)
        for above, below in pairwise(full)
    )
    assert {rung.name for rung in rungs if rung.text} == {"short form"}


@pytest.mark.parametrize(
    ("trim", "floor"),
    [
        (Size(mm(127), mm(76.2)), 8.0),
        (Size(mm(88.9), mm(50.8)), 7.0),
        (Size(mm(30), mm(20)), 7.0),
    ],
)
def test_no_rung_goes_below_the_floor(trim: Size, floor: float) -> None:
    """A card whose body is below the floor already is not made smaller, nor larger."""
    card = CardSize(trim, mm(3), floor)
    sizes = [card.body * rung.scale for rung in ladder(card)]
    assert min(sizes) == pytest.approx(min(floor, card.body), abs=0.001)
    assert max(sizes) == card.body


@pytest.mark.parametrize(
    ("bottom", "rung"), [(76, "as set"), (74.5, "smaller"), (43, "smaller"), (42, ""), (20, "")]
)
def test_ink_below_the_area_takes_the_next_rung(bottom: float, rung: str, tmp_path: Path) -> None:
    """Four lines of 16 pt from 10 pt on, the last from 58 pt: its base line is 0.875 em below the
    line's top, letters reach 0.22 em further, to 75.5 pt. Half as large they end at 42.8 pt. Half a
    point is let pass. The page would hold them all.
    """
    css = "@page { size: 200pt 100pt; margin: 10pt } html { font: 20pt/1 Pharm Sans }"
    css += " body, p { margin: 0 } p { font-size: var(--size); line-height: 1 }"
    job = FaceJob(
        Box(10, 10, Size(180, bottom - 10)),
        '<html lang="en"><head><title>T</title></head>',
        (FaceText("f", 'class="face"', ("<p>one<br>two<br>three<br>four</p>",)),),
        (Rung("as set", tight=False), Rung("smaller", 0.5)),
        16.0,
        (Stylesheet("t.css", css),),
        str(tmp_path),
    )
    (found,) = guarded(fit, job).fits
    assert found.rung == rung
    assert (found.room >= 0) is bool(rung)


def _styles_made(count: int) -> tuple[int, int, int]:
    """How many styles the engine works out for so many faces alike; runs in a child."""
    made: list[str] = []
    face = '<p class="head">A</p><p>one <em>two</em></p>'
    job = FaceJob(
        Box(0, 0, Size(200, 100)),
        '<html lang="en"><head><title>T</title></head>',
        tuple(FaceText(f"f{at}", 'class="face"', (face,)) for at in range(count)),
        (Rung("as set", tight=False),),
        10.0,
        (Stylesheet("t.css", "html { font: 10pt Pharm Sans } .face { break-after: page }"),),
        "/",
    )
    with engine() as loaded:
        kind = loaded.css.StyleFor
        work_out = kind.set_computed_styles

        def counted(self: Any, element: Any, *arguments: Any, **options: Any) -> None:
            # Pages have styles of their own, as has what stands before or behind an element.
            if hasattr(element, "tag") and not options.get("pseudo_type"):
                made.append(element.tag)
            work_out(self, element, *arguments, **options)

        kind.set_computed_styles = counted
        assert len(fit(job).fits) == count
    return made.count("div"), made.count("p"), made.count("em")


def test_faces_alike_share_their_styles() -> None:
    """An id or a style attribute on a face would cost a sixth of the time of a deck."""
    assert guarded(_styles_made, 9) == (1, 1, 1)


@pytest.fixture(scope="module")
def longer_and_longer(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str]]:
    """How the fronts and the backs are set: questions whose points have more words each time."""
    root = tmp_path_factory.mktemp("ladder")
    folder = lay(root)
    for number in range(1, 31):
        points = "".join(f"- {numbered(2 * number + 2, name)}\n" for name in ("a", "b", "c"))
        text = question(number, 1 + number % 30).replace(POINTS, points)
        (folder / f"q{number:02}.md").write_text(text, encoding="utf-8")
    build_flashcards(Request(find_project(root)), Cards(stock="avery-5371", jobs=1))
    faces = json.loads((root / "output" / "flashcards.manifest.json").read_text())["faces"]
    fronts, backs = (
        [face["rung"] for face in faces if face["side"] == side] for side in ("front", "back")
    )
    return fronts, backs


def test_longer_text_goes_down_the_ladder(longer_and_longer: tuple[list[str], list[str]]) -> None:
    steps = [LADDER.index(rung) for rung in longer_and_longer[1]]
    assert steps == sorted(steps)
    assert {"as set", "smaller", "short form"} <= set(longer_and_longer[1])


def test_a_long_back_leaves_every_front_as_set(
    longer_and_longer: tuple[list[str], list[str]],
) -> None:
    assert set(longer_and_longer[0]) == {"as set"}


# A card told in several ---------------------------------------------------------------------------

STORY = (
    '<p>one <em>two three four</em> five <a href="#q02" id="r1">six seven eight</a> nine<br> ten'
    " <strong>eleven <em>twelve thirteen</em> fourteen</strong> fifteen sixteen &amp; on</p>"
)


def told(html: str) -> str:
    """What a reader sees; stops at HTML that is not well-formed."""
    root = ElementTree.fromstring(f"<div>{html.replace('<br>', '<br/>')}</div>")  # noqa: S314
    return " ".join("".join(root.itertext()).split())


@pytest.mark.parametrize("parts", range(2, 10))
def test_no_word_is_lost_doubled_or_moved(parts: int) -> None:
    pieces = split(STORY, parts)
    assert len(pieces) == parts
    assert " ".join(told(piece) for piece in pieces) == told(STORY)


@pytest.mark.parametrize("parts", range(2, 10))
def test_an_id_stands_once(parts: int) -> None:
    assert "".join(split(STORY, parts)).count('id="r1"') == 1


def test_a_link_goes_on_as_a_link() -> None:
    first, second = split('<a class="see" href="#q02" id="r1">aaaa bbbb</a>', 2)
    assert first == '<a class="see" href="#q02" id="r1">aaaa </a>'
    assert second == '<a class="see" href="#q02">bbbb</a>'


def test_one_part_is_the_whole() -> None:
    assert split(STORY, 1) == [STORY]


@settings(derandomize=True, max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(["", "em", "strong"]), min_size=36, max_size=90),
    st.integers(2, 9),
)
def test_any_marked_text_is_cut_between_words(tags: list[str], parts: int) -> None:
    """Words of one length: every part gets some, and about as many as the others."""
    texts = [f"w{number:03}" for number in range(len(tags))]
    marked = (
        f"<{tag}>{word}</{tag}>" if tag else word for tag, word in zip(tags, texts, strict=True)
    )
    pieces = [told(piece).split() for piece in split(f"<p>{' '.join(marked)}</p>", parts)]
    assert [word for piece in pieces for word in piece] == texts
    counts = [len(piece) for piece in pieces]
    assert len(counts) == parts
    assert max(counts) - min(counts) <= 2
