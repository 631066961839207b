# SPDX-License-Identifier: MIT
"""What all the tests share: booting a machine, and counting everything.

`boot` boots and judges; every line of TAP that a kernel says counts as a test
of its own, and so does every test here. The sum over all workers is the last
line of the run: `N passed, M failed, K skipped`.
"""
import os
import re
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TREE / "scripts"))

from loft import boot as booting                            # noqa: E402
from loft import report                                     # noqa: E402
from loft.machine import Machine                            # noqa: E402
from loft.verdict import Reason                             # noqa: E402

BUILD = TREE / os.environ.get("O", "build")
COUNTS = ("passed", "failed", "skipped")


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

    def run(self, machine: Machine, limit: float = booting.TIME_LIMIT,
            emulator: str = "qemu") -> booting.Boot:
        """Boots to the end, whatever that is. The log stays in build/logs,
        and is shown if the test fails."""
        result = booting.run(machine, limit, emulator=emulator)
        self._keep(result.text)
        print(f"{machine.describe()}:")
        print("\n".join(report.closing(result, streamed=False)))
        return result

    def tests(self, machine: Machine, limit: float = booting.TIME_LIMIT,
              emulator: str = "qemu") -> booting.Boot:
        """Boots, and fails unless all of the kernel's tests end well."""
        result = self.run(machine, limit, emulator)
        for count in COUNTS:
            self._record("loft_" + count, getattr(result.log, count))
        if result.verdict.reason is not Reason.PASSED:
            pytest.fail(result.verdict.sentence, pytrace=False)
        return result

    def panics(self, machine: Machine, *words: str,
               limit: float = booting.TIME_LIMIT) -> booting.Boot:
        """Boots, and fails unless it ends in one complete panic whose
        sentence holds all the words, in any case."""
        result = self.run(machine, limit)
        assert result.verdict.reason is Reason.PANIC, result.verdict.sentence
        assert result.log.panic_ended, "the panic broke off"
        assert_says(result.log.panic, *words)
        return result

    def look(self, machine: Machine, limit: float = booting.TIME_LIMIT):
        """A machine that stays up: see loft.boot.Session."""
        return booting.Session(machine, limit)

    def _keep(self, text: str) -> None:
        self._boots += 1
        logs = BUILD / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "-", self._name).strip("-")
        (logs / f"{name}-{self._boots}.log").write_text(text)


def assert_says(text: str | None, *words: str) -> None:
    """The text holds every word, in any case and over line ends."""
    flat = " ".join((text or "").lower().split())
    missing = [w for w in words if w.lower() not in flat]
    assert not missing, f"{missing} is not said in:\n{text}"


@pytest.fixture
def boot(request, record_property) -> Booter:
    return Booter(request.node.name, record_property)


@pytest.fixture
def says():
    return assert_says


# ---- the totals ----

def totals(reports) -> dict[str, int]:
    """Adds up the reports of a run. A test counts once, together with what
    its kernels counted; a test marked `loft_only` is just a shell around a
    program that counts, and counts itself only if it alone failed."""
    sums = dict.fromkeys(COUNTS, 0)
    for each in reports:
        if each.when != "call" and each.outcome == "passed":
            continue                # set-up and tear-down count if they fail
        inner = {}
        if each.when == "call":
            for key, value in each.user_properties:
                inner[key] = inner.get(key, 0) + value
        for count in COUNTS:
            sums[count] += inner.get("loft_" + count, 0)
        explained = each.outcome == "passed" or inner.get("loft_failed")
        if not (inner.get("loft_only") and explained):
            sums[each.outcome] += 1
    return sums


def total_line(sums: dict[str, int]) -> str:
    line = f"{sums['passed']} passed, {sums['failed']} failed"
    return line + (f", {sums['skipped']} skipped" if sums["skipped"] else "")


class Totals:
    """Collects the reports on the process that talks to the terminal."""

    def __init__(self):
        self.reports = []
        self.errors = 0

    def pytest_runtest_logreport(self, report):
        self.reports.append(report)

    def pytest_collectreport(self, report):
        self.errors += report.failed


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Totals(), "loft-totals")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """The last line, after pytest's own."""
    counted = config.pluginmanager.get_plugin("loft-totals")
    if counted and not config.option.collectonly:
        sums = totals(counted.reports)
        sums["failed"] += counted.errors
        print(total_line(sums), flush=True)
