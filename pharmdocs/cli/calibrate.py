"""`pharmdocs calibrate`: a sheet to print, numbers to read, a printer to keep."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pharmdocs.cli.options import PAPERS, with_project
from pharmdocs.cli.report import Steps, report_calibration, report_printer

if TYPE_CHECKING:
    from pharmdocs.calibration import Numbers
    from pharmdocs.imposition.printer import Printer

TOLD = ("long-edge", "short-edge", "manual")
_CORNERS = ("A", "B", "C", "D")


class _Tenths(click.ParamType[int]):
    """A number read from a scale, in tenths."""

    name = "number"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """Tenths, or a usage error that says what a scale can read."""
        if isinstance(value, int):
            return value
        text = str(value).strip().replace(",", ".")
        if not re.fullmatch(r"-?\d+(\.\d)?", text):
            self.fail(f"`{value}` is not a number with one decimal, such as 5.3", param, ctx)
        tenths = round(float(text) * 10)
        if not 0 <= tenths <= 109:
            off = abs(tenths / 10 - 5)
            what = f"`{value}`: the scales go from 0 to 10, and 5.0 is right"
            cause = "set the printer to 100 % and the right paper, and print the sheet again"
            self.fail(f"{what}. A shift of {off:.0f} mm is no printer's: {cause}", param, ctx)
        return tenths


class _Measured(click.ParamType[str]):
    """A length measured with a ruler, with its unit; millimeters without one."""

    name = "length"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The length as `geometry` reads it, or a usage error."""
        from pharmdocs.geometry import parse_length

        text = str(value).strip().replace(",", ".")
        text = text if re.search(r"[a-z]", text) else f"{text}mm"
        try:
            points = parse_length(text)
        except ValueError:
            self.fail(f"`{value}` is not a length, such as 179.5, 179.5mm or 7in", param, ctx)
        if points <= 0:
            self.fail(f"`{value}` is nothing that can be measured", param, ctx)
        return text


TENTHS, MEASURED = _Tenths(), _Measured()


@click.command()
@with_project
@click.option(
    "--printer", "label", default="", metavar="NAME", help="A name of your own, or NAME:TRAY."
)
@click.option("--stock", default="", metavar="NAME", help="Keep it for this card stock alone.")
@click.option("--paper", type=click.Choice(PAPERS), help="The paper in the tray.")
@click.option(
    "--duplex",
    "told",
    type=click.Choice(TOLD),
    help="How both sides are printed.  [default: as kept, else long-edge]",
)
@click.option(
    "--landscape", is_flag=True, help="For sheets on their side: folded booklet and zine."
)
@click.option("--fresh", is_flag=True, help="A sheet without correction: begin anew.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A PDF file, or the folder to put it into.  [default: output]",
)
@click.option("--enter", is_flag=True, help="Enter what was read; what is not given is asked.")
@click.option("--code", metavar="CODE", help="The code at the foot of the sheet.")
@click.option(
    "--dot", type=click.Choice((*_CORNERS, "none"), case_sensitive=False), help="Which ring."
)
@click.option("--a", nargs=2, type=TENTHS, metavar="ACROSS DOWN", help="What corner A reads.")
@click.option("--b", nargs=2, type=TENTHS, metavar="ACROSS DOWN", help="What corner B reads.")
@click.option("--c", nargs=2, type=TENTHS, metavar="ACROSS DOWN", help="What corner C reads.")
@click.option("--d", nargs=2, type=TENTHS, metavar="ACROSS DOWN", help="What corner D reads.")
@click.option("--dots", type=click.IntRange(1, 2), help="By hand: dots on sheet 1.")
@click.option("--face", type=click.Choice(("up", "down")), help="By hand: the printed side lay…")
@click.option("--first", type=click.Choice(("top", "bottom")), help="By hand: this edge went in.")
@click.option("--ruler-across", type=MEASURED, metavar="LENGTH", help="The ruler across.")
@click.option("--ruler-down", type=MEASURED, metavar="LENGTH", help="The ruler down.")
@click.option("--left", type=MEASURED, metavar="LENGTH", help="From the left edge to its line.")
@click.option("--top", type=MEASURED, metavar="LENGTH", help="From the top edge to its line.")
@click.option("--fronts/--no-fronts", default=None, help="Correct size and place of fronts, too.")
@click.option("--confirm/--no-confirm", default=None, help="Write the sheet that must read 5.0.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def calibrate(
    folder: Path,
    label: str,
    stock: str,
    paper: str | None,
    told: str | None,
    landscape: bool,
    fresh: bool,
    output: Path | None,
    enter: bool,
    as_json: bool,
    confirm: bool | None,
    **read: Any,
) -> None:
    """Measure what a printer misses, so that every back lies behind its front.

    Print the sheet, read it as it says, enter the numbers. Builds then correct for it:
    --printer NAME, or always after pharmdocs printers default NAME.

    \b
    Examples:
      pharmdocs calibrate --printer home
      pharmdocs calibrate --enter --printer home
      pharmdocs calibrate --landscape --printer home
      pharmdocs calibrate --printer office:rear --duplex manual --paper a4
      pharmdocs calibrate --enter --code D8EE --dot B --a 5.3 4.8 --b 5.3 4.9
                --c 5.1 4.8 --d 5.1 4.9
    """
    from dataclasses import replace

    from pharmdocs.build import Request
    from pharmdocs.calibration import (
        build_calibration,
        entered,
        printed_with,
        reads_right,
        settings_of,
    )
    from pharmdocs.printers import keep
    from pharmdocs.project import find_project

    request = Request(find_project(folder), paper=paper or "", output=output)
    if not enter:
        if given := [key for key, value in read.items() if value is not None]:
            raise click.UsageError(f"--{given[0].replace('_', '-')} is a number read: add --enter")
        with Steps() as steps:
            asked = settings_of(request, label, stock, told or "", fresh, landscape)
            result = build_calibration(request, asked, steps)
        report_calibration(result, as_json)
        return
    _require(read, ("code",))
    code = read.pop("code") or click.prompt("Code at the foot of the sheet")
    printed = printed_with(request, label, stock, told or "", code)
    numbers = _asked(printed, read)
    printer = entered(printed, numbers)
    right = reads_right(numbers) and printer.turns == printed.turns
    if right:
        # What is left is the reading's own tenth.
        printer = replace(printer, behind=printed.behind)
    keep(printer)
    report_printer(printer, right, as_json)
    if confirm is None and _terminal() and not right and not as_json:
        confirm = click.confirm("Write the sheet that confirms it?", default=True)
    if confirm:
        with Steps() as steps:
            report_calibration(build_calibration(request, printer, steps), as_json)


def _terminal() -> bool:
    return bool(sys.stdin) and sys.stdin.isatty()


def _require(read: dict[str, Any], needed: tuple[str, ...]) -> None:
    """Where nobody can be asked, everything must have been given."""
    missing = [f"--{key}" for key in needed if read[key] is None]
    if missing and not _terminal():
        raise click.UsageError(f"give {', '.join(missing)}, or run it in a terminal to be asked")


def _asked(printer: "Printer", read: dict[str, Any]) -> "Numbers":
    """The numbers, asked for one by one where they were not given."""
    from pharmdocs.calibration import Numbers
    from pharmdocs.imposition.calibrate import rulers_of
    from pharmdocs.imposition.verniers import Reading

    by_hand = printer.told == "manual"
    hand = ("dots", "face", "first")
    if not by_hand and (given := [key for key in hand if read[key] is not None]):
        raise click.UsageError(f"--{given[0]} is for paper fed by hand")
    needed = ("dot", *(hand if by_hand else ()), "a", "b", "c", "d")
    _require(read, needed)
    asking = any(read[key] is None for key in needed)
    questions = {
        "face": ("The printed side lay in the tray", click.Choice(("up", "down"))),
        "first": ("The edge that went in first", click.Choice(("top", "bottom"))),
        "dot": ("Which ring holds a dot", click.Choice((*_CORNERS, "none"), False)),
        "dots": ("How many dots on sheet 1", click.IntRange(1, 2)),
    }
    for key, (text, kind) in questions.items():
        if key in needed and read[key] is None:
            read[key] = click.prompt(text, type=kind)
    scales = {}
    for corner in _CORNERS:
        pair = read[corner.lower()] or [
            click.prompt(f"Corner {corner}, {way}", type=TENTHS)
            for way in ("level scale", "upright scale")
        ]
        scales[corner] = Reading(*pair)
    rulers = {}
    for way, drawn in zip(("across", "down"), rulers_of(printer.sheet), strict=True):
        found = read[f"ruler_{way}"]
        if found is None and asking:
            size = f"{drawn[0] / 72 * 25.4:.0f} mm"
            text = f"How long are the {size} of the ruler {way} (Enter: not measured)"
            found = click.prompt(text, default="", show_default=False, value_proc=_or_nothing)
        # Who has a ruler of inches measures the inches.
        rulers[way] = (_points(found), drawn[1 if "in" in (found or "") else 0])
    return Numbers(
        "" if read["dot"] == "none" else read["dot"],
        scales,
        **rulers,
        left=_points(read["left"]),
        top=_points(read["top"]),
        dots=read["dots"] or 1,
        face=read["face"] or "",
        first=read["first"] or "",
        fronts=read["fronts"],
    )


def _or_nothing(value: str) -> str | None:
    return MEASURED.convert(value, None, None) if value else None


def _points(length: str | None) -> float:
    from pharmdocs.geometry import parse_length

    return parse_length(length) if length else 0.0
