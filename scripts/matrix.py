#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs make's commands on every Debian of today, and shows a table.

    scripts/matrix.py                                   three systems
    scripts/matrix.py --suites trixie --commands run uefi

Each system is a root made with debootstrap, kept in the cache, and brought up
to date by every run. In it the tree's HEAD is cloned, and the commands run one
after the other, as root. What is not committed is not tested. `make matrix`
comes here.
"""
import argparse
import contextlib
import fcntl
import sys
import time
from pathlib import Path

from loft import debian, matrix

TREE = Path(__file__).resolve().parent.parent
SUITES = ["bookworm", "trixie", "sid"]
EVERY_DAY = ["setup", "build", "run", "test", "lint"]
MAKE_LIMIT = 3600
CLONE_LIMIT = 300


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Run make's commands on Debian's releases.")
    add = parser.add_argument
    add("--suites", nargs="*", default=[],
        help=f"Debian's names (default {' '.join(SUITES)})")
    add("--commands", nargs="*", default=[],
        help=f"of {', '.join(matrix.COMMANDS)} "
        f"(default {' '.join(EVERY_DAY)})")
    add("--cache", type=Path, required=True, help="where the roots are")
    add("--logs", type=Path, default=Path("build/matrix"))
    add("--lock", type=Path, help="a file to lock while a command runs: "
        "other work on this machine takes turns with it")
    return parser.parse_args()


@contextlib.contextmanager
def turn(lock: Path | None):
    """Waits for the lock, if there is one, and holds it."""
    if not lock:
        yield
        return
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Runner:
    """Runs the cells of the table, one after the other."""

    def __init__(self, args: argparse.Namespace):
        self._args = args
        self.versions: dict[str, dict[str, str]] = {}
        self.cells: list[matrix.Cell] = []

    def _cell(self, system: str, command: str, word: str, step) -> bool:
        """Runs `step(log)`, which returns an exit status, and notes it."""
        log = self._args.logs / f"{system}-{word}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("")
        with turn(self._args.lock):
            print(f"{system}: {command}", flush=True)
            began = time.monotonic()
            status = step(log)
            seconds = time.monotonic() - began
        cell = matrix.Cell(system, command, status, seconds,
                           log.read_text(errors="replace"), str(log))
        self.cells.append(cell)
        print(f"{system}: {command}: {cell.result}", flush=True)
        return not cell.red

    def system(self, suite: str, words: list[str]) -> None:
        """All commands on a system; none if it cannot be made."""
        root = debian.Root(suite, self._args.cache)

        def begin(log: Path) -> int | None:
            status = root.make(log, MAKE_LIMIT)
            return root.clone(TREE, log, CLONE_LIMIT) if status == 0 \
                else status
        self.versions[suite] = {}
        if not self._cell(suite, "debootstrap", "root", begin):
            return
        for word in words:
            command, limit = matrix.COMMANDS[word]
            self._cell(suite, command, word,
                       lambda log: root.run(command, log, limit))
        self.versions[suite] = root.versions()


def main() -> int:
    args = arguments()
    suites, words = args.suites or SUITES, args.commands or EVERY_DAY
    unknown = set(words) - set(matrix.COMMANDS)
    sentence = debian.trouble()
    if unknown:
        sentence = (f"no command is called {' '.join(sorted(unknown))}: say "
                    f"some of {', '.join(matrix.COMMANDS)}")
    if sentence:
        print(f"matrix: {sentence}", file=sys.stderr)
        return 2
    runner = Runner(args)
    for suite in suites:
        runner.system(suite, words)
    print(matrix.table(runner.versions, runner.cells))
    wanted = len(suites) * (len(words) + 1)
    wrong = matrix.complaint(runner.cells, wanted)
    print(f"matrix: {wrong}" if wrong else
          f"matrix: all {wanted} commands ended well")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
