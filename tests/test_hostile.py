"""What a stranger may put into a bank or a deck: nothing is read that lies outside the project,
nothing is fetched, nothing is executed, and reading comes to an end (docs/security.md).
"""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import written_cases
from click.testing import CliRunner
from PIL import Image
from written_cases import Case

from pharmdocs.build import Request, read_bank
from pharmdocs.cli import main
from pharmdocs.errors import PharmdocsError
from pharmdocs.project import find_project

HOSTILE = Path(__file__).parent / "hostile"
CASES = [case for page in sorted(HOSTILE.glob("*.md")) for case in written_cases.read(page)]
CASES = [case for case in CASES if case.fences]
CANARY = "canary-5f2c"
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
    """Write the project; of a case’s fences `link` is one out of it, `long` a sign many times."""
    fences = [(kind, name, real(text, root, host)) for kind, name, text in case.fences]
    links = [(name, text) for kind, name, text in fences if kind == "link"]
    plain = [fence for fence in fences if fence[0] not in ("link", "long")]
    written_cases.lay(root, Case(case.name, plain))
    for kind, name, text in fences:
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


def report(root: Path) -> str:
    try:
        read_bank(Request(find_project(root)))
    except PharmdocsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_stranger_reaches_nothing(case: Case, root: Path, host: socket.socket) -> None:
    lay(case, root, host)
    begun = time.process_time()
    said = report(root)
    assert time.process_time() - begun < 10
    assert said == real(case.report, root, host)
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
