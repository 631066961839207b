# SPDX-License-Identifier: MIT
"""Somebody else's objects in the kernel: `make EXTRA_OBJS="a.o" run`."""
import os
import shutil
import subprocess

import pytest
from machines import BUILD, TREE

SOURCE = """\
#include "kernel/extra.h"
#include "kernel/ktest.h"
#include "kernel/printk.h"

static int calls;

void extra_main(void)
{
	pr_info("extra: called %d times before\\n", calls++);
}

KTEST(extra, "a test of the extra object runs with the kernel's own")
{
	EXPECT_EQ(calls, 1);
}
"""

COMPILERS = ("i686-elf-gcc", "i686-linux-gnu-gcc")


@pytest.fixture
def extra_kernel():
    """A kernel with the object, in a build of its own that stays, so that
    only the first run is a whole build."""
    build = BUILD / "extra"
    build.mkdir(parents=True, exist_ok=True)
    source, extra = build / "extra.c", build / "extra.o"
    source.write_text(SOURCE)
    compiler = next(c for c in COMPILERS if shutil.which(c))
    subprocess.run([compiler, "-std=gnu11", "-O2", "-ffreestanding",
                    "-march=i586", "-mgeneral-regs-only", "-fno-pic",
                    "-fno-pie", "-fno-stack-protector", "-fno-common",
                    "-fno-asynchronous-unwind-tables", "-Iinclude", "-c",
                    source, "-o", extra], cwd=TREE, check=True)
    environment = {k: v for k, v in os.environ.items()
                   if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    subprocess.run(["make", "-s", f"O={build}", f"EXTRA_OBJS={extra}",
                    str(build / "loft.elf")], cwd=TREE, check=True,
                   env=environment)
    return build / "loft.elf"


def test_extra_main_is_called_once_before_the_tests(boot, extra_kernel):
    ended = boot.tests(boot.machine(kernel=extra_kernel,
                                    append="test=extra,clock"))
    lines = ended.log.lines
    call = next(i for i, line in enumerate(lines) if "extra: called" in line)
    assert "called 0 times" in lines[call]
    assert call < lines.index("TAP version 14")
    assert "extra: a test of the extra object runs with the kernel's own" in \
        [r.name for r in ended.log.results]


def test_without_extra_objects_nothing_is_missing(boot):
    assert "extra: called" not in boot.run(boot.machine()).text
