# SPDX-License-Identifier: MIT
"""Large memory is ordinary: what its frames cost, in lowmem and in time, on
the machines where other kernels give up."""
import pytest
from loft.machine import MIB, parse_size
from machines import MACHINE_SUITES


def facts_of(boot, mem, **machine):
    ended = boot.run(boot.machine(mem=mem, **machine))
    assert ended.verdict.good, ended.verdict.sentence
    return {key: int(value) for key, value in ended.log.facts.items()}


@pytest.mark.parametrize("mem", ["33G", "37G"])
def test_all_suites_pass_with_an_odd_amount_of_highmem(boot, mem):
    ended = boot.tests(boot.machine(mem=mem, append=MACHINE_SUITES))
    assert int(ended.log.facts["ram_mib"]) >= parse_size(mem) // MIB - 2


@pytest.mark.parametrize("mem, free", [("1G", 880), ("8G", 845), ("32G", 750),
                                       ("62G", 630)])
def test_most_of_lowmem_is_free(boot, mem, free):
    facts = facts_of(boot, mem)
    assert facts["lowmem_free_mib"] >= free
    # 16 bytes a page, and nothing for the hole below 4 GiB.
    assert facts["mem_map_mib"] <= facts["ram_mib"] * 16 // 4096 + 1


def test_62_gib_boot_in_the_time_of_one(boot):
    small, large = (facts_of(boot, mem, icount=True)["instructions_to_ready"]
                    for mem in ("1G", "62G"))
    assert large <= 1.25 * small
    assert large <= 25_000_000


def test_ram_that_lowmem_cannot_describe_is_left_out(boot, says):
    ended = boot.tests(boot.machine(mem="62G",
                                    append=MACHINE_SUITES + " lowmem=64M"))
    says(ended.text, r"\d+ MiB from 0x02.* left out: their struct pages "
         "would take more than half of lowmem")
    # Half of 63 MiB of RAM, at 4 MiB for each GiB; holes cost nothing.
    assert 7 * 1024 <= int(ended.log.facts["ram_mib"]) < 8 * 1024
    assert int(ended.log.facts["lowmem_free_mib"]) >= 26
