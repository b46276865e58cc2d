"""Files that appear together: all of them, or none and what was there before."""

import os
from pathlib import Path

import pytest

from pharmdocs.build import Request
from pharmdocs.errors import OutputError, SelectionError
from pharmdocs.project import Project
from pharmdocs.staging import folder_of, together


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_files_take_their_places_when_all_are_made(tmp_path: Path) -> None:
    folder = tmp_path / "output" / "packet"
    with together(folder) as place:
        (place / "one.pdf").write_text("1")
        (place / "two.pdf").write_text("2")
        assert [path for path in folder.iterdir() if not path.name.startswith(".")] == []
    assert contents(folder) == {"one.pdf": "1", "two.pdf": "2"}


def fail(place: Path, failure: type[BaseException]) -> None:
    (place / "one.pdf").write_text("new")
    raise failure


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_what_fails_leaves_everything_as_it_was(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    (tmp_path / "one.pdf").write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(failure), together(tmp_path) as place:
        fail(place, failure)
    assert contents(tmp_path) == {"one.pdf": "old", "notes.txt": "mine"}


def test_a_folder_that_was_made_for_nothing_is_gone_again(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), together(tmp_path / "output" / "packet"):
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


def test_old_files_are_replaced_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "one.pdf").write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    with together(tmp_path) as place:
        (place / "one.pdf").write_text("new")
    assert contents(tmp_path) == {"one.pdf": "new", "notes.txt": "mine"}


def test_manifests_take_their_places_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before that, they do not tell of files that are not there yet."""
    replace, order = os.replace, list[str]()

    def noted(source: Path, target: Path) -> None:
        order.append(Path(target).name)
        replace(source, target)

    monkeypatch.setattr(os, "replace", noted)
    with together(tmp_path) as place:
        for name in ("a.manifest.json", "a.pdf", "z.pdf"):
            (place / name).write_text("new")
    assert order == ["a.pdf", "z.pdf", "a.manifest.json"]


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "packet").write_text("a file")
    message = r"cannot be written.*\n.*--output FOLDER"
    with pytest.raises(OutputError, match=message), together(tmp_path / "packet"):
        pass
    assert (tmp_path / "packet").read_text() == "a file"


def test_several_files_do_not_go_into_one(tmp_path: Path) -> None:
    request = Request(Project(tmp_path), output=tmp_path / "packet.PDF")
    with pytest.raises(SelectionError, match="name a folder"):
        folder_of(request, "packet")
    assert folder_of(Request(Project(tmp_path)), "packet") == tmp_path / "output" / "packet"
