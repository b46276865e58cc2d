"""pdf.js in a headless Chromium: somebody else's viewer types into a form and saves it."""

import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
PACKAGE = HERE.parent / ".venv" / "pdfjs" / "package"
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
KINDS = {".mjs": "text/javascript", ".css": "text/css", ".html": "text/html"}


class Saved(NamedTuple):
    """The file as it was saved, and what the viewer showed of each field that was typed into."""

    pdf: bytes
    shown: dict[str, list[Any]]


def type_into(pdf: bytes, values: Mapping[str, str]) -> Saved:
    """Open a form, type values into the first field of each name, save; a box is clicked."""
    told: queue.Queue[dict[str, Any]] = queue.Queue()
    saved: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing on the terminal."""

        def do_GET(self) -> None:
            data, kind = self.found(self.path.partition("?")[0])
            self.send_response(200 if data else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def found(self, path: str) -> tuple[bytes, str]:
            if path == "/form.pdf":
                return pdf, "application/pdf"
            if path == "/values":
                return json.dumps(values).encode(), "application/json"
            file = HERE / "pdfjs/form.html" if path == "/" else PACKAGE / path.lstrip("/")
            data = file.read_bytes() if file.is_file() else b""
            return data, KINDS.get(file.suffix, "application/octet-stream")

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            if self.path == "/saved":
                saved.append(data)
            else:
                told.put(json.loads(data))

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            answer = browse(f"http://127.0.0.1:{server.server_port}/", told)
        finally:
            server.shutdown()
    assert "error" not in answer, answer["error"]
    return Saved(saved[0], answer["shown"])


def browse(address: str, told: "queue.Queue[dict[str, Any]]") -> dict[str, Any]:
    """What a page tells, opened in a browser that is ended afterwards."""
    program = next(found for name in NAMES if (found := shutil.which(name)))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        process = subprocess.Popen(
            [program, *options, address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return told.get(timeout=90)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
