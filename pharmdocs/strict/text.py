"""Text files whole: UTF-8, each line ended by a line feed, nothing that no eye can see."""

import re
from pathlib import Path

from pharmdocs.errors import Location, Problem

MAX_BYTES = 2_000_000

# Control characters, and the line breaks that YAML counts and editors do not.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def read_text(path: Path, file: str, problems: list[Problem]) -> str:
    """A text file; "" after noting why it cannot be used.

    Args:
        path: where it lies.
        file: the name that problems carry.
        problems: where problems are noted.
    """

    def unusable(line: int, what: str, fix: str) -> str:
        problems.append(Problem(Location(file, line), what, fix))
        return ""

    try:
        # A pipe or a device has no size, and may have no end.
        is_endless = path.exists() and not path.is_file() and not path.is_dir()
        if is_endless or path.stat().st_size > MAX_BYTES:
            what = "is not a file" if is_endless else "is larger than 2 MB"
            return unusable(0, what, "put a text file there; split a long one into several")
        data = path.read_bytes()
    except OSError as error:
        return unusable(0, f"cannot be read ({error.strerror})", "check its name and rights")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"is not UTF-8 text (byte {data[error.start]:#04x})"
        return unusable(line, what, "save the file as UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # What can be printed can be seen; to look for the rest takes longer.
    is_seen = text.replace("\n", "").replace("\t", "").isprintable()
    if not is_seen and (unseen := _UNSEEN.search(text)):
        line = text.count("\n", 0, unseen.start()) + 1
        what = f"holds a control character (U+{ord(unseen[0]):04X})"
        return unusable(line, what, "delete it, and type what stands around it anew")
    if not text.strip():
        return unusable(0, "is empty", "write it, or delete the file")
    return text
