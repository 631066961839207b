# SPDX-License-Identifier: MIT
"""Machines that lack interrupt controllers or the tables that describe them,
and such as have more of them than Loft has room for."""
import pytest

FOUND = r"interrupts: CPUs: {}, APIC id of this one: 0"


@pytest.mark.parametrize("smp", [1, 4, 12])
def test_every_cpu_is_found(boot, says, smp):
    ended = boot.tests(boot.machine(smp=smp, append="test=apic*"))
    says(ended.text, FOUND.format(smp), r"pins of I/O APICs: 24")


def test_a_cpu_without_local_apic_goes_on_alone(boot, says):
    ended = boot.tests(boot.machine(cpu="max,-apic", append="test"))
    says(ended.text, "interrupts: no local APIC: one CPU, no timer")


@pytest.mark.parametrize("cpu", ["max", "pentium2"])
def test_without_acpi_there_is_one_cpu(boot, says, cpu):
    ended = boot.tests(boot.machine(cpu=cpu, smp=2, append="test=apic*",
                                    extra=("-machine", "acpi=off")))
    says(ended.text, "no MADT: one CPU, no I/O APIC", FOUND.format(1))


def test_cpus_beyond_the_room_are_left_out(boot, says):
    ended = boot.tests(boot.machine(smp=40, append="test=apic*"))
    says(ended.text, "8 CPUs are left out", FOUND.format(32))


def test_without_a_time_stamp_counter_the_pit_ticks(boot, says):
    """Nobody knows how fast the local APIC's timer is, then, nor how long to
    wait for another CPU."""
    ended = boot.tests(boot.machine(
        cpu="max,-tsc", smp=2,
        append="test=sched,timer,wait,kthread,serial_input,kmap_task"))
    says(ended.text, "clock: the PIT ticks", "going on with one")
    assert not [r.name for r in ended.log.results
                if r.skip and "tick" in r.skip]
