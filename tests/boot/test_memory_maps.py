# SPDX-License-Identifier: MIT
"""Machines whose RAM lies where no usual machine has it, or is taken: what the
kernel makes of it, and what it says."""
import struct

import pytest
from machines import MACHINE_SUITES
from multiboot2 import (BIOS, GIB, LOW, MIB, MODULE, USABLE, block, cmdline,
                        memory_map, tag)

SUITES = cmdline(MACHINE_SUITES)
KIB = 1 << 10


def module(start: int, end: int, name: str = "m") -> bytes:
    return tag(MODULE, struct.pack("<II", start, end) + name.encode() + b"\0")


def ram(*ranges) -> bytes:
    """The map of a PC whose RAM above 1 MiB is [start, end), in MiB."""
    return memory_map([LOW, BIOS] + [
        (int(start * MIB), int((end - start) * MIB), USABLE)
        for start, end in ranges])


# ---- page tables ----

def test_page_tables_come_from_any_free_memory(boot, start):
    """The longest run of 2 MiB blocks is full, 60 MiB below it are free."""
    boot.tests(start(block(SUITES, ram((1, 64), (65, 256)),
                           module(66 * MIB, 256 * MIB)), mem="256M"))


def test_page_tables_come_from_small_pages_where_there_are_no_large(boot,
                                                                    start):
    """No block of 2 MiB is RAM throughout: the first tables come from what is
    beside the image, the next from what those map."""
    pieces = [(1, 3.5)] + [(at + 0.25, at + 1.75) for at in range(4, 128, 2)]
    ended = boot.tests(start(block(SUITES, ram(*pieces)), mem="128M"))
    assert " 0 pages of 2 MiB" in ended.text


def test_full_memory_is_too_little(boot, start, says):
    says(boot.refuses(start(block(SUITES, ram((1, 128)),
                                  module(2 * MIB, 128 * MIB)))),
         "too little memory", "32 MiB")


# ---- the frame array ----

def test_a_large_module_leaves_all_that_can_be_described(boot, start, says):
    """62 GiB, and a module at 3 to 650 MiB: in the 246 MiB above it there is
    room for the struct pages of about 60 GiB."""
    pieces = memory_map([LOW, BIOS, (MIB, 2047 * MIB, USABLE),
                         (4 * GIB, 60 * GIB, USABLE)])
    ended = boot.tests(start(
        block(cmdline("test=direct_map,memblock,page_alloc"), pieces,
              module(3 * MIB, 650 * MIB)), mem="62G"))
    assert int(ended.log.facts["ram_mib"]) >= 59 * 1024
    says(ended.text, "left out: their struct pages would take more than the "
         "largest free piece of lowmem")


def test_the_array_takes_half_of_lowmems_ram_whatever_its_addresses(boot,
                                                                    start,
                                                                    says):
    """64 MiB of lowmem, RAM again from 1 to 3 and from 4 to 21 GiB."""
    pieces = memory_map([LOW, BIOS, (MIB, 63 * MIB, USABLE),
                         (GIB, 2 * GIB, USABLE), (4 * GIB, 17 * GIB, USABLE)])
    ended = boot.tests(start(block(SUITES, pieces), mem="21G"))
    facts = ended.log.facts
    assert 7 * 1024 < int(facts["ram_mib"]) <= 8 * 1024
    assert int(facts["mem_map_mib"]) <= 32
    says(ended.text, "more than half of lowmem")


# ---- many things ----

def test_a_thousand_ranges_are_taken(boot, start):
    islands = [LOW, BIOS, (MIB, 96 * MIB, USABLE)] + \
        [(97 * MIB + i * 8192, 4096, USABLE) for i in range(1022)]
    ended = boot.tests(start(block(cmdline("test=memblock,direct_map,page*"),
                                   memory_map(islands))))
    assert ended.log.facts["ram_mib"] == "100"


def test_more_ranges_than_fit_are_a_sentence(boot, start):
    islands = [LOW, BIOS, (MIB, 64 * MIB, USABLE)] + \
        [(65 * MIB + i * 8192, 4096, USABLE) for i in range(1200)]
    boot.refuses(start(block(SUITES, memory_map(islands))), "memory map",
                 "1152 separate ranges")


def test_64_modules_are_taken_and_one_more_is_a_sentence(boot, start, says):
    modules = [module((32 + i) * MIB, (32 + i) * MIB + 5000, f"number{i}")
               for i in range(65)]
    ended = boot.tests(start(block(cmdline("test=memblock,page*"),
                                   ram((1, 128)), *modules[:64])))
    says(ended.text, "module 63: 0x05f00000-0x05f01388 number63")
    boot.refuses(start(block(SUITES, ram((1, 128)), *modules)), "module",
                 "no more than 64 modules")


@pytest.mark.parametrize("start_at, size", [(16 * MIB, 0), (1, 0),
                                            (40 * MIB + 7, 5)])
def test_modules_of_odd_sizes(boot, start, start_at, size):
    boot.tests(start(block(SUITES, ram((1, 128)),
                           module(start_at, start_at + size))))


def test_a_module_that_fills_most_of_lowmem(boot, start):
    boot.tests(start(block(SUITES, ram((1, 1024)),
                           module(4 * MIB, 604 * MIB)), mem="1G"))


# ---- the first MiB ----

def test_the_first_mib_is_left_to_firmware(boot, start, says):
    """The map says that all of it up to 640 KiB is usable; SeaBIOS says where
    its data begins, at 0x9fc00."""
    whole = memory_map([(0, 640 * KIB, USABLE), BIOS,
                        (MIB, 127 * MIB, USABLE)])
    ended = boot.tests(start(block(cmdline("test=smp,memblock,page*"), whole),
                             smp=2))
    says(ended.text, "whose data begins at 0x000009f000; CPUs start at "
         "0x000009e000", "reserved: first MiB 640")


# ---- words ----

WORDS = {
    "nomap=2M@64M nomap=1M@80M": [
        "not to be mapped: 2048 KiB of RAM at 0x0004000000",
        "not to be mapped: 1024 KiB of RAM at 0x0005000000"],
    "nomap=64K@65537K": [
        "nomap=: 0x10000 bytes at 0x0004000400 are rounded to pages: 0x11000 "
        "bytes at 0x0004000000", "not to be mapped: 68 KiB of RAM at"],
    "nomap=100@64M": ["rounded to pages", "4 KiB of RAM at 0x0004000000"],
    "nomap=64K@65K": ["rounded to pages", "68 KiB of RAM at 0x0000010000"],
    "nomap=1M@1M": ["nomap=: .* in use: ignored"],
    "nomap=1M@1G": ["nomap=: there is no RAM in .*: ignored"],
    "lowmem=17M": ["lowmem=: rounded down by 1024 KiB to 16 MiB"],
    "lowmem=64M lowmem=32M": ["lowmem is there 2 times; the last one counts"],
}


@pytest.mark.parametrize("words", WORDS)
def test_what_becomes_of_a_word_is_said(boot, says, words):
    ended = boot.tests(boot.machine(
        append=f"test=direct_map,nomap,memblock,page* {words}"))
    says(ended.text, *WORDS[words])
