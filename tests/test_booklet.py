"""The printed booklet, read back from the finished file: every part, number, line and edge.

What is printed comes from the PDF's own operators, structure tree and annotations; what is asked
comes from the content files, read here by the simplest means. Nothing of pharmdocs is in between.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest

from pharmdocs.booklet import BookletResult

ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "content/interview"
MM = 72 / 25.4

# ---------------------------------------------------------------- what the content asks for


@dataclass(frozen=True)
class Source:
    """A content file: its short fields, the text before the first section, its sections."""

    fields: dict[str, str]
    intro: str
    sections: dict[str, str]

    def texts(self) -> list[str]:
        return [self.intro, *self.sections.values()]

    def listed(self, name: str) -> list[str]:
        return self.fields[name].strip("[]").split(", ")


def source(path: Path) -> Source:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in front.splitlines())
    intro, *parts = re.split(r"^## (.+)$", body, flags=re.M)
    return Source(fields, intro, dict(zip(parts[::2], parts[1::2], strict=True)))


def squash(text: str) -> str:
    """Letters and figures alone: equal for a text in Markdown and the same text on paper."""
    text = re.sub(r"\]\(#[\w-]+\)", "", text)
    text = re.sub(r"^(\d+\.|>) ", "", text, flags=re.M)
    return "".join(sign for sign in text.casefold() if sign.isalnum())


class Units(NamedTuple):
    """A text taken apart: paragraphs, list items and table rows, squashed."""

    paragraphs: list[str]
    items: list[str]
    rows: list[str]


def units(text: str) -> Units:
    found = Units([], [], [])
    open_: list[str] | None = None
    for line in text.replace("\n>", "\n").splitlines():
        bare = line.strip()
        if not bare or bare.startswith("#"):
            open_ = None
        elif bare.startswith("|"):
            if re.search(r"\w", bare):
                found.rows.append(squash(bare))
        elif re.match(r"([-*]|\d+\.) ", bare) or open_ is None:
            open_ = found.items if re.match(r"([-*]|\d+\.) ", bare) else found.paragraphs
            open_.append(squash(bare))
        else:
            open_[-1] += squash(bare)
    return found


BANK = tomllib.loads((CONTENT / "bank.toml").read_text(encoding="utf-8"))
WORDS = tomllib.loads((ROOT / "templates/strings/en.toml").read_text(encoding="utf-8"))
QUESTIONS = {path.name[:3].upper(): source(path) for path in sorted(CONTENT.glob("q*.md"))}
PARTS = {path.stem: source(path) for path in sorted(CONTENT.glob("parts/*.md"))}
GLOSSARY = source(CONTENT / "glossary.md")
CATEGORIES = {key: item["name"] for key, item in BANK["categories"].items()}
SIGNS = {
    "circle": "●",
    "triangle": "▲",
    "square": "■",
    "diamond": "◆",
    "pentagon": "⬟",
    "cross": "✚",
}

# Label in templates/strings/en.toml -> section of a question's file, in the order of print.
LABELLED = {
    "why": "Why they ask",
    "how": "How to answer",
    "sample": "Sample answer",
    "if_new": "If you're new",
    "follow_up": "Follow-up",
    "pitfall": "Pitfall",
    "points": "Card points",
}


def part_titles(*names: str) -> list[str]:
    return [PARTS[name].fields["title"] for name in names]


# The order that issue 2 asks for.
BOOKLET = WORDS["booklet"]
IN_ORDER = [
    BOOKLET["imprint"],
    *part_titles("how-to-use", "study-plans"),
    BOOKLET["contents"],
    *part_titles("the-role", "preparing"),
    *CATEGORIES.values(),
    *part_titles("star-worksheet", "at-the-interview", "afterwards"),
    BOOKLET["glossary"],
    BOOKLET["competencies"],
    BOOKLET["terms"],
    *part_titles("practice-log"),
]
BY_CATEGORY = {
    name: [id_ for id_, question in QUESTIONS.items() if question.fields["category"] == key]
    for key, name in CATEGORIES.items()
}

# ---------------------------------------------------------------- what the file holds


@dataclass(frozen=True)
class Frame:
    """A rectangle in points from the page's top-left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def within(self, other: "Frame | None") -> "Frame":
        """The part of this one that the other one shows."""
        if other is None:
            return self
        return Frame(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )


class Mark(NamedTuple):
    """A stretch of marked content: its page, and its number there."""

    page: int
    number: int


@dataclass(frozen=True)
class Run:
    """Text drawn by one operator; without a mark it is an artifact: a running head or a folio."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    face: str
    color: tuple[float, ...]
    mark: Mark | None

    @property
    def frame(self) -> Frame:
        # Plex letters reach 0.78 em above and 0.22 em below the base line.
        return Frame(
            self.left,
            self.baseline - 0.78 * self.size,
            self.right,
            self.baseline + 0.22 * self.size,
        )


@dataclass(frozen=True)
class Shape:
    """A painted path or picture. `outline` is its corners, from 0 to 1 across its frame."""

    kind: str
    frame: Frame
    color: tuple[float, ...]
    weight: float
    outline: tuple[tuple[float, float], ...]
    after: int


@dataclass(frozen=True)
class Page:
    """One page; `after` of a shape is the number of runs drawn before it."""

    number: int
    label: str
    width: float
    height: float
    runs: list[Run]
    shapes: list[Shape]

    @property
    def written(self) -> list[Run]:
        """What is neither running head nor folio."""
        return [run for run in self.runs if run.mark and run.text.strip()]

    @property
    def margins(self) -> list[Run]:
        return [run for run in self.runs if not run.mark and run.text.strip()]


Matrix = tuple[float, ...]
Point = tuple[float, float]


def times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        *(a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j),
        *(e * g + f * i + k, e * h + f * j + m),
    )


@dataclass(frozen=True)
class Ink:
    """The graphics state that q saves and Q restores."""

    ctm: Matrix
    fill: tuple[float, ...] = (0.0,)
    stroke: tuple[float, ...] = (0.0,)
    weight: float = 1.0
    clip: Frame | None = None
    font: Any = None
    size: float = 0.0


@dataclass
class Drawing:
    """Follows the operators of a page, and stops at one it does not know: nothing is overlooked."""

    number: int
    height: float
    fonts: "Fonts"
    ink: Ink = Ink((1, 0, 0, 1, 0, 0))
    runs: list[Run] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    saved: list[Ink] = field(default_factory=list)
    marks: list[Mark | None] = field(default_factory=list)
    text: Matrix = (1, 0, 0, 1, 0, 0)
    path: list[Point] = field(default_factory=list)
    start: Point | None = None
    clipping: bool = False

    IGNORED = frozenset(["BT", "ET", "d", "J", "j", "M", "i", "ri", "h"])
    FILLS = frozenset(["f", "F", "f*", "B", "B*", "b", "b*"])
    STROKES = frozenset(["S", "s", "B", "B*", "b", "b*"])

    def follow(self, holder: Any, resources: Any) -> None:
        for instruction in pikepdf.parse_content_stream(holder):
            self.step(str(instruction.operator), instruction.operands, resources)

    def step(self, name: str, operands: Any, resources: Any) -> None:
        if name in ("q", "Q", "cm", "gs", "w", "Do"):
            self.state(name, operands, resources)
        elif name in ("g", "rg", "k"):
            self.ink = replace(self.ink, fill=tuple(map(float, operands)))
        elif name in ("G", "RG", "K"):
            self.ink = replace(self.ink, stroke=tuple(map(float, operands)))
        elif name in ("BMC", "BDC", "EMC"):
            self.marked(name, operands)
        elif name == "Tf":
            font = resources.Font[str(operands[0])]
            self.ink = replace(self.ink, font=font, size=float(operands[1]))
        elif name == "Tm":
            self.text = tuple(map(float, operands))
        elif name in ("TJ", "Tj"):
            self.show(operands[0] if name == "TJ" else operands)
        elif name in ("m", "l", "c", "re"):
            self.draw(name, [float(value) for value in operands])
        elif name in ("W", "W*"):
            self.clipping = True
        elif name == "n" or name in self.FILLS | self.STROKES:
            self.paint(name)
        else:
            assert name in self.IGNORED, f"page {self.number + 1}: unknown operator {name}"

    def state(self, name: str, operands: Any, resources: Any) -> None:
        if name == "q":
            self.saved.append(self.ink)
        elif name == "Q":
            self.ink = self.saved.pop()
        elif name == "cm":
            self.ink = replace(self.ink, ctm=times(tuple(map(float, operands)), self.ink.ctm))
        elif name == "w":
            self.ink = replace(self.ink, weight=float(operands[0]))
        elif name == "gs":
            alphas = resources.ExtGState[str(operands[0])]
            assert {float(alphas.get(key, 1)) for key in ("/ca", "/CA")} == {1}, "see-through ink"
        else:
            self.place(resources.XObject[str(operands[0])])

    def place(self, thing: Any) -> None:
        before = self.ink
        if thing.Subtype == "/Form":
            matrix = tuple(map(float, thing.get("/Matrix", (1, 0, 0, 1, 0, 0))))
            self.ink = replace(self.ink, ctm=times(matrix, self.ink.ctm))
            self.follow(thing, thing.get("/Resources", pikepdf.Dictionary()))
        else:
            self.draw("re", [0, 0, 1, 1])
            self.finish_path("picture", ())
        self.ink = before

    def marked(self, name: str, operands: Any) -> None:
        if name == "EMC":
            self.marks.pop()
            return
        known = operands[1] if len(operands) > 1 else {}
        number = known.get("/MCID")
        self.marks.append(None if number is None else Mark(self.number, int(number)))

    def at(self, x: float, y: float) -> Point:
        a, b, c, d, e, f = self.ink.ctm
        return (a * x + c * y + e, self.height - (b * x + d * y + f))

    def show(self, parts: Iterable[Any]) -> None:
        matrix = times(self.text, self.ink.ctm)
        scale = hypot(matrix[0], matrix[1])
        texts, widths = self.fonts.of(self.ink.font)
        advance = end = 0.0
        text = ""
        for part in parts:
            if not isinstance(part, pikepdf.String):
                advance -= float(part) / 1000 * self.ink.size
                continue
            codes = bytes(part)
            for high, low in zip(codes[::2], codes[1::2], strict=True):
                letter = texts[high << 8 | low]
                advance += widths.get(high << 8 | low, 1000) / 1000 * self.ink.size
                text += letter
                end = advance if letter.strip() else end
        self.runs.append(
            Run(
                text,
                matrix[4],
                matrix[4] + end * scale,
                self.height - matrix[5],
                round(self.ink.size * scale, 2),
                str(self.ink.font.BaseFont).partition("+")[2],
                self.ink.fill,
                self.marks[-1] if self.marks else None,
            )
        )

    def draw(self, name: str, values: list[float]) -> None:
        if name == "m":
            self.start = self.at(values[0], values[1])
            return
        if self.start is not None:
            self.path.append(self.start)
            self.start = None
        if name == "re":
            x, y, width, height = values
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
            self.path += [self.at(*corner) for corner in corners]
        else:
            self.path += [self.at(*pair) for pair in zip(values[::2], values[1::2], strict=True)]

    def paint(self, name: str) -> None:
        if self.path and self.clipping:
            clip = frame_of(self.path).within(self.ink.clip)
            self.ink = replace(self.ink, clip=clip)
        if self.path and name in self.FILLS:
            self.finish_path("fill", self.ink.fill, keep=True)
        if self.path and name in self.STROKES:
            self.finish_path("stroke", self.ink.stroke, keep=True)
        self.path, self.start, self.clipping = [], None, False

    def finish_path(self, kind: str, color: tuple[float, ...], keep: bool = False) -> None:
        whole = frame_of(self.path)
        frame = whole.within(self.ink.clip)
        across = max(whole.right - whole.left, whole.bottom - whole.top, 1e-6)
        outline = tuple(
            (round((x - whole.left) / across, 2), round((y - whole.top) / across, 2))
            for x, y in self.path
        )
        weight = self.ink.weight * hypot(self.ink.ctm[0], self.ink.ctm[1])
        if frame.right >= frame.left and frame.bottom >= frame.top:
            self.shapes.append(Shape(kind, frame, color, weight, outline, len(self.runs)))
        self.path = self.path if keep else []


def frame_of(points: list[Point]) -> Frame:
    across, down = zip(*points, strict=True)
    return Frame(min(across), min(down), max(across), max(down))


class Fonts:
    """Letters and widths of each font of a file, by glyph number."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], tuple[dict[int, str], dict[int, float]]] = {}

    def of(self, font: Any) -> tuple[dict[int, str], dict[int, float]]:
        if font.objgen not in self.known:
            self.known[font.objgen] = (self.texts(font), self.widths(font))
        return self.known[font.objgen]

    def texts(self, font: Any) -> dict[int, str]:
        found = {}
        for section in re.findall(rb"beginbfchar(.*?)endbfchar", font.ToUnicode.read_bytes(), re.S):
            for code, text in re.findall(rb"<(\w{4})>\s*<(\w+)>", section):
                found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
        return found

    def widths(self, font: Any) -> dict[int, float]:
        found = {}
        listed = list(font.DescendantFonts[0].W)
        for first, widths in zip(listed[::2], listed[1::2], strict=True):
            found.update({int(first) + i: float(width) for i, width in enumerate(widths)})
        return found


@dataclass(frozen=True)
class Element:
    """A structure element; a kid is another one, marked content, or the address of a link."""

    kind: str
    kids: "tuple[Element | Mark | str, ...]"

    def walk(self) -> "Iterator[Element]":
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()

    def marks(self, generated: bool = True) -> Iterator[Mark]:
        """Its marked content in reading order; without list markers and page numbers on demand."""
        for kid in self.kids:
            if isinstance(kid, Mark):
                yield kid
            elif isinstance(kid, Element):
                inner = kid.kind == "Lbl" or (kid.kind == self.kind == "Link")
                if generated or not inner:
                    yield from kid.marks(generated)

    def targets(self) -> list[str]:
        return [kid for kid in self.kids if isinstance(kid, str)]


class Owner(NamedTuple):
    """The part and, inside a question, the question to which a piece of text belongs."""

    part: str
    question: str


class Printed:
    """A finished booklet."""

    def __init__(self, path: Path) -> None:
        with pikepdf.open(path) as pdf:
            numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
            labels = printed_labels(pdf)
            fonts = Fonts()
            self.pages = [
                read_page(page, number, labels[number], fonts)
                for number, page in enumerate(pdf.pages)
            ]
            self.tree = Element("Root", tuple(read_tree(pdf.Root.StructTreeRoot.K, numbers, -1)))
            self.places = read_places(pdf.Root.Names.Dests, numbers)
            self.outline = read_outline(pdf, numbers)
        self.by_mark: dict[Mark, list[Run]] = defaultdict(list)
        for sheet in self.pages:
            for run in sheet.written:
                assert run.mark
                self.by_mark[run.mark].append(run)

    def runs(self, element: Element, generated: bool = True) -> list[Run]:
        return [run for mark in element.marks(generated) for run in self.by_mark.get(mark, [])]

    def text(self, element: Element, generated: bool = True) -> str:
        """Its words; a blank where a line or a column ends."""
        return joined(self.runs(element, generated))

    def found(self, *kinds: str) -> list[Element]:
        return [element for element in self.tree.walk() if element.kind in kinds]

    def page_of(self, element: Element) -> Page:
        return self.pages[next(element.marks()).page]

    @cached_property
    def owners(self) -> dict[Mark, Owner]:
        """To what each piece of text belongs, in reading order."""
        found: dict[Mark, Owner] = {}
        part = question = ""

        def walk(element: Element, asked: bool) -> None:
            nonlocal part, question
            if element.kind == "Sect":
                heads = [self.text(kid) for kid in element.walk() if kid.kind in ("H1", "H2")]
                part = next(iter(heads), part)
            elif element.kind == "Art":
                asked = True
                begins = self.text(element).split(" ")[0]
                question = begins if begins in QUESTIONS else question
            for kid in element.kids:
                if isinstance(kid, Mark):
                    found[kid] = Owner(part, question if asked else "")
                elif isinstance(kid, Element):
                    walk(kid, asked)

        walk(self.tree, asked=False)
        return found

    @cached_property
    def pages_of(self) -> dict[str, list[int]]:
        """On which pages each part (by title) and each question (by id) lies."""
        found: dict[str, set[int]] = defaultdict(set)
        for mark, owner in self.owners.items():
            found[owner.question or owner.part].add(mark.page)
        return {name: sorted(pages) for name, pages in found.items()}

    def question(self, id_: str) -> list[Element]:
        """The pieces of a question, one a page."""
        return [
            element
            for element in self.found("Art")
            if self.owners[next(element.marks())].question == id_
        ]

    def links(self) -> Iterator[tuple[Element, str]]:
        """Each link inside the file and the name of the place it leads to."""
        for element in self.tree.walk():
            for kid in element.kids:
                if isinstance(kid, Element) and kid.kind == "Link" != element.kind:
                    yield from ((kid, name) for name in kid.targets() if "://" not in name)


def joined(runs: Iterable[Run]) -> str:
    text, last = "", None
    for run in runs:
        if last and (abs(run.baseline - last.baseline) > 1 or abs(run.left - last.right) > 0.5):
            text += " "
        text += run.text
        last = run
    return " ".join(text.split())


def read_page(page: Any, number: int, label: str, fonts: Fonts) -> Page:
    left, bottom, right, top = (float(value) for value in page.mediabox)
    assert (left, bottom) == (0, 0)
    drawing = Drawing(number, top, fonts)
    drawing.follow(page, page.Resources)
    return Page(number, label, right, top, drawing.runs, drawing.shapes)


def read_tree(node: Any, numbers: dict[Any, int], page: int) -> list[Element | Mark | str]:
    if isinstance(node, pikepdf.Array):
        return [kid for item in node for kid in read_tree(item, numbers, page)]
    if isinstance(node, int):
        return [Mark(page, int(node))]
    page = numbers[node.Pg.objgen] if "/Pg" in node else page
    if node.get("/Type") == "/OBJR":
        action = node.Obj.get("/A", {})
        return [str(action["/URI"] if "/URI" in action else node.Obj.get("/Dest", ""))]
    if node.get("/Type") == "/MCR":
        return [Mark(page, int(node.MCID))]
    kids = read_tree(node.get("/K", pikepdf.Array()), numbers, page)
    return [Element(str(node.S)[1:], tuple(kids))]


def read_places(tree: Any, numbers: dict[Any, int]) -> dict[str, int]:
    found = {}
    for kid in tree.get("/Kids", []):
        found.update(read_places(kid, numbers))
    names = tree.get("/Names", [])
    for name, place in zip(names[::2], names[1::2], strict=True):
        found[str(name)] = numbers[place[0].objgen]
    return found


def read_outline(pdf: pikepdf.Pdf, numbers: dict[Any, int]) -> list[tuple[int, str, int]]:
    found: list[tuple[int, str, int]] = []

    def walk(items: Any, level: int) -> None:
        for item in items:
            # A title's last words are tied with U+00A0.
            title = " ".join(item.title.split())
            found.append((level, title, numbers[item.destination[0].objgen]))
            walk(item.children, level + 1)

    with pdf.open_outline() as outline:
        walk(outline.root, 1)
    return found


def printed_labels(pdf: pikepdf.Pdf) -> list[str]:
    """Each page's label, from the file's ranges of roman and arabic figures."""
    ranges = list(pdf.Root.PageLabels.Nums)
    starts = {int(ranges[i]): ranges[i + 1] for i in range(0, len(ranges), 2)}
    labels: list[str] = []
    kind, count = None, 0
    for number in range(len(pdf.pages)):
        if number in starts:
            kind, count = starts[number].S, int(starts[number].get("/St", 1))
        labels.append(roman(count) if kind == "/r" else str(count))
        count += 1
    return labels


def roman(number: int) -> str:
    tens = ["", "x", "xx", "xxx", "xl", "l"]
    ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
    return tens[number // 10] + ones[number % 10]


read = cache(Printed)

Booklet = Callable[..., Path]


@pytest.fixture(
    scope="module",
    params=[("letter", "full"), pytest.param(("a4", "black"), marks=pytest.mark.system)],
    ids=["letter-full", "a4-black"],
)
def printed(request: pytest.FixtureRequest, booklet: Booklet) -> Printed:
    paper, ink = request.param
    return read(booklet(paper, ink))


# ---------------------------------------------------------------- parts and questions


def test_the_parts_stand_in_the_order_that_was_asked_for(printed: Printed) -> None:
    heads = [printed.text(element) for element in printed.found("H1", "H2")]
    assert heads == [BANK["title"], *IN_ORDER]


def test_the_cover_is_the_first_page_and_nothing_else_is_on_it(printed: Printed) -> None:
    assert printed.pages_of[BANK["title"]] == [0]
    assert {owner.part for mark, owner in printed.owners.items() if mark.page == 0} <= {
        "",
        BANK["title"],
    }


def test_the_imprint_says_what_this_is_and_what_it_rests_on(printed: Printed) -> None:
    pages = printed.pages_of[BOOKLET["imprint"]]
    text = " ".join(joined(printed.pages[number].written) for number in pages)
    year, month, day = (int(part) for part in BANK["date"].split("-"))
    assert f"Edition {BANK['version']}, {WORDS['dates']['months'][month - 1]} {day}, {year}" in text
    fonts = {run.face.replace("-Bold", "").replace("-Italic", "") for run in all_runs(printed)}
    assert [font for font in fonts if font.replace("-", " ") not in text] == []
    assert squash(BANK["disclaimer"]) in squash(text)
    used = {key for question in QUESTIONS.values() for key in question.listed("sources")}
    named = [part for key in used for part in BANK["sources"][key].split(": ", 1)]
    assert [name for name in named if squash(name) not in squash(text)] == []


def all_runs(printed: Printed) -> Iterator[Run]:
    return (run for page in printed.pages for run in page.runs if run.text.strip())


def test_the_questions_stand_by_category_in_the_order_of_their_ids(printed: Printed) -> None:
    order: dict[str, list[str]] = {}
    for owner in printed.owners.values():
        if owner.question and owner.question not in order.setdefault(owner.part, []):
            order[owner.part].append(owner.question)
    assert order == BY_CATEGORY
    assert len(QUESTIONS) == 25


def test_a_question_shows_its_id_title_and_competencies(printed: Printed) -> None:
    for id_, asked in QUESTIONS.items():
        begin = printed.question(id_)[0]
        assert [run.text for run in printed.runs(begin) if run.size == 32] == [id_]
        title = next(printed.text(kid) for kid in begin.walk() if kid.kind == "H3")
        assert title == asked.fields["title"]
        category = CATEGORIES[asked.fields["category"]]
        texts = [printed.text(kid) for kid in begin.walk() if kid.kind == "P"]
        meta = next(text for text in texts if category in text)
        assert ", ".join(asked.listed("competencies")) in meta, id_
        assert asked.fields["difficulty"] in meta, id_


def test_a_question_shows_every_block_under_its_label(printed: Printed) -> None:
    """Every letter of every section in its order, and nothing but page numbers in addition."""
    for id_, question in QUESTIONS.items():
        asked = {
            WORDS["question"][key]: squash(question.sections[name])
            for key, name in LABELLED.items()
        }
        asked[WORDS["question"]["answer"]] = ""
        shown = blocks(printed, id_)
        assert list(shown) == list(asked), id_
        assert shown == asked, id_


def blocks(printed: Printed, id_: str) -> dict[str, str]:
    """What a question prints under each label, squashed."""
    shown: dict[str, str] = {}
    label = ""
    for piece in printed.question(id_):
        heads = {mark: kid for kid in piece.walk() if kid.kind == "H4" for mark in kid.marks()}
        for mark in piece.marks(generated=False):
            if mark in heads:
                label = printed.text(heads[mark])
                shown.setdefault(label, "")
            elif label:
                shown[label] += squash(joined(printed.by_mark[mark]))
    return shown


def test_a_question_shows_all_its_card_points(printed: Printed) -> None:
    """Below an empty box each."""
    for id_, question in QUESTIONS.items():
        lists = [kid for piece in printed.question(id_) for kid in piece.walk() if kid.kind == "L"]
        items = [printed.text(item) for item in lists[-1].walk() if item.kind == "LI"]
        assert len(items) == question.sections["Card points"].count("\n- "), id_
        assert {item[0] for item in items} == {"☐"}, id_


def test_steps_are_numbered_and_star_parts_are_headings(printed: Printed) -> None:
    for id_, asked in QUESTIONS.items():
        sample = asked.sections["Sample answer"]
        kids = [kid for piece in printed.question(id_) for kid in piece.walk()]
        markers = [printed.text(kid) for kid in kids if kid.kind == "Lbl"]
        numbers = re.findall(r"^(\d+\.) ", sample, flags=re.M)
        assert [marker for marker in markers if marker[0].isdigit()] == numbers, id_
        heads = [printed.text(kid) for kid in kids if kid.kind == "H5"]
        assert heads == re.findall(r"^### (.+)$", sample, flags=re.M), id_
        tables = len(re.findall(r"^\|[-| :]+\|$", sample, flags=re.M))
        assert sum(kid.kind == "Table" for kid in kids) == tables, id_
        assert sum(kid.kind == "THead" for kid in kids) == tables, id_


# ---------------------------------------------------------------- numbers and ways


def test_the_front_counts_in_roman_figures_and_the_body_from_1(printed: Printed) -> None:
    body = printed.pages_of[PARTS["the-role"].fields["title"]][0]
    labels = [page.label for page in printed.pages]
    assert labels[:body] == ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"][:body]
    assert labels[body:] == [str(number) for number in range(1, len(labels) - body + 1)]


def test_every_folio_is_the_page_s_label(printed: Printed) -> None:
    """At the right of the foot, on every page but the cover."""
    assert printed.pages[0].margins == []
    wrong = []
    for page in printed.pages[1:]:
        lowest = max(page.margins, key=lambda run: (run.baseline, run.left))
        if lowest.text.strip() != page.label or lowest.baseline < page.height * 0.9:
            wrong.append((page.label, lowest.text))
    assert wrong == []


def test_a_running_head_names_the_part_left_and_the_question_right(printed: Printed) -> None:
    wrong = []
    for page in printed.pages[1:]:
        heads = [run for run in page.margins if run.baseline < page.height / 2]
        left = joined(run for run in heads if run.left < page.width / 2)
        right = joined(run for run in heads if run.left >= page.width / 2)
        asked = asked_heads(printed, page)
        if (left, right) != asked:
            wrong.append((page.label, (left, right), asked))
    assert wrong == []


def asked_heads(printed: Printed, page: Page) -> tuple[str, str]:
    """The first part and question that begin on a page, or those that run on."""
    owners = [owner for mark, owner in printed.owners.items() if mark.page == page.number]
    parts = list(dict.fromkeys(owner.part for owner in owners))
    ids = list(dict.fromkeys(owner.question for owner in owners if owner.question))
    begun = [part for part in parts if min(first_pages(printed, part)) == page.number]
    begun_ids = [id_ for id_ in ids if printed.pages_of[id_][0] == page.number]
    id_ = next(iter(begun_ids or ids), "")
    right = f"{id_} · {QUESTIONS[id_].fields['short_title']}" if id_ else ""
    return next(iter(begun or parts)), right


def first_pages(printed: Printed, part: str) -> list[int]:
    return [mark.page for mark, owner in printed.owners.items() if owner.part == part]


def test_the_outline_has_the_parts_and_below_their_category_the_questions(
    printed: Printed,
) -> None:
    asked = [(1, BANK["title"])]
    for title in IN_ORDER:
        asked.append((1, title))
        asked += [(2, QUESTIONS[id_].fields["title"]) for id_ in BY_CATEGORY.get(title, [])]
    assert [(level, title) for level, title, _ in printed.outline] == asked


def test_an_outline_entry_opens_the_page_that_prints_it(printed: Printed) -> None:
    heads = {printed.text(e): printed.page_of(e).number for e in printed.found("H1", "H2")}
    ids = {QUESTIONS[id_].fields["title"]: page for id_, page in pages_of_ids(printed).items()}
    opened = {title: page for _, title, page in printed.outline}
    assert opened == heads | ids


def pages_of_ids(printed: Printed) -> dict[str, int]:
    """Where each question's big id is really printed."""
    return {
        run.text: page.number
        for page in printed.pages
        for run in page.written
        if run.size == 32 and run.text in QUESTIONS
    }


def test_every_link_prints_the_folio_of_the_page_it_leads_to(printed: Printed) -> None:
    """Cross-references, contents and indexes alike: a link's last word is a folio."""
    wrong = []
    links = list(printed.links())
    for link, name in links:
        text, page = printed.text(link), printed.pages[printed.places[name]]
        if text.split()[-1] != page.label:
            wrong.append((printed.page_of(link).label, text, page.label))
    assert wrong == []
    assert len(links) > 200


def test_every_link_leads_to_what_it_names(printed: Printed) -> None:
    """A question where its id stands, a part where its title stands, a term where it is used."""
    ids = pages_of_ids(printed)
    titles = {printed.text(e): printed.page_of(e).number for e in printed.found("H2")}
    shorts = {part.fields["short_title"]: part.fields["title"] for part in PARTS.values()}
    wrong = []
    for link, name in printed.links():
        text, page = printed.text(link, generated=False), printed.places[name]
        id_ = text[:3]
        if name.upper() in QUESTIONS:
            right = id_ == name.upper() and page == ids[id_]
        elif text in titles and not name.startswith("t-"):
            right = page == titles[text]
        else:
            right = page in printed.pages_of[id_ if id_ in QUESTIONS else shorts.get(text, text)]
        if not right:
            wrong.append((printed.page_of(link).label, text, printed.pages[page].label))
    assert wrong == []


def test_every_reference_to_a_question_says_its_page(printed: Printed) -> None:
    """Read as a person reads: Q07, page 40 in running text, Q07 p. 40 in a table."""
    ids = pages_of_ids(printed)
    references = []
    for page in printed.pages:
        for id_, folio in re.findall(r"(Q\d\d)(?:, page| p\.) (\w+)", joined(page.written)):
            references.append((page.label, id_, folio, printed.pages[ids[id_]].label))
    assert [found for found in references if found[2] != found[3]] == []
    texts = [text for item in (*QUESTIONS.values(), *PARTS.values()) for text in item.texts()]
    asked = sum(len(re.findall(r"\]\(#q\d\d\)", text)) for text in texts)
    assert len(references) == asked > 50


def test_the_contents_list_every_part_and_every_question(printed: Printed) -> None:
    first = printed.pages_of[BOOKLET["contents"]]
    rows = [
        printed.text(link) for link, _ in printed.links() if printed.page_of(link).number in first
    ]
    titles = {printed.text(e): printed.page_of(e).label for e in printed.found("H2")}
    ids = pages_of_ids(printed)
    asked = []
    for title in IN_ORDER:
        if title in BY_CATEGORY:
            asked += [
                f"{id_} {QUESTIONS[id_].fields['short_title']} {printed.pages[ids[id_]].label}"
                for id_ in BY_CATEGORY[title]
            ]
        elif title not in (BOOKLET["imprint"], BOOKLET["contents"]):
            asked.append(f"{title} {titles[title]}")
    assert rows == asked


def index(printed: Printed, title: str) -> dict[str, str]:
    """The entries of an index: the head in bold, and all that stands behind it."""
    found = {}
    for element in printed.found("P"):
        runs = printed.runs(element)
        if printed.owners[next(element.marks())].part == title and runs[0].size < 11:
            bold = [run for run in runs if run.face == "Pharm-Narrow-Bold"]
            assert runs[0] in bold, f"{joined(runs)}: not the beginning of an entry"
            found[joined(bold)] = joined(run for run in runs if run not in bold)
    return found


def test_the_index_of_competencies_has_every_competency(printed: Printed) -> None:
    asked: dict[str, list[str]] = defaultdict(list)
    for ids in BY_CATEGORY.values():
        for id_ in ids:
            for competency in QUESTIONS[id_].listed("competencies"):
                asked[competency].append(f"{id_} {folio_of(printed, id_)}")
    found = index(printed, BOOKLET["competencies"])
    assert found == {name: ", ".join(places) for name, places in asked.items()}
    assert list(found) == sorted(found, key=str.casefold)


def folio_of(printed: Printed, id_: str) -> str:
    return printed.pages[pages_of_ids(printed)[id_]].label


def test_the_index_of_terms_leads_to_pages_that_use_them(printed: Printed) -> None:
    """The word itself stands on the page, in full or short, singular or plural."""
    found = index(printed, BOOKLET["terms"])
    assert len(found) >= 40
    assert list(found) == sorted(found, key=str.casefold)
    assert [term for term in found if term not in GLOSSARY.sections] == []
    numbers = {page.label: page.number for page in printed.pages}
    wrong = []
    for term, places in found.items():
        names = term.rstrip(")").split(" (")
        for place, label in (place.rsplit(" ", 1) for place in places.split(", ")):
            number = numbers[label]
            inside = number in printed.pages_of[place if place in QUESTIONS else whole(place)]
            if not inside or not any(stands(name, number, printed) for name in names):
                wrong.append((term, place, label))
    assert wrong == []


def whole(short_title: str) -> str:
    """The title of the part with that short title."""
    titles = [part.fields for part in PARTS.values()]
    return next(part["title"] for part in titles if part["short_title"] == short_title)


def stands(name: str, number: int, printed: Printed) -> bool:
    """True when a page prints the name, or its beginning and the next page its end."""
    first, _, last = name.rpartition(" ")
    text, after = (joined(page.written) for page in printed.pages[number : number + 2])
    return is_in(name, text) or bool(first and is_in(first, text) and is_in(last, after))


def is_in(name: str, text: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}(s|es)?\b", text, flags=re.I))


# ---------------------------------------------------------------- page breaks


HEADS = ("H1", "H2", "H3", "H4", "H5", "TH")


def heads_of(printed: Printed) -> set[Mark]:
    return {mark for element in printed.found(*HEADS) for mark in element.marks()}


def test_a_heading_or_label_is_followed_on_its_page(printed: Printed) -> None:
    """By text or a line to write on, level with it or at most four lines below."""
    wrong = []
    heads = heads_of(printed)
    for element in printed.found(*HEADS):
        page = printed.page_of(element)
        runs = printed.runs(element)
        below = max(run.baseline for run in runs)
        follow = [run.baseline for run in page.written if run.mark not in heads]
        follow += [line.frame.top for line in lines_to_write_on(page)]
        if not any(below - 4 < height < below + 60 for height in follow):
            wrong.append((page.label, joined(runs)))
    assert wrong == []


def test_the_last_line_of_a_page_is_no_heading(printed: Printed) -> None:
    wrong = []
    heads = heads_of(printed)
    for page in printed.pages:
        last = max(run.baseline for run in page.written)
        level = {run.mark for run in page.written if run.baseline > last - 4}
        ruled = [line for line in lines_to_write_on(page) if line.frame.top > last]
        if level <= heads and not ruled:
            wrong.append((page.label, joined(run for run in page.written if run.mark in level)))
    assert wrong == []


@cache
def asked_units() -> Units:
    found = Units([], [], [])
    for item in (*QUESTIONS.values(), *PARTS.values(), GLOSSARY):
        for text in item.texts():
            for all_, new in zip(found, units(text), strict=True):
                all_.extend(new)
    return found


def test_no_table_row_is_cut(printed: Printed) -> None:
    """A row that lies on two pages is two rows in the file, each with a part of the words."""
    log = {squash(f"{id_} {question.fields['short_title']}") for id_, question in QUESTIONS.items()}
    log.add(squash("".join(WORDS["log"].values())))
    found: Counter[str] = Counter()
    heads = set()
    for row in printed.found("TR"):
        text = squash(printed.text(row, generated=False))
        found[text] += 1
        heads |= {text} if any(kid.kind == "TH" for kid in row.walk()) else set()
    asked = Counter(asked_units().rows) + Counter(log)
    assert asked - found == Counter()
    # A table that runs on repeats its head.
    assert [text for text in found - asked if text not in heads] == []


def test_no_list_item_is_cut(printed: Printed) -> None:
    found = Counter(
        squash(printed.text(item, generated=False))
        for item in printed.found("LI")
        if printed.owners[next(item.marks())].part != BOOKLET["contents"]
    )
    assert found == Counter(asked_units().items)


def test_no_paragraph_leaves_or_carries_a_single_line(printed: Printed) -> None:
    """Each stands whole somewhere, or in two pieces of two lines or more on two pages running."""
    pieces = [
        (squash(printed.text(element, generated=False)), printed.page_of(element), element)
        for element in printed.found("P")
        if printed.runs(element)
    ]
    whole = {text for text, _, _ in pieces}
    wrong = []
    for asked in asked_units().paragraphs:
        if asked in whole:
            continue
        begins = [piece for piece in pieces if piece[0] and asked.startswith(piece[0])]
        ends = [piece for piece in pieces if piece[0] and asked.endswith(piece[0])]
        cuts = [
            (count_lines(printed, one[2]), count_lines(printed, two[2]))
            for one in begins
            for two in ends
            if one[0] + two[0] == asked and two[1].number == one[1].number + 1
        ]
        if len(cuts) != 1 or min(cuts[0]) < 2:
            labels = [piece[1].label for piece in begins + ends]
            wrong.append((labels, cuts, asked[:40]))
    assert wrong == []


def count_lines(printed: Printed, element: Element) -> int:
    return len({round(run.baseline) for run in printed.runs(element)})


def test_no_entry_of_the_glossary_is_cut(printed: Printed) -> None:
    found = Counter(
        squash(printed.text(element, generated=False)) for element in printed.found("P")
    )
    assert [text for text in map(squash, GLOSSARY.sections.values()) if not found[text]] == []
    for title in map(squash, GLOSSARY.sections):
        assert found[title], title


def test_a_page_is_at_least_a_third_full_unless_it_ends_a_part(printed: Printed) -> None:
    """Full of text or of lines to write on, of the height that the fullest page uses."""
    body = printed.pages[1:]
    top = min(run.frame.top for page in body for run in page.written)
    foot = max(run.frame.bottom for page in body for run in page.written)
    wrong = []
    for page in body:
        marks = [mark for mark in printed.owners if mark.page == page.number]
        ending = {printed.owners[mark].part for mark in marks}
        ends_part = any(max(first_pages(printed, part)) == page.number for part in ending)
        share = filled(page) / (foot - top)
        if share < 1 / 3 and not ends_part:
            wrong.append((page.label, round(share, 2)))
    assert wrong == []


def filled(page: Page) -> float:
    """The height that text and lines to write on take up, spaces of up to two lines included."""
    bands = [(run.frame.top, run.frame.bottom) for run in page.written]
    bands += [(line.frame.top - 21, line.frame.top) for line in lines_to_write_on(page)]
    height = 0.0
    last = min(top for top, _ in bands)
    for top, bottom in sorted(bands):
        height += max(0, bottom - last) if top - last < 28 else bottom - top
        last = max(last, bottom)
    return height


# ---------------------------------------------------------------- lines to write on

# templates/booklet/*.css: 62 mm from the left, 126 mm wide, on both papers.
COLUMN_LEFT, COLUMN_RIGHT = 62 * MM, 188 * MM


def lines_to_write_on(page: Page) -> list[Shape]:
    """Level strokes as wide as the text, two or more without a word between them."""
    strokes = sorted(
        (
            shape
            for shape in page.shapes
            if shape.kind == "stroke"
            and shape.frame.bottom - shape.frame.top < 0.01
            and shape.frame.right - shape.frame.left > 100 * MM
        ),
        key=lambda shape: shape.frame.top,
    )
    found: list[Shape] = []
    for one, two in pairwise(strokes):
        between = [run for run in page.written if one.frame.top < run.baseline < two.frame.top + 2]
        same = (one.frame.left, one.frame.right) == (two.frame.left, two.frame.right)
        if same and not between:
            found += [line for line in (one, two) if line not in found]
    return found


def test_lines_to_write_on_are_7_mm_apart_or_more(printed: Printed) -> None:
    gaps = [
        (page.label, (two.frame.top - one.frame.top) / MM)
        for page in printed.pages
        for one, two in pairwise(lines_to_write_on(page))
    ]
    assert [gap for gap in gaps if gap[1] < 7] == []
    assert len(gaps) > 25 * 5


def test_rows_to_write_in_are_7_mm_high_or_more(printed: Printed) -> None:
    rows = [
        element
        for element in printed.found("TR")
        if printed.owners[next(element.marks())].part == PARTS["practice-log"].fields["title"]
    ]
    heights = [(printed.page_of(row).number, printed.runs(row)[0].baseline) for row in rows[1:]]
    gaps = [round((two[1] - one[1]) / MM, 2) for one, two in pairwise(heights) if one[0] == two[0]]
    assert len(gaps) >= 20
    assert min(gaps) >= 7


def test_lines_to_write_on_lie_in_the_text_column(printed: Printed) -> None:
    body = printed.pages[1:]
    foot = max(run.frame.bottom for page in body for run in page.written)
    for page in body:
        for line in lines_to_write_on(page):
            assert line.frame.left == pytest.approx(COLUMN_LEFT, abs=0.1), page.label
            assert line.frame.right == pytest.approx(COLUMN_RIGHT, abs=0.1), page.label
            assert line.frame.top <= foot + 7, page.label


def test_no_line_crosses_a_word(printed: Printed) -> None:
    """Neither one to write on nor a table's."""
    wrong = []
    for page in printed.pages:
        for shape in page.shapes:
            line = shape.frame
            if line.bottom - line.top < 2:
                wrong += [
                    (page.label, run.text)
                    for run in page.runs
                    if run.frame.top < line.top < run.frame.bottom
                    and run.frame.right > line.left
                    and run.frame.left < line.right
                ]
    assert wrong == []


def test_a_question_ends_with_five_lines_or_more(printed: Printed) -> None:
    short = {}
    for id_ in QUESTIONS:
        page = printed.pages[printed.pages_of[id_][-1]]
        label = max(
            run.baseline
            for run in page.written
            if run.mark and printed.owners[run.mark].question == id_
        )
        lines = [line for line in lines_to_write_on(page) if line.frame.top > label]
        if len(lines) < 5:
            short[id_] = (page.label, len(lines))
    assert short == {}


# ---------------------------------------------------------------- type


def test_the_lines_of_all_pages_lie_on_one_grid(printed: Printed) -> None:
    """Base lines of the 10 pt serif, in steps of 3.5 pt from the page's upper edge."""
    heights = {
        (page.label, run.baseline)
        for page in printed.pages
        for run in page.written
        if run.face.startswith("Pharm-Serif") and run.size == 10
    }
    phases = Counter(round(height % 3.5, 1) % 3.5 for _, height in heights)
    usual = phases.most_common(1)[0][0]
    off = {
        (label, round(height, 2), round((height - usual + 1.75) % 3.5 - 1.75, 2))
        for label, height in heights
        if abs((height - usual + 1.75) % 3.5 - 1.75) > 0.1
    }
    assert sorted(off) == []
    assert len(heights) > 700


def test_all_sizes_are_on_the_scale(printed: Printed) -> None:
    css = (ROOT / "templates/base.css").read_text(encoding="utf-8")
    scale = {float(size) for size in re.findall(r"--size-\w+: ([\d.]+)pt", css)}
    assert len(scale) >= 6
    assert {run.size for run in all_runs(printed)} <= scale


def test_text_is_set_in_10_to_11_points(printed: Printed) -> None:
    """What most of the letters of the questions' advice are set in."""
    letters: Counter[float] = Counter()
    for element in printed.found("P"):
        runs = printed.runs(element)
        if runs and squash(joined(runs)) in asked_units().paragraphs:
            for run in runs:
                letters[run.size] += len(run.text)
    size, count = letters.most_common(1)[0]
    assert 10 <= size <= 11
    assert count > letters.total() / 2


def test_every_face_is_one_of_two_families_or_the_signs(printed: Printed) -> None:
    families = {re.sub(r"-(Bold|Italic|Regular)", "", run.face) for run in all_runs(printed)}
    assert families == {"Pharm-Serif", "Pharm-Sans", "Pharm-Narrow", "Pharm-Symbols"}


# ---------------------------------------------------------------- ink


def rgb(color: tuple[float, ...]) -> tuple[float, float, float]:
    if len(color) == 1:
        return (color[0],) * 3
    if len(color) == 3:
        return (color[0], color[1], color[2])
    cyan, magenta, yellow, black = color
    return ((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))


def luminance(color: tuple[float, float, float]) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def grey(color: tuple[float, float, float]) -> tuple[float, float, float]:
    """What an office printer makes of a color (ITU-R BT.601)."""
    return (0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2],) * 3


def contrast(one: tuple[float, float, float], two: tuple[float, float, float]) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def grounds(page: Page) -> Iterator[tuple[Run, tuple[float, ...]]]:
    """Each run with the color of what was painted last below its middle; white without any."""
    fills = [shape for shape in page.shapes if shape.kind == "fill"]
    for number, run in enumerate(page.runs):
        across = (run.left + run.right) / 2
        down = run.baseline - 0.3 * run.size
        below = [
            shape.color
            for shape in fills
            if shape.after <= number
            and shape.frame.left < across < shape.frame.right
            and shape.frame.top < down < shape.frame.bottom
        ]
        yield run, below[-1] if below else (1.0,)


@pytest.fixture(scope="module")
def inked(booklet: Booklet, booklets: Callable[..., BookletResult]) -> Booklet:
    """`inked("full")` is a finished file; for low ink a question of each category says enough."""
    some = ",".join(ids[0] for ids in BY_CATEGORY.values())

    def made(ink: str) -> Path:
        if ink == "low":
            return booklets("letter", ink, only=some).path
        return booklet("letter" if ink == "full" else "a4", ink)

    return made


@pytest.mark.parametrize("ink", ["full", pytest.param("low", marks=pytest.mark.system)])
def test_text_stands_out_from_its_ground(inked: Booklet, ink: str) -> None:
    """At least 4.5:1, in color and as the grey that a black printer makes of it."""
    pairs: dict[tuple[tuple[float, ...], tuple[float, ...]], tuple[str, str]] = {}
    for page in read(inked(ink)).pages:
        for run, ground in grounds(page):
            if run.text.strip():
                pairs.setdefault((run.color, ground), (page.label, run.text))
    weak = []
    for (color, behind), where in pairs.items():
        one, two = rgb(color), rgb(behind)
        ratio = min(contrast(one, two), contrast(grey(one), grey(two)))
        if ratio < 4.5:
            weak.append((where, color, behind, round(ratio, 2)))
    assert weak == []
    assert len({color for color, _ in pairs}) >= 7


def test_the_ground_of_a_sample_answer_is_seen_by_these_tests(booklet: Booklet) -> None:
    """Or the test of contrast would hold every text against white paper."""
    full = read(booklet("letter", "full"))
    tinted = {
        page.label
        for page in full.pages
        for run, ground in grounds(page)
        if run.mark and run.text.strip() and ground != (1.0,)
    }
    firsts = {full.pages[page].label for page in pages_of_ids(full).values()}
    assert firsts <= tinted


@pytest.mark.system
@pytest.mark.parametrize("ink", ["low", "black"])
def test_no_ground_stands_behind_text_when_ink_is_spared(inked: Booklet, ink: str) -> None:
    wrong = [
        (page.label, run.text)
        for page in read(inked(ink)).pages
        for run, ground in grounds(page)
        if run.text.strip() and set(ground) != {1.0}
    ]
    assert wrong == []


@pytest.mark.system
def test_low_ink_draws_hairlines(inked: Booklet) -> None:
    """Every stroke and every painted bar is 0.4 pt or thinner."""
    thick = set()
    for page in read(inked("low")).pages:
        for shape in page.shapes:
            thin = min(shape.frame.right - shape.frame.left, shape.frame.bottom - shape.frame.top)
            if shape.kind == "fill" and set(shape.color) != {1.0} and thin > 0.41:
                thick.add((page.label, "fill", round(thin, 2)))
            if shape.kind == "stroke" and shape.weight > 0.41 and page.number:
                thick.add((page.label, "stroke", round(shape.weight, 2)))
    assert sorted(thick) == []


@pytest.mark.system
def test_black_ink_uses_grey_operators_alone(booklet: Booklet) -> None:
    """Also for what another look never draws: shapes, pictures, forms."""
    colored = {"rg", "RG", "k", "K", "cs", "CS", "sc", "SC", "scn", "SCN", "sh", "BI"}
    with pikepdf.open(booklet("a4", "black")) as pdf:
        holders: list[Any] = [page.obj for page in pdf.pages]
        holders += [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"
        ]
        used = {
            str(instruction.operator)
            for holder in holders
            for instruction in pikepdf.parse_content_stream(holder)
        }
        spaces = [
            str(item.get("/ColorSpace"))
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]
    assert used & colored == set()
    assert {"g", "G"} <= used
    assert set(spaces) <= {"/DeviceGray", "None"}


@pytest.mark.system
def test_black_ink_sets_text_in_black_or_a_dark_grey(booklet: Booklet) -> None:
    for page in read(booklet("a4", "black")).pages:
        for run in page.runs:
            assert len(run.color) == 1
            assert contrast(rgb(run.color), (1, 1, 1)) >= 4.5 or not run.text.strip()


def test_a_category_has_a_shape_of_its_own_wherever_it_has_a_color(printed: Printed) -> None:
    signs = {name: SIGNS[BANK["categories"][key]["shape"]] for key, name in CATEGORIES.items()}
    assert len(set(signs.values())) == len(signs) == 6
    for category, ids in BY_CATEGORY.items():
        opener = printed.pages[printed.pages_of[ids[0]][0]]
        assert [run.text for run in opener.written if run.size == 32] == [signs[category], ids[0]]
        for id_ in ids:
            text = printed.text(printed.question(id_)[0])
            assert f"{signs[category]} {category}" in text, id_
    contents = printed.pages[printed.pages_of[BOOKLET["contents"]][0]]
    labels = [printed.text(e) for e in printed.found("H3") if printed.page_of(e) is contents]
    for category, sign in signs.items():
        assert f"{sign} {category}" in labels


def test_the_cover_shows_six_different_shapes(printed: Printed) -> None:
    drawn = [
        shape
        for shape in printed.pages[0].shapes
        if shape.frame.right - shape.frame.left > 20 * MM
        and shape.frame.bottom - shape.frame.top > 20 * MM
    ]
    assert len(drawn) == 6
    assert len({shape.outline for shape in drawn}) == 6


# ---------------------------------------------------------------- paper


@pytest.mark.system
def test_every_page_has_the_size_of_the_paper(booklet: Booklet) -> None:
    for paper, width, height in (("letter", 215.9, 279.4), ("a4", 210, 297)):
        pages = read(booklet(paper, {"letter": "full", "a4": "black"}[paper])).pages
        for page in pages:
            assert page.width == pytest.approx(width * MM, abs=0.01)
            assert page.height == pytest.approx(height * MM, abs=0.01)


def test_nothing_is_printed_closer_than_8_mm_to_the_edge(printed: Printed) -> None:
    wrong = []
    for page in printed.pages:
        frames = [(run.text, run.frame) for run in page.runs if run.text.strip()]
        frames += [(shape.kind, shape.frame) for shape in page.shapes]
        for name, frame in frames:
            nearest = min(
                frame.left, frame.top, page.width - frame.right, page.height - frame.bottom
            )
            if nearest < 8 * MM:
                wrong.append((page.label, name, round(nearest / MM, 1)))
    assert wrong == []
