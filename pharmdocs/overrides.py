"""A user's files that take the place of ours: which are in force, and made for which release.

Releases change templates. A copy made for an older one may ask for what is no longer there, so when
a build fails and such copies are in force, the message names them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from pharmdocs import __version__
from pharmdocs.errors import (
    LayoutError,
    Location,
    PharmdocsError,
    Problem,
    RefusedError,
    SetupError,
    closest,
)
from pharmdocs.project import Project
from pharmdocs.shipped import bundled
from pharmdocs.strict import Table, read_text, read_toml

# Beside the copies: which release each of them was made for.
MADE_FOR = "made-for.toml"
FORMAT = 1
# Preflight compares every letter with its font, so nobody's own font is ever read.
_NEVER = "fonts/"
# More names than this of files that change nothing hide those that do.
_FEW = 6
# What a template can bring about.
_KINDS = (SetupError, LayoutError, RefusedError)


@dataclass(frozen=True)
class Override:
    """A file of the user's folder of templates, by its name in there.

    `made_for` is "" when nobody said; `twin` tells whether there is one of ours by that name, and
    `same` whether ours has the same bytes.
    """

    name: str
    made_for: str
    twin: bool
    same: bool

    @property
    def other_release(self) -> bool:
        """True when it was copied from another release and differs from what we have now."""
        return self.twin and not self.same and self.made_for not in ("", __version__)


def template_names() -> list[str]:
    """Every bundled template that may be replaced, by its name under templates/."""
    ours = bundled() / "templates"
    names = (path.relative_to(ours).as_posix() for path in ours.rglob("*") if path.is_file())
    return sorted(name for name in names if not name.startswith(_NEVER))


def overrides(project: Project) -> list[Override]:
    """What lies in the user's folder of templates; nothing when the project is our own checkout."""
    own, ours = project.root / project.overrides, bundled() / "templates"
    if own.resolve() == ours.resolve():
        return []
    versions = _made_for(project, [])
    names = (path.relative_to(own).as_posix() for path in own.rglob("*") if path.is_file())
    known = set(template_names())
    return [
        Override(
            name,
            versions.get(name, ""),
            twin=name in known,
            same=name in known and (own / name).read_bytes() == (ours / name).read_bytes(),
        )
        for name in sorted(names)
        if name != MADE_FOR and not PurePosixPath(name).name.startswith(".")
    ]


def described(project: Project) -> tuple[bool, str, str]:
    """For `doctor`: whether all is well, which files are in force, and how to mend what is not."""
    problems: list[Problem] = []
    _made_for(project, problems)
    found = overrides(project)
    told = [f"content/{name}" for name in project.own_banks_in_force()]
    for file in found:
        if file.twin and not file.same:
            of = f" (made for {file.made_for}, this is {__version__})" if file.other_release else ""
            told.append(f"{project.overrides}/{file.name}{of}")
    copies = [f"{project.overrides}/{file.name} (unchanged)" for file in found if file.same]
    told += copies if len(copies) <= _FEW else [f"{len(copies)} unchanged copies of ours"]
    if problems:
        return False, str(problems[0]).split("\n")[0], problems[0].fix
    state = "yours instead of ours: " + ", ".join(told) if told else "none of yours, all ours"
    alone = [file.name for file in found if not file.twin]
    if alone:
        state += f"; in the place of none: {', '.join(alone)}"
    # A new language or a part of one's own template is no mistake; a slip of the keyboard is near.
    near = [
        (name, hint) for name in alone if (hint := closest(name, template_names()))[:3] == "did"
    ]
    return not near, state, f"{near[0][0]}: {near[0][1]}" if near else ""


def explained(project: Project, error: PharmdocsError) -> PharmdocsError:
    """The same failure, with the user's older templates named where they may be to blame."""
    kind = next((kind for kind in _KINDS if isinstance(error, kind)), None)
    if kind is None:
        return error
    older = {f"{project.overrides}/{file.name}": file for file in overrides(project)}
    older = {label: file for label, file in older.items() if file.other_release}
    if not older:
        return error
    problems = tuple(_named(problem, older) for problem in error.problems)
    # First, because one bad style sheet can make a page fail in a hundred places.
    # A slip in a template has its place; without one, the surroundings are at fault.
    unplaced = problems == error.problems and kind is not SetupError
    suspects = _suspects(older) if unplaced else ()
    # Not of its own type, which may be made of something else than problems.
    return kind(*suspects, *problems)


def _named(problem: Problem, older: dict[str, Override]) -> Problem:
    label = problem.where.file if problem.where else ""
    if label not in older:
        return problem
    return replace(problem, fix=f"{problem.fix}; {_history(older[label])}")


def _suspects(older: dict[str, Override]) -> Iterator[Problem]:
    for label, file in older.items():
        yield Problem(
            Location(label), "may be to blame: it takes the place of ours", _history(file)
        )


def _history(file: Override) -> str:
    return (
        f"yours was made for {file.made_for}, this is {__version__}: compare with the bundled "
        f"{file.name} (pharmdocs init DIR --with-templates copies it)"
    )


def _made_for(project: Project, problems: list[Problem]) -> dict[str, str]:
    """The releases that the user's copies were made for; nothing when nobody wrote it down."""
    path = project.root / project.overrides / MADE_FOR
    if not path.is_file():
        return {}
    label = f"{project.overrides}/{MADE_FOR}"
    table = read_toml(read_text(path, label, problems), label, problems).of_format(FORMAT)
    files: Table = table.table("files")
    found = {name: files.text(name) for name in files.values}
    table.close()
    return found
