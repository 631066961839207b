#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sees that a public function is defined in the room of the header that
declares it. The functions of a leaf header, which belongs to no room, are all
defined in one room. scripts/rooms.toml names the exceptions, its `hooks`: a
room declares such a function for its own use, and a room above defines it.

Prints what breaks this rule."""
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

from check_rooms import LEAF, TABLE, TREE, House, read_table
from loft.csource import functions

STAND_IN = "arch/host"      # defines functions of many rooms, for a process


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


def main() -> int:
    faults = check(TREE)
    print("\n".join(faults), end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
