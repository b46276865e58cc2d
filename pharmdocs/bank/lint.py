"""What is sound and still not good: rules beyond validity, each of them off until somebody asks.

A finding is advice. No build knows of it, and the day it is today, by which a review is old, comes
from whoever asks. What a sentence says is judged in English banks only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pharmdocs.bank import markup
from pharmdocs.bank.model import Bank, Prose, Question
from pharmdocs.errors import Location, Problem
from pharmdocs.strict import Table

STAR = ("situation", "task", "action", "result")
# Interviewers who ask like this want one case, told in parts.
_TELL = r"(?i)\b(?:tell (?:me|us) about|describe|give (?:me|us) an example of) (?:a|one) time\b"

# Not behind what makes a question of it: “Should I double the dose?”
_I = (
    r"(?<![Ss]hould )(?<![Cc]an )\bI(?:['’]d|['’]ll| would| will| can| could| may| might)?"
    r"(?: \w+ly| also| then| always)? "
)
_DRUG = r"(?:\S+ ){0,4}(?:dos(?:e|es|age)|drug|medicine|medication|product|strength)s?\b"
# What only a pharmacist or a prescriber does, said of oneself.
_SCOPE = (
    rf"{_I}(?:counsel|diagnose|prescribe|advise)\b",
    rf"{_I}(?:recommend|suggest|substitute|switch) {_DRUG}",
    rf"{_I}(?:change|adjust|increase|raise|lower|reduce|double|correct) {_DRUG}",
    rf"{_I}tell (?:\S+ ){{1,3}}to (?:stop|skip|start|keep|double|finish|take|continue)\b",
    rf"{_I}(?:decide|judge) (?:if|whether) (?:\S+ ){{0,5}}(?:safe|interacts?|dose|allergy)\b",
)
_DONE = (
    r"was|did|went|took|told|made|found|kept|saw|got|gave|led|ran|wrote|said|had|taught|lost"
    r"|brought"
)
_BEEN = r"been|done|seen|made|found|taken|run|written|had|taught|led|kept|given"
# At the beginning of a sentence, or behind where and when it was: what I did, or have done.
_BEGIN = r"(?:\A|[.!?:;])[*_“”\"\s]*"
_CLAIM = re.compile(
    r"(?:(?!(?:If|When|Where|What|Once|Until|Before|After)\b)[^,.!?:;]{0,60}, )?"
    rf"(I (?:{_DONE}|(?!need|feed|proceed)\w+ed)\b|I(?:['’]ve| have) (?:{_BEEN}|\w+ed)\b)"
)


@dataclass(frozen=True)
class Lint:
    """Which rules are in force: [lint] of pharmdocs.toml. 0, nothing and false are off.

    Words are counted as a reader counts them, months back from the day that is asked about; `star`
    are the parts that an answer in that form must have, in their order.
    """

    point_words: int = 0
    back_words: int = 0
    star: tuple[str, ...] = ()
    reviewed_months: int = 0
    sources: bool = False
    scope: bool = False
    claims: bool = False


def read_lint(table: Table) -> Lint:
    """The rules of [lint]; closes the table, in which problems are noted."""
    rules = Lint(
        point_words=table.number("point_words", 1, 99, 0),
        back_words=table.number("back_words", 1, 999, 0),
        star=table.choices("star", STAR, default=()),
        reviewed_months=table.number("reviewed_months", 1, 999, 0),
        sources=table.flag("sources"),
        scope=table.flag("scope"),
        claims=table.flag("claims"),
    )
    table.close()
    return rules


def lint(bank: Bank, rules: Lint, today: date) -> list[Problem]:
    """What the rules find in a bank, in the order of files and lines."""
    found: list[Problem] = []
    english = bank.language.partition("-")[0] == "en"
    for question in bank.questions:
        found += _budgets(question, rules)
        found += _reviewed(bank, question, rules.reviewed_months, today)
        if rules.sources and not question.sources:
            fix = "name where its facts can be checked: keys of [sources] in bank.toml"
            found.append(Problem(_at(bank, question, "sources"), "names no source", fix))
        found += _parts(question, rules.star, english)
        found += _outside_scope(question) if rules.scope and english else ()
        found += _claims(question) if rules.claims and english else ()
    for card in bank.cards:
        found += _too_long(card.back, "the back of the card", rules.back_words)
    return sorted(found, key=lambda problem: problem.where or Location(""))


def _budgets(question: Question, rules: Lint) -> Iterator[Problem]:
    for point in question.card_points:
        yield from _too_long(point, "the card point", rules.point_words)
    count = sum(map(_words, question.card_points)) + len(question.headline.split())
    if rules.back_words and count > rules.back_words:
        what = f"the back of the card has {count} words, more than {rules.back_words}"
        fix = f"take {count - rules.back_words} out of headline and points"
        yield Problem(question.card_points[0].where, what, fix)


def _too_long(prose: Prose, name: str, most: int) -> Iterator[Problem]:
    if most and (count := _words(prose)) > most:
        fix = f"take {count - most} out: a card reminds, it does not explain"
        yield Problem(prose.where, f"{name} has {count} words, more than {most}", fix)


def _words(prose: Prose) -> int:
    return len(markup.plain(prose).split())


def _reviewed(bank: Bank, question: Question, months: int, today: date) -> Iterator[Problem]:
    if not months:
        return
    day = date.fromisoformat(question.reviewed)
    passed = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    where = _at(bank, question, "reviewed")
    if day > today:
        yield Problem(where, f"was reviewed on {day}, which is to come", "write the day it was")
    elif passed >= months:
        what = f"was reviewed {passed} months ago, on {day}"
        yield Problem(where, what, "check its facts again, then change the day")


def _parts(question: Question, star: tuple[str, ...], english: bool) -> Iterator[Problem]:
    """An answer that is told in parts, or should be: those that it lacks, and their order."""
    tokens = question.sample.tokens
    heads = [tokens[i + 1] for i, token in enumerate(tokens) if token.type == "heading_open"]
    found = [name for head in heads if (name := head.content.strip().lower()) in STAR]
    if not star or not (found or (english and re.search(_TELL, question.title))):
        return
    file, line = question.where.file, question.sample.where.line
    for name in star:
        if name not in found:
            fix = f"tell it under a line ### {name.capitalize()}"
            yield Problem(Location(file, line), f"the sample answer has no {name}", fix)
    told = [name for name in found if name in star]
    if told != sorted(told, key=star.index):
        fix = "tell them in this order: " + ", ".join(star)
        yield Problem(Location(file, line), "the parts of the sample answer change places", fix)


def _outside_scope(question: Question) -> Iterator[Problem]:
    fix = "say that you fetch the pharmacist, and what you bring along"
    for prose in (question.sample, question.if_new, *question.card_points):
        for text, where in _texts(prose):
            for match in (m for pattern in _SCOPE for m in re.finditer(pattern, text)):
                what = f"“{' '.join(match[0].split())}” is not a technician’s to do"
                yield Problem(_line(where, text, match.start()), what, fix)


def _claims(question: Question) -> Iterator[Problem]:
    """The first claim of a sample answer that leaves nothing to fill in.

    What somebody new says is left alone: there the advice around it says how it becomes true.
    """
    blocks = [token for token in question.sample.tokens if token.type == "inline"]
    if any(child.type == "placeholder" for token in blocks for child in token.children or ()):
        return
    for text, where in _texts(question.sample):
        for begin in re.finditer(_BEGIN, text):
            if match := _CLAIM.match(text, begin.end()):
                what = f"“{match[1]} …” claims experience, and nothing is left to fill in"
                fix = "put what is the reader’s own in brackets: [your pharmacy], [two years]"
                yield Problem(_line(where, text, match.start(1)), what, fix)
                return


def _texts(prose: Prose) -> Iterator[tuple[str, Location]]:
    """Each block of a text as the file has it, and where it begins."""
    for token in prose.tokens:
        if token.type == "inline":
            yield token.content, Location(prose.where.file, (token.map or [prose.where.line])[0])


def _line(where: Location, text: str, offset: int) -> Location:
    return Location(where.file, where.line + text.count("\n", 0, offset))


def _at(bank: Bank, question: Question, field: str) -> Location:
    """The line of a field in a question's front matter."""
    before = re.split(rf"^{field}:", bank.files[question.where.file], maxsplit=1, flags=re.M)[0]
    return Location(question.where.file, before.count("\n") + 1)
