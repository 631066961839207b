#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures what tests/bench/plots shows, and keeps it in tests/bench/measured.

    scripts/plot_measure.py

Boots Loft with each size of RAM (tests/bench/measured/boot.json) and, with
896 MiB of it, with each size of the direct map (copy.json), all with -icount:
the figures are the same on every host. The figures of the benchmarks, and
Linux's, are taken over from what `make bench` and `make bench-linux` left in
build/, where it is there. `make plot-measure` comes here; scripts/plot.py
draws.
"""
import argparse
import json
import sys
from pathlib import Path

from bench import CPU, TREE, measure
from loft import bench, boot
from loft.machine import MIB, Machine, parse_size

FIGURES = TREE / "tests" / "bench" / "measured"
RAM = ("1G", "2G", "4G", "8G", "16G", "32G", "48G", "62G")
COPY_RAM = "896M"
LOWMEM_MIB = (896, 768, 640, 512, 384, 256, 192, 128, 96, 64)
COPIES = "copy64m_mixed"
BOOT_FACTS = ("instructions_to_ready", "lowmem_mib", "lowmem_free_mib",
              "highmem_mib", "mem_map_mib")


def boot_row(kernel: Path, mem: str) -> dict:
    """What Loft's boot costs on a machine."""
    ended = boot.run(Machine(mem=mem, icount=True, cpu=CPU, kernel=kernel))
    if not ended.verdict.good:
        raise RuntimeError(f"no boot at {mem}: {ended.verdict.sentence}")
    return {"ram_mib": parse_size(mem) // MIB,
            **{fact: int(ended.log.facts[fact]) for fact in BOOT_FACTS}}


def copy_row(kernel: Path, lowmem_mib: int) -> dict:
    """What the copy of a page costs if the direct map is so large."""
    words = f"lowmem={lowmem_mib}M "
    log = measure(kernel, COPY_RAM, 1, True, COPIES, words)
    return {"lowmem_mib": lowmem_mib,
            "instructions": log.rows[COPIES]["ticks"]}


def save(name: str, rows: list[dict]) -> None:
    """One row a line."""
    FIGURES.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(row) for row in rows)
    (FIGURES / name).write_text(f"[\n{lines}\n]\n")
    print(f"plot: {len(rows)} rows in tests/bench/measured/{name}", flush=True)


def take_over(build: Path) -> None:
    """What other targets measured."""
    for name in ("bench.json", "bench-linux.json"):
        if rows := bench.load(build / name):
            save(name, sorted(rows.values(),
                              key=lambda r: (r["ram_mib"], r["cpus"])))
    path = build / "boot-linux.json"
    if path.exists():
        save(path.name, json.loads(path.read_text()))


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure what is drawn.")
    parser.add_argument("--build", type=Path, default=Path("build"))
    build = parser.parse_args().build
    kernel = build / "loft.elf"
    try:
        save("boot.json", [boot_row(kernel, mem) for mem in RAM])
        save("copy.json", [copy_row(kernel, mib) for mib in LOWMEM_MIB])
        take_over(build)
    except (RuntimeError, KeyError) as wrong:
        print(f"plot_measure.py: {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
