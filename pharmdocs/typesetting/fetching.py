"""What a page may read while it is laid out: pictures of one folder, those that come with the job.

Everything else is refused for good: no other file, no network.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pharmdocs.tones import as_printed

_MAX_PICTURE = 20_000_000
# Where a document finds its pictures, wherever they lie: the engine names them by this address.
_FOLDER = "/pictures/"
PICTURES = f"file://{_FOLDER}"


@dataclass(frozen=True)
class Supplied:
    """A picture that comes with the job: its address in the HTML, its media type, its bytes."""

    address: str
    media_type: str
    data: bytes


def fetcher_of(root: Path, supplied: tuple[Supplied, ...], grey: bool) -> Any:
    """A reader of pictures: supplied ones, those below one folder; it refuses the rest for good.

    With `grey`, those of the folder are without color.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    types = {
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".svg": "image/svg+xml",
    }

    class Pictures(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> Any:
            for one in supplied:
                if one.address == url:
                    return URLFetcherResponse(url, one.data, {"Content-Type": one.media_type})
            path = _inside(url, root)
            if path is None or path.suffix.lower() not in types:
                raise FatalURLFetchingError(f"{_shown(url)} is not a picture of this bank")
            if path.stat().st_size > _MAX_PICTURE:
                raise FatalURLFetchingError(f"{path.name} is larger than 20 MB")
            kind = {"Content-Type": types[path.suffix.lower()]}
            return URLFetcherResponse(url, as_printed(path.read_bytes(), grey), kind)

    return Pictures()


def _inside(url: str, root: Path) -> Path | None:
    """The existing file below the folder that an address of ours names; None for anything else."""
    parts = urlsplit(url)
    name = unquote(parts.path)
    ours = (parts.scheme, parts.netloc, name[: len(_FOLDER)]) == ("file", "", _FOLDER)
    if not ours or "\0" in name:
        return None
    path = (root / name.removeprefix(_FOLDER)).resolve()
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None


def _shown(url: str) -> str:
    """An address as a message may show it: of a file only its name."""
    return (url.rpartition("/")[2] if url.lower().startswith("file:") else url)[:120]
