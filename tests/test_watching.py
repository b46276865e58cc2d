"""`--watch`: a save is seen, a mistake ends nothing, what is built sets nothing going."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from card_builds import ROWS, lay_cards, write

from pharmdocs.bank.load import load_bank
from pharmdocs.desk import watching
from pharmdocs.errors import ContentError


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Often, so that a test need not wait."""
    monkeypatch.setattr(watching, "_LOOK", 0.01)


def watched(root: Path, change: Callable[[int], None], wanted: int) -> int:
    """How often is built when each build is followed by a change, until `wanted` of them."""
    built = 0

    def build() -> None:
        nonlocal built
        built += 1
        if built == wanted:
            raise KeyboardInterrupt
        threading.Timer(0.1, change, [built]).start()

    watching.watch(root, lambda: [root / "content"], build)
    return built


FILES = ["pharmdocs.toml", "people.csv", "logo.svg", "content/mine/q01.md", "content/new/bank.toml"]


@pytest.mark.parametrize("name", FILES)
def test_a_save_is_seen(name: str, tmp_path: Path, looks: None) -> None:
    """New, changed, and gone again."""

    def change(number: int) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if number == 3:
            path.unlink()
        else:
            path.write_text("x" * number, encoding="utf-8")

    assert watched(tmp_path, change, 4) == 4


UNREAD = [
    "booklet.pdf",
    ".hidden.toml",
    "content/.x/a.md",
    "people.rejected.csv",
    "a.manifest.json",
]
UNREAD += ["output/other.md", "a.md~"]


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_read_sets_nothing_going(name: str, tmp_path: Path, looks: None) -> None:
    built = []

    def build() -> None:
        built.append(1)
        if len(built) == 2:
            raise KeyboardInterrupt
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        threading.Timer(0.05, path.write_text, ["x"]).start()
        threading.Timer(0.5, (tmp_path / "end.toml").write_text, ["x"]).start()

    start = time.monotonic()
    watching.watch(tmp_path, lambda: [tmp_path / "content"], build)
    assert time.monotonic() - start > 0.45


def test_a_save_while_it_is_built_counts(tmp_path: Path, looks: None) -> None:
    built = []

    def build() -> None:
        built.append(1)
        if len(built) == 1:
            (tmp_path / "a.md").write_text("x", encoding="utf-8")
        else:
            raise KeyboardInterrupt

    watching.watch(tmp_path, list, build)
    assert len(built) == 2


def test_who_has_many_files_is_looked_at_less_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that takes a fifth of a second is followed by two seconds of rest."""
    times = iter([5.0, 5.001, 7.0, 7.2])
    monkeypatch.setattr("pharmdocs.desk.watching.time.perf_counter", lambda: next(times))
    rests = [watching.look(tmp_path, [])[1] for _ in range(2)]
    assert rests == pytest.approx([0.025, 2.0])


def test_after_a_change_is_looked_at_again_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a file that is being saved, and of one that stays as it is."""
    monkeypatch.setattr("pharmdocs.desk.watching.time.perf_counter", lambda: 5.0)
    before, _ = watching.look(tmp_path, [])
    (tmp_path / "a.md").write_text("x", encoding="utf-8")
    now, soon = watching.look(tmp_path, [], before)
    assert (soon, watching.look(tmp_path, [], now)[1]) == (0.01, 0.025)


def test_what_is_read_again_is_told_where_it_stands_now(tmp_path: Path) -> None:
    """A card that is wrong, then the same with a row above it; another that only moved."""
    lay_cards(tmp_path)
    place, name = tmp_path / "content/small", "content/small"
    head, rest = ROWS.split("\n", 1)
    found = []
    for above in ("", "new,ask,tell,safety,\n", ""):
        write(tmp_path, f"{head}\n{above}bad,a <b>,tell,safety,\n{rest}")
        with pytest.raises(ContentError) as error:
            load_bank(place, name)
        found += [str(it.where) for it in error.value.problems]
        write(tmp_path, f"{head}\n{above}{rest}")
        found += [str(it.where.line) for it in load_bank(place, name).cards[-1:]]
    last = ROWS.count("\n")
    assert found == [
        f"{name}/cards.csv:2", str(last), f"{name}/cards.csv:3", str(last + 1),
        f"{name}/cards.csv:2", str(last),
    ]  # fmt: skip


def test_what_is_read_again_is_of_the_category_as_it_is_now(tmp_path: Path) -> None:
    lay_cards(tmp_path)
    place = tmp_path / "content/small"
    before = load_bank(place, "content/small").cards[0].category
    settings = (place / "bank.toml").read_text(encoding="utf-8")
    (place / "bank.toml").write_text(settings.replace(before.name, "Renamed"), encoding="utf-8")
    assert load_bank(place, "content/small").cards[0].category == replace(before, name="Renamed")


def test_a_picture_is_looked_at_each_time_its_card_is_read(tmp_path: Path) -> None:
    lay_cards(tmp_path)
    place = tmp_path / "content/small"
    write(tmp_path, ROWS + "seen,![a hand](hand.svg),tell,safety,\n")
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h5v5z"/></svg>'
    )
    (place / "hand.svg").write_text(picture, encoding="utf-8")
    assert load_bank(place, "content/small").cards[-1].id == "seen"
    (place / "hand.svg").unlink()
    with pytest.raises(ContentError, match=r"`hand\.svg` is missing"):
        load_bank(place, "content/small")


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    lay_cards(tmp_path)
    command = [sys.executable, "-m", "pharmdocs", "build", "flashcards", "--watch"]
    started = subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip
    yield started
    if started.poll() is None:
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    if started.stderr:
        started.stderr.close()


def until(process: subprocess.Popen[str], words: str) -> str:
    """What is said until it says this."""
    assert process.stderr
    said = ""
    while words not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    return said


def test_the_page_follows_the_text(tmp_path: Path, process: subprocess.Popen[str]) -> None:
    """Changed, broken with the last good file left alone, mended; Ctrl-C is an end like any."""
    path = tmp_path / "output" / "flashcards.pdf"
    until(process, "watching")
    first = path.read_bytes()
    assert first.startswith(b"%PDF")
    write(tmp_path, ROWS.replace("askc3", "another"))
    assert "error" not in until(process, "watching")
    second = path.read_bytes()
    assert second != first
    write(tmp_path, ROWS.replace("safety", "saftey"))
    said = until(process, "watching")
    assert "content/small/cards.csv:2: `category` cannot be `saftey`" in said
    assert path.read_bytes() == second
    write(tmp_path, ROWS)
    until(process, "watching")
    assert path.read_bytes() == first
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(10) == 0
