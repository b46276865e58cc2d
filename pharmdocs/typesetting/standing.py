"""Type that stands: of faces that were set before, only what is new among them is set again.

A page that stands is taken out of the document it was set in and comes to lie among the new ones
as if all had been set together; but for the numbers of its objects it is that document.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from pharmdocs.pool import guarded
from pharmdocs.typesetting import cache
from pharmdocs.typesetting.fit import FaceJob, Fit, Fitted, fit
from pharmdocs.typesetting.loose import Loose, is_plain
from pharmdocs.typesetting.places import Ledger
from pharmdocs.typesetting.store import hold
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

    What stands makes no other result: it is not told by the key that this is kept under. With
    `loose`, only those are asked for that do not stand.
    """

    job: FaceJob
    standing: tuple[Stands | None, ...] = field(default=(), repr=False)
    loose: bool = field(default=False, repr=False)


@dataclass(frozen=True)
class Fresh:
    """Faces that are new among others, and are not yet with them."""

    fitted: Fitted


def set_all(
    jobs: Sequence[FaceJob],
    children: int,
    done: Callable[[int], None],
    called: Callable[[FaceJob], str],
    meanwhile: Callable[[], object] = lambda: None,
    loose: bool = False,
) -> list[tuple[Fitted | Loose, str]]:
    """What `fit` makes of each job, which differ in their faces alone; as `remembered` has it.

    With the key that each is kept under; empty without a cache.

    With `loose`, new faces may stay apart from those that stand, until somebody has them bound. To
    bind much is better done where it is set.
    """
    ledger = Ledger(setting(jobs[0]))
    asked = [Faces(job) for job in jobs]
    names = cache.keys(set_faces, asked)
    sent: dict[str, Faces] = {}

    def lent(missing: list[Faces], keys: list[str]) -> list[Faces]:
        """What is missing, with what of it stands."""
        few, found = loose and len(missing) <= children, []
        for it, name in zip(missing, keys, strict=True):
            standing = tuple(_standing(it.job, ledger))
            documents = {id(stood.made): stood.made for stood in standing if stood}.values()
            apart = few and bool(documents) and all(map(is_plain, documents))
            found.append(replace(it, standing=standing, loose=apart))
            if apart:
                sent[name] = found[-1]
            else:
                ledger.note(name, [face.digest for face in it.job.faces])
        return found

    results = cache.remembered(
        set_faces,
        asked,
        children,
        done=done,
        called=lambda it: called(it.job),
        keep=lambda it: isinstance(it, Fitted),
        instead=lent,
        meanwhile=meanwhile,
        names=names,
    )
    ledger.keep()
    return [
        (_loose(sent[name], name, it.fitted) if isinstance(it, Fresh) else it, name)
        for it, name in zip(results, names, strict=True)
    ]


def _loose(faces: Faces, name: str, fresh: Fitted) -> Fitted | Loose:
    """New faces among those that stand; bound at once if they show something counted."""
    new, fits = fresh.typeset, _fits(faces, fresh)
    if new is None and fresh.fits:
        made = Fitted(None, fits)
    elif new is None or is_plain(new):
        return Loose(faces.job, tuple(_found(faces, new)), fits, name)
    else:
        made = guarded(_bound, faces)
    hold(name, made)
    return made


def _found(faces: Faces, new: Typeset | None) -> Iterator[tuple[Typeset, int]]:
    """Where each face is: its document, and its page from 0."""
    at = count()
    for it in faces.standing:
        if it:
            yield it.made, it.page
        elif new:
            yield new, next(at)


def _fits(faces: Faces, fresh: Fitted) -> tuple[Fit, ...]:
    rest = iter(fresh.fits)
    return tuple(it.fit if it else next(rest) for it in faces.standing)


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


def set_faces(faces: Faces) -> Fitted | Fresh:
    """What `fit` makes of the job, with what stands.

    Raises:
        LayoutError: as `fit` has it.
    """
    if not any(faces.standing):
        return fit(faces.job)
    return Fresh(_new(faces)) if faces.loose else _bound(faces)


def _new(faces: Faces) -> Fitted:
    """Those that do not stand."""
    pairs = zip(faces.job.faces, faces.standing, strict=True)
    new = tuple(face for face, it in pairs if it is None)
    return fit(replace(faces.job, faces=new)) if new else Fitted(None, ())


def _bound(faces: Faces) -> Fitted:
    """All of them."""
    from pharmdocs.typesetting.gathering import gathered

    fresh = _new(faces)
    fits = _fits(faces, fresh)
    if fresh.fits and not fresh.typeset:
        return Fitted(None, fits)
    made = gathered(tuple(_found(faces, fresh.typeset)))
    return Fitted(made, fits) if made else fit(faces.job)
