"""Every QR code that is printed, read back from its page by another program than drew it.

Of each page is asked which codes it shows, so one too many is found as well as one that is wrong.
What a code should hold is written out here; an email is taken apart by the standard library.
"""

import json
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner
from small_bank import lay

from pharmdocs.cli import main

# All of it takes long.
pytestmark = pytest.mark.system

URL = "https://harbor.example/fair?of=%C3%A9t%C3%A9&at=9%2B1#hall-2"
SETTINGS = f"""\
bank = "small"
[brand]
name = "Harbor School"
contact = "Room 12"
url = "{URL}"
"""
PERSON = """\
[person]
name = "Łukasz Ağaoğlu"
role = "Tech & Trainer"
employer = "O’Hara + Söhne, 100 %"
date = 2030-12-03
interviewer = "Dr. Zoë “Z” Ng?"
interviewer_email = "z+hr@harbor.example"
"""
CHECKLIST = """\
title = "Day of the interview"
lead = "Tick it."
[[group]]
name = "Bring"
items = ["A pen", "An ID"]
[[certification]]
name = "CPhT"
[[question]]
group = "team"
text = "Who would train me?"
settings = ["retail", "hospital", "mail-order", "long-term-care"]
[email]
subject = "Thank you, {date}"
greeting = "Dear {interviewer},"
body = ["The {role} position at {employer} = mine?", "This is in the letter alone."]
closing = "Sincerely, {name}"
"""


class Begun(NamedTuple):
    """An email as a phone begins it."""

    to: str
    subject: str
    body: str


BLANK = Begun(
    "", "Thank you, ________", "Dear ________,\r\n\r\nThe ________ position at ________ = mine?"
)
FOR_LUKASZ = Begun(
    "z+hr@harbor.example",
    "Thank you, Tuesday, December 3, 2030",
    "Dear Dr. Zoë “Z” Ng?,\r\n\r\nThe Tech & Trainer position at O’Hara + Söhne, 100 % = mine?",
)
PAPERS = [
    ("letter", "full"),
    ("letter", "low"),
    ("letter", "black"),
    ("a4", "full"),
    ("a4", "black"),
]


def shown(path: Path) -> list[list[str]]:
    """What the codes of each page hold, at 200 dpi."""
    with pypdfium2.PdfDocument(path) as document:
        pictures = [page.render(scale=200 / 72).to_pil().convert("L") for page in document]
    return [[code.text for code in zxingcpp.read_barcodes(picture)] for picture in pictures]


def begun(code: str) -> Begun:
    """The email that a link begins, by RFC 6068 and by those who read + as a blank alike."""
    parts = urlsplit(code)
    fields = dict(parse_qsl(parts.query, strict_parsing=True, keep_blank_values=True))
    assert (parts.scheme, parts.netloc, parts.fragment) == ("mailto", "", "")
    assert list(fields) == ["subject", "body"]
    assert all(
        unquote(part).partition("=")[2] in fields.values() for part in parts.query.split("&")
    )
    return Begun(unquote(parts.path), fields["subject"], fields["body"])


def emails(path: Path) -> list[list[Begun]]:
    return [[begun(code) for code in page] for page in shown(path)]


def build(project: Path, *words: str) -> Path:
    """The folder into which a build wrote."""
    (out := project / "out" / "-".join(word.strip("-") for word in words)).mkdir(parents=True)
    arguments = ["build", *words, "--project", str(project), "-o", str(out)]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two questions, with a checklist and an address; of nobody."""
    root: Path = tmp_path_factory.mktemp("codes")
    (lay(root) / "checklist.toml").write_text(CHECKLIST, encoding="utf-8")
    (root / "pharmdocs.toml").write_text(SETTINGS, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def somebody_s(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, for somebody."""
    root: Path = tmp_path_factory.mktemp("somebody")
    (lay(root) / "checklist.toml").write_text(CHECKLIST, encoding="utf-8")
    (root / "pharmdocs.toml").write_text(SETTINGS + PERSON, encoding="utf-8")
    return root


@pytest.mark.parametrize(("paper", "ink"), PAPERS)
def test_a_checklist_begins_the_email(
    project: Path, somebody_s: Path, paper: str, ink: str
) -> None:
    asked = ("checklist", "--paper", paper, "--ink", ink)
    assert emails(build(project, *asked) / "checklist.pdf") == [[BLANK]]
    assert emails(build(somebody_s, *asked) / "checklist.pdf") == [[FOR_LUKASZ]]


@pytest.mark.parametrize("option", ["--flat", "--large-print"])
def test_in_its_other_forms_too(project: Path, somebody_s: Path, option: str) -> None:
    for root, email in ((project, BLANK), (somebody_s, FOR_LUKASZ)):
        [file] = build(root, "checklist", option).glob("*.pdf")
        assert [code for page in emails(file) for code in page] == [email]


@pytest.mark.parametrize(("paper", "ink"), PAPERS)
def test_a_zine_leads_to_the_address(project: Path, paper: str, ink: str) -> None:
    """The page that says how to fold it has none."""
    out = build(project, "zine", "--how-to", "--paper", paper, "--ink", ink)
    assert shown(out / "zine.pdf") == [[URL], []]


@pytest.mark.parametrize(("command", "email"), [("all", FOR_LUKASZ), ("packet", BLANK)])
def test_whatever_is_built_together_has_these_codes_and_no_others(
    somebody_s: Path, command: str, email: Begun
) -> None:
    """The checklists of a packet are for whoever comes."""
    out = build(somebody_s, command)
    found = {file.name: [it for page in shown(file) for it in page] for file in out.glob("*.pdf")}
    assert found.pop("zine.pdf") == [URL]
    assert [begun(code) for code in found.pop("checklist.pdf")] == [email]
    assert len(found) >= 2
    assert not any(found.values()), found


# A roster -----------------------------------------------------------------------------------------

HEAD = "name,role,employer,date,interviewer,interviewer-email\n"
ROWS = [
    ("Nguyễn Thị Ánh", "Clerk", "Harbor", "Mr. Ó Briain", "a.b@harbor.example"),
    ("Ana & Bo = 2?", "50% tech #1", "A+B; “C”", "Ms. <Ng>", "x_y-z=1@harbor.example"),
    ("Ümit Şahin", "Étudiant", "Ł & Ø", "Dra. Íñiguez", ""),
    ("Ζωή Παππά", "Βοηθός", "Λιμάνι", "κ. Νίκος", "zoe@harbor.example"),
]


def expected(row: tuple[str, ...]) -> Begun:
    """The first paragraph of Greek has no room: each letter takes six of the code's 251 bytes."""
    name, role, employer, interviewer, address = row
    paragraph = f"\r\n\r\nThe {role} position at {employer} = mine?"
    body = f"Dear {interviewer}," + paragraph * (name != "Ζωή Παππά")
    return Begun(address, "Thank you, Tuesday, December 3, 2030", body)


@pytest.fixture(scope="module")
def people(project: Path) -> Path:
    lines = [",".join((*row[:3], "2030-12-03", *row[3:])) for row in ROWS]
    path = project / "people.csv"
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def forms(project: Path, people: Path) -> dict[str, Path]:
    """The form of each person, by the name that its field holds."""
    out = build(project, "checklist", "--separate", "--roster", str(people))
    found = {}
    for file in out.glob("*.pdf"):
        with pikepdf.open(file) as document:
            fields = {str(field.T): field for field in document.Root.AcroForm.Fields}
            found[str(fields["name"].V)] = file
    return found


def test_everybody_s_form_begins_their_own_email(forms: dict[str, Path]) -> None:
    assert {name: emails(file) for name, file in forms.items()} == {
        row[0]: [[expected(row)]] for row in ROWS
    }


def test_each_page_of_a_print_run_begins_an_email_with_blanks(project: Path, people: Path) -> None:
    """The sheet is in the file once, and with it its code."""
    out = build(project, "checklist", "--volume", "2", "--roster", str(people))
    files = json.loads((out / "checklist.manifest.json").read_text("utf-8"))["files"]
    pages = [page for name in sorted(files) for page in emails(out / name)]
    assert pages == [[BLANK]] * len(ROWS)


# Would it be seen? --------------------------------------------------------------------------------


def test_another_s_code_is_told_apart(forms: dict[str, Path], tmp_path: Path) -> None:
    """Of two forms the codes are exchanged, which is all that differs in their first contents."""
    first, second = (forms[row[0]] for row in ROWS[:2])
    with pikepdf.open(first) as one, pikepdf.open(second) as other:
        one.pages[0].Contents[1].write(other.pages[0].Contents[1].read_bytes())
        one.save(tmp_path / "wrong.pdf")
    assert emails(tmp_path / "wrong.pdf") == [[expected(ROWS[1])]]


def test_a_code_that_is_not_drawn_is_missed(forms: dict[str, Path], tmp_path: Path) -> None:
    with pikepdf.open(forms[ROWS[0][0]]) as document:
        document.pages[0].Contents[1].write(b"")
        document.save(tmp_path / "none.pdf")
    assert shown(tmp_path / "none.pdf") == [[]]
