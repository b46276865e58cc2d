"""A person out of settings and options: every field read or refused by name, all at once."""

import datetime
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmdocs.errors import Location, Problem, SelectionError
from pharmdocs.people.fields import address_fault_of, cleaned, fault_of
from pharmdocs.people.person import Certification, Person, concerns, merged, person_of, read_person
from pharmdocs.strict import read_toml

TODAY = datetime.date(2026, 11, 23)
DAY = datetime.date(2026, 12, 3)

WHOLE = """\
[person]
name = "Łukasz Ağaoğlu"
employer = "Harbor Pharmacy"
role = "pharmacy technician"
date = "Dec 3 2026"
time = "10:30 am"
place = "12 Quay Street"
interviewer = "Ms. Ortiz"
interviewer_email = "m.ortiz@harbor.example"

[[person.certification]]
name = "CPhT"
number = "00123"
expires = 2027-01-31

[[person.certification]]
name = "CPR/BLS"
"""


def read(text: str, language: str = "en-US") -> tuple[Person, list[str]]:
    """The person of a pharmdocs.toml, and what is said against it."""
    problems: list[Problem] = []
    table = read_toml(text, "pharmdocs.toml", problems)
    person = read_person(table.table("person"), language)
    table.close()
    return person, [str(problem).replace("\n    fix: ", " | ") for problem in problems]


def told(texts: Mapping[str, str]) -> tuple[Person, list[tuple[str, str]]]:
    """The person that some texts tell of, and the complaints as field and what."""
    complaints: list[tuple[str, str]] = []
    person = person_of(texts, "en-US", lambda field, what, _: complaints.append((field, what)))
    return person, complaints


def test_every_field_of_the_settings_is_read() -> None:
    person, problems = read(WHOLE)
    assert problems == []
    assert person == Person(
        name="Łukasz Ağaoğlu",
        employer="Harbor Pharmacy",
        role="pharmacy technician",
        date=DAY,
        time="10:30 am",
        place="12 Quay Street",
        interviewer="Ms. Ortiz",
        interviewer_email="m.ortiz@harbor.example",
        certifications=(
            Certification("CPhT", "00123", datetime.date(2027, 1, 31)),
            Certification("CPR/BLS"),
        ),
    )


def test_without_settings_nobody_is_meant() -> None:
    assert read("[other]\n")[0] == Person()


def test_a_day_needs_no_quotation_marks() -> None:
    assert read("[person]\ndate = 2026-12-03\n") == (Person(date=DAY), [])


TURNED = "a sign that turns the direction of writing"


@pytest.mark.parametrize(
    ("old", "new", "report"),
    [
        ("employer =", "employeer =", "3: unknown key `employeer` in [person]"),
        ("Dec 3 2026", "3.12.2026", "5: `date` is `3.12.2026`, which could be two days"),
        ("Dec 3 2026", "tomorrow", "5: `date` is `tomorrow`, which cannot be read as a day"),
        ('"Dec 3 2026"', "12", "5: `date` must be text"),
        (
            "m.ortiz@",
            "m.ortiz",
            "9: `interviewer_email` is `m.ortizharbor.example`, which has no @",
        ),
        (
            "m.ortiz@harbor",
            "m.ortiz@",
            "9: `interviewer_email` is `m.ortiz@.example`, which is not a",
        ),
        ("Ms. Ortiz", r"Ms.\nBcc: all@harbor.example", "8: `interviewer` holds a line break"),
        ("Ms. Ortiz", r"Ms. \u202eziztrO", f"8: `interviewer` holds {TURNED} (U+202E)"),
        ("2027-01-31", '"never"', "14: `expires` is `never`, which cannot be read as a day"),
        ('name = "CPhT"\n', "", "11: `name` is missing in [[person.certification]]"),
        ('"CPhT"\n', '"CPhT"\nid = "x"\n', "13: unknown key `id` in [[person.certification]]"),
        ("Harbor Pharmacy", "x" * 501, "3: `employer` has 501 characters, at most 500 fit"),
    ],
)
def test_a_slip_in_the_settings_is_told_at_its_line(old: str, new: str, report: str) -> None:
    assert WHOLE.count(old) == 1
    [said] = read(WHOLE.replace(old, new))[1]
    assert said.startswith("pharmdocs.toml:" + report)


def test_a_slip_comes_with_its_mending() -> None:
    [said] = read('[person]\ndate = "3.12.2026"\n')[1]
    assert said.endswith(" | write 2026-03-12 or 2026-12-03")


def test_all_slips_are_told_at_once() -> None:
    text = WHOLE.replace("Dec 3", "Dec 33").replace("@", "").replace("2027-01-31", '"soon"')
    fields = [line.split("`")[1] for line in read(text)[1]]
    assert fields == ["date", "interviewer_email", "expires"]


def test_an_option_goes_over_the_settings_and_nothing_else_changes() -> None:
    person, _ = read(WHOLE)
    options = {"name": "Ana  Silva ", "date": "2026-12-04", "time": "", "place": None}
    found = merged(person, options, "en-US")
    assert (found.name, found.date, found.time) == ("Ana Silva", datetime.date(2026, 12, 4), "")
    assert (found.place, found.employer) == ("12 Quay Street", "Harbor Pharmacy")
    assert found.certifications == person.certifications


def test_an_empty_option_empties_a_day() -> None:
    assert merged(Person(date=DAY), {"date": ""}, "en-US").date is None


def test_bad_options_are_told_by_their_names_all_at_once() -> None:
    options = {"date": "3.12.2026", "interviewer_email": "nobody", "name": "a\x07b"}
    with pytest.raises(SelectionError) as raised:
        merged(Person(), options, "en-US")
    assert [problem.what for problem in raised.value.problems] == [
        "--name holds a control character (U+0007)",
        "--date is `3.12.2026`, which could be two days",
        "--interviewer-email is `nobody`, which has no @",
    ]


def test_the_language_decides_over_figures() -> None:
    assert merged(Person(), {"date": "12/3/2026"}, "en-US").date == DAY
    with pytest.raises(SelectionError, match="could be two days"):
        merged(Person(), {"date": "12/3/2026"}, "en-GB")


def test_a_place_of_several_lines_is_one_line() -> None:
    for text in (
        "12 Quay Street\nSuite 4",
        "12 Quay Street,\r\n\r\n Suite 4",
        "12 Quay Street ;\rSuite 4\n",
    ):
        person, complaints = told({"place": text})
        assert (person.place.replace(" ,", ","), complaints) == ("12 Quay Street, Suite 4", [])


def test_letters_are_composed_and_blanks_joined() -> None:
    person, _ = told({"name": "\u00a0Jose\u0301  \u2009A\u0306na\n"})
    assert person.name == "José Ăna"


def test_certifications_are_numbered_as_they_like() -> None:
    texts = {"certification 10": "c", "number 2": "7", "certification 2": "b", "certification": "a"}
    person, complaints = told(texts | {"certification 3": "", "number 3": "", "expires 3": ""})
    assert complaints == []
    assert person.certifications == (
        Certification("a"),
        Certification("b", "7"),
        Certification("c"),
    )


@pytest.mark.parametrize("detail", [{"number 2": "7"}, {"expires 2": "2027-01-01"}])
def test_a_number_without_a_certification_is_a_slip(detail: dict[str, str]) -> None:
    _, complaints = told({"certification": "a", "certification 2": ""} | detail)
    assert complaints == [("certification 2", "is empty, but the rest of it is there")]


def test_a_field_with_a_fault_is_left_empty() -> None:
    person, complaints = told({"name": "a\tb", "employer": "Harbor"})
    assert person == Person(employer="Harbor")
    assert complaints == [("name", "holds a control character (U+0009)")]


UNSEEN = {
    "\x00": "a control character (U+0000)",
    "\t": "a control character (U+0009)",
    "\x1b": "a control character (U+001B)",
    "\x7f": "a control character (U+007F)",
    "\x85": "a control character (U+0085)",
    "\u2028": "a control character (U+2028)",
    "\u061c": "a sign that turns the direction of writing (U+061C)",
    "\u200e": "a sign that turns the direction of writing (U+200E)",
    "\u200f": "a sign that turns the direction of writing (U+200F)",
    **{chr(n): f"{TURNED} (U+{n:04X})" for n in range(0x202A, 0x202F)},
    **{chr(n): f"{TURNED} (U+{n:04X})" for n in range(0x2066, 0x206A)},
    "\u200b": "an invisible sign (U+200B)",
    "\u00ad": "an invisible sign (U+00AD)",
    "\ufeff": "an invisible sign (U+FEFF)",
    "\uffff": "an invisible sign (U+FFFF)",
    "\ue000": "an invisible sign (U+E000)",
    "\udc80": "half of a character (U+DC80)",
    "\n": "a line break",
    "\r": "a line break",
}  # fmt: skip


@pytest.mark.parametrize("sign", UNSEEN)
def test_what_no_eye_can_see_is_refused(sign: str) -> None:
    fault = fault_of(f"An{sign}a")
    assert fault is not None
    assert fault.what == f"holds {UNSEEN[sign]}"


@pytest.mark.parametrize(
    "text", ["", "Ana", "O’Brien-Łęcki", "Παύλος", "μg 5 %", "x" * 500, "a\u00a0b"]
)
def test_what_can_be_seen_is_taken(text: str) -> None:
    assert fault_of(text) is None


@given(st.text())
def test_a_text_that_passes_is_one_line(text: str) -> None:
    text = cleaned(text)
    if fault_of(text) is None:
        assert len(f"x{text}x".splitlines()) == 1
        assert text.encode() == cleaned(text).encode()


@pytest.mark.parametrize(
    "address",
    [
        "a@b.org", "m.ortiz+hr@mail.harbor-rx.example", "o'brien@x.co", "a_b%c@x1.museum",
        f"{'a' * 64}@{'b' * 63}.org", "1@2.org", "a@xn--bcher-kva.example",
    ],
)  # fmt: skip
def test_a_sound_address_is_taken(address: str) -> None:
    assert address_fault_of(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "a", "@b.org", "a@", "a@b", "a@b.", "a@.org", "a@b..org", "a.@b.org", ".a@b.org",
        "a..b@c.org", "a b@c.org", "a@b c.org", "a@b@c.org", "Ana <a@b.org>", "<a@b.org>",
        "a@b.org, c@d.org", "a@b.org;c@d.org", '"a b"@c.org', "a@-b.org", "a@b-.org", "a@[1.2.3.4]",
        "a@1.2.3.4", "mailto:a@b.org?cc=c@d.org", "ä@b.org", "a@bücher.example", "a@b.org\n",
        f"{'a' * 65}@b.org", f"a@{'b' * 64}.org", f"a@{'b.' * 130}org", "a@b.org?cc=c",
        "a(x)@b.org",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    assert address_fault_of(address) is not None


def test_a_letter_that_no_address_has_is_shown() -> None:
    fault = address_fault_of("a@bücher.example")
    assert fault is not None
    assert fault.what == "holds `ü`, which no plain mail address has"


def worries(person: Person) -> list[str]:
    return [problem.what for problem in concerns(person, TODAY)]


def test_a_day_that_is_past_is_a_worry_and_today_is_not() -> None:
    day = datetime.timedelta(days=1)
    assert worries(Person(date=TODAY - day)) == ["the day of the interview, 2026-11-22, is past"]
    assert worries(Person(date=TODAY)) == worries(Person(date=TODAY + day)) == []


@pytest.mark.parametrize(
    ("expires", "said"),
    [
        ("2026-11-22", ["CPhT expired on 2026-11-22"]),
        ("2026-11-23", ["CPhT expires on 2026-11-23, before the interview"]),
        ("2026-12-02", ["CPhT expires on 2026-12-02, before the interview"]),
        ("2026-12-03", []),
    ],
)
def test_a_certification_that_will_not_hold_is_a_worry(expires: str, said: list[str]) -> None:
    held = (Certification("CPR"), Certification("CPhT", "", datetime.date.fromisoformat(expires)))
    assert worries(Person(date=DAY, certifications=held)) == said


def test_without_an_interview_a_certification_need_hold_today() -> None:
    assert worries(Person(certifications=(Certification("CPhT", "", TODAY),))) == []


def test_a_worry_knows_its_row() -> None:
    where = Location("people.csv", 7)
    [problem] = concerns(Person(date=datetime.date(2020, 1, 1)), TODAY, where)
    assert problem.where == where
