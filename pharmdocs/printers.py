"""The printers that were calibrated: read from the project and the user's folder, kept there.

`calibrate` writes printers.toml in the user's configuration folder; a project may carry the same
tables as [[printers]] in its pharmdocs.toml, and they win. A printer is asked for by its name and
tray, `home:rear`; of its entries the one for the stock wins over the one for any stock, and the
paper must be that on which it was calibrated.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pharmdocs.errors import Location, Problem, SelectionError, SetupError, closest
from pharmdocs.imposition.printer import Printer
from pharmdocs.printer_table import NONE, check_name, read, written
from pharmdocs.strict import SETTINGS, read_text, read_toml

FORMAT = 1
FILE = "printers.toml"
_HEAD = "# Written by pharmdocs calibrate; read by every build. Places as seen from the front.\n"


class UncalibratedError(SelectionError):
    """A printer is known, but not on this paper as it lies."""


@dataclass(frozen=True)
class Known:
    """Every printer with the name of the file that holds it, and the one to take unasked."""

    entries: tuple[tuple[Printer, str], ...] = ()
    default: str = ""

    def labels(self) -> list[str]:
        """The printers as one types them, each once."""
        return list(dict.fromkeys(printer.label for printer, _ in self.entries))

    def of(self, label: str) -> list[Printer]:
        """All entries of one printer and tray.

        Raises:
            SelectionError: there is none.
        """
        found = [printer for printer, _ in self.entries if printer.label == label]
        if not found:
            fix = "calibrate it first: pharmdocs calibrate --printer NAME"
            if labels := self.labels():
                fix = closest(label, labels)
            raise SelectionError(Problem(None, f"there is no printer `{label}`", fix))
        return found

    def find(self, label: str, paper: str, stock: str, landscape: bool = False) -> Printer:
        """The entry for this paper and stock, upright or on its side.

        Raises:
            UncalibratedError: it was not calibrated on this paper as it lies.
            SelectionError: there is no such printer.
        """
        found = self.of(label)
        for wanted in (stock, ""):
            for printer in found:
                lies = printer.paper, printer.stock, printer.landscape
                if lies == (paper, wanted, landscape):
                    return printer
        papers = " and ".join(sorted({_where(printer) for printer in found}))
        what = f"printer {label} was calibrated on {papers}, not on {paper or 'a sheet this size'}"
        fix = "build without a correction: --printer none"
        if landscape:
            what = f"sheets that lie on their side are not corrected for printer {label}"
        if paper:
            command = f"pharmdocs calibrate{' --landscape' if landscape else ''}"
            fix = f"{command} --printer {label} --paper {paper}, or --printer none"
        raise UncalibratedError(Problem(None, what, fix))


def parted(label: str) -> tuple[str, str]:
    """Name and tray of `home` or `home:rear`.

    Raises:
        SelectionError: one of them cannot be typed.
    """
    name, colon, tray = label.partition(":")
    return check_name(name, "printer"), check_name(tray, "tray") if colon else ""


def folder() -> Path:
    """The user's configuration folder; it need not exist."""
    from platformdirs import user_config_path

    return user_config_path("pharmdocs", appauthor=False)


def read_printers(root: Path | None, default: str = "") -> Known:
    """Every printer that is known.

    Args:
        root: a project, whose printers win over the user's own; None for the user's alone.
        default: the project's printer, which wins over the user's default.

    Raises:
        SetupError: a file that cannot be relied on; all its problems at once.
    """
    problems: list[Problem] = []
    entries: dict[tuple[str, ...], tuple[Printer, str]] = {}
    own = ""
    for path in (folder() / FILE, root / "pharmdocs.toml" if root else None):
        if path is None or not path.is_file():
            continue
        table = read_toml(read_text(path, path.name, problems), path.name, problems)
        table.of_format(FORMAT if path.name == FILE else SETTINGS)
        for item in table.tables("printers"):
            if printer := read(item):
                entries[key(printer)] = (printer, path.name)
        # The other keys of a project are its own to judge.
        if path.name == FILE:
            own = table.text("default", "")
            table.close()
    if problems:
        raise SetupError(*sorted(problems, key=lambda problem: problem.where or Location("")))
    return Known(tuple(entries.values()), default or own)


def chosen(
    root: Path, asked: str, default: str, paper: str, stock: str = "", landscape: bool = False
) -> Printer | None:
    """The printer of a build, None for any.

    Args:
        root: the project.
        asked: what `--printer` says; empty for the default, "none" for none.
        default: the project's default.
        paper: the paper of the sheets, empty for one that is no usual size.
        stock: the stock in the tray.
        landscape: whether the sheets lie on their side.

    Raises:
        UncalibratedError: the printer is not known for this paper as it lies.
        SelectionError: there is no such printer.
    """
    if asked == NONE:
        return None
    known = read_printers(root, default)
    label = asked or known.default
    return known.find(label, paper, stock, landscape) if label and label != NONE else None


def keep(printer: Printer) -> None:
    """Add a printer to the user's own, or put it in place of its last calibration."""
    known = read_printers(None)
    entries = {key(one): one for one, _ in known.entries}
    entries[key(printer)] = printer
    _write(list(entries.values()), known.default)


def remove(label: str) -> int:
    """Forget a printer with all its papers and stocks; how many entries that were.

    Raises:
        SelectionError: it is not among the user's own.
    """
    known = read_printers(None)
    gone = known.of(label)
    left = [printer for printer, _ in known.entries if printer.label != label]
    _write(left, "" if known.default == label else known.default)
    return len(gone)


def set_default(label: str) -> None:
    """Take this printer whenever none is named; "none" for no printer.

    Raises:
        SelectionError: there is no such printer.
    """
    known = read_printers(None)
    if label != NONE:
        known.of(label)
    _write([printer for printer, _ in known.entries], "" if label == NONE else label)


def facts(printer: Printer, file: str) -> dict[str, object]:
    """An entry for machines; lengths in points, places as seen from the front."""
    return {**asdict(printer), "file": file}


def _where(printer: Printer) -> str:
    return f"{printer.lies} with {printer.stock}" if printer.stock else printer.lies


def key(printer: Printer) -> tuple[str, ...]:
    """What tells one entry from another."""
    return printer.name, printer.tray, printer.stock, printer.lies


def _write(printers: Sequence[Printer], default: str) -> None:
    from pharmdocs.build import write_whole

    lines = [_HEAD, f"format = {FORMAT}\n"]
    lines += [f'default = "{default}"\n'] if default else []
    lines += [written(printer) for printer in printers]
    write_whole(folder() / FILE, "".join(lines).encode(), elsewhere="")
