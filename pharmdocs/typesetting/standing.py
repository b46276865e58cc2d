"""Type that stands: of faces that were set before, only what is new among them is set again.

A page that stands is taken out of the document it was set in and comes to lie among the new ones
as if all had been set together; but for the numbers of its objects it is that document.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from pharmdocs.typesetting import cache
from pharmdocs.typesetting.fit import FaceJob, Fit, Fitted, fit
from pharmdocs.typesetting.places import Ledger
from pharmdocs.typesetting.typeset import Typeset


@dataclass(frozen=True)
class Stands:
    """A face that was set before: in which document, on which page from 0, and how."""

    made: Typeset
    page: int
    fit: Fit


@dataclass(frozen=True)
class Faces:
    """Faces to be set, and those among them that stand; can be pickled.

    What stands makes no other result: it is not told by the key that this is kept under.
    """

    job: FaceJob
    standing: tuple[Stands | None, ...] = field(default=(), repr=False)


def set_all(
    jobs: Sequence[FaceJob],
    children: int,
    done: Callable[[int], None],
    called: Callable[[FaceJob], str],
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Fitted]:
    """What `fit` makes of each job, which differ in their faces alone; as `remembered` has it."""
    ledger = Ledger(setting(jobs[0]))

    def lent(missing: list[Faces], keys: list[str]) -> list[Faces]:
        """What is missing, with what of it stands."""
        found = []
        for it, name in zip(missing, keys, strict=True):
            digests = [face.digest for face in it.job.faces]
            found.append(replace(it, standing=tuple(_standing(it.job, ledger))))
            ledger.note(name, digests)
        return found

    results = cache.remembered(
        set_faces,
        [Faces(job) for job in jobs],
        children,
        done=done,
        called=lambda it: called(it.job),
        instead=lent,
        meanwhile=meanwhile,
    )
    ledger.keep()
    return results


def setting(job: FaceJob) -> str:
    """The key of where faces stand that are set as those of this job are."""
    return cache.key(Ledger, replace(job, faces=()))


def _standing(job: FaceJob, ledger: Ledger) -> Iterator[Stands | None]:
    """For each face of a job where it stands; None for those that do not."""
    for face in job.faces:
        found, page = ledger.find(face.digest) or (None, 0)
        if found and found.typeset and found.fits[page].id == face.id:
            yield Stands(found.typeset, page, found.fits[page])
        else:
            yield None


def set_faces(faces: Faces) -> Fitted:
    """What `fit` makes of the job, with what stands.

    Raises:
        LayoutError: as `fit` has it.
    """
    standing, job = faces.standing, faces.job
    if not any(standing):
        return fit(job)
    from pharmdocs.typesetting.gathering import gathered

    new = [face for face, it in zip(job.faces, standing, strict=True) if it is None]
    fresh = fit(replace(job, faces=tuple(new))) if new else Fitted(None, ())
    rest = iter(fresh.fits)
    fits = tuple(it.fit if it else next(rest) for it in standing)
    if new and not fresh.typeset:
        return Fitted(None, fits)
    at = count()
    found = [(it.made, it.page) if it else (fresh.typeset, next(at)) for it in standing]
    made = gathered(found)
    return Fitted(made, fits) if made else fit(job)
