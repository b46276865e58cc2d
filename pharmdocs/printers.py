"""The printers that were calibrated: read from the project and the user's folder, kept there.

`calibrate` writes printers.toml in the user's configuration folder; a project may carry the same
tables as [[printers]] in its pharmdocs.toml, and they win. A printer is asked for by its name and
tray, `home:rear`; of its entries the one for the stock wins over the one for any stock, and the
paper must be that on which it was calibrated.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from math import isfinite
from pathlib import Path

from pharmdocs.errors import Location, Problem, SelectionError, SetupError, closest
from pharmdocs.geometry import PAPERS, parse_length, to_mm
from pharmdocs.imposition.printer import WAYS, Correction, Printer
from pharmdocs.strict import Table, read_text, read_toml

FORMAT = 1
FILE = "printers.toml"
# What switches a default off.
NONE = "none"
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"
_HEAD = "# Written by pharmdocs calibrate; read by every build. Places as seen from the front.\n"


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

    def find(self, label: str, paper: str, stock: str) -> Printer:
        """The entry for this paper and stock.

        Raises:
            SelectionError: there is no such printer, or it was not calibrated on this paper.
        """
        found = self.of(label)
        for wanted in (stock, ""):
            for printer in found:
                if (printer.paper, printer.stock) == (paper, wanted):
                    return printer
        papers = " and ".join(sorted({_where(printer) for printer in found}))
        what = f"printer {label} was calibrated on {papers}, not on {paper or 'a sheet this size'}"
        fix = "build without a correction: --printer none"
        if paper:
            fix = f"pharmdocs calibrate --printer {label} --paper {paper}, or --printer none"
        raise SelectionError(Problem(None, what, fix))


def check_name(text: str, what: str) -> str:
    """A name that can be typed and kept.

    Raises:
        SelectionError: it cannot be.
    """
    if not re.fullmatch(_NAME, text) or text == NONE:
        fix = "letters, figures, dots and hyphens, at most 40, such as canon-ts5350"
        raise SelectionError(Problem(None, f"`{text}` cannot be the name of a {what}", fix))
    return text


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
        for item in table.tables("printers"):
            if printer := _read(item):
                entries[key(printer)] = (printer, path.name)
        # The other keys of a project are its own to judge.
        if path.name == FILE:
            own = _head(table)
            table.close()
    if problems:
        raise SetupError(*sorted(problems, key=lambda problem: problem.where or Location("")))
    return Known(tuple(entries.values()), default or own)


def chosen(root: Path, asked: str, default: str, paper: str, stock: str = "") -> Printer | None:
    """The printer of a build, None for any.

    Args:
        root: the project.
        asked: what `--printer` says; empty for the default, "none" for none.
        default: the project's default.
        paper: the paper of the sheets, empty for one that is no usual size.
        stock: the stock in the tray.

    Raises:
        SelectionError: there is no such printer, or not for this paper.
    """
    if asked == NONE:
        return None
    known = read_printers(root, default)
    label = asked or known.default
    return known.find(label, paper, stock) if label and label != NONE else None


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
    return f"{printer.paper} with {printer.stock}" if printer.stock else printer.paper


def key(printer: Printer) -> tuple[str, ...]:
    """What tells one entry from another."""
    return printer.name, printer.tray, printer.stock, printer.paper


def _head(table: Table) -> str:
    """The default, once the format is one that we know."""
    found = table.number("format", 1, 9999)
    if found > FORMAT:
        fix = f"this pharmdocs reads format = {FORMAT}; upgrade it"
        table.complain(table.line_of("format"), f"has format {found}, a newer one", fix)
    return table.text("default", "")


def _write(printers: Sequence[Printer], default: str) -> None:
    from pharmdocs.build import write_whole

    lines = [_HEAD, f"format = {FORMAT}\n"]
    lines += [f'default = "{default}"\n'] if default else []
    lines += [_written(printer) for printer in printers]
    write_whole(folder() / FILE, "".join(lines).encode())


def _written(printer: Printer) -> str:
    rows = [f'name = "{printer.name}"', f'paper = "{printer.paper}"']
    rows += [f'{key} = "{text}"' for key in ("tray", "stock") if (text := getattr(printer, key))]
    rows += [f'told = "{printer.told}"', f'turns = "{printer.turns}"']
    if printer.told == "manual":
        rows += [f'feed = "{printer.feed}"', f"reverse = {str(printer.reverse).lower()}"]
    rows.append(f"fronts = {str(printer.fronts).lower()}")
    for name in ("behind", "both"):
        it: Correction = getattr(printer, name)
        shift = ", ".join(f'"{round(to_mm(way), 3):g}mm"' for way in (it.across, it.down))
        values = f"rotation = {it.rotation:g}, scale = [{it.scale_across!r}, {it.scale_down!r}]"
        rows.append(f"{name} = {{ shift = [{shift}], {values}, skew = {it.skew:g} }}")
    return "\n[[printers]]\n" + "\n".join(rows) + "\n"


def _read(table: Table) -> Printer | None:
    """A printer as somebody wrote it; None when it has a problem."""
    before = len(table.problems)
    names = {key: table.text(key, None if key == "name" else "") for key in _NAMES}
    for key, text in names.items():
        if text and not re.fullmatch(_NAME, text):
            fix = "letters, figures, dots and hyphens, at most 40"
            table.complain(table.line_of(key), f"`{key}` cannot be `{text}`", fix)
    paper = table.choice("paper", PAPERS)
    told = table.choice("told", WAYS, "long-edge")
    turns = table.choice("turns", WAYS[:2], "short-edge" if told == "short-edge" else "long-edge")
    feed = table.text("feed", "")
    reverse, fronts = _yes(table, "reverse"), _yes(table, "fronts")
    behind, both = (_correction(table.table(key)) for key in ("behind", "both"))
    table.close()
    if len(table.problems) > before:
        return None
    printer = Printer(names["name"], paper, names["tray"], names["stock"], told, turns)
    return replace(printer, reverse=reverse, feed=feed, fronts=fronts, behind=behind, both=both)


_NAMES = ("name", "tray", "stock")


def _correction(table: Table) -> Correction:
    if table.spoilt:
        return Correction()
    across, down = _values(table, "shift", _length, '["0.3mm", "-1.2mm"]', (0.0, 0.0))
    scales = _values(table, "scale", _number, "[0.998, 1.001]", (1.0, 1.0))
    (rotation,) = _values(table, "rotation", _number, "0.25", (0.0,))
    (skew,) = _values(table, "skew", _number, "0.25", (0.0,))
    found = Correction(across, down, rotation, scales[0], scales[1], skew)
    if excess := found.excess():
        fix = "no printer misses by so much: calibrate it again"
        table.complain(table.line, f"{table.name} has {excess}", fix)
    table.close()
    return found


def _yes(table: Table, key: str) -> bool:
    found = table.found(key)
    if found is None or isinstance(found.content, bool):
        return bool(found and found.content)
    table.complain(found.line, f"`{key}` must be true or false", f"write {key} = true")
    return False


def _values(
    table: Table, key: str, read: Callable[[object], float], form: str, usual: tuple[float, ...]
) -> tuple[float, ...]:
    """As many values as are usual, in brackets when they are two."""
    found = table.found(key)
    if found is None:
        return usual
    content = found.content if len(usual) > 1 else [found.content]
    with suppress(ValueError, TypeError):
        values = tuple(map(read, content))
        if len(values) == len(usual):
            return values
    table.complain(found.line, f"`{key}` cannot be read", f"write {key} = {form}")
    return usual


def _length(value: object) -> float:
    return parse_length(str(value))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"`{value}` is not a number")
    return float(value)
