# SPDX-License-Identifier: MIT
"""Multiboot2 information blocks, sound and broken, and a loader for them.

    block(cmdline("test"), memory_map(AVAILABLE_128M))      bytes in memory

GRUB writes correct blocks only. So the bad ones come from here: QEMU puts the
kernel and the block into RAM (its `loader` device), and `-kernel` gets a stub
of our own, an ELF file of one instruction sequence with a PVH note, that does
what a multiboot2 loader does last: eax, ebx, jump. To the kernel, nothing
tells it from GRUB.

Source: multiboot2 specification, sections 3.3 and 3.6.
"""
import struct
from pathlib import Path

from loft.elf import Elf

MAGIC = 0x36D76289

CMDLINE, LOADER_NAME, MODULE, MEMORY_MAP = 1, 2, 3, 6
ELF_SECTIONS, FRAMEBUFFER, RSDP_OLD = 9, 8, 14

USABLE, RESERVED, ACPI, NVS, BAD = 1, 2, 3, 4, 5

MIB = 1 << 20
GIB = 1 << 30

LOW = (0, 0x9FC00, USABLE)
BIOS = (0xF0000, 0x10000, RESERVED)
HIGH_127M = (MIB, 127 * MIB, USABLE)
# What a machine of 128 MiB says.
AVAILABLE_128M = [LOW, BIOS, HIGH_127M]

# Where the block, ACPI tables and the stub go: above the image, inside 32 MiB.
BLOCK_AT = 0x1800000
TABLES_AT = 0x1C00000
STUB_AT = 0x1F00000


def tag(kind: int, payload: bytes, size: int | None = None) -> bytes:
    """A tag with padding; `size` lies about its length."""
    real = 8 + len(payload)
    head = struct.pack("<II", kind, real if size is None else size)
    return head + payload + bytes(-real % 8)


def cmdline(text: str) -> bytes:
    return tag(CMDLINE, text.encode() + b"\0")


def memory_map(entries, entry_size: int = 24, version: int = 0) -> bytes:
    """Entries are (base, length, type)."""
    pad = bytes(max(0, entry_size - 24))
    rows = b"".join(struct.pack("<QQII", *entry, 0) + pad
                    for entry in entries)
    return tag(MEMORY_MAP, struct.pack("<II", entry_size, version) + rows)


def acpi_table(signature: bytes, body: bytes) -> bytes:
    """A table whose bytes add up to 0."""
    head = struct.pack("<4sIBB6s8sI4sI", signature, 36 + len(body), 1, 0,
                       b"LOFT  ", b"LOFTTEST", 1, b"LOFT", 1)
    table = bytearray(head + body)
    table[9] = -sum(table) % 256
    return bytes(table)


def madt_of(apic_ids) -> tuple[bytes, bytes]:
    """Tables that name CPUs by their APIC ids: the tag of the RSDP, and what
    lies at TABLES_AT."""
    cpus = b"".join(struct.pack("<BBBBI", 0, 8, number, apic_id, 1)
                    for number, apic_id in enumerate(apic_ids))
    io_apic = struct.pack("<BBBBII", 1, 12, 0, 0, 0xFEC00000, 0)
    madt = acpi_table(b"APIC", struct.pack("<II", 0xFEE00000, 1) + cpus +
                      io_apic)
    rsdt = acpi_table(b"RSDT", struct.pack("<I", TABLES_AT + 64))
    rsdp = bytearray(struct.pack("<8sB6sBI", b"RSD PTR ", 0, b"LOFT  ", 0,
                                 TABLES_AT))
    rsdp[8] = -sum(rsdp) % 256
    return tag(RSDP_OLD, bytes(rsdp)), rsdt.ljust(64, b"\0") + madt


def block(*tags: bytes, end: bool = True, size: int | None = None) -> bytes:
    """The information block; `size` lies about the total."""
    body = b"".join(tags) + (tag(0, b"") if end else b"")
    total = 8 + len(body) if size is None else size
    return struct.pack("<II", total, 0) + body


def set_apic_id(apic_id: int) -> bytes:
    """Code that gives the local APIC of its CPU another id, as firmware may."""
    return struct.pack("<BBII", 0xC7, 0x05, 0xFEE00020, apic_id << 24)


def stub(entry: int, eax: int, ebx: int, address: int = STUB_AT,
         before: bytes = b"") -> bytes:
    """An ELF file that QEMU's -kernel starts, and that goes on to `entry`;
    the code `before` runs first."""
    code = before + struct.pack("<BIBIBIBB", 0xB8, eax, 0xBB, ebx, 0xB9, entry,
                       0xFF, 0xE1)      # mov eax, mov ebx, mov ecx, jmp ecx
    note = struct.pack("<III4sI", 4, 4, 18, b"Xen", address)
    heads = 52 + 2 * 32
    elf = struct.pack("<16sHHIIIIIHHHHHH", b"\x7fELF\1\1\1", 2, 3, 1,
                      address, 52, 0, 0, 52, 32, 2, 40, 0, 0)
    load = struct.pack("<8I", 1, heads, address, address, len(code),
                       len(code), 7, 1)
    at = heads + len(code)
    mark = struct.pack("<8I", 4, at, 0, 0, len(note), len(note), 4, 4)
    return elf + load + mark + code + note


class Loader:
    """Writes the files and tells the QEMU arguments that start the kernel
    through them."""

    def __init__(self, directory: Path, kernel: Path):
        self._directory = directory
        self._kernel = kernel

    def arguments(self, data: bytes, eax: int = MAGIC,
                  at: int = BLOCK_AT, ebx: int | None = None,
                  stub_at: int = STUB_AT, tables: bytes = b"",
                  before: bytes = b"") -> tuple[str, ...]:
        entry = Elf(self._kernel).address("_start") & 0x3FFFFFFF
        start = self._directory / "stub.elf"
        start.write_bytes(stub(entry, eax, at if ebx is None else ebx,
                               stub_at, before))
        blob = self._directory / "block.bin"
        blob.write_bytes(data or b"\0")
        arguments = ("-kernel", str(start),
                     "-device", f"loader,file={self._kernel}", "-device",
                     f"loader,file={blob},addr={at:#x},force-raw=on")
        if tables:
            acpi = self._directory / "acpi.bin"
            acpi.write_bytes(tables)
            arguments += ("-device", f"loader,file={acpi},"
                          f"addr={TABLES_AT:#x},force-raw=on")
        return arguments
