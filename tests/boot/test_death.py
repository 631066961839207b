# SPDX-License-Identifier: MIT
"""Falling well: each death test dies in a machine of its own, and its last
words are checked: sentence, registers, page walk, and a backtrace whose names
and offsets agree with the ELF file."""
import re

import pytest
from loft.elf import Elf
from loft.symbols import FRAME, locate
from loft.verdict import Reason
from machines import TREE, assert_says, squeeze

DEATH = re.compile(r'KTEST\(\s*death\s*,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)')
NAMED = re.compile(r"\] ([\w.]+)\+0x([0-9a-f]+)/0x([0-9a-f]+)")

GENERAL = ("eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "eip",
           "eflags", "cr2", "cr3")
# Not from the task state that a double fault leaves.
CONTROL = ("cr0", "cr4")

CHAIN = ["poison|inner_victim", "outer_victim", "test_death_"]

# What dies -> what its sentence says.
PANICS = {
    "panic": ["dying on purpose, for reason 42"],
    "bug": [r"death_test\.c:\d+", "KERNEL_LOAD_PHYS"],
    "highmem": ["0x0*100000000", "direct map|lowmem|kmap"],
    "with mappings": ["kunmap_local", "not in the newest mapping", "HIGHMEM"],
    "bound to no CPU": ["task nowhere may run on no CPU that is there",
                        "CPU 31"],
    "vmap in an interrupt": ["asked for by an interrupt handler",
                             "test_death_"],
    "vmalloc in an interrupt": ["asked for by an interrupt handler",
                                "test_death_"],
    "vunmap in an interrupt": ["vunmap", "ended by an interrupt handler",
                               "test_death_"],
    "vm_unmap_aliases in an interrupt": ["vm_unmap_aliases",
                                         "by an interrupt handler"],
    "vfree twice in an interrupt": ["vfree", "was already freed at",
                                    "test_death_"],
}
FAULTS = {
    "null": ["page fault", "writing", "0x00000008", "page zero",
             "nothing is mapped"],
    "text": ["page fault", "writing", "0xc0100000", "read-only"],
    "execute": ["page fault", "executing", "0xc01", "no-execute"],
    "jump": ["page fault", "executing", "0x12345678", "nothing is mapped"],
    "opcode": ["invalid opcode", "test_death_"],
    "frame": ["invalid opcode"],
    "x87": ["device not available", "x87, MMX or SSE, and the kernel uses"],
    "SSE": ["device not available", "x87, MMX or SSE, and the kernel uses"],
    "AVX": ["invalid opcode", "of AVX, and the kernel uses none"],
    "giant frame": [r"double fault at giant_frame[\w.]*\+", "overflowed into"],
    "stack": ["double fault|stack overflow", "stack"],
    "past an area": ["page fault", "writing", "the vmalloc area",
                     "nothing is mapped"],
    "after vunmap": ["page fault", "writing", "the vmalloc area",
                     "nothing is mapped"],
}
OTHERS = ["triple", "hang", "failing expectations",
          "others at work", "four at once",
          # test_kmap.py
          "kmap in a handler", "kunmap in a handler",
          "kmap_high_get in a handler", "kmap_flush_unused in a handler",
          "handler that leaves a mapping",
          "after kunmap_local", "off the end of a mapping",
          "mapping without end",
          # below
          "one preempt_enable too many", "poisoned pointer",
          # test_leaks.py
          "leaks of memory", "leaks of mappings", "leaks of locks and states",
          "leaks no more"]


def names_in_sources() -> list[str]:
    """The names of the tests that end badly on purpose."""
    names = []
    for file in sorted((TREE / "tests" / "kernel").glob("*.c")):
        for match in DEATH.finditer(file.read_text()):
            names.append("".join(re.findall(r'"((?:[^"\\]|\\.)*)"',
                                            match[1])))
    return names


def pattern(name: str) -> str:
    """The word that names this test and no other; blanks would end it."""
    return "test=death:?" + re.sub(r"[\s,]", "?", name)


@pytest.fixture
def die(boot):
    """die(name, words) runs that test and returns its lines from the panic
    on, once the sentence has been seen to say the words."""
    def run(name: str, words: list[str]) -> list[str]:
        ended = boot.panics(boot.machine(mem="1G", append=pattern(name)),
                            *words)
        assert ended.end.status == 37
        assert f"death: {name}" in ended.verdict.sentence
        lines = ended.log.lines
        start = next(i for i, l in enumerate(lines) if "PANIC:" in l)
        assert sum("PANIC:" in line for line in lines) == 1
        return lines[start:]
    return run


def frames(lines: list[str]) -> list[tuple[int, str]]:
    return [(int(FRAME.match(line)[1], 16), line) for line in lines
            if FRAME.match(line)]


def check_backtrace(lines: list[str], kernel) -> None:
    """Every frame has the name, the offset and the size that the ELF file
    gives its address, and a file and line in DWARF."""
    assert "backtrace:" in lines
    symbols = Elf(kernel).symbols
    found = frames(lines)
    assert found
    for address, line in found:
        named = NAMED.search(line)
        assert named, f"no name: {line}"
        offset, size = int(named[2], 16), int(named[3], 16)
        start = address - offset
        assert start in [value for value, _ in symbols[named[1]]], line
        assert offset < size, line
        assert locate(kernel, address), f"no file and line: {line}"


def test_every_death_is_looked_at():
    assert sorted(names_in_sources()) == \
        sorted([*PANICS, *FAULTS, *OTHERS])


def test_none_runs_unasked(boot):
    ended = boot.run(boot.machine(append="test"))
    assert not [r for r in ended.log.results if r.name.startswith("death")]


@pytest.mark.parametrize("name", PANICS)
def test_a_panic(boot, die, name):
    lines = die(name, PANICS[name])
    check_backtrace(lines, boot.machine().kernel)
    assert_says("\n".join(frame for _, frame in frames(lines)),
                "test_death_", "start_kernel")


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_shows_the_registers(die, name):
    text = "\n".join(die(name, FAULTS[name]))
    shown = GENERAL if "double fault" in FAULTS[name][0] else GENERAL + CONTROL
    assert_says(text, *(rf"\b{r} [0-9a-f]{{8}}\b" for r in shown))


@pytest.mark.parametrize("name, decoded", [
    ("null", ["PDPTE 0", "not present|absent|nothing"]),
    ("text", ["PDPTE 3", "PDE 0", "PTE 256", "0x0*100000", "read-only|ro"]),
    ("execute", ["PDPTE 3", "PDE 0", r"PTE \d+", "nx|no-execute"]),
    ("jump", ["PDPTE 0", "not present|absent|nothing"])])
def test_a_page_fault_shows_the_walk(die, name, decoded):
    lines = die(name, FAULTS[name])
    start = next(i for i, l in enumerate(lines) if "page walk" in l)
    walk = "\n".join(lines[start:lines.index("backtrace:")])
    # PDPTE[3] and PDPTE 3 are both fine.
    assert_says(re.sub(r"[\[\]:()]+", " ", walk).replace("  ", " "), *decoded)


@pytest.mark.parametrize("name, whose", [
    ("past an area", ["byte 0x1005 of an area of 1 pages", "vmap",
                      "careful_owner", "its guard page"]),
    ("after vunmap", ["byte 0x5 of an area of 1 pages", "ended at first_ender",
                      "careful_owner"])])
def test_a_fault_in_the_vmalloc_area_says_whose_it_is(die, name, whose):
    lines = [l for l in die(name, FAULTS[name]) if l.startswith("vmalloc:")]
    assert len(lines) == 1
    assert_says(lines[0], *whose)


@pytest.mark.parametrize("name", ["null", "text"])
def test_a_fault_names_the_chain_of_static_functions(boot, die, name):
    lines = die(name, FAULTS[name])
    check_backtrace(lines, boot.machine().kernel)
    text = "\n".join(frame for _, frame in frames(lines))
    assert_says(text, r"\bstart_kernel\+.*", *CHAIN)


@pytest.mark.parametrize("name, cpus", [("panic", 1), ("others at work", 4)])
def test_a_panic_ends_with_its_sentence_and_place(boot, name, cpus):
    """So that they are on the screen, too, whatever came between."""
    machine = boot.machine(smp=cpus, append=pattern(name))
    with boot.look(machine) as session:
        assert session.wait_for("end of panic"), session.console.text
        screen = session.wait_for_screen("end of panic")
        text = session.console.text
    sentence = re.search("^PANIC: (.*)$", text, re.MULTILINE)[1]
    end = screen[screen.rindex("the panic was: "):]
    assert squeeze(end).startswith(squeeze("the panic was: " + sentence))
    assert_says(end, r"this was CPU 0, task main, at test_death_\d+\+0x")
    assert end.rstrip().endswith("end of panic")
    assert text.index("was stopped here" if cpus > 1 else "backtrace") < \
        text.index("the panic was: ")


def test_a_jump_into_nowhere_shows_where_from(die):
    """The function that jumped has made no frame for its victim: the kernel
    takes the return address from the stack."""
    found = frames(die("jump", FAULTS["jump"]))
    assert "test_death_" in found[0][1]


def test_a_broken_chain_of_frames_ends_the_backtrace(die):
    text = "\n".join(die("frame", FAULTS["frame"]))
    assert_says(text, "broken")


def test_a_stack_overflow_shows_where_it_ran_off(die):
    lines = die("stack", FAULTS["stack"])
    found = frames(lines)
    assert 10 <= len(found) <= 40
    assert re.search(r" overflow(\.\w+)*\+", found[1][1])


def test_a_triple_fault_is_told_as_a_reset(boot):
    ended = boot.run(boot.machine(append=pattern("triple")))
    assert ended.verdict.reason is Reason.RESET
    assert "death: triple" in ended.verdict.sentence


def test_a_hang_is_told_with_its_test(boot):
    ended = boot.run(boot.machine(append=pattern("hang")), limit=5)
    assert ended.verdict.reason is Reason.HANG
    assert "silent for" in ended.verdict.sentence
    assert "death: hang" in ended.verdict.sentence


def test_expectations_that_fail_are_told_with_both_values(boot):
    ended = boot.run(boot.machine(append=pattern("failing expectations")))
    assert ended.verdict.reason is Reason.NOT_OK
    assert ended.end.status == 35
    text = "\n".join(ended.log.results[0].details)
    assert len(re.findall(r"at: tests/kernel/ktest_test\.c:\d+", text)) >= 6
    assert_says(text, "1 > 2", "got: 42", "expected: 43", "got: '?loft",
                "expected: '?cellar", "went through", "never said",
                "said instead")


def test_without_symbols_the_addresses_remain(boot):
    """A direct boot without the ELF as its module has no names to give; the
    runner finds file and line all the same."""
    kernel = boot.machine().kernel
    ended = boot.panics(boot.machine(boot="none", extra=(
        "-kernel", str(kernel), "-append", pattern("null"))))
    found = frames(ended.log.lines)
    assert found and not any(NAMED.search(line) for _, line in found)
    assert all(locate(kernel, address) for address, _ in found)


def test_each_cpu_says_where_it_was_stopped(boot, says):
    ended = boot.panics(
        boot.machine(smp=4, append=pattern("others at work")),
        "while others work")
    stopped = r"CPU {}, task {}, was stopped here; backtrace:"
    counting = r" \[<\w+>\] (count_for_ever|busy|deaf)[\w.]*\+"
    says(ended.text, "this was CPU 0, task main",
         stopped.format(1, "busy") + counting,
         stopped.format(2, "deaf") + counting,
         stopped.format(3, "idle/3"))
    assert len(re.findall("was stopped here", ended.text)) == 3


def test_of_four_panics_at_once_one_is_told(boot, says):
    ended = boot.panics(
        boot.machine(smp=4, append=pattern("four at once")),
        "one of four at once")
    assert len(re.findall("PANIC: ", ended.text)) == 1
    stopped = r"task panics, was stopped here; backtrace: \[<\w+>\] "
    says(ended.text, stopped + r"panic\w*\+")
    assert len(re.findall("task panics, was stopped here", ended.text)) == 3


def test_one_preempt_enable_too_many_is_called_so(boot):
    """Where it happens with CHECK=1; else by the next call that may sleep, and
    not as an interrupt handler."""
    death = {"mem": "1G", "append": pattern("one preempt_enable too many")}
    ended = boot.panics(boot.machine(**death), "kmap: called after one "
                        r"preempt_enable\(\) too many")
    assert "interrupt handler" not in ended.verdict.sentence
    boot.panics(boot.checked_machine(**death), "preempt_enable: called at "
                "test_death_.* with preemption on already")


def test_a_pointer_out_of_freed_memory_is_named(boot, says):
    ended = boot.panics(boot.checked_machine(
        mem="1G", append=pattern("poisoned pointer")), "page fault")
    says(ended.text, "the address was read from an object of slab that was "
         "freed: look for a use after free")
