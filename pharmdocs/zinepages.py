"""The pages of a zine: what stands on each of the eight, set one by one, and how to fold them.

What a bank has not, such as a fourth question or a checklist, leaves a page to write on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any

from pharmdocs.bank.model import Bank, Question
from pharmdocs.brand import Event
from pharmdocs.build import Request, edition_date
from pharmdocs.errors import LayoutError, Location, Problem
from pharmdocs.geometry import Box, mm, to_mm
from pharmdocs.imposition.stock import Stock
from pharmdocs.people.dates import full_date
from pharmdocs.people.qr import qr_svg
from pharmdocs.typesetting.cache import recalled
from pharmdocs.typesetting.fit import FaceJob, FaceText, Fit, Rung, fit
from pharmdocs.typesetting.printable import Look, stylesheets, supplied
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.strings import read_strings
from pharmdocs.typesetting.typeset import Job, Stylesheet, Typeset, typeset

# The text's size, and the ladder: closer, smaller, then less of it, as the bank's author says.
_BODY = 9.6
_STEPS = (0.96, 0.92, 0.88)
_QUESTIONS = 4
# A phone reads it from the hand; with its quiet zone it is a little less than half a panel wide.
_CODE = 76.0
# Printers reach to within 5 mm of the edge, and a fold is seldom straight.
SAFE = mm(6)
# What the foot of a page takes, in points.
_FOOT = 14.0


@dataclass(frozen=True)
class Panel:
    """A page: what it is called in messages, where its text stands, the id that it shows."""

    face: FaceText
    name: str
    where: Location | None = None
    id: str = ""


@dataclass(frozen=True)
class ZinePages:
    """What the pages are made from."""

    request: Request
    bank: Bank
    look: Look
    event: Event
    stock: Stock

    @cached_property
    def strings(self) -> dict[str, Any]:
        """The fixed words."""
        return read_strings(self.request.project, self.look.language)

    @property
    def title(self) -> str:
        """The document's title."""
        return f"{self.bank.title}: {self.strings['zine']['kind']}"

    def panels(self) -> list[Panel]:
        """The eight pages in reading order."""
        title = Location(f"content/{self.bank.name}/bank.toml", 1)
        asked = sorted(self.bank.questions, key=lambda question: question.asked)[:_QUESTIONS]
        questions = [self._question(item, number) for number, item in enumerate(asked, 2)]
        notes = [self._notes(number) for number in range(2 + len(asked), 2 + _QUESTIONS)]
        return [
            self._panel("cover", "the cover", [{"day": self._day()}], title),
            *questions,
            *notes,
            self._panel("star", "the page about STAR", [{}], None, foot=("star_foot", 6)),
            self._list(7),
            self._panel("back", "the back cover", self._back(), Location("pharmdocs.toml", 1)),
        ]

    def set(self, chosen: list[Panel]) -> tuple[Typeset, tuple[Fit, ...]]:
        """The pages, each on the first rung on which it fits.

        Raises:
            LayoutError: a panel that fits on none, by its place.
        """
        area = Box(0.0, 0.0, self.stock.trim).inset(SAFE)
        trim, size = self.stock.trim, area.size
        css = (
            f"@page {{ size: {trim.width:.4f}pt {trim.height:.4f}pt;"
            f" margin: {SAFE:.4f}pt; margin-bottom: {SAFE + _FOOT:.4f}pt }}"
            f"@page outside {{ margin-bottom: {SAFE:.4f}pt }}"
            f".panel {{ width: {size.width:.4f}pt }}"
        )
        head = self._render("head", trim=css)
        rungs = [Rung("as set", tight=False), Rung("tightened")]
        rungs += [Rung("smaller", step) for step in _STEPS]
        rungs += [
            Rung("short form", step, text=text) for text in (1, 2) for step in (1.0, _STEPS[-1])
        ]
        faces = tuple(panel.face for panel in chosen)
        brought = supplied(self.look.brand)
        job = FaceJob(
            area, head, faces, tuple(rungs), _BODY, self._sheets(), self._pictures(), brought,
            grey=self.look.ink == "black",
        )  # fmt: skip
        fitted = recalled(fit, job)
        if fitted.typeset is None:
            raise LayoutError(*_unfit(chosen, fitted.fits))
        return fitted.typeset, fitted.fits

    def how_to(self) -> Typeset:
        """The page that says how to fold the sheet, as large as the sheet."""
        sheet = self.stock.sheet
        css = f"@page how {{ size: {sheet.width:.4f}pt {sheet.height:.4f}pt }}"
        html = self._render("head", trim=css) + "<body>" + self._render("how-to")
        return recalled(typeset, Job(html, self._sheets(), self._pictures()))

    def _question(self, item: Question, number: int) -> Panel:
        label = item.id.upper()
        # The full text first; then what its author has said in short.
        texts: list[Mapping[str, object]] = [
            {"item": item, "label": label, "title": title, "short": short}
            for title, short in ((item.title, False), (item.title, True), (item.short_title, True))
        ]
        name, kind = f"the page of {label}", f"question cat-{item.category.key}"
        found = self._panel("question", name, texts, item.where, kind, ("say_it", number))
        return replace(found, id=label)

    def _notes(self, number: int) -> Panel:
        return self._panel("notes", "the notes", [{}], None, f"notes n{number}", ("say_it", number))

    def _list(self, number: int) -> Panel:
        """The checklist in short: two lines of each list, or one."""
        checklist = self.bank.checklist
        if checklist is None:
            return self._notes(number)
        where = Location(f"content/{self.bank.name}/checklist.toml", 1)
        texts: list[Mapping[str, object]] = [
            {"lists": [(name, items[:most]) for name, items in checklist.groups]} for most in (2, 1)
        ]
        foot = ("checklist_foot", number)
        return self._panel("checklist", "the checklist in short", texts, where, "list", foot)

    def _back(self) -> list[Mapping[str, object]]:
        """The back cover; where a brand takes much of it, with fewer lines to write on, or none."""
        url = self.look.brand.url
        code = None
        if url:
            made = qr_svg(url)
            code = (made.enlarged(_CODE) if made.side < _CODE else made).shown(f"QR code: {url}")
        # Each piece may begin a line of its own.
        pieces = re.findall(r"[^/.?&=-]*[/.?&=-]?", url.removeprefix("https://").removesuffix("/"))
        return [{"code": code, "address": pieces, "lines": lines} for lines in (4, 2, 0)]

    def _day(self) -> str:
        return full_date(self.event.date, self.strings["dates"]) if self.event.date else ""

    def _panel(
        self,
        template: str,
        name: str,
        texts: Sequence[Mapping[str, object]],
        where: Location | None,
        kind: str = "",
        foot: tuple[str, int] | None = None,
    ) -> Panel:
        """A page; `foot` is the word for its foot, and its number."""
        said = {"foot": self.strings["zine"][foot[0]] if foot else ""}
        said |= {"number": str(foot[1]) if foot else ""}
        data = "".join(f' data-{key}="{escape(text)}"' for key, text in said.items())
        html = tuple(self._render(template, **text) for text in texts)
        id_ = f"panel-{foot[1] if foot else template}"
        attributes = f'class="panel {kind or template}"{data}'
        face = FaceText(id_, attributes, html, str(where) if where else "")
        return Panel(face, name, where)

    def _render(self, template: str, **more: Any) -> str:
        date = edition_date(self.bank)
        return render(
            self.request.project,
            f"zine/{template}.html.j2",
            self.bank,
            self.look,
            self.strings,
            date,
            event=self.event,
            **more,
        )

    def _sheets(self) -> tuple[Stylesheet, ...]:
        return stylesheets(self.request.project, "zine", self.look, paper=False)

    def _pictures(self) -> str:
        return str(self.request.project.bank_folder(self.request.bank).resolve())


def _unfit(chosen: list[Panel], fits: tuple[Fit, ...]) -> list[Problem]:
    return [
        Problem(
            panel.where,
            f"{panel.name} does not fit even at {one.size:.1f} pt: {to_mm(-one.room):.1f} mm over",
            "shorten it, or break a very long word",
        )
        for panel, one in zip(chosen, fits, strict=True)
        if not one.rung
    ]
