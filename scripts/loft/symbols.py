# SPDX-License-Identifier: MIT
"""File and line for the addresses of a backtrace, from the ELF's DWARF.

The kernel names functions itself, from the symbols the loader gave it:

     [<c0101234>] memblock_add+0x12/0x40

and this puts `  mm/memblock/memblock.c:87` behind. Where the compiler has
inlined a function, its caller follows: `  include/mm/kmap.h:40, inlined at
mine.c:7`.
The kernel has already taken one from return addresses, so that they lie in
the call and not behind it.
"""
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

FRAME = re.compile(r"^(?:# )?(?:\[ *\d+\.\d+\] )?\s*\[<([0-9a-f]{8})>\]")

TREE = Path(__file__).resolve().parents[2]

TOOLS = ("i686-elf-addr2line", "i686-linux-gnu-addr2line", "addr2line")


@lru_cache(maxsize=None)
def _tool() -> str | None:
    return next((t for t in TOOLS if shutil.which(t)), None)


def _in_tree(path: str) -> str:
    """The path as one says it in the tree. NASM names a file's directory
    twice: boot//boot/entry.asm."""
    path = re.sub(r"(\b[\w/-]+/)/\1", r"\1", path)
    try:
        return str(Path(path).resolve().relative_to(TREE))
    except ValueError:
        return path


@lru_cache(maxsize=None)
def locate(kernel: Path, address: int) -> str | None:
    """`path:line` of a code address, the path relative to the tree if it can
    be, and of each call that was inlined there, from the inside out; None
    where DWARF knows nothing."""
    if _tool() is None or not kernel.exists():
        return None
    out = subprocess.run([_tool(), "-i", "-e", str(kernel), f"{address:#x}"],
                         capture_output=True, text=True).stdout
    places = []
    for place in out.splitlines():
        path, _, line = place.partition(" ")[0].rpartition(":")
        if line.isdigit() and line != "0":
            places.append(f"{_in_tree(path)}:{line}")
    return ", inlined at ".join(places) or None


def annotate(kernel: Path, line: str) -> str:
    """A line of the log, with file and line behind it if it is a frame."""
    frame = FRAME.match(line)
    where = locate(kernel, int(frame[1], 16)) if frame else None
    return f"{line}  {where}" if where else line
