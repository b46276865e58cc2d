"""The surroundings of a build, looked at one by one, and what to do about what is missing."""

import platform
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pharmdocs.errors import PharmdocsError
from pharmdocs.overrides import described
from pharmdocs.project import find_project
from pharmdocs.shipped import bundled
from pharmdocs.typesetting import fonts

WEASYPRINT = "70.0"
# The oldest release that our pages were typeset and looked at with (Debian 12).
PANGO = (1, 50)

INSTALL_PANGO = (
    "Debian, Ubuntu: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
    "Fedora: sudo dnf install pango; macOS: brew install pango"
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, its state, and how to mend it."""

    name: str
    ok: bool
    state: str
    fix: str = ""


def checkup(folder: Path) -> list[Finding]:
    """Look at everything; the list is complete even when the first finding is bad."""
    return [
        _python(),
        _weasyprint(),
        *_pango(),
        _fonts(),
        _bundled(),
        *_project(folder),
        _output(folder / "output"),
    ]


def _python() -> Finding:
    ok = sys.version_info >= (3, 11)
    return Finding("Python", ok, platform.python_version(), "install Python 3.11 or newer")


def _weasyprint() -> Finding:
    try:
        found = version("weasyprint")
    except PackageNotFoundError:
        found = "not installed"
    fix = f"pip install weasyprint=={WEASYPRINT}"
    return Finding("WeasyPrint", found == WEASYPRINT, found, fix)


def _pango() -> list[Finding]:
    try:
        from weasyprint.text.ffi import harfbuzz, harfbuzz_subset, pango
    except (ImportError, OSError) as error:
        state = f"not found ({str(error).splitlines()[0][:80]})"
        return [Finding("Pango", False, state, INSTALL_PANGO)]
    number = pango.pango_version()
    found = (number // 10000, number // 100 % 100, number % 100)
    state = ".".join(str(part) for part in found)
    subset = "here" if harfbuzz_subset else "not found"
    major = max(n for n in range(100) if harfbuzz.hb_version_atleast(n, 0, 0))
    minor = max(n for n in range(100) if harfbuzz.hb_version_atleast(major, n, 0))
    return [
        Finding("Pango", found >= PANGO, state, INSTALL_PANGO),
        Finding(
            "HarfBuzz", bool(harfbuzz_subset), f"{major}.{minor}, subset {subset}", INSTALL_PANGO
        ),
    ]


def _fonts() -> Finding:
    bad = fonts.damaged()
    state = f"{len(fonts.faces())} faces as vendored"
    if bad:
        state = ", ".join(f"{problem.where} {problem.what}" for problem in bad)
    return Finding("fonts", not bad, state, bad[0].fix if bad else "")


def _bundled() -> Finding:
    missing = [
        name for name in ("templates", "content", "starter") if not (bundled() / name).is_dir()
    ]
    state = f"{' and '.join(missing)} missing" if missing else "all here"
    return Finding("own files", not missing, state, "install pharmdocs again")


def _project(folder: Path) -> list[Finding]:
    try:
        project = find_project(folder)
    except PharmdocsError as error:
        state = "; ".join(f"{problem.where}: {problem.what}" for problem in error.problems)
        return [Finding("project", False, state, error.problems[0].fix)]
    own = "pharmdocs.toml" if (folder / "pharmdocs.toml").is_file() else "defaults"
    state = f"{own}: bank {project.bank}, paper {project.paper}, ink {project.ink}"
    return [Finding("project", True, state), Finding("overrides", *described(project))]


def _output(folder: Path) -> Finding:
    at = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=at):
            state = "can be written"
    except OSError as error:
        state = f"cannot be written ({error.strerror})"
    fix = "mend its rights, or use --output FOLDER"
    return Finding("output", state == "can be written", state, fix)
