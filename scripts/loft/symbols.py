# SPDX-License-Identifier: MIT
"""File and line for the addresses of a backtrace, from the ELF's DWARF.

The kernel names functions itself, from the symbols the loader gave it:

     [<c0101234>] memblock_add+0x12/0x40

and this puts `  mm/memblock.c:87` behind. All of them but the first are
return addresses, so the byte before is looked up: that is the call.
"""
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

FRAME = re.compile(r"^(?:# )?(?:\[ *\d+\.\d+\] )?\s*\[<([0-9a-f]{8})>\]")

TOOLS = ("i686-elf-addr2line", "i686-linux-gnu-addr2line", "addr2line")


@lru_cache(maxsize=None)
def _tool() -> str | None:
    return next((t for t in TOOLS if shutil.which(t)), None)


@lru_cache(maxsize=None)
def locate(kernel: Path, address: int) -> str | None:
    """`path:line` of a code address, the path relative to the tree if it can
    be; None where DWARF knows nothing."""
    if _tool() is None or not kernel.exists():
        return None
    out = subprocess.run([_tool(), "-e", str(kernel), f"{address:#x}"],
                         capture_output=True, text=True).stdout.strip()
    path, _, line = out.partition(" ")[0].rpartition(":")
    if not line.isdigit() or line == "0":
        return None
    tree = Path(__file__).resolve().parents[2]
    try:
        path = str(Path(path).resolve().relative_to(tree))
    except ValueError:
        pass
    return f"{path}:{line}"


class Annotator:
    """Adds file and line to backtrace lines as they pass."""

    def __init__(self, kernel: Path):
        self._kernel = kernel
        self._first = True

    def line(self, text: str) -> str:
        frame = FRAME.match(text)
        if not frame:
            self._first = True
            return text
        address = int(frame[1], 16) - (0 if self._first else 1)
        self._first = False
        where = locate(self._kernel, address)
        return f"{text}  {where}" if where else text

    def text(self, text: str) -> str:
        return "\n".join(self.line(each) for each in text.splitlines())
