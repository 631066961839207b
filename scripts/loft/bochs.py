# SPDX-License-Identifier: MIT
"""Bochs, the second machine.

It does what TCG does not: it latches the PDPTEs when CR3 is loaded, and keeps
global pages across a CR3 reload, as hardware does. It boots the GRUB ISO. It
has no isa-debug-exit: the kernel writes "Shutdown" to port 0x8900, and the
verdict is read from the log alone.

Its BIOS is SeaBIOS, QEMU's: with Bochs' own, GRUB crashes on a kernel of this
size before it is started, and its older one has no ACPI tables. `ips` makes
the machine's clock run fast, so that what waits for time, GRUB above all,
waits for fewer instructions: 10 million a second boots in half the time of
200 million.
"""
import os
import shutil
import subprocess
from pathlib import Path

from .machine import MIB, Machine

SHARE = Path("/usr/share/bochs")
VGABIOS = SHARE / "VGABIOS-lgpl-latest"
BIOS = Path("/usr/share/seabios/bios.bin")

# Bochs keeps guest memory above `host` in a file; up to here all is in RAM.
HOST_MIB_MAX = 512

CONFIG = """\
display_library: rfb, options="timeout=0"
plugin_ctrl: unmapped=1
cpu: model=corei7_skylake_x, count={cpus}, ips=10000000, \
reset_on_triple_fault=0
memory: guest={guest}, host={host}
romimage: file={bios}
vgaromimage: file={vgabios}
ata0-master: type=cdrom, path={iso}, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev={serial}
clock: sync=none, time0=1000000000
log: {log}
panic: action=fatal
error: action=report
info: action=report
"""


def installed() -> bool:
    return shutil.which("bochs") is not None and VGABIOS.exists()


def install(setup: Path) -> None:
    """Fetches the packages, through the tree's own set-up script."""
    subprocess.run([str(setup), "bochs"], check=True)


def command(machine: Machine, scratch: Path, serial: Path) -> list[str]:
    """Writes the configuration and returns the command line. The debugger
    that Debian compiles in waits at a prompt: a script tells it to go on."""
    guest = machine.ram // MIB
    config = scratch / "bochsrc"
    config.write_text(CONFIG.format(
        cpus=machine.smp, guest=guest, host=min(guest, HOST_MIB_MAX),
        bios=BIOS, vgabios=VGABIOS,
        iso=os.path.abspath(machine.iso), serial=serial,
        log=scratch / "bochs.log"))
    script = scratch / "go"
    script.write_text("c\nq\n")
    return ["bochs", "-q", "-f", str(config), "-rc", str(script)]
