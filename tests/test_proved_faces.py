"""A font that is not the one that was proved is never printed with, whatever the command."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_bank import lay

from pharmdocs.cli import main
from pharmdocs.errors import SetupError
from pharmdocs.shipped import bundled
from pharmdocs.typesetting import fonts

BOLD = "PharmSans-Bold.ttf"
MEND = "fix: install pharmdocs again; in a checkout: git checkout templates/fonts"


@pytest.fixture
def vendored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the faces that a test may spoil, in force as if nobody had looked at it yet."""
    place = tmp_path / "fonts"
    shutil.copytree(Path(__file__).parent.parent / "templates/fonts", place)
    monkeypatch.setattr(fonts, "_vendored", lambda: place)
    looked = (fonts.folder, fonts.coverage)
    for function in looked:
        function.cache_clear()
    yield place
    for function in looked:
        function.cache_clear()


def swap(place: Path) -> None:
    """A sound font, and another one than it says."""
    shutil.copy(place / "PharmSerif-Bold.ttf", place / BOLD)


def damage(place: Path) -> None:
    data = bytearray((place / BOLD).read_bytes())
    data[len(data) // 2] ^= 1
    (place / BOLD).write_bytes(data)


def lose(place: Path) -> None:
    (place / BOLD).unlink()


def slip_in(place: Path) -> None:
    """Under another name, which does not matter to whoever looks for fonts in a folder."""
    shutil.copy(place / "PharmSerif-Bold.ttf", place / "notes.md")


NOT_PROVED = f"templates/fonts/{BOLD}: is not the file that was proved\n    {MEND}"


@pytest.mark.parametrize(
    ("spoil", "report"),
    [
        (swap, NOT_PROVED),
        (damage, NOT_PROVED),
        (lose, f"templates/fonts/{BOLD}: is missing\n    {MEND}"),
        (
            slip_in,
            "templates/fonts/notes.md: is none of our faces, and no other is used\n"
            "    fix: take it out of the folder",
        ),
    ],
)
@pytest.mark.parametrize(
    "command", ["build booklet", "build flashcards", "build checklist", "build zine", "calibrate"]
)
def test_nothing_is_printed_with_it(
    vendored: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    spoil: object,
    report: str,
) -> None:
    root = tmp_path / "project"
    bank = lay(root)
    shutil.copy(bundled() / "content/interview/checklist.toml", bank)
    monkeypatch.chdir(root)
    assert callable(spoil)
    spoil(vendored)
    result = CliRunner().invoke(main, command.split(), catch_exceptions=False)
    assert (result.exit_code, result.stderr.strip()) == (4, f"error: {report}")
    assert not (root / "output").exists()


def test_the_doctor_names_it(
    vendored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    swap(vendored)
    result = CliRunner().invoke(main, ["doctor"], catch_exceptions=False)
    assert result.exit_code != 0
    assert f"templates/fonts/{BOLD} is not the file that was proved" in " ".join(
        result.output.split()
    )


def test_a_face_that_is_swapped_during_a_build_is_not_embedded(vendored: Path) -> None:
    """Between the first look and the last step a whole booklet is typeset."""
    fonts.folder()
    swap(vendored)
    (face,) = (face for face in fonts.faces() if face.file == BOLD)
    with pytest.raises(SetupError, match=r"PharmSans-Bold\.ttf: is not the file that was proved"):
        fonts.program(face.sha256)


def test_hidden_files_of_a_file_manager_do_no_harm(vendored: Path) -> None:
    (vendored / ".DS_Store").write_bytes(b"")
    assert fonts.damaged() == []
