"""What a print run promises, and that a run which breaks it does not leave."""

import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from small_bank import lay
from test_checklist import ASKS, EMAIL, HEAD, LIST

from pharmdocs.build import Request
from pharmdocs.checklistpages import Design, design_of, promise_of, shared_sheet
from pharmdocs.preflight.run import RunPromise, preflight_run
from pharmdocs.project import find_project
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.one_page import Solved
from pharmdocs.typesetting.stamping import content, first_places, settings
from pharmdocs.typesetting.volume import Stamped, volume
from pharmdocs.wording import words

PEOPLE = ["Łukasz Ağaoğlu", "Ana Silva", "Bo Lindström"]


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Design, Solved]:
    root = tmp_path_factory.mktemp("run")
    (lay(root) / "checklist.toml").write_text(HEAD + LIST + ASKS + EMAIL, encoding="utf-8")
    design = design_of(Request(find_project(root), bank="small", ink="black"), "")
    return design, shared_sheet(design, 1)


@pytest.fixture(scope="module")
def sound(sheet: tuple[Design, Solved]) -> bytes:
    """A run of three people, with nothing but their names."""
    _, made = sheet
    places = first_places(made.typeset.pages[0])
    people = [Stamped(name, content(settings(places, {"name": name}))) for name in PEOPLE]
    return volume(finish(made.typeset, body=""), people)


@pytest.fixture(scope="module")
def promise(sheet: tuple[Design, Solved]) -> RunPromise:
    page = promise_of(*sheet, {}, {})
    return RunPromise(page, [(name, words([name])) for name in PEOPLE])


def said(pdf: bytes, promise: RunPromise) -> str:
    return "\n".join(str(problem) for problem in preflight_run(pdf, promise))


def test_a_sound_run_may_leave(sound: bytes, promise: RunPromise) -> None:
    assert said(sound, promise) == ""


def swap(document: pikepdf.Pdf) -> None:
    one, other = document.pages[1], document.pages[2]
    one.Contents, other.Contents = other.Contents, one.Contents


def write(page: pikepdf.Page, change: Callable[[bytes], bytes]) -> None:
    page.Contents.write(change(page.Contents.read_bytes()))


def leave_out_the_sheet(document: pikepdf.Pdf) -> None:
    write(document.pages[1], lambda data: data.replace(b"/Sheet Do", b""))


def show_it_twice(document: pikepdf.Pdf) -> None:
    write(document.pages[2], lambda data: b"/Sheet Do " + data)


def show_another_form(document: pikepdf.Pdf) -> None:
    resources = document.pages[2].Resources
    form = document.make_stream(resources.XObject["/Sheet"].read_bytes())
    for key, value in resources.XObject["/Sheet"].stream_dict.items():
        if key not in ("/Length", "/Filter"):
            form[key] = value
    document.pages[2].Resources = Dictionary(
        Font=resources.Font, XObject=Dictionary({"/Sheet": form})
    )


def say_more(document: pikepdf.Pdf) -> None:
    write(document.pages[2], lambda data: data + b" " + document.pages[1].Contents.read_bytes()[9:])


def empty_the_sheet(document: pikepdf.Pdf) -> None:
    document.pages[0].Resources.XObject["/Sheet"].write(b"")


def label_another(document: pikepdf.Pdf) -> None:
    document.Root.PageLabels.Nums[3] = Dictionary(P=String("Somebody"))


def lose_a_label(document: pikepdf.Pdf) -> None:
    document.Root.PageLabels.Nums = Array(list(document.Root.PageLabels.Nums)[:2])


def claim_tags(document: pikepdf.Pdf) -> None:
    document.Root.MarkInfo = Dictionary(Marked=True)


def claim_a_standard(document: pikepdf.Pdf) -> None:
    document.Root.Metadata = document.make_stream(b"<x pdfaid:part='2'/>")


def run_something(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    document.Root.Extra = document.make_indirect(Dictionary(S=Name.JavaScript))


def color(document: pikepdf.Pdf) -> None:
    write(document.pages[2], lambda data: data.replace(b"0 g", b"1 0 0 rg"))


def say_other_letters(document: pikepdf.Pdf) -> None:
    cmap = document.pages[0].Resources.Font["/PharmSans"].ToUnicode
    letter = f"{ord('L'):04x}".encode()
    data = cmap.read_bytes()
    cmap.write(data.replace(b"<" + letter + b">", b"<0141>"))


def draw(more: bytes) -> Callable[[pikepdf.Pdf], None]:
    return lambda document: write(document.pages[2], lambda data: data + b" " + more)


def shrink(document: pikepdf.Pdf) -> None:
    write(document.pages[2], lambda data: re.sub(rb"[\d.]+ Tf", b"3 Tf", data))


def move_the_first_text_to_the_edge(document: pikepdf.Pdf) -> None:
    form = document.pages[0].Resources.XObject["/Sheet"]
    form.write(b"1 0 0 1 -30 0 cm " + form.read_bytes())


def lose_a_page(document: pikepdf.Pdf) -> None:
    del document.pages[2]


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (swap, "2 words are missing from page 2: Ana, Silva"),
        (leave_out_the_sheet, "page 2 does not show the form of the first, once"),
        (show_it_twice, "page 3 does not show the form of the first, once"),
        (show_another_form, "page 3 does not show the form of the first, once"),
        (say_more, "2 words stand in page 3 that nobody wrote: Ana, Silva"),
        (empty_the_sheet, "words are missing from page 1"),
        (label_another, "the labels of the pages are not the names"),
        (lose_a_label, "the labels of the pages are not the names"),
        (claim_tags, "the file has /MarkInfo"),
        (claim_a_standard, "the file has /Metadata"),
        (run_something, "an action of kind JavaScript stands in the file"),
        (color, "uses color, not black alone"),
        (say_other_letters, "draws another glyph for 'Ł'"),
        (lose_a_page, "the file has 2 pages for 3 people"),
        (shrink, "page 3, "),
        (shrink, "type of 3.0 pt"),
        (move_the_first_text_to_the_edge, "page 1, "),
        (move_the_first_text_to_the_edge, "mm from the paper's edge"),
        (draw(b"0 g 1 300 2 2 re f"), "page 3, 0 mm from the left"),
        (draw(b"0 g 1 300 2 2 re f"), "mm from the paper's edge"),
    ],
)
def test_a_broken_promise_is_named(
    sound: bytes, promise: RunPromise, damage: Callable[[pikepdf.Pdf], Any], expected: str
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sound)) as document:
        damage(document)
        document.save(out)
    assert expected in said(out.getvalue(), promise)


def test_title_and_language_are_kept(sound: bytes, promise: RunPromise) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sound)) as document:
        document.Root.Lang = String("de-DE")
        document.docinfo["/Title"] = String("Something else")
        document.save(out)
    told = said(out.getvalue(), promise)
    assert "language is not en-US" in told
    assert "title is not “Day of the interview”" in told
