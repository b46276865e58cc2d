"""What an author waits for: from the save of a card until its file, or its page, is there.

A process runs all the while, as `--watch` and `serve` do; its looking at files counts.
"""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from generated import Edits
from measure import Use

PHARMDOCS = (sys.executable, "-m", "pharmdocs")
# Between two looks at the file, in seconds.
_LOOK = 0.002
_PATIENCE = 600


def watched(folder: Path, bank: Path, cache: Path, edits: int) -> list[Use]:
    """From save to finished file with `build flashcards --watch`, so many times."""
    output = folder / "watched.pdf"
    options = ("--bank", bank.name, "--jobs", "2", "--watch", "-o", str(output))
    found = []
    with _running(("build", "flashcards", *options), folder, cache) as (process, used):
        _until(process, "watching")
        deck = Edits(bank)
        for _ in range(edits):
            before = output.stat().st_ino
            deck.one()
            start = time.perf_counter()
            while output.stat().st_ino == before:
                if time.perf_counter() - start > _PATIENCE:
                    raise SystemExit("--watch has not built what was edited")
                time.sleep(_LOOK)
            found.append(time.perf_counter() - start)
            _until(process, "watching")
    memory = used()
    return [Use(wall, 0.0, memory) for wall in found]


def served(folder: Path, bank: Path, cache: Path, edits: int) -> tuple[list[Use], list[Use]]:
    """From save until what has changed has come as a picture, and until the whole is there."""
    asked = f"printable=flashcards&bank={bank.name}"
    first, whole = [], []
    with _running(("serve",), folder, cache) as (process, used):
        address = _until(process, "http").strip()
        with _looking(address, asked) as shown:
            shown(lambda view: 'id="all"' in view)
            deck, seen = Edits(bank), ""

            def another(view: str) -> bool:
                return _key(view) not in ("", seen)

            for _ in range(edits):
                deck.one()
                start = time.perf_counter()
                view = shown(another)
                for picture in re.findall(r'src="(png/[^"]+)"', _changed(view)):
                    _get(address, picture)
                first.append(time.perf_counter() - start)
                if "Draft of" in view:
                    view = shown(lambda view: "Changed last:" in view)
                whole.append(time.perf_counter() - start)
                seen = _key(view)
    memory = used()
    told = [[Use(wall, 0.0, memory) for wall in walls] for walls in (first, whole)]
    return told[0], told[1]


@contextlib.contextmanager
def _running(
    words: tuple[str, ...], folder: Path, cache: Path
) -> Iterator[tuple["subprocess.Popen[str]", Callable[[], float]]]:
    """A command that stays, ended as Ctrl-C ends it; afterwards its memory can be asked, in MB."""
    process = subprocess.Popen(
        [*PHARMDOCS, *words], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        env={**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    most: list[float] = []
    try:
        yield process, lambda: most[0]
    finally:
        os.killpg(process.pid, signal.SIGINT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        most.append(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6)
        if process.stdout:
            process.stdout.close()


def _until(process: "subprocess.Popen[str]", word: str) -> str:
    """The line that begins with a word, as soon as it is said."""
    said = []
    for line in process.stdout or ():
        said.append(line)
        if line.startswith(word):
            return line
    raise SystemExit("".join(said))


_Shown = Callable[[Callable[[str], bool]], str]


@contextlib.contextmanager
def _looking(address: str, asked: str) -> Iterator[_Shown]:
    """A page that is open; what it gives waits until what is shown is as it is wanted."""
    parts = urlsplit(address)
    events = http.client.HTTPConnection(parts.netloc, timeout=_PATIENCE)
    events.request("GET", f"{parts.path.rstrip('/')}/events?{asked}")
    answer = events.getresponse()

    def shown(wanted: Callable[[str], bool]) -> str:
        while line := answer.readline():
            if line == b"event: view\n":
                view = _get(address, f"view?{asked}").decode()
                if "to mend</h2>" in view:
                    raise SystemExit(view)
                if wanted(view):
                    return view
        raise SystemExit("the desk has ended")

    try:
        yield shown
    finally:
        events.close()


def _get(address: str, path: str) -> bytes:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_PATIENCE)
    try:
        connection.request("GET", f"{parts.path.rstrip('/')}/{path}")
        answer = connection.getresponse()
        found = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {found.decode()}")
        return found
    finally:
        connection.close()


def _changed(view: str) -> str:
    """The part of what is shown that has changed last."""
    return view.partition('<section class="changed"')[2].partition("</section>")[0]


def _key(view: str) -> str:
    """What stands for the file of which that is; empty where nothing has changed."""
    found = re.search(r'src="png/([^/]+)/', _changed(view))
    return found[1] if found else ""
