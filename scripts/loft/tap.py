# SPDX-License-Identifier: MIT
"""Reading the serial log of one boot.

    SeaBIOS, GRUB ...                   whatever the firmware says
    [    0.000000] Loft: ...            the kernel's first line
    [    0.012345] ...                  the story of the boot
    boot: ram_mib=8191                  the summary, key=value
    TAP version 14                      from here on: TAP 14 only
    1..3
    # running: memblock: holes stay holes
    ok 1 - memblock: holes stay holes
    not ok 2 - kmap: ...
      ---
      at: tests/kernel/kmap_test.c:41   a YAML block says what differed
      ...
    ok 3 - nx: ... # SKIP no NX on this CPU
    # 1 passed, 1 failed, 1 skipped

A panic may cut in anywhere; from its first line on nothing is garbage.
Nothing here judges: that is verdict.py.
"""
import re
from dataclasses import dataclass, field

HELLO = re.compile(r"\[ *\d+\.\d+\] .*\bLoft\b")
PANIC = re.compile(r"^(?:# )?(?:\[ *\d+\.\d+\] )?PANIC: *(.*)")
PANIC_END = re.compile(r"^(?:# )?(?:\[ *\d+\.\d+\] )?end of panic\b")
VERSION = "TAP version 14"
PLAN = re.compile(r"^1\.\.(\d+)\s*(?:#.*)?$")
RESULT = re.compile(r"^(not )?ok (\d+) - (.*?)(?:\s+# SKIP\b\s*(.*))?$")
RUNNING = re.compile(r"^# running: (.*)$")
SUMMARY = re.compile(r"^# (\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")
EXTRA = re.compile(r"\] extra_main: (called|returned)$")
BOOT_FACT = re.compile(r"^boot: (\w+)=(.*)$")


@dataclass
class Result:
    """One line of TAP: a test and how it ended."""
    number: int
    name: str
    ok: bool
    skip: str | None = None         # the reason, if it was skipped
    details: list[str] = field(default_factory=list)    # YAML, unindented


@dataclass
class Log:
    """One boot's log, taken apart."""
    lines: list[str]
    hello: str | None = None        # the kernel's first line
    facts: dict[str, str] = field(default_factory=dict)     # boot: key=value
    extra: bool = False             # extra_main() was called, and runs
    tap: bool = False
    plans: list[int] = field(default_factory=list)
    plan_late: bool = False         # the plan came after a result
    results: list[Result] = field(default_factory=list)
    running: str | None = None      # a test that was begun and not ended
    summary: tuple[int, int, int] | None = None
    panic: str | None = None        # the sentence
    panic_ended: bool = False
    garbage: list[str] = field(default_factory=list)    # after TAP began

    @property
    def passed(self) -> int:
        return sum(r.ok and r.skip is None for r in self.results)

    @property
    def failed(self) -> int:
        return sum(not r.ok for r in self.results)

    @property
    def skipped(self) -> int:
        return sum(r.ok and r.skip is not None for r in self.results)


def clean(raw: bytes) -> str:
    """Serial bytes as printable text: firmware's escape sequences go, a byte
    that is no text is shown as \\xNN."""
    text = raw.decode("utf-8", "backslashreplace")
    text = re.sub(r"\x1b\[[0-9;?=]*[A-Za-z]|\x1b[()c=>].?", "", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}"
                   for c in text)


def parse(text: str) -> Log:
    """Takes a whole log apart."""
    log = Log(text.splitlines())
    in_details = False
    for line in log.lines:
        if log.panic is not None:
            log.panic_ended |= bool(PANIC_END.match(line))
        elif match := PANIC.match(line):
            log.panic = match[1]
        elif log.tap:
            in_details = _tap_line(log, line, in_details)
        else:
            _boot_line(log, line)
    return log


def _boot_line(log: Log, line: str) -> None:
    """A line before the tests."""
    if log.hello is None:
        if HELLO.search(line):
            log.hello = line
    elif line == VERSION:
        log.tap = True
    elif match := EXTRA.search(line):
        log.extra = match[1] == "called"
    elif match := BOOT_FACT.match(line):
        log.facts[match[1]] = match[2]


def _tap_line(log: Log, line: str, in_details: bool) -> bool:
    """A line once tests have begun; returns whether a YAML block is open."""
    if in_details and line.startswith("  "):
        if line != "  ...":
            log.results[-1].details.append(line[2:])
        return line != "  ..."
    if line == "  ---" and log.results and not log.results[-1].ok:
        return True
    if match := RESULT.match(line):
        log.results.append(Result(int(match[2]), match[3], not match[1],
                                  match[4]))
        log.running = None
    elif match := PLAN.match(line):
        log.plans.append(int(match[1]))
        log.plan_late = bool(log.results)
    elif line.startswith("#"):
        _diagnostic(log, line)
    elif line.strip():
        log.garbage.append(line)
    return False


def _diagnostic(log: Log, line: str) -> None:
    """A `# ` line: most are the kernel's log, two mean something."""
    if match := RUNNING.match(line):
        log.running = match[1]
    elif match := SUMMARY.match(line):
        log.summary = (int(match[1]), int(match[2]), int(match[3] or 0))
