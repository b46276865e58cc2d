"""Published fonts -> the vendored faces, small and plain enough to be embedded whole.

A face holds no glyph without a character of its own: no ligature, no alternate, no feature that
swaps glyphs. Text extracted from a page is then the text that was set. Same sources, same bytes;
any other source is refused.

    python scripts/make_fonts.py SOURCE_FOLDER

SOURCE_FOLDER holds, side by side, the woff2 files of the npm packages named below (in each:
fonts/complete/woff2) and Inter-Regular.otf of Debian's fonts-inter. Needs fonttools and brotli.
"""

import argparse
import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.basePen import AbstractPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

FONTS = Path(__file__).resolve().parent.parent / "templates" / "fonts"

# 2024-01-01, in seconds since 1904, as the head table counts.
DATE = 3_786_912_000
ENGLISH = 0x409


@dataclass(frozen=True)
class Package:
    """Where a source was published, and the file its licence lies in beside the faces."""

    name: str
    licence: str


SERIF = Package("@ibm/plex-serif 2.0.0", "OFL-IBM-Plex.txt")
SANS = Package("@ibm/plex-sans 1.1.0", "OFL-IBM-Plex.txt")
CONDENSED = Package("@ibm/plex-sans-condensed 2.0.0", "OFL-IBM-Plex.txt")
INTER = Package("Debian fonts-inter 4.0~beta7+ds-1", "OFL-Inter.txt")


@dataclass(frozen=True)
class Source:
    """A published file, known by its bytes: its name alone does not tell the version."""

    package: Package
    file: str
    sha256: str


@dataclass(frozen=True)
class Face:
    """One face as CSS will ask for it. Style is Regular, Italic or Bold."""

    family: str
    style: str
    source: Source

    @property
    def postscript(self) -> str:
        """Its PostScript name, which also names its file."""
        return f"{self.family.replace(' ', '')}-{self.style}"

    @property
    def file(self) -> str:
        """Its file among the vendored faces."""
        return f"{self.postscript}.ttf"

    @property
    def bold(self) -> bool:
        """Whether CSS weight 700 is to find it."""
        return self.style == "Bold"

    @property
    def italic(self) -> bool:
        """Whether CSS font-style italic is to find it."""
        return self.style == "Italic"


# "Plex" is a reserved font name: a modified version must be called something else.
# SemiBold is what CSS gets when it asks for bold.
PHARM_SERIF = (
    Face("Pharm Serif", "Regular", Source(
        SERIF, "IBMPlexSerif-Regular.woff2",
        "024ebce13cec984b46e350dd85fa7c01105c777e116bfe95f097ad7fa93f39f2")),
    Face("Pharm Serif", "Italic", Source(
        SERIF, "IBMPlexSerif-Italic.woff2",
        "ba5feed9ebae36e3b6ae3486052c90f4f42a294fa67a7c9415985175d19c4c82")),
    Face("Pharm Serif", "Bold", Source(
        SERIF, "IBMPlexSerif-SemiBold.woff2",
        "030d808e82f99ebe5c21d50745bd06e5ce16ad9e94b360f5adcc19362beb5344")),
)  # fmt: skip
PHARM_SANS = (
    Face("Pharm Sans", "Regular", Source(
        SANS, "IBMPlexSans-Regular.woff2",
        "ba711a3085ff9f27440b6b9c4550cfc47c97bf36591d5da958b975bb3add8c1a")),
    Face("Pharm Sans", "Italic", Source(
        SANS, "IBMPlexSans-Italic.woff2",
        "13284fab1821ba6e3652c1580fcf2bbfd8c9309520c69b3d1224dab40b37c597")),
    Face("Pharm Sans", "Bold", Source(
        SANS, "IBMPlexSans-SemiBold.woff2",
        "f78048030eab62e860efa39a0df79e2e5581bf122eb95b9bc42c0b8a4988d205")),
)  # fmt: skip
PHARM_CONDENSED = (
    Face("Pharm Narrow", "Regular", Source(
        CONDENSED, "IBMPlexSansCondensed-Regular.woff2",
        "a71a56e516751883cb7877112d39f9c13b92c2dc15caaf00277b7f9d941d673a")),
    Face("Pharm Narrow", "Bold", Source(
        CONDENSED, "IBMPlexSansCondensed-SemiBold.woff2",
        "385a082a1eac88343eab01fb6746be04b7175dacaf4550b17dee76ea0f78126d")),
)  # fmt: skip
# Inter reserves no font name; the symbol face has a name of its own all the same.
PHARM_SYMBOLS = Face("Pharm Symbols", "Regular", Source(
    INTER, "Inter-Regular.otf",
    "a7e791e8f5a0fb02b65663f7fca73e1d1ca9543f772ad480cbd76f4e3fe3f8cc"))  # fmt: skip

TEXT_FACES = (*PHARM_SERIF, *PHARM_SANS, *PHARM_CONDENSED)

# What a text face keeps, as far as its source has it. Left out on purpose: the ligature characters
# U+FB01 and U+FB02, and the joiners U+200C and U+200D, which the sources draw as upright bars.
KEPT = (
    range(0x0020, 0x007F),  # Basic Latin
    range(0x00A0, 0x0250),  # Latin-1, Latin Extended-A and -B
    range(0x0259, 0x025A),  # the small letter of U+018F
    range(0x02B0, 0x0370),  # spacing and combining marks
    range(0x0370, 0x0400),  # Greek
    range(0x1E00, 0x1F00),  # Latin Extended Additional
    range(0x2000, 0x200C),  # spaces; WeasyPrint sets U+200B itself
    range(0x2010, 0x2028),  # hyphens, dashes, quotes, daggers, bullet, ellipsis
    range(0x202F, 0x2070),  # narrow no-break space, per mille, primes
    range(0x2070, 0x20D0),  # superscripts, subscripts, currency
    range(0x2100, 0x2190),  # letterlike signs, fractions
    range(0x2190, 0x219A),  # arrows
    range(0x2200, 0x2300),  # mathematics
    range(0x2713, 0x2714),  # check mark
)


def main() -> None:
    """Read the sources, write every face and the list of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source_folder", type=Path)
    sources = parser.parse_args().source_folder
    problems = [problem(sources, face.source) for face in (*TEXT_FACES, PHARM_SYMBOLS)]
    if any(problems):
        raise SystemExit("\n".join(filter(None, problems)))
    made = {face: text_face(face, sources / face.source.file) for face in TEXT_FACES}
    made[PHARM_SYMBOLS] = symbol_face(PHARM_SYMBOLS, sources / PHARM_SYMBOLS.source.file)
    FONTS.mkdir(parents=True, exist_ok=True)
    files = {face: saved(font) for face, font in made.items()}
    for face, data in files.items():
        (FONTS / face.file).write_bytes(data)
    listing = "".join(entry(face, data) for face, data in files.items())
    (FONTS / "fonts.toml").write_text(
        "# Written by scripts/make_fonts.py.\n" + listing, encoding="utf-8"
    )


def problem(sources: Path, source: Source) -> str:
    """What is wrong with a source and how to get the right one, or nothing."""
    path = sources / source.file
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == source.sha256:
        return ""
    what = "is another version" if path.is_file() else "is missing"
    return f"error: {path} {what}\n    fix: take it from {source.package.name}"


def text_face(face: Face, source: Path) -> TTFont:
    """The characters of KEPT with their kerning and mark positions, under the name of the face."""
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk"]
    # Embedded whole, a face gets its text from the cmap alone: a glyph that only a feature reaches
    # would print and have no text.
    options.drop_tables += ["GSUB", "gasp"]
    options.hinting = False
    options.glyph_names = False
    options.legacy_cmap = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[sign for block in KEPT for sign in block])
    subsetter.subset(font)
    font.flavor = None
    given = {
        record.nameID: record.toUnicode()
        for record in font["name"].names
        if record.langID == ENGLISH
    }
    rename(font, face, {number: given[number] for number in (0, 5, 7, 13, 14)})
    return font


def rename(font: TTFont, face: Face, kept: dict[int, str]) -> None:
    """Make it a plain member of its family: Regular, Italic or Bold, and nothing between.

    Args:
        kept: names that stay as the source has them (copyright, version, trademark, licence).
    """
    full = face.family if face.style == "Regular" else f"{face.family} {face.style}"
    names = kept | {
        1: face.family,
        2: face.style,
        3: f"{kept[5].removeprefix('Version ')};{face.postscript}",
        4: full,
        6: face.postscript,
        10: f"Made from {face.source.file} of {face.source.package.name}",
    }
    font["name"].names = []
    for number, text in sorted(names.items()):
        font["name"].setName(text, number, 3, 1, ENGLISH)
    font["head"].macStyle = face.bold << 0 | face.italic << 1
    font["head"].created = font["head"].modified = DATE
    os2 = font["OS/2"]
    os2.fsSelection = face.italic << 0 | face.bold << 5 | (face.style == "Regular") << 6
    os2.usWeightClass = 700 if face.bold else 400
    # Condensed is a family here, not a width of Sans.
    os2.usWidthClass = 5


def saved(font: TTFont) -> bytes:
    """The bytes of a face, once nothing in it is out of reach.

    Raises:
        SystemExit: a glyph has neither a character nor a place in a glyph that has one.
    """
    out = BytesIO()
    font.save(out)
    font = TTFont(BytesIO(out.getvalue()))
    reached = {".notdef", *font.getBestCmap().values()}
    reached |= {part for name in reached for part in parts(font, name)}
    if lost := sorted(set(font.getGlyphOrder()) - reached):
        raise SystemExit(
            f"error: {font['name'].getDebugName(4)}: no character reaches {', '.join(lost)}"
        )
    return out.getvalue()


def parts(font: TTFont, name: str) -> set[str]:
    """The glyphs a composite glyph is put together from, at any depth."""
    direct = font["glyf"][name].getComponentNames(font["glyf"])
    return {*direct, *(deeper for part in direct for deeper in parts(font, part))}


def covered(font: TTFont) -> Iterator[str]:
    """The code points of its characters, in hexadecimal: runs from first to last, and single ones.

    So that a text can be looked through without opening a font.
    """
    points = sorted(font.getBestCmap())
    for first in (point for point in points if point - 1 not in points):
        last = next(point for point in count(first) if point + 1 not in points)
        yield f"{first:x}" if first == last else f"{first:x}-{last:x}"


def entry(face: Face, data: bytes) -> str:
    """Its table in fonts.toml."""
    return f"""
[[face]]
file = "{face.file}"
family = "{face.family}"
style = "{"italic" if face.italic else "normal"}"
weight = {700 if face.bold else 400}
sha256 = "{hashlib.sha256(data).hexdigest()}"
bytes = {len(data)}
covers = "{" ".join(covered(TTFont(BytesIO(data))))}"
source = "{face.source.package.name}, {face.source.file}"
licence = "{face.source.package.licence}"
"""


# The symbol face. Thousandths of an em, y upwards from the baseline, as in the text faces;
# outlines run anticlockwise, as in Inter, and are turned round for TrueType at the end.

EM = 1000
ASCENT, DESCENT = 1025, -275  # those of the text faces: a sign must not push lines apart
CAP_HEIGHT = 698
SPACE = 236
BEARING = 60
# One optical size is one area: that of a triangle as high as the capitals.
AREA = CAP_HEIGHT**2 / math.sqrt(3)
# A hollow square looks smaller than a full one.
BOX = 1.15 * math.sqrt(AREA)
STEM = 84  # the upright stroke of the Sans
LINE = 64  # four such strokes round a hole look darker than a letter, so they are thinner

Outline = list[tuple[float, float]]
Draw = Callable[[AbstractPen], None]


def symbol_face(face: Face, inter: Path) -> TTFont:
    """Signs that the text faces lack: two of Inter's, and shapes drawn here."""
    source = TTFont(inter)
    signs = {
        "℞": borrowed(source, "℞"),
        "⚠": borrowed(source, "⚠"),
        "☐": outlines(*box()),
        "☑": outlines(*box(), tick(0.65 * BOX, 0.9 * STEM)),
        "✓": outlines(tick(BOX, STEM)),
        "●": disc,
        "▲": outlines(regular(3)),
        "■": outlines(square(math.sqrt(AREA))),
        "◆": outlines(regular(4)),
        "⬟": outlines(regular(5)),
        "✚": outlines(cross()),
    }
    # A missing sign must not pass for an empty box to tick.
    placed = {".notdef": place(outlines(*box(), square(0.4 * BOX))), "space": (Glyph(), SPACE)}
    placed |= {f"uni{ord(sign):04X}": place(draw) for sign, draw in signs.items()}
    builder = FontBuilder(EM)
    builder.setupGlyphOrder(list(placed))
    builder.setupCharacterMap(
        {0x20: "space"} | {ord(sign): f"uni{ord(sign):04X}" for sign in signs}
    )
    builder.setupGlyf({name: glyph for name, (glyph, _) in placed.items()})
    outlined = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (width, getattr(outlined[name], "xMin", 0)) for name, (_, width) in placed.items()}
    )
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupOS2(
        sTypoAscender=780, sTypoDescender=-220, sTypoLineGap=300,
        usWinAscent=ASCENT, usWinDescent=-DESCENT,
        sCapHeight=CAP_HEIGHT, sxHeight=516, fsType=0,
    )  # fmt: skip
    builder.setupNameTable({})
    builder.setupPost(keepGlyphNames=False, underlinePosition=-95, underlineThickness=60)
    given = source["name"]
    kept = {number: given.getDebugName(number) for number in (0, 7, 13, 14)}
    rename(builder.font, face, kept | {5: "Version 1.000"})
    return builder.font


def place(draw: Draw) -> tuple[Glyph, int]:
    """A sign as a glyph and its width: centred on half a capital's height, even room beside it."""
    bounds = BoundsPen(None)
    draw(bounds)
    left, bottom, right, top = bounds.bounds
    half = round((right - left) / 2) + BEARING
    pen = TTGlyphPen(None)
    quadratic = Cu2QuPen(pen, max_err=0.5, reverse_direction=True)
    draw(
        TransformPen(
            quadratic, (1, 0, 0, 1, half - (left + right) / 2, (CAP_HEIGHT - bottom - top) / 2)
        )
    )
    return pen.glyph(), 2 * half


def borrowed(source: TTFont, sign: str) -> Draw:
    """A sign of another font, as high as the capitals."""
    glyphs = source.getGlyphSet()
    glyph = glyphs[source.getBestCmap()[ord(sign)]]
    bounds = BoundsPen(glyphs)
    glyph.draw(bounds)
    scale = CAP_HEIGHT / (bounds.bounds[3] - bounds.bounds[1])
    return lambda pen: glyph.draw(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))


def outlines(*polygons: Outline) -> Draw:
    """Straight-edged outlines; one that runs clockwise is a hole."""

    def draw(pen: AbstractPen) -> None:
        for first, *rest in polygons:
            pen.moveTo(first)
            for point in rest:
                pen.lineTo(point)
            pen.closePath()

    return draw


def disc(pen: AbstractPen) -> None:
    """A full circle."""
    r = math.sqrt(AREA / math.pi)
    k = r * 4 / 3 * math.tan(math.pi / 8)
    pen.moveTo((r, 0))
    pen.curveTo((r, k), (k, r), (0, r))
    pen.curveTo((-k, r), (-r, k), (-r, 0))
    pen.curveTo((-r, -k), (-k, -r), (0, -r))
    pen.curveTo((k, -r), (r, -k), (r, 0))
    pen.closePath()


def regular(corners: int) -> Outline:
    """A regular polygon that stands point up."""
    turn = math.tau / corners
    radius = math.sqrt(2 * AREA / (corners * math.sin(turn)))
    return [(-radius * math.sin(turn * k), radius * math.cos(turn * k)) for k in range(corners)]


def square(side: float) -> Outline:
    """A square about the origin."""
    h = side / 2
    return [(-h, -h), (h, -h), (h, h), (-h, h)]


def box() -> tuple[Outline, Outline]:
    """A square outline and its hole."""
    return square(BOX), square(BOX - 2 * LINE)[::-1]


def cross() -> Outline:
    """An upright cross with arms as wide as long."""
    a = math.sqrt(AREA / 5) / 2
    b = 3 * a
    return [
        (-a, -b), (a, -b), (a, -a), (b, -a), (b, a), (a, a),
        (a, b), (-a, b), (-a, a), (-b, a), (-b, -a), (-a, -a),
    ]  # fmt: skip


def tick(height: float, stem: float) -> Outline:
    """A check mark about the origin: a flat foot, both arms at one slope, the left one shorter."""
    slope = math.radians(60)
    along_x, along_y = math.cos(slope), math.sin(slope)
    foot = stem / 2
    long = (height - stem * along_x) / along_y
    short = 0.55 * long
    crotch = stem / along_x - foot * math.tan(slope)
    outline = [
        (-foot, 0),
        (foot, 0),
        (foot + long * along_x, long * along_y),
        (foot + long * along_x - stem * along_y, height),
        (0, crotch),
        (-foot - short * along_x + stem * along_y, short * along_y + stem * along_x),
        (-foot - short * along_x, short * along_y),
    ]
    middle = (long - short) * along_x / 2
    return [(x - middle, y - height / 2) for x, y in outline]


if __name__ == "__main__":
    main()
