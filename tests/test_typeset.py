"""The five silences of the engine, each made to speak: what it swallows is an error here."""

import pickle
from pathlib import Path

import pytest

from pharmdocs.errors import LayoutError, PharmdocsError
from pharmdocs.pool import guarded
from pharmdocs.typesetting.typeset import Job, Stylesheet, Typeset, typeset

BASE = """
@page { size: 200pt 160pt; margin: 20pt }
html { font: 10pt/14pt "Pharm Serif"; } body, p, h1 { margin: 0 }
"""


def job(body: str, css: str = "", folder: Path = Path(__file__).parent) -> Job:
    head = '<head><meta charset="utf-8"><title>T</title></head>'
    html = f'<!doctype html><html lang="en">{head}<body>{body}'
    return Job(html, (Stylesheet("base.css", BASE), Stylesheet("own.css", css)), str(folder))


def complaint(body: str, css: str = "", folder: Path = Path(__file__).parent) -> str:
    """What a build would say about this page; fails when it says nothing."""
    with pytest.raises(PharmdocsError) as caught:
        guarded(typeset, job(body, css, folder))
    return str(caught.value)


def printed(body: str, css: str = "") -> Typeset:
    return guarded(typeset, job(body, css))


def test_a_sound_page_says_nothing() -> None:
    made = printed("<p>One line.</p><p>Another <em>one</em>.</p>")
    assert len(made.pages) == 1
    assert made.pdf.startswith(b"%PDF-")


WORDS = " ".join(f"word{number}" for number in range(60))


@pytest.mark.parametrize(
    ("name", "body", "css"),
    [
        ("a box of fixed height", f"<div class='x'>{WORDS}</div>", ".x { height: 30pt }"),
        (
            "a fixed box that clips",
            f"<div class='x'>{WORDS}</div>",
            ".x { height: 30pt; overflow: hidden }",
        ),
        (
            "a row of fixed height",
            f"<div class='x'><div>{WORDS}</div></div>",
            ".x { display: flex; height: 30pt }",
        ),
        (
            "a tall float at the end of a page",
            f"<p>Start</p><div class='x'>{WORDS}</div><p>End</p>",
            ".x { float: left; width: 60pt }",
        ),
        ("clamped lines", f"<p class='x'>{WORDS}</p>", ".x { line-clamp: 2 }"),
    ],
)
def test_text_that_a_box_swallows_is_named(name: str, body: str, css: str) -> None:
    said = complaint(body, css)
    assert "lost while typesetting" in said or "sticks out of its box" in said, name


def test_lost_words_are_named() -> None:
    said = complaint(f"<p class='x'>{WORDS}</p>", ".x { line-clamp: 2 }")
    assert "words were lost while typesetting: word" in said


def test_a_word_wider_than_its_column_is_named() -> None:
    said = complaint(f"<p>{'pneumono' * 6}</p>")
    assert "sticks out of its box by" in said


def test_text_past_the_edge_of_the_paper_is_named() -> None:
    said = complaint("<p class='x'>gone</p>", ".x { position: absolute; left: 175pt }")
    assert "page 1: “gone” sticks out of its box" in said


def test_a_cell_that_is_too_narrow_is_named() -> None:
    css = "table { table-layout: fixed; width: 60pt } td { white-space: nowrap }"
    said = complaint("<table><tr><td>far too long</td><td>b</td></tr></table>", css)
    assert "“far too long”" in said


def test_texts_that_lie_on_each_other_are_named() -> None:
    css = ".x { position: absolute; top: 3pt; left: 5pt }"
    said = complaint("<p>below this</p><p class='x'>something</p>", css)
    assert "lie on each other" in said


def test_a_hanging_label_beside_its_text_is_fine() -> None:
    css = "@page { margin-left: 80pt } div { position: relative } h2 { font-size: 8pt;"
    css += " margin: 0; position: absolute; left: -70pt; width: 60pt }"
    assert printed("<div><h2>Label of two lines</h2><p>Text<br>and<br>more</p></div>", css)


def test_the_problem_names_the_file_that_the_template_named() -> None:
    body = f"<div data-from='content/q01.md:14'><p>{'x' * 60}</p></div>"
    assert complaint(body).startswith("content/q01.md:14: page 1:")


def test_a_face_that_does_not_exist_is_named() -> None:
    said = complaint("<p><em><b>both</b></em></p>", "em { font-style: italic }")
    assert "there is no face `Pharm Serif` italic 700" in said


def test_a_font_of_the_machine_is_never_used() -> None:
    said = complaint("<p>text</p>", "p { font-family: 'DejaVu Sans' }")
    assert "there is no face `DejaVu Sans`" in said


def test_a_character_that_no_face_has_is_named() -> None:
    assert "the typesetter says" in complaint("<p>\u4e2d</p>")


def test_misspelt_css_is_named_with_its_sheet_and_line() -> None:
    said = complaint("<p>x</p>", "p { margin: 0 }\np { colour: red }")
    assert said.startswith("own.css:2: the typesetter says: Ignored `colour: red")


def test_a_dead_link_is_named() -> None:
    assert "nowhere" in complaint("<p><a href='#nowhere'>x</a></p>")


def test_words_out_are_words_in_when_a_head_is_repeated() -> None:
    rows = "".join(f"<tr><td>row {number}</td></tr>" for number in range(20))
    made = printed(f"<table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>")
    heads = [text for page in made.pages for text in page.text if text == "Head"]
    assert len(heads) == len(made.pages) > 1


def test_a_word_in_two_sizes_is_one_word() -> None:
    made = printed("<p class='x'>Situation</p>", ".x::first-letter { font-size: 20pt }")
    assert "Situation" in made.pages[0].text


def test_a_running_head_does_not_hide_a_lost_word() -> None:
    css = "@page { @top-left { content: 'Safety' } } .x { line-clamp: 1 }"
    said = complaint(f"<p class='x'>{WORDS} Safety</p>", css)
    assert "Safety" in said


@pytest.mark.parametrize(
    "source",
    [
        "http://localhost/x.png",
        "HTTPS://localhost/x.png",
        "//localhost/x.png",
        "file:///etc/hostname",
        "FILE:/etc/hostname",
        "file://localhost/etc/hostname.png",
        "../outside.png",
        "%2e%2e/outside.png",
        "..%2foutside.png",
        "link.png",
        "data:image/png;base64,AAAA",
        "inside.txt",
        "ftp://localhost/x.png",
        "file:///pictures//etc/hostname",
        "file:///pictures/%2e%2e/outside.png",
        "file:///pictured/../outside.png",
    ],
)
def test_nothing_outside_the_pictures_folder_is_read(source: str, tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    folder.mkdir()
    picture = b"\x89PNG\r\n\x1a\n"
    (tmp_path / "outside.png").write_bytes(picture)
    (folder / "inside.txt").write_bytes(picture)
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    said = complaint(f"<p><img src='{source}' alt='x'></p>", folder=folder)
    assert "is not a picture of this bank" in said
    assert str(tmp_path) not in said


@pytest.mark.parametrize("host", ["http://localhost", "file://localhost", "ftp://localhost"])
def test_no_host_is_asked_for_a_picture_that_is_here(host: str, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("L", (8, 8)).save(tmp_path / "dot.png")
    body = f"<p><img src='{host}{tmp_path}/dot.png' alt='a dot'></p>"
    assert "is not a picture of this bank" in complaint(body, folder=tmp_path)


def test_a_picture_of_the_bank_is_printed(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("L", (8, 8)).save(tmp_path / "dot.png")
    body = "<p><img src='dot.png' alt='a dot'></p>"
    assert guarded(typeset, job(body, folder=tmp_path)).pdf


def test_the_same_job_gives_the_same_bytes() -> None:
    body = "<h1>Same</h1><p>text <b>bold</b> <i>italic</i></p>"
    assert printed(body).pdf == printed(body).pdf


def test_a_job_and_its_result_can_be_sent_elsewhere() -> None:
    sent = pickle.loads(pickle.dumps(job("<p>x</p>")))  # noqa: S301
    made = guarded(typeset, sent)
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301


def test_an_error_comes_out_of_the_child_with_its_problems() -> None:
    with pytest.raises(LayoutError) as caught:
        guarded(typeset, job("<p>x</p>", "p { colour: red } p { colr: red }"))
    assert len(caught.value.problems) == 2


def test_where_a_picture_lies_changes_no_byte(tmp_path: Path) -> None:
    """The engine names it in the file by a digest of its address."""
    from PIL import Image

    made = []
    for name in ("here", "there, elsewhere"):
        (tmp_path / name / "cards").mkdir(parents=True)
        Image.new("L", (8, 8)).save(tmp_path / name / "cards/a dot.png")
        body = "<p><img src='cards/a%20dot.png' alt='a dot'></p>"
        made.append(guarded(typeset, job(body, folder=tmp_path / name)).pdf)
    assert made[0] == made[1]
    assert b"/Image" in made[0]
