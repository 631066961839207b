#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs Loft's benchmarks on Debian's Linux, in the same machines.

    scripts/bench_linux.py                          1, 8 and 62 GiB
    scripts/bench_linux.py --mem 4G --only 'kmap*'

The first run fetches the kernel and its headers into the cache. The module is
built from tests/peer/linux, tests/bench and kernel/test/bench.c: the sources
of the benchmarks are one. Figures go to build/bench-linux.json, what the boots
cost to build/boot-linux.json; then one table, Loft's figures and Linux's of
the machine that comparisons are of (8 GiB, one CPU; or the first that was
measured), is printed. `make bench-linux` comes here.
"""
import argparse
import json
import re
import sys
from pathlib import Path

from bench import CPU, REFERENCE, TREE, goals
from loft import bench, boot, linux, tap
from loft.machine import MIB, parse_size

PEER = TREE / "tests" / "peer" / "linux"
# Loft's own sources in the module: the framework and all benchmarks.
SHARED = {".": ["kernel/test/bench.c", "kernel/lib/glob.c",
                "tests/bench/*_bench.c"],
          "include/kernel": ["include/kernel/bench.h",
                             "include/kernel/glob.h"]}
SILENCE = 900.0
ALLOCATOR_UP = re.compile(r"^\[ *(\d+\.\d+)\] Memory: \d+K/\d+K available",
                          re.MULTILINE)
STAMP = re.compile(r"^\[ *\d+\.\d+\] ")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Run Loft's benchmarks on Linux.")
    add = parser.add_argument
    add("--mem", nargs="+", default=["1G", "8G", "62G"], help="sizes of RAM")
    add("--smp", nargs="+", type=int, default=[1], help="numbers of CPUs")
    add("--only", default="", metavar="PATTERN", help="which benchmarks")
    add("--build", type=Path, default=Path("build"))
    return parser.parse_args()


def sources() -> dict[str, list[Path]]:
    """Where in the module's folder which files are."""
    found: dict[str, list[Path]] = {}
    for path in [PEER / "Kbuild", *PEER.glob("*.[ch]"),
                 *PEER.glob("include/*/*.h")]:
        place = str(path.parent.relative_to(PEER))
        found.setdefault(place, []).append(path)
    for place, patterns in SHARED.items():
        for pattern in patterns:
            found.setdefault(place, []).extend(sorted(TREE.glob(pattern)))
    return found


def boot_row(text: str, ram_mib: int) -> dict:
    """What the boot cost: Loft's `boot:` figures, where Linux has them. The
    instructions until the page allocator is up are the stamp of the line that
    it then prints: stamps begin just before memory is set up."""
    lines = (tap.BOOT_FACT.match(STAMP.sub("", line))
             for line in text.splitlines())
    facts = {match[1]: int(match[2]) for match in lines if match}
    row = {"ram_mib": ram_mib, **facts}
    row["mem_map_mib"] = facts["page_bytes"] * facts["frames"] // MIB
    if match := ALLOCATOR_UP.search(text):
        row["instructions_to_allocator"] = round(float(match[1]) * 1e9)
    return row


class Peer:
    """Linux with our module, ready to boot."""

    def __init__(self, args: argparse.Namespace):
        self._args = args
        self._linux = linux.fetch(linux.cache_folder())
        self._archive = linux.archive(
            self._linux, args.build / "peer" / self._linux.release,
            "loft_bench", sources())
        print(f"linux: {self._linux.release}, {linux.COMMAND_LINE}")

    def boot(self, mem: str, smp: int, kind: str) -> str:
        """Boots a machine that runs benchmarks; returns its log. With kind
        "counts" it also counts flushes, and ticks mean nothing."""
        words = f"-- bench={self._args.only}"
        if kind == "counts":
            words = f"-- bench={self._args.only} count=1"
        machine = linux.machine(self._linux, self._archive, words, mem=mem,
                                smp=smp, icount=kind == "instructions",
                                cpu=CPU)
        result = boot.run(machine, SILENCE)
        log = self._args.build / "logs" / f"linux-{mem}-{smp}-{kind}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(result.text)
        if not bench.parse(result.text).complete:
            last = "\n".join(result.log.lines[-10:])
            raise RuntimeError(f"Linux at {mem} did not come to its end; "
                               f"{log} ends:\n{last}\n{result.end.errors}")
        return result.text


def known_boots(path: Path) -> dict[int, dict]:
    """What boots cost, by RAM."""
    rows = json.loads(path.read_text()) if path.exists() else []
    return {row["ram_mib"]: row for row in rows}


def run(args: argparse.Namespace) -> int:
    """Linux stays what it is: what other runs measured is kept."""
    peer = Peer(args)
    kept, boots_kept = (args.build / "bench-linux.json",
                        args.build / "boot-linux.json")
    rows: dict[bench.Key, dict] = {}
    boots = known_boots(boots_kept)
    for mem in args.mem:
        ram_mib = parse_size(mem) // MIB
        for smp in args.smp:
            print(f"bench: Linux, {mem}, {smp} CPU{'s' if smp > 1 else ''}",
                  flush=True)
            # Spin loops may not end under -icount with several CPUs.
            for kind in ("instructions", "ns", "counts")[smp > 1:]:
                text = peer.boot(mem, smp, kind)
                bench.merge(rows, bench.parse(text), ram_mib, smp, kind)
                if kind == "instructions":
                    boots[ram_mib] = boot_row(text, ram_mib)
            bench.save(kept, bench.load(kept) | rows)
            boots_kept.write_text(json.dumps(
                [boots[ram] for ram in sorted(boots)], indent=1) + "\n")
    machine = next(iter({key[1:]: 0 for key in rows}))
    for key in rows:
        if key[1:] == REFERENCE:
            machine = REFERENCE
    print(f"bench: instructions of one operation, {machine[0]} MiB, "
          f"{machine[1]} CPU{'s' if machine[1] > 1 else ''}")
    print("\n".join(bench.aligned(bench.comparison(
        bench.load(args.build / "bench.json"), rows, goals(), machine))))
    return 0


def main() -> int:
    try:
        return run(arguments())
    except (RuntimeError, ValueError) as wrong:
        print(f"bench_linux.py: {wrong}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
