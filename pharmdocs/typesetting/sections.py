"""A document typeset section by section, on several cores, and joined: an edit costs one section.

A template says where a page begins anyway; what comes after is a section. Each is typeset apart,
with a guess at what it cannot know: how many figures the numbers have to which it refers, and on
which side of a leaf it begins. Where the guess was wrong it is set again. The numbers themselves
come in when all pages are known, so a section stays what it is when those before it grow.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from itertools import accumulate

from pharmdocs.errors import LayoutError, Problem
from pharmdocs.typesetting.apart import Apart
from pharmdocs.typesetting.cache import recalled, remembered
from pharmdocs.typesetting.folios import told
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.typeset import Job, Typeset, engine, lay_out, typeset, write

_BEGINS = re.compile(r'<template class="section" data-part="([^"]*)"></template>')
_ID = re.compile(r"""\sid=["']([^"']+)["']""")
_LINK = re.compile(r"""\shref=["']#([^"']+)["']""")
_FROM = re.compile(r'\sdata-from="([^"]+):\d+"')
_TAG = re.compile(r"<[^>]*>")
_SIDES = re.compile(r"@page[^{;]*:(?:left|right)")
_ROUNDS = 6


@dataclass(frozen=True)
class Attempt:
    """A section as pages, or what is wrong with it; `pages` is how many it takes."""

    typeset: Typeset | None
    problems: tuple[Problem, ...]
    pages: int


@dataclass(frozen=True)
class _Section:
    """A document of its own; what running heads call it before it does; pages that it may take."""

    html: str
    part: str
    guess: int


def attempt(job: Job) -> Attempt:
    """Typeset a section; what is wrong with it is told later, with what is wrong elsewhere."""
    pages = 1
    try:
        with engine() as weasyprint:
            layout = lay_out(job, weasyprint)
            pages = len(layout.pages)
            return Attempt(write(layout), (), pages)
    except LayoutError as error:
        return Attempt(None, error.problems, pages)


def set_sections(
    job: Job, brand: str, body: str, letters: int, jobs: int, progress: Callable[[str], None]
) -> Typeset:
    """The whole document; one without sections is set as it is.

    Args:
        job: its HTML holds all sections.
        brand: what running heads say of who hands it out.
        body: the name of the pages whose count begins again at 1, "" for one count.
        letters: how many stand on a page, about; how often a section is set twice depends on it.
        jobs: how many processes; 0 for as many as there are cores.
        progress: told what is being done.

    Raises:
        LayoutError: what is wrong with any of them.
    """
    sections = _cut(job.html, letters)
    if len(sections) < 2:
        progress("typesetting")
        return recalled(typeset, job)
    sided = job.facing or any(_SIDES.search(sheet.text) for sheet in job.stylesheets)
    done: dict[Job, Attempt] = {}
    found: dict[int, Attempt] = {}
    for _ in range(_ROUNDS):
        plan = _Plan(sections, found, body)
        wanted = [_apart(job, plan, at, brand, sided) for at in range(len(sections))]
        missing = [it for it in wanted if it not in done]
        # Who needs a number to the letter waits until it is known, if anybody else has work.
        missing = [it for it in missing if found or not plan.waits(it)] or missing
        if not missing:
            break
        there = sum(it in done for it in wanted)

        def tell(count: int, there: int = there) -> None:
            progress(f"typesetting: {there + count} of {len(sections)} sections")

        cores = jobs or os.cpu_count() or 1
        made = remembered(attempt, missing, cores, done=tell, called=_called)
        done |= zip(missing, made, strict=True)
        found = {at: done[it] for at, it in enumerate(wanted) if it in done}
        if len(found) == len(sections):
            _raise(plan, found)
    else:
        what = "the numbers of pages do not settle: each round of typesetting changes others"
        fix = "give references to pages the width of their figures"
        raise LayoutError(Problem(None, what, fix))
    progress("joining pages")
    return _joined(plan, [it.typeset for _, it in sorted(found.items()) if it.typeset])


def _called(job: Job) -> str:
    """A section as a message calls it: by the first thing in it that links can lead to, its file.

    An opener comes from the bank's file, so it is the last of several.
    """
    found, files = _ID.search(job.html), _FROM.findall(job.html)
    where = f" ({files[-1]})" if files else ""
    return f"the section {found[1]}{where}" if found else "the cover"


class _Plan:
    """Where each section begins, and the number of every page, as far as they are known."""

    def __init__(
        self, sections: Sequence[_Section], found: Mapping[int, Attempt], body: str
    ) -> None:
        self.sections = sections
        counts = [found[at].pages if at in found else it.guess for at, it in enumerate(sections)]
        self.starts = [0, *accumulate(counts)]
        self.anchors: dict[str, int] = {}
        named = []
        for at, section in enumerate(sections):
            start, made = self.starts[at], found[at].typeset if at in found else None
            places = [(0, name) for name in _ID.findall(section.html)]
            if made:
                places = [(by, name) for by, it in enumerate(made.pages) for name in it.anchors]
                named += [start + by for by, it in enumerate(made.pages) if it.name == body]
            elif f'class="{body}"' in section.html:
                named.append(start)
            for by, name in places:
                self.anchors.setdefault(name, start + by)
        self.first = min(named, default=0)

    def waits(self, job: Job) -> bool:
        """Whether a section refers to a page before the body."""
        asked = job.apart.numbers if job.apart else ()
        return any(self.anchors[anchor] < self.first for anchor, _ in asked)

    def number(self, page: int) -> int:
        """What is printed on a page, counted from 0."""
        return page + 1 - (self.first if page >= self.first else 0)

    def like(self, anchor: str) -> int:
        """A number that takes as much room as that of an anchor's page.

        Before the body they are few, and in letters of different widths: the number itself.
        """
        page = self.anchors[anchor]
        number = self.number(page)
        return number if page < self.first else int("8" * len(str(number)))


def _apart(job: Job, plan: _Plan, at: int, brand: str, sided: bool) -> Job:
    section = plan.sections[at]
    asked = sorted(set(_LINK.findall(section.html)) & plan.anchors.keys())
    numbers = tuple((anchor, plan.like(anchor)) for anchor in asked)
    strings = (("part", section.part), ("brand", brand))
    verso = sided and plan.starts[at] % 2 == 1
    return replace(job, html=section.html, apart=Apart(numbers, strings, verso))


def _joined(plan: _Plan, parts: Sequence[Typeset]) -> Typeset:
    """One document, and what is told of it, with the numbers of its pages."""

    def number(page: int, anchor: str) -> int:
        return plan.number(plan.anchors[anchor] if anchor else page)

    whole = join(parts, number)
    pages = tuple(
        replace(page, text=tuple(told(text, partial(number, at)) for text in page.text))
        for at, page in enumerate(whole.pages)
    )
    return replace(whole, pages=pages)


def _cut(html: str, letters: int) -> list[_Section]:
    """The sections of a document, each with its head."""
    start, end = html.index("<body>") + len("<body>"), html.rindex("</body>")
    first, *rest = _BEGINS.split(html[start:end])
    bodies = [("", first), *zip(rest[::2], rest[1::2], strict=True)]
    return [
        _Section(
            f"{html[:start]}{text}{html[end:]}",
            unescape(part),
            max(-(-len(_TAG.sub("", text)) // letters), 1),
        )
        for part, text in bodies
        if text.strip()
    ]


def _raise(plan: _Plan, found: Mapping[int, Attempt]) -> None:
    """Tell everything that is wrong, by the numbers that pages have in the whole."""
    problems: dict[Problem, None] = {}
    start = 0
    for at, section in enumerate(plan.sections):
        it = found.get(at, Attempt(None, (), section.guess))
        problems |= dict.fromkeys(_in_whole(problem, start) for problem in it.problems)
        start += it.pages
    if problems:
        raise LayoutError(*problems)


def _in_whole(problem: Problem, start: int) -> Problem:
    page = re.compile(r"^page (\d+):")
    return replace(problem, what=page.sub(lambda it: f"page {start + int(it[1])}:", problem.what))
