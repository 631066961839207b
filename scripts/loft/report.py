# SPDX-License-Identifier: MIT
"""What a person reads at the end of a boot that went wrong, or well."""
from .boot import Boot
from .symbols import annotate
from .verdict import Reason

LAST_LINES = 15



def extract(boot: Boot) -> list[str]:
    """The part of the log that shows the cause: the failed tests with their
    details, the whole panic, or else the last lines."""
    log = boot.log
    if boot.verdict.reason is Reason.NOT_OK:
        shown = []
        for bad in [r for r in log.results if not r.ok][:5]:
            shown.append(f"not ok {bad.number} - {bad.name}")
            shown += ["  " + line for line in bad.details[:LAST_LINES]]
            if len(bad.details) > LAST_LINES:
                shown.append("  (and more: the log has it all)")
        return shown
    last = log.lines[-LAST_LINES:]
    if boot.verdict.reason is Reason.PANIC:
        at = next(i for i, line in enumerate(log.lines) if "PANIC:" in line)
        last = log.lines[min(at, max(0, len(log.lines) - LAST_LINES)):]
    return [annotate(boot.machine.kernel, line) for line in last] or \
        ["(the serial log is empty)"]


def closing(boot: Boot, streamed: bool) -> list[str]:
    """The lines that end a run. `streamed`: the log was shown already, so
    only an extract that is elsewhere in it is worth repeating."""
    verdict = boot.verdict
    lines = []
    if not verdict.good:
        if not streamed or verdict.reason is Reason.NOT_OK:
            lines += [f"  | {line}" for line in extract(boot)]
        if verdict.reason is Reason.NO_MACHINE and boot.end.errors:
            lines += [f"  | {e}" for e in boot.end.errors.splitlines()[-5:]]
    lines.append(f"PASS: {verdict.sentence}" if verdict.good else
                 f"FAIL {verdict.reason.value}: {verdict.sentence}")
    if verdict.look:
        lines.append(f"     look at: {verdict.look}")
    lines.append(boot.time_line())
    return lines
