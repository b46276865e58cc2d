"""Other people's programs judge the checklist: the standards, empty and filled, and a browser.

What a reader types in pdf.js must show there, in pdfium and in poppler after it was saved, and
leave the file what it claims to be.
"""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
import somebody
from browser import type_into
from test_forms import form, picture
from test_validators import STANDARDS, Judge, run

from pharmdocs.checklist import ChecklistResult
from pharmdocs.typesetting.forms import fill

pytestmark = pytest.mark.system

Checklist = Callable[..., ChecklistResult]

TYPED = {
    "name": "Łukasz Ağaoğlu",
    "employer": "Riverside Community Memorial Hospital Outpatient Pharmacy",
    "date": "Thursday, December 3, 2026",
    "tick-1-1": "yes",
    "notes-role": "Nights are shared out by lot, and the first month is mornings only.",
    "email-1": "the near-miss board",
}


@pytest.fixture(scope="module")
def typed(checklist: Checklist, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The empty form, and the one that was filled in by hand in pdf.js and saved."""
    empty = checklist().path
    saved = type_into(empty.read_bytes(), TYPED)
    # A name or a day that is asked for twice is typed once.
    assert saved.shown == {
        name: [name == "tick-1-1" or text] * {"name": 2, "employer": 2, "date": 3}.get(name, 1)
        for name, text in TYPED.items()
    }
    path = tmp_path_factory.mktemp("typed") / "typed.pdf"
    path.write_bytes(saved.pdf)
    return empty, path


@pytest.mark.parametrize("known", [False, True], ids=["empty", "filled"])
@pytest.mark.parametrize("is_form", [True, False], ids=["form", "flat"])
def test_verapdf_finds_no_fault(
    checklist: Checklist, verapdf: Judge, known: bool, is_form: bool
) -> None:
    file = checklist("a4", "black", fillable=is_form, known=known).path
    assert verapdf("ua1,2a", file) == f"PASS\tua1\t{file}\nPASS\t2a\t{file}\n"


def test_verapdf_finds_no_fault_in_a_form_with_everything_filled_in(
    checklist: Checklist, verapdf: Judge, tmp_path: Path
) -> None:
    empty = checklist().path.read_bytes()
    values = dict.fromkeys(form(empty), "Łğ")
    file = tmp_path / "full.pdf"
    file.write_bytes(fill(empty, values))
    assert verapdf("ua1,2a", file) == f"PASS\tua1\t{file}\nPASS\t2a\t{file}\n"


@pytest.mark.parametrize("standard", STANDARDS)
def test_verapdf_names_a_font_that_is_not_embedded(
    checklist: Checklist, verapdf: Judge, tmp_path: Path, standard: str
) -> None:
    """The usual way to fill in a form: a value, and Helvetica to show it."""
    file = tmp_path / "faulty.pdf"
    with pikepdf.open(checklist(known=True).path) as pdf:
        helvetica = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        field = next(field for field in pdf.Root.AcroForm.Fields if field.T == "time")
        field.AP.N.Resources.Font = pikepdf.Dictionary(Helv=pdf.make_indirect(helvetica))
        field.AP.N.write(b"/Tx BMC BT /Helv 9 Tf 2 4 Td (9:30) Tj ET EMC")
        pdf.save(file)
    assert verapdf(standard, file).startswith(f"FAIL\t{standard}\t{file}\n")


@pytest.mark.parametrize("standard", STANDARDS)
def test_what_pdfjs_saves_keeps_both_standards(
    typed: tuple[Path, Path], verapdf: Judge, standard: str
) -> None:
    assert verapdf(standard, typed[1]) == f"PASS\t{standard}\t{typed[1]}\n"


def test_what_is_typed_survives_saving(typed: tuple[Path, Path]) -> None:
    found = form(typed[1].read_bytes())
    expected = TYPED | {"tick-1-1": "/Yes"}
    assert {name: found[name].value for name in TYPED} == expected


def test_what_is_typed_shows_in_pdfium_and_in_poppler(typed: tuple[Path, Path]) -> None:
    empty, saved = (picture(path.read_bytes()) for path in typed)
    for name, field in form(typed[1].read_bytes()).items():
        for left, bottom, right, top in field.boxes:
            area = (int(left * 2), int(1584 - top * 2), int(right * 2), int(1584 - bottom * 2))
            changed = empty.crop(area).tobytes() != saved.crop(area).tobytes()
            assert changed is (name in TYPED), name
    text = " ".join(run("pdftotext", "-layout", typed[1], "-").split())
    for name in ("name", "employer", "date", "email-1"):
        assert TYPED[name] in text


@pytest.mark.parametrize("known", [False, True], ids=["empty", "filled"])
def test_qpdf_and_poppler_find_it_sound(checklist: Checklist, known: bool) -> None:
    path = checklist(known=known).path
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", path)
    assert "Form:            AcroForm" in run("pdfinfo", path)
    words = run("pdftotext", "-layout", path, "-").split()
    missing = [word for word in " ".join(somebody.VALUES.values()).split() if word not in words]
    assert ("Ağaoğlu" in words, not missing) == (known, known)
