"""Sections typeset apart: the document is the one that is typeset whole; an edit costs one section.

The other engine is the typesetter itself, which numbers and heads the pages of a whole document
without us: both files must look the same to the pixel.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import small_bank
import tag_tree
from click.testing import CliRunner
from pikepdf import NameTree
from test_cache import listened

from pharmdocs.cli import main
from pharmdocs.errors import LayoutError
from pharmdocs.pool import guarded
from pharmdocs.typesetting import store
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.sections import set_sections
from pharmdocs.typesetting.typeset import Job, Stylesheet, Typeset, typeset

PICTURES = str(Path(__file__).parent)
MARK = '<template class="section" data-part="{}"></template>'
LOOK = """
@page { size: 240pt 140pt; margin: 30pt 40pt 30pt 20pt }
@page {
  @top-left { content: string(brand) }
  @top-center { content: string(part) }
  @top-right { content: string(item) }
  @bottom-left { content: counter(page) }
  @bottom-center { content: counter(page) "\\a0" }
  @bottom-right { content: "\\a0" counter(page) }
}
@page front { @bottom-right { content: "\\a0" counter(page, lower-roman) } }
@page :nth(1 of main) { counter-reset: page 1; counter-increment: none }
html { font: 10pt/14pt Pharm Sans }
.front { page: front } .main { page: main }
body, h1, h2, h3, p { margin: 0; font-size: 10pt }
h1 { string-set: brand content() } h2 { string-set: part content(), item ""; break-before: page }
h3 { string-set: item content() } .more h3 { break-before: page }
a::after { content: ", page " target-counter(attr(href), page) }
a.roman::after { content: " " target-counter(attr(href), page, lower-roman) }
"""
TWO_SIDED = "@page :left { margin-left: 60pt; @top-right { content: none } }"
LINKS = (
    '<p><a href="#intro" class="roman">intro</a> <a href="#b1">b1</a> <a href="#b{}">last</a></p>'
)


def long(pages: int) -> str:
    """Text of so many pages more."""
    return '<p style="break-before: page">and on</p>' * pages


def bodies(first: int = 0, parts: int = 12) -> list[tuple[str, str]]:
    """Sections with what running heads go on to say: two in front, categories of two parts each.

    The first category's first part is longer by so many pages.
    """
    links = LINKS.format(parts)
    found = [
        ("", f'<div class="front"><h1 id="top">Brand</h1>{links}</div>'),
        ("", f'<div class="front"><h2 id="intro">Intro</h2>{links}{long(2)}</div>'),
    ]
    for number in range(1, parts, 2):
        own = f'<p><a href="#b{number}">itself</a> <a href="#b{parts + 1 - number}">another</a></p>'
        more = long(first if number == 1 else number % 3)
        head = f'<h2>Category {number}</h2><h3 id="b{number}">Part {number}</h3>'
        next_ = f'<h3 id="b{number + 1}">Part {number + 1}</h3>'
        found.append(("", f'<div class="main">{head}{own}{more}</div>'))
        found.append(
            (
                f"Category {number}",
                f'<div class="main"><div class="more">{next_}{links}</div></div>',
            ),
        )
    return found


def job(sections: list[tuple[str, str]], css: str = "", marked: bool = True) -> Job:
    body = "".join((MARK.format(part) if marked else "") + text for part, text in sections)
    if not marked:
        # In a whole document, pages that are counted through are one box.
        front, main_, rest = body.partition('<div class="main">')
        body = front + main_ + rest.replace(f"</div>{main_}", "")
    html = f'<!doctype html><html lang="en"><head><title>T</title></head><body>{body}</body></html>'
    return Job(html, (Stylesheet("t.css", LOOK), Stylesheet("own.css", css)), PICTURES)


def quiet(_: str) -> None:
    """Nobody looks."""


def set_(asked: Job, jobs: int = 2, body: str = "main", letters: int = 30) -> Typeset:
    return set_sections(asked, "Brand", body, letters, jobs, quiet)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What is typeset from now on; a cache of its own."""
    found = listened(monkeypatch)
    with store.caching(tmp_path / "pages"):
        yield found


def seen(made: Typeset) -> list[bytes]:
    """Every page as pixels."""
    document = pypdfium2.PdfDocument(finish(made, "main"))
    return [page.render(scale=2).to_pil().tobytes() for page in document]


# The same document --------------------------------------------------------------------------------


@pytest.mark.system
@pytest.mark.parametrize("css", ["", TWO_SIDED], ids=["all alike", "left and right"])
def test_sections_look_as_the_whole_does(css: str) -> None:
    """Heads, numbers of one figure and of two, roman ones, references; 21 pages."""
    apart = set_(job(bodies(), css))
    whole = guarded(typeset, job(bodies(), css, marked=False))
    assert len(apart.pages) == 21
    assert [page.text for page in apart.pages] == [page.text for page in whole.pages]
    assert [page.anchors for page in apart.pages] == [page.anchors for page in whole.pages]
    assert seen(apart) == seen(whole)


@pytest.mark.system
def test_one_count_from_cover_to_cover() -> None:
    css = "@page :nth(1 of main) { counter-reset: none; counter-increment: page }"
    css += "@page front { @bottom-right { content: '\\a0' counter(page) } }"
    css += "a.roman::after { content: ' ' target-counter(attr(href), page) }"
    apart = set_(job(bodies(), css), body="")
    assert seen(apart) == seen(guarded(typeset, job(bodies(), css, marked=False)))


@pytest.mark.system
def test_a_bad_guess_only_costs_time() -> None:
    few, many = (set_(job(bodies(), TWO_SIDED), letters=n) for n in (1, 100_000))
    assert few == many


@pytest.mark.system
def test_however_many_processes_the_bytes_are_the_same(made: list[Any]) -> None:
    asked = job(bodies(parts=4))
    with store.caching(None):
        one, three = (set_(asked, jobs) for jobs in (1, 3))
    cold = set_(asked)
    warm = set_(asked)
    assert one == three == cold == warm


def test_tags_are_one_sound_tree() -> None:
    with pikepdf.open(io.BytesIO(finish(set_(job(bodies())), "main"))) as pdf:
        assert tag_tree.faults(pdf) == []


def test_links_find_their_goals_in_other_sections() -> None:
    apart = set_(job(bodies()))
    at = {name: number for number, page in enumerate(apart.pages) for name in page.anchors}
    with pikepdf.open(io.BytesIO(apart.pdf)) as pdf:
        number = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        goals = {
            str(name): number[goal[0].objgen]
            for name, goal in NameTree(pdf.Root.Names.Dests).items()
        }
        links = [
            str(link.Dest if "/Dest" in link else link.A.D)
            for page in pdf.pages
            for link in page.get("/Annots", [])
        ]
    assert goals == at
    # Three links in each of two sections in front and of six halves, two in each of the others.
    assert len(links) == 3 * 8 + 2 * 6
    assert set(links) <= goals.keys()


def test_bookmarks_are_one_tree() -> None:
    """A heading of level 3 stands below the last one of level 2, in whichever section that is."""
    with pikepdf.open(io.BytesIO(set_(job(bodies())).pdf)) as pdf, pdf.open_outline() as outline:
        (top,) = outline.root
        second = [item.title for item in top.children]
        third = [item.title for part in top.children for item in part.children]
    assert top.title == "Brand"
    assert second == ["Intro", *(f"Category {number}" for number in range(1, 13, 2))]
    assert third == [f"Part {number}" for number in range(1, 13)]


def test_a_document_without_sections_is_set_as_it_is(made: list[Any]) -> None:
    asked = job(bodies(parts=2), marked=False)
    assert set_(asked) == guarded(typeset, asked)
    assert made == [asked]


# What an edit costs -------------------------------------------------------------------------------


def test_an_edit_costs_one_section(made: list[Any]) -> None:
    sections = bodies(parts=4)
    set_(job(sections))
    made.clear()
    part, text = sections[4]
    sections[4] = (part, text.replace("another", "edited"))
    set_(job(sections))
    (one,) = made
    assert "edited" in one.html


@pytest.mark.system
def test_sections_after_one_that_grows_stay_what_they_are(made: list[Any]) -> None:
    """Category 1 grows by a page: what comes later is numbered anew, and not set anew."""
    set_(job(bodies(first=1)), letters=100_000)
    made.clear()
    longer = set_(job(bodies(first=2)), letters=100_000)
    again = [item.html for item in made]
    # The part that is longer; and, where 9 became 10, whoever refers to it.
    assert len(again) < 5
    assert seen(longer) == seen(guarded(typeset, job(bodies(first=2), marked=False)))


def test_progress_counts_sections(made: list[Any]) -> None:
    told: list[str] = []
    # Who refers to the pages in front waits for them.
    set_sections(job(bodies(parts=4)), "Brand", "main", 30, 1, told.append)
    first = [line for line in told if line.startswith("typesetting:")]
    assert first == [f"typesetting: {count} of 6 sections" for count in range(1, 7)]


def test_of_a_booklet_only_the_edited_question_is_typeset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[Any]
) -> None:
    """And the file is the same as without a cache, by one process or two."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = small_bank.lay(tmp_path)

    def build(name: str, *options: str) -> bytes:
        path = tmp_path / f"{name}.pdf"
        command = ["build", "booklet", "--project", str(tmp_path), "-o", str(path), *options]
        result = CliRunner().invoke(main, command, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return path.read_bytes()

    build("first")
    made.clear()
    file = folder / "q02.md"
    file.write_text(file.read_text("utf-8").replace("Don’t hurry.", "Don’t rush."), "utf-8")
    edited = build("edited")
    (one,) = made
    assert "Don’t rush." in one.html
    cold = {build(f"cold-{jobs}", "--no-cache", "--jobs", jobs) for jobs in ("1", "2")}
    assert cold == {edited}


# What is wrong ------------------------------------------------------------------------------------


def test_everything_wrong_is_told_at_once_by_the_pages_of_the_whole() -> None:
    sections = bodies()
    for at in (3, 7):
        part, text = sections[at]
        wide = f'<p data-from="content/q{at:02}.md:7">{"wide" * 30}</p>'
        sections[at] = (part, text.replace("</h3>", f"</h3>{wide}"))
    with pytest.raises(LayoutError) as apart:
        set_(job(sections))
    with pytest.raises(LayoutError) as whole:
        guarded(typeset, job(sections, marked=False))
    assert apart.value.problems == whole.value.problems
    assert [str(it.where) for it in apart.value.problems] == [
        "content/q03.md:7",
        "content/q07.md:7",
    ]


def test_a_section_that_takes_too_much_is_told_by_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    opener = '<p data-from="content/bank.toml:1">A</p>'
    sections = [("", f'{opener}<h2 id="a">A</h2><p data-from="content/q01.md:7">wide</p>')] * 2
    monkeypatch.setattr("pharmdocs.typesetting.sections.attempt", _fill)
    with pytest.raises(LayoutError, match=r"GB of memory, at the section a \(content/q01\.md\)"):
        set_(job(sections), jobs=1)


def _fill(_: Job) -> None:
    raise MemoryError


def test_a_link_to_nowhere_is_named() -> None:
    sections = [*bodies(), ("", '<p><a href="#nowhere">x</a></p>')]
    with pytest.raises(LayoutError, match="nowhere"):
        set_(job(sections))


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("@page { @top-left { content: '7 of ' counter(page) ' 8' } }", "cannot be told from"),
        ("@page { @top-left { content: counter(pages) } }", "would count the pages of a section"),
        ("@page { @top-left { content: counter(page, upper-alpha) '1' } }", "cannot be told from"),
        ("a::after { content: target-counter(attr(href), page, lower-roman) }", "is wider than"),
    ],
)
def test_a_number_that_cannot_come_last_is_refused(css: str, said: str) -> None:
    with pytest.raises(LayoutError, match=said):
        set_(job(bodies(parts=2), css))
