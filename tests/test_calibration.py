"""A printer that misses is calibrated by what somebody reads, and misses no more."""

from dataclasses import replace
from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from simulated_printer import (
    ON_SIDE,
    QUARTERS,
    SIZES,
    Matrix,
    Simulated,
    apart,
    at,
    dot,
    over,
    pass_,
    read,
    size,
)

from pharmdocs.calibration import Numbers, entered
from pharmdocs.geometry import Size, mm, to_mm
from pharmdocs.imposition.printer import Affine, Printer
from pharmdocs.imposition.verniers import Reading

ALLOWED = 0.15  # mm, anywhere on the sheet


def in_mm(affine: Affine) -> Matrix:
    return (
        (affine.xx, affine.xy, to_mm(affine.dx)),
        (affine.yx, affine.yy, to_mm(affine.dy)),
    )


def on_paper(printer: Printer) -> tuple[Matrix, Matrix]:
    """The corrections of a printer's fronts and backs, as one looks at each."""
    width, height = size(printer.lies)
    return in_mm(printer.on_front()), in_mm(printer.on_back(Size(mm(width), mm(height))))


def readings(found: dict[str, tuple[int, int]]) -> dict[str, Reading]:
    return {name: Reading(*pair) for name, pair in found.items()}


def worst(machine: Simulated, printer: Printer) -> float:
    """How far a back is from its front anywhere on the sheet: the map is straight, so a corner."""
    width, height = size(printer.lies)
    fronts, backs = on_paper(printer)
    found = []
    for x, y in product((-width / 2, 0, width / 2), (-height / 2, 0, height / 2)):
        back = machine.seen(at(over(printer.turns, printer.lies), (x, y)), backs)
        found.append(apart(machine.printed((x, y), fronts), back))
    return max(found)


def machines(front: tuple[float, ...], back: tuple[float, ...], edge: str) -> Simulated:
    """A printer whose backs come out a little larger or smaller than its fronts."""
    x, y, turn, across, down = front
    first = pass_((x, y), turn, (across, down))
    x, y, turn, wider, longer = back
    return Simulated(first, pass_((x, y), turn, (across * wider, down * longer)), edge)


shift, turn = st.floats(-1.5, 1.5), st.floats(-0.3, 0.3)
# Rulers catch more than 2 %. Toner dries paper, which shrinks by some tenths of a percent.
scale, growth = st.floats(0.982, 1.018), st.floats(0.992, 1.008)
simulated = st.builds(
    machines,
    st.tuples(shift, shift, turn, scale, scale),
    st.tuples(shift, shift, turn, growth, growth),
    st.sampled_from(["long-edge", "short-edge"]),
)


@settings(max_examples=200, deadline=None)
@given(
    machine=simulated,
    told=st.sampled_from(["long-edge", "short-edge", "manual"]),
    paper=st.sampled_from(list(SIZES)),
)
def test_after_one_calibration_backs_lie_behind_fronts(
    machine: Simulated, told: str, paper: str
) -> None:
    drawn = "short-edge" if told == "short-edge" else "long-edge"
    found = read(machine, paper, drawn)
    assume(all(0 <= value <= 109 for pair in found.values() for value in pair))
    numbers = Numbers(
        "B" if machine.edge == drawn else "C", readings(found), face="up", first="top"
    )
    printer = entered(Printer("home", paper, told=told, turns=drawn), numbers)
    assert printer.turns == machine.edge
    assert worst(machine, printer) <= ALLOWED


@settings(max_examples=100, deadline=None)
@given(
    machine=simulated,
    front=st.sampled_from(QUARTERS),
    back=st.sampled_from(QUARTERS),
    paper=st.sampled_from(list(SIZES)),
)
def test_so_they_do_on_sheets_on_their_side_whichever_way_a_driver_turns_them(
    machine: Simulated, front: Matrix, back: Matrix, paper: str
) -> None:
    machine = replace(machine, quarters=(front, back))
    found = read(machine, paper + ON_SIDE, "short-edge")
    assume(all(0 <= value <= 109 for pair in found.values() for value in pair))
    corner = dot(machine, paper + ON_SIDE, "short-edge")
    asked = Printer("home", paper, told="short-edge", turns="short-edge", landscape=True)
    printer = entered(asked, Numbers(corner, readings(found)))
    assert worst(machine, printer) <= ALLOWED
