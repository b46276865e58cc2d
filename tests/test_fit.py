"""Text that does not fit: the ladder, cards told in several, parts joined, work shared.

Whatever rung a face ends on, every word of it is still there.
"""

import io
import json
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import NameTree, NumberTree
from small_bank import lay, question

from pharmdocs.build import Request
from pharmdocs.errors import ContentError, LayoutError, Location, Problem
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.geometry import Size, mm
from pharmdocs.preflight.text import read
from pharmdocs.project import find_project
from pharmdocs.typesetting.deck import split
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.pool import each, guarded
from pharmdocs.typesetting.setting import CardSize, ladder
from pharmdocs.typesetting.typeset import Job, Stylesheet, Typeset, typeset

LADDER = ["as set", "tightened", "smaller", "short form"]
POINTS = "- Look\n- Look again\n- Ask\n"


def numbered(count: int, name: str = "word") -> str:
    """So many words, no two of them alike."""
    return " ".join(f"{name}{number:03}" for number in range(count))


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


# Parts joined -------------------------------------------------------------------------------------

LOOK = Stylesheet(
    "t.css", "@page { size: 200pt 100pt; margin: 10pt } html { font: 10pt Pharm Sans }"
)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Typeset, ...]:
    """Three documents of two pages, with a link from the first page to the second."""
    pictures = str(tmp_path_factory.mktemp("pictures"))
    return tuple(
        guarded(
            typeset,
            Job(
                f'<html lang="en"><head><title>Part {name}</title></head><body>'
                f'<h1 id="{name}top">{name}alpha</h1><p><a href="#{name}end">{name}link</a></p>'
                f'<h2 id="{name}end" style="break-before: page">{name}omega</h2></body></html>',
                (LOOK,),
                pictures,
            ),
        )
        for name in ("a", "b", "c")
    )


@pytest.fixture(scope="module")
def whole(parts: Sequence[Typeset]) -> Typeset:
    return join(parts)


def test_one_part_is_left_as_it_is(parts: Sequence[Typeset]) -> None:
    assert join(parts[:1]) is parts[0]


def test_joining_keeps_every_page_in_order(whole: Typeset) -> None:
    with pikepdf.open(io.BytesIO(whole.pdf)) as pdf:
        assert len(pdf.pages) == 6
    assert [sorted(page.anchors) for page in whole.pages] == [
        [name] for part in "abc" for name in (f"{part}top", f"{part}end")
    ]


def test_joining_keeps_every_word(parts: Sequence[Typeset], whole: Typeset) -> None:
    assert read(whole.pdf) == sum((read(part.pdf) for part in parts), Counter())


def test_joining_keeps_the_tags_on_their_pages(whole: Typeset) -> None:
    """Each page finds its elements, and each of them says that it stands on that page."""
    with pikepdf.open(io.BytesIO(whole.pdf)) as pdf:
        table = dict(NumberTree(pdf.Root.StructTreeRoot.ParentTree))
        keys = [int(page.StructParents) for page in pdf.pages]
        assert len(set(keys)) == 6
        for page, key in zip(pdf.pages, keys, strict=True):
            assert len(table[key])
            assert {element.Pg.objgen for element in table[key]} == {page.obj.objgen}


def test_joining_makes_one_tree_of_tags(whole: Typeset) -> None:
    with pikepdf.open(io.BytesIO(whole.pdf)) as pdf:
        root = pdf.Root.StructTreeRoot.K
        document = root if isinstance(root, pikepdf.Dictionary) else root[0]
        assert {kid.P.objgen for kid in document.K} == {document.objgen}
        kinds = Counter(str(kid.S) for kid in document.K)
    assert (kinds["/H1"], kinds["/H2"]) == (3, 3)


def test_joining_keeps_links_on_their_goals(whole: Typeset) -> None:
    with pikepdf.open(io.BytesIO(whole.pdf)) as pdf:
        places = {str(name): goal for name, goal in NameTree(pdf.Root.Names.Dests).items()}
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        found = {}
        for number, page in enumerate(pdf.pages):
            for link in page.get("/Annots", []):
                goal = link.Dest if "/Dest" in link else link.A.D
                goal = places[str(goal)] if isinstance(goal, pikepdf.String) else goal
                found[number] = numbers[goal[0].objgen]
    assert found == {0: 1, 2: 3, 4: 5}


def test_joining_keeps_one_copy_of_each_face(whole: Typeset) -> None:
    with pikepdf.open(io.BytesIO(whole.pdf)) as pdf:
        programs = {
            item.FontFile2.objgen: item.FontFile2.read_raw_bytes()
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        }
    assert programs
    assert len(set(programs.values())) == len(programs)


def test_joining_twice_gives_the_same_bytes(parts: Sequence[Typeset], whole: Typeset) -> None:
    assert join(parts).pdf == whole.pdf


# Children that share work -------------------------------------------------------------------------


def _slow_first(number: int) -> int:
    time.sleep(0.2 if number == 0 else 0)
    return 10 * number


def _die_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def _sleep_unless_three(number: int) -> int:
    if number != 3:
        time.sleep(60)
    return _die_at_three(number)


def _complain_at_three(number: int) -> int:
    if number == 3:
        raise ContentError(Problem(Location("q03.md", 7), "is wrong", "mend it"))
    return number


@pytest.mark.parametrize("jobs", [1, 2, 3, 20])
def test_results_come_in_the_order_of_the_arguments(jobs: int) -> None:
    assert each(_slow_first, range(7), jobs) == [0, 10, 20, 30, 40, 50, 60]


def test_nothing_to_do_is_done() -> None:
    assert each(_slow_first, [], 4) == []


def test_each_result_is_told() -> None:
    counts: list[int] = []
    each(_slow_first, range(7), 2, done=counts.append)
    assert counts == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_a_crash_in_one_child_is_named(jobs: int) -> None:
    with pytest.raises(LayoutError, match=rf"died \(signal {int(signal.SIGKILL)}\)"):
        each(_die_at_three, range(5), jobs)


def test_a_crash_in_one_child_ends_the_others() -> None:
    begun = time.monotonic()
    with pytest.raises(LayoutError, match="died"):
        each(_sleep_unless_three, range(4), 4)
    assert time.monotonic() - begun < 20
    assert multiprocessing.active_children() == []


def test_a_known_failure_in_one_child_keeps_its_place() -> None:
    with pytest.raises(ContentError, match=r"q03\.md:7: is wrong"):
        each(_complain_at_three, range(5), 2)
    assert multiprocessing.active_children() == []
