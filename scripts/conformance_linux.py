#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds Linux against the rules that Loft is held against.

    scripts/conformance_linux.py                    8 GiB, 2 CPUs
    scripts/conformance_linux.py --mem 512M 8G --smp 4

tests/kernel/conformance_test.c is built as a module for Debian's Linux, which
the first run fetches into the cache, and booted; its TAP is printed and judged
as Loft's is. A warning of Linux's while the tests run fails them, too.
`make conformance-linux` comes here.
"""
import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path

from loft import boot, linux, tap
from loft.verdict import judge

TREE = Path(__file__).resolve().parent.parent
PEER = TREE / "tests" / "peer" / "linux"
SUITE = TREE / "tests" / "kernel" / "conformance_test.c"
CPU = "qemu64"
SILENCE = 300.0
HELLO = re.compile(r"^(\[ *\d+\.\d+\] )(Linux version \S+)")
TAP_LINE = re.compile(r"^\[ *\d+\.\d+\] tap: (.*)$")
COMPLAINT = re.compile(r"^\[ *\d+\.\d+\] ((?:WARNING|BUG|Oops|INFO:|"
                       r"kernel BUG|Kernel panic).*)$")
# Functions that are known to warn of what the suite does: tests/peer/README.md
# says why.
KNOWN = {"__kmap_to_page"}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Run Loft's conformance suite on Linux.")
    add = parser.add_argument
    add("--mem", nargs="+", default=["8G"], help="sizes of RAM")
    add("--smp", nargs="+", type=int, default=[2], help="numbers of CPUs")
    add("--build", type=Path, default=Path("build"))
    return parser.parse_args()


def tap_of(text: str) -> str:
    """What the module printed, as a log of Loft's; and, as a panic, the first
    thing that Linux complained about meanwhile."""
    lines, tests = [], False
    for line in text.splitlines():
        if match := HELLO.match(line):
            lines.append(f"{match[1]}Loft's suite on {match[2]}")
        elif match := TAP_LINE.match(line):
            lines.append(match[1])
            tests = True
        elif tests and (match := COMPLAINT.match(line)):
            if any(name in line for name in KNOWN):
                lines.append(f"# known: Linux: {match[1]}")
            else:
                lines += ["PANIC: Linux: " + match[1], "end of panic"]
    return "\n".join(lines)


def run(args: argparse.Namespace) -> bool:
    known = linux.fetch(linux.cache_folder())
    folder = args.build / "peer-conformance" / known.release
    archive = linux.archive(known, folder, "loft_conformance", {
        ".": [*(PEER / "conformance").iterdir(), PEER / "init.c", SUITE]})
    good = True
    for mem in args.mem:
        for smp in args.smp:
            machine = linux.machine(known, archive, "", mem=mem, smp=smp,
                                    cpu=CPU)
            ended = boot.run(machine, SILENCE)
            said = tap_of(ended.text)
            verdict = judge(tap.parse(said), replace(ended.end, status=None),
                            True)
            log = args.build / "logs" / f"conformance-linux-{mem}-{smp}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(ended.text)
            cpus = "1 CPU" if smp == 1 else f"{smp} CPUs"
            print(f"{said}\n{known.release}, {mem}, {cpus}: "
                  f"{verdict.sentence} ({log})", flush=True)
            good &= verdict.good
    return good


def main() -> int:
    try:
        return 0 if run(arguments()) else 1
    except (RuntimeError, ValueError) as wrong:
        print(f"conformance_linux.py: {wrong}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
