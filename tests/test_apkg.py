"""Packages of Anki's become banks: what their cards show, and nothing that was made to do harm."""

import contextlib
import csv
import io
import random
import sqlite3
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from anki_package import BASIC, database, message, newest, note, packed, patched
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from test_anki import DECK, MOMENT
from test_anki import packed as exported

from pharmdocs.bank.exchange import collection, package
from pharmdocs.bank.exchange.bank import deck_from
from pharmdocs.bank.exchange.note import Deck, Note
from pharmdocs.bank.exchange.read import Content, read_notes
from pharmdocs.bank.exchange.written import flat
from pharmdocs.bank.load import load_bank
from pharmdocs.bank.model import Category
from pharmdocs.cli import main
from pharmdocs.errors import ContentError, PharmdocsError, SetupError

ROOT = Path(__file__).resolve().parent.parent
ONE = [note("BID", "twice a day")]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Content]:
    """`read(notes, …)` is what an older package with these notes holds; see `database`."""

    def read(notes: Any, media: bytes = b"{}", newer: bool = False, **rest: Any) -> Content:
        base = database(tmp_path / "base", notes, newer=newer, **rest)
        members = newest(base) if newer else {"collection.anki2": base, "media": media}
        (tmp_path / "deck.apkg").write_bytes(packed(members))
        return read_notes(tmp_path / "deck.apkg")

    return read


def told(content: Content) -> list[str]:
    return [f"{it.where}: {it.what}" for it in content.left]


def sides(content: Content) -> list[tuple[str, str]]:
    return [(it.front, it.back) for it in content.notes]


def kind(front: str, back: str, *fields: str) -> Any:
    return ("Mine", [*fields], [("Card 1", front, back)])


# What comes along ---------------------------------------------------------------------------------


@pytest.mark.parametrize("newer", [False, True])
def test_notes_decks_and_tags_come_along(newer: bool, read: Any) -> None:
    notes = [
        note("<b>BID</b>", "twice a day<br>5&nbsp;mg", tags="one two::three"),
        note("PO", "by mouth", deck=2),
    ]
    found = read(notes, decks=["Sig::When", "Sig::Route"], newer=newer)
    assert found.title == "Sig"
    assert [(it.id, it.front, it.back, it.category, it.tags) for it in found.notes] == [
        ("bid", "**BID**", "twice a day\\\n5\xa0mg", "Sig::When", ("one", "two::three")),
        ("po", "PO", "by mouth", "Sig::Route", ()),
    ]
    assert told(found) == []


@pytest.mark.parametrize(
    ("made", "fields", "front", "back"),
    [
        (kind("{{Term}}", "{{FrontSide}}{{Meaning}}", "Term", "Meaning"), "a|b", "a", "b"),
        (kind("{{Meaning}}", "{{Term}}", "Term", "Meaning"), "a|b", "b", "a"),
        (kind("{{A}}", "{{A}}{{B}} {{C}}", "A", "B", "C"), "a|b|c", "a", "b\n\nc"),
        (kind("{{A}}", "{{A}}{{B}} {{C}}", "A", "B", "C"), "a|b|", "a", "b"),
        (kind("{{A}} {{type:B}}", "{{A}}{{type:B}}", "A", "B"), "a|b", "a", "b"),
        (kind("{{A}} {{hint:C}}", "{{B}}", "A", "B", "C"), "a|b|c", "a", "c\n\nb"),
        (kind("{{#B}}{{text:A}}{{/B}}", "{{B}}", "A", "B"), "a|b", "a", "b"),
        (kind("{{tts en_US:B}}{{A}}", "{{ furigana:B }}", "A", "B"), "a|b", "a", "b"),
        (kind("<script>show()</script>", "", "A", "B", "C"), "a|b|c", "a", "b\n\nc"),
    ],
)
def test_a_card_has_what_its_first_template_shows(
    made: Any, fields: str, front: str, back: str, read: Any
) -> None:
    found = read([note(*fields.split("|"))], kinds=[made])
    assert sides(found) == [(front, back)]
    assert told(found) == []


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("{{c1::Paris}} is big", [(r"\[…\] is big", "**Paris** is big\n\nx")]),
        ("a {{c1::b::letter}}", [(r"a \[letter\]", "a **b**\n\nx")]),
        (
            "{{c1::a}} {{c2::b}}",
            [(r"\[…\] b", "**a** b\n\nx"), (r"a \[…\]", "a **b**\n\nx")],
        ),
        ("{{c1::a}} {{c1::b}} c", [(r"\[…\] \[…\] c", "**a** **b** c\n\nx")]),
        (
            "{{c1::a {{c2::b}} c}}",
            [(r"\[…\]", "**a b c**\n\nx"), (r"a \[…\] c", "a **b** c\n\nx")],
        ),
    ],
)
def test_every_gap_of_a_cloze_note_is_a_card(
    text: str, cards: list[tuple[str, str]], read: Any
) -> None:
    cloze = kind("{{cloze:Text}}", "{{cloze:Text}}<br>{{Extra}}", "Text", "Extra")
    found = read([note(text, "x")], kinds=[cloze])
    assert sides(found) == cards
    assert told(found) == []


def test_notes_of_one_deck_are_filed_by_their_only_tags(read: Any) -> None:
    notes = [note("a", "b", tags="heart"), note("c", "d", tags="pain")]
    assert [it.category for it in read(notes).notes] == ["heart", "pain"]
    assert [it.category for it in read([*notes, note("e", "f")]).notes] == [""] * 3
    assert read(notes).title == "Drugs"


def test_a_filtered_deck_gives_its_cards_back(read: Any) -> None:
    notes = [note("a", "b", deck=3, home=1), note("c", "d", deck=2)]
    found = read(notes, decks=["When", "Route", "Cram"])
    assert [it.category for it in found.notes] == ["When", "Route"]


# What does not ------------------------------------------------------------------------------------

CASES: dict[str, tuple[dict[str, Any], str]] = {
    "a picture": (
        {"notes": [note("BID", 'x<img src="my jar.png">')]},
        "deck.apkg, “BID”: a picture (my jar.png) was left out",
    ),
    "a sound": (
        {"notes": [note("BID", "x[sound:bid.mp3]")]},
        "deck.apkg, “BID”: a sound (bid.mp3) was left out",
    ),
    "a card that is a picture": (
        {"notes": [note("<img src=a.png>", "x"), *ONE]},
        "deck.apkg, “x”: a card without a front was left out",
    ),
    "media that no note names": (
        {"notes": [note("a", "x<img src=b%20c.png>")], "media": b'{"0": "b c.png", "1": "d.ttf"}'},
        "deck.apkg: 1 media that no note names were left out: d.ttf",
    ),
    "a second card": (
        {"notes": ONE, "kinds": [(*BASIC[:2], [*BASIC[2], ("Back first", "{{Back}}", "")])]},
        "deck.apkg: of the kind `Basic` the card `Card 1` comes along, and not `Back first`",
    ),
    "a field on no side": (
        {"notes": [note("a", "b", "c")], "kinds": [kind("{{A}}", "{{B}}", "A", "B", "C")]},
        "deck.apkg: the field `C` of the kind `Mine` is on no side of its card,"
        " and was left out of one note",
    ),
    "words of a template": (
        {"notes": [note("a", "b")], "kinds": [kind("<p>Say {{A}}</p>", "{{B}}", "A", "B")]},
        "deck.apkg: the words of the card `Card 1` itself were left out: Say",
    ),
    "a cloze note without a gap": (
        {"notes": [note("a"), note("{{c1::b}}")], "kinds": [kind("{{cloze:A}}", "", "A")]},
        "deck.apkg, “a”: a note without a gap to fill was left out",
    ),
    "covered parts of a picture": (
        {
            "notes": [note("{{c1::image-occlusion:rect}}"), note("{{c1::b}}")],
            "kinds": [kind("{{cloze:A}}", "", "A")],
        },
        ": a picture with covered parts was left out",
    ),
    "a note of no kind": (
        {"notes": [note("a", "b", kind=9), *ONE]},
        "deck.apkg, “a”: the note does not fit its kind, and was left out",
    ),
    "too many fields": (
        {"notes": [note("a", "b", "c"), *ONE]},
        "deck.apkg, “a”: the note does not fit its kind, and was left out",
    ),
    "no UTF-8": (
        {"notes": [note(b"\xff\xfe", "b"), *ONE]},
        "deck.apkg: the note is longer than 100,000 characters, or not UTF-8 text",
    ),
    "a very long note": (
        {"notes": [note("a", "b" * 100_000), *ONE]},
        "deck.apkg: the note is longer than 100,000 characters, or not UTF-8 text",
    ),
    "what was learned": (
        {"notes": [note("a", "b", reps=3)]},
        "deck.apkg: what you have learned of 1 cards stays in Anki",
    ),
    "a formula": (
        {"notes": [note("a", r"\(x^2\)")]},
        "deck.apkg, “a”: a formula in LaTeX stays as it was written",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_does_not_come_along_is_told(case: str, read: Any) -> None:
    arguments, expected = CASES[case]
    assert any(line.startswith(expected) or line.endswith(expected) for line in told(
        read(**arguments)
    ))  # fmt: skip


def test_nothing_foreign_reaches_the_terminal_or_the_cards(read: Any) -> None:
    notes = [note("a&#27;[31m\x1bx", "b\u2028c<img src='\x1b[2J'>", "d")]
    odd = ("K\x1b", ["A", "B", "C\x9b"], [("1\x07", "\x1bx{{A}}", "{{B}}"), ("2\x1b", "", "")])
    found = read(notes, kinds=[odd], decks=["D\x1b]0;x"], media=b'{"0": "\\u001b"}')
    assert len(found.left) == 5
    texts = [found.title, *told(found), *(it for pair in sides(found) for it in pair)]
    assert all(sign.isprintable() or sign == "\n" for text in texts for sign in text)


# There and back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("bank", ["sig-codes", "interview"])
def test_a_bank_of_ours_comes_back_as_it_was(
    bank: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids, texts and tags letter by letter; categories with their names, shapes and colors."""
    monkeypatch.chdir(tmp_path)
    for format_, name in (("anki", "b.apkg"), ("csv", "b.csv")):
        arguments = ["bank", "export", "--bank", bank, "--format", format_, "-o", name]
        assert CliRunner().invoke(main, arguments).exit_code == 0
    done = CliRunner().invoke(main, ["bank", "import", "b.apkg", "--name", "back"])
    assert (done.exit_code, done.stderr) == (0, "")
    texts = (Path(it).read_text(encoding="utf-8") for it in ("b.csv", "content/back/cards.csv"))
    was, now = ([*csv.reader(io.StringIO(text))] for text in texts)
    assert now == was
    one = load_bank(ROOT / "content" / bank, "x")
    two = load_bank(Path("content/back"), "x")
    assert two.title == one.title
    assert {(it.key, it.name, it.shape, it.color) for it in two.categories} == {
        (it.key, it.name, it.shape, it.color) for it in one.categories
    }


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]) | st.just(" "),
    min_size=1,
    max_size=40,
).filter(lambda text: text.strip() == text and flat(text))


@pytest.mark.system
@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=30))
def test_any_text_reads_the_same_after_its_way_through_anki(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    from pharmdocs.bank.exchange.note import escaped

    folder = tmp_path_factory.mktemp("x")
    notes = tuple(
        Note(f"n{at}", escaped(front), escaped(back), "safety")
        for at, (front, back) in enumerate(pairs)
    )
    deck = Deck("d", "D", "en-US", DECK.categories, notes)
    (folder / "d.apkg").write_bytes(exported(deck, MOMENT)[0])
    found = read_notes(folder / "d.apkg")
    assert [it.id for it in found.notes] == [it.id for it in notes]
    for one, two in zip(notes, found.notes, strict=True):
        assert "".join(flat(one.front).split()) == "".join(flat(two.front).split())
        assert "".join(flat(one.back).split()) == "".join(flat(two.back).split())


def test_a_look_that_cannot_be_printed_is_replaced(read: Any) -> None:
    """Somebody else may write packages that look like ours."""
    fields = ["Id", "Front", "Back", "Category", "Sign", "Color"]
    rows = [("A", "Red", "●", "#ff9999"), ("B", "Odd", "x", "red"), ("C", "Too", "●", "#000000")]
    notes = [
        note(id_, "f", "b", name, sign, color, tags=f"bank::{name.lower()}")
        for id_, name, sign, color in rows
    ]
    found = read(notes, kinds=[kind("{{Front}}", "{{Back}}", *fields)])
    assert [it.category for it in found.notes] == ["red", "odd", "too"]
    assert [(it.key, it.name, it.shape) for it in found.categories] == [
        ("red", "Red", "circle"), ("too", "Too", "circle"),
    ]  # fmt: skip
    assert found.categories[0].color != "#ff9999"


def test_of_two_banks_in_a_package_each_category_has_a_shape_of_its_own() -> None:
    one, two = (Category(key, key.title(), "circle", "#000000", "") for key in ("one", "two"))
    notes = [Note("a", "a", "b", "one"), Note("b", "a", "b", "two"), Note("c", "a", "b", "New")]
    deck = deck_from("x", "X", "en-US", notes, (one, two))
    assert deck.categories[0] == one
    assert [(it.key, it.name) for it in deck.categories] == [
        ("one", "One"), ("two", "Two"), ("new", "New"),
    ]  # fmt: skip
    assert len({it.shape for it in deck.categories}) == 3


# Made to do harm ----------------------------------------------------------------------------------


def refusal(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(PharmdocsError) as raised:
        read_notes(path)
    [problem] = raised.value.problems
    return str(problem)


@pytest.fixture
def base(tmp_path: Path) -> bytes:
    return database(tmp_path / "base", ONE)


@pytest.mark.parametrize(
    "name", ["../collection.anki2", "/etc/x", "a/b", "a\\b", "C:x", "..", ".", "a\0b"]
)
def test_a_name_that_is_a_path_is_refused(name: str, base: bytes, tmp_path: Path) -> None:
    plain = name.replace("\0", "_")
    data = packed({"collection.anki2": base, plain: b"x"}).replace(plain.encode(), name.encode())
    assert "holds a file with a path for a name" in refusal(tmp_path / "x.apkg", data)


def test_two_files_of_a_name_are_refused(base: bytes, tmp_path: Path) -> None:
    data = packed({"collection.anki2": base, "collection.anki3": b"x"})
    data = data.replace(b"collection.anki3", b"collection.anki2")
    expected = "holds two files of the name `collection.anki2`"
    assert expected in refusal(tmp_path / "x.apkg", data)


def test_more_files_than_a_deck_has_are_refused(
    base: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "_MOST_FILES", 20)
    members = {"collection.anki2": base, **{str(it): b"" for it in range(19)}}
    (tmp_path / "x.apkg").write_bytes(packed(members))
    assert len(read_notes(tmp_path / "x.apkg").notes) == 1
    assert "has more than 20 files in it" in refusal(
        tmp_path / "x.apkg", packed({**members, "20": b""})
    )


SIZE, PACKED, FLAGS = 24, 20, 8


def test_what_says_that_it_is_too_large_is_refused(base: bytes, tmp_path: Path) -> None:
    claimed = struct.pack("<I", 1_000_000_000)
    for name, said in (("collection.anki2", "250 MB"), ("media", "20 MB")):
        data = packed({"collection.anki2": base, "media": b"{}"})
        found = refusal(tmp_path / "x.apkg", patched(data, name, SIZE, claimed))
        assert f"unpacks `{name}` to more than {said}" in found


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "_copy", lambda *_: pytest.fail("unpacked"))
    data = packed({"collection.anki2": b"\0" * 3_000_000})
    expected = "packs `collection.anki2` to less than a 200th"
    assert expected in refusal(tmp_path / "x.apkg", data)


def test_what_unpacks_to_more_than_it_says_is_refused(base: bytes, tmp_path: Path) -> None:
    """The archive says 100 bytes; what is more is not read, and what is read is not whole."""
    data = packed({"collection.anki2": base})
    found = refusal(
        tmp_path / "x.apkg", patched(data, "collection.anki2", SIZE, struct.pack("<I", 100))
    )
    assert "is not a package of Anki’s, or is damaged (BadZipFile)" in found


def zipped(inner: bytes) -> bytes:
    return packed({"collection.anki21b": inner}, zipfile.ZIP_STORED)


def test_a_bomb_in_the_newer_packing_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    """A frame need not say how long it is; 300 MB of nothing are refused after the first."""
    press = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    inner = b"".join(press.compress(b"\0" * 1_000_000) for _ in range(300)) + press.flush()
    out = tmp_path / "out"
    (tmp_path / "x.apkg").write_bytes(zipped(inner))
    with pytest.raises(ContentError, match="to less than a 200th"):
        package.unpack(tmp_path / "x.apkg", "x.apkg", out)
    assert out.stat().st_size < 10_000_000


def test_the_newer_packing_has_a_limit_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "_MOST_BYTES", 8000)
    many = zipped(zstandard.ZstdCompressor().compress(bytes(range(256)) * 40))
    assert "unpacks `collection.anki21b` to more than 0 MB" in refusal(tmp_path / "x.apkg", many)


@pytest.mark.parametrize("inner", [b"", b"no frame", b"\x28\xb5\x2f\xfd\xff\xff\xff\xff"])
def test_a_damaged_newer_package_is_refused(inner: bytes, tmp_path: Path) -> None:
    assert "x.apkg: " in refusal(tmp_path / "x.apkg", zipped(inner))


def test_a_window_of_gigabytes_is_refused(tmp_path: Path) -> None:
    """A frame's header asks for 2 GB (RFC 8878, 3.1.1.1.2: exponent 21, so 2 to the 31st)."""
    frame = b"\x28\xb5\x2f\xfd" + bytes([0x00, 21 << 3]) + b"\x01\x00\x00"
    assert "cannot be unpacked" in refusal(tmp_path / "x.apkg", zipped(frame))


def test_without_what_unpacks_newer_packages_the_older_form_is_asked_for(
    base: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (tmp_path / "x.apkg").write_bytes(packed(newest(base)))
    with pytest.raises(SetupError) as raised:
        read_notes(tmp_path / "x.apkg")
    [problem] = raised.value.problems
    assert "pharmdocs[exchange]" in problem.fix
    assert "“Support older Anki versions” ticked" in problem.fix


def test_the_request_to_update_is_no_card(tmp_path: Path, read: Any) -> None:
    """Newer packages hold such a database for older Ankis; alone, it is a package gone wrong."""
    asks = "Please update to the latest Anki version, then import the .colpkg/.apkg file again."
    with pytest.raises(ContentError, match="asks to update"):
        read([note(asks, "")])
    good, dummy = (
        database(tmp_path / "b", notes) for notes in ([note("a", "b")], [note(asks, "")])
    )
    for name, data in (("collection.anki21", good), ("collection.anki21b", None)):
        inner = data or zstandard.ZstdCompressor().compress(good)
        (tmp_path / "x.apkg").write_bytes(packed({"collection.anki2": dummy, name: inner}))
        assert sides(read_notes(tmp_path / "x.apkg")) == [("a", "b")]


def test_what_is_locked_or_packed_otherwise_is_refused(base: bytes, tmp_path: Path) -> None:
    members = {"collection.anki2": base}
    locked = patched(packed(members), "collection.anki2", FLAGS, b"\x01")
    assert "is locked with a password" in refusal(tmp_path / "x.apkg", locked)
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        found = refusal(tmp_path / "x.apkg", packed(members, method))
        assert "packs `collection.anki2` in a way that Anki does not" in found


@pytest.mark.parametrize("media", [b"[1]", b"{", b"[" * 100_000, b"\xff"])
def test_a_list_of_media_that_is_none_is_refused(media: bytes, read: Any) -> None:
    with pytest.raises(ContentError, match="has a list of media that cannot be read"):
        read(ONE, media=media)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not a package of Anki’s"),
        (b"front,back\n", "is not a package of Anki’s"),
        (packed({"hello.txt": b"x"}), "is a zip archive without a collection of Anki’s"),
        (packed({"collection.anki2": b"no database" * 100}), "holds a damaged collection"),
        (packed({"collection.anki2": b""}), "`notes` is not a plain table"),
    ],
)
def test_what_is_no_package_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    assert said in refusal(tmp_path / "x.apkg", data)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "d.apkg").mkdir()
    for name in ("gone.apkg", "d.apkg"):
        with pytest.raises(ContentError, match=f"{name}: "):
            read_notes(tmp_path / name)


ENDLESS = "with recursive n(i) as (select 1 union all select i+1 from n) select"


@pytest.mark.parametrize(
    ("more", "table"),
    [
        (
            "alter table notes rename to n; create view notes as select * from n;",
            "notes",
        ),
        (
            f"drop table cards; create view cards as {ENDLESS} i nid, 1 did, 0 ord, 0 reps,"
            " 0 odid from n;",
            "cards",
        ),
        ("drop table notes; create virtual table notes using fts5(id, mid, tags, flds);", "notes"),
        (
            "drop table notes; create table notes (id integer primary key, mid, tags,"
            " flds text as (hex(zeroblob(1000000))));",
            "notes",
        ),
        ("drop table col;", "col"),
        ("drop table notes; create virtual table notes using rtree(id, a, b);", "notes"),
        ("create view decks as select 1 id, 'x' name;", "decks"),
    ],
)
def test_only_plain_tables_are_asked(more: str, table: str, read: Any) -> None:
    with pytest.raises(ContentError, match=f"`{table}` is not a plain table"):
        read(ONE, more=more)


def test_a_view_that_calls_itself_a_table_is_refused(read: Any) -> None:
    more = "drop table cards; create view cards as select 1; pragma writable_schema=on;"
    with pytest.raises(ContentError, match="holds a damaged collection"):
        read(ONE, more=more + " update sqlite_master set type='table' where name='cards'")  # noqa: S608


def test_what_lies_beside_the_tables_does_nothing(read: Any) -> None:
    """Triggers and views that nobody asks are as good as none."""
    more = (
        f"create view v as {ENDLESS} i from n;"  # noqa: S608
        "create trigger t after update on notes begin delete from notes; end;"
        "create virtual table f using fts5(x);"
        "create index i on notes (upper(flds));"
    )
    assert sides(read(ONE, more=more)) == [("BID", "twice a day")]


def test_no_query_can_write_or_call_a_function(tmp_path: Path, base: bytes) -> None:
    """The guards behind the guards, each by itself."""
    opened = collection._opened(tmp_path / "base")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opened.execute("delete from notes")
    opened.execute("pragma query_only=off")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opened.execute("delete from notes")
    assert opened.execute("pragma trusted_schema").fetchone() == (0,)
    opened.set_authorizer(collection._only_plain)
    for query in (
        "select upper(flds) from notes", "select * from sqlite_master", "pragma user_version",
        "attach ':memory:' as x", "select load_extension('x')",
    ):  # fmt: skip
        with pytest.raises(sqlite3.DatabaseError):
            opened.execute(query)
    opened.close()


def test_a_query_that_takes_too_long_is_stopped(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = [note(str(it), "b") for it in range(2000)]
    assert len(read(notes).notes) == 2000
    monkeypatch.setattr(collection, "_SECONDS", -1.0)
    with pytest.raises(ContentError, match="takes too long to read"):
        read(notes)


def test_a_row_without_end_is_refused(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "_MOST_BYTES", 5000)
    with pytest.raises(ContentError, match="holds a damaged collection"):
        read([note("a", "b" * 6000)])


@pytest.mark.parametrize(
    ("name", "most", "said"),
    [("MOST", 3, "has more than 3 notes"), ("_MOST_ROWS", 3, "has more than 3 cards")],
)
def test_more_notes_than_anybody_prints_are_refused(
    name: str, most: int, said: str, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection, name, most)
    assert len(read([note(str(it), "b") for it in range(3)]).notes) == 3
    with pytest.raises(ContentError, match=said):
        read([note(str(it), "b") for it in range(4)])


@pytest.mark.parametrize(
    "models", ["", "[]", "{}x", '{"1": {}}', '{"1": 3}', '{"x": {}}', "[" * 100_000, '{"1": null}']
)
def test_kinds_that_cannot_be_read_are_refused(models: str, read: Any) -> None:
    with pytest.raises(ContentError, match="whose kinds of note cannot be read"):
        read(ONE, more=f"update col set models = '{models}'")  # noqa: S608


@pytest.mark.parametrize(
    "config", [b"\xff", b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x05x", b"\x0b", b"\x80" * 11]
)
def test_templates_that_cannot_be_read_are_refused(config: bytes, read: Any) -> None:
    more = f"update templates set config = x'{config.hex()}'"  # noqa: S608
    with pytest.raises(ContentError, match="whose kinds of note cannot be read"):
        read(ONE, newer=True, more=more)


def test_parts_of_a_message_are_found_behind_numbers_of_all_kinds() -> None:
    """Worked out by hand from the encoding's description: field 3 as text, twice."""
    data = b"\x08\x96\x01" + b"\x11" + b"\0" * 8 + b"\x1d" + b"\0" * 4
    data += message(3, b"one") + message(4, b"no") + message(3, b"two")
    assert [*package.parts_of(data, 3)] == [b"one", b"two"]


@pytest.mark.parametrize("newer", [False, True])
def test_damage_anywhere_is_a_clear_refusal_or_does_not_matter(newer: bool, tmp_path: Path) -> None:
    """Bytes of the database and of the archive, changed at random: never a crash, never a hang."""
    notes = [note(f"front {it}", "back " * it, tags="a::b") for it in range(40)]
    whole = database(tmp_path / "base", notes, newer=newer)
    dice = random.Random(7)  # noqa: S311
    for turn in range(80):
        data = bytearray(whole)
        for _ in range(dice.choice([1, 5, 50])):
            # Most of a database is text; its headers are where damage does something.
            data[dice.randrange(dice.choice([100, 4096, len(data)]))] = dice.randrange(256)
        archive = bytearray(
            packed(newest(bytes(data)) if newer else {"collection.anki2": bytes(data)})
        )
        if turn % 3 == 0:
            archive[dice.randrange(len(archive))] = dice.randrange(256)
        (tmp_path / "x.apkg").write_bytes(archive)
        # Whatever else is raised is a fault of ours.
        with contextlib.suppress(ContentError):
            assert read_notes(tmp_path / "x.apkg").notes


def imported(project: Path, data: bytes) -> Result:
    (project / "deck.apkg").write_bytes(data)
    return CliRunner().invoke(main, ["bank", "import", "deck.apkg"], catch_exceptions=False)


def test_the_command_makes_a_bank_that_prints_and_leaves_nothing_behind(
    base: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = sorted(tmp_path.iterdir())
    done = imported(project, packed({"collection.anki2": base}))
    assert done.exit_code == 0, done.output
    assert "1 card in 1 category" in done.stdout
    assert [it.id for it in load_bank(project / "content/deck", "x").cards] == ["bid"]
    assert sorted(tmp_path.iterdir()) == before


def test_the_command_refuses_a_bomb_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = imported(tmp_path, packed({"collection.anki2": b"\0" * 3_000_000}))
    assert done.exit_code == 3
    assert "error: deck.apkg: packs `collection.anki2` to less than a 200th" in done.stderr
    assert sorted(it.name for it in tmp_path.iterdir()) == ["deck.apkg"]


def test_a_bank_that_is_too_large_to_be_read_again_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    notes = [note(f"card {it}", "b" * 90_000) for it in range(24)]
    members = {"collection.anki2": database(tmp_path / "base", notes)}
    done = imported(tmp_path, packed(members, zipfile.ZIP_STORED))
    assert done.exit_code == 3
    assert "error: deck.apkg: makes a bank of more than 2 MB" in done.stderr
    assert not (tmp_path / "content").exists()


# The real one -------------------------------------------------------------------------------------

EXPORT = """
import sys
from anki.collection import (
    Collection, ExportAnkiPackageOptions, ImportAnkiPackageOptions, ImportAnkiPackageRequest,
)

folder, ours = sys.argv[1:]
col = Collection(folder + "/collection.anki2")
with open(folder + "/jar.png", "wb") as file:
    file.write(b"x")
col.media.add_file(folder + "/jar.png")

def add(kind, deck, tags, **fields):
    note = col.new_note(col.models.by_name(kind))
    for name, text in fields.items():
        note[name.replace("_", " ")] = text
    note.tags = tags
    col.add_note(note, col.decks.id(deck))

add("Basic", "Sig::When", ["time"], Front="<b>BID</b>", Back='2 a day<br><img src="jar.png">')
add("Basic (type in the answer)", "Sig::When", [], Front="TID", Back="3 a day")
add("Basic (and reversed card)", "Sig::Route", [], Front="PO", Back="by mouth")
add("Cloze", "Sig::Route", [], Text="{{c1::SL}} is {{c2::under the tongue}}", Back_Extra="x")
for number in (0, 1):
    if number:
        options = ImportAnkiPackageOptions(with_scheduling=False)
        col.import_anki_package(ImportAnkiPackageRequest(package_path=ours, options=options))
    for legacy in (True, False):
        options = ExportAnkiPackageOptions(
            with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy
        )
        path = f"{folder}/{number}-{legacy}.apkg"
        col.export_anki_package(out_path=path, options=options, limit=None)
col.close()
"""


@pytest.mark.system
def test_packages_of_the_real_anki_are_read(tmp_path: Path) -> None:
    """Today's form and the one for older versions; then with a bank of ours that went through."""
    ours = tmp_path / "ours.apkg"
    ours.write_bytes(exported(DECK, MOMENT)[0])
    command = [sys.executable, "-c", EXPORT, str(tmp_path), str(ours)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    theirs = [
        ("**BID**", "2 a day", "Sig::When", ("time",)),
        ("TID", "3 a day", "Sig::When", ()),
        ("PO", "by mouth", "Sig::Route", ()),
        (r"\[…\] is under the tongue", "**SL** is under the tongue\n\nx", "Sig::Route", ()),
        (r"SL is \[…\]", "SL is **under the tongue**\n\nx", "Sig::Route", ()),
    ]
    mine = [
        ("What is **BID**?", "Twice a day\n\n- morning\n- evening", "safety", ("sig",)),
        (r"What is 5 \< 6?", "true & plain A jar Q01", "safety", ()),
    ]
    for name, member in (("True", "collection.anki21"), ("False", "collection.anki21b")):
        for number in (0, 1):
            path = tmp_path / f"{number}-{name}.apkg"
            with zipfile.ZipFile(path) as archive:
                assert member in archive.namelist()
            found = read_notes(path)
            cards = {(it.front, it.back, it.category, it.tags) for it in found.notes}
            assert cards == {*theirs, *(mine if number else [])}
            assert [it.what for it in found.left] == [
                "of the kind `Basic (and reversed card)` the card `Card 1` comes along, and not"
                " `Card 2`",
                "a picture (jar.png) was left out",
            ]
    assert {it.id for it in found.notes} >= {"q01", "q02"}
    assert [(it.key, it.name, it.shape, it.color) for it in found.categories] == [
        ("safety", "Safety at the bench", "triangle", "#8a3a12")
    ]
