# SPDX-License-Identifier: MIT
"""gdb commands for Loft.

    walk ADDRESS    the PAE page walk of a virtual address, level by level;
                    a function's or a structure's name will do

Works on a stopped machine in any state: entries are read as physical memory,
through QEMU's monitor, so nothing needs to be mapped.
"""
import re

import gdb

PRESENT, WRITE, USER, LARGE, GLOBAL = 1 << 0, 1 << 1, 1 << 2, 1 << 7, 1 << 8
NO_EXECUTE = 1 << 63
FRAME = 0x0000000FFFFFF000


def physical_u64(address: int) -> int:
    """Eight bytes of physical memory."""
    text = gdb.execute(f"monitor xp /1gx {address:#x}", to_string=True)
    return int(re.search(r":\s*(0x[0-9a-f]+)", text)[1], 16)


def describe(name: str, entry: int) -> str:
    """What an entry allows, in words. PAE's top level has no say in it."""
    if not entry & PRESENT:
        return "not present"
    words = [f"frame {entry & FRAME:#011x}"]
    if name == "PDPTE":
        return words[0]
    words += ["write" if entry & WRITE else "read-only",
              "user" if entry & USER else "kernel"]
    words += [word for bit, word in ((NO_EXECUTE, "no-execute"),
                                     (LARGE, "2 MiB"), (GLOBAL, "global"))
              if entry & bit]
    return " ".join(words)


def address_of(argument: str) -> int:
    """A number or pointer as it is; of all else, functions and structures,
    where it lies."""
    try:
        value = gdb.parse_and_eval(argument)
    except gdb.error as wrong:
        raise gdb.GdbError(f"walk: {wrong}") from wrong
    try:
        return int(value) & 0xFFFFFFFF
    except gdb.error:
        return int(value.address) & 0xFFFFFFFF


class Walk(gdb.Command):
    """walk ADDRESS: show the page walk of a virtual address."""

    def __init__(self):
        super().__init__("walk", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        address = address_of(argument)
        if not int(gdb.parse_and_eval("$cr0")) >> 31 & 1:
            print("paging is off")
            return
        table = int(gdb.parse_and_eval("$cr3")) & 0xFFFFFFE0
        levels = (("PDPTE", address >> 30), ("PDE", address >> 21 & 511),
                  ("PTE", address >> 12 & 511))
        for name, index in levels:
            entry = physical_u64(table + 8 * index)
            print(f"{name:5} [{index:3}] {entry:016x}  {describe(name, entry)}")
            if not entry & PRESENT:
                return
            table = entry & FRAME
            if name == "PDE" and entry & LARGE:
                print(f"physical {table + (address & 0x1FFFFF):#x}")
                return
        print(f"physical {table + (address & 0xFFF):#x}")


Walk()
