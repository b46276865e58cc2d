"""`--only`: every form of it, against a bank of questions q1 to q12 and three cards."""

from dataclasses import replace
from pathlib import Path

import pytest
import written_cases

from pharmdocs.bank.load import load_bank
from pharmdocs.bank.model import Bank
from pharmdocs.bank.select import select
from pharmdocs.errors import SelectionError

CATEGORIES = {"q1": "bench", "q2": "counter", "q10": "counter"}
COMPETENCIES = {"q2": ("MTM", "accuracy"), "q11": ("problem solving",)}
SETTINGS = {"q3": ("hospital",), "q10": ("retail", "hospital")}
DIFFICULTIES = {"q9": "hard", "q12": "hard"}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """Questions q1 to q12; what the tables above do not say is bench, none, retail, easy."""
    root: Path = tmp_path_factory.mktemp("select")
    written_cases.lay(root)
    small = load_bank(root / "content" / "tiny", "content/tiny")
    bench, counter = small.categories
    questions = tuple(
        replace(
            small.questions[0],
            id=id_,
            category=counter if CATEGORIES.get(id_) == "counter" else bench,
            competencies=COMPETENCIES.get(id_, ()),
            settings=SETTINGS.get(id_, ("retail",)),
            difficulty=DIFFICULTIES.get(id_, "easy"),
        )
        for id_ in (f"q{number}" for number in range(1, 13))
    )
    cards = (*small.cards, replace(small.cards[0], id="ac-pc", tags=()))
    return replace(small, questions=questions, cards=cards)


def chosen(bank: Bank, expression: str) -> str:
    """The ids of what is left, in the bank's order."""
    left = select(bank, expression)
    questions = [question.id for question in left.questions]
    return " ".join([*questions, *(card.id for card in left.cards)])


@pytest.mark.parametrize(
    ("expression", "ids"),
    [
        pytest.param("q3", "q3", id="an id"),
        pytest.param("q12,q3", "q3 q12", id="ids, in the bank's order"),
        pytest.param("q3,q3", "q3", id="an id twice"),
        pytest.param("Q3", "q3", id="an id in capitals"),
        pytest.param("bid", "bid", id="a card"),
        pytest.param("ac-pc", "ac-pc", id="a card with a hyphen"),
        pytest.param("q2-q4", "q2 q3 q4", id="a range"),
        pytest.param("q9-q11", "q9 q10 q11", id="a range across ten"),
        pytest.param("q02-q04", "q2 q3 q4", id="a range with zeros"),
        pytest.param("q2-q2", "q2", id="a range of one"),
        pytest.param("q11-q99", "q11 q12", id="a range that goes too far"),
        pytest.param("q1,q9-q10,bid", "q1 q9 q10 bid", id="ids, a range and a card"),
        pytest.param(" q1 , q9 - q10 ,", "q1 q9 q10", id="blanks and a comma too many"),
        pytest.param("category:counter", "q2 q10 tid", id="a category by its key"),
        pytest.param("category:At the counter", "q2 q10 tid", id="a category by its name"),
        pytest.param("tag:accuracy", "q2", id="a competency"),
        pytest.param("tag:mtm", "q2", id="a competency in other letters"),
        pytest.param("TAG: MTM", "q2", id="a competency with a blank"),
        pytest.param("tag:problem solving", "q11", id="a competency of two words"),
        pytest.param("tag:sig", "bid tid", id="a tag of cards"),
        pytest.param("tag:times", "bid", id="a card's second tag"),
        pytest.param("setting:hospital", "q3 q10", id="a setting"),
        pytest.param("difficulty:hard", "q9 q12", id="a difficulty"),
        pytest.param("difficulty:hard,q1", "q1 q9 q12", id="terms add up"),
    ],
)
def test_an_expression_means_these(bank: Bank, expression: str, ids: str) -> None:
    assert chosen(bank, expression) == ids


@pytest.mark.parametrize(
    ("expression", "report"),
    [
        pytest.param(
            "q13",
            "--only: `q13` matches nothing\n    fix: did you mean `q3` or `q1` or `q12`?",
            id="an id, with the closest three",
        ),
        pytest.param(
            "zzz",
            "--only: `zzz` matches nothing\n    fix: see the ids with: pharmdocs bank list",
            id="an id like none",
        ),
        pytest.param(
            "q40-q50",
            "--only: `q40-q50` matches nothing\n    fix: see the ids with: pharmdocs bank list",
            id="a range beyond the end",
        ),
        pytest.param(
            "q2-z4",
            "--only: `q2-z4` matches nothing\n    fix: see the ids with: pharmdocs bank list",
            id="a range from one kind of id to another",
        ),
        pytest.param(
            "q4-q2",
            "--only: `q4-q2` matches nothing\n    fix: turn it round: q2-q4",
            id="a range that runs backwards",
        ),
        pytest.param(
            "category:bensh",
            "--only: `category:bensh` matches nothing\n    fix: did you mean `bench`?",
            id="a value",
        ),
        pytest.param(
            "categorie:bench",
            "--only: `categorie:bench` matches nothing\n    fix: did you mean `category`?",
            id="a key",
        ),
        pytest.param(
            "setting:",
            "--only: `setting:` matches nothing\n    fix: use one of: hospital, retail",
            id="a key without a value",
        ),
        pytest.param(
            " , ", "--only is empty\n    fix: name ids: --only q03,q07-q12", id="nothing at all"
        ),
        pytest.param(
            "q1,q77-q88,tag:nothing",
            "--only: `q77-q88` matches nothing\n    fix: see the ids with: pharmdocs bank list\n"
            "--only: `tag:nothing` matches nothing\n"
            "    fix: use one of: MTM, accuracy, problem solving, sig, times",
            id="two terms, both named",
        ),
    ],
)
def test_an_expression_that_matches_nothing_says_so(
    bank: Bank, expression: str, report: str
) -> None:
    with pytest.raises(SelectionError) as caught:
        select(bank, expression)
    assert str(caught.value) == report


def test_what_stands_around_the_questions_stays(bank: Bank) -> None:
    left = select(bank, "q3")
    assert (left.title, left.book, left.glossary) == (bank.title, bank.book, bank.glossary)


def test_a_bank_prints_question_2_before_question_10(tmp_path: Path) -> None:
    """q1 is copied to q10 and q9; the order of the files' names would be q01, q02, q10, q9."""
    written_cases.lay(tmp_path)
    folder = tmp_path / "content" / "tiny"
    text = (folder / "q02-wait.md").read_text(encoding="utf-8")
    for number in (9, 10):
        (folder / f"q{number}-wait.md").write_text(text.replace("id: q02", f"id: q{number}"))
    questions = load_bank(folder, "content/tiny").questions
    assert [question.id for question in questions] == ["q01", "q02", "q9", "q10"]
