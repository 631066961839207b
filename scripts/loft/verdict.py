# SPDX-License-Identifier: MIT
"""What became of a boot: one reason, in a sentence, and where to look next.

judge() is a pure function of the log and of how the emulator ended, so every
verdict is tested without a machine (tests/boot/test_verdict.py). The reasons
are tried in the order of the enum and the first that holds wins: how the
machine ended comes before what the tests said, because a test that "failed"
just before a reset is a symptom of the reset.
"""
from dataclasses import dataclass
from enum import Enum

from .tap import Log

# QEMU's exit status is (value << 1) | 1 of what the kernel writes to
# isa-debug-exit.
STATUS_PASSED = 33      # 0x10: all passed, or nothing was asked and all is well
STATUS_FAILED = 35      # 0x11: a test failed
STATUS_PANIC = 37       # 0x12: panic
STATUS_RESET = 0        # -no-reboot turned a reset into an exit


class Reason(Enum):
    """Why a boot passed or failed, first cause first."""
    NO_MACHINE = "the emulator failed"
    NEVER_BOOTED = "never booted"
    PANIC = "panic"
    RESET = "reset"
    HANG = "hang"
    GARBAGE = "garbage on serial"
    ORDER = "test numbers out of order"
    TOO_FEW = "too few tests"
    NOT_OK = "not ok"
    DISAGREE = "the kernel's count or status disagrees with its log"
    PASSED = "passed"
    FINISHED = "finished, no test was asked for"


@dataclass(frozen=True)
class End:
    """How the emulator ended."""
    status: int | None              # exit status; None where it tells nothing
    given_up: str = ""              # why the runner ended it, if it did
    errors: str = ""                # what it wrote to stderr


@dataclass(frozen=True)
class Verdict:
    reason: Reason
    sentence: str
    look: str = ""                  # what to look at next
    passed: int = 0
    failed: int = 0                 # at least 1 when the verdict is bad
    skipped: int = 0

    @property
    def good(self) -> bool:
        return self.reason in (Reason.PASSED, Reason.FINISHED)

    @property
    def totals(self) -> str:
        """The line that every test run ends with."""
        line = f"{self.passed} passed, {self.failed} failed"
        return line + (f", {self.skipped} skipped" if self.skipped else "")


def judge(log: Log, end: End, asked: bool) -> Verdict:
    """The verdict on one boot; `asked` says that tests were asked for."""
    for check in (_machine, _boot, _panic, _reset, _hang):
        if bad := check(log, end):
            return _count(log, *bad)
    if not log.tap and not asked:
        return _without_tests(log, end)
    for check in (_garbage, _order, _too_few, _not_ok, _disagree):
        if bad := check(log, end):
            return _count(log, *bad)
    return _count(log, Reason.PASSED, _praise(log), "")


def _praise(log: Log) -> str:
    count = len(log.results)
    tests = f"all {count} tests" if count > 1 else "the one test"
    if log.skipped:
        return f"{tests} ended well, {log.skipped} of them skipped"
    return f"{tests} passed"


def _count(log: Log, reason: Reason, sentence: str, look: str) -> Verdict:
    """A verdict with its totals. A boot that ended badly without a `not ok`
    to show for it counts as one failure."""
    failed = log.failed
    if reason is not Reason.PASSED and not failed:
        failed = 1
    return Verdict(reason, sentence, look, log.passed, failed, log.skipped)


def _where(log: Log) -> str:
    """The last thing the kernel is known to have done."""
    if log.running:
        return f"in the test \"{log.running}\""
    if log.summary:
        return "after the last test"
    if log.results:
        return f"after test {log.results[-1].number}, " \
               f"\"{log.results[-1].name}\""
    if log.extra:
        return "in extra_main()"
    return "before the first test" if log.tap else "while it was booting"


def _machine(log: Log, end: End):
    known = (STATUS_PASSED, STATUS_FAILED, STATUS_PANIC, STATUS_RESET, None)
    if end.given_up or end.status in known:
        return None
    if end.status < 0:
        sentence = f"the emulator was ended by signal {-end.status}"
    else:
        sentence = f"the emulator gave up with status {end.status}"
    if end.errors.strip():
        sentence += ": " + end.errors.strip().splitlines()[-1]
    return (Reason.NO_MACHINE, sentence,
            "its own messages are above; this is not the kernel's doing "
            "unless it wrote an odd value to port 0xf4")


def _boot(log: Log, end: End):
    if log.hello or log.panic:
        return None
    how = end.given_up or "QEMU ended"
    return (Reason.NEVER_BOOTED, f"no line of the kernel came: {how}",
            "`grub-file --is-x86-multiboot2 build/loft.elf`; the screen "
            "(run QEMU with a display); the first instructions, with "
            "`make gdb` and a breakpoint at _start")


def _panic(log: Log, end: End):
    if log.panic is None:
        return None
    sentence = f"{log.panic} ({_where(log)})"
    if not log.panic_ended:
        sentence += "; the panic itself broke off"
    return (Reason.PANIC, sentence,
            "the backtrace: the first line with a file that you know")


def _reset(log: Log, end: End):
    silent = end.status is None and not _goodbye(log)
    if end.given_up or (end.status != STATUS_RESET and not silent):
        return None
    return (Reason.RESET, f"the machine reset {_where(log)}: a triple fault, "
            "most likely",
            "the exceptions before it: run again with QEMU's "
            "`-d int,cpu_reset -D build/int.log` and read the last three "
            "blocks (v= vector, e= error code, CR2)")


def _goodbye(log: Log) -> bool:
    """Did the log come to its proper end? Asked where there is no status."""
    return log.summary is not None if log.tap else bool(log.facts)


def _hang(log: Log, end: End):
    if not end.given_up:
        return None
    return (Reason.HANG, f"{end.given_up}; it stopped {_where(log)}",
            "where the CPU is: `make gdb`, `continue`, Ctrl-C, `bt`; a loop "
            "that waits wants a look at what it waits for")


def _without_tests(log: Log, end: End) -> Verdict:
    if end.status in (STATUS_PASSED, None):
        return Verdict(Reason.FINISHED, "the kernel came up and ended well")
    return _count(log, Reason.DISAGREE, "the kernel said nothing of a "
                  f"failure, yet QEMU's status is {end.status}",
                  "the code that wrote to port 0xf4: "
                  "`grep -rn debug_exit kernel arch`")


def _garbage(log: Log, end: End):
    if not log.garbage:
        return None
    return (Reason.GARBAGE, f"{len(log.garbage)} lines are not TAP, the "
            f"first: {log.garbage[0]!r}",
            "the code that prints without printk while tests run, or a line "
            "that was cut in two")


def _order(log: Log, end: End):
    numbers = [r.number for r in log.results]
    for want, got in enumerate(numbers, 1):
        if got != want:
            twice = "a second time" if got in numbers[:want - 1] else ""
            return (Reason.ORDER, f"test {got} came {twice} where {want} "
                    "was due".replace("  ", " "),
                    "did the kernel start over? Is a result lost in the "
                    "serial port?")
    if len(log.plans) > 1 or log.plan_late:
        return (Reason.ORDER, f"the plan came {len(log.plans)} times"
                if len(log.plans) > 1 else "the plan came after a test",
                "did the kernel start over?")
    return None


def _too_few(log: Log, end: End):
    ran = len(log.results)
    if not log.tap:
        return (Reason.TOO_FEW, "tests were asked for and none began",
                "the command line as the kernel logged it")
    if not log.plans:
        return (Reason.TOO_FEW, "the plan (1..N) is missing",
                "the lines around `TAP version 14`")
    if log.plans[0] == 0:
        return (Reason.TOO_FEW, "no test matches the pattern",
                "names are \"suite: sentence\"; patterns take * and ?, and "
                "a suite's bare name")
    if ran != log.plans[0]:
        few = "few" if ran < log.plans[0] else "many"
        return (Reason.TOO_FEW, f"too {few} tests: {ran} of "
                f"{log.plans[0]} that were announced", "the last one that "
                "ended" if ran < log.plans[0] else "how they are counted")
    return None


def _not_ok(log: Log, end: End):
    bad = [r for r in log.results if not r.ok]
    if not bad:
        return None
    more = f", and {len(bad) - 1} more" if len(bad) > 1 else ""
    return (Reason.NOT_OK, f"\"{bad[0].name}\" failed{more}",
            # A comma would separate two patterns.
            f"run it alone: make test T=\"{bad[0].name.replace(',', '?')}\"")


def _disagree(log: Log, end: End):
    counted = (log.passed, log.failed, log.skipped)
    if log.summary is None:
        return (Reason.DISAGREE, "the closing line (# N passed, ...) is "
                "missing", "what happened after the last test")
    if log.summary != counted:
        return (Reason.DISAGREE, f"the kernel counts {log.summary} passed, "
                f"failed, skipped; its lines make {counted}",
                "the counters of the test framework")
    if end.status not in (STATUS_PASSED, None):
        return (Reason.DISAGREE, "all tests passed, yet QEMU's status is "
                f"{end.status}, not {STATUS_PASSED}",
                "the code that wrote to port 0xf4")
    return None
