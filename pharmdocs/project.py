"""Where things are found, and what pharmdocs.toml says about them.

One lookup serves the wheel and the checkout: a user's file wins over the bundled one, whole file
by whole file. Names in messages are relative to the project, or to the bundled files; no path of
the machine goes into a message that a stranger could read or into a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pharmdocs.bank.lint import Lint, read_lint
from pharmdocs.bank.load import load_bank
from pharmdocs.bank.model import Bank
from pharmdocs.brand import Brand, Event, read_brand, read_event
from pharmdocs.errors import ContentError, Location, Problem, SelectionError, closest
from pharmdocs.geometry import PAPERS
from pharmdocs.people.person import Person, read_person
from pharmdocs.shipped import bundled
from pharmdocs.strict import SETTINGS, Table, read_text, read_toml

INKS = ("full", "low", "black")


@dataclass(frozen=True)
class Project:
    """A folder with its settings; without a pharmdocs.toml every setting has its default."""

    root: Path
    bank: str = "interview"
    paper: str = "letter"
    ink: str = "full"
    language: str = ""
    brand: Brand = field(default_factory=Brand)
    event: Event = field(default_factory=Event)
    person: Person = field(default_factory=Person)
    overrides: str = "templates"
    printer: str = ""
    lint: Lint = field(default_factory=Lint)

    def template(self, name: str) -> tuple[Path, str]:
        """A file of templates/, the user's before ours, and its name in messages.

        The path may not exist; whoever reads it says so.
        """
        own, ours = self.root / self.overrides, bundled() / "templates"
        if (own / name).is_file() and _inside(own / name, own):
            return own / name, f"{self.overrides}/{name}"
        # A name that climbs out of the folder names nothing.
        path = ours / name if _inside(ours / name, ours) else ours / "none"
        return path, f"templates/{name}"

    def load_bank(self, name: str = "") -> Bank:
        """The bank of that name (or the project's default), the user's before ours.

        Raises:
            SelectionError: there is no such bank.
            ContentError: the bank has problems.
        """
        folder = self.bank_folder(name)
        return load_bank(folder, f"content/{folder.name}")

    def banks(self) -> list[str]:
        """The names of all banks."""
        return sorted(_banks(bundled()) | _banks(self.root))

    def own_banks_in_force(self) -> list[str]:
        """The banks of the user that take the place of bundled ones of the same name."""
        ours, own = _banks(bundled()), _banks(self.root)
        return [
            name for name in own if name in ours and own[name].resolve() != ours[name].resolve()
        ]

    def bank_folder(self, name: str = "") -> Path:
        """The folder of a bank; pictures are read from there and from nowhere else."""
        name = name or self.bank
        ours, own = _banks(bundled()), _banks(self.root)
        folders = ours | own
        if name not in folders:
            raise SelectionError(
                Problem(None, f"there is no bank `{name}`", closest(name, sorted(folders)))
            )
        if name in own and not _inside(own[name], self.root):
            fix = "put the folder itself there, not a link to it"
            where = Location(f"content/{name}")
            raise ContentError(Problem(where, "lies outside the project", fix))
        return folders[name]


def find_project(root: Path) -> Project:
    """The project in a folder.

    Raises:
        ContentError: pharmdocs.toml has problems; all of them at once.
    """
    path = root / "pharmdocs.toml"
    if not path.exists():
        return Project(root)
    if not _inside(path, root):
        fix = "put the file itself there, not a link to it"
        raise ContentError(Problem(Location(path.name), "lies outside the project", fix))
    problems: list[Problem] = []
    text = read_text(path, path.name, problems)
    table = read_toml(text, path.name, problems).of_format(SETTINGS)
    project = read_settings(table, root, _banks(bundled()) | _banks(root))
    if problems:
        raise ContentError(*sorted(problems, key=lambda problem: problem.where or Location("")))
    return project


def read_settings(table: Table, root: Path, banks: Mapping[str, Path]) -> Project:
    """The settings of a table, of whose format is known that it can be read; closes it.

    Problems are noted in the table.
    """
    default = Project(root)
    table.table("stocks")  # imposition.stock reads and judges them
    table.found("printers")  # so does the module of that name
    bank = table.choice("bank", banks, default.bank)
    language = table.language("language", "")
    spoken = language or _language_of(banks.get(bank))
    project = Project(
        root,
        bank=bank,
        paper=table.choice("paper", PAPERS, default.paper),
        ink=table.choice("ink", INKS, default.ink),
        language=language,
        overrides=table.text("templates", default.overrides),
        printer=table.text("printer", ""),
        brand=read_brand(table.table("brand"), root),
        event=read_event(table.table("event"), root, spoken),
        person=read_person(table.table("person"), spoken),
        lint=read_lint(table.table("lint")),
    )
    if project.overrides.startswith(("/", "~")) or ".." in Path(project.overrides).parts:
        what = f"`templates` points out of the project: {project.overrides}"
        table.complain(table.line_of("templates"), what, 'name a folder beside it: "templates"')
    table.close()
    return project


def _language_of(folder: Path | None) -> str:
    """The language of a bank, by which days are read; whoever loads the bank complains about it."""
    if folder is None:
        return ""
    table = read_toml(read_text(folder / "bank.toml", "bank.toml", []), "bank.toml", [])
    return table.language("language", "en-US")


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _banks(root: Path) -> dict[str, Path]:
    return {file.parent.name: file.parent for file in sorted(root.glob("content/*/bank.toml"))}
