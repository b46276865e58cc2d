"""`pharmdocs print` and a real print service: a private CUPS, whose queue writes to a file."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import plain_pdf
import pytest
from click.testing import CliRunner

from pharmdocs.cli import main

# Asks for a job until it is completed (9), five seconds at most.
JOB = """{ OPERATION Get-Job-Attributes
GROUP operation-attributes-tag
ATTR charset attributes-charset utf-8
ATTR language attributes-natural-language en
ATTR uri job-uri $uri
DELAY 0.1
STATUS successful-ok
EXPECT job-state OF-TYPE enum WITH-VALUE 9 REPEAT-NO-MATCH REPEAT-LIMIT 50
}"""


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a CUPS with the queue Office, which writes to `tmp_path`/printed."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    for name in ("root", "spool", "cache", "state"):
        (tmp_path / name).mkdir()
    # With cups-daemon alone (2.4.2) a raw queue to a file:// completes its jobs and writes
    # nothing, so the queue has a backend of ours. CUPS runs one of mode 0700 as root.
    (tmp_path / "bin" / "backend").mkdir(parents=True)
    (tmp_path / "bin" / "daemon").symlink_to("/usr/lib/cups/daemon")
    backend = tmp_path / "bin" / "backend" / "tofile"
    backend.write_text('#!/bin/sh\ncat "$6" > "${DEVICE_URI#tofile:}"\n')
    backend.chmod(0o700)
    (tmp_path / "cupsd.conf").write_text(
        f"Listen {address}\nBrowsing No\nDefaultAuthType None\nWebInterface No\n"
        "<Location />\nAllow all\n</Location>\n<Policy default>\nJobPrivateAccess all\n"
        "JobPrivateValues none\n<Limit All>\nAllow all\n</Limit>\n</Policy>\n"
    )
    (tmp_path / "files.conf").write_text(
        f"ServerBin {tmp_path}/bin\nServerRoot {tmp_path}/root\nRequestRoot {tmp_path}/spool\n"
        f"CacheDir {tmp_path}/cache\nStateDir {tmp_path}/state\nErrorLog {tmp_path}/log\n"
        f"AccessLog {tmp_path}/access\nPageLog {tmp_path}/pages\n"
    )
    monkeypatch.setenv("CUPS_SERVER", address)
    daemon = shutil.which("cupsd") or "/usr/sbin/cupsd"
    command = [daemon, "-f", "-c", str(tmp_path / "cupsd.conf"), "-s", str(tmp_path / "files.conf")]
    with subprocess.Popen(command) as running:
        try:
            _answers(address, running)
            queue = ["-p", "Office", "-E", "-v", f"tofile:{tmp_path}/printed"]
            subprocess.run([shutil.which("lpadmin") or "/usr/sbin/lpadmin", *queue], check=True)
            yield address
        finally:
            running.terminate()


def _answers(address: str, running: subprocess.Popen[bytes]) -> None:
    host, port = address.split(":")
    for _ in range(100):
        assert running.poll() is None, "cupsd ended at once"
        try:
            socket.create_connection((host, int(port)), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("cupsd does not answer")


@pytest.mark.system
@pytest.mark.parametrize(
    ("duplex", "sides"),
    [("DuplexFlipShortEdge", "two-sided-short-edge"), ("Simplex", "one-sided")],
)
def test_the_job_is_what_the_file_says(
    duplex: str, sides: str, service: str, tmp_path: Path
) -> None:
    path = plain_pdf.write(tmp_path / "x.pdf", "", "", size=(595.276, 841.89), duplex=duplex)
    result = CliRunner().invoke(main, ["print", str(path), "-d", "Office", "--copies", "2"])
    assert result.exit_code == 0, result.output
    assert "request id is Office-1" in result.stdout
    (tmp_path / "job").write_text(JOB)
    ask = ["ipptool", "-tv", f"ipp://{service}/jobs/1", str(tmp_path / "job")]
    said = subprocess.run(ask, capture_output=True, text=True, check=False).stdout
    for attribute in (
        f"sides (keyword) = {sides}",
        "copies (integer) = 2",
        "print-scaling (keyword) = none",
        "media (keyword) = A4",
        "job-name (nameWithoutLanguage) = x.pdf",
    ):
        assert attribute in said, said
    assert (tmp_path / "printed").read_bytes() == path.read_bytes()
