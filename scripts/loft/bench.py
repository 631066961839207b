# SPDX-License-Identifier: MIT
"""Figures of benchmarks: read from a log, kept as JSON, shown as a table.

The kernel's lines (kernel/test/bench.c, the same source on Linux):

    bench: {"tsc_khz": 1000000, "check": 0, "compiler": "12.2.0"}
    bench: {"name": "alloc_high_o0", "ticks": 55, "iterations": 10000}
    bench: {"name": "alloc_high_o9", "skip": "no highmem"}
    bench: {"benchmarks": 2}

A row, in build/bench.json and its like, is of one operation on one machine:

    {"name": "alloc_high_o0", "ram_mib": 8192, "cpus": 1,
     "instructions": 55, "ns": 21.4, "iterations": 10000}

`instructions` are the ticks of a machine with -icount, `ns` those of a plain
one, divided by its clock; `invlpg`, `full_flushes` and `ipis`, where a kernel
counts them, are for one operation. A row with `skip` has a reason instead.
"""
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

LINE = re.compile(r"\bbench: (\{.*\})\s*$", re.MULTILINE)

# What is computed from two others: (with, without) / times.
DERIVED = {"switch_first_map": ("switch_1map", "switch_0maps", 1),
           "switch_next_map": ("switch_4maps", "switch_1map", 3)}

# What kernels count while they work.
COUNTS = ("invlpg", "full_flushes", "ipis")

# What Loft has none of, and what does its work there; it is to be cheaper.
INSTEAD = {"vm_map_ram_1": "vmap_1", "vm_map_ram_16": "vmap_16"}
# What Loft does not need: no goal.
NOT_NEEDED = ("migrate_disable",)

# Goals that say how work grows, or that the work of the hardware decides. Any
# compiler must meet them; the others are for compilers with figures.
ANY_COMPILER = ("clear_highpage", "kmap_stream_496held", "vmap_16", "vmap_256",
                "vmalloc_64k", "alloc_high_o3", "alloc_kernel_o3",
                "alloc_high_o9", "alloc_high_o10", "switch_0maps", "spinlock")
# Goals that Loft misses, so far.
MISSED = ("free_each_4096",)

Key = tuple[str, int, int]      # name, RAM in MiB, CPUs


@dataclass
class Log:
    """The benchmarks of one boot."""
    facts: dict = field(default_factory=dict)       # of the first line
    rows: dict[str, dict] = field(default_factory=dict)
    complete: bool = False          # the last line came, and is right


def parse(text: str) -> Log:
    """Takes the log of a boot apart. Lines that are no JSON are a log that
    was cut in two: they raise."""
    log = Log()
    for match in LINE.finditer(text):
        row = json.loads(match[1])
        if "name" in row:
            log.rows[row["name"]] = row
        elif "benchmarks" in row:
            log.complete = row["benchmarks"] == len(log.rows) > 0
        else:
            log.facts = row
    for name, (more, less, times) in DERIVED.items():
        a, b = log.rows.get(more, {}), log.rows.get(less, {})
        if "ticks" in a and "ticks" in b:
            ticks = round((a["ticks"] - b["ticks"]) / times, 1)
            log.rows[name] = {"name": name, "ticks": ticks,
                              "iterations": a["iterations"]}
    return log


def compiler(version: str) -> str:
    """The name under which figures of a compiler are committed: "GCC 12" for
    "12.2.0", "clang 14" for "Debian Clang 14.0.6"."""
    match = re.search(r"(clang )?(\d+)\.", version, re.IGNORECASE)
    if not match:
        return version
    return f"{'clang' if match[1] else 'GCC'} {match[2]}"


def merge(rows: dict[Key, dict], log: Log, ram_mib: int, cpus: int,
          *what: str) -> None:
    """Puts one boot's figures into the rows of its machine: `what` of
    "instructions", "ns" and "counts" they are good for."""
    for name, found in log.rows.items():
        row = rows.setdefault((name, ram_mib, cpus), {
            "name": name, "ram_mib": ram_mib, "cpus": cpus})
        if "skip" in found:
            row["skip"] = found["skip"]
            continue
        row["iterations"] = found["iterations"]
        if "instructions" in what:
            row["instructions"] = found["ticks"]
        if "ns" in what:
            khz = log.facts["tsc_khz"]
            row["ns"] = round(found["ticks"] * 1e6 / khz, 1) if khz else None
        if "counts" in what:
            row |= {c: found[c] for c in COUNTS if c in found}


def add_uncounted(log: Log, invlpgs: dict[str, float | None]) -> None:
    """Adds the flushes of single pages that the kernel does not count; None:
    nobody knows how many they are."""
    for name, more in invlpgs.items():
        row = log.rows.get(name, {})
        if more is None:
            row.pop("invlpg", None)
        elif "ticks" in row:
            row["invlpg"] = row.get("invlpg", 0) + more


def load(path: Path) -> dict[Key, dict]:
    """The rows of a file; none if it is not there."""
    if not path.exists():
        return {}
    return {(r["name"], r["ram_mib"], r["cpus"]): r
            for r in json.loads(path.read_text())}


def save(path: Path, rows: dict[Key, dict]) -> None:
    """One row a line, so that changes can be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(row) for row in rows.values())
    path.write_text(f"[\n{lines}\n]\n")


def _cell(row: dict | None, key: str) -> str:
    if row is None:
        return "-"
    if "skip" in row:
        return row["skip"] if key == "instructions" else ""
    value = row.get(key)
    return "" if value is None else f"{value:,}"


def _ratio(ours: dict | None, theirs: dict | None) -> str:
    a = (ours or {}).get("instructions")
    b = (theirs or {}).get("instructions")
    return f"{b / a:.1f}" if a and b else ""


def _goal(ours: dict | None, goal: float | None) -> str:
    if goal is None:
        return ""
    have = (ours or {}).get("instructions")
    missed = have is not None and have > goal
    return f"{goal:,}{' missed' if missed else ''}"


def aligned(lines: list[list[str]]) -> list[str]:
    """Columns of one width, the first to the left."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    return ["  ".join(cell.ljust(w) if i == 0 else cell.rjust(w)
                      for i, (cell, w) in enumerate(zip(line, widths)))
            for line in lines]


def _keys(ours: dict[Key, dict], theirs: dict[Key, dict]) -> list[Key]:
    """All rows, the machines in order."""
    return sorted({**theirs, **ours}, key=lambda k: (k[1], k[2]))


def table(ours: dict[Key, dict], theirs: dict[Key, dict],
          goals: dict[str, float]) -> list[str]:
    """One line for each operation and machine: Loft, its goal, and Linux on
    the same machine with the ratio of instructions, if it was measured."""
    lines = [["operation", "RAM MiB", "CPUs", "instructions", "ns", "goal"]]
    if theirs:
        lines[0] += ["Linux", "ns", "ratio"]
    for key in _keys(ours, theirs):
        mine, other = ours.get(key), theirs.get(key)
        line = [key[0], str(key[1]), str(key[2]),
                _cell(mine, "instructions"), _cell(mine, "ns"),
                _goal(mine, goals.get(key[0]))]
        if theirs:
            line += [_cell(other, "instructions"), _cell(other, "ns"),
                     _ratio(mine, other)]
        lines.append(line)
    return aligned(lines)


def compilers(figures: dict[str, dict[str, float]],
              goals: dict[str, float]) -> list[list[str]]:
    """Instructions of each operation by compiler, where they differ."""
    lines = [["operation", *figures, "goal"]]
    for name in next(iter(figures.values())):
        counts = [known.get(name) for known in figures.values()]
        if len(set(counts)) > 1:
            goal = goals.get(name)
            lines.append([name, *(_cell({"n": n}, "n") for n in counts),
                          "" if goal is None else f"{goal:,}"])
    return lines


def comparison(ours: dict[Key, dict], theirs: dict[Key, dict],
               goals: dict[str, float],
               machine: tuple[int, int]) -> list[list[str]]:
    """The one table: instructions of each operation on one machine, where it
    could be measured."""
    lines = [["operation", "Loft", "Linux", "ratio", "goal"]]
    names = dict.fromkeys(k[0] for k in [*ours, *theirs] if k[1:] == machine)
    for name in names:
        mine, other = (rows.get((name, *machine)) for rows in (ours, theirs))
        cell, goal = _cell(mine, "instructions"), goals.get(name)
        if name in INSTEAD:
            mine = ours.get((INSTEAD[name], *machine))
            cell = f"none; {INSTEAD[name]}: {_cell(mine, 'instructions')}"
            goal = (other or {}).get("instructions")
        said = "not needed" if name in NOT_NEEDED else _goal(mine, goal)
        if any("instructions" in (row or {}) for row in (mine, other)):
            lines.append([name, cell, _cell(other, "instructions"),
                          _ratio(mine, other), said])
    return lines


def counts(ours: dict[Key, dict], theirs: dict[Key, dict]) -> list[list[str]]:
    """One line for each operation and machine on which anything was counted:
    flushes and interrupts in a thousand operations."""
    lines = [["in 1,000 operations", "RAM MiB", "CPUs", *COUNTS,
              *("Linux: " + count for count in COUNTS)]]
    for key in _keys(ours, theirs):
        rows = (ours.get(key, {}), theirs.get(key, {}))
        if any(row.get(count) for row in rows for count in COUNTS):
            lines.append([key[0], str(key[1]), str(key[2])] +
                         [f"{row[count] * 1000:,.4g}" if count in row else "-"
                          for row in rows for count in COUNTS])
    return lines


def counts_table(ours: dict[Key, dict], theirs: dict[Key, dict]) -> list[str]:
    """The same as text; nothing if nothing was counted."""
    lines = counts(ours, theirs)
    return aligned(lines) if len(lines) > 1 else []


def grown(now: dict[Key, dict], figures: dict[Key, dict],
          percent: int = 10) -> list[str]:
    """A sentence for each committed figure that was exceeded by more than so
    many percent, or that nobody measured any more."""
    found = []
    for key, old in figures.items():
        new = now.get(key, {}).get("instructions")
        if new is None:
            found.append(f"{key[0]}: no figure; it was {old['instructions']}")
        elif new * 100 > old["instructions"] * (100 + percent):
            found.append(f"{key[0]}: {new} instructions; "
                         f"it was {old['instructions']}")
    return found


def missed(now: dict[Key, dict], goals: dict[str, float]) -> dict[str, str]:
    """By name, a sentence for each goal that is exceeded, or whose operation
    nobody measured."""
    have = {name: row.get("instructions") for (name, *_), row in now.items()}
    return {name: f"{name}: {have.get(name)} instructions; the goal is {goal}"
            for name, goal in goals.items()
            if (value := have.get(name)) is None or value > goal}
