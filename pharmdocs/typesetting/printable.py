"""A printable is a folder under templates/: page.html.j2, page.css and a style sheet a paper.

One that has a large.css can be had in large print.
"""

from dataclasses import dataclass

from pharmdocs.brand import Brand
from pharmdocs.errors import Location, Problem, SetupError
from pharmdocs.project import Project
from pharmdocs.strict import read_text
from pharmdocs.typesetting.fetching import Supplied
from pharmdocs.typesetting.typeset import Stylesheet

# The text of large print, and the smallest of its type, in points.
LARGE, LARGE_FLOOR = 18.0, 14.0


@dataclass(frozen=True)
class Look:
    """How a printable is to look: paper and ink by name, the words' language, who hands it out.

    `large` is for readers with low vision: type of 18 pt, and none below LARGE_FLOOR.
    """

    paper: str
    ink: str
    language: str
    brand: Brand
    large: bool = False


def supplied(brand: Brand) -> tuple[Supplied, ...]:
    """The pictures that a brand brings along, for the job of a page that shows it."""
    logo = brand.logo
    return (Supplied(logo.address, logo.media_type, logo.data),) if logo else ()


def stylesheets(
    project: Project, printable: str, look: Look, paper: bool = True, also: tuple[str, ...] = ()
) -> tuple[Stylesheet, ...]:
    """The style sheets of a printable, the general before the special; the ink has the last word.

    Args:
        project: where they are found.
        printable: the folder under templates/.
        look: paper and ink.
        paper: whether the printable has a style sheet for each paper.
        also: further ones of the printable, by name, such as "fold".

    Raises:
        SetupError: a file is missing or cannot be read.
    """
    own = [f"{printable}/page.css", *([f"{printable}/{look.paper}.css"] if paper else [])]
    own += [f"{printable}/{name}.css" for name in also]
    own += ["large.css", f"{printable}/large.css"] if look.large else []
    problems: list[Problem] = []
    sheets = []
    for name in ("base.css", *own, f"ink-{look.ink}.css"):
        path, label = project.template(name)
        if not path.is_file():
            fix = "install pharmdocs again, or put the file there"
            problems.append(Problem(Location(label), "is missing", fix))
            continue
        sheets.append(Stylesheet(label, read_text(path, label, problems)))
    if problems:
        raise SetupError(*problems)
    return tuple(sheets)
