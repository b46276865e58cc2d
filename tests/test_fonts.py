"""The vendored faces: the bytes we listed, the signs we need, and no glyph without a text.

Read as they lie on disk, by fontTools; nothing here knows how they were made.
"""

import hashlib
import tomllib
from pathlib import Path

import pytest
from fontTools.pens.areaPen import AreaPen
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "templates/fonts"
FACES = tomllib.loads((FONTS / "fonts.toml").read_text(encoding="utf-8"))["face"]
FILES = [face["file"] for face in FACES]
SYMBOLS = "PharmSymbols-Regular.ttf"
TEXT_FILES = [file for file in FILES if file != SYMBOLS]

TEXT_SIGNS = (
    " ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    "¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
    "ĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĴĵĶķĹĺĻļĽľŁłŃńŅņŇňŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠš"
    "ŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžƏəƒƠơƯưǍǎȘșȚțẀẁẂẃẄẅẞ"
    "ẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ"
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψωΆΈΉΊΌΎΏΐΪΫάέήίΰϊϋόύώ"
    "\N{COMBINING GRAVE ACCENT}\N{COMBINING ACUTE ACCENT}\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING TILDE}"
    "\N{COMBINING MACRON}\N{COMBINING DIAERESIS}\N{COMBINING CARON}\N{COMBINING DOT BELOW}\N{COMBINING CEDILLA}"
    "\N{NO-BREAK SPACE}\N{SOFT HYPHEN}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}\N{ZERO WIDTH SPACE}\N{FIGURE SPACE}"
    "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}\N{MINUS SIGN}"
    "‘’‚“”„‹›†‡•…‰′″⁄⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉€₤₦₩₫₱₹₺₽№™⅓⅔⅛⅜⅝⅞←↑→↓↔∂∆∏∑√∞≈≠≤≥✓"
)
SHAPES = "●▲■◆⬟✚"
SYMBOL_SIGNS = " ℞⚠☐☑✓" + SHAPES


def face_font(file: str) -> TTFont:
    return TTFont(FONTS / file)


def named(font: TTFont, number: int) -> str:
    return font["name"].getDebugName(number) or ""


def missing(file: str, signs: str) -> list[str]:
    cmap = face_font(file).getBestCmap()
    return [f"U+{ord(sign):04X} {sign}" for sign in signs if ord(sign) not in cmap]


def test_the_list_names_every_face_in_the_folder() -> None:
    """WeasyPrint could find a file the list does not have, and draw from it."""
    assert sorted(FILES) == sorted(path.name for path in FONTS.glob("*.[to]t[fc]"))


def test_the_families_are_complete() -> None:
    """An undeclared bold or italic prints Regular and says nothing."""
    assert {(face["family"], face["style"], face["weight"]) for face in FACES} == {
        ("Pharm Serif", "normal", 400),
        ("Pharm Serif", "italic", 400),
        ("Pharm Serif", "normal", 700),
        ("Pharm Sans", "normal", 400),
        ("Pharm Sans", "italic", 400),
        ("Pharm Sans", "normal", 700),
        ("Pharm Narrow", "normal", 400),
        ("Pharm Narrow", "normal", 700),
        ("Pharm Symbols", "normal", 400),
    }


@pytest.mark.parametrize("face", FACES, ids=FILES)
def test_a_face_is_the_one_that_was_listed(face: dict[str, str | int]) -> None:
    data = (FONTS / str(face["file"])).read_bytes()
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (face["sha256"], face["bytes"])


@pytest.mark.parametrize("face", FACES, ids=FILES)
def test_the_list_tells_the_characters_of_a_face(face: dict[str, str]) -> None:
    """What a face lacks is found without opening it."""
    runs = [run.split("-") for run in face["covers"].split()]
    points = [point for run in runs for point in range(int(run[0], 16), int(run[-1], 16) + 1)]
    assert points == sorted(face_font(face["file"]).getBestCmap())


@pytest.mark.parametrize("file", FILES)
def test_a_face_is_small_enough_to_embed_whole(file: str) -> None:
    assert (FONTS / file).stat().st_size < 100_000


@pytest.mark.parametrize("face", FACES, ids=FILES)
def test_a_face_comes_with_its_licence(face: dict[str, str]) -> None:
    text = (FONTS / face["licence"]).read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    font = face_font(face["file"])
    holder = named(font, 0).removeprefix("Copyright").strip(" ©0123456789").split(".")[0]
    assert holder
    assert holder in text
    assert "SIL Open Font License" in named(font, 13)
    assert named(font, 14).endswith("/OFL")


@pytest.mark.parametrize("file", TEXT_FILES)
def test_a_text_face_has_every_sign_of_the_text(file: str) -> None:
    assert missing(file, TEXT_SIGNS) == []


def test_the_symbol_face_has_every_sign_the_text_faces_lack() -> None:
    assert missing(SYMBOLS, SYMBOL_SIGNS) == []


@pytest.mark.parametrize("file", FILES)
def test_every_glyph_has_a_character_or_is_part_of_one_that_has(file: str) -> None:
    """Embedded whole, a face gets its text from the cmap: any other glyph would be lost text."""
    font = face_font(file)
    glyf = font["glyf"]
    reached = {".notdef"}
    waiting = list(font.getBestCmap().values())
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += glyf[name].getComponentNames(glyf)
    assert set(font.getGlyphOrder()) - reached == set()


@pytest.mark.parametrize("file", FILES)
def test_no_two_characters_share_a_glyph(file: str) -> None:
    """A shared glyph has one text: the other character would be copied out as its twin."""
    glyphs = list(face_font(file).getBestCmap().values())
    assert sorted(glyphs) == sorted(set(glyphs))


@pytest.mark.parametrize("file", FILES)
def test_nothing_in_a_face_swaps_glyphs(file: str) -> None:
    assert "GSUB" not in face_font(file)


@pytest.mark.parametrize("file", TEXT_FILES)
def test_a_text_face_keeps_its_kerning_and_its_marks(file: str) -> None:
    features = face_font(file)["GPOS"].table.FeatureList.FeatureRecord
    assert {feature.FeatureTag for feature in features} == {"kern", "mark"}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("number", [1, 3, 4, 6, 16, 17])
def test_no_name_is_the_reserved_one(file: str, number: int) -> None:
    names = [
        record.toUnicode() for record in face_font(file)["name"].names if record.nameID == number
    ]
    assert not [name for name in names if "plex" in name.lower()]


@pytest.mark.parametrize("face", FACES, ids=FILES)
def test_a_face_says_of_itself_what_the_list_says(face: dict[str, str | int]) -> None:
    """Fontconfig and Word believe the file; CSS believes the list."""
    font = face_font(str(face["file"]))
    bold, italic = face["weight"] == 700, face["style"] == "italic"
    style = "Bold" if bold else "Italic" if italic else "Regular"
    assert (named(font, 1), named(font, 2)) == (face["family"], style)
    assert font["OS/2"].usWeightClass == face["weight"]
    assert font["OS/2"].fsSelection == {"Regular": 0x40, "Bold": 0x20, "Italic": 0x01}[style]
    assert font["head"].macStyle == {"Regular": 0, "Bold": 1, "Italic": 2}[style]
    assert font["OS/2"].fsType == 0  # may be embedded


@pytest.mark.parametrize("file", FILES)
def test_every_face_sets_the_same_line(file: str) -> None:
    """A sign from the symbol face must not push two lines apart."""
    font = face_font(file)
    line = font["hhea"]
    assert (font["head"].unitsPerEm, line.ascent, line.descent, line.lineGap) == (
        1000,
        1025,
        -275,
        0,
    )


@pytest.mark.parametrize("sign", SHAPES)
def test_the_shapes_are_of_one_size(sign: str) -> None:
    """A triangle as high as the capitals, 698, and equilateral has 698² / √3 = 281,288 square units."""
    font = face_font(SYMBOLS)
    glyphs = font.getGlyphSet()
    pen = AreaPen(glyphs)
    glyphs[font.getBestCmap()[ord(sign)]].draw(pen)
    assert abs(pen.value) == pytest.approx(281_288, rel=0.005)


@pytest.mark.parametrize("sign", SYMBOL_SIGNS.strip())
def test_a_symbol_is_centred_on_the_capitals(sign: str) -> None:
    font = face_font(SYMBOLS)
    name = font.getBestCmap()[ord(sign)]
    glyph, width = font["glyf"][name], font["hmtx"][name][0]
    assert glyph.yMin + glyph.yMax == pytest.approx(698, abs=1)
    assert glyph.xMin == pytest.approx(width - glyph.xMax, abs=1)


@pytest.mark.parametrize("file", FILES)
def test_the_space_is_the_first_glyph(file: str) -> None:
    """The space at the end of a broken line is written by its number."""
    with TTFont(FONTS / file) as font:
        assert font.getGlyphID(font.getBestCmap()[ord(" ")]) == 1
