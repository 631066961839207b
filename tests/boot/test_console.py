# SPDX-License-Identifier: MIT
"""Eyes: the log without a UART or with one that is full, and the screen
beside it."""
import fcntl
import os
import re
import select
import subprocess
import time
from contextlib import contextmanager

from loft import tap
from loft.boot import SILENCE
from loft.machine import qemu_command
from loft.patience import ends, scaled
from loft.verdict import End, judge

PIPE_BYTES = 4096

# Suites that say more than a pipe holds, and take no time.
SOME = "test=p*,memblock,fixmap,traps,slab*,vmap"


def test_without_a_uart_everything_else_works(boot):
    """There is no log to judge by; the exit status says enough."""
    ended = boot.run(boot.machine(serial=False, append=SOME))
    assert ended.text == ""
    assert ended.end.status == 33


def test_without_a_uart_the_screen_has_the_log(boot):
    machine = boot.machine(serial=False, append=SOME)
    with boot.look(machine) as session:
        screen = session.wait_for_screen(" passed, 0 failed")
    assert " passed, 0 failed" in screen, screen


def test_the_screen_mirrors_the_log_line_by_line(boot):
    with boot.look(boot.machine(append="test=pgtable")) as session:
        assert session.wait_for(" passed, 0 failed"), session.console.text
        screen = session.wait_for_screen(" passed, 0 failed")
        last = session.console.text.splitlines()[-5:]
    for line in last:
        assert line[:80].rstrip() in screen, screen


def test_loglevel_chooses_what_is_shown(boot):
    quiet = boot.run(boot.machine(append="loglevel=3"))
    loud = boot.run(boot.machine(append="loglevel=8"))
    assert quiet.verdict.good and loud.verdict.good
    assert len(quiet.log.lines) < len(loud.log.lines)


@contextmanager
def narrow_pipe(machine):
    """QEMU, and the end to read of a serial line that holds only 4 KiB."""
    source, serial = os.pipe()
    fcntl.fcntl(serial, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    process = subprocess.Popen(qemu_command(machine), stdout=serial,
                               stdin=subprocess.DEVNULL)
    os.close(serial)
    try:
        yield process, source
    finally:
        process.kill()
        process.wait()
        os.close(source)


def test_a_slow_reader_loses_nothing(boot):
    """The FIFO is full most of the time, and the kernel waits for room."""
    raw = b""
    with narrow_pipe(boot.machine(append=SOME)) as (process, source):
        while select.select([source], [], [], scaled(SILENCE))[0] and \
                (data := os.read(source, 64)):
            raw += data
            time.sleep(0.001)
        status = ends(process, SILENCE)
    verdict = judge(tap.parse(tap.clean(raw)), End(status), asked=True)
    assert len(raw) > 2 * PIPE_BYTES
    assert verdict.good, verdict.sentence


def test_a_reader_that_stopped_does_not_stop_the_kernel(boot):
    with narrow_pipe(boot.machine(append=SOME)) as (process, _):
        assert ends(process, SILENCE) == 33


def test_reports_are_in_the_log_and_the_kernel_goes_on(boot, says):
    text = boot.tests(boot.machine(smp=2, append="test=report")).text
    warning = r"tests/kernel/report_test\.c:\d+: this should not be: warned"
    says(text, warning + r"\S+ .*backtrace: .*\] test_report_\d+\+")
    assert len(re.findall(warning, text)) == 1
    rest = r"on CPU [01], \d+ ticks, \d+ switches"
    says(text, r"task main +runs +" + rest, r"task idle/1 +runs +" + rest,
         r"task sleeper +sleeps +" + rest, r"task ended +dead +" + rest)
    # Twice all tasks, and the second time without those that were joined.
    assert [len(re.findall(rf"task {name} ", text))
            for name in ("main", "sleeper", "ended")] == [2, 1, 1]
