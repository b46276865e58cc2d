"""A text is the same whether its tokens are shared or not, and takes a fraction of the memory."""

import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.token import Token

from pharmdocs.bank import markup
from pharmdocs.bank.markup import Scope, html, inline, links, plain
from pharmdocs.bank.model import Prose
from pharmdocs.bank.slim import paragraph
from pharmdocs.errors import Location

TEXT = """\
## Why

A *b* **c *d*** [your pharmacy] and [Q2](#q02), μg, 5–10.
Next line.

- one **two**
- one **two**
    - deeper

> said

| a | b |
|:--|--:|
| 1 | **2** |

![a tray](tray.svg)
"""


def prose(text: str) -> Prose:
    return Prose(tuple(markup.parse(text, "q.md", 7, (2,), [])), Location("q.md", 7))


def test_a_text_is_as_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    slim = prose(TEXT)
    monkeypatch.setattr(markup, "slimmed", lambda tokens: tokens)
    full = prose(TEXT)
    assert slim.tokens == full.tokens
    assert list(links(slim)) == list(links(full)) == [("q02", 9)]
    for see in (lambda it: html(it, Scope("q01")), lambda it: inline(it, Scope("q01")), plain):
        assert see(slim) == see(full)


def test_what_is_alike_is_there_once() -> None:
    one, other = (prose("a **b** c").tokens for _ in range(2))
    assert one[2] is other[2]
    assert [a is b for a, b in zip(inside(one[1]), inside(other[1]), strict=True)] == [
        False, True, False, True, False,
    ]  # fmt: skip
    assert one[0].map is one[1].map
    assert one[0].map is not other[0].map


def inside(token: Token) -> list[Token]:
    return token.children or []


def test_a_card_of_few_words_takes_two_thirds(monkeypatch: pytest.MonkeyPatch) -> None:
    slim = size()
    monkeypatch.setattr(markup, "slimmed", lambda tokens: tokens)
    assert slim < 0.65 * size()
    assert slim < 2_000


def size() -> float:
    """Bytes for a face of a card."""
    prose(TEXT)
    tracemalloc.start()
    kept = [prose(f"It *is* **word {number}**, and more.") for number in range(500)]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(kept)


SIGNS = "abz Zéßı1290,.;:?()/%°–—…-\u2060\u0301_*`[]<>&!#|\"'\\~+=^$@{}\t\n"
PIECES = st.sampled_from([*SIGNS, "  ", "(c) ", "1. ", "- "])


@given(st.lists(PIECES, min_size=1, max_size=12).map("".join) | st.text(max_size=12))
@example("a _word_ between")
@example("a space at the end ")
@example("What does BID mean: twice a day, 5\u2060–\u206010 mg (two tablets)?")
def test_plain_words_are_what_the_parser_makes_of_them(text: str) -> None:
    found = paragraph(text, 0)
    if found is not None:
        assert found == markup._parser("“”‘’").parse(text)


def test_plain_words_need_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(markup, "_parser", asked.append)
    assert plain(prose("What does BID mean: twice a day, 5–10 mg?")) == (
        "What does BID mean: twice a day, 5–10 mg?"
    )
    assert asked == []
