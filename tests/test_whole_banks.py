"""Whole banks by a grammar, built through to preflight: right, or refused by name, never wrong.

A few here, hundreds in `make soak`. poppler reads what came out; what should stand there the
grammar has noted.
"""

import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from banks_grammar import Words, Written, banks
from hypothesis import given, note, settings
from hypothesis import strategies as st

from pharmdocs.booklet import build_booklet
from pharmdocs.build import Request
from pharmdocs.checklist import build_checklist
from pharmdocs.errors import ContentError, LayoutError, Location, PharmdocsError, Problem
from pharmdocs.flashcards import Cards, build_flashcards
from pharmdocs.judge import judge
from pharmdocs.project import find_project
from pharmdocs.zine import build_zine

# All of it takes long.
pytestmark = pytest.mark.system

assert settings.default is not None
FEW = settings(max_examples=settings.default.max_examples // 40)
STOCKS = {
    "letter": ("index-3x5-letter", "avery-5371", "poker-letter", "quarter-letter", "avery-5390"),
    "a4": ("index-3x5-a4", "a7-a4", "avery-c32011", "poker-a4", "single-3x5"),
}
# Nobody sees these, or sees them in more than one form.
UNSEEN = "\u00ad\u200b\u2060\u2010\u2011-'\"‘’“”«»"


class Asked(NamedTuple):
    """How a bank is printed."""

    paper: str
    ink: str
    stock: int
    duplex: str


ASKED = st.builds(
    Asked,
    st.sampled_from(["letter", "a4"]),
    st.sampled_from(["full", "black", "low"]),
    st.integers(0, 4),
    st.sampled_from(["long-edge", "short-edge", "manual", "fold", "none"]),
)


def lay(root: Path, bank: Written) -> None:
    """A project of nothing but these files."""
    shutil.rmtree(root, ignore_errors=True)
    for name, text in bank.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8", newline="")


def seen(text: str) -> str:
    """A text without its blanks, its hyphens, and what is written in more than one way."""
    whole = "".join(unicodedata.normalize("NFC", text).split()).translate(
        dict.fromkeys(map(ord, UNSEEN))
    )
    return whole.casefold()


def read(paths: Iterable[Path]) -> str:
    """What poppler finds in files, in the order in which it is drawn."""
    command = ["pdftotext", "-raw", "-enc", "UTF-8"]
    found = [
        subprocess.run([*command, path, "-"], capture_output=True, check=True) for path in paths
    ]
    return seen("".join(one.stdout.decode() for one in found))


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


def printed(root: Path, asked: Asked) -> Iterator[tuple[str, tuple[Path, ...] | PharmdocsError]]:
    """Every printable by name: its files, or why there are none."""
    project = find_project(root)
    request = Request(project, paper=asked.paper, ink=asked.ink)
    cards = Cards(stock=STOCKS[asked.paper][asked.stock], duplex=asked.duplex)
    roads: dict[str, Callable[[], tuple[Path, ...]]] = {
        "booklet": lambda: (build_booklet(request).path,),
        "cards": lambda: build_flashcards(request, cards).paths,
        "zine": lambda: (build_zine(request).path,),
        "sheet": lambda: (build_checklist(request).path,),
    }
    if not (root / "content/odd/checklist.toml").exists():
        del roads["sheet"]
    for name, build in roads.items():
        try:
            yield name, build()
        except PharmdocsError as error:
            yield name, error


def wrong(bank: Written, name: str, text: str, duplex: str) -> Iterator[str]:
    """Which words of a bank a printable has not, or not in their order."""
    stretches: dict[str, list[tuple[Words, ...]]] = {
        "booklet": [
            *((it,) for it in bank.book),
            (tuple(it.split(":", 2)[2] for it in bank.turns),),
        ],
        "cards": bank.cards if duplex != "none" else [],
        "zine": bank.zine,
        "sheet": [(it,) for it in bank.sheet],
    }
    for choices in stretches[name]:
        missed = [lost(words, text) for words in choices]
        if all(missed):
            yield f"{name}: {missed[0]!r} of {choices[0]} is not there, or not in its place"


def verdict(root: Path, bank: Written, asked: Asked) -> tuple[set[str], list[str]]:
    """What was printed, and all that is wrong."""
    made, found = set(), list[str]()
    for name, outcome in printed(root, asked):
        if isinstance(outcome, PharmdocsError):
            kinds = (ContentError, LayoutError) if bank.refused else (LayoutError,)
            if not isinstance(outcome, kinds):
                found.append(f"{name}: {type(outcome).__name__}: {outcome}")
            found += [f"{name}: {what}" for what in placed(outcome, root)]
            continue
        made.add(name)
        if bank.refused:
            found.append(f"{name}: printed what no face has")
        found += wrong(bank, name, read(outcome), asked.duplex)
        for judged in map(judge, outcome):
            broken = [it for it in judged.verdicts if it.state == "broken"]
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
    told = list(wrong(bank, "booklet", seen(found), ""))
    assert [line.split("'")[1] for line in told] == [said] * bool(said)


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
