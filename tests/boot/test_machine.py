# SPDX-License-Identifier: MIT
"""The QEMU command lines: each rule of loft/machine.py where it applies, and
not where it does not."""
from pathlib import Path

import pytest
from loft.machine import GIB, MIB, Machine, parse_size, qemu_command


def line(vars_copy=None, **words):
    return " ".join(qemu_command(Machine(**words), vars_copy))


@pytest.mark.parametrize("text, size", [
    ("8G", 8 * GIB), ("896M", 896 * MIB), ("64", 64 * MIB),
    ("2048k", 2 * MIB)])
def test_sizes_are_read_as_qemu_reads_them(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "G", "8T", "-1M", "0", "1.5G"])
def test_a_bad_size_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="say 8G"):
        parse_size(text)


def test_every_machine_has_cpu_max_no_reboot_and_the_exit_port():
    command = line()
    assert "-cpu max" in command and "-no-reboot" in command
    assert "isa-debug-exit,iobase=0xf4,iosize=4" in command
    assert command.startswith("qemu-system-i386 -machine pc,")


def test_ram_that_the_host_would_not_promise_is_not_reserved():
    assert "reserve=off" not in line(mem="2G")
    assert "reserve=off" in line(mem="3G")


def test_the_largest_machines_have_no_pci_hole_above_4_gib():
    assert "hole64" not in line(mem="23G")
    command = line(mem="62G")
    assert "reserve=off" in command and "-machine q35," in command
    assert "q35-pcihost.pci-hole64-size=0" in command


def test_more_than_62_gib_is_a_64_bit_machine():
    assert line(mem="62G").startswith("qemu-system-i386 ")
    assert line(mem="66G").startswith("qemu-system-x86_64 ")


def test_icount_is_one_thread():
    command = line(icount=True)
    assert "-icount shift=0,sleep=off" in command
    assert "tcg,thread=single" in command
    assert "icount" not in line()


def test_direct_boot_takes_the_elf_along_as_its_module():
    command = line(append="test=a")
    assert "-kernel build/loft.elf -initrd build/loft.elf" in command
    assert command.endswith("-append test=a")


def test_grub_boots_the_cd():
    command = line(boot="grub")
    assert "-cdrom build/loft.iso" in command and "-kernel" not in command


def test_uefi_has_smm_and_its_own_variables():
    command = line(Path("v.fd"), boot="grub", uefi=True)
    assert "-machine q35," in command and ",smm=on" in command
    assert "file=v.fd" in command
    with pytest.raises(ValueError):
        line(boot="grub", uefi=True)


def test_a_machine_without_uart_and_one_that_stays_up():
    assert "-serial none" in line(serial=False)
    assert "isa-debug-exit" not in line(debug_exit=False)
