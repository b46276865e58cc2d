"""Only faces and sheets that are new are made; the file is as if nothing had stood."""

import random
from pathlib import Path
from typing import Any

import pytest
from card_builds import HEAD, lay_cards, numbered, run, write
from PIL import Image

from pharmdocs import lifts, pool, pressing
from pharmdocs.errors import LayoutError, Problem
from pharmdocs.sheets import Deal
from pharmdocs.typesetting import cache, loose, places, standing, store
from pharmdocs.typesetting.fit import FaceJob

FONTS = ["plain {}", "_slanted_ {}", "**strong** {}", "**_both_** {}", "[a gap] {}"]
FONTS += ["≥ {} ≤ ½ µg", "a [link](https://example.org/{})", "- one\n- {}", "“x” {} – y"]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twenty cards, five or six in a document, in a cache of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("pharmdocs.typesetting.setting._CHUNK", 12)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    root = tmp_path / "project"
    root.mkdir()
    lay_cards(root, listed(cards()))
    with (root / "content/small/bank.toml").open("a", encoding="utf-8") as file:
        file.write('\n[categories.patients]\nname = "Patients"\nshape = "circle"\n')
        file.write('color = "#7a3b8f"\n')
    monkeypatch.chdir(root)
    return root


def cards() -> dict[str, tuple[str, str]]:
    return {f"k{at:02}": (f"ask {at}", f"tell {at}") for at in range(18)}


def listed(rows: dict[str, tuple[str, str]]) -> str:
    return HEAD + "".join(
        f'{name},"{front}","{back}",{"safety" if int(name[1:]) % 2 else "patients"},\n'
        for name, (front, back) in rows.items()
    )


def made(project: Path, *asked: str) -> bytes:
    result = run("-o", str(project / "deck.pdf"), *asked)
    assert result.exit_code == 0, result.output
    paths = sorted(it for it in project.glob("deck*.pdf") if "how-to" not in it.name)
    return b"".join(path.read_bytes() for path in paths)


@pytest.fixture
def sheets() -> list[list[str]]:
    """The sheets that are pressed from now on, a list for each lift."""
    return []


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch, sheets: list[list[str]]) -> list[list[str]]:
    """The faces that are set from now on, a list for each document."""
    found: list[list[str]] = []
    real: Any = pool.each

    def heard(function: Any, arguments: Any, jobs: int, **options: Any) -> Any:
        for it in arguments:
            if isinstance(it, standing.Faces):
                names = [face.id for face in it.job.faces]
            elif isinstance(it, lifts.Lift):
                names = [f"sheet {sheet.number + 1}" for sheet in it.deal.sheets]
            else:
                continue
            there = it.standing or [None] * len(names)
            new = [name for name, on in zip(names, there, strict=True) if on is None]
            (found if isinstance(it, standing.Faces) else sheets).append(new)
        return real(function, arguments, jobs, **options)

    monkeypatch.setattr(cache, "each", heard)
    return found


def test_only_what_was_edited_is_set_again(project: Path, new: list[list[str]]) -> None:
    rows = cards()
    made(project)
    assert sum(map(len, new)) == 2 * 20
    new.clear()
    rows["k07"] = ("ask again", "tell 7")
    write(project, listed(rows))
    edited = made(project)
    assert new == [["k07-front"]]
    new.clear()
    # What was set for the last build stands as well; a card that is gone leaves no trace.
    rows["k08"] = ("ask 8", "**tell**")
    rows["k07"] = ("ask 7", "tell 7")
    write(project, listed(rows))
    made(project)
    assert new == [["k08-back"]]
    rows["k08"], rows["k07"] = ("ask 8", "tell 8"), ("ask again", "tell 7")
    write(project, listed(rows))
    assert made(project) == edited == made(project, "--no-cache")


def test_only_sheets_that_were_edited_are_pressed_again(
    project: Path, new: list[list[str]], sheets: list[list[str]]
) -> None:
    """Two questions come first; three cards are on a sheet, and two sheets in a lift."""
    rows = cards()
    made(project)
    assert sorted(it for lift in sheets for it in lift) == [f"sheet {at}" for at in range(1, 8)]
    sheets.clear()
    rows["k07"] = ("ask again", "tell 7")
    write(project, listed(rows))
    edited = made(project)
    assert sheets == [["sheet 4"]]
    sheets.clear()
    # What was pressed for the last build stands as well.
    rows["k07"], rows["k05"] = ("ask 7", "tell 7"), ("ask", "tell")
    write(project, listed(rows))
    made(project)
    assert sheets == [["sheet 3"]]
    rows["k07"], rows["k05"] = ("ask again", "tell 7"), ("ask 5", "tell 5")
    write(project, listed(rows))
    assert made(project) == edited == made(project, "--no-cache")


@pytest.mark.system
def test_what_is_kept_of_a_lift_is_kept_once(project: Path) -> None:
    """However often it is edited: the fonts and forms of sheets that are gone went with them."""
    rows = cards()
    for at in range(4):
        rows["k07"] = (f"ask {at}", "tell 7")
        write(project, listed(rows))
        made(project)
    folder = next((project.parent / "cache").rglob("pages"))
    found = [store._read(it)[0] for it in folder.iterdir()]
    pressed = [it for it in found if isinstance(it, pressing.Pressed)]
    # Four lifts, one of them four times.
    assert len(pressed) == 7
    for lift in pressed:
        assert len({id(sheet.leaf.sheaf) for (sheet,) in lift.sheets}) == 1


def edited(project: Path, **rows: tuple[str, str]) -> bytes:
    write(project, listed(cards() | rows))
    return made(project)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What children are asked for from now on."""
    found: list[Any] = []
    real: Any = pool.each

    def heard(function: Any, arguments: Any, *rest: Any, **options: Any) -> Any:
        found.extend(arguments)
        return real(function, arguments, *rest, **options)

    for module in (cache, loose):
        monkeypatch.setattr(module, "each", heard)
    return found


def test_a_new_face_is_pressed_with_its_sheet_and_bound_beside_that(
    project: Path, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five or six cards are set together, three are on a sheet."""
    made(project)
    asked.clear()
    first = edited(project, k07=("ask again", "tell 7"))
    faces, lift, leaves = asked
    assert (len(faces.job.faces), faces.loose, len(leaves.found)) == (12, True, 12)
    pressed: list[str] = []
    real = pressing._anew

    def heard(deal: Deal, lift: Any) -> Any:
        pressed.extend(view.id for view in deal.made.views)
        return real(deal, lift)

    monkeypatch.setattr(pressing, "_anew", heard)
    pressing.pressed(lift)
    assert pressed == ["k07", "k08", "k09"]
    # What was bound is there, with the new face among the others.
    asked.clear()
    edited(project, k07=("ask again", "tell 7"), k08=("ask 8", "another"))
    faces, *_ = asked
    assert [it is None for it in faces.standing].count(True) == 1
    assert first == edited(project, k07=("ask again", "tell 7"))


def test_where_nothing_can_be_kept_each_card_is_set(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Libraries that cannot be asked: several documents, and none has a key."""
    plain = made(project, "--no-cache")
    monkeypatch.setattr(cache, "surroundings", lambda: "")
    assert made(project) == plain


def test_much_is_bound_where_it_is_set(project: Path, asked: list[Any]) -> None:
    """One child has no time to do it beside the press."""
    rows = {f"k{at:02}": ("ask", f"again {at}") for at in (1, 7, 13)}
    made(project)
    asked.clear()
    edited(project, **rows)
    loosely = [it.loose for it in asked if isinstance(it, standing.Faces)]
    assert loosely == [False] * 3
    assert not any(isinstance(it, loose.Loose) for it in asked)


def test_what_lies_beside_a_picture_does_not_stay_loose(project: Path, asked: list[Any]) -> None:
    """It may be on any of the pages: one that stands, or one that is new."""
    Image.new("RGB", (900, 90), "red").save(project / "content/small/a.png")
    for rows in ({"k00": ("a", "![a](a.png)")}, {"k01": ("ask", "new")}, {"k02": ("ask", "new")}):
        edited(project, **({} if "k00" in rows else {"k00": ("a", "![a](a.png)")}), **rows)
    loosely = [it.loose for it in asked if isinstance(it, standing.Faces)]
    assert len(loosely) == 4 + 1 + 1
    assert not any(loosely)
    asked.clear()
    edited(project, k12=("b", "![b](a.png)"))
    # What is new may show one: it is bound by the next child.
    assert not any(isinstance(it, loose.Loose) for it in asked)


def test_what_could_not_be_bound_is_bound_the_next_time(
    project: Path, new: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file does not wait for it; only what is new is set once more."""

    def fails(*_: object, **__: object) -> None:
        raise LayoutError(Problem(None, "out of memory", ""))

    made(project)
    with monkeypatch.context() as patch:
        patch.setattr(loose, "each", fails)
        edited(project, k07=("ask again", "tell 7"))
    new.clear()
    twice = edited(project, k07=("ask again", "tell 7"), k08=("ask 8", "another"))
    assert new == [["k07-front", "k08-back"]]
    assert twice == made(project, "--no-cache")


@pytest.mark.system
def test_a_sheet_is_told_by_its_place_and_the_places_on_it(project: Path) -> None:
    first, *sheets = [["k00"], ["k01", "k02", "k03"], ["k04", "k05", "k06"]]
    for order in (sheets, sheets[::-1]):
        rows = {name: cards()[name] for name in (*first, *order[0], *order[1])}
        write(project, listed(rows))
        assert made(project) == made(project, "--no-cache")
    for asked in (("--only", "k00,k01"), ("--only", "k00,k01", "--start", "2")):
        assert made(project, *asked) == made(project, *asked, "--no-cache")


@pytest.mark.system
def test_a_sheet_is_told_by_how_many_there_are(project: Path) -> None:
    """Two cards a sheet: the stamps of ten sheets and of eleven have the same letters."""
    rows = cards()
    for _ in range(2):
        write(project, listed(rows))
        pairs = ("--stock", "avery-5389")
        assert made(project, *pairs) == made(project, *pairs, "--no-cache")
        rows["k18"] = ("ask", "tell")


@pytest.mark.system
def test_a_sheet_is_told_by_the_categories_on_it(project: Path) -> None:
    """A template that shows one sign for all is wrong as soon as a category has another."""
    own_face(project, "{{ card.category | sign }}", "▲")
    bank = project / "content/small/bank.toml"
    write(project, HEAD + "k01,ask,tell,safety,\n")
    made(project)
    bank.write_text(bank.read_text().replace("triangle", "square"))
    result = run()
    assert (result.exit_code, "■" in result.stderr) == (6, True), result.stderr


def own_face(project: Path, old: str, new: str) -> None:
    """Give the project a template of its own for faces."""
    ours = Path(__file__).parents[1] / "templates/flashcards/face.html.j2"
    own = project / "templates/flashcards/face.html.j2"
    own.parent.mkdir(parents=True)
    own.write_text(ours.read_text().replace(old, new))


@pytest.mark.system
def test_a_sheet_is_told_by_what_templates_make_of_its_cards(project: Path) -> None:
    before = made(project)
    own_face(project, "{{ card.label }}", "No. {{ card.label }}")
    after = made(project)
    assert after != before
    assert after == made(project, "--no-cache")


@pytest.mark.system
def test_a_row_that_only_moved_is_not_set_again(project: Path, new: list[list[str]]) -> None:
    """A line break in a cell lets all that follow begin a line later; a card goes to the end."""
    rows = cards()
    before = made(project)
    new.clear()
    write(project, listed(rows).replace("k01,", "\nk01,"))
    assert made(project) == before
    assert new == []
    rows["k02"] = rows.pop("k02")
    write(project, listed(rows))
    after = made(project)
    assert [it for it in new if it] == []
    assert after == made(project, "--no-cache") != before


def a_change(chance: random.Random, rows: dict[str, tuple[str, str]]) -> None:
    """Edit, add, take out or move a card; some of them are too long for one."""
    name = chance.choice(list(rows))
    text = chance.choice([*FONTS, numbered(220) + " {}", numbered(60) + " {}"])
    kind = chance.choice(["edit", "edit", "edit", "add", "drop", "move"])
    if kind == "edit":
        one, other = rows[name]
        told = text.format(chance.randrange(1000))
        rows[name] = (one, told) if chance.random() < 0.7 or "- one" in text else (told, other)
    elif kind == "add":
        rows[f"k{chance.randrange(100, 999)}"] = ("ask", text.format(chance.randrange(1000)))
    elif kind == "drop":
        del rows[name]
    else:
        rows[name] = rows.pop(name)


@pytest.mark.system
@pytest.mark.parametrize(
    "asked",
    [
        (),
        ("--edition", "press", "--ink", "black"),
        ("--order", "stack", "--duplex", "manual", "--stock", "avery-5371"),
    ],
    ids=["sheets", "press", "stack"],
)
def test_whatever_is_edited_the_file_is_as_if_all_were_set_anew(
    project: Path, asked: tuple[str, ...]
) -> None:
    chance = random.Random(" ".join(asked))  # noqa: S311
    rows = cards()
    made(project, *asked)
    for _ in range(8):
        for _ in range(chance.choice([1, 1, 2, 5])):
            a_change(chance, rows)
        write(project, listed(rows))
        assert made(project, *asked) == made(project, *asked, "--no-cache"), rows


@pytest.mark.system
def test_what_lies_beside_a_picture_is_set_anew(
    project: Path, new: list[list[str]], sheets: list[list[str]]
) -> None:
    """A picture is called by its place among the pictures of its document."""
    for name in ("a", "b"):
        Image.new("RGB", (900, 90), {"a": "red", "b": "blue"}[name]).save(
            project / f"content/small/{name}.png"
        )
    rows = cards() | {"k00": ("a", "![a](a.png)"), "k03": ("b", "![b](b.png)")}
    write(project, listed(rows))
    made(project)
    rows["k00"] = ("ask", "tell")
    write(project, listed(rows))
    sheets.clear()
    assert made(project) == made(project, "--no-cache")
    # The second sheet shows what is the first picture of its lift now.
    assert sheets[0] == ["sheet 1", "sheet 2"]
    Image.new("RGB", (900, 90), "green").save(project / "content/small/b.png")
    assert made(project) == made(project, "--no-cache")


@pytest.mark.system
def test_what_is_gone_from_the_cache_is_set_anew(project: Path, new: list[list[str]]) -> None:
    rows = cards()
    made(project)
    folder = next((project.parent / "cache").rglob("pages"))
    told = [it for it in folder.iterdir() if isinstance(store._read(it)[0], places.Places)]
    # Of faces, and of sheets.
    assert len(told) == 2
    for path in folder.iterdir():
        if path not in told:
            path.unlink()
    rows["k07"] = ("ask again", "tell 7")
    write(project, listed(rows))
    new.clear()
    assert made(project) == made(project, "--no-cache")
    # Twice: with the cache and without.
    assert sum(map(len, new)) == 2 * 40


@pytest.mark.system
def test_the_faces_used_last_are_remembered(
    monkeypatch: pytest.MonkeyPatch, project: Path, new: list[list[str]]
) -> None:
    """Room for ten faces, those of the last five cards."""
    monkeypatch.setattr(places, "_MOST", 10)
    rows = cards()
    made(project)
    new.clear()
    rows["k01"] = rows["k17"] = ("ask again", "tell")
    write(project, listed(rows))
    made(project)
    last = [it for it in new if "k17-front" in it]
    assert [len(it) for it in last] == [2]
    assert sum(map(len, new)) > 6


def test_a_job_is_told_by_its_faces_alone() -> None:
    """What stands does not change what comes out."""
    assert repr(standing.Faces(_job(), (None,))) == repr(standing.Faces(_job()))


def _job() -> FaceJob:
    return FaceJob(None, "", (), (), 1.0, (), "/")  # type: ignore[arg-type]
