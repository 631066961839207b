#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shows that the tests can fail: breaks the kernel on purpose, one fault at a
time, and expects the suite that watches for it to go red.

    scripts/mutate.py                   every mutant of tests/mutants.toml
    scripts/mutate.py fixup_ignored     these
    scripts/mutate.py 'memblock_*'      and these

The sources are copied to build/mutants, so the tree itself is never touched.
Before any mutant, each suite must be green on the copy as it is: red would
prove nothing then. A mutant whose text is not found exactly once is stale,
and counts as failed, as does one that does not compile.
"""
import argparse
import fnmatch
import queue
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from loft import bochs, boot
from loft.machine import Machine
from loft.patience import finish, measure

TREE = Path(__file__).resolve().parent.parent
LIST = TREE / "tests" / "mutants.toml"
SOURCES = ("arch", "boot", "include", "kernel", "mm", "scripts", "tests",
           "Makefile", "linker.ld")

# A broken kernel may hang, and says nothing then; a program may, too. Seconds.
SILENCE = 30.0
UNIT_LIMIT = 120.0


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str           # what is broken
    find: str           # text that occurs in it once
    replace: str        # what stands there instead
    why: str            # what this fault is, for a reader
    suite: str = ""     # a `test=` pattern that must go red, or
    unit: str = ""      # a hosted program, tests/unit/UNIT.c
    append: str = ""    # more words for the command line
    mem: str = "128M"   # the machine that shows it
    smp: int = 1
    check: int = 0      # of the build: 1 shows what only CHECK=1 reports
    cpu: str = "max"
    icount: bool = False  # the time-stamp counter counts instructions
    emulator: str = "qemu"


@dataclass(frozen=True)
class Outcome:
    good: bool          # caught, or for a baseline: green
    what: str           # in a few words
    seconds: float


def load(path: Path) -> list[Mutant]:
    """The list, checked: unknown and missing keys are errors with a name."""
    with path.open("rb") as file:
        entries = tomllib.load(file).get("mutant", [])
    mutants = []
    for entry in entries:
        try:
            mutant = Mutant(**entry)
        except TypeError as wrong:
            raise ValueError(f"{entry.get('name', '(no name)')}: {wrong}")
        if bool(mutant.suite) == bool(mutant.unit):
            raise ValueError(f"{mutant.name}: either suite or unit")
        mutants.append(mutant)
    names = [m.name for m in mutants]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise ValueError(f"named twice: {', '.join(sorted(twice))}")
    return mutants


def mutate(text: str, mutant: Mutant) -> str:
    """The broken text. Raises ValueError when the mutant is stale."""
    count = text.count(mutant.find)
    if count != 1:
        raise ValueError(f"stale: its text occurs {count} times in "
                         f"{mutant.file}")
    return text.replace(mutant.find, mutant.replace)


class Copy:
    """A copy of the sources with a build of its own."""

    def __init__(self, path: Path):
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        for name in SOURCES:
            self._sync(TREE / name, path / name)

    def _sync(self, source: Path, target: Path) -> None:
        """Copies what changed, with its times, so that builds stay
        incremental from run to run; what is gone from the source goes."""
        if source.is_file():
            if not target.exists() or \
                    source.read_bytes() != target.read_bytes():
                shutil.copy(source, target)
            return
        target.mkdir(exist_ok=True)
        wanted = {p.name for p in source.iterdir()
                  if p.name != "__pycache__"}
        for old in target.iterdir():
            if old.name not in wanted:
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        for name in wanted:
            self._sync(source / name, target / name)

    def make(self, target: str, *words: str) -> str:
        """Builds; "" or the compiler's words."""
        done = subprocess.run(["make", "-s", "-C", str(self.path), *words,
                               target], capture_output=True, text=True)
        return "" if done.returncode == 0 else done.stderr or done.stdout

    def judge(self, mutant: Mutant) -> tuple[bool, str]:
        """Builds and runs what watches for the mutant: green?, and why."""
        return self._unit(mutant) if mutant.unit else self._suite(mutant)

    def _suite(self, mutant: Mutant) -> tuple[bool, str]:
        out = "build/checked" if mutant.check else "build"
        if errors := self.make(f"{out}/loft.elf", f"O={out}",
                               f"CHECK={mutant.check}"):
            raise RuntimeError(errors)
        kernel, iso = self.path / out / "loft.elf", self.path / "build/m.iso"
        words = f"test={mutant.suite} {mutant.append}".strip()
        on_bochs = mutant.emulator == "bochs"
        if on_bochs:
            subprocess.run([self.path / "scripts/image.sh", kernel, iso,
                            words], cwd=self.path, check=True)
        machine = Machine(
            mem=mutant.mem, smp=mutant.smp, cpu=mutant.cpu, append=words,
            icount=mutant.icount, boot="grub" if on_bochs else "direct",
            kernel=kernel, iso=iso)
        verdict = boot.run(machine, SILENCE,
                           emulator=mutant.emulator).verdict
        return verdict.good, f"{verdict.reason.value}: {verdict.sentence}"

    def _unit(self, mutant: Mutant) -> tuple[bool, str]:
        program = f"build/unit/{mutant.unit}64"
        if errors := self.make(program, "O=build"):
            raise RuntimeError(errors)
        done = finish([self.path / program], UNIT_LIMIT, cwd=self.path)
        if done.returncode is None:
            return False, "hang"
        return done.returncode == 0, f"exit status {done.returncode}"

    def baseline(self, mutant: Mutant) -> Outcome:
        """Is the suite green without the fault?"""
        began = time.monotonic()
        try:
            green, what = self.judge(mutant)
        except RuntimeError as wrong:
            green, what = False, f"does not build: {first_error(wrong)}"
        return Outcome(green, what, time.monotonic() - began)

    def attempt(self, mutant: Mutant) -> Outcome:
        """Is the suite red with the fault?"""
        began = time.monotonic()
        file = self.path / mutant.file
        original = file.read_text()
        try:
            file.write_text(mutate(original, mutant))
            green, what = self.judge(mutant)
        except ValueError as stale:
            green, what = True, str(stale)
        except RuntimeError as wrong:
            green, what = True, f"does not build: {first_error(wrong)}"
        finally:
            file.write_text(original)
        return Outcome(not green, what, time.monotonic() - began)


def first_error(wrong: Exception) -> str:
    lines = str(wrong).strip().splitlines() or ["(no message)"]
    return next((line for line in lines if "error" in line), lines[0])


def baselines(mutants: list[Mutant]) -> list[Mutant]:
    """One mutant for each suite and machine that will be used."""
    seen = {}
    for m in mutants:
        seen.setdefault((m.suite, m.unit, m.append, m.mem, m.smp, m.check,
                         m.cpu, m.icount, m.emulator), m)
    return list(seen.values())


def each(work, mutants: list[Mutant], copies: list[Copy], show) -> list[bool]:
    """Does `work(copy, mutant)` for all, as many at a time as copies."""
    free: queue.Queue = queue.Queue()
    for copy in copies:
        free.put(copy)
    printing = threading.Lock()

    def one(mutant: Mutant) -> bool:
        copy = free.get()
        try:
            outcome = work(copy, mutant)
        finally:
            free.put(copy)
        with printing:
            show(mutant, outcome)
        return outcome.good

    with ThreadPoolExecutor(len(copies)) as pool:
        return list(pool.map(one, mutants))


def show_baseline(mutant: Mutant, outcome: Outcome) -> None:
    if not outcome.good:
        print(f"RED WITHOUT A MUTANT  {mutant.suite or mutant.unit}: "
              f"{outcome.what}", flush=True)


def show_mutant(mutant: Mutant, outcome: Outcome) -> None:
    mark = "caught" if outcome.good else "MISSED"
    print(f"{mark}  {mutant.name:<28} {mutant.suite or mutant.unit:<14} "
          f"{outcome.seconds:5.1f} s  {outcome.what}", flush=True)
    if not outcome.good:
        print(f"        {mutant.file}: {mutant.why}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Show that tests can fail.")
    parser.add_argument("names", nargs="*", help="globs; all when left out")
    parser.add_argument("-j", type=int, default=2, help="at a time (2)")
    args = parser.parse_args()
    try:
        mutants = load(LIST)
    except ValueError as wrong:
        print(f"{LIST}: {wrong}", file=sys.stderr)
        return 2
    if args.names:
        mutants = [m for m in mutants
                   if any(fnmatch.fnmatch(m.name, n) for n in args.names)]
    if not mutants:
        print("no mutant has such a name", file=sys.stderr)
        return 2
    if any(m.emulator == "bochs" for m in mutants) and not bochs.installed():
        bochs.install(TREE / "scripts" / "setup.sh")
    copies = [Copy(TREE / "build" / "mutants" / str(n))
              for n in range(min(args.j, len(mutants)))]
    copies[0].make("build/loft.elf", "O=build")
    measure(lambda: boot.short(copies[0].path / "build" / "loft.elf"))
    green = each(Copy.baseline, baselines(mutants), copies, show_baseline)
    if not all(green):
        print(f"{green.count(True)} passed, {green.count(False)} failed")
        return 1
    caught = each(Copy.attempt, mutants, copies, show_mutant)
    print(f"{caught.count(True)} passed, {caught.count(False)} failed")
    return 0 if all(caught) else 1


if __name__ == "__main__":
    sys.exit(main())
