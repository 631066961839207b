#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lists the tests that a kernel holds, read from its ELF file.

    scripts/tests.py build/loft.elf             all, suite by suite
    scripts/tests.py build/loft.elf 'kmap*'     those that the pattern names

A pattern is what `test=` takes: globs with * and ?, separated by commas, each
held against "suite" and "suite: sentence". `make tests` comes here. Tests of
the suite `death` end the machine; the kernel runs one only when its suite is
spelled out.
"""
import re
import sys
from itertools import groupby
from pathlib import Path

from loft.elf import Elf

# struct ktest of include/kernel/ktest.h: suite, name, file, function.
KTEST_SIZE = 16


def tests(kernel: Path) -> list[tuple[str, str]]:
    """(suite, sentence) of each test, in the order in which they run."""
    elf = Elf(kernel)
    start, end = elf.address("ktests_start"), elf.address("ktests_end")
    return [(elf.string(elf.word(at)), elf.string(elf.word(at + 4)))
            for at in range(start, end, KTEST_SIZE)]


def is_named(suite: str, sentence: str, patterns: str) -> bool:
    """Does one of the comma-separated globs name it?"""
    def matches(glob: str, text: str) -> bool:
        rule = re.escape(glob).replace(r"\*", ".*").replace(r"\?", ".")
        return re.fullmatch(rule, text, re.DOTALL) is not None

    return any(matches(glob, suite) or matches(glob, f"{suite}: {sentence}")
               for glob in patterns.split(","))


def main() -> int:
    kernel, patterns = Path(sys.argv[1]), "".join(sys.argv[2:3]) or "*"
    found = [t for t in tests(kernel) if is_named(*t, patterns)]
    if not found:
        print(f"no test is named by '{patterns}'")
        return 1
    for suite, members in groupby(found, key=lambda test: test[0]):
        sentences = [sentence for _, sentence in members]
        print(f"{suite} ({len(sentences)})")
        for sentence in sentences:
            print(f"    {sentence}")
    suites = len({suite for suite, _ in found})
    print(f"{len(found)} tests in {suites} suites; some of them: "
          "make run T='SUITE' or T='SUITE: SENTENCE'")
    return 0


if __name__ == "__main__":
    sys.exit(main())
