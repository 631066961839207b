# SPDX-License-Identifier: MIT
"""Commands on systems: how each ended, and the table of that.

A cell is red when its command failed, or did not end within its limit, which
is far beyond what a slow machine needs. A command that says that this system
lacks something optional is left out, which is not red.
"""
import re
from dataclasses import dataclass

# word -> (the command, seconds that it may take)
COMMANDS = {
    "setup": ("make setup", 3600),
    "build": ("make", 900),
    "run": ("make run", 1800),
    "test": ("make test", 10800),
    "lint": ("make lint", 5400),
    "coverage": ("make coverage", 3600),
    "fuzz": ("make FUZZ_SECONDS=2 fuzz", 3600),
    "bench": ("make bench", 5400),
    "uefi": ("make UEFI=1 run", 3600),
    "clang": ("make O=build/clang CC=clang run", 1800),
    "conformance-linux": ("make conformance-linux", 3600),
    "bench-linux": ("make bench-linux", 7200)}

TOTALS = re.compile(r"^(\d+ passed, \d+ failed(?:, \d+ skipped)?)$", re.M)
LACKING = re.compile(r"there is no (32-bit UEFI firmware) here")


@dataclass(frozen=True)
class Cell:
    """How a command ended on a system."""
    system: str
    command: str
    status: int | None          # None: it did not end
    seconds: float
    text: str                   # what it printed
    log: str                    # the file that has it

    @property
    def lacking(self) -> str:
        """The optional thing that was missing, or ""."""
        match = self.status and LACKING.search(self.text)
        return match[1] if match else ""

    @property
    def red(self) -> bool:
        return self.status != 0 and not self.lacking

    @property
    def result(self) -> str:
        """The cell's text: the result, the time, the totals if there are."""
        if self.lacking:
            return f"left out: no {self.lacking}"
        time = f"{int(self.seconds) // 60}:{int(self.seconds) % 60:02}"
        if self.status is None:
            return f"**no end** in {time}"
        word = "ok" if self.status == 0 else f"**failed** ({self.status})"
        totals = TOTALS.findall(self.text)
        return f"{word} {time}" + (f"; {totals[-1]}" if totals else "")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def table(versions: dict[str, dict[str, str]], cells: list[Cell]) -> str:
    """A column for each system: versions, then results. Commands and tools
    come in the order in which they were first seen."""
    systems = list(versions)
    tools = dict.fromkeys(t for v in versions.values() for t in v)
    commands = dict.fromkeys(c.command for c in cells)
    results = {(c.system, c.command): c.result for c in cells}
    rows = [_row(["", *systems]), "|---" * (len(systems) + 1) + "|"]
    rows += [_row([t, *(versions[s].get(t, "-") for s in systems)])
             for t in tools]
    rows += [_row([f"`{c}`", *(results.get((s, c), "not run")
                               for s in systems)]) for c in commands]
    return "\n".join(rows)


def complaint(cells: list[Cell], wanted: int) -> str:
    """What is red, and where to read about it; "" when nothing is, and all of
    the wanted number of cells are there."""
    said = [f"{c.system}: `{c.command}` is red ({c.log})"
            for c in cells if c.red]
    if len(cells) != wanted:
        said.append(f"{wanted - len(cells)} of {wanted} commands were not run")
    return "; ".join(said)
