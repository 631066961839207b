#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs Loft's benchmarks and says what operations cost.

    scripts/bench.py                    each size: instructions, nanoseconds
    scripts/bench.py --mem 1G --only 'alloc*'
    scripts/bench.py --check            compare with tests/bench/figures.json
    scripts/bench.py --update           rewrite that file

Each machine is booted twice: with -icount, where the time-stamp counter counts
instructions and figures repeat exactly, and plain, for nanoseconds. Figures go
to build/bench.json; where build/bench-linux.json has the same machine, Linux's
stand beside them. `make bench`, `bench-check` and `bench-update` come here.
"""
import argparse
import json
import sys
from pathlib import Path

from loft import bench, boot, report
from loft.machine import MIB, Machine, parse_size

TREE = Path(__file__).resolve().parent.parent
FIGURES = TREE / "tests" / "bench" / "figures.json"
GOALS = TREE / "tests" / "bench" / "goals.json"
# INVLPGs of one operation that the kernel executes without counting them.
UNCOUNTED = TREE / "tests" / "bench" / "uncounted.json"
SILENCE = 120.0

# The machine whose figures are committed, and its CPU model, Linux's too.
FIGURES_MEM = "8G"
CPU = "qemu64"
REFERENCE = (parse_size(FIGURES_MEM) // MIB, 1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run Loft's benchmarks.")
    add = parser.add_argument
    add("--mem", nargs="+", default=["1G", "8G", "62G"], help="sizes of RAM")
    add("--smp", nargs="+", type=int, default=[1], help="numbers of CPUs")
    add("--only", default="", metavar="PATTERN", help="which benchmarks")
    add("--kernel", type=Path, default=Path("build/loft.elf"))
    add("--out", type=Path, default=Path("build/bench.json"))
    add("--linux", type=Path, default=Path("build/bench-linux.json"))
    add("--check", action="store_true",
        help="instructions only, against the committed figures")
    add("--update", action="store_true", help="rewrite those figures")
    return parser.parse_args()


def measure(kernel: Path, mem: str, smp: int, icount: bool,
            only: str = "", more: str = "") -> bench.Log:
    """Boots a machine that runs benchmarks, to its end; `more` is for its
    command line."""
    words = more + (f"bench={only}" if only else "bench")
    result = boot.run(Machine(mem=mem, smp=smp, append=words, icount=icount,
                              cpu=CPU, kernel=kernel), SILENCE)
    log = bench.parse(result.text)
    if not result.verdict.good or not log.complete:
        print("\n".join(report.closing(result, streamed=False)))
        raise RuntimeError(f"the benchmarks at {mem} did not come to their "
                           "end")
    return log


def goals() -> dict[str, float]:
    return json.loads(GOALS.read_text())


def instructions(kernel: Path, mem: str) -> tuple[bench.Log, dict]:
    """One machine's log, and its rows."""
    log = measure(kernel, mem, 1, True)
    rows: dict[bench.Key, dict] = {}
    bench.merge(rows, log, parse_size(mem) // MIB, 1, "instructions")
    return log, rows


def compilers() -> list[str]:
    """Those that have committed figures."""
    return list(json.loads(FIGURES.read_text())["compilers"])


def figures(compiler: str) -> dict[bench.Key, dict]:
    """The committed rows of a compiler; none if it has no figures."""
    known = json.loads(FIGURES.read_text())
    return {(name, parse_size(known["mem"]) // MIB, 1):
            {"instructions": value}
            for name, value in known["compilers"].get(compiler, {}).items()}


def foreign(log: bench.Log) -> str:
    """Why the committed figures say nothing about this kernel; or nothing."""
    check = json.loads(FIGURES.read_text())["check"]
    if log.facts["check"] == check:
        return ""
    return f"the figures are for CHECK={check}, and this is " \
        f"CHECK={log.facts['check']}"


def judge(log: bench.Log, rows: dict) -> tuple[list[str], str]:
    """A sentence for each figure that grew and each goal that is missed, and
    one on what was compared. A compiler without committed figures is held
    against the goals that no compiler changes."""
    compiler = bench.compiler(log.facts["compiler"])
    known, aims = figures(compiler), goals()
    if known:
        return bench.grown(rows, known), \
            f"none of {len(known)} figures of {compiler} grew by more than 10 %"
    aims = {name: aims[name] for name in bench.ANY_COMPILER}
    return list(bench.missed(rows, aims).values()), \
        f"no figures of {compiler} are committed, so only the {len(aims)} " \
        "goals that hold for any compiler were compared: all are met"


def update(kernel: Path) -> int:
    log, rows = instructions(kernel, FIGURES_MEM)
    if why := foreign(log):
        raise RuntimeError(f"nothing written: {why}")
    known = json.loads(FIGURES.read_text())
    compiler = bench.compiler(log.facts["compiler"])
    known["compilers"][compiler] = {
        row["name"]: row["instructions"]
        for row in rows.values() if "instructions" in row}
    FIGURES.write_text(json.dumps(known, indent=1) + "\n")
    print(f"bench: wrote {len(known['compilers'][compiler])} figures of "
          f"{compiler} to {FIGURES.relative_to(TREE)}; `make plot` puts them "
          "into the table")
    return 0


def check(kernel: Path) -> int:
    log, rows = instructions(kernel, FIGURES_MEM)
    if why := foreign(log):
        print(f"bench: not compared: {why}")
        return 0
    found, compared = judge(log, rows)
    print("\n".join(found) or f"bench: {compared}")
    return 1 if found else 0


def run(args: argparse.Namespace) -> int:
    rows: dict[bench.Key, dict] = {}
    for mem in args.mem:
        for smp in args.smp:
            ram_mib = parse_size(mem) // MIB
            print(f"bench: {mem}, {smp} CPU{'s' if smp > 1 else ''}",
                  flush=True)
            # Spin loops may not end under -icount with several CPUs.
            if smp == 1:
                log = measure(args.kernel, mem, smp, True, args.only)
                bench.merge(rows, log, ram_mib, smp, "instructions")
            log = measure(args.kernel, mem, smp, False, args.only)
            bench.add_uncounted(log, json.loads(UNCOUNTED.read_text()))
            bench.merge(rows, log, ram_mib, smp, "ns", "counts")
    bench.save(args.out, rows)
    # If a few are asked for, the others of Linux are not shown.
    theirs = {key: row for key, row in bench.load(args.linux).items()
              if key in rows or not args.only}
    show(rows, theirs, {key[1:] for key in rows})
    print(f"bench: {len(rows)} rows in {args.out}")
    return 0


def show(ours: dict[bench.Key, dict], theirs: dict[bench.Key, dict],
         machines: set) -> None:
    """Prints the tables of both kernels on these machines."""
    ours = {k: r for k, r in ours.items() if k[1:] in machines}
    theirs = {k: r for k, r in theirs.items() if k[1:] in machines}
    print("\n".join(bench.table(ours, theirs, goals())))
    print("\n".join(bench.counts_table(ours, theirs)))


def main() -> int:
    args = arguments()
    try:
        if args.check:
            return check(args.kernel)
        if args.update:
            return update(args.kernel)
        return run(args)
    except (RuntimeError, ValueError) as wrong:
        print(f"bench.py: {wrong}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
