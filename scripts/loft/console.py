# SPDX-License-Identifier: MIT
"""The serial stream of a running machine: bytes in, lines out, with times.

A line is passed on when it is whole. What is left without a newline when the
machine ends is passed on too: a hang in the middle of a line shows there.
"""
import os
import subprocess
import time
from collections.abc import Callable

from . import tap
from .patience import Patience

PAUSE = 0.01        # between two reads of the log, in seconds
LOOK = 0.25         # between two looks at patience


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


def follow(source: int, console: Console, process: subprocess.Popen,
           patience: Patience,
           enough: Callable[[Console], bool] | None = None) -> bool:
    """Feeds the console from the file that the emulator writes its serial port
    to, until the emulator has ended or `enough` holds; False when patience was
    over first."""
    next_look = 0.0
    while True:
        ended = process.poll() is not None      # asked before the last read
        while data := os.read(source, 65536):
            console.feed(data)
            patience.heard()
        if ended or (enough and enough(console)):
            return True
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + LOOK
            if patience.over():
                return False
        time.sleep(PAUSE)
