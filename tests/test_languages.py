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
from pharmdocs.imposition.printer import Correction, Printer
from pharmdocs.imposition.schemes import DUPLEX
from pharmdocs.printers import keep
from pharmdocs.sheets import TURNS
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
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
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


# What sheets say of themselves, in the words of the file that a translator edits.
SPANISH_TURNS = {
    "long-edge": "a doble cara, voltear por el borde largo",
    "manual": "una cara cada vez, a mano",
    "fold": "a una cara, y luego doblar",
    "none": "solo anversos",
}
ENGLISH = re.compile(r"\b(front|back|flip|edge|sides?|inside|printer|hand|only)\b", re.I)


def lines(path: Path) -> list[str]:
    """The text of every page, on one line each."""
    return [" ".join(page.split()) for page in texts(path)]


def bookmarks(path: Path) -> list[str]:
    with pikepdf.open(path) as document, document.open_outline() as outline:
        return [str(item.title) for item in outline.root]


@pytest.mark.parametrize("duplex", SPANISH_TURNS)
def test_sheets_of_spanish_cards_say_it_in_spanish(spanish: Path, duplex: str) -> None:
    """Three cards, category by category, so that the second question lies last.

    Of cards that are folded, one lies on a sheet.
    """
    result = build("flashcards", "--duplex", duplex, "--stock", "index-3x5-letter")
    assert result.exit_code == 0, result.output
    names = ["-fronts", "-backs"] if duplex == "manual" else [""]
    pages = [page for it in names for page in lines(spanish / f"output/flashcards{it}.pdf")]
    sheets = ["Q01", "Q03", "Q02"] if duplex == "fold" else ["Q01–Q02"]
    sides = ["anverso"] if duplex in ("fold", "none") else ["anverso", "reverso"]
    faces = [(number, side) for number in range(1, len(sheets) + 1) for side in sides]
    for page, (number, side) in zip(pages, faces, strict=True):
        said = f"hoja {number} de {len(sheets)}, {side} · {SPANISH_TURNS[duplex]}"
        assert f"1.0 · {said} · index-3x5-letter · pharmdocs" in page
        assert not ENGLISH.search(page)
    found = [it for name in names for it in bookmarks(spanish / f"output/flashcards{name}.pdf")]
    due = [f"Hoja {number}, {side}: {sheets[number - 1]}" for number, side in faces]
    assert found == due


def test_a_spanish_booklet_to_fold_says_it_in_spanish(spanish: Path) -> None:
    result = build("booklet", "--edition", "fold", "--brief")
    assert result.exit_code == 0, result.output
    pages = lines(spanish / "output/booklet-brief-fold.pdf")
    many = len(pages) // 2
    for number, page in enumerate(pages[1::2], 1):
        said = f"hoja {number} de {many}, interior · a doble cara, voltear por el borde corto"
        assert f"1.0 · {said} · pharmdocs" in page


def test_what_a_printer_is_corrected_by_is_told_in_spanish(spanish: Path) -> None:
    """On the stamp, in the fold, and on the page about paper put back by hand."""
    keep(Printer("casa", "letter", fronts=True, behind=BEHIND, both=BOTH))
    keep(Printer("casa", "letter", landscape=True, told="short-edge", turns="short-edge"))
    assert build("flashcards", "--printer", "casa").exit_code == 0
    by = "impresora casa: reversos +1.00 mm a lo ancho, −2.00 mm a lo alto, 0.00°, 100.00 x 100.00"
    also = "todo +0.50 mm a lo ancho, +0.00 mm a lo alto, 0.00°, de inclinación 0.20°, 100.00 x"
    assert all(by in page and also in page for page in lines(spanish / "output/flashcards.pdf"))
    assert build("booklet", "--edition", "fold", "--brief", "--printer", "casa").exit_code == 0
    inside = lines(spanish / "output/booklet-brief-fold.pdf")[1::2]
    assert all(re.search(r"impresora casa, código [0-9A-F]{4}\b", page) for page in inside)
    fed = "printed side down, top edge first"
    keep(Printer("mano", "letter", told="manual", feed=fed))
    assert build("flashcards", "--printer", "mano").exit_code == 0
    (how,) = lines(spanish / "output/flashcards-how-to.pdf")
    assert "misma bandeja: con lo impreso hacia abajo, primero el borde superior." in how
    (front,) = lines(spanish / "output/flashcards-fronts.pdf")
    assert "impresora mano: nada que corregir" in front


BEHIND = Correction(72 / 25.4, -2 * 72 / 25.4)
BOTH = Correction(0.5 * 72 / 25.4, skew=0.2)


def test_the_words_of_manifests_are_those_of_english_sheets() -> None:
    printer = Printer("home", "letter", fronts=True, behind=BEHIND, both=BOTH)
    own = tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8"))["sheets"]
    assert printer.said() == printer.said(own=own)
    plain = Printer("home", "letter")
    assert plain.said() == plain.said(own=own) == "printer home: nothing to correct"


def test_the_terminal_and_the_sheets_say_the_same_of_how_paper_is_turned() -> None:
    own = tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8"))["sheets"]
    assert own["turns"] == TURNS
    assert set(TURNS) == set(DUPLEX)
