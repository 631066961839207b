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


# ---- Clocks ----

TIMED = "test=apic,clock,timer,wait,sched,kthread,watchdog"


def with_clocks(boot, machine, cpu="max", **words):
    """A machine with these options of QEMU's -machine, and this CPU. A microvm
    has no screen, and with one its firmware does not start; of its two
    firmwares SeaBIOS, the one that Debian 13 takes, needs a clock itself."""
    extra = ["-machine", machine]
    if "microvm" in machine:
        extra += ["-vga", "none", "-bios", "qboot.rom"]
    return boot.machine(cpu=cpu, extra=tuple(extra),
                        **{"append": TIMED, **words})


@pytest.mark.parametrize("machine, clock", [
    ("pit=off", "HPET"), ("pit=off,hpet=off", "ACPI PM timer"),
    ("pit=off,hpet=off,acpi=off", "RTC"), ("microvm,pit=off", "RTC")])
def test_without_a_pit_another_clock_measures(boot, says, machine, clock):
    """Each is believed when it was seen to count; the last takes seconds."""
    ended = boot.tests(with_clocks(boot, machine))
    says(ended.text, r"clock: no PIT; the time-stamp counter runs at \d+ kHz "
         f"by the {clock}")


@pytest.mark.parametrize("machine, words", [
    ("pc", ["clock: the PIT ticks"]),
    ("microvm", ["clock: the PIT's interrupt comes by pin 2, not by pin 0 as "
                 "the MADT says", "clock: the PIT ticks"]),
    ("microvm,acpi=off", [
        "clock: the PIT counts, but its interrupt comes by no pin",
        r"clock: the local APIC's timer ticks, \d+ kHz by the PIT"]),
    ("pc,pit=off", [r"clock: the local APIC's timer ticks, \d+ kHz by the "
                    "HPET"]),
    ("pc,pit=off,hpet=off", [r"clock: the local APIC's timer ticks, \d+ kHz "
                             "by the ACPI PM timer"])])
def test_without_a_time_stamp_counter_what_interrupts_ticks(boot, says,
                                                            machine, words):
    ended = boot.tests(with_clocks(boot, machine, "max,-tsc"))
    says(ended.text, *words)


@pytest.mark.parametrize("machine", [
    "microvm", "microvm,rtc=on,isa-serial=on", "microvm,acpi=off"])
def test_a_machine_without_a_gate_for_the_pit_has_its_timer(boot, says,
                                                            machine):
    """No port 0x61, which the PIT's channel 2 would need."""
    ended = boot.tests(with_clocks(boot, machine, mem="1G"))
    says(ended.text, r"its timer: [1-9]\d* kHz")
    assert "] clock:" not in ended.text


@pytest.mark.parametrize("cpu, counter", [
    ("max,-apic", "time-stamp counter"), ("max,-apic,-tsc", "PIT")])
def test_where_nothing_interrupts_a_counter_is_looked_at(boot, says, cpu,
                                                         counter):
    ended = boot.tests(boot.machine(cpu=cpu, append=TIMED))
    says(ended.text, "clock: no timer: tasks run until they give way; the "
         f"idle task looks at the {counter}")


# ---- The alarm of the only CPU ----

@pytest.mark.parametrize("machine", ["pc", "q35"])
def test_a_cpu_that_is_alone_says_where_it_keeps_interrupts_off(boot, says,
                                                                machine):
    """The suite `apic` masks the alarm's pin now and then."""
    ended = boot.tests(with_clocks(boot, machine,
                                   append="test=watchdog,traps,apic"))
    says(ended.text, "watchdog: CPU 0 has taken no tick for 216 ms; it runs "
         "task main", r"reports_when_deaf\+")
    assert not [r.name for r in ended.log.results
                if r.skip and "PIT" in r.skip]


@pytest.mark.parametrize("machine, cpu", [
    ("microvm", "max"), ("pc,pit=off", "max"), ("pc", "max,-tsc")])
def test_a_cpu_that_nothing_watches_is_named_once(boot, machine, cpu):
    ended = boot.tests(with_clocks(boot, machine, cpu, append="test=apic*"))
    assert ended.text.count("watchdog: no NMI from the PIT: a task that keeps "
                            "interrupts off is not noticed") == 1


@pytest.mark.parametrize("cpu", ["max", "max,-tsc"])
def test_a_machine_without_any_clock_is_told_so(boot, cpu):
    boot.panics(with_clocks(boot, "microvm,pit=off,rtc=off", cpu),
                "This machine has no clock", "leave out pit=off")


def test_without_a_time_stamp_counter_the_pit_ticks(boot, says):
    """Nobody knows how fast the local APIC's timer is, then, nor how long to
    wait for another CPU."""
    ended = boot.tests(boot.machine(
        cpu="max,-tsc", smp=2,
        append="test=sched,timer,wait,kthread,serial_input,kmap_task"))
    says(ended.text, "clock: the PIT ticks", "going on with one")
    assert not [r.name for r in ended.log.results
                if r.skip and "tick" in r.skip]
