"""Run as a script: `audited.py LOG ARGUMENTS…` is pharmdocs, and every file it opens is in LOG.

Its children are heard, too: a hook outlives a fork.
"""

import os
import sys

LOG = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def hear(event: str, arguments: tuple[object, ...]) -> None:
    """Note what is opened, as an absolute path."""
    if event == "open" and isinstance(arguments[0], str | bytes):
        path = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100
        os.write(LOG, os.fsencode(path) + b"\n")


if __name__ == "__main__":
    sys.addaudithook(hear)
    from pharmdocs.cli import main

    main(sys.argv[2:])
