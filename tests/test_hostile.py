"""What a stranger may put into a bank or a deck: nothing is read that lies outside the project,
nothing is fetched, nothing is executed, and reading comes to an end (docs/security.md).
"""

import csv
import datetime
import email
import email.policy
import re
import socket
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import anki_package
import pikepdf
import pypdfium2
import pytest
import written_cases
import zxingcpp
from click.testing import CliRunner
from PIL import Image
from written_cases import Case

from pharmdocs.build import Request, read_bank
from pharmdocs.cli import main
from pharmdocs.errors import PharmdocsError
from pharmdocs.importing import import_deck
from pharmdocs.people.roster import open_roster, tally
from pharmdocs.project import find_project

HOSTILE = Path(__file__).parent / "hostile"
CASES = [case for page in sorted(HOSTILE.glob("*.md")) for case in written_cases.read(page)]
CASES = [case for case in CASES if case.fences]
CANARY = "canary-5f2c"
MAIL = {"x-unsent", "to", "subject", "mime-version", "content-type", "content-transfer-encoding"}
DRAWING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>{CANARY}</title>'
    '<path id="x" d="M0 0h9v9z"/></svg>'
)
LOGO = 'logo = "tray.svg"\nlogo_alt = "A tray"\n'


@pytest.fixture(scope="module")
def host() -> Iterator[socket.socket]:
    """A server that nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project’s folder; beside it lie the secrets."""
    for ending, data in (("txt", CANARY), ("svg", DRAWING)):
        (tmp_path / f"secret.{ending}").write_text(data)
    Image.new("L", (8, 8)).save(tmp_path / "secret.png")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "bank.toml").write_text(f"# {CANARY}\n")
    return tmp_path / "project"


def assert_nobody_called(host: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        host.accept()


def real(text: str, root: Path, host: socket.socket) -> str:
    """The text of a case with the paths and the address of this run."""
    address = f"127.0.0.1:{host.getsockname()[1]}"
    return text.replace("SECRET", f"{root.parent}/secret").replace("HOST", address)


def lay(case: Case, root: Path, host: socket.socket) -> None:
    """Write the project.

    Of a case’s fences `link` is one out of it, `long` a sign many times, `apkg` a note a line, and
    `made` what an import is to write.
    """
    fences = [(kind, name, real(text, root, host)) for kind, name, text in case.fences]
    links = [(name, text) for kind, name, text in fences if kind == "link"]
    plain = [fence for fence in fences if fence[0] not in ("link", "long", "apkg", "made")]
    written_cases.lay(root, Case(case.name, plain))
    for kind, name, text in fences:
        if kind == "apkg":
            notes = [anki_package.note(*line.split("\t")) for line in text.splitlines()]
            database = anki_package.database(root.parent / "base", notes)
            (root / name).write_bytes(anki_package.packed({"collection.anki2": database}))
        if kind == "long":
            first, _, rest = text.partition("\n")
            sign, _, times = first.rpartition(" x ")
            written_cases.write(root / name, (sign * int(times) + rest).encode())
    for name, to in links:
        place = root / name
        if place.is_dir():
            place.rename(root.parent / "moved")
        place.unlink(missing_ok=True)
        place.symlink_to(root.parent / to.strip())
    if case.name.startswith("drawings"):
        data = (root / "tray.svg").read_bytes()
        (root / "content" / "tiny" / "tray.svg").write_bytes(data)
        question = root / "content" / "tiny" / "q01-count.md"
        question.write_text(question.read_text().replace("a routine.", "one. ![x](tray.svg)"))


def report(root: Path, page: str = "") -> str:
    """What is said of the bank, or of the roster or the deck of the page’s cases."""
    try:
        if page == "rosters":
            roster = open_roster(root / "people.csv", "en-US")
            found = tally(roster, datetime.date(2026, 11, 23))
            return "\n".join(map(str, (*found.problems, *roster.notes)))
        if page == "decks":
            [deck] = root.glob("deck.*")
            made = import_deck(find_project(root), deck, "", "", "en-US", "2026-11-23")
            read_bank(Request(find_project(root), made.name))
            return "\n".join(map(str, made.left))
        read_bank(Request(find_project(root)))
    except PharmdocsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_stranger_reaches_nothing(case: Case, root: Path, host: socket.socket) -> None:
    lay(case, root, host)
    begun = time.process_time()
    page = case.name.partition(":")[0]
    said = report(root, page)
    assert time.process_time() - begun < 10
    assert said == real(case.report, root, host)
    if page == "decks":
        made = {name: real(text, root, host) for kind, name, text in case.fences if kind == "made"}
        found = [path for path in root.rglob("*") if path.parent.name == "deck"]
        assert {it.name for it in found} <= {"bank.toml", "cards.csv", "left-out.txt"}
        assert {it.name: it.read_text() for it in found if it.name == "cards.csv"} == made
    assert CANARY not in said
    assert not list(root.parent.glob("*.made"))
    if case.name.startswith("drawings"):
        what = said.partition("the image `tray.svg` ")[2].partition("\n")[0]
        settings = root / "pharmdocs.toml"
        settings.write_text(settings.read_text() + LOGO)
        assert report(root).startswith(f"pharmdocs.toml:11: the logo `tray.svg` {what}\n")
    assert_nobody_called(host)


# Each is printed as it stands, and does nothing; the shapes that a text may have on paper.
HARMLESS = [
    "{{ 7*7 }}",
    "{% include 'secret.txt' %}",
    "url(file:///etc/hostname)",
    "@import 'http://HOST/a.css'",
    "![x]",
    "[x](javascript:alert(1))",
    "[x](file:///etc/hostname)",
    "=HYPERLINK('http://HOST/')",
    "&lt;script src=http://HOST/&gt;",
]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, host: socket.socket) -> Path:
    """The brief booklet and the checklists of a project full of what looks like harm."""
    root = tmp_path_factory.mktemp("harmless") / "project"
    address = f"127.0.0.1:{host.getsockname()[1]}"
    (root.parent / "secret.txt").write_text(CANARY)
    written_cases.lay(root)
    question = root / "content" / "tiny" / "q01-count.md"
    lines = "\n\n".join(HARMLESS).replace("HOST", address)
    text = question.read_text().replace("They want to hear a routine.", f"Hear:\n\n{lines}")
    question.write_text(text + "\n[a link](https://harbor.example/x)\n")
    (root / "people.csv").write_text(
        "name,place,interviewer\n"
        '{{ 7*7 }},<img src=../secret.txt>,"=1+1"\n'
        f"Ann <b>Ray</b>,http://{address}/,file:../secret.txt\n"
    )
    for what in (["booklet"], ["checklist", "--roster", str(root / "people.csv")]):
        arguments = ["build", *what, "--project", str(root), "-o", str(root / "out")]
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    return root / "out"


def test_what_looks_like_harm_is_printed_as_it_stands(printed: Path, host: socket.socket) -> None:
    document = pypdfium2.PdfDocument(printed / "booklet.pdf")
    pages = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    found = re.sub(r"[\s\ufffe-]|\u2060", "", pages)
    for line in HARMLESS:
        # Straight marks are curled, and an entity is its sign.
        wanted = line.replace("HOST", "").replace("&lt;", "<").replace("&gt;", ">")
        for part in re.findall(r"[\w@%=!(){}\[\]<*:./]{3,}", wanted):
            if "HOST" not in line or "//" not in part:
                assert part in found, part
    assert_nobody_called(host)


def test_no_file_holds_a_secret_an_attachment_or_another_address(printed: Path) -> None:
    names = sorted(path.name for path in printed.iterdir())
    assert "booklet.pdf" in names
    for path in printed.iterdir():
        assert CANARY.encode() not in path.read_bytes()
        if path.suffix != ".pdf":
            continue
        with pikepdf.open(path) as pdf:
            assert not pdf.attachments
            for thing in pdf.objects:
                data = thing.read_bytes() if isinstance(thing, pikepdf.Stream) else b""
                assert CANARY.encode() not in data
                if not isinstance(thing, pikepdf.Dictionary):
                    continue
                assert thing.get("/S") not in ("/JavaScript", "/Launch", "/SubmitForm", "/GoToR")
                assert re.match(r"(https://harbor\.example|mailto:|$)", str(thing.get("/URI", "")))


# What a field of a roster may hold, and is nothing but a name on paper, on a form and in a mail.
FIELDS = ["name", "employer", "role", "place", "interviewer"]
VALUES = [
    "{{ 7*7 }}",
    "{employer} {name.__class__}",
    "<img src=../secret.txt onerror=fetch(0)>",
    "http://HOST/?a=b&c=d#e",
    "=HYPERLINK('http://HOST/')",
    ") /S /JavaScript /JS (app.alert(1)) (",
    "%0ABcc:all@x.example&bcc=all@x.example",
    "../../made",
]


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory, host: socket.socket) -> list[tuple[str, Path]]:
    """For each value a form and an email of somebody of whom every field holds it."""
    root = tmp_path_factory.mktemp("fields") / "project"
    (root.parent / "secret.txt").write_text(CANARY)
    written_cases.lay(root)
    checklist = root / "content" / "tiny" / "checklist.toml"
    places = " ".join(f"{{{field}}}" for field in FIELDS)
    text = checklist.read_text().replace('"Thank you for your time."', f'"Thanks: {places}."')
    checklist.write_text(text.replace('"Thank you"', '"Thank you: {employer}"'))
    values = [real(value, root, host) for value in VALUES]
    with (root / "people.csv").open("w") as file:
        rows = csv.writer(file)
        rows.writerow([*FIELDS, "time"])
        # There is room for no more of a time.
        rows.writerows([*[value] * len(FIELDS), value[:24]] for value in values)
    arguments = ["build", "checklist", "--separate", "--roster", str(root / "people.csv")]
    arguments += ["--project", str(root), "-o", str(root / "out")]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    beside = {path.name for path in root.parent.iterdir()}
    assert beside == {"project", "secret.txt"}
    named = {_fields(path)["name"]: path for path in (root / "out").glob("*.pdf")}
    return [(value, named[value]) for value in values]


def _fields(path: Path) -> dict[str, str]:
    with pikepdf.open(path) as pdf:
        return {str(field.T): str(field.V) for field in pdf.Root.AcroForm.Fields}


@pytest.mark.system
def test_a_field_is_words_on_the_form_and_in_the_email(
    forms: list[tuple[str, Path]], host: socket.socket
) -> None:
    for value, path in forms:
        fields = _fields(path)
        assert [fields[field] for field in FIELDS] == [value] * len(FIELDS)
        assert fields["time"] == value[:24].strip()
        with pikepdf.open(path) as pdf:
            assert not pdf.attachments
            for thing in pdf.objects:
                if isinstance(thing, pikepdf.Dictionary):
                    assert thing.get("/S") not in (
                        "/JavaScript",
                        "/Launch",
                        "/SubmitForm",
                        "/GoToR",
                    )
                    assert re.match(r"(mailto:|$)", str(thing.get("/URI", "")))
        message = email.message_from_bytes(
            path.with_suffix(".eml").read_bytes(), policy=email.policy.default
        )
        assert {key.lower() for key in message} <= MAIL, value
        assert message["Subject"] == f"Thank you: {value}"
        assert f"Thanks: {' '.join([value] * len(FIELDS))}." in message.get_content()
        assert CANARY.encode() not in path.read_bytes() + path.with_suffix(".eml").read_bytes()
    assert_nobody_called(host)


@pytest.mark.system
def test_the_code_on_the_form_writes_to_nobody_else(forms: list[tuple[str, Path]]) -> None:
    for value, path in forms:
        with pypdfium2.PdfDocument(path) as document:
            picture = document[0].render(scale=4).to_pil()
        [code] = zxingcpp.read_barcodes(picture)
        address, _, query = code.text.partition("?")
        assert address == "mailto:"
        told = urllib.parse.parse_qs(query, strict_parsing=True)
        assert set(told) <= {"subject", "body"}, value
        assert told["subject"] == [f"Thank you: {value}"]
