# SPDX-License-Identifier: MIT
"""The hosted unit tests: each cmocka program of tests/unit, built for 64 bits
and for 32, run as one test here. Its cases count one by one."""
import errno
import os
import re
from pathlib import Path

import pytest
from loft.patience import finish

TREE = Path(__file__).resolve().parent.parent
BUILD = TREE / os.environ.get("O", "build")

LINE = re.compile(r"^(not )?ok \d+(?: - (.*?))?(?:\s*# (SKIP).*)?$")
LIMIT = 120       # seconds of the program's own time


def programs() -> list[str]:
    """Every program there should be, built or not."""
    return [f"{source.stem}{bits}" for source in
            sorted((TREE / "tests" / "unit").glob("*_test.c"))
            for bits in (64, 32)]


def count(output: str) -> dict[str, int]:
    """The cases of a cmocka program's TAP."""
    sums = {"passed": 0, "failed": 0, "skipped": 0}
    for line in output.splitlines():
        if match := LINE.match(line):
            # cmocka says `not ok 3 # SKIP` of a skipped case.
            kind = "skipped" if match[3] else \
                "failed" if match[1] else "passed"
            sums[kind] += 1
    return sums


@pytest.mark.parametrize("name", programs())
def test_unit_program(name, record_property):
    record_property("loft_only", 1)
    program = BUILD / "unit" / name
    environment = {**os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP"}
    try:
        done = finish([program], LIMIT, env=environment)
    except OSError as wrong:
        if wrong.errno == errno.ENOEXEC and name.endswith("32"):
            pytest.skip("this host's Linux runs no 32-bit programs")
        raise
    print(done.stdout)
    cases = count(done.stdout)
    for kind, number in cases.items():
        record_property("loft_" + kind, number)
    if done.returncode != 0 or cases["failed"]:
        end = "no end" if done.returncode is None else \
            f"exit status {done.returncode}"
        pytest.fail(f"{name}: {cases['failed']} cases failed, {end}",
                    pytrace=False)
    assert sum(cases.values()), "no case ran"


def test_counting_cases():
    output = ("1..4\nok 1 - a\nnot ok 2 - b\n# why\n"
              "not ok 3 # SKIP c\nok 4 - d\n")
    assert count(output) == {"passed": 2, "failed": 1, "skipped": 1}
