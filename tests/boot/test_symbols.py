# SPDX-License-Identifier: MIT
"""File and line behind the addresses of a backtrace."""
import subprocess

import pytest
from loft.elf import Elf
from loft.symbols import annotate, locate

SOURCE = """\
static inline __attribute__((always_inline)) int inner(int *volatile *p)
{
	return **p;
}

int outer(int *volatile *p)
{
	return inner(p) + 1;
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A program in which a function was inlined, and its lines."""
    source = tmp_path_factory.mktemp("symbols") / "program.c"
    source.write_text(SOURCE)
    program = source.with_suffix("")
    subprocess.run(["gcc", "-m32", "-g", "-O2", "-nostdlib", "-static",
                    "-Wl,-e,outer", source, "-o", program], check=True)
    (start, size), = Elf(program).symbols["outer"]
    return program, [locate(program, at) for at in range(start, start + size)]


def test_the_caller_of_an_inlined_function_is_told(program):
    source = program[0].with_suffix(".c")
    assert f"{source}:3, inlined at {source}:8" in program[1]
    assert f"{source}:8" in program[1] or f"{source}:9" in program[1]


def test_an_address_of_nothing_has_no_place(program):
    assert locate(program[0], 0x10) is None
    line = " [<00000010>] 0x00000010"
    assert annotate(program[0], line) == line
