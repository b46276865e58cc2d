"""What a layout did that its engine does not tell: lost, clipped, overlapping, faceless text.

WeasyPrint drops words from a box that is too small, draws over its neighbours and prints Regular
for a face it does not have, all without a word. So every word of the HTML is looked for on the
pages, and every run of text must lie inside its page and its parents, clear of other text.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pharmdocs.errors import Location, Problem
from pharmdocs.geometry import Box, to_mm
from pharmdocs.typesetting.boxes import Ink, PageContents, Table, strings
from pharmdocs.wording import some, words

# Half a point: less than the overhang of an italic f, more than the engine's rounding.
_SLACK = 0.5
_INLINE = {"a", "abbr", "b", "cite", "code", "em", "i", "q"}
_INLINE |= {"s", "small", "span", "strong", "sub", "sup", "u"}
_UNPRINTED = {"head", "script", "style", "svg", "template", "title"}


def of(pages: Sequence[PageContents], html: Any, faces: set[tuple[str, str, int]]) -> list[Problem]:
    """Everything that did not come out as the HTML asked.

    Args:
        pages: the laid-out pages.
        html: the root element of the parsed HTML.
        faces: the faces that exist, as family, style (normal, italic) and weight (400, 700).
    """
    problems = _lost(pages, html)
    for number, page in enumerate(pages, 1):
        problems += _too_wide(page, number)
        problems += _outside(page, number)
        problems += _overlapping(page, number)
    return problems + faceless(pages, faces)


def _lost(pages: Sequence[PageContents], html: Any) -> list[Problem]:
    asked = words(source_text(html))
    own = (ink for page in pages for ink in page.inks if ink.kind == "text")
    set_ = words(strings(own))
    missing = asked - set_
    added = set_ - asked
    problems = []
    if missing:
        fix = "give the box room: no fixed height, no clipping, no float taller than the page"
        what = f"{missing.total()} words were lost while typesetting: {some(missing)}"
        problems.append(Problem(None, what, fix))
    if added:
        what = f"{added.total()} words were set that the content does not hold: {some(added)}"
        fix = "report it with the bank that shows it"
        problems.append(Problem(None, what, fix))
    return problems


def source_text(element: Any) -> Iterator[str]:
    """The text of an element, cut where a block begins or ends."""
    run: list[str] = []

    def flush() -> Iterator[str]:
        if run:
            yield "".join(run)
            run.clear()

    def walk(node: Any) -> Iterator[str]:
        # The parser gives the elements of an SVG their namespace: {http://…}svg.
        name = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else "script"
        if name in _UNPRINTED:
            return
        block = name not in _INLINE
        if block:
            yield from flush()
        run.append(node.text or "")
        for child in node:
            yield from walk(child)
            run.append(child.tail or "")
        if block:
            yield from flush()

    yield from walk(element)


def excess(page: PageContents) -> float:
    """How far the worst text of a page reaches where it must not, in points; 0 on a sound page."""
    out = [*(by for _, by in _leaving(page)), *(table.excess for table in _wide(page))]
    return max(out, default=0.0) or max((by for _, _, by in _touching(page)), default=0.0)


def _too_wide(page: PageContents, number: int) -> list[Problem]:
    problems = []
    for table in _wide(page):
        if table.goes_on:
            continue
        by, one = f"{to_mm(table.excess):.1f} mm", table.columns == 1
        kind = "a table" if one else f"a table of {table.columns} columns"
        widest = f"“{_cut(table.widest)}”" if table.widest else "a picture"
        what = f"page {number}: {kind} is {by} too wide, the widest in it {widest}"
        fix = "shorten its longest words"
        fix += "" if one else ", leave a column out, or make two tables of it"
        problems.append(Problem(_where(table.source), what, fix))
    return problems


def _wide(page: PageContents) -> list[Table]:
    """Tables that are wider than their place: nothing in them sticks out of its own cell."""
    return [table for table in page.tables if table.excess > _SLACK]


def _outside(page: PageContents, number: int) -> list[Problem]:
    fix = "shorten it, break a long word, or give the box room"
    tables = [table.box for table in _wide(page)]
    return [
        Problem(
            _where(ink.source),
            f"page {number}: {_name(ink)} sticks out of its box by {to_mm(by):.1f} mm",
            fix,
        )
        for ink, by in _leaving(page)
        # What a table has taken along is told of the table.
        if not any(table.contains(ink.box, _SLACK) for table in tables)
    ]


def _overlapping(page: PageContents, number: int) -> list[Problem]:
    fix = "shorten one of them, or give them room"
    return [
        Problem(
            _where(other.source),
            f"page {number}: {_name(ink)} and {_name(other)} lie on each other",
            fix,
        )
        for ink, other, _ in _touching(page)
    ]


def _leaving(page: PageContents) -> Iterator[tuple[Ink, float]]:
    """What sticks out of a box that has to hold it, and by how much."""
    for ink in page.inks:
        for parent in ink.within if ink.text.strip() or ink.kind == "picture" else ():
            if not parent.contains(ink.box, _SLACK):
                yield (
                    ink,
                    max(
                        parent.left - ink.box.left,
                        parent.top - ink.box.top,
                        ink.box.right - parent.right,
                        ink.box.bottom - parent.bottom,
                    ),
                )
                break


def _touching(page: PageContents) -> Iterator[tuple[Ink, Ink, float]]:
    """Pairs of texts that lie on each other, the upper one first, and how far."""
    runs = sorted((ink for ink in page.inks if ink.text.strip()), key=lambda ink: ink.box.top)
    for index, ink in enumerate(runs):
        for other in runs[index + 1 :]:
            if other.box.top > ink.box.bottom - 0.25 * ink.size:
                break
            if _overlap(ink.box, other.box) > 1:
                yield ink, other, ink.box.bottom - other.box.top


def _overlap(one: Box, two: Box) -> float:
    """How far two boxes reach into each other sideways, in points; 0 when they are apart."""
    return min(one.right, two.right) - max(one.left, two.left)


def faceless(pages: Sequence[PageContents], faces: set[tuple[str, str, int]]) -> list[Problem]:
    """What is set in a face that does not exist; the engine takes another and says nothing."""
    wanted: dict[tuple[str, str, int], Ink] = {}
    for page in pages:
        for ink in page.inks:
            if ink.text.strip():
                style = "normal" if ink.style == "normal" else "italic"
                wanted.setdefault((ink.family, style, ink.weight), ink)
    problems = []
    for face, ink in wanted.items():
        if face not in faces:
            family, style, weight = face
            what = f"there is no face `{family}` {style} {weight}, wanted for {_name(ink)}"
            fix = "use a face that templates/fonts/fonts.toml lists"
            problems.append(Problem(_where(ink.source), what, fix))
    return problems


def _where(source: str) -> Location | None:
    file, _, line = source.rpartition(":")
    return Location(file, int(line)) if file and line.isdigit() else None


def _name(ink: Ink) -> str:
    return "a picture" if ink.kind == "picture" else f"“{_cut(ink.text)}”"


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) < 40 else text[:38] + "…"
