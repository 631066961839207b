#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds every #include of the kernel against the table of rooms.

    scripts/rooms.toml      rooms, their floors, the public headers of each
    kernel/sched/*.c *.h    a room's folder: its sources, its private headers
    include/kernel/sched.h  a public header of that room
    tests/kernel/wait_test.c  a test, of the room whose `tests` match it, if any

An arrow, one file's #include of another, may stay in its room, go to a room on
the same floor, or go down; leaf headers are below all floors. A private header
is for its own room and for that room's tests, which name it from the top of the
tree: "kernel/sched/run_queue.h". A header of include/ that nothing else
includes must be private, too. A source and the headers of its name make one
module; a circle of modules must stay within a room and be of CIRCLE_MAX
modules or less.

Prints what breaks these rules, and with --figures how many arrows and circles
there are."""
import os
import re
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
TABLE = "scripts/rooms.toml"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
CIRCLE_MAX = 4
SHOWN_FLOOR = 11        # whose headers are for code outside the tree
LEAF = "(leaf)"


@dataclass
class House:
    """The table, and where every file of the tree belongs."""
    floor: dict[str, int] = field(default_factory=dict)
    room: dict[str, str] = field(default_factory=dict)      # file -> room
    tests: dict[str, list[str]] = field(default_factory=dict)  # of each room
    arrows: list[tuple[str, str]] = field(default_factory=list)
    tested: list[tuple[str, str]] = field(default_factory=list)  # from tests
    faults: list[str] = field(default_factory=list)


def read_table(tree: Path) -> House:
    """The rooms, and the files that the table and the folders name."""
    table = tomllib.loads((tree / TABLE).read_text())
    house = House(floor={LEAF: 0})
    headers = [(LEAF, name) for name in table["leaves"]]
    for room in table["room"]:
        house.floor[room["name"]] = room["floor"]
        house.tests[room["name"]] = room.get("tests", [])
        headers += [(room["name"], name) for name in room.get("headers", [])]
        folder = tree / room["name"]
        if not folder.is_dir():
            house.faults.append(f"{TABLE}: {room['name']} is no folder")
        for path in sorted(folder.glob("*.[ch]")):
            house.room[str(path.relative_to(tree))] = room["name"]
    for name, header in headers:
        path = f"include/{header}"
        if path in house.room:
            house.faults.append(f"{TABLE}: {header} stands twice")
        if not (tree / path).is_file():
            house.faults.append(f"{TABLE}: {path} is not there")
        house.room[path] = name
    return house


def find_homeless(house: House, tree: Path) -> None:
    """Every header in include/ and every source belongs to a room."""
    for top in ("boot", "arch", "mm", "kernel", "include"):
        for path in sorted((tree / top).rglob("*.[ch]")):
            name = str(path.relative_to(tree))
            # The other machine's own forms of public headers.
            if name not in house.room and "arch/host/include" not in name:
                house.faults.append(f"{name}: no room of {TABLE} has it")


def target_of(house: House, file: str, included: str) -> str | None:
    """The file that an #include means, as the compiler looks for it."""
    beside = os.path.normpath(os.path.join(os.path.dirname(file), included))
    for path in (beside, f"include/{included}"):
        if path in house.room:
            return path
    return None


def follow_arrows(house: House, tree: Path) -> None:
    for file in sorted(house.room):
        if not (tree / file).is_file():
            continue
        for included in INCLUDE.findall((tree / file).read_text()):
            target = target_of(house, file, included)
            if target is None:
                house.faults.append(
                    f'{file}: "{included}" is no header of a room')
            else:
                house.arrows.append((file, target))


def follow_tests(house: House, tree: Path) -> None:
    """What tests include of the kernel; other names are headers of tests, or
    of the host's libraries."""
    for path in sorted((tree / "tests").rglob("*.[ch]")):
        file = str(path.relative_to(tree))
        for included in INCLUDE.findall(path.read_text()):
            for target in (included, f"include/{included}"):
                if target in house.room:
                    house.tested.append((file, target))


def is_test_of(house: House, file: str, room: str) -> bool:
    return any(fnmatch(file, f"tests/{pattern}")
               for pattern in house.tests.get(room, []))


def judge_tests(house: House, tree: Path) -> None:
    for file, target in house.tested:
        room = house.room[target]
        if not target.startswith("include/") and \
                not is_test_of(house, file, room):
            house.faults.append(
                f"{file} includes {target}, which is private to {room}: "
                f"it is none of that room's tests in {TABLE}")
    for room, patterns in house.tests.items():
        house.faults += [f"{TABLE}: tests/{pattern} of {room} is not there"
                         for pattern in patterns
                         if not any((tree / "tests").glob(pattern))]


def judge_arrows(house: House) -> None:
    for file, target in house.arrows:
        here, there = house.room[file], house.room[target]
        if house.floor[there] > house.floor[here]:
            house.faults.append(
                f"{file} ({here}, floor {house.floor[here]}) includes "
                f"{target} ({there}, floor {house.floor[there]}): "
                "arrows go down")
        if not target.startswith("include/") and here != there:
            house.faults.append(
                f"{file} ({here}) includes {target}, "
                f"which is private to {there}")


def judge_public(house: House) -> None:
    """A header of include/ has a user beside its room and that room's tests;
    one that another header of include/ includes is a part of that."""
    needed = {target for file, target in house.arrows
              if file.startswith("include/")
              or house.room[file] != house.room[target]}
    needed |= {target for file, target in house.tested
               if not is_test_of(house, file, house.room[target])}
    for file, room in sorted(house.room.items()):
        if file.startswith("include/") and house.floor[room] < SHOWN_FLOOR \
                and file not in needed:
            house.faults.append(
                f"{file}: only {room} includes it; beside its sources it "
                "is private")


def module_of(house: House, file: str) -> tuple[str, str]:
    """A source and the headers of its name, wherever they lie."""
    return house.room[file], Path(file).stem


def find_circles(house: House) -> list[list[tuple[str, str]]]:
    """Modules that lead to each other, leaves apart; largest first. (Tarjan's
    strongly connected components.)"""
    edges = defaultdict(set)
    for file, target in house.arrows:
        ends = module_of(house, file), module_of(house, target)
        if LEAF not in (ends[0][0], ends[1][0]) and ends[0] != ends[1]:
            edges[ends[0]].add(ends[1])
    order, low, stack, circles = {}, {}, [], []

    def visit(module) -> None:
        order[module] = low[module] = len(order)
        stack.append(module)
        for other in sorted(edges.get(module, ())):
            if other not in order:
                visit(other)
            if other in stack:
                low[module] = min(low[module], low[other])
        if low[module] == order[module]:
            at = stack.index(module)
            circle = sorted(stack[at:])
            del stack[at:]
            if len(circle) > 1:
                circles.append(circle)

    sys.setrecursionlimit(10000)
    for module in sorted(edges):
        if module not in order:
            visit(module)
    return sorted(circles, key=len, reverse=True)


def judge_circles(house: House, circles: list) -> None:
    for circle in circles:
        names = ", ".join(f"{room}/{stem}" for room, stem in circle)
        if len({room for room, _ in circle}) > 1:
            house.faults.append(f"a circle across rooms: {names}")
        elif len(circle) > CIRCLE_MAX:
            house.faults.append(
                f"a circle of {len(circle)}; {CIRCLE_MAX} at most: {names}")


def figures(house: House, circles: list) -> str:
    between = [1 for file, target in house.arrows
               if house.room[file] != house.room[target]
               and house.room[target] != LEAF]
    return (f"{len(house.floor) - 1} rooms, {len(house.room)} files, "
            f"{len(house.arrows)} arrows, {len(between)} of them from room "
            f"to room; {len(circles)} circles, the largest of "
            f"{max(map(len, circles), default=0)} modules")


def check(tree: Path) -> tuple[House, list]:
    house = read_table(tree)
    find_homeless(house, tree)
    follow_arrows(house, tree)
    judge_arrows(house)
    follow_tests(house, tree)
    judge_tests(house, tree)
    judge_public(house)
    circles = find_circles(house)
    judge_circles(house, circles)
    return house, circles


def main() -> int:
    house, circles = check(TREE)
    if "--figures" in sys.argv[1:]:
        print(figures(house, circles))
    for fault in house.faults:
        print(fault, file=sys.stderr)
    return 1 if house.faults else 0


if __name__ == "__main__":
    sys.exit(main())
