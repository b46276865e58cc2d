"""A sound bank of two questions, for tests that need a whole build and not the whole content."""

from pathlib import Path

BANK = """\
format = 1
name = "small"
title = "Two Questions"
language = "en-US"
version = "1.0"
date = "2026-11-23"
author = "Test"

[categories.safety]
name = "Safety"
shape = "triangle"
color = "#8a3a12"
"""

QUESTION = """\
---
id: {id}
title: What do you check in {id}?
short_title: Checks in {id}
headline: Look twice
short: Look twice, then ask.
category: safety
competencies: [accuracy]
difficulty: easy
asked: 1
settings: [retail]
sources: []
reviewed: 2026-11-23
---

## Why they ask

They want a routine.

## How to answer

Say what comes first.

## Sample answer

“I look twice at [your pharmacy].”

## If you're new

Say so.

## Card points

- Look
- Look again
- Ask

## Follow-up

“And then?” [{other}](#{other_id})

## Pitfall

Don’t hurry.
"""


def question(number: int, other: int) -> str:
    """The file of question q<number>, whose follow-up leads to q<other>."""
    fields = {"id": f"q{number:02}", "other": f"Q{other:02}", "other_id": f"q{other:02}"}
    return QUESTION.format(**fields)


def lay(root: Path) -> Path:
    """Write the bank into a project folder as content/small; the project prints it by default."""
    folder = root / "content" / "small"
    folder.mkdir(parents=True)
    (folder / "bank.toml").write_text(BANK, encoding="utf-8")
    (folder / "q01.md").write_text(question(1, 2), encoding="utf-8")
    (folder / "q02.md").write_text(question(2, 1), encoding="utf-8")
    (root / "pharmdocs.toml").write_text('bank = "small"\n', encoding="utf-8")
    return folder
