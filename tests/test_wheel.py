"""The wheel alone, in a fresh environment and an empty folder, prints the booklet.

The fresh environment gets the wheel's dependencies as links to those that run this test: nothing
is downloaded, and a package that nobody asked for is not there. Ours is not among them, so every
file of ours comes out of the wheel.
"""

import os
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pikepdf
import pytest
from licences import needed

from pharmdocs.starter import contents

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by way of the source archive: what that one forgets is missing here too."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the wheel and what the wheel asks for."""
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home, symlinks=True)
    (site_packages,) = home.glob("lib/python*/site-packages")
    (metadata,) = (p for p in zipfile.Path(wheel).iterdir() if p.name.endswith(".dist-info"))
    for found in needed(PathDistribution(metadata)).values():
        link(found, site_packages)
    # With no index to fetch from, pip refuses when anything that it needs is not there.
    pip = (sys.executable, "-m", "pip", "--python", home / "bin/python")
    run(*pip, "install", "--no-index", wheel)
    return home / "bin"


def run(*command: str | Path, folder: Path | None = None) -> str:
    """What a program says that must succeed, without our own place among Python's paths."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def link(found: Distribution, site_packages: Path) -> None:
    for top in {file.parts[0] for file in found.files or []} - {"..", "__pycache__"}:
        link_ = site_packages / top
        if not link_.exists():
            link_.symlink_to(Path(str(found.locate_file(top))))


def test_the_wheel_holds_every_template_font_and_question(wheel: Path) -> None:
    ours = {
        f"pharmdocs/bundled/{path.relative_to(ROOT).as_posix()}"
        for folder in ("templates", "content", "starter")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    schemas = (ROOT / "docs/schema").iterdir()
    ours |= {f"pharmdocs/bundled/schema/{path.name}" for path in schemas}
    packed = set(zipfile.ZipFile(wheel).namelist())
    assert ours - packed == set()
    assert {Path(name).name for name in packed} >= {
        "page.html.j2",
        "base.css",
        "en.toml",
        "q03-accuracy.md",
        "PharmSerif-Regular.ttf",
        "OFL-IBM-Plex.txt",
        "OFL-Inter.txt",
    }


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    """A stray top-level folder would be installed among everybody's modules."""
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    name, version = wheel.name.split("-")[:2]
    assert tops == {"pharmdocs", f"{name}-{version}.dist-info"}


@pytest.mark.system
def test_the_wheel_prints_the_booklet_in_an_empty_folder(programs: Path, tmp_path: Path) -> None:
    ask = "import pharmdocs; print(*pharmdocs.__path__)"
    where = run(programs / "python", "-c", ask, folder=tmp_path)
    assert Path(where.strip()).is_relative_to(programs.parent)
    run(programs / "pharmdocs", "build", "booklet", folder=tmp_path)
    with pikepdf.open(tmp_path / "output/booklet.pdf") as pdf:
        assert len(pdf.pages) > 50
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


@pytest.mark.system
def test_the_wheel_begins_a_project_as_the_checkout_does(programs: Path, tmp_path: Path) -> None:
    run(programs / "pharmdocs", "init", "fair", "--with-templates", folder=tmp_path)
    begun = {
        path.relative_to(tmp_path / "fair").as_posix(): path.read_bytes()
        for path in (tmp_path / "fair").rglob("*")
        if path.is_file()
    }
    assert begun == contents(with_templates=True)
    run(programs / "pharmdocs", "bank", "check", folder=tmp_path / "fair")
