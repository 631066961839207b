# SPDX-License-Identifier: MIT
"""How long a CPU hears nothing: instructions with interrupts off, and with
preemption off, where the time-stamp counter counts them."""
import re

LINE = re.compile(r"latency: (.*): interrupts off for (\d+) instructions, "
                  r"until .*; preemption for (\d+), at ")


def test_no_work_keeps_others_waiting_for_long(boot):
    ended = boot.tests(boot.machine(mem="8G", icount=True,
                                    append="test=latency,timer"))
    assert not [r.name for r in ended.log.results
                if r.skip and r.skip.startswith("ICOUNT=1")]
    found = {match[1]: (int(match[2]), int(match[3]))
             for match in LINE.finditer(ended.text)}
    assert sorted(found) == ["kmap", "purge", "single pages", "timers"]
    assert all(irqs <= 8000 for irqs, _ in found.values()), found
    del found["timers"]     # tasks wait for the interrupts of all timers
    assert all(preemption <= 20000 for _, preemption in found.values()), found
