"""The follow-up email: filled in, a blank where nothing is known, and nothing smuggled into it."""

import datetime
import email
import email.policy
import re
from base64 import b64decode
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pharmdocs.bank.model import Email
from pharmdocs.errors import ContentError
from pharmdocs.people.fields import cleaned, fault_of
from pharmdocs.people.mail import Mail, email_text, eml, mailto, txt
from pharmdocs.people.person import Person
from pharmdocs.project import find_project
from pharmdocs.typesetting.strings import read_strings

LETTER = Email(
    subject="Thank you: {role} interview, {date}",
    greeting="Dear {interviewer},",
    body=(
        "Thank you for your time at {employer} ({place}, {time}).",
        "I liked [one thing they said]; 100 % & more = fun?",
    ),
    closing="Sincerely, {name}",
)
WORDS: dict[str, Any] = {
    "dates": {
        "months": ["January", *[""] * 10, "December"],
        "weekdays": ["", "", "", "Thursday", "", "", ""],
        "full": "{weekday}, {month} {day}, {year}",
    }
}
ANA = Person(
    name="Łukasz Ağaoğlu",
    employer="Harbor Pharmacy",
    role="pharmacy technician",
    date=datetime.date(2026, 12, 3),
    time="10:30 am",
    place="12 Quay Street",
    interviewer='Zoë "Zo" Ortiz, RPh',
    interviewer_email="m.ortiz+hr@harbor.example",
)


def read(data: bytes) -> EmailMessage:
    """The draft as a mail program parses it."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def head(data: bytes, name: str) -> str:
    """A header, its encoded words joined as RFC 2047 says.

    By the older of Python's readers: in 3.11 the newer one puts blanks between them.
    """
    raw = str(email.message_from_bytes(data)[name])
    for line in f"{name}: {raw}".splitlines():
        for word in re.findall(r"=\?utf-8\?b\?(.*?)\?=", line):
            assert b64decode(word).decode("utf-8")  # not half a letter
            assert len(line) <= 76
        assert len(line) <= 78 or name != "Subject"
    return str(make_header(decode_header(raw)))


def recipient(data: bytes) -> tuple[str, str]:
    """Name and address of the one whom the draft goes to."""
    assert head(data, "To")
    [(name, address)] = getaddresses([str(email.message_from_bytes(data)["To"])])
    return str(make_header(decode_header(name))), address


def refused(person: Person, letter: Email = LETTER) -> list[str]:
    with pytest.raises(ContentError) as raised:
        email_text(letter, person, WORDS)
    return [problem.what for problem in raised.value.problems]


def test_places_are_filled_in() -> None:
    mail = email_text(LETTER, ANA, WORDS)
    assert mail.subject == "Thank you: pharmacy technician interview, Thursday, December 3, 2026"
    assert mail.body == (
        'Dear Zoë "Zo" Ortiz, RPh,\n\n'
        "Thank you for your time at Harbor Pharmacy (12 Quay Street, 10:30 am).\n\n"
        "I liked ________ (one thing they said); 100 % & more = fun?\n\n"
        "Sincerely, Łukasz Ağaoğlu"
    )


def test_what_is_not_known_is_a_blank() -> None:
    mail = email_text(LETTER, Person(), WORDS)
    assert mail.subject == "Thank you: ________ interview, ________"
    assert mail.body.startswith("Dear ________,\n\nThank you for your time at ________ (________, ")
    assert not set("{}[]") & set(mail.subject + mail.body)
    assert "None" not in mail.subject + mail.body


def test_a_name_is_never_read_as_a_place() -> None:
    person = Person(name="{employer} [x] ________", employer="Harbor")
    assert email_text(LETTER, person, WORDS).closing == "Sincerely, {employer} [x] ________"


def test_the_email_of_the_interview_bank_can_be_filled_in(tmp_path: Path) -> None:
    project = find_project(tmp_path)
    checklist = project.load_bank("interview").checklist
    assert checklist is not None
    mail = email_text(checklist.email, ANA, read_strings(project, "en-US"))
    assert "on Thursday, December 3, 2026 about the pharmacy technician position" in mail.body
    assert mail.body.count("________ (") == 2


def test_the_draft_reads_as_it_was_written() -> None:
    mail = email_text(LETTER, ANA, WORDS)
    message = read(eml(mail))
    assert head(eml(mail), "Subject") == mail.subject
    assert recipient(eml(mail)) == (ANA.interviewer, ANA.interviewer_email)
    assert message["X-Unsent"] == "1"
    assert message.get_content_charset() == "utf-8"
    assert message.get_content().replace("\r\n", "\n") == mail.body + "\n"


@pytest.mark.parametrize(
    "name", ["=?utf-8?q?Ana?=", "a\\b", 'a"b', "a, b <c@d.org>", "(a)", "a;b:"]
)
def test_a_name_that_looks_like_a_header_is_a_name(name: str) -> None:
    mail = email_text(
        LETTER, Person(interviewer=name, role=name, interviewer_email="a@b.org"), WORDS
    )
    assert recipient(eml(mail)) == (name, "a@b.org")
    assert head(eml(mail), "Subject") == mail.subject


def test_the_draft_is_the_same_every_day_and_for_mail_programs() -> None:
    data = eml(email_text(LETTER, ANA, WORDS))
    assert data == eml(email_text(LETTER, ANA, WORDS))
    assert sorted(read(data).keys()) == [
        "Content-Transfer-Encoding", "Content-Type", "MIME-Version", "Subject", "To", "X-Unsent",
    ]  # fmt: skip
    lines = data.split(b"\r\n")
    assert not [line for line in lines if b"\n" in line or b"\r" in line or len(line) > 998]
    assert data.isascii()


def test_without_an_address_the_draft_goes_to_nobody() -> None:
    mail = email_text(LETTER, Person(interviewer="Ms. Ortiz"), WORDS)
    assert "To" not in read(eml(mail))
    assert txt(mail).startswith(b"Subject: ")
    assert mailto(mail).startswith("mailto:?subject=")


def test_the_text_file_has_everything_in_utf_8() -> None:
    mail = email_text(LETTER, ANA, WORDS)
    head = f"To: {ANA.interviewer} <{ANA.interviewer_email}>\nSubject: {mail.subject}\n\n"
    assert txt(mail).decode("utf-8") == head + mail.body + "\n"
    nameless = email_text(LETTER, Person(interviewer_email="a@b.org"), WORDS)
    assert txt(nameless).startswith(b"To: a@b.org\n")


def test_the_link_opens_with_subject_and_opening_line() -> None:
    mail = email_text(LETTER, ANA, WORDS)
    link = urlsplit(mailto(mail))
    assert (link.scheme, unquote(link.path)) == ("mailto", ANA.interviewer_email)
    assert parse_qs(link.query, strict_parsing=True) == {
        "subject": [mail.subject],
        "body": [f"{mail.greeting}\r\n\r\n{mail.paragraphs[0]}"],
    }
    assert parse_qs(urlsplit(mailto(mail, 0)).query)["body"] == [mail.greeting]
    assert "fun" in parse_qs(urlsplit(mailto(mail, 9)).query)["body"][0]


# RFC 6068, 2: what stands in a link unencoded. `+` is left out of it: programs read it as a space.
UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
PLAIN = set(UNRESERVED + "!$()*,:@")


def test_the_link_holds_nothing_that_a_link_may_not() -> None:
    odd = "a&b=c?d#e%f+g;h'i\"j<k>l\\m^n`o{p}q|r[s]t/u"
    mail = Mail("", "a+b&c?d%e@f.org", odd, odd, (odd,), odd)
    address, _, query = mailto(mail).removeprefix("mailto:").partition("?")
    assert address == "a%2Bb%26c%3Fd%25e@f.org"
    for field in query.split("&"):
        name, _, value = field.partition("=")
        assert name in ("subject", "body")
        assert set(value.replace("%", "")) <= PLAIN
    assert parse_qs(query)["subject"] == [odd]


SMUGGLED = ["x\r\nBcc: all@harbor.example", "x\nBcc: y", "x\ry", "x\x00y", "x\u202ey", "x\u2028y"]


@pytest.mark.parametrize("text", SMUGGLED)
@pytest.mark.parametrize("field", ["name", "employer", "role", "time", "place", "interviewer"])
def test_nothing_is_smuggled_through_a_field(field: str, text: str) -> None:
    [said] = refused(replace(Person(), **{field: text}))  # type: ignore[arg-type]
    assert said.startswith(f"`{field}` holds ")


@pytest.mark.parametrize(
    "text", ["a@b.org\r\nBcc: c@d.org", "a@b.org, c@d.org", "a@b.org?cc=c@d.org"]
)
def test_nothing_is_smuggled_through_an_address(text: str) -> None:
    [said] = refused(Person(interviewer_email=text))
    assert said.startswith("`interviewer_email` ")


def test_every_bad_field_is_named_at_once() -> None:
    said = refused(Person(name="a\nb", interviewer="c\u202ed", interviewer_email="e"))
    assert [what.split("`")[1] for what in said] == ["name", "interviewer", "interviewer_email"]


def test_a_subject_of_the_bank_is_one_line() -> None:
    letter = Email("Thank you,\n  {name}", "", (), "")
    assert email_text(letter, Person(name="Ana"), WORDS).subject == "Thank you, Ana"
    assert refused(ANA, Email("Thank\x07you", "", (), "")) == [
        "the subject of the email holds a control character (U+0007)"
    ]


def test_what_holds_a_printed_line_together_is_not_in_an_email() -> None:
    """Ranges are never cut in print; in a header that was an invisible sign, and refused."""
    letter = Email("2\u2060–\u20605 days", "Dear\u00ad est,", ("1\u2060–\u20602",), "")
    mail = email_text(letter, ANA, WORDS)
    assert (mail.subject, mail.body) == ("2–5 days", "Dear est,\n\n1–2\n\n")


# Long enough for several encoded words, with what means something in a header.
SIGNS = st.one_of(st.characters(), st.sampled_from(' ",;:<>@()[]\\=?_.éŁ𝐀'))
SOUND = st.text(SIGNS, max_size=120).map(cleaned).filter(lambda text: fault_of(text) is None)


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(SOUND, SOUND, SOUND)
@example("", "0" * 39, "")  # Python 3.11 begins this subject with a blank
@example("", "", "00" + "𝐀" * 11)  # two encoded words, parted within a letter or not
def test_whatever_a_name_holds_the_draft_has_its_headers_and_no_other(
    name: str, role: str, interviewer: str
) -> None:
    person = Person(name=name, role=role, interviewer=interviewer, interviewer_email="a@b.org")
    mail = email_text(LETTER, person, WORDS)
    message = read(eml(mail))
    assert sorted(message.keys()) == [
        "Content-Transfer-Encoding", "Content-Type", "MIME-Version", "Subject", "To", "X-Unsent",
    ]  # fmt: skip
    assert recipient(eml(mail)) == (interviewer, "a@b.org")
    assert head(eml(mail), "Subject") == mail.subject
    assert message.get_content().replace("\r\n", "\n") == mail.body + "\n"
    assert parse_qs(urlsplit(mailto(mail)).query)["subject"] == [mail.subject]
