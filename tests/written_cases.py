"""Reads tests/cases: Markdown pages in which a fence is a file, and a report what a writer sees.

A page has a title, and a heading for each case. The word after a fence's language is the file's
name; `diff` changes the file of base.md, `bytes` holds escapes such as \\xff, and `report` is the
whole text of the error.
"""

from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

CASES = Path(__file__).parent / "cases"


@dataclass
class Case:
    """A heading, the fences below it as (language, file name, text), and the report."""

    name: str
    fences: list[tuple[str, str, str]] = field(default_factory=list)
    report: str = ""


def read(page: Path) -> list[Case]:
    """The cases of a page; what stands before the first heading belongs to no case."""
    found: list[Case] = []
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            found.append(Case(f"{page.stem}: {following.content}"))
        elif token.type == "fence" and token.info.strip() == "report":
            found[-1].report = token.content.rstrip("\n")
        elif token.type == "fence":
            language, _, file = token.info.strip().partition(" ")
            found[-1].fences.append((language, file, token.content))
    return found


def every() -> list[Case]:
    """The cases of every page but base.md."""
    pages = sorted(page for page in CASES.glob("*.md") if page.name != "base.md")
    return [case for page in pages for case in read(page) if case.fences]


def lay(root: Path, case: Case | None = None) -> None:
    """Write the sound project of base.md, then what the case changes."""
    [base] = read(CASES / "base.md")
    for _, name, text in base.fences:
        write(root / name, text.encode())
    for language, name, text in case.fences if case else ():
        file = root / name
        if language == "diff":
            write(file, changed(file.read_bytes().decode(), text).encode())
        elif language == "bytes":
            write(file, text.encode("ascii").decode("unicode_escape").encode("latin-1"))
        else:
            write(file, text.encode())


def write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def changed(text: str, diff: str) -> str:
    """The text with the lines of a diff; each run of old lines must stand in it exactly once.

    An empty line parts one change from the next; a line that is empty in the file is written as
    a single space, or as a sign with nothing behind it.
    """
    for hunk in diff.rstrip("\n").split("\n\n"):
        lines = hunk.split("\n")
        old = "".join(f"{line[1:]}\n" for line in lines if line[:1] in ("-", " "))
        new = "".join(f"{line[1:]}\n" for line in lines if line[:1] in ("+", " "))
        assert [line for line in lines if line[:1] not in ("-", "+", " ")] == [], diff
        assert f"\n{text}".count(f"\n{old}") == 1, f"not once in the file:\n{old}"
        text = f"\n{text}".replace(f"\n{old}", f"\n{new}")[1:]
    return text
