# SPDX-License-Identifier: MIT
"""Boots one machine and comes back with its log, its end and its times.

    run(machine)            to its end; always within a time limit
    Session(machine)        one that stays up: wait for a line, look at the
                            screen through QMP, end it

A machine is ended by its own process id, never by name: others may run.
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
from .console import Console, pump
from .machine import OVMF_VARS, Machine, qemu_command
from .verdict import End, Verdict, judge

TIME_LIMIT = 60.0


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


def run(machine: Machine, limit: float = TIME_LIMIT,
        on_line: Callable[[str], None] | None = None,
        emulator: str = "qemu", keyboard: int | None = None) -> Boot:
    """Boots the machine, follows it to its end or to the time limit, and
    judges it. QEMU's serial port receives what comes from the descriptor
    `keyboard`."""
    with tempfile.TemporaryDirectory(prefix="loft-") as scratch:
        start = _start_bochs if emulator == "bochs" else _start_qemu
        console = Console(on_line)
        process, source, errors = start(machine, Path(scratch), keyboard)
        over = False
        try:
            over = pump(source, console, console.started + limit)
            if over:
                process.wait(10)
        except subprocess.TimeoutExpired:
            over = False            # closed its serial port, and lives on
        finally:
            _end_process(process)
            os.close(source)
        ended = time.monotonic()
        console.finish()
        status = process.returncode if emulator == "qemu" else None
        end = End(status, not over, limit, errors.read_text(errors="replace"))
    verdict = judge(tap.parse(console.text), end, machine.asks_for_tests)
    return Boot(machine, console.text, end, verdict,
                stage_times(console, ended, machine.boot))


def _start_qemu(machine: Machine, scratch: Path,
                keyboard: int | None = None) -> tuple:
    vars_copy = None
    if machine.uefi:
        vars_copy = scratch / "vars.fd"
        shutil.copyfile(OVMF_VARS, vars_copy)
    return _spawn(lambda serial: qemu_command(machine, vars_copy), scratch,
                  keyboard)


def _start_bochs(machine: Machine, scratch: Path, _keyboard=None) -> tuple:
    return _spawn(lambda serial: bochs.command(
        machine, scratch, f"/dev/fd/{serial}"), scratch)


def _spawn(command: Callable[[int], list[str]], scratch: Path,
           keyboard: int | None = None) -> tuple:
    """Starts an emulator and returns it, the descriptor to read its serial
    port from (ours to close), and the file with its messages. QEMU's serial
    port is its standard input and output; Bochs opens the pipe by its number,
    and its standard output is talk."""
    messages = scratch / "messages"
    source, serial = os.pipe()
    line = command(serial)
    try:
        with messages.open("wb") as sink:
            process = subprocess.Popen(
                line, stderr=sink,
                stdin=subprocess.DEVNULL if keyboard is None else keyboard,
                stdout=sink if line[0] == "bochs" else serial,
                pass_fds=[serial] if line[0] == "bochs" else [])
    except OSError:
        os.close(source)
        raise
    finally:
        os.close(serial)
    return process, source, messages


class Session:
    """A machine that is looked at while it runs. Use as a context."""

    def __init__(self, machine: Machine, limit: float = TIME_LIMIT):
        self._scratch = tempfile.TemporaryDirectory(prefix="loft-")
        scratch = Path(self._scratch.name)
        qmp = scratch / "qmp"
        extra = machine.extra + (
            "-qmp", f"unix:{qmp},server=on,wait=off")
        self.console = Console()
        self.deadline = self.console.started + limit
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

    def _connect(self, path: Path):
        """QMP, once QEMU has made its socket and read its options."""
        while self._process.poll() is None and \
                time.monotonic() < self.deadline:
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
        return pump(self._source, self.console, self.deadline, enough) and \
            enough(self.console)

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
        it is at the deadline if they did not come."""
        while True:
            screen = self.screen()
            text = " ".join(screen.lower().split())
            if all(w.lower() in text for w in words) or \
                    time.monotonic() > self.deadline:
                return screen
            time.sleep(0.05)
