"""A finished file to the print service: a stand-in for `lp` on PATH notes what it is asked."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import plain_pdf
import pytest
from click.testing import CliRunner, Result

from pharmdocs.checklist import ChecklistResult
from pharmdocs.cli import main

A4 = (595.276, 841.89)
ALWAYS = ["-o print-scaling=none", "-o fit-to-page=false", "-o number-up=1"]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["print", *map(str, arguments)], catch_exceptions=False)


def asked(*arguments: str | Path) -> str:
    """The command that would be run."""
    result = run("--dry-run", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """`lp(code, says)` puts a stand-in on PATH, alone; the file in which it notes its arguments."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def install(code: int = 0, says: str = "request id is Office-7 (1 file(s))") -> Path:
        notes = tmp_path / "notes"
        script = f'#!/bin/sh\nfor word; do echo "$word"; done > {shlex.quote(str(notes))}\n'
        script += f"echo {shlex.quote(says)} >&{2 if code else 1}\nexit {code}\n"
        (folder / "lp").write_text(script)
        (folder / "lp").chmod(0o755)
        return notes

    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin")
    return install


def test_the_booklet_is_asked_for_as_it_says(booklet: Callable[..., Path]) -> None:
    command = asked(booklet())
    for option in ("-n 1", "-o media=Letter", "-o sides=two-sided-long-edge", *ALWAYS):
        assert option in command
    assert "-d" not in shlex.split(command)
    assert command.endswith(f"-- {booklet()}")


def test_the_checklist_is_asked_for_as_it_says(checklist: Callable[..., ChecklistResult]) -> None:
    command = asked(checklist("a4").path, "-d", "Big Office", "--copies", "3")
    for option in ("-d 'Big Office'", "-n 3", "-o collate=true", "-o media=A4", *ALWAYS):
        assert option in command
    assert "-o sides=one-sided" in command


@pytest.mark.parametrize(
    ("size", "media"),
    [
        ((612, 792), "Letter"),
        ((792, 612), "Letter"),
        (A4, "A4"),
        ((595, 842), "A4"),
        ((360, 216), "Custom.76.2x127.0mm"),
    ],
)
def test_the_paper_is_the_pages(size: tuple[float, float], media: str, tmp_path: Path) -> None:
    assert f"-o media={media} " in asked(plain_pdf.write(tmp_path / "x.pdf", "", size=size))


@pytest.mark.parametrize(
    ("duplex", "sides"),
    [
        ("DuplexFlipLongEdge", "-o sides=two-sided-long-edge"),
        ("DuplexFlipShortEdge", "-o sides=two-sided-short-edge"),
        ("Simplex", "-o sides=one-sided"),
    ],
)
def test_the_sides_are_the_files(duplex: str, sides: str, tmp_path: Path) -> None:
    assert sides in asked(plain_pdf.write(tmp_path / "x.pdf", "", "", duplex=duplex))


def test_what_a_file_leaves_open_is_said(tmp_path: Path) -> None:
    path = plain_pdf.write(tmp_path / "x.pdf", "")
    result = run(path, "--dry-run")
    assert "warning: x.pdf: it does not say whether it is printed on both sides" in result.stderr
    assert "sides=" not in result.stdout
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.add_blank_page(page_size=(360, 216))
        pdf.save(path)
    result = run(path, "--dry-run")
    assert "warning: x.pdf: its pages differ in size" in result.stderr
    assert "media=" not in result.stdout


def test_the_file_is_handed_over(lp: Callable[..., Path], tmp_path: Path) -> None:
    notes = lp()
    path = plain_pdf.write(tmp_path / "-n 5 $(x).pdf", "", duplex="Simplex")
    result = run("-d", "Office", "--", path)
    assert result.exit_code == 0, result.output
    assert "request id is Office-7" in result.stdout
    words = notes.read_text().splitlines()
    assert words[:2] == ["-d", "Office"]
    assert words[-2:] == ["--", str(path)]


def test_a_dry_run_prints_nothing(lp: Callable[..., Path], tmp_path: Path) -> None:
    notes = lp()
    asked(plain_pdf.write(tmp_path / "x.pdf", ""))
    assert not notes.exists()


def test_what_the_service_says_against_it_is_told(lp: Callable[..., Path], tmp_path: Path) -> None:
    lp(1, "lp: Error - no default destination available.")
    result = run(plain_pdf.write(tmp_path / "x.pdf", ""))
    assert result.exit_code == 4
    assert "refuses the file: Error - no default destination available." in result.stderr
    assert "-d NAME" in result.stderr


def test_where_there_is_no_print_service_the_settings_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = plain_pdf.write(tmp_path / "x.pdf", "", duplex="DuplexFlipLongEdge", size=A4)
    result = run(path)
    assert result.exit_code == 4
    assert "there is no `lp` here" in result.stderr
    assert "A4, 100 %, both sides, flip on the long edge" in result.stderr


def test_the_backs_of_a_pile_turned_by_hand_come_next(
    project: Path, lp: Callable[..., Path]
) -> None:
    built = CliRunner().invoke(main, ["build", "flashcards", "--duplex", "manual"])
    assert built.exit_code == 0, built.output
    lp()
    said = run("output/flashcards-fronts.pdf").stdout
    assert "Letter, 100 %, one side" in said
    assert "and: pharmdocs print output/flashcards-backs.pdf" in said
    assert "and: " not in run("output/flashcards-backs.pdf").stdout


@pytest.mark.parametrize(
    ("make", "code", "reason"),
    [
        (plain_pdf.garbage, 6, "is not a PDF with pages"),
        (plain_pdf.locked, 6, "is locked with a password"),
        (plain_pdf.empty, 6, "is not a PDF with pages"),
        (lambda path: plain_pdf.sized(path, 0, 0, 1e7, 1e7), 6, "page 1 has no size"),
        (lambda path: path, 2, "there is no file"),
        (lambda path: path.parent, 2, "is a folder"),
    ],
)
def test_a_file_that_cannot_be_printed_is_told_in_one_message(
    make: Callable[[Path], Path], code: int, reason: str, tmp_path: Path
) -> None:
    result = run(make(tmp_path / "x.pdf"))
    assert result.exit_code == code
    assert result.stderr.count("error: ") == 1
    assert reason in result.stderr
