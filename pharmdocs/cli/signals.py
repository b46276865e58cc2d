"""A signal that ends the program does what Ctrl-C does: children end, nothing is left behind."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import NoReturn

# A task manager or `kill` sends the one, a terminal that is closed the other.
_NAMES = ("SIGTERM", "SIGHUP")


class Ended(KeyboardInterrupt):
    """The signal that ends the program; handled wherever Ctrl-C is."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.signal = number


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Until the end of the block these signals raise Ended; one that is ignored stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [number for name in _NAMES if (number := getattr(signal, name, None))]
    mine = [number for number in numbers if signal.getsignal(number) == signal.SIG_DFL]
    for number in mine:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _: object) -> NoReturn:
    raise Ended(number)
