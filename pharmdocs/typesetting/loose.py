"""Loose leaves: faces of several documents that are to be one, before somebody binds them.

A face that is new among many that stand is pressed with those on its sheet alone; the document of
all of them is bound beside that, for builds to come.
"""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pharmdocs.errors import PharmdocsError
from pharmdocs.pool import each
from pharmdocs.typesetting.fit import FaceJob, Fit, Fitted, fit
from pharmdocs.typesetting.places import Ledger
from pharmdocs.typesetting.store import hold
from pharmdocs.typesetting.typeset import Page, Typeset

# What is called by its place in its document, or belongs to the whole of it.
_COUNTED = re.compile(
    rb"/(?:XObject|Pattern|Shading)\s*<<\s*/|/(?:SMask|Names|Outlines|AcroForm)\b"
)


@dataclass(frozen=True)
class Loose:
    """Faces, each with the document and page, from 0, that it stands on; and how they were set.

    `job` sets them anew; what is bound is kept under the key `name`. Can be pickled.
    """

    job: FaceJob
    found: tuple[tuple[Typeset, int], ...] = field(repr=False)
    fits: tuple[Fit, ...]
    name: str = ""

    @property
    def pages(self) -> tuple[Page, ...]:
        """Their pages in order."""
        return tuple(made.pages[page] for made, page in self.found)

    def only(self, faces: Sequence[int]) -> "Loose":
        """Some of them, by their numbers from 0."""
        job = replace(self.job, faces=tuple(self.job.faces[at] for at in faces))
        found = tuple(self.found[at] for at in faces)
        return Loose(job, found, tuple(self.fits[at] for at in faces))

    def bound(self) -> Typeset:
        """The document, as if they had been set together.

        Raises:
            LayoutError: as `fit` has it.
        """
        from pharmdocs.typesetting.gathering import gathered

        made = gathered(self.found) or fit(self.job).typeset
        if made is None:
            raise AssertionError("faces that fitted alone fit together")
        return made


def is_plain(made: Typeset) -> bool:
    """Whether nothing in a document depends on what else is in it."""
    return not _COUNTED.search(made.pdf)


def keep(loose: Sequence[Loose], setting: str, children: int) -> None:
    """Have them bound and kept, as faces of that setting, where that is possible."""
    ledger = Ledger(setting)
    with contextlib.suppress(PharmdocsError):
        bound = each(Loose.bound, loose, children, work="typeset")
        for it, made in zip(loose, bound, strict=True):
            hold(it.name, Fitted(made, it.fits))
            ledger.note(it.name, [face.digest for face in it.job.faces])
        ledger.keep()
