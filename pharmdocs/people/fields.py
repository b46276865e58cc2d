"""What a field may hold: one line that an eye can see, and an address that a mail can go to.

Whatever ends up in the header of a mail, in a link or on a form passes here first.
"""

import re
import unicodedata

from pharmdocs.errors import Fault

MAX_CHARACTERS = 500
# RFC 5321, 4.5.3.1: a path of 256 octets with its two brackets; 64 of them before the @.
_MAX_ADDRESS, _MAX_LOCAL = 254, 64


def cleaned(text: str) -> str:
    """The text as it is printed: no space around it, one between words, letters composed (NFC).

    Only blanks are joined; what `fault_of` refuses stays to be refused.
    """
    joined = re.sub(r"[ \u00a0\u2000-\u200a\u202f\u3000]+", " ", text.strip())
    return unicodedata.normalize("NFC", joined)


def fault_of(text: str) -> Fault | None:
    """Why a text cannot be the one line of a field."""
    if len(text) > MAX_CHARACTERS:
        over = len(text) - MAX_CHARACTERS
        what = f"has {len(text):,} characters, at most {MAX_CHARACTERS} fit"
        return Fault(what, f"shorten it by {over:,}")
    if re.search(r"[\r\n]", text):
        return Fault("holds a line break", "write it on one line")
    for sign in "" if text.isprintable() else text:
        if kind := _unseen(sign):
            fix = "delete it, and type what stands around it anew"
            return Fault(f"holds {kind} (U+{ord(sign):04X})", fix)
    return None


def address_fault_of(text: str) -> Fault | None:
    """Why a text is no mail address; quoted names and addresses outside ASCII are not taken."""
    fix = "write the address alone, such as m.ortiz@pharmacy.example"
    local, at, domain = text.rpartition("@")
    atom = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if not at:
        return Fault(f"is `{_shown(text)}`, which has no @", fix)
    if foreign := next((sign for sign in text if not sign.isascii()), ""):
        return Fault(f"holds `{foreign}`, which no plain mail address has", fix)
    is_sound = (
        re.fullmatch(rf"{atom}(?:\.{atom})*", local)
        and re.fullmatch(rf"(?:{label}\.)+(?!\d+$){label}", domain)
        and len(local) <= _MAX_LOCAL
        and len(text) <= _MAX_ADDRESS
    )
    return None if is_sound else Fault(f"is `{_shown(text)}`, which is not a mail address", fix)


def _unseen(sign: str) -> str:
    """What a sign is that no eye can see; "" for one that is seen, and for a blank."""
    category = unicodedata.category(sign)
    if unicodedata.bidirectional(sign) in _TURNING or sign in "\u061c\u200e\u200f":
        return "a sign that turns the direction of writing"
    if category in ("Cc", "Zl", "Zp"):
        return "a control character"
    if category in ("Cf", "Cn", "Co"):
        return "an invisible sign"
    return "half of a character" if category == "Cs" else ""


_TURNING = frozenset({"LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
