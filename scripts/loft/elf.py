# SPDX-License-Identifier: MIT
"""What tools read from the kernel's ELF file, a 32-bit one: symbols, and the
bytes at an address. Source: ELF specification (TIS 1.2), book I."""
import struct
from pathlib import Path

LOAD, SYMTAB = 1, 2


class Elf:
    """An ELF file in memory."""

    def __init__(self, path: Path):
        self.data = bytearray(path.read_bytes())
        self._symbols: dict[str, list[tuple[int, int]]] | None = None

    def _table(self, at: int, numbers: int) -> list[tuple[int, ...]]:
        """The header table, of words, whose offset stands at byte `at` and
        whose entry size and count stand at `numbers`."""
        offset, = struct.unpack_from("<I", self.data, at)
        size, count = struct.unpack_from("<HH", self.data, numbers)
        return [struct.unpack_from(f"<{size // 4}I", self.data,
                                   offset + i * size) for i in range(count)]

    @property
    def symbols(self) -> dict[str, list[tuple[int, int]]]:
        """name -> (value, size), more than one where static functions share
        a name."""
        if self._symbols is None:
            self._symbols = self._read_symbols()
        return self._symbols

    def _read_symbols(self) -> dict[str, list[tuple[int, int]]]:
        sections = self._table(32, 46)
        found: dict[str, list[tuple[int, int]]] = {}
        for table in (s for s in sections if s[1] == SYMTAB):
            strings = sections[table[6]][4]
            for at in range(table[4], table[4] + table[5], 16):
                name, value, size = struct.unpack_from("<III", self.data, at)
                found.setdefault(self._string_at(strings + name), []).append(
                    (value, size))
        return found

    def _string_at(self, offset: int) -> str:
        return self.data[offset:self.data.index(b"\0", offset)].decode()

    def address(self, name: str) -> int:
        """The value of the one symbol with this name."""
        (value, _), = self.symbols[name]
        return value

    def offset(self, address: int) -> int:
        """Where in the file the byte of a virtual address is."""
        for kind, offset, start, _, size, *_ in self._table(28, 42):
            if kind == LOAD and start <= address < start + size:
                return offset + address - start
        raise ValueError(f"{address:#x} is not in the file")

    def word(self, address: int) -> int:
        return struct.unpack_from("<I", self.data, self.offset(address))[0]

    def string(self, address: int) -> str:
        return self._string_at(self.offset(address))
