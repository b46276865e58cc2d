"""Same content, same bytes: wherever, whenever and by whomever it is built."""

import io
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pytest
import small_bank

ROOT = Path(__file__).parent.parent
BANK = tomllib.loads(small_bank.BANK)


class Machine(NamedTuple):
    """What differs between two machines that a build must not show."""

    zone: str
    language: str
    seed: str
    umask: int
    user: str


HERE = Machine("America/Los_Angeles", "C", "1", 0o077, "wilhelmina")
THERE = Machine("Pacific/Kiritimati", "tr_TR.UTF-8", "4294967295", 0o000, "bartholomew")


def start(
    folder: Path, machine: Machine, *options: str, epoch: str = "", what: str = "booklet"
) -> "subprocess.Popen[str]":
    """A build in a process of its own, at home in a folder of its own."""
    home = folder / machine.user
    scratch = folder / "scratch"
    for place in (home, scratch):
        place.mkdir(parents=True, exist_ok=True)
    # Without the tests' own cache: there the pages are found that somebody else has typeset.
    kept = {key: value for key, value in os.environ.items() if key[:4] not in ("XDG_", "PYTH")}
    environment = {key: value for key, value in kept.items() if key[:3] != "LC_"}
    environment |= {
        "HOME": str(home),
        "USER": machine.user,
        "LOGNAME": machine.user,
        "TMPDIR": str(scratch),
        "TZ": machine.zone,
        "LANG": machine.language,
        "PYTHONHASHSEED": machine.seed,
    }
    environment.pop("SOURCE_DATE_EPOCH", None)
    if epoch:
        environment["SOURCE_DATE_EPOCH"] = epoch
    command = [sys.executable, "-m", "pharmdocs", "build", what, *options]
    return subprocess.Popen(
        command,
        cwd=home,
        env=environment,
        umask=machine.umask,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(process: "subprocess.Popen[str]", folder: Path, machine: Machine) -> bytes:
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return (folder / machine.user / "output/booklet.pdf").read_bytes()


@pytest.mark.system
def test_two_machines_build_the_same_bytes(tmp_path: Path) -> None:
    """The whole booklet."""
    here, there = tmp_path / "here", tmp_path / "a longer name, with spaces & signs" / "there"
    processes = (start(here, HERE), start(there, THERE))
    made = (finished(processes[0], here, HERE), finished(processes[1], there, THERE))
    assert len(made[0]) > 100_000
    assert made[0] == made[1]


@pytest.mark.system
def test_two_machines_build_the_same_checklist(tmp_path: Path) -> None:
    """The page, filled in, the email and the manifest."""
    who = ("--name", "Łukasz Ağaoğlu", "--date", "12/3/2026", "--setting", "hospital")
    places = [(tmp_path / "here", HERE), (tmp_path / "there", THERE)]
    builds = [start(folder, machine, *who, what="checklist") for folder, machine in places]
    made = []
    for build, (folder, machine) in zip(builds, places, strict=True):
        said, _ = build.communicate()
        assert build.returncode == 0, said
        files = sorted((folder / machine.user / "output").iterdir())
        made.append({file.name: file.read_bytes() for file in files})
    assert len(made[0]) == 4
    assert made[0] == made[1]
    texts = everything(made[0]["checklist.pdf"])
    assert not any(str(tmp_path).encode() in text for text in texts)


class One(NamedTuple):
    """The booklet of the small bank, and the folder that holds the place where it was built."""

    pdf: bytes
    folder: Path


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> One:
    folder = tmp_path_factory.mktemp("machine")
    small_bank.lay(folder / HERE.user)
    return One(finished(start(folder, HERE), folder, HERE), folder)


def test_the_date_is_the_content_s(one: One) -> None:
    compact = BANK["date"].replace("-", "")
    with pikepdf.open(io.BytesIO(one.pdf)) as pdf:
        assert str(pdf.docinfo.CreationDate).startswith(f"D:{compact}")
        assert str(pdf.docinfo.ModDate).startswith(f"D:{compact}")


def test_the_file_knows_nothing_of_the_machine(one: One) -> None:
    """No folder, no user: not in the raw bytes, not inside a stream, not in a string."""
    texts = list(everything(one.pdf))
    secrets = [str(one.folder), one.folder.name, HERE.user, str(ROOT), sys.prefix, str(Path.home())]
    found = [
        secret
        for secret in secrets
        for form in (secret.encode(), secret.encode("utf-16-be"))
        if len(secret) > 2 and any(form in text for text in texts)
    ]
    assert found == []


def test_what_lies_inside_the_streams_is_searched(one: One) -> None:
    """The negative control: words of a content stream, a font and the metadata are all found."""
    texts = list(everything(one.pdf))
    for known in (b"BDC", b"glyf", b"pdfuaid", BANK["title"].encode(), b"category-safety"):
        assert any(known in text for text in texts), known


def everything(pdf: bytes) -> Iterator[bytes]:
    """The file as it is, every stream without its compression, every string and name."""
    yield pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Stream):
                yield item.read_bytes()
            yield from words(item)
        yield from words(document.trailer)


def words(item: Any) -> Iterator[bytes]:
    """The strings and names of one object; those that it only refers to are met on their own."""
    if isinstance(item, (pikepdf.String, pikepdf.Name)):
        yield str(item).encode()
    elif isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        for key, value in item.items():
            yield key.encode()
            yield from words(value) if not refers(value) else ()
    elif isinstance(item, pikepdf.Array):
        for value in item:
            yield from words(value) if not refers(value) else ()


def refers(value: Any) -> bool:
    return isinstance(value, pikepdf.Object) and value.is_indirect


def test_source_date_epoch_dates_imprint_and_metadata(tmp_path: Path) -> None:
    """In UTC: at 1,000,000,000 seconds it is still the eighth in Los Angeles."""
    small_bank.lay(tmp_path / HERE.user)
    process = start(tmp_path, HERE, epoch="1000000000")
    pdf = finished(process, tmp_path, HERE)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.docinfo.CreationDate).startswith("D:20010909")
        assert str(document.docinfo.ModDate).startswith("D:20010909")
        metadata = document.Root.Metadata.read_bytes().decode()
    assert "2001-09-09" in metadata
    assert BANK["date"] not in metadata
    text = pypdfium2.PdfDocument(pdf)[1].get_textpage().get_text_bounded()
    assert f"Edition {BANK['version']}, September 9, 2001" in " ".join(text.split())
