# SPDX-License-Identifier: MIT
"""What a test leaves behind is its failure, in a sentence for each kind; and
the tests after it find the machine as it was."""
from loft.verdict import Reason

LEAKS = "test=death:?leaks*"

# name -> what is said in every build, what CHECK=1 adds
SENTENCES = {
    "leaks of memory": (
        [r"1 objects of cache kmalloc-64", r"the cache test-left, with 0",
         r"an area of 2 pages at 0x\w+, asked for by test_death_",
         r"\d+ pages of lowmem were not freed",
         r"[2-9] pages of highmem were not freed"],
        [r"1 objects of cache kmalloc-64, allocated at test_death_",
         r"the block of order 1 at frame 0x\w+, allocated at test_death_",
         r"the block of order 0 at frame 0x\w+, allocated at test_death_"]),
    "leaks of mappings": (
        [r"2 mappings of kmap_local",
         r"frame 0x\w+ is mapped by 1 kmap\(\), the first in test_death_"],
        [r"2 mappings of kmap_local, the newest by test_death_"]),
    "leaks of locks and states": (
        [r"preemption is off \(count 0x1\)",
         r"interrupts are off: is a local_irq_restore\(\) missing"],
        [r"the lock spinlock is held, taken at test_death_",
         r"the mutex mutex is locked, at test_death_"])}


def told(ended, says, checked: bool) -> None:
    assert ended.verdict.reason is Reason.NOT_OK
    results = {result.name.removeprefix("death: "): result
               for result in ended.log.results}
    for name, (always, with_check) in SENTENCES.items():
        text = "\n".join(results[name].details)
        assert not results[name].ok
        for sentence in always + (with_check if checked else []):
            says(text, "left behind: '" + sentence)
    assert results["leaks no more"].ok


def test_each_leak_is_a_sentence(boot, says):
    told(boot.run(boot.machine(mem="2G", append=LEAKS)), says, False)


def test_with_check_each_leak_has_an_owner(boot, says):
    told(boot.run(boot.checked_machine(mem="2G", append=LEAKS)), says, True)
