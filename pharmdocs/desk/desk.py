"""The desk: what is known of each order, who looks at it, and the workshop that builds it."""

import asyncio
import contextlib
import multiprocessing
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pharmdocs.desk import workshop
from pharmdocs.desk.orders import Order
from pharmdocs.desk.shown import Built
from pharmdocs.desk.workshop import News
from pharmdocs.errors import Problem

# Orders that nobody looks at, and are kept in case somebody goes back to them.
_KEPT = 12
# How long the workshop may take to end, in seconds.
_PATIENCE = 8


@dataclass
class View:
    """What is known of an order; `number` counts its changes, but for the `step` at work.

    `whole` is the last that was good; `draft` is newer than it, where there is one.
    """

    number: int = 0
    step: str = ""
    draft: Built | None = None
    whole: Built | None = None
    problems: tuple[Problem, ...] = ()
    changed: tuple[str, ...] = ()
    looking: int = 0
    heard: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def another(self, number: int, step: str) -> None:
        """Wait until it is another than it was, or at another step."""
        async with self.heard:
            await self.heard.wait_for(lambda: (self.number, self.step) != (number, step))

    def take(self, news: News) -> list[Built]:
        """Add what is new; what is shown no more is returned."""
        before = [self.draft, self.whole]
        self.step = news.step
        if news.draft:
            self.draft, self.changed = news.draft, news.changed
        if news.whole:
            self.draft, self.whole, self.changed = None, news.whole, news.changed or self.changed
        if not news.step:
            self.problems = news.problems
            self.number += 1
        if news.problems:
            self.draft = None
        return [one for one in before if one and one not in (self.draft, self.whole)]


class Desk:
    """Views by their orders, kept up to date by a workshop; one event loop uses it."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self.views: dict[Order, View] = {}
        self.scratch = scratch
        self._pipe: Connection
        self._pipe, other = multiprocessing.Pipe()
        # A fresh interpreter: this one has threads, which a fork would not survive.
        context: Any = multiprocessing.get_context("spawn")
        target = (other, root, scratch)
        self._process = context.Process(target=workshop.run, args=target, name="workshop")
        self._process.start()
        other.close()

    def listen(self, over: asyncio.Event) -> None:
        """Hear the workshop from now on; when it has died, it is over."""
        loop = asyncio.get_running_loop()
        tasks: set[asyncio.Task[None]] = set()

        def hear() -> None:
            try:
                news = self._pipe.recv()
            except (EOFError, OSError):
                loop.remove_reader(self._pipe.fileno())
                over.set()
                return
            task = loop.create_task(self._take(news))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        loop.add_reader(self._pipe.fileno(), hear)

    async def _take(self, news: News) -> None:
        view = self.views.get(news.order)
        if view is None:
            return
        old = view.take(news)
        async with view.heard:
            view.heard.notify_all()
        for one in old:
            await asyncio.to_thread(shutil.rmtree, one.folder, ignore_errors=True)

    def view(self, order: Order) -> View:
        """What is known of an order; from now on it is wanted more than the others."""
        view = self.views.pop(order, None) or View()
        self.views[order] = view  # the latest is the last
        if not view.looking:
            self._want(order)
        for idle in [one for one, known in self.views.items() if not known.looking][:-_KEPT]:
            self._forget(self.views.pop(idle))
        return view

    @contextlib.contextmanager
    def looking(self, order: Order) -> Iterator[View]:
        """Somebody looks at an order as long as the block lasts."""
        view = self.view(order)
        view.looking += 1
        self._want()
        try:
            yield view
        finally:
            view.looking -= 1
            self._want()

    def built(self, key: str) -> Built | None:
        """What lies in the folder that a key of `key_of` stands for, as long as it is shown."""
        shown = (one for view in self.views.values() for one in (view.draft, view.whole) if one)
        return next((one for one in shown if self.key_of(one) == key), None)

    def key_of(self, built: Built) -> str:
        """What an address calls it; no two that were built have the same."""
        return "-".join(built.folder.relative_to(self.scratch).parts)

    def _want(self, *first: Order) -> None:
        looked = [order for order, view in reversed(self.views.items()) if view.looking]
        with contextlib.suppress(OSError):
            self._pipe.send(tuple(dict.fromkeys((*first, *looked))))

    @staticmethod
    def _forget(view: View) -> None:
        for old in (view.draft, view.whole):
            if old:
                shutil.rmtree(old.folder, ignore_errors=True)

    def close(self) -> None:
        """End the workshop; its files are gone with the scratch folder."""
        self._pipe.close()
        self._process.join(_PATIENCE)
        self._process.kill()
        self._process.join()
