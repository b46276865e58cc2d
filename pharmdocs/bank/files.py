"""A bank's folder while it is read: its files, taken apart, under the names the user knows.

Nothing here knows what a question is; it knows front matter, `##` sections and their lines.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Self

from markdown_it.token import Token

from pharmdocs.bank import markup
from pharmdocs.bank.model import Prose, Section
from pharmdocs.bank.slim import weight
from pharmdocs.errors import ContentError, Location, Problem
from pharmdocs.pictures import read_picture
from pharmdocs.strict import Table, read_text, read_toml

# A card of few words has about fifteen of them, a question one to two hundred; each takes 150 to
# 250 bytes of memory, and the program stays below 200 MB.
_MOST_PIECES = 600_000
_MOST_CHARACTERS = 5_000_000
# While it is taken apart, a text takes up to 800 bytes a character.
_LONGEST = 150_000
# Of all pictures, each counted in every text that shows it; a build takes three times as much.
_MOST_SHOWN = 500_000_000
_MOST_PROBLEMS, _MOST_KEPT = 1_000, 20_000


class Problems(list[Problem]):
    """What is wrong with a bank. When that is too much to be kept, reading stops.

    Raises:
        ContentError: by whatever adds the last one.
    """

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def append(self, problem: Problem) -> None:
        """Note a problem."""
        super().append(problem)
        self._check()

    def __iadd__(self, problems: Iterable[Problem]) -> Self:  # type: ignore[override,misc]
        super().__iadd__(problems)
        self._check()
        return self

    def _check(self) -> None:
        if len(self) > _MOST_KEPT:
            raise self.error(" up to here")

    def error(self, until: str = "") -> ContentError:
        """All of them in the order of the files; of very many the first, and how many more."""
        found = sorted(self, key=_place)
        if (more := len(found) - _MOST_PROBLEMS) > 0:
            what = f"and {more:,} more problems{until}"
            rest = Problem(Location(self.label), what, "begin with those above")
            found = [*found[:_MOST_PROBLEMS], rest]
        return ContentError(*found)


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
    problems: Problems
    files: dict[str, str]
    language: str = "en-US"
    pictures: dict[str, tuple[int, tuple[str, str] | None]] = field(default_factory=dict)
    pieces: int = 0
    characters: int = 0
    shown: int = 0

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
        if len(text) > _LONGEST:
            what = f"is a text of more than {_LONGEST:,} characters"
            self.problems.append(Problem(Location(label), what, "shorten it, or split it"))
            return None
        match = re.match(r"---[ \t]*\n(.*?\n|)---[ \t]*(?:\n|\Z)", text, re.S)
        if not match:
            if text:
                begun = text.startswith("---")
                what = "the front matter does not end" if begun else "has no front matter"
                fix = "begin the file with a line ---, the fields, and another line ---"
                self.problems.append(Problem(Location(label, 1), what, fix))
            return None
        # A deck of plain cards has none, and needs no reader of YAML.
        from pharmdocs.strict.front_matter import read_front_matter

        line = text.count("\n", 0, match.end()) + 1
        fields = read_front_matter(match[1], label, 2, self.problems)
        body = text[match.end() :]
        tokens = markup.parse(body, label, line, headings, self.problems, self.language)
        self.check_images(tokens, label)
        intro, sections = _split(tokens, label, line)
        return Document(fields, intro, sections)

    def weigh(self, pieces: int, label: str) -> None:
        """Count the pieces of a text.

        Raises:
            ContentError: the bank is larger than anything that is read.
        """
        self.pieces += pieces
        if self.pieces > _MOST_PIECES:
            raise self._too_large(label, f"{_MOST_PIECES:,} pieces of text")

    def check_images(self, tokens: Sequence[Token], label: str) -> None:
        """Note every image that is missing, is no picture inside this folder, or has no place.

        Raises:
            ContentError: the bank is larger than anything that is read.
        """
        self.weigh(weight(tokens), label)
        sizes = {}
        for source, line in markup.sources(tokens):
            if source not in self.pictures:
                self.pictures[source] = self._image(source)
            sizes[source], flaw = self.pictures[source]
            if flaw:
                what, fix = flaw
                self.problems.append(
                    Problem(Location(label, line), f"the image `{source}` {what}", fix)
                )
        self.shown += sum(sizes.values())
        if self.shown > _MOST_SHOWN:
            raise self._too_large(label, f"{_MOST_SHOWN // 1_000_000} MB of pictures")

        for head, words in pairwise(tokens):
            if head.type == "heading_open" and "image" in {it.type for it in words.children or ()}:
                where, fix = Location(label, (head.map or [0])[0]), "put it below, as a paragraph"
                self.problems.append(Problem(where, "an image in a heading", fix))

    def _too_large(self, label: str, most: str) -> ContentError:
        what = f"the bank has more than {most} up to here"
        return ContentError(Problem(Location(label), what, "split it into several banks"))

    def _image(self, source: str) -> tuple[int, tuple[str, str] | None]:
        """How large an image is in bytes, and what is wrong with it, as `_image_flaw` says it."""
        if flaw := self._image_flaw(source):
            return 0, flaw
        data, flaw = read_picture(self.path / source)
        return len(data), flaw

    def _image_flaw(self, source: str) -> tuple[str, str] | None:
        """What keeps an image from being read, to be read after its name, and what to do."""
        path = self.path / source
        if not markup.is_image(source):
            fix = "name a .png, .jpg or .svg file in the bank's folder, without spaces"
            return "cannot be used", fix
        if not path.resolve().is_relative_to(self.path.resolve()):
            return "lies outside the bank's folder", "put the file itself there, not a link to it"
        if not path.is_file():
            return "is missing", f"put the file at {self.label}/{source}"
        return None


def _place(problem: Problem) -> tuple[str, int, str]:
    where = problem.where or Location("")
    return (where.file, where.line, problem.what)


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
        title = markup.plain(Prose((tokens[start + 1],), at)).strip()
        sections.append(Section(title, Prose(tuple(tokens[start + 3 : end]), at)))
    return intro, sections
