"""Options that several commands share, each declared once."""

from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from pharmdocs.geometry import parse_length

_Command = TypeVar("_Command", bound=Callable[..., Any])

# Spelled out here and not imported, so that --help need not load what knows them; a test
# compares them.
PAPERS = ("letter", "a4")
INKS = ("full", "low", "black")
CARD_EDITIONS = ("sheet", "press")
EDITIONS = ("screen", "fold", "press")
COVERS = ("included", "separate")
BINDINGS = ("left", "right")
DUPLEX = ("long-edge", "short-edge", "manual", "fold", "none")
ORDERS = ("sheet", "stack")
SETTINGS = ("retail", "hospital", "mail-order", "long-term-care")


class _Length(click.ParamType[float]):
    """A number with its unit, as points; not below zero."""

    name = "length"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """Points, or a usage error that shows how a length is written."""
        if isinstance(value, float):
            return value
        try:
            points = parse_length(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if points < 0:
            self.fail(f"`{value}` is less than nothing", param, ctx)
        return points


LENGTH = _Length()

_project = click.option(
    "--project",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    metavar="DIR",
    help="Folder with pharmdocs.toml.  [default: this folder]",
)
_bank = click.option("--bank", default="", metavar="NAME", help="The bank to print.")
_only = click.option(
    "--only",
    default=None,
    metavar="EXPR",
    help="Ids, ranges and key:value, such as q03,q07-q12 or category:safety.",
)


def with_bank(command: _Command, selects: bool = True) -> _Command:
    """Options that say what is meant: project, bank, and a selection where there is one."""
    return _project(_bank(_only(command) if selects else command))


def with_project(command: _Command) -> _Command:
    """The option that says where the project lies."""
    return _project(command)


_paper = click.option("--paper", type=click.Choice(PAPERS), help="The paper in the tray.")
_printer = click.option(
    "--printer",
    default="",
    metavar="NAME",
    help="Correct for this printer (pharmdocs printers); none for no printer.",
)
_ink = click.option(
    "--ink", type=click.Choice(INKS), help="low saves ink, black uses no color at all."
)


_large = click.option(
    "--large-print", "large", is_flag=True, help="For low vision: 18 pt, and nothing below 14 pt."
)


def with_request(
    output: str, selects: bool = True, large: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Everything that a build can be asked; the command gets it as one Request.

    Args:
        output: the help text of --output.
        selects: whether the command prints a selection of the bank.
        large: whether it can be had in large print.
    """

    def declare(command: Callable[..., None]) -> Callable[..., None]:
        @partial(with_bank, selects=selects)
        @_paper
        @_ink
        @_printer
        @click.option("--no-cache", is_flag=True, help="Build anew, whatever is kept.")
        @click.option("--watch", is_flag=True, help="Build again after every save, until Ctrl-C.")
        @click.option(
            "-o", "--output", type=click.Path(path_type=Path), metavar="PATH", help=output
        )
        @wraps(command)
        def read(
            *, folder: Path, output: Path | None, no_cache: bool, watch: bool, **options: Any
        ) -> None:
            named = (options.pop(key) or "" for key in ("bank", "paper", "ink", "printer"))
            bank, paper, ink, printer = named
            only, big = options.pop("only", None), options.pop("large", False)

            def build() -> None:
                from pharmdocs.build import Request
                from pharmdocs.errors import PharmdocsError
                from pharmdocs.overrides import explained
                from pharmdocs.project import find_project
                from pharmdocs.typesetting.keeping import usual
                from pharmdocs.typesetting.store import caching

                project = find_project(folder)
                asked = (project, bank, only, paper, ink, printer, output)
                request = Request(*asked, large=big)
                try:
                    with caching(None if no_cache else usual()):
                        command(request, **options)
                except PharmdocsError as error:
                    raise explained(project, error) from None

            from pharmdocs.cli.again import loading, unless_unchanged, watched

            context = click.get_current_context()
            printable = str(context.info_name)
            if watch:
                watched(folder, build, printable)
            elif no_cache:
                with loading():
                    build()
            else:
                unless_unchanged(context, folder, build)

        return _large(read) if large else read

    return declare


# What the person's options are called, and what they say; a test compares the names.
_PERSON = {
    "name": ("NAME", "Who goes to the interview."),
    "employer": ("NAME", "Where."),
    "role": ("TEXT", "For which position."),
    "date": ("DATE", "When, such as 2026-12-03 or Dec 3 2026."),
    "time": ("TEXT", "At what time."),
    "place": ("TEXT", "The address, as it helps to find it."),
    "interviewer": ("NAME", "Whom to ask for."),
    "interviewer_email": ("ADDRESS", "Where the follow-up email goes."),
}


def with_person(command: Callable[..., None]) -> Callable[..., None]:
    """Options about a person; the command gets them as one mapping, None for what is not given."""

    @wraps(command)
    def read(*args: Any, **options: Any) -> None:
        command(*args, person={field: options.pop(field) for field in _PERSON}, **options)

    for field, (kind, text) in reversed(_PERSON.items()):
        option = click.option(f"--{field.replace('_', '-')}", field, metavar=kind, help=text)
        read = option(read)
    return read


with_jobs = click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Processes.  [default: cores]"
)


def with_scheduler(command: Callable[..., None]) -> Callable[..., None]:
    """Who typesets: while the command runs, the workers of a cluster, if one is named."""

    @click.option(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="Let a Dask cluster typeset, such as tcp://10.0.0.5:8786.",
    )
    @wraps(command)
    def read(*args: Any, scheduler: str, **options: Any) -> None:
        from pharmdocs.typesetting.cluster import clustered

        with clustered(scheduler):
            command(*args, **options)

    return read


def with_roster(command: Callable[..., None]) -> Callable[..., None]:
    """Options about many people; the command gets them as one Run, None without a roster."""

    @click.option(
        "--roster",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="People, one a row: a .csv or .xlsx whose headings are named as the options above.",
    )
    @click.option("--separate", is_flag=True, help="A form and an email for each, not one file.")
    @click.option("--skip-bad", is_flag=True, help="Leave bad rows out, and write them to a file.")
    @click.option("--continue", "resume", is_flag=True, help="Go on where a run stopped.")
    @click.option(
        "--volume",
        type=click.IntRange(1),
        metavar="N",
        help="People a file.  [default: 5000]",
    )
    @with_jobs
    @wraps(command)
    def read(*args: Any, roster: Path | None, **options: Any) -> None:
        given = {key: options.pop(key) for key in _RUN}
        given = {key: value for key, value in given.items() if value}
        if roster is None:
            for key in given:
                raise click.UsageError(f"--{_RUN[key]} needs a roster: --roster FILE")
            command(*args, run=None, **options)
            return
        source = click.get_current_context().get_parameter_source("fillable")
        if (
            options["fillable"]
            and source is ParameterSource.COMMANDLINE
            and "separate" not in given
        ):
            raise click.UsageError("a print run is flat: for forms, add --separate")
        from pharmdocs.plan import Run

        command(*args, run=Run(roster, **given), **options)

    return read


# What a run is asked, and what the option is called.
_RUN = {
    "separate": "separate",
    "skip_bad": "skip-bad",
    "resume": "continue",
    "volume": "volume",
    "jobs": "jobs",
}


def with_shop(command: Callable[..., None]) -> Callable[..., None]:
    """What a print shop says; the command gets it as one mapping."""

    @click.option(
        "--bleed",
        type=LENGTH,
        metavar="LENGTH",
        help="How far color runs over the trim.  [default for press: 3mm]",
    )
    @click.option(
        "--profile",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="For press: the shop's ICC profile of its CMYK inks; or say --ink black.",
    )
    @click.option(
        "--copies",
        type=click.IntRange(1, 1_000_000),
        metavar="N",
        help="For press: how many, for the job ticket.",
    )
    @wraps(command)
    def read(
        *args: Any, bleed: float | None, profile: Path | None, copies: int | None, **options: Any
    ) -> None:
        shop = {"bleed": bleed, "profile": profile, "copies": copies or 0}
        command(*args, shop=shop, **options)

    return read
