"""The same bytes in every surrounding, each changed alone, and words that everybody can read.

Every build is a process of its own with a home and a cache of its own, so nothing is found that
another one has made.
"""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest
from card_builds import lay_cards
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (("flashcards", "--stock", "avery-5371"), ("booklet",))
# 200 characters, and all that a shell, a URL, an XML file or a format string takes for its own.
_SIGNS = 'it\'s a "quoted" path & <tag> 100 %20 #1 ?x=1; $HOME `ls` {0} \\n “ñandú” 🙂 '
ODD = _SIGNS + "x" * (100 - len(_SIGNS)) + "/" + _SIGNS + "y" * (99 - len(_SIGNS))
# Root may write anywhere; without these rights a folder that is read-only is so for root as well.
_POWERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")


def lay(root: Path) -> None:
    """A project of seven cards and two questions, one with a picture, which is found by a path."""
    root.mkdir(parents=True)
    lay_cards(root)
    shutil.rmtree(root / "output")
    Image.linear_gradient("L").resize((1200, 600)).save(root / "content/small/vial.png")
    file = root / "content/small/q01.md"
    text = file.read_text(encoding="utf-8").replace("Say so.", "![a vial](vial.png)")
    file.write_text(text, encoding="utf-8")


def checkout(place: Path) -> None:
    """A copy of pharmdocs; it is in force where PYTHONPATH names it."""
    for folder in ("pharmdocs", "templates", "content", "starter"):
        bare = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, place / folder, ignore=bare)


def surroundings(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The variables of somebody who has set nothing but these."""
    own = {
        key: value
        for key, value in os.environ.items()
        if key in ("PATH", "DYLD_FALLBACK_LIBRARY_PATH")
    }
    return {**own, "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8", **more}


def build(
    root: Path, home: Path, variables: Mapping[str, str], *options: str, umask: int = 0o022,
    before: tuple[str, ...] = (), output: Path | None = None,
) -> dict[str, bytes]:  # fmt: skip
    """The files that come of a project: cards and a booklet, each a process of its own, by name."""
    home.mkdir(parents=True, exist_ok=True)
    for what in COMMANDS:
        command = [*before, sys.executable, "-m", "pharmdocs", "build", *what, *options]
        done = subprocess.run(
            command, cwd=root, env=surroundings(home, variables), umask=umask,
            stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
    return files(output or root / "output")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    place = tmp_path_factory.mktemp("usual")
    lay(place / "project")
    found = build(place / "project", place / "home", {})
    assert sorted(found) == [
        *("booklet.manifest.json", "booklet.pdf", "flashcards.manifest.json", "flashcards.pdf")
    ]
    return found


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Locales that are really there: one that is only named counts as C."""
    place = tmp_path_factory.mktemp("locales")
    for name, signs in (("tr_TR", "UTF-8"), ("de_DE", "ISO-8859-1")):
        command = ["localedef", "-i", name, "-f", signs, str(place / f"{name}.{signs}")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (place / f"{name}.{signs}").is_dir(), done.stderr
    return place


def same(found: dict[str, bytes], usual: dict[str, bytes]) -> None:
    assert sorted(found) == sorted(usual)
    assert [name for name in usual if found[name] != usual[name]] == []


@pytest.mark.system
@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "1", "PYTHONOPTIMIZE": "1", "USER": "bartholomew"},
        {"COLUMNS": "40", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "ascii"},
    ],
    ids=" ".join,
)
def test_variables_change_nothing(
    variables: dict[str, str], usual: dict[str, bytes], tmp_path: Path
) -> None:
    """In another folder, another home and with another umask; the hash seed is never the same."""
    lay(tmp_path / "a project")
    same(build(tmp_path / "a project", tmp_path / "somebody", variables, umask=0o077), usual)


@pytest.mark.system
@pytest.mark.parametrize("name", ["tr_TR.UTF-8", "de_DE.ISO-8859-1"])
def test_no_locale_changes_anything(
    name: str, locales: Path, usual: dict[str, bytes], tmp_path: Path
) -> None:
    """Not the Turkish i, not the German comma, not an encoding; nor do they in a path."""
    spoken = {"LOCPATH": str(locales), "LC_ALL": name}
    ask = "import locale; print(locale.setlocale(locale.LC_ALL, ''))"
    asked = [sys.executable, "-c", ask]
    env = surroundings(tmp_path, spoken)
    assert (
        subprocess.run(asked, env=env, capture_output=True, text=True, check=True).stdout.strip()
        == name
    )
    root, code = tmp_path / "ñandú", tmp_path / "código"
    lay(root)
    checkout(code)
    spoken["PYTHONPATH"] = str(code)
    same(build(root, tmp_path / "home “ñ”", spoken), usual)


@pytest.mark.system
def test_no_path_changes_anything(usual: dict[str, bytes], tmp_path: Path) -> None:
    """Of the project, of the home, and of pharmdocs itself."""
    assert len(ODD) == 200
    root, home, code = tmp_path / "p" / ODD, tmp_path / "h" / ODD, tmp_path / "c" / ODD
    lay(root)
    home.mkdir(parents=True)
    checkout(code)
    own = {"PYTHONPATH": str(code)}
    env = surroundings(home, own)
    asked = [sys.executable, "-c", "import pharmdocs; print(pharmdocs.__file__)"]
    done = subprocess.run(asked, cwd=root, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(code))
    same(build(root, home, own), usual)


@pytest.mark.system
def test_a_read_only_checkout_and_project_will_do(usual: dict[str, bytes], tmp_path: Path) -> None:
    """Also a home in which nothing can be kept; what is built goes elsewhere."""
    code, root, home, output = (tmp_path / name for name in ("code", "project", "home", "out"))
    lay(root)
    home.mkdir()
    checkout(code)
    closed = [place for top in (code, root, home) for place in (top, *top.rglob("*"))]
    for place in closed:
        place.chmod(place.stat().st_mode & ~0o222)
    before = _POWERS if os.geteuid() == 0 else ()
    tried = [*before, sys.executable, "-c", "open('x', 'w')"]
    refused = subprocess.run(tried, cwd=root, capture_output=True, text=True, check=False)
    assert "PermissionError" in refused.stderr
    try:
        same(
            build(
                root, home, {"PYTHONPATH": str(code), "TMPDIR": str(tmp_path)},
                "--output", str(output), before=before, output=output,
            ),
            usual,
        )  # fmt: skip
    finally:
        for place in closed:
            place.chmod(place.stat().st_mode | 0o200)
    assert {place for top in (code, root, home) for place in (top, *top.rglob("*"))} == set(closed)


@pytest.mark.system
def test_without_any_stream_the_file_is_the_same(usual: dict[str, bytes], tmp_path: Path) -> None:
    """As a daemon starts it: what is opened first then has the number of standard output."""
    lay(tmp_path / "project")
    closed = ("sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh")
    same(build(tmp_path / "project", tmp_path / "home", {}, before=closed), usual)


# What is said


@pytest.fixture(scope="module")
def speaking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose first question has a title that few terminals can show."""
    root = tmp_path_factory.mktemp("speaking") / "project"
    lay(root)
    file = root / "content/small/q01.md"
    text = re.sub(
        "^title: .*", "title: Señor “Ñandú” and 100 ℞", file.read_text("utf-8"), flags=re.M
    )
    file.write_text(text, encoding="utf-8")
    return root


SHOWN = {
    "utf-8": "Señor “Ñandú” and 100 ℞",
    "latin-1": "Señor \\u201cÑandú\\u201d and 100 \\u211e",
    "cp1252": "Señor “Ñandú” and 100 \\u211e",
    "iso8859-9": "Señor \\u201cÑandú\\u201d and 100 \\u211e",
}


def say(root: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    env = surroundings(root, variables)
    command = [sys.executable, "-m", "pharmdocs", *words]
    return subprocess.run(command, cwd=root, env=env, capture_output=True, check=False)


@pytest.mark.parametrize("signs", SHOWN)
def test_what_a_terminal_cannot_show_is_told_by_its_number(signs: str, speaking: Path) -> None:
    done = say(speaking, "bank", "list", PYTHONIOENCODING=signs)
    assert (done.returncode, done.stderr) == (0, b"")
    assert SHOWN[signs] in done.stdout.decode(signs)


@pytest.mark.parametrize("signs", SHOWN)
def test_machines_read_what_was_meant(signs: str, speaking: Path) -> None:
    done = say(speaking, "bank", "list", "--json", PYTHONIOENCODING=signs)
    rows = json.loads(done.stdout.decode(signs))
    assert SHOWN["utf-8"] in [row["title"] for row in rows]


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=lambda it: " ".join(it.values()),
)
def test_a_problem_is_readable_in_any_locale(variables: dict[str, str], tmp_path: Path) -> None:
    root = tmp_path / "project"
    lay(root)
    file = root / "content/small/q01.md"
    text = file.read_text("utf-8").replace("difficulty: easy", "difficulty: “fácil ñ”")
    file.write_text(text, encoding="utf-8")
    done = say(root, "bank", "check", **variables)
    assert done.returncode == 3
    said = done.stderr.decode("utf-8", "replace")
    assert said.startswith("error: content/small/q01.md:9: `difficulty` cannot be `")
    assert "fix: use one of: easy, medium, hard" in said
    assert "Traceback" not in said


@pytest.mark.system
def test_a_path_that_is_no_text_can_be_built_to(tmp_path: Path) -> None:
    """Names of files are bytes; nobody made sure that they are UTF-8."""
    root = tmp_path / "project"
    lay(root)
    folder = os.fsdecode(b"out \xff\xfe")
    done = say(root, "build", "booklet", "--output", folder, LANG="C.UTF-8")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines()[0] == "out \\udcff\\udcfe/booklet.pdf"
    assert (root / folder / "booklet.pdf").is_file()


@pytest.mark.system
def test_in_a_terminal_40_wide_every_step_is_wiped(tmp_path: Path) -> None:
    """A step that fills more than one line would stay behind in all but its last."""
    root = tmp_path / "project"
    lay(root)
    said = on_terminal(root, 40, "build", "booklet", "--output", "a rather long name for a folder")
    steps, result = said.rsplit("\r\x1b[K", 1)
    assert steps.count("…") > 2
    for step in steps.split("\r\x1b[K"):
        assert len(step) < 40, step
        assert "\n" not in step
    assert result.splitlines()[0].endswith("a rather long name for a folder/booklet.pdf")


def on_terminal(root: Path, columns: int, *words: str) -> str:
    """All that a terminal of this width is sent."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    command = [sys.executable, "-m", "pharmdocs", *words]
    process = subprocess.Popen(
        command, cwd=root, env=surroundings(root, {"TERM": "xterm"}), stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not part:
            break
        said += part
    os.close(ours)
    assert process.wait() == 0, said
    return said.decode().replace("\r\n", "\n")


def test_nothing_is_colored(speaking: Path) -> None:
    """Then NO_COLOR has nothing to forbid."""
    for words in (["--help"], ["stocks"], ["bank", "list"]):
        assert b"\x1b" not in say(speaking, *words, TERM="xterm-256color", FORCE_COLOR="1").stdout
