"""Defects of WeasyPrint 70.0 that no style sheet can get around, mended in the running engine.

Each has a test that shows the defect without the mending; when an upgrade turns that test red,
the mending goes.
"""

import io
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from pharmdocs.typesetting.described import Descriptions

_SIDES = ("left-corner", "left", "center", "right", "right-corner")
_MARGINS = [f"@{edge}-{side}" for edge in ("top", "bottom") for side in _SIDES]
_MARGINS += [
    f"@{edge}-{side}" for edge in ("left", "right") for side in ("top", "middle", "bottom")
]


def mend(weasyprint: Any) -> None:
    """Mend the engine, once a process."""
    if getattr(weasyprint, "mended", False):
        return
    weasyprint.mended = True
    _mend_breaks(weasyprint.layout.inline)
    _mend_margins(weasyprint.layout)
    _mend_spaces(weasyprint.layout, weasyprint.draw.text)
    _mend_pages(weasyprint.pdf.pydyf.PDF)
    _mend_faces(weasyprint.pdf.fonts)
    _mend_fonts(weasyprint.pdf)


def _mend_spaces(layout: Any, text: Any) -> None:
    """Let the space stand at which a line was broken.

    The engine drops it, and a reader that goes by the tags runs two words together (ISO 32000-1,
    14.8.2.5). Nothing moves: the next line begins at a place of its own. Justified lines are set
    twice by the engine and stay without.
    """
    split, draw = layout.inline.split_first_line, text.draw_first_line
    lines = layout.block.iter_line_boxes

    def split_first_line(words: str, *options: Any, **more: Any) -> Any:
        found = split(words, *options, **more)
        end = len(words) if found[2] is None else len(words.encode()[: found[2]].decode())
        found[0].space = words[end - 1 : end] == " "
        return found

    def iter_line_boxes(context: Any, box: Any, *options: Any, **more: Any) -> Iterator[Any]:
        for line, resume in lines(context, box, *options, **more):
            # Behind a link or marked words the space begins what comes next.
            texts = [item for item in line.descendants() if hasattr(item, "pango_layout")]
            if resume and texts and _space_at(box, resume):
                texts[-1].pango_layout.space = True
            yield line, resume

    def draw_first_line(stream: Any, textbox: Any, *options: Any) -> Any:
        found = draw(stream, textbox, *options)
        last = stream.stream[-1]
        broken = getattr(textbox.pango_layout, "space", False) and not textbox.text.endswith(" ")
        if broken and isinstance(last, bytes) and last.endswith(b"] TJ"):
            # The space is the first glyph of every vendored face; a test holds it.
            stream.stream[-1] = last.removesuffix(b"] TJ") + b"<0001>0] TJ"
        if folio := getattr(textbox, "folio", None):
            stream.stream[-1] = folio.written(stream.stream[-1])
        return found

    layout.inline.split_first_line, text.draw_first_line = split_first_line, draw_first_line
    layout.block.iter_line_boxes = iter_line_boxes


def _space_at(box: Any, resume: Any) -> bool | None:
    """Whether a space stands where a line ended; None where nothing comes next."""
    index, rest = next(iter(resume.items())) if resume else (0, None)
    if hasattr(box, "text"):
        text = box.text.encode()
        return b" " in text[max(index - 1, 0) : index + 1] if index < len(text) else None
    for child in getattr(box, "children", ())[index:]:
        found = _space_at(child, rest)
        if found is not None:
            return found
        rest = None
    return None


def _mend_pages(document: Any) -> None:
    """List the pages of a document once.

    The engine lists all of them anew for every tag: the time grows with the square of the pages.
    """

    def page_references(self: Any) -> tuple[bytes, ...]:
        kids = self.pages["Kids"]
        listed: tuple[bytes, ...] = getattr(self, "listed", ())
        if len(listed) != len(kids) // 3:
            self.listed = listed = tuple(b"%d 0 R" % number for number in kids[::3])
        return listed

    document.page_references = property(page_references)


def _mend_faces(fonts: Any) -> None:
    """Open each face once a process.

    The engine reads the outlines of every face of every document, for the widths of their letters;
    and half of that is making names of glyphs up from their letters, which nobody reads.
    """
    make = fonts.TTFont

    @lru_cache(maxsize=32)
    def opened(program: bytes, number: int) -> Any:
        found = make(io.BytesIO(program), fontNumber=number)
        if "glyf" in found:
            found.setGlyphOrder([f"glyph{at:05}" for at in range(found["maxp"].numGlyphs)])
        return found

    def face(file: io.BytesIO, fontNumber: int = -1) -> Any:  # noqa: N803
        return opened(file.getvalue(), fontNumber)

    fonts.TTFont = face


def _mend_fonts(pdf: Any) -> None:
    """Describe each whole face as it was described before, whatever is set in it."""
    build, descriptions = pdf.build_fonts_dictionary, Descriptions(pdf)

    def build_fonts_dictionary(
        document: Any, fonts: Any, compress: bool, subset: bool, options: Any
    ) -> Any:
        if subset or any(font.missing or font.used_in_forms for font in fonts.values()):
            return build(document, fonts, compress, subset, options)
        found = pdf.pydyf.Dictionary()
        for font in {font.hash: font for font in fonts.values()}.values():
            found[font.hash] = descriptions.add(document, font, compress, subset, options)
        return found

    pdf.build_fonts_dictionary = build_fonts_dictionary


def _mend_margins(layout: Any) -> None:
    """Make no margin boxes on a page whose style sheets ask for none.

    The engine lays out all sixteen and throws the empty ones away: a fifth of the time of a
    small page.
    """
    make = layout.make_margin_boxes

    def make_margin_boxes(context: Any, page: Any, state: Any) -> Iterable[Any]:
        styles = [context.style_for(page.page_type, margin) for margin in _MARGINS]
        empty = ("normal", "inhibit", "none")
        if all(style is None or style["content"] in empty for style in styles):
            return ()
        found: Iterable[Any] = make(context, page, state)
        return found

    layout.make_margin_boxes = make_margin_boxes


def _mend_breaks(inline: Any) -> None:
    """Break a run of text where it has to be broken.

    A run of text that fits its line but for its trailing space, in front of a link or another
    inline element, is broken after its first word: the engine takes it for a word too long to
    break. Such a run is given the whole line; the space at a line's end is dropped later anyway.
    """
    split = inline.split_first_line

    def split_first_line(
        text: str, style: Any, context: Any, max_width: Any, spacing: Any, **options: Any
    ) -> Any:
        found = split(text, style, context, max_width, spacing, **options)
        resume = found[2]
        if resume is None or not text.endswith(" ") or style["white_space"] != "normal":
            return found
        if " " in text.encode()[:resume].decode().strip(" "):
            return found
        bare = split(text.rstrip(" "), style, context, max_width, spacing, **options)
        fits = bare[2] is None and bare[3] <= max_width
        return split(text, style, context, None, spacing, **options) if fits else found

    inline.split_first_line = split_first_line
