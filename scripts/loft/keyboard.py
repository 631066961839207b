# SPDX-License-Identifier: MIT
"""The terminal that the runner was started from, as a machine's keyboard."""
import os
import sys
import termios
from contextlib import contextmanager


def _in_foreground() -> bool:
    """Reading from the background would stop the machine (SIGTTIN)."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return True             # a terminal without jobs


@contextmanager
def keyboard():
    """Yields a descriptor of the terminal for an emulator to read; None if
    there is no terminal. The emulator passes each key on as it is typed; the
    terminal's settings are put back at the end, whatever became of it."""
    if not sys.stdin.isatty() or not _in_foreground():
        yield None
        return
    settings = termios.tcgetattr(0)
    # Not a copy of descriptor 0: QEMU makes its own non-blocking, and that
    # would hold for our standard output too.
    source = os.open(os.ttyname(0), os.O_RDONLY | os.O_NOCTTY)
    try:
        yield source
    finally:
        os.close(source)
        termios.tcsetattr(0, termios.TCSADRAIN, settings)
