"""The interview-day checklist as it is used: one page, somebody’s data, the email, what is refused.

Where lines and boxes lie is read from the finished page by another engine than the one that drew
it.
"""

import ctypes
import datetime
import email
import email.policy
import json
import re
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import somebody
import zxingcpp
from click.testing import CliRunner, Result
from PIL import Image, ImageChops, ImageFilter
from pypdfium2 import raw
from small_bank import lay
from test_forms import picture

from pharmdocs.bank.model import Checklist
from pharmdocs.build import Request
from pharmdocs.checklist import Asked, ChecklistResult, build_checklist
from pharmdocs.checklistpages import COMFORTABLE, FLOOR
from pharmdocs.cli import main
from pharmdocs.errors import LayoutError
from pharmdocs.project import Project, find_project

Sheets = Callable[..., ChecklistResult]

MM = 72 / 25.4
RULE = (0x8F, 0xA5, 0xA9)
SETTINGS = ["retail", "hospital", "mail-order", "long-term-care"]
SHEETS = [("letter", "full", ""), ("a4", "low", "retail"), ("letter", "black", "hospital")]
# Each setting on Letter, in an ink in which the sheet is built anyway.
INKS = {setting: "black" if setting == "hospital" else "full" for setting in ("", *SETTINGS)}

HEAD = 'title = "Day of the interview"\nlead = "Tick it."\n'
LIST = '[[group]]\nname = "Bring"\nitems = ["A pen", "An ID"]\n'
ASKS = """\
[[question]]
group = "team"
text = "Who would train me?"
settings = ["retail", "hospital", "mail-order", "long-term-care"]
"""
EMAIL = """\
[email]
subject = "Thank you, {date}"
greeting = "Dear {interviewer},"
body = ["Thank you for the talk about the {role} position at {employer}, and for [what they said]."]
closing = "Sincerely, {name}"
"""
WHO = ("--name", "Łukasz Ağaoğlu", "--date", "2030-01-07")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small bank, its checklist, and one from the last good build."""
    (lay(tmp_path) / "checklist.toml").write_text(HEAD + LIST + ASKS + EMAIL, encoding="utf-8")
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "checklist.pdf").write_bytes(b"the last good build")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["build", "checklist", *words], catch_exceptions=False)


def refused(project: Path, code: int, *words: str) -> str:
    """What is said about a build that fails; the old file and nothing else is left."""
    result = run(*words)
    assert result.exit_code == code, result.output
    assert (project / "output" / "checklist.pdf").read_bytes() == b"the last good build"
    assert [file.name for file in (project / "output").iterdir()] == ["checklist.pdf"]
    return result.stderr


def text_of(path: Path) -> str:
    """What the page says, in one line; the only page."""
    with pypdfium2.PdfDocument(path) as document:
        assert len(document) == 1
        return " ".join(document[0].get_textpage().get_text_bounded().split())


# What a build says and leaves ---------------------------------------------------------------------


def test_a_build_says_where_how_large_and_how_to_print(project: Path) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    first, second, facts, how = result.stdout.splitlines()
    assert first == "output/checklist.pdf"
    assert second == "output/follow-up.eml, output/follow-up.txt"
    assert re.fullmatch(r"  1 page, 10\.5 pt, \d+ mm spare, 16 fields to fill in, \d+ kB", facts)
    assert how == "  print: Letter, 100 %, one side"
    assert result.stderr == ""
    made = sorted(file.name for file in (project / "output").iterdir())
    assert made == ["checklist.manifest.json", "checklist.pdf", "follow-up.eml", "follow-up.txt"]


def test_json_is_for_machines(project: Path) -> None:
    said = json.loads(run("--json", "--paper", "a4", "--flat").stdout)
    assert (said["paper"], said["pages"], said["fields"], said["body"]) == ("a4", 1, 0, 10.5)
    assert said["spare"] > 0
    assert said["size"] == (project / said["path"]).stat().st_size


def test_a_file_of_another_name_keeps_its_email_apart(project: Path) -> None:
    assert run("-o", "for/ana.pdf").exit_code == 0
    names = sorted(path.name for path in (project / "for").iterdir())
    assert names == ["ana-follow-up.eml", "ana-follow-up.txt", "ana.manifest.json", "ana.pdf"]


def test_the_manifest_tells_the_page_and_nothing_of_the_person(project: Path) -> None:
    assert run(*WHO, "--setting", "retail").exit_code == 0
    text = (project / "output" / "checklist.manifest.json").read_text("utf-8")
    told = json.loads(text)
    assert told["options"] == {
        "paper": "letter", "ink": "full", "setting": "retail", "fillable": True,
        "large-print": False,
    }  # fmt: skip
    assert told["faces"][0]["blanks"][:3] == ["name", "role", "employer"]
    assert set(told["files"]) == {"checklist.pdf", "follow-up.eml", "follow-up.txt"}
    assert "ukasz" not in text
    assert "2030" not in text


def test_the_same_input_gives_the_same_bytes_on_any_day(project: Path) -> None:
    request = Request(find_project(project), output=project / "a")
    person = {"name": "Ana", "date": "2020-02-03"}
    made = []
    for day in (datetime.date(2019, 1, 1), datetime.date(2031, 7, 4)):
        result = build_checklist(request, Asked(person=person, today=day))
        made.append([result.path.read_bytes(), *(path.read_bytes() for path in result.email)])
    assert made[0] == made[1]


def test_proof_draws_what_the_fields_hold(project: Path) -> None:
    (project / "pharmdocs.toml").write_text('bank = "small"\n[person]\nname = "Ana Silva"\n')
    pictures = []
    for name in ("Ana Silva", ""):
        assert run("--name", name, "-o", f"{name or 'nobody'}.pdf").exit_code == 0
        words = ["proof", f"{name or 'nobody'}.pdf", "--dpi", "60", "-o", "pictures"]
        assert CliRunner().invoke(main, words).exit_code == 0
        pictures.append((project / "pictures" / f"{name or 'nobody'}-1.png").read_bytes())
    assert pictures[0] != pictures[1]


# One page -----------------------------------------------------------------------------------------


@pytest.mark.system
@pytest.mark.parametrize(
    ("paper", "ink", "setting"), [SHEETS[1], *(("letter", INKS[it], it) for it in INKS)]
)
def test_the_bundled_checklist_is_one_comfortable_page(
    checklist: Sheets, paper: str, ink: str, setting: str
) -> None:
    made = checklist(paper, ink, setting)
    assert 9 <= made.body <= COMFORTABLE
    assert made.spare >= 0
    with pypdfium2.PdfDocument(made.path) as document:
        size = document[0].get_size()
    assert size == pytest.approx({"letter": (612, 792), "a4": (595.276, 841.89)}[paper], abs=0.01)


def texts(sheet: Checklist, setting: str) -> list[str]:
    """What must stand on the page, whatever is filled in."""
    ticks = [item for _, items in sheet.groups for item in items]
    heads = [name for name, _ in sheet.groups]
    asks = [ask.text for ask in sheet.questions if not setting and len(ask.settings) == 4]
    return [sheet.title, sheet.lead, *heads, *ticks, *sheet.certifications, *asks]


@pytest.mark.parametrize(
    ("paper", "ink", "setting", "is_form"),
    [*((*sheet, True) for sheet in SHEETS), (*SHEETS[0], False)],
)
def test_everything_that_the_bank_says_stands_there(
    checklist: Sheets, paper: str, ink: str, setting: str, is_form: bool
) -> None:
    sheet = Project(Path()).load_bank("interview").checklist
    assert sheet
    said = text_of(checklist(paper, ink, setting, is_form).path)
    assert [text for text in texts(sheet, setting) if text not in said] == []


@pytest.mark.system
@pytest.mark.parametrize("setting", SETTINGS)
def test_eight_questions_to_ask_of_which_two_are_for_the_setting(
    checklist: Sheets, setting: str
) -> None:
    sheet = Project(Path()).load_bank("interview").checklist
    assert sheet
    said = text_of(checklist("letter", INKS[setting], setting).path)
    asked = [ask for ask in sheet.questions if ask.text in said]
    assert len(asked) == 8
    assert [ask.group for ask in asked if ask.settings == (setting,)] == ["role", "role"]
    assert all(setting in ask.settings for ask in asked)


def drawn(path: Path) -> list[tuple[tuple[float, ...], tuple[int, ...]]]:
    """Every path on the page: left, bottom, right, top in points from below, and its color."""
    found = []
    with pypdfium2.PdfDocument(path) as document:
        for item in document[0].get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
            mode, stroke = ctypes.c_int(), ctypes.c_int()
            raw.FPDFPath_GetDrawMode(item, mode, stroke)
            get = raw.FPDFPageObj_GetStrokeColor if stroke else raw.FPDFPageObj_GetFillColor
            color = [ctypes.c_uint() for _ in range(4)]
            get(item, *color)
            found.append((item.get_bounds(), tuple(part.value for part in color[:3])))
    return found


@pytest.mark.parametrize(("paper", "known"), [("letter", False), ("letter", True), ("a4", False)])
def test_lines_to_write_on_are_seven_millimetres_apart(
    checklist: Sheets, paper: str, known: bool
) -> None:
    boxes = [box for box, color in drawn(checklist(paper, fillable=False, known=known).path)
             if color == RULE]  # fmt: skip
    assert len(boxes) > 20
    for one, other in combinations(boxes, 2):
        if min(one[2], other[2]) - max(one[0], other[0]) > 1:
            assert abs(one[1] - other[1]) >= 7 * MM


def test_boxes_to_tick_are_square_and_four_millimetres_wide(checklist: Sheets) -> None:
    boxes = [box for box, _ in drawn(checklist(fillable=False).path)]
    squares = [box for box in boxes if box[2] - box[0] < 20 and box[3] - box[1] < 20]
    assert len(squares) == 18
    for left, bottom, right, top in squares:
        assert right - left == pytest.approx(top - bottom, abs=0.01)
        assert right - left >= 4 * MM
    assert len({round(box[0], 2) for box in squares}) == 1


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_lines_of_a_row_lie_level(checklist: Sheets, paper: str) -> None:
    """Four rows in the head, each of two lines; the columns of certificates."""
    boxes = [box for box, color in drawn(checklist(paper, fillable=False).path) if color == RULE]
    levels: dict[float, int] = {}
    for box in boxes:
        levels[round(box[1], 1)] = levels.get(round(box[1], 1), 0) + 1
    head = sorted(levels, reverse=True)[:4]
    assert [levels[level] for level in head] == [2, 2, 2, 2]
    assert [one - other for one, other in pairwise(head)] == pytest.approx([21, 21, 21], abs=0.11)


def test_a_nearly_empty_checklist_opens_up_to_the_foot(project: Path) -> None:
    """The head's last line and the email's first are 149 mm apart, with lines all the way."""
    (project / "content" / "small" / "checklist.toml").write_text(HEAD + EMAIL, "utf-8")
    assert run("--flat").exit_code == 0
    rules = {
        round(box[1]) for box, color in drawn(project / "output" / "checklist.pdf") if color == RULE
    }
    levels = sorted(rules, reverse=True)
    assert len(levels) > 20
    gaps = [one - other for one, other in pairwise(levels)]
    assert max(gaps) < 60


def many(count: int, more: str = "which takes one line") -> str:
    items = ", ".join(f'"Item {number}, {more}"' for number in range(count))
    return f'[[group]]\nname = "Bring with you"\nitems = [{items}]\n'


def test_a_list_too_long_is_named_with_just_the_lines_it_is_too_long_by(project: Path) -> None:
    file = project / "content" / "small" / "checklist.toml"
    file.write_text(HEAD + many(60) + EMAIL, "utf-8")
    said = refused(project, 5)
    found = re.search(r"the page is ([\d.]+) mm too long even at 8\.5 pt\n"
                      r"    fix: shorten “Bring with you” by (\d+) lines", said)  # fmt: skip
    assert found, said
    lines = int(found[2])
    file.write_text(HEAD + many(60 - lines + 1) + EMAIL, "utf-8")
    assert "by 1 line\n" in refused(project, 5)
    file.write_text(HEAD + many(60 - lines) + EMAIL, "utf-8")
    result = run()
    assert result.exit_code == 0, result.output


@pytest.mark.system
def test_a_longer_list_makes_the_type_smaller_and_never_larger(project: Path) -> None:
    file = project / "content" / "small" / "checklist.toml"
    sizes = []
    more = "which goes on for so long that it takes a second line at any size"
    for count in (4, 16, 17, 18, 19):
        file.write_text(HEAD + many(count, more) + EMAIL, "utf-8")
        said = json.loads(run("--json").stdout)
        assert said["spare"] >= 0
        sizes.append(said["body"])
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == COMFORTABLE
    assert FLOOR <= sizes[-1] < COMFORTABLE


def test_a_word_that_fits_no_line_is_refused(project: Path) -> None:
    file = project / "content" / "small" / "checklist.toml"
    file.write_text(HEAD + LIST.replace("A pen", "x" * 90) + EMAIL, "utf-8")
    said = refused(project, 5)
    assert "content/small/checklist.toml" in said
    assert "sticks out of its box" in said


def test_the_brand_stands_at_the_foot(project: Path) -> None:
    brand = '[brand]\nname = "Riverside Career Center"\ncontact = "Room 12"\n'
    (project / "pharmdocs.toml").write_text('bank = "small"\n' + brand)
    assert run().exit_code == 0
    assert "Riverside Career Center · Room 12" in text_of(project / "output" / "checklist.pdf")


# Personal -----------------------------------------------------------------------------------------


def test_what_is_known_stands_on_the_page_and_in_the_email(checklist: Sheets) -> None:
    said = text_of(checklist(fillable=False, known=True).path)
    assert [text for text in somebody.VALUES.values() if text not in said] == []
    assert (
        "Thank you for talking with me on Thursday, December 3, 2026 about the Pharmacy"
        " Technician position at Riverside Community Pharmacy." in said
    )
    assert "Dear Dr. Anne-Marie O’Brien," in said
    assert "Sincerely, Łukasz Ağaoğlu" in said


@pytest.mark.parametrize("known", [False, True], ids=["empty", "filled"])
@pytest.mark.parametrize("is_form", [True, False], ids=["form", "flat"])
def test_nothing_unfilled_shows_its_wiring(checklist: Sheets, known: bool, is_form: bool) -> None:
    said = text_of(checklist(fillable=is_form, known=known).path)
    assert not re.search(r"[\[\]{}_]|None|Blank", said)


def test_a_filled_form_and_the_filled_paper_are_the_same_picture(project: Path) -> None:
    """With an email that asks for nothing, or it were lines on one and text on the other."""
    file = project / "content" / "small" / "checklist.toml"
    plain = re.sub(r"\{\w+\}|\[what they said\]", "you", EMAIL)
    file.write_text(HEAD + LIST + ASKS + plain, "utf-8")
    settings = somebody.SETTINGS.replace("Riverside", "Riverside and Long Meadow Memorial")
    (project / "pharmdocs.toml").write_text('bank = "small"\n' + settings, "utf-8")
    result = run("-o", "form.pdf")
    assert result.exit_code == 0, result.output
    assert run("--flat", "-o", "flat.pdf").exit_code == 0
    form, flat = (picture((project / name).read_bytes()) for name in ("form.pdf", "flat.pdf"))
    difference = ImageChops.difference(form, flat)
    # Where an edge falls between two pixels the engines' roundings differ.
    assert sum(difference.histogram()[64:]) < 1e-4 * form.width * form.height


def test_options_win_over_the_settings(project: Path) -> None:
    (project / "pharmdocs.toml").write_text(
        'bank = "small"\n[person]\nname = "Ana Silva"\nemployer = "Harbor"\n'
    )
    assert run("--employer", "Riverside", "--flat").exit_code == 0
    said = text_of(project / "output" / "checklist.pdf")
    assert "Ana Silva" in said
    assert "Riverside" in said
    assert "Harbor" not in said


def test_certifications_that_the_bank_does_not_name_get_lines(project: Path) -> None:
    held = "".join(f'[[person.certification]]\nname = "Paper {name}"\n' for name in "ABC")
    (project / "pharmdocs.toml").write_text('bank = "small"\n[person]\n' + held)
    assert run("--flat").exit_code == 0
    said = text_of(project / "output" / "checklist.pdf")
    assert all(f"Paper {name}" in said for name in "ABC")


def test_a_past_day_is_a_warning_and_strictly_an_error(project: Path) -> None:
    result = run("--date", "2020-02-03", "--strict")
    assert result.exit_code == 5
    assert "the day of the interview, 2020-02-03, is past" in result.stderr
    refused(project, 5, "--date", "2020-02-03", "--strict")
    result = run("--date", "2020-02-03")
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: the day of the interview, 2020-02-03, is past")
    assert "warning" not in result.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--date", "soon"), 2, "--date is `soon`, which cannot be read as a day"),
        (("--interviewer-email", "dr lee"), 2, "--interviewer-email is `dr lee`"),
        (("--name", "Ana\nBcc: all@example.org"), 2, "--name holds a line break"),
        (("--name", "Ana\u202e"), 2, "--name holds a sign that turns the direction"),
        (("--name", "中村"), 3, "`name` holds '中' (U+4E2D), which the fonts do not have"),
        (("--time", "about " * 40), 5, "“Time” is "),
        (("--only", "q01"), 2, "No such option"),
        (("--setting", "hospitl"), 2, "'hospitl' is not one of"),
    ],
)
def test_what_cannot_be_printed_is_refused(
    project: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    assert said in refused(project, code, *words)


def test_a_bank_without_a_checklist_is_content(project: Path) -> None:
    (project / "content" / "small" / "checklist.toml").unlink()
    assert "content/small/checklist.toml: is missing" in refused(project, 3)


def test_a_broken_person_is_content(project: Path) -> None:
    (project / "pharmdocs.toml").write_text('bank = "small"\n[person]\nnmae = "Ana"\n')
    said = refused(project, 3)
    assert "pharmdocs.toml:3: unknown key `nmae` in [person]" in said


@pytest.mark.parametrize(
    ("language", "code"), [("", 0), ('language = "en-US"\n', 0), ('language = "en-GB"\n', 3)]
)
def test_figures_of_a_day_are_read_in_the_language_of_project_or_bank(
    project: Path, language: str, code: int
) -> None:
    """The small bank is in US English; the project may say otherwise."""
    settings = f'bank = "small"\n{language}[person]\ndate = "12/3/2030"\n'
    (project / "pharmdocs.toml").write_text(settings)
    result = run("--flat")
    assert result.exit_code == code, result.output
    if code == 0:
        said = text_of(project / "output" / "checklist.pdf")
        assert "Tuesday, December 3, 2030" in said


# The email ----------------------------------------------------------------------------------------


def test_the_email_is_a_draft_with_what_is_known(checklist: Sheets) -> None:
    made = checklist(known=True)
    draft, plain = made.email
    message: Any = email.message_from_bytes(draft.read_bytes(), policy=email.policy.default)
    (to,) = message["To"].addresses
    assert (to.display_name, to.addr_spec) == (
        "Dr. Anne-Marie O’Brien",
        "am.obrien@riverside.example",
    )
    assert message["Subject"] == (
        "Thank you: Pharmacy Technician interview, Thursday, December 3, 2026"
    )
    assert "Date" not in message
    body = message.get_content()
    assert "position at Riverside Community Pharmacy." in body
    assert plain.read_text("utf-8").endswith("Sincerely, Łukasz Ağaoğlu\n")
    assert " ".join(body.split()) in " ".join(plain.read_text("utf-8").split())


def scanned(path: Path) -> Image.Image:
    """The page at 300 dpi."""
    with pypdfium2.PdfDocument(path) as document:
        page: Image.Image = document[0].render(scale=300 / 72).to_pil().convert("L")
    return page


def codes(picture: Image.Image) -> list[Any]:
    return list(zxingcpp.read_barcodes(picture))


@pytest.mark.parametrize(
    ("paper", "ink", "setting", "known"),
    [*((*sheet, False) for sheet in SHEETS), (*SHEETS[0], True)],
)
def test_the_code_on_the_sheet_begins_the_email_even_on_a_copy(
    checklist: Sheets, paper: str, ink: str, setting: str, known: bool
) -> None:
    sheet = scanned(checklist(paper, ink, setting, known=known).path)
    (code,) = codes(sheet)
    to = "am.obrien@riverside.example" if known else ""
    assert code.text.startswith(f"mailto:{to}?subject=Thank%20you:%20")
    assert ("O%E2%80%99Brien" in code.text) is known
    copy = sheet.filter(ImageFilter.GaussianBlur(1.8)).point(lambda value: 255 * (value > 140))
    assert [found.text for found in codes(copy)] == [code.text]


@pytest.mark.parametrize("known", [False, True], ids=["empty", "filled"])
def test_the_modules_of_the_code_are_large_enough(checklist: Sheets, known: bool) -> None:
    """The outer square of each corner mark is seven modules wide, and white lies around it."""
    sheet = scanned(checklist(known=known).path)
    (code,) = codes(sheet)
    corner = code.position.top_left
    line = (corner.x - 60, corner.y + 2, corner.x + 100, corner.y + 3)
    row = [value < 128 for value in sheet.crop(line).tobytes()]
    start = row.index(True)
    module = (row.index(False, start) - start) / 7
    assert module / 300 * 25.4 >= 0.4 - 0.01
    assert start >= 4 * module


def test_the_code_has_the_opening_line_and_with_too_much_of_it_the_blanks(project: Path) -> None:
    """A name that fills a code by itself still gives a sheet; the draft has it all."""
    assert run("--role", "Technician", "--flat").exit_code == 0
    (code,) = codes(scanned(project / "output" / "checklist.pdf"))
    assert "for%20the%20talk%20about%20the%20Technician%20position" in code.text
    asked = "Δρ. Αλεξάνδρα Παπαδοπούλου-Χριστοδουλίδου και κ. Γεώργιος Οικονόμου"
    assert run("--interviewer", asked, "--flat").exit_code == 0
    (code,) = codes(scanned(project / "output" / "checklist.pdf"))
    assert "Dear%20________," in code.text
    assert f"Dear {asked}," in (project / "output" / "follow-up.txt").read_text("utf-8")


def test_a_failure_after_the_layout_leaves_every_file(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pharmdocs.preflight.structure._tags", lambda root: iter(["a broken tag"]))
    assert "a broken tag" in refused(project, 6)


def test_a_template_that_goes_beyond_its_page_is_refused(project: Path) -> None:
    source = Path(__file__).parent.parent / "templates" / "checklist" / "page.css"
    copy = project / "templates" / "checklist" / "page.css"
    copy.parent.mkdir(parents=True)
    copy.write_text(source.read_text("utf-8") + "\n#head { margin-left: -30mm }\n", "utf-8")
    assert "sticks out of its box" in refused(project, 5)
    copy.write_text(source.read_text("utf-8") + "\n#head { colour: red }\n", "utf-8")
    assert "templates/checklist/page.css" in refused(project, 5)


def test_the_solver_gives_up_before_it_goes_below_the_floor(project: Path) -> None:
    file = project / "content" / "small" / "checklist.toml"
    file.write_text(HEAD + many(200) + many(50).replace("Bring", "Wear") + EMAIL, "utf-8")
    with pytest.raises(LayoutError) as caught:
        build_checklist(Request(find_project(project)))
    (problem,) = caught.value.problems
    assert re.search(r"“Bring with you” by \d+ lines and “Wear with you” by \d+", problem.fix)
