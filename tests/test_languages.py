"""Every language has all the words; a bank in Spanish is Spanish to the last sign.

The sample bank lies in tests/spanish, a project as a user has it.
"""

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from card_builds import texts
from click.testing import CliRunner, Result

from pharmdocs.cli import main
from pharmdocs.wording import alphabetical, words

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "templates" / "strings"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "en")
# What is the same in English and in Spanish: names, signs, what one types.
SAME = ["runsheet.papers.a4", "runsheet.nothing", "runsheet.command", "runsheet.command_copies",
        "runsheet.time_columns.magenta"]  # fmt: skip


def strings(language: str) -> dict[str, str]:
    """The words by key; those of a list are numbered."""

    def flat(value: Any, key: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, str):
            yield key, value
            return
        for part, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from flat(inner, f"{key}.{part}".lstrip("."))

    table = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(flat(table, ""))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_word_with_its_places(language: str) -> None:
    english, own = strings("en"), strings(language)
    assert own.keys() == english.keys()
    for key, text in own.items():
        assert text.strip()
        places = [sorted(re.findall(r"\{\w+\}", each)) for each in (text, english[key])]
        assert places[0] == places[1], key
        assert text != english[key] or key in SAME, key


@pytest.fixture
def spanish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a project with a bank of three questions in Spanish."""
    shutil.copytree(Path(__file__).parent / "spanish", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def build(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["build", *arguments], catch_exceptions=False)


def test_a_spanish_booklet_is_spanish(spanish: Path) -> None:
    result = build("booklet")
    assert result.exit_code == 0, result.output
    path = spanish / "output" / "booklet.pdf"
    with pikepdf.open(path) as document:
        assert str(document.Root.Lang) == "es-US"
    pages = [" ".join(page.split()) for page in texts(path)]
    said = " ".join(pages)
    assert "Edición 1.0, 23 de noviembre de 2026" in said
    assert "digo: “Aquí leo 5 mg, pero podría ser 50 mg”. Él llama" in said
    assert "«Cuando no leo bien una dosis" in said
    assert "Q02, página 3" in said
    english = [text for key, text in strings("en").items() if re.match("question|booklet", key)]
    assert [text for text in english if len(text) > 8 and text in said] == []
    (index,) = [page for page in pages if "comunicación Q01" in page]
    assert index.index("ética Q02") < index.index("manejo del estrés")


def test_long_words_are_parted_by_their_language_where_lines_are_short(spanish: Path) -> None:
    """Between syllables, and the guards that count words see a whole one."""
    result = build("flashcards", "--stock", "poker-letter")
    assert result.exit_code == 0, result.output
    back = texts(spanish / "output" / "flashcards.pdf")[1]
    assert re.search(r"impres‐\s+cindible", back)
    assert words([back])["imprescindible"] == 1


def test_a_spanish_checklist_has_spanish_days(spanish: Path) -> None:
    result = build("checklist", "--date", "2031-12-03", "--flat")
    assert result.exit_code == 0, result.output
    (said,) = texts(spanish / "output" / "checklist.pdf")
    assert "miércoles, 3 de diciembre de 2031" in said
    draft = (spanish / "output" / "follow-up.txt").read_text("utf-8")
    assert "Subject: Gracias por la entrevista del miércoles, 3 de diciembre de 2031" in draft
    refused = build("checklist", "--date", "12/3/2031")
    assert refused.exit_code == 2
    assert "could be two days" in refused.stderr


def test_accents_do_not_change_the_alphabet() -> None:
    names = ["oral", "Ñame", "Ética", "etiqueta", "dosis", "Óptica"]
    found = " ".join(sorted(names, key=alphabetical))
    assert found == "dosis Ética etiqueta Ñame Óptica oral"
