"""Tokens as small as they can be: what is alike is there once.

A token as the parser leaves it takes 400 bytes, most of them for what is empty, and a bank has
hundreds of thousands. Nobody may change a token that has gone through here.
"""

import re
from collections.abc import Sequence
from typing import Any

from markdown_it.token import Token

_EMPTY: dict[Any, Any] = {}
# Ends of paragraphs, of strong words and so on. What an author writes has no part in them, but for
# how deep they lie, so they are few.
_SIGNS: dict[tuple[Any, ...], Token] = {}


def slimmed(tokens: list[Token]) -> list[Token]:
    """The tokens, with what is empty or equal shared; signs without a text are one token."""
    lines: list[int] | None = None
    for token in tokens:
        if token.map == lines:
            token.map = lines
        lines = token.map
        if token.children is not None:
            # Made anew, because a list that has grown keeps room to grow further.
            token.children = [_slim(child, token.content) for child in token.children]
    return [_slim(token, "") for token in tokens]


# Words, figures and signs that mean nothing in Markdown, on one line that begins with a letter.
_WORDS = re.compile(r"[^\W\d_][\w ,.;:?()/%°–—…\u2060-]*(?<! )")


def paragraph(text: str, line: int) -> list[Token] | None:
    """What is left of a line of plain words, as most cards have it; None of all other texts.

    The parser takes ten times as long to see that there is nothing to do.
    """
    if "_" in text or not _WORDS.fullmatch(text):
        return None
    place = [line, line + 1]
    word = Token("text", "", 0, _EMPTY, None, 0, None, text, "", "", _EMPTY)
    inside = Token("inline", "", 0, _EMPTY, place, 1, [word], text, "", "", _EMPTY, True)
    return [Token("paragraph_open", "p", 1, _EMPTY, place, meta=_EMPTY, block=True), inside, _CLOSE]


def weight(tokens: Sequence[Token]) -> int:
    """How many pieces a text makes: tokens; one with an address or a style counts as four."""
    found = 0
    for token in tokens:
        found += 4 if token.attrs else 1
        for child in token.children or ():
            found += (4 if child.attrs else 1) + len(child.children or ())
    return found


def holds(tokens: Sequence[Token], kind: str) -> bool:
    """Whether there is a token of a kind in any of the lines; a deck has thousands of texts."""
    for token in tokens:
        for child in token.children or ():
            if child.type == kind:
                return True
    return False


def _slim(token: Token, above: str) -> Token:
    """The token, or the one that is like it; `above` is the text of the one that it stands in."""
    token.attrs, token.meta = token.attrs or _EMPTY, token.meta or _EMPTY
    if token.content == above:
        token.content = above
    if token.attrs or token.meta or token.map or token.children or token.content:
        return token
    rest = (token.nesting, token.level, token.markup, token.info, token.block, token.hidden)
    return _SIGNS.setdefault((token.type, token.tag, *rest), token)


_CLOSE = _slim(Token("paragraph_close", "p", -1, block=True), "")
