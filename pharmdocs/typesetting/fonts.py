"""The vendored faces: which there are, that they are untouched, and that nothing else is used.

The typesetter sees a private font configuration with one folder in it. So a letter that our
faces lack is a warning there, never a glyph of whatever the machine happens to have.
"""

import hashlib
import tomllib
import zlib
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path

from pharmdocs.errors import Location, Problem, SetupError
from pharmdocs.shipped import bundled

_ANEW = "install pharmdocs again; in a checkout: git checkout templates/fonts"
_AWAY = "take it out of the folder"
# U+00AD is a place where a word may be cut, U+200B one where a line may break, U+2060 one where it
# may not: none of them is drawn.
_INVISIBLE = frozenset("\t\n\r\u00ad\u200b\u2060")


@dataclass(frozen=True)
class Face:
    """One font file; `weight` is 400 or 700, `style` normal or italic.

    `covers` are its characters, as runs of code points in hexadecimal.
    """

    file: str
    family: str
    style: str
    weight: int
    sha256: str
    covers: str


@cache
def folder() -> Path:
    """Where the vendored faces lie, untouched; never overridden, because their proofs are ours.

    Raises:
        SetupError: a face is missing or damaged.
    """
    if problems := damaged():
        raise SetupError(*problems)
    return _vendored()


@cache
def faces() -> tuple[Face, ...]:
    """Every vendored face, as fonts.toml lists them."""
    listed = tomllib.loads((_vendored() / "fonts.toml").read_text(encoding="utf-8"))["face"]
    return tuple(Face(**{item.name: face[item.name] for item in fields(Face)}) for face in listed)


def damaged() -> list[Problem]:
    """The faces that are missing or differ from the ones we proved, and what lies among them."""
    problems = []
    known = {"fonts.toml"} | {face.file for face in faces()}
    for path in sorted(_vendored().iterdir()):
        # The typesetter would find a font under any name, but for one that begins with a dot.
        if path.name not in known and not path.name.startswith((".", "OFL-")):
            where = Location(f"templates/fonts/{path.name}")
            problems.append(Problem(where, "is none of our faces, and no other is used", _AWAY))
    for face in faces():
        path = _vendored() / face.file
        if not path.is_file():
            problems.append(_damage(face, "is missing"))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != face.sha256:
            problems.append(_damage(face, "is not the file that was proved"))
    return problems


def program(sha256: str) -> bytes:
    """The font program of the vendored face with this hash, as it is embedded.

    Raises:
        SetupError: somebody changed it while the build went on.
    """
    (face,) = [face for face in faces() if face.sha256 == sha256]
    data = (folder() / face.file).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise SetupError(_damage(face, "is not the file that was proved"))
    return data


def packed(sha256: str) -> bytes:
    """The same as it stands in files, deflated.

    Raises:
        SetupError: as `program` has it.
    """
    return _deflated(program(sha256))


# Hundreds of lifts have the same.
_deflated = lru_cache(maxsize=16)(zlib.compress)


def configuration(cache_folder: str) -> str:
    """A fontconfig file that knows our folder and no other."""
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{_escape(str(folder()))}</dir>"
        f"<cachedir>{_escape(cache_folder)}</cachedir></fontconfig>"
    )


@dataclass(frozen=True)
class Metrics:
    """A face in its own units: `em` of them make an em; glyph numbers are those of the file."""

    em: int
    glyphs: dict[str, int]
    advances: tuple[int, ...]


@cache
def metrics(file: str) -> Metrics:
    """The glyph of each character of a face, and how wide each glyph is."""
    from fontTools.ttLib import TTFont

    with TTFont(folder() / file, lazy=True) as font:
        names = font.getGlyphOrder()
        number = {name: index for index, name in enumerate(names)}
        glyphs = {chr(point): number[name] for point, name in font.getBestCmap().items()}
        advances = tuple(font["hmtx"][name][0] for name in names)
        return Metrics(font["head"].unitsPerEm, glyphs, advances)


@cache
def coverage() -> frozenset[str]:
    """Every character that some vendored face can draw, and the invisible ones it needs not."""
    points: set[int] = set()
    for run in {run for face in faces() for run in face.covers.split()}:
        first, _, last = run.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(map(chr, points)) | _INVISIBLE


def undrawable(files: dict[str, str]) -> list[Problem]:
    """The characters in these texts that no vendored face has, each at its first place a file."""
    problems = []
    covered = coverage()
    plain = "".join(covered).encode("ascii", "ignore")
    for name, text in files.items():
        # Most letters are plain: of bytes they are gone at once.
        odd = text.encode("utf-8", "surrogatepass").translate(None, plain)
        for character in sorted(set(odd.decode("utf-8", "surrogatepass")) - covered):
            line = text.count("\n", 0, text.index(character)) + 1
            what = f"no vendored face has {character!r} (U+{ord(character):04X})"
            fix = "write it with letters, or with a sign that the fonts have"
            problems.append(Problem(Location(name, line), what, fix))
    return problems


def _vendored() -> Path:
    return bundled() / "templates" / "fonts"


def _damage(face: Face, what: str) -> Problem:
    return Problem(Location(f"templates/fonts/{face.file}"), what, _ANEW)


def _escape(path: str) -> str:
    return path.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
