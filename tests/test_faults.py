"""Whatever fails while files are written: the last good ones are there, and the next run works.

How many faults were tried stands in docs/faults.md, and is held to what is tried here.
"""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from card_builds import lay_cards
from click.testing import CliRunner
from faults import FAULTS, HARMLESS, TIDYING, Tries, Try, contents, restore, tried
from test_checklist import ASKS, EMAIL, HEAD, LIST

from pharmdocs import locks, packet
from pharmdocs.build import write_together
from pharmdocs.cli import main
from pharmdocs.packet_parts import PARTS
from pharmdocs.printables import PRINTABLES
from pharmdocs.typesetting.keeping import put

# All of it takes long.
pytestmark = pytest.mark.system

DOCS = Path(__file__).parent.parent / "docs/faults.md"
OLD = b"the last good one"
ROSTER = (
    "Name,Role,Employer\nAna Example,Tech,Harbor\nBo Sample,Clerk,Harbor\n,,\nCy Test,,Harbor\n"
)
DECK = "front,back,category\nask one,tell one,safety\nask two,tell two,law\n"
READ = "--code D8EE --dot B --a 5.3 4.8 --b 5.3 4.9 --c 5.1 4.8 --d 5.1 4.9"


@dataclass(frozen=True)
class Command:
    """What is run; the folder it writes into; files that it would write, an old one of each there.

    `whole` says whether all of them take their places together, or one after the other.
    """

    words: str
    folder: str = "output"
    old: tuple[str, ...] = ()
    whole: bool = True
    every: int = 1


FEW = {
    "booklet": Command("build booklet", old=("booklet.pdf", "booklet.manifest.json")),
    "a new question": Command("bank new --title Why? --category safety", "content"),
    "a printer": Command(f"calibrate --enter --printer home {READ}", "config/pharmdocs"),
}
MANY = {
    "flashcards, both sides apart": Command(
        "build flashcards --duplex manual",
        old=("flashcards-fronts.pdf", "flashcards-backs.pdf", "flashcards.manifest.json"),
        every=3,
    ),
    "flashcards, a first time": Command("build flashcards"),
    "zine": Command("build zine", old=("zine.pdf",), every=2),
    "roster, three volumes": Command(
        "build checklist --roster people.csv --volume 1 --skip-bad",
        old=("checklist-001.pdf", "checklist-002.pdf", "checklist.manifest.json"),
        whole=False,
        every=20,
    ),
    "roster, a file each": Command(
        "build checklist --roster people.csv --separate --skip-bad --jobs 1",
        old=("checklists/",),
        whole=False,
        every=51,
    ),
    "bank export": Command("bank export --format anki", old=("small.apkg",)),
    "bank import": Command("bank import deck.csv", "content", every=2),
    "init": Command("init fair", "fair", every=25),
    "calibration sheet": Command("calibrate --printer home", old=("calibrate.pdf",)),
    "proof": Command("proof sample.pdf --dpi 24", "output/proof", old=("sample-1.png",), every=5),
}
_CARDS, _BOOKLET = "flashcards-press", "booklet-press"
PRESS = {
    "flashcards for a shop": Command(
        "build flashcards --edition press --ink black",
        old=(f"{_CARDS}.pdf", f"{_CARDS}-ticket.txt", f"{_CARDS}.manifest.json"),
        every=4,
    ),
    "booklet for a shop, its cover apart": Command(
        "build booklet --edition press --ink black --cover separate",
        old=(f"{_BOOKLET}.pdf", f"{_BOOKLET}-cover.pdf", f"{_BOOKLET}.manifest.json"),
        every=6,
    ),
}
TOGETHER = {
    "all": Command(
        "build all", old=("booklet.pdf", "zine.pdf", "checklist.manifest.json"), every=9
    ),
    "packet": Command(
        "build packet --copies 9",
        "output/packet",
        old=("booklet.pdf", "run-sheet.pdf", "packet.manifest.json"),
        every=13,
    ),
}
COMMANDS = FEW | MANY | PRESS | TOGETHER


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a project of seven cards, a roster, a deck, a place for printers."""
    lay_cards(tmp_path)
    sheet = HEAD + LIST + ASKS + EMAIL
    (tmp_path / "content/small/checklist.toml").write_text(sheet, encoding="utf-8")
    (tmp_path / "output/flashcards.pdf").unlink()
    (tmp_path / "output/notes.txt").write_bytes(b"mine")
    (tmp_path / "people.csv").write_text(ROSTER, encoding="utf-8")
    shutil.copy(DOCS.with_name("samples") / "zine.pdf", tmp_path / "sample.pdf")
    (tmp_path / "output/proof").mkdir()
    (tmp_path / "deck.csv").write_text(DECK, encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config/pharmdocs").mkdir(parents=True)
    (tmp_path / "fair").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def laid(name: str, project: Path) -> Path:
    """The folder that a command writes into, with the old files in it."""
    command = COMMANDS[name]
    folder = project / command.folder
    for file in command.old:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if not file.endswith("/"):
            path.write_bytes(OLD)
    return folder


def attempts(name: str, project: Path) -> Tries:
    command, folder = COMMANDS[name], laid(name, project)
    return tried(command.words.split(), folder, every=command.every)


def faults_of(one: Try, found: Tries, whole: bool) -> Iterator[str]:
    """What is wrong with what a try left, or said."""
    fault, tidying = one.fault, one.step in TIDYING
    shown = {name: data for name, data in one.left.items() if not _is_hidden(name)}
    if not all(_is_good(name, data, found) for name, data in shown.items()):
        yield "a file is neither the old one nor the new one"
    if missing := found.old.keys() - shown.keys():
        yield f"gone: {missing}"
    torn = fault.signal == signal.SIGKILL
    if not torn and not tidying and shown != one.left:
        yield "a temporary file stays"
    if whole and not torn and shown not in (found.old, found.new):
        yield f"some files are old and some are new: {sorted(shown)}"
    if torn:
        yield from [] if one.code == -signal.SIGKILL else [f"ended with {one.code}"]
    elif fault.signal:
        code = 130 if fault.signal == signal.SIGINT else 128 + fault.signal
        if (one.code, one.output, one.said.strip()) != (code, "", "stopped"):
            # Once all was written, saying so may come first.
            yield f"ended with {one.code}, said {one.said!r}"
    elif one.code == 0:
        if one.step not in HARMLESS or shown != found.new:
            yield "it says that all is well"
    elif one.code != 6 or shown == found.new:
        yield f"ended with {one.code}"
    elif not re.fullmatch(rf"error: .*\({os.strerror(fault.error)}\)\n    fix: .+\n", one.said):
        yield f"said {one.said!r}"
    if one.next != found.new:
        yield f"the next run does not mend it: {one.next.keys() ^ found.new.keys()}"


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".pharmdocs-") for part in name.split("/"))


def _is_good(name: str, data: bytes | None, found: Tries) -> bool:
    if name.endswith(".run.json"):
        return True
    return any(name in there and there[name] == data for there in (found.old, found.new))


def held(name: str, found: Tries) -> None:
    """No try left anything wrong, and the documentation tells how many there were."""
    whole = COMMANDS[name].whole
    wrong = [
        f"{one.fault.name} at {one.at} ({one.step}): {what}"
        for one in found.tries
        for what in faults_of(one, found, whole)
    ]
    assert not wrong, "\n".join(wrong)
    cells = [name, str(len(found.steps)), *map(str, found.counts().values())]
    assert f"| {' | '.join(cells)} |" in DOCS.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", FEW)
def test_a_fault_at_any_step(name: str, project: Path) -> None:
    held(name, attempts(name, project))


@pytest.mark.parametrize("name", MANY | PRESS)
def test_a_fault_at_any_step_of_a_longer_road(name: str, project: Path) -> None:
    held(name, attempts(name, project))


@pytest.mark.parametrize("name", TOGETHER)
def test_a_fault_at_any_step_of_what_is_built_together(
    name: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first step comes before anything is typeset: what a part made once is written again."""
    for part, printable in PRINTABLES.items():
        again = replace(printable, build=once(printable.build, lambda request: request.output))
        monkeypatch.setitem(PRINTABLES, part, again)
    for part, build in PARTS.items():
        monkeypatch.setitem(PARTS, part, once(build, lambda plan: plan.place))
    monkeypatch.setattr(packet, "_run_sheet", once(packet._run_sheet))
    words, folder = COMMANDS[name].words.split(), laid(name, project)
    before = contents(project)
    real = tried(words, folder, ())
    assert CliRunner().invoke(main, words).exit_code == 0
    restore(project, before)
    # As a new process has it, which has not looked yet for what a killed one left.
    locks._swept.clear()
    found = attempts(name, project)
    assert found.steps == real.steps
    held(name, found)


def once(build: Any, place: Callable[[Any], Path] | None = None) -> Any:
    """What is built the first time, and from then on tells the same and writes the same files."""
    files: dict[str, bytes] = {}
    results: list[Any] = []

    def again(*asked: Any) -> Any:
        folder = place(asked[0]) if place else Path("none")
        before = contents(folder)
        if not results:
            results.append(build(*asked))
            made = {name: data for name, data in contents(folder).items() if name not in before}
            files.update({name: data for name, data in made.items() if data is not None})
        elif files:
            names = sorted(files, key=lambda it: (".manifest." in it, it))
            write_together({folder / name: files[name] for name in names})
        return results[0]

    return again


def test_a_fault_while_a_page_is_kept_costs_the_page_alone(tmp_path: Path) -> None:
    """The cache is nobody's only copy: errors are no failure, and no part of an entry stays."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "entry").write_bytes(OLD)

    def keep() -> tuple[int, str, str]:
        put(pages / "entry", b"new" * 1000)
        return 0, "", ""

    faults = [fault for fault in FAULTS if fault.error or fault.signal == signal.SIGINT]
    found = tried((), pages, faults, action=keep)
    assert found.new == {"entry": b"new" * 1000}
    assert len(found.tries) >= 20
    for one in found.tries:
        where = f"{one.fault.name} at {one.at} ({one.step})"
        assert one.left in (found.old, found.new) or one.step in TIDYING, where
        assert one.code == 0 if one.fault.error else "KeyboardInterrupt" in one.said, where
