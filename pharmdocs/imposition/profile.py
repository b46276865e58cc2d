"""The shop's ICC profile: which inks its press lays down for a color.

A profile that exists is one of a CMYK press and works: its header was read, and the library that
will use it has opened it. It is the user's file; none comes with pharmdocs.
"""

import io
from dataclasses import dataclass
from pathlib import Path

from pharmdocs.errors import Problem, SetupError

# The largest that are handed out have 2 to 9 MB.
LARGEST = 20_000_000
_ASK = "ask the shop for the ICC profile of its press and paper, a file that ends in .icc"
# What stands at 12 in the header (ICC.1:2022, 7.2.5); "prtr" is what is wanted.
_CLASSES = {
    b"scnr": "a scanner",
    b"mntr": "a screen",
    b"link": "a pair of devices",
    b"spac": "a color space",
    b"abst": "an effect",
    b"nmcl": "named colors",
}


@dataclass(frozen=True)
class Profile:
    """A CMYK printing condition: what the file calls it, and its bytes."""

    name: str
    data: bytes


def read_profile(path: Path) -> Profile:
    """Read the profile of a CMYK press.

    Raises:
        SetupError: there is no such file, it is too large, or it is not such a profile.
    """
    try:
        if path.stat().st_size > LARGEST:
            size = f"{path.stat().st_size / 1e6:.0f} MB"
            raise _refused(path, f"has {size}, more than any profile ({LARGEST // 1_000_000} MB)")
        data = path.read_bytes()
    except FileNotFoundError:
        raise _refused(path, "is not there", "mend the path, or " + _ASK) from None
    except OSError as error:
        raise _refused(path, f"cannot be read ({error.strerror})") from None
    if data[36:40] != b"acsp":
        raise _refused(path, "is not an ICC profile")
    # In the order in which somebody is likely to have mixed up files: screen, grey press, ...
    if data[16:20] != b"CMYK":
        space = data[16:20].decode("ascii", "replace").strip()
        raise _refused(path, f"is a profile for {_visible(space)}, not for CMYK")
    if data[12:16] != b"prtr":
        kind = _CLASSES.get(data[12:16], "something else")
        raise _refused(path, f"is the profile of {kind}, not of a press")
    if not 2 <= data[8] <= 4:
        raise _refused(path, f"is of ICC version {data[8]}; PDF files hold 2 and 4")
    if int.from_bytes(data[:4], "big") > len(data):
        raise _refused(path, "is damaged: its end is missing")
    return Profile(_opened(path, data), data)


def _opened(path: Path, data: bytes) -> str:
    """What the profile calls itself, once the library can convert with it."""
    from PIL import ImageCms

    try:
        press = ImageCms.ImageCmsProfile(io.BytesIO(data))
        screen = ImageCms.createProfile("sRGB")
        ImageCms.buildTransform(screen, press, "RGB", "CMYK")
        name = ImageCms.getProfileDescription(press)
    except (ImageCms.PyCMSError, OSError):
        raise _refused(path, "is damaged, or has no way from colors to inks") from None
    return _visible(name) or _visible(path.stem) or "CMYK"


def _visible(text: str) -> str:
    """What of a text any font can draw, on one line."""
    return " ".join("".join(c if " " <= c <= "~" else " " for c in text).split())[:80]


def _refused(path: Path, what: str, fix: str = _ASK) -> SetupError:
    return SetupError(Problem(None, f"--profile: {path.name} {what}", fix))
