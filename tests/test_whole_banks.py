"""Whole banks by a grammar, built through to preflight: right, or refused by name, never wrong.

A few here, hundreds in `make soak`. poppler reads what came out; what should stand there the
grammar has noted.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from banks_grammar import Written, banks
from banks_pen import Words
from banks_pictures import Picture
from banks_printed import ASKED, Asked, lay, printed, read, seen, told, unfolded, widths
from hypothesis import given, note, settings

from pharmdocs.errors import (
    ContentError,
    LayoutError,
    Location,
    PharmdocsError,
    Problem,
    RefusedError,
)
from pharmdocs.judge import judge

# All of it takes long.
pytestmark = pytest.mark.system

assert settings.default is not None
FEW = settings(max_examples=settings.default.max_examples // 40)


def lost(words: Words, text: str) -> str:
    """The first of these words that does not stand in the text, or not behind those before it."""
    at = 0
    for word in words:
        if (found := text.find(seen(word), at)) < 0:
            return word
        at = found + len(seen(word))
    return ""


def placed(error: PharmdocsError, root: Path) -> Iterator[str]:
    """What is wrong with a refusal: it names no file of the bank, or no line in it."""
    for problem in error.problems:
        where = problem.where
        if where is None or not (root / where.file).is_file():
            yield f"names no file: {problem}"
        elif not 1 <= where.line <= (root / where.file).read_text("utf-8").count("\n") + 1:
            yield f"names no line: {problem}"


def lacking(pictures: list[Picture], told: set[str], widths: set[int]) -> Iterator[str]:
    """Which pictures are not there, or are not told to who cannot see them."""
    for one in pictures:
        if seen("".join(one.told)) not in told:
            yield f"no picture is told as {one.told}"
        if one.width and one.width not in widths:
            yield f"no picture is {one.width} pixels wide"


def wrong(bank: Written, name: str, text: str, backs: bool = True) -> Iterator[str]:
    """Which words of a bank a printable has not, or not in their order."""
    stretches: dict[str, list[tuple[Words, ...]]] = {
        "booklet": [
            *((it,) for it in bank.book),
            (tuple(it.split(":", 2)[2] for it in bank.turns),),
        ],
        "cards": bank.cards if backs else [],
        "zine": bank.zine,
        "sheet": [(it,) for it in bank.sheet],
    }
    for choices in stretches[name]:
        missed = [lost(words, text) for words in choices]
        if all(missed):
            yield f"{name}: {missed[0]!r} of {choices[0]} is not there, or not in its place"


def unfounded(error: PharmdocsError, root: Path, bank: Written, is_press: bool) -> Iterator[str]:
    """What is wrong with a refusal: its kind, its places."""
    if is_press and isinstance(error, RefusedError) and any(it.veil for it in bank.pictures):
        return
    kinds = (ContentError, LayoutError) if bank.refused else (LayoutError,)
    if not isinstance(error, kinds):
        yield f"{type(error).__name__}: {error}"
    yield from (str(it) for it in error.problems if "there is no face" in it.what)
    yield from placed(error, root)


def verdict(root: Path, bank: Written, asked: Asked) -> tuple[set[str], list[str]]:
    """What was printed, and all that is wrong."""
    made, found = set(), list[str]()
    for name, outcome in printed(root, asked):
        if isinstance(outcome, PharmdocsError):
            is_press = getattr(asked, name, "") == "press"
            found += [f"{name}: {what}" for what in unfounded(outcome, root, bank, is_press)]
            continue
        made.add(name)
        if bank.refused:
            found.append(f"{name}: printed what no face has")
        has_backs = asked.cards == "press" or asked.duplex != "none"
        is_folded = name == "booklet" and asked.booklet == "fold"
        found += wrong(bank, name, read(outcome, is_folded), has_backs)
        if name == "booklet" or (name == "cards" and has_backs):
            shown = bank.pictures[: None if name == "booklet" else bank.faced]
            lacks = lacking(shown, told(outcome), widths(outcome))
            found += [f"{name}: {what}" for what in lacks]
        for judged in map(judge, outcome):
            # A picture that fills a page takes more ink than text does, and is told to.
            broken = [
                it
                for it in judged.verdicts
                if it.state == "broken" and not (bank.pictures and it.promise == "coverage")
            ]
            found += [f"{name}: broken: {it.promise}: {it.problems}" for it in broken]
    return made, found


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("dose101 e\u0301tude102 x103 y104", ""),
        ("do\u2010\nse101 or more: «étude102» x\u00a0103", ""),
        ("étude102 x103 dose101", "étude102"),
        ("dose101 x103", "étude102"),
        ("dose101 étude102", "x103"),
        ("dose101 étude1O2 x103", "étude102"),
    ],
)
def test_a_word_that_is_lost_moved_or_another_is_told(found: str, said: str) -> None:
    bank = Written(book=[("dose101", "étude102", "x103")])
    told = list(wrong(bank, "booklet", seen(found)))
    assert [line.split("'")[1] for line in told] == [said] * bool(said)


def test_sheets_are_read_as_they_are_folded() -> None:
    """Eight pages, as two sheets are laid on a table."""
    assert unfolded("8264", "1735") == list("12345678")


def test_a_picture_that_is_lost_or_not_told_is_told() -> None:
    pictures = [Picture(("dose101", "étude102"), 103), Picture(("x104",), 0)]
    assert not list(lacking(pictures, {"dose101étude102", "x104"}, {103}))
    assert [line.split()[-2:] for line in lacking(pictures, {"dose101étude102"}, {9})] == [
        ["pixels", "wide"], ["as", "('x104',)"],
    ]  # fmt: skip


def test_a_refusal_without_a_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one\ntwo\n", encoding="utf-8")
    places = [
        Location("a.md", 2),
        Location("a.md", 0),
        Location("a.md", 9),
        Location("b.md", 1),
        None,
    ]
    error = LayoutError(*(Problem(place, "x", "y") for place in places))
    assert [line.split(":")[0] for line in placed(error, tmp_path)] == [
        "names no line", "names no line", "names no file", "names no file",
    ]  # fmt: skip


def test_a_whole_bank_is_right_or_refused_by_name(tmp_path: Path) -> None:
    counts = dict.fromkeys(["booklet", "cards", "zine", "sheet"], 0)

    @FEW
    @given(banks(), ASKED)
    def build(bank: Written, asked: Asked) -> None:
        lay(tmp_path / "project", bank)
        made, found = verdict(tmp_path / "project", bank, asked)
        for name in made:
            counts[name] += 1
        note(str(asked))
        assert not found, "\n".join(
            [*found, str(asked), *(f"--- {k}\n{v}" for k, v in bank.files.items())]
        )

    build()
    # Were all of them refused, nothing would have been tried.
    assert all(counts.values()), counts
