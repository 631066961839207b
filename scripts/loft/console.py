# SPDX-License-Identifier: MIT
"""The serial stream of a running machine: bytes in, lines out, with times.

A line is passed on when it is whole. What is left without a newline when the
machine ends is passed on too: a hang in the middle of a line shows there.
"""
import os
import selectors
import time
from collections.abc import Callable

from . import tap


class Console:
    """Collects one machine's serial output."""

    def __init__(self, on_line: Callable[[str], None] | None = None):
        self.raw = bytearray()
        self.started = time.monotonic()
        self.hello: float | None = None     # when the kernel's first line came
        self.tests: float | None = None     # when the tests began
        self._partial = b""
        self._on_line = on_line or (lambda line: None)

    @property
    def text(self) -> str:
        return tap.clean(bytes(self.raw))

    def feed(self, data: bytes) -> None:
        self.raw += data
        *whole, self._partial = (self._partial + data).split(b"\n")
        for line in whole:
            self._line(line)

    def finish(self) -> None:
        if self._partial:
            self._line(self._partial)
            self._partial = b""

    def _line(self, raw: bytes) -> None:
        now = time.monotonic()
        line = tap.clean(raw.rstrip(b"\r"))
        if self.hello is None and tap.HELLO.search(line):
            self.hello = now
        if self.tests is None and line == tap.VERSION:
            self.tests = now
        self._on_line(line)


def pump(source: int, console: Console, deadline: float,
         enough: Callable[[Console], bool] | None = None) -> bool:
    """Feeds the console from a file descriptor until it ends or `enough`
    holds; False when the deadline came first."""
    with selectors.DefaultSelector() as selector:
        selector.register(source, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if not selector.select(left):
                continue
            data = os.read(source, 65536)
            if not data:
                return True
            console.feed(data)
            if enough and enough(console):
                return True
