"""`pharmdocs check`: every promise has a file made to break it; reports tell page and place.

The files are real ones, damaged by hand; the manifest beside them is the one that was built.
"""

import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import plain_pdf
import pytest
from click.testing import CliRunner, Result
from pikepdf import Array, Dictionary, Name, String

from pharmdocs.checklist import ChecklistResult
from pharmdocs.cli import main
from pharmdocs.preflight import NAMES

Damage = Callable[[pikepdf.Pdf], None]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)], catch_exceptions=False)


def verdicts(path: Path) -> dict[str, Any]:
    """The verdict on each promise, by its name."""
    result = run(path, "--json")
    (told,) = json.loads(result.stdout)
    assert [it["promise"] for it in told["promises"]] == list(NAMES)
    states = {it["promise"]: it for it in told["promises"]}
    assert (result.exit_code == 6) is any(it["state"] == "broken" for it in states.values())
    return states


def damaged(source: Path, folder: Path, damage: Damage | None) -> Path:
    """A copy of a file and of its manifest; with a damage, another file under the old promise."""
    for name in (source.name, f"{source.stem}.manifest.json"):
        shutil.copy(source.with_name(name), folder / name)
    path = folder / source.name
    if damage:
        with pikepdf.open(path, allow_overwriting_input=True) as document:
            damage(document)
            document.save(path)
    return path


def draws(content: str, page: int = 1) -> Damage:
    """Something more on a page, over all the rest."""

    def damage(document: pikepdf.Pdf) -> None:
        it = document.pages[page - 1]
        font, letters = _shown(it)
        drawn = content.replace("FONT", font).replace("TEXT", f"<{letters.hex()}>").encode()
        # Its own marks stand upright: what the page has changed must not move them.
        it.contents_add(b"q\n", prepend=True)
        it.contents_add(b"\nQ /Artifact BMC " + drawn + b" EMC")

    return damage


def _shown(page: pikepdf.Page) -> tuple[str, bytes]:
    """A font of the page and a few letters that it draws with it."""
    font = ""
    for item in pikepdf.parse_content_stream(page, "Tf Tj TJ"):
        operands: Any = item.operands
        if str(item.operator) == "Tf":
            font = str(operands[0])
            continue
        for part in operands[0] if isinstance(operands[0], Array) else [operands[0]]:
            if isinstance(part, String) and len(bytes(part)) >= 8:
                return font, bytes(part)[:4]
    raise AssertionError("the page shows no text")


def _shows_a_small_picture(document: pikepdf.Pdf) -> None:
    picture = document.make_stream(bytes(100))
    picture.Type, picture.Subtype = Name.XObject, Name.Image
    picture.Width, picture.Height, picture.BitsPerComponent = 10, 10, 8
    picture.ColorSpace = Name.DeviceGray
    page = document.pages[1]
    page.Resources["/XObject"] = Dictionary(Pic=picture)
    draws("q 36 0 0 36 100 600 cm /Pic Do Q", 2)(document)


def _runs_a_script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _reads_backward(document: pikepdf.Pdf) -> None:
    kids: Any = document.Root.StructTreeRoot.K
    while not (isinstance(kids, Array) and len(kids) > 3):
        kids = kids[0].K if isinstance(kids, Array) else kids.K
    kids[:] = list(reversed(list(kids)))


def _paragraphs(document: pikepdf.Pdf, page: int) -> list[tuple[Any, Any]]:
    """The paragraphs of a page in the order of its tags, each with the element around it."""
    found, here = [], document.pages[page - 1].objgen

    def walk(element: Any) -> None:
        kids = element.get("/K", Array())
        for kid in kids if isinstance(kids, Array) else [kids]:
            if isinstance(kid, Dictionary) and "/S" in kid:
                if kid.S == "/P" and "/Pg" in kid and kid.Pg.objgen == here:
                    found.append((element, kid))
                walk(kid)

    walk(document.Root.StructTreeRoot)
    return found


def _reads_a_paragraph_late(document: pikepdf.Pdf) -> None:
    """Of two that stand below each other, the first is read after the second."""
    found = _paragraphs(document, 12)
    pairs = pairwise(found)
    around, first = [one for one, two in pairs if one[0].objgen == two[0].objgen][-1]
    kids = list(around.K)
    at = [kid.objgen for kid in kids].index(first.objgen)
    around.K = Array([*kids[:at], kids[at + 1], kids[at], *kids[at + 2 :]])


def _reads_a_line_backward(document: pikepdf.Pdf) -> None:
    """Where a line changes its type, there are several pieces of it."""
    for page in range(3, 9):
        for _, paragraph in _paragraphs(document, page):
            kids = paragraph.K
            if isinstance(kids, Array) and len(kids) >= 2:
                paragraph.K = Array(list(reversed(list(kids))))


def _has_no_header_cells(document: pikepdf.Pdf) -> None:
    for item in document.objects:
        if isinstance(item, Dictionary) and item.get("/S") == "/TH":
            item.S = Name.TD


def _says_nothing_to_viewers(document: pikepdf.Pdf) -> None:
    del document.Root.ViewerPreferences


def _swaps_backs(document: pikepdf.Pdf) -> None:
    second, fourth = document.pages[1].obj, document.pages[3].obj
    contents = second.Contents, fourth.Contents
    fourth.Contents, second.Contents = contents
    resources = second.Resources, fourth.Resources
    fourth.Resources, second.Resources = resources


def _loses_a_page(document: pikepdf.Pdf) -> None:
    del document.pages[7]


def _trims_outside(document: pikepdf.Pdf) -> None:
    document.pages[2].TrimBox = Array([-20, 0, 612, 792])


def _loses_words(document: pikepdf.Pdf) -> None:
    page = document.pages[4]
    kept = [it for it in pikepdf.parse_content_stream(page) if str(it.operator) not in ("TJ", "Tj")]
    page.Contents = document.make_stream(pikepdf.unparse_content_stream(kept))


def _shows_another_letter(document: pikepdf.Pdf) -> None:
    font = next(iter(document.pages[0].Resources.Font.values()))
    table = b"".join((glyph + 1).to_bytes(2, "big") for glyph in range(400))
    font.DescendantFonts[0].CIDToGIDMap = document.make_stream(table)


BROKEN: dict[str, tuple[str, Damage, int, str]] = {
    "file": ("booklet", _says_nothing_to_viewers, 0, "is not the file that was built"),
    "page count": ("booklet", _loses_a_page, 0, "pages, not 2"),
    "pages": ("booklet", _trims_outside, 3, "has a TrimBox that is not inside its paper"),
    "glyphs": ("booklet", _shows_another_letter, 0, "renumbers its glyphs"),
    "words": ("booklet", _loses_words, 5, "0 words, and not the "),
    "type size": (
        "booklet",
        draws("BT 0 g FONT 5 Tf 100 600 Td TEXT Tj ET", 3),
        3,
        "type of 5.0 pt, smaller than 6 pt",
    ),
    "safe area": (
        "booklet",
        draws("0 g 10 300 20 20 re f", 3),
        3,
        "ink 3.5 mm from the paper's edge, where 4.0 mm are kept free",
    ),
    "safe area of a card": (
        "flashcards",
        draws("BT 0 g FONT 12 Tf 300 288 Td TEXT Tj ET", 2),
        2,
        "outside the safe area",
    ),
    "pictures": ("booklet", _shows_a_small_picture, 2, "a picture has 20 pixels an inch"),
    "links": ("booklet", _runs_a_script, 0, "an action runs by itself"),
    "structure": ("booklet", _has_no_header_cells, 0, "a table has no header cell"),
    "structure, the order of a page": (
        "booklet",
        _reads_a_paragraph_late,
        12,
        "is read after what follows it on the page",
    ),
    "structure, the order of a line": (
        "booklet",
        _reads_a_line_backward,
        4,
        "is read after what follows it on the page",
    ),
    "structure, its order": ("booklet", _reads_backward, 0, "is read after page"),
    "registration": ("flashcards", _swaps_backs, 0, "the back of Q05"),
    "viewer": ("booklet", _says_nothing_to_viewers, 0, "does not ask viewers to print it at 100"),
    "contrast": (
        "booklet",
        draws("BT 0.6 g FONT 12 Tf 100 600 Td TEXT Tj ET", 3),
        3,
        "a contrast of 2.8 : 1 in black and white, less than 4.5",
    ),
    "contrast on a ground": (
        "booklet",
        draws("0.4 g 90 590 60 60 re f BT 0 g FONT 12 Tf 100 600 Td TEXT Tj ET", 3),
        3,
        "a contrast of 3.7 : 1",
    ),
    "signs": ("flashcards", _loses_words, 0, "of a category stands"),
    "coverage": ("booklet", draws("0 g 60 60 400 600 re f", 3), 3, "% of the paper, more than 25"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_told_with_page_and_place(
    name: str,
    short_booklet: Path,
    interview_cards: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    printable, damage, page, reason = BROKEN[name]
    source = short_booklet if printable == "booklet" else interview_cards("")
    promise = {"page count": "pages", "contrast on a ground": "contrast"}.get(name, name)
    promise = promise.partition(",")[0].removesuffix(" of a card")
    found = verdicts(damaged(source, tmp_path, damage))[promise]
    assert found["state"] == "broken"
    problems = [it for it in found["problems"] if reason in it["what"]]
    assert problems, found
    assert problems[0].get("page", 0) == page
    assert all(it["fix"] for it in problems)


def test_a_place_is_measured_from_the_upper_left(short_booklet: Path, tmp_path: Path) -> None:
    """72 pt from the left and 72 from the top of Letter: 25.4 mm."""
    damage = draws("BT 0 g FONT 4 Tf 72 715 Td TEXT Tj ET", 3)
    path = damaged(short_booklet, tmp_path, damage)
    (problem,) = verdicts(path)["type size"]["problems"]
    assert problem["page"] == 3
    assert problem["mm"] == pytest.approx([25.4, 26.0], abs=1)
    said = run(path)
    assert "page 3, 25 mm from the left and 26 mm from the top: type of 4.0 pt" in said.stdout


@pytest.mark.system
def test_whole_files_keep_every_promise(
    booklet: Callable[..., Path],
    interview_cards: Callable[[str], Path],
    checklist: Callable[..., ChecklistResult],
) -> None:
    files = booklet(), interview_cards(""), checklist().path
    result = run(*files)
    assert result.exit_code == 0, result.output
    assert result.stdout.count(" 0 broken") == 3
    for name in ("registration", "words", "coverage", "safe area", "signs"):
        assert verdicts(interview_cards(""))[name]["state"] == "kept"
    assert verdicts(checklist().path)["form"]["state"] == "kept"


def test_a_form_whose_field_does_not_show_its_value_is_told(
    checklist: Callable[..., ChecklistResult], tmp_path: Path
) -> None:
    def damage(document: pikepdf.Pdf) -> None:
        document.Root.AcroForm.Fields[0].V = String("Ana Silva")

    found = verdicts(damaged(checklist().path, tmp_path, damage))
    assert "does not show what it holds" in found["form"]["problems"][0]["what"]
    assert found["file"] == {
        "promise": "file",
        "state": "not judged",
        "why": "it was changed since, as forms are when they are filled in",
        "problems": [],
    }


def test_the_backs_of_a_pile_turned_by_hand_are_held_against_their_fronts(project: Path) -> None:
    built = CliRunner().invoke(main, ["build", "flashcards", "--duplex", "manual"])
    assert built.exit_code == 0, built.output
    fronts = Path("output/flashcards-fronts.pdf")
    assert verdicts(fronts)["registration"]["state"] == "kept"
    backs = fronts.with_name("flashcards-backs.pdf")
    with pikepdf.open(backs, allow_overwriting_input=True) as document:
        document.pages.reverse()
        document.save(backs)
    assert verdicts(fronts)["registration"]["state"] == "broken"
    backs.unlink()
    assert "missing" in verdicts(fronts)["registration"]["problems"][0]["what"]


def test_one_page_that_became_two_is_told(
    checklist: Callable[..., ChecklistResult], tmp_path: Path
) -> None:
    def damage(document: pikepdf.Pdf) -> None:
        document.add_blank_page()

    path = damaged(checklist().path, tmp_path, damage)
    assert verdicts(path)["pages"]["problems"][0]["what"] == "the file has 2 pages, not 1"


# Anybody's files ----------------------------------------------------------------------------------


def test_of_anybodys_file_only_what_holds_for_all_is_judged(tmp_path: Path) -> None:
    path = plain_pdf.write(tmp_path / "x.pdf", "0 g 100 100 50 50 re f")
    found = verdicts(path)
    kept = [name for name, it in found.items() if it["state"] == "kept"]
    assert kept == ["pages", "fonts", "pictures", "links", "contrast"]
    assert found["words"]["why"] == "no manifest beside the file tells"
    assert found["structure"]["why"] == "it has no tags, and none were promised"


def test_a_font_that_is_not_embedded_is_told(tmp_path: Path) -> None:
    path = plain_pdf.write(tmp_path / "x.pdf", "BT /F 12 Tf (a) Tj ET")
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        document.pages[0].Resources = Dictionary(Font=Dictionary(F=document.make_indirect(font)))
        document.save(path)
    assert verdicts(path)["fonts"]["problems"][0]["what"] == "the font Helvetica is not embedded"


def _nested(path: Path) -> Path:
    """Forms in forms: 27,000 squares."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        form: Any = pdf.make_stream(b"0 0 1 1 re f")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
        for _ in range(3):
            outer: Any = pdf.make_stream(b"/F Do " * 30)
            outer.Type, outer.Subtype, outer.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
            outer.Resources = Dictionary(XObject=Dictionary(F=form))
            form = outer
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(F=form))
        pdf.pages[0].Contents = pdf.make_stream(b"/F Do")
        pdf.save(path)
    return path


def _torn(path: Path) -> Path:
    """A file whose tags and fonts are not what they should be."""
    plain_pdf.write(path, "BT /F 12 Tf (a) Tj ET")
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        heading = Dictionary(S=Name.H1, A=1, K=String(""))
        document.Root.StructTreeRoot = Dictionary(K=Array([heading]))
        document.Root.MarkInfo = Array()
        document.Root.Names = Array()
        document.save(path)
    return path


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (plain_pdf.garbage, "is not a PDF with pages"),
        (plain_pdf.locked, "is locked with a password"),
        (plain_pdf.empty, "is not a PDF with pages"),
        (_torn, "cannot be judged, because the file is damaged there"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_one_report(
    make: Callable[[Path], Path], reason: str, tmp_path: Path
) -> None:
    result = run(make(tmp_path / "x.pdf"), plain_pdf.write(tmp_path / "y.pdf", ""))
    assert result.exit_code == 6
    assert reason in result.stdout
    assert "y.pdf: 5 promises kept, 0 broken" in result.stdout


def test_a_page_of_endless_forms_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pharmdocs.preflight.seen.MOST_OBJECTS", 1000)
    result = run(_nested(tmp_path / "x.pdf"))
    assert result.exit_code == 6
    assert "page 1 draws more than 1,000 things" in result.stdout


def test_a_missing_file_is_usage(tmp_path: Path) -> None:
    assert run(tmp_path / "x.pdf").exit_code == 2


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("size", "large"),
        ("signs", [1]),
        ("moved", [[1, 2]]),
        ("moved", [[1, 0, 1, 0, 3, 4]]),
        ("moved", [[1, 0, 0, 1, float("nan"), 0]]),
        ("folded", {"pages": 5}),
    ],
)
def test_a_damaged_manifest_is_told(
    key: str, value: object, short_booklet: Path, tmp_path: Path
) -> None:
    path = damaged(short_booklet, tmp_path, None)
    place = tmp_path / "booklet.manifest.json"
    told = json.loads(place.read_text())
    told["promises"]["booklet.pdf"][key] = value
    place.write_text(json.dumps(told))
    result = run(path)
    assert result.exit_code == 6
    assert "the manifest of booklet.pdf is damaged" in result.stdout
