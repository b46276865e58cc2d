"""The checklist as a form: every blank a field with its label, in order, filled without a viewer.

The same values on the flat page make the same picture.
"""

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import page
import pikepdf
import pypdfium2
import pytest
import somebody
from PIL import Image, ImageChops
from test_validators import plain

from pharmdocs.checklist import ChecklistResult
from pharmdocs.errors import LayoutError, SetupError
from pharmdocs.geometry import Size
from pharmdocs.preflight import Promise, fields
from pharmdocs.typesetting.forms import fill, fillable
from pharmdocs.typesetting.typeset import Page

Checklist = Callable[..., ChecklistResult]

HEAD = ["name", "role", "employer", "place", "date", "time", "interviewer", "interviewer-email"]


def picture(pdf: bytes, scale: float = 2.0) -> Image.Image:
    """The page as pdfium shows it, fields and all."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        if document.get_formtype():
            document.init_forms()
        drawn: Image.Image = document[0].render(scale=scale).to_pil().convert("L")
    return drawn


class Seen(NamedTuple):
    """A field as a reader of the file finds it; its rectangles are in points, from below."""

    label: str
    value: str
    boxes: list[tuple[float, float, float, float]]


def form(pdf: bytes) -> dict[str, Seen]:
    """The fields by name."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {
            str(field.T): Seen(
                str(field.TU),
                str(field.V),
                [rectangle(widget) for widget in field.get("/Kids", [field])],
            )
            for field in document.Root.AcroForm.Fields
        }


def rectangle(widget: Any) -> tuple[float, float, float, float]:
    left, bottom, right, top = (float(edge) for edge in widget.Rect)
    return left, bottom, right, top


@pytest.fixture
def empty(checklist: Checklist) -> bytes:
    return checklist().path.read_bytes()


def test_there_is_a_field_for_everything_to_fill_in(empty: bytes) -> None:
    """18 boxes, the head, three for each certificate but the names of four, notes, the email."""
    found = form(empty)
    ticks = [name for name in found if name.startswith("tick-")]
    certificates = [name for name in found if name.startswith("certificate-")]
    rest = [name for name in found if name not in ticks + certificates]
    assert len(ticks) == 18
    assert len(certificates) == 4 * 2 + 3
    notes = [f"notes-{group}" for group in ("role", "team", "growth", "next")]
    assert rest == [*HEAD, *notes, "email-1", "email-2"]


def test_every_field_has_a_label_that_says_what_it_is_for(empty: bytes) -> None:
    found = {name: field.label for name, field in form(empty).items()}
    assert found["interviewer"] == "Interviewer"
    assert found["tick-2-1"] == "Photo ID, not expired"
    assert found["certificate-3-expires"] == "CPR/BLS: Expires"
    assert found["certificate-5"] == "Other: Certificate or license"
    assert found["notes-team"] == "Notes on Team"
    assert found["email-1"] == "One thing you discussed"
    assert all(found.values())


def test_the_order_of_the_tabs_is_that_of_reading(empty: bytes) -> None:
    """The page's annotations, its tags and the form's fields all come in one order."""
    with pikepdf.open(io.BytesIO(empty)) as document:
        (sheet,) = document.pages
        assert sheet.Tabs == "/S"
        annotated = [widget.objgen for widget in sheet.Annots]
        tagged = [kid.K.Obj.objgen for kid in elements(document.Root.StructTreeRoot.K, "/Form")]
        first = [field.get("/Kids", [field])[0].objgen for field in document.Root.AcroForm.Fields]
    assert annotated == tagged
    assert [item for item in annotated if item in first] == first


def elements(tree: Any, kind: str) -> list[Any]:
    if isinstance(tree, pikepdf.Array):
        return [found for item in tree for found in elements(item, kind)]
    if not isinstance(tree, pikepdf.Dictionary) or "/S" not in tree:
        return []
    own = [tree] if kind == tree.S else []
    return own + elements(tree.get("/K", pikepdf.Array()), kind)


def test_a_box_to_tick_is_read_before_its_text(empty: bytes) -> None:
    with pikepdf.open(io.BytesIO(empty)) as document:
        bodies = elements(document.Root.StructTreeRoot.K, "/LBody")
        assert len(bodies) == 18
        assert {str(body.K[0].S) for body in bodies} == {"/Form"}


def test_fields_of_a_form_are_wide_and_high_enough(empty: bytes) -> None:
    """A box to tick has 4 mm a side, a line to type on is as high as its type."""
    for name, field in form(empty).items():
        for left, bottom, right, top in field.boxes:
            if name.startswith("tick-"):
                assert min(right - left, top - bottom) >= 4 / 25.4 * 72
            else:
                assert top - bottom >= 11.5
                assert right - left >= 55


@pytest.mark.parametrize("standard", ["ua1", "2a"])
@pytest.mark.parametrize("known", [False, True], ids=["empty", "filled"])
@pytest.mark.parametrize("is_form", [True, False], ids=["form", "flat"])
def test_page_validation_finds_no_fault(
    checklist: Checklist, tmp_path: Path, known: bool, is_form: bool, standard: str
) -> None:
    made = checklist(fillable=is_form, known=known)
    report = page.validate_pdf(plain(made.path, tmp_path / "copy.pdf"), profile=standard)
    assert [f"{fault.rule_id}: {fault.message}" for fault in report.failures] == []


def test_a_value_shows_in_its_blank_and_nowhere_else(empty: bytes) -> None:
    filled = fill(empty, {"place": "Łukasz Ağaoğlu"})
    changed = ImageChops.difference(picture(empty), picture(filled)).getbbox()
    assert changed
    left, bottom, right, top = (edge * 2 for edge in form(empty)["place"].boxes[0])
    height = picture(empty).height
    assert left <= changed[0] < changed[2] <= right
    assert height - top <= changed[1] < changed[3] <= height - bottom


def test_what_is_known_twice_is_filled_in_everywhere(empty: bytes) -> None:
    """The name stands in the head and below the email, the day in three places."""
    found = form(fill(empty, somebody.VALUES))
    assert len(found["name"].boxes) == 2
    assert len(found["date"].boxes) == 3
    assert {name: found[name].value for name in somebody.VALUES} == somebody.VALUES


def test_a_box_is_ticked_and_unticked(empty: bytes) -> None:
    ticked = fill(empty, {"tick-1-1": "yes"})
    assert form(ticked)["tick-1-1"].value == "/Yes"
    assert picture(ticked).tobytes() != picture(empty).tobytes()
    assert picture(fill(ticked, {"tick-1-1": ""})).tobytes() == picture(empty).tobytes()


def test_an_emptied_field_is_as_it_was(empty: bytes) -> None:
    filled = fill(empty, {"name": "Ana", "notes-role": "A long shift."})
    again = fill(filled, {"name": "", "notes-role": ""})
    assert picture(again).tobytes() == picture(empty).tobytes()
    assert form(again)["name"].value == ""


def test_many_notes_are_set_smaller_and_too_many_refused(empty: bytes) -> None:
    note = "Nights are shared out by lot, and the first month is mornings only."
    assert note == form(fill(empty, {"notes-role": note}))["notes-role"].value
    with pytest.raises(LayoutError) as caught:
        fill(empty, {"notes-role": note * 5})
    assert "“Notes on Role” is" in caught.value.problems[0].what


def test_a_value_too_long_is_refused_by_its_label(empty: bytes) -> None:
    with pytest.raises(LayoutError) as caught:
        fill(empty, {"time": "about " * 40, "nmae": "Ana"})
    what = [problem.what for problem in caught.value.problems]
    assert what[0].startswith("“Time” is ")
    assert what[0].endswith(" characters too long for its blank")
    assert what[1] == "there is no blank `nmae`"
    assert "`name`" in caught.value.problems[1].fix


def test_the_same_values_give_the_same_bytes(empty: bytes) -> None:
    assert fill(empty, somebody.VALUES) == fill(empty, somebody.VALUES)


def test_the_form_and_the_flat_page_show_the_same(checklist: Checklist) -> None:
    """Without anything filled in they are one layout: not a pixel differs."""
    flat, form_ = checklist(fillable=False), checklist(fillable=True)
    assert picture(flat.path.read_bytes()).tobytes() == picture(form_.path.read_bytes()).tobytes()


def test_a_template_with_a_stray_empty_span_is_refused(checklist: Checklist) -> None:
    made = checklist(fillable=False).path.read_bytes()
    facts = Page(Size(1, 1), "", (), (), {}, ())
    with pytest.raises(SetupError) as caught:
        fillable(made, [facts])
    assert "the sheet has 0 blanks and 50 empty spans" in caught.value.problems[0].what


def promised(pdf: bytes, values: dict[str, str]) -> list[str]:
    """What the check says against a form that is to hold these values."""
    promise = Promise(Counter(), Size(1, 1), "full", "", "", values)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [problem.what for problem in fields.check(document, promise)]


def broken(pdf: bytes, fault: Callable[[Any], None]) -> bytes:
    """A copy with one fault in the field `name`."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fault(next(field for field in document.Root.AcroForm.Fields if field.T == "place"))
        document.save(out)
    return out.getvalue()


def forget_label(field: Any) -> None:
    del field.TU


def forget_value(field: Any) -> None:
    field.V = pikepdf.String("")


def forget_picture(field: Any) -> None:
    field.AP.N.write(b"/Tx BMC EMC")


def forget_tag(field: Any) -> None:
    del field.StructParent


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (forget_label, "the field `place` has no label"),
        (forget_value, "the field `place` holds “”, not “410 Main Street, side entrance”"),
        (forget_picture, "the field `place` does not show what it holds"),
        (forget_tag, "the field `place` is not tagged"),
    ],
)
def test_preflight_sees_a_broken_field(
    checklist: Checklist, fault: Callable[[Any], None], said: str
) -> None:
    filled = checklist(known=True).path.read_bytes()
    values = dict.fromkeys(form(filled), "") | somebody.VALUES
    assert promised(filled, values) == []
    assert promised(broken(filled, fault), values) == [said]


def test_preflight_sees_a_missing_and_a_surplus_field(empty: bytes) -> None:
    values = dict.fromkeys(form(empty), "")
    del values["time"]
    found = promised(empty, values | {"tmie": ""})
    assert found == ["nobody asked for a field `time`", "the field `tmie` is missing"]
