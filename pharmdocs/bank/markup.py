"""Markdown -> HTML: the one place that knows our dialect.

CommonMark and tables, curly quotes, and `[a placeholder]` for what the reader fills in. What a
printed page cannot use is refused with its line instead of being dropped: raw HTML, code, foreign
links, images without a file, a table row with a missing cell.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from pharmdocs.bank.model import Prose, Term
from pharmdocs.bank.slim import holds, paragraph, slimmed
from pharmdocs.bank.terms import spellings, uses
from pharmdocs.errors import Location, Problem

_REFUSED = {
    "html_block": ("raw HTML", "write Markdown; for a literal < write &lt;"),
    "html_inline": ("raw HTML", "write Markdown; for a literal < write &lt;"),
    "fence": ("a code block", "take the fence away; there is no code on these pages"),
    "code_block": ("a code block (indented by four spaces)", "begin the line at the margin"),
    "code_inline": ("code between backticks", "use **strong** or *emphasis*"),
    "hr": ("a rule", "leave it out; sections are spaced by the template"),
}
# Quotation marks, then those within others; for Spanish as the Real Academia's Ortografía has it.
_QUOTES = {"en": "“”‘’", "es": "«»“”"}
_IMAGES = (".png", ".jpg", ".jpeg", ".svg")

# Lists and quotations one inside the other: text at a level the parser does not reach would vanish
# without a word, so ours reaches far deeper than is allowed. A list counts twice, for its item too.
_DEEPEST = 8
# Quotation marks and open brackets take a time that grows with the square of a paragraph: 100,000
# characters of them took a minute. A page of print has 3,000.
_LONGEST = 4_000
# A page has room for fifteen columns of a word each; 5,000 took three minutes to be told so.
_WIDEST = 40


def _placeholder(state: StateInline, silent: bool) -> bool:
    """`[your pharmacy]`: brackets that no link follows."""
    match = re.match(r"\[([^\[\]\n]{1,60})\](?![(\[])", state.src[state.pos : state.pos + 64])
    if not match:
        return False
    if not silent:
        token = state.push("placeholder", "span", 0)
        token.content = unescapeAll(match[0])
    state.pos += len(match[0])
    return True


@cache
def _parser(quotes: str) -> MarkdownIt:
    options = {"typographer": True, "quotes": quotes, "maxNesting": 4 * _DEEPEST}
    parser = MarkdownIt("commonmark", options)
    # A link reference definition would vanish from the page without a word.
    parser.enable(["table", "smartquotes"]).disable(["reference", "lheading"])
    parser.inline.ruler.before("link", "placeholder", _placeholder)
    parser.core.ruler.before("inline", "longest", _empty_the_longest)
    return parser


def _empty_the_longest(state: StateCore) -> None:
    """Leave out what is too long to be looked at; `parse` tells it."""
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > _LONGEST:
            token.content, token.info = "", "long"


def normalise(text: str) -> str:
    """One code point for the micro sign, and number ranges that no line breaks.

    So a search for a dose finds it. The Greek letter mu next to another Greek letter is a letter;
    anywhere else it is the unit's. A zero-width space goes: broken there, a word would be two.
    """
    text = text.replace("\u200b", "")
    # The sign itself comes first: it is looked for much faster than what stands before it.
    text = re.sub(r"–(?<=\d–)(?=\d)", "\u2060–\u2060", text)
    return re.sub(r"\u03bc(?<![\u0370-\u03ff]\u03bc)(?![\u0370-\u03ff])", "\u00b5", text)


def parse(
    text: str, file: str, first_line: int, headings: tuple[int, ...], problems: list[Problem],
    language: str = "en-US",
) -> list[Token]:  # fmt: skip
    """The tokens of a Markdown text; everything the dialect refuses is noted as a problem.

    Args:
        text: Markdown.
        file: the name that problems carry.
        first_line: the line of the file on which the text begins; token lines are moved by it.
        headings: the heading levels allowed.
        problems: where problems are noted.
        language: a tag; says what becomes of straight quotation marks.
    """
    # In plain words nothing can be wrong.
    if len(text) <= _LONGEST and (plain := paragraph(text, first_line)):
        return plain
    lines = text.split("\n")
    tokens = _parser(_QUOTES.get(language[:2].lower(), _QUOTES["en"])).parse(text)
    found: dict[Problem, None] = {}

    def complain(line: int, what: str, fix: str) -> None:
        # Once a line: <b> and </b> are one mistake.
        found[Problem(Location(file, first_line + line), what, fix)] = None

    for token, line in _placed(tokens):
        if token.type == "table_open":
            _check_rows(lines, token, complain)
        if token.type == "heading_open" and int(token.tag[1]) not in headings:
            allowed = " or ".join("#" * level for level in headings) or "no"
            complain(line, f"a heading of level {token.tag[1]}", f"use {allowed} headings here")
        elif token.type == "heading_open" and token.level:
            complain(line, "a heading inside a list or a quotation", "begin it at the margin")
        if token.info == "long":
            what = f"a paragraph of more than {_LONGEST:,} characters"
            complain(line, what, "part it with empty lines")
        if token.type in _REFUSED:
            what, fix = _REFUSED[token.type]
            complain(line, f"{what} cannot be printed", fix)
        if token.type == "link_open":
            _check_link(str(token.attrs["href"]), line, complain)
        if token.type == "image" and not token.content.strip():
            complain(line, "an image without a description", "write ![what it shows](file)")
    if deep := [token for token in tokens if token.nesting == 1 and token.level > _DEEPEST]:
        line = (deep[0].map or [0])[0]
        complain(line, "lists or quotations nested too deeply", "use at most four, one in another")
    problems += found
    for token in tokens:
        if token.map:
            token.map = [number + first_line for number in token.map]
    return slimmed(tokens)


def sources(tokens: Iterable[Token]) -> Iterator[tuple[str, int]]:
    """The file of every image, and its line."""
    return ((str(it.attrs["src"]), at) for it, at in _placed(tokens) if it.type == "image")


def links(prose: Prose) -> Iterator[tuple[str, int]]:
    """The id that each internal link points to, without its `#`, and the link's line."""
    for token, line in _placed(prose.tokens if holds(prose.tokens, "link_open") else ()):
        if token.type == "link_open" and str(token.attrs["href"]).startswith("#"):
            yield str(token.attrs["href"])[1:], line


def _placed(tokens: Iterable[Token]) -> Iterator[tuple[Token, int]]:
    """Every token, those inside a paragraph too, with the line on which it stands."""
    line = 0
    for block in tokens:
        at = line = block.map[0] if block.map else line
        for token in (block, *(block.children or ())):
            yield token, at
            at += token.type in ("softbreak", "hardbreak")


def is_image(name: str) -> bool:
    """True for a plain relative path to a picture; climbing out of the folder is not plain."""
    plain = re.fullmatch(r"[\w.-]+(/[\w.-]+)*", name) and ".." not in name.split("/")
    return bool(plain) and name.lower().endswith(_IMAGES)


@dataclass
class Scope:
    """One place in the print-out: which terms are to be marked there, which already are.

    `headings` maps a level in the Markdown to the level on the page; `see` is what stands before a
    page number, in text and in a table, `targets` the ids that a link may lead to and `front` those
    of them whose pages are numbered in roman figures. `marked` grows while the place is rendered:
    a term's id and the anchor of its first use.
    """

    id: str
    terms: Sequence[Term] = ()
    headings: dict[int, int] = field(default_factory=dict)
    see: tuple[str, str] = ("", "")
    targets: frozenset[str] = frozenset()
    front: frozenset[str] = frozenset()
    marked: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spellings = spellings(self.terms)

    def mark(self, text: str) -> str:
        """The text as HTML, the first use of each term wrapped in an anchor for the index."""
        html, position = [], 0
        for start, end, term in uses(text, self.spellings):
            if term not in self.marked and start >= position:
                self.marked[term] = anchor = f"{term}-{self.id}"
                html += [escapeHtml(text[position:start]), f'<span id="{anchor}">']
                html += [escapeHtml(text[start:end]), "</span>"]
                position = end
        return "".join([*html, escapeHtml(text[position:])])


class _Html(RendererHTML):
    """HTML for a page: headings moved to their level, header cells with a scope, pictures named."""

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return str(env["scope"].mark(tokens[idx].content))

    def paragraph_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        kinds = [child.type for child in tokens[idx + 1].children or ()]
        alone = kinds == ["image"] and not tokens[idx].hidden
        return '<p class="picture">' if alone else self.renderToken(tokens, idx, options, env)

    def placeholder(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<span class="placeholder">{escapeHtml(tokens[idx].content)}</span>'

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        scope: Scope = env["scope"]
        href = str(tokens[idx].attrs["href"])
        if not href.startswith("#"):
            return f'<a href="{escapeHtml(href)}">'
        if href[1:] not in scope.targets:
            return "<a>"  # what it leads to was not selected for this print-out
        kind = "see front" if href[1:] in scope.front else "see"
        long, short = map(escapeHtml, scope.see)
        place = f'data-see="{long}" data-see-short="{short}" href="{escapeHtml(href)}"'
        return f'<a class="{kind}" {place}>'

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<{self._level(tokens[idx], env)}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"</{self._level(tokens[idx], env)}>\n"

    def _level(self, token: Token, env: Any) -> str:
        level = int(token.tag[1])
        return f"h{env['scope'].headings.get(level, level)}"


_PARSER = _parser(_QUOTES["en"])
_RENDERER = _Html(_PARSER)


def html(prose: Prose, scope: Scope) -> str:
    """The HTML of checked prose, in the place that the scope names."""
    return str(_RENDERER.render(prose.tokens, _PARSER.options, {"scope": scope}))


def inline(prose: Prose, scope: Scope) -> str:
    """The HTML of a paragraph or list item without its enclosing element; several are lines."""
    lines = [token.children or [] for token in prose.tokens if token.type == "inline"]
    return "<br>".join(
        # Most lines are nothing but words.
        scope.mark(line[0].content)
        if len(line) == 1 and line[0].type == "text"
        else _RENDERER.renderInline(line, _PARSER.options, {"scope": scope})
        for line in lines
    )


def plain(prose: Prose) -> str:
    """The words of the prose, without any markup."""
    return " ".join(
        "".join(
            " " if child.type in ("softbreak", "hardbreak") else child.content
            for child in token.children or ()
        )
        for token in prose.tokens
        if token.type == "inline"
    )


def _check_link(href: str, line: int, complain: Callable[[int, str, str], None]) -> None:
    if not re.match(r"#[\w-]+$|https://|mailto:", href):
        fix = "link to a question (#q03), to an address that begins with https://, or to mailto:"
        complain(line, f"the link `{href}` leads nowhere in print", fix)


def _check_rows(lines: list[str], table: Token, complain: Callable[[int, str, str], None]) -> None:
    start, end = table.map or [0, 0]
    width = _cells(lines[start])
    if width > _WIDEST:
        fix = f"make several of it, of at most {_WIDEST} each"
        complain(start, f"a table of {width:,} columns", fix)
    for number in range(start + 2, end):
        if (cells := _cells(lines[number])) != width:
            complain(
                number,
                f"a table row with {cells} cells, its head has {width}",
                "give every row the cells of the head; write – for an empty one",
            )


def _cells(row: str) -> int:
    # The first row of a table in a list or a quotation stands behind the list's own sign.
    bare = re.sub(r"^\s*(?:(?:[>*+-]|\d+[.)])\s*)*\||\|\s*$", "", row)
    return len(re.split(r"(?<!\\)\|", bare))
