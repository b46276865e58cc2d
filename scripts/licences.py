"""docs/licences.md: the licence of everything that pharmdocs needs to run, its extras included.

What the packages of the lock say of themselves is held against a list of licences under which
anybody may use, change and pass on pharmdocs. The GPL and the AGPL are not on it, and words that
nobody can judge by machine are refused until somebody has read the licence itself.

    python scripts/licences.py

All extras must be installed: make test-all does it, requirements-system.lock has those that are
needed for the system's tests alone.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs/licences.md"

# Permissive ones; then those that ask for their own source to be passed on, and for no more.
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "HPND", "ISC", "MIT", "MIT-0"),
    *("MIT-CMU", "PSF-2.0", "Unicode-3.0", "Unlicense", "Zlib"),
    *("LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"),
    *("MPL-1.1", "MPL-2.0"),
}

# What packages write who do not write an SPDX expression.
_MEANT = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}

# Package: the words that leave it open; what its own licence files say, read by a person.
READ = {
    "pyphen": (
        "GNU General Public License v2 or later (GPLv2+)"
        " AND GNU Lesser General Public License v2 or later (LGPLv2+)"
        " AND Mozilla Public License 1.1 (MPL 1.1)",
        "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    ),
    "pypdfium2": ("BSD-3-Clause, Apache-2.0, dependency licenses", "Apache-2.0 AND BSD-3-Clause"),
}

_HEAD = """\
# Licences

pharmdocs is under the MIT License. This is what it needs to run, and under which licence that is.
The list is made from what the packages of the locks say of themselves, by
`python scripts/licences.py`; a test holds it against them, and against the licences that are
allowed: permissive ones, the MPL and the LGPL. A package under the GPL or the AGPL never
becomes part of pharmdocs. Where a package offers a choice, the allowed one is taken.

| Package | Licence | Needed by |
|---|---|---|
"""

_FOOT = """
Not in the list:

- Pango, HarfBuzz, fontconfig and GLib, which the system brings: LGPL-2.1-or-later and MIT.
- The faces in `templates/fonts/`, made from IBM Plex and Inter: SIL Open Font License 1.1,
  whose texts lie beside them and in every wheel.
- What tests, docs and benchmarks need besides, which has locks of its own. Some of it is under the
  AGPL; pharmdocs imports none of it, and none of it is in a wheel.
"""

Find = Callable[[str], Distribution]


@dataclass(frozen=True)
class Package:
    """A package that is needed, its licence, and the extra that brings it ("" for none)."""

    name: str
    licence: str
    extra: str = ""


class UnlicensedError(Exception):
    """A package may not become part of pharmdocs, or nobody can tell."""


def needed(
    root: Distribution, extra: str = "", find: Find = distribution
) -> dict[str, Distribution]:
    """Everything that a package asks for on this machine, and what those ask for, by name.

    Args:
        root: the package; it is not in the result.
        extra: the extra of it that is asked for besides.
        find: what finds a package by its name.
    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(root, extra_) for extra_ in {"", extra}]
    while waiting:
        asking, its_extra = waiting.pop()
        for text in asking.requires or []:
            asked = Requirement(text)
            if asked.marker and not asked.marker.evaluate({"extra": its_extra}):
                continue
            name = canonicalize_name(asked.name)
            found.setdefault(name, find(asked.name))
            for extra_ in {"", *asked.extras} - {it for known, it in seen if known == name}:
                seen.add((name, extra_))
                waiting.append((found[name], extra_))
    return found


def licence(package: Distribution) -> str:
    """What a package says of its licence, as an SPDX expression where it can be told."""
    said = package.metadata.get_all
    kinds = [kind.split(" :: ") for kind in said("Classifier") or []]
    named = sorted(kind[-1] for kind in kinds if kind[0] == "License")
    # Several stand for a choice as often as not; whoever reads them as "all of it" is safe.
    text = " AND ".join(said("License-Expression") or [_MEANT.get(name, name) for name in named])
    text = text or " ".join(" ".join(said("License") or []).split())
    words, meant = READ.get(canonicalize_name(package.name), ("", ""))
    return meant if words == text and words else _MEANT.get(text, text)


def allowed(expression: str) -> bool:
    """Whether one of the choices of an SPDX expression is allowed in all its parts."""
    return any(
        all(part in ALLOWED for part in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def packages(root: Distribution, find: Find = distribution) -> list[Package]:
    """What a package needs to run, by name.

    Raises:
        UnlicensedError: some of it is under a licence that is not allowed; names all of it.
    """
    found: dict[str, Package] = {}
    for extra in ("", *sorted(root.metadata.get_all("Provides-Extra") or [])):
        for name, package in needed(root, extra, find).items():
            found.setdefault(name, Package(name, licence(package), extra))
    if refused := [it for it in found.values() if not allowed(it.licence)]:
        raise UnlicensedError("\n".join(map(_refusal, sorted(refused, key=lambda it: it.name))))
    return sorted(found.values(), key=lambda it: it.name)


def written(found: list[Package]) -> str:
    """The page that lists them."""
    rows = [
        f"| {it.name} | {it.licence} | {f'the extra `{it.extra}`' if it.extra else 'pharmdocs'} |\n"
        for it in found
    ]
    return _HEAD + "".join(rows) + _FOOT


def _refusal(package: Package) -> str:
    return (
        f"{package.name}: says `{package.licence[:80]}` of its licence, which is not allowed\n"
        "    fix: do without it; or, if its own licence file says otherwise, add it to READ"
    )


if __name__ == "__main__":
    try:
        LIST.write_text(written(packages(distribution("pharmdocs"))), encoding="utf-8")
    except UnlicensedError as error:
        sys.exit(str(error))
