"""Nothing is typeset twice: the same bytes with and without; what is not kept, or not trusted."""

import hashlib
import os
import pickle
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from card_builds import lay_cards
from click.testing import CliRunner
from PIL import Image

from pharmdocs import pool
from pharmdocs.cli import main
from pharmdocs.geometry import Box, Size
from pharmdocs.typesetting import cache, store
from pharmdocs.typesetting.fit import FaceJob, FaceText, Rung
from pharmdocs.typesetting.keeping import usual
from pharmdocs.typesetting.standing import Faces, set_faces
from pharmdocs.typesetting.surroundings import surroundings
from pharmdocs.typesetting.typeset import Job, Page, Stylesheet, Typeset, typeset

HTML = '<!doctype html><html lang="en"><head><title>T</title></head><body>{}</body></html>'
CSS = Stylesheet("t.css", "html { font: 10pt Pharm Sans }")


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Path]:
    """A cache of its own."""
    with store.caching(tmp_path / "pages"):
        yield tmp_path / "pages"


def listened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is typeset, from now on."""
    found: list[Any] = []
    each = pool.each

    def counted(function: Any, arguments: Any, jobs: int, **options: Any) -> Any:
        found.extend(arguments)
        return each(function, arguments, jobs, **options)

    monkeypatch.setattr(cache, "each", counted)
    return found


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    return listened(monkeypatch)


def job(body: str = "<p>One</p>", pictures: str = "/") -> Job:
    return Job(HTML.format(body), (CSS,), pictures)


def set_(jobs: list[Job]) -> list[Typeset]:
    found = cache.remembered(typeset, jobs)
    store.settle()
    return found


def build(*arguments: str | Path) -> None:
    command = ["build", "flashcards", *map(str, arguments)]
    result = CliRunner().invoke(main, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output


# What is kept -------------------------------------------------------------------------------------


def test_what_was_typeset_is_not_typeset_again(pages: Path, made: list[Any]) -> None:
    first = set_([job("<p>One</p>"), job("<p>Two</p>")])
    told: list[int] = []
    again = cache.remembered(
        typeset, [job("<p>Two</p>"), job("<p>Three</p>"), job("<p>One</p>")], done=told.append
    )
    assert [it.html for it in made] == [
        HTML.format(f"<p>{it}</p>") for it in ("One", "Two", "Three")
    ]
    assert (again[2], again[0]) == (first[0], first[1])
    assert told == [2, 3]


def test_a_build_from_it_is_the_same_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[Any]
) -> None:
    """Also in another folder; `--no-cache` neither reads nor writes it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    counts = []
    for name, options in (("new", ()), ("kept", ()), ("without", ("--no-cache",))):
        lay_cards(tmp_path / name / "project")
        project = tmp_path / name / "project"
        build("--project", project, "-o", tmp_path / name / "cards.pdf", *options)
        counts.append(len(made))
    # Seven cards in two parts: each is typeset, and each is laid on its sheets.
    assert counts == [4, 4, 8]
    files = {(tmp_path / name / "cards.pdf").read_bytes() for name in ("new", "kept", "without")}
    assert len(files) == 1


def test_of_a_deck_only_what_was_edited_is_typeset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[Any]
) -> None:
    """Seventy cards are set in four parts; one card is of one of them, as are its sheets."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("pharmdocs.typesetting.setting._CHUNK", 48)
    head = "id,front,back,category,tags\n"
    rows = [f"k{number},ask {number},tell {number},safety,\n" for number in range(68)]
    lay_cards(tmp_path, head + "".join(rows))
    build("--project", tmp_path, "-o", tmp_path / "cards.pdf")
    assert len(made) == 8
    made.clear()
    rows[40] = rows[40].replace("tell", "answer")
    lay_again = tmp_path / "content/small/cards.csv"
    lay_again.write_text(head + "".join(rows), encoding="utf-8")
    build("--project", tmp_path, "-o", tmp_path / "cards.pdf")
    part, sheets = made
    assert any("answer 40" in text for face in part.job.faces for text in face.texts)
    pages = [page for part in sheets.deal.made.parts for page in part.pages]
    assert any("answer 40" in line for page in pages for line in page.text)


OTHERS: dict[str, Callable[[Job], Job]] = {
    "the text": lambda it: replace(it, html=it.html.replace("One", "Two")),
    "a style sheet": lambda it: replace(it, stylesheets=(replace(CSS, text=CSS.text + " "),)),
    "the name of one": lambda it: replace(it, stylesheets=(replace(CSS, name="u.css"),)),
    "facing pages": lambda it: replace(it, facing=True),
}


@pytest.mark.parametrize("what", OTHERS)
def test_another_job_is_another_entry(what: str, pages: Path, made: list[Any]) -> None:
    set_([job(), OTHERS[what](job())])
    assert store.contents(pages).entries == 2


def test_a_picture_counts_with_its_bytes(pages: Path, made: list[Any], tmp_path: Path) -> None:
    body = '<p><img src="x.png" alt="A square"></p>'
    for color in ("red", "blue", "red"):
        Image.new("RGB", (4, 4), color).save(tmp_path / "x.png")
        set_([job(body, str(tmp_path))])
    assert len(made) == 2


FACE = FaceText("f", 'class="face"', ("<p>One</p>", "<p>1</p>"), "cards.csv:2")
FACES: dict[str, FaceText] = {
    "the id": replace(FACE, id="g"),
    "an attribute": replace(FACE, attributes='class="face back"'),
    "the text": replace(FACE, texts=("<p>Two</p>", "<p>1</p>")),
    "the short form": replace(FACE, texts=("<p>One</p>", "<p>2</p>")),
    "one text of two": replace(FACE, texts=("<p>One</p><p>1</p>",)),
}


def face_job(face: FaceText, folder: Path) -> FaceJob:
    rungs = (Rung("as set", tight=False),)
    return FaceJob(Box(0, 0, Size(9, 9)), "", (face,), rungs, 9.0, (CSS,), str(folder))


@pytest.mark.parametrize("what", FACES)
def test_another_face_is_another_entry(what: str, tmp_path: Path) -> None:
    keys = [cache.key(set_faces, Faces(face_job(it, tmp_path))) for it in (FACE, FACES[what])]
    assert keys[0] != keys[1]


def test_where_a_face_comes_from_is_no_other_entry(tmp_path: Path) -> None:
    moved = replace(FACE, where="cards.csv:3")
    keys = [cache.key(set_faces, Faces(face_job(it, tmp_path))) for it in (FACE, moved)]
    assert keys[0] == keys[1]


def test_a_picture_on_a_face_counts_with_its_bytes(tmp_path: Path) -> None:
    face, keys = replace(FACE, texts=('<p><img src="x.png" alt="A square"></p>',)), []
    for color in ("red", "blue"):
        Image.new("RGB", (4, 4), color).save(tmp_path / "x.png")
        keys.append(cache.key(set_faces, Faces(face_job(face, tmp_path))))
    assert keys[0] != keys[1]


def test_a_picture_is_read_once_for_all_jobs(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand cards may show a thousand pictures."""
    Image.new("RGB", (4, 4), "red").save(tmp_path / "x.png")
    read, asked = Path.read_bytes, list[str]()

    def heard(self: Path) -> bytes:
        asked.append(self.name)
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", heard)
    body = '<p>{} <img src="x.png" alt="A square"></p>'
    names = [cache.key(typeset, job(body.format(at), str(tmp_path))) for at in range(3)]
    assert len(set(names)) == 3
    assert asked.count("x.png") == 1


AROUND = {
    "a face": ("pharmdocs.typesetting.fonts.faces", lambda: ()),
    "a library": ("pharmdocs.typesetting.surroundings.version", lambda name: "0"),
    "the system’s": ("pharmdocs.typesetting.surroundings.shapers", lambda: "another"),
}


@pytest.mark.parametrize("what", AROUND)
def test_what_is_around_counts(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    surroundings.cache_clear()
    before = cache.key(typeset, job())
    monkeypatch.setattr(*AROUND[what])
    surroundings.cache_clear()
    assert cache.key(typeset, job()) != before
    monkeypatch.undo()
    surroundings.cache_clear()
    assert cache.key(typeset, job()) == before


def test_where_libraries_cannot_be_asked_nothing_is_kept(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "surroundings", lambda: "")
    assert set_([job()])[0].pages
    assert not pages.exists()


def test_a_failure_is_not_kept(pages: Path) -> None:
    bad = replace(job(), stylesheets=(replace(CSS, text="p { colour: red }"),))
    for _ in range(2):
        with pytest.raises(Exception, match="colour"):
            set_([bad])
    assert store.contents(pages).entries == 0


def test_what_is_kept_is_deflated_once_and_unpacked_when_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Typeset(b"0 0 m " * 10_000, (Page(Size(1, 1), "", ("x",), (), {}),))
    kept = pickle.dumps(made)
    assert len(kept) < 1000
    unpacked: list[bytes] = []

    def unpack(data: bytes) -> bytes:
        unpacked.append(data)
        return made.pdf

    monkeypatch.setattr(zlib, "decompress", unpack)
    again = pickle.loads(kept)  # noqa: S301
    assert (again.pages, pickle.dumps(again)) == (made.pages, kept)
    assert unpacked == []
    assert again == made
    assert len(unpacked) == 1


def test_what_was_made_is_written_at_the_end_and_known_before(tmp_path: Path) -> None:
    """Also where the end is a failure."""
    made = result("x")

    def build() -> None:
        with store.caching(tmp_path / "pages"):
            store.hold("e0", made)
            assert store.kept("e0") is made
            assert not (tmp_path / "pages").exists()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()
    with store.caching(tmp_path / "pages"):
        assert store.kept("e0") == made


def test_what_is_there_is_read_while_the_rest_is_made(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what waits to be kept is written then."""
    set_([job("<p>One</p>")])
    done: list[str] = []
    real: Any = pool.each

    def each(function: Any, arguments: Any, jobs: int, **options: Any) -> Any:
        def meanwhile() -> None:
            done.append("begun")
            options["meanwhile"]()
            done.append(f"{len(list(pages.iterdir()))} entries")

        return real(function, arguments, jobs, **options | {"meanwhile": meanwhile})

    def read(path: Path) -> Any:
        done.append("read")
        return kept(path)

    kept = store._read
    monkeypatch.setattr(cache, "each", each)
    monkeypatch.setattr(store, "_read", read)
    store.hold("e0", result("x"))
    cache.remembered(typeset, [job("<p>Two</p>"), job("<p>One</p>")])
    assert done == ["begun", "read", "2 entries"]


# What is not trusted ------------------------------------------------------------------------------


def only(pages: Path) -> Path:
    (path,) = pages.iterdir()
    return path


class _Runs:
    """A pickle that runs a command when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self.path),))


def _entry(result: object) -> bytes:
    packed = zlib.compress(pickle.dumps(result))
    return hashlib.sha256(packed).digest() + packed


DAMAGE: dict[str, Callable[[bytes, Path], bytes]] = {
    "cut off": lambda data, _: data[:-9],
    "empty": lambda data, _: b"",
    "one bit": lambda data, _: data[:99] + bytes([data[99] ^ 1]) + data[100:],
    "no pickle": lambda data, _: hashlib.sha256(b"x").digest() + b"x",
    "runs a command": lambda _, path: _entry(_Runs(path)),
    "another class": lambda _, path: _entry(Path("x")),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_entry_is_made_again_and_runs_nothing(
    how: str, pages: Path, made: list[Any], tmp_path: Path
) -> None:
    first = set_([job()])
    path = only(pages)
    good = path.read_bytes()
    path.write_bytes(DAMAGE[how](good, tmp_path / "run"))
    assert set_([job()]) == first
    assert len(made) == 2
    assert path.read_bytes() == good
    assert not (tmp_path / "run").exists()


def test_a_folder_that_cannot_be_written_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with store.caching(tmp_path / "file"):
        assert set_([job()])[0].pages


def test_a_full_disk_leaves_nothing_behind(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert set_([job()])[0].pages
    assert list(pages.iterdir()) == []


# Its size, and its commands -----------------------------------------------------------------------


def result(text: str) -> Typeset:
    return Typeset(os.urandom(900), (Page(Size(1, 1), "", (text,), (), {}),))


def test_what_was_used_longest_ago_makes_room(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five entries of 1,300 bytes where 5,000 may lie, and 4,000 once it is swept."""
    for number in range(5):
        store.hold(f"e{number}", result("x"))
        store.settle()
        os.utime(pages / f"e{number}", (number, number))
    assert store._read(pages / "e0")[0] is not None
    monkeypatch.setattr(store, "MOST", 5000)
    store.hold("e3", result("x"))
    store.settle()
    assert {path.name for path in pages.iterdir()} == {"e0", "e3", "e4"}


def test_in_a_process_that_stays_it_lies_in_memory_as_well(pages: Path, made: list[Any]) -> None:
    with store.at_hand():
        first = set_([job()])
        for path in pages.iterdir():
            path.unlink()
        assert set_([job()]) == first
        assert len(made) == 1
    set_([job()])
    assert len(made) == 2


def test_in_memory_there_is_what_was_used_last(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three entries of 1,300 bytes where 3,000 may be."""
    monkeypatch.setattr(store, "_MOST_AT_HAND", 3000)
    with store.at_hand():
        for number in range(2):
            store.hold(f"e{number}", result("x"))
            store.settle()
        assert store.kept("e0")
        store.hold("e2", result("x"))
        store.settle()
        for path in pages.iterdir():
            path.unlink()
        assert [bool(store.kept(f"e{number}")) for number in range(3)] == [True, False, True]


@pytest.mark.system
def test_several_builds_share_it_at_once(pages: Path) -> None:
    """Four processes make the same pages and others; none stumbles, all come out alike."""
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[2]); from test_cache import *\n"
        "with store.caching(Path(sys.argv[1])):\n"
        "    found = set_([job(f'<p>{n}</p>') for n in range(3)])\n"
        "print(hashlib.sha256(repr(found).encode()).hexdigest())"
    )
    command = [sys.executable, "-c", code, str(pages), str(Path(__file__).parent)]

    def run(_: int) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(run, range(4)))) == 1
    assert store.contents(pages).entries == 3


def engine_is_there(_: Job) -> bool:
    return "weasyprint" in sys.modules


def test_children_find_the_engine_loaded_from_the_second_time_on() -> None:
    """Once in each child that typesets once; never twice in memory for a single deck."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from test_cache import *\n"
        "for n in range(3):\n"
        "    print(cache.remembered(engine_is_there, [job(str(n))]), engine_is_there(job()))"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    forks = sys.platform == "linux"
    assert said.splitlines() == ["[False] False", *[f"[{forks}] {forks}"] * 2]


def test_it_can_be_looked_at_and_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with store.caching(usual()):
        set_([job()])
    told = CliRunner().invoke(main, ["cache", "info"])
    assert told.stdout.startswith(
        f"{tmp_path / 'pharmdocs' / 'pages'}\n  1 entry, 0.0 MB of at most"
    )
    assert "1 entry, 0.0 MB forgotten" in CliRunner().invoke(main, ["cache", "clear"]).stdout
    assert "0 entries" in CliRunner().invoke(main, ["cache", "info"]).stdout
