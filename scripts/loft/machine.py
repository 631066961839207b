# SPDX-License-Identifier: MIT
"""Which machine to start, and the QEMU command line for it.

Everything that was learned the hard way about QEMU's options stands here,
once:

 * `-cpu max`: the default CPU of qemu-system-i386 has 32 physical address
   bits, and touching a page above 4 GiB faults there.
 * A RAM backend with reserve=off, or a small host refuses to promise so much
   memory, though a guest touches little of it.
 * Above 23 GiB q35 without the PCI hole above 4 GiB, or 62 GiB do not fit
   below 64 GiB.
 * More than 62 GiB is a machine of qemu-system-x86_64; the kernel stays a
   32-bit one and has to clip.
 * `-no-reboot`: a triple fault then ends QEMU, with status 0, so success is
   one chosen odd status and never 0 (see verdict.py).
 * `-icount` wants one thread, and no waiting for the host's clock.
"""
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
GIB = 1 << 30

PROMISED_RAM_MAX = 2 * GIB      # what any host can reserve
SMALL_RAM_MAX = 23 * GIB
I386_RAM_MAX = 62 * GIB

OVMF = Path("/usr/share/OVMF")
OVMF_CODE = OVMF / "OVMF32_CODE_4M.secboot.fd"
OVMF_VARS = OVMF / "OVMF32_VARS_4M.fd"


# With less, the loader finds no room for itself and the kernel, and nobody is
# there to say so.
RAM_MIN = {"direct": 4 * MIB, "grub": 5 * MIB}

CPUS_MAX = 255      # of QEMU's machines with 8-bit APIC ids


def parse_size(text: str, least: int = 1) -> int:
    """Bytes meant by `8G`, `3584M`, `64` (MiB, as QEMU reads it); ValueError
    for what is no size, or less than `least`."""
    units = {"K": 1 << 10, "M": MIB, "G": GIB}
    number, unit = text, MIB
    if text[-1:].upper() in units:
        number, unit = text[:-1], units[text[-1].upper()]
    if not number.isdigit() or int(number) == 0:
        raise ValueError(f"memory size {text!r}: say 8G, 896M or 64")
    if int(number) * unit < least:
        raise ValueError(f"memory size {text!r}: this loader needs "
                         f"{least // MIB} MiB, and Loft is made "
                         "for 32M and more")
    return int(number) * unit


def parse_cpus(text: str) -> int:
    """The number of CPUs meant; ValueError for what a machine cannot have."""
    if not text.isdigit() or not 1 <= int(text) <= CPUS_MAX:
        raise ValueError(f"SMP={text}: say a number of CPUs from 1 to "
                         f"{CPUS_MAX}")
    return int(text)


@dataclass(frozen=True)
class Machine:
    """A machine to boot. The first seven are the words of `make run`."""
    mem: str = "8G"
    smp: int = 1
    append: str = ""
    accel: str = "tcg"
    icount: bool = False
    boot: str = "direct"            # direct (PVH), grub, or none
    uefi: bool = False
    cpu: str = "max"
    chipset: str = ""               # pc or q35; "" picks by size and firmware
    kernel: Path = Path("build/loft.elf")
    iso: Path = Path("build/loft.iso")
    serial: bool = True             # is there a UART at 0x3F8?
    debug_exit: bool = True         # without, a finished kernel stays up
    ram_file: Path | None = None    # what RAM holds at power-on; else zeros
    extra: tuple[str, ...] = ()     # more QEMU arguments, as they are

    @property
    def ram(self) -> int:
        return parse_size(self.mem)

    @property
    def asks_for_tests(self) -> bool:
        """Does the command line name tests? (GRUB's is in the ISO: the caller
        repeats it in `append`.)"""
        words = self.append.split()
        return any(w == "test" or w.startswith("test=") for w in words)

    def describe(self) -> str:
        """The machine in a few words, for the first line of a run."""
        way = {"direct": "direct boot", "grub": "GRUB"}.get(self.boot, "")
        if self.boot == "grub":
            way += ", 32-bit UEFI" if self.uefi else ", BIOS"
        cpus = f"{self.smp} CPU{'s' if self.smp > 1 else ''}"
        return f"{self.mem}, {cpus} ({self.cpu}), {way or 'own loader'}"


def _ram_arguments(m: Machine, chipset: str) -> tuple[str, list[str]]:
    """What has to be added to -machine, and the RAM options."""
    args = ["-m", f"{m.ram >> 10}K"]
    if m.ram_file:
        args += ["-object", f"memory-backend-file,id=ram0,size={m.ram},"
                 f"mem-path={m.ram_file},share=off"]
        return ",memory-backend=ram0", args
    if m.ram <= PROMISED_RAM_MAX:
        return "", args
    args += ["-object", f"memory-backend-ram,id=ram0,size={m.ram},reserve=off"]
    if m.ram > SMALL_RAM_MAX:
        host = "q35-pcihost" if chipset == "q35" else "i440FX-pcihost"
        args += ["-global", f"{host}.pci-hole64-size=0"]
    return ",memory-backend=ram0", args


def _uefi_arguments(vars_copy: Path) -> list[str]:
    """32-bit OVMF. Debian ships the secure-boot build only: it wants SMM."""
    return [
        "-global", "driver=cfi.pflash01,property=secure,value=on",
        "-drive",
        f"if=pflash,format=raw,unit=0,readonly=on,file={OVMF_CODE}",
        "-drive", f"if=pflash,format=raw,unit=1,file={vars_copy}",
    ]


def _boot_arguments(m: Machine) -> list[str]:
    if m.boot == "grub":
        return ["-cdrom", str(m.iso), "-boot", "d"]
    if m.boot == "direct":
        # The ELF rides along as the module: the kernel reads its own symbols.
        return ["-kernel", str(m.kernel), "-initrd", str(m.kernel),
                "-append", m.append]
    return []


def _accel_arguments(m: Machine) -> list[str]:
    if m.icount:
        return ["-accel", "tcg,thread=single",
                "-icount", "shift=0,sleep=off"]
    return ["-accel", m.accel]


def qemu_command(m: Machine, vars_copy: Path | None = None) -> list[str]:
    """The command line. `vars_copy` is a private copy of OVMF_VARS, which the
    firmware writes to; needed when m.uefi."""
    large = m.ram > SMALL_RAM_MAX
    chipset = m.chipset or ("q35" if m.uefi or large else "pc")
    more, ram = _ram_arguments(m, chipset)
    if m.uefi:
        more += ",smm=on"
    program = "qemu-system-" + ("x86_64" if m.ram > I386_RAM_MAX else "i386")
    command = [program, "-machine", chipset + more, *_accel_arguments(m),
               "-cpu", m.cpu, "-smp", str(m.smp), *ram,
               "-no-reboot", "-nodefaults", "-vga", "std",
               "-display", "none", "-monitor", "none"]
    command += ["-serial", "stdio" if m.serial else "none"]
    if m.debug_exit:
        command += ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    if m.uefi:
        if vars_copy is None:
            raise ValueError("UEFI needs a copy of its variables")
        command += _uefi_arguments(vars_copy)
    return command + _boot_arguments(m) + list(m.extra)
