"""Our Markdown: what becomes of a writer's signs on the page."""

from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
import small_bank
from click.testing import CliRunner

from pharmdocs.bank.load import load_bank
from pharmdocs.bank.markup import Scope, html, inline, normalise, parse, plain
from pharmdocs.bank.model import Prose, Term
from pharmdocs.cli import main
from pharmdocs.errors import Location, Problem

HERE = Location("q01.md", 1)


def prose(text: str) -> Prose:
    """Markdown in which nothing is refused."""
    problems: list[Problem] = []
    tokens = parse(text, "q01.md", 1, (2, 3), problems)
    assert problems == []
    return Prose(tuple(tokens), HERE)


def printed(text: str, scope: Scope | None = None) -> str:
    return inline(prose(text), scope or Scope("q01"))


def terms(**names: Sequence[str]) -> tuple[Term, ...]:
    """Terms by id, each with the names under which a text may use it."""
    empty = Prose((), HERE)
    return tuple(Term(f"t-{key}", key, tuple(words), empty) for key, words in names.items())


@pytest.mark.parametrize(
    ("written", "page"),
    [
        ("at [your pharmacy]", 'at <span class="placeholder">[your pharmacy]</span>'),
        (
            "[a] and [b]",
            '<span class="placeholder">[a]</span> and <span class="placeholder">[b]</span>',
        ),
        ("**[two years]**", '<strong><span class="placeholder">[two years]</span></strong>'),
        (r"[R&amp;D 1\|2]", '<span class="placeholder">[R&amp;D 1|2]</span>'),
        ("[R & D]", '<span class="placeholder">[R &amp; D]</span>'),
        ("[Q02](#q02)", "<a>Q02</a>"),
        (r"\[not to fill in\]", "[not to fill in]"),
        ("[]", "[]"),
    ],
)
def test_brackets_that_no_link_follows_are_a_placeholder(written: str, page: str) -> None:
    assert printed(written) == page


@pytest.mark.parametrize(
    ("written", "page"),
    [
        ('"Stop," she said.', "“Stop,” she said."),
        ("\"Is it 'daily' or not?\"", "“Is it ‘daily’ or not?”"),
        ("I don't. The patients' bags.", "I don’t. The patients’ bags."),
        ('("twice")', "(“twice”)"),
        ('*"Stop"*', "<em>“Stop”</em>"),
        ("“Stop,” she said. I don’t.", "“Stop,” she said. I don’t."),
    ],
)
def test_straight_quotation_marks_are_printed_curly(written: str, page: str) -> None:
    assert printed(written) == page


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("5 \u03bcg", "5 \u00b5g", id="unit"),
        pytest.param("5 \u00b5g", "5 \u00b5g", id="micro sign"),
        pytest.param("(\u03bc)", "(\u00b5)", id="alone"),
        pytest.param("μορφή", "μορφή", id="first letter of a Greek word"),
        pytest.param("νόμος", "νόμος", id="inside a Greek word"),
        pytest.param("γάμμ", "γάμμ", id="end of a Greek word"),
        pytest.param("ta\u200bblet", "tablet", id="a word that would be two where it breaks"),
    ],
)
def test_the_micro_sign_has_one_code_point_and_greek_keeps_its_mu(written: str, kept: str) -> None:
    assert normalise(written) == kept


def test_the_micro_sign_is_the_same_in_a_title_and_in_a_body(tmp_path: Path) -> None:
    folder = small_bank.lay(tmp_path)
    file = folder / "q01.md"
    text = file.read_text(encoding="utf-8")
    text = text.replace("What do you check in q01?", "Is it 5 \u03bcg?").replace(
        "They want a routine.", "They want 5 \u03bcg."
    )
    file.write_text(text, encoding="utf-8")
    question = load_bank(folder, "content/small").questions[0]
    assert (question.title, plain(question.why)) == ("Is it 5 \u00b5g?", "They want 5 \u00b5g.")


def test_a_heading_of_a_chapter_and_a_term_are_read_like_any_text(tmp_path: Path) -> None:
    """They stood on paper with the signs of their markup."""
    folder = small_bank.lay(tmp_path)
    head, written = "---\ntitle: T\nshort_title: T\n", r"*Will*-call R&amp;D \* “x” [you]"
    (folder / "parts").mkdir()
    part = f"{head}layout: prose\n---\n\nx\n\n## {written}\n\ny\n"
    (folder / "parts/the-part.md").write_text(part, encoding="utf-8")
    (folder / "glossary.md").write_text(f"{head}---\n\n## {written}\n\nz\n", encoding="utf-8")
    bank = (folder / "bank.toml").read_text("utf-8")
    bank = bank.replace("[categories", '[booklet]\nbefore = ["the-part"]\n\n[categories', 1)
    (folder / "bank.toml").write_text(bank, encoding="utf-8")
    found = load_bank(folder, "content/small")
    [section], [term] = found.book.before[0].sections, found.glossary
    assert section.title == term.title == "Will-call R&D * “x” [you]"


def test_paragraphs_and_items_of_a_plain_card_are_lines() -> None:
    assert printed("A\nb.\n\nC.\n\n- d\n- e", None) == "A\nb.<br>C.<br>d<br>e"


def test_the_first_use_of_a_term_is_marked_and_no_other() -> None:
    scope = Scope("q01", terms(vial=["vial"]))
    first = '<span id="t-vial-q01">vial</span>'
    assert printed("A vial, a vial.\n\nA vial.", scope) == f"A {first}, a vial.<br>A vial."
    assert printed("A vial.", scope) == "A vial."


@pytest.mark.parametrize(
    ("written", "marked"),
    [
        ("The vial is full.", "vial"),
        ("Two vials are full.", "vials"),
        ("Vials are full.", "Vials"),
        ("A pill box holds them.", "pill box"),
        ("Two Pill Boxes hold them.", "Pill Boxes"),
        ("The NDC is read.", "NDC"),
        ("Both NDCs are read.", "NDCs"),
        ("The ndc is read.", None),
        ("A vialful is enough.", None),
        ("The travial road.", None),
        ("The NDC2 is read.", None),
        ("A pillbox holds them.", None),
        ("Işık fills a vıal.", None),
    ],
)
def test_a_term_is_known_by_these_spellings(written: str, marked: str | None) -> None:
    """Words in any case, abbreviations only as they are spelled; a plural, but no other word."""
    scope = Scope("q01", terms(vial=["vial"], box=["pill box"], ndc=["NDC"]))
    found = [part.partition("</span>")[0].partition(">")[2] for part in
             printed(written, scope).split("<span")[1:]]  # fmt: skip
    assert found == ([marked] if marked else [])


def test_the_longer_of_two_terms_is_the_one_that_is_used() -> None:
    scope = Scope("q01", terms(vial=["vial"], cap=["vial cap"], amber=["amber vial"]))
    page = printed("A vial cap. An amber vial.", scope)
    assert page == (
        'A <span id="t-cap-q01">vial cap</span>. An <span id="t-amber-q01">amber vial</span>.'
    )


def test_an_abbreviation_marks_the_term_that_is_written_out_elsewhere() -> None:
    scope = Scope("q01", terms(code=["National Drug Code", "NDC"]))
    page = printed("The NDC is the national drug code.", scope)
    assert page == 'The <span id="t-code-q01">NDC</span> is the national drug code.'


def test_a_table_keeps_the_bars_that_are_escaped() -> None:
    page = html(prose("| a | b |\n|---|---|\n| 1 | 2 \\| 3 |\n"), Scope("q01"))
    rows = page.replace("\n", "").split("<tr>")[1:]
    assert [row.count("<th>") + row.count("<td>") for row in rows] == [2, 2]
    assert "<td>2 | 3</td>" in rows[1]


@pytest.mark.parametrize(
    "table",
    [
        "| a | b |\n|---|---|\n| 1 | |\n",
        "a | b\n---|---\n1 | 2\n",
        "a | b\n---|---\n1 | 2 \\|\n",
        "  | a | b |\n  |---|---|\n  | 1 | 2 |\n",
        "> | a | b |\n> |---|---|\n> | 1 | 2 |\n",
        "- | a | b |\n  |---|---|\n  | 1 | 2 |\n",
        "1. | a | b |\n   |---|---|\n   | 1 | 2 |\n",
    ],
    ids=[
        "an empty cell",
        "no outer bars",
        "a bar at the end",
        "indented",
        "quoted",
        "in a list",
        "in steps",
    ],
)
def test_a_table_whose_rows_have_all_their_cells_is_sound(table: str) -> None:
    assert html(prose(table), Scope("q01")).count("<td>") == 2


def test_a_link_leads_to_its_page_with_the_word_for_it() -> None:
    scope = Scope("q01", see=("page", "p."), targets=frozenset({"q02"}))
    assert 'class="see"' in printed("[Q02](#q02)", scope)
    assert 'href="#q02"' in printed("[Q02](#q02)", scope)


def test_a_link_to_what_was_not_selected_keeps_its_words_and_leads_nowhere() -> None:
    scope = Scope("q01", see=("page", "p."), targets=frozenset({"q02"}))
    assert printed("And [question 3](#q03)?", scope) == "And <a>question 3</a>?"


def test_a_paragraph_is_read_without_its_markup() -> None:
    text = "**Stop**, then\n[ask](#q02) at [your pharmacy]."
    assert plain(prose(text)) == "Stop, then ask at [your pharmacy]."


def test_a_picture_alone_is_a_paragraph_of_its_own_kind() -> None:
    """So that a page does not indent it; one in a line of text is part of that line."""
    alone, within = "![a vial](vial.png)", "Like ![a vial](vial.png)"
    made = html(prose(f"One.\n\n{alone}\n\n{within}\n\n- {alone}"), Scope("q01"))
    assert made.count("<p") == made.count("</p>") == 3
    assert '<p class="picture"><img src="vial.png" alt="a vial" /></p>' in made
    assert '<p>Like <img src="vial.png"' in made
    assert '<li><img src="vial.png"' in made


def test_text_in_four_lists_is_printed_and_in_five_refused() -> None:
    """Deeper than the parser reaches, text would vanish."""
    levels = [f"{'  ' * level}- level {level}\n" for level in range(40)]
    assert "level 3" in html(prose("".join(levels[:4])), Scope("q01"))
    for depth in range(5, 41):
        problems: list[Problem] = []
        parse("".join(levels[:depth]), "q01.md", 1, (), problems)
        assert [p.what for p in problems] == ["lists or quotations nested too deeply"]


def test_a_picture_between_paragraphs_begins_where_their_lines_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a paragraph that follows another one is indented, by 14 points."""
    bank = small_bank.lay(tmp_path)
    named = 'xmlns="http://www.w3.org/2000/svg" width="200" height="80"'
    svg = f'<svg {named}><path d="M0 0H200V80H0z"/></svg>'
    (bank / "box.svg").write_text(svg, encoding="utf-8")
    text = small_bank.question(1, 2)
    more = "Alpha.\n\n![a black box](box.svg)\n\nBeta.\n\nGamma."
    (bank / "q01.md").write_text(text.replace("Say what comes first.", more), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["build", "booklet"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    with pypdfium2.PdfDocument(tmp_path / "output/booklet.pdf") as document:
        (page,) = [it for it in document if "Alpha." in it.get_textpage().get_text_range()]
        shown = page.get_textpage()
        whole = shown.get_text_range()
        words = ("Alpha", "Beta", "Gamma")
        alpha, beta, gamma = (shown.get_charbox(whole.index(it), loose=True)[0] for it in words)
        boxes = [it.get_bounds() for it in page.get_objects(max_depth=3)]
    # 200 pixels of a style sheet are 150 points.
    (left,) = [box[0] for box in boxes if abs(box[2] - box[0] - 150) < 0.5]
    assert left == pytest.approx(alpha, abs=0.5)
    assert beta == pytest.approx(alpha, abs=0.5)
    assert gamma == pytest.approx(alpha + 14, abs=0.5)


def test_a_cell_beside_one_whose_word_breaks_at_its_hyphen_is_read_as_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build was refused: one way of reading a page has no end of a line there."""
    bank = small_bank.lay(tmp_path)
    head = "| co\u00adop252 | µg253 | re-do254 | ~x255 | ı256 | in\u2060one257 | …258 | ℞259 |"
    row = "| co\u00adop268 | №269 | Ελλάς270 | …271 | x²272 | №273 | re-do274 "
    row += "| dihydrochloride275 |"
    table = f"{head}\n{'|---' * 8}|\n{row}"
    text = small_bank.question(1, 2).replace("Say what comes first.", table)
    (bank / "q01.md").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["build", "booklet"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
