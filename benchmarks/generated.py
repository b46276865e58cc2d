"""Banks of any size: the real one with generated questions in place of its own, or plain cards.

Filler of the real length, in the real forms, with links, glossary terms and placeholders as
often as in the real questions. The same size gives the same files.
"""

import csv
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

CONTENT = Path(__file__).resolve().parent.parent / "content" / "interview"

FILLER = """
the patient asks a question at the counter and I read label again before it leaves my hands what
was ordered by prescriber who called this morning so that nobody waits for an answer which only
pharmacist can give we count twice write down number on bottle in drawer next to scanner because
two names look alike when line is long phone rings and somebody needs help with insurance card I
say what I know then what I will find out and how long that takes every shift begins with list of
jobs sorted by who waits for them most urgent first others after lunch or when door is closed
"""
VOCABULARY = FILLER.split()

# Cards hold more of the trade’s long words.
TERM_LIST = """
acetaminophen amoxicillin atorvastatin hydrochlorothiazide levothyroxine metformin warfarin insulin
prescription prescriber pharmacist compounding expiration interaction contraindication anticoagulant
hypertension beta-blocker antibiotic suspension capsule tablet milliliter twice daily before meals
prior authorization refill lot number recall laminar airflow look-alike sound-alike high-alert dose
formulary copay inventory tamper-evident storage 25 mg 500 mg QID PRN BID 36–46 °F
"""
TERMS = TERM_LIST.split()

CARDS_BANK = """\
format = 1
name = "{name}"
title = "Generated Cards"
language = "en-US"
version = "1.0"
date = "2026-11-23"
author = "The pharmdocs authors"

[categories.safety]
name = "Safety at the bench"
shape = "triangle"
color = "#8a3a12"

[categories.patients]
name = "Patients and insurance"
shape = "cross"
color = "#7a2e5f"

[categories.skills]
name = "Skills and systems"
shape = "square"
color = "#2b4f8f"
"""
CATEGORIES = ("safety", "patients", "skills")

FORMS = ("prose", "bullets", "steps", "star", "table")
LEVELS = ("easy", "medium", "hard")


def write_bank(folder: Path, size: int) -> None:
    """Write a bank with this many questions into a folder that does not exist yet.

    Args:
        folder: where it is written; its name is the bank's.
        size: the number of questions, at least 25: the real parts link to q01 to q25.
    """
    shutil.copytree(CONTENT, folder, ignore=shutil.ignore_patterns("q*.md"))
    bank = (folder / "bank.toml").read_text(encoding="utf-8")
    bank = re.sub(r'^name = ".*"$', f'name = "{folder.name}"', bank, count=1, flags=re.M)
    (folder / "bank.toml").write_text(bank, encoding="utf-8")
    categories = re.findall(r"^\[categories\.(\w+)\]$", bank, flags=re.M)
    glossary = (folder / "glossary.md").read_text(encoding="utf-8")
    terms = [term.partition(" (")[0] for term in re.findall(r"^## (.+)$", glossary, flags=re.M)]
    competencies = _competencies()
    for number in range(1, size + 1):
        category = categories[number * len(categories) // (size + 1)]
        wanted = [competencies[number * step % len(competencies)] for step in (3, 7)]
        text = _question(number, size, category, wanted, terms)
        (folder / f"q{number:02}-generated.md").write_text(text, encoding="utf-8")


def write_cards(folder: Path, size: int, words: int = 90) -> None:
    """Write a bank of this many plain cards into a new folder.

    Args:
        folder: where it is written; its name is the bank's.
        size: the number of cards.
        words: about as many stand on a back; on a front there are a sixth of them.
    """
    folder.mkdir(parents=True)
    (folder / "bank.toml").write_text(CARDS_BANK.format(name=folder.name), encoding="utf-8")
    with (folder / "cards.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("id", "front", "back", "category", "tags"))
        for number in range(1, size + 1):
            drawn = _words(number, VOCABULARY + TERMS)
            front = f"{_phrase(drawn, words // 9 + number * 7 % (words // 9 + 1))}?"
            back = _sentences(drawn, words - words // 9 + number * 13 % (2 * (words // 9) + 1))
            category = CATEGORIES[number * 5 // 3 % len(CATEGORIES)]
            rows.writerow((f"c{number:04}", front, back, category, f"box{number % 5}"))


class Edits:
    """A bank of plain cards; now and then the back of one, in the middle, is edited."""

    def __init__(self, bank: Path) -> None:
        self.path = bank / "cards.csv"
        self.text = self.path.read_text(encoding="utf-8")
        rows = list(csv.DictReader(self.text.splitlines()))
        middle = rows[len(rows) // 2]
        self.id, self.back, self.count = middle["id"], middle["back"], 0

    def one(self) -> None:
        """The card says something that it has not said before."""
        self.count += 1
        edited = self.text.replace(self.back, f"{self.count} {self.back}")
        self.path.write_text(edited, encoding="utf-8")


def _competencies() -> list[str]:
    files = (path.read_text(encoding="utf-8") for path in sorted(CONTENT.glob("q*.md")))
    lists = re.findall(r"^competencies: \[(.+)\]$", "\n".join(files), flags=re.M)
    return sorted({name for names in lists for name in names.split(", ")})


def _question(
    number: int, size: int, category: str, competencies: list[str], terms: list[str]
) -> str:
    words = _words(number)

    def filler(length: int) -> str:
        return _sentences(words, length)

    after = number % size + 1
    used = [terms[(number * 5 + i * 11) % len(terms)] for i in range(5)]
    points = "\n".join(f"- {_phrase(words, 6)}" for _ in range(4))
    return f"""---
id: q{number:02}
title: {_phrase(words, 10)}?
short_title: Generated question {number}
headline: {_phrase(words, 4)}
short: {_phrase(words, 14)}.
category: {category}
competencies: [{", ".join(dict.fromkeys(competencies))}]
difficulty: {LEVELS[number % 3]}
asked: {number}
settings: [retail, hospital]
sources: [ptcb-ptce]
reviewed: 2026-11-23
---

## Why they ask

{filler(36)}

## How to answer

{filler(50)} It starts with {used[0]} and {used[1]}.

{filler(44)} Remember {used[2]}.

## Sample answer

{_sample(FORMS[number % len(FORMS)], words, used)}

## If you're new

{filler(24)} “{filler(30)}” [your pharmacy] {filler(8)}

## Card points

{points}

## Follow-up

“{filler(10)}” [Q{after:02}](#q{after:02})

## Pitfall

{filler(36)}
"""


def _sample(form: str, words: Iterator[str], used: list[str]) -> str:
    """About 190 words in one of the forms that the real samples have."""

    def filler(length: int) -> str:
        return _sentences(words, length)

    def lead() -> str:
        return f"**{_phrase(words, 3)}.** {filler(24)}"

    lines: list[str] = []
    if form == "prose":
        lines = [f"“{filler(66)} [your course] and {used[3]}.", filler(62), f"{filler(60)}”"]
        return "\n\n".join(lines)
    if form == "star":
        return "\n\n".join(
            f"### {name}\n\n{filler(46)}" for name in ("Situation", "Task", "Action", "Result")
        )
    if form == "table":
        rows = "\n".join(
            f"| {_phrase(words, 3)} | {_phrase(words, 6)} | {_phrase(words, 4)} |" for _ in range(5)
        )
        return f"{filler(50)}\n\n| Task | What | How often |\n|---|---|---|\n{rows}\n\n{filler(50)}"
    mark = "-" if form == "bullets" else "{}."
    lines = [f"{mark.format(i)} {lead()}" for i in range(1, 7)]
    return f"{filler(16)}\n\n" + "\n".join(lines) + f"\n\n{filler(12)} {used[4]}."


def _words(seed: int, vocabulary: Sequence[str] = VOCABULARY) -> Iterator[str]:
    """Words without end, in an order of their own for each seed (the generator of ISO C)."""
    state = seed * 7_919
    while True:
        state = (state * 1_103_515_245 + 12_345) % 2**31
        yield vocabulary[(state >> 16) % len(vocabulary)]


def _sentences(words: Iterator[str], length: int) -> str:
    made = []
    while length > 0:
        taken = min(length, 14) if length > 18 else length
        made.append(f"{_phrase(words, taken)}.")
        length -= taken
    return " ".join(made)


def _phrase(words: Iterator[str], length: int) -> str:
    text = " ".join(next(words) for _ in range(length))
    return text[0].upper() + text[1:]
