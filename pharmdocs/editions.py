"""Which booklet is asked for, and of which shop: what goes together, what is told of it."""

from dataclasses import dataclass
from pathlib import Path

from pharmdocs.build import Request
from pharmdocs.errors import Problem, SelectionError
from pharmdocs.geometry import mm, to_mm
from pharmdocs.imposition.saddle import check_caliper
from pharmdocs.typesetting.printable import Look

EDITIONS = ("screen", "fold", "press")
# 80 g paper has 0.1 mm, 20 lb bond about as much.
CALIPER = mm(0.1)
USUAL_BLEED = mm(3)


@dataclass(frozen=True)
class Shop:
    """What a print shop has said: bleed in points, its profile, how many (0 when nobody knows)."""

    bleed: float = USUAL_BLEED
    profile: Path | None = None
    copies: int = 0


@dataclass(frozen=True)
class Booklet:
    """What is asked of the booklet beyond what every build is asked.

    `edition` is one of EDITIONS: what the file is for. `brief` leaves all but the question, why
    they ask it, and its card points out. `caliper` is the thickness of one sheet, in points, and
    `binding` the side of the spine; both are about sheets that are folded, and None where nothing
    is said. `jobs` is how many processes typeset it, 0 for as many as there are cores.
    """

    edition: str = "screen"
    brief: bool = False
    caliper: float | None = None
    binding: str | None = None
    jobs: int = 0

    @property
    def folded(self) -> bool:
        """Whether it is printed on sheets to fold."""
        return self.edition == "fold"


def check(booklet: Booklet, request: Request) -> None:
    """Refuse what cannot be done together.

    Raises:
        SelectionError: every such option.
    """
    asked = {"--caliper": booklet.caliper is not None, "--binding": booklet.binding is not None}
    problems = [
        Problem(None, f"{option} is about sheets that are folded", "add --edition fold")
        for option, given in asked.items()
        if given and not booklet.folded
    ]
    if request.large and booklet.edition != "screen":
        what = f"large print is read on whole pages, and --edition {booklet.edition} is"
        what += " half of them" if booklet.folded else " for a print shop"
        problems.append(Problem(None, what, "leave --edition out, or --large-print"))
    if problems:
        raise SelectionError(*problems)
    check_caliper(booklet.caliper or 0.0)


def name_of(booklet: Booklet, request: Request) -> str:
    """Files for different ends lie side by side."""
    edition = "" if booklet.edition == "screen" else f"-{booklet.edition}"
    large = "-large" if request.large else ""
    return f"booklet{'-brief' if booklet.brief else ''}{large}{edition}"


def options_of(booklet: Booklet, request: Request, look: Look) -> dict[str, object]:
    """What the manifest says was asked."""
    told: dict[str, object] = {"edition": booklet.edition, "brief": booklet.brief}
    told["large-print"] = look.large
    if booklet.folded:
        caliper = CALIPER if booklet.caliper is None else booklet.caliper
        told |= {"caliper": round(to_mm(caliper), 3), "binding": booklet.binding or "left"}
    return told | {"paper": look.paper, "ink": look.ink, "only": request.only or ""}


def shop_of(
    edition: str, bleed: float | None, profile: Path | None, copies: int, *more: str
) -> Shop:
    """What is asked of a shop.

    Args:
        edition: "press", or one that is not for a shop.
        bleed: in points; None for the usual one.
        profile: the shop's profile, if there is one.
        copies: how many; 0 when nobody said.
        more: further options that were given and go with a shop alone.

    Raises:
        SelectionError: something is asked of a shop, and the edition is not for one.
    """
    asked = ["--profile"] * (profile is not None) + ["--copies"] * (copies > 0)
    names = " and ".join([*asked, *more])
    if edition != "press" and names:
        what = f"{names}: only an edition for a print shop has that"
        raise SelectionError(Problem(None, what, f"add --edition press, or leave {names} out"))
    return Shop(USUAL_BLEED if bleed is None else bleed, profile, copies)
