"""Text stays text, and every value keeps the line on which it stands."""

from pathlib import Path

import pytest

from pharmdocs.errors import Problem
from pharmdocs.strict import Table, misspelt, read_text, read_toml
from pharmdocs.strict.front_matter import read_front_matter

WORDS = [
    "no", "yes", "on", "true", "null", "~", "1:30", "012", "0x1F", "1_000", "3.10", "1e3", ".5",
    "2026-11-23", "12:00 noon", "<<", "=",
]  # fmt: skip


def front_matter(text: str) -> Table:
    """A front matter without a problem, as it stands from line 2 on."""
    problems: list[Problem] = []
    table = read_front_matter(text, "q01.md", 2, problems)
    assert problems == []
    return table


def toml(text: str) -> Table:
    """A TOML document without a problem."""
    problems: list[Problem] = []
    table = read_toml(text, "bank.toml", problems)
    assert problems == []
    return table


def said(problems: list[Problem]) -> list[tuple[int, str]]:
    """The line and the what of each problem."""
    return [(p.where.line if p.where else 0, p.what) for p in problems]


@pytest.mark.parametrize("word", WORDS)
def test_a_value_of_front_matter_is_the_text_that_stands_there(word: str) -> None:
    assert front_matter(f"short: {word}\n").text("short") == word


@pytest.mark.parametrize("word", WORDS)
def test_an_item_of_a_list_is_the_text_that_stands_there(word: str) -> None:
    assert front_matter(f"tags:\n  - {word}\n").texts("tags") == (word,)


@pytest.mark.parametrize("word", ["no", "012", "1.0"])
def test_a_key_of_front_matter_is_the_text_that_stands_there(word: str) -> None:
    assert front_matter(f"{word}: here\n").text(word) == "here"


def test_a_comment_on_a_line_of_its_own_is_no_value() -> None:
    assert front_matter("# For the trainer\nshort: Twice\n").text("short") == "Twice"


def test_a_sign_inside_a_value_needs_no_quotation_marks() -> None:
    assert front_matter("short: Rule#1 & *the* rest!\n").text("short") == "Rule#1 & *the* rest!"


def lines(table: Table) -> list[tuple[str, int]]:
    """Every text of a table and of the tables in it, with the line that the table gives it."""
    found: list[tuple[str, int]] = []
    for value in table.values.values():
        items = value.content if isinstance(value.content, list) else [value.content]
        for item in items:
            found += lines(item) if isinstance(item, Table) else [(item, value.line)]
    return found


FRONT_MATTER = """\
id: "2"
title: >-
  3

# A comment
settings: ["7"]
sources:
  - "8"

reviewed: '11'
"""

# Every text is the number of its own line, but for those in OTHER.
TOML = '''\
title = "1"
# comment = "2"
disclaimer = """
[not.a.table]
name = "nor a key"
also \\""" = not the end
"""
list = [
    "[8",  # [[nor this]]
    """{""",
]
after = "12"

[brand]
name = "15"
"quoted" = "16"
dotted.key = "17"
inline = { one = "18", two = "18" }
numbers = [
    [1, 2],
]
end = "22"
[[question]]
text = "24"
  indented = "25"
[[question]]
text = "27"
words = ["28"]
[ email ]
closing='30' # = [
body = ["31",
"31"]
last = "33"

[sources.fda]
law = "36"
'''
OTHER = ([1, 2], '[not.a.table]\nname = "nor a key"\nalso """ = not the end\n', "[8", "{")


def test_every_value_of_front_matter_knows_its_line() -> None:
    assert [(text, str(line)) for text, line in lines(front_matter(FRONT_MATTER))] == [
        ("2", "2"), ("3", "3"), ("7", "7"), ("8", "8"), ("11", "11"),
    ]  # fmt: skip


def test_every_value_of_toml_knows_its_line() -> None:
    found = [(text, str(line)) for text, line in lines(toml(TOML)) if text not in OTHER]
    assert len(found) == 17
    assert [text for text, _ in found] == [line for _, line in found]


def test_a_table_begins_at_its_heading() -> None:
    table = toml(TOML)
    first, second = table.tables("question")
    tables = [table.table("brand"), first, second, table.table("email")]
    assert [(table.line, table.name) for table in tables] == [
        (14, "[brand]"), (23, "[[question]]"), (26, "[[question]]"), (29, "[email]"),
    ]  # fmt: skip


def test_an_unknown_key_of_the_second_table_of_an_array_is_named_there() -> None:
    problems: list[Problem] = []
    table = read_toml('[[question]]\ntext = "a"\n[[question]]\ntex = "b"\n', "c.toml", problems)
    for question in table.tables("question"):
        question.text("text")
        question.close()
    assert said(problems) == [(4, "unknown key `tex` in [[question]]")]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("\ufeffone\ntwo\n".encode(), id="byte order mark"),
        pytest.param(b"one\r\ntwo\r\n", id="Windows"),
        pytest.param(b"one\rtwo\r", id="old Macintosh"),
        pytest.param("\ufeffone\r\ntwo\n".encode(), id="all at once"),
    ],
)
def test_every_kind_of_line_end_is_one(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(data)
    problems: list[Problem] = []
    assert (read_text(tmp_path / "file", "file", problems), problems) == ("one\ntwo\n", [])


def test_a_file_of_more_than_two_megabytes_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a" * 2_000_001)
    problems: list[Problem] = []
    assert read_text(tmp_path / "file", "file", problems) == ""
    assert said(problems) == [(0, "is larger than 2 MB")]


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "q01.md").mkdir()
    problems: list[Problem] = []
    assert read_text(tmp_path / "q01.md", "q01.md", problems) == ""
    assert said(problems) == [(0, "cannot be read (Is a directory)")]


def test_a_list_that_is_not_closed_is_reported_where_it_begins() -> None:
    problems: list[Problem] = []
    read_toml('name = "a"\nkeywords = ["b",\n\n', "bank.toml", problems)
    assert said(problems) == [(2, "a list without its closing bracket")]


@pytest.mark.parametrize(
    ("brackets", "report"),
    [
        (200, (2, "cannot be read as `key: value`")),
        (19_000, (1, "the front matter holds more than 200 brackets")),
        (30_000, (1, "the front matter is longer than 20,000 characters")),
    ],
)
def test_a_front_matter_of_brackets_is_a_problem_and_no_crash(
    brackets: int, report: tuple[int, str]
) -> None:
    """The C parser's tree builder would end the whole process, its scanner takes minutes."""
    problems: list[Problem] = []
    read_front_matter("title: " + "[" * brackets, "q01.md", 2, problems).close()
    assert said(problems) == [report]


@pytest.mark.parametrize(
    "value", [pytest.param("[" * 100_000, id="lists"), pytest.param("1" * 5_000, id="figures")]
)
def test_a_toml_value_that_python_cannot_hold_is_a_problem(value: str) -> None:
    problems: list[Problem] = []
    read_toml(f'name = "a"\ntitle = {value}\n', "bank.toml", problems).close()
    assert said(problems) == [(2, "cannot be read as TOML")]


@pytest.mark.parametrize(
    ("unknown", "missing", "pairs"),
    [
        (["titel"], ["title", "id"], {"titel": "title"}),
        (["TITLE"], ["title"], {"TITLE": "title"}),
        (["mood"], ["title"], {}),
        (["titel", "tilte"], ["title"], {"titel": "title"}),
        (["short_titel", "titel"], ["title", "short_title"],
         {"short_titel": "short_title", "titel": "title"}),
    ],
)  # fmt: skip
def test_a_misspelt_word_stands_for_one_that_is_missing(
    unknown: list[str], missing: list[str], pairs: dict[str, str]
) -> None:
    assert misspelt(unknown, missing) == pairs


CONTROLS = [
    *(point for point in (*range(0x20), *range(0x7F, 0xA0)) if chr(point) not in "\t\n\r"),
    *(0x2028, 0x2029, 0xFFFE, 0xFFFF),
]


@pytest.mark.parametrize("point", CONTROLS, ids=hex)
def test_what_no_eye_can_see_is_told(point: int, tmp_path: Path) -> None:
    """C0 and C1 of ISO 6429, the separators of lines and paragraphs, and what is no character."""
    (tmp_path / "x").write_text(f"one\ntwo {chr(point)}", encoding="utf-8", newline="")
    problems: list[Problem] = []
    assert read_text(tmp_path / "x", "x", problems) == ""
    assert said(problems) == [(2, f"holds a control character (U+{point:04X})")]
