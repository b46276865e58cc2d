"""A build that would change nothing is not run; whatever it depends on, changed, builds it anew."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import icc
import pytest
from card_builds import lay_cards
from click.testing import CliRunner

from pharmdocs import printers, unchanged
from pharmdocs.cli import main
from pharmdocs.cli.build import build as group
from pharmdocs.imposition.printer import Correction, Printer
from pharmdocs.shipped import bundled
from pharmdocs.typesetting.keeping import usual
from pharmdocs.unchanged import Inputs

# All of it takes long.
pytestmark = pytest.mark.system

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">{}</svg>'
LOGO = SVG.format('<circle cx="20" cy="20" r="19"/>')
PICTURE = SVG.format('<rect width="9" height="9"/>')
SETTINGS = """\
bank = "small"
templates = "looks"

[brand]
name = "Riverside"
logo = "art/logo.svg"
logo_alt = "A ring"
"""
BUILD = ("build", "flashcards", "--edition", "press", "--profile", "shop.icc")


def lay(root: Path) -> None:
    """A project in which a build reads a file of every kind."""
    lay_cards(root)
    (root / "pharmdocs.toml").write_text(SETTINGS, encoding="utf-8")
    (root / "art").mkdir()
    (root / "art" / "logo.svg").write_text(LOGO, encoding="utf-8")
    (root / "looks" / "flashcards").mkdir(parents=True)
    for name in ("templates/flashcards/page.css", "content/interview/checklist.toml"):
        place = {"templates": "looks/flashcards", "content": "content/small"}[
            name.partition("/")[0]
        ]
        shutil.copy(bundled() / name, root / place)
    (root / "content" / "small" / "scale.svg").write_text(PICTURE, encoding="utf-8")
    question = root / "content" / "small" / "q01.md"
    text = question.read_text(encoding="utf-8").replace(
        "They want", "![A scale](scale.svg)\n\nThey want"
    )
    question.write_text(text, encoding="utf-8")
    (root / "shop.icc").write_bytes(icc.cmyk("Coated Test"))


def run(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module", autouse=True)
def _a_cache_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Other tests keep records as well, and these are counted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a project of which nothing was built."""
    lay(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def records() -> set[Path]:
    """The records in the cache: entries of text, which no page is."""
    return {path for path in usual().glob("*") if path.read_bytes()[64:66] == b"\n{"}


def kept(*arguments: str) -> set[Path]:
    """The records of a build, which is made in the current folder."""
    before = records()
    run(*arguments)
    return records() - before


class Built(NamedTuple):
    """A project with its build, and what was kept of it."""

    root: Path
    record: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """A project, built once, in the current folder; printers of its own beside it."""
    top = tmp_path_factory.mktemp("around")
    root = top / "project"
    root.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("XDG_CONFIG_HOME", str(top / "config"))
        printers.keep(Printer("home", "letter", behind=Correction(1.5, -2.5)))
        lay(root)
        (record,) = kept(*BUILD)
        yield Built(root, record)


@pytest.fixture
def around(built: Built) -> Path:
    """The project of that build."""
    return built.root


@pytest.fixture
def record(built: Built) -> Iterator[Path]:
    """What was kept of that build. It is good before and after a test."""
    assert unchanged.repeated(built.record) is not None
    yield built.record
    assert unchanged.repeated(built.record) is not None


# The same again -----------------------------------------------------------------------------------


def test_nothing_is_built_nothing_touched_and_the_same_said(around: Path, record: Path) -> None:
    made = list((around / "output").glob("flashcards-press*"))
    before = {path: path.stat().st_mtime_ns for path in made}
    command = [sys.executable, "-X", "importtime", "-m", "pharmdocs", *BUILD]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "".join(f"{line}\n" for line, _ in unchanged.repeated(record) or [])
    assert done.stdout.startswith(
        "output/flashcards-press.pdf\noutput/flashcards-press-ticket.txt\n"
    )
    assert {path: path.stat().st_mtime_ns for path in made} == before
    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()
    }
    assert "click" in loaded
    assert not loaded & {"weasyprint", "pikepdf", "jinja2", "reportlab", "fontTools", "PIL", "yaml"}


def test_without_the_cache_it_is_built(around: Path, record: Path) -> None:
    made = around / "output" / "flashcards-press.pdf"
    before, data = made.stat().st_mtime_ns, made.read_bytes()
    run(*BUILD, "--no-cache")
    assert made.stat().st_mtime_ns > before
    assert made.read_bytes() == data


def test_an_edited_card_is_built_and_the_old_one_again(own: Path) -> None:
    made = own / "output" / "flashcards.pdf"
    run("build", "flashcards")
    first = made.read_bytes()
    cards = own / "content" / "small" / "cards.csv"
    text = cards.read_text(encoding="utf-8")
    cards.write_text(text.replace("tellc3", "other"), encoding="utf-8")
    run("build", "flashcards")
    assert made.read_bytes() != first
    cards.write_text(text, encoding="utf-8")
    run("build", "flashcards")
    assert made.read_bytes() == first


def test_what_was_said_on_both_streams_is_said_again(own: Path) -> None:
    def said() -> tuple[str, str]:
        done = CliRunner().invoke(main, ["build", "checklist", "--date", "2020-03-02"])
        return done.stdout, done.stderr

    first = said()
    before = {path: path.stat().st_mtime_ns for path in (own / "output").iterdir()}
    assert "past" in first[1]
    assert said() == first
    assert {path: path.stat().st_mtime_ns for path in (own / "output").iterdir()} == before


def test_files_that_appear_together_are_left_alone(own: Path) -> None:
    first = run("build", "packet", "--json")
    before = {path: path.stat().st_mtime_ns for path in (own / "output").rglob("*.*")}
    assert len(before) > 6
    assert run("build", "packet", "--json") == first
    assert {path: path.stat().st_mtime_ns for path in (own / "output").rglob("*.*")} == before


# What it depends on -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "pharmdocs.toml",
        "art/logo.svg",
        "looks/flashcards/page.css",
        "content/small/bank.toml",
        "content/small/q01.md",
        "content/small/cards.csv",
        "content/small/scale.svg",
        "shop.icc",
        "../config/pharmdocs/printers.toml",
        "output/flashcards-press.pdf",
        "output/flashcards-press-ticket.txt",
        "output/flashcards-press.manifest.json",
    ],
)
def test_a_file_that_is_another_or_gone_is_a_reason_to_build(
    around: Path, record: Path, name: str
) -> None:
    path = around / name
    data, told = path.read_bytes(), path.stat()
    # As long as before and as old: only the content tells.
    path.write_bytes(data[:-1] + b"#")
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert unchanged.repeated(record) is None
    path.unlink()
    assert unchanged.repeated(record) is None
    path.write_bytes(data)


@pytest.mark.parametrize(
    "name", ["looks/base.css", "looks/strings/en.toml", "content/small/q03.md", "content/small/.x"]
)
def test_a_file_that_appears_is_a_reason_to_build(around: Path, record: Path, name: str) -> None:
    path = around / name
    is_new = not path.parent.is_dir()
    path.parent.mkdir(exist_ok=True)
    path.write_text("", encoding="utf-8")
    assert unchanged.repeated(record) is None
    path.unlink()
    if is_new:
        path.parent.rmdir()


def test_a_bank_of_ours_may_be_replaced_by_one_of_theirs(own: Path) -> None:
    """Neither is the project's own bank the one that is printed: it says how days are read."""
    (record,) = kept("build", "zine", "--bank", "interview")
    for name in ("interview", "small"):
        assert unchanged.repeated(record) is not None
        place = own / "content" / name / "note.txt"
        place.parent.mkdir(exist_ok=True)
        place.write_text("", encoding="utf-8")
        assert unchanged.repeated(record) is None
        place.unlink()
        if name == "interview":
            place.parent.rmdir()


@pytest.mark.parametrize(
    "name", ["SOURCE_DATE_EPOCH", "HOME", "XDG_CONFIG_HOME", "LC_ALL", "PANGOCAIRO_BACKEND"]
)
def test_the_environment_is_a_reason_to_build(
    record: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv(name, "86400")
        assert unchanged.repeated(record) is None


AROUND: dict[str, tuple[str, Any]] = {
    "the day": ("time.strftime", lambda form: "2038-01-19"),
    "Python": ("sys.version", "9.0"),
    "the system": ("sys.platform", "plan9"),
    "Pango": ("pharmdocs.unchanged.shapers", lambda: "another"),
    "nobody knows": ("pharmdocs.unchanged.shapers", lambda: ""),
}


@pytest.mark.parametrize("what", AROUND)
def test_another_machine_or_day_is_a_reason_to_build(
    record: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(*AROUND[what])
        assert unchanged.repeated(record) is None


def test_another_release_of_a_library_is_a_reason_to_build(
    record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint-99.0.dist-info").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path, str(tmp_path)])
        assert unchanged.repeated(record) is None


@pytest.mark.parametrize("place", ["package", "ours"])
def test_our_own_files_are_told_by_size_and_times(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "bank" / "stocks.toml"
    own.parent.mkdir()
    own.write_text("a", encoding="utf-8")
    ours: tuple[str, ...] = (str(tmp_path),)
    if place == "package":
        monkeypatch.setattr(unchanged, "_PACKAGE", tmp_path)
        ours = ()
    before = unchanged.state(Inputs((), ours))
    assert unchanged.state(Inputs((), ours)) == before
    # As long as before and as old; the system notes that it was written.
    told = own.stat()
    time.sleep(0.01)
    own.write_text("b", encoding="utf-8")
    os.utime(own, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert unchanged.state(Inputs((), ours)) != before


def test_what_python_keeps_of_our_modules_is_no_reason(tmp_path: Path) -> None:
    ours = Inputs((), (str(tmp_path),))
    before = unchanged.state(ours)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"")
    assert unchanged.state(ours) == before


def _link(path: Path) -> None:
    path.with_name("folder").mkdir()
    path.symlink_to("folder")


@pytest.mark.parametrize("make", [_link, os.mkfifo])
def test_what_cannot_be_told_is_always_built(tmp_path: Path, make: Callable[[Path], None]) -> None:
    assert unchanged.state(Inputs((str(tmp_path),)))
    make(tmp_path / "odd")
    assert not unchanged.state(Inputs((str(tmp_path),)))


@pytest.mark.parametrize("change", ["edited", "other files"])
def test_what_changes_during_a_build_is_not_kept(change: str, tmp_path: Path) -> None:
    read, made, record = tmp_path / "read", tmp_path / "made", tmp_path / "record"
    read.write_text("one", encoding="utf-8")
    files = [str(read)]
    for name in ("", change):
        with unchanged.remembering(record, lambda: Inputs(tuple(files))):
            made.write_text("made", encoding="utf-8")
            unchanged.wrote(made, b"made")
            if name == "edited":
                read.write_text("two", encoding="utf-8")
            elif name:
                files.append(str(tmp_path / "none"))
        assert (unchanged.repeated(record) is None) == bool(name)
        if not name:
            record.unlink()


def test_a_record_that_is_damaged_is_none(record: Path) -> None:
    data = record.read_bytes()
    for other in (
        b"",
        data[:-9],
        data[65:],
        data.replace(b"print:", b"pr1nt:", 1),
        b"0\n{}",
        b"\xff",
    ):
        record.write_bytes(other)
        assert unchanged.repeated(record) is None
    record.write_bytes(data)


# What is asked ------------------------------------------------------------------------------------

# Not asked of what is built: these never come here.
NEVER = {"no_cache", "watch", "roster"}
KINDS: dict[str, str] = {
    "integer range": "2",
    "length": "2mm",
    "path": "other",
    "file": "other",
    "text": "other",
}


def value(option: click.Parameter) -> list[str]:
    """The option with a value that is not its default."""
    assert isinstance(option, click.Option)
    if option.is_flag:
        return [(option.secondary_opts or option.opts)[0]]
    if isinstance(option.type, click.Choice):
        (other, *_) = [it for it in option.type.choices if it != option.default]
        return [option.opts[-1], other]
    if option.name == "folder":
        return [option.opts[-1], "/"]
    return [option.opts[-1], KINDS[option.type.name]]


@pytest.mark.parametrize("name", group.commands)
def test_every_option_is_another_question(name: str) -> None:
    command = group.commands[name]
    options = [it for it in command.params if it.name not in NEVER]

    def asked(arguments: list[str]) -> str:
        context = command.make_context(name, arguments)
        return unchanged.asked(name, context.params, context.params["folder"])

    found = {asked([]), *(asked(value(option)) for option in options)}
    assert len(found) == 1 + len(options)
    assert len(options) > 5


def test_the_command_and_the_folder_are_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {unchanged.asked("zine", {}, Path()), unchanged.asked("booklet", {}, Path())}
    found.add(unchanged.asked("zine", {}, tmp_path))
    monkeypatch.chdir(tmp_path)
    found.add(unchanged.asked("zine", {}, Path()))
    assert len(found) == 4


def test_a_roster_is_always_built(own: Path) -> None:
    (own / "people.csv").write_text("name\nAna Silva\n", encoding="utf-8")
    assert not kept("build", "checklist", "--roster", "people.csv")


# Nothing is missing from the list -----------------------------------------------------------------

COMMANDS = {
    "flashcards": ("flashcards",),
    "cards for a shop": BUILD[1:],
    "cards by hand": ("flashcards", "--duplex", "manual", "--printer", "none"),
    "zine": ("zine", "--how-to"),
    "checklist": ("checklist", "--name", "Ana"),
    "booklet": ("booklet",),
    "folded": ("booklet", "--edition", "fold", "--brief"),
    "booklet for a shop": ("booklet", "--edition", "press", "--profile", "shop.icc"),
    "all": ("all",),
    "packet": ("packet",),
}


def below(path: Path, places: list[str]) -> bool:
    return any(path.is_relative_to(place) for place in places)


@pytest.mark.parametrize(
    "what",
    [pytest.param(name, marks=[] if name == "zine" else [pytest.mark.system]) for name in COMMANDS],
)
def test_whatever_a_build_opens_is_in_its_list(what: str, around: Path, tmp_path: Path) -> None:
    """Heard from Python itself, in all its processes; and what it wrote is all that is there."""
    before = records()
    out, log = tmp_path / "out", tmp_path / "log"
    script = Path(__file__).with_name("audited.py")
    command = [sys.executable, str(script), str(log), "build", *COMMANDS[what], "-o", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    (record,) = records() - before
    told = json.loads(record.read_text(encoding="ascii").partition("\n")[2])
    record.unlink()
    assert set(told["files"]) == {str(path) for path in out.rglob("*") if path.is_file()}
    listed = [*told["theirs"], *told["ours"], str(Path(unchanged.__file__).parent)]
    aside = [sys.prefix, sys.base_prefix, *["/usr", "/etc", "/proc", "/sys", "/dev", "/lib"]]
    aside += map(str, (out, usual(), script, log))
    opened = {Path(line) for line in log.read_text(encoding="utf-8").splitlines()}
    mine = {it for it in opened if it.is_file() and not below(it, aside)}
    assert around / "content/small/q01.md" in mine
    assert around / "pharmdocs.toml" in mine
    assert [it for it in sorted(mine) if not below(it, listed)] == []
