# SPDX-License-Identifier: MIT
"""A panic, or a fault, at any point of boot is told once and whole, and ends
with a failing status.

Each call that a function of the boot makes is overwritten, in a copy of the
kernel's file, with a call of a function that panics, or with an instruction
that faults. So the kernel dies in the place of that call, with all done that
comes before it. Which calls there are is read from the machine code."""
import struct

import pytest
from loft.elf import Elf
from loft.verdict import STATUS_PANIC, Reason

CALL = 0xE8
UD2 = b"\x0f\x0b"
READ_PAGE_ZERO = b"\xa1\x08\0\0\0"      # mov eax, [8]

# The function, the fault: nothing is mapped, or not yet; the machine.
BOOT = {
    "early_start": (UD2, {}),
    "start_kernel": (READ_PAGE_ZERO, {}),
    "start_secondary": (READ_PAGE_ZERO, {"smp": 2}),
}

# Before there is a serial port the status has to do.
SILENT = {"idt_early", "serial_init"}

# What is called on some machines alone; printk by start_kernel(), with an
# extra_main() alone.
NOT_ALWAYS = {"vga_init", "console_set_loglevel", "memcpy", "preempt_schedule",
              "printk"}


class Patched:
    """The kernel's file, to be broken at one call after the other."""

    def __init__(self, kernel, path):
        self._elf = Elf(kernel)
        self._path = path
        self._functions = {value: name for name, places
                           in self._elf.symbols.items()
                           for value, size in places if size}

    def _target(self, address: int) -> int:
        """Where the call at `address` would lead, if it is one."""
        at = self._elf.offset(address)
        distance, = struct.unpack_from("<i", self._elf.data, at + 1)
        return (address + 5 + distance) % (1 << 32)

    def calls(self, function: str) -> list[tuple[int, str]]:
        """(address, name of the callee) of each call in the function."""
        (start, size), = self._elf.symbols[function]
        return [(address, self._functions[self._target(address)])
                for address in range(start, start + size - 4)
                if self._elf.data[self._elf.offset(address)] == CALL
                and self._target(address) in self._functions]

    def dying(self) -> int:
        """The function of the death test "panic"."""
        elf = self._elf
        return next(elf.word(at + 12) for at in
                    range(elf.address("ktests_start"),
                          elf.address("ktests_end"), 16)
                    if (elf.string(elf.word(at)), elf.string(
                        elf.word(at + 4))) == ("death", "panic"))

    def broken(self, address: int, code: bytes):
        """A file with that code in the place of a call."""
        data, at = bytearray(self._elf.data), self._elf.offset(address)
        data[at:at + 5] = code.ljust(5, b"\x90")
        self._path.write_bytes(data)
        return self._path

    def call(self, address: int, target: int) -> bytes:
        return bytes([CALL]) + struct.pack("<i", target - address - 5)


@pytest.fixture
def patched(boot, tmp_path):
    return Patched(boot.machine().kernel, tmp_path / "loft.elf")


def die(boot, kernel, callee: str, **machine) -> None:
    """Boots, and wants one whole panic, unless the call is not made."""
    ended = boot.run(boot.machine(kernel=kernel, **machine))
    if callee in NOT_ALWAYS and ended.verdict.good:
        return
    assert ended.end.status == STATUS_PANIC, callee
    if callee in SILENT:
        return
    assert ended.verdict.reason is Reason.PANIC, callee
    assert ended.log.panic_ended, callee
    assert "inside" not in ended.text
    assert sum("PANIC:" in line for line in ended.log.lines) == 1


@pytest.mark.parametrize("function", BOOT)
def test_a_panic_at_any_point_of_boot(boot, patched, function):
    calls = patched.calls(function)
    assert len(calls) > 5
    for address, callee in calls:
        code = patched.call(address, patched.dying())
        die(boot, patched.broken(address, code), callee, **BOOT[function][1])


@pytest.mark.parametrize("function", BOOT)
def test_a_fault_at_any_point_of_boot(boot, patched, function):
    """From when there is a table that says where a fault leads."""
    fault, machine = BOOT[function]
    for address, callee in patched.calls(function):
        if callee not in ("idt_early", "idt_load") or \
                (callee, function) == ("idt_load", "early_start"):
            die(boot, patched.broken(address, fault), callee, **machine)
