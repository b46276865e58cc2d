"""Who hands the papers out, and on which occasion: [brand] and [event] of pharmdocs.toml.

Without any of this every page looks finished too.
"""

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

from pharmdocs.logo import Logo, read_logo
from pharmdocs.people.dates import DayError, parse_date
from pharmdocs.strict import Table

_NAME, _LINE, _ALT = 48, 80, 160


@dataclass(frozen=True)
class Brand:
    """Who hands the papers out; empty fields print nothing."""

    name: str = ""
    accent: str = ""
    contact: str = ""
    url: str = ""
    logo: Logo | None = None

    def in_ink(self, ink: str) -> "Brand":
        """The brand as an ink of that name can print it."""
        return replace(self, logo=self.logo.in_black()) if self.logo and ink == "black" else self


@dataclass(frozen=True)
class Event:
    """Where the papers are handed out: a fair, an open day; empty fields print nothing."""

    name: str = ""
    date: datetime.date | None = None
    place: str = ""
    organiser: str = ""
    contact: str = ""
    url: str = ""
    logo: Logo | None = None

    def host(self, brand: Brand) -> Brand:
        """Who hands papers out there: the event's organiser and particulars before the brand's."""
        return replace(
            brand,
            name=self.organiser or brand.name,
            contact=self.contact or brand.contact,
            url=self.url or brand.url,
            logo=self.logo or brand.logo,
        )


def read_brand(table: Table, root: Path) -> Brand:
    """The brand of [brand]; closes the table, in which problems are noted.

    Args:
        table: the table.
        root: the project's folder, in which the logo lies.
    """
    brand = Brand(
        name=table.text("name", "", limit=_NAME),
        accent=table.color("accent", ""),
        contact=table.text("contact", "", limit=_LINE),
        url=table.address("url", "", limit=_LINE),
        logo=_logo(table, root),
    )
    table.close()
    return brand


def read_event(table: Table, root: Path, language: str) -> Event:
    """The event of [event]; closes the table, in which problems are noted.

    Args:
        table: the table; a spoilt one when the project has none.
        root: the project's folder, in which the logo lies.
        language: how figures of a date are read.
    """
    event = Event(
        name=table.text("name", limit=_LINE),
        date=_day(table, language),
        place=table.text("place", "", limit=_LINE),
        organiser=table.text("organiser", "", limit=_NAME),
        contact=table.text("contact", "", limit=_LINE),
        url=table.address("url", "", limit=_LINE),
        logo=_logo(table, root),
    )
    table.close()
    return event


def _day(table: Table, language: str) -> datetime.date | None:
    text = table.day("date", "")
    try:
        return parse_date(text, language) if text else None
    except DayError as error:
        table.complain(table.line_of("date"), f"`date` {error.what}", error.fix)
        return None


def _logo(table: Table, root: Path) -> Logo | None:
    """The logo of a table; None when there is none, or one that cannot be printed."""
    name, alt = table.text("logo", ""), table.text("logo_alt", "", limit=_ALT)
    if not name:
        if alt:
            fix = 'name its file as well: logo = "logo.svg"'
            table.complain(table.line_of("logo_alt"), "`logo_alt` describes no logo", fix)
        return None
    if "logo_alt" not in table.values:
        fix = 'say what it shows, for whoever cannot see it: logo_alt = "…"'
        table.complain(table.line_of("logo"), "the logo has no description", fix)

    logo, flaw = read_logo(root, name, alt)
    if flaw:
        table.complain(table.line_of("logo"), f"the logo `{name}` {flaw.what}", flaw.fix)
    return logo
