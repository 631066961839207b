# SPDX-License-Identifier: MIT
"""How long to wait for a machine, however busy or slow the host is.

A machine that says nothing on its serial port for long enough hangs. Silence
is measured in *machine time*: the time that passes, less the time in which the
emulator was ready to run and the host's CPUs ran something else. So a load
beside it makes no machine hang. A slow host is measured once, by a boot, before
many machines are started (measure()); all limits grow with what it finds.

    patience = Patience(limit, threads_of(process.pid))
    patience.heard()        whenever the machine said something
    patience.over()         has it been silent for too long?

    finish(command, limit)  a program instead of a machine: ended, or given up
"""
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# What CPU time the boot that measure() times takes on the host that limits
# were chosen on, which has 2 cores.
REFERENCE = 0.27

# Where measure() leaves its result for other processes.
VARIABLE = "LOFT_SLOWNESS"

# A machine that keeps talking ends after so many limits.
TALK = 30


def slowness() -> float:
    """How many times slower than the reference this host was measured to be;
    never less than 1, and 1 if it was not measured."""
    try:
        return max(1.0, float(os.environ.get(VARIABLE, 1)))
    except ValueError:
        return 1.0


def scaled(limit: float, cpus: int = 1) -> float:
    """The limit on this host, for a machine of so many CPUs: they take turns
    where the host has fewer."""
    turns = max(1.0, cpus / (os.cpu_count() or 1))
    return limit * turns * slowness()


def measure(boot: Callable[[], object]) -> float:
    """Times `boot`, in CPU time of child processes, and makes the result known
    to this process and its children. Once; a result that is there is kept."""
    if VARIABLE not in os.environ:
        before = _children_cpu()
        boot()
        ratio = (_children_cpu() - before) / REFERENCE
        os.environ[VARIABLE] = f"{max(1.0, ratio):.2f}"
    return slowness()


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


def threads_of(pid: int) -> Callable[[], dict[str, float]]:
    """A function that says how long, in seconds, each thread of the process
    has been ready to run without running; {} where Linux does not count that.
    Source: Linux, Documentation/scheduler/sched-stats.rst, last section."""
    tasks = Path(f"/proc/{pid}/task")

    def waited() -> dict[str, float]:
        found = {}
        try:
            for task in tasks.iterdir():
                words = (task / "schedstat").read_text().split()
                found[task.name] = int(words[1]) / 1e9
        except (OSError, IndexError, ValueError):
            pass                    # a thread, or all of them, just ended
        return found
    return waited


class Clock:
    """Machine time since the last restart: what the thread that waited most
    for a CPU of the host had of the time."""

    def __init__(self, waited: Callable[[], dict[str, float]],
                 now: Callable[[], float] = time.monotonic):
        self._waited, self._now = waited, now
        self.restart()

    def restart(self) -> None:
        self._began, self._before = self._now(), self._waited()

    def seconds(self) -> float:
        longest = max((waited - self._before.get(thread, 0.0)
                       for thread, waited in self._waited().items()),
                      default=0.0)
        return max(0.0, self._now() - self._began - longest)


class Patience:
    """Ends after `limit` seconds of silence, or many limits of talk."""

    def __init__(self, limit: float, waited: Callable[[], dict[str, float]],
                 now: Callable[[], float] = time.monotonic):
        self.limit = limit
        self.reason = ""            # why it is over, once it is
        self._heard = False         # since the last look
        self._silence, self._all = Clock(waited, now), Clock(waited, now)

    def heard(self) -> None:
        self._heard = True

    def over(self) -> bool:
        if self._heard:
            self._silence.restart()
            self._heard = False
        if self._silence.seconds() >= self.limit:
            self.reason = f"silent for {self.limit:.0f} s"
        elif self._all.seconds() >= TALK * self.limit:
            self.reason = f"no end after {TALK * self.limit:.0f} s"
        return bool(self.reason)


def ends(process: subprocess.Popen, limit: float) -> int | None:
    """Waits for the process to end; returns its status, or None if it lives
    after `limit` seconds of its own time, scaled."""
    clock = Clock(threads_of(process.pid))
    while process.poll() is None and clock.seconds() < scaled(limit):
        time.sleep(0.02)
    return process.poll()


def finish(command: list, limit: float, **words) -> subprocess.CompletedProcess:
    """Runs a program to its end, as subprocess.run() does, with its output
    kept. Ends it after `limit` seconds of its own time, scaled; its status is
    None then."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        with subprocess.Popen(command, stdout=output, stderr=output,
                              stdin=subprocess.DEVNULL, **words) as process:
            status = ends(process, limit)
            process.kill()
        output.seek(0)
        return subprocess.CompletedProcess(command, status, output.read())
