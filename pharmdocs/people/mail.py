"""The follow-up email: from the bank's words and a person to a draft that a mail program opens.

What is not known stays a blank. Whoever made the person, nothing goes into a header or a link that
`fields` would refuse. The clock is not asked: the same data give the same bytes.
"""

import re
from base64 import b64encode
from binascii import b2a_qp
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pharmdocs.bank.around import EMAIL_PLACES
from pharmdocs.bank.model import Email
from pharmdocs.errors import ContentError, Problem
from pharmdocs.people.dates import full_date
from pharmdocs.people.fields import address_fault_of, fault_of
from pharmdocs.people.person import Person
from pharmdocs.wording import drawn

_BLANK = "________"


@dataclass(frozen=True)
class Mail:
    """An email as text, each blank a line of underscores. An address not known is empty."""

    recipient: str
    address: str
    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    closing: str

    @property
    def body(self) -> str:
        """Greeting, paragraphs and closing, an empty line between them."""
        return "\n\n".join([self.greeting, *self.paragraphs, self.closing])


def email_text(email: Email, person: Person, words: dict[str, Any]) -> Mail:
    """The email of a bank, filled in for a person.

    Args:
        email: {employer} is a place for what a person tells, and a blank when that is empty. [what
            they said] is for the writer to put in: a blank with this hint.
        person: what is known.
        words: the templates' words, for the long date.

    Raises:
        ContentError: a field of the person that no header may hold, by name, all at once.
    """
    problems = []
    for place in (*EMAIL_PLACES, "interviewer_email"):
        text = "" if place == "date" else getattr(person, place)
        fault = fault_of(text)
        if fault is None and text and place == "interviewer_email":
            fault = address_fault_of(text)
        if fault:
            problems.append(Problem(None, f"`{place}` {fault.what}", fault.fix))
    if problems:
        raise ContentError(*problems)

    known = {place: str(getattr(person, place) or _BLANK) for place in EMAIL_PLACES}
    if person.date:
        known["date"] = full_date(person.date, words["dates"])

    def filled(text: str) -> str:
        return re.sub(
            r"\{([^{}]*)\}|\[([^\[\]]*)\]",
            lambda place: known[place[1]] if place[1] else f"{_BLANK} ({place[2]})",
            drawn(text),
        )

    subject = filled(" ".join(email.subject.split()))
    if fault := fault_of(subject):
        raise ContentError(Problem(None, f"the subject of the email {fault.what}", fault.fix))
    return Mail(
        recipient=person.interviewer,
        address=person.interviewer_email,
        subject=subject,
        greeting=filled(email.greeting),
        paragraphs=tuple(filled(paragraph) for paragraph in email.body),
        closing=filled(email.closing),
    )


def eml(mail: Mail) -> bytes:
    """The file that a mail program opens as a draft, without a date or an id of its own."""
    to = f"{_phrase(mail.recipient)}\r\n <{mail.address}>" if mail.recipient else mail.address
    head = [f"To: {to}"] if mail.address else []
    head += [
        f"Subject: {_encoded(mail.subject) if _needs_words(mail.subject) else mail.subject}",
        "X-Unsent: 1",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
    ]
    body = b2a_qp(mail.body.encode() + b"\n", istext=True).replace(b"\n", b"\r\n")
    return "\r\n".join([*head, "", ""]).encode("ascii") + body


def txt(mail: Mail) -> bytes:
    """The email to copy from, in UTF-8: to whom, the subject, an empty line, the text."""
    to = f"To: {mail.recipient} <{mail.address}>" if mail.recipient else f"To: {mail.address}"
    head = [to] if mail.address else []
    return ("\n".join([*head, f"Subject: {mail.subject}", "", mail.body]) + "\n").encode()


def mailto(mail: Mail, paragraphs: int = 1) -> str:
    """A link that opens the email with its subject, greeting and first paragraphs (RFC 6068).

    Args:
        mail: without an address the link leaves it open.
        paragraphs: how many; each makes a QR code larger.
    """
    body = "\r\n\r\n".join([mail.greeting, *mail.paragraphs[:paragraphs]])
    fields = {"subject": mail.subject, "body": body}
    # RFC 6068, 2: these of its some-delims mean nothing to a link. + is left out, which many
    # programs take for a space.
    query = "&".join(f"{key}={quote(text, safe='!$()*,:@')}" for key, text in fields.items())
    return f"mailto:{quote(mail.address, safe='@')}?{query}"


# Python's own folding of headers is another in other versions, and that of 3.11 begins a long
# subject with a blank that nobody wrote.
def _needs_words(text: str) -> bool:
    """True for a header that has to be written in the encoded words of RFC 2047."""
    return not text.isascii() or len(text) > 66 or "=?" in text


def _phrase(name: str) -> str:
    if _needs_words(name):
        return _encoded(name)
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


def _encoded(text: str) -> str:
    """Encoded words, a line each; none ends within a letter.

    RFC 2047, 2: such a line has at most 76 signs, and the header's name stands on the first one.
    """
    words = [b""]
    for letter in text:
        if len(words[-1]) + len(letter.encode()) > 36:
            words.append(b"")
        words[-1] += letter.encode()
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in words)
