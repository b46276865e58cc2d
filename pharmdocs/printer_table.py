"""A printer as a table of TOML: how it is written, and read again as strictly as anything."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from math import isfinite

from pharmdocs.errors import Problem, SelectionError
from pharmdocs.geometry import PAPERS, parse_length, to_mm
from pharmdocs.imposition.printer import WAYS, Correction, Printer
from pharmdocs.strict import Table

# What switches a default off, and is therefore no name.
NONE = "none"
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"


def check_name(text: str, what: str) -> str:
    """A name that can be typed and kept.

    Raises:
        SelectionError: it cannot be.
    """
    if not re.fullmatch(NAME, text) or text == NONE:
        fix = "letters, figures, dots and hyphens, at most 40, such as canon-ts5350"
        raise SelectionError(Problem(None, f"`{text}` cannot be the name of a {what}", fix))
    return text


def written(printer: Printer) -> str:
    """The table that `read` reads."""
    rows = [f'name = "{printer.name}"', f'paper = "{printer.paper}"']
    rows += [f'{key} = "{text}"' for key in ("tray", "stock") if (text := getattr(printer, key))]
    rows += [f'told = "{printer.told}"', f'turns = "{printer.turns}"']
    if printer.told == "manual":
        rows += [f'feed = "{printer.feed}"', f"reverse = {str(printer.reverse).lower()}"]
    rows += ["landscape = true"] if printer.landscape else []
    rows.append(f"fronts = {str(printer.fronts).lower()}")
    for name in ("behind", "both"):
        it: Correction = getattr(printer, name)
        shift = ", ".join(f'"{round(to_mm(way), 3):g}mm"' for way in (it.across, it.down))
        values = f"rotation = {it.rotation:g}, scale = [{it.scale_across!r}, {it.scale_down!r}]"
        rows.append(f"{name} = {{ shift = [{shift}], {values}, skew = {it.skew:g} }}")
    return "\n[[printers]]\n" + "\n".join(rows) + "\n"


def read(table: Table) -> Printer | None:
    """A printer as somebody wrote it; None when it has a problem."""
    before = len(table.problems)
    fix = "letters, figures, dots and hyphens, at most 40"
    names = {
        key: table.shaped(key, NAME, f"`{key}` cannot be `{{}}`", fix, default)
        for key, default in (("name", None), ("tray", ""), ("stock", ""))
    }
    paper = table.choice("paper", PAPERS)
    told = table.choice("told", WAYS, "long-edge")
    turns = table.choice("turns", WAYS[:2], "short-edge" if told == "short-edge" else "long-edge")
    if (landscape := table.flag("landscape")) and told != "short-edge":
        fix = 'write told = "short-edge"'
        table.complain(table.line, "pages on their side are flipped on the short edge", fix)
    feed = table.text("feed", "")
    reverse, fronts = table.flag("reverse"), table.flag("fronts")
    behind, both = (_correction(table.table(key)) for key in ("behind", "both"))
    table.close()
    if len(table.problems) > before:
        return None
    printer = Printer(names["name"], paper, names["tray"], names["stock"], told, turns)
    printer = replace(printer, reverse=reverse, feed=feed, landscape=landscape)
    return replace(printer, fronts=fronts, behind=behind, both=both)


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
