"""A headless Chromium that is told what to do, through a pipe: clicks, keys, what a page shows."""

import base64
import contextlib
import itertools
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from browser import NAMES


class Tab:
    """One page; what it runs is JavaScript, what it returns is plain data."""

    def __init__(self, write: int, read: int) -> None:
        self.write = write
        self.read = read
        self.numbers = itertools.count(1)
        self.rest = b""
        self.session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        found = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = found["sessionId"]
        self.call("Page.enable")
        self.call("Accessibility.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        number = next(self.numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + 30
        while True:
            answer = self._next(until)
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                return dict(answer["result"])

    def _next(self, until: float) -> dict[str, Any]:
        while b"\0" not in self.rest:
            assert select.select([self.read], [], [], max(until - time.monotonic(), 0))[0], "silent"
            self.rest += os.read(self.read, 1 << 20)
        line, _, self.rest = self.rest.partition(b"\0")
        return dict(json.loads(line))

    def go(self, address: str) -> None:
        """Open an address and wait until it is there."""
        self.call("Page.navigate", url=address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:
        """What an expression is worth."""
        found = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, script: str, seconds: float = 30) -> None:
        """Wait until the expression is true."""
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({script})"):
            assert time.monotonic() < end, f"not within {seconds} s: {script}"
            time.sleep(0.02)

    def press(self, key: str, code: int, text: str = "") -> None:
        """A key, down and up."""
        told = {"key": key, "windowsVirtualKeyCode": code, "code": key}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **told)
        self.call("Input.dispatchKeyEvent", type="keyUp", **told)

    def click(self, selector: str) -> None:
        """The mouse, in the middle of an element."""
        box = self.run(
            f"(() => {{ const it = document.querySelector({json.dumps(selector)});"
            " it.scrollIntoView({block: 'center'}); const b = it.getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2] })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call(
                "Input.dispatchMouseEvent",
                type=kind,
                x=box[0],
                y=box[1],
                button="left",
                clickCount=1,
            )

    def named(self, role: str) -> list[str]:
        """What a screen reader is told of everything with a role."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            node.get("name", {}).get("value", "")
            for node in nodes
            if not node.get("ignored") and node.get("role", {}).get("value") == role
        ]

    def picture(self, path: Path, width: int = 1280, height: int = 900) -> None:
        """What is seen, as a PNG."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        time.sleep(0.5)
        found = self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(found["data"]))


@contextlib.contextmanager
def tab() -> Iterator[Tab]:
    """A browser with one tab, ended afterwards."""
    program = next(found for name in NAMES if (found := shutil.which(name)))
    from_us, to_us = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:

        def into_place() -> None:
            # Where it looks for its pipe: 3 to read from, 4 to write to.
            read, write = os.dup(from_us[0]), os.dup(to_us[1])
            os.dup2(read, 3)
            os.dup2(write, 4)

        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
        process = subprocess.Popen(
            [program, *options, f"--user-data-dir={profile}", "--remote-debugging-pipe"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            close_fds=False,
            preexec_fn=into_place,  # noqa: PLW1509  # one thread starts it
        )
        try:
            yield Tab(from_us[1], to_us[0])
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for end in (*from_us, *to_us):
                os.close(end)
