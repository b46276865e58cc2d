"""The packet for a fair: everything to hand out in one folder, and the sheet to print it by.

Every part is built by its own road, into a folder aside. Only when all of them have proved
themselves do the files take their places.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pharmdocs.bank.model import Bank
from pharmdocs.build import Progress, Request, look_of, read_bank, silent, write_whole
from pharmdocs.errors import Fault, Problem, SelectionError
from pharmdocs.manifest import manifest
from pharmdocs.packet_parts import PARTS, Part, Plan
from pharmdocs.people.fields import cleaned, fault_of
from pharmdocs.plan import Run
from pharmdocs.preflight import Promise
from pharmdocs.print_run import files_of, leftover
from pharmdocs.printjob import SPEEDS, PrintJob, Supply, in_order, minutes, supplies
from pharmdocs.runsheet import RunSheet, set_run_sheet
from pharmdocs.staging import folder_of, part_of, together
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.strings import read_strings

RUN_SHEET, MANIFEST = "run-sheet.pdf", "packet.manifest.json"
# A longer one takes more than two lines of a heading.
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Packet:
    """What is asked of the packet beyond what every build is asked.

    `event` is its name, None for that of the project. 0 `copies` are as many as a roster has
    people, or one. With a `roster` the checklists are personal.
    """

    event: str | None = None
    copies: int = 0
    roster: Run | None = None


@dataclass(frozen=True)
class PacketResult:
    """What came out: the files in the order of printing, and what is printed of them.

    `people` have a page of their own. `minutes` has the printer's time by its speed, in sides a
    minute; `concerns` what looks like a slip.
    """

    folder: Path
    files: tuple[Path, ...]
    run_sheet: Path
    event: str
    copies: int
    people: int
    jobs: tuple[PrintJob, ...]
    sheets: int
    supplies: tuple[Supply, ...]
    minutes: dict[int, int]
    size: int
    concerns: tuple[str, ...]


def build_packet(
    request: Request, packet: Packet = Packet(), progress: Progress = silent
) -> PacketResult:
    """Build everything to hand out at an event, and its run sheet.

    Raises:
        PharmdocsError: with every problem of the part that failed; no file has been replaced.
    """
    folder = folder_of(request, "packet")
    request = _named(request, packet.event)
    progress("reading the bank")
    request = replace(request, ready=read_bank(replace(request, only=None)))
    bank = read_bank(request)
    before = files_of(folder / MANIFEST)
    with together(folder) as place:
        parts, copies = _built(replace(request, output=place), bank, packet, progress)
        jobs = in_order([part.job for part in parts])
        progress("run sheet")
        pdf, promise = _run_sheet(request, bank, copies, jobs)
        write_whole(place / RUN_SHEET, pdf)
        files = {file.name: file.read_bytes() for file in sorted(place.iterdir())}
        told = {"copies": copies, "paper": jobs[0].paper, "only": request.only or ""}
        rows = [asdict(job) for job in jobs]
        listed = manifest("packet", bank, told, rows, files, {RUN_SHEET: promise})
        write_whole(place / MANIFEST, listed)
    people = sum(part.people for part in parts)
    concerns = [concern for part in parts for concern in part.concerns]
    old = [folder / name for name in before if name not in files]
    concerns += [str(leftover(file)) for file in old if file.exists()]
    if people > copies:
        concerns.append(f"{people:,} people, but --copies {copies} of what is the same for all")
    return PacketResult(
        folder,
        tuple(folder / name for job in jobs for name in job.files),
        folder / RUN_SHEET,
        request.project.event.name,
        copies,
        people,
        jobs,
        sum(job.total for job in jobs),
        supplies(jobs),
        {speed: sum(minutes(job, speed) for job in jobs) for speed in SPEEDS},
        sum(map(len, files.values())),
        tuple(concerns),
    )


def _named(request: Request, event: str | None) -> Request:
    """The request with the event that the command line names.

    Raises:
        SelectionError: that cannot be printed as one line.
    """
    if event is None:
        return request
    name = cleaned(event)
    fault = fault_of(name)
    if not name:
        fault = Fault("is empty", "name it, or leave the option out")
    elif len(name) > _LONGEST_NAME:
        what = f"has {len(name)} characters, at most {_LONGEST_NAME} fit"
        fault = Fault(what, f"shorten it by {len(name) - _LONGEST_NAME}")
    elif missing := "".join(sorted(set(name) - fonts.coverage())):
        fault = Fault(f"holds {missing}, which the fonts do not have", "write it in other letters")
    if fault:
        raise SelectionError(Problem(None, f"--event {fault.what}", fault.fix))
    project = request.project
    return replace(request, project=replace(project, event=replace(project.event, name=name)))


def _built(
    request: Request, bank: Bank, packet: Packet, progress: Progress
) -> tuple[list[Part], int]:
    """Every part, and how many copies there are of what is the same for everybody."""
    plan = Plan(request, bank, packet.copies or 1, packet.roster)
    parts = []
    for name, build in PARTS.items():
        part = build(plan, part_of(progress, name))
        parts.append(part)
        if part.people and not packet.copies:
            plan = replace(plan, copies=part.people)
    return parts, plan.copies


def _run_sheet(
    request: Request, bank: Bank, copies: int, jobs: Sequence[PrintJob]
) -> tuple[bytes, Promise]:
    look = look_of(request, bank)
    strings = read_strings(request.project, look.language)
    sheet = RunSheet(request.project.event, copies, tuple(jobs))
    return set_run_sheet(request, bank, look, strings, sheet)
