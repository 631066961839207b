# SPDX-License-Identifier: MIT
"""The last line of a run, over all its workers: `N passed, M failed`, and
`, K skipped` when some were.

Every test counts as one, and so does every line of TAP that a kernel said
(`loft_passed` and so on among a report's properties: see boot/machines.py)
and every case of a hosted program (test_unit_programs.py).
"""
import pytest

COUNTS = ("passed", "failed", "skipped")


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
