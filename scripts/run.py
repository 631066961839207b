#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boots Loft once, shows its serial log as it comes, and judges it.

    scripts/run.py                              8 GiB, GRUB's ISO
    scripts/run.py --boot direct --append "test=memblock"
    scripts/run.py --boot bochs --mem 512M
    scripts/run.py --print                      the QEMU command, and no more

What is typed goes to the machine's serial port, if this was started from a
terminal. Exit status: 0 when the verdict is good, 1 when it is not, 2 when
asked for what cannot be. `make run` and `make test T=...` come here.
"""
import argparse
import shlex
import sys
import time
from pathlib import Path

from loft import bochs, boot, report
from loft.keyboard import keyboard
from loft.machine import (OVMF_CODE, RAM_MIN, Machine, parse_cpus, parse_size,
                          qemu_command)
from loft.symbols import annotate
from loft.tap import RESULT, RUNNING

TREE = Path(__file__).resolve().parent.parent


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Boot Loft once and judge it.")
    add = parser.add_argument
    add("--mem", default="8G", help="RAM: 8G, 896M (default 8G)")
    add("--smp", default="1", help="CPUs (default 1)")
    add("--append", default="",
        help="kernel command line; with GRUB it is in the ISO, and this "
        "tells the runner what to expect")
    add("--accel", default="tcg", help="tcg (default) or kvm")
    add("--icount", action="store_true",
        help="one thread; the time-stamp counter counts instructions")
    add("--boot", default="grub", help="grub (default), direct or bochs")
    add("--uefi", action="store_true", help="32-bit UEFI; with --boot grub")
    add("--cpu", default="max", help="QEMU CPU model (default max)")
    add("--machine", default="", choices=("", "pc", "q35"))
    add("--kernel", type=Path, default=Path("build/loft.elf"))
    add("--iso", type=Path, default=Path("build/loft.iso"))
    add("--silence", type=float, default=boot.SILENCE, metavar="S",
        help="seconds without a word until it counts as hung (default 60)")
    add("--log", type=Path, default=Path("build/run.log"))
    add("--quiet", action="store_true", help="do not show the log")
    add("--build-started", type=float, metavar="EPOCH",
        help="when the build began, for the time line")
    add("--print", action="store_true",
        help="print the QEMU command line and do nothing")
    add("--check", action="store_true",
        help="say whether there is such a machine, and do nothing")
    return parser.parse_args()


# Words with few values, and what the Makefile calls them.
CHOICES = {"boot": ("grub", "direct", "bochs", "uefi"),
           "accel": ("tcg", "kvm")}


def machine(args: argparse.Namespace) -> Machine:
    """The machine that was asked for. Raises ValueError, with a sentence, if
    there is none like it."""
    for name, values in CHOICES.items():
        if getattr(args, name) not in values:
            raise ValueError(f"{name.upper()}={getattr(args, name)}: say "
                             f"{', '.join(values[:-1])} or {values[-1]}")
    if args.boot == "uefi":
        args.boot, args.uefi = "grub", True
    if args.uefi and args.boot != "grub":
        raise ValueError("UEFI boots through GRUB: BOOT=grub")
    if args.uefi and not OVMF_CODE.exists():
        raise ValueError(
            f"there is no 32-bit UEFI firmware here ({OVMF_CODE}): Debian 12 "
            "and 13 have it as the package ovmf-ia32")
    way = "direct" if args.boot == "direct" else "grub"
    parse_size(args.mem, RAM_MIN[way])
    return Machine(mem=args.mem, smp=parse_cpus(args.smp), append=args.append,
                   accel=args.accel, icount=args.icount, boot=way,
                   uefi=args.uefi, cpu=args.cpu, chipset=args.machine,
                   kernel=args.kernel, iso=args.iso)


def check(args: argparse.Namespace) -> None:
    """Says what is missing before an emulator does, in its own words."""
    wanted = args.kernel if args.boot == "direct" else args.iso
    if not wanted.exists():
        raise ValueError(f"{wanted} is not there: run `make` first")
    if args.boot == "bochs" and not bochs.installed():
        bochs.install(TREE / "scripts" / "setup.sh")


class Screen:
    """Shows the log as it comes. `# running:` lines are kept back until
    something else than the test's result follows: the log has them all."""

    def __init__(self, kernel: Path):
        self._kernel = kernel
        self._held = ""

    def __call__(self, line: str) -> None:
        held, self._held = self._held, ""
        if RUNNING.match(line):
            self._held = line
            return
        if held and not RESULT.match(line):
            print(held)
        print(annotate(self._kernel, line), flush=True)


def main() -> int:
    args = arguments()
    began = time.time()
    try:
        subject = machine(args)
        if args.print:
            print(shlex.join(qemu_command(subject, Path("build/vars.fd"))))
            return 0
        if args.check:
            return 0
        check(args)
    except ValueError as wrong:
        print(f"run.py: {wrong}", file=sys.stderr)
        return 2
    emulator = "bochs" if args.boot == "bochs" else "qemu"
    print(f"run: {subject.describe()}, {emulator}", flush=True)
    show = None if args.quiet else Screen(args.kernel)
    with keyboard() as typed:
        result = boot.run(subject, args.silence, show, emulator, typed)
    if args.build_started:
        result.times = {"build": began - args.build_started, **result.times}
    args.log.parent.mkdir(parents=True, exist_ok=True)
    args.log.write_text(result.text)
    print("\n".join(report.closing(result, streamed=not args.quiet)))
    if subject.asks_for_tests or not result.verdict.good:
        print(result.verdict.totals)
    return 0 if result.verdict.good else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
