"""A package of Anki's to the database in it: judged by its directory before a byte is unpacked.

It is a zip archive that anybody may have made. Of all its members only the database and the list of
media are read, no name in it becomes a path, and what comes out is counted while it comes.
"""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pharmdocs.bank.exchange.found import clean
from pharmdocs.errors import ContentError, Location, Problem, SetupError

# The newest form first: beside it lies an old one with nothing but a request to update.
DATABASES = ("collection.anki21b", "collection.anki21", "collection.anki2")
_MEDIA = "media"
# A package with pictures and sounds of thousands of cards; its parts as they come to be unpacked.
_LARGEST, _MOST_FILES = 4_000_000_000, 100_000
_MOST_BYTES, _MOST_MEDIA = 250_000_000, 20_000_000
# A database of texts shrinks to a tenth, an empty one to a fiftieth; a bomb to a thousandth.
_RATIO, _SMALL = 200, 1_000_000

_ANEW = "export it anew from Anki: File, Export, “Anki Deck Package”"
OLDER = f"{_ANEW}, with “Support older Anki versions” ticked"


def unpack(path: Path, file: str, to: Path) -> tuple[str, tuple[str, ...]]:
    """Write the package's database into a file of ours; its name in there, and those of all media.

    Args:
        path: the package.
        file: its name in messages.
        to: the file to write.

    Raises:
        ContentError: it is no package, or no package is like it.
        SetupError: it is packed in a way that takes what is not installed.
    """
    with _opened(path, file) as archive:
        members = _judged(archive, file)
        name = next((name for name in DATABASES if name in members), "")
        if not name:
            raise _refusal(file, "is a zip archive without a collection of Anki’s", _ANEW)
        is_new = name == DATABASES[0]
        with to.open("wb") as out:
            _copy(archive, members[name], is_new, file, out)
        listed = io.BytesIO()
        if _MEDIA in members:
            _copy(archive, members[_MEDIA], is_new, file, listed)
    try:
        return name, _media(listed.getvalue(), is_new)
    except (ValueError, RecursionError):
        raise _refusal(file, "has a list of media that cannot be read", _ANEW) from None


def parts_of(message: bytes, number: int) -> Iterator[bytes]:
    """The texts and messages that a message of Protocol Buffers holds under a number.

    Raises:
        ValueError: it is none.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind, size = key & 7, 0
        if kind == 0:
            _, at = _varint(message, at)
        elif kind == 2:
            size, at = _varint(message, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError("a part of no known kind")
        if at + size > len(message):
            raise ValueError("cut short")
        if kind == 2 and key >> 3 == number:
            yield message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number, and where the next one begins."""
    value = 0
    for place, byte in enumerate(message[at : at + 10]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("cut short")


@contextmanager
def _opened(path: Path, file: str) -> Iterator[zipfile.ZipFile]:
    try:
        size = path.stat().st_size
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise _refusal(file, what, "check its name and rights") from None
    if size > _LARGEST:
        raise _refusal(file, f"is larger than {_LARGEST / 1e9:.0f} GB", "export a deck at a time")
    damage = (
        zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, zlib.error,
        struct.error, IndexError,
    )  # fmt: skip
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except damage as error:
        what = f"is not a package of Anki’s, or is damaged ({type(error).__name__})"
        raise _refusal(file, what, _ANEW) from None


def _judged(archive: zipfile.ZipFile, file: str) -> dict[str, zipfile.ZipInfo]:
    """The members by their names, when all of them are such as Anki writes."""
    found: dict[str, zipfile.ZipInfo] = {}
    if len(archive.infolist()) > _MOST_FILES:
        what = f"has more than {_MOST_FILES:,} files in it"
        raise _refusal(file, what, "export a deck at a time")
    for member in archive.infolist():
        name = member.filename
        # orig_filename keeps what zipfile cuts off at a null byte.
        if set(name) & set("/\\:") or name in ("", ".", "..") or name != member.orig_filename:
            raise _refusal(file, f"holds a file with a path for a name, `{name[:80]}`", _ANEW)
        if name in found:
            raise _refusal(file, f"holds two files of the name `{name[:80]}`", _ANEW)
        found[name] = member
    for name in (*DATABASES, _MEDIA):
        if name in found:
            _judge(found[name], file)
    return found


def _judge(member: zipfile.ZipInfo, file: str) -> None:
    """Refuse what would be too much, by what the directory says of it."""
    name, most = member.filename, _most(member)
    if member.flag_bits & 1:
        raise _refusal(file, f"is locked with a password (`{name}`)", _ANEW)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refusal(file, f"packs `{name}` in a way that Anki does not", _ANEW)
    if member.file_size > most or member.compress_size > most:
        raise _too_much(file, name, most)
    if member.file_size > _SMALL and member.file_size > _RATIO * member.compress_size:
        raise _bomb(file, name)


def _copy(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, is_new: bool, file: str, out: IO[bytes]
) -> None:
    """Unpack a member, whatever it says of its size, for as long as it is not too much."""
    most, size = _most(member), 0
    with archive.open(member) as packed:
        for chunk in _chunks(packed, is_new, file):
            size += len(chunk)
            if size > most:
                raise _too_much(file, member.filename, most)
            if size > _SMALL and size > _RATIO * member.compress_size:
                raise _bomb(file, member.filename)
            out.write(chunk)


def _chunks(packed: IO[bytes], is_new: bool, file: str) -> Iterator[bytes]:
    """What a member holds; in newer packages it is packed once more, by Zstandard."""
    if not is_new:
        yield from iter(lambda: packed.read(1 << 20), b"")
        return
    try:
        import zstandard
    except ImportError:
        what = "is a package of a newer Anki, and what unpacks it is not installed"
        fix = f'pip install "pharmdocs[exchange]", or {OLDER}'
        raise SetupError(Problem(Location(file), what, fix)) from None
    # A frame may ask for a window of gigabytes; Anki's asks for 8 MB.
    unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    try:
        with unpacker.stream_reader(packed) as data:
            yield from iter(lambda: data.read(1 << 20), b"")
    except zstandard.ZstdError:
        raise _refusal(file, "is damaged: its collection cannot be unpacked", _ANEW) from None


def _most(member: zipfile.ZipInfo) -> int:
    return _MOST_MEDIA if member.filename == _MEDIA else _MOST_BYTES


def _media(data: bytes, is_new: bool) -> tuple[str, ...]:
    if not data:
        return ()
    if is_new:
        entries = (next(parts_of(entry, 1), b"") for entry in parts_of(data, 1))
        return tuple(entry.decode("utf-8", "replace") for entry in entries)
    listed = json.loads(data)
    if not isinstance(listed, dict):
        raise ValueError("no list of names")
    return tuple(map(str, listed.values()))


def _too_much(file: str, name: str, most: int) -> ContentError:
    what = f"unpacks `{name}` to more than {most // 1_000_000} MB"
    return _refusal(file, what, "export a deck at a time")


def _bomb(file: str, name: str) -> ContentError:
    what = f"packs `{name}` to less than a {_RATIO}th, as no deck of cards can be"
    return _refusal(file, what, _ANEW)


def _refusal(file: str, what: str, fix: str) -> ContentError:
    return ContentError(Problem(Location(file), clean(what), fix))
