# SPDX-License-Identifier: MIT
"""Booting a machine in a test: what the fixture `boot` is.

    def test_all_suites_pass(boot):
        boot.tests(boot.machine(mem="8G", append="test"))

Logs stay in build/logs; the interesting part is shown when the test fails.
"""
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from loft import boot as booting
from loft import report, tap
from loft.machine import Machine
from loft.verdict import Reason

# The suites that may end otherwise on another machine, loader or processor:
# not those of tasks and locks, which take longer than all of these.
MACHINE_SUITES = "test=all_memory,clock,direct_map,fixmap,ioremap,kmap*," \
    "memblock,page*,paging,pgtable,slab*,string,symbols,traps,vmalloc," \
    "vmap,vmap_misuse,highmem*,nomap*,conformance*"

TREE = Path(__file__).resolve().parents[2]
BUILD = TREE / os.environ.get("O", "build")


def squeeze(text: str) -> str:
    """The text without white space: a screen breaks lines in mid-word."""
    return "".join(text.split())


def assert_says(text: str | None, *words: str) -> None:
    """The text has a match for each regular expression, in any case, with
    line ends taken for blanks."""
    flat = " ".join((text or "").split())
    missing = [w for w in words if not re.search(w, flat, re.IGNORECASE)]
    assert not missing, f"{missing} is not said in:\n{text}"


class Booter:
    """Boots machines for one test: keeps the logs, counts their tests."""

    def __init__(self, name: str, record):
        self._name = name
        self._record = record
        self._boots = 0

    def machine(self, **words) -> Machine:
        """A machine with this build's kernel; 128 MiB unless said."""
        words = {"mem": "128M", "kernel": BUILD / "loft.elf",
                 "iso": BUILD / "loft.iso", **words}
        return Machine(**words)

    def checked_machine(self, **words) -> Machine:
        """The same with the kernel that checks everything: CHECK=1."""
        return self.machine(kernel=BUILD / "checked" / "loft.elf", **words)

    def lowmem_machine(self, **words) -> Machine:
        """The same with the kernel that has no highmem: HIGHMEM=n."""
        return self.machine(kernel=BUILD / "lowmem" / "loft.elf", **words)

    def run(self, machine: Machine, limit: float = booting.SILENCE,
            emulator: str = "qemu") -> booting.Boot:
        """Boots to the end, whatever that is. The log stays in build/logs,
        and is shown if the test fails."""
        result = booting.run(machine, limit, emulator=emulator)
        self._keep(result.text)
        print(f"{machine.describe()}:")
        print("\n".join(report.closing(result, streamed=False)))
        return result

    def tests(self, machine: Machine, limit: float = booting.SILENCE,
              emulator: str = "qemu") -> booting.Boot:
        """Boots, and fails unless all of the kernel's tests end well."""
        result = self.run(machine, limit, emulator)
        for count in ("passed", "failed", "skipped"):
            self._record("loft_" + count, getattr(result.log, count))
        if result.verdict.reason is not Reason.PASSED:
            pytest.fail(result.verdict.sentence, pytrace=False)
        return result

    def panics(self, machine: Machine, *words: str) -> booting.Boot:
        """Boots, and fails unless it ends in one complete panic whose
        sentence says all the words: see assert_says()."""
        result = self.run(machine)
        assert result.verdict.reason is Reason.PANIC, result.verdict.sentence
        assert result.log.panic_ended, "the panic broke off"
        assert_says(result.log.panic, *words)
        return result

    def refuses(self, machine: Machine, *words: str) -> str:
        """Boots a machine that stays up, and fails unless the kernel ends in
        a panic whose sentence says all the words, on serial and on the
        screen. Returns the sentence."""
        machine = replace(machine, debug_exit=False)
        with booting.Session(machine) as session:
            ended = session.wait_for("end of panic")
            text = session.console.text
            self._keep(text)
            print(text)
            assert ended, "no panic came to its end in time"
            sentence = tap.parse(text).panic
            assert_says(sentence, *words)
            assert squeeze(sentence) in squeeze(session.screen()), \
                f"not on the screen:\n{session.screen()}"
        return sentence

    def look(self, machine: Machine):
        """A machine that stays up: see loft.boot.Session."""
        return booting.Session(replace(machine, debug_exit=False))

    def _keep(self, text: str) -> None:
        self._boots += 1
        logs = BUILD / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "-", self._name).strip("-")
        (logs / f"{name}-{self._boots}.log").write_text(text)
