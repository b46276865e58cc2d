"""Page numbers that are known last: a page's own, and those of pages that are referred to.

A section is laid out before anybody knows on which page it begins, with other figures in their
places: those of a face are all of one width. What is written has a placeholder there, a comment in
the content of a page with all that it takes to set the number; what is told of a page's words has
one as well. Once all pages are known the numbers come in, and no line moves.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from pharmdocs.errors import LayoutError, Problem
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.tidy import literal

# What a style sheet calls its figures -> what they look like.
_FIGURES = {"decimal": r"[0-9]+", "lower-roman": r"[ivxlc]+"}
_ROMAN = {100: "c", 90: "xc", 50: "l", 40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}
_IN_CONTENT = re.compile(rb"%folio #(\S*) (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\n")
_IN_TEXT = re.compile("\ue000#(.*?) (.*?)\ue001")
_PIECES = re.compile(rb"<([0-9a-f]*)>|(-?[\d.]+)")
# What part of a longer number goes to the left of where a shorter one began.
_SHIFTS = {"right": 1.0, "end": 1.0, "center": 0.5}


@dataclass(frozen=True)
class Folio:
    """A number in a run of text: letters `start` to `end`, of the page of an anchor.

    Without an anchor it is the page's own. `shift` is one of _SHIFTS; `left` is where the text
    begins and `size` that of its type, both in the engine's pixels.
    """

    anchor: str
    style: str
    text: str
    start: int
    end: int
    shift: float
    left: float
    size: float
    face: str

    @property
    def words(self) -> str:
        """The text with a placeholder that `told` knows."""
        place = f"\ue000#{self.anchor} {self.style}\ue001"
        return self.text[: self.start] + place + self.text[self.end :]

    def written(self, shown: bytes) -> bytes:
        """The instruction that shows the text with a placeholder that `filled` knows.

        Raises:
            LayoutError: it does not show a glyph a letter.
        """
        before, after, count = b"", b"", 0
        for codes, space in _PIECES.findall(shown):
            letters = [codes[at : at + 4] for at in range(0, len(codes), 4)]
            for letter in letters:
                before += b"<%b>" % letter if count < self.start else b""
                after += b"<%b>" % letter if count >= self.end else b""
                count += 1
            before += space if count < self.start else b""
            after += space if count > self.end else b""
        if count < self.end:
            raise LayoutError(_unclear(self.text))
        figures = self.text[self.start : self.end]
        place = (self.shift, self.left, self.size, self.face)
        told = " ".join(map(str, (f"#{quote(self.anchor)}", self.style, figures, *place)))
        return b"[%b%%folio %b\n%b] TJ" % (before, told.encode(), after)


def mark(document: Any) -> list[Problem]:
    """Note the number in every run of text that has one; returns those that cannot be told."""
    problems = []
    for page in document.pages:
        for box, token in _numbered(page._page_box):
            if "pages" in token[1][:2]:
                what = "counter(pages) would count the pages of a section, not of the document"
                problems.append(Problem(None, what, "leave it out of the style sheet"))
                continue
            for text in box.descendants():
                if type(text).__name__ != "TextBox":
                    continue
                text.folio = _folio(box, token, text)
                if not text.folio and any(letter.isdecimal() for letter in text.text):
                    problems.append(_unclear(text.text))
    return problems


def filled(content: bytes, number: Callable[[str], int]) -> bytes:
    """The content of a page with its numbers.

    Args:
        content: as `Folio.written` left it.
        number: of the page of an anchor; for "" of this page.

    Raises:
        LayoutError: there is more to a number than has room in a line.
    """
    done, end = b"", 0
    for found in _IN_CONTENT.finditer(content):
        anchor, style, before, shift, left, size, file = (it.decode() for it in found.groups())
        figures, face = _figures(number(unquote(anchor)), style), fonts.metrics(file)
        if anchor and len(figures) != len(before):
            what = f"{figures} is wider than the number that was kept room for"
            raise LayoutError(Problem(None, what, "refer to pages in figures: counter(page)"))
        codes = b"".join(face.glyphs[letter].to_bytes(2, "big") for letter in figures)
        more = sum(face.advances[face.glyphs[letter]] for letter in figures)
        more -= sum(face.advances[face.glyphs[letter]] for letter in before)
        by = float(shift) * float(size) * more / face.em
        done += _moved(content[end : found.start()], float(left) - by)
        end = found.end()
        # One string with the letters before it, and with those behind.
        done = done[:-1] if done.endswith(b")") else done + b"("
        ends = content[end : end + 1] != b"("
        done += literal(codes) + b")" * ends
        end += not ends
    return done + content[end:]


def told(text: str, number: Callable[[str], int]) -> str:
    """What is told of a page with its numbers; `number` as `filled` has it."""
    return _IN_TEXT.sub(lambda found: _figures(number(found[1]), found[2]), text)


def _numbered(box: Any) -> Iterator[tuple[Any, Any]]:
    """The boxes that a style sheet gives a page's number, and what it says of it."""
    tokens = box.style["content"]
    made = box.element_tag is None or "::" in (box.element_tag or "")
    if made and isinstance(tokens, (list, tuple)):
        for token in tokens:
            names = token[1][:2] if token[0] in ("counter()", "target-counter()") else ()
            if "page" in names or "pages" in names:
                yield box, token
    for child in box.all_children():
        yield from _numbered(child)


def _folio(box: Any, token: Any, text: Any) -> Folio | None:
    """The number in a text; None where there is none, or others that look like it."""
    style = token[1][-1]
    tokens = box.style["content"]
    pattern = _FIGURES.get(style, "(?!)")
    if token is tokens[-1]:
        pattern += r"(?=\s*$)"
    elif token is tokens[0]:
        pattern = r"(?<!\S)" + pattern
    found = list(re.finditer(pattern, text.text))
    if len(found) != 1:
        return None
    css = text.style
    anchor = "" if token[0] == "counter()" else _anchor(token[1][0], box.element)
    (face,) = [
        it.file
        for it in fonts.faces()
        if (it.family, it.weight) == (css["font_family"][0], css["font_weight"])
        and (it.style == "normal") == (css["font_style"] == "normal")
    ]
    shift = _SHIFTS.get(box.style["text_align_all"], 0.0)
    start, end = found[0].span()
    left, size = text.position_x, css["font_size"]
    return Folio(anchor, style, text.text, start, end, shift, left, size, face)


def _anchor(token: Any, element: Any) -> str:
    """The anchor of attr(href), of "#q01" or of url(#q01)."""
    kind, value = token
    if kind == "attr()":
        value = element.get(value[0], "")
    return unquote(value[1]) if kind == "url" else str(value).removeprefix("#")


def _unclear(text: str) -> Problem:
    what = f"the number of a page cannot be told from the rest of “{text.strip()}”"
    return Problem(None, what, "put counter(page) first or last, without other figures")


def _figures(number: int, style: str) -> str:
    if style == "decimal":
        return str(number)
    found = ""
    for value, letters in _ROMAN.items():
        found += letters * (number // value)
        number %= value
    return found


def _moved(content: bytes, left: float) -> bytes:
    """The content with its last text begun there."""
    end = content.rindex(b" Tm\n")
    start = content.rindex(b"1 0 0 -1 ", 0, end)
    y = content[start:end].split()[5]
    return content[:start] + b"1 0 0 -1 %g %b" % (round(left, 2), y) + content[end:]
