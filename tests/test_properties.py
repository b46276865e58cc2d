"""Whatever a file holds and whatever is typed: a report, or a bank that can be printed.

No other exception may come out, however broken the input is.
"""

import contextlib
from pathlib import Path

import pytest
import written_cases
from hypothesis import given
from hypothesis import strategies as st

from pharmdocs.bank.load import load_bank
from pharmdocs.bank.markup import Scope, html, inline, plain
from pharmdocs.bank.model import Bank
from pharmdocs.bank.select import select
from pharmdocs.build import Request, read_bank
from pharmdocs.errors import PharmdocsError, SelectionError
from pharmdocs.project import find_project

FILES = {
    "pharmdocs.toml": "pharmdocs.toml",
    "bank.toml": "content/tiny/bank.toml",
    "checklist.toml": "content/tiny/checklist.toml",
    "cards.csv": "content/tiny/cards.csv",
    "question": "content/tiny/q01-count.md",
    "part": "content/tiny/parts/the-role.md",
    "glossary": "content/tiny/glossary.md",
}
[BASE] = written_cases.read(written_cases.CASES / "base.md")
SOUND = {name: text for _, name, text in BASE.fences}

# What the readers look at; between them anything at all.
SIGNS = st.sampled_from(
    [
        *"\n\t\r\0\ufeff #-*_`~|\\\"'[](){}<>&!:,.=%@+/^0123456789aqıİ²٣μ中😀",
        "---\n", "\n---\n", "...\n", "\r\n", "## ", "# ", "- ", "    ", "> ", "1. ", "```", "|---|",
        '"""', "'''", "[[", "]]", "](#q02)", "](#", "![](", "<!--", "<b>", "&#0;", "&amp;", "<<: ",
        ": ", "!!str ", " #", "? ", "| ", "2026-02-30", "1e999", "nan", "true", "null",
        "id", "title", "category", "[categories.bench]", "[booklet]", "format = ", "#q01",
        "\\u0000", "*a", "&a",
    ]
)  # fmt: skip
NOISE = st.one_of(st.lists(SIGNS, max_size=30).map("".join), st.text(max_size=40))


# Lines that are sound in their own format and still more than a reader hopes for.
LINES = st.sampled_from(
    [
        "language = 5", "language = [1]", "paper = true", "x = 1979-05-27", "[x]", "[[group]]",
        "x = " + "[" * 3000, "x = " + "1" * 5000, "[categories.x]", "name.x = 1", "x: [[a]]",
        "x: {a: b}", "? x", "<<: x", "id: []", "title:", "- x", "| a | b |", "---", "## Pitfall",
        "q01,a,b,bench,", 'x,"a', ",,,,", "> " * 50, "- " * 50, "# x", "#### x", "[x]: y", "<x",
    ]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, sound: str) -> bytes:
    """A sound file in which a few lines, and a few stretches, are cut out or written over."""
    lines = sound.split("\n")
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(lines) - 1))
        lines[start : start + draw(st.integers(0, 2))] = [draw(LINES)]
    text = "\n".join(lines)
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 60)))
        kept = draw(st.sampled_from(["", text[start:end], 2 * text[start:end]]))
        text = text[:start] + kept + draw(NOISE) + text[end:]
    return text.encode("utf-8", "surrogatepass")


def contents(sound: str) -> st.SearchStrategy[bytes]:
    """Bytes of every kind: noise, text, and damaged copies of a sound file."""
    noise = NOISE.map(lambda text: text.encode("utf-8", "surrogatepass"))
    return st.one_of(damaged(sound), damaged(sound), st.binary(max_size=200), noise)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("properties")
    written_cases.lay(root)
    return root


def print_all(bank: Bank) -> None:
    """Turn every text of a bank into HTML and into plain words."""
    scope = Scope("q01", bank.glossary)
    for question in bank.questions:
        for prose in (question.why, question.how, question.sample, question.if_new):
            assert isinstance(html(prose, scope), str)
        for prose in (*question.card_points, question.follow_up, question.pitfall):
            assert isinstance(inline(prose, scope) + plain(prose), str)
    for prose in (face for card in bank.cards for face in (card.front, card.back)):
        assert isinstance(html(prose, scope), str)


@pytest.mark.system
@pytest.mark.parametrize("name", FILES)
def test_any_content_of_a_file_is_a_report_or_a_bank(name: str, project: Path) -> None:
    file = project / FILES[name]
    sound = SOUND[FILES[name]]

    @given(contents(sound))
    def read(data: bytes) -> None:
        file.write_bytes(data)
        with contextlib.suppress(PharmdocsError):
            print_all(read_bank(Request(find_project(project))))

    try:
        read()
    finally:
        file.write_text(sound, encoding="utf-8")


PIECES = st.sampled_from([*"q0129-: ²٣ıİ", "q01", "bid", "category:", "tag:", "9" * 5000])
TERMS = st.lists(PIECES, max_size=4).map("".join)
RANGES = st.tuples(TERMS, TERMS).map("-".join)
EXPRESSIONS = st.one_of(st.text(max_size=30), st.lists(TERMS | RANGES, max_size=4).map(",".join))


def test_any_selection_is_a_report_or_a_smaller_bank(project: Path) -> None:
    bank = load_bank(project / "content" / "tiny", "content/tiny")

    @given(EXPRESSIONS)
    def choose(expression: str) -> None:
        with contextlib.suppress(SelectionError):
            left = select(bank, expression)
            assert left.questions or left.cards

    choose()
