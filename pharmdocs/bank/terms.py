"""Where a text uses a term of the glossary."""

import re
from collections.abc import Iterable, Sequence

from pharmdocs.bank.model import Term

Spellings = list[tuple[re.Pattern[str], dict[str, str]]]


def spellings(terms: Sequence[Term]) -> Spellings:
    """One pattern for the abbreviations, one for the words, each with name -> term id."""
    short = {name: term.id for term in terms for name in term.names if name.upper() == name}
    long = {name.casefold(): term.id for term in terms for name in term.names if name not in short}
    kinds = ((short, re.NOFLAG), (long, re.IGNORECASE))
    return [(_any_of(names, flags), names) for names, flags in kinds if names]


def uses(text: str, known: Spellings) -> list[tuple[int, int, str]]:
    """Where a text uses which terms, in order; an abbreviation only as it is spelled."""
    found = []
    for pattern, ids in known:
        for match in pattern.finditer(text):
            name = match[1] if match[1] in ids else match[1].casefold()
            # A pattern takes the Turkish ı and İ for an i; they are other letters.
            if name in ids:
                found.append((match.start(), match.end(), ids[name]))
    return sorted(found)


def _any_of(names: Iterable[str], flags: re.RegexFlag) -> re.Pattern[str]:
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<!\w)({words})(?:s|es)?(?!\w)", flags)
