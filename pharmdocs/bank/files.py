"""A bank's folder while it is read: its files, taken apart, under the names the user knows.

Nothing here knows what a question is; it knows front matter, `##` sections and their lines.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it.token import Token

from pharmdocs.bank import markup
from pharmdocs.bank.model import Prose, Section
from pharmdocs.errors import ContentError, Location, Problem
from pharmdocs.pictures import read_picture
from pharmdocs.strict import Table, read_front_matter, read_text, read_toml

# A card of few words has about fifteen of them, a question two hundred; with all that hangs on it
# each takes 1 to 2 kB of memory.
_MOST_PIECES = 400_000
_MOST_CHARACTERS = 5_000_000


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
    pictures: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    pieces: int = 0
    characters: int = 0

    def read(self, name: str) -> str:
        """A file of the folder, by its name inside it; "" when it cannot be used.

        Raises:
            ContentError: the bank is larger than anything that is read.
        """
        label = f"{self.label}/{name}"
        if not (self.path / name).resolve().is_relative_to(self.path.resolve()):
            fix = "put the file itself there, not a link to it"
            self.problems.append(Problem(Location(label), "lies outside the bank's folder", fix))
            return ""
        self.files[label] = markup.normalise(read_text(self.path / name, label, self.problems))
        self.characters += len(self.files[label])
        if self.characters > _MOST_CHARACTERS:
            raise self._too_large(label, f"{_MOST_CHARACTERS:,} characters")
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
        """Note every image that is missing, or that is no picture inside this folder.

        Raises:
            ContentError: the bank is larger than anything that is read.
        """
        self.pieces += len(tokens) + sum(len(token.children or ()) for token in tokens)
        if self.pieces > _MOST_PIECES:
            raise self._too_large(label, f"{_MOST_PIECES:,} pieces of text")
        for source, line in markup.sources(tokens):
            if source not in self.pictures:
                self.pictures[source] = self._image_flaw(source)
            if flaw := self.pictures[source]:
                what, fix = flaw
                self.problems.append(
                    Problem(Location(label, line), f"the image `{source}` {what}", fix)
                )

    def _too_large(self, label: str, most: str) -> ContentError:
        what = f"the bank has more than {most} up to here"
        return ContentError(Problem(Location(label), what, "split it into several banks"))

    def _image_flaw(self, source: str) -> tuple[str, str] | None:
        """What is wrong with an image, to be read after its name, and what to do."""
        path = self.path / source
        if not markup.is_image(source):
            fix = "name a .png, .jpg or .svg file in the bank's folder, without spaces"
            return "cannot be used", fix
        if not path.resolve().is_relative_to(self.path.resolve()):
            return "lies outside the bank's folder", "put the file itself there, not a link to it"
        if not path.is_file():
            return "is missing", f"put the file at {self.label}/{source}"
        return read_picture(path)[1]


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
