"""Names of files: every file system takes them, and no two people share one."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmdocs.people.names import MAX_BYTES, file_names

# Names that meet somewhere: in case, in composition, in what is cut off, in a number given.
NEAR = st.sampled_from(
    [
        "Ana Silva", "ANA SILVA", "ana-silva", "Ana Silva 2", "Ana Silva-2", "Ana/Silva", "Straße",
        "STRASSE", "José", "Jose\u0301", "JOSÉ", "İpek", "ipek", "IPEK", "ıpek", "ﬁn", "fin", "",
        "...", "con", "CON", "con.", "Con 1", "x" * 300, "x" * 301, "é" * 200, "person", "Person 2",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Ana Silva", "Ana-Silva"),
        ("Łukasz Ağaoğlu", "Łukasz-Ağaoğlu"),
        ("Jose\u0301", "José"),
        ("J. R. O’Brien-Łęcki, RPh.", "J-R-OBrien-Łęcki-RPh"),
        ("../../etc/passwd", "etc-passwd"),
        (r"C:\Ana<>|?*" + '"', "C-Ana"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("Ana\u202e\x00\n\udc80Silva", "Ana-Silva"),
        ("山田 太郎", "山田-太郎"),
        ("Ana_Silva", "Ana-Silva"),
        ("R2-D2", "R2-D2"),
        ("", "person"),
        ("...", "person"),
        ("con", "con-1"),
        ("NUL", "NUL-1"),
        ("com1", "com1-1"),
        ("LPT³", "LPT³-1"),
        ("Connie", "Connie"),
    ],
)
def test_a_name_becomes_a_file(name: str, file: str) -> None:
    assert list(file_names([name])) == [file]


def test_people_of_one_name_are_kept_apart() -> None:
    names = ["Ana Silva", "ANA SILVA", "Bo", "Ana Silva 2", "Ana-Silva", "Con", "con"]
    assert list(file_names(names)) == [
        "Ana-Silva", "ANA-SILVA-2", "Bo", "Ana-Silva-2-2", "Ana-Silva-3", "Con-1", "con-2",
    ]  # fmt: skip


@given(st.lists(st.one_of(NEAR, st.text(max_size=200)), max_size=40))
def test_no_two_files_meet_on_any_file_system(names: list[str]) -> None:
    files = list(file_names(names))
    assert len(files) == len(names)
    for fold in (str.lower, str.upper, str.casefold):
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert len({fold(unicodedata.normalize(form, file)) for file in files}) == len(files)
    for file in files:
        assert 0 < len(file.encode()) <= MAX_BYTES
        assert unicodedata.is_normalized("NFC", file)
        assert not set(file) & set("<>:\"/\\|?*. '")
        assert file.isprintable()
        assert file[0] != "-"


@given(st.lists(NEAR, max_size=12))
def test_the_same_people_get_the_same_files(names: list[str]) -> None:
    assert list(file_names(names)) == list(file_names(names))


@given(st.lists(NEAR, max_size=12), NEAR)
def test_who_comes_later_changes_no_file(names: list[str], later: str) -> None:
    assert list(file_names([*names, later]))[:-1] == list(file_names(names))


def test_a_long_name_is_cut_between_letters() -> None:
    # A q with a tilde is two signs of one and two bytes; no sign stands for both.
    [file] = file_names(["a" + "q\u0303" * 100])
    assert file == "a" + "q\u0303" * ((MAX_BYTES - 1) // 3)
    second = list(file_names(["x" * 300, "x" * 300]))[1]
    assert second == "x" * (MAX_BYTES - 2) + "-2"


def test_thousands_of_one_name_take_no_longer_each() -> None:
    files = list(file_names(["Ana Silva"] * 20_000))
    assert files[-1] == "Ana-Silva-20000"


def test_this_machine_takes_them_all(tmp_path: Path) -> None:
    names = ["Łukasz", "山田", "CON", "...", "x" * 300, "a/b", "a:b", "-rf", "José"]
    for file in file_names(names):
        (tmp_path / f"{file}.pdf").write_text(file, encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == len(names)
