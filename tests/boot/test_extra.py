# SPDX-License-Identifier: MIT
"""Somebody else's objects in the kernel: `make EXTRA_OBJS=build/mine.o run`."""
import fcntl
import os
import pty
import shutil
import subprocess
import termios

import pytest
from machines import BUILD, TREE

SOURCE = """\
#include "kernel/serial_input.h"
#include "kernel/extra.h"
#include "kernel/ktest.h"
#include "kernel/printk.h"
#include "kernel/timer.h"

#define LONG_ENOUGH (600 * HZ)

static int calls;

void extra_main(void)
{
	pr_info("extra: called %d times before\\n", calls++);
}

KTEST(extra, "a test of the extra object runs with the kernel's own")
{
	EXPECT_EQ(calls, 1);
}

KTEST(typed, "a key arrives")
{
	EXPECT_EQ(serial_getc_timeout(LONG_ENOUGH), 'k');
}
"""

ENVIRONMENT = {k: v for k, v in os.environ.items()
               if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


@pytest.fixture
def source():
    """In a folder that stays, as do the objects of the kernel built with it,
    so that only the first run is a whole build."""
    file = BUILD / "extra" / "extra.c"
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists() or file.read_text() != SOURCE:
        file.write_text(SOURCE)
    return file


@pytest.fixture
def make(source):
    """make(words) makes the kernel of these tests; one of them at a time."""
    with (source.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lambda *words: subprocess.run(
            ["make", f"O={source.parent}", *words,
             f"{source.parent}/loft.elf"], cwd=TREE, text=True,
            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture
def extra_kernel(make, source, tmp_path):
    done = make(f"EXTRA_OBJS={source.parent}/{source.with_suffix('.o')}")
    assert done.returncode == 0, done.stdout
    return shutil.copy(source.parent / "loft.elf", tmp_path)


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


def test_an_object_for_another_kernel_does_not_link(make, source, tmp_path):
    """Compiled by hand, with CHECK=1, for a kernel that has CHECK=0."""
    extra = tmp_path / "extra.o"
    compiler = make("-s", "--eval", "compiler: ; @echo $(CC)", "compiler")
    subprocess.run([*compiler.stdout.splitlines()[0].split(), "-m32",
                    "-std=gnu11", "-O2", "-ffreestanding", "-fno-pic",
                    "-Iinclude", "-DCHECK=1", "-DHIGHMEM=1", "-c", source,
                    "-o", extra], cwd=TREE, check=True)
    done = make(f"EXTRA_OBJS={extra}")
    assert done.returncode != 0
    assert "extra.o" in done.stdout
    assert "undefined reference to `a_kernel_with_CHECK_1_and_HIGHMEM_1'" in \
        done.stdout
    assert "other flags than this kernel, which has CHECK=0 HIGHMEM=1." in \
        done.stdout


def test_an_object_of_the_tree_is_built_with_the_kernels_flags(make, source):
    extra = f"{source.parent}/{source.with_suffix('.o')}"
    done = make(f"EXTRA_OBJS={extra}", "CHECK=1", "-n")
    assert f"{source}: compiled with the flags of the kernel" in done.stdout
    assert "-DCHECK=1" in next(line for line in done.stdout.splitlines()
                               if line.endswith(f"-o {extra}"))


def test_a_frame_that_is_too_large_is_an_error(make, source):
    """The kernel's stacks have 16 KiB."""
    large = source.with_name("large.c")
    large.write_text("int f(int i) { volatile char a[24000]; a[i] = 1; "
                     "return a[i]; }\n")
    done = make(f"{source.parent}/{large.with_suffix('.o')}")
    assert done.returncode != 0
    assert "error:" in done.stdout and "frame-larger-than" in done.stdout


def test_what_is_typed_at_the_terminal_arrives(extra_kernel, tmp_path):
    """And the terminal is left as it was found."""
    ours, terminal = pty.openpty()
    before = termios.tcgetattr(terminal)
    run = subprocess.Popen(
        ["scripts/run.py", "--boot", "direct", "--mem", "128M", "--append",
         "test=typed", "--kernel", extra_kernel, "--log", tmp_path / "log"],
        cwd=TREE, stdin=terminal, stdout=subprocess.PIPE, text=True)
    text = ""
    for line in run.stdout:
        text += line
        if line.startswith("1..1"):
            os.write(ours, b"k")
    assert run.wait() == 0, text
    assert "ok 1 - typed: a key arrives" in text
    assert termios.tcgetattr(terminal) == before
    os.close(ours)
    os.close(terminal)


def test_the_tests_of_a_kernel_are_listed(boot, extra_kernel):
    def listed(*pattern):
        return subprocess.run(["scripts/tests.py", extra_kernel, *pattern],
                              cwd=TREE, capture_output=True,
                              text=True).stdout

    ended = boot.run(boot.machine(kernel=extra_kernel, append="test=extra"))
    assert listed("extra").splitlines()[:2] == ["extra (1)"] + \
        ["    " + r.name.removeprefix("extra: ") for r in ended.log.results]
    assert "death (" not in listed("*typed*") and "death (" in listed()
    assert listed("extra,typed: a k?y*").count("\n") == 5
    assert "no test is named by 'frog'" in listed("frog")
