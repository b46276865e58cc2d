"""HTML of other programs to our Markdown: cleaned by a real sanitiser, then reduced.

What is left are paragraphs, lists, strong and emphasised words, and it reads as it did. Pictures,
sounds, addresses and everything that acts are left out and told.
"""

import re
from html import unescape

from pharmdocs.bank.exchange.written import flat
from pharmdocs.errors import Problem, SetupError

_STRONG = {"b", "strong", "i", "em"}
_LINES = {"h1", "h2", "h3", "h4", "h5", "h6", "tr", "dt", "dd", "blockquote", "pre"}
_KEPT = {"p", "br", "div", "ul", "ol", "li", "hr", "td", "th", "table", "sup", "sub"} | _LINES
# Their contents go as well: they are no text.
_GONE = {"script", "style", "title", "iframe", "object", "embed", "noscript", "template"}
_SOUND = re.compile(r"\[sound:([^\]\n]{1,200})\]")
_PICTURE = re.compile(r"<(img|video|audio|svg|object|embed|iframe)\b[^>]*(?:>|\Z)", re.I)
_SOURCE = re.compile(r"\bsrc=(?:\"([^\"]{1,80})|'([^']{1,80})|([^\s\"'>]{1,80}))", re.I)
_ADDRESS = re.compile(r"<a\b[^>]*?\bhref=[\"']?([^\s\"'>]{1,80})", re.I)
# The beginning of a line, where signs make lists and headings, and the rest of it.
_ESCAPED = re.compile(r"^((?: *(?:[-+*>]|\d+[.)]) +)* *\S+)(.*)$", re.MULTILINE)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def reduced(html: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text as Markdown; what was left out or looks different, and what to do about it.

    Raises:
        SetupError: what this takes is not installed.
    """
    try:
        import nh3
        from markdownify import markdownify
    except ImportError:
        what = "the file holds HTML, and what turns it into text is not installed"
        raise SetupError(Problem(None, what, 'pip install "pharmdocs[exchange]"')) from None
    lost = _lost(html)
    text = ""
    # Where a mark that stands against a letter or runs over two paragraphs would be printed as a
    # star, the words go without it.
    for kept in (_KEPT | _STRONG, _KEPT):
        clean = nh3.clean(
            _SOUND.sub("", html), tags=kept, clean_content_tags=_GONE, attributes={}, link_rel=None
        )
        # What follows takes a time that grows with the square of a run of blanks.
        shaped = _shaped(re.sub(r"[ \t\n]{2,}", _one_blank, clean))
        text = markdownify(shaped, bullets="-", strong_em_symbol="*", escape_misc=True)
        # A dose stays on one line; other hard blanks are how editors write two of them.
        text = re.sub(r"(?<![0-9])\xa0|\xa0(?![^\W\d_])", " ", text)
        # Two blanks at the end of a line break it, and no editor shows them.
        text = re.sub(r"(?<=\S) {2,}\n(?= *\S)", r"\\\n", text)
        text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
        text = _ESCAPED.sub(_bare, re.sub(r"\n{3,}", "\n\n", text).strip())
        if _letters(flat(text)) == _letters(unescape(re.sub(r"<[^>]*>", "", shaped))):
            break
    else:
        lost.append(("a text came out otherwise than it was", "hold the card against yours"))
    return text, tuple(lost)


def _lost(html: str) -> list[tuple[str, str]]:
    fix = "put the picture into the bank’s folder and name it: ![what it shows](file.png)"
    lost = [
        (f"a sound ({it[1]}) was left out", "nothing: paper is silent")
        for it in _SOUND.finditer(html)
    ]
    for it in _PICTURE.finditer(html):
        kind = "a picture" if it[1].lower() in ("img", "svg") else f"a part of kind {it[1]}"
        source = _SOURCE.search(it[0])
        named = f"{kind} ({source[source.lastindex or 0]})" if source else kind
        lost.append((f"{named} was left out", fix))
    for it in _ADDRESS.finditer(html):
        what = f"the address of a link ({it[1]}) was left out, and its words stay"
        lost.append((what, "write it into the text, if readers need it"))
    if re.search(r"\[latex\]|\[\$|\\[(\[]", html):
        what = "a formula in LaTeX stays as it was written"
        lost.append((what, "write it in words and signs"))
    if re.search(r"<table\b", html, re.I):
        what = "a table became lines, with a middle dot between its cells"
        lost.append((what, "see whether it still reads well"))
    return lost


def _shaped(clean: str) -> str:
    """Clean HTML in the few shapes that a card has: tables and headings are paragraphs."""
    text = re.sub(r"<(su[pb])>(.*?)</\1>", _set_off, clean, flags=re.DOTALL)
    text = re.sub(r"</t[dh]>\s*<t[dh]>", " · ", text)
    text = re.sub(r"</?(?:td|th|table|su[pb])>", "", text)
    # A line that ends inside a mark ends behind it, or the break is lost with the mark's blanks.
    text = re.sub(r"((?:<br>\s*)+)((?:</(?:b|strong|i|em)>)+)", r"\2\1", text)
    text = re.sub(r"((?:<(?:b|strong|i|em)>)+)((?:<br>\s*)+)", r"\2\1", text)
    text = text.replace("<hr>", "<br>")
    return re.sub(rf"<(/?)(?:{'|'.join(sorted(_LINES))})>", r"<\1p>", text)


def _one_blank(blanks: re.Match[str]) -> str:
    return "\n" if "\n" in blanks[0] else " "


def _bare(line: re.Match[str]) -> str:
    """A line without a backslash before signs that are markup at its beginning alone."""
    return line[1] + re.sub(r"(?<!\\)\\([-+=#~.)]|&(?!#?\w+;))", r"\1", line[2])


def _set_off(match: re.Match[str]) -> str:
    """Figures above or below the line as such; 10 to the 9th must not become 109."""
    kind, text = match[1], re.sub(r"<[^>]*>", "", match[2]).strip()
    if re.fullmatch(r"[0-9]+", text):
        return text.translate(_RAISED if kind == "sup" else _LOWERED)
    if text.isalpha():
        return text
    return f"^({text})" if kind == "sup" else f"_({text})"


def _letters(text: str) -> str:
    return re.sub(r"[\s·]+", "", text)
