# SPDX-License-Identifier: MIT
"""Kinds of CPU: those Loft runs on, with and without what it can use, and
those it must turn away with a sentence."""
import pytest
from loft.machine import MIB
from machines import MACHINE_SUITES

# All with 36 physical address bits.
MODELS = ["pentium2", "pentium3", "athlon,+nx", "kvm32", "Nehalem", "max,-nx",
          "max,-pge", "max,-nx,-pge"]

NO_PAE = ["486", "pentium", "qemu32,-pae"]


@pytest.mark.parametrize("cpu", MODELS)
def test_all_suites_pass_on(boot, cpu):
    boot.tests(boot.machine(mem="1G", cpu=cpu, append=MACHINE_SUITES))


def skips(ended) -> dict[str, str]:
    """What was skipped and why, but for the test of skipping itself, and for
    what needs counted instructions: test_kmap.py, test_latency.py."""
    return {r.name: r.skip for r in ended.log.results if r.skip is not None
            and not r.name.startswith(("ktest:", "kmap_cost:"))
            and not r.skip.startswith("ICOUNT=1")}


def test_without_nx_what_cannot_be_asked_is_skipped_with_a_reason(boot):
    here = boot.tests(boot.machine(append=MACHINE_SUITES))
    without = boot.tests(boot.machine(cpu="max,-nx", append=MACHINE_SUITES))
    more = {name: reason for name, reason in skips(without).items()
            if name not in skips(here)}
    assert more and all("NX" in reason for reason in more.values())


def test_between_them_everyday_machines_skip_nothing(boot):
    """Some tests need the kernel that checks everything, and some are too
    slow with it at 8 GiB; one needs a CPU that has not idled before, and some
    a CPU that is alone."""
    plain = boot.machine(mem="8G", smp=4, append="test nomap=2M@64M")
    checked = boot.checked_machine(mem="1G", smp=4,
                                   append="test nomap=2M@64M")
    alone = boot.machine(mem="8G", append="test=all_memory,watchdog")
    skipped = skips(boot.tests(plain)).keys() & \
        skips(boot.tests(checked)).keys()
    assert skipped <= {r.name for r in boot.tests(alone).log.results
                       if r.skip is None}


def test_ram_beyond_the_cpus_address_width_is_left_out(boot, says):
    """QEMU's default CPU has 32 physical address bits, and its firmware
    offers RAM above 4 GiB all the same."""
    ended = boot.tests(boot.machine(mem="8G", cpu="qemu32",
                                    append=MACHINE_SUITES))
    assert int(ended.log.facts["ram_mib"]) <= 3 * 1024
    says(ended.text, "left out|clipped|ignored|not used|cannot|beyond")


@pytest.mark.parametrize("cpu", NO_PAE)
def test_a_cpu_without_pae_is_turned_away(boot, cpu):
    boot.refuses(boot.machine(cpu=cpu), "no PAE")


@pytest.mark.parametrize("smp", [2, 4])
def test_more_cpus_do_no_harm(boot, smp):
    boot.tests(boot.machine(smp=smp, append="test"))


def test_instruction_counts_repeat_exactly(boot):
    """Under icount two direct boots count the same instructions."""
    counts = {boot.tests(boot.machine(icount=True, append="test=pgtable"))
              .log.facts["instructions_to_ready"] for _ in range(2)}
    assert len(counts) == 1


def test_cpus_for_which_memory_is_too_little_are_left_out(boot, says,
                                                          tmp_path):
    """A CPU costs some pages; those that were taken for the first one that
    cannot be paid for are given back, and the kernel goes on. A module leaves
    it as little memory as that takes."""
    kernel, module = boot.machine().kernel, tmp_path / "module"
    module.write_bytes(kernel.read_bytes().ljust(2 * MIB, b"\0"))
    ended = boot.tests(boot.machine(
        mem="5M", smp=32, boot="none", append="test=pgtable",
        extra=("-kernel", str(kernel), "-initrd", str(module),
               "-append", "test=pgtable")))
    cpus = int(ended.log.facts["cpus"])
    assert 1 < cpus < 32
    says(ended.text, f"smp: too little memory for CPU {cpus}; going on "
         f"with {cpus}", f"smp: {cpus} of 32 CPUs run")
