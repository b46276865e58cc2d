"""dist/: wheel, source archive and SHA256SUMS of the last commit; the same bytes for everybody.

What is built is what was committed: files that git does not know and changes that were not
committed are left out. The day in the archives is that of the commit.

    python scripts/release.py [FOLDER]
"""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUMS = "SHA256SUMS"


def release(folder: Path) -> list[Path]:
    """Build into a folder; the files, the sums last. Files of other releases stay."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        clean, made = Path(scratch, "pharmdocs"), Path(scratch, "dist")
        with tarfile.open(fileobj=io.BytesIO(_git("archive", "HEAD"))) as archive:
            archive.extractall(clean, filter="data")
        command = [
            sys.executable,
            "-m",
            "build",
            "--no-isolation",
            "--outdir",
            str(made),
            str(clean),
        ]
        epoch = _git("log", "-1", "--format=%ct").decode().strip()
        # By way of the source archive, so that the wheel cannot hold what that one lacks.
        subprocess.run(
            command, check=True, stdout=sys.stderr, env=os.environ | {"SOURCE_DATE_EPOCH": epoch}
        )
        files = []
        for path in sorted(made.iterdir()):
            files.append(folder / path.name)
            files[-1].write_bytes(path.read_bytes())
    sums = folder / SUMS
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    sums.write_text("".join(lines), encoding="utf-8")
    return [*files, sums]


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout


if __name__ == "__main__":
    for file in release(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "dist"):
        print(file)
