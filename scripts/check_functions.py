#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sees that a public function is defined in the room of the header that
declares it. The functions of a leaf header, which belongs to no room, are all
defined in one room. scripts/rooms.toml names the exceptions, its `hooks`: a
room declares such a function for its own use, and a room above defines it.

Prints what breaks this rule; and with --figures the lengths of functions, how
many have a comment, and how many checks there are in 100 lines of functions: a
check stops, or complains, if something does not hold."""
import re
import statistics
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

from check_rooms import LEAF, TABLE, TREE, House, read_table
from loft.csource import code_of, functions

STAND_IN = "arch/host"      # defines functions of many rooms, for a process
TOPS = ("boot", "arch", "kernel", "mm", "include")
CHECK = re.compile(r"\b(?:ASSERT|(?:VM_)?(?:BUG|WARN)_ON\w*|BUG|panic|"
                   r"lockdep_assert_\w+|might_sleep(?:_as)?|"
                   r"(?:page|slab|lock)_check_?\w*)\(")


def places(house: House, tree: Path) -> tuple[dict, dict]:
    """{function: headers that declare it}, {function: sources with it}."""
    declared, defined = defaultdict(set), defaultdict(set)
    for file, room in sorted(house.room.items()):
        if room == STAND_IN or not (tree / file).is_file():
            continue
        for function in functions((tree / file).read_text()):
            if not function.static and file.endswith(
                    ".c" if function.defined else ".h"):
                (defined if function.defined else declared)[
                    function.name].add(file)
    return declared, defined


def find_astray(house: House, hooks: dict, tree: Path) -> list[str]:
    declared, defined = places(house, tree)
    faults, home = [], {}
    for name, headers in sorted(declared.items()):
        for header in sorted(headers):
            room = house.room[header]
            for source in sorted(defined[name]):
                there = house.room[source]
                if room == LEAF:
                    wanted = home.setdefault(header, there)
                else:
                    wanted = room
                if there != wanted and name not in hooks:
                    faults.append(
                        f"{source} ({there}) defines {name}(), which "
                        f"{header} declares: its room is {wanted}")
    return faults + [f"{TABLE}: no header declares the hook {name}()"
                     for name in hooks if name not in declared]


def check(tree: Path) -> list[str]:
    hooks = tomllib.loads((tree / TABLE).read_text()).get("hooks", {})
    return find_astray(read_table(tree), hooks, tree)


def is_explained(lines: list[str], first: int) -> bool:
    """Whether a comment ends above the line, or above the lines that follow
    each other down to it."""
    while first and lines[first - 1].strip():
        first -= 1
        if lines[first].rstrip().endswith("*/"):
            return True
    return False


def figures(tree: Path) -> str:
    lengths, explained, checks, contracts = [], [], 0, set()
    for path in sorted(p for top in TOPS for p in (tree / top).rglob("*.[ch]")):
        text = path.read_text()
        lines, code = text.splitlines(), code_of(text).splitlines()
        for f in functions(text):
            commented = is_explained(lines, f.first)
            if not f.defined and commented:
                contracts.add(f.name)
            if f.defined:
                lengths.append(f.last - f.first + 1)
                explained.append((f.name, commented))
                checks += len(CHECK.findall("\n".join(
                    code[f.body:f.last + 1])))
    share = sum(commented or name in contracts
                for name, commented in explained) / len(explained)
    lengths.sort()
    return (f"{len(lengths)} functions of {statistics.median(lengths):.0f} "
            f"lines (median; p95 {lengths[len(lengths) * 95 // 100]}, longest "
            f"{lengths[-1]}), {share:.0%} with a contract or comment; "
            f"{100 * checks / sum(lengths):.1f} checks in 100 lines of them")


def main() -> int:
    faults = check(TREE)
    if "--figures" in sys.argv[1:]:
        print(figures(TREE))
    print("\n".join(faults), end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
