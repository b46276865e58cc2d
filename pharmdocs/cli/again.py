"""A build at once, again after every save, or not at all when it would change nothing."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pharmdocs.cli.report import Steps
from pharmdocs.typesetting.keeping import usual
from pharmdocs.unchanged import Inputs, asked, remembering, repeated

if TYPE_CHECKING:
    from pharmdocs.project import Project


def unless_unchanged(context: click.Context, folder: Path, build: Callable[[], None]) -> None:
    """Build, unless the same command would read and write just what it did the last time.

    A roster is always built: its files may be many thousands, and a run has a memory of its own.
    """
    options = context.params
    printable = str(context.info_name)
    group = context.parent.info_name if context.parent else ""
    if group != "build" or options.get("roster"):
        with loading():
            build()
        return
    record = usual() / asked(printable, options, folder)
    before = repeated(record)
    if before is None:
        with loading(), remembering(record, partial(_inputs, folder, options)):
            build()
        return
    for text, err in before:
        click.echo(text, err=err)
    if Steps().shown:
        click.echo("nothing has changed since: no file was touched", err=True)


def loading() -> AbstractContextManager[None]:
    """A child loads the typesetter while the bank is read, unless it is loaded here."""
    from pharmdocs.children import ahead, collect_seldom

    collect_seldom()
    return nullcontext() if "weasyprint" in sys.modules else ahead({"typeset": _load})


def watched(folder: Path, run: Callable[[], None], printable: str = "") -> None:
    """Run now and after every change in a project; problems are said and end nothing.

    Of a `printable`, a child for the next build is at hand.
    """
    from pharmdocs.children import is_ready
    from pharmdocs.cli.report import complain
    from pharmdocs.desk.watching import folders, going_on, watch
    from pharmdocs.typesetting import store

    with ExitStack() as stack, store.at_hand():

        def again() -> None:
            going_on(run, complain)
            click.echo("watching; Ctrl-C ends it", err=True)
            if printable and not is_ready():
                stack.close()
                stack.enter_context(at_hand(printable))

        watch(folder, lambda: folders(folder), again)
    click.echo("\nno longer watching", err=True)


def at_hand(printable: str) -> AbstractContextManager[None]:
    """A child for the builds to come; loaded here, the typesetter is there for all others."""
    from pharmdocs.children import ahead, collect_seldom
    from pharmdocs.typesetting import loading

    collect_seldom()
    # What is missing is told by whoever needs it.
    with suppress(OSError):
        loading.load()
    if printable != "flashcards":
        return ahead({"typeset": _load})
    # They alone are pressed in children.
    from pharmdocs.pressing import get_ready

    return ahead({"typeset": _load, "press": get_ready})


def _load() -> Iterator[None]:
    from pharmdocs.typesetting.standing import set_faces
    from pharmdocs.typesetting.typeset import warm

    del set_faces
    warm()
    yield
    # What binds faces that stand with those that are new, and reads their metadata.
    for name in ("pharmdocs.typesetting.gathering", "lxml.etree"):
        import_module(name)
        yield


def _inputs(folder: Path, options: dict[str, Any]) -> Inputs:
    """All files that a build reads, and the places where it looks for others."""
    from pharmdocs import printers
    from pharmdocs.project import find_project
    from pharmdocs.shipped import bundled

    project = find_project(folder)
    # The project's own bank says by which language days are read, whichever is printed.
    banks = sorted({project.bank, options["bank"] or project.bank})
    own = {"folder", "output"}
    named = [value for key, value in options.items() if isinstance(value, Path) and key not in own]
    theirs = (
        folder / "pharmdocs.toml",
        folder / project.overrides,
        *(folder / "content" / bank for bank in banks),
        printers.folder() / printers.FILE,
        *named,
        *_named_in(project),
    )
    ours = [bundled() / "templates", *(bundled() / "content" / bank for bank in banks)]
    return Inputs(tuple(str(path.absolute()) for path in theirs), tuple(str(path) for path in ours))


def _named_in(project: "Project") -> list[Path]:
    """The files of a project that its settings name, such as a logo."""
    import tomllib

    settings = project.root / "pharmdocs.toml"
    if not settings.is_file():
        return []
    found = []
    for text in _texts(tomllib.loads(settings.read_text(encoding="utf-8-sig"))):
        # What is no name of a file, a long text say, is none to read.
        with suppress(OSError, ValueError):
            if (project.root / text).is_file():
                found.append(project.root / text)
    return found


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
