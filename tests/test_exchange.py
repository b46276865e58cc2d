"""Banks to other programs and back: what goes along, and that the rest is told."""

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from small_bank import lay

from pharmdocs.bank.exchange.bank import deck_from, files_of
from pharmdocs.bank.exchange.note import Note, deck_of, escaped
from pharmdocs.bank.exchange.read import read_notes
from pharmdocs.bank.exchange.written import FORMATS, flat, to_csv, to_markdown, to_tsv
from pharmdocs.bank.load import load_bank
from pharmdocs.cli import exchange, main

ROOT = Path(__file__).resolve().parent.parent
SIG = ROOT / "content" / "sig-codes"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["bank", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def imported(project: Path, name: str, text: str, *options: str) -> tuple[Result, Path]:
    (project / name).write_text(text, encoding="utf-8")
    return run("import", name, *options), project / "content" / Path(name).stem


def cards(place: Path) -> list[tuple[str, ...]]:
    """Id, front, back, category and tags of each card of a bank that loads."""
    bank = load_bank(place, "content/x")
    rows = csv.reader(io.StringIO((place / "cards.csv").read_text(encoding="utf-8")))
    assert next(rows) == ["id", "front", "back", "category", "tags"]
    found = [tuple(row) for row in rows]
    assert len(found) == len(bank.cards)
    return found


# Out ----------------------------------------------------------------------------------------------


def test_the_formats_that_are_offered_are_those_there_are() -> None:
    assert (*FORMATS, "anki") == exchange.FORMATS


def test_a_question_goes_along_as_a_card_and_the_rest_is_told(project: Path) -> None:
    lay(project)
    result = run("export", "--bank", "small")
    assert result.exit_code == 0
    assert "output/small.csv: 2 cards" in result.stdout.replace("\\", "/")
    assert "the sample answer" in result.stderr
    text = (project / "output/small.csv").read_text(encoding="utf-8")
    first = next(csv.DictReader(io.StringIO(text)))
    assert first["id"] == "q01"
    assert first["front"] == "What do you check in q01?"
    assert first["back"].startswith("**Look twice**\n\n- Look\n- Look again\n- Ask\n\n*“And then?”")
    assert (first["category"], first["tags"]) == ("safety", "accuracy")


def test_quizlet_gets_a_line_a_card_and_two_columns(project: Path) -> None:
    lay(project)
    result = run("export", "--bank", "small", "--format", "tsv", "-o", "quizlet.txt")
    assert "ids, categories, tags and emphasis" in result.stderr
    lines = (project / "quizlet.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t")[0] == "What do you check in q01?"
    assert lines[0].split("\t")[1].startswith("Look twice · Look · Look again · Ask · “And then?”")
    assert [line.count("\t") for line in lines] == [1, 1]


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("**a** and *b*", "a and b"),
        ("- one\n- two", "one · two"),
        ("a\nb\n\nc", "a b · c"),
        ("=1+2", "=1+2"),
        ("a\tb", "a b"),
        (r"\*not\* markup", "*not* markup"),
    ],
)
def test_a_line_for_others_has_no_markup(markdown: str, line: str) -> None:
    assert flat(markdown) == line


# There and back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["csv", "markdown"])
def test_a_round_trip_gives_the_same_bank(format_: str, project: Path) -> None:
    ending = FORMATS[format_][0]
    assert (
        run("export", "--bank", "sig-codes", "--format", format_, "-o", f"sig.{ending}").exit_code
        == 0
    )
    result = run("import", f"sig.{ending}", "--title", "Sig Codes")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    was, now = cards(SIG), cards(project / "content" / "sig")
    assert now == [tuple(cell.strip() for cell in row) for row in was]


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    min_size=1,
    max_size=60,
).filter(lambda text: text.strip() == text and text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_any_plain_text_comes_back_as_it_reads(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    """As a plain table it goes in; as Markdown of ours it goes round, and reads the same."""
    folder = tmp_path_factory.mktemp("x")
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [("front", "back"), *pairs]
    )
    (folder / "deck.csv").write_text(out.getvalue(), encoding="utf-8")
    notes = read_notes(folder / "deck.csv").notes
    deck = deck_from("deck", "Deck", "en-US", notes)
    for ending, make in (("csv", to_csv), ("md", to_markdown)):
        (folder / f"again.{ending}").write_text(make(deck), encoding="utf-8", newline="")
        again = read_notes(folder / f"again.{ending}")
        assert [(it.id, it.front, it.back) for it in again.notes] == [
            (it.id, it.front, it.back) for it in notes
        ]
        assert not again.left


@pytest.mark.parametrize(
    "text",
    ["*a*", "_b_", "# c", "1. d", "- e", "+ f", "<b>g</b>", "[h](i)", "`j`", "> k", "\\l", "==="],
)
def test_signs_of_others_are_no_markup(text: str) -> None:
    assert flat(escaped(text)) == text


# In -----------------------------------------------------------------------------------------------


def test_a_deck_becomes_a_bank_that_prints(project: Path) -> None:
    text = "Term\tDefinition\tDeck\nBID\ttwice a day\tWhen\nPO\tby mouth\tRoute\n"
    result, place = imported(project, "sig.tsv", text)
    assert result.exit_code == 0, result.output
    assert "2 cards in 2 categories" in result.stdout
    assert cards(place) == [
        ("bid", "BID", "twice a day", "when", ""),
        ("po", "PO", "by mouth", "route", ""),
    ]
    built = CliRunner().invoke(main, ["build", "flashcards", "--bank", "sig"])
    assert built.exit_code == 0, built.output


@pytest.mark.parametrize(
    ("name", "text", "cards"),
    [
        ("a.csv", "What is BID?,twice a day\n", [("what-is-bid", "What is BID?", "twice a day")]),
        ("a.txt", "x y\tz\nx y\tw\n", [("x-y", "x y", "z"), ("x-y-2", "x y", "w")]),
        ("a.csv", "q;a\nWas?;Das\n", [("was", "Was?", "Das")]),
        ("a.csv", 'front,back\n"a, b","c\nd"\n', [("a-b", "a, b", "c\n\nd")]),
        ("a.csv", "front,back\n3x daily,TID\n", [("card-3x-daily", "3x daily", "TID")]),
        ("a.csv", "front,back\n¿Qué?,αβγ\n", [("que", "¿Qué?", "αβγ")]),
        (
            "anki.txt",
            "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"
            "#tags column:6\nGx9\tBasic\tSig::When\t<b>BID</b>\ttwice<br>a day\tone two\n",
            [("gx9", "**BID**", "twice\\\na day")],
        ),
        (
            "l.md",
            "# Mine\n\n## What?\n\nThis.\n\n- a\n- b\n",
            [("what", "What?", "This.\n\n- a\n- b")],
        ),
    ],
)
def test_decks_of_all_kinds_are_read(
    name: str, text: str, cards: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_notes(tmp_path / name)
    assert [(it.id, it.front, it.back) for it in found.notes] == cards
    assert not found.left


def test_a_text_of_others_is_no_formula_in_a_spreadsheet() -> None:
    assert not escaped("=HYPERLINK(1)").startswith(("=", "+", "-", "@"))


def test_ankis_columns_are_known_by_their_numbers(tmp_path: Path) -> None:
    text = "#separator:Tab\n#tags column:3\n#deck column:1\nSig::When\tBID\tone two\ttwice\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (note,) = read_notes(tmp_path / "a.txt").notes
    assert note == Note("bid", "BID", "twice", "Sig::When", ("one", "two"))
    deck = deck_from("a", "A", "en-US", (note,))
    assert [(it.key, it.name) for it in deck.categories] == [("sig-when", "When")]


LEFT = [
    ("a.csv", "front,back\nonly a front,\nx,y\n", "a.csv:2: a card without a back"),
    ("a.csv", "front,back\nx,y,more\n", "a.csv:2: a cell that belongs to no column: `more`"),
    ("a.csv", 'front,back\nx,"<img src=""p.png"">y"\n', "a.csv:2: a picture (p.png) was left out"),
    ("a.csv", "front,back\nx,y [sound:z.mp3]<br>\n", "a.csv:2: a sound (z.mp3) was left out"),
    (
        "a.csv",
        "front,hint,back\nx,h,y\nx,i,y\n",
        "a.csv:2: the column `hint` is not read, and 2 cells",
    ),
    ("a.csv", 'f,"<img src=p.png>"\nx,y\n', "a.csv:1: a card without a back was left out"),
    ("a.csv", 'x,"<a href=https://e.example>y</a>"\n', "the address of a link (https://e.example)"),
    ("a.csv", 'x,"<table><tr><td>y"\n', "a.csv:1: a table became lines"),
    (
        "a.md",
        "lost\n\n## x\n\ny\n",
        "a.md:1: a text before the first ## heading belongs to no card",
    ),
]


@pytest.mark.parametrize(("name", "text", "told"), LEFT)
def test_what_does_not_come_along_is_told_with_its_line(
    name: str, text: str, told: str, project: Path
) -> None:
    result, _ = imported(project, name, text)
    assert result.exit_code == 0, result.output
    assert told in result.stderr


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<script>alert(1)</script>x<style>p{}</style>", "x"),
        ('<a href="javascript:x()">y</a>', "y"),
        ('<b onclick="x()">y</b>', "**y**"),
        ("a&nbsp;&lt; b", r"a < b"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<div>a</div><div>*b*</div>", "a\n\n\\*b\\*"),
        ("10<sup>9</sup> H<sub>2</sub>O 1<sup>st</sup> 10<sup>-3</sup>", "10⁹ H₂O 1st 10^(-3)"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", "a · b\n\nc"),
        ("<h1>a</h1>b<hr>c", "a\n\nb\\\nc"),
        ("<b>Note:</b>b", "Note:b"),
        ("<b><div>a</div><div>b</div></b>", "a\n\nb"),
        ("<b>a<br></b>b", "**a**\\\nb"),
        ("a&#27;[31mb", "a \\[31mb"),
    ],
)
def test_html_is_cleaned_and_reduced(html: str, text: str, tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out).writerow(("f", html))
    (tmp_path / "a.csv").write_text("#html:true\n" + out.getvalue(), encoding="utf-8")
    (note,) = read_notes(tmp_path / "a.csv").notes
    assert note.back.replace("&lt;", "<").replace(r"\<", "<") == text


REFUSED = [
    ("a.csv", f"x,{'y' * 200_000}\n", "a.csv:1: a cell of more than 131,072 characters"),
    ("a.csv", "", "a.csv: is empty"),
    ("a.csv", "front,back\n", "a.csv: has no cards"),
    ("a.csv", 'front,back\n"x,y\n', "a.csv:2: a quotation mark that is not closed"),
    ("a.pdf", "x", "a.pdf: is of a kind that is not read"),
    ("a.md", "# T\n\nnothing\n", "a.md: has no cards"),
]


@pytest.mark.parametrize(("name", "text", "told"), REFUSED)
def test_a_file_that_is_no_deck_is_refused(name: str, text: str, told: str, project: Path) -> None:
    result, place = imported(project, name, text)
    assert result.exit_code == 3
    assert told in result.stderr
    assert not place.exists()


def test_all_that_was_left_out_stands_beside_the_cards(project: Path) -> None:
    text = "front,back\nx,y\n" + "only a front,\n" * 12
    result, place = imported(project, "a.csv", text)
    assert result.stderr.count("warning: ") == 8
    assert "and 4 more, all in" in result.stderr
    told = (place / "left-out.txt").read_text(encoding="utf-8").splitlines()
    assert told[::2] == [
        f"a.csv:{line}: a card without a back was left out" for line in range(3, 15)
    ]
    assert cards(place) == [("x", "x", "y", "a", "")]


def test_a_file_that_would_exhaust_the_reader_is_refused(project: Path) -> None:
    result, place = imported(project, "a.csv", "f,b\nx," + "<ul><li>" * 5_000 + "y\n")
    assert result.exit_code == 3
    assert "a.csv: is damaged, or takes more memory or time than any deck needs" in result.stderr
    assert not place.exists()


def test_a_bank_that_is_there_stays(project: Path) -> None:
    lay(project)
    before = sorted(project.rglob("*"))
    result, _ = imported(project, "small.csv", "a,b\n")
    assert result.exit_code == 6
    assert "there is a bank small already" in result.stderr
    assert sorted(project.rglob("*")) == sorted([*before, project / "small.csv"])


def test_the_same_file_gives_the_same_bank(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\nz,w\n", encoding="utf-8")
    made = [
        files_of(deck_from("a", "A", "en-US", read_notes(tmp_path / "a.csv")[1]), "2026-11-27")
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_every_card_of_the_interview_goes_to_quizlet() -> None:
    deck = deck_of(load_bank(ROOT / "content/interview", "content/interview"))
    lines = to_tsv(deck).splitlines()
    assert len(lines) == 25
    assert all(line.count("\t") == 1 and all(line.split("\t")) for line in lines)
