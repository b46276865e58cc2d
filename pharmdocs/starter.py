"""A new project: settings, a small bank, a place for overrides. It builds as it is.

The files are those of starter/ as they lie there, and the schemas by which editors know them.
"""

import os
from pathlib import Path

from pharmdocs import __version__
from pharmdocs.build import write_whole
from pharmdocs.errors import OutputError, Problem
from pharmdocs.overrides import FORMAT, MADE_FOR, template_names
from pharmdocs.shipped import bundled
from pharmdocs.staging import together

_MADE_FOR = f"""\
# The release of pharmdocs that each of these files was copied from. When a build fails, those made
# for another release are named. Once you have brought one up to date, write the new release here;
# a file that you do not want to change is best deleted: then ours is used.
format = {FORMAT}

[files]
"""


def start(folder: Path, with_templates: bool = False) -> tuple[str, ...]:
    """Write a project into a folder, whole or not at all; the names of its files.

    Args:
        folder: need not exist; other files in it are never touched.
        with_templates: whether the templates are copied as well, to be changed.

    Raises:
        OutputError: files are there already, which are listed, or the folder cannot be written.
    """
    files = contents(with_templates)
    if folder.is_file():
        raise OutputError(
            Problem(None, f"{folder} is a file", "name a folder, which need not exist")
        )
    if taken := sorted({found for name in files if (found := _taken(folder, name))}):
        what = f"{folder} has files already that a new project would write: {', '.join(taken)}"
        fix = "move them away, or name another folder; nothing was written"
        raise OutputError(Problem(None, what, fix))
    with together(folder, "name another folder") as place:
        for name, data in files.items():
            write_whole(place / name, data, "name another folder")
    return tuple(files)


def contents(with_templates: bool) -> dict[str, bytes]:
    """What the files of a new project hold, by their names, in the order of their names."""
    found = {}
    if with_templates:
        ours, names = bundled() / "templates", template_names()
        found = {f"templates/{name}": (ours / name).read_bytes() for name in names}
        rows = "".join(f'"{name}" = "{__version__}"\n' for name in names)
        found[f"templates/{MADE_FOR}"] = (_MADE_FOR + rows).encode()
    for folder, place in ((bundled() / "starter", ""), (_schemas(), "schema/")):
        for path in folder.rglob("*"):
            if path.is_file():
                found[place + path.relative_to(folder).as_posix()] = path.read_bytes()
    return dict(sorted(found.items()))


def _schemas() -> Path:
    """What may stand in a project's files, for editors: in the wheel, or the checkout."""
    packed = bundled() / "schema"
    return packed if packed.is_dir() else bundled() / "docs/schema"


def _taken(folder: Path, name: str) -> str:
    """What stands in the way of a file: one of its name, or a file where its folder would be."""
    path = folder / name
    if os.path.lexists(path):
        return name
    above = [place for place in path.relative_to(folder).parents if os.path.lexists(folder / place)]
    return next((str(place) for place in above if not (folder / place).is_dir()), "")
