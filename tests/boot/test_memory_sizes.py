# SPDX-License-Identifier: MIT
"""Every amount of RAM: the kernel's own tests at each size, and its summary
against what the machine has."""
from dataclasses import replace

import pytest
from loft.machine import MIB, parse_size
from machines import MACHINE_SUITES

LOWMEM_MAX = 896

# Around the edges: of the direct map (896 MiB), of the hole below 4 GiB, of
# 4 GiB itself; and the everyday size. tests/README.md has the reasons.
SIZES = ["32M", "128M", "895M", "896M", "899M", "904M", "1G", "3G", "3584M",
         "4G", "8G"]
LARGE = "62G"


def check_summary(facts: dict[str, str], ram_mib: int,
                  lowmem_max: int = LOWMEM_MAX) -> None:
    """The boot: lines add up to the RAM the machine was given. Firmware keeps
    some for itself: less than a MiB."""
    ram, low, high = (int(facts[key + "_mib"])
                      for key in ("ram", "lowmem", "highmem"))
    assert ram_mib - 2 <= ram <= ram_mib
    assert low <= lowmem_max
    assert min(ram_mib, lowmem_max) - 2 <= low
    assert abs(low + high - ram) <= 1
    assert 0 < int(facts["lowmem_free_mib"]) <= low
    assert int(facts["cpus"]) == 1
    assert int(facts["instructions_to_ready"]) > 0


@pytest.mark.parametrize("mem", SIZES)
def test_all_suites_pass(boot, mem):
    ended = boot.tests(boot.machine(mem=mem, append=MACHINE_SUITES))
    check_summary(ended.log.facts, parse_size(mem) // MIB)


@pytest.mark.parametrize("mem", ["32M", "1G"])
def test_all_suites_pass_with_every_check_on(boot, mem):
    boot.tests(boot.checked_machine(mem=mem, append="test"))


def test_all_suites_pass_up_to_the_last_byte_below_64_gib(boot):
    ended = boot.tests(boot.machine(mem=LARGE, append=MACHINE_SUITES))
    check_summary(ended.log.facts, parse_size(LARGE) // MIB)


def test_ram_above_64_gib_is_left_out_and_the_log_says_so(boot, says):
    """Only a 64-bit machine has any: 66 GiB, of which 3 GiB lie below the
    hole, so that 5 GiB come to lie above 64 GiB."""
    ended = boot.tests(boot.machine(mem="66G", append=MACHINE_SUITES))
    says(ended.text, r"64 GiB|0x1000000000")
    says(ended.text, "left out|clipped|ignored|not used|cannot|beyond")
    assert int(ended.log.facts["ram_mib"]) < 64 * 1024


@pytest.mark.parametrize("size", ["16M", "64M", "512M"])
def test_lowmem_can_be_made_smaller(boot, size):
    ended = boot.tests(boot.machine(mem="1G",
                                    append=f"{MACHINE_SUITES} lowmem={size}"))
    check_summary(ended.log.facts, 1024, parse_size(size) // MIB)


@pytest.mark.parametrize("size", ["0", "2G", "frog", "-1M"])
def test_a_lowmem_that_cannot_be_is_answered_with_a_sentence(boot, says,
                                                             size):
    """In the log, if the kernel goes on with a size that can be; in a panic
    otherwise. Never in silence."""
    ended = boot.run(boot.machine(mem="1G",
                                  append=f"{MACHINE_SUITES} lowmem={size}"))
    assert ended.verdict.reason.name in ("PASSED", "PANIC")
    line = next((line for line in ended.log.lines
                 if "lowmem" in line and "command line" not in line
                 and not line.startswith("boot:")), "")
    says(line, "lowmem")


def test_memory_has_the_nodes_that_the_srat_says(boot, says):
    """The border between the two lies in highmem."""
    nodes = []
    for name, size in (("a", "1536M"), ("b", "512M")):
        nodes += ["-object", f"memory-backend-ram,id={name},size={size}",
                  "-numa", f"node,memdev={name}"]
    ended = boot.tests(boot.machine(mem="2G", append=MACHINE_SUITES,
                                    extra=tuple(nodes)))
    says(ended.text, "node 0: .*0060000000|005fffffff",
         "node 1: .*0060000000-0x007f")


def test_memory_can_be_kept_out_of_the_direct_map(boot, says):
    ended = boot.tests(boot.machine(append=MACHINE_SUITES + " nomap=2M@64M"))
    says(ended.text, "not to be mapped.* 0x0004000000")


@pytest.mark.parametrize("mem, lowmem", [("128M", ""), ("256M", "64M")])
def test_nothing_relies_on_ram_that_starts_as_zeros(boot, tmp_path, mem,
                                                    lowmem):
    """QEMU's RAM starts as zeros; here it starts as A5, every byte."""
    pattern = tmp_path / "ram"
    pattern.write_bytes(b"\xa5" * parse_size(mem))
    words = MACHINE_SUITES + (f" lowmem={lowmem}" if lowmem else "")
    boot.tests(replace(boot.machine(mem=mem, append=words),
                       ram_file=pattern))


def without_module(boot, mem, words):
    """A machine without the ELF file as a module: QEMU lays that over the
    kernel where there is no room for both."""
    return boot.machine(mem=mem, boot="none", append=words, extra=(
        "-kernel", str(boot.machine().kernel), "-append", words))


@pytest.mark.parametrize("mem, why", [
    ("2M", "RAM ends at"),
    ("2304K", "are free for page tables")])
def test_too_little_memory_is_a_sentence_and_no_reset(boot, mem, why):
    """With 2 MiB, firmware has written to the kernel's data, and keeps the
    last 128 KiB of RAM, in which that data ends."""
    boot.refuses(without_module(boot, mem, "test"), "too little memory", why,
                 "32 MiB")


def test_a_machine_of_four_mib_boots(boot):
    boot.tests(without_module(boot, "4M", "test=pgtable,memblock,paging"))


@pytest.mark.parametrize("mem", ["5M", "8M", "12M"])
def test_less_than_promised_is_tried(boot, mem):
    boot.tests(boot.machine(mem=mem, append=MACHINE_SUITES))


def test_lowmem_just_below_all_of_ram(boot, says):
    """Some pages of highmem, too few for many a test."""
    ended = boot.tests(boot.machine(mem="896M",
                                    append=MACHINE_SUITES + " lowmem=895M"))
    says(ended.text, "rounded down by 3072 KiB to 892 MiB")


def test_no_symbols_are_no_failure(boot):
    """Sentences have numbers then, where functions would be named."""
    boot.tests(without_module(
        boot, "128M", "test=kmap*,page*,slab*,vmap*,report,traps lowmem=64M"))


def test_the_log_shows_the_map_as_the_firmware_gave_it(boot, says):
    """The pc machine of 8 GiB has these borders for every kernel."""
    ended = boot.run(boot.machine(mem="8G"))
    assert ended.verdict.good, ended.verdict.sentence
    says(ended.text, "0009fc00|0009fbff", "bffe0000|bffdffff",
         "fffc0000", "240000000|23fffffff", "usable|available", "reserved")
