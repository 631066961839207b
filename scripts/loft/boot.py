# SPDX-License-Identifier: MIT
"""Boots one machine and comes back with its log, its end and its times.

    run(machine)            to its end, or until it is silent for too long
    Session(machine)        one that stays up: wait for a line, look at the
                            screen through QMP, end it

A machine is ended by its own process id, never by name: others may run. It
writes its serial port to a file, which is followed: a pipe that is full makes
QEMU's 16550 lose bytes.
"""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from . import bochs, tap
from .console import Console, follow
from .machine import OVMF_VARS, Machine, qemu_command
from .patience import Patience, scaled, threads_of
from .verdict import End, Verdict, judge

# Seconds of silence until a machine counts as hung; see patience.py.
SILENCE = 60.0

# Ends the emulator when the runner ends, whatever ended that.
LEASH = ("setpriv", "--pdeathsig", "TERM")


@dataclass
class Boot:
    """A boot that is over."""
    machine: Machine
    text: str               # the serial log, printable
    end: End
    verdict: Verdict
    times: dict[str, float]     # stage -> seconds, in order

    @property
    def log(self) -> tap.Log:
        return tap.parse(self.text)

    def time_line(self) -> str:
        stages = [f"{name} {t:.2f} s" for name, t in self.times.items()]
        return "time: " + ", ".join(stages)


def stage_times(console: Console, ended: float, boot: str) -> dict[str, float]:
    """Divides the run at the two moments that can be seen from outside."""
    firmware = "firmware+GRUB" if boot == "grub" else "firmware"
    moments = [(firmware, console.hello), ("kernel to first test",
               console.tests), ("tests" if console.tests else "kernel", ended)]
    times, last = {}, console.started
    for name, moment in moments:
        if moment is not None:
            times[name] = moment - last
            last = moment
    return times


def _end_process(process: subprocess.Popen) -> None:
    """Ends a child of ours, and waits until it is gone."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(machine: Machine, limit: float = SILENCE,
        on_line: Callable[[str], None] | None = None,
        emulator: str = "qemu", keyboard: int | None = None) -> Boot:
    """Boots the machine, follows it to its end or until it hangs, and judges
    it. QEMU's serial port receives what comes from the descriptor
    `keyboard`."""
    with tempfile.TemporaryDirectory(prefix="loft-") as scratch:
        start = _start_bochs if emulator == "bochs" else _start_qemu
        console = Console(on_line)
        process, source, errors = start(machine, Path(scratch), keyboard)
        patience = Patience(scaled(limit, machine.smp),
                            threads_of(process.pid))
        try:
            follow(source, console, process, patience)
        finally:
            _end_process(process)
            os.close(source)
        ended = time.monotonic()
        console.finish()
        status = process.returncode if emulator == "qemu" else None
        end = End(status, patience.reason,
                  errors.read_text(errors="replace"))
    verdict = judge(tap.parse(console.text), end, machine.asks_for_tests)
    return Boot(machine, console.text, end, verdict,
                stage_times(console, ended, machine.boot))


def short(kernel: Path) -> Boot:
    """The boot that hosts are compared by: see patience.py:measure()."""
    return run(Machine(mem="128M", append="test=pgtable", kernel=kernel))


def _start_qemu(machine: Machine, scratch: Path,
                keyboard: int | None = None) -> tuple:
    vars_copy = None
    if machine.uefi:
        vars_copy = scratch / "vars.fd"
        shutil.copyfile(OVMF_VARS, vars_copy)
    return _spawn(qemu_command(machine, vars_copy), scratch, keyboard)


def _start_bochs(machine: Machine, scratch: Path, _keyboard=None) -> tuple:
    return _spawn(bochs.command(machine, scratch, scratch / "serial"), scratch)


def _spawn(command: list[str], scratch: Path,
           keyboard: int | None = None) -> tuple:
    """Starts an emulator and returns it, the descriptor to read its serial
    port from (the caller closes it), and the file with its messages. QEMU's
    serial port is its standard input and output; Bochs opens the file by its
    name, and its standard output is talk."""
    messages, log = scratch / "messages", scratch / "serial"
    with messages.open("wb") as sink, log.open("wb") as serial:
        process = subprocess.Popen(
            [*LEASH, *command], stderr=sink,
            stdin=subprocess.DEVNULL if keyboard is None else keyboard,
            stdout=sink if command[0] == "bochs" else serial)
    return process, os.open(log, os.O_RDONLY), messages


class Session:
    """A machine that is looked at while it runs. Use as a context."""

    def __init__(self, machine: Machine, limit: float = SILENCE):
        self._scratch = tempfile.TemporaryDirectory(prefix="loft-")
        scratch = Path(self._scratch.name)
        qmp = scratch / "qmp"
        extra = machine.extra + (
            "-qmp", f"unix:{qmp},server=on,wait=off")
        self.console = Console()
        self._limit = scaled(limit, machine.smp)
        self._process, self._source, self._errors = _start_qemu(
            replace(machine, extra=extra), scratch)
        self._qmp = self._connect(qmp)

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_) -> None:
        _end_process(self._process)
        os.close(self._source)
        if self._qmp:
            self._qmp.close()
        self._scratch.cleanup()

    def _patience(self) -> Patience:
        return Patience(self._limit, threads_of(self._process.pid))

    def _connect(self, path: Path):
        """QMP, once QEMU has made its socket and read its options."""
        patience = self._patience()
        while self._process.poll() is None and not patience.over():
            link = socket.socket(socket.AF_UNIX)
            try:
                link.connect(str(path))
            except OSError:
                link.close()
                time.sleep(0.02)
                continue
            stream = link.makefile("rw", encoding="utf-8")
            link.close()
            stream.readline()
            self._qmp = stream
            self.ask("qmp_capabilities")
            return stream
        raise RuntimeError("QEMU did not start: " +
                           self._errors.read_text(errors="replace"))

    def ask(self, command: str, **arguments):
        """One QMP command; events that come in between are dropped."""
        request = {"execute": command, "arguments": arguments}
        self._qmp.write(json.dumps(request) + "\n")
        self._qmp.flush()
        while line := self._qmp.readline():
            reply = json.loads(line)
            if "error" in reply:
                raise RuntimeError(f"QMP {command}: {reply['error']}")
            if "return" in reply:
                return reply["return"]
        raise RuntimeError(f"QMP {command}: QEMU is gone")

    def wait_for(self, *words: str) -> bool:
        """Waits until the serial log holds all the words, in any case."""
        def enough(console: Console) -> bool:
            text = console.text.lower()
            return all(w.lower() in text for w in words)
        return follow(self._source, self.console, self._process,
                      self._patience(), enough) and enough(self.console)

    def screen(self) -> str:
        """The VGA text screen, 25 lines of 80, read from its memory."""
        path = Path(self._scratch.name) / "screen"
        self.ask("pmemsave", val=0xb8000, size=80 * 25 * 2,
                 filename=str(path))
        cells = path.read_bytes()[::2].decode("cp437")
        rows = [cells[at:at + 80].replace("\0", " ").rstrip()
                for at in range(0, 80 * 25, 80)]
        return "\n".join(rows)

    def wait_for_screen(self, *words: str) -> str:
        """Waits until the screen shows all the words; returns the screen, as
        it is in the end if they did not come."""
        patience = self._patience()
        while True:
            screen = self.screen()
            text = " ".join(screen.lower().split())
            if all(w.lower() in text for w in words) or \
                    patience.over():
                return screen
            time.sleep(0.05)
