# SPDX-License-Identifier: MIT
"""Mappings where they are least like what everybody tries: of lowmem as well,
in a kernel that has no highmem, of memory that nobody else sees, and counted
in instructions. And how mistakes end that end the kernel."""
import pytest
from loft.machine import MIB, parse_size


@pytest.mark.parametrize("mem, smp", [("32M", 1), ("128M", 2), ("2G", 4)])
def test_all_suites_pass_with_lowmem_seen_through_the_window(boot, says, mem,
                                                             smp):
    ended = boot.tests(boot.machine(mem=mem, smp=smp,
                                    append="test force_kmap"))
    says(ended.text, "kmap: .*force_kmap")


def test_the_window_is_checked_for_lowmem_too(boot):
    boot.tests(boot.checked_machine(mem="128M", append="test force_kmap"))


@pytest.mark.parametrize("mem, words", [("128M", "test"), ("2G", "test"),
                                        ("1G", "test lowmem=64M")])
def test_a_kernel_without_highmem_passes_by_arithmetic(boot, says, mem, words):
    ended = boot.tests(boot.lowmem_machine(mem=mem, append=words))
    lowmem = 64 if "lowmem" in words else 896
    facts = ended.log.facts
    assert int(facts["highmem_mib"]) == 0
    assert int(facts["lowmem_mib"]) <= lowmem
    if parse_size(mem) // MIB > lowmem:
        says(ended.text, r"highmem: \d+ MiB .* left out: .*HIGHMEM=n")


@pytest.mark.parametrize("where", ["2M@64M", "2M@1G"])
@pytest.mark.parametrize("smp", [1, 2])
def test_memory_that_is_not_mapped_is_seen_by_who_maps_it(boot, where, smp):
    ended = boot.tests(boot.machine(mem="2G", smp=smp,
                                    append=f"test=nomap nomap={where}"))
    assert not ended.log.skipped


def test_mapping_costs_no_more_than_its_goals(boot):
    ended = boot.tests(boot.machine(mem="4G", icount=True,
                                    append="test=kmap_cost"))
    assert not ended.log.skipped


def test_vmap_costs_little_more_beside_many_areas(boot, says):
    ended = boot.tests(boot.machine(mem="1G", icount=True,
                                    append="test=vmap_cost"))
    says(ended.text, "vmap_cost: beside 10000 areas: ")


@pytest.mark.parametrize("call", ["kmap", "kunmap", "kmap_high_get",
                                  "kmap_flush_unused"])
def test_kmap_in_a_handler_is_a_panic_that_says_so(boot, call):
    boot.panics(boot.machine(mem="1G",
                             append=f"test=death:?{call}?in?a?handler"),
                f"{call}: called by an interrupt handler", "kmap_local_page")


def test_a_handler_that_leaves_a_mapping_is_named_with_it(boot, says):
    death = {"mem": "1G", "append": "test=death:?handler*"}
    leaves = r"the timer (map_and_leave|0x\w+).* leaves mappings"
    ended = boot.panics(boot.machine(**death), leaves)
    says(ended.text, "kmap_local: 0xffc01000, frame 0x")
    ended = boot.panics(boot.checked_machine(**death), leaves)
    says(ended.text, "kmap_local: .* mapped by map_and_leave")


def test_a_panic_lists_the_mappings_of_the_task_and_the_cpu(boot, says):
    ended = boot.panics(
        boot.checked_machine(mem="1G", append="test=death:?with?mappings"),
        r"kunmap_local: 0xffc01000 is not in the newest mapping, which is "
        r"0xffc04000, frame 0x\w+, HIGHMEM, mapped by test_death_\d+\+.* "
        "reverse order")
    says(ended.text,
         "kmap_local: 0xffc01000, frame 0x.* kmap_local: 0xffc04000, "
         "frame 0x.* kmap_atomic: 0xffd41000, frame 0x")


def test_a_fault_in_the_window_is_explained(boot, says):
    ended = boot.panics(
        boot.machine(mem="1G", append="test=death:?after?kunmap_local"),
        "page fault writing", "CPU window")
    says(ended.text, "kmap_local: this task has no mapping there: "
         "was it unmapped")
    ended = boot.panics(
        boot.checked_machine(mem="1G", append="test=death:?off?the?end*"),
        "page fault writing to 0xffc02000", "CPU window")
    says(ended.text, "kmap_local: off the end of the mapping 0xffc01000, "
         r"frame 0x\w+, HIGHMEM, mapped by test_death_")


def test_of_many_mappings_the_first_are_listed(boot, says):
    ended = boot.panics(
        boot.machine(mem="1G", append="test=death:?mapping?without?end"),
        "1 more would be too many", r"Is a kunmap_local\(\) missing")
    says(ended.text,
         "kmap_local: 0xffc10000.* kmap_local: and 303 mappings more")
    assert "kmap_local: 0xffc11000" not in ended.text
