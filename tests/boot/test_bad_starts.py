# SPDX-License-Identifier: MIT
"""Bad starts: whatever a loader or firmware may get wrong ends in a sentence
on serial and on the screen, or is put right with a line in the log; never in
a reset, a hang or silence."""
import struct

import pytest
from multiboot2 import (ACPI, AVAILABLE_128M, BIOS, BLOCK_AT, CMDLINE,
                        ELF_SECTIONS, FRAMEBUFFER, GIB, HIGH_127M, LOW,
                        MEMORY_MAP, MIB, MODULE, RSDP_OLD, TABLES_AT, USABLE,
                        block, cmdline, madt_of, memory_map, set_apic_id, tag)

GOOD_MAP = memory_map(AVAILABLE_128M)


def test_the_loader_of_these_tests_can_start_the_kernel(boot, start):
    """The yardstick: with a sound block everything passes, so what the others
    show is due to what is wrong with theirs."""
    ended = boot.tests(start(block(cmdline("test"), GOOD_MAP)))
    assert ended.log.facts["ram_mib"] in ("127", "128")


# ---- the loader ----

@pytest.mark.parametrize("eax", [0, 0x2BADB002, 0xFFFFFFFF])
def test_started_without_multiboot2(boot, start, eax):
    """0x2BADB002 is multiboot1's magic."""
    boot.refuses(start(block(GOOD_MAP), eax=eax),
                 "multiboot2", f"0x0*{eax:x}")


def test_a_block_off_its_boundary(boot, start):
    boot.refuses(start(block(GOOD_MAP), at=BLOCK_AT + 4),
                 "multiboot2", "8-byte|align")


@pytest.mark.parametrize("size", [0, 7, 0x10001, 0xFFFFFFFF])
def test_a_block_of_impossible_length(boot, start, size):
    boot.refuses(start(block(GOOD_MAP, size=size)), "multiboot2",
                 f"{size}|{size:#x}")


# ---- damaged tags: the sentence names the tag and its offset ----

BAD_TAGS = {
    "no end tag": (block(GOOD_MAP, end=False), "end"),
    "a tag shorter than its header":
        (block(tag(CMDLINE, b"test\0", size=4), GOOD_MAP),
         r"command line.*\b8\b|\b0x8\b"),
    "a tag that runs past the block":
        (block(GOOD_MAP, tag(CMDLINE, b"test\0", size=4096)),
         "command line"),
    "a tag of all the address space":
        (block(tag(CMDLINE, b"t\0", size=0xFFFFFFFF), GOOD_MAP),
         "command line"),
    "a string without end":
        (block(tag(CMDLINE, b"testtest"), GOOD_MAP), "command line"),
    "a map cut short":
        (block(tag(MEMORY_MAP, b"\x18\0\0\0")), "memory map"),
    "map entries of no size":
        (block(tag(MEMORY_MAP, struct.pack("<II", 0, 0) + bytes(24))),
         "memory map"),
    "a map that is not whole entries":
        (block(tag(MEMORY_MAP, struct.pack("<II", 24, 0) + bytes(30))),
         "memory map"),
    "two maps": (block(GOOD_MAP, GOOD_MAP), "memory map"),
    "a module that ends before it starts":
        (block(GOOD_MAP, tag(MODULE, struct.pack("<II", 0x2000000, 0x1000)
                             + b"m\0")), "module"),
    "sections that do not fit":
        (block(GOOD_MAP, tag(ELF_SECTIONS,
                             struct.pack("<III", 99, 40, 3) + bytes(40))),
         "ELF"),
    "an RSDP with a wrong checksum":
        (block(GOOD_MAP, tag(RSDP_OLD, b"RSD PTR " + bytes([1]) + bytes(11))),
         "RSDP"),
    "a framebuffer whose rows do not fit":
        (block(GOOD_MAP, tag(FRAMEBUFFER, struct.pack(
            "<QIIIBBH", 0xFD000000, 16, 1024, 768, 32, 1, 0))),
         "framebuffer"),
}


@pytest.mark.parametrize("what", BAD_TAGS)
def test_a_damaged_block(boot, start, what):
    data, named = BAD_TAGS[what]
    boot.refuses(start(data), "multiboot2", named, "offset")


# ---- memory maps without use ----

USELESS_MAPS = {
    "missing": block(cmdline("test")),
    "empty": block(memory_map([])),
    "only reserved": block(memory_map([(0, 128 * MIB, 2)])),
    "only zero-length": block(memory_map([(MIB, 0, USABLE)] * 3)),
    "nothing but what the image lies in":
        block(memory_map([LOW, (MIB, MIB, USABLE)])),
    "the image is not in it":
        block(memory_map([LOW, (64 * MIB, 64 * MIB, ACPI)])),
    "all above 64 GiB": block(memory_map([(64 * GIB, GIB, USABLE)])),
}


@pytest.mark.parametrize("what", USELESS_MAPS)
def test_a_map_without_use(boot, start, what):
    boot.refuses(start(USELESS_MAPS[what]), "memory|RAM")


def test_a_map_larger_than_the_kernel_can_take(boot, start):
    """Thousands of islands: more than the block may hold."""
    islands = [(i * 8192, 4096, USABLE) for i in range(4000)]
    boot.refuses(start(block(memory_map(islands))), "multiboot2|memory map",
                 r"\d")


# ---- odd maps that must be put right ----

END = 1 << 64

# The map, RAM in MiB that must come of it, what the log must say.
ODD_MAPS = {
    "unsorted": (
        [HIGH_127M, BIOS, LOW], 127, ""),
    "overlapping, usable with usable": (
        [LOW, (MIB, 100 * MIB, USABLE), (64 * MIB, 64 * MIB, USABLE)],
        127, "overlap"),
    "overlapping, reserved wins": (
        [LOW, HIGH_127M, (64 * MIB, 16 * MIB, 2)], 111, "overlap"),
    "reserved first, then overlapping": (
        [(64 * MIB, 16 * MIB, 2), LOW, HIGH_127M], 111, "overlap"),
    "adjacent": (
        [LOW, (MIB, 63 * MIB, USABLE), (64 * MIB, 64 * MIB, USABLE)],
        127, ""),
    "zero-length": (
        [LOW, (32 * MIB, 0, USABLE), (33 * MIB, 0, 2), HIGH_127M],
        127, "empty|zero|length 0|no length|0 bytes"),
    "all zero, as microvm ends its map": (
        AVAILABLE_128M + [(0, 0, 0)], 127, ""),
    "wrapping round 2^64": (
        AVAILABLE_128M + [(END - 4096, 8192, USABLE)], 127,
        "wrap|2\\^64|past|beyond|end"),
    "up to 2^64": (
        AVAILABLE_128M + [(END - 4096, 4096, 2)], 127, ""),
    "not on page borders": (
        [LOW, (MIB, 63 * MIB + 100, USABLE),
         (64 * MIB + 100, 64 * MIB - 200, USABLE)], 127, ""),
    "a type nobody knows": (
        AVAILABLE_128M + [(GIB, MIB, 99)], 127, "99|unknown|type"),
    "usable above 64 GiB": (
        AVAILABLE_128M + [(65 * GIB, GIB, USABLE)], 127,
        r"64 GiB|0x1000000000|left out|clip"),
    "usable across 64 GiB": (
        AVAILABLE_128M + [(64 * GIB - 4096, 8192, USABLE)], 127,
        r"64 GiB|0x1000000000|left out|clip"),
}


@pytest.mark.parametrize("what", ODD_MAPS)
def test_an_odd_map_is_put_right(boot, start, says, what):
    entries, ram_mib, said = ODD_MAPS[what]
    ended = boot.tests(start(block(cmdline("test"), memory_map(entries))))
    assert abs(int(ended.log.facts["ram_mib"]) - ram_mib) <= 1
    says(ended.text, said)


def test_map_entries_longer_than_24_bytes(boot, start):
    """Later versions only add at the end of an entry (specification 3.6.8)."""
    longer = memory_map(AVAILABLE_128M, entry_size=32, version=1)
    ended = boot.tests(start(block(cmdline("test"), longer)))
    assert ended.log.facts["ram_mib"] in ("127", "128")


# ---- CPUs that are not there, or have another id than after a reset ----

def with_cpus(words: str, apic_ids) -> tuple[bytes, bytes]:
    """A block and tables of a machine with these CPUs."""
    rsdp, tables = madt_of(apic_ids)
    around = [LOW, BIOS, (MIB, TABLES_AT - MIB, USABLE),
              (TABLES_AT, MIB, ACPI),
              (TABLES_AT + MIB, 127 * MIB - TABLES_AT, USABLE)]
    return block(cmdline(words), rsdp, memory_map(around)), tables


@pytest.mark.parametrize("apic_ids, smp, run", [
    ([0, 9], 1, 1), ([0, 9, 1], 2, 2), ([0, 1, 9, 2, 10, 3], 4, 4)])
def test_a_cpu_that_does_not_answer_is_left_out(boot, start, says, apic_ids,
                                                smp, run):
    data, tables = with_cpus("test=sched,ipi,tlb,kmap_task,vmap", apic_ids)
    ended = boot.tests(start(data, smp=smp, tables=tables))
    says(ended.text, "CPU with APIC id 9 does not answer: left out",
         f"smp: {run} of {len(apic_ids)} CPUs run")
    assert int(ended.log.facts["cpus"]) == run


@pytest.mark.parametrize("apic_ids, smp", [
    ([0x10], 1), ([0x10, 1], 2), ([1, 0x10, 2, 3], 4)])
def test_firmware_may_have_changed_the_boot_cpus_apic_id(boot, start, says,
                                                         apic_ids, smp):
    """CPUID still says 0. A message to that id reaches no CPU; and the boot
    CPU, taken for another one, would be sent the INIT that resets it."""
    data, tables = with_cpus("test=apic,smp,ipi,serial_input,tlb,watchdog",
                             apic_ids)
    ended = boot.tests(start(data, smp=smp, tables=tables,
                             before=set_apic_id(0x10)))
    says(ended.text, f"CPUs: {smp}, APIC id of this one: 16")
    assert "not listed" not in ended.text
    assert int(ended.log.facts["cpus"]) == smp


# ---- odd command lines ----

def test_no_command_line_at_all(boot, start):
    machine = start(block(GOOD_MAP))
    ended = boot.run(boot.machine(boot="none", extra=machine.extra))
    assert ended.verdict.reason.name == "FINISHED", ended.verdict.sentence


def test_unknown_words_are_listed(boot, says):
    ended = boot.run(boot.machine(append="frog test=pgtable lowmen=64M"))
    assert ended.verdict.good, ended.verdict.sentence
    line = next((line for line in ended.log.lines
                 if "frog" in line and "unknown" in line.lower()), "")
    says(line, "frog", "lowmen")


def test_a_pattern_that_names_no_test_fails(boot):
    ended = boot.run(boot.machine(append="test=frog"))
    assert ended.verdict.reason.name == "TOO_FEW", ended.verdict.sentence
    assert ended.end.status == 35
