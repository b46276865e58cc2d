"""The workshop behind the desk: a process that looks at files and builds what is wanted.

It has one thread and has loaded the typesetter, so that a build begins at once in a fork of it.
What changes while something is built ends that build, and the next begins.
"""

import contextlib
import itertools
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from pharmdocs.bank.model import Bank
from pharmdocs.build import Progress, Request, look_of, read_bank
from pharmdocs.cardsetting import card_size, prepared
from pharmdocs.children import ahead, collect_seldom, is_ready
from pharmdocs.desk.drafts import cards_alone, digests, learn
from pharmdocs.desk.orders import TYPED, Order, can_be_drafted, in_sheets
from pharmdocs.desk.roads import build
from pharmdocs.desk.shown import Built, built
from pharmdocs.desk.watching import State, folders, look
from pharmdocs.errors import PharmdocsError, Problem
from pharmdocs.imposition.stock import read_stocks
from pharmdocs.overrides import explained
from pharmdocs.pressing import get_ready
from pharmdocs.printables import files_of
from pharmdocs.project import find_project
from pharmdocs.typesetting import loading
from pharmdocs.typesetting.keeping import usual
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.store import caching
from pharmdocs.typesetting.strings import read_strings
from pharmdocs.typesetting.surroundings import surroundings
from pharmdocs.typesetting.typeset import warm

# Of more changes than this a draft takes about as long as the whole.
_MOST_DRAFTED = 4
# Of a larger bank not all is kept, and reading it takes a while.
_MOST_LEARNED = 3_000
# A build that does not end when it is asked to, in seconds.
_PATIENCE = 5


@dataclass(frozen=True)
class News:
    """Something new of an order: a step, a draft of what has changed, the whole, or problems.

    `changed` are the ids that are not as they were when the whole was built before.
    """

    order: Order
    step: str = ""
    draft: Built | None = None
    whole: Built | None = None
    problems: tuple[Problem, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass
class _Work:
    """A build at work: for what, as of when, and how it is heard and ended."""

    order: Order
    of: State
    process: Any
    told: Connection

    def end(self) -> None:
        """End it with all that it has begun."""
        self.told.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGINT)
        self.process.join(_PATIENCE)
        self.process.kill()
        self.process.join()


@dataclass
class _Workshop:
    pipe: Connection
    root: Path
    scratch: Path
    wanted: tuple[Order, ...] = ()
    # As of when each order was built, and what its questions were then.
    done: dict[Order, State] = field(default_factory=dict)
    known: dict[Order, dict[str, str]] = field(default_factory=dict)
    learned: set[str] = field(default_factory=set)
    work: _Work | None = None
    hand: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def run(self) -> None:
        """Until nobody is at the other end of the pipe."""
        with self.hand:
            self.ready()
            self.go_on()

    def ready(self) -> None:
        """Have a child that has loaded all for the builds to come, one after the other."""
        if not is_ready():
            self.hand.close()
            self.hand.enter_context(ahead({"typeset": warm, "press": get_ready}))

    def go_on(self) -> None:
        """Look and listen, build and tell."""
        places = itertools.count(1)
        seen, rest = self.look()
        while self.hear(rest):
            now, rest = self.look(seen)
            quiet, seen = now == seen, now
            if self.work and (self.work.of != now or self.work.order not in self.wanted):
                self.work.end()
                self.work = None
                # It may be at work for what was ended.
                self.hand.close()
            todo = next((order for order in self.wanted if self.done.get(order) != now), None)
            if todo and quiet and not self.work:
                self.begin(todo, now, self.scratch / str(next(places)))

    def look(self, before: State | None = None) -> tuple[State, float]:
        """The files as they are now, and when to look again."""
        return look(self.root, folders(self.root), before)

    def hear(self, rest: float) -> bool:
        """Wait so long, in seconds, for what is said; False when it is over."""
        ends = [self.pipe, *([self.work.told] if self.work else [])]
        for end in wait(ends, rest):
            if end is self.pipe:
                try:
                    self.wanted = self.pipe.recv()
                except EOFError:
                    if self.work:
                        self.work.end()
                    return False
            elif self.work:
                self.pass_on(self.work)
        return True

    def pass_on(self, work: _Work) -> None:
        """What a build tells goes on to the desk; one that has told all of it is over."""
        try:
            found = work.told.recv()
        except (EOFError, OSError):
            self.hand.close()
            what = "the build died; what it was doing is not known"
            found = News(work.order, problems=(Problem(None, what, "save the file once more"),))
        if isinstance(found, dict):
            self.known[work.order] = found
            return
        self.pipe.send(found)
        if found.whole:
            self.learn(work.order)
        if found.whole or found.problems:
            self.done[work.order] = work.of
            work.process.join(_PATIENCE)
            work.end()
            self.work = None

    def learn(self, order: Order) -> None:
        """Learn a bank here, once, so that the builds to come know most of its cards."""
        bank = order["bank"]
        if bank not in self.learned and len(self.known.get(order, ())) <= _MOST_LEARNED:
            self.learned.add(bank)
            with contextlib.suppress(OSError, PharmdocsError):
                learn(Request(find_project(self.root), bank))

    def begin(self, order: Order, now: State, into: Path) -> None:
        """Build it in a process of its own."""
        self.ready()
        context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        hears, tells = context.Pipe(duplex=False)
        process = context.Process(
            target=_build, args=(order, self.root, into, self.known.get(order, {}), tells)
        )
        process.start()
        tells.close()
        self.work = _Work(order, now, process, hears)


def run(pipe: Connection, root: Path, scratch: Path) -> None:
    """Build what the pipe says is wanted, whenever it has changed, and tell the news through it.

    Args:
        pipe: brings tuples of orders, the most wanted first; takes News.
        root: the project.
        scratch: where built files go, a folder a build.
    """
    # Ctrl-C is the desk's, which then closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, PharmdocsError):  # a build says what is wrong
        _warm(root)
    collect_seldom()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        _Workshop(pipe, root, scratch).run()


def _warm(root: Path) -> None:
    """Load what builds load, and compile the templates, for every build to come."""
    loading.load()
    surroundings()
    list(get_ready())
    request = Request(find_project(root))
    bank = read_bank(request)
    look = look_of(request, bank)
    words, beside = read_strings(request.project, look.language), {"folded": False, "notes": 0}
    template = "booklet/page.html.j2"
    render(request.project, template, bank, look, words, bank.date, art="none", **beside)
    prepared(request, bank, look, words, card_size, next(iter(read_stocks(None, "").values())))


def _build(order: Order, root: Path, into: Path, known: dict[str, str], tells: Connection) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError), caching(usual()):
        try:
            _told(order, root, into, known, tells)
        except PharmdocsError as error:
            tells.send(News(order, problems=error.problems))
        except OSError as error:
            what = error.strerror or str(error)
            tells.send(News(order, problems=(Problem(None, what, "look at the disk"),)))


def _told(order: Order, root: Path, into: Path, known: dict[str, str], tells: Connection) -> None:
    """Build an order and tell of it: first of what has changed, then of the whole."""
    project = find_project(root)
    only = order[TYPED] or None
    large = order["print"] == "large"
    request = Request(project, order["bank"], only, order["paper"], order["ink"], large=large)
    whole = read_bank(replace(request, only=None))
    request = replace(request, ready=whole, output=into / "whole")
    bank = read_bank(request)
    now = digests(bank)
    changed = tuple(name for name, told in now.items() if known and known.get(name) != told)

    def progress(step: str) -> None:
        tells.send(News(order, step))

    try:
        if can_be_drafted(order) and 0 < len(changed) <= _MOST_DRAFTED:
            few = replace(request, only=None, ready=_alone(bank, changed), output=into / "draft")
            draft = _drafted(order, few, progress)
            tells.send(News(order, draft=draft, changed=changed))
        shown = _shown(order, build(order, request, progress))
    except PharmdocsError as error:
        raise explained(project, error) from None
    tells.send(now)
    tells.send(News(order, whole=shown, changed=changed))


def _alone(bank: Bank, ids: Iterable[str]) -> Bank:
    """A bank of these without anything around them, nor sources, which are printed elsewhere."""
    book = replace(bank.book, opening=(), before=(), after=(), closing=())
    return replace(
        bank,
        questions=tuple(replace(item, sources=()) for item in bank.questions if item.id in ids),
        cards=tuple(item for item in bank.cards if item.id in ids),
        book=book,
        glossary=(),
        disclaimer="",
    )


def _drafted(order: Order, request: Request, progress: Progress) -> Built:
    if order.printable == "flashcards":
        return cards_alone(order, request, progress)
    return _shown(order, build(order, request, progress))


def _shown(order: Order, result: Any) -> Built:
    paths = [path for path in files_of(result) if path.suffix == ".pdf"]
    return built(paths, result.hint, getattr(result, "concerns", ()), in_sheets(order))
