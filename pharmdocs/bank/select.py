"""`--only`: which questions and cards of a bank are meant.

An expression is a list of terms, all of which add up: ids (`q03`), ranges in the bank's own
numbering (`q07-q12`), and `key:value` (`category:safety`, `setting:hospital`, `difficulty:hard`,
`tag:procedure`, where a tag is a competency of a question or a tag of a card).
"""

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches

from pharmdocs.bank.load import natural
from pharmdocs.bank.model import Bank, Card, Question
from pharmdocs.errors import Problem, SelectionError, closest

_KEYS: dict[str, Callable[[Question | Card], tuple[str, ...]]] = {
    "category": lambda item: (item.category.key, item.category.name),
    "tag": lambda item: item.competencies if isinstance(item, Question) else item.tags,
    "setting": lambda item: item.settings if isinstance(item, Question) else (),
    "difficulty": lambda item: (item.difficulty,) if isinstance(item, Question) else (),
}


def select(bank: Bank, expression: str) -> Bank:
    """The bank with only the named questions and cards, in its own order.

    Raises:
        SelectionError: a term that matches nothing, with the closest ids or values; all at once.
    """
    items: list[Question | Card] = [*bank.questions, *bank.cards]
    chosen: set[str] = set()
    problems = []
    terms = [term.strip().casefold() for term in expression.split(",") if term.strip()]
    for term in terms:
        found = _matches(term, items)
        if found:
            chosen |= found
        else:
            problems.append(Problem(None, f"--only: `{term}` matches nothing", _hint(term, items)))
    if not terms:
        problems.append(Problem(None, "--only is empty", "name ids: --only q03,q07-q12"))
    if problems:
        raise SelectionError(*problems)
    return replace(
        bank,
        questions=tuple(item for item in bank.questions if item.id in chosen),
        cards=tuple(item for item in bank.cards if item.id in chosen),
    )


def _matches(term: str, items: list[Question | Card]) -> set[str]:
    key, colon, value = (part.strip() for part in term.partition(":"))
    if colon:
        values = _KEYS.get(key, _nothing)
        return {item.id for item in items if value in map(str.casefold, values(item))}
    exact = {item.id for item in items if item.id == term}
    first, dash, last = (part.strip() for part in term.partition("-"))
    if exact or not dash:
        return exact
    low, high = natural(first), natural(last)
    if [letters for *_, letters in low] != [letters for *_, letters in high]:
        return set()
    return {item.id for item in items if low <= natural(item.id) <= high}


def _nothing(_: Question | Card) -> tuple[str, ...]:
    return ()


def _hint(term: str, items: list[Question | Card]) -> str:
    key, colon, value = (part.strip() for part in term.partition(":"))
    if colon and key not in _KEYS:
        return closest(key, _KEYS)
    if colon:
        return closest(value, sorted({known for item in items for known in _KEYS[key](item)}))
    first, dash, last = term.partition("-")
    if dash and _matches(f"{last}-{first}", items):
        return f"turn it round: {last.strip()}-{first.strip()}"
    near = get_close_matches(term, [item.id for item in items])
    return closest(term, near) if near else "see the ids with: pharmdocs bank list"
