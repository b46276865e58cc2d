"""A desk that is served, and what is asked of it; shared by the tests of the desk."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit


class Served:
    """A desk at work on a project: its process, its port, its token."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stdout
        self.address = process.stdout.readline().strip()
        parts = urlsplit(self.address)
        self.port = parts.port or 0
        self.token = parts.path.strip("/")

    def ask(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """The answer to a path: status, headers, body. A path below the token has no slash first.

        Headers are written with _ for -.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            told = {name.replace("_", "-"): value for name, value in headers.items()}
            whole = path if path.startswith("/") else f"/{self.token}/{path}"
            connection.request("GET", whole, headers=told)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()
        finally:
            connection.close()

    def view(self, asked: str) -> str:
        """What is shown of an order."""
        status, _, body = self.ask(f"view?{asked}")
        assert status == 200, body
        return body.decode()

    @contextlib.contextmanager
    def looking(self, asked: str) -> Iterator["Events"]:
        """Somebody's page is open for as long as the block lasts."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", f"/{self.token}/events?{asked}")
        try:
            yield Events(self, asked, connection.getresponse())
        finally:
            connection.close()


class Events:
    """What an open page is told."""

    def __init__(self, served: Served, asked: str, answer: http.client.HTTPResponse) -> None:
        self.served = served
        self.asked = asked
        self.answer = answer

    def until(self, *words: str, without: str = "\0") -> str:
        """What is shown as soon as it shows these words, and not that one."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            line = self.answer.readline()
            assert line, "the desk has ended"
            if line == b"event: view\n":
                shown = self.served.view(self.asked)
                if all(word in shown for word in words) and without not in shown:
                    return shown
        raise AssertionError(f"{words} were never shown")


@contextlib.contextmanager
def served(root: Path, scratch: Path, *options: str) -> Iterator[Served]:
    """A desk for a project; it is ended as Ctrl-C ends it unless it has ended before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pharmdocs", "serve", "--project", str(root), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch)},
        start_new_session=True,
    )
    try:
        yield Served(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for end in (process.stdout, process.stderr):
            if end:
                end.close()
