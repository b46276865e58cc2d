"""A bank's folder while it is read: its files, taken apart, under the names the user knows.

Nothing here knows what a question is; it knows front matter, `##` sections and their lines.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it.token import Token

from pharmdocs.bank import markup
from pharmdocs.bank.model import Prose, Section
from pharmdocs.errors import Location, Problem
from pharmdocs.pictures import read_picture
from pharmdocs.strict import Table, read_front_matter, read_text, read_toml


@dataclass
class Document:
    """Front matter, what stands before the first `##`, and the titled sections."""

    fields: Table
    intro: Prose
    sections: list[Section]


@dataclass
class Folder:
    """Where a bank lies, what it is called in messages, and what was found in it so far."""

    path: Path
    label: str
    problems: list[Problem]
    files: dict[str, str]
    language: str = "en-US"

    def read(self, name: str) -> str:
        """A file of the folder, by its name inside it; "" when it cannot be used."""
        label = f"{self.label}/{name}"
        if not (self.path / name).resolve().is_relative_to(self.path.resolve()):
            fix = "put the file itself there, not a link to it"
            self.problems.append(Problem(Location(label), "lies outside the bank's folder", fix))
            return ""
        self.files[label] = markup.normalise(read_text(self.path / name, label, self.problems))
        return self.files[label]

    def toml(self, name: str) -> Table:
        """A TOML file of the folder."""
        text = self.read(name)
        return read_toml(text, f"{self.label}/{name}", self.problems)

    def document(self, name: str, headings: tuple[int, ...]) -> Document | None:
        """A Markdown file with front matter, taken apart; None when it has no front matter."""
        text = self.read(name)
        label = f"{self.label}/{name}"
        match = re.match(r"---[ \t]*\n(.*?\n|)---[ \t]*(?:\n|\Z)", text, re.S)
        if not match:
            if text:
                begun = text.startswith("---")
                what = "the front matter does not end" if begun else "has no front matter"
                fix = "begin the file with a line ---, the fields, and another line ---"
                self.problems.append(Problem(Location(label, 1), what, fix))
            return None
        line = text.count("\n", 0, match.end()) + 1
        fields = read_front_matter(match[1], label, 2, self.problems)
        body = text[match.end() :]
        tokens = markup.parse(body, label, line, headings, self.problems, self.language)
        self.check_images(tokens, label)
        intro, sections = _split(tokens, label, line)
        return Document(fields, intro, sections)

    def check_images(self, tokens: list[Token], label: str) -> None:
        """Note every image that is missing, or that is no picture inside this folder."""
        for source, line in markup.sources(tokens):
            if not markup.is_image(source):
                what = f"the image `{source}` cannot be used"
                fix = "name a .png, .jpg or .svg file in the bank's folder, without spaces"
            elif not (self.path / source).is_file():
                what = f"the image `{source}` is missing"
                fix = f"put the file at {self.label}/{source}"
            elif flaw := read_picture(self.path / source)[1]:
                what, fix = f"the image `{source}` {flaw.what}", flaw.fix
            else:
                continue
            self.problems.append(Problem(Location(label, line), what, fix))


def _split(tokens: list[Token], file: str, line: int) -> tuple[Prose, list[Section]]:
    """Cut a document's tokens at its `##` headings."""
    starts = [
        i for i, t in enumerate(tokens) if (t.type, t.tag, t.level) == ("heading_open", "h2", 0)
    ]
    ends = [*starts, len(tokens)][1:]
    intro = Prose(tuple(tokens[: starts[0]] if starts else tokens), Location(file, line))
    sections = []
    for start, end in zip(starts, ends, strict=True):
        at = Location(file, (tokens[start].map or [line])[0])
        title = tokens[start + 1].content.strip()
        sections.append(Section(title, Prose(tuple(tokens[start + 3 : end]), at)))
    return intro, sections
