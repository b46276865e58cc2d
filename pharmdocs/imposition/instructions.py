"""What the calibration sheet says: short, plain, and enough for somebody who has nothing else."""

from dataclasses import dataclass

from pharmdocs.imposition.printer import Printer

PAPER = {"letter": "Letter", "a4": "A4"}
# What a printer is told, in the words of its dialog.
TOLD = {
    "long-edge": "both sides, flip on the long edge",
    "short-edge": "both sides, flip on the short edge",
    "manual": "one side at a time, by hand",
}
# How long the rulers are, on an upright sheet and on one that lies on its side.
RULERS = {False: "180 and 200", True: "170 and 140"}


@dataclass(frozen=True)
class Step:
    """One thing to do; `example` asks for the picture of a scale below it."""

    head: str
    text: str
    example: bool = False


def steps(printer: Printer) -> tuple[Step, ...]:
    """What to do, in order."""
    by_hand = printer.told == "manual"
    if by_hand:
        first = Step(
            "Print both files",
            "Fronts first, at 100 %, one-sided. Put the two sheets back into the tray, unprinted "
            "side to the printing side, and remember how: printed side up or down, top or bottom "
            "edge first. Then print the backs.",
        )
    else:
        first = Step(
            "Print",
            f"On one sheet, at 100 % (“Actual size”), {TOLD[printer.told]}. Plain paper lets the "
            "light through; do it again on your card stock.",
        )
    lines = " How many dots does it hold on sheet 1?" if by_hand else ""
    command = f"pharmdocs calibrate --enter --printer {printer.label}"
    return (
        first,
        Step(
            "Rulers",
            f"Lay a ruler of your own along the two long ones. {RULERS[printer.landscape]} mm must "
            "be true to 2\N{NO-BREAK SPACE}mm. "
            "If not, set the printer to 100 % and print again.",
        ),
        Step(
            "The ring",
            "Hold the sheet against a window, this side toward you. Which ring holds a dot, "
            f"A, B, C or D?{lines}",
        ),
        Step(
            "The scales, two in each corner",
            "Still against the window: a comb lies behind each scale, with a triangle at its first "
            "line. Read the number that this line has reached or just passed, coming from 0: 6. "
            "Then count the lines of the comb, the first is 0, up to the one that runs straight on "
            "into a line of the scale: 3. That is 6.3. With nothing shifted it is 5.0.",
            example=True,
        ),
        Step(
            "Type the numbers",
            f"{command} asks for them, keeps them, and offers another sheet that must read 5.0 "
            "everywhere.",
        ),
        Step(
            "Paper too thick for the window?",
            "Cut along the square. Turn the piece over like a page and put it back: read "
            "the upright scale at its other side. Turn it over top to bottom: the same for the "
            "level one.",
        ),
    )


def settings(printer: Printer) -> tuple[str, ...]:
    """What the sheet was printed with, its code last."""
    lies = " on its side" if printer.landscape else ""
    lines = [f"{printer.label} · {PAPER[printer.paper]}{lies} · {TOLD[printer.told]}"]
    if printer.stock:
        lines[0] += f" · {printer.stock}"
    lines.append(f"backs {printer.behind}" if printer.corrects else "printed without correction")
    if printer.fronts and printer.both.moves:
        lines.append(f"all {printer.both}")
    return (*lines, f"code {printer.code()}")
