"""All printables of a bank at once, each as its own command builds it without options.

None takes its place before all of them have proved themselves.
"""

from dataclasses import replace
from typing import Any

from pharmdocs.build import Progress, Request, read_bank, silent
from pharmdocs.printables import PRINTABLES
from pharmdocs.staging import folder_of, moved, part_of, together


def build_all(request: Request, progress: Progress = silent) -> dict[str, Any]:
    """Build every printable into one folder; what each road tells, by the printable's name.

    Raises:
        PharmdocsError: with every problem of the printable that failed; no file has been replaced.
    """
    folder = folder_of(request)
    progress("reading the bank")
    request = replace(request, ready=read_bank(replace(request, only=None)))
    made = {}
    with together(folder) as place:
        for name, printable in PRINTABLES.items():
            only = request.only if printable.selects else None
            into = replace(request, output=place, only=only)
            made[name] = printable.build(into, part_of(progress, name))
    return {name: moved(result, folder) for name, result in made.items()}
