"""Finished parts become one document: pages, tags and links in order, what is shared but once.

Fonts travel as hashes: a typeset document holds none of their programs, a finished file holds
exactly the vendored ones.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import tag_tree
from pikepdf import NameTree, NumberTree

from pharmdocs.pool import guarded
from pharmdocs.preflight.text import read
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.typeset import Job, Stylesheet, Typeset, typeset

LOOK = Stylesheet(
    "t.css", "@page { size: 200pt 100pt; margin: 10pt } html { font: 10pt Pharm Sans }"
)
# The second part has a face more, the third one less and others.
BODIES = {
    "a": "<p>plain</p>",
    "b": "<p>plain <em>italic</em></p>",
    "c": '<p style="font-family: Pharm Serif">serif <b>bold</b></p>',
}
FACES = {"PharmSans-Regular", "PharmSans-Italic", "PharmSans-Bold"}
FACES |= {"PharmSerif-Regular", "PharmSerif-Bold"}


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
                f'<h2 id="{name}end" style="break-before: page">{name}omega</h2>{body}'
                "</body></html>",
                (LOOK,),
                pictures,
            ),
        )
        for name, body in BODIES.items()
    )


@pytest.fixture(scope="module")
def whole(parts: Sequence[Typeset]) -> Typeset:
    return join(parts)


@pytest.fixture(scope="module")
def finished(whole: Typeset) -> bytes:
    return finish(whole, body="")


def test_one_part_is_left_as_it_is(parts: Sequence[Typeset]) -> None:
    assert join(parts[:1]) is parts[0]


def test_joining_keeps_every_page_in_order(whole: Typeset) -> None:
    with pikepdf.open(io.BytesIO(whole.pdf)) as pdf:
        assert len(pdf.pages) == 6
    assert [sorted(page.anchors) for page in whole.pages] == [
        [name] for part in "abc" for name in (f"{part}top", f"{part}end")
    ]


def test_joining_keeps_every_word(parts: Sequence[Typeset], finished: bytes) -> None:
    assert read(finished) == sum((read(finish(part, body="")) for part in parts), Counter())


def test_joining_keeps_the_tags_on_their_pages(whole: Typeset) -> None:
    """Each page finds its elements, and each of them says that it stands on that page."""
    with pikepdf.open(io.BytesIO(whole.pdf)) as pdf:
        table = dict(NumberTree(pdf.Root.StructTreeRoot.ParentTree))
        keys = [int(page.StructParents) for page in pdf.pages]
        assert len(set(keys)) == 6
        for page, key in zip(pdf.pages, keys, strict=True):
            owners = [owner for owner in table[key] if owner is not None]
            assert owners
            assert {owner.Pg.objgen for owner in owners} == {page.obj.objgen}


def test_a_joined_document_agrees_with_its_tags(finished: bytes) -> None:
    with pikepdf.open(io.BytesIO(finished)) as pdf:
        assert tag_tree.faults(pdf) == []


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


def test_joining_twice_gives_the_same_bytes(parts: Sequence[Typeset], whole: Typeset) -> None:
    assert join(parts).pdf == whole.pdf


# What parts share ---------------------------------------------------------------------------------


def descriptors(pdf: pikepdf.Pdf) -> dict[Any, Any]:
    """The descriptor of every font that some page can draw with."""
    fonts_ = [font for page in pdf.pages for font in page.resources.Font.values()]
    found = [font.DescendantFonts[0].FontDescriptor for font in fonts_]
    return {item.objgen: item for item in found}


def programs(file: bytes) -> dict[Any, bytes]:
    with pikepdf.open(io.BytesIO(file)) as pdf:
        held = [item.FontFile2 for item in descriptors(pdf).values()]
        return {item.objgen: item.read_bytes() for item in held}


def vendored(names: set[str]) -> list[bytes]:
    return sorted((fonts.folder() / f"{name}.ttf").read_bytes() for name in names)


def test_a_typeset_document_holds_hashes_and_no_font(
    parts: Sequence[Typeset], whole: Typeset
) -> None:
    known = {face.sha256: face for face in fonts.faces()}
    for document in (*parts, whole):
        held = programs(document.pdf).values()
        assert held
        assert {text.decode() for text in held} <= known.keys()
        with pikepdf.open(io.BytesIO(document.pdf)) as pdf:
            streams = [it.read_bytes() for it in pdf.objects if isinstance(it, pikepdf.Stream)]
        assert not any(b"glyf" in data for data in streams)


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_a_finished_part_holds_the_vendored_bytes(parts: Sequence[Typeset], name: str) -> None:
    faces = {
        "a": {"PharmSans-Regular", "PharmSans-Bold"},
        "b": {"PharmSans-Regular", "PharmSans-Bold", "PharmSans-Italic"},
        "c": {"PharmSans-Regular", "PharmSans-Bold", "PharmSerif-Regular", "PharmSerif-Bold"},
    }[name]
    part = parts["abc".index(name)]
    assert sorted(programs(finish(part, body="")).values()) == vendored(faces)


def test_a_joined_file_holds_each_face_once(finished: bytes) -> None:
    assert sorted(programs(finished).values()) == vendored(FACES)
    with pikepdf.open(io.BytesIO(finished)) as pdf:
        streams = [it.read_bytes() for it in pdf.objects if isinstance(it, pikepdf.Stream)]
        assert sum(b"glyf" in data for data in streams) == len(FACES)
        assert len(descriptors(pdf)) == len(FACES)


def test_the_sample_files_hold_each_face_once(booklet: Callable[..., Path]) -> None:
    found = list(programs(booklet().read_bytes()).values())
    hashes = [hashlib.sha256(data).hexdigest() for data in found]
    assert len(set(hashes)) == len(hashes)
    assert set(hashes) <= {face.sha256 for face in fonts.faces()}


def test_a_damaged_hash_is_no_font(whole: Typeset) -> None:
    """Nothing but a vendored face can come in where a hash stands."""
    known = fonts.faces()[0].sha256
    with pytest.raises(ValueError, match="unpack"):
        fonts.program(known[:-1] + "x")


def profiles(file: bytes) -> list[bytes]:
    """Every color profile of a file, which begins with its size and has its mark at byte 36."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        streams = [it.read_bytes() for it in pdf.objects if isinstance(it, pikepdf.Stream)]
    return [data for data in streams if data[36:40] == b"acsp"]


def test_parts_share_the_profile_of_their_colors(
    parts: Sequence[Typeset], whole: Typeset, finished: bytes
) -> None:
    alone = profiles(parts[0].pdf)
    assert alone
    assert profiles(whole.pdf) == alone
    assert profiles(finished) == alone


def test_every_page_draws_in_the_colors_of_that_profile(finished: bytes) -> None:
    with pikepdf.open(io.BytesIO(finished)) as pdf:
        spaces = [list(page.resources.ColorSpace.values()) for page in pdf.pages]
        used = [[space[1] for space in page if space[0] == "/ICCBased"] for page in spaces]
        assert all(used)
        (profile,) = {item.objgen: item for page in used for item in page}.values()
        assert profile.read_bytes()[36:40] == b"acsp"
